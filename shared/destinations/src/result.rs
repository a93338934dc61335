//! What is told of a lead: the result, and the person it is about.

use jiff::Timestamp;
use leadlight_lead::{
    AccountsHash, ActivityKind, Contact, DecidedBy, Decision, Disposition, DomainName, EmailAddress, Grade,
    Held, LeadId, Lift, MemberId, ModelHash, Motion, Outcome, PolicyHash, ProbabilityInterval, Progress,
    QueueName, QueuedLead, Reason, ReasonUnit, Renews, Segment, Sides, SourceName, Topic, Trend,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Topics that are told, the strongest first.
const MOST_TOPICS: usize = 5;

/// What Leadlight found and decided about a lead, without personal data.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LeadResult {
    /// Which.
    pub lead_id: LeadId,
    /// How often its item was written when this was read: of two results of a lead, the higher is newer.
    pub version: u64,
    /// Counts what people could see of it; a form, a button or a request to the API names the one it was made from.
    #[serde(default)]
    pub revision: u64,
    /// The source it came from.
    pub source: SourceName,
    /// When its event happened.
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub occurred_at: Timestamp,
    /// When it was queued.
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub queued_at: Timestamp,
    /// The go-to-market motion it belongs to.
    pub motion: Motion,
    /// The company's domain, where one is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<DomainName>,
    /// The queue it waits in; absent where it waits in none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub queue: Option<QueueName>,
    /// Whose it is, by the team file's name; absent in the pool.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<MemberId>,
    /// When it should be answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    pub due_at: Option<Timestamp>,
    /// How far people came: `open`, `seen`, `flagged`, `confirmed`, `accepted` or `rejected`.
    pub progress: String,
    /// Whether its person was reached, and the meeting with them; absent before anybody reached out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<Contact>,
    /// The decision; absent while a person looks first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision: Option<Decided>,
    /// Where its score has been going, under one policy and model; absent where it has no other score to compare.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trend: Option<Trend>,
    /// When it is scored again since time has passed, and what it would be then; absent where time alone changes nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub renews: Option<Renews>,
    /// Third-party intent; absent where none is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub intent: Option<Intents>,
    /// Has the person changed jobs lately? Absent where that is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changed_jobs: Option<bool>,
    /// How its deals ended, once they have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
}

/// A decision, as it is told.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Decided {
    /// 0 to 100.
    pub score: f64,
    /// Calibrated probability of conversion, 0 to 1, be it that the model decided or was only heard; absent where none was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub probability: Option<f64>,
    /// How sure that is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interval: Option<ProbabilityInterval>,
    /// The score as a letter.
    pub grade: Grade,
    /// What is to happen.
    pub disposition: Disposition,
    /// Whether a little more or less would have decided otherwise.
    pub borderline: bool,
    /// What the person did to ask for a person, where that brings the lead before an SDR whatever its score.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked_for: Option<ActivityKind>,
    /// What brings it over a threshold that its score lies below.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lifted: Option<Lift>,
    /// That it was left where it stood, since its score lies only a little beyond a threshold and nobody did anything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held: Option<Held>,
    /// The segment of its motion that it is in, or that it cannot be told; absent where it is in none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub segment: Option<Segment>,
    /// How it stands by fit and by engagement; absent where a release before decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sides: Option<Sides>,
    /// One line: score and why.
    pub summary: String,
    /// What `reasons` are measured in.
    pub reason_unit: ReasonUnit,
    /// Every factor's part, largest first.
    pub reasons: Vec<Reason>,
    /// The policy that was followed.
    pub policy: PolicyHash,
    /// The list of accounts beside it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accounts: Option<AccountsHash>,
    /// The model that decided; absent while rules do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<ModelHash>,
}

impl From<&Decision> for Decided {
    fn from(decision: &Decision) -> Self {
        let model = match &decision.decided_by {
            DecidedBy::Model { hash } => Some(hash.clone()),
            DecidedBy::Rules { .. } => None,
        };
        Self {
            score: decision.score.value(),
            probability: decision.chance(),
            interval: decision.chance_interval(),
            grade: decision.grade,
            disposition: decision.disposition.clone(),
            borderline: decision.borderline,
            asked_for: decision.asked_for,
            lifted: decision.lifted.clone(),
            held: decision.held,
            segment: decision.segment.clone(),
            sides: decision.sides,
            summary: decision.summary.clone(),
            reason_unit: decision.reason_unit,
            reasons: decision.reasons.clone(),
            policy: decision.policy.clone(),
            accounts: decision.accounts.clone(),
            model,
        }
    }
}

/// Third-party intent, as it is told.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Intents {
    /// The strongest topic's, 0 to 100; 50 is an average company.
    pub score: f64,
    /// The five strongest topics, the strongest first.
    pub topics: Vec<Topic>,
    /// When the vendor observed it.
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub observed_at: Timestamp,
}

impl LeadResult {
    /// Of a lead as it was read, with the version of its item.
    pub fn of(lead: &QueuedLead, version: u64) -> Self {
        let facts = lead.enrichment();
        Self {
            lead_id: lead.id().clone(),
            version,
            revision: lead.work.revision,
            source: lead.event().source.clone(),
            occurred_at: lead.occurred_at(),
            queued_at: lead.queued_at,
            motion: lead.enriched().motion,
            account: lead.account_domain().cloned(),
            queue: lead.waits_in(),
            owner: lead.work.owner.clone(),
            due_at: lead.work.due_at,
            progress: progress(&lead.work.progress).to_owned(),
            contact: lead.contact(),
            decision: lead.decision().map(Decided::from),
            trend: lead.trend(),
            renews: lead.renews(),
            intent: facts.company.intent.as_ref().and_then(|fact| {
                let mut topics = fact.value.topics.clone();
                topics.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.name.cmp(&b.name)));
                topics.truncate(MOST_TOPICS);
                let score = topics.first()?.score;
                Some(Intents { score, topics, observed_at: fact.value.observed_at })
            }),
            changed_jobs: facts.person.recently_changed_jobs.as_ref().map(|fact| fact.value),
            outcome: lead.outcome.clone(),
        }
    }
}

fn progress(progress: &Progress) -> &'static str {
    match progress {
        Progress::Open => "open",
        Progress::Seen(_) => "seen",
        Progress::Flagged(_) => "flagged",
        Progress::Confirmed(_) => "confirmed",
        Progress::Accepted { .. } => "accepted",
        Progress::Rejected { .. } => "rejected",
    }
}

/// Who a lead is about, as typed. Destinations alone get it: the bus never does.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Person {
    /// Their address.
    pub email: EmailAddress,
    /// First name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_name: Option<String>,
    /// Last name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_name: Option<String>,
    /// Job title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Company.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub company: Option<String>,
}

/// The longest text of a person that is told, in characters: what is longer is cut.
const LONGEST_TEXT: usize = 200;

impl Person {
    /// Of a lead.
    pub fn of(lead: &QueuedLead) -> Self {
        let event = lead.event();
        let cut = |text: &Option<String>| text.as_ref().map(|text| text.chars().take(LONGEST_TEXT).collect());
        Self {
            email: event.email.clone(),
            first_name: cut(&event.first_name),
            last_name: cut(&event.last_name),
            title: cut(&event.title),
            company: cut(&event.company),
        }
    }
}

/// Nothing of a person is written out.
impl std::fmt::Debug for Person {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Person(..)")
    }
}
