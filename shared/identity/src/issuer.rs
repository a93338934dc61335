//! What the issuer is asked over HTTPS.

use std::time::Duration;

use http::header::ACCEPT;
use http::{HeaderValue, Method, StatusCode};
use leadlight_ports::{Endpoint, Http, HttpError, HttpLimits, HttpRequest};

/// Judgement: issuers answer within 300 ms. A first sign-in asks three times, and API Gateway waits 30 s. A discovery
/// document has 2 KiB, a key set 1 to 10, an answer with three tokens 8.
const LIMITS: HttpLimits = HttpLimits { timeout: Duration::from_secs(3), longest_answer_bytes: 256 * 1024 };

/// The body of one of the issuer's documents.
pub(crate) async fn document(http: &impl Http, url: &Endpoint) -> Result<Vec<u8>, HttpError> {
    ask(http, HttpRequest::new(Method::GET, url.clone(), LIMITS)).await
}

/// The body of the issuer's answer to a form.
pub(crate) async fn post_form(
    http: &impl Http,
    url: &Endpoint,
    parameters: &[(&str, &str)],
) -> Result<Vec<u8>, HttpError> {
    ask(http, HttpRequest::post_form(url.clone(), parameters, LIMITS)).await
}

/// Only 200 is an answer (OIDC Discovery 1.0, section 4.2; RFC 6749, section 5.1).
async fn ask(http: &impl Http, request: HttpRequest) -> Result<Vec<u8>, HttpError> {
    let request = request.with_header(ACCEPT, HeaderValue::from_static("application/json"));
    let answer = http.send(request).await?.require(|status| *status == StatusCode::OK)?;
    Ok(answer.body)
}
