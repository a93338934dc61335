//! HTTPS over a network: hyper and rustls, which the AWS SDKs bring along.

#[cfg(test)]
mod tests;

use std::io::Cursor;
use std::time::Duration;

use http::Request;
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use leadlight_ports::{Http, HttpAnswer, HttpError, HttpRequest};
use rustls::crypto::aws_lc_rs;

/// A connection is not used again after resting this long: Lambda freezes processes, and the other side hangs
/// up meanwhile.
const IDLE: Duration = Duration::from_secs(10);

/// The client cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum HttpSetupError {
    /// The system has no certificates of authorities.
    #[error(
        "no root certificates were found; install the system's CA certificates (package ca-certificates)"
    )]
    NoRoots(#[source] std::io::Error),
}

/// Speaks HTTP/1.1 over TLS, with the system's root certificates. A clone shares its connections, which are used again
/// for the same host.
#[derive(Debug, Clone)]
pub struct HttpsClient(Client<HttpsConnector<HttpConnector>, Full<Cursor<Vec<u8>>>>);

impl HttpsClient {
    /// Reads the system's root certificates.
    pub fn new() -> Result<Self, HttpSetupError> {
        let connector = HttpsConnectorBuilder::new()
            .with_provider_and_native_roots(aws_lc_rs::default_provider())
            .map_err(HttpSetupError::NoRoots)?
            // An `Endpoint` is https already, or on this machine.
            .https_or_http()
            .enable_http1()
            .build();
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE)
            .build(connector);
        Ok(Self(client))
    }

    async fn answer(
        &self,
        request: Request<Full<Cursor<Vec<u8>>>>,
        longest_answer_bytes: usize,
    ) -> Result<HttpAnswer, HttpError> {
        let answer = self.0.request(request).await.map_err(|error| HttpError::Unreachable(error.into()))?;
        let (head, body) = answer.into_parts();
        match Limited::new(body, longest_answer_bytes).collect().await {
            Ok(body) => {
                let body = body.to_bytes().into();
                Ok(HttpAnswer { status: head.status, headers: head.headers, body })
            }
            Err(error) if error.is::<LengthLimitError>() => Err(HttpError::TooLong { longest_answer_bytes }),
            Err(error) => Err(HttpError::Unreachable(error)),
        }
    }
}

impl Http for HttpsClient {
    async fn send(&self, request: HttpRequest) -> Result<HttpAnswer, HttpError> {
        let HttpRequest { method, url, headers, body, limits } = request;
        let mut request = Request::new(Full::new(Cursor::new(body)));
        *request.method_mut() = method;
        *request.uri_mut() = url.uri().clone();
        *request.headers_mut() = headers;
        tokio::time::timeout(limits.timeout, self.answer(request, limits.longest_answer_bytes))
            .await
            .unwrap_or(Err(HttpError::TimedOut { timeout: limits.timeout }))
    }
}
