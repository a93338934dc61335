//! Google Ads: lead form assets.

use std::borrow::Cow;

use leadlight_lead::{WireError, from_json};
use serde::Deserialize;
use serde_json::Value;

use crate::adapter::{Adapter, Proof};
use crate::fill::{Filling, text_of};
use crate::item::{Item, Read};
use crate::proof::{Claim, NotAuthentic};
use crate::request::Request;
use crate::rules::Rules;

pub(super) const ADAPTER: Adapter = Adapter {
    name: "google-ads",
    title: "Google Ads lead form",
    help: "In the lead form's asset: Export leads, webhook integration, with the address and a key of your own, which is \
           the source's secret. Google's test lead is recognised and goes nowhere.",
    proofs: &[Proof { name: "google_key", claim }],
    read,
    handshake: None,
    fetch: None,
    answers_with_score: false,
};

/// All that is read of a body before it is believed.
#[derive(Deserialize)]
struct Keyed {
    #[serde(default)]
    google_key: Option<String>,
}

/// The key stands in the body, which is believed only once it matches.
fn claim<'a>(request: &Request<'a>) -> Result<Claim<'a>, NotAuthentic> {
    const KEY: &str = "google_key in the body";
    let body: Keyed = from_json(request.body).map_err(|_| NotAuthentic::Malformed(KEY))?;
    let key = body.google_key.filter(|key| !key.is_empty()).ok_or(NotAuthentic::Absent(KEY))?;
    Ok(Claim::Secret(Cow::Owned(key.into_bytes())))
}

/// Google's names of questions, and ours.
const COLUMNS: &[(&str, &str)] = &[
    ("WORK_EMAIL", "email"),
    ("EMAIL", "email"),
    ("FULL_NAME", "full_name"),
    ("FIRST_NAME", "first_name"),
    ("LAST_NAME", "last_name"),
    ("WORK_PHONE", "phone"),
    ("PHONE_NUMBER", "phone"),
    ("COMPANY_NAME", "company"),
    ("JOB_TITLE", "title"),
    ("COUNTRY", "country"),
];

fn read(request: &Request<'_>, rules: &Rules) -> Result<Vec<Read>, WireError> {
    let body = request.json()?;
    if body["is_test"].as_bool() == Some(true) {
        return Ok(vec![Ok(Item::Test)]);
    }
    let mut filling = Filling::new(rules, "lead_form");
    filling.set("id", body["lead_id"].clone()).set_form(&body["form_id"], &Value::Null);
    let columns: Vec<&Value> = body["user_column_data"].as_array().into_iter().flatten().collect();
    // In Google's order a private address may come before the one at work.
    for (id, ours) in COLUMNS {
        for column in columns.iter().filter(|column| column["column_id"].as_str() == Some(id)) {
            filling.answer(ours, column["string_value"].clone());
        }
    }
    for column in &columns {
        let id = column["column_id"].as_str().unwrap_or_default();
        if !COLUMNS.iter().any(|(known, _)| *known == id) {
            let name = column["column_name"].as_str().unwrap_or(id);
            filling.answer(if rules.knows(id) { id } else { name }, column["string_value"].clone());
        }
    }
    filling.set_utm("source", &"google".into()).set_utm("medium", &"cpc".into());
    for (name, parameter) in [("campaign_id", "campaign"), ("creative_id", "content")] {
        if let Some(id) = text_of(&body[name]) {
            filling.set_utm(parameter, &id.into());
        }
    }
    for name in ["gcl_id", "adgroup_id", "asset_group_id"] {
        filling.answer(name, body[name].clone());
    }
    Ok(vec![filling.finish()])
}
