//! A DynamoDB table of the company's own: what its items say, and what a lead says where none can be had.

use std::time::{Duration, Instant};

use leadlight_enrich::Looked;
use leadlight_lead::{Came, FactField, Gap};
use leadlight_outward::Item;
use leadlight_ports::{ItemError, RawAnswer};
use serde_json::{Value, json};

use super::{World, came, done, enriched, form, now, one};

const OWN: &str = r#"
schema_version = 1
[budget]
per_lead_usd = 0
per_day_usd = 0
per_month_usd = 0
longest_ms = 1000
again = 2
[never]
email_kinds = ["free_mail"]
[firmographic]
order = ["own"]
fields = ["industry", "employees"]
[contact]
order = ["people"]
fields = ["seniority"]
[providers.own]
kind = "dynamodb"
price_usd = 0.0
timeout_ms = 200
[providers.own.options]
table = "company-facts"
key = "pk"
key_value = "COMPANY#{domain}"
sort_key = "sk"
sort_value = "PROFILE"
industry = "sector"
employees = "size.now"
[providers.people]
kind = "dynamodb"
price_usd = 0.0
[providers.people.options]
table = "people"
key = "email"
key_value = "{email}"
seniority = "level"
"#;

fn item(value: &Value) -> Item {
    value.as_object().unwrap().clone()
}

async fn world() -> World {
    let world = World::with(OWN).await;
    world.items.create("company-facts", &["pk", "sk"]);
    world.items.create("people", &["email"]);
    let company = json!({
        "pk": "COMPANY#acme.example", "sk": "PROFILE", "sector": "Software", "size": { "now": 312 },
        "chief": "Ada Lovelace",
    });
    world.items.put("company-facts", item(&company));
    world.items.put("people", item(&json!({ "email": "ada@acme.example", "level": "VP" })));
    world
}

#[tokio::test]
async fn an_item_of_ones_own_is_read_for_each_lead_and_nothing_of_it_is_kept() {
    let world = world().await;
    let stage = world.stage();
    let lead = one(&stage, json!({})).await;
    assert_eq!(came(&lead), [Came::Found, Came::Found]);
    let origin = FactField::Employees.of(&lead.enrichment).unwrap();
    assert_eq!((origin.provider, origin.fetched_at, origin.confidence), ("own", now(), 1.0));
    assert_eq!(lead.enrichment.person.seniority.as_ref().unwrap().provider, "people");
    assert_eq!(world.spent().await, 0, "it costs nothing, and no cap holds it back");

    let newer = json!({ "pk": "COMPANY#acme.example", "sk": "PROFILE", "sector": "Logistics" });
    world.items.put("company-facts", item(&newer));
    done(&stage, &form("e2", &json!({}))).await;
    let lead = enriched(&stage).pop().unwrap();
    assert_eq!(lead.enrichment.company.industry.as_ref().unwrap().value, "logistics", "as it is now");
    let asked = world.items.asked();
    assert_eq!(asked.len(), 4, "each lead reads its company and its person");
    assert!(
        asked.iter().all(|one| !one.attributes.iter().any(|name| name == "chief")),
        "what is mapped alone"
    );
}

#[tokio::test]
async fn what_the_table_does_not_have_is_not_known() {
    let world = world().await;
    let lead =
        one(&world.stage(), json!({ "email": "eva@brightforge.example", "company": "Brightforge" })).await;
    assert_eq!(came(&lead), [Came::Unknown, Came::Unknown]);
    // Nobody is asked about the person behind free mail; their own table is no exception.
    let world = self::world().await;
    one(&world.stage(), json!({ "email": "ada@gmail.com", "website": "https://acme.example" })).await;
    assert!(world.items.asked().iter().all(|one| one.table == "company-facts"));
}

#[tokio::test]
async fn a_table_that_cannot_be_read_leaves_a_gap_and_the_lead_goes_on() {
    for (error, gap, is_looked_up_again) in [
        (ItemError::NoTable, Gap::Refused, false),
        (ItemError::OtherKey, Gap::Refused, false),
        (ItemError::Denied, Gap::Denied, true),
        (ItemError::TooFast, Gap::TooFast, true),
        (ItemError::TooLong, Gap::Unreadable, false),
        (ItemError::Away("no route".into()), Gap::Away, true),
    ] {
        let world = world().await;
        world.items.fail(error);
        let stage = world.stage();
        let lead = one(&stage, json!({ "country": "DE" })).await;
        assert_eq!(came(&lead)[0], Came::Nothing(gap));
        assert_eq!(came(&lead)[1], Came::Found, "the other table is asked all the same");
        assert_eq!(stage.again.sent().len(), usize::from(is_looked_up_again), "{gap:?}");
        assert!(lead.enrichment.company.country.is_some(), "it goes on with what is known");
    }
}

#[tokio::test]
async fn an_item_of_other_types_is_an_answer_that_cannot_be_read() {
    let world = world().await;
    let odd =
        json!({ "pk": "COMPANY#acme.example", "sk": "PROFILE", "sector": ["a"], "size": { "now": {} } });
    world.items.put("company-facts", item(&odd));
    assert_eq!(came(&one(&world.stage(), json!({})).await)[0], Came::Nothing(Gap::Unreadable));
    let long = "x".repeat(RawAnswer::LONGEST_BYTES + 1);
    let long = json!({ "pk": "COMPANY#acme.example", "sk": "PROFILE", "sector": long });
    world.items.put("company-facts", item(&long));
    assert_eq!(came(&one(&world.stage(), json!({})).await)[0], Came::Nothing(Gap::Unreadable));
}

#[tokio::test]
async fn a_table_that_does_not_answer_costs_its_time_and_is_left_in_peace_when_it_fails_again() {
    let world = world().await;
    let stage = world.stage();
    let began = Instant::now();
    world.items.hang();
    assert_eq!(came(&one(&stage, json!({})).await)[0], Came::Nothing(Gap::Away));
    assert!(began.elapsed() < Duration::from_secs(1), "{:?}", began.elapsed());
    for id in ["e2", "e3"] {
        world.items.fail(ItemError::Away("no route".into()));
        done(&stage, &form(id, &json!({}))).await;
    }
    let asked = world.items.asked().len();
    done(&stage, &form("e4", &json!({}))).await;
    let lead = enriched(&stage).pop().unwrap();
    assert_eq!(came(&lead), [Came::Nothing(Gap::Resting), Came::Found]);
    assert_eq!(world.items.asked().len(), asked + 1, "the person's table alone");
}

#[tokio::test]
async fn who_would_be_asked_is_told_without_reading_anything() {
    let world = world().await;
    let stage = world.stage();
    let lead = one(&stage, json!({})).await;
    let vendors = stage.lookup.in_force.vendors(now()).await.unwrap();
    let asked = world.items.asked().len();
    let quote = stage.lookup.quote(lead.submitted.clone(), &vendors, None).await.unwrap();
    let names: Vec<_> = quote.questions.iter().map(|one| (one.provider.as_str(), one.price.0)).collect();
    assert_eq!(names, [("own", 0), ("people", 0)]);
    assert_eq!((quote.at_most.0, world.items.asked().len()), (0, asked));
    let Looked { lead, .. } = stage.lookup.look(lead.submitted, 0, &vendors).await.unwrap();
    assert_eq!(came(&lead), [Came::Found, Came::Found]);
}
