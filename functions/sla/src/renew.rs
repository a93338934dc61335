//! Renewal: what has faded so far that another letter or another queue is due goes to scoring again, by the ordinary way.
//!
//! Nothing is written here. The index tells whose day has come, the lead itself whether that is so, and what comes back
//! from scoring moves on the day after which it is to be looked at again. A message that is lost is sent again by the next
//! run; one that is sent twice says the same, so it is decided the same.

use futures_util::{StreamExt, stream};
use jiff::Timestamp;
use jiff::civil::Date;
use leadlight_lead::{LeadId, StageMessage, renewal_day};
use leadlight_policy::Policy;
use leadlight_ports::metrics::Alarm;
use leadlight_ports::{
    Class, Classed, Clock, LeadIndex, LeadStore, MessageQueue, Page, PortError, World, alarm, chain,
};
use serde::{Deserialize, Serialize};

use crate::{A_PAGE, AT_ONCE, MOST_FAILED, Sla, SlaError};

/// What a run of renewals did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RenewalReport {
    /// Leads that were sent to be scored again.
    pub sent: usize,
    /// Leads that the index named and that have nothing to be renewed any more.
    pub passed_over: usize,
    /// Leads that cannot be read or written.
    pub damaged: usize,
    /// Time ended before all were looked at; the next run goes on.
    pub cut_short: bool,
}

/// What became of one lead.
enum Renewed {
    Sent,
    PassedOver,
    OutOfTime,
}

impl<W: World> Sla<W> {
    /// Sends what is due by today to be scored again. It begins no lead after `until`, if that is given.
    pub async fn renew(&self, until: Option<Timestamp>) -> Result<RenewalReport, SlaError> {
        let now = self.clock.now();
        let today = renewal_day(now);
        let policy = self.in_force.policy(now).await.map_err(SlaError::Registry)?;
        let mut report = RenewalReport::default();
        let done = self.renew_due(&policy, today, until, &mut report).await;
        if report.damaged > 0 {
            alarm!(Alarm::LeadsDamaged, report.damaged; "leads that are due for renewal cannot be read or written");
        }
        let RenewalReport { sent, passed_over, damaged, cut_short } = report;
        tracing::info!(sent, passed_over, damaged, cut_short, "renewed");
        done.map(|()| report).map_err(SlaError::Leads)
    }

    async fn renew_due(
        &self,
        policy: &Policy,
        today: Date,
        until: Option<Timestamp>,
        report: &mut RenewalReport,
    ) -> Result<(), PortError> {
        let mut failed: Vec<PortError> = Vec::new();
        let mut after: Option<String> = None;
        loop {
            let page = Page { after: after.as_deref(), limit: A_PAGE };
            let rows = self.leads.to_renew(today, page).await?;
            let Some(last) = rows.last() else { break };
            // Behind the last row, not from the start: what was sent is in the list until it comes back.
            after = Some(last.order.clone());
            let mut renewed = stream::iter(rows)
                .map(|row| async move {
                    let renewed = self.renew_one(policy, today, until, &row.id).await;
                    if let Some(error) = renewed.as_ref().err().filter(|e| e.class() == Class::Poison) {
                        tracing::error!(lead_id = %row.id, reason = chain(error), "a lead cannot be read or written");
                    }
                    renewed
                })
                .buffer_unordered(AT_ONCE);
            while let Some(renewed) = renewed.next().await {
                match renewed {
                    Ok(Renewed::Sent) => report.sent += 1,
                    Ok(Renewed::PassedOver) => report.passed_over += 1,
                    Ok(Renewed::OutOfTime) => report.cut_short = true,
                    Err(error) if error.class() == Class::Poison => report.damaged += 1,
                    Err(error) if failed.len() < MOST_FAILED => failed.push(error),
                    Err(error) => return Err(error),
                }
            }
            if report.cut_short {
                break;
            }
        }
        failed.pop().map_or(Ok(()), Err)
    }

    /// The index only pointed at it: the lead itself tells whether its day has come.
    async fn renew_one(
        &self,
        policy: &Policy,
        today: Date,
        until: Option<Timestamp>,
        id: &LeadId,
    ) -> Result<Renewed, PortError> {
        if until.is_some_and(|until| self.clock.now() >= until) {
            return Ok(Renewed::OutOfTime);
        }
        let Some(there) = self.leads.get(id).await? else { return Ok(Renewed::PassedOver) };
        let is_due = there.lead.renews_on().is_some_and(|day| day <= today);
        let Some(picture) = there.lead.renewing(today).filter(|_| is_due) else {
            return Ok(Renewed::PassedOver);
        };
        let body = policy.judged_anew(picture).to_message().map_err(|error| PortError {
            operation: "writing a lead that is to be scored again",
            class: error.class(),
            source: error.into(),
        })?;
        self.to_score.send(&body, &[]).await?;
        Ok(Renewed::Sent)
    }
}
