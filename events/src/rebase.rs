//! Moves the samples' times to the day they are used on, so that ages stay what they were written to be.

use jiff::{SignedDuration, Timestamp};
use leadlight_lead::FormSubmit;
use serde_json::Value;

/// The instant the samples and the history are written around.
pub const REFERENCE: &str = "2026-11-20T12:00:00Z";

/// How far `now` lies after [`REFERENCE`].
pub(crate) fn distance(now: Timestamp) -> Option<SignedDuration> {
    REFERENCE.parse::<Timestamp>().ok().map(|reference| now.duration_since(reference))
}

/// A form-submit event with `occurred_at` and every `activity[].at` moved by `now` − [`REFERENCE`].
///
/// The same input and `now` always give the same bytes, so a duplicate stays one. What is not a valid
/// event comes back unchanged, as does every event when `now` is the reference instant.
pub fn rebased(bytes: &[u8], now: Timestamp) -> Vec<u8> {
    distance(now)
        .filter(|by| !by.is_zero() && FormSubmit::parse(bytes).is_ok())
        .and_then(|by| shifted(bytes, by))
        .unwrap_or_else(|| bytes.to_vec())
}

fn shifted(bytes: &[u8], by: SignedDuration) -> Option<Vec<u8>> {
    let mut event: Value = serde_json::from_slice(bytes).ok()?;
    if let Some(at) = event.get_mut("occurred_at") {
        shift_value(at, by)?;
    }
    if let Some(activities) = event.get_mut("activity").and_then(Value::as_array_mut) {
        for at in activities.iter_mut().filter_map(|activity| activity.get_mut("at")) {
            shift_value(at, by)?;
        }
    }
    let mut text = serde_json::to_vec_pretty(&event).ok()?;
    text.push(b'\n');
    Some(text)
}

fn shift_value(value: &mut Value, by: SignedDuration) -> Option<()> {
    // An `occurred_at` of null means "when it was received", now as then.
    if let Some(text) = value.as_str() {
        *value = Value::String(shift_text(text, by)?);
    }
    Some(())
}

/// A timestamp moved by `by`; none where it does not read or leaves the calendar.
pub(crate) fn shift_text(text: &str, by: SignedDuration) -> Option<String> {
    text.parse::<Timestamp>().ok()?.checked_add(by).ok().map(|moved| moved.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn ages_stay_what_they_were() {
        let now = at("2027-03-02T08:30:15Z");
        let reference = at(REFERENCE);
        let mut moved = 0;
        for sample in samples() {
            let Ok(before) = FormSubmit::parse(sample.bytes) else { continue };
            let after = FormSubmit::parse(&rebased(sample.bytes, now)).unwrap();
            let age = |event: &FormSubmit, from: Timestamp| from.duration_since(event.occurred_at.unwrap());
            if before.occurred_at.is_some() {
                assert_eq!(age(&before, reference), age(&after, now), "{}", sample.file);
            }
            let ages = |event: &FormSubmit, from: Timestamp| -> Vec<_> {
                event.activity.iter().map(|a| from.duration_since(a.at)).collect()
            };
            assert_eq!(ages(&before, reference), ages(&after, now), "{}", sample.file);
            let mut still = after;
            still.occurred_at = before.occurred_at;
            still.activity.clone_from(&before.activity);
            assert_eq!(still, before, "{}: nothing but times moves", sample.file);
            moved += 1;
        }
        assert!(moved > 14, "only {moved} samples were moved");
    }

    #[test]
    fn the_reference_day_and_malformed_events_change_nothing() {
        for sample in samples() {
            assert_eq!(rebased(sample.bytes, at(REFERENCE)), sample.bytes, "{}", sample.file);
            if FormSubmit::parse(sample.bytes).is_err() {
                assert_eq!(rebased(sample.bytes, at("2030-01-01T00:00:00Z")), sample.bytes);
            }
        }
    }

    #[test]
    fn an_event_without_times_keeps_none() {
        let event =
            br#"{"schema_version":1,"id":"e1","source":"webinar","email":"a@b.example","occurred_at":null}"#;
        let moved = FormSubmit::parse(&rebased(event, at("2027-01-01T00:00:00Z"))).unwrap();
        assert_eq!(moved.occurred_at, None);
    }
}
