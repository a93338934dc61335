//! What was written once is read for ever. **Never edit a file under `testdata`**: it stands for what lies in people's
//! tables and queues. A version that is read no longer leaves this test together with its reader.

use crate::{
    AccountUsage, AccountUse, CrmEvent, DecidedBy, EnrichedLead, FormSubmit, Milestone, OutcomeResult,
    Progress, QueueName, QueuedLead, ReadField, RouteRequest, StageMessage, SubmittedLead,
};

macro_rules! kept {
    ($file:literal) => {
        include_bytes!(concat!("../../testdata/", $file)).as_slice()
    };
}

fn queued(document: &[u8]) -> QueuedLead {
    let lead = QueuedLead::from_message(document).unwrap();
    let written = lead.to_document().unwrap();
    assert_eq!(QueuedLead::from_message(written.as_bytes()).unwrap(), lead, "it can be kept as it is");
    lead
}

#[test]
fn a_lead_scored_by_rules() {
    let lead = queued(kept!("v1/queued-lead-rules.json"));
    let decision = lead.decision().unwrap();
    assert!(matches!(decision.decided_by, DecidedBy::Rules { .. }));
    assert_eq!((lead.waits_in(), decision.score.rounded()), (Some(QueueName::Sdr), 99));
    assert!(lead.work.owner.is_some() && lead.work.due_at.is_some());
}

#[test]
fn a_lead_that_people_see_first() {
    let lead = queued(kept!("v1/queued-lead-human-first.json"));
    assert!(lead.decision().is_none());
    assert_eq!(lead.waits_in(), Some(QueueName::HumanFirst));
    assert!(lead.event().partner.is_some());
}

#[test]
fn a_lead_scored_by_a_model_accepted_by_people_and_won() {
    let lead = queued(kept!("v1/queued-lead-model-won.json"));
    let decision = lead.decision().unwrap();
    assert!(matches!(decision.decided_by, DecidedBy::Model { .. }));
    assert!(decision.probability.is_some() && decision.interval.is_some());
    assert!(matches!(lead.work.progress, Progress::Accepted { .. }));
    let notes: Vec<&str> = lead.work.history.iter().filter_map(|e| e.note.as_deref()).collect();
    assert_eq!(notes, ["Moves to\nthe board in May.", "Met at a fair."]);
    assert_eq!(lead.crm.records().len(), 4);
    assert_eq!(lead.crm.outcome(), lead.outcome);
    let outcome = lead.outcome.unwrap();
    assert_eq!((outcome.result, outcome.amount_usd), (OutcomeResult::Won, Some(42_000)));
}

#[test]
fn what_travels_between_stages() {
    let enriched = EnrichedLead::from_message(kept!("v1/enriched-lead.json")).unwrap();
    let scored = RouteRequest::from_message(kept!("v1/route-request-scored.json")).unwrap();
    assert_eq!(scored.enriched(), &enriched);
    let first = RouteRequest::from_message(kept!("v1/route-request-human-first.json")).unwrap();
    assert!(first.decision().is_none());
}

#[test]
fn what_comes_in() {
    let event = FormSubmit::parse(kept!("v1/form-submit.json")).unwrap();
    let stored = queued(kept!("v1/queued-lead-model-won.json"));
    assert_eq!(stored.event(), &event);
    let again =
        SubmittedLead::new(event.clone(), event.content_hash().unwrap(), stored.submitted().received_at)
            .unwrap();
    assert!(again.repeats(stored.submitted().content_hash.as_str()), "so that it is not sent twice");
    let hash_of_the_first_version: serde_json::Value =
        serde_json::from_slice(kept!("v1/queued-lead-model-won.json")).unwrap();
    let hash = hash_of_the_first_version["body"]["content"].to_string();
    let hash = hash.split("\"content_hash\":\"").nth(1).unwrap().get(..64).unwrap();
    assert!(again.repeats(hash), "as the item says it");
    let told = CrmEvent::parse(kept!("v1/crm-event.json")).unwrap();
    assert_eq!(told.what, Milestone::Won { amount_usd: Some(42_000) });
    assert!(stored.crm.records().contains(&told.record().unwrap()));
}

#[test]
fn a_lead_of_the_second_version() {
    let lead = queued(kept!("v2/queued-lead-as-typed.json"));
    assert_eq!(lead.event().id, None);
    let employees = lead.enrichment().company.employees.as_ref().unwrap().value;
    assert_eq!((employees.at_least(), employees.at_most()), (11, Some(50)));
    let typed = lead.enriched().not_understood();
    assert_eq!(
        typed.iter().map(|t| (t.field, t.text.as_str())).collect::<Vec<_>>(),
        [(ReadField::Country, "Narnia")]
    );
    assert_eq!(lead.event().form.fields["occurred_at, as sent"], "yesterday");
}

#[test]
fn a_lead_that_a_further_event_joined() {
    let lead = queued(kept!("v2/queued-lead-joined.json"));
    let events: Vec<_> = lead.enriched().events().iter().map(|event| event.id().clone()).collect();
    assert_eq!((events.len(), lead.event_count(), lead.thread.since.count()), (2, 2, 0));
    assert_eq!((&events[0], lead.wants_score()), (lead.id(), false));
    assert_eq!(lead.thread.scored_before.len(), 1);
    assert_eq!(lead.event().form.kind, Some(crate::ActivityKind::DemoRequest));
}

#[test]
fn a_lead_with_a_decision_that_can_be_taken_back_and_a_meeting() {
    let lead = queued(kept!("v2/queued-lead-taken-back.json"));
    let last = lead.work.reversible.as_deref().unwrap();
    assert_eq!((last.by.as_str(), &last.progress, last.counted.len()), ("sdr-1", &Progress::Open, 3));
    assert_eq!(lead.contact().unwrap().state, crate::ContactState::MeetingCancelled);
    assert!(lead.meeting().is_some_and(|meeting| !meeting.is_on));
    assert!(lead.work.first_look_at.is_some() && lead.crm.opportunity_at().is_none());
}

#[test]
fn what_is_told_and_kept_of_an_accounts_use() {
    let told = AccountUse::from_message(kept!("v1/account-use.json")).unwrap();
    assert_eq!((told.used.len(), told.used[0].times), (1, 4));
    let kept = AccountUsage::from_message(kept!("v1/account-usage.json")).unwrap();
    assert_eq!(kept.domain().unwrap().as_str(), "brightforge.example");
    let used = kept.since("2026-11-20T10:00:00Z".parse().unwrap());
    assert_eq!((used.len(), used[0].times), (1, 4));
    assert!(kept.since("2026-11-20T10:00:01Z".parse().unwrap()).is_empty());
}

#[test]
fn a_lead_that_was_renewed_and_left_where_it_stood() {
    let lead = queued(kept!("v2/queued-lead-renewed.json"));
    let renewal = lead.enriched().renewal.as_ref().unwrap();
    assert_eq!(lead.enriched().counted_to(), renewal.at);
    assert_eq!(renewal.stood.as_ref().map(|stood| stood.place), Some(crate::Place::Accept));
    assert!(lead.decision().unwrap().held.is_some());
    let RouteRequest::Scored(scored) = &lead.content else { panic!("it was scored") };
    let becomes = scored.renews.unwrap().becomes.unwrap();
    assert_eq!((becomes.queue, becomes.grade), (QueueName::Disqualified, crate::Grade::D));
    let by: Vec<_> = lead.scores().into_iter().map(|score| score.by.unwrap().model.is_some()).collect();
    assert_eq!(by, [false, true, lead.decision().unwrap().model().is_some()]);
}
