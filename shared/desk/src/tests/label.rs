use leadlight_lead::{Acceptance, Attestation, Confirmation, Level, Progress, QueuedLead};
use leadlight_policy::{Conversion, ConversionKind};

use super::assign::queued;
use super::at;
use crate::{Label, label};

const CONFIRMED: &str = "2026-09-01T09:00:00Z";
const ACCEPTED: &str = "2026-09-11T09:00:00Z";

fn confirmation() -> Confirmation {
    Confirmation { by: "sdr-1".parse().unwrap(), at: at(CONFIRMED) }
}

fn with(progress: Progress) -> QueuedLead {
    let mut lead = queued();
    lead.work.progress = progress;
    lead
}

fn accepted() -> QueuedLead {
    let attestation = Attestation {
        buying_signal: Level::Strong,
        strategic_fit: Level::Some,
        relationship: Level::None,
        deal_size: "10k_50k".parse().unwrap(),
    };
    let accepted = Acceptance { by: "ae-1".parse().unwrap(), at: at(ACCEPTED), attestation };
    with(Progress::Accepted { confirmed: confirmation(), accepted })
}

fn labelled(lead: &QueuedLead, counts: ConversionKind, now: &str) -> Label {
    label(lead, Conversion { counts, maturity_days: 60 }, at(now))
}

#[test]
fn what_comes_no_further_than_its_checkpoint_is_not_converted_once_it_is_mature() {
    let confirmed = with(Progress::Confirmed(confirmation()));
    for counts in [ConversionKind::Accepted, ConversionKind::Opportunity] {
        assert_eq!(labelled(&confirmed, counts, "2026-10-30T09:00:00Z"), Label::Open, "{counts}");
        let mature = labelled(&confirmed, counts, "2026-10-31T09:00:00Z");
        assert_eq!(mature, Label::NotConverted(at("2026-10-31T09:00:00Z")), "{counts}: 60 days on");
    }
    let opportunity = ConversionKind::Opportunity;
    assert_eq!(
        labelled(&accepted(), opportunity, "2026-10-31T09:00:00Z"),
        Label::Open,
        "since it was accepted"
    );
    let mature = labelled(&accepted(), opportunity, "2026-11-10T09:00:00Z");
    assert_eq!(mature, Label::NotConverted(at("2026-11-10T09:00:00Z")));
    assert_eq!(
        labelled(&accepted(), ConversionKind::Accepted, "2026-11-10T09:00:00Z"),
        Label::Converted(at(ACCEPTED))
    );
}

#[test]
fn only_a_deals_end_tells_of_a_win_and_what_nobody_let_through_tells_nothing() {
    let years_later = "2029-01-01T00:00:00Z";
    for lead in [accepted(), with(Progress::Confirmed(confirmation()))] {
        assert_eq!(labelled(&lead, ConversionKind::Won, years_later), Label::Open);
    }
    for progress in [Progress::Open, Progress::Seen(confirmation()), Progress::Flagged(confirmation())] {
        let lead = with(progress);
        for counts in [ConversionKind::Accepted, ConversionKind::Opportunity, ConversionKind::Won] {
            assert_eq!(labelled(&lead, counts, years_later), Label::Open, "{:?}", lead.work.progress);
        }
    }
}
