//! The chosen candidate as it is published: fitted to all the deals, with the own models beside it.

use std::collections::BTreeMap;

use crate::artifact::Artifact;
use crate::calibration::{Calibration, CalibrationMethod, unseen_intercept};
use crate::court::Court;
use crate::file::{Body, Contents};
use crate::interval::Intervals;
use crate::learners::LearnerKind;
use crate::recipe::compete;
use crate::run::{Candidate, Run};
use crate::train::{TrainError, Trained, body, metrics, sealed};

/// Said of a model that is the judged fit itself.
const AS_JUDGED: &str = "fitted to all the deals it came to nothing, since the older ones contradict the newest: it is published as it \
                         was judged, and has not learnt from the deals that judged it";

impl Run<'_> {
    pub(crate) fn publish(
        &self,
        candidate: Candidate,
        own: BTreeMap<String, Body>,
        court: &Court,
    ) -> Result<Trained, TrainError> {
        let judged_on = metrics(self.deals, &court.older, &court.judges, &candidate.margins)?;
        let lineage = self.lineage.clone();
        match (candidate.entrant, self.champion) {
            // It has learnt from all the deals already.
            (Some(entrant), _) if court.is_in_turn() => {
                let (shared, settings) = body(self.deals, self.sorted, entrant, judged_on, lineage)?;
                sealed(&Contents { shared, own }, settings, Vec::new())
            }
            (Some(entrant), _) => {
                let learners = entrant.learners.clone();
                let field = compete(self.lesson(&self.sorted.rows, false), learners, &mut |_| {})?;
                let mut notes = field.notes;
                let same = field.entrants.into_iter().find(|other| other.kind == entrant.kind);
                // A past that has turned may contradict itself as a whole. What was judged has passed, and stands.
                let fitted = same.unwrap_or_else(|| {
                    notes.push(AS_JUDGED.to_owned());
                    entrant
                });
                let (shared, settings) = body(self.deals, self.sorted, fitted, judged_on, lineage)?;
                sealed(&Contents { shared, own }, settings, notes)
            }
            (None, Some(champion)) => self.publish_shifted(champion, own, court, judged_on),
            (None, None) => Err(TrainError::NothingVaries),
        }
    }

    fn publish_shifted(
        &self,
        champion: &Artifact,
        own: BTreeMap<String, Body>,
        court: &Court,
        judged_on: crate::metrics::Metrics,
    ) -> Result<Trained, TrainError> {
        let rows = &self.sorted.rows;
        let fresh = court.fresh();
        let margins = champion.scorer().margins(self.deals, &fresh)?;
        let points: Vec<(f64, bool)> =
            margins.into_iter().zip(fresh.iter().map(|row| self.deals.won[*row])).collect();
        let by = unseen_intercept(&points);
        let mut body: Body = champion.body().clone();
        let calibration = &champion.scorer().calibration;
        body.scorer.calibration =
            Calibration { intercept: calibration.intercept + by, deals: points.len(), ..calibration.clone() };
        if calibration.method == CalibrationMethod::None {
            body.scorer.calibration.method = CalibrationMethod::Intercept;
        }
        body.places = body.places.shifted(by);
        body.intervals =
            Intervals::of(&points.iter().map(|(margin, won)| (margin + by, *won)).collect::<Vec<_>>());
        body.golden = body.golden.iter().map(|g| g.said_by(&body.scorer)).collect::<Result<_, _>>()?;
        body.metrics = judged_on;
        let won = self.deals.won_among(rows);
        body.lineage.learner = LearnerKind::ChampionShifted;
        body.lineage.data = self.sorted.data.clone();
        (body.lineage.won, body.lineage.lost) = (won, rows.len() - won);
        body.lineage.trained_at = self.lineage.trained_at;
        body.lineage.policy = self.lineage.policy.clone();
        body.lineage.code_version.clone_from(&self.lineage.code_version);
        body.lineage.last_closed_at = rows.last().and_then(|row| self.deals.closed_at(*row));
        let note =
            format!("the weights of {}; only its intercept is new, by {by:+.3}", champion.hash().short());
        sealed(&Contents { shared: body, own }, "a new intercept".to_owned(), vec![note])
    }
}

/// The champion with other own models.
pub(crate) fn with_own(champion: &Artifact, own: BTreeMap<String, Body>) -> Result<Trained, TrainError> {
    let contents = Contents { shared: champion.body().clone(), own };
    let note = format!("the shared model of {} as it was; own models are others", champion.hash().short());
    sealed(&contents, "as it was".to_owned(), vec![note])
}
