//! What a sender only named is fetched, and what the sender's API answers decides what becomes of it.

use http::{HeaderMap, HeaderValue, StatusCode};
use leadlight_lead::{CrmEvent, FormSubmit, Milestone, StageMessage};
use leadlight_ports::batch::{Message, Stage};
use leadlight_ports::memory::{Memory, MemoryHttp, MemoryObjects, MemoryQueue, MemorySecrets};
use leadlight_ports::{Class, Classed, FixedClock, HttpAnswer};
use leadlight_pull::{Pull, PullError};
use leadlight_registry::{InForce, Registry};
use leadlight_sources::Reference;
use serde_json::{Value, json};

use super::{clock, now, published, way_out};

const API: &str = "https://api.hubapi.com/crm/v3/objects";

struct Kit {
    pull: Pull<Memory<FixedClock>, MemorySecrets>,
    http: MemoryHttp,
}

async fn kit() -> Kit {
    kit_of(published().await)
}

fn kit_of(objects: MemoryObjects) -> Kit {
    let (http, secrets) = (way_out(), MemorySecrets::default());
    secrets.put(&"leadlight/sources/crm/api".parse().unwrap(), "pat-na1\n");
    let pull = Pull {
        in_force: InForce::new(Registry::new(objects)),
        secrets,
        stack_name: "leadlight".to_owned(),
        http: http.clone(),
        form_submits: MemoryQueue::default(),
        outcomes: MemoryQueue::default(),
        clock: clock(),
    };
    Kit { pull, http }
}

impl Kit {
    async fn take(&self, what: &str, id: &str) -> Result<(), PullError> {
        let reference = Reference {
            source: "crm".parse().unwrap(),
            what: what.to_owned(),
            id: id.to_owned(),
            occurred_at: now(),
            event: format!("{what}.creation"),
        };
        let body = reference.to_message().unwrap();
        self.pull.process(Message { body: &body, sent_at: now() }).await
    }

    /// What the API answers to the next request for something, whatever its properties.
    async fn answers(&self, object: &str, answer: Value) {
        // The twin knows whole addresses: which one is asked for is seen by asking.
        let url = self.asked_for(object).await;
        self.http.put(&url, answer.to_string());
    }

    async fn asked_for(&self, object: &str) -> String {
        let (what, id) = object.split_once('/').unwrap();
        let before = self.http.asked().len();
        let _ = self.take(if what == "deals" { "deal" } else { "contact" }, id).await;
        let asked = self.http.asked();
        asked[before..].iter().find(|url| url.starts_with(&format!("{API}/{object}?"))).unwrap().clone()
    }
}

fn contact() -> Value {
    json!({ "id": "7", "properties": { "email": "ada@acme.example", "firstname": "Ada", "jobtitle": "CFO", "company": "Acme" } })
}

#[tokio::test]
async fn a_contact_that_was_created_in_the_crm_is_a_lead_like_one_from_a_form() {
    let kit = kit().await;
    kit.answers("contacts/7", contact()).await;
    kit.take("contact", "7").await.unwrap();
    let sent = kit.pull.form_submits.sent();
    let event = FormSubmit::parse(sent[0].body.as_bytes()).unwrap();
    assert_eq!((event.email.as_str(), event.title.as_deref()), ("ada@acme.example", Some("CFO")));
    let asked = kit.http.requests();
    let token = asked.last().unwrap().headers["authorization"].to_str().unwrap().to_owned();
    assert_eq!(token, "Bearer pat-na1", "without the line break that files end in");
    // Fetched again, it is the same event.
    kit.take("contact", "7").await.unwrap();
    let again = FormSubmit::parse(kit.pull.form_submits.sent()[1].body.as_bytes()).unwrap();
    assert_eq!(again.lead_id(now()).unwrap(), event.lead_id(now()).unwrap());
}

#[tokio::test]
async fn a_deal_that_was_won_is_told_to_the_lead_of_its_contact() {
    let kit = kit().await;
    let deal = json!({
        "id": "9",
        "properties": { "hs_is_closed": "true", "hs_is_closed_won": "true", "amount": "24000", "deal_currency_code": "USD",
                        "closedate": "2026-11-20T09:00:00Z" },
        "associations": { "contacts": { "results": [{ "id": "7", "type": "deal_to_contact" }] } },
    });
    kit.answers("deals/9", deal).await;
    let url = format!("{API}/contacts/7?properties=email");
    kit.http.put(&url, contact().to_string());
    kit.take("deal", "9").await.unwrap();
    let event = CrmEvent::parse(kit.pull.outcomes.sent()[0].body.as_bytes()).unwrap();
    assert_eq!(event.what, Milestone::Won { amount_usd: Some(24_000) });
    assert_eq!(event.deal.unwrap().as_str(), "9");
}

#[tokio::test]
async fn what_is_gone_by_now_is_done_with() {
    let kit = kit().await;
    kit.take("contact", "404").await.unwrap();
    assert!(kit.pull.form_submits.sent().is_empty());
}

#[tokio::test]
async fn a_sender_that_asks_us_to_wait_is_waited_for() {
    let kit = kit().await;
    let url = kit.asked_for("contacts/7").await;
    for (status, header, wait) in
        [(429, Some("37"), Some(37)), (429, None, Some(10)), (503, Some("5"), Some(5)), (500, None, None)]
    {
        let mut headers = HeaderMap::new();
        headers.extend(header.map(|text| (http::header::RETRY_AFTER, HeaderValue::from_static(text))));
        let status = StatusCode::from_u16(status).unwrap();
        kit.http.put_answer(&url, HttpAnswer { status, headers, body: Vec::new() });
        let error = kit.take("contact", "7").await.unwrap_err();
        assert_eq!(
            (error.class(), error.wait().map(|wait| wait.as_secs())),
            (Class::Retryable, wait),
            "{status}"
        );
    }
}

#[tokio::test]
async fn an_expired_token_and_an_outage_keep_the_reference_and_nonsense_sets_it_aside() {
    let kit = kit().await;
    let url = kit.asked_for("contacts/7").await;
    let answer = |status: u16, body: &str| {
        let status = StatusCode::from_u16(status).unwrap();
        kit.http.put_answer(&url, HttpAnswer { status, headers: HeaderMap::new(), body: body.into() });
    };
    answer(401, "");
    assert_eq!(kit.take("contact", "7").await.unwrap_err().class(), Class::Retryable);
    answer(200, "<html>maintenance</html>");
    assert_eq!(kit.take("contact", "7").await.unwrap_err().class(), Class::Poison);
    answer(200, r#"{"id":"7","properties":{"firstname":"no address"}}"#);
    let error = kit.take("contact", "7").await.unwrap_err();
    assert!(matches!(error, PullError::NoEvent(_)), "{error}");
    kit.http.set_away(true);
    assert_eq!(kit.take("contact", "7").await.unwrap_err().class(), Class::Retryable);
    assert!(kit.pull.form_submits.sent().is_empty());
}

#[tokio::test]
async fn a_reference_of_a_source_that_is_no_more_is_set_aside_until_it_is_back() {
    let kit = kit_of(MemoryObjects::default());
    let error = kit.take("contact", "7").await.unwrap_err();
    assert_eq!(error.class(), Class::Poison);
    assert!(error.to_string().contains("has no source `crm`"), "{error}");
}
