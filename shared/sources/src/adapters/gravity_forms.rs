//! Gravity Forms for WordPress: its webhooks add-on.

use leadlight_lead::WireError;
use serde_json::Value;

use crate::adapter::{Adapter, KEY};
use crate::fill::{Filling, text_of};
use crate::item::{Item, Read};
use crate::request::Request;
use crate::rules::Rules;

pub(super) const ADAPTER: Adapter = Adapter {
    name: "gravity-forms",
    title: "Gravity Forms",
    help: "The Webhooks add-on: POST, JSON, with the header `X-Leadlight-Key`. \"All fields\" sends numbers for names: say \
           in `fields` what they are, such as `\"1.3\" = \"first_name\"`; \"Select fields\" sends the names you choose.",
    proofs: &[KEY],
    read,
    handshake: None,
    fetch: None,
    answers_with_score: false,
};

/// What an entry says of itself and not of the person. Their address in the network and their browser are not kept.
const ABOUT: &[&str] = &[
    "id",
    "form_id",
    "date_created",
    "date_updated",
    "source_url",
    "ip",
    "user_agent",
    "created_by",
    "status",
    "post_id",
    "is_starred",
    "is_read",
    "currency",
    "payment_status",
    "payment_date",
    "payment_amount",
    "payment_method",
    "transaction_id",
    "is_fulfilled",
    "transaction_type",
    "source_id",
];

fn read(request: &Request<'_>, rules: &Rules) -> Result<Vec<Read>, WireError> {
    let body = request.json()?;
    let entry = body.as_object().ok_or_else(|| WireError::shape(".", "expected an entry"))?;
    if entry.get("status").and_then(Value::as_str) == Some("spam") {
        return Ok(vec![Ok(Item::PassedOver("an entry that Gravity Forms holds for spam"))]);
    }
    let mut filling = Filling::new(rules, "entry");
    if let Some(id) = text_of(&body["id"]) {
        filling.set("id", format!("{} {id}", text_of(&body["form_id"]).unwrap_or_default()));
    }
    filling.set_form(&body["form_id"], &Value::Null).set("page_url", body["source_url"].clone());
    // Without an offset, and in UTC.
    if let Some(at) = body["date_created"].as_str() {
        filling.set(
            "occurred_at",
            if at.len() == 19 { format!("{}Z", at.replacen(' ', "T", 1)) } else { at.to_owned() },
        );
    }
    for (name, value) in entry.iter().filter(|(name, _)| !ABOUT.contains(&name.as_str()) || rules.knows(name))
    {
        filling.answer(name, value.clone());
    }
    Ok(vec![filling.finish()])
}
