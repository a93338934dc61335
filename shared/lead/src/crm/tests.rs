//! Whatever the order it came in, it is the same.

use proptest::prelude::*;

use super::*;

fn event(id: &str, deal: Option<&str>, day: i8, what: Milestone) -> CrmEvent {
    CrmEvent {
        schema_version: 1,
        id: id.parse().unwrap(),
        lead: LeadRef::Email("ada@acme.example".parse().unwrap()),
        deal: deal.map(|d| d.parse().unwrap()),
        occurred_at: format!("2026-11-{day:02}T00:00:00Z").parse().unwrap(),
        what,
    }
}

fn history(events: &[CrmEvent]) -> CrmHistory {
    let mut history = CrmHistory::default();
    for event in events {
        history.add(event.record().unwrap());
    }
    history
}

fn story() -> Vec<CrmEvent> {
    vec![
        event("1", Some("a"), 1, Milestone::OpportunityCreated { amount_usd: Some(10) }),
        event("2", Some("a"), 4, Milestone::Lost { reason: Some("price".to_owned()) }),
        event("3", Some("b"), 5, Milestone::OpportunityCreated { amount_usd: None }),
        event("4", Some("b"), 9, Milestone::Won { amount_usd: Some(70) }),
        event("5", Some("c"), 9, Milestone::Won { amount_usd: Some(5) }),
        event("6", None, 2, Milestone::NoShow),
    ]
}

proptest! {
    #[test]
    fn any_order_and_repetition_gives_the_same(order in Just((0..12_usize).collect::<Vec<_>>()).prop_shuffle()) {
        let twice: Vec<CrmEvent> = story().into_iter().chain(story()).collect();
        let told = history(&order.iter().map(|i| twice[*i].clone()).collect::<Vec<_>>());
        prop_assert_eq!(&told, &history(&story()));
    }
}

#[test]
fn one_won_deal_makes_the_lead_won() {
    let outcome = history(&story()).outcome().unwrap();
    assert_eq!((outcome.result, outcome.amount_usd), (OutcomeResult::Won, Some(75)));
    assert_eq!(outcome.closed_at.to_string(), "2026-11-09T00:00:00Z");
}

#[test]
fn a_record_without_a_deals_name_is_of_the_only_deal() {
    let opened = event("1", Some("a"), 1, Milestone::OpportunityCreated { amount_usd: None });
    let lost = event("2", None, 4, Milestone::Lost { reason: None });
    let other = event("3", Some("b"), 2, Milestone::OpportunityCreated { amount_usd: None });
    let result = |events: &[CrmEvent]| history(events).outcome().map(|o| o.result);
    assert_eq!(result(&[opened.clone(), lost.clone()]), Some(OutcomeResult::Lost));
    assert_eq!(result(&[opened.clone(), lost.clone(), other]), None, "which of two is lost, nobody has said");
    let missed = event("4", Some("m"), 1, Milestone::NoShow);
    assert_eq!(
        result(&[missed, opened.clone(), lost.clone()]),
        Some(OutcomeResult::Lost),
        "a meeting is no deal"
    );
    let won = |deal| event("5", deal, 3, Milestone::Won { amount_usd: Some(70) });
    assert_eq!(result(&[opened.clone(), won(Some("a")), lost.clone()]), Some(OutcomeResult::Won));
    let again = event("6", None, 5, Milestone::Won { amount_usd: Some(80) });
    let corrected = history(&[opened, won(Some("a")), again]).outcome().unwrap();
    assert_eq!(corrected.amount_usd, Some(80), "the same deal's latest word");
    assert_eq!(result(&[won(None), lost]), Some(OutcomeResult::Lost), "where none is named, all are of one");
}

#[test]
fn a_lead_is_lost_once_every_deal_is() {
    let story = story();
    assert_eq!(history(&story[..2]).outcome().unwrap().result, OutcomeResult::Lost);
    assert_eq!(history(&story[..3]).outcome(), None, "another deal is open");
    assert_eq!(history(&story[5..]).outcome(), None);
    assert_eq!(history(&story[5..]).opportunity_at(), None, "a no-show is no opportunity");
}

#[test]
fn the_same_id_with_another_content_is_a_conflict() {
    let mut told = history(&story());
    let other = event("4", Some("b"), 9, Milestone::Won { amount_usd: Some(71) });
    assert_eq!(told.add(other.record().unwrap()), Recorded::Conflict);
    assert_eq!(told, history(&story()));
}

#[test]
fn a_newer_version_is_refused_by_name_and_an_address_is_not_shown() {
    let error = CrmEvent::parse(br#"{"schema_version":2}"#).unwrap_err();
    assert!(matches!(error, WireError::NewerVersion { found: 2, supported: 1 }));
    assert!(!format!("{:?}", story()[0]).contains("ada"));
}

#[test]
fn the_shape_of_an_event_is_bounded() {
    let text = to_json(&story()[1]).unwrap();
    let with = |value: &str| text.replacen('{', &format!("{{\"jane@acme.example\":{value},"), 1);
    let problem = |text: &str| CrmEvent::parse(text.as_bytes()).unwrap_err().to_string();
    assert_eq!(CrmEvent::parse(text.as_bytes()).unwrap(), story()[1]);
    let deep = problem(&with(&format!("{}{}", "[".repeat(200), "]".repeat(200))));
    assert!(deep.starts_with("field `…`: nests more than 16"), "{deep}");
    let wide = problem(&with(&format!("[{}]", vec!["0"; 100].join(","))));
    assert!(wide.starts_with("field `…`: brings the body to more than 100 values"), "{wide}");
    let strange = problem(&with("0"));
    assert!(strange.contains("has a field that is not known here") && !strange.contains("jane"), "{strange}");
    assert!(problem(&with(&format!("\"{}\"", "x".repeat(20_000)))).contains("more than the 16384 bytes"));
}

#[test]
fn long_records_fill_a_lead_before_many_do() {
    let mut told = CrmHistory::default();
    let mut kept = 0;
    for n in 0..CrmHistory::MOST {
        let id = format!("{n:02}{}", "é".repeat(254));
        let what = Milestone::Lost { reason: Some("\u{1}".repeat(500)) };
        match told.add(event(&id, Some(&"é".repeat(256)), 1, what).record().unwrap()) {
            Recorded::New => kept += 1,
            other => assert_eq!(other, Recorded::Full),
        }
    }
    assert!((10..CrmHistory::MOST).contains(&kept), "{kept}");
    assert!(to_json(&told).unwrap().len() < CrmHistory::MOST_BYTES + CrmHistory::MOST);
}

#[test]
fn every_field_of_ours_may_be_named_in_an_error() {
    let names = serde_json::to_string(&schemars::schema_for!(CrmEvent)).unwrap();
    for field in FIELDS {
        assert!(names.contains(&format!("\"{field}\"")), "{field}");
    }
}
