//! The words of lead qualification: lead, company, person, enrichment, decision, outcome, ids.
//!
//! A lead is one document that grows on its way, and its type says how far it has come:
//! [`SubmittedLead`] → [`EnrichedLead`] → [`ScoredLead`] → [`QueuedLead`]. Everything here is plain
//! data with its rules of validity; there is no I/O, no clock and no environment in this crate.

mod chain;
mod contact;
mod crm;
mod decision;
mod enrichment;
mod event;
mod ids;
mod outcome;
mod queue;
mod stages;
mod tally;
mod wire;
mod work;

pub use chain::chain;
pub use contact::{CountryCode, DomainName, EmailAddress, EmailKind, Function, Seniority};
pub use crm::{CRM_EVENT_VERSION, CrmEvent, CrmHistory, CrmRecord, LeadRef, Milestone, Recorded};
pub use decision::{
    CriterionGroup, DecidedBy, Decision, Disposition, Disqualifier, FeatureVector, Grade, Motion, NotFinite,
    ProbabilityInterval, Reason, ReasonUnit, Score,
};
pub use enrichment::{Company, Enrichment, Fact, Intent, Person, Topic};
pub use event::{
    Activity, ActivityKind, Consent, FORM_SUBMIT_VERSION, FormRef, FormSubmit, MAX_EVENT_BYTES,
    PartnerContext, Utm,
};
pub use ids::{
    ContentHash, DealId, DealSize, EventId, InvalidId, LeadId, MemberId, ModelHash, PolicyHash,
    RejectionCode, SourceName, TeamHash,
};
pub use outcome::{Outcome, OutcomeResult};
pub use queue::{QueueName, Role, UnknownQueue};
pub use stages::{
    Completeness, EnrichedLead, QueuedContent, QueuedLead, RouteRequest, ScoredLead, SubmittedLead,
    TimeProblem,
};
pub use tally::{Counted, Tally};
pub use wire::{StageMessage, WireError, from_json, to_json};
pub use work::{
    Acceptance, Attestation, Claim, Confirmation, Entry, Happening, Level, NoteKind, Progress, Rejection,
    TrainingMeaning, Work,
};
