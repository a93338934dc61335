//! Messages that could not be processed. What still waits in a queue is stopped by the tombstone.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use leadlight_ports::{Deliveries, Inspect, Looked, PortError};
use serde_json::{Value, json};

use super::Place;
use crate::names::names;
use crate::outside::{Outside, Stores};
use crate::who::Who;

/// While all of a queue is looked at; then the others see its messages again.
const HIDDEN_FOR: Duration = Duration::from_secs(60);
/// Looks in a row that find nothing new, before a queue counts as seen: SQS asks but some of its servers each time.
const IN_VAIN: u32 = 3;

pub(super) fn place<X: Outside>() -> Place<X> {
    Place {
        name: "dead_letters",
        held: |stores, who| {
            Box::pin(async move {
                let mut held = Vec::new();
                for letters in &stores.letters {
                    let (theirs, others) = sorted(&letters.queue, who).await?;
                    held.extend(theirs.iter().map(|letter| told(letters.stage, letter)));
                    let_go(&letters.queue, theirs.iter().chain(&others)).await;
                }
                Ok(held)
            })
        },
        erase: |stores, who| Box::pin(erase(stores, who)),
    }
}

async fn erase<X: Outside>(stores: &Stores<X>, who: &Who) -> Result<usize, PortError> {
    let mut gone = 0;
    for letters in &stores.letters {
        let (theirs, others) = sorted(&letters.queue, who).await?;
        let_go(&letters.queue, others.iter()).await;
        for letter in &theirs {
            letters.queue.delete(&letter.receipt).await?;
            gone += 1;
        }
    }
    Ok(gone)
}

fn told(stage: &str, letter: &Looked) -> Value {
    let message = serde_json::from_str(&letter.body).unwrap_or_else(|_| Value::from(letter.body.clone()));
    json!({ "stage": stage, "message": message })
}

/// A queue's messages: theirs, and the others.
async fn sorted(
    queue: &(impl Inspect + Deliveries),
    who: &Who,
) -> Result<(Vec<Looked>, Vec<Looked>), PortError> {
    let mut seen = BTreeSet::new();
    let mut found = BTreeMap::new();
    let mut in_vain = 0;
    while in_vain < IN_VAIN {
        let looked = queue.look(HIDDEN_FOR).await?;
        let before = seen.len();
        for letter in looked {
            seen.insert(letter.id.clone());
            // The latest receipt is the one that counts.
            found.insert(letter.id.clone(), letter);
        }
        in_vain = if seen.len() == before { in_vain + 1 } else { 0 };
    }
    Ok(found.into_values().partition(|letter| names(&letter.body, who)))
}

/// What cannot be let go is seen again once its time is up.
async fn let_go<'a>(queue: &impl Deliveries, letters: impl Iterator<Item = &'a Looked>) {
    for letter in letters {
        let _ = queue.hide(&letter.receipt, Duration::ZERO).await;
    }
}
