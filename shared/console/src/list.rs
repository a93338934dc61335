//! Lists of leads with where each stands: what one confirmed, and what somebody of the team has.

use jiff::Timestamp;
use leadlight_lead::{Grade, LeadId};
use leadlight_report::charts::nothing;
use leadlight_report::words::fixed;
use maud::{Markup, html};

use crate::context::Frame;
use crate::layout::Page;
use crate::lead::{ContactLine, contact_line};
use crate::queue::grade_badge;
use crate::words::{Relative, relative};

/// A list of leads.
#[derive(Debug, Clone, PartialEq)]
pub struct ListPage {
    /// What is listed, as the page's heading.
    pub title: String,
    /// The address of the entry that the way around marks.
    pub at: &'static str,
    /// What the list holds, and how much of it, in a sentence.
    pub about: String,
    /// What an empty list means, and what to do.
    pub empty: &'static str,
    /// What the moment of each row is, as the head of its column, such as "Confirmed".
    pub when: &'static str,
    /// The leads.
    pub rows: Vec<ListRow>,
}

/// A lead with where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct ListRow {
    /// The lead's id, to which the row links.
    pub id: LeadId,
    /// The company's name, or its domain.
    pub company: String,
    /// The person's name, or what is known instead.
    pub person: String,
    /// The score and its letter; none where people look first.
    pub score: Option<(f64, Grade)>,
    /// Where it stands, in words.
    pub state: String,
    /// Where it stands in the words of sales.
    pub contact: Option<ContactLine>,
    /// The moment that the list is about.
    pub at: Option<Timestamp>,
}

/// The page.
pub fn list(frame: &Frame, page: &ListPage) -> String {
    frame.page(&Page { title: &page.title, at: page.at, keys: &[], body: body(frame, page) })
}

fn body(frame: &Frame, page: &ListPage) -> Markup {
    html! {
        div.head { h1 { (page.title) } p.quiet { (page.about) } }
        (table(frame, page))
    }
}

/// The rows, or what it means that there are none.
pub(crate) fn table(frame: &Frame, page: &ListPage) -> Markup {
    html! {
        @if page.rows.is_empty() { (nothing(page.empty)) }
        @else {
            div.scroll role="region" aria-label={ "Table: " (page.title) } tabindex="0" {
                table.words.dense {
                    caption.unseen { (page.title) }
                    thead { tr {
                        th scope="col" { "Lead" } th.n scope="col" { "Score" } th scope="col" { "Where it stands" }
                        th scope="col" { (page.when) }
                    } }
                    tbody { @for row in &page.rows { (entry(frame, row)) } }
                }
            }
        }
    }
}

fn entry(frame: &Frame, row: &ListRow) -> Markup {
    html! {
        tr {
            th scope="row" {
                a href={ "/leads/" (row.id) } { (row.company) }
                span.small.quiet.below { (row.person) }
            }
            td.n {
                @match row.score {
                    Some((score, grade)) => { (grade_badge(grade)) " " (fixed(score, 0)) },
                    None => span.quiet { "–" },
                }
            }
            td {
                (row.state)
                @if let Some(contact) = &row.contact { span.small.quiet.below { (contact_line(frame, contact)) } }
            }
            td { @match row.at { Some(at) => (relative(frame, at, Relative::Ago)), None => span.quiet { "–" } } }
        }
    }
}
