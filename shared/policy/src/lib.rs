//! The policy file: parse, check, apply.
//!
//! The file is the specification of how leads are qualified. [`Policy::parse`] refuses one that is
//! vague or contradicts itself, with line and remedy; what it lets through can be applied without
//! failure: [`Policy::source`] and [`Policy::completeness`] at enrichment, [`Policy::taken`], [`Policy::assess`] and
//! [`Policy::decide`] at scoring, [`Policy::people`] at the checkpoints. [`Policy::outline`] tells all of it in
//! words. There is no I/O, no clock and no environment in this crate.

mod account;
mod assess;
mod check;
mod check_model;
mod check_motions;
mod check_people;
mod check_scorecard;
mod check_titles;
mod completeness;
mod criteria;
mod decide;
mod disqualify;
mod facts;
mod hand_raisers;
mod industries;
mod keyed;
mod lift;
mod listed;
pub mod mail_domains;
mod motions;
mod outbound;
mod outline;
mod outline_people;
mod outline_scorecard;
mod people;
mod person;
mod policy;
mod redraft;
mod scorecard;
mod section;
mod shadow;
mod sources;
mod spec;
mod taken;
mod titles;
mod usage;

pub use account::{AccountAssessment, AccountScale};
pub use assess::Assessment;
pub use check::company_domain;
pub use criteria::{Criterion, IndustryReading};
pub use decide::Opinion;
pub use industries::IndustryCoverage;
pub use leadlight_reading::IndustryList;
pub use listed::{Listed, Relation};
pub use outbound::{Capacity, OutboundWeek};
pub use people::{Conversion, ConversionKind, DealSizeBand, PeopleRules, RejectionReason, SlaMinutes};
pub use policy::{Cut, Policy, QueueText};
pub use redraft::{NewNumber, RedraftError, redraft};
pub use scorecard::{CriterionGrade, ModelFeature};
pub use section::{Section, Table};
pub use shadow::Shadow;
pub use sources::{SourceRule, Statement};
pub use taken::{NotTaken, Taken};

#[cfg(test)]
mod tests;
