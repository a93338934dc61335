//! From one address to all that is theirs.

use leadlight_ports::{Class, Classed, LeadIndex, LeadStore, LeadTraces, PortError, Trace, chain};

use crate::error::ErasureError;
use crate::outside::{Outside, Stores};
use crate::who::Who;

/// Leads of one address that are read by the index; what it does not know of yet, the search of the table finds.
const BY_INDEX: usize = 500;

impl<X: Outside> Stores<X> {
    /// Follows what leads from a person to their leads, and from those to further addresses, until nothing new is found.
    pub(crate) async fn follow(&self, who: &mut Who) -> Result<(), ErasureError> {
        loop {
            let before = who.size();
            for key in who.keys.clone() {
                who.leads.extend(self.leads.lead_of(&key).await.map_err(ErasureError::Find)?);
            }
            for address in who.addresses.clone() {
                for lead in self.leads.of_person(&address, BY_INDEX).await.map_err(ErasureError::Find)? {
                    who.learn(&lead, &self.policy);
                }
            }
            for id in who.leads.clone() {
                match self.leads.get(&id).await {
                    Ok(Some(stored)) => who.learn(&stored.lead, &self.policy),
                    Ok(None) => {}
                    Err(error) if error.class() == Class::Poison => damaged(&error),
                    Err(error) => return Err(ErasureError::Find(error)),
                }
            }
            if who.size() == before {
                return Ok(());
            }
        }
    }

    /// Searches the whole table, as it is at this moment. True where that found leads which nothing led to.
    pub(crate) async fn search(&self, who: &mut Who) -> Result<bool, ErasureError> {
        let before = who.size();
        let sought = who.sought();
        who.traces.clear();
        who.named_in.clear();
        let mut next = None;
        loop {
            let page = self.leads.traces(&sought, next).await.map_err(ErasureError::Find)?;
            for trace in page.traces {
                match &trace {
                    Trace::Lead(id) => who.leads.insert(id.clone()),
                    Trace::Joined(id) => who.events.insert(id.clone()),
                    Trace::Person(key) => who.keys.insert(key.clone()),
                };
                who.traces.insert(trace);
            }
            who.named_in.extend(page.named_in);
            next = page.next;
            if next.is_none() {
                break;
            }
        }
        self.follow(who).await?;
        Ok(who.size() > before)
    }
}

/// What cannot be read can be taken away all the same.
fn damaged(error: &PortError) {
    tracing::warn!(
        reason = chain(error),
        "a lead of theirs cannot be read; what only it knows is not followed"
    );
}
