//! Marketo: a webhook in a campaign, whose answer Marketo writes into the person's fields.

use leadlight_lead::WireError;

use super::json;
use crate::adapter::{Adapter, KEY};
use crate::item::Read;
use crate::request::Request;
use crate::rules::Rules;

pub(super) const ADAPTER: Adapter = Adapter {
    name: "marketo",
    title: "Marketo",
    help: "A webhook of type POST, request token encoding JSON, with the custom header `X-Leadlight-Key` and a payload \
           such as {\"email\": {{lead.Email Address}}, \"title\": {{lead.Job Title}}}. The answer has the score: map \
           `lead_score`, `lead_grade`, `lead_queue` and `lead_reason_1` to fields of yours. Call it from a triggered \
           campaign; batch campaigns can't.",
    proofs: &[KEY],
    read,
    handshake: None,
    fetch: None,
    answers_with_score: true,
};

fn read(request: &Request<'_>, rules: &Rules) -> Result<Vec<Read>, WireError> {
    json::read(request, rules)
}
