//! The work queues: what waits for the person who looks, the most urgent first.

use jiff::Timestamp;
use leadlight_lead::{Grade, LeadId, Moved, Trend};
use leadlight_report::words::{fixed, percent, thousands};
use maud::{Markup, html};

use crate::context::Frame;
use crate::form::{csrf, send};
use crate::layout::{Key, Page};
use crate::words::{Relative, moment, relative};

/// Which of the three lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QueueView {
    /// For SDRs: scored leads, leads that people see first, incomplete ones.
    Sdr,
    /// For account executives: confirmed leads.
    Ae,
    /// For managers: leads that want a second look.
    Flagged,
}

impl QueueView {
    /// As the field `queue` of the form that takes the next lead.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sdr => "sdr",
            Self::Ae => "ae",
            Self::Flagged => "flagged",
        }
    }

    /// Its address.
    pub fn address(self) -> &'static str {
        match self {
            Self::Sdr => "/queue",
            Self::Ae => "/ae",
            Self::Flagged => "/flagged",
        }
    }

    fn title(self) -> &'static str {
        match self {
            Self::Sdr => "My queue",
            Self::Ae => "Meetings",
            Self::Flagged => "Flagged",
        }
    }

    /// What an empty list means, and what to do meanwhile.
    fn empty(self) -> (&'static str, &'static str) {
        match self {
            Self::Sdr => (
                "Nothing waits for you.",
                "New leads appear here as they are scored; those of others come to you when nobody answers in time.",
            ),
            Self::Ae => (
                "No lead waits for your attestation.",
                "What SDRs confirm appears here. Nothing becomes an opportunity without you.",
            ),
            Self::Flagged => (
                "No lead is flagged.",
                "An SDR who wants a second look sends a lead here, with a note that says why.",
            ),
        }
    }
}

/// A queue as one person sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct QueuePage {
    /// Which list.
    pub view: QueueView,
    /// How much waits.
    pub counts: Counts,
    /// Leads this person holds; shown on top.
    pub held: Vec<QueueRow>,
    /// What waits, the most urgent first.
    pub rows: Vec<QueueRow>,
    /// Whether this person may take leads: an admin only looks.
    pub can_take: bool,
    /// Where the list can be had as CSV; none where it can't.
    pub csv: Option<String>,
}

/// How much waits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// All that waits, shown or not.
    pub waiting: usize,
    /// Due within the hour.
    pub due_within_the_hour: usize,
    /// Not answered in time.
    pub overdue: usize,
}

/// A lead in a list.
#[derive(Debug, Clone, PartialEq)]
pub struct QueueRow {
    /// Which.
    pub id: LeadId,
    /// By when it should be answered; none where nobody has to.
    pub due_at: Option<Timestamp>,
    /// The machine's score, 0 to 100, and grade; none where people look first.
    pub score: Option<(f64, Grade)>,
    /// The company's name, or its domain.
    pub company: String,
    /// The person's name, or what is known instead.
    pub person: String,
    /// The person's title.
    pub title: Option<String>,
    /// What speaks for it and against it, the weightiest first.
    pub why: Vec<Chip>,
    /// What to know in place of that, in a sentence: where people look first, or nothing speaks for or against it.
    pub instead: Option<String>,
    /// What is special about it.
    pub marks: Vec<Mark>,
}

/// A reason in two or three words, such as "uses Salesforce".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chip {
    /// The factor.
    pub text: String,
    /// Whether it speaks for the lead.
    pub is_for: bool,
}

/// What is special about a lead in a list.
#[derive(Debug, Clone, PartialEq)]
pub enum Mark {
    /// The score lies close to a threshold.
    Borderline,
    /// Brought here by chance, not by its score; the share of such leads that is drawn, 0 to 1.
    Drawn(f64),
    /// Something beside the score brought it over a threshold: what, as in `10 points for attending RevOps Summit`.
    Lifted(String),
    /// Where the score has been going: up or down, in points of 100, over so many days.
    Trend(Trend),
    /// Its score lies a little beyond a threshold, and it was left where it stood: how little, in words.
    LeftInPlace(String),
    /// The segment of its motion that it is in, or that it cannot be told.
    Segment(String),
    /// How it stands by fit and by engagement, as in `A fit, low engagement`.
    Sides(String),
    /// The person asked for a person: it is here whatever its score.
    AskedForAPerson,
    /// A person looked at it before it was scored, and sent it on: its score does not take it away.
    SentOn,
    /// Brought here by a person against the machine's decision.
    Overridden,
    /// An account executive sent it back.
    SentBack,
    /// An SDR wants a second look.
    Flagged,
    /// Nobody answered in time.
    Overdue,
    /// People look before it is scored.
    LookFirst,
    /// Too little is known to score it with meaning.
    Incomplete,
    /// The person changed jobs recently.
    ChangedJobs,
    /// The viewer holds it, until then unless it is renewed.
    HeldByYou(Timestamp),
    /// Someone else holds it.
    HeldBy {
        /// Their name.
        name: String,
        /// Until when, unless it is renewed.
        until: Timestamp,
    },
}

const KEYS: [Key; 3] = [("n", "Take the next lead"), ("j", "Down the list"), ("k", "Up the list")];

/// The page of a queue.
pub fn queue(frame: &Frame, page: &QueuePage) -> String {
    let view = page.view;
    frame.page(&Page { title: view.title(), at: view.address(), keys: &KEYS, body: body(frame, page) })
}

fn body(frame: &Frame, page: &QueuePage) -> Markup {
    let (nothing, meanwhile) = page.view.empty();
    let more = page.counts.waiting.saturating_sub(page.rows.len() + page.held.len());
    html! {
        div.head {
            h1 { (page.view.title()) }
            (counts(page.counts))
            @if page.can_take { (next(frame, page)) }
        }
        @if !page.held.is_empty() { (list(frame, "Held by you", &page.held, true)) }
        @if page.rows.is_empty() && page.held.is_empty() {
            div.empty { p { b { (nothing) } } p { (meanwhile) } }
        }
        @if !page.rows.is_empty() { (list(frame, "Waiting, the most urgent first", &page.rows, false)) }
        @if more > 0 && !page.rows.is_empty() {
            p.quiet { (thousands(more)) " more wait behind these; the next one comes by itself." }
        }
        @if let Some(address) = &page.csv { p { a.act href=(address) { "This list as CSV" } } }
    }
}

fn counts(counts: Counts) -> Markup {
    let entry = |n: usize, word: &str, class: &str| {
        html! { div.(if n > 0 { class } else { "" }) { dt { (word) } dd { (thousands(n)) } } }
    };
    html! {
        dl.counts {
            (entry(counts.waiting, "waiting", "some"))
            (entry(counts.due_within_the_hour, "due within the hour", "soon"))
            (entry(counts.overdue, "overdue", "late"))
        }
    }
}

fn next(frame: &Frame, page: &QueuePage) -> Markup {
    html! {
        form.next method="post" action="/next" {
            (csrf(frame))
            input type="hidden" name="queue" value=(page.view.as_str());
            (send("Next lead", Some("n"), "primary"))
        }
    }
}

fn list(frame: &Frame, caption: &str, rows: &[QueueRow], held: bool) -> Markup {
    html! {
        table.queue.held[held] {
            caption { (caption) }
            thead {
                tr {
                    th.due scope="col" { "Due" }
                    th.score scope="col" { "Score" }
                    th.lead scope="col" { "Lead" }
                    th.why scope="col" { "Why (▲ for, ▼ against)" }
                }
            }
            tbody { @for row in rows { (entry(frame, row)) } }
        }
    }
}

fn entry(frame: &Frame, row: &QueueRow) -> Markup {
    let late = row.due_at.is_some_and(|at| at < frame.now);
    html! {
        tr {
            td.due.late[late] {
                @match row.due_at {
                    Some(at) => (relative(frame, at, Relative::Due)),
                    None => span.quiet { "–" },
                }
            }
            td.score {
                @match row.score {
                    Some((score, grade)) => { (grade_badge(grade)) " " span.number { (fixed(score, 0)) } }
                    None => span.quiet { "not scored" },
                }
            }
            th.lead scope="row" {
                a href={ "/leads/" (row.id) } { (row.company) }
                span.person { (row.person) @if let Some(title) = &row.title { ", " (title) } }
            }
            td.why {
                @if let Some(instead) = &row.instead { span { (instead) } }
                (chips(&row.why))
                (marks(frame, &row.marks))
            }
        }
    }
}

/// The head of the column says what the arrows mean; the colour only helps.
fn chips(why: &[Chip]) -> Markup {
    html! {
        @if !why.is_empty() {
            ul.chips {
                @for chip in why {
                    li.against[!chip.is_for] { (if chip.is_for { "▲ " } else { "▼ " }) (chip.text) }
                }
            }
        }
    }
}

/// A grade as a letter in a frame. The letter says it; the colour only helps.
pub(crate) fn grade_badge(grade: Grade) -> Markup {
    let class = match grade {
        Grade::A => "grade-a",
        Grade::B => "grade-b",
        Grade::C => "grade-c",
        Grade::D => "grade-d",
    };
    html! { span.grade.(class) { span.unseen { "Grade " } (grade) } }
}

/// As in `▲ Up 12 in 9 days`. The words say it; the arrow and the colour only help.
pub(crate) fn trend_words(trend: Trend) -> String {
    let over = match trend.days {
        0 => "within a day".to_owned(),
        1 => "in 1 day".to_owned(),
        days => format!("in {days} days"),
    };
    match trend.moved {
        Moved::Rising => format!("▲ Up {} {over}", fixed(trend.points, 0)),
        Moved::Falling => format!("▼ Down {} {over}", fixed(-trend.points, 0)),
        Moved::Steady => format!("Steady {over}"),
    }
}

fn trend_class(trend: Trend) -> &'static str {
    match trend.moved {
        Moved::Rising => "blue",
        Moved::Falling => "amber",
        Moved::Steady => "",
    }
}

/// What is special, in a few words each.
pub(crate) fn marks(frame: &Frame, marks: &[Mark]) -> Markup {
    html! {
        @if !marks.is_empty() {
            ul.marks {
                @for mark in marks {
                    @match mark {
                        Mark::Borderline => li.amber title="A little more or less would have decided otherwise" {
                            "Borderline"
                        },
                        Mark::Drawn(share) => li title="So that the model also learns from leads it would turn down" {
                            "Drawn by chance, " (percent(*share)) " of such leads"
                        },
                        Mark::AskedForAPerson => li.amber title="Reaches people whatever the score" {
                            "Asked for a person"
                        }
                        Mark::Lifted(by) => li title="Its score alone would not have brought it here" { "Lifted: " (by) }
                        Mark::Trend(trend) => li.(trend_class(*trend)) title="By the same policy and model" { (trend_words(*trend)) }
                        Mark::LeftInPlace(why) => li title=(why) { "Left where it stood" }
                        Mark::Segment(segment) => li title="What the policy says of this segment holds for it" { (segment) }
                        Mark::Sides(sides) => li title="The policy’s points in two parts: company and person, behaviour and intent" {
                            (sides)
                        }
                        Mark::SentOn => li title="A low score does not take it away" { "Sent on by a person" }
                        Mark::Overridden => li { "Brought here by a person" },
                        Mark::SentBack => li.amber { "Sent back" },
                        Mark::Flagged => li.amber { "Flagged" },
                        Mark::Overdue => li.red { "Overdue" },
                        Mark::LookFirst => li.blue { "Look before scoring" },
                        Mark::Incomplete => li { "Incomplete" },
                        Mark::ChangedJobs => li.amber { "Changed jobs recently" },
                        Mark::HeldByYou(until) => li.blue { "Held by you until " (moment(frame, *until)) },
                        Mark::HeldBy { name, until } => li { "Held by " (name) " until " (moment(frame, *until)) },
                    }
                }
            }
        }
    }
}
