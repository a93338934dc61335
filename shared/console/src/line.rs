//! What happened, line by line: what a person did, and what was done with a lead.

use jiff::Timestamp;
use leadlight_lead::LeadId;
use leadlight_report::words::capital;
use maud::{Markup, html};

use crate::context::Frame;
use crate::words::{Relative, relative};

/// Entries shown at once; the rest opens. Judgement: a glance.
const SHOWN: usize = 8;

/// Something a person did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// When.
    pub at: Timestamp,
    /// What, in words, such as "Asked for a demo".
    pub what: String,
    /// The page, file, event or feature.
    pub name: Option<String>,
}

/// A line of a lead's history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryEntry {
    /// When.
    pub at: Timestamp,
    /// Who; none is the machine.
    pub who: Option<String>,
    /// What, in words.
    pub what: String,
    /// In their own words.
    pub note: Option<String>,
}

/// The first entries; the others open. `none` is said where there are none.
pub(crate) fn shown_first<T>(all: &[T], none: &str, entry: impl Fn(&T) -> Markup) -> Markup {
    let (first, rest) = all.split_at(all.len().min(SHOWN));
    html! {
        @if first.is_empty() { p.quiet { (none) } }
        @else { ol.line { @for one in first { (entry(one)) } } }
        @if !rest.is_empty() {
            details { summary { (rest.len()) " earlier" } ol.line { @for one in rest { (entry(one)) } } }
        }
    }
}

/// What somebody did.
pub(crate) fn event_line(frame: &Frame, event: &Event) -> Markup {
    html! {
        li {
            span.at { (relative(frame, event.at, Relative::Ago)) }
            span { (event.what) @if let Some(name) = &event.name { ": " (name) } }
        }
    }
}

/// What was done with a lead; `of` names the lead by its person's role, where a list is of several.
pub(crate) fn history_line(frame: &Frame, entry: &HistoryEntry, of: Option<(&LeadId, &String)>) -> Markup {
    html! {
        li {
            span.at { (relative(frame, entry.at, Relative::Ago)) }
            div {
                @if let Some((lead, role)) = of { a.act href={ "/leads/" (lead) } { (capital(role)) } " · " }
                span { b { (entry.who.as_deref().unwrap_or("The machine")) } ": " (entry.what) }
                @if let Some(note) = &entry.note { blockquote { (note) } }
            }
        }
    }
}
