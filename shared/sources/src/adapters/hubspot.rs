//! HubSpot: webhooks of its CRM, which name what changed; contacts, companies and deals are fetched.

use std::borrow::Cow;

use leadlight_lead::{CrmEvent, LeadRef, Milestone, Versioned, WireError, read_moment};
use leadlight_reading::read_usd;
use serde_json::Value;

use crate::adapter::{Adapter, Fetch, Proof, Step, from_base64, from_hex, signature, since_1970};
use crate::fill::{Filling, text_of};
use crate::item::{Erasure, Item, Read, Reference, SetAside};
use crate::proof::{Claim, Mac, NotAuthentic};
use crate::request::Request;
use crate::rules::Rules;

pub(super) const ADAPTER: Adapter = Adapter {
    name: "hubspot",
    title: "HubSpot CRM",
    help: "A private app with webhooks for contact.creation, contact.privacyDeletion, deal.creation and \
           deal.propertyChange (dealstage). The source's secret is the app's client secret; its token, by which contacts \
           and deals are read, is the secret STACK/sources/NAME/api with the scopes crm.objects.contacts.read, \
           crm.objects.companies.read and crm.objects.deals.read.",
    proofs: &[V3, V1, V2],
    read,
    handshake: None,
    fetch: Some(fetch),
    answers_with_score: false,
};

/// The present one: the address, the body and the time are signed.
pub(super) const V3: Proof = Proof { name: "v3", claim: v3 };
/// Of older CRM webhooks. It has no time in it, so that it can be replayed: only for who says so.
const V1: Proof = Proof { name: "v1", claim: v1 };
/// Of actions in workflows.
pub(super) const V2: Proof = Proof { name: "v2", claim: v2 };

const NEW: &str = "x-hubspot-signature-v3";
const OLD: &str = "x-hubspot-signature";
const TIME: &str = "x-hubspot-request-timestamp";

fn v3<'a>(request: &Request<'a>) -> Result<Claim<'a>, NotAuthentic> {
    let tag = from_base64(signature(request, NEW)?, NEW)?;
    let time = signature(request, TIME)?;
    let at = Some(since_1970(time, TIME, 1000)?);
    let url = decoded(request.url.ok_or(NotAuthentic::NoPublicUrl)?);
    let signed = [
        Cow::Borrowed(request.method.as_bytes()),
        Cow::Owned(url.into_bytes()),
        Cow::Borrowed(request.body),
        Cow::Borrowed(time.as_bytes()),
    ];
    Ok(Claim::Signature { mac: Mac::Sha256, signed: signed.to_vec(), tag, at })
}

fn v1<'a>(request: &Request<'a>) -> Result<Claim<'a>, NotAuthentic> {
    let tag = from_hex(signature(request, OLD)?, OLD)?;
    Ok(Claim::Signature {
        mac: Mac::PrefixedSha256,
        signed: vec![Cow::Borrowed(request.body)],
        tag,
        at: None,
    })
}

fn v2<'a>(request: &Request<'a>) -> Result<Claim<'a>, NotAuthentic> {
    let tag = from_hex(signature(request, OLD)?, OLD)?;
    let url = request.url.ok_or(NotAuthentic::NoPublicUrl)?;
    let signed = [request.method.as_bytes(), url.as_bytes(), request.body].map(Cow::Borrowed).to_vec();
    Ok(Claim::Signature { mac: Mac::PrefixedSha256, signed, tag, at: None })
}

/// What HubSpot decodes in the address before it signs it, and nothing else.
const DECODED: [(&str, &str); 12] = [
    ("%3A", ":"),
    ("%2F", "/"),
    ("%3F", "?"),
    ("%40", "@"),
    ("%21", "!"),
    ("%24", "$"),
    ("%27", "'"),
    ("%28", "("),
    ("%29", ")"),
    ("%2A", "*"),
    ("%2C", ","),
    ("%3B", ";"),
];

fn decoded(url: &str) -> String {
    let mut decoded = url.to_owned();
    for (code, sign) in DECODED {
        decoded = decoded.replace(code, sign).replace(&code.to_ascii_lowercase(), sign);
    }
    decoded
}

fn read(request: &Request<'_>, rules: &Rules) -> Result<Vec<Read>, WireError> {
    let body = request.json()?;
    let events = body.as_array().ok_or_else(|| WireError::shape(".", "expected a list of events"))?;
    Ok(events.iter().map(|event| one(event, request, rules)).collect())
}

/// What an event is about: HubSpot says it in the event's name or, of generic ones, as the object's type.
fn kind_of(event: &Value) -> Option<(&str, &str)> {
    let (object, what) = event["subscriptionType"].as_str()?.split_once('.')?;
    let object = match (object, event["objectTypeId"].as_str()) {
        ("object", Some("0-1")) => "contact",
        ("object", Some("0-3")) => "deal",
        (object, _) => object,
    };
    Some((object, what))
}

fn one(event: &Value, request: &Request<'_>, rules: &Rules) -> Read {
    let Some(kind) = kind_of(event) else {
        return Err(SetAside::part(event, "subscriptionType", "expected an event such as contact.creation"));
    };
    let Some(id) = text_of(&event["objectId"]) else {
        return Err(SetAside::part(event, "objectId", "expected the object's id"));
    };
    let occurred_at = read_moment(&event["occurredAt"]).unwrap_or(request.received_at);
    let property = event["propertyName"].as_str().unwrap_or_default();
    let reference = |what: &str| {
        Ok(Item::Reference(Reference {
            source: rules.name.clone(),
            what: what.to_owned(),
            id: id.clone(),
            occurred_at,
            event: format!("{}.{}", kind.0, kind.1),
        }))
    };
    match kind {
        ("contact", "creation") => reference("contact"),
        ("contact", "privacyDeletion") => Ok(Item::Erasure(Erasure {
            source: rules.name.clone(),
            person_id: Some(id),
            email: None,
            requested_at: occurred_at,
        })),
        ("deal", "creation") => reference("deal"),
        ("deal", "propertyChange") if property == "dealstage" => reference("deal"),
        // What we write back changes a contact as well, and must not come round again.
        (_, "propertyChange") => {
            Ok(Item::PassedOver("a change that says nothing of a new lead or of how a deal ended"))
        }
        _ => Ok(Item::PassedOver("an event that says nothing of a new lead or of how a deal ended")),
    }
}

const API: &str = "https://api.hubapi.com";
/// What a contact has that we wrote, under the usual prefix of the destination.
const WRITTEN_BY_US: &str = "leadlight_lead_id";
const JSON: &[(&str, &str)] = &[("accept", "application/json")];

const OF_CONTACT: &str = "email,firstname,lastname,phone,mobilephone,jobtitle,company,website,country,industry,message,\
                          createdate,lifecyclestage,hs_analytics_source,recent_conversion_event_name,leadlight_lead_id";
const OF_COMPANY: &str = "name,domain,numberofemployees,industry,country";
const OF_DEAL: &str = "dealstage,hs_is_closed,hs_is_closed_won,amount,deal_currency_code,closedate,createdate,\
                       closed_lost_reason";

fn fetch(reference: &Reference, rules: &Rules, answers: &[Value]) -> Result<Step, WireError> {
    let ask = |object: &str, id: &str, properties: &str, with: &str| {
        let api = rules.api(API);
        let id: String = form_urlencoded::byte_serialize(id.as_bytes()).collect();
        let url = format!("{api}/crm/v3/objects/{object}/{id}?properties={properties}{with}");
        Ok(Step::Ask(Fetch { url, headers: JSON }))
    };
    let done = |read| Ok(Step::Done(vec![read]));
    match (reference.what.as_str(), answers) {
        ("contact", []) => {
            let properties = contact_properties(rules);
            ask("contacts", &reference.id, &properties, "&associations=companies")
        }
        ("deal", []) => ask("deals", &reference.id, OF_DEAL, "&associations=contacts"),
        (_, [Value::Null, ..]) => done(Ok(Item::PassedOver("it is gone from HubSpot"))),
        ("contact", [contact]) => match associated(contact, "companies") {
            Some(company) => ask("companies", &company, OF_COMPANY, ""),
            None => done(lead(reference, rules, contact, &Value::Null)),
        },
        ("contact", [contact, company, ..]) => done(lead(reference, rules, contact, company)),
        ("deal", [deal]) => match associated(deal, "contacts") {
            Some(contact) => ask("contacts", &contact, "email", ""),
            None => done(Ok(Item::PassedOver("a deal without a contact: nothing says whose lead it was"))),
        },
        ("deal", [deal, contact, ..]) => done(outcome(reference, deal, contact)),
        _ => Err(WireError::shape("what", "expected `contact` or `deal`")),
    }
}

/// What is always of use, and what the field map names.
fn contact_properties(rules: &Rules) -> String {
    let is_property = |name: &&str| {
        name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
            && !OF_CONTACT.split(',').any(|known| known == *name)
    };
    rules.labels().filter(is_property).fold(OF_CONTACT.to_owned(), |all, name| format!("{all},{name}"))
}

/// The first that an object is associated with: HubSpot lists the primary one first.
fn associated(object: &Value, with: &str) -> Option<String> {
    text_of(&object["associations"][with]["results"][0]["id"])
}

fn lead(reference: &Reference, rules: &Rules, contact: &Value, company: &Value) -> Read {
    let own = &contact["properties"];
    // To tell HubSpot of a lead may make the contact, which HubSpot then tells us of: that must not go round.
    if text_of(&own[WRITTEN_BY_US]).is_some() {
        return Ok(Item::PassedOver("a contact that was made by telling HubSpot of its lead"));
    }
    let theirs = &company["properties"];
    let mut filling = Filling::new(rules, &reference.event);
    filling
        .set("id", format!("contact {}", reference.id))
        .set("person_id", reference.id.as_str())
        .set("occurred_at", reference.occurred_at.to_string())
        .set_form(&Value::Null, &own["recent_conversion_event_name"]);
    for (name, field) in CONTACT_FIELDS {
        filling.take(field, name, own[*name].clone());
    }
    for (name, field) in COMPANY_FIELDS {
        filling.set(field, theirs[*name].clone());
    }
    let known = |name: &str| ABOUT.contains(&name) || CONTACT_FIELDS.iter().any(|(known, _)| *known == name);
    for (name, value) in own.as_object().into_iter().flatten() {
        if !known(name) || rules.knows(name) {
            filling.answer(name, value.clone());
        }
    }
    filling.finish()
}

/// HubSpot's names, and ours. Revenue is in the account's own currency, so that it stays as it is.
pub(super) const CONTACT_FIELDS: &[(&str, &str)] = &[
    ("email", "email"),
    ("firstname", "first_name"),
    ("lastname", "last_name"),
    ("phone", "phone"),
    ("mobilephone", "phone"),
    ("jobtitle", "title"),
    ("company", "company"),
    ("website", "website"),
    ("country", "country"),
    ("industry", "industry"),
    ("numemployees", "employees"),
    ("message", "message"),
];
/// What HubSpot says of its own record, whether it was asked or not.
pub(super) const ABOUT: &[&str] = &[
    "createdate",
    "hs_object_id",
    "lastmodifieddate",
    "recent_conversion_date",
    "recent_conversion_event_name",
];
pub(super) const COMPANY_FIELDS: &[(&str, &str)] = &[
    ("name", "company"),
    ("domain", "website"),
    ("numberofemployees", "employees"),
    ("industry", "industry"),
    ("country", "country"),
];

fn outcome(reference: &Reference, deal: &Value, contact: &Value) -> Read {
    let properties = &deal["properties"];
    let set_aside = |path: &str, problem: &str| SetAside::part(deal, path, problem);
    let Some(email) = contact["properties"]["email"].as_str() else {
        return Ok(Item::PassedOver("a deal whose contact has no address"));
    };
    let email = email.parse().map_err(|_| set_aside("properties.email", "expected an e-mail address"))?;
    let says =
        |name: &str| properties[name].as_str() == Some("true") || properties[name] == Value::Bool(true);
    let amount_usd = || {
        let is_usd =
            properties["deal_currency_code"].as_str().is_none_or(|code| code.eq_ignore_ascii_case("USD"));
        // HubSpot writes amounts with cents.
        let amount: f64 = text_of(&properties["amount"])?.parse().ok()?;
        read_usd(&format!("{amount:.0}")).filter(|_| is_usd)
    };
    let (what, at) = match (says("hs_is_closed_won"), says("hs_is_closed")) {
        (true, _) => (Milestone::Won { amount_usd: amount_usd() }, "closedate"),
        (false, true) => {
            let reason =
                text_of(&properties["closed_lost_reason"]).map(|text| text.chars().take(500).collect());
            (Milestone::Lost { reason }, "closedate")
        }
        (false, false) => (Milestone::OpportunityCreated { amount_usd: amount_usd() }, "createdate"),
    };
    let occurred_at =
        read_moment(&properties[at]).unwrap_or(reference.occurred_at).min(reference.occurred_at);
    let id = format!("deal {} {}", reference.id, what.as_str());
    Ok(Item::Outcome(Box::new(CrmEvent {
        schema_version: CrmEvent::VERSION,
        id: id.parse().map_err(|_| set_aside("id", "expected a deal's id"))?,
        lead: LeadRef::Email(email),
        deal: reference.id.parse().ok(),
        occurred_at,
        what,
    })))
}
