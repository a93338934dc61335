//! What leads from a person, and from each of their events, to their one lead.

use leadlight_lead::{LeadId, PersonKey, QueuedLead};
use leadlight_ports::{Class, Ends, Inserted, LeadIndex, LeadStore, Placing, Replaced, Version};

use super::leads;

fn key(name: &str) -> PersonKey {
    PersonKey::of_address(&format!("{name}@person.example").parse().unwrap())
}

fn new<'a>(lead: &'a QueuedLead, keys: &'a [(PersonKey, Option<LeadId>)]) -> Placing<'a> {
    Placing { lead, read: None, joins: None, ends: None, keys, bars: &[] }
}

async fn id_of(store: &impl LeadStore, event: &QueuedLead) -> Option<LeadId> {
    store.get(event.id()).await.unwrap().map(|there| there.lead.id().clone())
}

pub(crate) async fn events_of_a_person_lead_to_their_lead(store: &(impl LeadStore + LeadIndex)) {
    let some = leads(246).await.split_off(240);
    let [one, two, three, four, five, six] = some.try_into().unwrap();
    let (ada, of_source) = (key("ada"), key("ada-of-the-crm"));
    assert_eq!(store.lead_of(&ada).await.unwrap(), None);
    assert_eq!(store.find(one.id()).await.unwrap(), None);

    // The first begins a lead, and no second is begun beside it.
    let free = [(ada.clone(), None)];
    assert_eq!(store.place(new(&one, &free)).await.unwrap(), Replaced::Done);
    assert_eq!(store.lead_of(&ada).await.unwrap().as_ref(), Some(one.id()));
    assert_eq!(store.place(new(&one, &[])).await.unwrap(), Replaced::Stale, "it is there");
    assert_eq!(store.place(new(&two, &free)).await.unwrap(), Replaced::Stale, "the person has a lead");
    assert_eq!(store.find(two.id()).await.unwrap(), None, "all of a step, or nothing");

    // A further event joins it; the source's own id of them is known from now on.
    let mut joined = one.clone();
    joined.work.revision = 1;
    let keys = [(of_source.clone(), None)];
    let joins = Placing {
        lead: &joined,
        read: Some(Version(1)),
        joins: Some(two.submitted()),
        ends: None,
        keys: &keys,
        bars: &[],
    };
    assert_eq!(store.place(joins).await.unwrap(), Replaced::Done);
    assert_eq!(store.place(joins).await.unwrap(), Replaced::Stale);
    let found = store.find(two.id()).await.unwrap().unwrap();
    assert_eq!((&found.stored.lead, found.stored.version), (&joined, Version(2)));
    assert_eq!(found.content_hash, two.submitted().content_hash.as_str());
    assert_eq!(
        store.find(one.id()).await.unwrap().unwrap().content_hash,
        one.submitted().content_hash.as_str()
    );
    assert_eq!(store.lead_of(&of_source).await.unwrap().as_ref(), Some(one.id()));
    assert_eq!(store.insert(&two).await.unwrap(), Inserted::Repeated);
    assert_eq!(store.get(two.id()).await.unwrap().unwrap().lead, joined);

    // A later lead ends the one before in the same step.
    let mut over = joined.clone();
    over.thread.continued_in = Some(three.id().clone());
    let known = [(ada.clone(), Some(one.id().clone()))];
    let ends = Some(Ends::Over { lead: &over, read: Version(1) });
    let late = Placing { ends, ..new(&three, &known) };
    assert_eq!(store.place(late).await.unwrap(), Replaced::Stale, "it was written since");
    assert_eq!(id_of(store, &three).await, None);
    let late = Placing { ends: Some(Ends::Over { lead: &over, read: Version(2) }), ..late };
    assert_eq!(store.place(late).await.unwrap(), Replaced::Done);
    assert_eq!(store.get(one.id()).await.unwrap().unwrap().lead.waits_in(), None);
    assert_eq!(store.lead_of(&ada).await.unwrap().as_ref(), Some(three.id()));

    // Its own event cannot join it: no step names one thing twice.
    let itself = Placing {
        lead: &three,
        read: Some(Version(1)),
        joins: Some(three.submitted()),
        ends: None,
        keys: &[],
        bars: &[],
    };
    assert_eq!(store.place(itself).await.unwrap_err().class, Class::Poison);

    // A lead that turns out to be the same person's becomes part of another, with what had joined it.
    let other = [(key("ada-at-home"), None)];
    assert_eq!(store.place(new(&four, &other)).await.unwrap(), Replaced::Done);
    let joins = Placing {
        lead: &four,
        read: Some(Version(1)),
        joins: Some(five.submitted()),
        ends: None,
        keys: &[],
        bars: &[],
    };
    assert_eq!(store.place(joins).await.unwrap(), Replaced::Done);
    let known = [(key("ada-at-home"), Some(four.id().clone()))];
    let absorbs = Placing {
        lead: &three,
        read: Some(Version(1)),
        joins: Some(six.submitted()),
        ends: Some(Ends::Absorbed { lead: &four, read: Version(2) }),
        keys: &known,
        bars: &[],
    };
    assert_eq!(store.place(absorbs).await.unwrap(), Replaced::Done);
    for event in [&three, &four, &five, &six] {
        assert_eq!(id_of(store, event).await.as_ref(), Some(three.id()), "by any of its events");
        let hash = store.find(event.id()).await.unwrap().unwrap().content_hash;
        assert_eq!(hash, event.submitted().content_hash.as_str());
    }
    let listed = store.of_person(&four.event().email, 9).await.unwrap();
    assert!(listed.iter().all(|lead| lead.id() != four.id()), "it is in no list");
}

pub(crate) async fn a_person_has_one_lead_whoever_races(store: &(impl LeadStore + LeadIndex)) {
    let some = leads(254).await.split_off(246);
    let free = [(key("raced"), None)];
    let placed = some.iter().map(|lead| store.place(new(lead, &free)));
    let placed = futures_util::future::join_all(placed).await;
    let done = placed.into_iter().filter(|placed| *placed.as_ref().unwrap() == Replaced::Done).count();
    assert_eq!(done, 1);
    let theirs = store.lead_of(&key("raced")).await.unwrap().unwrap();
    for lead in &some {
        assert_eq!(id_of(store, lead).await.is_some(), *lead.id() == theirs);
    }
}
