//! Any form or script that can send JSON or what browsers send: a website's own form, Zapier, Make, Jotform, Wufoo.

use leadlight_lead::WireError;
use serde_json::Value;

use crate::adapter::{Adapter, KEY};
use crate::fill::{Filling, answers, answers_in};
use crate::form;
use crate::item::Read;
use crate::request::Request;
use crate::rules::Rules;

pub(super) const ADAPTER: Adapter = Adapter {
    name: "json",
    title: "Any form",
    help: "Takes a JSON object, a list of them, or what a browser's form sends. Fields are found by their usual names in \
           seven languages; `fields` in the sources file says what the others are.",
    proofs: &[KEY],
    read,
    handshake: None,
    fetch: None,
    answers_with_score: false,
};

pub(super) fn read(request: &Request<'_>, rules: &Rules) -> Result<Vec<Read>, WireError> {
    if let Some(pairs) = form::pairs(request) {
        let fields = form::nested(pairs?);
        let answers = fields.iter().flat_map(|(name, value)| answers_in(name, value));
        return Ok(vec![one(answers, request, rules)]);
    }
    match request.json()? {
        Value::Array(bodies) => Ok(bodies.iter().map(|body| one(answers(body), request, rules)).collect()),
        body @ Value::Object(_) => Ok(vec![one(answers(&body), request, rules)]),
        _ => Err(WireError::shape(".", "expected an object or a list of objects")),
    }
}

fn one(answers: impl IntoIterator<Item = (String, Value)>, request: &Request<'_>, rules: &Rules) -> Read {
    let mut filling = Filling::new(rules, "form");
    for (label, value) in answers {
        filling.answer(&label, value);
    }
    // What a sender that repeats itself gives each submission.
    filling.set("id", request.header("idempotency-key").unwrap_or_default());
    filling.finish()
}
