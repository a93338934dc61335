//! Behaviour of the whole, on invented deals.

mod bands;
mod damage;
mod decisions;
mod interactions;
mod judgement;
mod kept;
mod learners;
mod own;
mod prediction;
mod priors;
mod refusals;
mod reviews;
mod training;
mod worlds;
mod worth;

use crate::feature::FeatureSpec;
use crate::gate::GateLimits;
use crate::learners::{Learned, LearnerKind, LinearTerms};
use crate::report::Origin;
use crate::rows::{Lineage, TrainingRow};
use crate::simulate::{Simulator, lineage, specs};
use crate::study::{Options, Step};
use crate::table::Deals;
use crate::train::{TrainError, Trained};

/// A study of the system's deals, without a champion and without a word on its way.
fn options<'a>() -> Options<'a> {
    Options {
        subject: "invented deals".to_owned(),
        origin: Origin::System,
        champion: None,
        limits: GateLimits::default(),
        found: Vec::new(),
        vendors: &[],
        // It holds nothing, so that nothing is left behind.
        progress: Box::leak(Box::new(|_: Step<'_>| {})),
    }
}

/// Logistic regression on rows.
fn train(specs: &[FeatureSpec], rows: &[TrainingRow], lineage: Lineage) -> Result<Trained, TrainError> {
    crate::train::train(&Deals::from_rows(specs, rows), LearnerKind::LogisticRegression, lineage)
}

/// A model on 300 invented deals.
fn trained() -> (Trained, Vec<TrainingRow>) {
    let rows = Simulator::new(7).deals(300, -0.5, 0.0);
    (train(&specs(), &rows, lineage()).unwrap(), rows)
}

fn linear(learned: &Learned) -> &LinearTerms {
    match learned {
        Learned::Linear(terms) => terms,
        other => panic!("{other:?}"),
    }
}
