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
mod check_new;
mod check_people;
mod check_scorecard;
mod check_segments;
mod check_titles;
mod completeness;
mod criteria;
mod decide;
mod dial;
mod disqualify;
mod facts;
mod hand_raisers;
mod industries;
mod keyed;
mod lift;
mod listed;
pub mod mail_domains;
mod milestones;
mod motions;
mod outbound;
mod outline;
mod outline_people;
mod outline_scorecard;
mod people;
mod person;
mod policy;
mod readings;
mod redraft;
mod renewal;
mod retention;
mod scale;
mod schema;
mod scorecard;
mod section;
mod segmented;
mod segments;
mod shadow;
mod sides;
mod sources;
mod spec;
mod taken;
mod titles;
mod usage;

pub use account::{AccountAssessment, AccountScale};
pub use assess::{Assessment, Keeps};
pub use check::company_domain;
pub use criteria::{Criterion, IndustryReading};
pub use decide::Opinion;
pub use dial::Decides;
pub use industries::IndustryCoverage;
pub use leadlight_reading::IndustryList;
pub use listed::{Listed, Relation};
pub use outbound::{Capacity, OutboundWeek};
pub use people::{Conversion, ConversionKind, DealSizeBand, PeopleRules, RejectionReason, SlaMinutes};
pub use policy::{Cut, Policy, QueueText};
pub use readings::Readings;
pub use redraft::{NewNumber, RedraftError, redraft};
pub use retention::{KeptAs, Past, Retention};
pub use scale::CriterionGrade;
pub use scorecard::ModelFeature;
pub use section::{Section, Table};
pub use shadow::Shadow;
pub use sources::{SourceRule, Statement};
pub use taken::{NotTaken, Taken};

#[cfg(test)]
mod tests;
