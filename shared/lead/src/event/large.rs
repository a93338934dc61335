//! Events that are larger than a queue and the table hold.
//!
//! What makes an event large is a field that no fact is read from: a file that a form sends along as text, a page's whole state.
//! It costs no lead: such fields are left out, the largest first, and the request rests as it came, as an object of its own. Under
//! their labels stands how much was left out and where it rests.

use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::bounds::LEFT_OUT as ACTIVITY_LEFT_OUT;
use super::{FormSubmit, MAX_EVENT_BYTES, OCCURRED_AT_BYTES};
use crate::wire::{WireError, to_json};

/// The most bytes that a door takes as one event. AWS hands a function 6 MB at most, in base64 at times.
pub const MAX_WHOLE_BYTES: usize = 4 * 1024 * 1024;

/// Shorter fields are answers, and stay.
const LEAST_LEFT_OUT_BYTES: usize = 1024;

/// Characters of the label of a field that was left out.
const MOST_OF_A_LABEL: usize = 300;

/// How a field begins whose value was left out.
const LEFT_OUT: &str = "left out: ";
/// What comes before where the whole of it rests.
const RESTS_AS: &str = ", too large; the whole request rests as ";

/// An event as a door takes it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Taken {
    /// What goes on.
    #[serde(flatten)]
    pub event: FormSubmit,
    /// The event as it came, where something of it was left out. It has to rest before the event goes on.
    #[serde(skip)]
    pub whole: Option<Whole>,
}

/// An event as it came. People's data: see docs/data-map.md.
#[derive(Clone, PartialEq, Eq)]
pub struct Whole {
    key: String,
    bytes: Vec<u8>,
}

/// The body is personal.
impl std::fmt::Debug for Whole {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Whole").field("key", &self.key).field("bytes", &self.bytes.len()).finish()
    }
}

impl Whole {
    /// What the keys of all of them begin with.
    pub const FOLDER: &str = "bodies/";

    fn of(bytes: &[u8]) -> Self {
        let key = format!("{}{}.json", Self::FOLDER, hex::encode(Sha256::digest(bytes)));
        Self { key, bytes: bytes.to_vec() }
    }

    /// Where it rests: the same event has the same place.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Its place, and what rests there: the event's JSON.
    pub fn into_object(self) -> (String, Vec<u8>) {
        (self.key, self.bytes)
    }
}

impl FormSubmit {
    /// Reads an event at a door, as [`FormSubmit::parse`] does, up to [`MAX_WHOLE_BYTES`]: of one that is too large to go on,
    /// the largest form fields are left out, and then the oldest activity. [`WireError::TooLarge`] where what has to stay is too
    /// large itself.
    pub fn take(bytes: &[u8]) -> Result<Taken, WireError> {
        match Self::parse(bytes) {
            Ok(event) => Ok(Taken { event, whole: None }),
            Err(WireError::TooLarge { .. }) => {
                not_larger_than_a_door_takes(bytes.len())?;
                let whole = Whole::of(bytes);
                let mut event = Self::of_any_size(bytes)?;
                event.leave_out(whole.key())?;
                event.check_written()?;
                Ok(Taken { event, whole: Some(whole) })
            }
            Err(other) => Err(other),
        }
    }

    /// Where the event rests as it came, if something of it was left out. A sender may say the same of an event of theirs.
    pub(super) fn rests_as(&self) -> Option<&str> {
        let texts = self.form.fields.values().filter_map(|value| value.as_str());
        texts
            .filter(|text| text.starts_with(LEFT_OUT))
            .find_map(|text| text.split_once(RESTS_AS))
            .map(|(_, key)| key)
    }

    /// Leaves out what is largest, until the rest fits with a time that may still come.
    fn leave_out(&mut self, key: &str) -> Result<(), WireError> {
        let written =
            |label: &str, value: &Value| Ok::<_, WireError>(to_json(label)?.len() + to_json(value)?.len());
        let mut by_size = Vec::new();
        for (label, value) in &self.form.fields {
            by_size.push((written(label, value)?, label.clone()));
        }
        by_size.sort();
        let mut bytes = self.bytes()?;
        while let Some((size, label)) = by_size.pop() {
            if size < LEAST_LEFT_OUT_BYTES || bytes <= MAX_EVENT_BYTES {
                break;
            }
            let told = format!("{LEFT_OUT}{} KB{RESTS_AS}{key}", size.div_ceil(1024)).into();
            self.form.fields.remove(&label);
            let short = self.short(label);
            bytes = bytes - size + written(&short, &told)?;
            self.form.fields.insert(short, told);
        }
        let all = self.activity.len();
        self.activity.sort_by_key(|activity| activity.at);
        while !self.activity.is_empty() && self.bytes()? > MAX_EVENT_BYTES {
            self.activity.drain(..self.activity.len().div_ceil(2));
        }
        if self.activity.len() < all {
            let told = format!("{LEFT_OUT}{} of {all}{RESTS_AS}{key}", all - self.activity.len());
            self.form.fields.insert(ACTIVITY_LEFT_OUT.to_owned(), told.into());
        }
        Ok(())
    }

    /// A label as it is shown: of one that is a text of its own, its beginning.
    fn short(&self, label: String) -> String {
        let Some((end, _)) = label.char_indices().nth(MOST_OF_A_LABEL) else { return label };
        let start = &label[..end];
        // Two may begin alike; there are no more labels than values in an event.
        let numbered = (1..).map(|n| if n == 1 { format!("{start}…") } else { format!("{start}… ({n})") });
        numbered.into_iter().find(|short| !self.form.fields.contains_key(short)).unwrap_or(label)
    }

    /// As written, with room for a time and for a word on the activity that is left out.
    fn bytes(&self) -> Result<usize, WireError> {
        Ok(to_json(self)?.len() + OCCURRED_AT_BYTES + 1024)
    }
}

pub(super) fn not_larger_than_a_door_takes(bytes: usize) -> Result<(), WireError> {
    if bytes > MAX_WHOLE_BYTES {
        return Err(WireError::TooLarge { bytes, limit: MAX_WHOLE_BYTES });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn body(fields: &Value) -> Vec<u8> {
        let event = json!({
            "schema_version": 1, "source": "website", "email": "pia@clearpath.example", "company": "Clearpath",
            "message": "Please call me.", "form": { "fields": fields },
        });
        event.to_string().into_bytes()
    }

    #[test]
    fn a_file_in_a_form_costs_no_lead() {
        let file = "QUJD".repeat(200_000);
        let bytes = body(&json!({ "brief": file, "budget": "50k", "team": "x".repeat(900) }));
        assert!(matches!(FormSubmit::parse(&bytes), Err(WireError::TooLarge { .. })));
        let taken = FormSubmit::take(&bytes).unwrap();
        let whole = taken.whole.unwrap();
        let fields = &taken.event.form.fields;
        assert_eq!(taken.event.message.as_deref(), Some("Please call me."));
        assert_eq!(fields["budget"], "50k");
        let told = fields["brief"].as_str().unwrap();
        assert!(told.starts_with("left out: 782 KB, too large") && told.ends_with(whole.key()), "{told}");
        assert_eq!(whole.into_object().1, bytes);
        let written = to_json(&taken.event).unwrap();
        assert_eq!(FormSubmit::parse(written.as_bytes()).unwrap(), taken.event, "it goes on as any other");
        let key = told.rsplit(' ').next().unwrap();
        assert_eq!(taken.event.notes(), [format!("too large to go on whole; all of it rests as {key}")]);
    }

    #[test]
    fn labels_that_are_texts_are_shortened_too() {
        let long = "What ".repeat(40_000);
        let fields = json!({ format!("{long}1"): "a", format!("{long}2"): "b", "budget": "50k" });
        let taken = FormSubmit::take(&body(&fields)).unwrap();
        let labels: Vec<usize> = taken.event.form.fields.keys().map(|label| label.chars().count()).collect();
        assert_eq!(labels.len(), 3);
        assert!(labels.iter().all(|characters| *characters <= MOST_OF_A_LABEL + 5), "{labels:?}");
        assert!(taken.whole.is_some());
    }

    #[test]
    fn what_fits_is_left_as_it_is() {
        let taken = FormSubmit::take(&body(&json!({ "brief": "x".repeat(100_000) }))).unwrap();
        assert!(taken.whole.is_none());
        assert_eq!(taken.event.form.fields["brief"].as_str().unwrap().len(), 100_000);
    }

    #[test]
    fn no_more_is_left_out_than_has_to_be() {
        let bytes =
            body(&json!({ "a": "a".repeat(90_000), "b": "b".repeat(60_000), "c": "c".repeat(50_000) }));
        let event = FormSubmit::take(&bytes).unwrap().event;
        let left_out = |label: &str| event.form.fields[label].as_str().unwrap().starts_with(LEFT_OUT);
        assert_eq!([left_out("a"), left_out("b"), left_out("c")], [true, false, false]);
    }

    #[test]
    fn a_long_message_goes_on_by_its_beginning() {
        let event = json!({ "schema_version": 1, "source": "website", "email": "pia@clearpath.example",
            "message": "so ".repeat(100_000) });
        let taken = FormSubmit::take(event.to_string().as_bytes()).unwrap();
        assert!(taken.event.message.unwrap().len() >= 7_990);
        assert!(taken.whole.is_some());
    }

    #[test]
    fn what_is_too_large_without_a_form_is_refused() {
        for bytes in [MAX_WHOLE_BYTES + 1, MAX_WHOLE_BYTES * 2] {
            let body = body(&json!({ "brief": "x".repeat(bytes) }));
            assert!(matches!(FormSubmit::take(&body), Err(WireError::TooLarge { .. })));
        }
    }

    #[test]
    fn of_activity_that_is_too_large_the_latest_stays() {
        let activity: Vec<_> = (0..500)
            .map(|n| json!({ "kind": "page_view", "name": "é".repeat(500), "at": format!("2026-11-{:02}T09:30:00Z", n % 20 + 1) }))
            .collect();
        let body = json!({ "schema_version": 1, "source": "website", "email": "pia@clearpath.example", "activity": activity });
        let event = FormSubmit::take(body.to_string().as_bytes()).unwrap().event;
        assert!(
            !event.activity.is_empty()
                && event.activity.iter().all(|a| a.at.to_string().as_str() > "2026-11-15")
        );
        assert_eq!(FormSubmit::parse(to_json(&event).unwrap().as_bytes()).unwrap(), event);
        assert_eq!(event.notes().len(), 1, "{:?}", event.notes());
    }

    #[test]
    fn what_is_no_event_is_told_as_that() {
        assert!(matches!(FormSubmit::take(b"{"), Err(error) if !matches!(error, WireError::TooLarge { .. })));
        let deep = format!("{{\"a\":{}1{}}}", "[".repeat(100_000), "]".repeat(100_000));
        assert!(!matches!(FormSubmit::take(deep.as_bytes()), Err(WireError::TooLarge { .. })));
    }
}
