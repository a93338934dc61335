//! What a lead teaches: converted, not converted, or nothing.

use jiff::{SignedDuration, Timestamp};
use leadlight_lead::{OutcomeResult, Progress, QueuedLead, TrainingMeaning};
use leadlight_policy::{Conversion, ConversionKind};

/// What a learner is told of a lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Label {
    /// It became what the policy counts as converted, then.
    Converted(Timestamp),
    /// It did not, and then it was clear.
    NotConverted(Timestamp),
    /// It is not clear yet.
    Open,
    /// People turned it down for a reason that says nothing of its worth, or for its data.
    LeftOut,
}

/// What a lead teaches under a policy's definition of conversion.
///
/// What a CRM told goes before what people said: a lead that was turned down and won all the same is a won one. A
/// deal that was closed has been an opportunity, and an opportunity was accepted, whether or not we were told. What
/// comes no further than the checkpoint it passed is not converted once it is mature; what nobody let through has had
/// no chance, and stays open.
pub fn label(lead: &QueuedLead, conversion: Conversion, now: Timestamp) -> Label {
    let matured = |since: Timestamp| {
        let until = since + SignedDuration::from_hours(24 * i64::from(conversion.maturity_days));
        if until <= now { Label::NotConverted(until) } else { Label::Open }
    };
    let closed = lead.outcome.as_ref();
    let opportunity_at = lead.crm.opportunity_at().or_else(|| closed.map(|o| o.closed_at));
    let by_deal = match (conversion.counts, closed) {
        (ConversionKind::Won, Some(outcome)) => Some(match outcome.result {
            OutcomeResult::Won => Label::Converted(outcome.closed_at),
            OutcomeResult::Lost => Label::NotConverted(outcome.closed_at),
        }),
        (ConversionKind::Won, None) => None,
        (ConversionKind::Opportunity | ConversionKind::Accepted, _) => opportunity_at.map(Label::Converted),
    };
    by_deal.unwrap_or_else(|| match &lead.work.progress {
        Progress::Rejected { rejected, .. } => match rejected.training {
            TrainingMeaning::Negative => Label::NotConverted(rejected.at),
            TrainingMeaning::None | TrainingMeaning::BadData => Label::LeftOut,
        },
        // A deal may take long: only its end says how it ended.
        Progress::Confirmed(_) | Progress::Accepted { .. } if conversion.counts == ConversionKind::Won => {
            Label::Open
        }
        Progress::Confirmed(confirmed) => matured(confirmed.at),
        Progress::Accepted { accepted, .. } if conversion.counts == ConversionKind::Accepted => {
            Label::Converted(accepted.at)
        }
        Progress::Accepted { accepted, .. } => matured(accepted.at),
        Progress::Open | Progress::Seen(_) | Progress::Flagged(_) => Label::Open,
    })
}
