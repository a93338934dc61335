//! CloudEvents 1.0 in its three modes, whatever the data are called.

use leadlight_lead::WireError;
use serde_json::Value;

use crate::adapter::{Adapter, KEY};
use crate::envelope::{Envelope, envelopes};
use crate::fill::{Filling, answers};
use crate::item::{Read, SetAside};
use crate::request::Request;
use crate::rules::Rules;

pub(super) const ADAPTER: Adapter = Adapter {
    name: "cloudevents",
    title: "CloudEvents",
    help: "CloudEvents 1.0 as binary, structured or batched requests, with the header `X-Leadlight-Key`. The data are read \
           as any form's; source and id of the event are its id.",
    proofs: &[KEY],
    read,
    handshake: None,
    fetch: None,
    answers_with_score: false,
};

fn read(request: &Request<'_>, rules: &Rules) -> Result<Vec<Read>, WireError> {
    let set_aside = |(error, body): (WireError, Vec<u8>)| SetAside {
        error,
        body: String::from_utf8_lossy(&body).into_owned(),
    };
    Ok(envelopes(request)?
        .into_iter()
        .map(|opened| opened.map_err(set_aside).and_then(|event| one(&event, rules)))
        .collect())
}

fn one(event: &Envelope, rules: &Rules) -> Read {
    let data: Value = event
        .data_as()
        .map_err(|error| SetAside { error, body: String::from_utf8_lossy(&event.data).into_owned() })?;
    let mut filling = Filling::new(rules, &event.kind);
    filling.set("id", event.event_id()).set("occurred_at", event.time.clone().unwrap_or_default());
    for (label, value) in answers(&data) {
        filling.answer(&label, value);
    }
    filling.finish()
}
