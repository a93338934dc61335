//! What the model learnt, in the time that somebody has between two calls.

use jiff::Timestamp;
use leadlight_report::charts::nothing;
use leadlight_report::words::thousands;
use maud::{Markup, html};

use crate::context::Frame;
use crate::layout::Page;
use crate::rate::Rate;
use crate::words::day;

/// What the model learnt, for those who work with its scores.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LearntPage {
    /// From what it learnt; none while rules decide.
    pub from: Option<LearntFrom>,
    /// What moves a score most, the weightiest first.
    pub movers: Vec<Mover>,
    /// Leads that it scored and whose deals have ended: those with the highest scores.
    pub top: Option<Scored>,
    /// Those with the lowest scores.
    pub bottom: Option<Scored>,
}

/// From what a model learnt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LearntFrom {
    /// Closed deals.
    pub deals: usize,
    /// Since when it scores.
    pub since: Timestamp,
}

/// Something that moves scores.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mover {
    /// In words, such as "employees".
    pub what: String,
    /// Which way.
    pub way: Way,
}

/// Which way something moves scores.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// More of it is better.
    MoreIsBetter,
    /// Less of it is better.
    LessIsBetter,
    /// It depends on which it is, or on the middle.
    Depends,
}

impl Way {
    /// As it follows the name of what moves scores.
    pub fn in_words(self) -> &'static str {
        match self {
            Self::MoreIsBetter => "more raises the score",
            Self::LessIsBetter => "more lowers the score",
            Self::Depends => "which one it is makes the difference",
        }
    }
}

/// Leads of a band of scores, and how their deals ended.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scored {
    /// The lowest score in it.
    pub from: f64,
    /// The highest.
    pub to: f64,
    /// Won, of all that ended.
    pub won: Rate,
}

/// The page.
pub fn learnt(frame: &Frame, page: &LearntPage) -> String {
    frame.page(&Page { title: "What the model learnt", at: "/learnt", keys: &[], body: body(frame, page) })
}

fn body(frame: &Frame, page: &LearntPage) -> Markup {
    html! {
        div.head {
            h1 { "What the model learnt" }
            @match page.from {
                Some(from) => p.quiet {
                    "From " (thousands(from.deals)) " closed deals of ours; it scores since " (day(frame, from.since)) "."
                },
                None => p.quiet { "Nothing yet: the policy’s points decide until enough deals have closed." },
            }
        }
        section {
            h2 { "What moves a score most" }
            @if page.movers.is_empty() { (nothing("The policy says what counts: see Policy.")) }
            @else {
                ol {
                    @for mover in &page.movers { li { b { (mover.what) } ": " (mover.way.in_words()) } }
                }
                p.small.quiet { "What moved one lead’s score stands on its page, with how much." }
            }
        }
        section {
            h2 { "Does it keep its word?" }
            @match (page.top, page.bottom) {
                (Some(top), Some(bottom)) => {
                    p { (said("highest", top)) }
                    p { (said("lowest", bottom)) }
                },
                _ => (nothing("Too few of the leads it scored have closed to tell.")),
            }
        }
    }
}

fn said(which: &str, scored: Scored) -> Markup {
    html! {
        "Of the leads with the " (which) " scores (" (format!("{:.0} to {:.0}", scored.from, scored.to)) "), "
        b { (thousands(scored.won.part)) " of " (thousands(scored.won.of)) } " were won."
    }
}
