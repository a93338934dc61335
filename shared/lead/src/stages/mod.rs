//! The stages of a lead, and the messages that carry it from one to the next.

mod contacts;
mod document;
mod group;
mod joined;
mod renewal;
mod submitted;
mod unite;

use std::borrow::Cow;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::crm::CrmHistory;
use crate::decision::{Decision, Disposition};
use crate::enrichment::{ByHand, Enrichment};
use crate::event::{ActivityKind, FormSubmit, Typed};
use crate::ids::{LeadId, PolicyHash};
use crate::motion::Motion;
use crate::outcome::Outcome;
use crate::queue::QueueName;
use crate::score::Grade;
use crate::segment::Segment;
use crate::wire::{StageMessage, Versioned, WireError, from_json};
use crate::work::{Progress, Work};
use leadlight_reading::{DomainName, EmailKind, ReadField, read_country};

pub use document::{MAX_DOCUMENT_BYTES, MAX_NEW_DOCUMENT_BYTES};
pub use group::{BuyingGroup, Used};
pub use joined::{EarlierScore, Joined, Thread};
pub use renewal::{Becomes, Place, Renewal, Renews, Stood, renewal_day, renewed_at};
pub use submitted::{SubmittedLead, TimeProblem};

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
    /// That it is decided on again since time passed; none where an event or a new fact is why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub renewal: Option<Renewal>,
    /// The events that it is the picture of, where its person sent several.
    #[serde(default, skip_serializing_if = "Joined::is_empty")]
    pub joined: Joined,
    /// What was found, where people wrote over it; none where nobody did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub found: Option<Box<Enrichment>>,
    /// The segment of its motion for which the policy wants a person to look before it is scored; absent where none does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen_first_for: Option<Segment>,
}

impl EnrichedLead {
    /// What was found, without what people wrote.
    pub fn found(&self) -> &Enrichment {
        self.found.as_deref().unwrap_or(&self.enrichment)
    }

    /// With what people wrote over what was found. What they had written before stands no more.
    #[must_use]
    pub fn completed(mut self, by_hand: &ByHand) -> Self {
        let found = self.found.take().map_or_else(|| std::mem::take(&mut self.enrichment), |found| *found);
        if by_hand.is_empty() {
            return Self { enrichment: found, ..self };
        }
        Self { enrichment: by_hand.over(found.clone()), found: Some(Box::new(found)), ..self }
    }

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
    /// When time alone would change that; none where it never does, and of leads that the release before scored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub renews: Option<Renews>,
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

impl Decision {
    /// The queue that it alone brings a lead to.
    pub fn queue(&self) -> QueueName {
        if self.sampled_at.is_some() {
            return QueueName::Sdr;
        }
        match self.disposition {
            Disposition::Accept => QueueName::Sdr,
            Disposition::Nurture => QueueName::Nurture,
            Disposition::BelowThreshold | Disposition::Disqualified { .. } => QueueName::Disqualified,
            Disposition::Incomplete { .. } => QueueName::CatchAll,
        }
    }

    /// Whether nothing but its score keeps the lead from people.
    pub fn is_sorted_out_by_score(&self) -> bool {
        matches!(self.disposition, Disposition::Nurture | Disposition::BelowThreshold)
    }
}

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
            Self::Scored(scored) => scored.decision.queue(),
        }
    }

    /// Whether nothing but its score keeps it from people.
    pub(crate) fn is_sorted_out_by_score(&self) -> bool {
        self.decision().is_some_and(Decision::is_sorted_out_by_score)
    }

    /// 0 to 1000, highest first. A lead that waits for a person's look has no score, and one whose person asked for one does
    /// not wait for its score: both go by age alone.
    pub fn priority(&self) -> u16 {
        match self {
            Self::HumanFirst(_) => 1000,
            Self::Scored(scored) if scored.decision.asked_for.is_some() => 1000,
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

    /// What its person did to ask for a person, where that brings it before an SDR.
    pub fn asked_for(&self) -> Option<ActivityKind> {
        self.decision()?.asked_for
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

    /// What was known about company and person when it was decided on. What people wrote since stands in
    /// [`QueuedLead::known`].
    pub fn enrichment(&self) -> &Enrichment {
        &self.enriched().enrichment
    }

    /// The lead as it was decided on, with all that people wrote until now.
    pub fn known(&self) -> Cow<'_, EnrichedLead> {
        if self.saw_by_hand(&self.content) {
            Cow::Borrowed(self.enriched())
        } else {
            Cow::Owned(self.enriched().clone().completed(&self.work.by_hand))
        }
    }

    /// Whether what people have written by now was known to a content, no more and no less.
    pub fn saw_by_hand(&self, content: &QueuedContent) -> bool {
        ByHand::of(&content.enriched().enrichment) == self.work.by_hand
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
