//! The manager's view: load, promptness, what people let through, why they turn down.

use jiff::Timestamp;
use leadlight_lead::{Grade, Role, TrainingMeaning};
use leadlight_report::charts::nothing;
use leadlight_report::words::{count, thousands};
use maud::{Markup, html};

use crate::context::Frame;
use crate::layout::Page;
use crate::pace::{self, TeamPace};
use crate::queue::grade_badge;
use crate::rate::Rate;
use crate::svg;
use crate::words::{day, training};

/// The team at work.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ManagerPage {
    /// The stretch of time that all but the load is about, in words, such as "the last 30 days".
    pub period: String,
    /// Members with their load, as the team file has them.
    pub load: Vec<Load>,
    /// Open leads that nobody of the team has; those of `load` and these are all there are.
    pub others: Vec<OtherLoad>,
    /// Promptness by grade.
    pub sla: Vec<GradeSla>,
    /// Leads let through, of those decided at the person's checkpoint, by person.
    pub by_person: Vec<RateRow>,
    /// The same by score band, the highest first.
    pub by_band: Vec<RateRow>,
    /// Why leads were turned down, the most frequent first.
    pub rejections: Vec<RejectionCount>,
    /// How what people let through fared afterwards.
    pub calibration: Vec<PeopleCalibration>,
    /// How fast the team is, and what became of what it confirmed.
    pub pace: TeamPace,
    /// Where all of it can be had as CSV; none where it can't.
    pub csv: Option<String>,
}

/// A member's load.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Load {
    /// Their name.
    pub name: String,
    /// What they do.
    pub role: Role,
    /// Open leads.
    pub open: usize,
    /// Open leads at most.
    pub capacity: usize,
    /// Open leads that are overdue.
    pub overdue: usize,
    /// Out of office until then.
    pub away_until: Option<Timestamp>,
    /// Where their open leads are listed; none where they cannot have any.
    pub leads: Option<String>,
}

/// Open leads that nobody of the team has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtherLoad {
    /// Whose they are.
    pub whose: Whose,
    /// Leads of theirs that are open.
    pub open: usize,
    /// How many of them are overdue.
    pub overdue: usize,
}

/// Whose leads are that nobody of the team has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whose {
    /// Of people who are no longer in the team.
    LeftTheTeam {
        /// Their names, as far as earlier team files are remembered, and how many each has.
        people: Vec<(String, usize)>,
    },
    /// Of nobody: all may take them.
    Nobody,
}

/// Promptness for leads of a grade.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GradeSla {
    /// The grade; none for leads that people see before scoring.
    pub grade: Option<Grade>,
    /// The time allowed, in working minutes.
    pub allowed_minutes: u32,
    /// Answered in time.
    pub met: usize,
    /// Not answered in time.
    pub breached: usize,
}

/// How many were let through, of one person or band.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RateRow {
    /// Of whom or what.
    pub name: String,
    /// Let through, of those decided.
    pub rate: Rate,
}

/// How often a reason was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RejectionCount {
    /// The reason, in words.
    pub label: String,
    /// What it says to a learner.
    pub training: TrainingMeaning,
    /// How often.
    pub count: usize,
}

/// How the leads that one person let through fared afterwards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeopleCalibration {
    /// Their name.
    pub name: String,
    /// Accepted at checkpoint 2, of those they confirmed that were decided there.
    pub held_at_second: Rate,
}

/// The page of the team.
pub fn manager(frame: &Frame, page: &ManagerPage) -> String {
    frame.page(&Page { title: "Team", at: "/manager", keys: &[], body: body(frame, page) })
}

fn body(frame: &Frame, page: &ManagerPage) -> Markup {
    html! {
        div.head {
            h1 { "Team" }
            p.quiet { "Figures are of " (page.period) ", except the current load." }
            (pace::months(&page.pace))
            @if let Some(address) = &page.csv { p { a.act href=(address) { "As CSV" } } }
        }
        div.grid-2 {
            section.span-2 { h2 { "Load" } (load(frame, &page.load, &page.others)) }
            (pace::sections(&page.pace))
            section { h2 { "Answered in time" } (sla(&page.sla)) }
            section { h2 { "Turned down, by reason" } (rejections(&page.rejections)) }
            section {
                h2 { "Let through, by person" }
                (rates("Let through of decided, by person", "Person", &page.by_person))
            }
            section {
                h2 { "Let through, by score" }
                (rates("Confirmed of decided at checkpoint 1, by score", "Scores", &page.by_band))
            }
            section.span-2 { h2 { "Accepted at checkpoint 2" } (calibration(&page.calibration)) }
        }
        p.small.quiet {
            "In brackets: the 95 % Wilson interval. Rates need at least five leads."
        }
    }
}

fn load(frame: &Frame, load: &[Load], others: &[OtherLoad]) -> Markup {
    html! {
        @if load.is_empty() { (nothing("The team file names nobody.")) }
        @else {
            table.words.dense {
                caption.unseen { "Open leads by member" }
                thead { tr {
                    th scope="col" { "Member" } th scope="col" { "Role" } th.n scope="col" { "Open" }
                    td.strip aria-hidden="true" {} th.n scope="col" { "Overdue" } th scope="col" { "Present" }
                } }
                tbody {
                    @for member in load {
                        tr {
                            th scope="row" {
                                @match &member.leads {
                                    Some(address) => a href=(address) { (member.name) },
                                    None => (member.name),
                                }
                            }
                            td { (member.role) }
                            td.n { (thousands(member.open)) " of " (thousands(member.capacity)) }
                            td.strip aria-hidden="true" { (svg::load_bar(count(member.open), count(member.capacity))) }
                            td.n.late[member.overdue > 0] { (thousands(member.overdue)) }
                            td {
                                @match member.away_until {
                                    Some(until) => { "away until " (day(frame, until)) },
                                    None => span.quiet { "yes" },
                                }
                            }
                        }
                    }
                    @for other in others { (other_load(other)) }
                }
            }
        }
    }
}

fn other_load(other: &OtherLoad) -> Markup {
    html! {
        tr {
            th scope="row" {
                @match &other.whose {
                    Whose::LeftTheTeam { people } => {
                        "No longer in the team"
                        @for (name, open) in people {
                            span.small.quiet.below { (name) ": " (thousands(*open)) }
                        }
                    },
                    Whose::Nobody => "Not given to anyone",
                }
            }
            td {}
            td.n { (thousands(other.open)) }
            td.strip aria-hidden="true" {}
            td.n.late[other.overdue > 0] { (thousands(other.overdue)) }
            td {
                span.quiet {
                    @match other.whose {
                        Whose::LeftTheTeam { .. } => "go to others within minutes",
                        Whose::Nobody => "anyone may take them",
                    }
                }
            }
        }
    }
}

fn sla(rows: &[GradeSla]) -> Markup {
    html! {
        @if rows.is_empty() { (nothing("Nothing was due yet.")) }
        @else {
            table.words.dense {
                caption.unseen { "Leads answered in time, by grade" }
                thead { tr {
                    th scope="col" { "Grade" } th.n scope="col" { "Allowed" } th.n scope="col" { "In time" }
                    th.n scope="col" { "Late" } td.strip aria-hidden="true" {} th.n scope="col" { "Share" }
                } }
                tbody {
                    @for row in rows {
                        @let rate = Rate { part: row.met, of: row.met + row.breached };
                        tr {
                            th scope="row" {
                                @match row.grade { Some(grade) => (grade_badge(grade)), None => "Not scored" }
                            }
                            td.n { (allowed(row.allowed_minutes)) }
                            td.n { (thousands(row.met)) }
                            td.n.late[row.breached > 0] { (thousands(row.breached)) }
                            td.strip aria-hidden="true" { (svg::rate(rate)) }
                            td.n { (rate.in_words()) }
                        }
                    }
                }
            }
        }
    }
}

fn allowed(minutes: u32) -> String {
    if minutes.is_multiple_of(60) {
        format!("{}\u{a0}h", minutes / 60)
    } else {
        format!("{minutes}\u{a0}min")
    }
}

fn rates(caption: &str, of: &str, rows: &[RateRow]) -> Markup {
    html! {
        @if rows.is_empty() { (nothing("Nobody has decided yet.")) }
        @else {
            table.words.dense {
                caption.unseen { (caption) }
                thead { tr {
                    th scope="col" { (of) }
                    th.n scope="col" { "Count" }
                    td.strip aria-hidden="true" {}
                    th.n scope="col" { "Share" }
                } }
                tbody { @for row in rows { tr { th scope="row" { (row.name) } (rate_cells(row.rate)) } } }
            }
        }
    }
}

fn rate_cells(rate: Rate) -> Markup {
    html! {
        td.n { (thousands(rate.part)) " of " (thousands(rate.of)) }
        td.strip aria-hidden="true" { (svg::rate(rate)) }
        td.n { (rate.in_words()) }
    }
}

fn rejections(rows: &[RejectionCount]) -> Markup {
    let most = rows.iter().map(|row| row.count).max().unwrap_or(0);
    html! {
        @if rows.is_empty() { (nothing("Nothing was turned down.")) }
        @else {
            table.words.dense {
                caption.unseen { "Leads turned down, by reason" }
                thead {
                    tr {
                        th scope="col" { "Reason" }
                        td.strip aria-hidden="true" {}
                        th.n scope="col" { "Count" }
                    }
                }
                tbody {
                    @for row in rows {
                        tr {
                            th scope="row" { (row.label) span.small.quiet.below { (training(row.training)) } }
                            td.strip aria-hidden="true" { (svg::signed_bar(count(row.count), 0.0, count(most))) }
                            td.n { (thousands(row.count)) }
                        }
                    }
                }
            }
        }
    }
}

fn calibration(rows: &[PeopleCalibration]) -> Markup {
    html! {
        p.small.quiet {
            "Whether what each person confirmed was accepted at checkpoint 2."
        }
        @if rows.is_empty() { (nothing("Nothing that people let through has come further yet.")) }
        @else {
            div.scroll role="region" aria-label="Table: accepted at checkpoint 2" tabindex="0" {
                table.words.dense {
                    caption.unseen {
                        "Confirmed leads that were accepted at checkpoint 2, by person"
                    }
                    thead { tr {
                        th scope="col" { "Person" }
                        th.n scope="col" { "Accepted" }
                        td.strip aria-hidden="true" {}
                        th.n scope="col" { "Share accepted" }
                    } }
                    tbody {
                        @for row in rows {
                            tr {
                                th scope="row" { (row.name) } (rate_cells(row.held_at_second))
                            }
                        }
                    }
                }
            }
        }
    }
}
