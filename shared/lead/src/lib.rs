//! The words of lead qualification: lead, company, person, enrichment, decision, outcome, ids.
//!
//! A lead is one document that grows on its way, and its type says how far it has come:
//! [`SubmittedLead`] → [`EnrichedLead`] → [`ScoredLead`] → [`QueuedLead`]. Everything here is plain
//! data with its rules of validity; there is no I/O, no clock and no environment in this crate.

mod chain;
mod contact;
mod crm;
mod deal;
mod decision;
mod enrichment;
mod erased;
mod event;
mod feature;
mod ids;
mod lot;
mod motion;
mod outcome;
mod queue;
mod score;
mod segment;
mod stages;
mod summary;
mod tally;
mod told;
mod trend;
mod usage;
mod wire;
mod work;

pub use chain::chain;
pub use contact::{Contact, ContactState, Meeting};
pub use crm::{CrmEvent, CrmHistory, CrmRecord, LeadRef, MAX_CRM_EVENT_BYTES, Milestone, Recorded};
pub use deal::{Deal, DealOrigin, DealTold, HISTORY_DOMAIN, HISTORY_PROVIDER, HISTORY_SOURCE};
pub use decision::{
    CriterionGroup, DecidedBy, Decision, Disposition, Disqualifier, Heard, Held, Lift, LiftedBy,
    ProbabilityInterval, Reason, ReasonUnit,
};
pub use enrichment::{
    About, Against, Asked, BY_HAND, ByHand, Came, Company, DERIVED, Enrichment, FORM, Fact, FactField,
    Funding, Gap, Hiring, Intent, Origin, Person, READ_FROM_TITLE_CONFIDENCE, RevenueRange, TYPED_CONFIDENCE,
    Topic, is_vendor,
};
pub use erased::{Bar, Barred, CameAt, ErasureKey};
pub use event::{
    Activity, ActivityKind, Answer, Consent, FormRef, FormSubmit, MAX_CONSENT_ID, MAX_CONSENTS,
    MAX_EVENT_BYTES, MAX_WHOLE_BYTES, PartnerContext, Shortened, Taken, Typed, Utm, Whole, read_moment,
};
pub use feature::{FeatureEntry, FeatureValue, FeatureVector, NotFinite, ValueKind};
pub use ids::{
    AccountsHash, ContentHash, DealId, DealSize, DestinationsHash, ErasureMark, EventId, LeadId, MemberId,
    ModelHash, OwnFactsHash, PersonId, PersonKey, PolicyHash, RejectionCode, SourceName, SourcesHash,
    TargetsHash, TeamHash, VendorsHash, WorkspaceId,
};
pub use leadlight_reading::{
    CountryCode, DomainName, EmailAddress, EmailKind, Function, Headcount, InvalidId, NoCompany, ReadField,
    Seniority, ascii_host, likely_countries,
};
pub use lot::{DrawKey, Lot};
pub use motion::Motion;
pub use outcome::{Outcome, OutcomeResult};
pub use queue::{QueueName, Role, UnknownQueue};
pub use score::{Grade, Score};
pub use segment::{Segment, Side, Sides};
pub use stages::{
    Becomes, BuyingGroup, Completeness, EarlierScore, EnrichedLead, Joined, MAX_DOCUMENT_BYTES,
    MAX_NEW_DOCUMENT_BYTES, Place, QueuedContent, QueuedLead, Renewal, Renews, RouteRequest, ScoredLead,
    Stood, SubmittedLead, Thread, TimeProblem, Used, renewal_day, renewed_at,
};
pub use summary::{Standing, summary};
pub use tally::{Counted, Counts, Span, Tally};
pub use told::{beside_average, chance, effect, odds};
pub use trend::{JudgedBy, Moved, ScoreAt, Trend};
pub use usage::{AccountRef, AccountUsage, AccountUse, UsageKey, Use};
pub use wire::{StageMessage, Versioned, WireError, check_size, from_json, from_versioned, to_json};
pub use work::{
    Acceptance, Attestation, Claim, Confirmation, Entry, Happening, Level, NoteKind, Progress, Rejection,
    Reversible, TrainingMeaning, Work,
};
