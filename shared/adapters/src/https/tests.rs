//! The real client against servers of this machine. What it has in common with its twin is in `tests/contract`.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use http::header::AUTHORIZATION;
use http::{Method, StatusCode};
use leadlight_ports::{Class, Classed, Endpoint, Http, HttpError, HttpLimits, HttpRequest, chain};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::HttpsClient;

const LIMITS: HttpLimits = HttpLimits { timeout: Duration::from_secs(5), longest_answer_bytes: 1000 };

/// Answers each request with these bytes and then leaves the connection as it is; counts connections.
async fn server(answer: &[u8]) -> (Endpoint, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/path?a=1", listener.local_addr().unwrap());
    let connections = Arc::new(AtomicUsize::new(0));
    let (counted, answer) = (Arc::clone(&connections), answer.to_vec());
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            counted.fetch_add(1, Ordering::SeqCst);
            let answer = answer.clone();
            tokio::spawn(async move {
                let mut request = vec![0; 4096];
                while stream.read(&mut request).await.is_ok_and(|length| length > 0) {
                    let _ = stream.write_all(&answer).await;
                }
            });
        }
    });
    (Endpoint::parse(&url).unwrap(), connections)
}

fn get(url: &Endpoint) -> HttpRequest {
    HttpRequest::new(Method::GET, url.clone(), LIMITS)
}

#[tokio::test]
async fn a_connection_is_used_again_whatever_the_status() {
    let client = HttpsClient::new().unwrap();
    let (url, connections) = server(b"HTTP/1.1 503 Away\r\ncontent-length: 2\r\n\r\n{}").await;
    for _ in 0..3 {
        let answer = client.clone().send(get(&url)).await.unwrap();
        assert_eq!((answer.status, answer.body.as_slice()), (StatusCode::SERVICE_UNAVAILABLE, &b"{}"[..]));
    }
    assert_eq!(connections.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_long_answer_is_cut_off_announced_or_not() {
    let client = HttpsClient::new().unwrap();
    for head in
        ["HTTP/1.1 200 OK\r\ncontent-length: 1001\r\n\r\n", "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n"]
    {
        let mut answer = head.as_bytes().to_vec();
        answer.resize(answer.len() + 1001, b'x');
        let (url, _) = server(&answer).await;
        let error = client.send(get(&url)).await.unwrap_err();
        assert!(matches!(error, HttpError::TooLong { longest_answer_bytes: 1000 }), "{error}");
    }
}

#[tokio::test]
async fn a_body_that_never_ends_is_waited_for_no_longer_than_the_request_says() {
    let client = HttpsClient::new().unwrap();
    let (url, _) = server(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nx").await;
    let timeout = Duration::from_millis(200);
    let began = Instant::now();
    let request = HttpRequest { limits: HttpLimits { timeout, ..LIMITS }, ..get(&url) };
    let error = client.send(request).await.unwrap_err();
    assert!(matches!(error, HttpError::TimedOut { .. }), "{error}");
    assert_eq!(error.class(), Class::Retryable);
    assert!(began.elapsed() < Duration::from_secs(4));
}

#[tokio::test]
async fn a_server_without_tls_is_unreachable_and_the_error_holds_no_secret() {
    let client = HttpsClient::new().unwrap();
    let (plain, _) = server(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await;
    let tls = Endpoint::parse(&plain.as_str().replacen("http:", "https:", 1)).unwrap();
    let request = get(&tls).with_secret_header(AUTHORIZATION, "Bearer s3cret").unwrap();
    let error = client.send(request).await.unwrap_err();
    assert!(matches!(error, HttpError::Unreachable(_)), "{error}");
    let told = format!("{} {error:?}", chain(&error));
    assert!(!told.contains("s3cret") && !told.contains("path"), "{told}");
}

#[tokio::test]
async fn an_answer_that_is_no_http_is_an_error() {
    let client = HttpsClient::new().unwrap();
    let (url, _) = server(b"SSH-2.0-OpenSSH\r\n").await;
    let error = client.send(get(&url)).await.unwrap_err();
    assert!(matches!(error, HttpError::Unreachable(_)), "{error}");
}
