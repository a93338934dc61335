//! Features, learners, calibration, explanation, judgement, artifact: from closed deals to a probability with
//! its reasons. Pure: no I/O, no clock, no randomness; the same deals give the same bytes.
//!
//! [`study`] turns [`Deals`] into a [`Study`]: a report, and a model if one is fit to replace what scores
//! today. The artifact is one sealed file that holds all that scoring needs; [`Artifact::from_bytes`] is
//! the only way to come by one, so whatever is scored with has been verified. [`Artifact::predict`] gives a
//! calibrated probability, a score among past leads, and additive [`leadlight_lead::Reason`]s that sum to the
//! margin.
//!
//! ```text
//! deals ─▶ audit ─▶ sort by close date ─▶ older 80 % ─▶ learners compete ─▶ gate on the newest 20 %
//!                                     └─▶ all        ─▶ the chosen learner ─▶ artifact (what is published)
//! a recipe = encoder + one learner or a blend + weights by forward-chained folds + the newest deals' level
//! ```

#[cfg(test)]
extern crate self as leadlight_model;

mod additive;
mod artifact;
mod audit;
mod bands;
mod blend;
mod calibration;
mod court;
mod decisions;
mod drift;
mod encoder;
mod evaluate;
mod explain;
mod factor;
mod feature;
mod file;
mod folds;
mod forward;
mod gate;
mod golden;
mod importance;
mod interactions;
mod interval;
mod judged;
mod learners;
mod level;
mod lineage;
mod manifest;
mod math;
mod matrix;
mod metrics;
mod own;
mod places;
mod publishing;
mod recipe;
mod reference;
mod report;
mod rows;
mod run;
mod scope;
mod scorer;
mod shift;
mod study;
mod table;
mod titles;
mod train;
mod trees;
mod treeshap;
mod verdict;
mod weigh;
mod whiten;
mod worth;

#[cfg(test)]
mod simulate;
#[cfg(test)]
mod tests;

pub use artifact::{Artifact, FeatureMismatch};
pub use audit::{Audit, Fill, Finding, Severity, audit};
pub use bands::{Accounts, Band, DecidedDeal, said};
pub use calibration::{Calibration, CalibrationMethod};
pub use decisions::{
    Decided, Decisions, EarlierReview, FallSeen, Look, LookedBack, ScoredBy, Window, WindowReview,
};
pub use drift::{DriftVerdict, FeatureDrift, drift};
pub use encoder::FeatureError;
pub use evaluate::{EvaluateError, evaluate};
pub use explain::{BASELINE_FACTOR, PredictError, Prediction, Voice};
pub use feature::{
    Cell, CellError, CellFormat, FeatureKind, FeatureSpec, Monotone, parse_boolean, parse_moment,
};
pub use file::{ArtifactError, SCHEMA_VERSION};
pub use gate::{Comparison, GateLimits, GateReport, Incumbent, Proof};
pub use importance::reasons_of;
pub use interactions::{PairCell, PairEffect, Pairs};
pub use interval::{INTERVAL_LEVEL, Interval, wilson_95};
pub use learners::{LearnError, LearnerKind, SMARTCORE_VERSION};
pub use lineage::ArtifactLineage;
pub use manifest::{Manifest, OwnPapers};
pub use metrics::Metrics;
pub use recipe::{MIN_CLOSED, MIN_OF_A_CLASS};
pub use report::{
    BackTest, ColumnRead, FileRead, Importance, Judged, LearnerResult, LiftPoint, Origin, OwnJudged,
    OwnModel, OwnStanding, PastDeal, PastReview, PeopleBand, PeopleReview, ReliabilityBin, ScoreBin, Stake,
    StudyReport, StudyVerdict, Surprise,
};
pub use rows::{DataHash, Lineage, TrainingRow};
pub use scope::scope_within;
pub use study::{Options, Step, Study, cannot_be_asked, study};
pub use table::{Cells, Codes, Deals, Order, TagCodes};
pub use train::{Bench, TrainError, Trained, train};
pub use verdict::{BandReview, BandVerdict, Fall, NEAR_ZERO, fall, review};
pub use weigh::{Graded, Weighed, weigh};
pub use worth::{VendorDeals, VendorPart, VendorWorth, WorthGain, worth};
