//! The real client against a server of this machine that answers to taste.

use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::{Endpoint, Http, HttpError, HttpsClient, LONGEST_ANSWER_BYTES};

/// Answers one request with these bytes, and tells what was asked.
async fn server(answer: Vec<u8>) -> (Endpoint, oneshot::Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/path?a=1", listener.local_addr().unwrap());
    let (tell, told) = oneshot::channel();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = vec![0; 4096];
        let length = stream.read(&mut request).await.unwrap();
        let _ = tell.send(String::from_utf8_lossy(&request[..length]).into_owned());
        if answer.is_empty() {
            tokio::time::sleep(Duration::from_secs(30)).await;
        }
        let _ = stream.write_all(&answer).await;
    });
    (Endpoint::parse(&url).unwrap(), told)
}

fn ok(body: &[u8]) -> Vec<u8> {
    let mut answer = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", body.len()).into_bytes();
    answer.extend_from_slice(body);
    answer
}

#[tokio::test]
async fn a_document_is_fetched_and_a_form_is_sent() {
    let client = HttpsClient::new().unwrap();
    let (url, asked) = server(ok(b"{}")).await;
    assert_eq!(client.get(&url).await.unwrap(), b"{}");
    let asked = asked.await.unwrap();
    assert!(asked.starts_with("GET /path?a=1 HTTP/1.1\r\n"), "{asked}");

    let (url, asked) = server(ok(b"[]")).await;
    assert_eq!(client.post_form(&url, &[("a", "1 &="), ("b", "2")]).await.unwrap(), b"[]");
    let asked = asked.await.unwrap();
    assert!(asked.starts_with("POST /path?a=1 HTTP/1.1\r\n"), "{asked}");
    assert!(asked.contains("content-type: application/x-www-form-urlencoded\r\n"), "{asked}");
    assert!(asked.ends_with("\r\n\r\na=1+%26%3D&b=2"), "{asked}");
}

#[tokio::test]
async fn only_200_is_an_answer_and_redirects_are_not_followed() {
    let client = HttpsClient::new().unwrap();
    for (status, line) in
        [(302, "302 Found\r\nlocation: http://127.0.0.1:1/"), (404, "404 Not Found"), (204, "204 No Content")]
    {
        let (url, _asked) =
            server(format!("HTTP/1.1 {line}\r\ncontent-length: 0\r\n\r\n").into_bytes()).await;
        assert!(matches!(client.get(&url).await, Err(HttpError::Status(found)) if found == status));
    }
}

#[tokio::test]
async fn a_long_answer_is_cut_off_announced_or_not() {
    let client = HttpsClient::new().unwrap();
    let (url, _asked) = server(ok(&vec![b'x'; LONGEST_ANSWER_BYTES])).await;
    assert_eq!(client.get(&url).await.unwrap().len(), LONGEST_ANSWER_BYTES);
    let (url, _asked) = server(ok(&vec![b'x'; LONGEST_ANSWER_BYTES + 1])).await;
    assert!(matches!(client.get(&url).await, Err(HttpError::TooLong)));
    let mut unannounced = b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n".to_vec();
    unannounced.resize(LONGEST_ANSWER_BYTES + 100, b'x');
    let (url, _asked) = server(unannounced).await;
    assert!(matches!(client.get(&url).await, Err(HttpError::TooLong)));
}

#[tokio::test]
async fn nobody_is_waited_for_long() {
    let client = HttpsClient::new().unwrap().with_timeout_seconds(1);
    let (url, _asked) = server(Vec::new()).await;
    let began = Instant::now();
    assert!(matches!(client.get(&url).await, Err(HttpError::TimedOut { seconds: 1 })));
    // A body that never ends counts as well.
    let (url, _asked) = server(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nx".to_vec()).await;
    assert!(client.get(&url).await.is_err());
    assert!(began.elapsed() < Duration::from_secs(10));
}

#[tokio::test]
async fn a_port_where_nobody_listens_and_a_server_without_tls_are_unreachable() {
    let client = HttpsClient::new().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let url = Endpoint::parse(&format!("http://{address}/")).unwrap();
    assert!(matches!(client.get(&url).await, Err(HttpError::Unreachable(_))));

    let (plain, _asked) = server(ok(b"{}")).await;
    let tls = Endpoint::parse(&plain.as_str().replacen("http:", "https:", 1)).unwrap();
    assert!(matches!(client.get(&tls).await, Err(HttpError::Unreachable(_))));
}
