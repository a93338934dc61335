//! LinkedIn: lead gen forms. A notification names a response, which is fetched together with its form.

use std::borrow::Cow;

use leadlight_lead::{WireError, read_moment};
use serde_json::{Value, json};

use crate::adapter::{Adapter, Fetch, Proof, Reply, Step, from_hex, signature};
use crate::fill::{Filling, text_of};
use crate::item::{Item, Read, Reference, SetAside};
use crate::proof::{Claim, Mac, NotAuthentic, SecretTexts, sign_hex};
use crate::request::Request;
use crate::rules::Rules;

pub(super) const ADAPTER: Adapter = Adapter {
    name: "linkedin",
    title: "LinkedIn lead gen forms",
    help: "Register the address for lead notifications by LinkedIn's API; its challenge is answered here, and again every \
           two hours. The source's secret is the app's client secret, its token the secret STACK/sources/NAME/api.",
    proofs: &[Proof { name: "signature", claim }],
    read,
    handshake: Some(challenge),
    fetch: Some(fetch),
    answers_with_score: false,
};

const HEADER: &str = "x-li-signature";

fn claim<'a>(request: &Request<'a>) -> Result<Claim<'a>, NotAuthentic> {
    let text = signature(request, HEADER)?;
    let tag = from_hex(text.strip_prefix("hmacsha256=").unwrap_or(text), HEADER)?;
    let signed = [b"hmacsha256=".as_slice(), request.body].map(Cow::Borrowed).to_vec();
    Ok(Claim::Signature { mac: Mac::Sha256, signed, tag, at: None })
}

/// A code of LinkedIn's own, so that nobody gets a signature over something else out of it.
fn is_code(code: &str) -> bool {
    code.len() == 36 && code.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-')
}

fn challenge(request: &Request<'_>, secrets: SecretTexts<'_>) -> Option<Reply> {
    let code = request.parameter("challengeCode").filter(|code| request.method == "GET" && is_code(code))?;
    let response = sign_hex(secrets.newest()?, code.as_bytes());
    let body = json!({ "challengeCode": code, "challengeResponse": response }).to_string();
    Some(Reply { content_type: "application/json", body })
}

fn read(request: &Request<'_>, rules: &Rules) -> Result<Vec<Read>, WireError> {
    let body = request.json()?;
    let names = ["leadGenFormResponse", "leadFormResponse", "leadGenFormResponseUrn"];
    let Some(urn) = names.into_iter().find_map(|name| body[name].as_str()) else {
        return Ok(vec![Err(SetAside::part(&body, "leadGenFormResponse", "expected the response's URN"))]);
    };
    if body["leadAction"].as_str() == Some("DELETED") {
        return Ok(vec![Ok(Item::PassedOver("a response that was deleted at LinkedIn"))]);
    }
    Ok(vec![Ok(Item::Reference(Reference {
        source: rules.name.clone(),
        what: "lead_form_response".to_owned(),
        id: urn.rsplit(':').next().unwrap_or(urn).to_owned(),
        occurred_at: read_moment(&body["occurredAt"]).unwrap_or(request.received_at),
        event: "lead_form_response".to_owned(),
    }))])
}

const API: &str = "https://api.linkedin.com";
const VERSION: &[(&str, &str)] = &[("linkedin-version", "202606"), ("x-restli-protocol-version", "2.0.0")];

fn fetch(reference: &Reference, rules: &Rules, answers: &[Value]) -> Result<Step, WireError> {
    let ask = |resource: &str, id: &str| {
        let id: String = form_urlencoded::byte_serialize(id.as_bytes()).collect();
        let url = format!("{}/rest/{resource}/{id}", rules.api(API));
        Ok(Step::Ask(Fetch { url, headers: VERSION }))
    };
    let done = |read| Ok(Step::Done(vec![read]));
    match answers {
        [] => ask("leadFormResponses", &reference.id),
        [Value::Null, ..] => done(Ok(Item::PassedOver("it is gone from LinkedIn"))),
        [response] if response["testLead"].as_bool() == Some(true) => done(Ok(Item::Test)),
        [response] => match form_of(response) {
            Some(form) => ask("leadForms", form),
            None => done(lead(reference, rules, response, &Value::Null)),
        },
        [response, form, ..] => done(lead(reference, rules, response, form)),
    }
}

/// `urn:li:versionedLeadGenForm:(urn:li:leadGenForm:3162,1)`.
fn form_of(response: &Value) -> Option<&str> {
    let urn = response["versionedLeadGenFormUrn"].as_str()?;
    urn.split("leadGenForm:").nth(1)?.split([',', ')']).next().filter(|id| !id.is_empty())
}

/// LinkedIn's own questions, and ours.
const QUESTIONS: &[(&str, &str)] = &[
    ("WORK_EMAIL", "email"),
    ("EMAIL", "email"),
    ("FIRST_NAME", "first_name"),
    ("LAST_NAME", "last_name"),
    ("WORK_PHONE_NUMBER", "phone"),
    ("PHONE_NUMBER", "phone"),
    ("JOB_TITLE", "title"),
    ("COMPANY_NAME", "company"),
    ("COMPANY_SIZE", "employees"),
    ("INDUSTRY", "industry"),
    ("COUNTRY", "country"),
];

fn lead(reference: &Reference, rules: &Rules, response: &Value, form: &Value) -> Read {
    let mut filling = Filling::new(rules, "lead_form_response");
    let at = read_moment(&response["submittedAt"]).unwrap_or(reference.occurred_at);
    filling
        .set("id", response["id"].as_str().unwrap_or(&reference.id))
        .set("person_id", response["submitter"].clone())
        .set("occurred_at", at.to_string())
        .set_form(&form_of(response).unwrap_or_default().into(), &form["name"])
        .set_utm("source", &"linkedin".into());
    let campaign = &response["leadMetadata"]["sponsoredLeadMetadata"]["campaign"];
    filling.set_utm("campaign", campaign);
    let answers: Vec<(&Value, Value)> = response["formResponse"]["answers"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|answer| (question(form, &answer["questionId"]), said(&answer["answerDetails"])))
        .collect();
    for (theirs, ours) in QUESTIONS {
        for (_, said) in
            answers.iter().filter(|(question, _)| question["predefinedField"].as_str() == Some(theirs))
        {
            filling.answer(ours, said.clone());
        }
    }
    for (question, said) in &answers {
        let own = question["predefinedField"]
            .as_str()
            .is_some_and(|id| QUESTIONS.iter().any(|(known, _)| *known == id));
        if !own {
            let name = question["name"].as_str().or_else(|| question["predefinedField"].as_str());
            filling.answer(name.unwrap_or("question without a text"), said.clone());
        }
    }
    for consent in response["formResponse"]["consentResponses"].as_array().into_iter().flatten() {
        if let Some(id) = text_of(&consent["consentId"]) {
            filling.consent(&id, &consent["accepted"]);
        }
    }
    filling.finish()
}

fn question<'a>(form: &'a Value, id: &Value) -> &'a Value {
    let questions = form["content"]["questions"].as_array().into_iter().flatten();
    let mut known = questions
        .filter(|known| text_of(&known["questionId"]).is_some_and(|known| Some(known) == text_of(id)));
    known.next().unwrap_or(&Value::Null)
}

fn said(details: &Value) -> Value {
    let text = &details["textQuestionAnswer"]["answer"];
    if text.is_string() { text.clone() } else { details["multipleChoiceAnswer"]["options"].clone() }
}
