//! What follows the first screen: one part a question.

mod back_test;
mod data;
mod drift;
mod gate;
mod history;
mod judged;
mod learners;
mod own;
mod pairs;
mod papers;
mod past;
mod past_deals;
mod people;
mod reasons;
mod surprises;
mod vendors;

pub(crate) use back_test::back_test;
pub(crate) use data::data;
pub use data::findings;
pub(crate) use drift::drift;
pub use drift::drift_pictures;
pub(crate) use gate::gate;
pub use history::{earlier, months};
pub use judged::score_picture;
pub(crate) use judged::{lift, reliability, scores};
pub(crate) use learners::learners;
pub(crate) use own::own;
pub use pairs::pair_tables;
pub(crate) use pairs::pairs;
pub(crate) use papers::papers;
pub(crate) use past::past;
pub(crate) use past_deals::{against, past_surprises};
pub(crate) use people::people;
pub(crate) use reasons::reasons;
pub(crate) use surprises::surprises;
pub(crate) use vendors::vendors;

/// Features in a picture of rows; the table has them all.
const PICTURED: usize = 15;
