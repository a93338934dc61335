//! `nurture`: marketing's list, from the table.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result};
use leadlight_lead::{QueueName, QueuedLead};
use leadlight_ports::{LeadIndex, LeadStore};
use leadlight_reading::harmless_cell;
use serde_json::json;

use crate::cli::Nurture;
use crate::ended::Ended;
use crate::output::{Output, counted};
use crate::system::System;
use crate::view::{self, LeadView, Naming};

/// The columns of the list. They are only added to.
pub const COLUMNS: [&str; 18] = [
    "email",
    "first_name",
    "last_name",
    "title",
    "company",
    "domain",
    "country",
    "source",
    "motion",
    "score",
    "grade",
    "summary",
    "trend",
    "trend_points",
    "trend_days",
    "scored_as_of",
    "renews_on",
    "lead_id",
];

/// `nurture`
pub(crate) async fn run(system: &System, command: &Nurture, output: Output) -> Result<Ended> {
    let leads = system.leads()?;
    match command {
        Nurture::List { limit, people } => {
            let first = leads.queue(QueueName::Nurture, *limit).await?;
            let all = leads.count(QueueName::Nurture).await?;
            let shown: Vec<LeadView> = first.iter().map(LeadView::of).collect();
            let naming = if *people { Naming::Person } else { Naming::Id };
            let more = all.saturating_sub(shown.len());
            output.either(&json!({ "leads": shown, "more": more }), |_| {
                let table = if shown.is_empty() {
                    "no lead is nurtured".to_owned()
                } else {
                    view::table(&shown, naming)
                };
                if more == 0 {
                    table
                } else {
                    format!("{table}\nand {more} more; `nurture export` has all of them")
                }
            })?;
        }
        Nurture::Export { out } => {
            let written = export(&leads, new_file(out)?).await?;
            output.either(&json!({ "written": written, "file": out }), |_| {
                format!(
                    "{} written to {}; it holds people's addresses",
                    counted(written, "lead"),
                    out.display()
                )
            })?;
        }
    }
    Ok(Ended::Well)
}

/// A file for this user alone.
fn new_file(path: &Path) -> Result<std::fs::File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
        .open(path)
        .with_context(|| format!("{} cannot be made; name a file that is not there yet", path.display()))
}

/// Writes all leads that are nurtured, page by page, and says how many there are.
pub async fn export<L: LeadStore>(leads: &L, out: impl Write) -> Result<usize> {
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record(COLUMNS).context("the list cannot be written")?;
    let (mut written, mut after) = (0, None);
    loop {
        let page = leads.all(None, after).await.context("the table cannot be read")?;
        for lead in page.leads.iter().filter(|lead| lead.waits_in() == Some(QueueName::Nurture)) {
            let cells = row(lead).map(|cell| harmless_cell(&cell.unwrap_or_default()));
            writer.write_record(cells).context("the list cannot be written")?;
            written += 1;
        }
        match page.next {
            Some(next) => after = Some(next),
            None => break,
        }
    }
    writer.flush().context("the list cannot be written")?;
    Ok(written)
}

fn row(lead: &QueuedLead) -> [Option<String>; COLUMNS.len()] {
    let (event, facts) = (lead.event(), lead.known());
    let (company, person) = (&facts.enrichment.company, &facts.enrichment.person);
    let (decision, trend) = (lead.decision(), lead.trend());
    let fact = |found: Option<String>, typed: &Option<String>| found.or_else(|| typed.clone());
    [
        Some(event.email.as_str().to_owned()),
        event.first_name.clone(),
        event.last_name.clone(),
        fact(person.title.as_ref().map(|fact| fact.value.clone()), &event.title),
        fact(company.name.as_ref().map(|fact| fact.value.clone()), &event.company),
        lead.account_domain().map(ToString::to_string),
        company.country.as_ref().map(|fact| fact.value.as_str().to_owned()),
        Some(event.source.to_string()),
        Some(lead.enriched().motion.to_string()),
        decision.map(|decision| format!("{:.1}", decision.score.value())),
        decision.map(|decision| decision.grade.to_string()),
        decision.map(|decision| decision.summary.clone()),
        trend.map(|trend| trend.moved.as_str().to_owned()),
        trend.map(|trend| format!("{:.1}", trend.points)),
        trend.map(|trend| trend.days.to_string()),
        decision.map(|decision| decision.as_of.to_string()),
        lead.renews_on().map(|day| day.to_string()),
        Some(lead.id().to_string()),
    ]
}
