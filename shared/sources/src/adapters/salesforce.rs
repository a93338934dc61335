//! Salesforce Web-to-Lead: the form that Salesforce makes for a company's pages, sent here as well.

use leadlight_lead::WireError;
use serde_json::Value;

use crate::adapter::{Adapter, KEY};
use crate::fill::Filling;
use crate::form;
use crate::item::{Item, Read};
use crate::request::Request;
use crate::rules::Rules;

pub(super) const ADAPTER: Adapter = Adapter {
    name: "salesforce-web-to-lead",
    title: "Salesforce Web-to-Lead",
    help: "Let your server send the form's body here as it sends it to Salesforce, with the header `X-Leadlight-Key`. \
           Fields of your own (00N…) are named in `fields`.",
    proofs: &[KEY],
    read,
    handshake: None,
    fetch: None,
    answers_with_score: false,
};

const FIELDS: &[(&str, &str)] = &[
    ("email", "email"),
    ("first_name", "first_name"),
    ("last_name", "last_name"),
    ("company", "company"),
    ("title", "title"),
    ("phone", "phone"),
    ("mobile", "phone"),
    ("URL", "website"),
    ("country", "country"),
    ("country_code", "country"),
    ("industry", "industry"),
    ("employees", "employees"),
    ("description", "message"),
];

/// The organisation's id, the page to go to next and the proof that it is no robot say nothing of the lead.
const ABOUT: &[&str] = &[
    "oid",
    "retURL",
    "debug",
    "debugEmail",
    "encoding",
    "submit",
    "captcha_settings",
    "g-recaptcha-response",
];

fn read(request: &Request<'_>, rules: &Rules) -> Result<Vec<Read>, WireError> {
    let expected = || WireError::shape("content-type", "expected application/x-www-form-urlencoded");
    let answers = form::pairs(request).ok_or_else(expected)??;
    if answers.iter().any(|(name, value)| name == "debug" && value == "1") {
        return Ok(vec![Ok(Item::Test)]);
    }
    let mut filling = Filling::new(rules, "web-to-lead");
    for (name, value) in answers {
        let known = FIELDS.iter().find(|(theirs, _)| *theirs == name).filter(|_| !rules.knows(&name));
        match known {
            Some((_, field)) => drop(filling.take(field, &name, value)),
            None if ABOUT.contains(&name.as_str()) && !rules.knows(&name) => {}
            None => drop(filling.answer(&name, Value::String(value))),
        }
    }
    Ok(vec![filling.finish()])
}
