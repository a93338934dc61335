//! From a fitted recipe to a sealed artifact with its papers; and why there may be none.

use std::collections::{BTreeMap, BTreeSet};

use leadlight_lead::CriterionGroup;

use crate::artifact::Artifact;
use crate::encoder::FeatureError;
use crate::explain::group_sums;
use crate::feature::FeatureSpec;
use crate::file::{ArtifactError, Body, Contents, seal};
use crate::golden::golden;
use crate::interval::Intervals;
use crate::learners::{LearnError, LearnerKind, SMARTCORE_VERSION, settings};
use crate::lineage::ArtifactLineage;
use crate::manifest::{Manifest, OwnPapers};
use crate::math::count;
use crate::matrix::evenly;
use crate::metrics::Metrics;
use crate::places::Places;
use crate::recipe::{Entrant, Lesson, MIN_CLOSED, MIN_OF_A_CLASS, RecipeError, compete};
use crate::reference::Reference;
use crate::rows::{Lineage, SortedRows};
use crate::table::Deals;

/// Deals that the places of groups, and what moves a model, are looked at on.
pub(crate) const EXPLAINED: usize = 1000;

/// A model and its papers.
#[derive(Debug, Clone, PartialEq)]
pub struct Trained {
    /// The model.
    pub artifact: Artifact,
    /// Its papers.
    pub manifest: Manifest,
}

/// Why there is no model. Rules go on deciding.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TrainError {
    /// The policy declares none.
    #[error("there are no features to learn from; declare some in the policy")]
    NoFeatures,
    /// Two features of one name.
    #[error("feature `{feature}` is declared twice")]
    DuplicateFeature {
        /// Its name.
        feature: String,
    },
    /// The baseline stands for the average lead and can be no feature's group.
    #[error("feature `{feature}` is in the group `baseline`, which is reserved for the average lead")]
    ReservedGroup {
        /// Its name.
        feature: String,
    },
    /// Not enough history for a model that beats rules.
    #[error(
        "rules decide: a model needs {MIN_CLOSED} closed deals with at least {MIN_OF_A_CLASS} won and \
         {MIN_OF_A_CLASS} lost, there are {closed} ({won} won, {lost} lost); at least {needed_closed} more \
         closed, {needed_won} more won and {needed_lost} more lost are needed"
    )]
    TooFewDeals {
        /// Closed deals there are.
        closed: usize,
        /// Of them won.
        won: usize,
        /// Of them lost.
        lost: usize,
        /// How many more closed deals are needed, whatever their kind; at least the sum of the next two.
        needed_closed: usize,
        /// How many more must be won.
        needed_won: usize,
        /// How many more must be lost.
        needed_lost: usize,
    },
    /// A feature's values cannot be used.
    #[error(transparent)]
    Feature(#[from] FeatureError),
    /// Every feature is the same in every deal.
    #[error("none of the features differs between the closed deals: there is nothing to learn from")]
    NothingVaries,
    /// All wins, or all losses, are among the newest deals: no model could have been judged.
    #[error(
        "the older {deals} closed deals were all {}: a model cannot be judged on the newest 20 % yet; train \
         again when older deals of both kinds are known",
        if *won { "won" } else { "lost" }
    )]
    OneSidedHistory {
        /// How many older deals.
        deals: usize,
        /// Whether they were won.
        won: bool,
    },
    /// The learner failed.
    #[error("the learner failed: {0}")]
    Learn(LearnError),
    /// The finished model did not pass the checks that scoring makes.
    #[error("the trained model did not pass its own checks: {0}")]
    Artifact(#[from] ArtifactError),
}

impl TrainError {
    /// Whether it only says that the deals do not carry a model yet, rather than that something is wrong.
    pub fn is_too_early(&self) -> bool {
        matches!(self, Self::TooFewDeals { .. } | Self::NothingVaries | Self::OneSidedHistory { .. })
    }
}

impl From<RecipeError> for TrainError {
    fn from(error: RecipeError) -> Self {
        match error {
            RecipeError::Feature(e) => Self::Feature(e),
            RecipeError::Learn(e) => Self::Learn(e),
            RecipeError::OneSided { deals, won } => Self::OneSidedHistory { deals, won },
        }
    }
}

/// Trains one kind of learner on closed deals, with no comparison. The same deals, in any order, give the same
/// bytes.
///
/// The recipe runs twice. First on the older 80 %, calibration included, and is judged on the newest 20 %,
/// which it has not seen in any way: those are the metrics. Then on all the deals, calibration included, and
/// that is published: leads to come resemble the newest deals most, so neither weights nor calibration should
/// do without them.
pub fn train(deals: &Deals, kind: LearnerKind, lineage: Lineage) -> Result<Trained, TrainError> {
    check_specs(&deals.specs)?;
    check_counts(deals.len(), deals.won.iter().filter(|won| **won).count())?;
    let sorted = SortedRows::new(deals);
    let accounts = sorted.account_keys(deals);
    let (older, newest) = sorted.split();
    let quiet = &mut |_: &str| {};
    let fit = |rows: &[usize], quiet: &mut dyn FnMut(&str)| -> Result<(Entrant, Vec<String>), TrainError> {
        let learners =
            settings(deals.len(), deals.has_points()).into_iter().filter(|l| l.kind() == kind).collect();
        let lesson = Lesson {
            deals,
            rows,
            accounts: &accounts,
            vendors: &[],
            closed: deals.len(),
            is_judged_forward: false,
        };
        let mut field = compete(lesson, learners, quiet)?;
        let alone = field.entrants.iter().position(|entrant| entrant.kind == kind);
        let entrant = alone.map(|place| field.entrants.swap_remove(place)).ok_or_else(|| {
            let because = field.absent.pop().map_or_else(|| "it takes more deals".to_owned(), |a| a.because);
            TrainError::Learn(LearnError::Refused { problem: because })
        })?;
        Ok((entrant, field.notes))
    };
    // On all deals first: what is wrong with the data is then told of the data, not of a part of it.
    let (entrant, notes) = fit(&sorted.rows, quiet)?;
    if entrant.scorer.encoder.width() == 0 {
        return Err(TrainError::NothingVaries);
    }
    check_both_kinds(deals, older)?;
    let (judged, _) = fit(older, quiet)?;
    let margins = judged.scorer.margins(deals, newest)?;
    let metrics = metrics(deals, older, newest, &margins)?;
    let (shared, settings) = body(deals, &sorted, entrant, metrics, lineage)?;
    sealed(&Contents { shared, own: BTreeMap::new() }, settings, notes)
}

/// Deals made ready for single fits, whose models are thrown away: for measuring.
pub struct Bench {
    encoded: crate::encoder::FittedEncoder,
    won: Vec<bool>,
    accounts: Vec<u64>,
    signs: Vec<f64>,
    points: Vec<f64>,
}

impl Bench {
    /// Sorts and encodes.
    pub fn new(deals: &Deals) -> Result<Self, TrainError> {
        let sorted = SortedRows::new(deals);
        let encoded = crate::encoder::Encoder::fit(deals, &sorted.rows)?;
        let keys = sorted.account_keys(deals);
        Ok(Self {
            won: sorted.rows.iter().map(|row| deals.won[*row]).collect(),
            accounts: sorted.rows.iter().map(|row| keys[*row]).collect(),
            signs: encoded.encoder.signs(),
            points: encoded.encoder.points(),
            encoded,
        })
    }

    /// Fits a learner once to all the deals; tells how large its model was, or nothing if it takes no part.
    pub fn fit(&self, kind: LearnerKind) -> Result<Option<String>, TrainError> {
        let Self { encoded, won, accounts, signs, points } = self;
        let matrix = &encoded.matrix;
        let task = crate::learners::Task { matrix, won, accounts, closed: won.len(), signs, points };
        let Some(learner) = settings(won.len(), true).into_iter().rfind(|l| l.kind() == kind) else {
            return Ok(None);
        };
        Ok(Some(learner.fit(&task).map_err(TrainError::Learn)?.size()))
    }
}

/// On the judge's deals, beside the base rate of those that were learnt from.
pub(crate) fn metrics(
    deals: &Deals,
    older: &[usize],
    newest: &[usize],
    margins: &[f64],
) -> Result<Metrics, TrainError> {
    let points: Vec<(f64, bool)> =
        margins.iter().zip(newest).map(|(margin, row)| (*margin, deals.won[*row])).collect();
    let base_rate = count(deals.won_among(older)) / count(older.len());
    // There are at least 50 deals, so at least 10 newest ones.
    Metrics::of(&points, base_rate).ok_or(TrainError::OneSidedHistory { deals: older.len(), won: false })
}

pub(crate) fn check_specs(specs: &[FeatureSpec]) -> Result<(), TrainError> {
    if specs.is_empty() {
        return Err(TrainError::NoFeatures);
    }
    let mut seen = BTreeSet::new();
    for spec in specs {
        if !seen.insert(&spec.name) {
            return Err(TrainError::DuplicateFeature { feature: spec.name.clone() });
        }
        if spec.group == CriterionGroup::Baseline {
            return Err(TrainError::ReservedGroup { feature: spec.name.clone() });
        }
    }
    Ok(())
}

pub(crate) fn check_counts(closed: usize, won: usize) -> Result<(), TrainError> {
    let lost = closed - won;
    let needed_won = MIN_OF_A_CLASS.saturating_sub(won);
    let needed_lost = MIN_OF_A_CLASS.saturating_sub(lost);
    let needed_closed = MIN_CLOSED.saturating_sub(closed).max(needed_won + needed_lost);
    if needed_closed == 0 {
        Ok(())
    } else {
        Err(TrainError::TooFewDeals { closed, won, lost, needed_closed, needed_won, needed_lost })
    }
}

pub(crate) fn check_both_kinds(deals: &Deals, older: &[usize]) -> Result<(), TrainError> {
    let won = deals.won_among(older);
    if won == 0 || won == older.len() {
        return Err(TrainError::OneSidedHistory { deals: older.len(), won: won > 0 });
    }
    Ok(())
}

/// What was learnt from all the deals, with its settings in words.
pub(crate) fn body(
    deals: &Deals,
    sorted: &SortedRows,
    entrant: Entrant,
    metrics: Metrics,
    lineage: Lineage,
) -> Result<(Body, String), TrainError> {
    let rows = &sorted.rows;
    let settings = entrant.remark(rows.len());
    let Entrant { kind, scorer, forward, .. } = entrant;
    let won = deals.won_among(rows);
    let closed_at = |row: Option<&usize>| row.and_then(|row| deals.closed_at(*row));
    let body = Body {
        lineage: ArtifactLineage {
            data: sorted.data.clone(),
            smartcore_version: SMARTCORE_VERSION.to_owned(),
            learner: kind,
            won,
            lost: rows.len() - won,
            first_closed_at: closed_at(rows.first()),
            last_closed_at: closed_at(rows.last()),
            trained_at: lineage.trained_at,
            policy: lineage.policy,
            code_version: lineage.code_version,
        },
        golden: golden(deals, rows, &scorer)?,
        places: Places::of(scorer.margins(deals, rows)?),
        intervals: Intervals::of(&forward),
        groups: groups(deals, rows, &scorer)?,
        references: deals.columns.iter().map(|column| Reference::of(column, rows)).collect(),
        scorer,
        metrics,
    };
    Ok((body, settings))
}

/// Through the same door as any reader: what training hands out has passed every check.
pub(crate) fn sealed(
    contents: &Contents,
    settings: String,
    notes: Vec<String>,
) -> Result<Trained, TrainError> {
    let artifact = Artifact::from_bytes(&seal(contents)?)?;
    let manifest = manifest(&artifact, settings, notes);
    Ok(Trained { artifact, manifest })
}

/// What each group's factors come to among the deals, on an even sample of them.
fn groups(
    deals: &Deals,
    rows: &[usize],
    scorer: &crate::scorer::Scorer,
) -> Result<Vec<(CriterionGroup, Places)>, FeatureError> {
    let sample: Vec<usize> = evenly(rows.len(), EXPLAINED).into_iter().map(|at| rows[at]).collect();
    let matrix = scorer.encoder.encode_rows(deals, &sample)?;
    let mut sums: BTreeMap<CriterionGroup, Vec<f64>> = BTreeMap::new();
    for row in matrix.iter() {
        let (parts, _) = scorer.contributions(row);
        for (group, sum) in group_sums(scorer, &parts) {
            sums.entry(group).or_default().push(sum);
        }
    }
    Ok(sums.into_iter().map(|(group, sums)| (group, Places::of(sums))).collect())
}

fn manifest(artifact: &Artifact, settings: String, notes: Vec<String>) -> Manifest {
    let lineage = artifact.lineage().clone();
    Manifest {
        schema_version: Manifest::SCHEMA_VERSION,
        model: artifact.hash(),
        artifact_bytes: artifact.to_bytes().len(),
        learner: lineage.learner,
        settings,
        size: artifact.scorer().learned.size(),
        smartcore_version: lineage.smartcore_version,
        policy: lineage.policy,
        data: lineage.data,
        code_version: lineage.code_version,
        trained_at: lineage.trained_at,
        deals: lineage.won + lineage.lost,
        won: lineage.won,
        lost: lineage.lost,
        first_closed_at: lineage.first_closed_at,
        last_closed_at: lineage.last_closed_at,
        features: artifact.features().cloned().collect(),
        metrics_on_newest: artifact.metrics().clone(),
        calibration: artifact.calibration().clone(),
        own: artifact.own().iter().map(|(scope, body)| own_papers(scope, body)).collect(),
        notes,
    }
}

fn own_papers(scope: &str, body: &Body) -> OwnPapers {
    let ArtifactLineage { won, lost, learner, trained_at, last_closed_at, .. } = body.lineage;
    OwnPapers {
        scope: scope.to_owned(),
        learner,
        deals: won + lost,
        won,
        trained_at,
        last_closed_at,
        metrics_on_newest: body.metrics.clone(),
    }
}
