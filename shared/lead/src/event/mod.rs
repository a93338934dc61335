//! The form-submit event: what a producer sends.

mod answer;
mod behaviour;
mod bounds;
mod door;
mod large;
mod made_of;
mod typed;

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ids::{EventId, LeadId, PersonId, SourceName};
use crate::motion::Motion;
use crate::wire::{Door, Place, Versioned, WireError, check_shape, from_json, read_as, to_json, version_of};
use leadlight_reading::EmailAddress;

pub use answer::Answer;
pub use bounds::{MAX_CONSENT_ID, MAX_CONSENTS, Shortened};
pub use door::read_moment;
pub use large::{MAX_WHOLE_BYTES, Taken, Whole};
pub use typed::Typed;

/// The most bytes an event may have, as sent and as written. A form is a few kilobytes. What a lead grows by on its way
/// has room beside it in the table: see [`crate::MAX_DOCUMENT_BYTES`].
pub const MAX_EVENT_BYTES: usize = 128 * 1024;

/// What the time takes that a door adds to an event without one: it must fit then as well.
const OCCURRED_AT_BYTES: usize = r#","occurred_at":"2026-11-20T09:30:00.123456789Z""#.len();

/// What shapes an event may have. A survey of a hundred questions with structured answers stays below both bounds, and
/// what is built of five hundred values takes a third of a megabyte at the most: a function that lists hundreds of leads
/// has room for them.
const DOOR: Door = Door {
    within: Place::Event,
    names: &FIELDS,
    depth: 16,
    values: MAX_VALUES,
    typed_values: MAX_TYPED_VALUES,
};

/// The most values in the fields that have no name of ours.
const MAX_VALUES: u32 = 500;

/// The most values in the fields that have: two thousand entries of activity, of which the latest are kept. While they are
/// read they take some six megabytes at the most.
const MAX_TYPED_VALUES: u32 = 10_000;

/// The names of all fields, whatever they are in: what an error may repeat.
const FIELDS: [&str; 37] = [
    "accepted",
    "activity",
    "at",
    "campaign",
    "company",
    "consent",
    "content",
    "country",
    "email",
    "employees",
    "fields",
    "first_name",
    "form",
    "id",
    "industry",
    "is_test",
    "kind",
    "last_name",
    "medium",
    "message",
    "motion_hint",
    "name",
    "note",
    "occurred_at",
    "page_url",
    "partner",
    "person_id",
    "phone",
    "referrer",
    "revenue_usd",
    "schema_version",
    "source",
    "source_event_type",
    "term",
    "title",
    "utm",
    "website",
];

/// The fields of an event itself, but for `form`.
const FIELDS_OF_EVENT: [&str; 26] = [
    "schema_version",
    "id",
    "source",
    "source_event_type",
    "occurred_at",
    "email",
    "person_id",
    "first_name",
    "last_name",
    "phone",
    "title",
    "company",
    "website",
    "country",
    "employees",
    "revenue_usd",
    "industry",
    "message",
    "utm",
    "page_url",
    "referrer",
    "activity",
    "partner",
    "consent",
    "motion_hint",
    "is_test",
];

/// A person filled in a form, signed up, came to an event, or was handed over by a partner.
///
/// Fields that are not named here are kept in `form.fields`.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FormSubmit {
    /// The version of this shape.
    pub schema_version: u32,
    /// The producer's id of this event. With `source` it is the idempotency key; without it the content and the day are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<EventId>,
    /// Where it came from: a source the policy declares.
    pub source: SourceName,
    /// The producer's own name for the kind of event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_event_type: Option<String>,
    /// When it happened (RFC 3339). Absent: when it was received.
    #[serde(default, with = "timestamp", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    pub occurred_at: Option<Timestamp>,
    /// The person's address.
    pub email: EmailAddress,
    /// The source's own id of this person: who has the same one there is the same person, whatever the address. Counts
    /// where the policy lets the source name its events.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person_id: Option<PersonId>,
    /// First name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_name: Option<String>,
    /// Last name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_name: Option<String>,
    /// Telephone number, as typed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// Job title, as typed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Company name, as typed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub company: Option<String>,
    /// The company's website or domain, as typed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub website: Option<String>,
    /// The company's country, as typed or chosen: a code or a name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// The company's number of employees, as typed or chosen: a number or a range.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub employees: Option<Answer>,
    /// The company's yearly revenue in US dollars, as typed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revenue_usd: Option<Answer>,
    /// The company's industry, as typed or chosen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub industry: Option<String>,
    /// Free text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// The form and the fields that are not named above.
    #[serde(default, skip_serializing_if = "FormRef::is_empty")]
    pub form: FormRef,
    /// Campaign parameters.
    #[serde(default, skip_serializing_if = "Utm::is_empty")]
    pub utm: Utm,
    /// The page the form stood on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page_url: Option<String>,
    /// The page before it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub referrer: Option<String>,
    /// What this person did before: pages, downloads, usage. Counts where the policy lets the source say so.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub activity: Vec<Activity>,
    /// Present on leads a partner hands over. Counts where the policy lets the source say so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partner: Option<PartnerContext>,
    /// Consent given or refused.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub consent: Vec<Consent>,
    /// Overrides the motion of the source. Counts where the policy lets the source say so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub motion_hint: Option<Motion>,
    /// A producer's test event: it is processed and marked.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_test: bool,
}

/// What a person typed is nobody's business in a log.
impl std::fmt::Debug for FormSubmit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FormSubmit")
            .field("source", &self.source)
            .field("email", &self.email)
            .field("occurred_at", &self.occurred_at)
            .finish_non_exhaustive()
    }
}

impl Versioned for FormSubmit {}

impl FormSubmit {
    /// Reads an event from the bytes a producer sent.
    ///
    /// What it takes survives every stage and can be read back from the table. Texts and activity beyond their bounds
    /// are no reason to refuse a lead: [`FormSubmit::shortened`] tells of them.
    pub fn parse(bytes: &[u8]) -> Result<Self, WireError> {
        not_too_large(bytes.len())?;
        let event = Self::of_any_size(bytes)?;
        event.check_written()?;
        Ok(event)
    }

    fn of_any_size(bytes: &[u8]) -> Result<Self, WireError> {
        let version = version_of::<Self>(bytes)?;
        check_shape(bytes, &DOOR)?;
        let mut fields: serde_json::Map<String, serde_json::Value> = from_json(bytes)?;
        door::read(&mut fields);
        let mut event: Self = read_as(version, &to_json(&fields)?)?;
        event.shorten()?;
        Ok(event)
    }

    /// Measures a body before anything is made of it: for doors that look into it first, say for its id, and then
    /// [take](Self::take) it.
    pub fn check_shape(bytes: &[u8]) -> Result<(), WireError> {
        large::not_larger_than_a_door_takes(bytes.len())?;
        check_shape(bytes, &DOOR)
    }

    /// Whether it is still an event that can be read again, for a door that said something more of it.
    pub fn still_fits(&self) -> Result<(), WireError> {
        self.check_written()
    }

    /// It is read again in the form it is written in: then it must still be what the door takes.
    fn check_written(&self) -> Result<(), WireError> {
        // A number such as 9e15 is longer written out, and that is how it travels and is kept.
        let written = to_json(self)?;
        let time_to_come = if self.occurred_at.is_none() { OCCURRED_AT_BYTES } else { 0 };
        not_too_large(written.len() + time_to_come)?;
        // The rests of long texts are values too.
        check_shape(written.as_bytes(), &DOOR)
    }

    /// The lead that it becomes: by its id where it has one. Without an id the same person is another lead on another
    /// day, and on one day the same submission is the same lead.
    pub fn lead_id(&self, received_at: Timestamp) -> Result<LeadId, WireError> {
        Ok(match &self.id {
            Some(id) => LeadId::of(&self.source, id),
            None => LeadId::of_content(&self.source, &self.content_hash()?, self.day(received_at)),
        })
    }

    /// Takes a time after `latest` for one that was not given.
    pub(crate) fn forget_future(&mut self, latest: Timestamp) {
        if let Some(at) = self.occurred_at.take_if(|at| *at > latest) {
            let label = format!("occurred_at{}", door::AS_SENT);
            self.form.fields.entry(label).or_insert_with(|| at.to_string().into());
        }
    }

    /// The day on which it happened, in UTC.
    pub fn day(&self, received_at: Timestamp) -> Date {
        TimeZone::UTC.to_datetime(self.occurred_at.unwrap_or(received_at)).date()
    }
}

fn not_too_large(bytes: usize) -> Result<(), WireError> {
    if bytes > MAX_EVENT_BYTES {
        return Err(WireError::TooLarge { bytes, limit: MAX_EVENT_BYTES });
    }
    Ok(())
}

/// Which form it was, and its other fields.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FormRef {
    /// The producer's id of the form.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What it asked for, or what sending it is a sign of: a form for a demo is a `demo_request`. It counts as
    /// behaviour.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<ActivityKind>,
    /// Fields by label.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub fields: BTreeMap<String, serde_json::Value>,
}

impl FormRef {
    fn is_empty(&self) -> bool {
        self == &Self::default()
    }
}

/// Campaign parameters of the landing page.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[expect(missing_docs, reason = "the five fields are named as the URL parameters everyone knows")]
pub struct Utm {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub medium: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub campaign: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub term: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<String>,
}

impl Utm {
    fn is_empty(&self) -> bool {
        self == &Self::default()
    }
}

/// One thing a person did that the company itself observed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Activity {
    /// What kind.
    pub kind: ActivityKind,
    /// The page, file, event or feature.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// When (RFC 3339).
    #[serde(with = "timestamp::required")]
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub at: Timestamp,
}

/// Kinds of first-party behaviour. The policy gives each its points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ActivityKind {
    /// Any page.
    PageView,
    /// The pricing page.
    PricingView,
    /// White paper, guide, case study.
    ContentDownload,
    /// Asked for a demo or a call.
    DemoRequest,
    /// Opened or clicked a mail.
    EmailClick,
    /// Attended a webinar.
    WebinarAttended,
    /// Attended a conference or visited the stand.
    EventAttended,
    /// Started a trial.
    TrialStarted,
    /// Used a feature.
    FeatureUsed,
    /// Connected an integration.
    IntegrationConnected,
    /// Invited a colleague.
    TeammateInvited,
    /// Asked about an upgrade.
    UpgradeInquiry,
}

/// What the partner who hands a lead over knows about it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PartnerContext {
    /// The partner.
    pub name: String,
    /// What they know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// One consent, given or refused.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Consent {
    /// Which.
    pub id: String,
    /// Given?
    pub accepted: bool,
}

/// RFC 3339 timestamps whose errors do not repeat the value.
mod timestamp {
    use jiff::Timestamp;
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

    const EXPECTED: &str = "expected an RFC 3339 timestamp such as 2026-11-20T09:30:00Z";

    #[expect(clippy::ref_option, reason = "the signature is serde's")]
    pub(super) fn serialize<S: Serializer>(at: &Option<Timestamp>, serializer: S) -> Result<S::Ok, S::Error> {
        at.serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Timestamp>, D::Error> {
        let text = Option::<String>::deserialize(deserializer).map_err(|_| D::Error::custom(EXPECTED))?;
        text.map(|t| t.parse().map_err(|_| D::Error::custom(EXPECTED))).transpose()
    }

    pub(super) mod required {
        use super::{Deserialize, Deserializer, EXPECTED, Error, Serialize, Serializer, Timestamp};

        pub(in super::super) fn serialize<S: Serializer>(
            at: &Timestamp,
            serializer: S,
        ) -> Result<S::Ok, S::Error> {
            at.serialize(serializer)
        }

        pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<Timestamp, D::Error> {
            let text = String::deserialize(d).map_err(|_| D::Error::custom(EXPECTED))?;
            text.parse().map_err(|_| D::Error::custom(EXPECTED))
        }
    }
}

#[cfg(test)]
mod real;
#[cfg(test)]
mod survives;
#[cfg(test)]
mod tests;
