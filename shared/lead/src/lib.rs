//! The words of lead qualification: lead, company, person, enrichment, decision, outcome, ids.
//!
//! A lead is one document that grows on its way, and its type says how far it has come:
//! [`SubmittedLead`] → [`EnrichedLead`] → [`ScoredLead`] → [`QueuedLead`]. Everything here is plain
//! data with its rules of validity; there is no I/O, no clock and no environment in this crate.

mod contact;
mod decision;
mod enrichment;
mod event;
mod ids;
mod outcome;
mod stages;
mod wire;

pub use contact::{CountryCode, DomainName, EmailAddress, EmailKind, Function, Seniority};
pub use decision::{
    CriterionGroup, DecidedBy, Decision, Disposition, Disqualifier, FeatureVector, Grade, Motion, NotFinite,
    ProbabilityInterval, Reason, ReasonUnit, Score,
};
pub use enrichment::{Company, Enrichment, Fact, Intent, Person, Topic};
pub use event::{
    Activity, ActivityKind, Consent, FORM_SUBMIT_VERSION, FormRef, FormSubmit, MAX_EVENT_BYTES,
    PartnerContext, Utm,
};
pub use ids::{ContentHash, EventId, InvalidId, LeadId, ModelHash, PolicyHash, SourceName};
pub use outcome::{Outcome, OutcomeResult};
pub use stages::{
    Completeness, EnrichedLead, QueueName, QueuedContent, QueuedLead, RouteRequest, ScoredLead, StageMessage,
    SubmittedLead, TimeProblem, UnknownQueue,
};
pub use wire::{WireError, from_json, to_json};
