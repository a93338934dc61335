//! Events put on EventBridge.
//!
//! Its one operation is written out here, without the SDK of EventBridge.
//!
//! Rights: `events:PutEvents` on the bus.

mod wire;

use std::ops::Range;

use aws_config::SdkConfig;
use jiff::SignedDuration;
use leadlight_aws_call::{EVENTBRIDGE, json};
use leadlight_ports::{BusEvent, Class, EventBus, NotTaken, Refused, chain};

use wire::{Answer, Entry, PutEvents, Told};

/// EventBridge takes so many events in a request.
const MOST_EVENTS: usize = 10;
/// And so many bytes, with what it counts beside the detail.
const MOST_BYTES: usize = 256 * 1024;
/// What EventBridge counts for the time.
const TIME_BYTES: usize = 14;

/// One event bus.
#[derive(Debug, Clone)]
pub struct EventBridge {
    config: SdkConfig,
    bus: String,
    source: String,
}

impl EventBridge {
    /// A bus by its name or ARN. `source` is what rules know the events' origin by, such as
    /// `leadlight.<stack>`; names that begin with `aws.` are AWS's own.
    pub fn from_config(config: &SdkConfig, bus: String, source: String) -> Self {
        Self { config: config.clone(), bus, source }
    }

    fn entry<'a>(&'a self, event: &'a BusEvent) -> Entry<'a> {
        Entry {
            event_bus_name: &self.bus,
            source: &self.source,
            detail_type: event.kind(),
            detail: event.detail(),
            time: SignedDuration::from_millis(event.occurred_at().as_millisecond()).as_secs_f64(),
        }
    }
}

/// Runs of events that fit into a request each.
fn batches(events: &[BusEvent], source: &str) -> Vec<Range<usize>> {
    let mut batches: Vec<Range<usize>> = Vec::new();
    let mut bytes = 0;
    for (index, event) in events.iter().enumerate() {
        let size = TIME_BYTES + source.len() + event.kind().len() + event.detail().len();
        match batches.last_mut() {
            Some(batch) if batch.len() < MOST_EVENTS && bytes + size <= MOST_BYTES => {
                batch.end = index + 1;
                bytes += size;
            }
            _ => {
                batches.push(index..index + 1);
                bytes = size;
            }
        }
    }
    batches
}

/// A code of AWS's for one event. Only what names the event itself says that no other try will do.
fn class_of(code: &str) -> Class {
    match code {
        "MalformedDetail" | "InvalidArgument" | "InvalidParameter" | "ValidationException" => Class::Poison,
        _ => Class::Retryable,
    }
}

/// The events of a batch that were not taken. The answer has an entry for each event, in order; one that is missing says
/// nothing of its event, which is put again.
fn refused_of(batch: Range<usize>, entries: &[Told]) -> impl Iterator<Item = Refused> {
    batch.enumerate().filter_map(|(place, index)| {
        let code = match entries.get(place) {
            Some(Told { event_id: Some(_), error_code: None }) => return None,
            Some(told) => told.error_code.as_deref().unwrap_or("no event id in the answer"),
            None => "no entry in the answer",
        };
        Some(Refused { index, class: class_of(code), reason: code.to_owned() })
    })
}

impl EventBus for EventBridge {
    async fn put(&self, events: &[BusEvent]) -> Result<(), NotTaken> {
        let mut refused = Vec::new();
        for batch in batches(events, &self.source) {
            let entries = events[batch.clone()].iter().map(|event| self.entry(event)).collect();
            let request = PutEvents { entries };
            match json::<Answer>(&self.config, &EVENTBRIDGE, "AWSEvents.PutEvents", &request).await {
                Ok(Answer { entries }) => refused.extend(refused_of(batch, &entries)),
                // The rest is tried all the same: what is taken now need not be put again.
                Err(error) => {
                    let reason = chain(&error);
                    refused.extend(batch.map(|index| Refused {
                        index,
                        class: Class::Retryable,
                        reason: reason.clone(),
                    }));
                }
            }
        }
        if refused.is_empty() { Ok(()) } else { Err(NotTaken { refused, of: events.len() }) }
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use serde_json::json;

    use super::*;

    fn event(bytes: usize) -> BusEvent {
        BusEvent::new("e", "kind", Timestamp::UNIX_EPOCH, &json!("x".repeat(bytes))).unwrap()
    }

    #[test]
    fn a_request_holds_ten_events_and_a_quarter_of_a_mebibyte() {
        let small = vec![event(10); 25];
        assert_eq!(batches(&small, "leadlight"), [0..10, 10..20, 20..25]);
        let longest = BusEvent::LONGEST_BYTES - event(0).detail().len();
        let mixed = [event(100_000), event(100_000), event(100_000), event(longest), event(2000)];
        assert_eq!(batches(&mixed, "leadlight"), [0..2, 2..3, 3..4, 4..5]);
        assert!(batches(&[], "leadlight").is_empty());
    }

    #[test]
    fn each_event_that_was_not_taken_is_told_by_its_place() {
        let answer: Answer = serde_json::from_value(json!({ "FailedEntryCount": 2, "Entries": [
            { "EventId": "1" },
            { "ErrorCode": "ThrottlingException", "ErrorMessage": "slower" },
            { "EventId": "1" },
            { "ErrorCode": "MalformedDetail", "ErrorMessage": "not JSON" },
        ] }))
        .unwrap();
        let told: Vec<_> =
            refused_of(10..15, &answer.entries).map(|r| (r.index, r.class, r.reason)).collect();
        let wanted = [
            (11, Class::Retryable, "ThrottlingException".to_owned()),
            (13, Class::Poison, "MalformedDetail".to_owned()),
            (14, Class::Retryable, "no entry in the answer".to_owned()),
        ];
        assert_eq!(told, wanted);
    }

    #[test]
    fn an_event_is_written_as_eventbridge_reads_it() {
        let config = SdkConfig::builder().build();
        let bus = EventBridge::from_config(&config, "bus".to_owned(), "leadlight.test".to_owned());
        let at: Timestamp = "2026-01-01T00:00:00.123987Z".parse().unwrap();
        let event = BusEvent::new("e", "lead.scored", at, &json!({ "a": 1 })).unwrap();
        let entry = json!({
            "EventBusName": "bus", "Source": "leadlight.test", "DetailType": "lead.scored",
            "Detail": r#"{"a":1}"#, "Time": 1_767_225_600.123,
        });
        let request = PutEvents { entries: vec![bus.entry(&event)] };
        assert_eq!(serde_json::to_value(&request).unwrap(), json!({ "Entries": [entry] }));
    }
}
