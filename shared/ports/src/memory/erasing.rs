//! What the twins do for whoever erases.

use std::time::Duration;

use jiff::Timestamp;
use leadlight_lead::{ErasureMark, LeadId, PersonKey, QueuedLead};

use super::{MemoryFacts, MemoryLeads, MemoryObjects, MemoryQueue, lock};
use crate::{
    FactKey, FactTraces, Inspect, LeadTraces, Leaving, Looked, ObjectTraces, PageToken, PortError, Replaced,
    Sought, Subject, Tombstones, Trace, TracePage,
};

impl Tombstones for MemoryLeads {
    async fn erased_at(&self, mark: &ErasureMark) -> Result<Option<Timestamp>, PortError> {
        Ok(lock(&self.0).erased.get(mark).copied())
    }

    async fn bar(&self, mark: &ErasureMark, at: Timestamp) -> Result<(), PortError> {
        let mut table = lock(&self.0);
        let there = table.erased.entry(mark.clone()).or_insert(at);
        *there = at.max(*there);
        Ok(())
    }
}

impl LeadTraces for MemoryLeads {
    async fn traces(&self, of: &Sought, _after: Option<PageToken>) -> Result<TracePage, PortError> {
        let table = lock(&self.0);
        let mut page = TracePage::default();
        for (id, stored) in &table.leads {
            let lead: &QueuedLead = &stored.lead;
            if of.leads.contains(id) || of.addresses.contains(&lead.event().email) {
                page.traces.push(Trace::Lead(id.clone()));
            } else if lead.to_document().is_ok_and(|text| names(&text, of)) {
                page.named_in.push(id.clone());
            }
        }
        let joined =
            table.joined.iter().filter(|(id, (lead, _))| of.leads.contains(*id) || of.leads.contains(lead));
        page.traces.extend(joined.map(|(id, _)| Trace::Joined(id.clone())));
        let addresses: Vec<PersonKey> = of.addresses.iter().map(PersonKey::of_address).collect();
        let people = table.people.iter().filter(|(key, lead)| {
            of.leads.contains(*lead) || of.keys.contains(*key) || addresses.contains(*key)
        });
        page.traces.extend(people.map(|(key, _)| Trace::Person(key.clone())));
        Ok(page)
    }

    async fn answered_count(&self) -> Result<usize, PortError> {
        Ok(lock(&self.0).leads.values().filter(|stored| stored.lead.is_answered()).count())
    }

    async fn remove(&self, trace: &Trace) -> Result<(), PortError> {
        let mut table = lock(&self.0);
        match trace {
            Trace::Lead(id) => drop(table.leads.remove(id)),
            Trace::Joined(id) => drop(table.joined.remove(id)),
            Trace::Person(key) => drop(table.people.remove(key)),
        }
        Ok(())
    }

    async fn take_away(&self, leaving: Leaving<'_>) -> Result<Replaced, PortError> {
        let mut table = lock(&self.0);
        let is_theirs = |lead: &LeadId| leaving.leads.iter().any(|(id, _)| id == lead);
        let is_as_read = leaving
            .leads
            .iter()
            .all(|(id, read)| table.leads.get(id).is_none_or(|there| there.version == *read));
        let leads_elsewhere = |trace: &Trace| match trace {
            Trace::Person(key) => table.people.get(key).is_some_and(|lead| !is_theirs(lead)),
            Trace::Lead(_) | Trace::Joined(_) => false,
        };
        if !is_as_read || leaving.links.iter().any(leads_elsewhere) {
            return Ok(Replaced::Stale);
        }
        for (id, _) in leaving.leads {
            table.leads.remove(id);
        }
        for link in leaving.links {
            match link {
                Trace::Lead(id) => drop(table.leads.remove(id)),
                Trace::Joined(id) => drop(table.joined.remove(id)),
                Trace::Person(key) => drop(table.people.remove(key)),
            }
        }
        for mark in leaving.marks {
            let there = table.erased.entry(mark.clone()).or_insert(leaving.until);
            *there = leaving.until.max(*there);
        }
        Ok(Replaced::Done)
    }
}

fn names(text: &str, of: &Sought) -> bool {
    of.addresses.iter().any(|address| text.contains(address.as_str()))
}

impl FactTraces for MemoryFacts {
    async fn about(&self, subjects: &[Subject]) -> Result<Vec<FactKey>, PortError> {
        let state = self.state("looking for bought facts")?;
        Ok(state.facts.keys().filter(|key| subjects.contains(&key.subject)).cloned().collect())
    }

    async fn forget(&self, key: &FactKey) -> Result<(), PortError> {
        let mut state = self.state("taking a bought fact away")?;
        state.facts.remove(key);
        state.open.remove(key);
        Ok(())
    }

    async fn forget_spend(&self, lead: &LeadId) -> Result<bool, PortError> {
        Ok(self.state("taking away what was spent on a lead")?.by_lead.remove(lead).is_some())
    }
}

impl ObjectTraces for MemoryObjects {
    async fn keys(&self, prefix: &str) -> Result<Vec<String>, PortError> {
        Ok(lock(&self.0).1.keys().filter(|key| key.starts_with(prefix)).cloned().collect())
    }

    async fn remove(&self, key: &str) -> Result<(), PortError> {
        self.lose(key);
        Ok(())
    }
}

impl Inspect for MemoryQueue {
    async fn look(&self, hidden_for: Duration) -> Result<Vec<Looked>, PortError> {
        let delivered = self.receive(10, hidden_for).into_iter();
        Ok(delivered.map(|d| Looked { id: d.message_id, receipt: d.receipt, body: d.body }).collect())
    }

    async fn count(&self) -> Result<usize, PortError> {
        Ok(self.waiting())
    }
}
