//! The page of an account: everyone there whom leads are of, what became of them, where their scores have been going, what they
//! did and what was said.

use leadlight_lead::{DomainName, LeadId};
use leadlight_report::words::fixed;
use maud::{Markup, html};

use crate::context::Frame;
use crate::layout::Page;
use crate::lead::ScorePoint;
use crate::line::{Event, HistoryEntry, event_line, history_line, shown_first};
use crate::list::{ListPage, table};
use crate::svg;

/// An account with all its leads.
#[derive(Debug, Clone, PartialEq)]
pub struct AccountPage {
    /// The company's name, or else its domain.
    pub name: String,
    /// Its domain.
    pub domain: DomainName,
    /// What is known of the company, such as "Software, 120 employees, Germany".
    pub about: Option<String>,
    /// What it is to us and who owns it, a few words each.
    pub standing: Vec<String>,
    /// Its leads, the latest first.
    pub leads: ListPage,
    /// Of these, how many wait for somebody.
    pub open: usize,
    /// People whose leads these are.
    pub people: usize,
    /// Deals that were won and lost, in words, such as "2 won, $84,000; 1 lost"; none where no deal has ended.
    pub deals: Option<String>,
    /// Scores of all its leads, the earliest first.
    pub scores: Vec<ScorePoint>,
    /// What its people did, the latest first.
    pub activity: Vec<Event>,
    /// What happened with its leads, the latest first, each with the lead and the role of its person.
    pub history: Vec<(LeadId, String, HistoryEntry)>,
}

/// The page.
pub fn account(frame: &Frame, page: &AccountPage) -> String {
    frame.page(&Page { title: &page.name, at: "/find", keys: &[], body: body(frame, page) })
}

fn body(frame: &Frame, page: &AccountPage) -> Markup {
    html! {
        div.lead-head {
            h1 { span.company { (page.name) } }
            p.about {
                span { (page.domain) }
                @if let Some(about) = &page.about { span { (about) } }
                @for standing in &page.standing { span.state { (standing) } }
            }
        }
        h2.unseen { "At a glance" }
        div.tiles {
            (tile("Leads", &page.leads.rows.len().to_string(), &open(page.open)))
            (tile("People", &page.people.to_string(), "whom these leads are of."))
            div.tile {
                h3 { "Deals" }
                @match &page.deals {
                    Some(deals) => p.big { (deals) },
                    None => { p.big.quiet { "–" } p.small { "No deal has ended yet." } }
                }
            }
            @if page.scores.len() > 1 {
                div.tile {
                    h3 { "Scores" }
                    (picture(page))
                    p.small { "Of all its leads. Hollow ones come from another policy or model." }
                }
            }
        }
        section aria-labelledby="h-leads" {
            h2 id="h-leads" { "Leads" }
            p.quiet { (page.leads.about) }
            (table(frame, &page.leads))
        }
        section aria-labelledby="h-activity" {
            h2 id="h-activity" { "What its people did here" }
            (shown_first(&page.activity, "Nothing was seen.", |event| event_line(frame, event)))
        }
        section aria-labelledby="h-history" {
            h2 id="h-history" { "History" }
            (shown_first(&page.history, "No one has touched its leads.", |(lead, role, entry)| {
                history_line(frame, entry, Some((lead, role)))
            }))
        }
    }
}

fn tile(head: &str, figure: &str, words: &str) -> Markup {
    html! { div.tile { h3 { (head) } p.big { (figure) } p.small { (words) } } }
}

fn open(open: usize) -> String {
    match open {
        0 => "None of them is open.".to_owned(),
        1 => "1 of them is open.".to_owned(),
        several => format!("{several} of them are open."),
    }
}

fn picture(page: &AccountPage) -> Markup {
    #[expect(clippy::cast_precision_loss, reason = "seconds since 1970 stay far below 2^53")]
    let seconds = |at: jiff::Timestamp| at.as_second() as f64;
    let points: Vec<_> =
        page.scores.iter().map(|point| (seconds(point.at), point.score, point.compares)).collect();
    let said: Vec<String> = page.scores.iter().map(|point| fixed(point.score, 0)).collect();
    svg::sparkline(&points, &format!("In order: {}.", said.join(", ")))
}
