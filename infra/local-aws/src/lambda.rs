//! Invoking a function.

use aws_config::SdkConfig;
use leadlight_aws_call::{LAMBDA, Request, call};

use crate::AwsError;

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
    let request = Request { method: "POST", path: path(function), headers, body: event };
    let function = || function.to_owned();
    let answer = call(config, &LAMBDA, "Invoke", request)
        .await
        .map_err(|error| InvokeError::Refused { function: function(), source: error.into() })?;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arn_is_one_part_of_the_address() {
        assert_eq!(path("leadlight-Sla-1a"), "/2015-03-31/functions/leadlight-Sla-1a/invocations");
        let arn = "arn:aws:lambda:eu-central-1:123456789012:function:x";
        assert!(!path(arn)["/2015-03-31/functions/".len()..].contains(':'));
    }
}
