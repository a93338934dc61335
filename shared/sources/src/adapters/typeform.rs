//! Typeform: a webhook for each response.

use std::borrow::Cow;

use leadlight_lead::WireError;
use serde_json::{Value, json};

use crate::adapter::{Adapter, Proof, from_base64, signature};
use crate::fill::Filling;
use crate::item::{Item, Read, SetAside};
use crate::labels::field_of;
use crate::proof::{Claim, Mac, NotAuthentic};
use crate::request::Request;
use crate::rules::Rules;

pub(super) const ADAPTER: Adapter = Adapter {
    name: "typeform",
    title: "Typeform",
    help: "In the form: Connect, Webhooks, add the address, and set a secret. A field's reference or its question says \
           which of ours it is; hidden fields count as answers.",
    proofs: &[Proof { name: "signature", claim }],
    read,
    handshake: None,
    fetch: None,
    answers_with_score: false,
};

const HEADER: &str = "typeform-signature";

fn claim<'a>(request: &Request<'a>) -> Result<Claim<'a>, NotAuthentic> {
    let text = signature(request, HEADER)?;
    let text = text.strip_prefix("sha256=").ok_or(NotAuthentic::Malformed(HEADER))?;
    let tag = from_base64(text, HEADER)?;
    Ok(Claim::Signature { mac: Mac::Sha256, signed: vec![Cow::Borrowed(request.body)], tag, at: None })
}

fn read(request: &Request<'_>, rules: &Rules) -> Result<Vec<Read>, WireError> {
    let body = request.json()?;
    Ok(vec![match body["event_type"].as_str() {
        Some("form_response") => response(&body, rules),
        // Someone who has not finished: Typeform sends the whole once they have.
        Some("form_response_partial") => Ok(Item::PassedOver("a response that is not finished")),
        _ => Err(SetAside::part(&body, "event_type", "expected `form_response`")),
    }])
}

fn response(body: &Value, rules: &Rules) -> Read {
    let response = &body["form_response"];
    let form = &response["definition"];
    let mut filling = Filling::new(rules, "form_response");
    // The same response is sent again under another `event_id` where someone resends it by hand.
    let id = [&response["token"], &body["event_id"]].into_iter().find(|id| id.is_string()).cloned();
    filling
        .set("id", id.unwrap_or_default())
        .set("occurred_at", response["submitted_at"].clone())
        .set_form(&response["form_id"], &form["title"]);
    for answer in response["answers"].as_array().into_iter().flatten() {
        let field = &answer["field"];
        let question = question_of(form, field);
        let value = value_of(answer);
        let question = question.unwrap_or("question without a text");
        let name = field["ref"].as_str().unwrap_or(question);
        let mapped = [name, question].into_iter().find(|label| rules.knows(label));
        // What the company calls a field, then what Typeform does.
        match (mapped, answer["type"].as_str()) {
            (Some(label), _) => filling.answer(label, value),
            (None, Some("email")) => filling.take("email", question, value),
            (None, Some("phone_number")) => filling.take("phone", question, value),
            (None, _) => filling.answer(if field_of(name).is_some() { name } else { question }, value),
        };
    }
    for (name, value) in response["hidden"].as_object().into_iter().flatten() {
        filling.answer(name, value.clone());
    }
    for variable in response["variables"].as_array().into_iter().flatten() {
        let value = [&variable["text"], &variable["number"]].into_iter().find(|value| !value.is_null());
        if let (Some(name), Some(value)) = (variable["key"].as_str(), value) {
            filling.answer(name, value.clone());
        }
    }
    filling.finish()
}

fn question_of<'a>(form: &'a Value, field: &Value) -> Option<&'a str> {
    let fields = form["fields"].as_array()?;
    let id = field["id"].as_str();
    fields.iter().find(|known| known["id"].as_str().is_some() && known["id"].as_str() == id)?["title"]
        .as_str()
}

/// An answer stands under the name of its kind; choices have labels, and what was typed beside them.
fn value_of(answer: &Value) -> Value {
    let kind = answer["type"].as_str().unwrap_or_default();
    let value = &answer[kind];
    match kind {
        "choice" => [&value["label"], &value["other"]]
            .into_iter()
            .find(|text| text.is_string())
            .cloned()
            .unwrap_or_default(),
        "choices" => {
            let labels = value["labels"].as_array().into_iter().flatten().chain([&value["other"]]);
            json!(labels.filter(|label| label.is_string()).collect::<Vec<_>>())
        }
        "payment" => value["amount"].clone(),
        _ => value.clone(),
    }
}
