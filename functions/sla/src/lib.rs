//! The clock of speed to lead: every few minutes, what nobody answered in time goes to someone else, and what
//! belongs to nobody, or to someone who left or is away when it is due, is given to someone who is there; and who has
//! a lead whose time is nearly up is reminded of it. What had not come back from scoring by then is sent there again.
//! Once a day, what has faded so far that its place has changed is scored again.

mod config;
mod looking;
mod remind;
mod renew;
mod serve;

use futures_util::{StreamExt, stream};
use jiff::Timestamp;
use leadlight_desk::{Done, Loads, give, pass_on};
use leadlight_lead::{LeadId, QueueName, QueuedLead, StageMessage, Tally};
use leadlight_ports::metrics::Alarm;
use leadlight_ports::{
    Class, Classed, Clock, LeadIndex, LeadStore, MessageQueue, Page, PortError, Replaced, Waiting, World,
    alarm, chain,
};
use leadlight_registry::{InForce, RegistryError, SharedLoads, loads};
use serde::{Deserialize, Serialize};

use crate::looking::{Looking, Run};

pub use config::Config;
pub use renew::RenewalReport;
pub use serve::serve;

/// Rows that are read from an index at one time.
const A_PAGE: usize = 500;
/// Leads that are worked on at one time. Each is a read and a transaction, some 40 ms: a run of two minutes answers
/// about 20,000.
const AT_ONCE: usize = 8;
/// Leads that may fail before a run gives up: then it is the table that fails, not a lead.
const MOST_FAILED: usize = 10;

/// What a run did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SweepReport {
    /// Leads whose time was up.
    pub breached: usize,
    /// Leads without an owner, or that did not come back from scoring, and were assigned; and those of people who left
    /// or are away when they are due.
    pub given: usize,
    /// Leads whose owner was reminded, since their time is nearly up.
    #[serde(default)]
    pub reminded: usize,
    /// Leads that someone else wrote at the same moment; the next run sees them.
    pub missed: usize,
    /// Leads that cannot be read, or not be written.
    pub damaged: usize,
    /// Time ended before all were looked at; the next run goes on.
    pub cut_short: bool,
}

/// What became of one lead.
enum Change {
    Breached,
    Given,
    Reminded,
    Missed,
    None,
}

/// A run so far.
#[derive(Default)]
struct Tried {
    swept: SweepReport,
    failed: Vec<PortError>,
}

impl Tried {
    /// One lead that cannot be read or written must not keep the others from their turn.
    fn count(&mut self, change: Result<Change, PortError>) -> Result<(), PortError> {
        match change {
            Ok(Change::Breached) => self.swept.breached += 1,
            Ok(Change::Given) => self.swept.given += 1,
            Ok(Change::Reminded) => self.swept.reminded += 1,
            Ok(Change::Missed) => self.swept.missed += 1,
            Ok(Change::None) => {}
            Err(error) if error.class() == Class::Poison => self.swept.damaged += 1,
            Err(error) if self.failed.len() < MOST_FAILED => self.failed.push(error),
            Err(error) => return Err(error),
        }
        Ok(())
    }
}

/// The job.
#[derive(Debug)]
pub struct Sla<W: World> {
    /// Where leads rest.
    pub leads: W::Leads,
    /// Policy and team.
    pub in_force: InForce<W::Objects>,
    /// Where leads go again that did not come back from scoring.
    pub to_score: W::Queue,
    /// Tells whose time is up, and when the run's own is.
    pub clock: W::Clock,
}

/// Why a run failed. What it had done by then is done; the next run goes on.
#[derive(Debug, thiserror::Error)]
pub enum SlaError {
    /// The registry failed.
    #[error("policy or team cannot be read")]
    Registry(#[source] RegistryError),
    /// The table failed.
    #[error("leads cannot be read or written")]
    Leads(#[source] PortError),
}

impl Classed for SlaError {
    fn class(&self) -> Class {
        match self {
            Self::Registry(e) => e.class(),
            Self::Leads(e) => e.class(),
        }
    }
}

impl<W: World> Sla<W> {
    /// One run; repeated, it finds nothing left to do. It begins no lead after `until`, if that is given, so that it
    /// ends in time to say what it did.
    pub async fn run(&self, until: Option<Timestamp>) -> Result<SweepReport, SlaError> {
        let now = self.clock.now();
        let policy = self.in_force.policy(now).await.map_err(SlaError::Registry)?;
        let team = self.in_force.team(now).await.map_err(SlaError::Registry)?;
        let formers = self.in_force.formers(now).await;
        let run = Run { policy: &policy, team: team.as_deref(), formers: &formers, now, until };
        let mut tried = Tried::default();
        for queue in QueueName::ALL.into_iter().filter(|queue| queue.role().is_some()) {
            let mut swept = self.sweep(&run, queue, &mut tried).await;
            if swept.is_ok() {
                swept = self.remind(&run, queue, &mut tried).await;
            }
            if let Err(error) = swept {
                tried.failed.push(error);
                break;
            }
        }
        // A run that fails says all the same what it did: no later run sees it again.
        let Tried { swept, mut failed } = tried;
        let SweepReport { breached, given, reminded, missed, damaged, cut_short } = swept;
        if breached > 0 {
            alarm!(Alarm::LeadsBreached, breached; "leads were not answered in time");
        }
        if damaged > 0 {
            alarm!(Alarm::LeadsDamaged, damaged; "leads of the queues cannot be read or written");
        }
        tracing::info!(breached, given, reminded, missed, damaged, cut_short, failed = failed.len(), "swept");
        failed.pop().map_or(Ok(swept), |error| Err(SlaError::Leads(error)))
    }

    async fn sweep(&self, run: &Run<'_>, queue: QueueName, tried: &mut Tried) -> Result<(), PortError> {
        let mut loads = None;
        for looking in run.looks(queue) {
            let mut after: Option<String> = None;
            loop {
                if self.is_over(run) {
                    tried.swept.cut_short = true;
                    return Ok(());
                }
                let page = Page { after: after.as_deref(), limit: A_PAGE };
                let mut rows = match looking {
                    Looking::Overdue => self.leads.overdue(queue, run.now, page).await?,
                    _ => self.leads.waiting(queue, looking.owner(), page).await?,
                };
                // Behind the last row, not from the start: what cannot be read or is held stays in the list.
                let Some(last) = rows.last() else { break };
                let is_past = looking.is_past(last);
                after = Some(last.order.clone());
                rows.retain(|row| looking.concerns(row, run.now));
                if !rows.is_empty() {
                    let loads = match &loads {
                        Some(loads) => loads,
                        None => loads.insert(self.loads(run, queue).await?),
                    };
                    self.page(run, queue, looking, rows, loads, tried).await?;
                }
                if is_past {
                    break;
                }
            }
        }
        Ok(())
    }

    async fn loads(&self, run: &Run<'_>, queue: QueueName) -> Result<SharedLoads, PortError> {
        Ok(match run.team {
            Some(team) => loads(&self.leads, team, queue).await?.into(),
            None => SharedLoads::default(),
        })
    }

    fn is_over(&self, run: &Run<'_>) -> bool {
        run.until.is_some_and(|until| self.clock.now() >= until)
    }

    async fn page(
        &self,
        run: &Run<'_>,
        queue: QueueName,
        looking: Looking<'_>,
        rows: Vec<Waiting>,
        loads: &SharedLoads,
        tried: &mut Tried,
    ) -> Result<(), PortError> {
        let mut changes = stream::iter(rows)
            .map(|row| async move {
                if self.is_over(run) {
                    Ok(None)
                } else {
                    let change = self.change(run, queue, looking, &row.id, loads).await;
                    if let Some(error) = change.as_ref().err().filter(|e| e.class() == Class::Poison) {
                        // By its id an operator takes it out of the queues.
                        tracing::error!(lead_id = %row.id, reason = chain(error), "a lead cannot be read or written");
                    }
                    change.map(Some)
                }
            })
            .buffer_unordered(AT_ONCE);
        while let Some(change) = changes.next().await {
            match change.transpose() {
                Some(change) => tried.count(change)?,
                None => tried.swept.cut_short = true,
            }
        }
        Ok(())
    }

    /// Reads a lead and writes what is to become of it, if anything is. The index only pointed at it.
    async fn change(
        &self,
        run: &Run<'_>,
        queue: QueueName,
        looking: Looking<'_>,
        id: &LeadId,
        loads: &SharedLoads,
    ) -> Result<Change, PortError> {
        let Some(there) = self.leads.get(id).await? else { return Ok(Change::None) };
        if there.lead.work.due_at.is_some_and(|due| due <= run.now) {
            self.score_again(run, &there.lead).await?;
        }
        let mut done = None;
        loads.assign(|loads| {
            done = match looking {
                Looking::Ownerless => assigned(&there.lead, run, queue, loads),
                // Whatever the index said: the lead itself tells whether it goes on, and why.
                _ => pass_on(&there.lead, run.team, run.formers, loads, run.now, run.policy),
            };
            done.as_ref().and_then(|done| done.lead.work.owner.clone())
        });
        let Some(done) = done else { return Ok(Change::None) };
        let month = Tally::month(run.now);
        let replaced = self.leads.replace(&done.lead, there.version, done.counts(&month)).await;
        if !matches!(replaced, Ok(Replaced::Done)) {
            loads.take_back(done.lead.work.owner.as_ref());
        }
        Ok(match replaced? {
            // Someone else wrote it at the same moment; the next run sees it.
            Replaced::Stale => Change::Missed,
            Replaced::Done if done.lead.work.breaches > there.lead.work.breaches => Change::Breached,
            Replaced::Done => Change::Given,
        })
    }
}

impl<W: World> Sla<W> {
    /// Sends a lead to be scored whose message was lost, or has not come back by the time the lead is due: scored twice is
    /// scored once. Before it is passed on, so that a run that fails here finds it overdue again.
    async fn score_again(&self, run: &Run<'_>, lead: &QueuedLead) -> Result<(), PortError> {
        if !lead.wants_score() {
            return Ok(());
        }
        let body = run.policy.judged_anew(lead.picture()).to_message().map_err(|error| PortError {
            operation: "writing a lead that is to be scored again",
            class: error.class(),
            source: error.into(),
        })?;
        self.to_score.send(&body, &[]).await?;
        tracing::warn!(lead_id = %lead.id(), "a lead had not come back from scoring, and was sent there again");
        Ok(())
    }
}

/// A lead without an owner, assigned.
fn assigned(lead: &QueuedLead, run: &Run<'_>, queue: QueueName, loads: &Loads) -> Option<Done> {
    let is_ownerless = lead.waits_in() == Some(queue) && lead.work.owner.is_none();
    is_ownerless.then(|| {
        let mut lead = lead.clone();
        give(&mut lead, queue, run.team, loads, run.now, run.policy, None);
        Done::plain(lead)
    })
}
