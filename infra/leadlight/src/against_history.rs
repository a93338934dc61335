//! `policy check --history`: what a CRM's export of deals speaks against in a policy, before anything runs.

use std::fmt::Write as _;
use std::path::PathBuf;

use anyhow::Result;
use leadlight_lead::{DrawKey, QueueName, QueuedLead};
use leadlight_policy::Policy;
use leadlight_ports::{Clock, SystemClock};
use leadlight_scoring::compare::working_days;
use leadlight_scoring::{Champion, Judge, Warning, Watch};
use leadlight_tabular::ColumnTold;
use serde::Serialize;

use crate::cli::PolicyCheck;
use crate::import::{self, How};
use crate::output::counted;

/// What an export says against a policy. Fields are only added.
#[derive(Debug, Serialize)]
pub(crate) struct AgainstHistory {
    /// The file.
    pub file: PathBuf,
    /// How its columns were known, in words.
    pub read_as: String,
    /// Deals that were looked at.
    pub deals: usize,
    /// Rows that are no deal to look at: still open, or not readable. `import --dry-run` lists them.
    pub left_out: u64,
    /// Columns with cells that are not understood, and which.
    pub unread: Vec<ColumnTold>,
    /// Deals that the rules would have sent to SDRs, a working day, from the first to the last day on which one was created.
    pub to_sdrs_a_working_day: Option<f64>,
    /// They refuse nothing.
    pub warnings: Vec<Warning>,
}

/// Reads the export that is asked for; none where none is.
pub(crate) fn read(args: &PolicyCheck, policy: &Policy) -> Result<Option<AgainstHistory>> {
    let Some(file) = &args.history else { return Ok(None) };
    let how = How { from: args.from.as_deref(), map: args.map.as_deref(), ..How::default() };
    let plan = import::read(file, how, policy, SystemClock.now()).map_err(|refused| refused.why)?;
    let rules = Champion::Absent { because: "history is judged by the rules".to_owned() };
    let judge = Judge::new(std::sync::Arc::new(policy.clone()), None, rules);
    let mut watch = Watch::default();
    // A deal of the past is never drawn, so no key has a part in it.
    let key = DrawKey::new([0; 32]);
    for lead in &plan.leads {
        watch.see_deal(policy, lead, &judge.place(lead, &key));
    }
    Ok(Some(AgainstHistory {
        file: file.clone(),
        read_as: plan.read_as.clone(),
        deals: plan.leads.len(),
        left_out: plan.left_out.iter().map(|rows| rows.rows).sum(),
        to_sdrs_a_working_day: to_sdrs(&plan.leads),
        unread: plan.columns.iter().filter(|column| column.not_understood > 0).cloned().collect(),
        warnings: watch.warnings_of_deals(policy),
    }))
}

fn to_sdrs(deals: &[QueuedLead]) -> Option<f64> {
    let created = || deals.iter().map(QueuedLead::occurred_at);
    let working_days = working_days(created().min()?, created().max()?);
    let sent = deals.iter().filter(|lead| lead.queue == QueueName::Sdr).count();
    #[expect(clippy::cast_precision_loss, reason = "deals of a file")]
    Some(sent as f64 / f64::from(working_days))
}

impl AgainstHistory {
    /// In words, for a terminal.
    pub(crate) fn in_words(&self) -> String {
        let Self { file, read_as, deals, left_out, unread, to_sdrs_a_working_day, warnings } = self;
        let mut text =
            format!("\n\n{}, read as {read_as}: {}", file.display(), counted(*deals, "closed deal"));
        if *left_out > 0 {
            let rows = counted(*left_out, "row");
            let _infallible = write!(text, ", {rows} left out (import --dry-run says why)");
        }
        if let Some(a_day) = to_sdrs_a_working_day {
            let _infallible =
                write!(text, ". The rules would have sent {a_day:.1} of them a working day to SDRs");
        }
        text += "\nWhat these deals say against the policy (warnings):";
        for Warning { what, remedy, .. } in warnings {
            let _infallible = write!(text, "\n  {what}; {remedy}");
        }
        for column in unread {
            let _infallible = write!(text, "\n  {}", import::column_in_words(column));
        }
        if !unread.is_empty() {
            text += "\n  Say in `[titles]` and `[criteria.industry.grades]` what such words mean, where they are common";
        }
        if warnings.is_empty() && unread.is_empty() {
            text += " nothing";
        }
        text
    }
}
