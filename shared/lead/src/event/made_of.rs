//! What a lead is made of, and what only carried it.
//!
//! Senders try again, and add how often they tried and when: the event is the same. So two events are compared by who
//! submitted what, and not by their ids, their times, or fields that count deliveries.

use leadlight_reading::fold;
use serde_json::{Map, Value};

use super::FormSubmit;
use crate::ids::ContentHash;
use crate::wire::{WireError, to_json};

/// Labels, folded and without what stands between words, of what changes with each delivery.
const CARRIERS: [&str; 38] = [
    "attempt",
    "attemptcount",
    "attemptno",
    "attemptnumber",
    "attempts",
    "correlationid",
    "deliveredat",
    "deliveries",
    "delivery",
    "deliveryattempt",
    "deliverycount",
    "deliveryid",
    "deliverytime",
    "idassent",
    "messageid",
    "nonce",
    "occurredatassent",
    "redelivered",
    "redelivery",
    "requestid",
    "requesttime",
    "retries",
    "retry",
    "retrycount",
    "retrynumber",
    "sendtime",
    "sent",
    "sentat",
    "senttime",
    "signature",
    "timestamp",
    "traceid",
    "traceparent",
    "triggeredat",
    "webhookid",
    "webhooktimestamp",
    "xrequestid",
    "xtraceid",
];

impl FormSubmit {
    /// Of what the lead is made of: the same submission has the same hash however it is carried and in whatever order
    /// its fields stand.
    pub fn content_hash(&self) -> Result<ContentHash, WireError> {
        let fields = Value::Object(self.form.fields.clone().into_iter().collect());
        let mut made_of = Self { id: None, occurred_at: None, ..self.clone() };
        made_of.form.fields = match without_carriers(fields) {
            Value::Object(fields) => fields.into_iter().collect(),
            _ => std::collections::BTreeMap::new(),
        };
        Ok(ContentHash::of(to_json(&made_of)?.as_bytes()))
    }

    /// As releases before the second version of stored documents compared events: all that was sent counts.
    pub(crate) fn whole_hash(&self) -> Result<ContentHash, WireError> {
        Ok(ContentHash::of(to_json(self)?.as_bytes()))
    }
}

fn without_carriers(value: Value) -> Value {
    match value {
        Value::Object(object) => object
            .into_iter()
            .filter(|(label, _)| !carries(label))
            .map(|(label, value)| (label, without_carriers(value)))
            .collect::<Map<_, _>>()
            .into(),
        Value::Array(several) => several.into_iter().map(without_carriers).collect(),
        other => other,
    }
}

/// `Sent At`, `sent_at` and `sentAt` are one label.
fn carries(label: &str) -> bool {
    let joined: String = fold(label).chars().filter(|c| c.is_alphanumeric()).collect();
    CARRIERS.binary_search(&joined.as_str()).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash(more: &str) -> ContentHash {
        let text = format!(
            r#"{{"schema_version":1,"source":"website-form","email":"ada@acme.example","title":"CTO"{more}}}"#
        );
        FormSubmit::parse(text.as_bytes()).unwrap().content_hash().unwrap()
    }

    #[test]
    fn how_an_event_was_carried_does_not_count() {
        let once = hash(r#","seats":40"#);
        for again in [
            r#","seats":40,"id":"evt-1-retry-2""#,
            r#","seats":40,"attempt":2"#,
            r#","seats":40,"sentAt":"2026-11-20T09:30:00Z","Attempt Number":3"#,
            r#","seats":40,"occurred_at":"2026-11-20T09:31:00Z""#,
            r#","seats":40,"form":{"fields":{"delivery_id":"d-2"}}"#,
            r#","seats":40,"industry":"n/a","employees":0"#,
        ] {
            assert_eq!(hash(again), once, "{again}");
        }
        assert_eq!(
            hash(r#","meta":{"retry_count":1,"page":"a"}"#),
            hash(r#","meta":{"page":"a","retry_count":2}"#)
        );
    }

    #[test]
    fn what_was_submitted_counts() {
        let once = hash(r#","seats":40"#);
        for other in [
            r#","seats":41"#,
            r#","seats":40,"message":"Call me""#,
            r#","seats":40,"form":{"name":"Pricing"}"#,
            "",
        ] {
            assert_ne!(hash(other), once, "{other}");
        }
    }

    #[test]
    fn labels_are_sorted_to_be_found() {
        assert!(CARRIERS.is_sorted());
    }
}
