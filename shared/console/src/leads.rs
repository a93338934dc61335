//! Leads of a queue, of all owners, narrowed step by step: by grade, motion and source.

use std::fmt::Write as _;

use leadlight_report::words::thousands;
use maud::{Markup, html};

use crate::context::Frame;
use crate::layout::Page;
use crate::list::{ListPage, table};

/// Leads of a queue, and what to narrow them by.
#[derive(Debug, Clone, PartialEq)]
pub struct LeadsPage {
    /// The queues, of which one is chosen.
    pub queues: Vec<Choosable>,
    /// What the leads can be narrowed by, such as "Grade", with what there is of each.
    pub facets: Vec<Facet>,
    /// Those that are left, 100 at most.
    pub list: ListPage,
    /// Leads that stand in the queue.
    pub standing: usize,
    /// Of these, how many were looked at: the first in the order of work.
    pub looked_at: usize,
    /// Of those, how many are left.
    pub left: usize,
    /// Where those are as CSV.
    pub csv: String,
}

/// Something to narrow leads by.
#[derive(Debug, Clone, PartialEq)]
pub struct Facet {
    /// What it is, such as "Grade".
    pub name: &'static str,
    /// What there is, "all" first.
    pub choices: Vec<Choosable>,
}

/// A choice, and the address of the page once it is made.
#[derive(Debug, Clone, PartialEq)]
pub struct Choosable {
    /// In words.
    pub label: String,
    /// How many leads there are of it, of those that were looked at; none where that was not counted.
    pub leads: Option<usize>,
    /// The page's address with it.
    pub address: String,
    /// Whether it is chosen.
    pub is_chosen: bool,
}

/// The page.
pub fn leads(frame: &Frame, page: &LeadsPage) -> String {
    frame.page(&Page { title: "All leads", at: "/leads", keys: &[], body: body(frame, page) })
}

fn body(frame: &Frame, page: &LeadsPage) -> Markup {
    html! {
        div.head {
            h1 { "All leads" }
            p.quiet { "By queue, for all owners. The address keeps what you choose: a bookmark brings you back to it." }
        }
        (facet("Queue", &page.queues))
        @for one in &page.facets { (facet(one.name, &one.choices)) }
        p role="status" { (counted(page)) }
        (table(frame, &page.list))
        @if page.left > 0 { p { a.act href=(page.csv) { "These leads as CSV" } } }
    }
}

fn counted(page: &LeadsPage) -> String {
    let LeadsPage { standing, looked_at, left, list, .. } = page;
    let mut text = if looked_at < standing {
        format!(
            "{} of the first {} leads, in the order of work; {} stand in this queue.",
            thousands(*left),
            thousands(*looked_at),
            thousands(*standing)
        )
    } else {
        format!("{} of {} in this queue.", thousands(*left), thousands(*looked_at))
    };
    if list.rows.len() < *left {
        // Writing to a string can't fail.
        let _ = write!(text, " The first {} are shown; the CSV has all of them.", list.rows.len());
    }
    text
}

fn facet(name: &str, choices: &[Choosable]) -> Markup {
    html! {
        nav.facet aria-label=(name) {
            span.quiet { (name) ": " }
            ul {
                @for choice in choices {
                    li {
                        a href=(choice.address) aria-current=[choice.is_chosen.then_some("true")] { (choice.label) }
                        @if let Some(leads) = choice.leads { " " span.small.quiet { (thousands(leads)) } }
                    }
                }
            }
        }
    }
}
