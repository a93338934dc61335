//! What people said of leads, by tenths of the score.

use std::collections::BTreeMap;

use jiff::Timestamp;
use leadlight_lead::{LeadId, OutcomeResult, Progress, QueuedLead, Tally, TrainingMeaning};
use leadlight_model::{PeopleBand, PeopleReview};

/// Reasons and records listed.
const LISTED: usize = 20;

/// All leads that people answered.
#[derive(Debug, Default)]
pub(crate) struct People {
    bands: [PeopleBand; 10],
    sampled: PeopleBand,
    reasons: BTreeMap<String, usize>,
    unattended: usize,
    bad_data: Vec<(Timestamp, LeadId)>,
}

impl People {
    pub(crate) fn see(&mut self, lead: &QueuedLead) {
        let Some(decision) = lead.decision() else { return };
        let progress = &lead.work.progress;
        let accepted = matches!(progress, Progress::Accepted { .. });
        if lead.crm.opportunity_at().is_some() && !accepted {
            self.unattended += 1;
        }
        if !lead.work.is_answered() {
            return;
        }
        if let Progress::Rejected { rejected, .. } = progress {
            *self.reasons.entry(rejected.reason.to_string()).or_default() += 1;
            if rejected.training == TrainingMeaning::BadData {
                self.bad_data.push((rejected.at, lead.id().clone()));
                self.bad_data.sort_by(|a, b| b.cmp(a));
                self.bad_data.truncate(LISTED);
            }
        }
        let band = usize::from(Tally::band_of(decision.score));
        count(&mut self.bands[band], lead);
        if decision.sampled_at.is_some() {
            count(&mut self.sampled, lead);
        }
    }

    pub(crate) fn review(mut self) -> PeopleReview {
        for (band, from) in self.bands.iter_mut().zip((0..100).step_by(10)) {
            band.score_from = from;
        }
        let mut reasons: Vec<(String, usize)> = self.reasons.into_iter().collect();
        reasons.sort_by(|(a, m), (b, n)| (n, a).cmp(&(m, b)));
        reasons.truncate(LISTED);
        PeopleReview {
            bands: self.bands.into_iter().filter(|band| band.answered > 0).collect(),
            sampled: self.sampled,
            reasons,
            unattended: self.unattended,
            bad_data: self.bad_data.into_iter().map(|(_, id)| id).collect(),
        }
    }
}

fn count(band: &mut PeopleBand, lead: &QueuedLead) {
    let progress = &lead.work.progress;
    let result = lead.outcome.as_ref().map(|outcome| outcome.result);
    band.answered += 1;
    let passed_first = match progress {
        Progress::Confirmed(_) | Progress::Accepted { .. } => true,
        Progress::Rejected { confirmed, .. } => confirmed.is_some(),
        Progress::Open | Progress::Seen(_) | Progress::Flagged(_) => false,
    };
    band.confirmed += usize::from(passed_first);
    band.accepted += usize::from(matches!(progress, Progress::Accepted { .. }));
    band.rejected += usize::from(matches!(progress, Progress::Rejected { .. }));
    band.won += usize::from(result == Some(OutcomeResult::Won));
    band.lost += usize::from(result == Some(OutcomeResult::Lost));
}
