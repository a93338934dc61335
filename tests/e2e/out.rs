//! What goes out: from the table's stream over the bus to a destination.

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use leadlight::follow::Fate;
use leadlight_destinations::Destinations;
use leadlight_ports::{Clock, SystemClock};
use leadlight_tests::deployed::Deployed;
use leadlight_tests::memory::change;
use leadlight_tests::simulator::{Received, Simulator, Sink};
use serde_json::Value;

use super::{event, send_and_follow, sent, until};

const KEY: &str = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

/// Puts a list of destinations in force, and a secret for one.
async fn told(deployed: &Deployed, list: &str, name: &str, secret: &str) {
    let secrets = aws_sdk_secretsmanager::Client::new(&deployed.config);
    let name = format!("{}/destinations/{name}", deployed.system.stack());
    secrets.create_secret().name(name).secret_string(secret).send().await.unwrap();
    let registry = deployed.system.registry().unwrap();
    registry.publish::<Destinations>(list, &change(), SystemClock.now()).await.unwrap();
}

fn is_signed(request: &Received) -> bool {
    let content = [
        request.header("webhook-id").as_bytes(),
        request.header("webhook-timestamp").as_bytes(),
        &request.body,
    ];
    let key = hmac::Key::new(hmac::HMAC_SHA256, &STANDARD.decode(KEY).unwrap());
    let tag = STANDARD.encode(hmac::sign(&key, &content.join(&b'.')));
    request.header("webhook-signature") == format!("v1,{tag}")
}

#[tokio::test(flavor = "multi_thread")]
async fn what_happens_to_a_lead_reaches_a_webhook_signed_and_under_an_id_of_its_own() {
    let deployed = Deployed::new().await;
    let hook = Simulator::start(Sink).await;
    let list = format!(
        "schema_version = 1\n[destinations.hook]\nkind = \"webhook\"\nbase = \"{}/leads?from=leadlight\"\n\
         on = [\"lead.enriched\", \"lead.scored\", \"lead.routed\"]\nper_second = 50\n",
        hook.url()
    );
    told(&deployed, &list, "hook", &format!("whsec_{KEY}")).await;
    let accounts = send_and_follow(&deployed, vec![sent("lead", event("e1"))]).await;
    let Fate::Queued(lead) = &accounts[0].fate else { panic!("{:?}", accounts[0].fate) };

    let came = until("the webhook", async || Some(hook.done()).filter(|came| came.len() >= 3)).await;
    let mut kinds: Vec<String> = Vec::new();
    for request in &came {
        assert!(is_signed(request), "{:?}", request.headers);
        assert_eq!((request.method.as_str(), request.path.as_str()), ("POST", "/leads?from=leadlight"));
        let body = request.json();
        assert_eq!(body["specversion"], "1.0");
        assert_eq!(body["id"].as_str(), Some(request.header("webhook-id")));
        assert_eq!(body["subject"].as_str(), Some(lead.id().as_str()));
        assert_eq!(body["data"]["person"]["email"], "ada@brightforge.example");
        let score = lead.decision().map(|decision| decision.score.value());
        assert_eq!(body["data"]["lead"]["decision"]["score"].as_f64(), score);
        kinds.push(body["type"].as_str().unwrap().to_owned());
    }
    kinds.sort();
    assert_eq!(kinds, ["lead.enriched", "lead.routed", "lead.scored"]);
    let nothing: Vec<Value> = leadlight::dead_letters::list(&deployed.system)
        .await
        .unwrap()
        .iter()
        .map(|l| serde_json::to_value(l).unwrap())
        .collect();
    assert_eq!(nothing, Vec::<Value>::new());
}
