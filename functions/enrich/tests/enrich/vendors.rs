//! Vendors that are away, slow, denied or wrong, and the pace at which they are asked.

use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use leadlight_enrich::Again;
use leadlight_lead::{Came, Gap, LeadId, StageMessage};
use leadlight_ports::batch::{Message, Stage};
use leadlight_ports::{Caps, Class, Classed, FactKey, Facts, Purchase, Reserved, Subject, UsdMicros};
use serde_json::json;

use super::{COMPANY, FILE, World, answer, came, company, done, enriched, form, key, now, one};

#[tokio::test]
async fn a_vendor_that_is_away_costs_its_time_and_the_lead_is_enriched_again_later() {
    let world = World::with(FILE).await;
    world.http.set_away(true);
    let stage = world.stage();
    let lead = one(&stage, json!({ "country": "DE" })).await;
    assert_eq!(came(&lead), [Came::Nothing(Gap::Away)]);
    assert_eq!(
        lead.enrichment.company.country.as_ref().unwrap().provider,
        "form",
        "it goes on with what is known"
    );
    assert_eq!(world.spent().await, 0, "what was never reached charged nothing");
    let sent = stage.again.sent();
    assert_eq!(sent.len(), 1);
    stage.again.set_time(Timestamp::UNIX_EPOCH + SignedDuration::from_mins(14));
    assert!(stage.again.receive(1, Duration::from_secs(1)).is_empty(), "not before a quarter of an hour");

    // Still away: once more, and then no more, since the file says twice.
    let stage = world.stage();
    done(&stage, &sent[0].body).await;
    let again = stage.again.sent();
    assert_eq!(Again::from_message(again[0].body.as_bytes()).unwrap().round, 2);
    let last = world.stage();
    done(&last, &again[0].body).await;
    assert!(last.again.sent().is_empty());

    world.http.set_away(false);
    let stage = world.stage();
    done(&stage, &sent[0].body).await;
    let back = enriched(&stage).pop().unwrap();
    assert_eq!((back.id(), back.round, came(&back)), (lead.id(), 1, vec![Came::Found]));
    assert_eq!(back.submitted, lead.submitted, "it is the same event");
    assert!(stage.again.sent().is_empty());
}

#[tokio::test]
async fn an_answer_that_cannot_be_used_is_paid_for_once_an_hour_at_most() {
    let long = format!("{{\"a\":\"{}\"}}", "x".repeat(400 * 1024));
    for (body, gap) in [
        ("<!doctype html><title>Sign in</title>", Gap::Unreadable),
        ("{\"status\":200,\"website\":\"acme.exa", Gap::Unreadable),
        ("", Gap::Unreadable),
        ("[]", Gap::Unreadable),
        (&company("globex.example").to_string(), Gap::OtherSubject),
        (&long, Gap::Unreadable),
    ] {
        let world = World::with(FILE).await;
        world.http.put(COMPANY, body);
        for _ in 0..3 {
            let lead = one(&world.stage(), json!({})).await;
            assert_eq!(came(&lead), [Came::Nothing(gap)], "{body:.40}");
            assert!(lead.enrichment.company.employees.is_none());
        }
        assert_eq!((world.http.asked().len(), world.spent().await), (1, 100_000), "{body:.40}");
        world.http.put(COMPANY, company("acme.example").to_string());
        let later = world.stage_at(now() + SignedDuration::from_mins(61));
        assert_eq!(came(&one(&later, json!({})).await), [Came::Found], "{body:.40}");
    }
}

#[tokio::test]
async fn what_a_status_says_is_told_and_charges_nothing() {
    for (status, gap) in [
        (202, Gap::Pending),
        (302, Gap::Refused),
        (400, Gap::Refused),
        (401, Gap::Denied),
        (402, Gap::NoCredit),
        (403, Gap::Denied),
        (429, Gap::TooFast),
        (500, Gap::Away),
        (503, Gap::Away),
    ] {
        let world = World::with(FILE).await;
        world.http.put_answer(COMPANY, answer(status, ""));
        let stage = world.stage();
        let lead = one(&stage, json!({})).await;
        assert_eq!(came(&lead), [Came::Nothing(gap)], "{status}");
        assert_eq!(world.spent().await, 0, "{status}");
        assert_eq!(stage.again.sent().len(), usize::from(gap.may_pass()), "{status}");
        world.http.put(COMPANY, company("acme.example").to_string());
        assert_eq!(came(&one(&world.stage(), json!({})).await), [Came::Found], "{status}");
    }
}

#[tokio::test]
async fn an_answer_in_no_time_may_have_been_charged_and_stays_counted() {
    let world = World::with(FILE).await;
    world.http.hang(COMPANY);
    assert_eq!(came(&one(&world.stage(), json!({})).await), [Came::Nothing(Gap::Away)]);
    assert_eq!(world.spent().await, 100_000);
}

#[tokio::test]
async fn a_vendor_that_wants_fewer_questions_is_left_in_peace() {
    let world = World::with(FILE).await;
    let stage = world.stage();
    for n in 0..50 {
        let url = COMPANY.replace("acme", &format!("c{n}"));
        let mut busy = answer(429, "");
        busy.headers.insert("retry-after", "30".parse().unwrap());
        world.http.put_answer(&url, busy);
    }
    for n in 0..50 {
        done(&stage, &form(&format!("e{n}"), &json!({ "email": format!("ada@c{n}.example") }))).await;
    }
    assert_eq!(world.http.asked().len(), 1, "one question a Retry-After");
    let leads = enriched(&stage);
    assert_eq!(leads.len(), 50);
    assert_eq!(came(&leads[49]), [Came::Nothing(Gap::Resting)]);
}

#[tokio::test]
async fn each_request_takes_a_turn_and_waiting_for_someone_elses_takes_none() {
    // One a second: the second try of a vendor that is away has to wait for longer than the lead may.
    let slow =
        FILE.replace("per_second = 100", "per_second = 1").replace("timeout_ms = 300", "timeout_ms = 900");
    let world = World::with(&slow).await;
    world.http.put_answer(COMPANY, answer(503, ""));
    let lead = one(&world.stage(), json!({})).await;
    assert_eq!((came(&lead), world.http.asked().len()), (vec![Came::Nothing(Gap::Away)], 1));
    assert_eq!(world.spent().await, 0);

    // Another environment is asking: while its answer is waited for, no turn is used up.
    let world = World::with(&slow).await;
    let key = FactKey {
        provider: "pdl".parse().unwrap(),
        subject: Subject::company(&"acme.example".parse().unwrap()),
    };
    let other = LeadId::of(&"website-form".parse().unwrap(), &"other".parse().unwrap());
    let caps =
        Caps { per_lead: UsdMicros(1 << 40), per_day: UsdMicros(1 << 40), per_month: UsdMicros(1 << 40) };
    let later = |seconds| now() + SignedDuration::from_secs(seconds);
    let purchase = Purchase {
        key: &key,
        lead: &other,
        price: UsdMicros(100_000),
        caps,
        fresh_since: later(-60),
        now: now(),
        until: later(60),
    };
    let Reserved::Open(_reservation) = world.facts.reserve(&purchase).await.unwrap() else { panic!() };
    let stage = world.stage();
    assert_eq!(came(&one(&stage, json!({})).await), [Came::Nothing(Gap::NoTime)]);
    world.http.put(&COMPANY.replace("acme", "beta"), company("beta.example").to_string());
    done(&stage, &form("e2", &json!({ "email": "bo@beta.example" }))).await;
    assert_eq!(came(&enriched(&stage)[1]), [Came::Found], "its turn is there at once");
}

#[tokio::test]
async fn a_key_that_was_changed_is_read_again_and_one_that_is_absent_costs_no_lead() {
    let world = World::with(FILE).await;
    world.secrets.remove(&key());
    assert_eq!(came(&one(&world.stage(), json!({})).await), [Came::Nothing(Gap::Denied)]);
    assert!(world.http.asked().is_empty());

    world.secrets.put(&key(), "old");
    world.http.put_answer(COMPANY, answer(401, ""));
    let stage = world.stage();
    assert_eq!(came(&one(&stage, json!({})).await), [Came::Nothing(Gap::Denied)]);
    assert_eq!(world.http.asked().len(), 1, "the same key is not tried twice");
    world.secrets.put(&key(), "new\n");
    done(&stage, &form("e2", &json!({}))).await;
    let keys: Vec<_> = world.http.requests().iter().map(|r| r.headers["x-api-key"].clone()).collect();
    assert_eq!(keys, ["old", "old", "new"]);

    world.secrets.put(&key(), "line\nbreak");
    let other = form("e3", &json!({ "email": "bo@other.example" }));
    let stage = world.stage();
    done(&stage, &other).await;
    assert_eq!(came(&enriched(&stage)[0]), [Came::Nothing(Gap::Denied)], "no header holds it");
}

#[tokio::test]
async fn while_bought_facts_cannot_be_read_nobody_is_asked_and_the_lead_waits() {
    let world = World::with(FILE).await;
    world.facts.set_away(true);
    let stage = world.stage();
    let body = form("e1", &json!({}));
    let error = stage.process(Message { body: &body, sent_at: now() }).await.unwrap_err();
    assert_eq!(error.class(), Class::Retryable);
    assert!(world.http.asked().is_empty() && stage.to_score.sent().is_empty());
    world.facts.set_away(false);
    done(&stage, &body).await;
    assert_eq!(enriched(&stage).len(), 1);
}

#[tokio::test]
async fn a_slow_vendor_costs_no_more_than_the_budget_of_time() {
    let slow = FILE
        .replace("longest_ms = 1000", "longest_ms = 400")
        .replace("timeout_ms = 300", "timeout_ms = 15000");
    let world = World::with(&slow).await;
    world.http.hang(COMPANY);
    let begun = Instant::now();
    let lead = one(&world.stage(), json!({})).await;
    assert!(!came(&lead).is_empty());
    let limits = world.http.requests()[0].limits.timeout;
    assert!(limits <= Duration::from_millis(400), "{limits:?} is what the request was given");
    assert!(begun.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn an_address_on_this_machine_is_for_one_machine_alone() {
    let local = FILE.replace("price_usd", "base = \"http://127.0.0.1:1\"\nprice_usd");
    let world = World::with(&local).await;
    assert_eq!(came(&one(&world.stage(), json!({})).await), [Came::Nothing(Gap::Refused)]);
    assert!(world.http.asked().is_empty());
}
