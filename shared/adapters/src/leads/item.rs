//! A lead as an item: what is written, and what is read back.
//!
//! | attribute | | |
//! |---|---|---|
//! | `pk` | S | `lead#<lead id>` |
//! | `sk` | S | `lead`; other items of the same lead will have others |
//! | `document` | S | the [`QueuedLead`] message, as [`QueuedLead::to_document`] gives it |
//! | `content_hash` | S | tells a repetition from a conflict |
//! | `version` | N | 1; each write raises it, and names the one it read |
//! | `write_id` | S | which write left it so, where nothing was counted with it: known for one's own though its answer was lost |
//! | `account`, `person` | S | the account's domain, and the SHA-256 of the person's address |
//! | `seen_at` | S | when the event happened, then the id: ascending is the order of time |
//! | `queue_shard` | S | `<queue>#<shard>`, only while the lead waits in a queue |
//! | `owner_queue` | S | `<queue>#<member>`, or `-` for the pool, while it waits for a person; `confirmed#<member>` once it waits for nobody and somebody had confirmed it |
//! | `queue_order` | S | [`work_order`]; of what was confirmed, the latest first |
//! | `holder`, `lease_until` | S | who works on it, and until when; only while it is claimed |
//! | `renewal_shard`, `renewal_order` | S | [`renewal_order`]; only while time alone would move the lead |
//! | `answered_at` | S | only once people or deals have said something of its worth |
//!
//! An event that joined a lead, or a lead that became part of another, has an item under the key that it would have as a
//! lead: `joined`, the id of the lead it is part of now, and its own `content_hash`. By what a person is known stands in
//! `pk = person#<key>`, `sk = person`, with `lead`, the id of their lead that was written last.
//!
//! What is counted of people's work lies beside them: `pk` is `tally#<month>`, `sk` the tally's key, `count` a number. So
//! does what is told though no lead changed: `pk` is `told#model`, `sk` the event's id, `message` the event.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use leadlight_lead::{Claim, ContentHash, LeadId, MemberId, PersonKey, QueueName, QueuedLead, StageMessage};
use leadlight_ports::{PortError, Stored, ToRenew, Version, Waiting, renewal_order, work_order};

use crate::error::{BadItem, damaged, document, retryable};

/// A queue is spread over so many partitions of the index.
pub(super) const SHARDS: u8 = 4;
pub(super) const LEAD_SORT_KEY: &str = "lead";
pub(super) const PERSON_SORT_KEY: &str = "person";

pub(super) type Item = HashMap<String, AttributeValue>;

pub(super) fn item_of(lead: &QueuedLead, version: Version) -> Result<Item, PortError> {
    let document = lead.to_document().map_err(document("writing a lead's document"))?;
    let mut item = Item::from([
        ("pk".to_owned(), text(partition_key(lead.id()))),
        ("sk".to_owned(), text(LEAD_SORT_KEY)),
        ("document".to_owned(), text(document)),
        ("content_hash".to_owned(), text(lead.submitted().content_hash.as_str())),
        ("version".to_owned(), AttributeValue::N(version.0.to_string())),
        ("person".to_owned(), text(PersonKey::of_address(&lead.event().email).as_str())),
        ("seen_at".to_owned(), text(seen_at(lead))),
    ]);
    let mut set = |name: &str, value: String| item.insert(name.to_owned(), text(value));
    if let Some(account) = lead.account_domain() {
        set("account", account.to_string());
    }
    if let Some(queue) = lead.waits_in() {
        set("queue_shard", queue_key(queue, lead.id().shard(SHARDS)));
        set("queue_order", work_order(lead));
        if queue.role().is_some() {
            set("owner_queue", owner_key(queue, lead.work.owner.as_ref()));
        }
        if let Some(claim) = &lead.work.claim {
            set("holder", claim.holder.to_string());
            set("lease_until", claim.until.to_string());
        }
    }
    if let (None, Some(confirmed)) = (lead.waits_in(), lead.work.progress.confirmation()) {
        set("owner_queue", confirmed_key(&confirmed.by));
        set("queue_order", latest_first(confirmed.at, lead.id()));
    }
    if let Some(order) = renewal_order(lead) {
        set("renewal_shard", renewal_key(lead.id().shard(SHARDS)));
        set("renewal_order", order);
    }
    if lead.is_answered() {
        let last = lead.work.history.last().map_or(lead.queued_at, |entry| entry.at);
        set("answered_at", lead.outcome.as_ref().map_or(last, |o| o.closed_at).to_string());
    }
    Ok(item)
}

pub(super) fn lead_of(item: &Item) -> Result<QueuedLead, PortError> {
    const OPERATION: &str = "reading a lead's document";
    let text = text_of(item, "document").map_err(damaged(OPERATION))?;
    QueuedLead::from_message(text.as_bytes()).map_err(document(OPERATION))
}

pub(super) fn stored_of(item: &Item) -> Result<Stored, PortError> {
    Ok(Stored { lead: lead_of(item)?, version: Version(number_of(item, "version")?) })
}

pub(super) fn waiting_of(item: &Item) -> Result<Waiting, PortError> {
    const OPERATION: &str = "reading an index";
    let id = id_of(item)?;
    let claim = match (item.get("holder"), item.get("lease_until")) {
        (Some(_), Some(_)) => Some(Claim {
            holder: text_of(item, "holder")
                .map_err(retryable(OPERATION))?
                .parse()
                .map_err(retryable(OPERATION))?,
            until: text_of(item, "lease_until")
                .map_err(retryable(OPERATION))?
                .parse()
                .map_err(retryable(OPERATION))?,
        }),
        _ => None,
    };
    let order = text_of(item, "queue_order").map_err(retryable(OPERATION))?;
    Ok(Waiting::new(id, claim, order))
}

pub(super) fn to_renew_of(item: &Item) -> Result<ToRenew, PortError> {
    let order = text_of(item, "renewal_order").map_err(retryable("reading an index"))?.to_owned();
    Ok(ToRenew { id: id_of(item)?, order })
}

pub(super) fn renewal_key(shard: u8) -> String {
    format!("renewal#{shard}")
}

pub(super) fn id_of(item: &Item) -> Result<LeadId, PortError> {
    const OPERATION: &str = "reading an index";
    let key = text_of(item, "pk").map_err(retryable(OPERATION))?;
    let id = key.strip_prefix("lead#").ok_or(BadItem { attribute: "pk" }).map_err(retryable(OPERATION))?;
    id.parse().map_err(retryable(OPERATION))
}

pub(super) fn partition_key(id: &LeadId) -> String {
    format!("lead#{id}")
}

pub(super) fn queue_key(queue: QueueName, shard: u8) -> String {
    format!("{queue}#{shard}")
}

pub(super) fn owner_key(queue: QueueName, owner: Option<&MemberId>) -> String {
    format!("{queue}#{}", owner.map_or("-", MemberId::as_str))
}

pub(super) fn confirmed_key(by: &MemberId) -> String {
    format!("confirmed#{by}")
}

/// An order in which the latest comes first: the milliseconds left until the year 2286, in thirteen digits that sort as
/// numbers do, then the id.
fn latest_first(at: Timestamp, id: &LeadId) -> String {
    format!("{:013}#{id}", (9_999_999_999_999 - at.as_millisecond()).max(0))
}

/// What leads from an event's id to the lead that it is part of.
pub(super) fn joined_item(id: &LeadId, lead: &LeadId, content_hash: &ContentHash) -> Item {
    Item::from([
        ("pk".to_owned(), text(partition_key(id))),
        ("sk".to_owned(), text(LEAD_SORT_KEY)),
        ("joined".to_owned(), text(lead.as_str())),
        ("content_hash".to_owned(), text(content_hash.as_str())),
    ])
}

/// The lead that an item leads to; none where it is a lead itself.
pub(super) fn joined_of(item: &Item) -> Result<Option<LeadId>, PortError> {
    const OPERATION: &str = "reading where an event went";
    if !item.contains_key("joined") {
        return Ok(None);
    }
    let id = text_of(item, "joined").map_err(damaged(OPERATION))?;
    id.parse().map(Some).map_err(damaged(OPERATION))
}

pub(super) fn person_partition(person: &PersonKey) -> String {
    format!("person#{person}")
}

/// What leads from a person to their lead.
pub(super) fn person_item(person: &PersonKey, lead: &LeadId) -> Item {
    Item::from([
        ("pk".to_owned(), text(person_partition(person))),
        ("sk".to_owned(), text(PERSON_SORT_KEY)),
        ("lead".to_owned(), text(lead.as_str())),
    ])
}

fn seen_at(lead: &QueuedLead) -> String {
    format!("{}#{}", seen_from(lead.occurred_at()), lead.id())
}

/// What sorts before the `seen_at` of every event of a moment or later, and after all of before.
pub(super) fn seen_from(at: Timestamp) -> String {
    format!("{:015}", at.as_millisecond().max(0))
}

pub(super) fn text(value: impl Into<String>) -> AttributeValue {
    AttributeValue::S(value.into())
}

pub(super) fn text_of<'a>(item: &'a Item, attribute: &'static str) -> Result<&'a str, BadItem> {
    item.get(attribute).and_then(|v| v.as_s().ok()).map(String::as_str).ok_or(BadItem { attribute })
}

pub(super) fn number_of(item: &Item, attribute: &'static str) -> Result<u64, PortError> {
    let number = item.get(attribute).and_then(|v| v.as_n().ok()).and_then(|n| n.parse().ok());
    number.ok_or(BadItem { attribute }).map_err(damaged("reading a number"))
}
