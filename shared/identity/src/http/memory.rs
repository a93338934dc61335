//! An issuer in memory.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::{Form, Http, HttpError, LONGEST_ANSWER_BYTES};
use crate::endpoint::{Endpoint, form};

/// The twin of the real client: it answers with what was put at an address, and remembers who asked.
#[derive(Debug, Default)]
pub struct MemoryHttp(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    is_away: bool,
    documents: BTreeMap<String, Vec<u8>>,
    asked: Vec<String>,
    forms: Vec<String>,
}

impl MemoryHttp {
    /// From now on this address answers with `body`, to questions and forms alike.
    pub fn put(&self, url: &str, body: impl Into<Vec<u8>>) {
        self.state().documents.insert(url.to_owned(), body.into());
    }

    /// From now on nobody answers, or somebody does again.
    pub fn set_away(&self, is_away: bool) {
        self.state().is_away = is_away;
    }

    /// The addresses that were asked, in order, whether or not they answered.
    pub fn asked(&self) -> Vec<String> {
        self.state().asked.clone()
    }

    /// The forms that were sent, in order, as on the wire.
    pub fn forms(&self) -> Vec<String> {
        self.state().forms.clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn answer(&self, url: &Endpoint) -> Result<Vec<u8>, HttpError> {
        let mut state = self.state();
        state.asked.push(url.as_str().to_owned());
        if state.is_away {
            return Err(HttpError::Unreachable("the twin was told to be away".into()));
        }
        let body = state.documents.get(url.as_str()).ok_or(HttpError::Status(404))?;
        if body.len() > LONGEST_ANSWER_BYTES { Err(HttpError::TooLong) } else { Ok(body.clone()) }
    }
}

impl Http for MemoryHttp {
    async fn get(&self, url: &Endpoint) -> Result<Vec<u8>, HttpError> {
        self.answer(url)
    }

    async fn post_form(&self, url: &Endpoint, parameters: Form<'_>) -> Result<Vec<u8>, HttpError> {
        self.state().forms.push(form(parameters));
        self.answer(url)
    }
}
