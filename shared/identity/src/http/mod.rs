//! The one door to the issuer.

mod memory;
#[cfg(feature = "http")]
mod real;

use std::error::Error;
use std::future::Future;

pub use memory::MemoryHttp;
#[cfg(feature = "http")]
pub use real::{HttpSetupError, HttpsClient};

use crate::endpoint::Endpoint;

/// A longer answer is refused, in bytes.
///
/// Judgement: a discovery document has 2 KiB, a key set 1 to 10, an answer with three tokens 8.
pub const LONGEST_ANSWER_BYTES: usize = 256 * 1024;

/// Names and values of a form.
pub type Form<'a> = &'a [(&'a str, &'a str)];

/// The issuer, as far as it answers over HTTP. Redirects are not followed, and only 200 is an answer.
pub trait Http: Send + Sync {
    /// The body of a document.
    fn get(&self, url: &Endpoint) -> impl Future<Output = Result<Vec<u8>, HttpError>> + Send;

    /// The body of the answer to a form, sent as `application/x-www-form-urlencoded`.
    fn post_form(
        &self,
        url: &Endpoint,
        form: Form<'_>,
    ) -> impl Future<Output = Result<Vec<u8>, HttpError>> + Send;
}

/// The issuer did not answer, or not as it should. Nothing it sent is repeated.
#[derive(Debug, thiserror::Error)]
pub enum HttpError {
    /// No connection, or it broke.
    #[error("the issuer cannot be reached; try again in a moment")]
    Unreachable(#[source] Box<dyn Error + Send + Sync>),
    /// No answer in time.
    #[error("the issuer did not answer within {seconds} seconds; try again in a moment")]
    TimedOut {
        /// How long it was waited for.
        seconds: u64,
    },
    /// It answered something else than 200.
    #[error("the issuer answered with status {0} instead of 200")]
    Status(u16),
    /// The body is longer than [`LONGEST_ANSWER_BYTES`].
    #[error("the issuer's answer is longer than {LONGEST_ANSWER_BYTES} bytes")]
    TooLong,
}
