//! The publisher over a twin of the bus: what is told, once more, and not at all.

use leadlight_destinations::{Event, EventKind};
use leadlight_lead::{Confirmation, Entry, Happening, Progress};
use leadlight_tests::memory::reference;
use serde_json::{Value, json};

use crate::post::{Post, leads, record};

const NOBODY: &str = "schema_version = 1\n";

fn told(post: &Post) -> Vec<(String, &'static str)> {
    post.bus.taken().iter().map(|event| (event.id().to_owned(), event.kind())).collect()
}

#[tokio::test]
async fn a_new_lead_is_told_of_and_its_events_bear_the_same_ids_when_told_again() {
    let mut post = Post::new(NOBODY, &[]).await;
    let lead = leads(1).await.remove(0);
    post.store(&lead).await;
    let first = told(&post);
    let kinds: Vec<_> = first.iter().map(|(_, kind)| *kind).collect();
    assert_eq!(kinds, ["lead.enriched", "lead.scored", "lead.routed"]);
    assert_eq!(first[1].0, format!("{}/lead.scored/1", lead.id()));
    post.stream(&record(None, &lead, 1)).await;
    assert_eq!(told(&post)[3..], first, "told again, under the same ids");
    let detail: Value = serde_json::from_str(post.bus.taken()[1].detail()).unwrap();
    assert_eq!((&detail["specversion"], &detail["source"]), (&json!("1.0"), &json!("leadlight/leadlight")));
    assert!(!detail.to_string().contains("person-0"), "nobody's address is on the bus");
    assert_eq!(Event::from_cloud_event(&detail).unwrap().kind(), EventKind::LeadScored);
}

#[tokio::test]
async fn what_the_bus_does_not_take_is_put_again_alone() {
    let mut post = Post::new(NOBODY, &[]).await;
    let lead = leads(1).await.remove(0);
    let id = format!("{}/lead.scored/1", lead.id());
    post.bus.refuse(&id);
    let bus = post.bus.clone();
    let (stored, ()) = tokio::join!(post.store(&lead), async {
        tokio::time::sleep(std::time::Duration::from_millis(150)).await;
        bus.refuse_none();
    });
    let () = stored;
    let ids: Vec<_> = told(&post).into_iter().map(|(id, _)| id).collect();
    assert_eq!(ids.iter().filter(|one| **one == id).count(), 1);
    assert_eq!(ids.len(), 3, "none of the others twice");
}

#[tokio::test]
async fn a_damaged_record_is_set_aside_and_the_others_are_told() {
    let mut post = Post::new(NOBODY, &[]).await;
    let all = leads(2).await;
    let mut damaged = record(None, &all[0], 1);
    damaged["dynamodb"]["NewImage"]["document"]["S"] = json!("{\"schema\":\"ada@acme.example\"");
    post.stream(&damaged).await;
    post.stream(&record(None, &all[1], 1)).await;
    assert_eq!(told(&post).len(), 3);
    let aside = post.set_aside();
    assert_eq!(aside.len(), 1);
    assert!(aside[0].attributes["reason"].starts_with("the item's document cannot be read"), "{aside:?}");
    assert!(aside[0].body.contains(all[0].id().as_str()) && !aside[0].body.contains("ada@"), "{aside:?}");
}

#[tokio::test]
async fn items_that_are_no_leads_and_writes_that_change_nothing_that_is_told_make_no_events() {
    let mut post = Post::new(NOBODY, &[]).await;
    let mut lead = leads(1).await.remove(0);
    let mut count = record(None, &lead, 1);
    count["dynamodb"]["Keys"] = json!({ "pk": { "S": "tally#2026-11" }, "sk": { "S": "sdr-1|7|confirmed" } });
    post.stream(&count).await;
    let mut gone = record(Some(&lead), &lead, 2);
    gone["dynamodb"]["NewImage"] = Value::Null;
    post.stream(&gone).await;
    let before = lead.clone();
    lead.work.claim = Some(leadlight_lead::Claim { holder: "sdr-1".parse().unwrap(), until: reference() });
    lead.work.revision += 1;
    post.stream(&record(Some(&before), &lead, 2)).await;
    assert_eq!(told(&post), []);
}

#[tokio::test]
async fn a_decision_by_people_is_told_with_who_and_why() {
    let mut post = Post::new(NOBODY, &[]).await;
    let before = leads(1).await.remove(0);
    let mut after = before.clone();
    let by: leadlight_lead::MemberId = "sdr-1".parse().unwrap();
    let entry = |what| Entry { at: reference(), by: Some(by.clone()), what, note: Some("secret".to_owned()) };
    after.work.progress = Progress::Confirmed(Confirmation { by: by.clone(), at: reference() });
    let because = "had the least".to_owned();
    let to: leadlight_lead::MemberId = "ae-1".parse().unwrap();
    after.work.owner = Some(to.clone());
    after.work.history =
        vec![entry(Happening::Confirmed), entry(Happening::Assigned { to: Some(to), because })];
    post.stream(&record(Some(&before), &after, 2)).await;
    let told = post.bus.taken();
    let whats: Vec<Value> = told
        .iter()
        .map(|event| serde_json::from_str::<Value>(event.detail()).unwrap()["data"]["what"].clone())
        .collect();
    assert_eq!(whats[0], json!({ "kind": "review.decided", "decision": "confirmed", "by": "sdr-1" }));
    assert_eq!(whats[1]["to"], "ae");
    let assigned =
        json!({ "kind": "lead.assigned", "to": "ae-1", "by": "sdr-1", "because": "had the least" });
    assert_eq!(whats[2], assigned);
    assert!(
        told.iter().all(|event| !event.detail().contains("secret")),
        "notes are for those who may read them"
    );
}
