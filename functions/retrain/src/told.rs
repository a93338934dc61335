//! What the bus hears of models. It is kept beside the leads and told by the table's stream, so that a run that ends
//! half-way tells it all the same when it comes again.

use jiff::Timestamp;
use leadlight_destinations::{Event, What};
use leadlight_model::Artifact;
use leadlight_registry::Pointer;

/// That a model scores, by the pointer to it: whoever looks at the same pointer tells the same.
pub fn model_published(pointer: &Pointer<Artifact>) -> Event {
    let current = &pointer.current;
    let what = What::ModelPublished { model: current.hash.clone(), reason: current.reason.clone() };
    let id = format!("model.published/{}/{}", current.hash, current.published_at);
    Event { id, at: current.published_at, what, lead: None }
}

/// That past scores no longer hold, as a run found that is known by its key.
pub(crate) fn model_degraded(key: &str, page: &str, because: &str, at: Timestamp) -> Event {
    let what = What::ModelDegraded { page: page.to_owned(), because: because.to_owned() };
    Event { id: format!("model.degraded/{key}"), at, what, lead: None }
}
