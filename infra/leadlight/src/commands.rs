//! The commands that work on a running system.

use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use leadlight_lead::QueueName;
use leadlight_local_aws::Progress;
use leadlight_policy::Policy as PolicyFile;
use leadlight_ports::LeadIndex;
use leadlight_retrain::Report;
use serde_json::json;

use crate::cli::{Queue, Submit};
use crate::follow::{self, Accounted, Fate};
use crate::output::Output;
use crate::progress::{Bars, running, step};
use crate::system::System;
use crate::view::{self, LeadView};
use crate::{dead_letters, submit};

/// `submit`
pub(crate) async fn submit(system: &System, args: &Submit, output: Output) -> Result<()> {
    let events = submit::read(&args.files)?;
    let total = events.len();
    submit::send(system, &events, |_| ()).await?;
    if args.no_follow {
        return output.either(&json!({ "submitted": total }), |_| format!("{total} submitted"));
    }
    let bars = Bars::new();
    let title = "Following leads";
    let accounts = bars
        .phase(title, async {
            let told = |done: usize| {
                bars.step(title, step(done, total, ""));
            };
            follow::to_the_end(system, events, told).await
        })
        .await?;
    let rows: Vec<_> = accounts.iter().map(fate_json).collect();
    output.either(&rows, |_| accounts.iter().map(fate_text).collect::<Vec<_>>().join("\n"))
}

fn fate_json(Accounted { sent, fate }: &Accounted) -> serde_json::Value {
    match fate {
        Fate::Queued(lead) => json!({ "file": sent.label, "lead": LeadView::of(lead) }),
        Fate::Repeated(id) => json!({ "file": sent.label, "repeated": id }),
        Fate::Dead(letter) => json!({ "file": sent.label, "dead_letter": letter }),
    }
}

fn fate_text(Accounted { sent, fate }: &Accounted) -> String {
    match fate {
        Fate::Queued(lead) => format!("{}: {} – {}", sent.label, lead.queue, LeadView::of(lead).summary),
        Fate::Repeated(id) => format!("{}: the same event was submitted before, see {id}", sent.label),
        Fate::Dead(letter) => format!("{}: set aside by {}: {}", sent.label, letter.stage, letter.reason),
    }
}

/// `retrain`
pub(crate) async fn retrain(system: &System, output: Output) -> Result<()> {
    let report = followed_training(system, &Bars::new(), "Training").await?;
    output.either(&report, view::retrained)
}

/// A training run, with a bar of that title.
pub(crate) async fn followed_training(system: &System, bars: &Bars, title: &str) -> Result<Report> {
    let told = |elapsed: Duration| bars.step(title, running(&format!("for {} s", elapsed.as_secs())));
    // On the heap: it holds a whole training report.
    bars.phase(title, Box::pin(system.retrain(told))).await
}

/// `queue`
pub(crate) async fn queue(system: &System, command: &Queue, output: Output) -> Result<()> {
    match command {
        Queue::List { queue, limit } => {
            let leads = system.leads()?;
            let queues = queue.map_or(QueueName::ALL.to_vec(), |q| vec![q]);
            let mut views = Vec::new();
            for queue in queues {
                views.extend(leads.queue(queue, *limit).await?.iter().map(LeadView::of));
            }
            output.either(&views, |v| if v.is_empty() { "no leads".to_owned() } else { view::table(v) })
        }
        Queue::DeadLetters => {
            let letters = dead_letters::list(system).await?;
            output.either(&letters, |all| {
                let rows: Vec<_> = all.iter().map(|letter| (None, letter)).collect();
                if all.is_empty() { "no dead letters".to_owned() } else { view::dead_letter_table(&rows) }
            })
        }
        Queue::TakeOut { lead_id } => {
            if !system.leads()?.take_out(lead_id).await? {
                bail!("there is no lead with this id");
            }
            output.either(&json!({ "taken_out": lead_id }), |_| format!("{lead_id} is in no queue any more"))
        }
        Queue::Redrive { stage, wanted } => {
            let redriven = dead_letters::redrive(system, *stage, wanted).await?;
            output.either(&redriven, view::redriven)
        }
    }
}

/// `policy docs` of the one in force
pub(crate) async fn policy_in_force_docs(system: &System, output: Output) -> Result<()> {
    let registry = system.registry()?;
    let hash = registry.in_force::<PolicyFile>().await?.current.hash;
    outline(&registry.document(&hash).await?, output)
}

/// A file's text.
pub(crate) fn text_of(file: &Path) -> Result<String> {
    std::fs::read_to_string(file).with_context(|| format!("{} cannot be read as UTF-8 text", file.display()))
}

pub(crate) fn read_policy(file: &Path) -> Result<PolicyFile> {
    Ok(PolicyFile::parse(&file.display().to_string(), &text_of(file)?)?)
}

/// `policy check`
pub(crate) fn check_policy(file: &Path, output: Output) -> Result<()> {
    let policy = read_policy(file)?;
    let value = json!({
        "name": policy.name(), "revision": policy.revision(), "hash": policy.hash(),
        "features": policy.feature_specs().iter().map(|f| f.name.clone()).collect::<Vec<_>>(),
    });
    output.either(&value, |_| {
        format!(
            "{}: policy `{}`, revision {}, {} is well-formed",
            file.display(),
            policy.name(),
            policy.revision(),
            policy.hash().short()
        )
    })
}

/// `policy docs FILE`
pub(crate) fn policy_docs(file: &Path, output: Output) -> Result<()> {
    outline(&read_policy(file)?, output)
}

/// A policy in words, as Markdown.
fn outline(policy: &PolicyFile, output: Output) -> Result<()> {
    let sections = policy.outline();
    let value: Vec<_> = sections
        .iter()
        .map(|s| {
            let table = s.table.as_ref().map(|t| json!({ "head": t.head, "rows": t.rows }));
            json!({ "title": s.title, "text": s.text, "table": table })
        })
        .collect();
    output.either(&value, |_| {
        let mut text = format!("# Policy {}, revision {}\n", policy.name(), policy.revision());
        for section in &sections {
            let _ = write!(text, "\n## {}\n\n{}\n", section.title, section.text.join("\n\n"));
            if let Some(table) = &section.table {
                let row = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
                let line = row(&vec!["---".to_owned(); table.head.len()]);
                let rows: String = table.rows.iter().map(|cells| row(cells)).collect();
                let _ = write!(text, "\n{}{line}{rows}", row(&table.head));
            }
        }
        text
    })
}
