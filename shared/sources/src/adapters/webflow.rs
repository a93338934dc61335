//! Webflow: a webhook for each submission of a site's forms, in both of its versions.

use std::borrow::Cow;

use leadlight_lead::WireError;
use serde_json::Value;

use crate::adapter::{Adapter, Proof, from_hex, signature, since_1970};
use crate::fill::Filling;
use crate::item::{Item, Read, SetAside};
use crate::proof::{Claim, Mac, NotAuthentic};
use crate::request::Request;
use crate::rules::Rules;

pub(super) const ADAPTER: Adapter = Adapter {
    name: "webflow",
    title: "Webflow",
    help: "Webhooks that were made by the API are signed with the app's client secret. Those made in the dashboard are \
           not: write `proof = \"key\"` and add `?key=…` to the address.",
    proofs: &[Proof { name: "signature", claim }],
    read,
    handshake: None,
    fetch: None,
    answers_with_score: false,
};

const SIGNATURE: &str = "x-webflow-signature";
const TIME: &str = "x-webflow-timestamp";

fn claim<'a>(request: &Request<'a>) -> Result<Claim<'a>, NotAuthentic> {
    let tag = from_hex(signature(request, SIGNATURE)?, SIGNATURE)?;
    let time = signature(request, TIME)?;
    let at = Some(since_1970(time, TIME, 1000)?);
    let signed = [time.as_bytes(), b":", request.body].map(Cow::Borrowed).to_vec();
    Ok(Claim::Signature { mac: Mac::Sha256, signed, tag, at })
}

fn read(request: &Request<'_>, rules: &Rules) -> Result<Vec<Read>, WireError> {
    let body = request.json()?;
    let is_v2 = body.get("payload").is_some_and(Value::is_object);
    if is_v2 && body["triggerType"].as_str() != Some("form_submission") {
        return Ok(vec![Ok(Item::PassedOver("a webhook of Webflow's that is no form submission"))]);
    }
    let submission = if is_v2 { &body["payload"] } else { &body };
    let (id, at, form) =
        if is_v2 { ("id", "submittedAt", &submission["formId"]) } else { ("_id", "d", &Value::Null) };
    let Some(answers) = submission["data"].as_object() else {
        return Ok(vec![Err(SetAside::part(&body, "data", "expected a form's answers"))]);
    };
    let mut filling = Filling::new(rules, "form_submission");
    filling
        .set("id", submission[id].clone())
        .set("occurred_at", submission[at].clone())
        .set_form(form, &submission["name"]);
    for (label, value) in answers {
        filling.answer(label, value.clone());
    }
    Ok(vec![filling.finish()])
}
