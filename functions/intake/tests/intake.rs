//! What senders get back, and what lands on the queue.

#![expect(clippy::unwrap_used, reason = "a test ends where something is not as it should be")]

use std::fmt::Debug;
use std::time::Duration;

use jiff::Timestamp;
use lambda_http::Body;
use lambda_http::http::Request;
use leadlight_intake::Intake;
use leadlight_ports::memory::{Memory, MemoryLeads, MemoryObjects, MemoryQueue, MemorySecrets};
use leadlight_ports::metrics::{Figure, counted};
use leadlight_ports::{Attributes, Class, FixedClock, MessageQueue, ObjectStore, ObjectTraces, PortError};
use leadlight_registry::{InForce, Registry};
use serde_json::{Value, json};

const LEAD: &str = r#"{"source":"website-form","email":"ada@acme.example"}"#;

/// All in memory but for the queue.
type With<Q> = Memory<FixedClock, MemoryLeads, Q>;

fn clock() -> FixedClock {
    FixedClock("2026-11-20T12:00:00Z".parse::<Timestamp>().unwrap())
}

/// An intake over twins, whose leads go to a queue of the test's own.
fn intake<Q: MessageQueue + Debug + 'static>(
    form_submits: Q,
    others: impl Fn() -> Q,
    clock: FixedClock,
) -> Intake<With<Q>, MemorySecrets> {
    Intake {
        form_submits,
        dead_letters: others(),
        outcomes: others(),
        to_pull: others(),
        in_force: InForce::new(Registry::new(MemoryObjects::default())),
        leads: MemoryLeads::default(),
        waits_for_a_score: Duration::ZERO,
        secrets: MemorySecrets::default(),
        stack_name: "leadlight".to_owned(),
        clock,
    }
}

fn post(path: &str, headers: &[(&str, &str)], body: impl Into<Body>) -> Request<Body> {
    let mut request = Request::post(format!("https://intake.example{path}"));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(body.into()).unwrap()
}

async fn send(request: Request<Body>) -> (u16, Value, Vec<Value>) {
    let intake = intake(MemoryQueue::default(), MemoryQueue::default, clock());
    let response = intake.answer(&request).await.unwrap();
    let status = response.status().as_u16();
    let answer = serde_json::from_slice(response.body()).unwrap();
    let queued = intake.form_submits.sent().iter().map(|s| serde_json::from_str(&s.body).unwrap()).collect();
    (status, answer, queued)
}

async fn refusal(body: impl Into<Body>) -> (u16, String) {
    let (status, answer, queued) = send(post("/v1/leads", &[], body)).await;
    assert!(queued.is_empty(), "a refused event must not be queued");
    (status, answer["refused"][0]["reason"].as_str().unwrap().to_owned())
}

#[tokio::test]
async fn a_plain_event_is_accepted_and_queued_in_canonical_form() {
    let (status, answer, queued) = send(post("/v1/leads", &[], LEAD)).await;
    assert_eq!(status, 202);
    assert!(answer["accepted"][0]["lead_id"].as_str().unwrap().starts_with("lead_"));
    assert_eq!(queued[0]["schema_version"], 1);
    assert_eq!(queued[0]["email"], "ada@acme.example");
}

#[tokio::test]
async fn the_same_body_or_key_is_the_same_lead() {
    let lead = async |headers: &[(&str, &str)], body: &str| {
        send(post("/v1/leads", headers, body)).await.1["accepted"][0]["lead_id"].clone()
    };
    assert_eq!(lead(&[], LEAD).await, lead(&[], LEAD).await);
    let other = LEAD.replace("ada@", "eve@");
    assert_ne!(lead(&[], LEAD).await, lead(&[], &other).await);
    let key = [("Idempotency-Key", "k-1")];
    assert_eq!(lead(&key, LEAD).await, lead(&key, &other).await);
}

#[tokio::test]
async fn bad_bodies_are_refused_with_a_reason() {
    assert_eq!(refusal("").await, (400, "the body is empty; send one JSON object".to_owned()));
    assert_eq!(refusal("hello").await.0, 400);
    assert_eq!(refusal("[]").await.0, 400);
    let (status, reason) = refusal(vec![b'{', 0xff, b'}']).await;
    assert_eq!((status, reason.as_str()), (400, "the body is not UTF-8 (first bad byte at offset 1)"));
    let (status, reason) = refusal(LEAD.replace("@acme.example", "")).await;
    assert_eq!(status, 400);
    assert!(reason.contains("`email`") && !reason.contains("ada"), "{reason}");
    assert!(refusal(LEAD.replace("website-form", "Web Form")).await.1.contains("`source`"));
    let with = |field: &str| LEAD.replace("{\"source\"", &format!("{{{field},\"source\""));
    assert!(refusal(with("\"employees\":NaN")).await.1.contains("not valid JSON"));
    assert!(refusal(with("\"employees\":1e999")).await.1.contains("out of range"));
    assert!(refusal(with("\"schema_version\":7")).await.1.contains("this release reads version 1"));
    assert!(refusal(with("\"occurred_at\":\"2021-01-01T00:00:00Z\"")).await.1.contains("import old deals"));
    let (status, reason) = refusal(with(&format!("\"message\":\"{}\"", "x".repeat(4_300_000)))).await;
    assert_eq!(status, 413);
    assert!(reason.contains("4194304"), "{reason}");
}

#[tokio::test]
async fn a_file_within_a_form_costs_no_lead() {
    let intake = intake(MemoryQueue::default(), MemoryQueue::default, clock());
    let file = "QUJD".repeat(200_000);
    let body = LEAD.replace("{\"source\"", &format!("{{\"brief\":\"{file}\",\"source\""));
    for _ in 0..2 {
        let response = intake.answer(&post("/v1/leads", &[], body.as_str())).await.unwrap();
        let answer: Value = serde_json::from_slice(response.body()).unwrap();
        assert_eq!(response.status().as_u16(), 202, "{answer}");
        let note = answer["accepted"][0]["notes"][0].as_str().unwrap();
        let key = note.rsplit(' ').next().unwrap();
        let rests = intake.in_force.registry().store().get(key).await.unwrap().unwrap();
        assert!(String::from_utf8(rests.bytes).unwrap().contains(&file), "it rests whole");
    }
    let queued = intake.form_submits.sent();
    assert!(queued.iter().all(|message| message.body.len() < 2_000));
    let keys = intake.in_force.registry().store().keys("bodies/").await.unwrap();
    assert_eq!(keys.len(), 1, "sent twice, it rests once");
}

#[tokio::test]
async fn what_could_not_be_read_is_told_and_costs_no_lead() {
    let body = LEAD.replace("{\"source\"", r#"{"occurred_at":"yesterday","employees":{"min":10},"source""#);
    let (status, answer, queued) = send(post("/v1/leads", &[], body)).await;
    assert_eq!((status, queued.len()), (202, 1));
    assert_eq!(
        answer["accepted"][0]["notes"],
        json!([
            "`employees` could not be read; it is kept in `form.fields` as `employees, as sent`",
            "`occurred_at` could not be read; it is kept in `form.fields` as `occurred_at, as sent`",
        ])
    );
}

#[tokio::test]
async fn without_an_id_the_same_submission_is_a_lead_a_day() {
    let on = async |day: &str| {
        let clock = FixedClock(format!("{day}T23:59:59Z").parse().unwrap());
        let intake = intake(MemoryQueue::default(), MemoryQueue::default, clock);
        let response = intake.answer(&post("/v1/leads", &[], LEAD)).await.unwrap();
        let answer: Value = serde_json::from_slice(response.body()).unwrap();
        // It is known by the day of the door, however long its message travels.
        let queued = intake.form_submits.sent()[0].body.clone();
        assert!(queued.contains(&format!("\"occurred_at\":\"{day}T23:59:59Z\"")), "{queued}");
        answer["accepted"][0]["lead_id"].clone()
    };
    assert_eq!(on("2026-11-20").await, on("2026-11-20").await);
    assert_ne!(on("2026-11-20").await, on("2026-11-21").await);
}

#[tokio::test]
async fn a_queue_that_is_away_means_try_again() {
    #[derive(Debug)]
    struct Away;
    impl MessageQueue for Away {
        async fn send(&self, _: &str, _: Attributes<'_>) -> Result<(), PortError> {
            Err(PortError { operation: "sending", class: Class::Retryable, source: "no route".into() })
        }

        async fn send_later(&self, body: &str, _: Duration) -> Result<(), PortError> {
            self.send(body, &[]).await
        }
    }
    let intake = intake(Away, || Away, clock());
    let response = intake.answer(&post("/v1/leads", &[], LEAD)).await.unwrap();
    assert_eq!(response.status().as_u16(), 503);
    assert_eq!(response.headers()["retry-after"], "1");
}

#[tokio::test]
async fn a_batch_of_which_one_event_was_not_queued_is_to_be_sent_again() {
    #[derive(Debug)]
    struct Second(std::sync::atomic::AtomicBool);
    impl MessageQueue for Second {
        async fn send(&self, _: &str, _: Attributes<'_>) -> Result<(), PortError> {
            if self.0.swap(true, std::sync::atomic::Ordering::Relaxed) {
                return Err(PortError {
                    operation: "sending",
                    class: Class::Retryable,
                    source: "away".into(),
                });
            }
            Ok(())
        }

        async fn send_later(&self, body: &str, _: Duration) -> Result<(), PortError> {
            self.send(body, &[]).await
        }
    }
    let event = |id: &str| {
        json!({"specversion": "1.0", "id": id, "source": "webinar", "type": "t",
        "data": {"email": "ada@acme.example"}})
    };
    let batch = [("content-type", "application/cloudevents-batch+json")];
    let request = post("/v1/cloudevents", &batch, json!([event("1"), event("2")]).to_string());
    let intake = intake(Second(false.into()), || Second(false.into()), clock());
    assert_eq!(intake.answer(&request).await.unwrap().status().as_u16(), 503);
}

#[tokio::test]
async fn only_what_exists_is_answered() {
    assert_eq!(send(post("/v1/nothing", &[], LEAD)).await.0, 404);
    let get = Request::get("https://intake.example/v1/leads").body(Body::Empty).unwrap();
    assert_eq!(send(get).await.0, 405);
}

#[tokio::test]
async fn cloudevents_arrive_in_all_three_modes() {
    let data = json!({"email": "ada@acme.example"});
    let envelope = json!({"specversion": "1.0", "id": "7", "source": "website-form", "type": "form.submitted",
        "time": "2026-11-20T11:00:00Z", "data": data});
    let structured = [("content-type", "application/cloudevents+json; charset=utf-8")];
    let (status, answer, queued) = send(post("/v1/cloudevents", &structured, envelope.to_string())).await;
    assert_eq!(status, 202, "{answer}");
    assert_eq!(queued[0]["id"], "website-form#7");
    assert_eq!(queued[0]["source_event_type"], "form.submitted");

    let headers = [
        ("ce-specversion", "1.0"),
        ("ce-id", "7"),
        ("ce-source", "website-form"),
        ("ce-type", "form.submitted"),
        ("ce-time", "2026-11-20T11:00:00Z"),
        ("content-type", "application/json"),
    ];
    let (status, binary_answer, binary_queued) =
        send(post("/v1/cloudevents", &headers, data.to_string())).await;
    assert_eq!(status, 202);
    assert_eq!((binary_answer, binary_queued), (answer, queued), "one event, whatever the mode");

    let mut bad = envelope.clone();
    bad["specversion"] = json!("0.3");
    let batch = [("content-type", "application/cloudevents-batch+json")];
    let (status, answer, queued) =
        send(post("/v1/cloudevents", &batch, json!([bad, envelope]).to_string())).await;
    assert_eq!(status, 207);
    assert_eq!(answer["accepted"][0]["index"], 1);
    assert_eq!(answer["refused"][0]["reason"], "field `specversion`: expected \"1.0\"");
    assert_eq!(queued.len(), 1);
}

#[tokio::test]
async fn a_cloudevent_with_a_uri_as_source_names_ours_in_its_data() {
    let structured = [("content-type", "application/cloudevents+json")];
    let mut envelope = json!({"specversion": "1.0", "id": "7", "source": "/forms/demo", "type": "t",
        "data": {"email": "ada@acme.example"}});
    let (status, answer, _) = send(post("/v1/cloudevents", &structured, envelope.to_string())).await;
    assert_eq!(status, 400);
    assert!(answer["refused"][0]["reason"].as_str().unwrap().contains("`source`"), "{answer}");
    envelope["data"]["source"] = json!("website-form");
    let (status, _, queued) = send(post("/v1/cloudevents", &structured, envelope.to_string())).await;
    assert_eq!(status, 202);
    assert_eq!(queued[0]["id"], "/forms/demo#7");
}

#[tokio::test]
async fn what_senders_get_back_is_counted() {
    let ((), counted) = counted(async {
        send(post("/v1/leads", &[], LEAD)).await;
        send(post("/v1/leads", &[], "{")).await;
        send(post("/v2/leads", &[], LEAD)).await;
    })
    .await;
    assert_eq!((counted.of(Figure::Answers4xx), counted.of(Figure::Answers5xx)), (2.0, 0.0));
    assert_eq!(counted.leads().count(), 1, "the lead that was accepted");
}

const BATCH: (&str, &str) = ("content-type", "application/cloudevents-batch+json");

fn cloudevent(source: &str, id: &str) -> Value {
    json!({"specversion": "1.0", "id": id, "source": source, "type": "t",
        "data": {"source": "webinar", "email": "ada@acme.example"}})
}

#[tokio::test]
async fn hostile_shapes_are_refused_before_anything_is_made_of_them() {
    let with = |value: &str| LEAD.replace("{\"source\"", &format!("{{\"jane@x.example\":{value},\"source\""));
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    for depth in [15, 16] {
        assert_eq!(send(post("/v1/leads", &[], with(&nested(depth)))).await.0, 202, "{depth}");
    }
    for depth in [17, 127, 200, 60_000] {
        let (status, reason) = refusal(with(&nested(depth))).await;
        assert_eq!(status, 400);
        assert!(
            reason.starts_with("field `…`: nests more than 16 lists and objects in one another (line 1"),
            "{reason}"
        );
    }
    let wide = format!("[{}]", vec![r#"{"":0}"#; 18_600].join(","));
    let (status, reason) = refusal(with(&wide)).await;
    assert!(status == 400 && reason.contains("more than 500 values"), "{reason}");
    let structured = [("content-type", "application/cloudevents+json")];
    for hostile in [nested(60_000), wide] {
        let event = cloudevent("webinar", "1").to_string();
        let event = event.replace("\"email\"", &format!("\"x\":{hostile},\"email\""));
        let (status, answer, _) = send(post("/v1/cloudevents", &structured, event)).await;
        assert!(status == 400 && answer.to_string().contains("more than"), "{answer}");
    }
    let (status, reason) = refusal(with("\"\\ud83d\"")).await;
    assert!(status == 400 && reason.contains("has half of a UTF-16 surrogate pair"), "{reason}");
    let (status, _, queued) = send(post("/v1/leads", &[], with("\"\u{ffff}\""))).await;
    assert_eq!((status, &queued[0]["form"]["fields"]["jane@x.example"]), (202, &json!("")));
}

#[tokio::test]
async fn a_batch_is_measured_before_it_is_read() {
    let of = async |body: String| {
        let (status, answer, queued) = send(post("/v1/cloudevents", &[BATCH], body)).await;
        (status, answer["refused"][0]["reason"].as_str().unwrap_or_default().to_owned(), queued.len())
    };
    let (status, reason, _) = of(format!("[{}0]", "0,".repeat(3_000_000))).await;
    assert_eq!(
        (status, reason.as_str()),
        (413, "the body is 6000003 bytes, more than the 4194304 bytes it may have")
    );
    let (status, reason, _) = of(format!("[{}0]", r#"{"":0},"#.repeat(500_000))).await;
    assert_eq!((status, reason.as_str()), (400, "expected 1 to 100 events in a list"));
    assert_eq!(of("[]".to_owned()).await.0, 400);
    let hundred: Vec<Value> = (0..100).map(|n| cloudevent("webinar", &n.to_string())).collect();
    assert_eq!(of(json!(hundred).to_string()).await, (202, String::new(), 100));
    let mut large = cloudevent("webinar", "1");
    large["data"]["brief"] = "x".repeat(200_000).into();
    let mut refused = cloudevent("webinar", "3");
    refused["data"]["consent"] = vec![json!({ "id": "news", "accepted": true }); 101].into();
    let (status, reason, queued) = of(json!([large, cloudevent("webinar", "2"), refused]).to_string()).await;
    assert_eq!((status, queued), (207, 2), "one that cannot be taken does not hold up the others");
    assert!(reason.contains("more than 100 entries"), "{reason}");
}

#[tokio::test]
async fn what_was_too_long_is_told() {
    let title = format!("{}of Sales", "VP ".repeat(200));
    let body = LEAD.replace("{\"source\"", &format!("{{\"title\":\"{title}\",\"source\""));
    let (status, answer, queued) = send(post("/v1/leads", &[], body)).await;
    assert_eq!(status, 202);
    assert_eq!(
        answer["accepted"][0]["notes"],
        json!(["`title` is too long; the rest is kept in `form.fields` as `title, continued`"])
    );
    let (kept, rest) = (&queued[0]["title"], &queued[0]["form"]["fields"]["title, continued"]);
    assert_eq!(format!("{}{}", kept.as_str().unwrap(), rest.as_str().unwrap()), title);
    assert!(send(post("/v1/leads", &[], LEAD)).await.1["accepted"][0].get("notes").is_none());
}

/// Answers each sending with what is next, and counts.
#[derive(Debug)]
struct Failing {
    class: Class,
    tried: std::sync::atomic::AtomicUsize,
}

impl MessageQueue for Failing {
    async fn send(&self, _: &str, _: Attributes<'_>) -> Result<(), PortError> {
        self.tried.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        Err(PortError { operation: "sending", class: self.class, source: "no".into() })
    }

    async fn send_later(&self, body: &str, _: Duration) -> Result<(), PortError> {
        self.send(body, &[]).await
    }
}

#[tokio::test]
async fn a_batch_ends_at_the_first_outage_and_a_refusal_is_no_outage() {
    let events: Vec<Value> = (0..50).map(|n| cloudevent("webinar", &n.to_string())).collect();
    let tried = async |class: Class| {
        let intake =
            intake(Failing { class, tried: 0.into() }, || Failing { class, tried: 0.into() }, clock());
        let request = post("/v1/cloudevents", &[BATCH], json!(events).to_string());
        let response = intake.answer(&request).await.unwrap();
        let answer: Value = serde_json::from_slice(response.body()).unwrap();
        assert_eq!(answer["refused"].as_array().unwrap().len(), 50, "each is told");
        let reason = answer["refused"][49]["reason"].as_str().unwrap().to_owned();
        (response.status().as_u16(), intake.form_submits.tried.into_inner(), reason)
    };
    let (status, sent, reason) = tried(Class::Retryable).await;
    assert_eq!((status, sent), (503, 1));
    assert!(reason.contains("send it again"), "{reason}");
    let (status, sent, reason) = tried(Class::Poison).await;
    assert_eq!((status, sent), (400, 50));
    assert!(reason.contains("do not send it again unchanged"), "{reason}");
}

#[tokio::test]
async fn two_cloudevents_are_never_one() {
    let structured = [("content-type", "application/cloudevents+json")];
    let id = async |source: &str, id: &str| {
        let event = cloudevent(source, id).to_string();
        let (status, answer, queued) = send(post("/v1/cloudevents", &structured, event)).await;
        assert_eq!(status, 202, "{answer}");
        queued[0]["id"].as_str().unwrap().to_owned()
    };
    assert_eq!(id("/forms/demo", "b#c").await, "/forms/demo#b#c", "as before");
    assert_ne!(id("a#b", "c").await, id("a", "b#c").await);
    assert_ne!(id("a#b", "c").await, id("a#", "bc").await);
    assert_ne!(id("a#b", "c").await, id("a#b", "d").await);
    assert_eq!(id("a#b", "c").await, id("a#b", "c").await);
    let long = format!("https://forms.example/{}", "x".repeat(300));
    assert!(id(&long, "1").await.starts_with("cloudevent-"), "a long address costs no lead");
}
