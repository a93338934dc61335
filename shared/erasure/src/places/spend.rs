//! What was spent on the person's leads, under a hash of each. What was spent in a month stays counted.

use leadlight_ports::FactTraces;

use super::{ByAge, Place};
use crate::outside::Outside;

pub(super) fn place<X: Outside>() -> Place<X> {
    Place {
        name: "spend_on_leads",
        by_age: ByAge::Cleared,
        // A sum under a hash: nothing that a person could read of themselves beside what their leads say of it.
        held: |_, _| Box::pin(async { Ok(Vec::new()) }),
        erase: |stores, who| {
            Box::pin(async move {
                let mut gone = 0;
                for id in who.leads.union(&who.events) {
                    gone += usize::from(stores.facts.forget_spend(id).await?);
                }
                Ok(gone)
            })
        },
    }
}
