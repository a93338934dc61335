//! The team's month, as the API gives it and the page shows it: derived from the month's counts alone.
//!
//! A month is one query of the table of leads, a page of the month before another: of a team of twenty some hundred counters
//! of a hundred bytes, five to ten read units. No lead is read.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use leadlight_desk::{Ends, Figures, FirstLooks, Pace, Spans};
use leadlight_lead::{Grade, MemberId, Role, Tally};
use leadlight_policy::Policy;
use leadlight_ports::{LeadStore, World};
use schemars::JsonSchema;
use serde::Serialize;

use crate::console::{Console, Person};
use crate::problem::{Problem, unavailable};

/// Months before this one that can be looked at.
const PAST_MONTHS: i32 = 12;

/// A month of the team's work.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub(crate) struct TeamAnswer {
    /// The month, in UTC, such as `2026-11`.
    pub(crate) month: String,
    /// This month and those before it that can be asked for, the latest first.
    pub(crate) months: Vec<String>,
    /// From the form to a person's first look, by grade, the best first.
    pub(crate) speed_to_lead: Vec<SpeedAnswer>,
    /// Time from being given a lead to deciding on it, at checkpoint 1 and at checkpoint 2.
    pub(crate) checkpoints: Vec<TimeAnswer>,
    /// By person, in the order of their ids; those who have left since among them.
    pub(crate) people: Vec<PaceAnswer>,
    /// How the month's confirmations ended, by band of scores, the highest first.
    pub(crate) won_by_band: Vec<WonAnswer>,
    /// The chance, 0 to 1, that two people decide alike on leads of one band of scores; absent where no two decided on five
    /// leads each of one.
    pub(crate) agreement: Option<f64>,
}

/// Speed to lead, of a grade.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub(crate) struct SpeedAnswer {
    /// The grade; absent for leads that people see before they are scored, and those of which too little is known.
    pub(crate) grade: Option<Grade>,
    /// First looks in the month.
    pub(crate) looks: u64,
    /// Their median by the wall's clock, in minutes.
    pub(crate) median_minutes: Option<f64>,
    /// Their median in working time of who looked, in minutes.
    pub(crate) median_working_minutes: Option<f64>,
    /// The policy's goal for the grade, in working minutes. A lead that asked for a person, or of a motion with times of its
    /// own, is counted against its own.
    pub(crate) goal_minutes: u32,
    /// How many were within the policy's time.
    pub(crate) in_goal: u64,
}

/// Times, as their median.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub(crate) struct TimeAnswer {
    /// Decisions in the month.
    pub(crate) decided: u64,
    /// The median in working minutes of who decided.
    pub(crate) median_minutes: Option<f64>,
    /// The median of the month before.
    pub(crate) median_minutes_before: Option<f64>,
}

/// One person's month.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub(crate) struct PaceAnswer {
    /// Their id in the team file.
    pub(crate) member: MemberId,
    /// Their name, as far as a team file that is remembered has it.
    pub(crate) name: String,
    /// As what they act; absent where they have left.
    pub(crate) role: Option<Role>,
    /// How fast they decide at checkpoint 1.
    pub(crate) first: TimeAnswer,
    /// How fast they decide at checkpoint 2, since the meeting where one was on.
    pub(crate) second: TimeAnswer,
    /// Confirmed at checkpoint 1, of leads with a score.
    pub(crate) confirmed: u64,
    /// Leads with a score that they decided on there.
    pub(crate) decided: u64,
    /// The share, 0 to 1, that colleagues confirmed of leads in the same bands of scores; absent where too few did.
    pub(crate) colleagues_confirm: Option<f64>,
    /// Of this month's confirmations, deals that were won since.
    pub(crate) won: u64,
    /// Of this month's confirmations, deals that were lost since.
    pub(crate) lost: u64,
}

/// How confirmations ended.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub(crate) struct WonAnswer {
    /// The band: 0 is a score of 0 to under 10, 9 is 90 to 100.
    pub(crate) band: u8,
    /// Won since.
    pub(crate) won: u64,
    /// Lost since.
    pub(crate) lost: u64,
}

/// This month and those before it, the latest first.
fn months(now: Timestamp) -> Vec<String> {
    let this = Date::from(jiff::tz::TimeZone::UTC.to_datetime(now)).first_of_month();
    let before = |n: i32| this.checked_sub(jiff::Span::new().months(n)).ok();
    (0..=PAST_MONTHS).filter_map(before).map(|date| date.strftime("%Y-%m").to_string()).collect()
}

/// The month that is asked for; this one where none is. A month that cannot be looked at any more is not there.
pub(crate) fn month_asked(asked: Option<&str>, now: Timestamp) -> Result<String, Problem> {
    let Some(asked) = asked else { return Ok(Tally::month(now)) };
    if months(now).iter().any(|month| month == asked) {
        return Ok(asked.to_owned());
    }
    let mut parts = asked.split('-').map(|part| (part.len(), part.bytes().all(|b| b.is_ascii_digit())));
    let is_shaped =
        parts.next() == Some((4, true)) && parts.next() == Some((2, true)) && parts.next().is_none();
    let is_month = is_shaped && matches!(asked[5..].parse(), Ok(1..=12));
    if is_month {
        return Err(Problem::NoPage);
    }
    Err(Problem::Unreadable(format!("`month` is a year and a month; write it like {}", Tally::month(now))))
}

/// What was counted in a month and in the month before it, read once.
pub(crate) struct MonthCounts {
    month: String,
    pub(crate) counted: Vec<(Tally, u64)>,
    before: Vec<(Tally, u64)>,
}

impl MonthCounts {
    pub(crate) async fn read<W: World>(console: &Console<W>, month: String) -> Result<Self, Problem> {
        let before = format!("{month}-01").parse::<Date>().ok().and_then(|date| date.yesterday().ok());
        let before = before.map(|date| date.strftime("%Y-%m").to_string()).unwrap_or_default();
        let read = async |month: &str| console.leads.tallies(month).await.map_err(|e| unavailable(&e));
        let (counted, before) = futures_util::future::try_join(read(&month), read(&before)).await?;
        Ok(Self { month, counted, before })
    }
}

/// A month of the team's work, with the month before it beside.
pub(crate) async fn team_answer<W: World>(
    console: &Console<W>,
    person: &Person,
    MonthCounts { month, counted, before }: &MonthCounts,
) -> Result<TeamAnswer, Problem> {
    let policy = console.policy().await?;
    Ok(answer(month, &Figures::of(counted), &Figures::of(before), person, &policy, console.now()))
}

fn answer(
    month: &str,
    figures: &Figures,
    before: &Figures,
    person: &Person,
    policy: &Policy,
    now: Timestamp,
) -> TeamAnswer {
    let nobody = Pace::default();
    let people = figures.people.iter().map(|(id, pace)| {
        let past = before.people.get(id).unwrap_or(&nobody);
        let through = pace.through();
        PaceAnswer {
            member: id.clone(),
            name: person.name_of(id),
            role: person.team.member(id).map(leadlight_desk::Member::role),
            first: time(&pace.first, &past.first),
            second: time(&pace.second, &past.second),
            confirmed: through.through,
            decided: through.decided,
            colleagues_confirm: pace.colleagues,
            won: pace.ends.won,
            lost: pace.ends.lost,
        }
    });
    let [first, second] = &figures.checkpoints;
    TeamAnswer {
        month: month.to_owned(),
        months: months(now),
        speed_to_lead: speed(&figures.first_looks, policy),
        checkpoints: vec![time(first, &before.checkpoints[0]), time(second, &before.checkpoints[1])],
        people: people.collect(),
        won_by_band: won(&figures.ends_by_band),
        agreement: figures.agreement,
    }
}

fn time(spans: &Spans, before: &Spans) -> TimeAnswer {
    TimeAnswer {
        decided: spans.count(),
        median_minutes: spans.median_minutes(),
        median_minutes_before: before.median_minutes(),
    }
}

fn speed(looks: &BTreeMap<Option<Grade>, FirstLooks>, policy: &Policy) -> Vec<SpeedAnswer> {
    let grades = [Some(Grade::A), Some(Grade::B), Some(Grade::C), Some(Grade::D), None];
    let row = |grade| {
        let looks = looks.get(&grade).copied().unwrap_or_default();
        SpeedAnswer {
            grade,
            looks: looks.real.count(),
            median_minutes: looks.real.median_minutes(),
            median_working_minutes: looks.working.median_minutes(),
            goal_minutes: policy.people().sla.of_grade(grade),
            in_goal: looks.in_goal,
        }
    };
    grades.into_iter().map(row).collect()
}

fn won(ends: &BTreeMap<u8, Ends>) -> Vec<WonAnswer> {
    ends.iter().rev().map(|(band, ends)| WonAnswer { band: *band, won: ends.won, lost: ends.lost }).collect()
}
