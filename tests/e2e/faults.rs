//! What goes wrong: poison at each stage, a bad record among good ones, a damaged model, a function that
//! crashes, a table that is away. Nothing is lost, and the good rest goes on.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use leadlight::cli::{LetterClass, StageName, Wanted};
use leadlight::dead_letters::{self, DeadLetter};
use leadlight::follow::Fate;
use leadlight_aws_call::{LAMBDA, Request, call};
use leadlight_lead::{DecidedBy, QueueName};
use leadlight_model::Artifact;
use leadlight_ports::{LeadIndex, MessageQueue, ObjectStore};
use leadlight_registry::Kind;
use leadlight_retrain::Verdict;
use leadlight_tests::deployed::Deployed;
use serde_json::{Value, json};
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use super::{
    event, import_history, queue_of, retry_after, send_and_follow, sent, until, with_five_deliveries,
};

async fn put(deployed: &Deployed, queue_url: &str, body: &str) {
    deployed.system.sqs().send_message().queue_url(queue_url).message_body(body).send().await.unwrap();
}

async fn dead_letter(deployed: &Deployed, what: &str, is_it: impl Fn(&DeadLetter) -> bool) -> DeadLetter {
    until(what, async || {
        dead_letters::list(&deployed.system).await.unwrap().into_iter().find(|letter| is_it(letter))
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn poison_rests_with_its_reason_in_the_dead_letter_queue_of_the_stage_that_met_it() {
    let deployed = Deployed::new().await;
    for stage in deployed.system.stages().unwrap() {
        let body =
            format!("not a message, and ada@brightforge.example is in it, at {}", stage.stage.as_str());
        put(&deployed, &stage.queue_url, &body).await;
        let letter = dead_letter(&deployed, "the dead letter", |l| l.body == body).await;
        assert_eq!(letter.stage, stage.stage.as_str());
        assert!(letter.reason.contains("not valid JSON"), "{}", letter.reason);
        assert!(!letter.reason.contains("ada"), "{}", letter.reason);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_bad_record_does_not_hold_up_its_batch() {
    let deployed = Deployed::new().await;
    let mut events: Vec<_> = (0..9).map(|n| sent("good", event(&format!("good-{n}")))).collect();
    events.insert(4, sent("bad", event("bad").replace("website-form", "fax-machine")));
    let accounts = send_and_follow(&deployed, events).await;
    let queued = accounts.iter().filter(|a| queue_of(&a.fate).is_some()).count();
    assert_eq!(queued, 9);
    let Fate::Dead(letter) = &accounts[4].fate else { panic!("{:?}", accounts[4].fate) };
    assert!(letter.reason.contains("source `fax-machine` is not declared"), "{}", letter.reason);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_body_is_set_aside_whole() {
    let deployed = Deployed::new().await;
    let body = event("big").replace("VP Sales", &"x".repeat(300_000));
    let accounts = send_and_follow(&deployed, vec![sent("big", body.clone())]).await;
    let Fate::Dead(letter) = &accounts[0].fate else { panic!("{:?}", accounts[0].fate) };
    assert_eq!(letter.body, body);
    assert!(letter.reason.contains("131072"), "{}", letter.reason);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_model_means_rules_and_the_decision_says_so() {
    let deployed = Deployed::new().await;
    import_history(&deployed).await;
    let Verdict::Published { model, .. } = deployed.system.retrain(|_| ()).await.unwrap().verdict else {
        panic!()
    };
    let store = deployed.system.registry().unwrap();
    let key = Artifact::key(&model);
    let object = store.store().get(&key).await.unwrap().unwrap();
    let half = object.bytes[..object.bytes.len() / 2].to_vec();
    store.store().swap(&key, half, Some(&object.etag)).await.unwrap();

    let accounts = send_and_follow(&deployed, vec![sent("lead", event("e1"))]).await;
    let Fate::Queued(lead) = &accounts[0].fate else { panic!("{:?}", accounts[0].fate) };
    assert_eq!(lead.queue, QueueName::Sdr, "scoring goes on");
    let DecidedBy::Rules { because } = &lead.decision().unwrap().decided_by else { panic!() };
    assert!(because.contains("cannot be used"), "{because}");

    // A champion that cannot be used is replaced by the next run.
    let report = deployed.system.retrain(|_| ()).await.unwrap();
    assert!(!matches!(report.verdict, Verdict::Refused { .. }), "{:?}", report.verdict);
    assert!(store.store().get(Artifact::POINTER_KEY).await.unwrap().is_some());
}

/// Replaces a function's code.
async fn replace_code(deployed: &Deployed, function: &str, zip: Vec<u8>) {
    let code = json!({ "ZipFile": STANDARD.encode(zip) });
    lambda(deployed, "PUT", &deployed.function(function), "code", Some(code)).await;
}

/// Reads or changes what Lambda holds of a function, such as its `code`.
async fn lambda(
    deployed: &Deployed,
    method: &'static str,
    function: &str,
    what: &str,
    body: Option<Value>,
) -> Value {
    let request = Request {
        method,
        path: format!("/2015-03-31/functions/{function}/{what}"),
        headers: vec![("content-type", "application/json".to_owned())],
        body: body.map_or_else(Vec::new, |body| body.to_string().into_bytes()),
    };
    let answer = call(&deployed.config, &LAMBDA, "OfAFunction", request).await.unwrap();
    serde_json::from_slice(&answer.body).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crashing_function_loses_nothing_and_its_dead_letters_can_be_redriven() {
    let deployed = with_five_deliveries(|text| text).await;
    let stages = deployed.system.stages().unwrap();
    retry_after(&deployed, &stages[1].queue_url, 1).await;
    replace_code(&deployed, "Score", Deployed::crashing_zip()).await;

    let body = event("e1");
    put(&deployed, &stages[0].queue_url, &body).await;
    let letter = dead_letter(&deployed, "the lead that SQS moved", |l| l.stage == "score").await;
    assert!(letter.reason.contains("crashed or timed out"), "{}", letter.reason);
    assert!(letter.content().is_some(), "it is still the enriched lead");

    replace_code(&deployed, "Score", Deployed::zip("score")).await;
    tokio::time::sleep(Duration::from_millis(1500)).await;
    let crashed = Wanted { class: Some(LetterClass::Crashed), reason: None };
    let redriven = dead_letters::redrive(&deployed.system, StageName::Score, &crashed).await.unwrap();
    assert_eq!((redriven.moved, redriven.left), (1, 0));
    let leads = deployed.system.leads().unwrap();
    let stored =
        until("the redriven lead", async || leads.queue(QueueName::Sdr, 5).await.unwrap().pop()).await;
    assert_eq!(stored.event().id.as_ref().unwrap().as_str(), "e1");
}

/// Sets something aside as a stage would.
async fn set_aside(deployed: &Deployed, url: &str, body: &str, class: &str, reason: &str) {
    let queue = leadlight_adapters::SqsQueue::from_config(&deployed.config, url.to_owned());
    queue.send(body, &[("reason", reason), ("stage", "route"), ("class", class)]).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn redrive_moves_what_is_asked_for_and_does_not_feed_itself() {
    let deployed = Deployed::new().await;
    let url = deployed.system.stages().unwrap()[2].dead_letters_url.clone();
    set_aside(&deployed, &url, "one", "retryable", "the lead was not stored: it is away").await;
    set_aside(&deployed, &url, "two", "retryable", "the policy cannot be read").await;
    set_aside(&deployed, &url, "three", "poison", "the lead was stored before").await;
    put(&deployed, &url, "four, which SQS moved").await;
    let redrive = async |class, reason: Option<&str>| {
        let wanted = Wanted { class, reason: reason.map(str::to_owned) };
        let redriven = dead_letters::redrive(&deployed.system, StageName::Route, &wanted).await.unwrap();
        (redriven.moved, redriven.left)
    };
    assert_eq!(redrive(Some(LetterClass::Poison), Some("away")).await, (0, 4), "both must be met");
    let letters = dead_letters::list(&deployed.system).await.unwrap();
    assert_eq!(letters.len(), 4, "what was not asked for is to be seen at once");
    let classes: Vec<_> = letters.iter().map(|l| l.class).collect();
    assert!(classes.contains(&LetterClass::Crashed) && classes.contains(&LetterClass::Poison));
    tokio::time::sleep(Duration::from_millis(1500)).await;

    assert_eq!(redrive(Some(LetterClass::Retryable), Some("WAS NOT STORED")).await, (1, 3));
    // It is no message at all, so it comes back, as poison.
    let back = |l: &DeadLetter| l.body == "one" && l.class == LetterClass::Poison;
    dead_letter(&deployed, "the letter that came back", back).await;
    tokio::time::sleep(Duration::from_millis(1500)).await;
    // All of them come back while they are moved: each is moved once.
    assert_eq!(redrive(None, None).await.0, 4);
    for body in ["one", "two", "three", "four, which SQS moved"] {
        dead_letter(&deployed, "all of them back again", |l| l.body == body).await;
    }
    assert_eq!(
        dead_letters::list(&deployed.system).await.unwrap().len(),
        4,
        "nothing is lost and nothing doubled"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_fails_is_told_with_its_reason_and_listed() {
    let deployed = Deployed::altered(|text| text.replace("dynamodb:Scan", "dynamodb:DescribeTable")).await;
    let error = format!("{:#}", deployed.system.retrain(|_| ()).await.unwrap_err());
    assert!(error.contains("the run failed") && error.contains("closed leads cannot be read"), "{error}");
    let letter = dead_letter(&deployed, "the run", |l| l.stage == "retrain").await;
    assert_eq!(letter.class, LetterClass::FailedRun);
    assert!(letter.reason.contains("closed leads cannot be read"), "{}", letter.reason);
}

/// The emulator enforces roles, so all the other tests show that each function has the rights it needs. This
/// one shows that the emulator does, and what happens when a right is missing.
#[tokio::test(flavor = "multi_thread")]
async fn a_missing_right_is_tried_again_and_then_set_aside_with_its_reason() {
    let deployed =
        with_five_deliveries(|text| text.replace("dynamodb:PutItem", "dynamodb:DescribeTable")).await;
    let accounts = send_and_follow(&deployed, vec![sent("lead", event("e1"))]).await;
    let Fate::Dead(letter) = &accounts[0].fate else { panic!("{:?}", accounts[0].fate) };
    assert_eq!(letter.stage, "route");
    assert!(letter.reason.starts_with("the lead was not stored: storing a lead failed"), "{}", letter.reason);
    assert!(letter.reason.contains("not authorized"), "{}", letter.reason);
}

/// A door to the emulator that can be shut: what is behind it is then away for whoever goes through it.
struct Door {
    address: String,
    is_open: watch::Sender<bool>,
}

impl Door {
    async fn before(endpoint: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let behind = endpoint.trim_start_matches("http://").trim_end_matches('/').to_owned();
        let (is_open, seen) = watch::channel(true);
        tokio::spawn(async move {
            while let Ok((mut outside, _)) = listener.accept().await {
                let (mut seen, behind) = (seen.clone(), behind.clone());
                tokio::spawn(async move {
                    if !*seen.borrow() {
                        return;
                    }
                    let mut inside = TcpStream::connect(behind).await.unwrap();
                    // A connection that stands is cut as well.
                    tokio::select! {
                        _ = copy_bidirectional(&mut outside, &mut inside) => (),
                        _ = seen.wait_for(|is_open| !is_open) => (),
                    }
                });
            }
        });
        Self { address, is_open }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_that_is_away_for_long_ends_with_every_lead_in_its_queue_by_itself() {
    const LEADS: usize = 12;
    let deployed = Deployed::new().await;
    let door = Door::before(deployed.config.endpoint_url().unwrap()).await;
    let route = deployed.function("Route");
    let known = lambda(&deployed, "GET", &route, "configuration", None).await;
    let mut variables = known["Environment"]["Variables"].clone();
    variables["AWS_ENDPOINT_URL_DYNAMODB"] = json!(door.address);
    let changed = json!({ "Environment": { "Variables": variables } });
    lambda(&deployed, "PUT", &route, "configuration", Some(changed)).await;

    // It works before; then the table is away for longer than six tries take, and it takes what it holds with it.
    let first = send_and_follow(&deployed, vec![sent("before", event("e0"))]).await;
    assert_eq!(queue_of(&first[0].fate), Some(QueueName::Sdr));
    door.is_open.send(false).unwrap();
    let events: Vec<_> = (1..=LEADS).map(|n| sent("lead", event(&format!("e{n}")))).collect();
    assert!(leadlight::submit::send_each(&deployed.system, &events, |_| ()).await.unwrap().is_empty());
    tokio::time::sleep(Duration::from_secs(45)).await;
    let (sqs, to_route) = (deployed.system.sqs(), deployed.system.stages().unwrap()[2].queue_url.clone());
    let waiting = dead_letters::messages_in(&sqs, &to_route);
    assert_eq!(waiting.await.unwrap(), LEADS, "all wait before the table");
    door.is_open.send(true).unwrap();

    // By now each wait takes at most 64 seconds.
    let stored = until("every lead in its queue", async || {
        let stored = deployed.system.leads().unwrap().queue(QueueName::Sdr, 100).await.unwrap();
        (stored.len() == LEADS + 1).then_some(stored)
    });
    stored.await;
    assert_eq!(dead_letters::list(&deployed.system).await.unwrap().len(), 0);
}
