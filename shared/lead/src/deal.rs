//! A closed deal of the past, as a file tells it: the lead it began as, and what became of it.

use jiff::Timestamp;

use crate::enrichment::Enrichment;
use crate::event::{Activity, FormSubmit};
use crate::ids::{ContentHash, EventId, PolicyHash, SourceName};
use crate::motion::Motion;
use crate::outcome::Outcome;
use crate::stages::{Completeness, EnrichedLead, Joined, QueuedLead, SubmittedLead};
use crate::wire::Versioned;
use leadlight_reading::{DomainName, EmailAddress, EmailKind};

/// The source of a deal that names none.
pub const HISTORY_SOURCE: &str = "crm-history";
/// The provider that imported facts cite.
pub const HISTORY_PROVIDER: &str = "crm-export";
/// The domain of the made-up addresses `deal-<id>@history.example`, where a deal's file names no person.
pub const HISTORY_DOMAIN: &str = "history.example";
/// The longest id that fits a mailbox name (64 bytes) behind `deal-`.
const MAX_ID_IN_ADDRESS: usize = 59;

/// Whose history a deal belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DealOrigin {
    /// A company's own.
    Imported,
    /// Invented, to try the product with.
    Sample,
}

impl DealOrigin {
    /// How an event says it, as its `source_event_type`.
    fn word(self) -> &'static str {
        match self {
            Self::Imported => "imported-deal",
            Self::Sample => "sample-deal",
        }
    }
}

/// What is told of a deal beside facts and outcome.
#[derive(Debug, Clone, PartialEq)]
pub struct DealTold {
    /// Its id in the CRM, which becomes its lead's event id.
    pub id: EventId,
    /// Whose it is.
    pub origin: DealOrigin,
    /// Where the lead came from; else [`HISTORY_SOURCE`].
    pub source: Option<SourceName>,
    /// Whom the deal was with.
    pub email: Option<EmailAddress>,
    /// The company's website.
    pub website: Option<DomainName>,
    /// What the person did before the deal was created.
    pub activity: Vec<Activity>,
    /// When it was created.
    pub created_at: Timestamp,
}

/// A closed deal, as it stood when it was created, with what became of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Deal {
    id: EventId,
    /// The lead it began as; it happened and was received when the deal was created.
    pub submitted: SubmittedLead,
    /// What the CRM knew, with [`HISTORY_PROVIDER`] as provider and confidence 1.
    pub enrichment: Enrichment,
    /// Won or lost, when, and for how much.
    pub outcome: Outcome,
}

impl Deal {
    /// A deal by what is told of it. Its content is all of it: told again with another end it is a conflict, not a
    /// repetition. None where no event can hold it.
    pub fn new(told: DealTold, enrichment: Enrichment, outcome: Outcome) -> Option<Self> {
        let smallest = serde_json::json!({
            "schema_version": <FormSubmit as Versioned>::VERSION,
            "id": told.id,
            "source": told.source.as_ref().map_or(HISTORY_SOURCE, SourceName::as_str),
            "email": told.email.map_or_else(|| address(&told.id), |email| email.as_str().to_owned()),
        });
        let mut event = FormSubmit::parse(smallest.to_string().as_bytes()).ok()?;
        event.source_event_type = Some(told.origin.word().to_owned());
        event.occurred_at = Some(told.created_at);
        event.website = told.website.map(String::from);
        event.company = enrichment.company.name.as_ref().map(|name| name.value.clone());
        event.activity = told.activity;
        Self::of(told.id, event, told.created_at, enrichment, outcome)
    }

    /// The same deal with another outcome.
    pub fn with_outcome(self, outcome: Outcome) -> Option<Self> {
        let SubmittedLead { event, received_at, .. } = self.submitted;
        Self::of(self.id, event, received_at, self.enrichment, outcome)
    }

    fn of(
        id: EventId,
        event: FormSubmit,
        created_at: Timestamp,
        enrichment: Enrichment,
        outcome: Outcome,
    ) -> Option<Self> {
        let whole = serde_json::to_vec(&(&event, &enrichment, &outcome)).ok()?;
        let submitted = SubmittedLead::new(event, ContentHash::of(&whole), created_at).ok()?;
        Some(Self { id, submitted, enrichment, outcome })
    }

    /// The deal's id in the CRM.
    pub fn id(&self) -> &EventId {
        &self.id
    }

    /// Where the lead came from.
    pub fn source(&self) -> &SourceName {
        &self.submitted.event.source
    }

    /// When it was created: the moment behaviour and intent are aged to.
    pub fn created_at(&self) -> Timestamp {
        self.submitted.received_at
    }

    /// The deal as the enriched lead it was then, judged by a policy of today.
    pub fn enriched(
        &self,
        policy: &PolicyHash,
        motion: Motion,
        account: (EmailKind, Option<DomainName>),
        completeness: Completeness,
    ) -> EnrichedLead {
        let (email_kind, account_domain) = account;
        EnrichedLead {
            submitted: self.submitted.clone(),
            policy: policy.clone(),
            motion,
            email_kind,
            account_domain,
            enrichment: self.enrichment.clone(),
            completeness,
            enriched_at: self.created_at(),
            round: 0,
            group: None,
            renewal: None,
            joined: Joined::default(),
            found: None,
            seen_first_for: None,
        }
    }
}

/// An address that reaches nobody, of a deal whose file names no person.
fn address(id: &EventId) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    let id = id.as_str();
    if id.len() <= MAX_ID_IN_ADDRESS && id.bytes().all(plain) {
        return format!("deal-{id}@{HISTORY_DOMAIN}");
    }
    let hash = ContentHash::of(id.as_bytes());
    format!("deal-{}@{HISTORY_DOMAIN}", hash.as_str().get(..32).unwrap_or_default())
}

impl QueuedLead {
    /// Whose history the lead belongs to, if it began as a deal of a file.
    pub fn deal_origin(&self) -> Option<DealOrigin> {
        let event = self.event();
        let is = |origin: DealOrigin| event.source_event_type.as_deref() == Some(origin.word());
        if is(DealOrigin::Sample) && event.email.domain() == HISTORY_DOMAIN {
            return Some(DealOrigin::Sample);
        }
        is(DealOrigin::Imported).then_some(DealOrigin::Imported)
    }
}
