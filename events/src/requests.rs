//! Requests of other systems as they send them, for the demo: whom they name is invented as well. `@now` stands for the
//! moment of sending, `"@milliseconds"` for the same since 1970.

use jiff::Timestamp;

/// A request as it is sent now.
pub fn sent_at(request: &str, now: Timestamp) -> String {
    request.replace("\"@milliseconds\"", &now.as_millisecond().to_string()).replace("@now", &now.to_string())
}

/// A response to a form that was made with Typeform.
pub const TYPEFORM_RESPONSE: &str = include_str!("../requests/typeform.json");
/// A trial that began, as Segment passes it on.
pub const SEGMENT_TRACK: &str = include_str!("../requests/segment.json");
/// `HubSpot` says that a contact was created, and names it by its id.
pub const HUBSPOT_EVENTS: &str = include_str!("../requests/hubspot.json");
/// The contact that is meant, as `HubSpot`'s API answers.
pub const HUBSPOT_CONTACT: &str = include_str!("../requests/hubspot-contact.json");
/// The company that it belongs to.
pub const HUBSPOT_COMPANY: &str = include_str!("../requests/hubspot-company.json");
