//! The stages of a lead, and the messages that carry it from one to the next.

use std::fmt;
use std::str::FromStr;

use jiff::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::contact::{DomainName, EmailKind};
use crate::crm::CrmHistory;
use crate::decision::{Decision, Disposition, Grade, Motion};
use crate::enrichment::Enrichment;
use crate::event::FormSubmit;
use crate::ids::{ContentHash, LeadId, PolicyHash};
use crate::outcome::Outcome;
use crate::wire::{WireError, from_json, to_json};
use crate::work::{Progress, Role, Work};

/// A valid event that was received: a lead begins.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SubmittedLead {
    /// Derived from source and event id.
    pub lead_id: LeadId,
    /// Of the event's content.
    pub content_hash: ContentHash,
    /// When the queue took it.
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub received_at: Timestamp,
    /// As sent.
    pub event: FormSubmit,
}

/// An event's time that cannot be right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TimeProblem {
    /// Later than it was received.
    #[error(
        "`occurred_at` is {hours} hours after the event was received; check the producer's clock and time zone"
    )]
    Future {
        /// By how much.
        hours: i64,
    },
    /// A replay of something old.
    #[error(
        "`occurred_at` is {days} days before the event was received; import old deals as history instead"
    )]
    Ancient {
        /// By how much.
        days: i64,
    },
}

impl SubmittedLead {
    /// Clocks differ; a day covers any time zone written without its offset.
    const CLOCK_SKEW: SignedDuration = SignedDuration::from_hours(24);
    /// Two years: no lead is warm after that.
    const OLDEST: SignedDuration = SignedDuration::from_hours(24 * 730);

    /// Begins a lead.
    pub fn new(
        event: FormSubmit,
        content_hash: ContentHash,
        received_at: Timestamp,
    ) -> Result<Self, TimeProblem> {
        let age = received_at.duration_since(event.occurred_at.unwrap_or(received_at));
        if age < -Self::CLOCK_SKEW {
            return Err(TimeProblem::Future { hours: -age.as_hours() });
        }
        if age > Self::OLDEST {
            return Err(TimeProblem::Ancient { days: age.as_hours() / 24 });
        }
        Ok(Self { lead_id: LeadId::of(&event.source, &event.id), content_hash, received_at, event })
    }

    /// When the event happened.
    pub fn occurred_at(&self) -> Timestamp {
        self.event.occurred_at.unwrap_or(self.received_at)
    }
}

/// How complete a lead's record is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Completeness {
    /// Share of the policy's wanted fields that are known, 0 to 1.
    pub share: f64,
    /// Wanted fields that are not known.
    pub missing: Vec<String>,
}

/// A lead whose company and person were looked up.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct EnrichedLead {
    /// How it began.
    pub submitted: SubmittedLead,
    /// The policy by which its motion and completeness were judged.
    pub policy: PolicyHash,
    /// The motion it belongs to.
    pub motion: Motion,
    /// What the address says.
    pub email_kind: EmailKind,
    /// The company's domain, where one is known.
    pub account_domain: Option<DomainName>,
    /// What was found.
    pub enrichment: Enrichment,
    /// How complete that is.
    pub completeness: Completeness,
    /// When enrichment was done.
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub enriched_at: Timestamp,
}

impl EnrichedLead {
    /// The lead's id.
    pub fn id(&self) -> &LeadId {
        &self.submitted.lead_id
    }
}

/// A lead with a decision.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ScoredLead {
    /// All that is known.
    pub enriched: EnrichedLead,
    /// What was decided, and why.
    pub decision: Decision,
}

/// What reaches the router.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[expect(clippy::large_enum_variant, reason = "both hold a whole lead; the larger by its decision")]
pub enum RouteRequest {
    /// A decision was made.
    Scored(ScoredLead),
    /// A person looks before scoring.
    HumanFirst(EnrichedLead),
}

/// What a queued lead holds: the same two ways it reached the router.
pub type QueuedContent = RouteRequest;

impl RouteRequest {
    /// The lead as enriched.
    pub fn enriched(&self) -> &EnrichedLead {
        match self {
            Self::Scored(scored) => &scored.enriched,
            Self::HumanFirst(enriched) => enriched,
        }
    }

    /// The decision, once there is one.
    pub fn decision(&self) -> Option<&Decision> {
        match self {
            Self::Scored(scored) => Some(&scored.decision),
            Self::HumanFirst(_) => None,
        }
    }

    /// The one queue it belongs in.
    pub fn queue(&self) -> QueueName {
        match self {
            Self::HumanFirst(_) => QueueName::HumanFirst,
            Self::Scored(scored) if scored.decision.sampled_at.is_some() => QueueName::Sdr,
            Self::Scored(scored) => match scored.decision.disposition {
                Disposition::Accept => QueueName::Sdr,
                Disposition::Nurture => QueueName::Nurture,
                Disposition::BelowThreshold | Disposition::Disqualified { .. } => QueueName::Disqualified,
                Disposition::Incomplete { .. } => QueueName::CatchAll,
            },
        }
    }

    /// 0 to 1000, highest first. A lead that waits for a person's look has no score: it goes by age alone.
    pub fn priority(&self) -> u16 {
        match self {
            Self::HumanFirst(_) => 1000,
            Self::Scored(scored) => {
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "a score is 0 to 100"
                )]
                let priority = (scored.decision.score.value() * 10.0).round() as u16;
                priority
            }
        }
    }
}

/// The work queues.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum QueueName {
    /// Sales development: look at once.
    Sdr,
    /// Marketing nurtures.
    Nurture,
    /// Rejected, with the reason.
    Disqualified,
    /// A person looks before scoring.
    HumanFirst,
    /// Too little is known: a person completes the record.
    CatchAll,
    /// An SDR wants a second look: a manager decides.
    Flagged,
    /// Confirmed by an SDR: an account executive attests.
    Ae,
}

impl QueueName {
    /// All queues.
    pub const ALL: [Self; 7] = [
        Self::Sdr,
        Self::HumanFirst,
        Self::Flagged,
        Self::Ae,
        Self::Nurture,
        Self::CatchAll,
        Self::Disqualified,
    ];

    /// Whom its leads wait for; none where they wait for nobody.
    pub fn role(self) -> Option<Role> {
        match self {
            Self::Sdr | Self::HumanFirst | Self::CatchAll => Some(Role::Sdr),
            Self::Flagged => Some(Role::Manager),
            Self::Ae => Some(Role::Ae),
            Self::Nurture | Self::Disqualified => None,
        }
    }

    /// As written in keys and messages.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sdr => "sdr",
            Self::Nurture => "nurture",
            Self::Disqualified => "disqualified",
            Self::HumanFirst => "human_first",
            Self::CatchAll => "catch_all",
            Self::Flagged => "flagged",
            Self::Ae => "ae",
        }
    }
}

impl fmt::Display for QueueName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A name that is no queue.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "no queue of that name; there are sdr, human_first, flagged, ae, nurture, catch_all and disqualified"
)]
pub struct UnknownQueue;

impl FromStr for QueueName {
    type Err = UnknownQueue;

    fn from_str(text: &str) -> Result<Self, UnknownQueue> {
        Self::ALL.into_iter().find(|q| q.as_str() == text).ok_or(UnknownQueue)
    }
}

/// A lead in its queue.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct QueuedLead {
    /// The queue the machine placed it in. Where it waits now, people may have changed: see
    /// [`QueuedLead::waits_in`].
    pub queue: QueueName,
    /// 0 to 1000, highest first.
    pub priority: u16,
    /// When it was queued.
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub queued_at: Timestamp,
    /// The lead.
    pub content: QueuedContent,
    /// What people did with it.
    #[serde(default, skip_serializing_if = "Work::is_untouched")]
    pub work: Work,
    /// What the CRM told of its deals.
    #[serde(default, skip_serializing_if = "CrmHistory::is_empty")]
    pub crm: CrmHistory,
    /// How its deals ended, once they have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
}

impl QueuedLead {
    /// Places a lead.
    pub fn new(content: QueuedContent, queued_at: Timestamp) -> Self {
        Self {
            queue: content.queue(),
            priority: content.priority(),
            queued_at,
            content,
            work: Work::default(),
            crm: CrmHistory::default(),
            outcome: None,
        }
    }

    /// The queue it waits in now; none once people have turned it down or accepted it, or its deals have ended.
    pub fn waits_in(&self) -> Option<QueueName> {
        if self.outcome.is_some() {
            return None;
        }
        match &self.work.progress {
            // A lead on its way to be scored waits where it was until it comes back: should the message be lost,
            // someone sees it still.
            Progress::Open | Progress::Seen(_) if self.work.overridden.is_some() => Some(QueueName::Sdr),
            Progress::Open | Progress::Seen(_) => Some(self.queue),
            Progress::Flagged(_) => Some(QueueName::Flagged),
            Progress::Confirmed(_) => Some(QueueName::Ae),
            Progress::Accepted { .. } | Progress::Rejected { .. } => None,
        }
    }

    /// Has anybody said something of its worth: a person at a checkpoint, or a deal?
    pub fn is_answered(&self) -> bool {
        self.outcome.is_some() || self.crm.opportunity_at().is_some() || self.work.is_answered()
    }

    /// The grade that says how soon it is to be answered: none where it was not scored, or where too little was
    /// known for its score to say much.
    pub fn sla_grade(&self) -> Option<Grade> {
        let decision = self.content.decision()?;
        (!matches!(decision.disposition, Disposition::Incomplete { .. })).then_some(decision.grade)
    }

    /// The lead's id.
    pub fn id(&self) -> &LeadId {
        self.content.enriched().id()
    }
}

/// A value that travels between stages, or rests in the table, under a named and versioned schema.
pub trait StageMessage: Serialize + DeserializeOwned {
    /// The schema's name.
    const SCHEMA: &'static str;
    /// The version this release reads and writes.
    const VERSION: u32 = 1;

    /// As a message body.
    fn to_message(&self) -> Result<String, WireError> {
        to_json(&Envelope { schema: Self::SCHEMA, schema_version: Self::VERSION, body: self })
    }

    /// From a message body; refuses another schema or version by name.
    fn from_message(bytes: &[u8]) -> Result<Self, WireError> {
        let header: Header = from_json(bytes)?;
        if header.schema != Self::SCHEMA {
            return Err(WireError::Shape {
                path: "schema".to_owned(),
                problem: format!("expected `{}`", Self::SCHEMA),
            });
        }
        if header.schema_version != u64::from(Self::VERSION) {
            return Err(WireError::UnknownVersion { found: header.schema_version, supported: Self::VERSION });
        }
        from_json::<Body<Self>>(bytes).map(|b| b.body)
    }
}

#[derive(Serialize)]
struct Envelope<'a, T> {
    schema: &'a str,
    schema_version: u32,
    body: &'a T,
}

#[derive(Deserialize)]
struct Header {
    schema: String,
    schema_version: u64,
}

#[derive(Deserialize)]
struct Body<T> {
    body: T,
}

impl StageMessage for EnrichedLead {
    const SCHEMA: &'static str = "leadlight.enriched-lead";
}

impl StageMessage for RouteRequest {
    const SCHEMA: &'static str = "leadlight.route-request";
}

impl StageMessage for QueuedLead {
    const SCHEMA: &'static str = "leadlight.queued-lead";
}

#[cfg(test)]
mod tests {
    use super::*;

    fn submitted(occurred_at: &str) -> Result<SubmittedLead, TimeProblem> {
        let text = format!(
            r#"{{"schema_version":1,"id":"e1","source":"website-form","email":"ada@acme.example","occurred_at":"{occurred_at}"}}"#
        );
        let event = FormSubmit::parse(text.as_bytes()).unwrap();
        let hash = event.content_hash().unwrap();
        SubmittedLead::new(event, hash, "2026-11-20T12:00:00Z".parse().unwrap())
    }

    #[test]
    fn times_that_cannot_be_right_are_refused() {
        assert!(submitted("2026-11-20T11:59:00Z").is_ok());
        assert!(submitted("2026-11-21T11:00:00Z").is_ok(), "within a clock's skew");
        assert_eq!(submitted("2026-11-23T12:00:00Z").unwrap_err(), TimeProblem::Future { hours: 72 });
        assert!(matches!(submitted("1999-01-01T00:00:00Z").unwrap_err(), TimeProblem::Ancient { .. }));
    }

    #[test]
    fn a_message_of_another_schema_or_version_is_refused() {
        let other = r#"{"schema":"leadlight.queued-lead","schema_version":1,"body":{}}"#;
        let error = EnrichedLead::from_message(other.as_bytes()).unwrap_err();
        assert!(error.to_string().contains("expected `leadlight.enriched-lead`"));
        let newer = r#"{"schema":"leadlight.enriched-lead","schema_version":2,"body":{}}"#;
        assert!(matches!(
            EnrichedLead::from_message(newer.as_bytes()).unwrap_err(),
            WireError::UnknownVersion { found: 2, supported: 1 }
        ));
    }

    #[test]
    fn queue_names_round_trip() {
        for queue in QueueName::ALL {
            assert_eq!(queue.as_str().parse::<QueueName>().unwrap(), queue);
            assert_eq!(serde_json::to_value(queue).unwrap(), queue.as_str());
        }
    }
}
