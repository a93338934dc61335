//! HubSpot's workflows: the action "Send a webhook".

use leadlight_lead::{WireError, read_moment};
use serde_json::Value;

use super::hubspot::{ABOUT, COMPANY_FIELDS, CONTACT_FIELDS, V2, V3};
use crate::adapter::Adapter;
use crate::fill::{Filling, answers, text_of};
use crate::item::Read;
use crate::request::Request;
use crate::rules::Rules;

pub(super) const ADAPTER: Adapter = Adapter {
    name: "hubspot-workflow",
    title: "HubSpot workflow",
    help: "In a workflow: Send a webhook, POST, include all contact properties or fields of your own. The source's secret \
           is the app's client secret; with \"API key\" as authentication, write `proof = \"key\"` and send it as \
           `X-Leadlight-Key`.",
    proofs: &[V2, V3],
    read,
    handshake: None,
    fetch: None,
    answers_with_score: false,
};

fn read(request: &Request<'_>, rules: &Rules) -> Result<Vec<Read>, WireError> {
    let body = request.json()?;
    let mut filling = Filling::new(rules, "workflow");
    let properties = body["properties"].as_object();
    let value =
        |name: &str| properties.and_then(|all| all.get(name)).map_or(Value::Null, |of| value_of(of).clone());
    let vid = ["vid", "canonical-vid", "hs_object_id"].into_iter().find_map(|name| text_of(&body[name]));
    let conversion = value("recent_conversion_date");
    if let (Some(vid), Some(conversion)) = (&vid, text_of(&conversion)) {
        // One contact sends many forms, and each is an event.
        filling.set("id", format!("contact {vid} {conversion}"));
    }
    if let Some(at) = read_moment(&conversion) {
        filling.set("occurred_at", at.to_string());
    }
    filling.set("person_id", vid.unwrap_or_default());
    filling.set_form(&Value::Null, &value("recent_conversion_event_name"));
    match properties {
        Some(properties) => {
            for (name, field) in CONTACT_FIELDS {
                filling.take(field, name, value(name));
            }
            let company = &body["associated-company"]["properties"];
            for (name, field) in COMPANY_FIELDS {
                filling.set(field, value_of(&company[*name]).clone());
            }
            let is_known = |name: &str| CONTACT_FIELDS.iter().any(|(known, _)| *known == name);
            let is_about = |name: &str| name.starts_with("hs_") || ABOUT.contains(&name);
            let others = properties
                .iter()
                .filter(|(name, _)| rules.knows(name) || !(is_known(name) || is_about(name)));
            for (name, of) in others {
                filling.answer(name, value_of(of).clone());
            }
        }
        None => {
            for (label, value) in answers(&body) {
                filling.answer(&label, value);
            }
        }
    }
    Ok(vec![filling.finish()])
}

/// A property is an object with its value and its versions, or the value itself.
fn value_of(property: &Value) -> &Value {
    property.get("value").unwrap_or(property)
}
