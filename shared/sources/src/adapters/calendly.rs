//! Calendly: meetings that are booked, cancelled or not kept.

use std::borrow::Cow;

use jiff::Timestamp;
use leadlight_lead::{CrmEvent, LeadRef, Milestone, Versioned, WireError};
use serde_json::Value;

use crate::adapter::{Adapter, Proof, from_hex, signature, since_1970};
use crate::fill::Filling;
use crate::item::{Item, Read, SetAside};
use crate::proof::{Claim, Mac, NotAuthentic};
use crate::request::Request;
use crate::rules::Rules;

pub(super) const ADAPTER: Adapter = Adapter {
    name: "calendly",
    title: "Calendly",
    help: "Make a webhook subscription by Calendly's API for invitee.created, invitee.canceled and \
           invitee_no_show.created, with a signing key. A booking is a lead that asked for a demo; the \
           meeting, and that it was cancelled or that they did not come, is told to that lead.",
    proofs: &[Proof { name: "signature", claim }],
    read,
    handshake: None,
    fetch: None,
    answers_with_score: false,
};

const HEADER: &str = "calendly-webhook-signature";

/// `t=<seconds>,v1=<hexadecimal>`.
fn claim<'a>(request: &Request<'a>) -> Result<Claim<'a>, NotAuthentic> {
    let text = signature(request, HEADER)?;
    let part =
        |name: &str| text.split(',').find_map(|part| part.trim().strip_prefix(name)?.strip_prefix('='));
    let time = part("t").ok_or(NotAuthentic::Malformed(HEADER))?;
    let tag = from_hex(part("v1").ok_or(NotAuthentic::Malformed(HEADER))?, HEADER)?;
    let at = Some(since_1970(time, HEADER, 1)?);
    let signed = [time.as_bytes(), b".", request.body].map(Cow::Borrowed).to_vec();
    Ok(Claim::Signature { mac: Mac::Sha256, signed, tag, at })
}

fn read(request: &Request<'_>, rules: &Rules) -> Result<Vec<Read>, WireError> {
    let body = request.json()?;
    let invitee = &body["payload"];
    if body["event"].as_str() == Some("invitee.created") {
        // A booking is a lead, and the meeting that it is about is told to that lead. A meeting without a time that can be
        // read is still a lead.
        let meeting = on(invitee).map(|on| told(&body, invitee, "booked", Milestone::MeetingBooked { on }));
        return Ok(std::iter::once(booked(&body, invitee, rules)).chain(meeting).collect());
    }
    Ok(vec![match body["event"].as_str() {
        // A meeting that is moved is cancelled and booked anew.
        Some("invitee.canceled") if invitee["rescheduled"].as_bool() == Some(true) => {
            Ok(Item::PassedOver("a meeting that is moved: the new booking is told by itself"))
        }
        Some("invitee.canceled") => told(&body, invitee, "canceled", Milestone::MeetingCancelled),
        Some("invitee_no_show.created") => told(&body, invitee, "no-show", Milestone::NoShow),
        Some("routing_form_submission.created") => {
            Ok(Item::PassedOver("a routing form, which names no address"))
        }
        // What was told of a lead stays told: only a person can take it back.
        Some("invitee_no_show.deleted") => Err(SetAside::part(
            &body,
            "event",
            "tells that a no-show was taken back: correct the lead's outcome by hand",
        )),
        _ => Err(SetAside::part(&body, "event", "expected an invitee's event")),
    }])
}

fn booked(body: &Value, invitee: &Value, rules: &Rules) -> Read {
    let mut filling = Filling::new(rules, "invitee.created");
    let meeting = &invitee["scheduled_event"];
    filling
        .set("id", invitee["uri"].clone())
        .set("occurred_at", body["created_at"].clone())
        .set("email", invitee["email"].clone())
        .set("first_name", invitee["first_name"].clone())
        .set("last_name", invitee["last_name"].clone())
        .set_form(&meeting["event_type"], &meeting["name"]);
    if let Some(name) = invitee["name"].as_str() {
        filling.set_full_name("name", name);
    }
    // Who books a meeting asks for a conversation, whatever the meeting is called.
    filling.did("demo_request", &meeting["name"], &body["created_at"]);
    for answer in invitee["questions_and_answers"].as_array().into_iter().flatten() {
        if let Some(question) = answer["question"].as_str() {
            filling.answer(question, answer["answer"].clone());
        }
    }
    let tracking = &invitee["tracking"];
    for name in ["source", "medium", "campaign", "term", "content"] {
        filling.set_utm(name, &tracking[format!("utm_{name}").as_str()]);
    }
    filling.answer("meeting starts at", meeting["start_time"].clone());
    filling.finish()
}

/// When the meeting begins.
fn on(invitee: &Value) -> Option<Timestamp> {
    invitee["scheduled_event"]["start_time"].as_str()?.parse().ok()
}

/// What happened with a meeting: told to the lead that the booking became.
fn told(body: &Value, invitee: &Value, kind: &str, what: Milestone) -> Read {
    let malformed = |path: &str, problem: &str| SetAside::part(body, path, problem);
    let email = invitee["email"].as_str().and_then(|text| text.parse().ok());
    let email = email.ok_or_else(|| malformed("payload.email", "expected an e-mail address"))?;
    let at = body["created_at"].as_str().and_then(|text| text.parse().ok());
    let occurred_at =
        at.ok_or_else(|| malformed("created_at", "expected a time such as 2026-11-20T09:30:00Z"))?;
    let id = invitee["uri"].as_str().map(|uri| format!("{kind} {uri}")).and_then(|id| id.parse().ok());
    let id = id.ok_or_else(|| malformed("payload.uri", "expected the invitee's address at Calendly"))?;
    Ok(Item::Outcome(Box::new(CrmEvent {
        schema_version: CrmEvent::VERSION,
        id,
        lead: LeadRef::Email(email),
        deal: None,
        occurred_at,
        what,
    })))
}
