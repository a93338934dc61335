//! `import`: a CRM's export of deals, as it is, becomes history to learn from.

mod map;
mod view;

pub(crate) use view::column_in_words;

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result, bail};
use jiff::Timestamp;
use leadlight_events::HISTORY_CSV;
use leadlight_lead::{Deal, OutcomeResult, QueueName, QueuedLead};
use leadlight_local_aws::Progress;
use leadlight_policy::Policy;
use leadlight_ports::{Clock, SystemClock};
use leadlight_tabular::{
    CRMS, ColumnTold, Crm, HistoryProblem, Judging, LeftOutRows, Mapping, Recognised, Table, WrittenAs,
    crm_named, read_history, recognise,
};
use serde::Serialize;

use crate::cli::Import;
use crate::history::{self, Imported, closed_lead};
use crate::learn::written_as;
use crate::local::workspace;
use crate::output::{self, Output};
use crate::progress::{Bars, step};
use crate::system::System;

/// How a file is to be read.
#[derive(Debug, Clone, Copy, Default)]
pub struct How<'a> {
    /// The CRM it comes from; else it is told by its columns.
    pub from: Option<&'a str>,
    /// A mapping to use instead.
    pub map: Option<&'a Path>,
    /// How it writes what can be read in two ways.
    pub written: WrittenAs,
}

/// A file, read.
#[derive(Debug, Serialize)]
pub struct Plan {
    /// How its columns were known, in words.
    pub read_as: String,
    /// How each column was read.
    pub columns: Vec<ColumnTold>,
    /// Columns that nothing is taken from.
    pub unused: Vec<String>,
    /// Rows that are no deal to learn from.
    pub left_out: Vec<LeftOutRows>,
    /// What to know of the file.
    pub notes: Vec<String>,
    /// Deals to learn from.
    pub deals: usize,
    /// Of these, so many were won.
    pub won: usize,
    /// Where the policy's rules would have sent them, by queue.
    pub queues: BTreeMap<QueueName, usize>,
    /// As decided leads.
    #[serde(skip)]
    pub leads: Vec<QueuedLead>,
    #[serde(skip)]
    mapping: String,
}

impl Plan {
    /// Whether no row was set aside since something is wrong with it.
    pub fn is_whole(&self) -> bool {
        !self.left_out.iter().any(|rows| rows.why.is_damage())
    }
}

/// What is printed.
#[derive(Debug, Serialize)]
struct Report<'a> {
    #[serde(flatten)]
    imported: Option<&'a Imported>,
    #[serde(flatten)]
    plan: &'a Plan,
    /// Whether invented deals were there, which are not learnt from any more.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    samples_step_aside: bool,
}

/// `import`. Whether all rows are either imported or as they should be.
pub(crate) async fn run(args: &Import, stack: Option<&str>, output: Output) -> Result<bool> {
    let how = How { from: args.from.as_deref(), map: args.map.as_deref(), written: written_as(args.written) };
    let system = match &args.policy {
        Some(_) if args.dry_run => None,
        _ => Some(System::connect(stack, &workspace()?).await?),
    };
    let policy = match (&args.policy, &system) {
        (Some(file), _) => crate::commands::read_policy(file)?,
        (None, Some(system)) => history::policy_in_force(system).await?,
        (None, None) => bail!("a policy is needed to judge the deals by"),
    };
    if !args.dry_run && std::fs::read(&args.deals).is_ok_and(|bytes| bytes == HISTORY_CSV) {
        let Some(system) = system else { bail!("no system is connected") };
        return samples(&system, output).await;
    }
    let plan = read(&args.deals, how, &policy, SystemClock.now());
    if let Some(out) = &args.map_out {
        write_map(out, args, &plan)?;
    }
    let plan = plan.map_err(|refused| refused.why)?;
    let Some(system) = system.filter(|_| !args.dry_run) else {
        let report = Report { imported: None, plan: &plan, samples_step_aside: false };
        output.either(&report, |_| view::plan(&plan, &args.deals))?;
        return Ok(plan.is_whole());
    };
    let imported = stored(&system, &plan.leads).await?;
    let samples_step_aside = !plan.leads.is_empty() && history::has_samples(&system).await?;
    let report = Report { imported: Some(&imported), plan: &plan, samples_step_aside };
    output.either(&report, |_| view::imported(&imported, &plan, &args.deals, samples_step_aside))?;
    Ok(plan.is_whole())
}

async fn stored(system: &System, leads: &[QueuedLead]) -> Result<Imported> {
    const TITLE: &str = "Importing deals";
    let bars = Bars::new();
    let told = |done: usize, total: usize| bars.step(TITLE, step(done, total, "closed deals"));
    // On the heap: it holds a whole file of deals.
    bars.phase(TITLE, async { Box::pin(history::store(system, leads, told)).await }).await
}

/// The sample history stays one, however it comes in.
async fn samples(system: &System, output: Output) -> Result<bool> {
    let imported = history::import(system, "the sample history", HISTORY_CSV, |_, _| ()).await?;
    output.either(&imported, |imported| {
        format!(
            "{}\nThese deals are invented: as soon as there are deals of your own, they are not learnt from any more.",
            view::counts(imported)
        )
    })?;
    Ok(true)
}

/// Why a file was not read, and the mapping as far as it is known, for editing.
#[derive(Debug)]
pub struct Refused {
    /// Why, and what to do.
    pub why: anyhow::Error,
    mapping: Option<String>,
}

impl From<anyhow::Error> for Refused {
    fn from(why: anyhow::Error) -> Self {
        Self { why, mapping: None }
    }
}

/// Reads a CRM's export, and judges each deal as if it had come in when it was created.
pub fn read(path: &Path, how: How<'_>, policy: &Policy, now: Timestamp) -> Result<Plan, Refused> {
    let table = Table::open(path, how.written).map_err(anyhow::Error::from)?;
    let (mapping, read_as) = mapping(path, &table, how, policy)?;
    let is_source = |name: &leadlight_lead::SourceName| policy.source(name).is_some();
    let industry = |text: &str| policy.industry(text).industry().map(str::to_owned);
    let title = |text: &str| policy.read_title(text);
    let judging = Judging { now, is_source: &is_source, industry: &industry, title: &title };
    let history = match read_history(&table, &mapping, &judging) {
        Ok(history) => history,
        Err(problem) => {
            let why = refusal(path, &table, &problem, &read_as);
            return Err(Refused { why, mapping: Some(map::text(&read_as, &table, &mapping, None)) });
        }
    };
    let mapping = map::text(&read_as, &table, &mapping, Some(&history));
    let leads = leads(&history.deals, policy)?;
    let mut queues = BTreeMap::new();
    for lead in &leads {
        *queues.entry(lead.queue).or_insert(0) += 1;
    }
    let is_won = |deal: &&Deal| deal.outcome.result == OutcomeResult::Won;
    Ok(Plan {
        read_as,
        columns: history.columns,
        unused: history.unused,
        left_out: history.left_out,
        notes: history.notes,
        deals: leads.len(),
        won: history.deals.iter().filter(is_won).count(),
        queues,
        leads,
        mapping,
    })
}

fn leads(deals: &[Deal], policy: &Policy) -> Result<Vec<QueuedLead>> {
    deals.iter().map(|deal| closed_lead(deal, policy)).collect()
}

fn refusal(path: &Path, table: &Table, problem: &HistoryProblem, read_as: &str) -> anyhow::Error {
    let file = path.display();
    match problem {
        HistoryProblem::Missing { .. } => anyhow::anyhow!(
            "{file}, read as {read_as}: {problem}; its columns are {}. Export such a column with it, or write a mapping \
             with --dry-run --map-out map.toml, say there which column it is, and give it back with --map map.toml",
            quoted(table.header())
        ),
        HistoryProblem::Column(_) => anyhow::anyhow!("{file}: {problem}"),
    }
}

/// As many names as an error lists.
const NAMES_MAX: usize = 40;

fn quoted(names: &[String]) -> String {
    let mut quoted: Vec<String> = names.iter().take(NAMES_MAX).map(|name| format!("\"{name}\"")).collect();
    if names.len() > NAMES_MAX {
        quoted.push(format!("and {} more", names.len() - NAMES_MAX));
    }
    quoted.join(", ")
}

fn mapping(path: &Path, table: &Table, how: How<'_>, policy: &Policy) -> Result<(Mapping, String)> {
    if let Some(file) = how.map {
        let text = std::fs::read_to_string(file)
            .with_context(|| format!("{} cannot be read as UTF-8 text", file.display()))?;
        let mapping = map::read(&file.display().to_string(), &text, table, policy)?;
        return Ok((mapping, format!("{} says", file.display())));
    }
    let of = |crm: &Crm| Mapping::of(crm, table.header());
    if let Some(name) = how.from {
        let crm = crm_named(name).with_context(|| {
            let names = CRMS.map(|crm| crm.name).join(", ");
            format!("--from {name}: no such CRM; say one of {names}")
        })?;
        return Ok((of(crm), crm.label.to_owned()));
    }
    match recognise(table.header()) {
        Recognised::Clearly(crm) => Ok((of(crm), crm.label.to_owned())),
        Recognised::Either(crms) => {
            let said = crms.iter().map(|crm| format!("--from {}", crm.name)).collect::<Vec<_>>().join(" or ");
            let labels = crms.iter().map(|crm| crm.label).collect::<Vec<_>>().join(" or ");
            bail!("{}: which CRM is it from? By its columns it may be {labels}; say {said}", path.display())
        }
        Recognised::Unknown => bail!(
            "{}: which CRM is it from? No export with such columns is known: {}. Say --from hubspot, salesforce, \
             pipedrive, zoho or dynamics; or begin a mapping of your own with --from hubspot --dry-run --map-out map.toml",
            path.display(),
            quoted(table.header())
        ),
    }
}

fn write_map(out: &Path, args: &Import, plan: &Result<Plan, Refused>) -> Result<()> {
    let text = match plan {
        Ok(plan) => &plan.mapping,
        Err(Refused { mapping: Some(mapping), .. }) => mapping,
        Err(_) => return Ok(()),
    };
    if out.exists() && !args.force {
        bail!("{} is there already; name another file, or overwrite it with --force", out.display());
    }
    std::fs::write(out, text).with_context(|| format!("{} cannot be written", out.display()))?;
    output::note(&format!(
        "The mapping is written to {}; edit it, and give it back with --map",
        out.display()
    ));
    Ok(())
}
