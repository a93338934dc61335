//! What AWS said, as one line.

use std::error::Error;

use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};

/// An answer of AWS, or the reason there was none. Never holds a credential or a request's body.
#[derive(Debug, thiserror::Error)]
#[error("{text}")]
pub struct AwsError {
    code: Option<String>,
    text: String,
}

impl AwsError {
    /// The service's error code, such as `ValidationError`; none if no answer came.
    pub fn code(&self) -> Option<&str> {
        self.code.as_deref()
    }

    /// Nothing was sent, or what came back cannot be read.
    pub(crate) fn of(text: &str) -> Self {
        Self { code: None, text: text.to_owned() }
    }

    /// Whether the service's own words contain `words`.
    pub(crate) fn says(&self, words: &str) -> bool {
        self.text.contains(words)
    }
}

impl<E, R> From<SdkError<E, R>> for AwsError
where
    E: ProvideErrorMetadata + Error + 'static,
    R: std::fmt::Debug,
    SdkError<E, R>: Error,
{
    fn from(error: SdkError<E, R>) -> Self {
        let code = error.code().map(str::to_owned);
        let text = match (error.code(), error.message()) {
            (Some(code), Some(message)) => format!("{code}: {message}"),
            _ => chain(&error),
        };
        Self { code, text }
    }
}

/// The error and its causes, joined: an SDK error by itself says only "dispatch failure".
fn chain(error: &dyn Error) -> String {
    let causes = std::iter::successors(Some(error), |&error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
