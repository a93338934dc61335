//! The stages of a lead, and the messages that carry it from one to the next.

mod document;
mod group;
mod joined;
mod unite;

use std::borrow::Cow;

use jiff::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::crm::CrmHistory;
use crate::decision::{Decision, Disposition, Grade, Motion};
use crate::enrichment::Enrichment;
use crate::event::{FormSubmit, Typed};
use crate::ids::{ContentHash, LeadId, PolicyHash};
use crate::outcome::Outcome;
use crate::queue::QueueName;
use crate::wire::{StageMessage, Versioned, WireError, from_json};
use crate::work::{Progress, Work};
use leadlight_reading::{DomainName, EmailKind, ReadField, read_country};

pub use document::{MAX_DOCUMENT_BYTES, MAX_NEW_DOCUMENT_BYTES};
pub use group::BuyingGroup;
pub use joined::{EarlierScore, Joined, Thread};

/// A valid event that was received: a lead begins.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SubmittedLead {
    /// Derived from source and event id, or from source and content where the source may not name its events.
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
    pub const CLOCK_SKEW: SignedDuration = SignedDuration::from_hours(24);
    /// Two years: no lead is warm after that.
    const OLDEST: SignedDuration = SignedDuration::from_hours(24 * 730);

    /// Begins a lead. A time later than any clock could say is not known: the event happened when it was received.
    pub fn new(
        event: FormSubmit,
        content_hash: ContentHash,
        received_at: Timestamp,
    ) -> Result<Self, TimeProblem> {
        let mut event = event;
        event.forget_future(received_at + Self::CLOCK_SKEW);
        let age = received_at.duration_since(event.occurred_at.unwrap_or(received_at));
        if age > Self::OLDEST {
            return Err(TimeProblem::Ancient { days: age.as_hours() / 24 });
        }
        let lead_id = match &event.id {
            Some(id) => LeadId::of(&event.source, id),
            None => LeadId::of_content(&event.source, &content_hash, event.day(received_at)),
        };
        Ok(Self { lead_id, content_hash, received_at, event })
    }

    /// The same lead under an id of its content, for sources whose own ids don't count: a guessed id takes no other
    /// event's place. The same event is still the same lead.
    #[must_use]
    pub fn identified_by_content(self) -> Self {
        let day = self.event.day(self.received_at);
        Self { lead_id: LeadId::of_content(&self.event.source, &self.content_hash, day), ..self }
    }

    /// Whether it is the submission that a lead of the same id was stored with, by that lead's hash. What the release
    /// before stored has the hash of all that was sent.
    pub fn repeats(&self, stored_hash: &str) -> bool {
        self.content_hash.as_str() == stored_hash
            || self.event.whole_hash().is_ok_and(|whole| whole.as_str() == stored_hash)
    }

    /// Of the first version, which compared all that was sent.
    fn compared_by_content(mut self) -> Self {
        // Deals that were imported are compared by more than their event.
        if self.event.whole_hash().is_ok_and(|whole| whole == self.content_hash)
            && let Ok(hash) = self.event.content_hash()
        {
            self.content_hash = hash;
        }
        self
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
    /// How often it was enriched again since vendors were away: 0 the first time.
    #[serde(default, skip_serializing_if = "joined::is_zero")]
    pub round: u32,
    /// Who else at the account had a lead that waited, where the policy asks for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<BuyingGroup>,
    /// The events that it is the picture of, where its person sent several.
    #[serde(default, skip_serializing_if = "Joined::is_empty")]
    pub joined: Joined,
}

impl EnrichedLead {
    /// What was typed and is not known from any provider either: for people to read, and never taken for a "no".
    pub fn not_understood(&self) -> Vec<Typed> {
        let Enrichment { company, person, .. } = &self.enrichment;
        let is_known = |field: &ReadField| match field {
            ReadField::Country => company.country.is_some(),
            ReadField::Industry => company.industry.is_some(),
            ReadField::Size => company.employees.is_some(),
            ReadField::Revenue => company.revenue_usd.is_some(),
            ReadField::Title => person.function.is_some() || person.seniority.is_some(),
        };
        ReadField::ALL
            .into_iter()
            .filter(|field| !is_known(field))
            .filter_map(|field| Some(Typed { field, text: self.event().typed(field)?.into_owned() }))
            .collect()
    }

    /// The country as it was typed, where what a provider says goes before it and is not the same: for people to see both.
    pub fn country_typed_otherwise(&self) -> Option<Cow<'_, str>> {
        let known = self.enrichment.company.country.as_ref()?.value;
        self.event().typed(ReadField::Country).filter(|typed| read_country(typed) != Some(known))
    }

    /// The lead's id.
    pub fn id(&self) -> &LeadId {
        &self.submitted.lead_id
    }

    /// The event it began with.
    pub fn event(&self) -> &FormSubmit {
        &self.submitted.event
    }

    /// When that event happened.
    pub fn occurred_at(&self) -> Timestamp {
        self.submitted.occurred_at()
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
    /// Its person's other events and leads.
    #[serde(default, skip_serializing_if = "Thread::is_empty")]
    pub thread: Thread,
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
            thread: Thread::default(),
            crm: CrmHistory::default(),
            outcome: None,
        }
    }

    /// The queue it waits in now; none once people have turned it down or accepted it, its deals have
    /// ended, or its person has a later one.
    pub fn waits_in(&self) -> Option<QueueName> {
        if self.outcome.is_some() || self.thread.continued_in.is_some() {
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
        let decision = self.decision()?;
        (!matches!(decision.disposition, Disposition::Incomplete { .. })).then_some(decision.grade)
    }

    /// The lead's id.
    pub fn id(&self) -> &LeadId {
        self.enriched().id()
    }

    /// The lead as enriched.
    pub fn enriched(&self) -> &EnrichedLead {
        self.content.enriched()
    }

    /// How it began.
    pub fn submitted(&self) -> &SubmittedLead {
        &self.enriched().submitted
    }

    /// The event it began with.
    pub fn event(&self) -> &FormSubmit {
        self.enriched().event()
    }

    /// When that event happened.
    pub fn occurred_at(&self) -> Timestamp {
        self.enriched().occurred_at()
    }

    /// What was found about company and person.
    pub fn enrichment(&self) -> &Enrichment {
        &self.enriched().enrichment
    }

    /// The company's domain, where one is known.
    pub fn account_domain(&self) -> Option<&DomainName> {
        self.enriched().account_domain.as_ref()
    }

    /// The decision, once there is one.
    pub fn decision(&self) -> Option<&Decision> {
        self.content.decision()
    }
}

/// The second version: an event's id is optional and its size and revenue are as typed, a company's size may be a range,
/// and events are compared by what they are made of. What the first version wrote can be read as it is.
const VERSION: u32 = 2;

impl Versioned for EnrichedLead {
    const VERSION: u32 = VERSION;

    fn from_older(version: u64, json: &str) -> Option<Result<Self, WireError>> {
        (version == 1).then(|| from_json(json.as_bytes()).map(Self::compared_by_content))
    }
}

impl EnrichedLead {
    fn compared_by_content(self) -> Self {
        Self { submitted: self.submitted.compared_by_content(), ..self }
    }
}

impl StageMessage for EnrichedLead {
    const SCHEMA: &'static str = "leadlight.enriched-lead";
}

impl Versioned for RouteRequest {
    const VERSION: u32 = VERSION;

    fn from_older(version: u64, json: &str) -> Option<Result<Self, WireError>> {
        (version == 1).then(|| from_json(json.as_bytes()).map(Self::compared_by_content))
    }
}

impl RouteRequest {
    fn compared_by_content(self) -> Self {
        match self {
            Self::HumanFirst(enriched) => Self::HumanFirst(enriched.compared_by_content()),
            Self::Scored(scored) => {
                Self::Scored(ScoredLead { enriched: scored.enriched.compared_by_content(), ..scored })
            }
        }
    }
}

impl StageMessage for RouteRequest {
    const SCHEMA: &'static str = "leadlight.route-request";
}

impl Versioned for QueuedLead {
    const VERSION: u32 = VERSION;

    fn from_older(version: u64, json: &str) -> Option<Result<Self, WireError>> {
        let read = |lead: Self| Self { content: lead.content.compared_by_content(), ..lead };
        (version == 1).then(|| from_json(json.as_bytes()).map(read))
    }
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
        assert!(matches!(submitted("2021-01-01T00:00:00Z").unwrap_err(), TimeProblem::Ancient { .. }));
    }

    #[test]
    fn a_time_that_is_none_costs_no_lead() {
        for none in [
            "2026-11-23T12:00:00Z",
            "1970-01-01T00:00:00Z",
            "3999-12-31T00:00:00Z",
            "yesterday",
            "0000-00-00",
        ] {
            let lead = submitted(none).unwrap();
            assert_eq!(lead.occurred_at(), lead.received_at, "{none}");
            assert!(lead.event.form.fields["occurred_at, as sent"].as_str().unwrap().starts_with(&none[..4]));
        }
    }
}
