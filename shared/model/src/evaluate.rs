//! A model judged on closed deals.

use crate::artifact::Artifact;
use crate::explain::PredictError;
use crate::metrics::Metrics;
use crate::rows::TrainingRow;

/// Why a model could not be judged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EvaluateError {
    /// Nothing to judge on.
    #[error("there are no closed deals to judge the model on")]
    NoDeals,
    /// A deal's features cannot be used.
    #[error("closed deal {row} (counted from 1) cannot be scored: {problem}")]
    Row {
        /// Its place, from 1.
        row: usize,
        /// What is wrong.
        problem: PredictError,
    },
}

/// Judges a model on closed deals.
///
/// A published model has learned from all deals up to [`crate::ArtifactLineage::last_closed_at`]: on those it
/// looks better than it is. A new model's own figures, from a fit that never saw the deals it is judged on,
/// are in its manifest. The base rate is that of the shared model's training rows.
pub fn evaluate<'a>(
    artifact: &Artifact,
    rows: impl IntoIterator<Item = &'a TrainingRow>,
) -> Result<Metrics, EvaluateError> {
    Metrics::of(&margins(artifact, rows)?, artifact.lineage().base_rate()).ok_or(EvaluateError::NoDeals)
}

/// What a model says of each deal, in log-odds, beside what became of it.
pub(crate) fn margins<'a>(
    artifact: &Artifact,
    rows: impl IntoIterator<Item = &'a TrainingRow>,
) -> Result<Vec<(f64, bool)>, EvaluateError> {
    rows.into_iter()
        .enumerate()
        .map(|(i, row)| match artifact.voice(row.scope.as_deref()).margin(&row.features) {
            Ok(margin) => Ok((margin, row.won)),
            Err(problem) => Err(EvaluateError::Row { row: i + 1, problem }),
        })
        .collect()
}
