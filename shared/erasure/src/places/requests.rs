//! Requests to be forgotten, which hold the person's address or a source's id of them. They go last: until then the request is
//! not done.

use leadlight_ports::{ObjectTraces, PortError};
use serde_json::json;

use super::{ByAge, Place};
use crate::outside::{Outside, Stores};
use crate::requests::{self, Request};
use crate::who::Who;

pub(super) fn place<X: Outside>() -> Place<X> {
    Place {
        name: "requests_to_be_forgotten",
        by_age: ByAge::Stays,
        held: |stores, who| {
            Box::pin(async move {
                let theirs = theirs(stores, who).await?.into_iter();
                Ok(theirs.map(|request| json!(request.erasure)).collect())
            })
        },
        erase: |stores, who| {
            Box::pin(async move {
                let theirs = theirs(stores, who).await?;
                for request in &theirs {
                    stores.objects.remove(&request.key).await?;
                }
                Ok(theirs.len())
            })
        },
    }
}

async fn theirs<X: Outside>(stores: &Stores<X>, who: &Who) -> Result<Vec<Request>, PortError> {
    let mut all = requests::read(&stores.objects).await?.0;
    all.retain(|request| request.is_of(who));
    Ok(all)
}
