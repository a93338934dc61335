//! A company's own product: what was done in it at an account, without naming a person.

use leadlight_lead::{
    AccountRef, AccountUse, ActivityKind, DomainName, EventId, Use, WireError, WorkspaceId, read_moment,
};
use serde_json::Value;

use crate::adapter::{Adapter, KEY};
use crate::fill::text_of;
use crate::item::{Item, Read, SetAside};
use crate::request::Request;
use crate::rules::Rules;

pub(super) const ADAPTER: Adapter = Adapter {
    name: "product-usage",
    title: "Your own product",
    help: "Takes a JSON object, or a list of them: `id`, `account` with a `domain` or the `workspace`'s id of your product or both, \
           and `used`, a list of `kind` (feature_used, integration_connected, teammate_invited, …), `times` and `at`. Use of \
           a workspace counts once an event has said whose it is.",
    proofs: &[KEY],
    read,
    handshake: None,
    fetch: None,
    answers_with_score: false,
};

fn read(request: &Request<'_>, rules: &Rules) -> Result<Vec<Read>, WireError> {
    match request.json()? {
        Value::Array(events) => Ok(events.iter().map(|event| one(event, request, rules)).collect()),
        event @ Value::Object(_) => Ok(vec![one(&event, request, rules)]),
        _ => Err(WireError::shape(".", "expected an object or a list of objects")),
    }
}

fn one(event: &Value, request: &Request<'_>, rules: &Rules) -> Read {
    used(event, request, rules).map_err(|(path, problem)| SetAside::part(event, path, problem))
}

type Fault = (&'static str, &'static str);

fn used(event: &Value, request: &Request<'_>, rules: &Rules) -> Result<Item, Fault> {
    let id = text_of(&event["id"]).and_then(|text| text.parse::<EventId>().ok());
    let id = id.ok_or(("id", "expected the event's id, by which it counts once however often it is sent"))?;
    let account = account(&event["account"]["domain"], &event["account"]["workspace"])?;
    let account = account.ok_or((
        "account",
        "expected whose use it is: a `domain` such as acme.example, or the `workspace`'s id, or both",
    ))?;
    let none = Vec::new();
    let listed = match &event["used"] {
        Value::Null => &none,
        Value::Array(listed) => listed,
        _ => return Err(("used", "expected a list of what was used")),
    };
    if listed.len() > AccountUse::MOST_USED {
        return Err(("used", "more than 100 uses in one event; send several events"));
    }
    let used = listed.iter().map(|used| one_use(used, request)).collect::<Result<Vec<Use>, Fault>>()?;
    if used.is_empty() && !matches!(account, AccountRef::Both(..)) {
        return Err((
            "used",
            "expected what was used; without it an event says whose workspace one is, with both ids",
        ));
    }
    let source = rules.name.clone();
    Ok(Item::Usage(Box::new(AccountUse { source, id, account, used, received_at: request.received_at })))
}

/// By what an account is named, if by anything. A domain that is no company's is an error where nothing else names one.
pub(super) fn account(domain: &Value, workspace: &Value) -> Result<Option<AccountRef>, Fault> {
    let written = text_of(domain);
    let domain = written.as_deref().and_then(|text| DomainName::from_host_or_url(text).ok());
    let workspace: Option<WorkspaceId> = text_of(workspace).and_then(|text| text.parse().ok());
    match (workspace, domain) {
        (Some(workspace), Some(domain)) => Ok(Some(AccountRef::Both(workspace, domain))),
        (Some(workspace), None) => Ok(Some(AccountRef::Workspace(workspace))),
        (None, Some(domain)) => Ok(Some(AccountRef::Domain(domain))),
        (None, None) if written.is_some() => {
            Err(("account.domain", "expected a company's own domain such as acme.example"))
        }
        (None, None) => Ok(None),
    }
}

fn one_use(used: &Value, request: &Request<'_>) -> Result<Use, Fault> {
    let kind = serde_json::from_value::<ActivityKind>(used["kind"].clone()).map_err(|_| {
        (
            "used.kind",
            "expected a kind of use such as feature_used, integration_connected or teammate_invited",
        )
    })?;
    let times = match &used["times"] {
        Value::Null => Some(1),
        times => times.as_u64().and_then(|times| u32::try_from(times).ok()),
    };
    let times = times.filter(|times| (1..=AccountUse::MOST_TIMES).contains(times));
    let times =
        times.ok_or(("used.times", "expected a whole number from 1 to 1000000; leave it out for once"))?;
    if !used["at"].is_null() && read_moment(&used["at"]).is_none() {
        return Err(("used.at", "expected a time such as 2026-11-20T09:30:00Z; leave it out for now"));
    }
    Ok(Use::new(kind, times, read_moment(&used["at"]), request.received_at))
}
