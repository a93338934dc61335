//! Which lead an event belongs to: its person's, or a new one.

use jiff::Timestamp;
use leadlight_lead::{Bar, LeadId, PersonKey, QueuedLead};
use leadlight_policy::Policy;
use leadlight_ports::{Clock, Ends, LeadIndex, LeadStore, Placing, Replaced, Stored, World};
use leadlight_registry::SharedLoads;

use crate::seen_first::see_first;
use crate::{Route, RouteError};

/// Leads of an address that are looked at where nothing leads to its person's lead yet.
const FROM_BEFORE: usize = 25;

/// What is known of an event's person.
struct Known {
    /// By what they are known, each with the lead that it leads to.
    keys: Vec<(PersonKey, Option<LeadId>)>,
    /// Their leads, each once: the address's first.
    leads: Vec<Stored>,
}

impl<W: World> Route<W> {
    /// Places a lead that is not there yet: its event joins the person's lead, or begins one.
    /// What is older than the person's erasure, if they were erased, is on its way out and takes nothing in.
    pub(crate) async fn place(
        &self,
        lead: QueuedLead,
        bars: &[Bar],
        erased_at: Option<Timestamp>,
    ) -> Result<Replaced, RouteError> {
        let policy = self.policy().await?;
        let now = self.clock.now();
        let Known { keys, leads } = self.known(&policy, &lead).await?;
        // Another delivery of this event was quicker: what is there now decides.
        if leads.iter().any(|there| there.lead.id() == lead.id()) {
            return Ok(Replaced::Stale);
        }
        if erased_at.is_some_and(|at| leads.iter().any(|there| there.lead.began_at() <= at)) {
            return Err(RouteError::BeingErased);
        }
        let takes = |there: &Stored| there.lead.takes(lead.enriched(), policy.people().one_lead, now);
        let (mut takes, rest): (Vec<Stored>, Vec<Stored>) = leads.into_iter().partition(takes);
        // One that people have in hand takes the others in, and not the other way round.
        takes.sort_by_key(|there| !there.lead.is_in_hand(now));
        let mut takes = takes.into_iter();
        let Some(there) = takes.next() else { return self.begin(lead, &keys, bars, rest).await };
        let alike = takes.find(|there| !there.lead.is_in_hand(now));
        self.join(&policy, lead, (&keys, bars), there, alike).await
    }

    async fn known(&self, policy: &Policy, lead: &QueuedLead) -> Result<Known, RouteError> {
        let mut known = Known { keys: Vec::new(), leads: Vec::new() };
        for key in policy.person_keys(lead.enriched()) {
            let id = self.leads.lead_of(&key).await.map_err(RouteError::Store)?;
            if let Some(id) = &id {
                self.get(id, &mut known.leads).await?;
            }
            known.keys.push((key, id));
        }
        // What was stored before anything led from people to leads. An index only points at them.
        if known.keys.first().is_some_and(|(_, lead)| lead.is_none()) {
            let email = &lead.event().email;
            let before = self.leads.of_person(email, FROM_BEFORE).await.map_err(RouteError::Store)?;
            for lead in before.iter().filter(|lead| lead.waits_in().is_some()) {
                self.get(lead.id(), &mut known.leads).await?;
            }
        }
        Ok(known)
    }

    async fn get(&self, id: &LeadId, leads: &mut Vec<Stored>) -> Result<(), RouteError> {
        let there = self.leads.get(id).await.map_err(RouteError::Store)?;
        leads.extend(there.filter(|there| leads.iter().all(|other| other.lead.id() != there.lead.id())));
        Ok(())
    }

    /// The person's first lead, or one that follows on one that is over. What waits still, and is too long ago for this
    /// event to belong to it, is over with it.
    async fn begin(
        &self,
        mut lead: QueuedLead,
        keys: &[(PersonKey, Option<LeadId>)],
        bars: &[Bar],
        before: Vec<Stored>,
    ) -> Result<Replaced, RouteError> {
        lead.thread.continues = before.first().map(|there| there.lead.id().clone());
        let over = before.into_iter().find(|there| there.lead.waits_in().is_some()).map(|mut there| {
            there.lead.thread.continued_in = Some(lead.id().clone());
            there
        });
        let ends = over.as_ref().map(|over| Ends::Over { lead: &over.lead, read: over.version });
        let (lead, loads) = Box::pin(self.give(lead, None)).await?;
        let step = Placing { lead: &lead, read: None, joins: None, ends, keys, bars };
        let placed = self.leads.place(step).await;
        if !matches!(placed, Ok(Replaced::Done)) {
            loads.take_back(lead.work.owner.as_ref());
        }
        placed.map_err(RouteError::Store)
    }

    /// A further event of a person whose lead waits. By it another lead may turn out to be the same person's, `alike`:
    /// it becomes part of this one.
    async fn join(
        &self,
        policy: &Policy,
        event: QueuedLead,
        (keys, bars): (&[(PersonKey, Option<LeadId>)], &[Bar]),
        there: Stored,
        alike: Option<Stored>,
    ) -> Result<Replaced, RouteError> {
        let Stored { mut lead, version } = there;
        let before = lead.waits_in();
        lead.join(event.enriched().clone()).map_err(RouteError::Keep)?;
        // Where both have no room in one document they stay apart.
        let alike = alike.filter(|alike| lead.absorb(&alike.lead).is_ok());
        see_first(policy, &mut lead, &self.clock);
        let (lead, loads) = if lead.waits_in() == before {
            (lead, SharedLoads::default())
        } else {
            Box::pin(self.give(lead, before)).await?
        };
        let joins = Some(event.submitted());
        let ends = alike.as_ref().map(|alike| Ends::Absorbed { lead: &alike.lead, read: alike.version });
        let new: Vec<_> = keys.iter().filter(|(_, to)| to.as_ref() != Some(lead.id())).cloned().collect();
        let step = Placing { lead: &lead, read: Some(version), joins, ends, keys: &new, bars };
        let placed = self.leads.place(step).await;
        if !matches!(placed, Ok(Replaced::Done)) {
            loads.take_back(lead.work.owner.as_ref());
        }
        match placed.map_err(RouteError::Store)? {
            Replaced::Done if lead.wants_score() => self.score_again(&lead).await,
            placed => Ok(placed),
        }
    }
}
