//! Who is meant, and all that they turned out to be known by.

use std::collections::BTreeSet;

use leadlight_lead::{EmailAddress, EnrichedLead, LeadId, PersonId, PersonKey, QueuedLead, SourceName};
use leadlight_policy::Policy;
use leadlight_ports::{Sought, Subject, Trace};

/// By what somebody is asked for.
#[derive(Clone, PartialEq, Eq)]
pub enum Asked {
    /// By their address.
    Address(EmailAddress),
    /// By a source's own id of them.
    OfSource(SourceName, PersonId),
}

/// A person is nobody's business in a log.
impl std::fmt::Debug for Asked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Address(_) => "Address(…)",
            Self::OfSource(..) => "OfSource(…)",
        })
    }
}

impl Asked {
    /// The key by which the person's lead is found.
    pub fn key(&self) -> PersonKey {
        match self {
            Self::Address(email) => PersonKey::of_address(email),
            Self::OfSource(source, person) => PersonKey::of_source(source, person),
        }
    }
}

/// A person with all that they are known by.
#[derive(Clone, Default)]
pub struct Who {
    /// Every address that an event of theirs had.
    pub addresses: BTreeSet<EmailAddress>,
    /// Every id that a source had of them, whether or not it counts.
    pub of_sources: BTreeSet<(SourceName, PersonId)>,
    /// By what they are known again.
    pub keys: BTreeSet<PersonKey>,
    /// Their leads.
    pub leads: BTreeSet<LeadId>,
    /// Their events, by the leads that these would have begun.
    pub events: BTreeSet<LeadId>,
    /// What the table of leads holds of them.
    pub traces: BTreeSet<Trace>,
    /// Leads of others whose text has one of their addresses.
    pub named_in: BTreeSet<LeadId>,
}

impl Who {
    /// Somebody of whom no more is known yet.
    pub fn of(asked: &Asked) -> Self {
        let mut who = Self::default();
        who.keys.insert(asked.key());
        match asked {
            Asked::Address(email) => {
                who.addresses.insert(email.clone());
            }
            Asked::OfSource(source, person) => {
                who.of_sources.insert((source.clone(), person.clone()));
            }
        }
        who
    }

    /// Takes in all that a lead of theirs says they are known by.
    pub(crate) fn learn(&mut self, lead: &QueuedLead, policy: &Policy) {
        self.leads.insert(lead.id().clone());
        self.leads.extend(lead.thread.continues.clone());
        self.leads.extend(lead.thread.continued_in.clone());
        for event in std::iter::once(lead.enriched()).chain(lead.all_events()).chain(&lead.thread.again) {
            self.learn_event(event, policy);
        }
    }

    fn learn_event(&mut self, event: &EnrichedLead, policy: &Policy) {
        self.events.insert(event.id().clone());
        self.addresses.insert(event.event().email.clone());
        self.keys.extend(policy.person_keys(event));
        if let Some(person) = &event.event().person_id {
            self.of_sources.insert((event.event().source.clone(), person.clone()));
        }
    }

    /// How much is known: it grows while there is more to find.
    pub(crate) fn size(&self) -> usize {
        self.addresses.len() + self.keys.len() + self.leads.len() + self.events.len()
    }

    /// Whom to look for in the table.
    pub(crate) fn sought(&self) -> Sought {
        let leads = self.leads.union(&self.events).cloned().collect();
        Sought { addresses: self.addresses.clone(), keys: self.keys.clone(), leads }
    }

    /// What vendors know them by.
    pub(crate) fn subjects(&self) -> Vec<Subject> {
        self.addresses.iter().map(Subject::person).collect()
    }
}
