//! `policy suggest --percentiles`: the limits of letters that so many of the latest leads reach, as numbers for the policy.

use std::fmt::Write as _;
use std::sync::Arc;

use anyhow::{Context, Result};
use jiff::SignedDuration;
use leadlight_accounts::Accounts;
use leadlight_lead::DrawKey;
use leadlight_policy::Policy;
use leadlight_ports::{Clock, LeadStore, SystemClock};
use leadlight_scoring::{Judge, Percentiles, Shares, percentiles, score_for_letters};
use serde_json::json;

use crate::cli::Suggest;
use crate::drafts::{source, written};
use crate::output::Output;
use crate::replay::{Model, champion, in_force};
use crate::system::System;

/// Scores the latest leads by the policy and says from where on so many of them have each letter. `connect` reaches the system.
pub(crate) async fn run<F>(args: &Suggest, shares: Shares, connect: F, output: Output) -> Result<()>
where
    F: AsyncFnOnce() -> Result<System>,
{
    let system = connect().await?;
    let source = source(args, Some(&system)).await?;
    let policy = Arc::new(Policy::parse(&source.name, &source.text)?);
    let scores = scores(&system, &policy, args.days).await?;
    let found = percentiles(&policy, scores, shares)?;
    let draft = written(args, &source, &found.changes(&policy))?;
    let value = json!({ "policy": policy.hash(), "days": args.days, "percentiles": found, "draft": draft });
    output.either(&value, |_| text(&found, args.days, draft.as_deref()))
}

/// The scores that letters by the usual limits would be given for, of leads that came in within so many days.
async fn scores(system: &System, policy: &Arc<Policy>, days: u32) -> Result<Vec<f64>> {
    let registry = system.registry()?;
    let accounts = in_force::<Accounts, _>(&registry).await?.map(Arc::new);
    let judge = Judge::new(Arc::clone(policy), accounts, champion(&registry, &Model::InForce).await?);
    // The draw decides nothing of a score.
    let no_draw = DrawKey::new([0; 32]);
    let since = SystemClock.now().checked_sub(SignedDuration::from_hours(24 * i64::from(days))).ok();
    let leads = system.leads()?;
    let (mut scores, mut after) = (Vec::new(), None);
    loop {
        let page = leads.all(since, after).await.context("leads cannot be read")?;
        let came_in = page.leads.iter().filter(|lead| lead.deal_origin().is_none());
        scores
            .extend(came_in.filter_map(|lead| score_for_letters(policy, lead, &judge.place(lead, &no_draw))));
        after = page.next;
        if after.is_none() {
            return Ok(scores);
        }
    }
}

fn text(found: &Percentiles, days: u32, draft: Option<&str>) -> String {
    let mut text = format!(
        "{} leads of the last {days} days, scored as they would be today\n\n  {:<14} {:>6} {:>10} {:>8} {:>10} {:>8}",
        found.leads, "score from", "wanted", "today", "reached", "then", "reached"
    );
    for cut in &found.letters {
        let _ = write!(
            text,
            "\n  {:<14} {:>4} % {:>10} {:>6.1} % {:>10} {:>6.1} %",
            format!("grades.{}", cut.key),
            cut.wanted,
            cut.today,
            cut.reach_today,
            cut.then,
            cut.reach_then
        );
    }
    match draft {
        Some(draft) => {
            let _ = write!(
                text,
                "\n\nNothing is changed. The draft has these numbers, each with why:\n  leadlight policy check {draft}\n  leadlight policy publish {draft} --reason \"…\""
            );
        }
        None => text.push_str(
            "\n\nNothing is changed. --out FILE writes a draft of the policy, where a number would change.",
        ),
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_told_with_the_share_that_reaches_them() {
        const DEFAULT: &str = include_str!("../../policies/default.toml");
        let policy = Policy::parse("default.toml", DEFAULT).unwrap();
        let scores = (0..1000).map(|n| f64::from(n) / 10.0).collect();
        let found = percentiles(&policy, scores, Shares::read("10,30,60").unwrap()).unwrap();
        let told = text(&found, 90, None);
        assert!(told.starts_with("1000 leads of the last 90 days, scored as they would be today"), "{told}");
        assert!(told.contains("grades.a         10 %         80   20.0 %         90   10.0 %"), "{told}");
        assert!(
            told.ends_with("--out FILE writes a draft of the policy, where a number would change."),
            "{told}"
        );
        let told = text(&found, 90, Some("draft.toml"));
        assert!(told.contains("leadlight policy check draft.toml"), "{told}");
    }
}
