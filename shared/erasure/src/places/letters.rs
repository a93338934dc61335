//! Messages that could not be processed. What still waits in a queue is stopped by the tombstone.

use std::collections::BTreeMap;
use std::time::Duration;

use leadlight_ports::{Class, Deliveries, Inspect, Looked, PortError};
use serde_json::{Value, json};

use super::{ByAge, Place};
use crate::names::names;
use crate::outside::{Outside, Stores};
use crate::who::Who;

/// While all of a queue is looked at; then the others see its messages again.
const HIDDEN_FOR: Duration = Duration::from_mins(1);
/// Between looks at a queue of which not all is seen, since someone else has some of it in hand.
const PAUSE: Duration = Duration::from_millis(500);
/// Looks in a row that find nothing new, before that is given up.
const IN_VAIN: u32 = 20;

/// Some letters could not be looked at.
#[derive(Debug, thiserror::Error)]
#[error("someone else has {0} dead letters in hand; start this again in a minute")]
struct InHand(usize);

pub(super) fn place<X: Outside>() -> Place<X> {
    Place {
        name: "dead_letters",
        by_age: ByAge::GoneAfterDays(14),
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
    let mut found = BTreeMap::new();
    let mut in_vain = 0;
    loop {
        let looked = queue.look(HIDDEN_FOR).await?;
        let before = found.len();
        // The latest receipt is the one that counts.
        found.extend(looked.into_iter().map(|letter| (letter.id.clone(), letter)));
        if found.len() > before {
            in_vain = 0;
            continue;
        }
        let unseen = queue.count().await?.saturating_sub(found.len());
        if unseen == 0 {
            return Ok(found.into_values().partition(|letter| names(&letter.body, who)));
        }
        in_vain += 1;
        if in_vain > IN_VAIN {
            let_go(queue, found.values()).await;
            let source = InHand(unseen).into();
            return Err(PortError { operation: "looking at dead letters", class: Class::Retryable, source });
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// What cannot be let go is seen again once its time is up.
async fn let_go<'a>(queue: &impl Deliveries, letters: impl Iterator<Item = &'a Looked>) {
    for letter in letters {
        let _ = queue.hide(&letter.receipt, Duration::ZERO).await;
    }
}
