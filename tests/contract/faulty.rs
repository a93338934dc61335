//! A DynamoDB that answers badly: it loses an answer, or leaves a batch undone. The emulator does neither.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::{BehaviorVersion, Credentials, Region};
use leadlight_adapters::DynamoLeads;
use leadlight_lead::{Counted, Counts, DomainName};
use leadlight_ports::{Class, Classed, LeadIndex, LeadStore, Replaced, Version};
use serde_json::{Value, json};

use super::{leads, tally};

/// What it is asked for, as `PutItem`; what it answers, or nothing: then the connection just ends.
type Answer = Box<dyn FnMut(&str, &Value) -> Option<(u16, Value)> + Send>;

/// Serves at an address of its own until the test is over. What was asked is kept, in order.
fn served(answer: Answer) -> (DynamoLeads, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let asked = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&asked);
    let answer = Arc::new(Mutex::new(answer));
    std::thread::spawn(move || {
        for connection in listener.incoming() {
            let (mut connection, kept, answer) = (connection.unwrap(), kept.clone(), answer.clone());
            std::thread::spawn(move || {
                while let Some((operation, body)) = request(&connection) {
                    kept.lock().unwrap().push(operation.clone());
                    let Some((status, body)) = answer.lock().unwrap()(&operation, &body) else { break };
                    let body = body.to_string();
                    let head = format!("HTTP/1.1 {status} X\r\ncontent-length: {}\r\n\r\n", body.len());
                    connection.write_all(format!("{head}{body}").as_bytes()).unwrap();
                }
            });
        }
    });
    let config = aws_sdk_dynamodb::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::from_static("eu-central-1"))
        .credentials_provider(Credentials::new("sample", "sample", None, None, "test"))
        .retry_config(RetryConfig::standard().with_initial_backoff(Duration::from_millis(1)))
        .endpoint_url(address)
        .build();
    (DynamoLeads::new(Client::from_conf(config), "leads".to_owned()), asked)
}

/// The next request of a connection; none where there is no more.
fn request(connection: &TcpStream) -> Option<(String, Value)> {
    let mut reader = BufReader::new(connection);
    let (mut operation, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        let Some((name, value)) = line.trim_end().split_once(": ") else {
            if line.trim_end().is_empty() {
                break;
            }
            continue;
        };
        match name.to_ascii_lowercase().as_str() {
            "x-amz-target" => value.rsplit('.').next()?.clone_into(&mut operation),
            "content-length" => length = value.parse().ok()?,
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some((operation, serde_json::from_slice(&body).ok()?))
}

/// The first attempt lands, its answer is lost, and the second meets what is there by then.
fn loses_the_first_answer(meanwhile: impl Fn(&mut Value) + Send + 'static) -> Answer {
    let mut landed = None;
    Box::new(move |_, body| {
        let Some(mut there) = landed.take() else {
            landed = Some(body["Item"].clone());
            return None;
        };
        meanwhile(&mut there);
        let failed = "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException";
        Some((400, json!({ "__type": failed, "message": "no", "Item": there })))
    })
}

#[tokio::test]
async fn a_write_whose_answer_was_lost_is_known_for_ones_own() {
    let lead = leads(1).await.remove(0);
    let replaced = async |meanwhile: fn(&mut Value)| {
        let (store, asked) = served(loses_the_first_answer(meanwhile));
        let replaced = store.replace(&lead, Version(5), Counts::NONE).await.unwrap();
        assert_eq!(asked.lock().unwrap().len(), 2, "the SDK tried again");
        replaced
    };
    assert_eq!(replaced(|_| ()).await, Replaced::Done);
    // Another one wrote the very same, or went on from there.
    let other = |there: &mut Value| there["write_id"] = json!({ "S": "0123456789abcdef" });
    assert_eq!(replaced(other).await, Replaced::Stale);
    let counted_along = |there: &mut Value| drop(there.as_object_mut().unwrap().remove("write_id"));
    assert_eq!(replaced(counted_along).await, Replaced::Stale);
    assert_eq!(replaced(|there| *there = json!({})).await, Replaced::Stale);
}

#[tokio::test]
async fn a_counted_write_whose_answer_was_lost_is_sent_as_the_same_transaction() {
    let lead = leads(1).await.remove(0);
    let tokens = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&tokens);
    let (store, _) = served(Box::new(move |_, body| {
        let mut kept = kept.lock().unwrap();
        kept.push(body["ClientRequestToken"].as_str().unwrap().to_owned());
        (kept.len() > 1).then(|| (200, json!({})))
    }));
    let counted = [tally(Counted::Confirmed)];
    assert_eq!(
        store
            .replace(&lead, Version(5), Counts { month: "2026-11", more: &counted, fewer: &[] })
            .await
            .unwrap(),
        Replaced::Done
    );
    let tokens = tokens.lock().unwrap();
    assert_eq!((tokens.len(), &tokens[0]), (2, &tokens[1]), "DynamoDB does it once");
}

#[tokio::test]
async fn a_batch_that_stays_undone_is_given_up_for_another_try() {
    let key = json!({ "pk": { "S": "lead#1" }, "sk": { "S": "lead" } });
    let (store, asked) = served(Box::new(move |operation, _| {
        Some(match operation {
            "Query" => (200, json!({ "Items": [key], "Count": 1 })),
            _ => (200, json!({ "Responses": {}, "UnprocessedKeys": { "leads": { "Keys": [key] } } })),
        })
    }));
    let account: DomainName = "acme.example".parse().unwrap();
    let given_up = tokio::time::timeout(Duration::from_secs(20), store.of_account(&account, 10)).await;
    let error = given_up.unwrap().unwrap_err();
    assert_eq!(error.class(), Class::Retryable);
    assert!((3..20).contains(&asked.lock().unwrap().len()));
}
