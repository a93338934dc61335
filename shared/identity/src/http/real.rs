//! The issuer over a network: hyper and rustls, which the AWS SDKs bring along.

use std::time::Duration;

use ::http::header::{ACCEPT, CONTENT_TYPE};
use ::http::{Method, Request, StatusCode};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use rustls::crypto::aws_lc_rs;

use super::{Form, Http, HttpError, LONGEST_ANSWER_BYTES};
use crate::endpoint::{Endpoint, form};

/// How long a question may take, from connecting to the last byte.
///
/// Judgement: issuers answer within 300 ms. A first sign-in asks three times, and API Gateway waits 30 s.
const TIMEOUT_SECONDS: u64 = 3;

/// A connection is not used again after resting this long: Lambda freezes processes, and the other side hangs
/// up meanwhile.
const IDLE_SECONDS: u64 = 10;

/// The client cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum HttpSetupError {
    /// The system has no certificates of authorities.
    #[error(
        "no root certificates were found; install the system's CA certificates (package ca-certificates)"
    )]
    NoRoots(#[source] std::io::Error),
}

/// Speaks to the issuer with the system's root certificates.
#[derive(Debug, Clone)]
pub struct HttpsClient {
    client: Client<HttpsConnector<HttpConnector>, String>,
    timeout_seconds: u64,
}

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
            .pool_idle_timeout(Duration::from_secs(IDLE_SECONDS))
            .build(connector);
        Ok(Self { client, timeout_seconds: TIMEOUT_SECONDS })
    }

    /// For tests, which should not wait long.
    #[cfg(test)]
    pub(crate) fn with_timeout_seconds(self, timeout_seconds: u64) -> Self {
        Self { timeout_seconds, ..self }
    }

    async fn ask(&self, method: Method, url: &Endpoint, body: String) -> Result<Vec<u8>, HttpError> {
        let mut request = Request::new(body);
        *request.uri_mut() = url.uri().clone();
        request.headers_mut().insert(ACCEPT, const { ::http::HeaderValue::from_static("application/json") });
        if method == Method::POST {
            let kind = const { ::http::HeaderValue::from_static("application/x-www-form-urlencoded") };
            request.headers_mut().insert(CONTENT_TYPE, kind);
        }
        *request.method_mut() = method;
        tokio::time::timeout(Duration::from_secs(self.timeout_seconds), self.send(request))
            .await
            .unwrap_or(Err(HttpError::TimedOut { seconds: self.timeout_seconds }))
    }

    async fn send(&self, request: Request<String>) -> Result<Vec<u8>, HttpError> {
        let answer =
            self.client.request(request).await.map_err(|error| HttpError::Unreachable(error.into()))?;
        if answer.status() != StatusCode::OK {
            return Err(HttpError::Status(answer.status().as_u16()));
        }
        let body = Limited::new(answer.into_body(), LONGEST_ANSWER_BYTES).collect().await;
        match body {
            Ok(body) => Ok(body.to_bytes().into()),
            Err(error) if error.is::<LengthLimitError>() => Err(HttpError::TooLong),
            Err(error) => Err(HttpError::Unreachable(error)),
        }
    }
}

impl Http for HttpsClient {
    async fn get(&self, url: &Endpoint) -> Result<Vec<u8>, HttpError> {
        self.ask(Method::GET, url, String::new()).await
    }

    async fn post_form(&self, url: &Endpoint, parameters: Form<'_>) -> Result<Vec<u8>, HttpError> {
        self.ask(Method::POST, url, form(parameters)).await
    }
}
