//! Features, learner, calibration, explanation, artifact: from closed deals to a probability with its
//! reasons. Pure: no I/O, no clock, no randomness; the same rows give the same bytes.
//!
//! [`train`] turns [`TrainingRow`]s into an [`Artifact`] and a [`Manifest`]. The artifact is one sealed
//! file that holds all that scoring needs; [`Artifact::from_bytes`] is the only way to come by one, so
//! whatever is scored with has been verified. [`Artifact::predict`] gives a calibrated probability, a
//! score among past leads, and additive [`leadlight_lead::Reason`]s that sum to the margin.
//!
//! ```text
//! rows ─▶ sort by close date ─▶ older 80 % ─▶ recipe ─▶ judged on the newest 20 % ─▶ metrics
//!                           └─▶ all        ─▶ recipe ─▶ artifact (what is published)
//! recipe = encoder + logistic regression + calibration on forward-chained folds
//! ```

#[cfg(test)]
extern crate self as leadlight_model;

mod artifact;
mod bands;
mod calibration;
mod encoder;
mod explain;
mod file;
mod gate;
mod golden;
mod learner;
mod manifest;
mod math;
mod metrics;
mod places;
mod recipe;
mod rows;
mod scorer;
mod train;

#[cfg(test)]
mod simulate;
#[cfg(test)]
mod tests;

pub use artifact::{Artifact, ArtifactLineage, FeatureMismatch};
pub use bands::{Band, BandReview, BandVerdict, DecidedDeal, review};
pub use calibration::{Calibration, CalibrationMethod};
pub use encoder::FeatureError;
pub use explain::{BASELINE_FACTOR, PredictError, Prediction};
pub use file::{ArtifactError, SCHEMA_VERSION};
pub use gate::{GateLimits, GateReport, gate};
pub use learner::{LearnError, SMARTCORE_VERSION};
pub use manifest::Manifest;
pub use metrics::{EvaluateError, Metrics, evaluate};
pub use recipe::{MIN_CLOSED, MIN_OF_A_CLASS};
pub use rows::{DataHash, FeatureSpec, JudgeSplit, Lineage, TrainingRow, judge_split};
pub use train::{TrainError, Trained, train};
