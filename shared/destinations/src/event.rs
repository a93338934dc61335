//! An event: something that happened to a lead, or to the model.

use jiff::Timestamp;
use leadlight_lead::{
    Contact, CountryCode, DomainName, LeadId, MemberId, ModelHash, OutcomeResult, QueueName, RejectionCode,
    StageMessage, Versioned, WireError, from_json, from_versioned,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::result::{LeadResult, Person};

/// Defines the kinds, each with its name on the bus.
macro_rules! kinds {
    ($($(#[$doc:meta])* $variant:ident = $name:literal,)+) => {
        /// What can happen; rules of the bus and destinations choose by it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
        pub enum EventKind { $($(#[$doc])* #[serde(rename = $name)] $variant,)+ }

        impl EventKind {
            /// Every one.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// As the bus and `destinations.toml` write it.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }
        }
    };
}

kinds! {
    /// Company and person were looked up.
    LeadEnriched = "lead.enriched",
    /// Policy or model decided.
    LeadScored = "lead.scored",
    /// It stands in another queue than before, or in none.
    LeadRouted = "lead.routed",
    /// Marketing has it from now on.
    LeadNurtured = "lead.nurtured",
    /// It is marketing's no more: for people again, or over.
    LeadLeftNurture = "lead.left_nurture",
    /// It has another owner.
    LeadAssigned = "lead.assigned",
    /// A person decided at a checkpoint.
    ReviewDecided = "review.decided",
    /// Its person was reached or was not, or a meeting with them is on, off, held or missed.
    LeadContact = "lead.contact",
    /// Nobody answered in time.
    SlaBreached = "sla.breached",
    /// Its time is nearly up.
    LeadDueSoon = "lead.due_soon",
    /// A deal was won although its lead had a low score: for the model's review.
    DealFlagged = "deal.flagged",
    /// A target account became work, and nobody there is known: someone is to be found.
    AccountNeedsContact = "account.needs_contact",
    /// What waits for someone of the team, once a day. It is told to destinations alone, not on the bus.
    DeskDigest = "desk.digest",
    /// Another model scores from now on.
    ModelPublished = "model.published",
    /// Past scores no longer say what became of the leads.
    ModelDegraded = "model.degraded",
    /// A person was erased: whoever has something of theirs from here takes it away too.
    PersonErased = "person.erased",
}

impl EventKind {
    /// Is it about a lead?
    pub fn is_of_a_lead(self) -> bool {
        !matches!(
            self,
            Self::AccountNeedsContact
                | Self::DeskDigest
                | Self::ModelPublished
                | Self::ModelDegraded
                | Self::PersonErased
        )
    }

    /// The kind of a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.as_str() == name)
    }
}

/// What happened, beyond what the lead's result says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind")]
pub enum What {
    /// Company and person were looked up.
    #[serde(rename = "lead.enriched")]
    Enriched,
    /// Policy or model decided.
    #[serde(rename = "lead.scored")]
    Scored,
    /// It stands in another queue.
    #[serde(rename = "lead.routed")]
    Routed {
        /// Where it stood; absent if nowhere.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<QueueName>,
        /// Where it stands; absent if nowhere.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to: Option<QueueName>,
    },
    /// Marketing has it from now on.
    #[serde(rename = "lead.nurtured")]
    Nurtured {
        /// Where it stood; absent if nowhere.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<QueueName>,
        /// What made it so.
        because: Turn,
    },
    /// It is marketing's no more.
    #[serde(rename = "lead.left_nurture")]
    LeftNurture {
        /// Where it stands; absent if nowhere.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to: Option<QueueName>,
        /// What made it so.
        because: Turn,
    },
    /// It has another owner.
    #[serde(rename = "lead.assigned")]
    Assigned {
        /// Whose it was.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<MemberId>,
        /// Whose it is.
        to: MemberId,
        /// Who took or gave it; absent where Leadlight did.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<MemberId>,
        /// Why them.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        because: Option<String>,
    },
    /// A person decided.
    #[serde(rename = "review.decided")]
    Decided {
        /// `seen`, `confirmed`, `flagged`, `accepted`, `sent_back`, `rejected` or `overridden`; `undone` where someone
        /// took back their last decision, `reopened` where a manager opened a lead again.
        decision: String,
        /// By whom.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<MemberId>,
        /// Why a lead was turned down, by the reason's code in the policy.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<RejectionCode>,
    },
    /// Where it stands in the words of sales has changed.
    #[serde(rename = "lead.contact")]
    Contact {
        /// Where it stands.
        #[serde(flatten)]
        contact: Contact,
    },
    /// Nobody answered in time.
    #[serde(rename = "sla.breached")]
    Breached {
        /// Whose it was.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        owner: Option<MemberId>,
        /// How often nobody answered this lead in time.
        breaches: u32,
    },
    /// Its time is nearly up.
    #[serde(rename = "lead.due_soon")]
    DueSoon {
        /// Whose it is.
        owner: MemberId,
        /// When it should be answered.
        #[schemars(with = "String", extend("format" = "date-time"))]
        due_at: Timestamp,
    },
    /// A deal's end that its score did not foresee.
    #[serde(rename = "deal.flagged")]
    DealFlagged {
        /// How it ended.
        result: OutcomeResult,
    },
    /// A target account became work, and nobody there is known.
    #[serde(rename = "account.needs_contact")]
    AccountNeedsContact(NeedsContact),
    /// What waits for someone of the team.
    #[serde(rename = "desk.digest")]
    Digest {
        /// For whom.
        member: MemberId,
        /// Leads that wait for them, up to 200 a queue.
        waiting: usize,
        /// How many of these are past their time.
        late: usize,
    },
    /// Another model scores.
    #[serde(rename = "model.published")]
    ModelPublished {
        /// Its hash.
        model: ModelHash,
        /// Why.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// Past scores no longer hold.
    #[serde(rename = "model.degraded")]
    ModelDegraded {
        /// Key of the report's page in the registry.
        page: String,
        /// What it says.
        because: String,
    },
    /// A person was erased.
    #[serde(rename = "person.erased")]
    PersonErased {
        /// The leads that were theirs: by these ids a destination knows whom it was told of.
        leads: Vec<LeadId>,
    },
}

impl What {
    /// Its kind.
    pub fn kind(&self) -> EventKind {
        match self {
            Self::Enriched => EventKind::LeadEnriched,
            Self::Scored => EventKind::LeadScored,
            Self::Routed { .. } => EventKind::LeadRouted,
            Self::Nurtured { .. } => EventKind::LeadNurtured,
            Self::LeftNurture { .. } => EventKind::LeadLeftNurture,
            Self::Assigned { .. } => EventKind::LeadAssigned,
            Self::Decided { .. } => EventKind::ReviewDecided,
            Self::Contact { .. } => EventKind::LeadContact,
            Self::Breached { .. } => EventKind::SlaBreached,
            Self::DueSoon { .. } => EventKind::LeadDueSoon,
            Self::DealFlagged { .. } => EventKind::DealFlagged,
            Self::AccountNeedsContact(_) => EventKind::AccountNeedsContact,
            Self::Digest { .. } => EventKind::DeskDigest,
            Self::ModelPublished { .. } => EventKind::ModelPublished,
            Self::ModelDegraded { .. } => EventKind::ModelDegraded,
            Self::PersonErased { .. } => EventKind::PersonErased,
        }
    }
}

/// A target account at which someone is to be found. It names a company and no person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct NeedsContact {
    /// The week whose work it is, by the ISO calendar: `2026-W49`.
    pub week: String,
    /// The account's domain.
    pub domain: DomainName,
    /// Its place among all target accounts, from 1.
    pub rank: usize,
    /// Score and why, in one line.
    pub why: String,
    /// Its name, as the list has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Its country.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<CountryCode>,
    /// Its tier, as the list writes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tier: Option<String>,
}

/// What made a lead enter or leave nurture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Turn {
    /// Its first decision.
    New,
    /// The person did something: a form, usage of the product, a visit.
    Signal,
    /// Time passed: what was known has faded, or what is known of colleagues at the account has changed since.
    Time,
    /// More became known of it, from vendors or since somebody wrote into its record.
    Facts,
    /// A person decided.
    Person,
    /// It is over: its deal has ended, or the person has a later lead.
    Over,
}

/// Where events come from: `leadlight/<stack>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin(String);

impl Origin {
    /// Of a stack.
    pub fn of_stack(stack: &str) -> Self {
        Self(format!("leadlight/{stack}"))
    }

    /// As `CloudEvents` write it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Something that happened, without personal data: a lead is named by its id, a person by the team file's own name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// The same whenever the same thing is told.
    pub id: String,
    /// When it happened.
    pub at: Timestamp,
    /// What happened.
    pub what: What,
    /// The lead as it was then; absent where it is about a model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lead: Option<LeadResult>,
}

/// What a `CloudEvent` of ours holds in `data`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct EventData {
    /// The version of this shape.
    pub schema_version: u32,
    /// What happened.
    pub what: What,
    /// The lead as it was then; in a webhook, as it was when that was sent. Absent where it is about a model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lead: Option<LeadResult>,
    /// Who the lead is about. In a webhook alone: the bus has no personal data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<Person>,
}

impl Versioned for EventData {}

/// What stands around it: the `CloudEvent`.
#[derive(Deserialize)]
struct Envelope {
    id: String,
    time: Timestamp,
    data: Value,
}

impl Versioned for Event {}

/// As it is kept where no lead tells of it.
impl StageMessage for Event {
    const SCHEMA: &'static str = "leadlight.event";
}

impl Event {
    /// Its kind.
    pub fn kind(&self) -> EventKind {
        self.what.kind()
    }

    /// The lead that it is about.
    pub fn lead_id(&self) -> Option<&LeadId> {
        self.lead.as_ref().map(|lead| &lead.lead_id)
    }

    /// As a `CloudEvent` 1.0 with [`EventData`].
    pub fn to_cloud_event(&self, origin: &Origin) -> Value {
        self.about(origin, None)
    }

    /// The same, with who the lead is about.
    pub(crate) fn about(&self, origin: &Origin, person: Option<&Person>) -> Value {
        let data = EventData {
            schema_version: EventData::VERSION,
            what: self.what.clone(),
            lead: self.lead.clone(),
            person: person.cloned(),
        };
        let mut event = json!({
            "specversion": "1.0",
            "id": self.id,
            "source": origin.as_str(),
            "type": self.kind().as_str(),
            "time": self.at,
            "datacontenttype": "application/json",
            "data": data,
        });
        if let Some(lead) = self.lead_id() {
            event["subject"] = json!(lead);
        }
        event
    }

    /// Reads what [`Event::to_cloud_event`] wrote.
    pub fn from_cloud_event(event: &Value) -> Result<Self, WireError> {
        let Envelope { id, time, data } = from_json(event.to_string().as_bytes())?;
        let EventData { what, lead, .. } = from_versioned(data.to_string().as_bytes())?;
        Ok(Self { id, at: time, what, lead })
    }
}
