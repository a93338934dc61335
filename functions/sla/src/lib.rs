//! The clock of speed to lead: every few minutes, what nobody answered in time goes to someone else, and what
//! belongs to nobody is given to someone.

mod config;
mod serve;

use jiff::Timestamp;
use leadlight_desk::{Done, Loads, Team, breach, give};
use leadlight_lead::{LeadId, QueueName, QueuedLead, Tally};
use leadlight_policy::Policy;
use leadlight_ports::{Class, Classed, Clock, LeadIndex, LeadStore, PortError, Replaced, World};
use leadlight_registry::{InForce, RegistryError, loads};
use serde::{Deserialize, Serialize};

pub use config::Config;
pub use serve::serve;

/// Leads of one queue that one run looks at: what is left comes with the next run.
const A_RUN: usize = 500;
/// Leads that may fail before a run gives up: it is the table then, no lead.
const MOST_FAILED: usize = 10;

/// What a run did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Swept {
    /// Leads whose time was up.
    pub breached: usize,
    /// Leads that were nobody's, or did not come back from scoring.
    pub given: usize,
    /// Leads that someone else wrote at the same moment; the next run sees them.
    pub missed: usize,
    /// Leads that cannot be read, or not be written.
    pub damaged: usize,
}

/// What became of one lead.
enum Change {
    Breached,
    Given,
    Missed,
    None,
}

/// A run so far.
#[derive(Default)]
struct Tried {
    swept: Swept,
    failed: Vec<PortError>,
}

impl Tried {
    /// One lead that cannot be read or written must not keep the others from their turn.
    fn count(&mut self, change: Result<Change, PortError>) -> Result<(), PortError> {
        match change {
            Ok(Change::Breached) => self.swept.breached += 1,
            Ok(Change::Given) => self.swept.given += 1,
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
    /// Tells whose time is up.
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

struct Run<'a> {
    policy: &'a Policy,
    team: Option<&'a Team>,
    now: Timestamp,
}

impl<W: World> Sla<W> {
    /// One run. Repeated, it finds nothing left to do.
    pub async fn run(&self) -> Result<Swept, SlaError> {
        let now = self.clock.now();
        let policy = self.in_force.policy(now).await.map_err(SlaError::Registry)?;
        let team = self.in_force.team(now).await.map_err(SlaError::Registry)?;
        let run = Run { policy: &policy, team: team.as_deref(), now };
        let mut tried = Tried::default();
        for queue in QueueName::ALL.into_iter().filter(|queue| queue.role().is_some()) {
            if let Err(error) = self.sweep(&run, queue, &mut tried).await {
                tried.failed.push(error);
                break;
            }
        }
        // A run that fails tells all the same what it did: no later run sees it again.
        let Tried { swept, mut failed } = tried;
        let Swept { breached, given, missed, damaged } = swept;
        if breached > 0 {
            tracing::warn!(alarm = "sla-breached", breached, "leads were not answered in time");
        }
        if damaged > 0 {
            tracing::error!(
                alarm = "leads-damaged",
                damaged,
                "leads of the queues cannot be read or written"
            );
        }
        tracing::info!(breached, given, missed, damaged, failed = failed.len(), "swept");
        failed.pop().map_or(Ok(swept), |error| Err(SlaError::Leads(error)))
    }

    async fn sweep(&self, run: &Run<'_>, queue: QueueName, tried: &mut Tried) -> Result<(), PortError> {
        let overdue = self.leads.overdue(queue, run.now, A_RUN).await?;
        let nobodys = match run.team {
            Some(_) => self.leads.waiting(queue, None, A_RUN).await?,
            None => Vec::new(),
        };
        if overdue.is_empty() && nobodys.is_empty() {
            return Ok(());
        }
        let mut loads = match run.team {
            Some(team) => loads(&self.leads, team, queue).await?,
            None => Loads::new(),
        };
        for id in overdue {
            let due = |lead: &QueuedLead, loads: &Loads| breach(lead, run.team, loads, run.now, run.policy);
            tried.count(self.change(&id, run.now, &mut loads, due).await)?;
        }
        for waiting in nobodys {
            let given = |lead: &QueuedLead, loads: &Loads| {
                let is_nobodys = lead.waits_in() == Some(queue) && lead.work.owner.is_none();
                is_nobodys.then(|| {
                    let mut lead = lead.clone();
                    give(&mut lead, queue, run.team, loads, run.now, run.policy, None);
                    Done { lead, tallies: vec![], hand_on: None }
                })
            };
            tried.count(self.change(&waiting.id, run.now, &mut loads, given).await)?;
        }
        Ok(())
    }

    /// Reads a lead and writes what is to become of it, if anything is. The index only pointed at it.
    async fn change(
        &self,
        id: &LeadId,
        now: Timestamp,
        loads: &mut Loads,
        what: impl Fn(&QueuedLead, &Loads) -> Option<Done>,
    ) -> Result<Change, PortError> {
        let Some(there) = self.leads.get(id).await? else { return Ok(Change::None) };
        let Some(done) = what(&there.lead, loads) else { return Ok(Change::None) };
        match self.leads.replace(&done.lead, there.version, &Tally::month(now), &done.tallies).await? {
            // Someone else wrote it at the same moment; the next run sees it.
            Replaced::Stale => return Ok(Change::Missed),
            Replaced::Done => {}
        }
        let is_late = done.lead.work.breaches > there.lead.work.breaches;
        if let Some(owner) = done.lead.work.owner {
            *loads.entry(owner).or_default() += 1;
        }
        Ok(if is_late { Change::Breached } else { Change::Given })
    }
}
