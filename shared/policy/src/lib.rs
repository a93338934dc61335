//! The policy file: parse, check, apply.
//!
//! The file is the specification of how leads are qualified. [`Policy::parse`] refuses one that is
//! vague or contradicts itself, with line and remedy; what it lets through can be applied without
//! failure: [`Policy::source`] and [`Policy::completeness`] at enrichment, [`Policy::assess`] and
//! [`Policy::decide`] at scoring, [`Policy::people`] at the checkpoints. [`Policy::outline`] tells all of it in
//! words. There is no I/O, no clock and no environment in this crate.

mod assess;
mod check;
mod check_criteria;
mod check_people;
mod completeness;
mod criteria;
mod decide;
mod disqualify;
mod keyed;
pub mod mail_domains;
mod outline;
mod outline_criteria;
mod outline_people;
mod people;
mod policy;
mod spec;

pub use assess::{Assessment, CriterionGrade};
pub use criteria::Criterion;
pub use decide::Opinion;
pub use outline::{Section, Table};
pub use people::{Conversion, ConversionKind, DealSizeBand, PeopleRules, RejectionReason, SlaMinutes};
pub use policy::{ModelFeature, Policy, QueueText, SourceRule};

#[cfg(test)]
mod tests;
