//! Behaviour of the whole, on invented deals.

mod damage;
mod prediction;
mod refusals;
mod training;

use crate::rows::TrainingRow;
use crate::simulate::{Simulator, lineage, specs};
use crate::train::{Trained, train};

/// A model on 300 invented deals.
fn trained() -> (Trained, Vec<TrainingRow>) {
    let rows = Simulator::new(7).deals(300, -0.5, 0.0);
    (train(&specs(), &rows, lineage()).unwrap(), rows)
}
