//! What vendors gave, over leads of which it is known.

use leadlight_lead::{About, Against, FORM, Fact, RouteRequest, StageMessage, Work};

use super::*;

const LEAD: &str = include_str!("../../../lead/testdata/v1/queued-lead-rules.json");
const POLICY: &str = include_str!("../../../../infra/policies/default.toml");

fn policy() -> Policy {
    Policy::parse("default.toml", POLICY).unwrap()
}

fn enriched(lead: &mut QueuedLead) -> &mut EnrichedLead {
    match &mut lead.content {
        RouteRequest::Scored(scored) => &mut scored.enriched,
        RouteRequest::HumanFirst(enriched) => enriched,
    }
}

/// When the event happened that all of them began with.
fn happened() -> Timestamp {
    "2026-11-20T11:42:00Z".parse().unwrap()
}

fn days(days: i64) -> SignedDuration {
    SignedDuration::from_hours(24 * days)
}

fn fact<T>(value: T, provider: &str, age: SignedDuration) -> Fact<T> {
    Fact { value, provider: provider.to_owned(), fetched_at: happened() - age, confidence: 0.9 }
}

fn asked(provider: &str, about: About, came: Came, cost_usd_micros: u64) -> Asked {
    Asked { provider: provider.to_owned(), about, came, cost_usd_micros, at: happened() }
}

/// A lead of which nothing is known.
fn lead() -> QueuedLead {
    let mut lead = QueuedLead::from_message(LEAD.as_bytes()).unwrap();
    enriched(&mut lead).enrichment = leadlight_lead::Enrichment::default();
    lead
}

/// One vendor knows the industry, another is asked in its place once.
fn leads() -> Vec<QueuedLead> {
    let mut one = lead();
    let found = &mut enriched(&mut one).enrichment;
    found.company.industry = Some(fact("software".to_owned(), "first", days(3)));
    found.company.name = Some(fact("Acme".to_owned(), FORM, days(0)));
    found.asked = vec![
        asked("first", About::Company, Came::Found, 100_000),
        asked("first", About::Person, Came::Unknown, 20_000),
    ];
    let against = |provider: &str| Against {
        field: FactField::Industry,
        value: "retail".to_owned(),
        provider: provider.to_owned(),
        fetched_at: happened(),
        confidence: 0.5,
    };
    found.against = vec![against("second"), against(FORM), against("second")];
    let mut two = lead();
    let found = &mut enriched(&mut two).enrichment;
    found.company.industry = Some(fact("Sundry goods".to_owned(), "second", days(10)));
    found.company.country = Some(fact("DE".parse().unwrap(), "first", days(1)));
    found.asked = vec![
        asked("first", About::Company, Came::Kept, 0),
        asked("first", About::Person, Came::Nothing(Gap::NoCredit), 0),
        asked("second", About::Company, Came::Found, 500_000),
    ];
    let mut three = lead();
    let found = &mut enriched(&mut three).enrichment;
    found.asked = vec![
        asked("first", About::Company, Came::KeptUnknown, 0),
        asked("second", About::Company, Came::Nothing(Gap::LeadCap), 0),
    ];
    vec![one, two, three, lead()]
}

#[test]
fn what_each_vendor_gave_is_counted_by_lead_and_by_question() {
    let supply = Supply::of(&policy(), &leads());
    assert_eq!(supply.leads, 4);
    let first = &supply.providers["first"];
    assert_eq!((first.leads, first.found, first.kept, first.unknown), (3, 1, 1, 2));
    assert_eq!((first.failed(), first.passed_over(), first.cost_usd_micros), (1, 0, 120_000));
    assert!((first.usd_per_lead().unwrap() - 0.04).abs() < 1e-12);
    let second = &supply.providers["second"];
    assert_eq!((second.leads, second.found, second.failed(), second.passed_over()), (1, 1, 0, 1));
    assert!((second.usd_per_lead().unwrap() - 0.5).abs() < 1e-12, "a lead it was passed over for is none");
    assert_eq!(supply.providers.keys().collect::<Vec<_>>(), ["first", "second"], "a form is no vendor");
    let share = |provider, field| supply.share(provider, field);
    assert!((share("first", FactField::Industry) - 0.25).abs() < 1e-12);
    assert!((share("first", FactField::Country) - 0.25).abs() < 1e-12);
    assert!(
        share("first", FactField::Title).abs() < 1e-12 && share("nobody", FactField::Title).abs() < 1e-12
    );
}

#[test]
fn who_overruled_whom_is_counted_once_a_lead() {
    let supply = Supply::of(&policy(), &leads());
    let conflict =
        |lost: &str| Conflict { field: FactField::Industry, won: "first".to_owned(), lost: lost.to_owned() };
    assert_eq!(supply.conflicts, [(conflict(FORM), 1), (conflict("second"), 1)].into());
}

#[test]
fn words_that_the_policy_does_not_understand_are_listed_by_their_number() {
    let mut leads = leads();
    for word in ["Sundry goods", "Other things", "software"] {
        let mut more = lead();
        let said = fact(word.to_owned(), "second", days(0));
        enriched(&mut more).enrichment.company.industry = Some(said);
        leads.push(more);
    }
    let supply = Supply::of(&policy(), &leads);
    let said = |word: &str, leads| Unmapped { provider: "second".to_owned(), word: word.to_owned(), leads };
    let top = |most| Unmapped::top(&supply.industries, most);
    assert_eq!(top(9), [said("Sundry goods", 2), said("Other things", 1)]);
    assert_eq!(top(1).len(), 1);
}

#[test]
fn tools_outside_the_vocabulary_are_listed_once_a_lead() {
    let mut one = lead();
    let tools = ["salesforce", "in-house-thing", "in-house-thing", "zz-crm"].map(str::to_owned).to_vec();
    enriched(&mut one).enrichment.company.technologies = Some(fact(tools, "first", days(0)));
    let mut two = lead();
    enriched(&mut two).enrichment.company.technologies =
        Some(fact(vec!["zz-crm".to_owned()], "first", days(0)));
    let supply = Supply::of(&policy(), &[one, two]);
    let told: Vec<_> =
        Unmapped::top(&supply.technologies, 9).into_iter().map(|said| (said.word, said.leads)).collect();
    assert_eq!(told, [("zz-crm".to_owned(), 2), ("in-house-thing".to_owned(), 1)]);
}

/// Twenty facts, 1 to 20 days old, and one that was fetched a moment after the lead came.
#[test]
fn ages_are_those_at_the_decision() {
    let mut leads = Vec::new();
    for age in (1..=19).map(days).chain([-SignedDuration::from_secs(4)]) {
        let mut one = lead();
        enriched(&mut one).enrichment.company.naics = Some(fact("5112".to_owned(), "first", age));
        leads.push(one);
    }
    let supply = Supply::of(&policy(), &leads);
    let first = &supply.providers["first"];
    assert_eq!((first.median_age(), first.ninth_decile_age()), (Some(days(9)), Some(days(17))));
    assert_eq!((first.leads, first.usd_per_lead()), (0, None), "imported: nobody was asked");
    assert_eq!(Supplied::default().median_age(), None);
}

/// The picture of several events tells of the latest round of vendors alone; each event was paid for.
#[test]
fn costs_are_those_of_all_events() {
    let mut lead = lead();
    let paid = |cost: u64| {
        let mut event = leads().remove(3).enriched().clone();
        event.enrichment.asked = vec![asked("first", About::Company, Came::Found, cost)];
        event
    };
    let picture = enriched(&mut lead);
    picture.enrichment.asked = paid(7).enrichment.asked;
    picture.joined.events = vec![paid(1), paid(7)];
    lead.thread.since.events = vec![paid(100)];
    let supply = Supply::of(&policy(), [&lead]);
    let first = &supply.providers["first"];
    assert_eq!((first.leads, first.found, first.cost_usd_micros), (1, 3, 108));
}

/// A vendor was away at first, and another had been paid by then.
#[test]
fn what_an_earlier_round_paid_is_not_forgotten() {
    let mut lead = lead();
    lead.work = Work::default();
    let first = vec![
        asked("first", About::Company, Came::Found, 100),
        asked("second", About::Company, Came::Nothing(Gap::Away), 0),
    ];
    enriched(&mut lead).enrichment.asked = first;
    let mut again = lead.enriched().clone();
    again.round = 1;
    let second =
        vec![asked("first", About::Company, Came::Kept, 0), asked("second", About::Company, Came::Found, 30)];
    again.enrichment.asked = second;
    assert!(lead.learn(&again));
    let cost = |lead: &QueuedLead| {
        let supply = Supply::of(&policy(), [lead]);
        (supply.providers["first"].cost_usd_micros, supply.providers["second"].cost_usd_micros)
    };
    assert_eq!(cost(&lead), (100, 30));
    let picture = lead.picture();
    *enriched(&mut lead) = picture;
    lead.thread.again.clear();
    assert_eq!(cost(&lead), (100, 30), "decided anew");
}

#[test]
fn tests_are_no_leads() {
    let mut test = leads().remove(0);
    enriched(&mut test).submitted.event.is_test = true;
    assert_eq!(Supply::of(&policy(), [&test]), Supply::default());
}
