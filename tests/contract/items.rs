//! Items of a company's own tables: DynamoDB and its twin.

use std::collections::HashMap;
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::{BehaviorVersion, Credentials, Region};
use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, AttributeValue, BillingMode, KeySchemaElement, KeyType, ScalarAttributeType,
};
use axum::Router;
use axum::http::StatusCode;
use leadlight_adapters::DynamoItems;
use leadlight_outward::{GetItem, Item};
use leadlight_ports::memory::MemoryItems;
use leadlight_ports::{ItemError, Items, chain};
use leadlight_tests::deployed::Deployed;
use serde_json::{Value, json};

fn ask(table: &str, key: &[(&str, &str)], attributes: &[&str]) -> GetItem {
    let owned = |text: &&str| (*text).to_owned();
    GetItem {
        table: table.to_owned(),
        key: key.iter().map(|(name, text)| (owned(name), owned(text))).collect(),
        attributes: attributes.iter().map(owned).collect(),
    }
}

const ACME: [(&str, &str); 2] = [("pk", "COMPANY#acme.example"), ("sk", "PROFILE")];

/// Both hold this, in the table `single`; `domains` has a key of one attribute and is empty.
fn acme() -> Item {
    let item = json!({
        "pk": "COMPANY#acme.example", "sk": "PROFILE", "sector": "Software", "headcount": 312, "growth": 0.12,
        // A reserved word, and a name with a dot.
        "size": { "now": [1, { "deep": true }] }, "a.b": "dotted", "nothing": null, "empty": "", "chief": "Ada Lovelace",
    });
    item.as_object().unwrap().clone()
}

async fn items_contract(items: &impl Items) {
    let wanted = ["sector", "headcount", "growth", "size", "a.b", "nothing", "empty", "not-there"];
    let found = items.item(&ask("single", &ACME, &wanted)).await.unwrap().unwrap();
    let mut same = acme();
    for name in ["pk", "sk", "chief"] {
        same.remove(name);
    }
    assert_eq!(found, same, "what is wanted and there, and nothing else");
    let other = [("pk", "COMPANY#globex.example"), ("sk", "PROFILE")];
    assert_eq!(items.item(&ask("single", &other, &["sector"])).await.unwrap(), None);
    assert_eq!(items.item(&ask("domains", &[("domain", "acme.example")], &["sector"])).await.unwrap(), None);
    // An item of which nothing is wanted may be an empty one, or none: neither knows anything.
    let nothing = items.item(&ask("single", &ACME, &["not-there"])).await.unwrap();
    assert!(nothing.unwrap_or_default().is_empty());

    let absent = items.item(&ask("no-such-table", &ACME, &["sector"])).await.unwrap_err();
    assert!(matches!(absent, ItemError::NoTable), "{}", chain(&absent));
    for key in [&ACME[..1], &[("domain", "acme.example")]] {
        let other = items.item(&ask("single", key, &["sector"])).await.unwrap_err();
        assert!(matches!(other, ItemError::OtherKey), "{}", chain(&other));
        assert!(!chain(&other).contains("acme"), "it names nobody");
    }
    let long = items.item(&ask("single", &[("pk", "LONG"), ("sk", "PROFILE")], &["text"])).await.unwrap_err();
    assert!(matches!(long, ItemError::TooLong), "{}", chain(&long));
}

fn long() -> String {
    "x".repeat(ItemError::LONGEST_BYTES + 1)
}

#[tokio::test]
async fn the_twin_holds_the_contract_for_items() {
    let items = MemoryItems::default();
    items.create("single", &["pk", "sk"]);
    items.create("domains", &["domain"]);
    items.put("single", acme());
    let long = json!({ "pk": "LONG", "sk": "PROFILE", "text": long() });
    items.put("single", long.as_object().unwrap().clone());
    items_contract(&items).await;
    items.fail(ItemError::Denied);
    assert!(matches!(items.item(&ask("single", &ACME, &["sector"])).await, Err(ItemError::Denied)));
    assert!(!format!("{items:?}").contains("acme"), "it shows nobody");
}

async fn create(client: &Client, table: &str, key: &[&str]) {
    let mut request = client.create_table().table_name(table).billing_mode(BillingMode::PayPerRequest);
    for (name, kind) in key.iter().zip([KeyType::Hash, KeyType::Range]) {
        let attribute =
            AttributeDefinition::builder().attribute_name(*name).attribute_type(ScalarAttributeType::S);
        let element = KeySchemaElement::builder().attribute_name(*name).key_type(kind);
        request =
            request.attribute_definitions(attribute.build().unwrap()).key_schema(element.build().unwrap());
    }
    request.send().await.unwrap();
}

fn stored(value: &Value) -> AttributeValue {
    match value {
        Value::Null => AttributeValue::Null(true),
        Value::Bool(flag) => AttributeValue::Bool(*flag),
        Value::Number(number) => AttributeValue::N(number.to_string()),
        Value::String(text) => AttributeValue::S(text.clone()),
        Value::Array(list) => AttributeValue::L(list.iter().map(stored).collect()),
        Value::Object(map) => {
            AttributeValue::M(map.iter().map(|(name, value)| (name.clone(), stored(value))).collect())
        }
    }
}

async fn put(client: &Client, item: HashMap<String, AttributeValue>) {
    client.put_item().table_name("single").set_item(Some(item)).send().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn real_tables_hold_the_contract_for_items() {
    let deployed = Deployed::new().await;
    let client = Client::new(&deployed.config);
    create(&client, "single", &["pk", "sk"]).await;
    create(&client, "domains", &["domain"]).await;
    put(&client, acme().iter().map(|(name, value)| (name.clone(), stored(value))).collect()).await;
    let text = |text: &str| AttributeValue::S(text.to_owned());
    let keyed = |name: &str, more: Vec<(&str, AttributeValue)>| {
        let key = [("pk", text(name)), ("sk", text("PROFILE"))];
        key.into_iter().chain(more).map(|(name, value)| (name.to_owned(), value)).collect::<HashMap<_, _>>()
    };
    put(&client, keyed("LONG", vec![("text", text(&long()))])).await;
    let items = DynamoItems::from_config(&deployed.config);
    Box::pin(items_contract(&items)).await;

    // Kinds of values that JSON has not.
    let kinds = vec![
        ("tools", AttributeValue::Ss(vec!["salesforce".to_owned(), "slack".to_owned()])),
        ("codes", AttributeValue::Ns(vec!["511210".to_owned()])),
        ("picture", AttributeValue::B(Blob::new(b"x"))),
    ];
    put(&client, keyed("KINDS", kinds)).await;
    let wanted = ask("single", &[("pk", "KINDS"), ("sk", "PROFILE")], &["tools", "codes", "picture"]);
    let mut found = items.item(&wanted).await.unwrap().unwrap();
    let tools = found["tools"].as_array_mut().unwrap();
    tools.sort_by_key(|tool| tool.as_str().map(str::to_owned));
    let kinds = json!({ "tools": ["salesforce", "slack"], "codes": [511_210], "picture": null });
    assert_eq!(Value::Object(found), kinds);

    let nowhere = DynamoItems::from_config(&super::nowhere(&deployed.config));
    let away = nowhere.item(&ask("single", &ACME, &["sector"])).await.unwrap_err();
    assert!(matches!(away, ItemError::Away(_)), "{}", chain(&away));
    assert!(!chain(&away).contains("acme"), "it names nobody");
}

/// What a DynamoDB makes of a question that answers everything alike, as AWS does and the emulator never.
async fn refused(status: u16, code: &str) -> ItemError {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let status = StatusCode::from_u16(status).unwrap();
    let body =
        json!({ "__type": format!("com.amazon.coral.service#{code}"), "message": "COMPANY#acme.example" });
    let body = body.to_string();
    let router = Router::new().fallback(move || async move { (status, body) });
    tokio::spawn(async move { axum::serve(listener, router).await });
    let config = aws_sdk_dynamodb::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::from_static("eu-central-1"))
        .credentials_provider(Credentials::new("sample", "sample", None, None, "test"))
        .retry_config(RetryConfig::standard().with_initial_backoff(Duration::from_millis(1)))
        .endpoint_url(address)
        .build();
    let items = DynamoItems::new(Client::from_conf(config));
    items.item(&ask("single", &ACME, &["sector"])).await.unwrap_err()
}

#[tokio::test]
async fn what_dynamodb_refuses_is_told_by_its_kind_and_repeats_nothing() {
    let is = |error: &ItemError, wanted: &str| format!("{error:?}").starts_with(wanted);
    for (status, code, wanted) in [
        (400, "AccessDeniedException", "Denied"),
        (400, "ResourceNotFoundException", "NoTable"),
        (400, "ValidationException", "OtherKey"),
        (400, "ProvisionedThroughputExceededException", "TooFast"),
        (400, "ThrottlingException", "TooFast"),
        (400, "RequestLimitExceeded", "TooFast"),
        (500, "InternalServerError", "Away"),
        (400, "UnrecognizedClientException", "Away"),
    ] {
        let error = refused(status, code).await;
        assert!(is(&error, wanted), "{code}: {error:?}");
        assert!(!chain(&error).contains("acme"), "{code}: {}", chain(&error));
    }
}
