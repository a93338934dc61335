//! Copies of the whole table that a training run reads. Nobody can be taken out of one: all of them go, and a run that waits
//! for one asks for another.

use leadlight_ports::{ObjectTraces, Trace};
use serde_json::json;

use super::{ByAge, Place};
use crate::outside::Outside;
use crate::who::Who;

const FOLDER: &str = "exports/";
/// It says what was asked for last, and holds nobody.
const ASKED: &str = "exports/asked.json";

pub(super) fn place<X: Outside>() -> Place<X> {
    Place {
        name: "exports_of_the_table",
        by_age: ByAge::GoneAfterDays(5),
        held: |stores, who| {
            Box::pin(async move {
                let files = if is_in_table(who) { stores.objects.keys(FOLDER).await? } else { Vec::new() };
                let files = files.into_iter().filter(|key| key != ASKED);
                Ok(files.map(|key| json!({ "key": key, "holds": "all leads, for some days" })).collect())
            })
        },
        erase: |stores, who| {
            Box::pin(async move {
                if !is_in_table(who) {
                    return Ok(0);
                }
                let mut keys = stores.objects.keys(FOLDER).await?;
                keys.retain(|key| key != ASKED);
                for key in &keys {
                    stores.objects.remove(key).await?;
                }
                Ok(keys.len())
            })
        },
    }
}

/// An export has who is in the table.
fn is_in_table(who: &Who) -> bool {
    who.traces.iter().any(|trace| matches!(trace, Trace::Lead(_)))
}
