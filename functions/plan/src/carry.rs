//! Carries out a plan, account by account: people become leads, and where nobody is known that is told.

use std::collections::BTreeMap;

use jiff::Timestamp;
use leadlight_destinations::{Event, NeedsContact, What};
use leadlight_lead::{ErasureKey, FormSubmit, LeadId, PersonKey, StageMessage, to_json};
use leadlight_outbound::{Call, Planned, Target, TargetList, Week};
use leadlight_ports::{LeadStore, MessageQueue, Outbox, Tombstones, World, chain};
use serde::Serialize;

use crate::error::PlanError;
use crate::making::Made;
use crate::planner::{Planner, Sending};

/// What became of a week.
#[derive(Debug, Serialize)]
pub struct Carried {
    /// The week.
    pub week: Week,
    /// Whether an earlier run had made its plan.
    pub was_planned: bool,
    /// Whether this was to look first: nothing was kept or sent.
    pub dry_run: bool,
    /// How many accounts were ranked.
    pub of: usize,
    /// Each account, the best ranked first.
    pub work: Vec<Work>,
    /// How many others wait, by why; empty where an earlier run made the plan.
    pub waiting: BTreeMap<String, usize>,
    /// Tiers that the policy keeps places for and of which the list has no account.
    pub unknown_tiers: Vec<String>,
}

/// What became of an account.
#[derive(Debug, Serialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Work {
    /// Its people are leads now, or would be.
    Leads {
        /// The account.
        account: Planned,
        /// Sent by this run.
        sent: Vec<LeadId>,
        /// Sent before.
        there_already: Vec<LeadId>,
        /// People who were erased: they are not written to, and are to be taken off the list.
        erased: usize,
    },
    /// Nobody there is known.
    FindSomeone {
        /// The account.
        account: Planned,
        /// Its name.
        name: Option<String>,
        /// Its country.
        country: Option<String>,
        /// Who looks after it, as the list says.
        owner: Option<String>,
    },
    /// A person could not be sent; another run tries again.
    NotSent {
        /// The account.
        account: Planned,
        /// Why not.
        reason: String,
    },
}

impl Carried {
    /// The accounts at which someone is to be found.
    pub fn to_find(&self) -> impl Iterator<Item = &Work> {
        self.work.iter().filter(|work| matches!(work, Work::FindSomeone { .. }))
    }

    /// Accounts of which a person could not be sent.
    pub fn not_sent(&self) -> usize {
        self.work.iter().filter(|work| matches!(work, Work::NotSent { .. })).count()
    }

    /// Leads that this run sent.
    pub fn sent(&self) -> usize {
        let sent = |work: &Work| if let Work::Leads { sent, .. } = work { sent.len() } else { 0 };
        self.work.iter().map(sent).sum()
    }
}

impl<W: World> Planner<W> {
    /// Makes the plan of the week of `now` unless it is made, and carries it out.
    pub async fn week(&self, now: Timestamp, sending: Sending) -> Result<Carried, PlanError> {
        let week = Week::of(now);
        let Made { plan, waiting, unknown_tiers, was_there } = self.made(week, now, sending).await?;
        let list: TargetList = self.registry.document(&plan.targets).await?;
        let key = self.marking.key().await.map_err(|source| PlanError::Store { week, source })?;
        let mut work = Vec::new();
        for call in plan.events(&list)? {
            work.push(self.carry(week, call, key.as_ref(), (now, sending)).await?);
        }
        let dry_run = sending == Sending::Nothing;
        Ok(Carried { week, was_planned: was_there, dry_run, of: plan.of, work, waiting, unknown_tiers })
    }

    async fn carry(
        &self,
        week: Week,
        call: Call<'_>,
        key: Option<&ErasureKey>,
        (now, sending): (Timestamp, Sending),
    ) -> Result<Work, PlanError> {
        let (planned, events) = match call {
            Call::People { planned, events } => (planned, events),
            Call::FindSomeone { planned, target } => {
                if sending == Sending::Leads {
                    self.tell(week, planned, target, now).await?;
                }
                return Ok(Work::FindSomeone {
                    account: planned.clone(),
                    name: target.and_then(|target| target.name.clone()),
                    country: target.and_then(|target| target.country).map(|country| country.to_string()),
                    owner: target.and_then(|target| target.owner.clone()),
                });
            }
        };
        let (mut sent, mut there_already, mut erased) = (Vec::new(), Vec::new(), 0);
        for event in events {
            // A list of ours is no word of theirs: who was erased is not brought back by it, however new it is.
            if self.was_erased(key, &event).await? {
                erased += 1;
                continue;
            }
            let id = event.lead_id(now)?;
            if self.leads.find(&id).await.map_err(PlanError::Leads)?.is_some() {
                there_already.push(id);
                continue;
            }
            if sending == Sending::Leads
                && let Err(error) = self.send(&event).await
            {
                return Ok(Work::NotSent { account: planned.clone(), reason: chain(&error) });
            }
            sent.push(id);
        }
        Ok(Work::Leads { account: planned.clone(), sent, there_already, erased })
    }

    /// Told once a week and account, however often the plan is carried out: the first word stays.
    async fn tell(
        &self,
        week: Week,
        planned: &Planned,
        target: Option<&Target>,
        now: Timestamp,
    ) -> Result<(), PlanError> {
        let what = What::AccountNeedsContact(NeedsContact {
            week: week.to_string(),
            domain: planned.domain.clone(),
            rank: planned.rank,
            why: planned.summary.clone(),
            name: target.and_then(|target| target.name.clone()),
            country: target.and_then(|target| target.country),
            tier: planned.tier.clone(),
        });
        let id = format!("account.needs_contact/{week}/{}", planned.domain);
        let event = Event { id, at: now, what, lead: None };
        let message = event.to_message()?;
        self.leads.keep(&event.id, &message).await.map_err(PlanError::Outbox)
    }

    async fn was_erased(&self, key: Option<&ErasureKey>, event: &FormSubmit) -> Result<bool, PlanError> {
        let Some(key) = key else { return Ok(false) };
        let mark = key.person(&PersonKey::of_address(&event.email));
        Ok(self.leads.erased_at(&mark).await.map_err(PlanError::Leads)?.is_some())
    }

    async fn send(&self, event: &FormSubmit) -> Result<(), PlanError> {
        self.form_submits.send(&to_json(event)?, &[]).await.map_err(PlanError::Sending)
    }
}
