//! What goes out: from the table's stream over the bus to a destination.

use aws_lc_rs::hmac;
use aws_sdk_dynamodb::types::AttributeValue;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use leadlight::cli::LetterClass;
use leadlight::dead_letters;
use leadlight::follow::{Accounted, Fate};
use leadlight_adapters::HttpsClient;
use leadlight_adapters_secrets::SecretsManager;
use leadlight_deliver::Couriers;
use leadlight_destinations::{Destinations, Event, What};
use leadlight_lead::{ModelHash, StageMessage};
use leadlight_ports::{CachedSecrets, Clock, Outbox, SecretName, SystemClock};
use leadlight_tests::deployed::Deployed;
use leadlight_tests::memory::change;
use leadlight_tests::simulator::{Fault, HubSpot, Received, Simulator, Sink};

use super::{event, send_and_follow, sent, until};

const KEY: &str = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

/// Puts a list of destinations in force, and a secret for one.
async fn told(deployed: &Deployed, list: &str, name: &str, secret: &str) {
    let name = SecretName::of(deployed.system.stack(), &format!("destinations/{name}")).unwrap();
    SecretsManager::from_config(&deployed.config).set(&name, secret).await.unwrap();
    let registry = deployed.system.registry().unwrap();
    registry.publish::<Destinations>(list, &change(), SystemClock.now()).await.unwrap();
}

fn list(url: &str, on: &str) -> String {
    format!(
        "schema_version = 1\n[destinations.hook]\nkind = \"webhook\"\nbase = \"{url}/leads?from=leadlight\"\n\
         on = {on}\nper_second = 50\n"
    )
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
    let on = r#"["lead.enriched", "lead.scored", "lead.routed"]"#;
    told(&deployed, &list(hook.url(), on), "hook", &format!("whsec_{KEY}")).await;
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
        assert_eq!(body["data"]["person"]["email"], "ada-e1@brightforge.example");
        let score = lead.decision().map(|decision| decision.score.value());
        assert_eq!(body["data"]["lead"]["decision"]["score"].as_f64(), score);
        kinds.push(body["type"].as_str().unwrap().to_owned());
    }
    kinds.sort();
    assert_eq!(kinds, ["lead.enriched", "lead.routed", "lead.scored"]);
    assert!(dead_letters::list(&deployed.system).await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_lead_keeps_no_other_change_from_being_told_and_is_listed() {
    let deployed = Deployed::new().await;
    let hook = Simulator::start(Sink).await;
    told(
        &deployed,
        &list(hook.url(), r#"["lead.scored", "model.published"]"#),
        "hook",
        &format!("whsec_{KEY}"),
    )
    .await;
    let accounts = send_and_follow(&deployed, vec![sent("lead", event("e1"))]).await;
    let Fate::Queued(lead) = &accounts[0].fate else { panic!("{:?}", accounts[0].fate) };
    until("the webhook", async || hook.done().first().cloned()).await;

    aws_sdk_dynamodb::Client::new(&deployed.config)
        .update_item()
        .table_name(deployed.system.output("LeadsTableName").unwrap())
        .key("pk", AttributeValue::S(format!("lead#{}", lead.id())))
        .key("sk", AttributeValue::S("lead".to_owned()))
        .update_expression("SET document = :none")
        .expression_attribute_values(":none", AttributeValue::S("{}".to_owned()))
        .send()
        .await
        .unwrap();
    let model = ModelHash::of(b"a model");
    let event = Event {
        id: format!("model.published/{model}"),
        at: SystemClock.now(),
        what: What::ModelPublished { model: model.clone(), reason: None },
        lead: None,
    };
    let leads = deployed.system.leads().unwrap();
    leads.keep(&event.id, &event.to_message().unwrap()).await.unwrap();
    // Kept once: the first stays, and nothing is told anew.
    leads.keep(&event.id, "another").await.unwrap();
    let is_of_a_model = |request: &&Received| request.json()["type"] == "model.published";
    let came = until("the model's event", async || hook.done().iter().find(is_of_a_model).cloned()).await;
    assert_eq!(came.json()["data"]["what"]["model"], model.as_str());
    assert!(is_signed(&came));

    let letter =
        until("the letter", async || dead_letters::list(&deployed.system).await.unwrap().pop()).await;
    assert_eq!((letter.stage, letter.class), ("publish", LetterClass::Poison));
    assert!(letter.reason.starts_with("the item's document cannot be read"), "{}", letter.reason);
    assert!(letter.body.contains(lead.id().as_str()) && !letter.body.contains("ada@"), "{}", letter.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn hubspot_is_prepared_and_told_by_the_deployed_functions() {
    let deployed = Deployed::new().await;
    let crm = Simulator::start(HubSpot::new("token")).await;
    let list = format!(
        "schema_version = 1\n[destinations.crm]\nkind = \"hubspot\"\nbase = \"{}\"\non = [\"lead.routed\"]\n",
        crm.url()
    );
    told(&deployed, &list, "crm", "token").await;
    let secrets = SecretsManager::from_config(&deployed.config);
    let couriers = Couriers::new(
        HttpsClient::new().unwrap(),
        CachedSecrets::new(secrets, SystemClock),
        SystemClock,
        deployed.system.stack().to_owned(),
        true,
        2,
    );
    let destinations = Destinations::parse("list", &list).unwrap();
    let made = couriers.prepare(destinations.named("crm").unwrap()).await.unwrap();
    assert!(made.len() > 10 && made.iter().all(|(_, is_new)| *is_new), "{made:?}");
    let again = couriers.prepare(destinations.named("crm").unwrap()).await.unwrap();
    assert!(again.iter().all(|(_, is_new)| !is_new), "{again:?}");

    // What goes wrong for long is tried without an emulator, in `tests/destinations`.
    crm.set_faults(Box::new(|n| match n {
        0 => Fault::Limited(1),
        1 => Fault::Unheard,
        _ => Fault::None,
    }));
    let events = (0..20).map(|n| sent("lead", event(&n.to_string()).replace("ada@", &format!("ada-{n}@"))));
    let accounts = send_and_follow(&deployed, events.collect()).await;
    assert!(accounts.iter().all(|account| matches!(account.fate, Fate::Queued(_))));
    let contacts = until("all contacts", async || {
        Some(crm.behind(|crm| crm.contacts.clone())).filter(|contacts| contacts.len() == 20)
    });
    let contacts = contacts.await;
    for Accounted { fate, .. } in &accounts {
        let Fate::Queued(lead) = fate else { continue };
        assert_eq!(contacts[lead.event().email.as_str()]["leadlight_lead_id"], lead.id().as_str());
    }
}
