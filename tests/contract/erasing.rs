//! What takes people out for good, and what keeps them out.

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use leadlight_lead::{Bar, CameAt, DrawKey, ErasureKey, LeadId, PersonKey};
use leadlight_ports::{
    Deliveries, Inspect, LeadStore, LeadTraces, Leaving, MessageQueue, ObjectStore, ObjectTraces, Placing,
    Replaced, Sought, Tombstones, Trace, TracePage, Version,
};

use super::leads;

fn at(hours: i64) -> Timestamp {
    leadlight_tests::memory::reference() + SignedDuration::from_hours(hours)
}

/// All that the table holds of somebody.
async fn all(store: &impl LeadTraces, of: &Sought) -> (BTreeSet<Trace>, Vec<LeadId>) {
    let (mut traces, mut named_in, mut next) = (BTreeSet::new(), Vec::new(), None);
    loop {
        let page: TracePage = store.traces(of, next).await.unwrap();
        traces.extend(page.traces);
        named_in.extend(page.named_in);
        next = page.next;
        if next.is_none() {
            return (traces, named_in);
        }
    }
}

/// Leads 230 to 236 of the sample history, which no other contract stores.
pub(crate) async fn people_are_taken_out_and_kept_out(store: &(impl LeadStore + LeadTraces + Tombstones)) {
    let some = leads(236).await.split_off(230);
    let [one, two, three, noted, late, anew] = some.try_into().unwrap();
    let key = ErasureKey::of(&DrawKey::new([1; 32]));
    let person = PersonKey::of_address(&one.event().email);
    let mark = key.person(&person);

    // A tombstone moves on, never back.
    assert_eq!(store.erased_at(&mark).await.unwrap(), None);
    for (bars, wanted) in [(at(1), at(1)), (at(3), at(3)), (at(2), at(3))] {
        store.bar(&mark, bars).await.unwrap();
        assert_eq!(store.erased_at(&mark).await.unwrap(), Some(wanted));
    }

    // A lead is placed unless its person was erased afterwards, or it was itself.
    let came = |hours| Some(CameAt { occurred_at: at(hours), received_at: at(hours) });
    let barred = |came| [Bar { mark: mark.clone(), came }];
    let keys = [(person.clone(), None)];
    for (bars, wanted) in [
        (barred(came(2)), Replaced::Stale),
        (barred(came(3)), Replaced::Stale),
        (barred(None), Replaced::Stale),
        (barred(came(4)), Replaced::Done),
    ] {
        let step = Placing { lead: &one, read: None, joins: None, ends: None, keys: &keys, bars: &bars };
        assert_eq!(store.place(step).await.unwrap(), wanted, "{bars:?}");
    }
    let nobody = [Bar { mark: key.event(late.id()), came: None }];
    let step = Placing { lead: &late, read: None, joins: None, ends: None, keys: &[], bars: &nobody };
    assert_eq!(store.place(step).await.unwrap(), Replaced::Done, "nobody was erased under this mark");

    // Theirs: the lead, an event that joined it, what leads to it. Another's that names them is told apart.
    let mut joined = one.clone();
    joined.work.revision = 1;
    let joins = Some(two.submitted());
    let step = Placing { lead: &joined, read: Some(Version(1)), joins, ends: None, keys: &[], bars: &[] };
    assert_eq!(store.place(step).await.unwrap(), Replaced::Done);
    let mut noted = noted;
    noted.work.revision = 1;
    let note = format!("ask {} as well", one.event().email.as_str());
    noted.crm.add(note_of(&note));
    store.insert(&noted).await.unwrap();
    store.insert(&three).await.unwrap();
    let of = Sought {
        addresses: [one.event().email.clone()].into(),
        keys: [person.clone()].into(),
        leads: [one.id().clone()].into(),
    };
    let (traces, named_in) = all(store, &of).await;
    let theirs =
        [Trace::Lead(one.id().clone()), Trace::Joined(two.id().clone()), Trace::Person(person.clone())];
    assert_eq!(traces, theirs.clone().into());
    assert_eq!(named_in, [noted.id().clone()]);

    for trace in &theirs {
        store.remove(trace).await.unwrap();
        store.remove(trace).await.unwrap();
    }
    assert!(all(store, &of).await.0.is_empty());
    assert_eq!(store.get(one.id()).await.unwrap(), None);
    assert_eq!(store.find(two.id()).await.unwrap(), None);
    assert_eq!(store.lead_of(&person).await.unwrap(), None);
    // What somebody had read before cannot bring it back.
    assert_eq!(
        store.replace(&joined, Version(2), leadlight_lead::Counts::NONE).await.unwrap(),
        Replaced::Stale
    );
    assert!(store.get(three.id()).await.unwrap().is_some());
    let before = store.answered_count().await.unwrap();
    store.insert(&won(anew)).await.unwrap();
    assert_eq!(store.answered_count().await.unwrap(), before + 1);
}

/// Leads 237 to 244 of the sample history, which no other contract stores.
pub(crate) async fn a_person_leaves_in_one_step(store: &(impl LeadStore + LeadTraces + Tombstones)) {
    let some = leads(244).await.split_off(237);
    let [one, two, event, elsewhere, many, ..] = some.try_into().map(|all: [_; 7]| all).unwrap();
    let key = ErasureKey::of(&DrawKey::new([2; 32]));
    let person = PersonKey::of_address(&one.event().email);
    let keys = [(person.clone(), None)];
    let new = |lead| Placing { lead, read: None, joins: None, ends: None, keys: &keys, bars: &[] };
    assert_eq!(store.place(new(&one)).await.unwrap(), Replaced::Done);
    let alone = Placing { lead: &two, read: None, joins: None, ends: None, keys: &[], bars: &[] };
    assert_eq!(store.place(alone).await.unwrap(), Replaced::Done);
    let mut joined = one.clone();
    joined.work.revision = 1;
    let joins = Some(event.submitted());
    let step = Placing { lead: &joined, read: Some(Version(1)), joins, ends: None, keys: &[], bars: &[] };
    assert_eq!(store.place(step).await.unwrap(), Replaced::Done);

    let links = [Trace::Joined(event.id().clone()), Trace::Person(person.clone())];
    let marks = [key.person(&person), key.event(one.id())];
    let leaving = |leads| Leaving { leads, links: &links, marks: &marks, until: at(5) };
    let (old, new) = ([(one.id().clone(), Version(1))], (one.id().clone(), Version(2)));
    // One that was written since it was read: nothing goes.
    let (half, other) = ([new.clone(), (two.id().clone(), Version(7))], [(two.id().clone(), Version(1))]);
    for read in [&old[..], &half] {
        assert_eq!(store.take_away(leaving(read)).await.unwrap(), Replaced::Stale);
    }
    assert!(store.get(two.id()).await.unwrap().is_some() && store.find(event.id()).await.unwrap().is_some());
    assert_eq!(store.erased_at(&marks[0]).await.unwrap(), None);
    // Their key leads to a lead that is not among those that go: nothing goes either.
    assert_eq!(store.take_away(leaving(&other)).await.unwrap(), Replaced::Stale);
    assert_eq!(store.lead_of(&person).await.unwrap().as_ref(), Some(one.id()));

    let read = [new, (two.id().clone(), Version(1))];
    assert_eq!(store.take_away(leaving(&read)).await.unwrap(), Replaced::Done);
    for gone in [one.id(), two.id(), event.id()] {
        assert_eq!(store.find(gone).await.unwrap(), None);
    }
    assert_eq!(store.lead_of(&person).await.unwrap(), None);
    for mark in &marks {
        assert_eq!(store.erased_at(mark).await.unwrap(), Some(at(5)));
    }
    assert_eq!(
        store.take_away(leaving(&read)).await.unwrap(),
        Replaced::Done,
        "done again, it finds nothing"
    );

    // More than one step has room for.
    store.insert(&many).await.unwrap();
    store.insert(&elsewhere).await.unwrap();
    let source = "website-form".parse().unwrap();
    let events: Vec<LeadId> =
        (0..120).map(|n| LeadId::of(&source, &format!("early-{n}").parse().unwrap())).collect();
    let links: Vec<Trace> = events.iter().cloned().map(Trace::Joined).collect();
    let marks: Vec<_> = events.iter().map(|event| key.event(event)).collect();
    let read = [(many.id().clone(), Version(1))];
    let leaving = Leaving { leads: &read, links: &links, marks: &marks, until: at(6) };
    assert_eq!(store.take_away(leaving).await.unwrap(), Replaced::Done);
    assert_eq!(store.get(many.id()).await.unwrap(), None);
    a_person_of_many_ids_leaves(store, &key, &elsewhere).await;
    assert_eq!(store.erased_at(&marks[119]).await.unwrap(), Some(at(6)));
    assert!(store.get(elsewhere.id()).await.unwrap().is_some());
}

/// Whoever is known by more ids, or has more leads, than one step has room for.
async fn a_person_of_many_ids_leaves(
    store: &(impl LeadStore + LeadTraces + Tombstones),
    key: &ErasureKey,
    other: &leadlight_lead::QueuedLead,
) {
    let source: leadlight_lead::SourceName = "website-form".parse().unwrap();
    let of = |n: usize| PersonKey::of_source(&source, &format!("visitor-{n}").parse().unwrap());
    let theirs: Vec<_> = (0..110)
        .map(|n| {
            let mut lead = other.clone();
            let content = match &mut lead.content {
                leadlight_lead::RouteRequest::Scored(scored) => &mut scored.enriched,
                leadlight_lead::RouteRequest::HumanFirst(enriched) => enriched,
            };
            content.submitted.lead_id = LeadId::of(&source, &format!("theirs-{n}").parse().unwrap());
            lead
        })
        .collect();
    for (n, lead) in theirs.iter().enumerate() {
        let keys = [(of(n), None), (of(n + 200), None)];
        let step = Placing { lead, read: None, joins: None, ends: None, keys: &keys, bars: &[] };
        assert_eq!(store.place(step).await.unwrap(), Replaced::Done);
    }
    let keys: Vec<PersonKey> = (0..110).flat_map(|n| [of(n), of(n + 200)]).collect();
    let links: Vec<Trace> = keys.iter().cloned().map(Trace::Person).collect();
    let marks: Vec<_> = keys.iter().map(|person| key.person(person)).collect();
    let read: Vec<_> = theirs.iter().map(|lead| (lead.id().clone(), Version(1))).collect();
    let mut newer = read.clone();
    newer[109].1 = Version(2);
    let leaving = |leads| Leaving { leads, links: &links, marks: &marks, until: at(7) };
    assert_eq!(store.take_away(leaving(&newer)).await.unwrap(), Replaced::Stale);
    assert!(store.get(theirs[109].id()).await.unwrap().is_some(), "what was written meanwhile stays");
    // What has gone already is no hindrance.
    assert_eq!(store.take_away(leaving(&read)).await.unwrap(), Replaced::Done);
    for lead in &theirs {
        assert_eq!(store.get(lead.id()).await.unwrap(), None);
    }
    for (person, mark) in keys.iter().zip(&marks) {
        assert_eq!(store.lead_of(person).await.unwrap(), None);
        assert_eq!(store.erased_at(mark).await.unwrap(), Some(at(7)));
    }
}

fn note_of(text: &str) -> leadlight_lead::CrmRecord {
    let event = serde_json::json!({
        "schema_version": 1, "id": "o1", "lead": {"email": "ada@acme.example"}, "occurred_at": at(0),
        "what": {"kind": "lost", "reason": text},
    });
    leadlight_lead::CrmEvent::parse(event.to_string().as_bytes()).unwrap().record().unwrap()
}

fn won(mut lead: leadlight_lead::QueuedLead) -> leadlight_lead::QueuedLead {
    lead.outcome = Some(leadlight_lead::Outcome {
        result: leadlight_lead::OutcomeResult::Won,
        closed_at: at(0),
        amount_usd: None,
    });
    lead
}

/// An object goes with its earlier versions.
pub(crate) async fn objects_are_taken_away(store: &(impl ObjectStore + ObjectTraces)) {
    let key = "erasures/a-request.json";
    store.put_new(key, b"one".to_vec()).await.unwrap();
    let etag = store.get(key).await.unwrap().unwrap().etag;
    store.swap(key, b"two".to_vec(), Some(&etag)).await.unwrap();
    store.put_new("erasures/a-request.json.other", b"other".to_vec()).await.unwrap();
    assert_eq!(store.keys("erasures/").await.unwrap(), [key, "erasures/a-request.json.other"]);
    store.remove(key).await.unwrap();
    store.remove(key).await.unwrap();
    assert_eq!(store.keys("erasures/").await.unwrap(), ["erasures/a-request.json.other"]);
    assert_eq!(store.get(key).await.unwrap(), None);
}

/// What is looked at is hidden, and let go or taken off by its receipt.
pub(crate) async fn a_queue_is_looked_into(queue: &(impl MessageQueue + Deliveries + Inspect)) {
    queue.send("one", &[]).await.unwrap();
    queue.send("two", &[]).await.unwrap();
    assert_eq!(queue.count().await.unwrap(), 2);
    let mut looked = Vec::new();
    while looked.len() < 2 {
        looked.extend(queue.look(Duration::from_mins(1)).await.unwrap());
    }
    assert!(queue.look(Duration::from_mins(1)).await.unwrap().is_empty(), "both are hidden");
    assert_eq!(queue.count().await.unwrap(), 2, "and counted");
    looked.sort_by(|a, b| a.body.cmp(&b.body));
    queue.delete(&looked[0].receipt).await.unwrap();
    queue.hide(&looked[1].receipt, Duration::ZERO).await.unwrap();
    let again = queue.look(Duration::from_mins(1)).await.unwrap();
    assert_eq!((again.len(), again[0].body.as_str()), (1, "two"));
    assert_eq!(again[0].id, looked[1].id);
}
