use leadlight_lead::{
    Claim, EnrichedLead, MemberId, Outcome, OutcomeResult, QueueName, QueuedLead, Renewal, RouteRequest,
};
use serde_json::json;

use super::{human_first, scored, won};
use crate::{EventKind, Turn, What, changes};

fn kinds(events: &[crate::Event]) -> Vec<EventKind> {
    events.iter().map(crate::Event::kind).collect()
}

#[test]
fn a_new_lead_was_enriched_scored_routed_and_assigned() {
    use EventKind::{LeadAssigned, LeadEnriched, LeadRouted, LeadScored};
    let lead = scored();
    let events = changes(None, &lead, 1);
    assert_eq!(kinds(&events), [LeadEnriched, LeadScored, LeadRouted, LeadAssigned]);
    assert_eq!(events, changes(None, &lead, 1), "the same whenever it is looked at");
    assert_eq!(events[3].id, format!("{}/lead.assigned/1", lead.id()));
    let What::Assigned { from: None, to, because: Some(because), .. } = &events[3].what else {
        panic!("{:?}", events[3].what)
    };
    assert_eq!((to.as_str(), because.as_str()), ("sdr-2", "least loaded of 2 whose territory and hours fit"));
    assert_eq!(
        kinds(&changes(None, &human_first(), 1)),
        [LeadEnriched, LeadRouted, LeadAssigned],
        "nobody scored it"
    );
}

#[test]
fn what_people_decided_is_told_one_by_one() {
    let lead = won();
    let mut before = lead.clone();
    before.work.history.truncate(2);
    before.work.progress = leadlight_lead::Progress::Open;
    before.outcome = None;
    let events = changes(Some(&before), &lead, 9);
    let decided: Vec<_> = events
        .iter()
        .filter_map(|event| match &event.what {
            What::Decided { decision, .. } => Some((decision.as_str(), event.id.rsplit('/').next().unwrap())),
            _ => None,
        })
        .collect();
    assert_eq!(decided, [("confirmed", "9"), ("accepted", "9.1")]);
    let told = json!(
        events.iter().map(|event| event.to_cloud_event(&crate::Origin::of_stack("s"))).collect::<Vec<_>>()
    );
    for secret in ["nadia", "Moves to", "webmail"] {
        assert!(!told.to_string().contains(secret), "{secret}");
    }
}

#[test]
fn what_is_not_told_makes_no_event() {
    let before = scored();
    let mut after = before.clone();
    after.work.revision += 1;
    after.work.claim = Some(Claim { holder: "sdr-2".parse().unwrap(), until: before.queued_at });
    assert_eq!(changes(Some(&before), &after, 2), []);
    assert_eq!(changes(Some(&before), &before, 2), []);
}

#[test]
fn a_history_that_is_full_and_drops_its_oldest_lines_tells_the_new_ones_alone() {
    let before = won();
    let mut after = before.clone();
    let last = after.work.history.last().unwrap().clone();
    after.work.history.remove(0);
    let mut breach = last.clone();
    let owner: MemberId = "ae-1".parse().unwrap();
    breach.what = leadlight_lead::Happening::Breached { owner: Some(owner) };
    after.work.history.push(breach);
    after.work.breaches += 1;
    let events = changes(Some(&before), &after, 12);
    assert_eq!(kinds(&events), [EventKind::SlaBreached]);
    assert!(matches!(events[0].what, What::Breached { breaches: 1, .. }), "{:?}", events[0].what);
}

#[test]
fn a_deal_that_was_won_on_a_low_score_is_flagged_once() {
    let won_now = Outcome { result: OutcomeResult::Won, closed_at: scored().queued_at, amount_usd: None };
    let with = |score: f64, outcome: Option<&Outcome>| {
        let mut lead = scored();
        let RouteRequest::Scored(content) = &mut lead.content else { panic!("it is scored") };
        content.decision.score = score.try_into().unwrap();
        lead.outcome = outcome.cloned();
        lead
    };
    let flagged = |before, after| kinds(&changes(Some(&before), &after, 4)).contains(&EventKind::DealFlagged);
    assert!(flagged(with(20.0, None), with(20.0, Some(&won_now))));
    assert!(!flagged(with(80.0, None), with(80.0, Some(&won_now))), "as the score had it");
    assert!(!flagged(with(20.0, Some(&won_now)), with(20.0, Some(&won_now))), "it was told");
    let lost = Outcome { result: OutcomeResult::Lost, ..won_now.clone() };
    assert!(!flagged(with(20.0, None), with(20.0, Some(&lost))));
}

#[test]
fn deals_imported_as_history_are_no_news() {
    let mut lead = won();
    let RouteRequest::Scored(content) = &mut lead.content else { panic!("it is scored") };
    content.enriched.submitted.event.source_event_type = Some("imported-deal".to_owned());
    assert_eq!(changes(None, &lead, 1), []);
    let mut after = lead.clone();
    after.work.owner = Some("ae-1".parse().unwrap());
    assert_eq!(
        kinds(&changes(Some(&lead), &after, 2)),
        [EventKind::LeadAssigned],
        "until somebody does something"
    );
}

/// The lead as it would be in a queue, by a decision of its own.
fn standing(queue: QueueName, event: impl FnOnce(&mut EnrichedLead)) -> QueuedLead {
    let mut lead = scored();
    let RouteRequest::Scored(content) = &mut lead.content else { panic!("it is scored") };
    event(&mut content.enriched);
    content.decision.summary = queue.to_string();
    lead.queue = queue;
    lead
}

#[test]
fn entering_and_leaving_nurture_are_told_with_what_made_them_so() {
    let sdr = standing(QueueName::Sdr, |_| {});
    let nurture = standing(QueueName::Nurture, |_| {});
    let what = |before: Option<&QueuedLead>, after: &QueuedLead| {
        let told = changes(before, after, 3);
        assert_eq!(told, changes(before, after, 3), "the same whenever it is looked at");
        told.into_iter()
            .map(|event| event.what)
            .find(|what| matches!(what, What::Nurtured { .. } | What::LeftNurture { .. }))
    };
    assert_eq!(what(None, &nurture), Some(What::Nurtured { from: None, because: Turn::New }));
    assert_eq!(what(None, &sdr), None);
    assert_eq!(what(Some(&nurture), &nurture), None);
    let later = |lead: &mut EnrichedLead| {
        lead.renewal = Some(Renewal { at: "2027-01-01T00:00:00Z".parse().unwrap(), stood: None });
    };
    let faded = standing(QueueName::Nurture, later);
    assert_eq!(
        what(Some(&sdr), &faded),
        Some(What::Nurtured { from: Some(QueueName::Sdr), because: Turn::Time })
    );
    let rejected = standing(QueueName::Disqualified, later);
    assert_eq!(
        what(Some(&nurture), &rejected),
        Some(What::LeftNurture { to: Some(QueueName::Disqualified), because: Turn::Time })
    );
    let told_more = standing(QueueName::Sdr, |lead| lead.enrichment.company.name = None);
    assert_eq!(
        what(Some(&nurture), &told_more),
        Some(What::LeftNurture { to: Some(QueueName::Sdr), because: Turn::Facts })
    );
    let signal = standing(QueueName::Sdr, |lead| lead.joined.left_out = 1);
    assert_eq!(
        what(Some(&nurture), &signal),
        Some(What::LeftNurture { to: Some(QueueName::Sdr), because: Turn::Signal })
    );
}
