//! The manager's view of speed and of what became of confirmations.

use leadlight_lead::Grade;
use leadlight_report::charts::nothing;
use leadlight_report::words::{count, percent, thousands};
use maud::{Markup, html};

use crate::queue::grade_badge;
use crate::rate::Rate;

/// How fast the team is, and what became of what it confirmed, in a month.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TeamPace {
    /// The month shown and the others that can be: each with its address's part, such as `2026-11`.
    pub months: Vec<String>,
    /// The month shown.
    pub month: String,
    /// From the form to the first look, by grade.
    pub speed: Vec<SpeedRow>,
    /// Time at checkpoint 1 and 2.
    pub checkpoints: Vec<PaceTime>,
    /// By person.
    pub people: Vec<PaceRow>,
    /// Confirmations that were won, by band, such as "70 to 79".
    pub won_by_band: Vec<(String, Rate)>,
    /// How often two people decide alike on alike leads, 0 to 1.
    pub agreement: Option<f64>,
}

/// Speed to lead, of a grade.
#[derive(Debug, Clone, PartialEq)]
pub struct SpeedRow {
    /// The grade; none for leads without a score that counts.
    pub grade: Option<Grade>,
    /// The median by the wall's clock, in minutes.
    pub real: Option<f64>,
    /// The median in working time, in minutes.
    pub working: Option<f64>,
    /// The policy's goal, in working minutes.
    pub goal: u32,
    /// Within the goal, of all looks.
    pub in_goal: Rate,
}

/// A median, and that of the month before.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct PaceTime {
    /// Decisions in the month.
    pub decided: usize,
    /// The median in working minutes.
    pub median: Option<f64>,
    /// Working minutes, the month before.
    pub before: Option<f64>,
}

/// One person's month.
#[derive(Debug, Clone, PartialEq)]
pub struct PaceRow {
    /// Their name.
    pub name: String,
    /// Where their open leads are listed; none where they cannot have any.
    pub leads: Option<String>,
    /// At checkpoint 1.
    pub first: PaceTime,
    /// At checkpoint 2.
    pub second: PaceTime,
    /// What they confirmed of what they decided.
    pub confirmed: Rate,
    /// What colleagues confirmed of alike leads, 0 to 1.
    pub colleagues: Option<f64>,
    /// Confirmations that were won, of those whose deals have ended.
    pub won: Rate,
}

/// Minutes as people say them: "4 min", "2.5 h".
pub(crate) fn minutes(minutes: f64) -> String {
    match minutes {
        m if m < 1.0 => "under a minute".to_owned(),
        m if m < 90.0 => format!("{m:.0}\u{a0}min"),
        m if m < 48.0 * 60.0 => format!("{:.1}\u{a0}h", m / 60.0),
        m => format!("{:.0}\u{a0}days", m / 1440.0),
    }
}

fn median(of: Option<f64>) -> Markup {
    html! { @match of { Some(of) => { (minutes(of)) }, None => span.quiet { "–" } } }
}

/// A median with the month before it, which tells where it goes.
fn trend(time: PaceTime) -> Markup {
    html! {
        (median(time.median))
        @if let (Some(_), Some(before)) = (time.median, time.before) {
            span.small.quiet.below { "was " (minutes(before)) }
        }
    }
}

pub(crate) fn months(pace: &TeamPace) -> Markup {
    html! {
        @if pace.months.len() > 1 {
            nav aria-label="Months" { p.small {
                @for month in &pace.months {
                    a href={ "/manager?month=" (month) } aria-current=[(*month == pace.month).then_some("page")] { (month) } " "
                }
            } }
        }
    }
}

pub(crate) fn sections(pace: &TeamPace) -> Markup {
    html! {
        section.span-2 { h2 { "Speed to lead" } (speed(&pace.speed)) }
        section.span-2 { h2 { "How fast each decides" } (people(pace)) }
        section { h2 { "Confirmed and won, by score" } (won(&pace.won_by_band)) }
        section {
            h2 { "Deciding alike" }
            @match pace.agreement {
                Some(share) => p {
                    "Two people who look at leads of the same score would decide alike " (percent(share)) " of the time."
                },
                None => (nothing("No two people have decided on five leads each of the same score.")),
            }
        }
    }
}

fn speed(rows: &[SpeedRow]) -> Markup {
    html! {
        @if rows.iter().all(|row| row.in_goal.of == 0) { (nothing("Nobody has looked at a new lead in this month.")) }
        @else {
            p.small.quiet { "From the form to a person’s first look: half were faster. The goal is the policy’s, in working time." }
            div.scroll role="region" aria-label="Table: speed to lead" tabindex="0" {
                table.words.dense {
                    caption.unseen { "From the form to the first look, by grade" }
                    thead { tr {
                        th scope="col" { "Grade" } th.n scope="col" { "By the clock" } th.n scope="col" { "Working time" }
                        th.n scope="col" { "Goal" } th.n scope="col" { "Within it" }
                    } }
                    tbody { @for row in rows { tr {
                        th scope="row" { @match row.grade { Some(grade) => (grade_badge(grade)), None => "Not scored" } }
                        td.n { (median(row.real)) }
                        td.n { (median(row.working)) }
                        td.n { (minutes(f64::from(row.goal))) }
                        td.n { (thousands(row.in_goal.part)) " of " (thousands(row.in_goal.of)) }
                    } } }
                }
            }
        }
    }
}

fn people(pace: &TeamPace) -> Markup {
    html! {
        @if pace.people.is_empty() { (nothing("Nobody has decided in this month.")) }
        @else {
            @if let [first, second] = pace.checkpoints[..] {
                p.small.quiet {
                    "Working time from getting a lead to deciding, half were faster. All together: checkpoint 1 "
                    (median(first.median)) ", checkpoint 2 " (median(second.median)) " (after the meeting, where one is on)."
                }
            }
            div.scroll role="region" aria-label="Table: how fast each decides" tabindex="0" {
                table.words.dense {
                    caption.unseen { "Time to decide, confirmations and what became of them, by person" }
                    thead { tr {
                        th scope="col" { "Person" } th.n scope="col" { "Checkpoint 1" } th.n scope="col" { "Checkpoint 2" }
                        th.n scope="col" { "Confirmed" } th.n scope="col" { "Colleagues, alike leads" }
                        th.n scope="col" { "Won of ended" }
                    } }
                    tbody { @for row in &pace.people { tr {
                        th scope="row" {
                            @match &row.leads { Some(address) => a href=(address) { (row.name) }, None => (row.name) }
                        }
                        td.n { (trend(row.first)) }
                        td.n { (trend(row.second)) }
                        td.n { (share(row.confirmed)) }
                        td.n { @match row.colleagues { Some(of) => (percent(of)), None => span.quiet { "–" } } }
                        td.n { (thousands(row.won.part)) " of " (thousands(row.won.of)) }
                    } } }
                }
            }
        }
    }
}

/// A share with what it is of, where anything was decided.
fn share(rate: Rate) -> Markup {
    html! {
        @if rate.of == 0 { span.quiet { "–" } }
        @else { (percent(count(rate.part) / count(rate.of))) span.small.quiet.below { "of " (thousands(rate.of)) } }
    }
}

fn won(rows: &[(String, Rate)]) -> Markup {
    html! {
        @if rows.is_empty() { (nothing("No deal of what was confirmed in this month has ended yet.")) }
        @else {
            table.words.dense {
                caption.unseen { "Confirmed leads whose deals were won, by score" }
                thead { tr { th scope="col" { "Scores" } th.n scope="col" { "Won" } th.n scope="col" { "Share" } } }
                tbody { @for (band, rate) in rows { tr {
                    th scope="row" { (band) }
                    td.n { (thousands(rate.part)) " of " (thousands(rate.of)) }
                    td.n { (rate.in_words()) }
                } } }
            }
        }
    }
}
