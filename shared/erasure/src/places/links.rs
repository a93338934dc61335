//! What leads from the person, and from each of their events, to their lead: hashes, and content hashes of what they sent.

use leadlight_ports::{LeadTraces, Trace};
use serde_json::json;

use super::{ByAge, Place};
use crate::outside::Outside;
use crate::who::Who;

pub(super) fn place<X: Outside>() -> Place<X> {
    Place {
        name: "links_to_leads",
        by_age: ByAge::InOneStep,
        held: |_, who| {
            Box::pin(async move {
                let told = links(who).into_iter().map(|trace| match trace {
                    Trace::Joined(id) | Trace::Lead(id) => json!({ "an_event_that_joined_a_lead": id }),
                    Trace::Person(key) => json!({ "a_hash_that_leads_to_their_lead": key }),
                });
                Ok(told.collect())
            })
        },
        erase: |stores, who| {
            Box::pin(async move {
                // What leads from the person goes last: see the order of places.
                for trace in links(who) {
                    stores.leads.remove(trace).await?;
                }
                Ok(links(who).len())
            })
        },
    }
}

/// Joined events before persons, as [`Trace`] sorts.
fn links(who: &Who) -> Vec<&Trace> {
    who.traces.iter().filter(|trace| !matches!(trace, Trace::Lead(_))).collect()
}
