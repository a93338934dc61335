//! Data quality: how full the record is, what is wrong with it, what people turned down for it.

use jiff::Timestamp;
use leadlight_enrichment::Supply;
use leadlight_lead::LeadId;
use leadlight_model::Finding;
use leadlight_report::charts::{Bar, Column, bars, details, figure, findings, nothing, table};
use leadlight_report::words::{capital, percent, several, thousands};
use maud::{Markup, html};

use crate::context::Frame;
use crate::layout::Page;
use crate::vendors::vendors;
use crate::words::{Relative, day, relative};

/// The data that leads come with.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct DataPage {
    /// None before the first run.
    pub looked_at: Option<LookedAt>,
    /// How often each field is known, as the policy names them.
    pub fields: Vec<FieldFill>,
    /// What is wrong, the gravest first.
    pub findings: Vec<Finding>,
    /// What was typed in leads that wait now and was not understood.
    pub unread: Unreads,
    /// What vendors gave, of the same leads.
    pub supply: Supply,
    /// Leads that people turned down because the record was wrong, the newest first.
    pub bad_records: Vec<BadRecord>,
}

/// How often a field is known.
#[derive(Debug, Clone, PartialEq)]
pub struct FieldFill {
    /// Which, in words.
    pub field: String,
    /// Share of leads, 0 to 1.
    pub known: f64,
    /// Whether the policy wants it.
    pub is_wanted: bool,
}

/// What was typed and not understood, by field.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Unreads {
    /// How many leads were looked at.
    pub leads: usize,
    /// Fields with anything that was not understood.
    pub fields: Vec<UnreadField>,
}

/// What was typed in one field and not understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnreadField {
    /// Which, in words.
    pub field: String,
    /// In how many leads something was typed there.
    pub said: u64,
    /// In how many of them it was not understood.
    pub unread: u64,
    /// The most frequent texts, and how often each came.
    pub texts: Vec<(String, u64)>,
}

/// A lead that was turned down because its record was wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadRecord {
    /// Which.
    pub lead: LeadId,
    /// The company.
    pub company: String,
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: String,
    /// The reason, in words.
    pub reason: String,
    /// In their own words.
    pub note: Option<String>,
}

/// What the last run saw.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LookedAt {
    /// Leads that have converted, or clearly have not.
    pub leads: usize,
    /// When.
    pub at: Timestamp,
}

/// The page of the data.
pub fn data(frame: &Frame, page: &DataPage) -> String {
    let body = html! {
        div.head {
            h1 { "Data" }
            p.quiet {
                @if let Some(LookedAt { leads, at }) = &page.looked_at {
                    "Of " (several(*leads, "lead")) " that converted or clearly did not, on " (day(frame, *at)) "."
                } @else { "Nothing was looked at yet: the first run is due." }
            }
        }
        section {
            h2 { "What to fix" }
            @if page.findings.is_empty() { (nothing("Nothing is wrong that a machine can see.")) }
            @else { (findings(&page.findings)) }
        }
        section {
            h2 { "Typed, and not understood" }
            (unread(&page.unread))
        }
        section {
            h2 { "What vendors give" }
            (vendors(&page.supply))
        }
        div.grid-2 {
            section { h2 { "How full the record is" } (fill(&page.fields)) }
            section { h2 { "Turned down for bad data" } (bad_records(frame, &page.bad_records)) }
        }
    };
    frame.page(&Page { title: "Data", at: "/data", keys: &[], body })
}

fn fill(fields: &[FieldFill]) -> Markup {
    if fields.is_empty() {
        return nothing("No lead was looked at.");
    }
    let mut sorted: Vec<&FieldFill> = fields.iter().collect();
    sorted.sort_by(|a, b| a.known.total_cmp(&b.known));
    let bar = |f: &&FieldFill| Bar {
        name: if f.is_wanted { f.field.clone() } else { format!("{} (not wanted)", f.field) },
        value: f.known,
        label: percent(f.known),
        class: if f.is_wanted { "won" } else { "plain" },
    };
    let rows = sorted.iter().map(|f| {
        let wanted = if f.is_wanted { "yes" } else { "no" };
        vec![f.field.clone(), percent(f.known), wanted.to_owned()]
    });
    let columns = [Column::Words("Field"), Column::Figures("Known"), Column::Words("Wanted by the policy")];
    let pictures = bars(
        "Share of leads in which each field is known",
        &sorted.iter().map(bar).collect::<Vec<_>>(),
        1.0,
        &[],
    );
    let as_table = table("Share of leads in which each field is known", &columns, &rows.collect::<Vec<_>>());
    figure(&pictures, &details("The fields as a table", &as_table))
}

fn unread(unreads: &Unreads) -> Markup {
    if unreads.fields.is_empty() {
        return nothing(if unreads.leads == 0 {
            "No lead waits."
        } else {
            "Everything that was typed in leads that wait now was understood."
        });
    }
    html! {
        p.small.quiet {
            "In " (several(unreads.leads, "lead")) " that wait now. It counts as not known, never as a bad fit. Titles can be "
            "added to the policy's words, and industries to its grades."
        }
        dl.unread {
            @for field in &unreads.fields {
                dt { (capital(&field.field)) ": " (field.unread) " of " (field.said) }
                dd {
                    @for (place, (text, count)) in field.texts.iter().enumerate() {
                        @if place > 0 { ", " }
                        "“" (text) "”" @if *count > 1 { " (" (count) ")" }
                    }
                }
            }
        }
    }
}

fn bad_records(frame: &Frame, records: &[BadRecord]) -> Markup {
    html! {
        @if records.is_empty() { (nothing("None.")) }
        @else {
            p.small.quiet {
                (thousands(records.len())) " lately. They teach the model nothing, but say where records go wrong."
            }
            ol.line {
                @for record in records {
                    li {
                        span.at { (relative(frame, record.at, Relative::Ago)) }
                        div {
                            a.act href={ "/leads/" (record.lead) } { (record.company) } ": " (record.reason)
                            span.quiet { ", " (record.by) }
                            @if let Some(note) = &record.note { blockquote { (note) } }
                        }
                    }
                }
            }
        }
    }
}
