//! The policy as readable text.

use jiff::Timestamp;
use leadlight_lead::PolicyHash;
use leadlight_policy::{Section, Table};
use maud::{Markup, html};

use crate::context::Frame;
use crate::layout::Page;
use crate::words::day;

/// The policy in force.
#[derive(Debug, Clone, PartialEq)]
pub struct PolicyPage {
    /// Its name.
    pub name: String,
    /// Its revision.
    pub revision: u32,
    /// Which file exactly.
    pub hash: PolicyHash,
    /// Since when it decides; none where that is not known.
    pub since: Option<Timestamp>,
    /// What it says.
    pub sections: Vec<Section>,
}

/// The page of the policy.
pub fn policy(frame: &Frame, page: &PolicyPage) -> String {
    let body = html! {
        div.head { h1 { "Policy" } }
        p.lead-in {
            "How leads are judged and what people are asked: " b { (page.name) } ", revision " (page.revision)
            @if let Some(since) = page.since { ", in force since " (day(frame, since)) } ". "
            span.quiet { "File " code title=(page.hash) { (page.hash.short()) } "." }
        }
        div.book {
            nav.contents aria-label="Parts of the policy" {
                ol {
                    @for (i, section) in page.sections.iter().enumerate() {
                        li { a href={ "#part-" (i) } { (section.title) } }
                    }
                }
            }
            div { @for (i, section) in page.sections.iter().enumerate() { (part(i, section)) } }
        }
    };
    frame.page(&Page { title: "Policy", at: "/policy", keys: &[], body })
}

fn part(i: usize, section: &Section) -> Markup {
    html! {
        section.part id={ "part-" (i) } {
            h2 { (section.title) }
            @for text in &section.text { p { (text) } }
            @if let Some(table) = &section.table { (table_of(&section.title, table)) }
        }
    }
}

fn table_of(caption: &str, table: &Table) -> Markup {
    html! {
        div.scroll role="region" aria-label={ "Table: " (caption) } tabindex="0" {
            table.words {
                caption.unseen { (caption) }
                thead { tr { @for name in &table.head { th scope="col" { (name) } } } }
                tbody {
                    @for row in &table.rows {
                        tr {
                            @for (i, cell) in row.iter().enumerate() {
                                @if i == 0 { th scope="row" { (cell) } } @else { td { (cell) } }
                            }
                        }
                    }
                }
            }
        }
    }
}
