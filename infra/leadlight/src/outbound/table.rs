//! Rankings and weeks, for people and for programs.

use std::fmt::Write as _;

use anyhow::Result;
use comfy_table::Table;
use leadlight_lead::DomainName;
use leadlight_outbound::{LeftOut, Planned, Ranked, Ranking};
use leadlight_plan::{Carried, Work};
use serde_json::{Value, json};

use crate::output::counted;
use crate::rate::as_text;
use crate::view::empty_table;

/// An account in its place, for programs.
pub(super) fn value(ranked: &Ranked<'_>) -> Value {
    let target = ranked.target;
    json!({
        "rank": ranked.rank, "domain": target.domain, "name": target.name, "tier": target.tier, "owner": target.owner,
        "score": ranked.score, "known": ranked.known, "people": target.people.len(), "summary": ranked.summary,
        "reasons": ranked.reasons, "may_be_excluded": ranked.may_be_excluded, "line": target.line,
    })
}

/// One that is left out, for programs.
pub(super) fn left_out(left_out: &LeftOut<'_>) -> Value {
    let target = left_out.target;
    json!({
        "domain": target.domain, "name": target.name, "disqualifier": left_out.why.disqualifier,
        "evidence": left_out.why.evidence, "line": target.line,
    })
}

/// All accounts as CSV: the ranked ones first, then those that are left out, with why.
pub(super) fn csv_of(ranking: &Ranking<'_>) -> Result<String> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(["rank", "domain", "name", "tier", "owner", "score", "people", "why", "left_out"])?;
    for ranked in &ranking.ranked {
        let target = ranked.target;
        let (rank, score) = (ranked.rank.to_string(), format!("{:.1}", ranked.score.value()));
        let people = target.people.len().to_string();
        let domain = target.domain.as_str();
        let row = [
            &rank,
            domain,
            said(target.name.as_ref()),
            said(target.tier.as_ref()),
            said(target.owner.as_ref()),
            &score,
            &people,
            &ranked.summary,
            "",
        ];
        writer.write_record(row.map(|cell| as_text(cell.to_owned())))?;
    }
    for LeftOut { target, why } in &ranking.left_out {
        let domain = target.domain.as_str();
        let row = [
            "",
            domain,
            said(target.name.as_ref()),
            said(target.tier.as_ref()),
            said(target.owner.as_ref()),
            "",
            "",
            "",
            &why.evidence,
        ];
        writer.write_record(row.map(|cell| as_text(cell.to_owned())))?;
    }
    Ok(String::from_utf8(writer.into_inner()?)?)
}

fn said(text: Option<&String>) -> &str {
    text.map(String::as_str).unwrap_or_default()
}

/// The first accounts of a ranking, for people.
pub(super) fn text_of(ranking: &Ranking<'_>, top: usize) -> String {
    let mut table = table(["Rank", "Account", "Tier", "People", "Why"]);
    for ranked in ranking.ranked.iter().take(top) {
        let target = ranked.target;
        table.add_row([
            ranked.rank.to_string(),
            called(&target.domain, target.name.as_ref()),
            said(target.tier.as_ref()).to_owned(),
            target.people.len().to_string(),
            ranked.summary.clone(),
        ]);
    }
    let mut text = table.to_string();
    let more = ranking.ranked.len().saturating_sub(top);
    // Writing to a string can't fail.
    let _ = write!(text, "\n{} ranked", counted(ranking.ranked.len(), "account"));
    if more > 0 {
        let _ = write!(text, ", {more} more than shown; --top N shows more, --csv all");
    }
    if !ranking.left_out.is_empty() {
        let _ = write!(text, "\nLeft out, {}:", counted(ranking.left_out.len(), "account"));
        for LeftOut { target, why } in ranking.left_out.iter().take(top) {
            let _ = write!(text, "\n  {}, line {}: {}", target.domain, target.line, why.evidence);
        }
    }
    text
}

/// The accounts at which someone is to be found, as CSV.
pub(super) fn to_find(carried: &Carried) -> Result<String> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(["week", "rank", "domain", "name", "country", "tier", "owner", "why"])?;
    let week = carried.week.to_string();
    for work in &carried.work {
        let Work::FindSomeone { account, name, country, owner } = work else { continue };
        let rank = account.rank.to_string();
        let row = [
            &week,
            &rank,
            account.domain.as_str(),
            said(name.as_ref()),
            said(country.as_ref()),
            said(account.tier.as_ref()),
            said(owner.as_ref()),
            &account.summary,
        ];
        writer.write_record(row.map(|cell| as_text(cell.to_owned())))?;
    }
    Ok(String::from_utf8(writer.into_inner()?)?)
}

/// A week, for people.
pub(super) fn week_of(carried: &Carried) -> String {
    let mut table = table(["Rank", "Account", "Tier", "What", "Why"]);
    for work in &carried.work {
        let (account, what) = match work {
            Work::Leads { account, sent, there_already, erased } => {
                let told = leads(carried, sent.len(), there_already.len());
                let gone = format!("{told}; {} erased: take them off the list", counted(*erased, "person"));
                (account, if *erased == 0 { told } else { gone })
            }
            Work::FindSomeone { account, .. } => (account, "find someone here".to_owned()),
            Work::NotSent { account, reason } => (account, format!("not sent: {reason}")),
        };
        let Planned { rank, domain, summary, tier, .. } = account;
        table.add_row([
            rank.to_string(),
            domain.to_string(),
            said(tier.as_ref()).to_owned(),
            what,
            summary.clone(),
        ]);
    }
    let Carried { week, was_planned, dry_run, of, work, waiting, unknown_tiers } = carried;
    let mut text = format!("{table}\n{week}: {} of {of}", counted(work.len(), "account"));
    if *was_planned {
        text.push_str("; the plan was made by an earlier run, and was carried on");
    }
    if *dry_run {
        text.push_str("\nNothing was kept or sent: this was to look first");
    }
    for (why, count) in waiting {
        let _ = write!(text, "\n  {count} wait: {why}");
    }
    for tier in unknown_tiers {
        let _ = write!(
            text,
            "\n  places are kept for the tier {tier}, and no account of the list has it: they went to others"
        );
    }
    text
}

fn leads(carried: &Carried, sent: usize, there: usize) -> String {
    let word = if carried.dry_run { "would become" } else { "became" };
    match (sent, there) {
        (0, there) => format!("{} there already", counted(there, "lead")),
        (sent, 0) => format!("{word} {}", counted(sent, "lead")),
        (sent, there) => format!("{word} {}, {there} there already", counted(sent, "lead")),
    }
}

fn called(domain: &DomainName, name: Option<&String>) -> String {
    name.map_or_else(|| domain.to_string(), |name| format!("{name} ({domain})"))
}

fn table<const COLUMNS: usize>(head: [&str; COLUMNS]) -> Table {
    let mut table = empty_table();
    table.set_header(head);
    table
}
