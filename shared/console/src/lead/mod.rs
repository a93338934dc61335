//! The page of a lead: who, why now, what is known, and what is asked of the person who looks.

mod complete;
mod known;
mod panel;
mod steps;
mod trend;
mod view;
mod why;

use leadlight_lead::{Grade, NoteKind};
use leadlight_report::words::fixed;
use maud::{Markup, html};

use crate::context::Frame;
use crate::form::{Target, note};
use crate::layout::{Key, Page};
use crate::queue::{QueueView, grade_badge, marks};
use crate::words::{Relative, relative};

pub(crate) use steps::line as contact_line;
pub use steps::{ContactLine, Manage, Steps};
pub use view::{
    AskedVendor, Choice, Colleague, Completing, DecidedBy, Fact, Factor, Facts, Flag, Judgement, LeadPage,
    Lost, Offered, Override, Panel, PartnerNote, RecordField, RejectReason, ScorePoint, Task, Who,
};

/// The page of a lead.
pub fn lead(frame: &Frame, page: &LeadPage) -> String {
    let at = page.list.map_or("", QueueView::address);
    frame.page(&Page { title: &page.who.company, at, keys: keys(&page.panel), body: body(frame, page) })
}

fn keys(panel: &Panel) -> &'static [Key] {
    const BACK: Key = ("u", "Up to the list");
    const REJECT: Key = ("r", "Turn down, then 1 to 9 for the reason");
    match panel {
        Panel::Decide { task: Task::ContextCheck { can_flag: true }, .. } => {
            &[("c", "Confirm"), ("f", "Flag for a second look"), REJECT, BACK]
        }
        Panel::Decide { task: Task::ContextCheck { can_flag: false }, .. } => {
            &[("c", "Confirm"), REJECT, BACK]
        }
        Panel::Decide { task: Task::LookFirst, .. } => {
            &[("c", "Seen: send to scoring"), ("f", "Flag for a second look"), REJECT, BACK]
        }
        Panel::Decide { task: Task::Attest { .. }, .. } => {
            &[("a", "Accept"), ("b", "Send back"), REJECT, BACK]
        }
        Panel::Free => &[("t", "Take this lead"), BACK],
        Panel::Closed { .. } | Panel::Held { .. } | Panel::CanOverride => &[BACK],
    }
}

fn body(frame: &Frame, page: &LeadPage) -> Markup {
    let target = Target { frame, id: &page.id, revision: page.revision };
    html! {
        (head(frame, page))
        (steps::undo(target, &page.steps))
        (known::thread(page))
        div.desk {
            div.file {
                (why::why(frame, page))
                (known::partner(page))
                (known::facts(frame, page))
                @if let Some(completing) = &page.completing {
                    (complete::complete(target, completing, page.max_note_characters))
                }
                (known::activity(frame, page))
                (steps::contact(target, &page.steps))
                (steps::manage(target, &page.steps, page.max_note_characters))
                (known::group(page))
                (known::history(frame, page))
                @if page.can_note { (notes(target, page.max_note_characters)) }
            }
            (panel::panel(target, page))
        }
    }
}

fn head(frame: &Frame, page: &LeadPage) -> Markup {
    let who = &page.who;
    html! {
        div.lead-head {
            @if let Some(list) = page.list {
                p.back { a href=(list.address()) aria-keyshortcuts="u" { "← Back to the list" } }
            }
            h1 {
                span.company { (who.company) } " "
                span.person { (who.person) @if let Some(title) = &who.title { ", " (title) } }
            }
            p.about {
                @if let Some(about) = &who.about { span { (about) } }
                @if let Some(domain) = &who.domain { span { a href={ "/accounts/" (domain) } { (domain) } } }
                @if let Some(email) = &who.email { span { (email) } }
            }
            p.about {
                span.state { (page.state) }
                @if let Some(contact) = &page.steps.contact { (steps::line(frame, contact)) }
                @if let Some(due) = page.due_at {
                    span.late[due < frame.now] { "Due " (relative(frame, due, Relative::Due)) }
                }
                @if let Some(owner) = &page.owner { span { "Given to " (owner) } }
                span { (page.origin) }
                span { "Came " (relative(frame, page.occurred_at, Relative::Ago)) }
            }
            (flags(&page.flags))
            (marks(frame, &page.marks))
        }
    }
}

/// What nobody should read past.
fn flags(flags: &[Flag]) -> Markup {
    html! {
        @if !flags.is_empty() {
            ul.flags aria-label="What vendors know" {
                @for flag in flags {
                    li { b { (flag.what) } @if let Some(more) = &flag.more { ": " (more) } }
                }
            }
        }
    }
}

fn notes(target: Target<'_>, max_characters: usize) -> Markup {
    html! {
        section aria-labelledby="h-note" {
            h2 id="h-note" { "Add a note" }
            (target.form("note", "note", &html! {
                fieldset.choices {
                    legend { "About" }
                    @for kind in NoteKind::ALL {
                        label {
                            @let is_usual = kind == NoteKind::Context;
                            input type="radio" name="kind" value=(kind.as_str()) required checked[is_usual];
                            span { (kind.label()) }
                        }
                    }
                }
                (note("Note", true, max_characters, 3))
                button { "Keep the note" }
            }))
        }
    }
}

/// Score and grade, or that there is none.
fn score(of: Option<(f64, Grade)>) -> Markup {
    html! {
        @match of {
            Some((score, grade)) => { (grade_badge(grade)) " " (fixed(score, 0)) },
            None => span.quiet { "not scored" },
        }
    }
}
