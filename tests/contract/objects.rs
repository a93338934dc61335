//! The contract of the store of objects.

#![expect(clippy::unwrap_used, reason = "a test ends where something is not as it should be")]

use leadlight_ports::{ObjectStore, PutNew, Swap};

pub(crate) async fn object_store_contract(store: &impl ObjectStore) {
    assert_eq!(store.get("models/none").await.unwrap(), None);
    assert_eq!(store.put_new("models/a", b"one".to_vec()).await.unwrap(), PutNew::Created);
    assert_eq!(store.put_new("models/a", b"two".to_vec()).await.unwrap(), PutNew::AlreadyThere);
    assert_eq!(store.get("models/a").await.unwrap().unwrap().bytes, b"one");
    assert_eq!(store.part("models/none", 0, 8).await.unwrap(), None);
    for (from, most, wanted) in
        [(0, 8, "one"), (0, 2, "on"), (1, 1, "n"), (2, 8, "e"), (3, 8, ""), (9, 8, "")]
    {
        let part = store.part("models/a", from, most).await.unwrap();
        assert_eq!(part.as_deref(), Some(wanted.as_bytes()), "{most} from {from}");
    }
    assert_eq!(store.put_new("models/empty", Vec::new()).await.unwrap(), PutNew::Created);
    assert_eq!(store.part("models/empty", 0, 8).await.unwrap(), Some(Vec::new()));

    assert_eq!(store.swap("models/p", b"1".to_vec(), None).await.unwrap(), Swap::Done);
    assert_eq!(store.swap("models/p", b"2".to_vec(), None).await.unwrap(), Swap::Lost, "it is there now");
    let first = store.get("models/p").await.unwrap().unwrap().etag;
    assert_eq!(store.swap("models/p", b"3".to_vec(), Some(&first)).await.unwrap(), Swap::Done);
    assert_eq!(store.swap("models/p", b"4".to_vec(), Some(&first)).await.unwrap(), Swap::Lost);
    assert_eq!(store.get("models/p").await.unwrap().unwrap().bytes, b"3");
    assert_eq!(store.swap("models/gone", b"5".to_vec(), Some(&first)).await.unwrap(), Swap::Lost);

    let current = store.get("models/p").await.unwrap().unwrap().etag;
    let (a, b) = tokio::join!(
        store.swap("models/p", b"a".to_vec(), Some(&current)),
        store.swap("models/p", b"b".to_vec(), Some(&current)),
    );
    let done = [a.unwrap(), b.unwrap()].iter().filter(|s| **s == Swap::Done).count();
    assert_eq!(done, 1, "one winner in a race");
}
