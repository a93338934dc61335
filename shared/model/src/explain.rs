//! A prediction and its reasons.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use leadlight_lead::{CriterionGroup, FeatureValue, FeatureVector, Reason, Score, Standing};
use serde::Serialize;

use crate::artifact::Artifact;
use crate::encoder::{EncodedFeature, Encoding, FeatureError};
use crate::feature::{Cell, FeatureSpec};
use crate::file::Body;
use crate::interval::{Ends, Interval};
use crate::math::{count, sigmoid};
use crate::scope::from_narrowest;
use crate::scorer::Scorer;

/// The factor of the reason that stands for the average lead. Of an own model it names the scope: "average partner lead".
pub const BASELINE_FACTOR: &str = "average lead";

/// The factors of the reasons that stand for what the model would say beyond what past deals show.
pub(crate) const NO_MORE: &str = "past deals show no more than this";
pub(crate) const NO_LESS: &str = "past deals show no less than this";
/// The factor of the reason that leads from the average lead to the share of past deals that were won, where there is
/// nothing else to go by.
const NOTHING_KNOWN: &str = "nothing known yet: the share of past deals that were won";
/// Differences that only rounding makes.
const NO_DIFFERENCE: f64 = 1e-9;

/// How far reasons may be from the margin, relative to its size.
const REASONS_TOLERANCE: f64 = 1e-6;

/// What a model says of one lead.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Prediction {
    /// Calibrated probability that the deal is won, within what past deals bear out: no lower than the lower end of the
    /// interval for the lowest leads' share won, no higher than the upper end for the highest. Of a lead of which nothing
    /// is known, the share of past deals that were won.
    pub probability: f64,
    /// Where the share won lies among leads scored like this one, with a chance of
    /// [`crate::INTERVAL_LEVEL`]; none where the model has seen too few deals to tell. The probability may lie
    /// outside: then the model has been off around there.
    pub interval: Option<Interval>,
    /// Its log-odds, ln(p / (1 − p)).
    pub margin: f64,
    /// Its place among past leads, 0 to 100. It keeps the order of leads whose probability is told as the same.
    pub score: Score,
    /// One reason a feature that ever varied, largest first whatever its sign (equal ones in the policy's order), then the
    /// baseline: what is read first is always about this lead. Last, where the probability is not told as the model has
    /// it, why and by how much; in the baseline's group. In log-odds; they sum to `margin`.
    pub reasons: Vec<Reason>,
    /// What each group of factors comes to, in tenths: its place among past leads, 10 the best; none where
    /// nothing of it is known.
    pub groups: Vec<(CriterionGroup, Option<u8>)>,
}

impl Prediction {
    /// One line for people, such as
    /// `Score: 84 (ICP match: 9/10, intent signal: strong, technographic fit: good)`.
    pub fn summary(&self) -> String {
        let standing =
            |(group, tenths): &(CriterionGroup, Option<u8>)| (*group, tenths.map(Standing::of_place));
        let mut line = leadlight_lead::summary(self.score, self.groups.iter().map(standing));
        if Reason::is_nothing_known(&self.reasons) {
            line.push_str(
                "; nothing is known of this lead yet: its chance is the share of past deals that were won",
            );
            return line;
        }
        let strongest = |sign: f64| -> Vec<&str> {
            // What is not known may lower a chance, and is no praise where it raises one.
            let is_said = |r: &Reason| r.group != CriterionGroup::Baseline && (r.known || sign < 0.0);
            let of = |r: &&Reason| is_said(r) && sign * r.contribution > 0.05;
            self.reasons.iter().filter(of).take(2).map(|r| r.factor.as_str()).collect()
        };
        for (word, factors) in [("for", strongest(1.0)), ("against", strongest(-1.0))] {
            if !factors.is_empty() {
                // Writing to a string can't fail.
                let _ = write!(line, "; {word}: {}", factors.join(", "));
            }
        }
        line
    }
}

/// Why a lead could not be scored.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PredictError {
    /// A value cannot be used.
    #[error(transparent)]
    Feature(#[from] FeatureError),
    /// Each value is usable, together they are beyond double precision.
    #[error("the lead's features add up to more than a number can hold")]
    Overflow,
}

/// Whose word it is on a lead: that of its scope's own model where there is one, else of the scope around it, else of the
/// shared one.
#[derive(Debug, Clone, Copy)]
pub struct Voice<'a> {
    body: &'a Body,
    own: Option<&'a str>,
}

impl Artifact {
    /// What answers for the leads of a scope, and for those of none.
    pub fn voice(&self, scope: Option<&str>) -> Voice<'_> {
        let own =
            scope.and_then(|scope| from_narrowest(scope).find_map(|scope| self.own().get_key_value(scope)));
        match own {
            Some((scope, body)) => Voice { body, own: Some(scope) },
            None => Voice { body: self.body(), own: None },
        }
    }

    /// What the shared model says of a lead by its features.
    pub fn predict(&self, features: &FeatureVector) -> Result<Prediction, PredictError> {
        self.voice(None).predict(features)
    }
}

impl<'a> Voice<'a> {
    /// The scope whose own model answers; none where it is the shared one.
    pub fn own(self) -> Option<&'a str> {
        self.own
    }

    /// Scores a lead by its features. Those that the model does not know are ignored; those it knows and the vector
    /// lacks, or has of another kind, count as not known.
    pub fn predict(&self, features: &FeatureVector) -> Result<Prediction, PredictError> {
        self.predict_cells(|spec| features.value(&spec.name).into())
    }

    /// The same, each reason in the words that `says` has for a feature and its value; where it has none, by the feature's
    /// label. Of tags it is shown those that the model tells apart, the rarest first.
    pub fn predict_saying(
        &self,
        features: &FeatureVector,
        says: impl Fn(&FeatureSpec, Option<&FeatureValue>) -> Option<String>,
    ) -> Result<Prediction, PredictError> {
        let in_words = |feature: &EncodedFeature| {
            let value = features.value(&feature.spec.name).map(|value| feature.told_apart(value));
            says(&feature.spec, value.as_ref()).unwrap_or_else(|| label(feature))
        };
        self.predict_in_words(|spec| features.value(&spec.name).into(), in_words)
    }

    /// Scores a lead by its values, asked for feature by feature.
    pub fn predict_cells<'c>(
        &self,
        value_of: impl Fn(&FeatureSpec) -> Cell<'c>,
    ) -> Result<Prediction, PredictError> {
        self.predict_in_words(value_of, label)
    }

    fn predict_in_words<'c>(
        &self,
        value_of: impl Fn(&FeatureSpec) -> Cell<'c>,
        in_words: impl Fn(&EncodedFeature) -> String,
    ) -> Result<Prediction, PredictError> {
        let encoder = &self.body.scorer.encoder;
        let cells: Vec<Cell<'c>> = encoder.features.iter().map(|f| value_of(&f.spec)).collect();
        let known: Vec<bool> = cells.iter().map(|cell| *cell != Cell::Unknown).collect();
        self.predict_row(&encoder.encode_cells(cells.into_iter())?, &known, in_words)
    }

    fn predict_row(
        &self,
        row: &[f32],
        known: &[bool],
        in_words: impl Fn(&EncodedFeature) -> String,
    ) -> Result<Prediction, PredictError> {
        let margin = finite(self.body.scorer.margin_of(row))?;
        let (mut parts, baseline) = self.body.scorer.contributions(row);
        let sum = baseline + parts.iter().sum::<f64>();
        // Reasons that don't add up, or are no numbers, explain nothing.
        if (sum - margin).abs() > REASONS_TOLERANCE * (1.0 + margin.abs()) || sum.is_nan() {
            return Err(PredictError::Overflow);
        }
        let ends = self.ends();
        let (placed, told, because) = if self.is_anything_known(known) {
            let told = margin.max(log_odds(ends.lowest.from)).min(log_odds(ends.highest.to));
            (margin, told, if told < margin { NO_MORE } else { NO_LESS })
        } else {
            // Whatever the model says of a lead without values, nobody could be told why.
            parts.fill(0.0);
            let share = ends.within(self.body.lineage.base_rate());
            (log_odds(share), log_odds(share), NOTHING_KNOWN)
        };
        let score = self.body.places.score(placed).ok_or(PredictError::Overflow)?;
        let average =
            self.own.map_or_else(|| BASELINE_FACTOR.to_owned(), |scope| format!("average {scope} lead"));
        let baseline = Reason::new(CriterionGroup::Baseline, average, baseline);
        let mut reasons = reasons(&self.body.scorer, &parts, baseline, known, in_words);
        // From the sum of what is told, not from the margin: so they sum to the told margin however large they are.
        let rest = told - reasons.iter().map(|reason| reason.contribution).sum::<f64>();
        if (told - placed).abs() > NO_DIFFERENCE || (because == NOTHING_KNOWN && rest.abs() > NO_DIFFERENCE) {
            reasons.push(Reason::new(CriterionGroup::Baseline, because, rest));
        }
        Ok(Prediction {
            probability: sigmoid(told),
            interval: self.body.intervals.at(placed).map(|interval| ends.narrow(interval)),
            margin: told,
            score,
            groups: self.groups(&parts, known),
            reasons,
        })
    }

    /// Where probabilities end. Without predictions of deals that a fit had not seen, all the deals together tell.
    fn ends(&self) -> Ends {
        let lineage = &self.body.lineage;
        self.body.intervals.ends().unwrap_or_else(|| Ends::of_deals(count(lineage.won + lineage.lost)))
    }

    /// Whether any of the features is known that past deals tell anything by.
    fn is_anything_known(&self, known: &[bool]) -> bool {
        self.body.scorer.encoder.ranges().zip(known).any(|(columns, known)| *known && !columns.is_empty())
    }

    /// The calibrated log-odds alone.
    pub(crate) fn margin(self, features: &FeatureVector) -> Result<f64, PredictError> {
        finite(self.body.scorer.margin_of(&self.body.scorer.encoder.encode_vector(features)?))
    }

    fn groups(&self, parts: &[f64], known: &[bool]) -> Vec<(CriterionGroup, Option<u8>)> {
        let sums = group_sums(&self.body.scorer, parts);
        let is_known = |group: CriterionGroup| {
            let features = self.body.scorer.encoder.features.iter().zip(known);
            features.into_iter().any(|(feature, known)| *known && feature.spec.group == group)
        };
        self.body
            .groups
            .iter()
            .filter_map(|(group, places)| {
                let place = places.score(*sums.get(group)?)?;
                #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 10")]
                let tenths = (place.value() / 10.0).round() as u8;
                Some((*group, is_known(*group).then_some(tenths)))
            })
            .collect()
    }
}

/// What the features of each group add up to; of groups without any column nothing.
pub(crate) fn group_sums(scorer: &Scorer, parts: &[f64]) -> BTreeMap<CriterionGroup, f64> {
    let mut sums = BTreeMap::new();
    for ((feature, columns), part) in scorer.encoder.features.iter().zip(scorer.encoder.ranges()).zip(parts) {
        if !columns.is_empty() {
            *sums.entry(feature.spec.group).or_insert(0.0) += part;
        }
    }
    sums
}

fn log_odds(p: f64) -> f64 {
    (p / (1.0 - p)).ln()
}

fn finite(margin: f64) -> Result<f64, PredictError> {
    if margin.is_finite() { Ok(margin) } else { Err(PredictError::Overflow) }
}

/// A feature's name for people.
pub(crate) fn label(feature: &EncodedFeature) -> String {
    feature.spec.factor.clone()
}

/// One reason a feature that ever varied, largest first, and the baseline. `known` says for each feature whether its value
/// is known; if so, the reason says it in words.
pub(crate) fn reasons(
    scorer: &Scorer,
    parts: &[f64],
    baseline: Reason,
    known: &[bool],
    in_words: impl Fn(&EncodedFeature) -> String,
) -> Vec<Reason> {
    // A feature that never varied has no part in anything.
    let features = scorer.encoder.features.iter().zip(known).zip(parts);
    let learnt = features.filter(|((feature, _), _)| feature.encoding != Encoding::Dropped);
    let of = |((feature, known), part): ((&EncodedFeature, &bool), &f64)| {
        if *known {
            Reason::new(feature.spec.group, in_words(feature), *part)
        } else {
            Reason::not_known(feature.spec.group, &feature.spec.factor, *part)
        }
    };
    let mut reasons: Vec<Reason> = learnt.map(of).collect();
    reasons.sort_by(|a, b| b.contribution.abs().total_cmp(&a.contribution.abs()));
    reasons.push(baseline);
    reasons
}
