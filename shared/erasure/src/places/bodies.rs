//! Events that were too large to go on whole, as they came. Each is read: what a tombstone kept out is in no table any more, and
//! its body is found all the same.

use leadlight_lead::{FormSubmit, Whole};
use leadlight_ports::{ObjectStore, ObjectTraces, PortError};
use serde_json::json;

use super::{ByAge, Place};
use crate::names::names_address;
use crate::outside::{Outside, Stores};
use crate::who::Who;

pub(super) fn place<X: Outside>() -> Place<X> {
    Place {
        name: "requests_too_large_to_go_on_whole",
        by_age: ByAge::GoneAfterDays(30),
        held: |stores, who| {
            Box::pin(async move {
                let theirs = theirs(stores, who).await?.into_iter();
                Ok(theirs.map(|(key, body)| json!({ "key": key, "body": body })).collect())
            })
        },
        erase: |stores, who| {
            Box::pin(async move {
                let theirs = theirs(stores, who).await?;
                for (key, _) in &theirs {
                    stores.objects.remove(key).await?;
                }
                Ok(theirs.len())
            })
        },
    }
}

/// Their bodies by key.
async fn theirs<X: Outside>(stores: &Stores<X>, who: &Who) -> Result<Vec<(String, String)>, PortError> {
    let mut found = Vec::new();
    for key in stores.objects.keys(Whole::FOLDER).await? {
        let Some(object) = stores.objects.get(&key).await? else { continue };
        if is_theirs(&object.bytes, who) {
            found.push((key, String::from_utf8_lossy(&object.bytes).into_owned()));
        }
    }
    Ok(found)
}

/// Did this person send it? One that cannot be read is theirs where it names them: nothing else needs it.
fn is_theirs(body: &[u8], who: &Who) -> bool {
    match FormSubmit::take(body) {
        Ok(taken) => {
            let id = taken.event.person_id.map(|id| (taken.event.source, id));
            who.addresses.contains(&taken.event.email) || id.is_some_and(|id| who.of_sources.contains(&id))
        }
        Err(_) => names_address(&String::from_utf8_lossy(body), who),
    }
}
