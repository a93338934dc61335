//! What services have in common that speak JSON: Lambda, and those of the protocol AWS JSON 1.1.

use aws_config::SdkConfig;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_types::error::ErrorMetadata;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::{CallError, Request, Service, call};

/// An operation of AWS JSON 1.1, such as `secretsmanager.GetSecretValue`: all of them are a POST to the root, told apart
/// by a header.
pub async fn json<T: DeserializeOwned>(
    config: &SdkConfig,
    service: &'static Service,
    operation: &'static str,
    input: &(impl Serialize + Sync),
) -> Result<T, CallError> {
    let request = Request {
        method: "POST",
        path: "/".to_owned(),
        headers: vec![
            ("content-type", "application/x-amz-json-1.1".to_owned()),
            ("x-amz-target", operation.to_owned()),
        ],
        body: serde_json::to_vec(input).map_err(CallError::construction_failure)?,
    };
    let answer = call(config, service, operation, request).await?;
    // What serde says of an answer may hold a value of it, such as a secret's.
    serde_json::from_slice(&answer.body).map_err(|error| {
        CallError::construction_failure(format!("the answer cannot be read: {:?} error", error.classify()))
    })
}

/// Reads what a service of JSON says that is not a success.
pub fn json_error(response: &HttpResponse) -> ErrorMetadata {
    let body: Value = serde_json::from_slice(response.body().bytes().unwrap_or_default()).unwrap_or_default();
    let text = |names: &[&str]| names.iter().find_map(|name| body[name].as_str());
    let message = text(&["message", "Message"])
        .map_or_else(|| format!("it answered {}", response.status().as_u16()), str::to_owned);
    let metadata = ErrorMetadata::builder().message(message);
    match response.headers().get("x-amzn-errortype").or_else(|| text(&["__type", "code"])).map(code) {
        Some(code) if !code.is_empty() => metadata.code(code).build(),
        _ => metadata.build(),
    }
}

/// The name alone of `com.amazonaws.secretsmanager#ResourceNotFoundException:http://internal/`.
fn code(kind: &str) -> &str {
    let kind = kind.split(':').next().unwrap_or_default();
    kind.rsplit('#').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use aws_smithy_runtime_api::http::StatusCode;
    use aws_smithy_types::body::SdkBody;

    use super::*;

    fn answered(status: u16, kind: Option<&'static str>, body: &'static str) -> ErrorMetadata {
        let mut response = HttpResponse::new(StatusCode::try_from(status).unwrap(), SdkBody::from(body));
        if let Some(kind) = kind {
            response.headers_mut().insert("x-amzn-errortype", kind);
        }
        json_error(&response)
    }

    #[test]
    fn a_refusal_has_its_code_and_words_and_whatever_else_its_status() {
        let lambda = r#"{"Type":"User","Message":"Function not found: x"}"#;
        let missing = answered(404, Some("ResourceNotFoundException:http://internal/"), lambda);
        assert_eq!(missing.code(), Some("ResourceNotFoundException"));
        assert_eq!(missing.message(), Some("Function not found: x"));
        for kind in [
            "ThrottlingException",
            "com.amazonaws.x#ThrottlingException",
            "com.amazonaws.x#ThrottlingException:http://i/",
        ] {
            let body = serde_json::json!({ "__type": kind, "message": "slower" }).to_string();
            let told = answered(400, None, String::leak(body));
            assert_eq!(
                (told.code(), told.message()),
                (Some("ThrottlingException"), Some("slower")),
                "{kind}"
            );
        }
        let away = answered(503, None, "no");
        assert_eq!((away.code(), away.message()), (None, Some("it answered 503")));
        assert_eq!(answered(400, None, r#"{"__type":"","message":"m"}"#).code(), None);
    }
}
