//! `policy suggest`: what closed deals say of the policy's weights and thresholds.

use std::fmt::Write as _;
use std::fs;

use anyhow::{Context, Result, bail};
use leadlight_desk::{Label, label};
use leadlight_events::{HISTORY_CSV, read_deals};
use leadlight_lead::QueuedLead;
use leadlight_policy::Policy;
use leadlight_ports::{Clock, SystemClock};
use leadlight_retrain::each_answered;
use leadlight_scoring::{ClosedDeal, SuggestedWeight, Suggestion, Support, suggest};
use serde_json::json;

use crate::cli::Suggest;
use crate::drafts::{Source, source, written};
use crate::history::closed_lead;
use crate::import::{How, read};
use crate::output::{self, Output};
use crate::percentiles;
use crate::system::System;

/// `policy suggest`. The running system is asked for what no file gives; `connect` reaches it.
pub(crate) async fn run<F>(args: &Suggest, connect: F, output: Output) -> Result<()>
where
    F: AsyncFnOnce() -> Result<System>,
{
    if let Some(out) = args.out.as_ref().filter(|out| out.exists() && !args.force) {
        bail!("{} is there already; name another file, or overwrite it with --force", out.display());
    }
    if let Some(shares) = args.percentiles {
        return percentiles::run(args, shares, connect, output).await;
    }
    let system = if args.file.is_none() || args.deals.is_none() { Some(connect().await?) } else { None };
    let source = source(args, system.as_ref()).await?;
    let policy = Policy::parse(&source.name, &source.text)?;
    let now = SystemClock.now();
    let closed = |lead: &QueuedLead| match label(lead, policy.conversion(), now) {
        Label::Converted(_) => Some(ClosedDeal::of(&policy, lead, true)),
        Label::NotConverted(_) => Some(ClosedDeal::of(&policy, lead, false)),
        Label::Open | Label::LeftOut => None,
    };
    // None for each deal of a motion that has a scale of its own.
    let mut deals: Vec<Option<ClosedDeal>> = Vec::new();
    match (&args.deals, &system) {
        (Some(file), _) => deals.extend(of_file(file, &policy)?.iter().filter_map(closed)),
        (None, Some(system)) => {
            let was_decided_on = |lead: &&QueuedLead| lead.decision().is_some();
            let see = |lead: &QueuedLead| deals.extend(Some(lead).filter(was_decided_on).and_then(closed));
            each_answered(&system.leads()?, || false, see).await?;
        }
        (None, None) => bail!("no system is connected, and no deals are named"),
    }
    let all = deals.len();
    let deals: Vec<ClosedDeal> = deals.into_iter().flatten().collect();
    let set_aside = all - deals.len();
    let suggestion = suggest(&policy, &deals);
    let draft = write_draft(args, &source, &policy, &suggestion)?;
    let value =
        json!({ "policy": policy.hash(), "suggestion": suggestion, "draft": draft, "set_aside": set_aside });
    output.either(&value, |_| text(&suggestion, set_aside, draft.as_deref()))
}

/// Closed deals of an export, or of the sample history.
fn of_file(file: &std::path::Path, policy: &Policy) -> Result<Vec<QueuedLead>> {
    let bytes = fs::read(file).with_context(|| format!("{} cannot be read", file.display()))?;
    if bytes == HISTORY_CSV {
        let deals = read_deals(&file.display().to_string(), &bytes)?;
        return deals.iter().map(|deal| closed_lead(deal, policy)).collect();
    }
    let plan = read(file, How::default(), policy, SystemClock.now()).map_err(|refused| refused.why)?;
    plan.notes.iter().for_each(|note| output::note(&format!("  {note}")));
    Ok(plan.leads)
}

fn write_draft(
    args: &Suggest,
    source: &Source,
    policy: &Policy,
    suggestion: &Suggestion,
) -> Result<Option<String>> {
    written(args, source, &suggestion.changes(policy))
}

fn text(suggestion: &Suggestion, set_aside: usize, draft: Option<&str>) -> String {
    let aside = match set_aside {
        0 => String::new(),
        1 => "\nOne more deal is of a motion that is weighed in its own way, and not looked at here."
            .to_owned(),
        n => format!(
            "\n{n} more deals are of motions that are weighed in their own way, and not looked at here."
        ),
    };
    if let Some(why) = &suggestion.too_few {
        return format!("Nothing is suggested: {why}.{aside}");
    }
    let mut text = format!("{} closed deals, {} won{aside}", suggestion.deals, suggestion.won);
    let _ = write!(
        text,
        "\n\n  {:<28} {:>5}  {:>9}  {:<9}  what history says",
        "weight of", "today", "supported", "interval"
    );
    for weight in &suggestion.weights {
        let between =
            weight.interval.map_or_else(|| "–".to_owned(), |i| format!("{:.0}–{:.0}", i.from, i.to));
        let _ = write!(
            text,
            "\n  {:<28} {:>5}  {:>9}  {between:<9}  {}",
            weight.factor,
            weight.today,
            weight.suggested,
            words(weight)
        );
    }
    let _ =
        write!(text, "\n\n  {:<28} {:>5}  {:>9}  {:<9}  reached by", "score from", "today", "then", "90 %");
    for cut in &suggestion.cuts {
        let between = cut.interval.map_or_else(|| "–".to_owned(), |i| format!("{:.0}–{:.0}", i.from, i.to));
        let _ = write!(
            text,
            "\n  {:<28} {:>5}  {:>9}  {between:<9}  {} of {} deals, as today",
            format!("{}.{}", cut.table, cut.key),
            cut.today,
            cut.suggested,
            cut.reach,
            suggestion.deals
        );
    }
    text.push_str(match (suggestion.is_change(), draft) {
        (false, _) => "\n\nNo weight is wrong by more than luck: keep the policy as it is.",
        (true, Some(_)) => "\n\nNothing is changed. The draft has the numbers above, each with why:",
        (true, None) => "\n\nNothing is changed. --out FILE writes a draft of the policy with these numbers.",
    });
    if let Some(draft) = draft {
        let _ = write!(
            text,
            "\n  leadlight policy check {draft}\n  leadlight policy publish {draft} --reason \"…\""
        );
    }
    text
}

fn words(weight: &SuggestedWeight) -> String {
    let known = format!("{} deals had this criterion", weight.known);
    match weight.verdict {
        Support::TooLittle if weight.known < 30 => format!("{known}: keep {}", weight.today),
        Support::TooLittle => format!("{known}, graded alike: keep {}", weight.today),
        Support::Agrees => format!("{known}; {} may well be right", weight.today),
        Support::More => format!("{known}; counts for more"),
        Support::Less => format!("{known}; counts for less"),
    }
}
