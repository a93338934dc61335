//! Whatever the door takes survives every envelope, and can be kept and read back.

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::{
    Acceptance, AccountsHash, ActivityKind, Attestation, Claim, Company, Completeness, Confirmation,
    CriterionGroup, CrmEvent, DecidedBy, Decision, Disposition, EmailKind, EnrichedLead, Enrichment, Entry,
    Fact, FeatureVector, FormSubmit, Grade, Happening, Headcount, LeadRef, Level, Lift, LiftedBy, Milestone,
    Motion, Person, PolicyHash, Progress, QueuedLead, Reason, ReasonUnit, RouteRequest, Score, ScoredLead,
    Segment, Side, Sides, StageMessage, SubmittedLead, to_json,
};

/// Signs that someone forgot once: of no width, of two units, refused by XML, escaped by JSON.
fn text() -> impl Strategy<Value = String> {
    let sign = prop_oneof![
        8 => any::<char>(),
        1 => prop::sample::select(vec!['\u{fffe}', '\u{ffff}', '\u{0}', '\u{1f600}', '"', '\\', '\n', 'İ', 'Ⱥ', '\u{7f}']),
    ];
    prop::collection::vec(sign, 0..24).prop_map(|signs| signs.into_iter().collect())
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        text().prop_map(Value::from),
    ];
    let tree = leaf.prop_recursive(6, 60, 8, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..8).prop_map(Value::from),
            prop::collection::btree_map(text(), inner, 0..8)
                .prop_map(|map| Value::Object(map.into_iter().collect::<Map<_, _>>())),
        ]
    });
    // Around the bound, where the parser's own is not far.
    (tree, prop_oneof![3 => 0..6_usize, 1 => 10..20_usize, 1 => 100..140_usize])
        .prop_map(|(inner, depth)| (0..depth).fold(inner, |inner, _| json!([inner])))
}

/// A body with fields of ours and of others, some of them too long.
fn body() -> impl Strategy<Value = String> {
    let long = prop_oneof![4 => 1..2_usize, 1 => 20..400_usize];
    let ours = (text(), text(), long, prop::collection::vec(("[a-z]{0,9}", any::<bool>()), 0..3));
    let others = prop::collection::vec((text(), value()), 0..4);
    (ours, others, value()).prop_map(|((title, message, times, consent), others, field)| {
        let mut body = json!({
            "schema_version": 1, "id": "e1", "source": "website-form", "email": "ada@acme.example",
            "title": title.repeat(times), "company": "x".repeat(times), "message": message.repeat(times),
            "partner": { "name": "Beacon", "note": message },
            "activity": [{ "kind": "page_view", "name": title.repeat(times), "at": "2026-11-20T09:30:00Z" }],
            "consent": consent.iter().map(|(id, accepted)| json!({ "id": id, "accepted": accepted })).collect::<Value>(),
            "form": { "name": title, "fields": { "x": field } },
        });
        for (label, value) in others {
            if let Value::Object(fields) = &mut body {
                fields.entry(label).or_insert(value);
            }
        }
        body.to_string()
    })
}

fn fact<T>(value: T) -> Fact<T> {
    let fetched_at = "2026-11-20T12:00:00Z".parse().unwrap();
    Fact { value, provider: "form".to_owned(), fetched_at, confidence: 0.1 + 0.2 }
}

/// As `enrich` makes it, with what was typed repeated as facts.
fn enriched(event: FormSubmit) -> EnrichedLead {
    let company = Company {
        name: event.company.clone().map(fact),
        industry: event.company.as_ref().map(|c| fact(c.to_lowercase())),
        employees: Headcount::exactly(u32::MAX).map(fact),
        ..Company::default()
    };
    let person = Person { title: event.title.clone().map(fact), ..Person::default() };
    let hash = event.content_hash().unwrap();
    EnrichedLead {
        account_domain: event.email.domain().parse().ok(),
        submitted: SubmittedLead::new(event, hash, "2026-11-20T12:00:00Z".parse().unwrap()).unwrap(),
        policy: PolicyHash::of(b"policy"),
        motion: Motion::Inbound,
        email_kind: EmailKind::Business,
        enrichment: Enrichment { company, person, ..Enrichment::default() },
        completeness: Completeness { share: 1.0 / 3.0, missing: vec!["industry".to_owned()] },
        enriched_at: "2026-11-20T12:00:01Z".parse().unwrap(),
        round: 0,
        group: None,
        renewal: Some(crate::Renewal {
            at: "2026-12-20T00:00:00Z".parse().unwrap(),
            stood: Some(crate::Stood { place: crate::Place::Accept, policy: PolicyHash::of(b"policy") }),
        }),
        found: None,
        seen_first_for: None,
        joined: crate::Joined::default(),
    }
}

fn scored(enriched: EnrichedLead, number: f64) -> ScoredLead {
    let becomes = Some(crate::Becomes { queue: crate::QueueName::Nurture, grade: Grade::D });
    let renews = Some(crate::Renews { on: jiff::civil::date(2027, 1, 31), becomes });
    let features = [("intent".to_owned(), Some(number)), ("tech".to_owned(), None)];
    let decision = Decision {
        as_of: "2026-11-20T12:00:00Z".parse().unwrap(),
        policy: PolicyHash::of(b"policy"),
        accounts: Some(AccountsHash::of(b"accounts")),
        decided_by: DecidedBy::Rules { because: "no model".to_owned() },
        own_model: Some("partner · emea".to_owned()),
        disposition: Disposition::Accept,
        score: Score::try_from(100.0 / 7.0).unwrap(),
        points: Score::try_from(0.0).unwrap(),
        probability: Some(1.0 / 7.0),
        interval: None,
        heard: None,
        grade: Grade::C,
        borderline: true,
        asked_for: Some(ActivityKind::DemoRequest),
        lifted: Some(Lift {
            by: LiftedBy::Attendance,
            name: Some("SaaS Summit".to_owned()),
            points: 100.0 / 7.0,
        }),
        sampled_at: Some(0.02),
        held: Some(crate::Held { within_points: 100.0 / 7.0 }),
        segment: Some(Segment::In { name: "enterprise".to_owned(), label: "Enterprise".to_owned() }),
        sides: Some(Sides {
            fit: Some(Side { score: Score::try_from(100.0 / 3.0).unwrap(), grade: Grade::B, known: true }),
            engagement: None,
        }),
        summary: "Score".to_owned(),
        reason_unit: ReasonUnit::Points,
        reasons: vec![
            Reason::new(CriterionGroup::Intent, "intent", number),
            Reason::not_known(CriterionGroup::Contact, "job function", number),
        ],
        features: FeatureVector::new(features.into_iter().collect()).unwrap(),
    };
    ScoredLead { enriched, decision, renews }
}

/// With people's work and the CRM's word.
fn worked(mut lead: QueuedLead, note: &str) -> QueuedLead {
    let at = "2026-11-20T12:05:00Z".parse().unwrap();
    let by: crate::MemberId = "ae-1".parse().unwrap();
    let confirmed = Confirmation { by: by.clone(), at };
    let attestation = Attestation {
        buying_signal: Level::Some,
        strategic_fit: Level::None,
        relationship: Level::Strong,
        deal_size: "10k".parse().unwrap(),
    };
    let accepted = Acceptance { by: by.clone(), at, attestation };
    lead.work.claim = Some(Claim { holder: by.clone(), until: at });
    lead.work.progress = Progress::Accepted { confirmed, accepted };
    lead.work.history.push(Entry {
        at,
        by: Some(by),
        what: Happening::Confirmed,
        note: Some(note.to_owned()),
    });
    let told = CrmEvent {
        schema_version: 1,
        id: "crm-1".parse().unwrap(),
        lead: LeadRef::Email(lead.event().email.clone()),
        deal: None,
        occurred_at: at,
        what: Milestone::Lost { reason: Some(note.to_owned()) },
    };
    lead.crm.add(told.record().unwrap());
    lead.outcome = lead.crm.outcome();
    lead
}

fn travels<T: StageMessage + PartialEq + std::fmt::Debug>(value: &T) {
    let message = value.to_message().unwrap();
    let refused = message.chars().find(|c| matches!(c, '\u{fffe}' | '\u{ffff}') || *c < ' ');
    assert_eq!(refused, None, "no queue takes it");
    assert_eq!(&T::from_message(message.as_bytes()).unwrap(), value);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn what_the_door_takes_survives(body in body(), number in -1e300..1e300_f64, note in text()) {
        let Ok(event) = FormSubmit::parse(body.as_bytes()) else { return Ok(()) };
        let written = to_json(&event).unwrap();
        prop_assert_eq!(&FormSubmit::parse(written.as_bytes()).unwrap(), &event);
        let read_again = FormSubmit::parse(written.as_bytes()).unwrap();
        prop_assert_eq!(read_again.content_hash().unwrap(), event.content_hash().unwrap());
        let enriched = enriched(event);
        travels(&enriched);
        let first = RouteRequest::HumanFirst(enriched.clone());
        let scored = RouteRequest::Scored(scored(enriched, number));
        for request in [first, scored] {
            travels(&request);
            let lead = QueuedLead::new(request, "2026-11-20T12:00:02Z".parse().unwrap());
            lead.to_new_document().unwrap();
            let lead = worked(lead, &note);
            travels(&lead);
            lead.to_document().unwrap();
        }
    }
}

/// A property that nothing ever reaches holds easily.
#[test]
fn the_door_takes_many_bodies_and_refuses_many() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;

    let mut runner = TestRunner::deterministic();
    let taken = (0..200)
        .filter(|_| {
            let body = body().new_tree(&mut runner).unwrap().current();
            FormSubmit::parse(body.as_bytes()).is_ok()
        })
        .count();
    assert!((60..160).contains(&taken), "{taken} of 200");
}
