//! What is kept of an account's use.

use leadlight_lead::{AccountRef, AccountUsage, AccountUse, ActivityKind, UsageKey, Use};
use leadlight_ports::{Replaced, StoredUsage, UsageStore, Version};

use super::reference;

fn of(ids: impl IntoIterator<Item = u32>) -> AccountUsage {
    let mut usage = AccountUsage::default();
    for id in ids {
        usage.add(&AccountUse {
            source: "product-trial".parse().unwrap(),
            id: format!("use-{id}").parse().unwrap(),
            account: AccountRef::Domain("usage.example".parse().unwrap()),
            used: vec![Use::new(ActivityKind::FeatureUsed, 1, None, reference())],
            received_at: reference(),
        });
    }
    usage
}

pub(crate) async fn use_is_kept_by_account_and_only_over_what_was_read(store: &impl UsageStore) {
    let domain = UsageKey::Domain("usage.example".parse().unwrap());
    let workspace = UsageKey::Workspace("product-trial".parse().unwrap(), "ws/91 #".parse().unwrap());
    assert_eq!(store.usage(&domain).await.unwrap(), None);
    let (one, two) = (of([1]), of([1, 2]));
    assert_eq!(store.keep_usage(&domain, &one, Some(Version(1))).await.unwrap(), Replaced::Stale);
    assert_eq!(store.keep_usage(&domain, &one, None).await.unwrap(), Replaced::Done);
    assert_eq!(store.keep_usage(&domain, &two, None).await.unwrap(), Replaced::Stale, "it is there");
    assert_eq!(store.usage(&workspace).await.unwrap(), None, "another account");
    let stored =
        |usage: &AccountUsage, version| Some(StoredUsage { usage: usage.clone(), version: Version(version) });
    assert_eq!(store.usage(&domain).await.unwrap(), stored(&one, 1));
    assert_eq!(store.keep_usage(&domain, &two, Some(Version(1))).await.unwrap(), Replaced::Done);
    assert_eq!(store.keep_usage(&domain, &one, Some(Version(1))).await.unwrap(), Replaced::Stale);
    assert_eq!(store.usage(&domain).await.unwrap(), stored(&two, 2));

    // As large as it can be, and whose it is.
    let mut largest = of(0..5000);
    largest.map(&"usage.example".parse().unwrap(), reference());
    assert_eq!(store.keep_usage(&workspace, &largest, None).await.unwrap(), Replaced::Done);
    assert_eq!(store.usage(&workspace).await.unwrap(), stored(&largest, 1));
}
