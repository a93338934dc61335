//! What a run knows, and who stands to be chosen in it.

use std::collections::BTreeMap;

use crate::artifact::Artifact;
use crate::court::Court;
use crate::gate::GateLimits;
use crate::learners::{LearnError, LearnerKind};
use crate::recipe::{Absent, Entrant, Lesson};
use crate::rows::{Lineage, SortedRows};
use crate::table::Deals;
use crate::train::TrainError;
use crate::worth::VendorDeals;

/// The deals and what is asked of them.
pub(crate) struct Run<'a> {
    pub(crate) deals: &'a Deals,
    pub(crate) sorted: &'a SortedRows,
    pub(crate) accounts: &'a [u64],
    pub(crate) champion: Option<&'a Artifact>,
    pub(crate) limits: GateLimits,
    pub(crate) vendors: &'a [VendorDeals],
    pub(crate) lineage: &'a Lineage,
}

/// A challenger, and how it would be published.
pub(crate) struct Candidate {
    pub(crate) kind: LearnerKind,
    pub(crate) margins: Vec<f64>,
    /// None for the shifted champion.
    pub(crate) entrant: Option<Entrant>,
}

impl Run<'_> {
    pub(crate) fn lesson<'r>(&'r self, rows: &'r [usize], is_judged_forward: bool) -> Lesson<'r> {
        Lesson {
            deals: self.deals,
            rows,
            accounts: self.accounts,
            vendors: self.vendors,
            closed: self.deals.len(),
            is_judged_forward,
        }
    }
}

impl Candidate {
    /// What it says of deals that no fit behind its words had seen, by place: of those that judge, and of older ones forward
    /// in time. Where no earlier step weighs a blend's learners all steps do, a little to its advantage.
    pub(crate) fn unseen(&self, court: &Court) -> BTreeMap<usize, f64> {
        let mut said: BTreeMap<usize, f64> =
            court.judges.iter().copied().zip(self.margins.iter().copied()).collect();
        if let Some(Entrant { unseen, forward, .. }) = &self.entrant {
            let (first, rest) = unseen.rows.split_at(unseen.unweighed);
            let margins =
                |points: &[(f64, bool)]| points.iter().map(|(margin, _)| *margin).collect::<Vec<_>>();
            said.extend(first.iter().copied().zip(margins(forward)));
            said.extend(rest.iter().copied().zip(margins(&unseen.points[unseen.unweighed..])));
        }
        said
    }
}

/// Not one learner came to an end.
pub(crate) fn nobody(absent: &[Absent]) -> TrainError {
    let because = absent.first().map_or_else(|| "none took part".to_owned(), |a| a.because.clone());
    TrainError::Learn(LearnError::Refused { problem: because })
}
