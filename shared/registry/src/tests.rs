//! Documents in force: published, read back, gone back from, and damaged.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use leadlight_desk::Team;
use leadlight_destinations::Destinations;
use leadlight_lead::{DestinationsHash, PolicyHash};
use leadlight_policy::Policy;
use leadlight_ports::memory::MemoryObjects;
use leadlight_ports::{ObjectStore, PutNew};

use crate::{Change, InForce, Kind, Registry, RegistryError};

const POLICY: &str = include_str!("../../../infra/policies/default.toml");
const TEAM: &str = include_str!("../../../infra/policies/team.toml");

fn at(minutes: i64) -> Timestamp {
    Timestamp::from_second(1_795_000_000).unwrap() + SignedDuration::from_mins(minutes)
}

fn by(reason: &str) -> Change {
    Change::new("Ada", reason)
}

/// The shipped policy, changed in a comment: another hash, the same rules.
fn revised(n: u32) -> String {
    format!("{POLICY}\n# revision {n}\n")
}

fn hash(text: &str) -> PolicyHash {
    PolicyHash::of(text.as_bytes())
}

async fn three_policies() -> (MemoryObjects, Registry<MemoryObjects>) {
    let objects = MemoryObjects::default();
    let registry = Registry::new(objects.clone());
    for n in 0..3 {
        registry
            .publish::<Policy>(&revised(n), &by(&format!("revision {n}")), at(i64::from(n)))
            .await
            .unwrap();
    }
    (objects, registry)
}

#[tokio::test]
async fn a_document_is_read_back_as_it_was_published_with_who_and_why() {
    let (_, registry) = three_policies().await;
    let pointer = registry.in_force::<Policy>().await.unwrap();
    assert_eq!(registry.text::<Policy>(&pointer.current.hash).await.unwrap(), revised(2));
    assert_eq!(pointer.current.author.as_deref(), Some("Ada"));
    let reasons: Vec<_> = pointer.history.iter().map(|past| past.reason.clone().unwrap()).collect();
    assert_eq!(reasons, ["revision 1", "revision 0"]);
}

#[tokio::test]
async fn what_cannot_be_read_is_refused_before_anything_is_written() {
    let (objects, registry) = three_policies().await;
    let before = objects.get(Policy::POINTER_KEY).await.unwrap();
    let refused = registry.publish::<Policy>("name = 1", &by(""), at(9)).await.unwrap_err();
    assert!(matches!(refused, RegistryError::Refused { kind: "policy", .. }), "{refused:?}");
    assert_eq!(objects.get(Policy::POINTER_KEY).await.unwrap(), before);
    assert!(objects.get(&Policy::key(&hash("name = 1"))).await.unwrap().is_none());
}

#[tokio::test]
async fn policies_and_teams_are_rolled_back_like_models() {
    let (_, registry) = three_policies().await;
    for expected in [1, 0] {
        let back = registry.roll_back::<Policy>(&by("wrong"), at(9)).await.unwrap();
        assert_eq!(back.current.hash, hash(&revised(expected)));
    }
    let end = registry.roll_back::<Policy>(&by("wrong"), at(9)).await.unwrap_err();
    assert!(matches!(end, RegistryError::NoHistory { kind: "policy" }));
    registry.publish::<Team>(TEAM, &by(""), at(0)).await.unwrap();
    let end = registry.roll_back::<Team>(&by("wrong"), at(9)).await.unwrap_err();
    assert_eq!(end.to_string(), "no team was in force before this one; there is nothing to roll back to");
}

#[tokio::test]
async fn the_last_good_document_stays_and_a_cold_start_goes_back_to_an_earlier_one() {
    let (objects, registry) = three_policies().await;
    let warm = InForce::new(Registry::new(objects.clone()));
    assert_eq!(*warm.policy(at(10)).await.unwrap().hash(), hash(&revised(2)));

    // The one that comes into force next is damaged where it rests.
    let next = registry.publish::<Policy>(&revised(3), &by(""), at(11)).await.unwrap().current.hash;
    objects.damage(&Policy::key(&next), b"what was there is gone".to_vec());
    let followed = warm.policy(at(12)).await.unwrap();
    assert_eq!(*followed.hash(), hash(&revised(2)), "the last good one stays");
    let cold = InForce::new(Registry::new(objects.clone()));
    assert_eq!(*cold.policy(at(12)).await.unwrap().hash(), hash(&revised(2)), "the one before is followed");

    // A pointer that cannot be read tells a cold start nothing; a warm one goes on.
    objects.damage(Policy::POINTER_KEY, b"{".to_vec());
    assert_eq!(*warm.policy(at(14)).await.unwrap().hash(), hash(&revised(2)));
    let cold = InForce::new(Registry::new(objects.clone()));
    assert!(matches!(cold.policy(at(14)).await, Err(RegistryError::Pointer { .. })));
    registry.publish::<Policy>(&revised(4), &by(""), at(15)).await.unwrap();
    assert_eq!(*warm.policy(at(16)).await.unwrap().hash(), hash(&revised(4)), "and publishing mends it");
}

#[tokio::test]
async fn nobody_is_told_while_no_list_is_published_and_a_damaged_one_holds_nothing_back_for_those_who_read_one()
 {
    let list = |name: &str| {
        format!("schema_version = 1\n[destinations.{name}]\nkind = \"hubspot\"\non = [\"lead.routed\"]\n")
    };
    let objects = MemoryObjects::default();
    let (registry, warm) = (Registry::new(objects.clone()), InForce::new(Registry::new(objects.clone())));
    let names = async |in_force: &InForce<MemoryObjects>, minutes| -> Result<Vec<String>, RegistryError> {
        let list = in_force.destinations(at(minutes)).await?;
        Ok(list.iter().map(|one| one.name().to_owned()).collect())
    };
    assert_eq!(names(&warm, 0).await.unwrap(), Vec::<String>::new());
    registry.publish::<Destinations>(&list("crm"), &by(""), at(1)).await.unwrap();
    assert_eq!(names(&warm, 2).await.unwrap(), ["crm"]);
    let next = registry.publish::<Destinations>(&list("other"), &by(""), at(3)).await.unwrap().current.hash;
    objects.damage(&Destinations::key(&next), b"what was there is gone".to_vec());
    assert_eq!(names(&warm, 4).await.unwrap(), ["crm"], "the last good one stays");
    objects
        .damage(&Destinations::key(&DestinationsHash::of(list("crm").as_bytes())), b"gone as well".to_vec());
    let cold = InForce::new(Registry::new(objects.clone()));
    // Nobody is dropped from the list in silence: what is to be told waits.
    assert!(
        matches!(names(&cold, 5).await, Err(RegistryError::Altered { .. })),
        "{:?}",
        names(&cold, 5).await
    );
}

#[tokio::test]
async fn one_read_serves_all_that_wait_and_a_failed_one_is_not_repeated_at_once() {
    let objects = MemoryObjects::default();
    let in_force = InForce::new(Registry::new(objects.clone()));
    for (after, is_there) in [(0, false), (4, false), (6, true)] {
        if is_there {
            Registry::new(objects.clone()).publish::<Policy>(POLICY, &by(""), at(0)).await.unwrap();
        }
        let now = at(1) + SignedDuration::from_secs(after);
        let reads = futures_util::future::join_all((0..10).map(|_| in_force.policy(now))).await;
        let policies: Vec<Arc<Policy>> = reads.into_iter().filter_map(Result::ok).collect();
        assert_eq!(policies.len(), if is_there { 10 } else { 0 }, "{after} s");
        assert!(policies.iter().all(|policy| Arc::ptr_eq(policy, &policies[0])), "read once");
    }
}

#[tokio::test]
async fn of_several_that_make_a_secret_one_is_kept() {
    let objects = MemoryObjects::default();
    let registry = Registry::new(objects.clone());
    let first = registry.made_once("keys/test", [1; 32]).await.unwrap();
    let second = registry.made_once("keys/test", [2; 32]).await.unwrap();
    assert_eq!((first, second), ([1; 32], [1; 32]));
    assert_eq!(objects.put_new("keys/short", vec![1]).await.unwrap(), PutNew::Created);
    let short = registry.made_once("keys/short", [1; 32]).await;
    assert!(matches!(short, Err(RegistryError::Altered { .. })));
}
