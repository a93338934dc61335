//! Documents in force and before, and reports: searched for the person's addresses. A published document stays under its
//! hash, so it is for people to publish another; a report names companies and no persons.

use leadlight_ports::{ObjectStore, ObjectTraces, PortError};
use serde_json::json;

use super::{ByAge, Place};
use crate::names::names_address;
use crate::outside::{Outside, Stores};
use crate::who::Who;

/// What is not searched: it is no text, or another place's.
const NOT_HERE: [&str; 6] = ["bodies/", "exports/", "erasures/", "erased/", "keys/", "console/"];

pub(super) fn place<X: Outside>() -> Place<X> {
    Place {
        name: "documents_that_name_them",
        by_age: ByAge::Stays,
        held: |stores, who| {
            Box::pin(async move {
                let keys = naming(stores, who).await?.into_iter();
                Ok(keys.map(|key| json!({ "key": key })).collect())
            })
        },
        erase: |_, _| Box::pin(async { Ok(0) }),
    }
}

/// The keys of documents and reports that have one of their addresses.
pub(crate) async fn naming<X: Outside>(stores: &Stores<X>, who: &Who) -> Result<Vec<String>, PortError> {
    let mut found = Vec::new();
    for key in stores.objects.keys("").await? {
        if NOT_HERE.iter().any(|folder| key.starts_with(folder))
            || key.rsplit('/').next() == Some("model.bin")
        {
            continue;
        }
        let Some(object) = stores.objects.get(&key).await? else { continue };
        if names_address(&String::from_utf8_lossy(&object.bytes), who) {
            found.push(key);
        }
    }
    Ok(found)
}
