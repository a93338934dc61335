//! From a sender's request to the queue it belongs in, over in-memory twins: signed as senders sign, forged, repeated,
//! and with each thing outside away. What each sender's bodies hold is tested beside the adapters.

#![expect(clippy::unwrap_used, reason = "a test ends where something is not as it should be")]

mod pulled;

use std::time::Duration;

use http::{Method, StatusCode};
use jiff::Timestamp;
use lambda_http::{Body, Request};
use leadlight_intake::Intake;
use leadlight_lead::FormSubmit;
use leadlight_ports::memory::{Memory, MemoryHttp, MemoryLeads, MemoryObjects, MemoryQueue, MemorySecrets};
use leadlight_ports::metrics::{Alarm, Figure, counted};
use leadlight_ports::{
    Attributes, CachedSecrets, Class, ETag, FixedClock, MessageQueue, Object, ObjectStore, PortError, PutNew,
    Secrets, Swap,
};
use leadlight_registry::{InForce, Registry};
use leadlight_sources::Sources;
use leadlight_tests::memory::{System, change};
use serde_json::{Value, json};

/// When all requests come in; their signatures are as old.
const NOW: &str = "2026-11-20T12:00:00Z";

const SOURCES: &str = r#"
schema_version = 1
public_url = "https://leads.acme.example"

[sources.forms]
adapter = "typeform"

[sources.crm]
adapter = "hubspot"
proof = "key"

[sources.ads]
adapter = "linkedin"

[sources.campaigns]
adapter = "marketo"

[sources.website]
adapter = "json"
forms = { "Request a demo" = "demo_request" }
"#;

const TYPEFORM: &str = include_str!("../../shared/sources/testdata/typeform/demo.http");

struct Door<
    Q: MessageQueue + std::fmt::Debug + 'static = MemoryQueue,
    O: ObjectStore + std::fmt::Debug + 'static = MemoryObjects,
> {
    intake: Intake<Memory<FixedClock, MemoryLeads, Q, O>, CachedSecrets<MemorySecrets, FixedClock>>,
    secrets: MemorySecrets,
}

fn now() -> Timestamp {
    NOW.parse().unwrap()
}

fn clock() -> FixedClock {
    FixedClock(now())
}

async fn published() -> MemoryObjects {
    let objects = MemoryObjects::default();
    let registry = Registry::new(objects.clone());
    registry.publish::<Sources>(SOURCES, &change(), now()).await.unwrap();
    objects
}

fn keys() -> MemorySecrets {
    let secrets = MemorySecrets::default();
    for (name, secret) in
        [("forms", "test-secret"), ("crm", "k1"), ("ads", "li"), ("campaigns", "k2"), ("website", "k3")]
    {
        secrets.put(&format!("leadlight/sources/{name}").parse().unwrap(), secret);
    }
    secrets
}

fn door<Q, O>(queue: impl Fn() -> Q, objects: O) -> Door<Q, O>
where
    Q: MessageQueue + std::fmt::Debug + 'static,
    O: ObjectStore + std::fmt::Debug + 'static,
{
    let secrets = keys();
    let intake = Intake {
        form_submits: queue(),
        dead_letters: queue(),
        outcomes: queue(),
        to_pull: queue(),
        in_force: InForce::new(Registry::new(objects)),
        leads: MemoryLeads::default(),
        waits_for_a_score: Duration::from_millis(1),
        secrets: CachedSecrets::new(secrets.clone(), clock()),
        stack_name: "leadlight".to_owned(),
        clock: clock(),
    };
    Door { intake, secrets }
}

async fn open() -> Door {
    door(MemoryQueue::default, published().await)
}

fn request(method: Method, target: &str, headers: &[(&str, &str)], body: &str) -> Request {
    let mut request = http::Request::builder().method(method).uri(format!("https://gateway.example{target}"));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(Body::from(body)).unwrap()
}

/// A request as the sender signed it, to one of the sources.
fn signed(source: &str, text: &str) -> Request {
    let (head, body) = text.split_once("\n\n").unwrap();
    let headers: Vec<_> = head.lines().skip(1).map(|line| line.split_once(": ").unwrap()).collect();
    request(Method::POST, &format!("/v1/sources/{source}"), &headers, body)
}

fn keyed(source: &str, key: &str, body: &str) -> Request {
    let headers = [("content-type", "application/json"), ("x-leadlight-key", key)];
    request(Method::POST, &format!("/v1/sources/{source}"), &headers, body)
}

async fn asked<Q, O, S>(
    intake: &Intake<Memory<FixedClock, MemoryLeads, Q, O>, S>,
    request: &Request,
) -> (StatusCode, Value)
where
    Q: MessageQueue + std::fmt::Debug + 'static,
    O: ObjectStore + std::fmt::Debug + 'static,
    S: Secrets,
{
    let response = intake.answer(request).await.unwrap();
    let body: &[u8] = response.body();
    (response.status(), serde_json::from_slice(body).unwrap())
}

impl Door {
    /// How much is in each queue: leads, what is set aside, outcomes, references.
    fn queued(&self) -> [usize; 4] {
        let Intake { form_submits, dead_letters, outcomes, to_pull, .. } = &self.intake;
        [form_submits, dead_letters, outcomes, to_pull].map(|queue| queue.sent().len())
    }
}

#[tokio::test]
async fn what_is_signed_is_queued_and_repeated_it_is_the_same_lead() {
    let door = open().await;
    let (status, told) = asked(&door.intake, &signed("forms", TYPEFORM)).await;
    assert_eq!((status, &told["accepted"]), (StatusCode::OK, &json!(1)), "{told}");
    let (_, again) = asked(&door.intake, &signed("forms", TYPEFORM)).await;
    assert_eq!(told["leads"], again["leads"]);
    let sent = door.intake.form_submits.sent();
    let event = FormSubmit::parse(sent[0].body.as_bytes()).unwrap();
    assert_eq!((event.source.as_str(), event.email.as_str()), ("forms", "ada@acme.example"));
    assert_eq!(door.queued(), [2, 0, 0, 0]);
}

#[tokio::test]
async fn what_is_not_signed_right_is_refused_counted_and_queued_nowhere() {
    let door = open().await;
    let changed = TYPEFORM.replace("ada@acme.example", "eve@acme.example");
    let unsigned = TYPEFORM
        .lines()
        .filter(|line| !line.starts_with("Typeform-Signature"))
        .collect::<Vec<_>>()
        .join("\n");
    for forged in [changed, unsigned] {
        let ((status, told), counts) = counted(asked(&door.intake, &signed("forms", &forged))).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED, "{told}");
        assert!((counts.of(Figure::NotAuthentic) - 1.0).abs() < f64::EPSILON);
    }
    for key in ["", "k", "K3", "k3k3"] {
        assert_eq!(
            asked(&door.intake, &keyed("website", key, "{}")).await.0,
            StatusCode::UNAUTHORIZED,
            "{key}"
        );
    }
    assert_eq!(door.queued(), [0; 4]);
}

#[tokio::test]
async fn while_a_key_is_rotated_both_count_and_then_the_new_one_alone() {
    let door = open().await;
    let name = "leadlight/sources/website".parse().unwrap();
    let body = r#"{"email":"ada@acme.example"}"#;
    door.secrets.put(&name, "k3\nnew\n");
    for key in ["k3", "new"] {
        assert_eq!(asked(&door.intake, &keyed("website", key, body)).await.0, StatusCode::OK, "{key}");
    }
    let after = open().await;
    after.secrets.put(&name, "new");
    assert_eq!(asked(&after.intake, &keyed("website", "k3", body)).await.0, StatusCode::UNAUTHORIZED);
    assert_eq!(asked(&after.intake, &keyed("website", "new", body)).await.0, StatusCode::OK);
}

#[tokio::test]
async fn each_part_goes_where_it_belongs() {
    let door = open().await;
    let event = |kind: &str, id: u32| json!({ "eventId": id, "subscriptionType": kind, "portalId": 1, "objectId": id, "occurredAt": 1_795_175_000_000_i64 });
    let body = json!([
        event("contact.creation", 1),
        event("contact.privacyDeletion", 2),
        event("deal.creation", 3),
        event("contact.propertyChange", 4),
        { "eventId": 5 },
    ]);
    let (told, counts) = counted(asked(&door.intake, &keyed("crm", "k1", &body.to_string()))).await;
    assert_eq!((told.0, &told.1["accepted"]), (StatusCode::OK, &json!(3)), "{told:?}");
    assert_eq!(told.1["set_aside"][0]["index"], 4);
    assert_eq!(told.1["passed_over"].as_array().unwrap().len(), 1);
    assert_eq!(door.queued(), [0, 1, 0, 2]);
    assert!((counts.of(Figure::ErasuresAskedFor) - 1.0).abs() < f64::EPSILON);
    let letter = &door.intake.dead_letters.sent()[0];
    assert_eq!(
        (letter.attributes["stage"].as_str(), letter.attributes["class"].as_str()),
        ("intake", "poison")
    );
}

#[tokio::test]
async fn a_lead_without_an_address_is_set_aside_with_what_it_says() {
    let door = open().await;
    let body = r#"{"form_name":"Request a demo","Company":"Acme","name":"Ada Lovelace"}"#;
    let (status, told) = asked(&door.intake, &keyed("website", "k3", body)).await;
    assert_eq!((status, &told["accepted"]), (StatusCode::OK, &json!(0)));
    let letter = &door.intake.dead_letters.sent()[0];
    // What a person completes is an event of ours, with nothing else to be done to it.
    let completed = letter.body.replacen('{', r#"{"email":"ada@acme.example","#, 1);
    let event = FormSubmit::parse(completed.as_bytes()).unwrap();
    assert_eq!((event.company.as_deref(), event.last_name.as_deref()), (Some("Acme"), Some("Lovelace")));
    assert!(event.form.kind.is_some());
}

#[tokio::test]
async fn linkedins_challenge_is_answered_and_nobody_elses() {
    let door = open().await;
    let code = "11111111-1111-4111-8111-111111111111";
    let get = |target: String| request(Method::GET, &target, &[], "");
    let (status, told) = asked(&door.intake, &get(format!("/v1/sources/ads?challengeCode={code}"))).await;
    assert_eq!((status, &told["challengeCode"]), (StatusCode::OK, &json!(code)));
    for target in [
        format!("/v1/sources/website?challengeCode={code}"),
        "/v1/sources/ads?challengeCode=sign-this-for-me".to_owned(),
        "/v1/sources/ads".to_owned(),
    ] {
        assert_eq!(asked(&door.intake, &get(target)).await.0, StatusCode::UNAUTHORIZED);
    }
}

#[tokio::test]
async fn there_is_no_source_that_nobody_published() {
    let door = open().await;
    for target in ["/v1/sources/nobody", "/v1/sources/", "/v1/sources/a/b", "/v2"] {
        let (status, _) = asked(&door.intake, &request(Method::POST, target, &[], "{}")).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{target}");
    }
    let empty: Door = door_of_nothing();
    assert_eq!(asked(&empty.intake, &keyed("website", "k3", "{}")).await.0, StatusCode::NOT_FOUND);
}

fn door_of_nothing() -> Door {
    door(MemoryQueue::default, MemoryObjects::default())
}

#[tokio::test]
async fn a_source_without_its_secret_asks_to_try_again_and_somebody_hears_of_it() {
    let door = open().await;
    door.secrets.remove(&"leadlight/sources/website".parse().unwrap());
    let ((status, told), counts) = counted(asked(&door.intake, &keyed("website", "", "{}"))).await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE, "{told}");
    assert!((counts.of(Alarm::SourceSecretMissing) - 1.0).abs() < f64::EPSILON);
}

#[tokio::test]
async fn a_sender_that_waits_for_the_score_is_told_that_it_is_pending_where_it_takes_too_long() {
    let door = open().await;
    let body = r#"{"email":"ada@acme.example","id":"m1"}"#;
    let (status, told) = asked(&door.intake, &keyed("campaigns", "k2", body)).await;
    assert_eq!((status, &told["lead_status"]), (StatusCode::OK, &json!("pending")), "{told}");
    assert_eq!(door.queued(), [1, 0, 0, 0]);
}

#[tokio::test]
async fn a_sender_that_waits_for_the_score_gets_it_with_its_reasons() {
    let world = System::new().await;
    let mut door = open().await;
    let sources = SOURCES.replace("[sources.campaigns]", "[sources.website-form]");
    let objects = MemoryObjects::default();
    Registry::new(objects.clone()).publish::<Sources>(&sources, &change(), now()).await.unwrap();
    door.intake.in_force = InForce::new(Registry::new(objects));
    door.secrets.put(&"leadlight/sources/website-form".parse().unwrap(), "k2");
    let body = r#"{"email":"ada@brightforge.example","id":"m1","title":"Chief Revenue Officer","company":"Brightforge"}"#;
    asked(&door.intake, &keyed("website-form", "k2", body)).await;
    world.pass(&[&door.intake.form_submits.sent()[0].body]).await;
    door.intake.leads = world.leads.clone();
    let (_, told) = asked(&door.intake, &keyed("website-form", "k2", body)).await;
    assert_eq!(told["lead_status"], "scored", "{told}");
    assert!(told["lead_score"].is_f64() && told["lead_grade"].is_string(), "{told}");
    assert!(told["lead_reason_1"].as_str().unwrap().starts_with("for: "), "{told}");
    // Marketo maps names and values, and no lists.
    assert!(
        told.as_object().unwrap().values().all(|value| !value.is_array() && !value.is_object()),
        "{told}"
    );
}

/// A queue that takes nothing.
#[derive(Debug, Clone, Default)]
struct Away;

impl MessageQueue for Away {
    async fn send(&self, _: &str, _: Attributes<'_>) -> Result<(), PortError> {
        Err(away())
    }

    async fn send_later(&self, body: &str, _: Duration) -> Result<(), PortError> {
        self.send(body, &[]).await
    }
}

fn away() -> PortError {
    PortError { operation: "reaching what is away", class: Class::Retryable, source: "away".into() }
}

#[tokio::test]
async fn while_the_queues_are_away_the_sender_is_asked_to_try_again() {
    let door = door(Away::default, published().await);
    for request in [
        signed("forms", TYPEFORM),
        keyed("website", "k3", r#"{"name":"no address"}"#),
        keyed("crm", "k1", r#"[{"subscriptionType":"contact.creation","objectId":1}]"#),
    ] {
        let (status, told) = asked(&door.intake, &request).await;
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE, "{told}");
    }
}

/// A queue that holds what SQS holds.
#[derive(Debug, Clone, Default)]
struct Narrow;

impl MessageQueue for Narrow {
    async fn send(&self, body: &str, _: Attributes<'_>) -> Result<(), PortError> {
        if body.len() > 1024 * 1024 {
            return Err(PortError { operation: "sending", class: Class::Poison, source: "too long".into() });
        }
        Ok(())
    }

    async fn send_later(&self, body: &str, _: Duration) -> Result<(), PortError> {
        self.send(body, &[]).await
    }
}

#[tokio::test]
async fn what_no_queue_holds_is_not_asked_for_again() {
    let door = door(Narrow::default, published().await);
    let lead =
        |bytes: usize| json!({ "email": "ada@acme.example", "message": "x".repeat(bytes) }).to_string();
    let (status, told) = asked(&door.intake, &keyed("website", "k3", &lead(200_000))).await;
    assert_eq!((status, &told["accepted"]), (StatusCode::OK, &json!(1)), "{told}");
    // No lead, so it would be set aside; but no queue holds it.
    let nobody = json!({ "message": "x".repeat(1_200_000) }).to_string();
    let (status, _) = asked(&door.intake, &keyed("website", "k3", &nobody)).await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
}

/// A store that nobody reaches.
#[derive(Debug, Clone, Default)]
struct Gone;

impl ObjectStore for Gone {
    async fn get(&self, _: &str) -> Result<Option<Object>, PortError> {
        Err(away())
    }

    async fn put_new(&self, _: &str, _: Vec<u8>) -> Result<PutNew, PortError> {
        Err(away())
    }

    async fn swap(&self, _: &str, _: Vec<u8>, _: Option<&ETag>) -> Result<Swap, PortError> {
        Err(away())
    }
}

#[tokio::test]
async fn while_the_registry_is_away_nobody_is_told_that_their_source_does_not_exist() {
    let door = door(MemoryQueue::default, Gone);
    let (status, _) = asked(&door.intake, &signed("forms", TYPEFORM)).await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
}

/// The twin of the way out is one for all, so that a test can look at what was asked.
fn way_out() -> MemoryHttp {
    MemoryHttp::default()
}
