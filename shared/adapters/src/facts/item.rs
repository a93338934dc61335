//! How bought facts and spend are written down.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use jiff::civil::Date;
use leadlight_lead::LeadId;
use leadlight_ports::{Buyer, FactKey, Finding, KeptFact, PortError, RawAnswer, Spent, UsdMicros};

use crate::error::{BadItem, damaged};

/// An item by its attributes' names.
pub(super) type Item = HashMap<String, AttributeValue>;

/// A vendor's answer, as bytes; absent where the vendor knows nothing.
pub(super) const ANSWER: &str = "answer";
/// In nanoseconds since 1970.
pub(super) const FETCHED_AT: &str = "fetched_at_ns";
/// A hash of the lead that it was bought for.
pub(super) const BOUGHT_FOR: &str = "bought_for";
pub(super) const COST: &str = "cost_usd_micros";
/// The reservation that is open.
pub(super) const OPEN_ID: &str = "open_id";
/// In nanoseconds since 1970.
pub(super) const OPEN_UNTIL: &str = "open_until_ns";
/// The reservation that brought the answer.
pub(super) const SETTLED_ID: &str = "settled_id";
/// What was spent on the lead, or in the month.
pub(super) const TOTAL: &str = "total_usd_micros";
/// Before the day of the month.
pub(super) const DAY: &str = "usd_micros#day#";
/// Before the vendor's name.
pub(super) const PROVIDER: &str = "usd_micros#provider#";

pub(super) fn fact_key(key: &FactKey) -> String {
    format!("fact#{}#{}", key.provider.as_str(), key.subject.as_str())
}

pub(super) fn lead_key(lead: &LeadId) -> String {
    format!("lead#{}", Buyer::of(lead).as_str())
}

pub(super) fn month_key(day: Date) -> String {
    format!("spend#{:04}-{:02}", day.year(), day.month())
}

pub(super) fn number(amount: UsdMicros) -> AttributeValue {
    AttributeValue::N(amount.0.to_string())
}

pub(super) fn time(time: Timestamp) -> AttributeValue {
    AttributeValue::N(time.as_nanosecond().to_string())
}

fn bad(attribute: &'static str) -> PortError {
    damaged("reading a bought fact")(BadItem { attribute })
}

fn amount(value: &AttributeValue) -> Option<UsdMicros> {
    // What was taken back twice by hand is not less than nothing.
    let amount: i128 = value.as_n().ok()?.parse().ok()?;
    u64::try_from(amount.max(0)).ok().map(UsdMicros)
}

fn time_of(value: &AttributeValue) -> Option<Timestamp> {
    Timestamp::from_nanosecond(value.as_n().ok()?.parse().ok()?).ok()
}

/// The fact that an item holds, if one was bought yet.
pub(super) fn kept(item: &Item) -> Result<Option<KeptFact>, PortError> {
    let Some(fetched_at) = item.get(FETCHED_AT) else { return Ok(None) };
    let finding = match item.get(ANSWER) {
        None => Finding::Unknown,
        Some(answer) => {
            let bytes = answer.as_b().map_err(|_| bad(ANSWER))?.as_ref().to_vec();
            Finding::Known(RawAnswer::new(bytes).map_err(|_| bad(ANSWER))?)
        }
    };
    Ok(Some(KeptFact {
        finding,
        fetched_at: time_of(fetched_at).ok_or_else(|| bad(FETCHED_AT))?,
        cost: item.get(COST).and_then(amount).ok_or_else(|| bad(COST))?,
        bought_for: item
            .get(BOUGHT_FOR)
            .and_then(|value| value.as_s().ok()?.parse().ok())
            .ok_or_else(|| bad(BOUGHT_FOR))?,
    }))
}

/// Until when an item's reservation is open.
pub(super) fn open_until(item: &Item) -> Result<Timestamp, PortError> {
    item.get(OPEN_UNTIL).and_then(time_of).ok_or_else(|| bad(OPEN_UNTIL))
}

/// A month's spend.
pub(super) fn spent(item: &Item) -> Result<Spent, PortError> {
    let mut spent = Spent { total: item.get(TOTAL).and_then(amount).unwrap_or_default(), ..Spent::default() };
    for (name, value) in item {
        // What was taken back in whole was not spent.
        let read = || amount(value).ok_or_else(|| bad(TOTAL));
        if let Some(day) = name.strip_prefix(DAY) {
            let day = day.parse().map_err(|_| bad(DAY))?;
            Some(read()?).filter(|amount| amount.0 > 0).map(|amount| spent.by_day.insert(day, amount));
        } else if let Some(provider) = name.strip_prefix(PROVIDER) {
            let provider = provider.parse().map_err(|_| bad(PROVIDER))?;
            Some(read()?)
                .filter(|amount| amount.0 > 0)
                .map(|amount| spent.by_provider.insert(provider, amount));
        }
    }
    Ok(spent)
}
