//! Invoking a function.

use aws_config::SdkConfig;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_types::error::ErrorMetadata;
use serde_json::Value;

use crate::AwsError;
use crate::call::{Post, Service, post};

const SERVICE: Service = Service { name: "lambda", error };

/// Whether an invocation is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Invocation {
    /// Lambda queues the event and answers at once; it tries again twice if the function fails.
    Queued,
    /// The answer is the function's. The connection is silent for as long as it runs.
    Awaited,
}

/// Why an invocation came to nothing.
#[derive(Debug, thiserror::Error)]
pub enum InvokeError {
    /// Lambda did not take it.
    #[error("the function {function} cannot be invoked")]
    Refused {
        /// The function.
        function: String,
        /// What AWS said.
        #[source]
        source: AwsError,
    },
    /// It was awaited, and the function failed.
    #[error("the function {function} failed ({kind}): {answer}")]
    Failed {
        /// The function.
        function: String,
        /// `Handled` or `Unhandled`.
        kind: String,
        /// What it answered.
        answer: String,
    },
}

/// Hands an event to the function of that name; what it answers, if that is awaited.
pub async fn invoke(
    config: &SdkConfig,
    function: &str,
    invocation: Invocation,
    event: Vec<u8>,
) -> Result<Vec<u8>, InvokeError> {
    let kind = match invocation {
        Invocation::Queued => "Event",
        Invocation::Awaited => "RequestResponse",
    };
    let headers =
        vec![("content-type", "application/json".to_owned()), ("x-amz-invocation-type", kind.to_owned())];
    let request = Post { path: path(function), headers, body: event };
    let function = || function.to_owned();
    let answer = post(config, &SERVICE, "Invoke", request)
        .await
        .map_err(|source| InvokeError::Refused { function: function(), source })?;
    match answer.header("x-amz-function-error") {
        None => Ok(answer.body),
        Some(kind) => Err(InvokeError::Failed {
            function: function(),
            kind: kind.to_owned(),
            answer: String::from_utf8_lossy(&answer.body).into_owned(),
        }),
    }
}

/// A function's name is a part of its address.
fn path(function: &str) -> String {
    let name: String = form_urlencoded::byte_serialize(function.as_bytes()).collect();
    format!("/2015-03-31/functions/{name}/invocations")
}

fn error(response: &HttpResponse) -> ErrorMetadata {
    let body: Value = serde_json::from_slice(response.body().bytes().unwrap_or_default()).unwrap_or_default();
    let said = body["message"].as_str().or_else(|| body["Message"].as_str());
    let message = said.map_or_else(|| format!("it answered {}", response.status().as_u16()), str::to_owned);
    let metadata = ErrorMetadata::builder().message(message);
    // "ResourceNotFoundException:http://…": the name alone is the code.
    match response.headers().get("x-amzn-errortype").and_then(|kind| kind.split(':').next()) {
        Some(code) => metadata.code(code).build(),
        None => metadata.build(),
    }
}

#[cfg(test)]
mod tests {
    use aws_smithy_runtime_api::http::StatusCode;
    use aws_smithy_types::body::SdkBody;

    use super::*;

    #[test]
    fn a_refusal_has_its_code_and_words_and_whatever_else_its_status() {
        let mut missing = HttpResponse::new(
            StatusCode::try_from(404).unwrap(),
            SdkBody::from(r#"{"Type":"User","Message":"Function not found: x"}"#),
        );
        missing.headers_mut().insert("x-amzn-errortype", "ResourceNotFoundException:http://internal/");
        let metadata = error(&missing);
        assert_eq!(metadata.code(), Some("ResourceNotFoundException"));
        assert_eq!(metadata.message(), Some("Function not found: x"));
        let away = HttpResponse::new(StatusCode::try_from(503).unwrap(), SdkBody::from("no"));
        assert_eq!((error(&away).code(), error(&away).message()), (None, Some("it answered 503")));
    }

    #[test]
    fn an_arn_is_one_part_of_the_address() {
        assert_eq!(path("leadlight-Sla-1a"), "/2015-03-31/functions/leadlight-Sla-1a/invocations");
        let arn = "arn:aws:lambda:eu-central-1:123456789012:function:x";
        assert!(!path(arn)["/2015-03-31/functions/".len()..].contains(':'));
    }
}
