//! `speed`: how fast people are, from a month's counts.

use std::fmt::Write as _;

use anyhow::{Result, bail};
use jiff::civil::Date;
use leadlight_desk::{Figures, Spans};
use leadlight_lead::{Grade, MemberId, Tally};
use leadlight_ports::{Clock, LeadStore, SystemClock};
use serde::Serialize;

use crate::output::Output;
use crate::system::System;

/// A month's speed.
#[derive(Debug, Serialize)]
struct MonthOfTeam {
    month: String,
    speed_to_lead: Vec<ByGrade>,
    people: Vec<Person>,
}

/// From the form to the first look.
#[derive(Debug, Serialize)]
struct ByGrade {
    /// None for leads without a score that counts.
    grade: Option<Grade>,
    looks: u64,
    median_minutes: Option<f64>,
    median_working_minutes: Option<f64>,
    in_goal: u64,
}

/// Working time from getting a lead to deciding on it, at either checkpoint.
#[derive(Debug, Serialize)]
struct Person {
    member: MemberId,
    decided_first: u64,
    median_minutes_first: Option<f64>,
    decided_second: u64,
    median_minutes_second: Option<f64>,
}

/// `speed`
pub(crate) async fn run(system: &System, month: Option<&str>, output: Output) -> Result<()> {
    let now = SystemClock.now();
    let month = month.map_or_else(|| Tally::month(now), str::to_owned);
    if month.len() != 7 || format!("{month}-01").parse::<Date>().is_err() {
        bail!("--month is a year and a month, such as {}", Tally::month(now));
    }
    let figures = Figures::of(&system.leads()?.tallies(&month).await?);
    output.either(&speed(month, &figures), text)
}

fn speed(month: String, figures: &Figures) -> MonthOfTeam {
    let looks = figures.first_looks.iter().map(|(grade, looks)| ByGrade {
        grade: *grade,
        looks: looks.real.count(),
        median_minutes: looks.real.median_minutes(),
        median_working_minutes: looks.working.median_minutes(),
        in_goal: looks.in_goal,
    });
    let decides = |spans: &Spans| (spans.count(), spans.median_minutes());
    let people = figures.people.iter().map(|(member, pace)| {
        let ((decided_first, median_minutes_first), (decided_second, median_minutes_second)) =
            (decides(&pace.first), decides(&pace.second));
        let member = member.clone();
        Person { member, decided_first, median_minutes_first, decided_second, median_minutes_second }
    });
    MonthOfTeam { month, speed_to_lead: looks.collect(), people: people.collect() }
}

fn text(speed: &MonthOfTeam) -> String {
    let minutes = |of: Option<f64>| of.map_or("-".to_owned(), |of| format!("{of:.0} min"));
    let mut text = format!("{}: from the form to a first look, half were faster\n", speed.month);
    if speed.speed_to_lead.is_empty() {
        text.push_str("  nobody looked at a new lead\n");
    }
    for row in &speed.speed_to_lead {
        let grade = row.grade.map_or("not scored".to_owned(), |grade| grade.to_string());
        let (real, working) = (minutes(row.median_minutes), minutes(row.median_working_minutes));
        let _ = writeln!(
            text,
            "  {grade:<10} {real:>10} by the clock  {working:>10} of working time  {} of {} within the policy's time",
            row.in_goal, row.looks
        );
    }
    text.push_str("Working time from getting a lead to deciding on it, half were faster");
    for person in &speed.people {
        let _ = write!(
            text,
            "\n  {:<16} checkpoint 1: {} ({})  checkpoint 2: {} ({})",
            person.member,
            minutes(person.median_minutes_first),
            person.decided_first,
            minutes(person.median_minutes_second),
            person.decided_second
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use leadlight_lead::{Counted, Span};

    #[test]
    fn a_month_is_told_in_lines_and_as_json() {
        let look = Counted::FirstLook {
            grade: Some(Grade::A),
            real: Span::of(jiff::SignedDuration::from_mins(50)),
            working: Span::of(jiff::SignedDuration::from_mins(4)),
            in_goal: true,
        };
        let tally = Tally { member: "sdr-1".parse().unwrap(), band: Some(9), counted: look };
        let told = speed("2026-11".to_owned(), &Figures::of(&[(tally, 3)]));
        let lines = text(&told);
        assert!(lines.contains("3 of 3 within the policy's time"), "{lines}");
        assert_eq!(serde_json::to_value(&told).unwrap()["speed_to_lead"][0]["looks"], 3);
        assert!(text(&speed("2026-10".to_owned(), &Figures::default())).contains("nobody looked"));
    }
}
