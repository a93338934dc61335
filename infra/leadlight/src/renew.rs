//! `queue renew`: leads that wait, to be scored again as of today.

use anyhow::{Context, Result};
use jiff::Timestamp;
use leadlight_adapters::SqsQueue;
use leadlight_lead::{QueuedLead, RouteRequest, StageMessage, renewal_day};
use leadlight_policy::Policy;
use leadlight_ports::{Clock, LeadStore, MessageQueue, SystemClock};
use leadlight_registry::InForce;
use serde::Serialize;

use crate::cli::{Renew, StageName};
use crate::output::{Output, counted};
use crate::system::System;

/// What was done, or would be.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Sent {
    /// Leads that were sent to be scored again; those that would be, where nothing is sent.
    pub leads: usize,
    /// Leads that were looked at.
    pub seen: usize,
    /// Items of the table that are no readable leads.
    pub unreadable: usize,
}

/// `queue renew`
pub(crate) async fn run(system: &System, asked: Renew, output: Output) -> Result<()> {
    let now = SystemClock.now();
    let policy = InForce::new(system.registry()?).policy(now).await?;
    let stages = system.stages()?;
    let score = stages.into_iter().find(|stage| stage.stage == StageName::Score);
    let to_score = score.context("the stack has no queue of scoring")?.queue_url;
    let to_score = SqsQueue::from_config(system.config(), to_score);
    let sent = renew(&system.leads()?, &to_score, &policy, asked, now).await?;
    output.either(&sent, |sent| {
        let what = if asked.dry_run { "would be sent" } else { "sent" };
        let unreadable = match sent.unreadable {
            0 => String::new(),
            some => format!("; {} cannot be read", counted(some, "item")),
        };
        format!("{} of {} {what} to be scored again{unreadable}", sent.leads, counted(sent.seen, "lead"))
    })
}

/// Sends leads of the table to be scored again as of today, page by page.
pub async fn renew<L: LeadStore, Q: MessageQueue>(
    leads: &L,
    to_score: &Q,
    policy: &Policy,
    asked: Renew,
    now: Timestamp,
) -> Result<Sent> {
    let today = renewal_day(now);
    let mut sent = Sent::default();
    let mut after = None;
    loop {
        let page = leads.all(None, after).await.context("the table cannot be read")?;
        sent.unreadable += page.unreadable;
        for lead in &page.leads {
            sent.seen += 1;
            let Some(picture) = lead.renewing(today).filter(|_| asked.all || is_undated(lead)) else {
                continue;
            };
            sent.leads += 1;
            if !asked.dry_run {
                let body = policy.judged_anew(picture).to_message().context("a lead cannot be written")?;
                to_score.send(&body, &[]).await.context("the queue of scoring did not take a lead")?;
            }
        }
        match page.next {
            Some(next) => after = Some(next),
            None => return Ok(sent),
        }
    }
}

/// Scored by a release that did not say when time would move it, though its score decides.
fn is_undated(lead: &QueuedLead) -> bool {
    let RouteRequest::Scored(scored) = &lead.content else { return false };
    scored.renews.is_none() && scored.decision.is_renewed()
}
