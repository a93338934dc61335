//! The twin of the way out over HTTPS.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use ::http::{HeaderMap, StatusCode};

use super::lock;
use crate::{Http, HttpAnswer, HttpError, HttpRequest};

/// Answers with what was put at an address, and remembers what was asked. An address where nothing was put has the
/// status 404.
#[derive(Debug, Clone, Default)]
pub struct MemoryHttp(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    is_away: bool,
    /// `None` where no answer ever comes.
    answers: BTreeMap<String, Option<HttpAnswer>>,
    requests: Vec<HttpRequest>,
}

impl MemoryHttp {
    /// From now on this address answers 200 with `body`.
    pub fn put(&self, url: &str, body: impl Into<Vec<u8>>) {
        self.put_answer(
            url,
            HttpAnswer { status: StatusCode::OK, headers: HeaderMap::new(), body: body.into() },
        );
    }

    /// From now on this address answers so.
    pub fn put_answer(&self, url: &str, answer: HttpAnswer) {
        lock(&self.0).answers.insert(url.to_owned(), Some(answer));
    }

    /// From now on this address never answers.
    pub fn hang(&self, url: &str) {
        lock(&self.0).answers.insert(url.to_owned(), None);
    }

    /// From now on nobody can be reached, or everybody again.
    pub fn set_away(&self, is_away: bool) {
        lock(&self.0).is_away = is_away;
    }

    /// What was asked, in order, whether or not it was answered.
    pub fn requests(&self) -> Vec<HttpRequest> {
        lock(&self.0).requests.clone()
    }

    /// The addresses that were asked, in order.
    pub fn asked(&self) -> Vec<String> {
        self.requests().iter().map(|request| request.url.as_str().to_owned()).collect()
    }
}

impl Http for MemoryHttp {
    async fn send(&self, request: HttpRequest) -> Result<HttpAnswer, HttpError> {
        let mut state = lock(&self.0);
        let limits = request.limits;
        let answer = state.answers.get(request.url.as_str()).cloned();
        state.requests.push(request);
        if state.is_away {
            return Err(HttpError::Unreachable("the twin was told to be away".into()));
        }
        match answer {
            Some(Some(answer)) if answer.body.len() > limits.longest_answer_bytes => {
                Err(HttpError::TooLong { longest_answer_bytes: limits.longest_answer_bytes })
            }
            Some(Some(answer)) => Ok(answer),
            // It need not be waited for to know how that ends.
            Some(None) => Err(HttpError::TimedOut { timeout: limits.timeout }),
            None => {
                Ok(HttpAnswer { status: StatusCode::NOT_FOUND, headers: HeaderMap::new(), body: Vec::new() })
            }
        }
    }
}
