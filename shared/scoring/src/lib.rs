//! Policy, champion and lead make a decision.
//!
//! Whatever decides on a lead calls [`judge`]: scoring it when it comes in, importing it as history, and deciding again
//! under another policy or model to compare. What a model may see of a lead is [`features`], for scoring and training
//! alike, so that a model never learns from something it will not be shown.
//!
//! Pure: the same lead, policy and champion give the same decision to the bit.

mod champion;
pub mod compare;
mod consequence;
mod judge;
mod percentiles;
mod renewal;
mod suggest;
mod watch;

pub use champion::{Champion, feature_specs};
pub use consequence::{ModelFate, misfit, other_weights};
pub use judge::{Judge, Judgement, Unfit, features, is_after_the_fact, judge, judge_history, scope};
pub use percentiles::{
    LetterCut, NoPercentiles, NoShares, Percentiles, Shares, percentiles, score_for_letters,
};
pub use renewal::HORIZON_DAYS;
pub use suggest::{ClosedDeal, SuggestedCut, SuggestedWeight, Suggestion, Support, suggest};
pub use watch::{Warning, WarningKind, Watch};

#[cfg(test)]
mod tests;
