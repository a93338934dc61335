//! The form-submit event: what a producer sends.

use std::collections::BTreeMap;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::contact::EmailAddress;
use crate::decision::Motion;
use crate::ids::{ContentHash, EventId, SourceName};
use crate::wire::{WireError, from_json, to_json};

/// The version of [`FormSubmit`] this release reads and writes.
pub const FORM_SUBMIT_VERSION: u32 = 1;

/// The most bytes an event may have. A form is a few kilobytes; the stages' messages, which carry it
/// together with what enrichment found, stay well under the queue's limit and the table's.
pub const MAX_EVENT_BYTES: usize = 128 * 1024;

/// A person filled in a form, signed up, came to an event, or was handed over by a partner.
///
/// Fields that are not named here are kept in `form.fields`.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FormSubmit {
    /// Always 1.
    pub schema_version: u32,
    /// The producer's id of this event. With `source` it is the idempotency key.
    pub id: EventId,
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
    /// The company's country (ISO 3166-1 alpha-2), as chosen in the form.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// The company's number of employees, as chosen in the form.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub employees: Option<u32>,
    /// The company's yearly revenue in US dollars.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revenue_usd: Option<u64>,
    /// The company's industry, as chosen in the form.
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
    /// What this person did before: pages, downloads, webinars, product usage.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub activity: Vec<Activity>,
    /// Present on leads a partner hands over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partner: Option<PartnerContext>,
    /// Consent given or refused.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub consent: Vec<Consent>,
    /// Overrides the motion that the policy gives to the source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub motion_hint: Option<Motion>,
    /// A producer's test event: it is processed and marked.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_test: bool,
    /// Whatever else was sent; moved to `form.fields` by [`FormSubmit::parse`].
    #[serde(flatten, skip_serializing)]
    #[schemars(skip)]
    unnamed: BTreeMap<String, serde_json::Value>,
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

impl FormSubmit {
    /// Reads an event from the bytes a producer sent.
    pub fn parse(bytes: &[u8]) -> Result<Self, WireError> {
        #[derive(Deserialize)]
        struct Version {
            schema_version: u64,
        }
        if bytes.len() > MAX_EVENT_BYTES {
            return Err(WireError::TooLarge { bytes: bytes.len(), limit: MAX_EVENT_BYTES });
        }
        let version: Version = from_json(bytes)?;
        if version.schema_version != u64::from(FORM_SUBMIT_VERSION) {
            return Err(WireError::UnknownVersion {
                found: version.schema_version,
                supported: FORM_SUBMIT_VERSION,
            });
        }
        let mut event: Self = from_json(bytes)?;
        for (label, value) in std::mem::take(&mut event.unnamed) {
            event.form.fields.entry(label).or_insert(value);
        }
        // A number such as 9e15 is longer written out, and that is how it travels and is kept.
        let bytes = to_json(&event)?.len();
        if bytes > MAX_EVENT_BYTES {
            return Err(WireError::TooLarge { bytes, limit: MAX_EVENT_BYTES });
        }
        Ok(event)
    }

    /// Of the canonical form: the same content in another order of fields has the same hash.
    pub fn content_hash(&self) -> Result<ContentHash, WireError> {
        Ok(ContentHash::of(to_json(self)?.as_bytes()))
    }
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
mod tests {
    use super::*;

    const MINIMAL: &str =
        r#"{"schema_version":1,"id":"e1","source":"website-form","email":"ada@acme.example"}"#;

    fn problem(text: &str) -> String {
        FormSubmit::parse(text.as_bytes()).unwrap_err().to_string()
    }

    #[test]
    fn the_smallest_event_is_an_address_with_a_key() {
        let event = FormSubmit::parse(MINIMAL.as_bytes()).unwrap();
        assert_eq!(event.email.as_str(), "ada@acme.example");
        assert!(event.occurred_at.is_none());
    }

    #[test]
    fn fields_without_a_name_are_kept() {
        let text = MINIMAL.replace("\"id\"", "\"budget\":\"50k\",\"id\"");
        let event = FormSubmit::parse(text.as_bytes()).unwrap();
        assert_eq!(event.form.fields["budget"], "50k");
        let again = FormSubmit::parse(to_json(&event).unwrap().as_bytes()).unwrap();
        assert_eq!(again, event);
    }

    #[test]
    fn an_event_that_grows_when_written_out_is_too_large() {
        let numbers = vec!["9e15"; 20_000].join(",");
        let text = MINIMAL.replace("\"id\"", &format!("\"numbers\":[{numbers}],\"id\""));
        assert!(text.len() < MAX_EVENT_BYTES);
        let error = FormSubmit::parse(text.as_bytes()).unwrap_err();
        assert!(matches!(error, WireError::TooLarge { .. }), "{error}");
    }

    #[test]
    fn nothing_personal_shows_in_a_log() {
        let text = MINIMAL.replace(
            "\"id\"",
            r#""first_name":"Ada","phone":"+1 555 0100","message":"call me","budget":"50k","id""#,
        );
        let shown = format!("{:?}", FormSubmit::parse(text.as_bytes()).unwrap());
        for personal in ["ada", "Ada", "0100", "call me", "50k"] {
            assert!(!shown.contains(personal), "{shown}");
        }
        assert!(shown.contains("website-form") && shown.contains("acme.example"), "{shown}");
    }

    #[test]
    fn the_content_hash_ignores_the_order_of_fields_and_sees_a_change() {
        let reordered =
            r#"{"email":"ADA@acme.example","source":"website-form","id":"e1","schema_version":1}"#;
        let hash = |t: &str| FormSubmit::parse(t.as_bytes()).unwrap().content_hash().unwrap();
        assert_eq!(hash(MINIMAL), hash(reordered));
        assert_ne!(hash(MINIMAL), hash(&MINIMAL.replace("ada@", "eve@")));
    }

    #[test]
    fn bad_events_say_what_to_mend() {
        assert!(problem("").contains("empty"));
        assert!(problem("hello").contains("not valid JSON"));
        assert!(
            problem(&MINIMAL.replace("\"schema_version\":1", "\"schema_version\":9")).contains("upgrade")
        );
        assert!(problem(&MINIMAL.replace("\"schema_version\":1,", "")).contains("`schema_version`"));
        assert!(problem(&MINIMAL.replace("ada@acme.example", "ada")).contains("`email`: expected an e-mail"));
        assert!(
            problem(&MINIMAL.replace("website-form", "Web Site"))
                .contains("`source`: expected a source name")
        );
        let employees = |v: &str| problem(&MINIMAL.replace("\"id\"", &format!("\"employees\":{v},\"id\"")));
        assert!(employees("\"many\"").contains("`employees`"), "{}", employees("\"many\""));
        assert!(employees("NaN").contains("not valid JSON"));
        assert!(employees("1e999").contains("number out of range"));
        assert!(employees("-3").contains("`employees`"));
        let at = problem(&MINIMAL.replace("\"id\"", "\"occurred_at\":\"yesterday\",\"id\""));
        assert!(at.contains("`occurred_at`: expected an RFC 3339"), "{at}");
    }

    #[test]
    fn an_event_has_a_size_limit() {
        let text = MINIMAL.replace("\"id\"", &format!("\"message\":\"{}\",\"id\"", "x".repeat(300_000)));
        assert!(problem(&text).contains("more than the 131072 bytes"));
    }
}
