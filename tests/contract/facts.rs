//! Bought facts and what they cost: DynamoDB and its twin.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, KeySchemaElement, KeyType, ScalarAttributeType,
};
use futures_util::future::join_all;
use jiff::{SignedDuration, Timestamp};
use leadlight_adapters::DynamoFacts;
use leadlight_lead::LeadId;
use leadlight_ports::memory::MemoryFacts;
use leadlight_ports::{
    Buyer, Cap, Caps, Class, Classed, FactKey, FactTraces, Facts, Finding, KeptFact, Purchase, RawAnswer,
    Reservation, Reserved, Subject, UsdMicros,
};
use leadlight_tests::deployed::Deployed;

const PRICE: UsdMicros = UsdMicros(50_000);
const PLENTY: Caps =
    Caps { per_lead: UsdMicros(1 << 40), per_day: UsdMicros(1 << 40), per_month: UsdMicros(1 << 40) };

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn key(name: &str) -> FactKey {
    let email = format!("{name}@acme.example").parse().unwrap();
    FactKey { provider: "sample-vendor".parse().unwrap(), subject: Subject::person(&email) }
}

fn lead(id: &str) -> LeadId {
    LeadId::of(&"website-form".parse().unwrap(), &id.parse().unwrap())
}

fn known(text: &str, fetched_at: Timestamp, cost: UsdMicros) -> KeptFact {
    let finding = Finding::Known(RawAnswer::new(text.into()).unwrap());
    KeptFact { finding, fetched_at, cost, bought_for: Buyer::of(&lead("e1")) }
}

/// Wants a fact for a lead now. One that is 30 days old is fresh, and the vendor answers within 20 seconds.
fn purchase<'a>(key: &'a FactKey, lead: &'a LeadId, now: Timestamp, caps: Caps) -> Purchase<'a> {
    Purchase {
        key,
        lead,
        price: PRICE,
        caps,
        fresh_since: now - SignedDuration::from_hours(30 * 24),
        now,
        until: now + SignedDuration::from_secs(20),
    }
}

fn open(reserved: Reserved) -> Reservation {
    let Reserved::Open(reservation) = reserved else { panic!("{reserved:?}") };
    reservation
}

async fn spent(facts: &impl Facts, month: &str) -> u64 {
    facts.spent(format!("{month}-15").parse().unwrap()).await.unwrap().total.0
}

async fn a_fact_is_bought_once(facts: &impl Facts) {
    let (key, lead, now) = (key("once"), lead("once"), at("2026-01-10T12:00:00Z"));
    assert_eq!(facts.get(&key).await.unwrap(), None);
    let reservation = open(facts.reserve(&purchase(&key, &lead, now, PLENTY)).await.unwrap());
    assert_eq!(facts.get(&key).await.unwrap(), None, "nothing is known before the answer");
    // The same lead, delivered twice.
    let second = facts.reserve(&purchase(&key, &lead, now, PLENTY)).await.unwrap();
    assert_eq!(second, Reserved::Busy { until: now + SignedDuration::from_secs(20) });
    let fact = known("{\"title\":\"VP\"}", now, PRICE);
    facts.settle(&reservation, &fact).await.unwrap();
    assert_eq!(facts.get(&key).await.unwrap(), Some(fact.clone()));
    let again = facts.reserve(&purchase(&key, &lead, now, PLENTY)).await.unwrap();
    assert_eq!(again, Reserved::Fresh(fact.clone()), "a redelivery pays nothing");
    facts.settle(&reservation, &fact).await.unwrap();
    assert_eq!(spent(facts, "2026-01").await, PRICE.0);

    let later = now + SignedDuration::from_hours(31 * 24);
    let reservation = open(facts.reserve(&purchase(&key, &lead, later, PLENTY)).await.unwrap());
    assert_eq!(facts.get(&key).await.unwrap(), Some(fact), "the old one stays until there is a new one");
    let newer = KeptFact {
        finding: Finding::Unknown,
        fetched_at: later,
        cost: UsdMicros(0),
        bought_for: Buyer::of(&lead),
    };
    facts.settle(&reservation, &newer).await.unwrap();
    assert_eq!(facts.get(&key).await.unwrap(), Some(newer), "that a vendor does not know is kept as well");
}

async fn what_it_cost_is_counted_in_the_place_of_the_price(facts: &impl Facts) {
    let (lead, now) = (lead("costs"), at("2026-03-31T23:59:59Z"));
    let buy = async |name: &str, cost: Option<u64>| {
        let key = key(name);
        let reservation = open(facts.reserve(&purchase(&key, &lead, now, PLENTY)).await.unwrap());
        if let Some(cost) = cost {
            // The answer comes in the next month, and counts for this one.
            let fact = known("{}", at("2026-04-01T00:00:01Z"), UsdMicros(cost));
            facts.settle(&reservation, &fact).await.unwrap();
        } else {
            facts.release(&reservation).await.unwrap();
            facts.release(&reservation).await.unwrap();
        }
    };
    buy("costs-less", Some(20_000)).await;
    buy("costs-more", Some(70_000)).await;
    buy("costs-nothing", Some(0)).await;
    buy("was-not-asked", None).await;
    let told = facts.spent("2026-03-01".parse().unwrap()).await.unwrap();
    assert_eq!(told.total, UsdMicros(90_000));
    assert_eq!(told.by_day, BTreeMap::from([(31, UsdMicros(90_000))]));
    assert_eq!(told.by_provider, BTreeMap::from([("sample-vendor".parse().unwrap(), UsdMicros(90_000))]));
    assert_eq!(facts.spent("2026-04-01".parse().unwrap()).await.unwrap(), leadlight_ports::Spent::default());
    let caps = Caps { per_lead: UsdMicros(90_000), ..PLENTY };
    let over = facts.reserve(&purchase(&key("one-more"), &lead, now, caps)).await.unwrap();
    assert_eq!(over, Reserved::OverCap(Cap::Lead), "it counts for the lead as well");
    // What was released may be bought again at once.
    let _ = open(facts.reserve(&purchase(&key("was-not-asked"), &lead, now, PLENTY)).await.unwrap());
}

async fn a_process_that_dies_holds_a_fact_until_its_time_is_up(facts: &impl Facts) {
    let (key, lead, now) = (key("dies"), lead("dies"), at("2026-05-10T12:00:00Z"));
    let died = open(facts.reserve(&purchase(&key, &lead, now, PLENTY)).await.unwrap());
    let until = now + SignedDuration::from_secs(20);
    let just_before = until - SignedDuration::from_millis(1);
    let busy = facts.reserve(&purchase(&key, &lead, just_before, PLENTY)).await.unwrap();
    assert_eq!(busy, Reserved::Busy { until });
    let next = open(facts.reserve(&purchase(&key, &lead, until, PLENTY)).await.unwrap());
    assert_ne!(died.id, next.id);
    assert_eq!(spent(facts, "2026-05").await, 2 * PRICE.0, "it may have been paid");
    // It was slow, not dead: its answer was paid for and is kept.
    let late = known("late", until, UsdMicros(1));
    facts.settle(&died, &late).await.unwrap();
    assert_eq!(facts.get(&key).await.unwrap(), Some(late));
    assert_eq!(spent(facts, "2026-05").await, 2 * PRICE.0);
    facts.release(&died).await.unwrap();
    let newest = known("newest", until + SignedDuration::from_secs(1), PRICE);
    facts.settle(&next, &newest).await.unwrap();
    facts.settle(&died, &known("late", until, UsdMicros(1))).await.unwrap();
    assert_eq!(facts.get(&key).await.unwrap(), Some(newest), "an older answer replaces none");
    assert_eq!(spent(facts, "2026-05").await, 2 * PRICE.0);
}

async fn no_cap_is_overrun(facts: &impl Facts) {
    let two = UsdMicros(2 * PRICE.0);
    let month = |i: usize| at(&format!("2026-0{}-10T12:00:00Z", 7 + i));
    let caps = [
        (Cap::Lead, Caps { per_lead: two, ..PLENTY }),
        (Cap::Day, Caps { per_day: two, ..PLENTY }),
        (Cap::Month, Caps { per_month: two, ..PLENTY }),
    ];
    for (i, (cap, caps)) in caps.into_iter().enumerate() {
        let buy = async |n: usize, now| {
            let who = if cap == Cap::Lead { lead("capped") } else { lead(&format!("capped-{n}")) };
            facts.reserve(&purchase(&key(&format!("capped-{i}-{n}")), &who, now, caps)).await.unwrap()
        };
        let all = join_all((0..8).map(|n| buy(n, month(i)))).await;
        let opened = all.iter().filter(|reserved| matches!(reserved, Reserved::Open(_))).count();
        assert_eq!(opened, 2, "{all:?}");
        let refused = all.iter().filter(|reserved| **reserved == Reserved::OverCap(cap)).count();
        assert_eq!(refused, 6, "{all:?}");
        let told = facts.spent(month(i).strftime("%Y-%m-%d").to_string().parse().unwrap()).await.unwrap();
        assert_eq!(told.total, two, "what was refused is counted nowhere");
        // The next day has a budget of its own, within the month's.
        let next_day = buy(9, month(i) + SignedDuration::from_hours(24)).await;
        assert_eq!(matches!(next_day, Reserved::Open(_)), cap == Cap::Day, "{next_day:?}");
    }
    let dear = Caps { per_day: UsdMicros(PRICE.0 - 1), ..PLENTY };
    let (key, lead) = (key("dear"), lead("dear"));
    let now = at("2026-11-10T12:00:00Z");
    let over = facts.reserve(&purchase(&key, &lead, now, dear)).await.unwrap();
    assert_eq!(over, Reserved::OverCap(Cap::Day), "where the price alone exceeds it");
    // What a cap refused holds nobody back: someone may raise it.
    let _ = open(facts.reserve(&purchase(&key, &lead, now, PLENTY)).await.unwrap());
    assert_eq!(spent(facts, "2026-11").await, PRICE.0);
}

async fn one_of_many_buys(facts: &impl Facts) {
    let (key, now) = (key("raced"), at("2026-12-10T12:00:00Z"));
    let leads: Vec<LeadId> = (0..8).map(|n| lead(&format!("raced-{n}"))).collect();
    let all = join_all(leads.iter().map(|lead| {
        let key = &key;
        async move { facts.reserve(&purchase(key, lead, now, PLENTY)).await.unwrap() }
    }))
    .await;
    let opened = all.iter().filter(|reserved| matches!(reserved, Reserved::Open(_))).count();
    let busy = all.iter().filter(|reserved| matches!(reserved, Reserved::Busy { .. })).count();
    assert_eq!((opened, busy), (1, 7), "{all:?}");
    assert_eq!(spent(facts, "2026-12").await, PRICE.0);
}

async fn the_longest_answer_is_kept(facts: &impl Facts) {
    let (key, lead, now) = (key("long"), lead("long"), at("2027-01-10T12:00:00Z"));
    let reservation = open(facts.reserve(&purchase(&key, &lead, now, PLENTY)).await.unwrap());
    let fact = known(&"x".repeat(RawAnswer::LONGEST_BYTES), now, PRICE);
    facts.settle(&reservation, &fact).await.unwrap();
    assert_eq!(facts.get(&key).await.unwrap(), Some(fact));
}

async fn what_is_about_somebody_is_found_and_forgotten(facts: &(impl Facts + FactTraces)) {
    let (key, lead, now) = (key("forgotten"), lead("forgotten"), at("2031-07-10T12:00:00Z"));
    let other = FactKey { provider: "another-vendor".parse().unwrap(), ..key.clone() };
    for key in [&key, &other] {
        let reservation = open(facts.reserve(&purchase(key, &lead, now, PLENTY)).await.unwrap());
        facts.settle(&reservation, &known("told", now, PRICE)).await.unwrap();
    }
    let mut about = facts.about(std::slice::from_ref(&key.subject)).await.unwrap();
    about.sort();
    assert_eq!(about, [other.clone(), key.clone()], "whoever told it");
    // More people than one condition names.
    let many = (0..80).map(|n| Subject::person(&format!("p{n}@acme.example").parse().unwrap()));
    let many: Vec<Subject> = many.chain([key.subject.clone()]).collect();
    let mut of_many = facts.about(&many).await.unwrap();
    of_many.sort();
    assert_eq!(of_many, about);
    assert!(facts.about(&[]).await.unwrap().is_empty());
    let month = spent(facts, "2031-07").await;
    for key in [&key, &other, &key] {
        facts.forget(key).await.unwrap();
    }
    assert!(facts.about(std::slice::from_ref(&key.subject)).await.unwrap().is_empty());
    assert_eq!(facts.get(&key).await.unwrap(), None);
    assert!(facts.forget_spend(&lead).await.unwrap());
    assert!(!facts.forget_spend(&lead).await.unwrap(), "it is gone");
    assert_eq!(spent(facts, "2031-07").await, month, "what was spent in a month stays counted");
}

async fn facts_contract(facts: &(impl Facts + FactTraces)) {
    what_is_about_somebody_is_found_and_forgotten(facts).await;
    a_fact_is_bought_once(facts).await;
    what_it_cost_is_counted_in_the_place_of_the_price(facts).await;
    a_process_that_dies_holds_a_fact_until_its_time_is_up(facts).await;
    no_cap_is_overrun(facts).await;
    one_of_many_buys(facts).await;
    the_longest_answer_is_kept(facts).await;
}

#[tokio::test]
async fn the_twin_holds_the_contract_for_bought_facts() {
    let facts = MemoryFacts::default();
    facts_contract(&facts).await;
    facts.set_away(true);
    assert_eq!(facts.get(&key("once")).await.unwrap_err().class(), Class::Retryable);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_real_table_holds_the_contract_for_bought_facts() {
    const TABLE: &str = "facts";
    let deployed = Deployed::new().await;
    let config = &deployed.config;
    let attribute =
        AttributeDefinition::builder().attribute_name("pk").attribute_type(ScalarAttributeType::S);
    let schema = KeySchemaElement::builder().attribute_name("pk").key_type(KeyType::Hash);
    aws_sdk_dynamodb::Client::new(config)
        .create_table()
        .table_name(TABLE)
        .attribute_definitions(attribute.build().unwrap())
        .key_schema(schema.build().unwrap())
        .billing_mode(BillingMode::PayPerRequest)
        .send()
        .await
        .unwrap();
    let facts = DynamoFacts::from_config(config, TABLE.to_owned());
    Box::pin(facts_contract(&facts)).await;

    // No personal data in keys.
    let items = aws_sdk_dynamodb::Client::new(config).scan().table_name(TABLE).send().await.unwrap();
    for item in items.items() {
        let key = item["pk"].as_s().unwrap();
        assert!(!key.contains("acme") && !key.contains("website-form"), "{key}");
    }

    let nowhere = DynamoFacts::from_config(&super::nowhere(config), TABLE.to_owned());
    let (key, lead, now) = (key("once"), lead("once"), at("2026-01-10T12:00:00Z"));
    assert_eq!(nowhere.get(&key).await.unwrap_err().class(), Class::Retryable);
    let away = nowhere.reserve(&purchase(&key, &lead, now, PLENTY)).await.unwrap_err();
    assert_eq!(away.class(), Class::Retryable, "nothing is bought that cannot be counted");
}
