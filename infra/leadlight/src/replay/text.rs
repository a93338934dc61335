//! A replay as people read it in a terminal.

use std::fmt::Write as _;

use leadlight_report::words::{day, several, thousands};
use leadlight_scoring::compare::{Capacity, Example, Recomputation, SegmentMoves, Summary, UpDown};

use super::found::{Found, Room};
use crate::view::empty_table;

pub(super) fn text(found: &Found, page: Option<&str>) -> String {
    let summary = &found.summary;
    let mut text = format!("{}\n\n{}", what(found), recomputed(&summary.recomputed, summary.unreadable));
    let _ = write!(text, "\n\n{}", moved(summary));
    if !summary.queues.is_empty() {
        let _ = write!(text, "\n{}", queues(summary));
    }
    if summary.moved > 0 {
        let _ = write!(text, "\n{}\n{}", moves(summary), sources(summary));
    }
    if !summary.segments.is_empty() {
        let _ = write!(text, "\nBy segment of this policy:\n{}", segments(summary));
    }
    for line in consequences(found) {
        let _ = write!(text, "\n{line}");
    }
    if !summary.examples.is_empty() {
        let _ = write!(text, "\n\nThose that would move most:\n{}", examples(&summary.examples));
    }
    if let Some(page) = page {
        let _ = write!(text, "\n\nAs a page: {page}");
    }
    text
}

/// What was replayed.
pub(super) fn what(found: &Found) -> String {
    let candidate = &found.candidate;
    let leads = several_leads(found.summary.leads);
    let of = found.since.map_or_else(String::new, |since| format!(" since {}", day(since)));
    let is_in_force = found.in_force.as_ref() == Some(&candidate.hash);
    let in_force = if is_in_force { ", the policy in force" } else { "" };
    let voice = match (&found.model, &found.rules_because) {
        (Some(model), _) => format!("The model {} decides the score.", model.short()),
        (None, Some(because)) => format!("The rules decide: {because}."),
        (None, None) => "The rules decide.".to_owned(),
    };
    let more = if found.is_cut_short { " The table has more of them." } else { "" };
    format!(
        "{leads}{of}, as “{}”, revision {} ({}){in_force}, would decide on them.{more} {voice}",
        candidate.name,
        candidate.revision,
        candidate.hash.short()
    )
}

pub(super) fn several_leads(leads: u64) -> String {
    several(usize::try_from(leads).unwrap_or(usize::MAX), "lead")
}

/// Whether decisions of before can be made again.
pub(super) fn recomputed(made: &Recomputation, unreadable: u64) -> String {
    let decided = made.same + made.differ + made.unable;
    let mut text = if decided == 0 {
        "No decision was made on them yet.".to_owned()
    } else if made.same == decided {
        format!("Made again, {} came out the same to the bit.", all(decided))
    } else {
        format!("Made again, {} of {} decisions came out the same to the bit.", made.same, decided)
    };
    for counted in &made.reasons {
        let _ = write!(text, "\n  {:>7}  {}", thousands(counted.leads), counted.reason);
    }
    if unreadable > 0 {
        let _ = write!(text, "\n  {:>7}  items of the table cannot be read", thousands(unreadable));
    }
    text
}

fn all(decisions: u64) -> String {
    if decisions == 1 {
        "the one decision".to_owned()
    } else {
        format!("all {} decisions", thousands(decisions))
    }
}

/// How many would move.
pub(super) fn moved(summary: &Summary) -> String {
    match summary.moved {
        0 if summary.leads == 0 => "There is no lead to look at.".to_owned(),
        0 => "No lead would move to another queue.".to_owned(),
        moved => {
            format!("{} of {} would move to another queue.", thousands(moved), several_leads(summary.leads))
        }
    }
}

fn queues(summary: &Summary) -> String {
    let mut table = empty_table();
    table.set_header(["Queue", "Today", "With this policy", "Change"]);
    for row in &summary.queues {
        table.add_row([
            row.queue.to_string(),
            thousands(row.before),
            thousands(row.after),
            change(row.before, row.after),
        ]);
    }
    table.to_string()
}

pub(super) fn change(before: u64, after: u64) -> String {
    match after.cmp(&before) {
        std::cmp::Ordering::Equal => "–".to_owned(),
        std::cmp::Ordering::Greater => format!("+{}", thousands(after - before)),
        std::cmp::Ordering::Less => format!("−{}", thousands(before - after)),
    }
}

fn moves(summary: &Summary) -> String {
    let mut table = empty_table();
    table.set_header(["From", "To", "Leads"]);
    for told in &summary.moves {
        table.add_row([told.from.to_string(), told.to.to_string(), thousands(told.leads)]);
    }
    table.to_string()
}

fn sources(summary: &Summary) -> String {
    let mut table = empty_table();
    table.set_header(["Motion", "Source", "Leads", "Up", "Down"]);
    for row in &summary.sources {
        let [motion, source] = source_of(row);
        table.add_row([motion, source, thousands(row.leads), thousands(row.up), thousands(row.down)]);
    }
    table.to_string()
}

fn segments(summary: &Summary) -> String {
    let mut table = empty_table();
    table.set_header(["Motion", "Segment", "Leads", "Up", "Down", "People see today", "With this policy"]);
    for row in &summary.segments {
        table.add_row(segment_row(row));
    }
    table.to_string()
}

/// The same for the terminal and for the page.
pub(super) fn segment_row(row: &SegmentMoves) -> [String; 7] {
    [
        row.motion.to_string(),
        row.label.clone(),
        thousands(row.leads),
        thousands(row.up),
        thousands(row.down),
        thousands(row.for_people_before),
        thousands(row.for_people_after),
    ]
}

pub(super) fn source_of(row: &leadlight_scoring::compare::SourceMoves) -> [String; 2] {
    let motion = row.motion.map_or_else(|| "all".to_owned(), |motion| motion.to_string());
    [motion, row.source.clone().unwrap_or_else(|| "other sources".to_owned())]
}

/// What it means for people: grades, capacity, conversions, deals that have ended. A sentence each.
pub(super) fn consequences(found: &Found) -> Vec<String> {
    let summary = &found.summary;
    let regraded: u64 = summary.grades.iter().filter(|g| g.from != g.to).map(|g| g.leads).sum();
    let mut said = vec![match regraded {
        0 => "No grade changes.".to_owned(),
        regraded => format!("{} get another grade.", several_leads(regraded)),
    }];
    if summary.leads > 0 {
        said.push(capacity(&summary.capacity));
        said.extend(found.team.map(|room| days_of(room, &summary.capacity)));
    }
    if let Some(expected) = summary.expected {
        said.push(format!(
            "Expected conversions among the leads that people see: {:.1} today, {:.1} with this policy, of {:.1} in all.",
            expected.before, expected.after, expected.all
        ));
    }
    let ended = |who: &str, outcomes: &leadlight_scoring::compare::Outcomes| {
        (outcomes.won.leads + outcomes.lost.leads > 0)
            .then(|| format!("{who}: {}; {}.", side("won", outcomes.won), side("lost", outcomes.lost)))
    };
    said.extend(ended("Of leads whose deals have ended", &summary.outcomes));
    said.extend(ended("Of imported deals, by the rules alone", &summary.history));
    said
}

fn side(word: &str, side: UpDown) -> String {
    let ended = format!("{} {word}", thousands(side.leads));
    if side.up + side.down == 0 {
        return format!("{ended}, of which none would move");
    }
    format!("{ended}, of which {} would move up and {} down", thousands(side.up), thousands(side.down))
}

fn capacity(capacity: &Capacity) -> String {
    format!(
        "SDRs get {:.1} leads a working day today, and {:.1} with this policy ({} since {}).",
        capacity.before,
        capacity.after,
        several(usize::try_from(capacity.working_days).unwrap_or(usize::MAX), "working day"),
        capacity.from.map_or_else(|| "–".to_owned(), day)
    )
}

fn days_of(room: Room, capacity: &Capacity) -> String {
    #[expect(clippy::cast_precision_loss, reason = "a team's open leads, some thousands")]
    let open = room.open_leads as f64;
    let days = |a_day: f64| {
        if a_day > 0.0 { format!("{:.1}", open / a_day) } else { "–".to_owned() }
    };
    let sdrs = several(usize::try_from(room.sdrs).unwrap_or(usize::MAX), "SDR");
    format!(
        "The team's {sdrs} can have {} leads open between them: as many as come in {} working days today, and in {} with this policy.",
        thousands(room.open_leads),
        days(capacity.before),
        days(capacity.after)
    )
}

fn examples(examples: &[Example]) -> String {
    let mut table = empty_table();
    table.set_header(["Lead", "From", "To", "Score", "Why"]);
    for example in examples {
        table.add_row([
            format!("{}\n{}", who(example), example.lead),
            example.from.to_string(),
            example.to.to_string(),
            scores(example),
            example.because.clone(),
        ]);
    }
    table.to_string()
}

pub(super) fn who(example: &Example) -> String {
    match (&example.company, &example.domain) {
        (Some(company), Some(domain)) => format!("{company} ({domain})"),
        (Some(one), None) | (None, Some(one)) => one.clone(),
        (None, None) => "no company known".to_owned(),
    }
}

pub(super) fn scores(example: &Example) -> String {
    let score = |score: Option<f64>| score.map_or_else(|| "–".to_owned(), |score| format!("{score:.1}"));
    format!("{} → {}", score(example.score_before), score(example.score_after))
}
