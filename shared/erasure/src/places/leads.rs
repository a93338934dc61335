//! Leads: events, messages, facts, facts written by hand, decisions, people's work and notes, deals. The document is the
//! lead, so that all of it goes at once, from the indexes too; and with it a row that the model would have learnt from.

use leadlight_lead::LeadId;
use leadlight_ports::{Class, Classed, LeadStore, LeadTraces, Trace};
use serde_json::json;

use super::{ByAge, Place};
use crate::outside::Outside;
use crate::who::Who;

pub(super) fn place<X: Outside>() -> Place<X> {
    Place {
        name: "leads",
        by_age: ByAge::InOneStep,
        held: |stores, who| {
            Box::pin(async move {
                let mut held = Vec::new();
                for id in leads(who) {
                    held.push(match stores.leads.get(id).await {
                        Ok(Some(stored)) => json!(stored.lead),
                        Ok(None) => continue,
                        Err(error) if error.class() == Class::Poison => {
                            json!({ "lead_id": id, "problem": "this release cannot read it" })
                        }
                        Err(error) => return Err(error),
                    });
                }
                Ok(held)
            })
        },
        erase: |stores, who| {
            Box::pin(async move {
                for id in leads(who) {
                    stores.leads.remove(&Trace::Lead(id.clone())).await?;
                }
                Ok(leads(who).len())
            })
        },
    }
}

fn leads(who: &Who) -> Vec<&LeadId> {
    let leads = who.traces.iter().filter_map(|trace| match trace {
        Trace::Lead(id) => Some(id),
        Trace::Joined(_) | Trace::Person(_) => None,
    });
    leads.collect()
}
