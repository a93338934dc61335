//! What vendors told of the person. What they told of the company stays: it is nobody's.

use leadlight_ports::{FactTraces, Facts, Finding};
use serde_json::{Value, json};

use super::{ByAge, Place};
use crate::outside::Outside;

pub(super) fn place<X: Outside>() -> Place<X> {
    Place {
        name: "bought_facts",
        by_age: ByAge::Cleared,
        held: |stores, who| {
            Box::pin(async move {
                let mut held = Vec::new();
                for key in stores.facts.about(&who.subjects()).await? {
                    let Some(fact) = stores.facts.get(&key).await? else { continue };
                    let told = match &fact.finding {
                        Finding::Unknown => Value::Null,
                        Finding::Known(answer) => as_text(answer.bytes()),
                    };
                    held.push(json!({
                        "vendor": key.provider.as_str(),
                        "asked_at": fact.fetched_at,
                        "told": told,
                    }));
                }
                Ok(held)
            })
        },
        erase: |stores, who| {
            Box::pin(async move {
                let facts = stores.facts.about(&who.subjects()).await?;
                for key in &facts {
                    stores.facts.forget(key).await?;
                }
                Ok(facts.len())
            })
        },
    }
}

/// As JSON where it is some, else as text.
fn as_text(answer: &[u8]) -> Value {
    serde_json::from_slice(answer).unwrap_or_else(|_| String::from_utf8_lossy(answer).into())
}
