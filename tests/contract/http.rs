//! The way out over HTTPS: the real client against a server of this machine, and its twin.

use std::time::Duration;

use http::header::{HeaderMap, HeaderName, HeaderValue, LOCATION};
use http::{Method, StatusCode};
use leadlight_adapters::HttpsClient;
use leadlight_ports::memory::MemoryHttp;
use leadlight_ports::{Class, Classed, Endpoint, Http, HttpAnswer, HttpError, HttpLimits, HttpRequest};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const LIMITS: HttpLimits = HttpLimits { timeout: Duration::from_millis(700), longest_answer_bytes: 1000 };

/// What the other side answers with at `path`; `None` where it never does.
fn scripted(path: &str) -> Option<HttpAnswer> {
    let mut headers = HeaderMap::new();
    let (status, body) = match path {
        "/ok" => (200, "{}".to_owned()),
        "/moved" => {
            headers.insert(LOCATION, HeaderValue::from_static("/ok"));
            (302, String::new())
        }
        "/busy" => {
            headers.insert(HeaderName::from_static("retry-after"), HeaderValue::from_static("7"));
            (429, "later".to_owned())
        }
        "/full" => (200, "x".repeat(1000)),
        "/long" => (200, "x".repeat(1001)),
        "/hangs" => return None,
        _ => (404, String::new()),
    };
    Some(HttpAnswer { status: StatusCode::from_u16(status).unwrap(), headers, body: body.into() })
}

async fn serve(mut stream: TcpStream) {
    let mut request = vec![0; 4096];
    while let Ok(length @ 1..) = stream.read(&mut request).await {
        let text = String::from_utf8_lossy(&request[..length]);
        let path = text.split(' ').nth(1).unwrap_or_default();
        let Some(answer) = scripted(path) else { continue };
        let mut bytes =
            format!("HTTP/1.1 {}\r\ncontent-length: {}\r\n", answer.status, answer.body.len()).into_bytes();
        for (name, value) in &answer.headers {
            bytes.extend_from_slice(format!("{name}: {}\r\n", value.to_str().unwrap()).as_bytes());
        }
        bytes.extend_from_slice(b"\r\n");
        bytes.extend_from_slice(&answer.body);
        let _ = stream.write_all(&bytes).await;
    }
}

/// A server of this machine; its address.
async fn server() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(stream));
        }
    });
    address
}

async fn http_contract(http: &impl Http, at: &str) {
    let get = async |path: &str| {
        let url = Endpoint::parse(&format!("{at}{path}")).unwrap();
        http.send(HttpRequest::new(Method::GET, url, LIMITS)).await
    };
    let answer = get("/ok").await.unwrap().require(StatusCode::is_success).unwrap();
    assert_eq!(answer.body, b"{}");
    assert_eq!(get("/none").await.unwrap().status, StatusCode::NOT_FOUND, "every status is an answer");
    let busy = get("/busy").await.unwrap();
    assert_eq!((busy.headers["retry-after"].to_str().unwrap(), busy.body.as_slice()), ("7", &b"later"[..]));

    let moved = get("/moved").await.unwrap();
    assert_eq!((moved.status, moved.headers[LOCATION].to_str().unwrap()), (StatusCode::FOUND, "/ok"));
    let refused = moved.require(StatusCode::is_success).unwrap_err();
    assert!(matches!(refused, HttpError::Redirected { .. }) && refused.class() == Class::Poison, "{refused}");

    assert_eq!(get("/full").await.unwrap().body.len(), 1000);
    let long = get("/long").await.unwrap_err();
    assert!(matches!(long, HttpError::TooLong { longest_answer_bytes: 1000 }), "{long}");
    let hangs = get("/hangs").await.unwrap_err();
    assert!(matches!(hangs, HttpError::TimedOut { timeout } if timeout == LIMITS.timeout), "{hangs}");
    assert_eq!(hangs.class(), Class::Retryable);
}

#[tokio::test]
async fn the_twin_holds_the_contract_for_http() {
    let http = MemoryHttp::default();
    for path in ["/ok", "/moved", "/busy", "/full", "/long", "/hangs"] {
        let url = format!("https://vendor.example{path}");
        match scripted(path) {
            Some(answer) => http.put_answer(&url, answer),
            None => http.hang(&url),
        }
    }
    http_contract(&http, "https://vendor.example").await;
    http.set_away(true);
    let url = Endpoint::parse("https://vendor.example/ok").unwrap();
    let away = http.send(HttpRequest::new(Method::GET, url, LIMITS)).await.unwrap_err();
    assert!(matches!(away, HttpError::Unreachable(_)), "{away}");
}

#[tokio::test]
async fn the_real_client_holds_the_contract_for_http() {
    let client = HttpsClient::new().unwrap();
    http_contract(&client, &server().await).await;

    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = Endpoint::parse(&format!("http://{}/ok", listener.local_addr().unwrap())).unwrap();
    drop(listener);
    let away = client.send(HttpRequest::new(Method::GET, url, LIMITS)).await.unwrap_err();
    assert!(matches!(away, HttpError::Unreachable(_)) && away.class() == Class::Retryable, "{away}");
}

#[tokio::test]
async fn what_is_sent_arrives_as_it_was_written() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = Endpoint::parse(&format!("http://{}/path?a=1", listener.local_addr().unwrap())).unwrap();
    let asked = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = Vec::new();
        while !request.ends_with(b"a=1+%26%3D&b=2") {
            stream.read_buf(&mut request).await.unwrap();
        }
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await.unwrap();
        String::from_utf8(request).unwrap()
    });
    let request = HttpRequest::post_form(url, &[("a", "1 &="), ("b", "2")], LIMITS)
        .with_secret_header(http::header::AUTHORIZATION, "Bearer s3cret")
        .unwrap();
    HttpsClient::new().unwrap().send(request).await.unwrap();
    let asked = asked.await.unwrap();
    assert!(asked.starts_with("POST /path?a=1 HTTP/1.1\r\n"), "{asked}");
    for line in ["content-type: application/x-www-form-urlencoded\r\n", "authorization: Bearer s3cret\r\n"] {
        assert!(asked.contains(line), "{asked}");
    }
}
