//! An item of the table as a line of an export.

use std::borrow::Cow;

use leadlight_lead::{QueuedLead, StageMessage};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;

/// A lead's sort key. Other items of the table have others.
const LEAD_SORT_KEY: &str = "lead";

/// What was met in a file, beside items that are none of our concern.
#[derive(Debug, Clone, PartialEq)]
pub enum Met {
    /// A lead that people or a deal have answered.
    Lead(Box<QueuedLead>),
    /// A line that is no item, or an answered lead that cannot be read.
    Unreadable,
}

#[derive(Deserialize)]
struct Line<'a> {
    #[serde(rename = "Item", borrow)]
    item: Item<'a>,
}

/// What says whether an item is an answered lead, and the lead. Of which types all else is has no part in it.
#[derive(Deserialize)]
struct Item<'a> {
    #[serde(borrow)]
    sk: Option<Text<'a>>,
    answered_at: Option<IgnoredAny>,
    /// As it stands there: of leads that nobody has answered it is not looked at.
    #[serde(borrow)]
    document: Option<&'a RawValue>,
}

/// A value, if it is a text.
#[derive(Deserialize)]
struct Text<'a> {
    #[serde(rename = "S", borrow)]
    text: Option<Cow<'a, str>>,
}

/// The answered lead on a line; none where the item is something else. What is asked of an item here is what a scan asks
/// of it, and the document is read by the one reader of documents: `tests/contract` holds both against a table.
pub(crate) fn answered_lead(line: &[u8]) -> Option<Met> {
    let Ok(Line { item }) = serde_json::from_slice(line) else { return Some(Met::Unreadable) };
    let is_lead = item.sk.and_then(|sk| sk.text).is_some_and(|text| text == LEAD_SORT_KEY);
    if !is_lead || item.answered_at.is_none() {
        return None;
    }
    let document = item.document.and_then(|raw| serde_json::from_str::<Text<'_>>(raw.get()).ok()?.text);
    let lead = document.and_then(|text| QueuedLead::from_message(text.as_bytes()).ok());
    Some(lead.map_or(Met::Unreadable, |lead| Met::Lead(Box::new(lead))))
}
