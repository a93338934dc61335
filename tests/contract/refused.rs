//! What AWS refuses, and what that means: answers as AWS gives them and the emulator never does.

use std::time::Duration;

use aws_sdk_s3::config::{BehaviorVersion, Credentials, Region};
use axum::Router;
use axum::http::StatusCode;
use leadlight_adapters::{S3Objects, SqsQueue};
use leadlight_ports::{Class, ETag, MessageQueue, ObjectStore, PutNew, Swap};

/// An AWS that answers everything alike.
async fn served(status: u16, body: &'static str) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let status = StatusCode::from_u16(status).unwrap();
    let router = Router::new().fallback(move || async move { (status, body) });
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

macro_rules! config {
    ($sdk:ident, $address:expr) => {
        $sdk::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::from_static("eu-central-1"))
            .credentials_provider(Credentials::new("sample", "sample", None, None, "test"))
            .retry_config(
                $sdk::config::retry::RetryConfig::standard().with_initial_backoff(Duration::from_millis(1)),
            )
            .endpoint_url($address)
    };
}

async fn queue(status: u16, body: &'static str) -> Class {
    let address = served(status, body).await;
    let client = aws_sdk_sqs::Client::from_conf(config!(aws_sdk_sqs, &address).build());
    let sent = SqsQueue::new(client, format!("{address}/1/queue")).send("{}", &[]).await;
    sent.unwrap_err().class
}

#[tokio::test]
async fn what_sqs_says_against_a_message_stays_true() {
    let invalid = r#"{"__type":"com.amazonaws.sqs#InvalidMessageContents","message":"characters"}"#;
    assert_eq!(queue(400, invalid).await, Class::Poison);
    let too_long = r#"{"__type":"com.amazonaws.sqs#InvalidParameterValue","message":"too long"}"#;
    assert_eq!(queue(400, too_long).await, Class::Poison);
    let gone = r#"{"__type":"com.amazonaws.sqs#QueueDoesNotExist","message":"no such queue"}"#;
    assert_eq!(queue(400, gone).await, Class::Retryable, "it may be made again");
    let denied = r#"{"__type":"com.amazon.coral.service#AccessDeniedException","message":"no"}"#;
    assert_eq!(queue(400, denied).await, Class::Retryable, "someone may grant it");
    assert_eq!(queue(503, "{}").await, Class::Retryable);
}

async fn bucket(status: u16, body: &'static str) -> S3Objects {
    let address = served(status, body).await;
    let config = config!(aws_sdk_s3, &address).force_path_style(true).build();
    S3Objects::new(aws_sdk_s3::Client::from_conf(config), "registry".to_owned())
}

#[tokio::test]
async fn a_write_under_way_is_not_a_write_that_is_done() {
    let conflict = "<Error><Code>ConditionalRequestConflict</Code><Message>under way</Message></Error>";
    let busy = bucket(409, conflict).await;
    let etag = ETag("1".to_owned());
    assert_eq!(busy.put_new("models/a", vec![1]).await.unwrap_err().class, Class::Retryable);
    assert_eq!(busy.swap("models/p", vec![1], Some(&etag)).await.unwrap_err().class, Class::Retryable);
    let there = "<Error><Code>PreconditionFailed</Code><Message>it is there</Message></Error>";
    let full = bucket(412, there).await;
    assert_eq!(full.put_new("models/a", vec![1]).await.unwrap(), PutNew::AlreadyThere);
    assert_eq!(full.swap("models/p", vec![1], Some(&etag)).await.unwrap(), Swap::Lost);
}
