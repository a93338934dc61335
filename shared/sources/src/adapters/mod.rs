//! One file a sender. A new one is a file here, a line in [`ADAPTERS`] and a folder in `testdata/`.

mod calendly;
mod cloudevents;
mod google_ads;
mod gravity_forms;
mod hubspot;
mod hubspot_workflow;
mod json;
mod linkedin;
mod marketo;
mod product_usage;
mod salesforce;
mod salesforce_events;
mod segment;
mod typeform;
mod webflow;

use crate::adapter::Adapter;

/// All senders whose requests can be read.
pub const ADAPTERS: &[Adapter] = &[
    json::ADAPTER,
    cloudevents::ADAPTER,
    hubspot::ADAPTER,
    hubspot_workflow::ADAPTER,
    segment::ADAPTER,
    segment::RUDDERSTACK,
    typeform::ADAPTER,
    webflow::ADAPTER,
    google_ads::ADAPTER,
    calendly::ADAPTER,
    salesforce::ADAPTER,
    salesforce_events::ADAPTER,
    gravity_forms::ADAPTER,
    linkedin::ADAPTER,
    marketo::ADAPTER,
    product_usage::ADAPTER,
];

/// The adapter of a name.
pub fn adapter(name: &str) -> Option<&'static Adapter> {
    ADAPTERS.iter().find(|adapter| adapter.name == name)
}
