use std::sync::Arc;

use leadlight_events::{generate, read_deals};
use leadlight_lead::{
    Deal, DecidedBy, Disposition, DrawKey, EmailKind, LeadId, Outcome, OutcomeResult, QueueName, QueuedLead,
    RouteRequest, ScoredLead,
};
use leadlight_policy::Policy;

use super::*;
use crate::{Champion, Judge, Judgement, judge_history};

const POLICY: &str = include_str!("../../../../infra/policies/default.toml");

fn key() -> DrawKey {
    DrawKey::new([7; 32])
}

fn judge(policy: &str) -> Judge {
    let policy = Policy::parse("policy.toml", policy).unwrap();
    Judge::new(Arc::new(policy), None, Champion::Absent { because: "no model is published yet".to_owned() })
}

/// Invented leads as they come in, decided on by the rules; none of those that people look at first.
fn leads(count: usize, by: &Judge) -> Vec<QueuedLead> {
    let deals = read_deals("invented.csv", generate(11, count * 2).as_bytes()).unwrap();
    let is_scored = |deal: &&Deal| !by.policy().source(deal.source()).unwrap().human_first;
    let stored = deals.iter().filter(is_scored).take(count).map(|deal| {
        let motion = by.policy().source(deal.source()).unwrap().motion;
        let completeness = by.policy().completeness(&deal.enrichment, motion);
        let mut enriched =
            deal.enriched(by.policy().hash(), motion, (EmailKind::Business, None), completeness);
        enriched.submitted.event.source_event_type = None;
        enriched.submitted.lead_id = LeadId::of(deal.source(), deal.id());
        let decision = by.judge(&enriched, &key()).decision;
        QueuedLead::new(
            RouteRequest::Scored(ScoredLead { enriched, decision, renews: None }),
            deal.created_at(),
        )
    });
    stored.collect()
}

fn until() -> Timestamp {
    "2027-01-01T00:00:00Z".parse().unwrap()
}

fn replayed(leads: &[QueuedLead], by: &Judge, candidate: &Judge) -> Summary {
    let mut replay = Replay::default();
    for lead in leads {
        let decision = lead.decision().unwrap();
        let check = Check { made: by.recompute(lead.enriched(), decision, &key()), taken_back: None };
        take(&mut replay, lead, &check, Some(by), candidate);
    }
    replay.summary(until())
}

fn take(replay: &mut Replay, lead: &QueuedLead, check: &Check, by: Option<&Judge>, candidate: &Judge) {
    let then = candidate.place(lead, &key());
    replay.take(Replayed {
        lead,
        check,
        followed: by.map(Judge::policy),
        candidate: candidate.policy(),
        then: &then,
    });
}

#[test]
fn the_policy_that_decided_moves_nobody() {
    let by = judge(POLICY);
    let leads = leads(400, &by);
    let summary = replayed(&leads, &by, &by);
    assert_eq!((summary.leads, summary.moved, summary.recomputed.same), (400, 0, 400), "{summary:?}");
    assert!(summary.moves.is_empty() && summary.examples.is_empty() && summary.recomputed.reasons.is_empty());
    assert!(summary.queues.iter().all(|queue| queue.before == queue.after));
    assert!((summary.capacity.before - summary.capacity.after).abs() < 1e-12);
    assert_eq!(summary.expected, None, "rules give no probability");
}

#[test]
fn a_threshold_moves_exactly_those_between() {
    // Without what lifts leads over a threshold, the score alone says which.
    let policy = POLICY.replace("others = 0.3", "others = 0.0");
    let by = judge(&policy);
    let leads = leads(600, &by);
    let candidate = judge(&policy.replace("\nsdr = 70", "\nsdr = 60"));
    let summary = replayed(&leads, &by, &candidate);
    let between = |lead: &&QueuedLead| {
        let decision = lead.decision().unwrap();
        decision.disposition == Disposition::Nurture && decision.score.value() >= 60.0
    };
    let expected = leads.iter().filter(between).count() as u64;
    assert!(expected > 10, "{expected}");
    let (from, to) = (QueueName::Nurture, QueueName::Sdr);
    assert_eq!(summary.moves, [Move { from, to, leads: expected }]);
    assert_eq!(summary.moved, expected);
    assert_eq!(summary.sources.iter().map(|row| row.up).sum::<u64>(), expected);
    assert_eq!(summary.sources.iter().map(|row| row.down).sum::<u64>(), 0);
    assert!(summary.capacity.after > summary.capacity.before, "{:?}", summary.capacity);
    assert_eq!(summary.examples.len(), 10);
    for example in &summary.examples {
        assert!(example.because.contains("SDRs see leads from 60 on, it was 70"), "{}", example.because);
        assert_eq!(example.score_before, example.score_after);
        assert!(example.factors.is_empty());
    }
}

#[test]
fn a_weight_tells_which_points_changed() {
    let by = judge(POLICY);
    let leads = leads(600, &by);
    let candidate = judge(&POLICY.replacen("weight = 15", "weight = 45", 1));
    let summary = replayed(&leads, &by, &candidate);
    assert!(summary.moved > 0);
    let changes: Vec<f64> = summary
        .examples
        .iter()
        .map(|example| (example.score_after.unwrap() - example.score_before.unwrap()).abs())
        .collect();
    assert!(changes.is_sorted_by(|a, b| a >= b), "{changes:?}");
    for example in &summary.examples {
        assert!(!example.factors.is_empty() && example.because.contains(" points"), "{example:?}");
        let moved: f64 = example.factors.iter().map(|factor| factor.after - factor.before).sum();
        assert!(moved.abs() > 0.0);
    }
    // In whatever order they come.
    let mut turned = leads.clone();
    turned.reverse();
    assert_eq!(replayed(&turned, &by, &candidate), summary);
}

#[test]
fn what_cannot_be_made_again_is_named_and_decided_on_all_the_same() {
    let by = judge(POLICY);
    let leads = leads(30, &by);
    let candidate = judge(&POLICY.replace("\nsdr = 70", "\nsdr = 41"));
    let mut replay = Replay::default();
    for (n, lead) in leads.iter().enumerate() {
        let made = match n % 3 {
            0 => Recomputed::Unable("the policy 0123456789ab is no longer in the registry".to_owned()),
            1 => Recomputed::Differs("the score"),
            _ => Recomputed::Same,
        };
        let taken_back = (n < 5).then(|| "the model 0123456789ab was taken back".to_owned());
        take(&mut replay, lead, &Check { made, taken_back }, None, &candidate);
    }
    replay.unreadable(2);
    let summary = replay.summary(until());
    let found = &summary.recomputed;
    assert_eq!((found.same, found.differ, found.unable, found.taken_back), (10, 10, 10, 5));
    let reasons: Vec<_> = found.reasons.iter().map(|told| (told.reason.as_str(), told.leads)).collect();
    assert_eq!(
        reasons,
        [
            ("the policy 0123456789ab is no longer in the registry", 10),
            ("the score came out otherwise", 10),
            ("the model 0123456789ab was taken back", 5),
        ]
    );
    assert_eq!((summary.leads, summary.unreadable), (30, 2));
    assert_eq!(summary.moved, replayed(&leads, &by, &candidate).moved, "they are decided on all the same");
}

#[test]
fn a_decision_that_was_altered_is_found_by_its_first_part() {
    let by = judge(POLICY);
    let lead = leads(1, &by).remove(0);
    let decision = lead.decision().unwrap();
    let made = |decision: &Decision| by.recompute(lead.enriched(), decision, &key());
    assert_eq!(made(decision), Recomputed::Same);
    let points = decision.score.value();
    let mut altered = decision.clone();
    altered.score = f64::from_bits(points.to_bits() ^ 1).try_into().unwrap();
    assert_eq!(made(&altered), Recomputed::Differs("the score"), "by one bit");
    let mut altered = decision.clone();
    altered.reasons[0].contribution += 1e-15;
    assert_eq!(made(&altered), Recomputed::Same, "another release may add up in another order");
    altered.reasons[0].contribution += 1e-6;
    assert_eq!(made(&altered), Recomputed::Differs("the reasons"));
    let mut altered = decision.clone();
    altered.decided_by = DecidedBy::Rules { because: "it was so".to_owned() };
    assert_eq!(made(&altered), Recomputed::Same, "why no model spoke is the decision's own word");
}

#[test]
fn imported_deals_tell_of_outcomes_and_nothing_else() {
    let by = judge(POLICY);
    let candidate = judge(&POLICY.replace("\nsdr = 70", "\nsdr = 60"));
    let mut leads = leads(200, &by);
    for (n, lead) in leads.iter_mut().enumerate() {
        let result = if n % 4 == 0 { OutcomeResult::Won } else { OutcomeResult::Lost };
        lead.outcome = Some(Outcome { result, closed_at: until(), amount_usd: None });
    }
    let live = replayed(&leads, &by, &candidate);
    assert_eq!((live.outcomes.won.leads, live.outcomes.lost.leads), (50, 150));
    assert_eq!(live.outcomes.won.up + live.outcomes.lost.up, live.moved);
    let imported: Vec<QueuedLead> = leads
        .iter()
        .map(|lead| {
            let enriched = lead.enriched().clone();
            let decision = judge_history(by.policy(), &enriched);
            let content = RouteRequest::Scored(ScoredLead { enriched, decision, renews: None });
            QueuedLead { outcome: lead.outcome.clone(), ..QueuedLead::new(content, lead.queued_at) }
        })
        .collect();
    let summary = replayed(&imported, &by, &candidate);
    assert_eq!((summary.leads, summary.moved, summary.recomputed.same), (0, 0, 200));
    assert_eq!((summary.history.won.leads, summary.history.lost.leads), (50, 150));
    assert!(summary.history.won.up + summary.history.lost.up > 0);
}

#[test]
fn a_source_that_people_look_at_first_moves_there() {
    let by = judge(POLICY);
    let leads = leads(300, &by);
    let source = leads[0].event().source.clone();
    let table = format!("[sources.{source}]");
    assert!(POLICY.contains(&table), "{table}");
    let candidate = judge(&POLICY.replace(&table, &format!("{table}\nhuman_first = true")));
    let summary = replayed(&leads, &by, &candidate);
    let theirs = leads.iter().filter(|lead| lead.event().source == source).count() as u64;
    assert_eq!(summary.moved, theirs);
    assert!(summary.moves.iter().all(|told| told.to == QueueName::HumanFirst));
    assert!(
        summary.examples.iter().all(|example| example.because == "a person looks at it before it is scored")
    );
}

#[test]
fn memory_is_bounded_however_many_there_are() {
    let by = judge(POLICY);
    let lead = leads(1, &by).remove(0);
    let mut replay = Replay::default();
    let then = by.place(&lead, &key());
    for n in 0..400 {
        let mut lead = lead.clone();
        let RouteRequest::Scored(scored) = &mut lead.content else { panic!("it is scored") };
        scored.enriched.submitted.event.source = format!("form-{n}").parse().unwrap();
        let check = Check { made: Recomputed::Unable(format!("reason {n}")), taken_back: None };
        let moved = Then { queue: QueueName::CatchAll, segment: None, judgement: then.judgement.clone() };
        replay.take(Replayed {
            lead: &lead,
            check: &check,
            followed: None,
            candidate: by.policy(),
            then: &moved,
        });
    }
    let summary = replay.summary(until());
    assert_eq!(summary.sources.len(), 201);
    let others = summary.sources.last().unwrap();
    assert_eq!((others.source.as_deref(), others.leads), (None, 200));
    assert_eq!(summary.recomputed.reasons.len(), 51);
    assert_eq!(
        (summary.recomputed.reasons[0].reason.as_str(), summary.recomputed.reasons[0].leads),
        ("other reasons", 350)
    );
    assert_eq!(summary.examples.len(), 10);
}

#[test]
fn probabilities_are_summed_over_what_people_see() {
    let by = judge(POLICY);
    let mut lead = leads(1, &by).remove(0);
    let RouteRequest::Scored(scored) = &mut lead.content else { panic!("it is scored") };
    scored.decision.probability = Some(0.25);
    scored.decision.disposition = Disposition::Nurture;
    let check = Check { made: Recomputed::Same, taken_back: None };
    let mut decision = scored.decision.clone();
    decision.disposition = Disposition::Accept;
    let then =
        Then { queue: QueueName::Sdr, segment: None, judgement: Some(Judgement { decision, unfit: None }) };
    let mut replay = Replay::default();
    for _ in 0..4 {
        replay.take(Replayed {
            lead: &lead,
            check: &check,
            followed: None,
            candidate: by.policy(),
            then: &then,
        });
    }
    let expected = replay.summary(until()).expected.unwrap();
    assert_eq!(expected, Expected { leads: 4, all: 1.0, before: 0.0, after: 1.0 });
}

#[test]
fn working_days_leave_weekends_out() {
    let days = |from: &str, to: &str| {
        let at = |day: &str| format!("{day}T12:00:00Z").parse().unwrap();
        working_days(at(from), at(to))
    };
    assert_eq!(days("2026-11-23", "2026-11-29"), 5, "a week");
    assert_eq!(days("2026-11-28", "2026-11-29"), 1, "a weekend counts as a day");
    assert_eq!(days("2026-11-27", "2026-11-30"), 2);
    assert_eq!(days("2026-11-30", "2026-11-27"), 1, "a clock that goes wrong");
}

/// What programs read: names are kept.
#[test]
fn the_summary_as_json_keeps_its_names() {
    let by = judge(POLICY);
    let candidate = judge(&POLICY.replacen("weight = 15", "weight = 45", 1));
    let value = serde_json::to_value(replayed(&leads(300, &by), &by, &candidate)).unwrap();
    let names =
        |value: &serde_json::Value| -> Vec<String> { value.as_object().unwrap().keys().cloned().collect() };
    assert_eq!(
        names(&value),
        [
            "capacity",
            "decided_by",
            "examples",
            "expected",
            "grades",
            "history",
            "leads",
            "moved",
            "moves",
            "outcomes",
            "queues",
            "recomputed",
            "segments",
            "sources",
            "unreadable"
        ]
    );
    assert_eq!(
        names(&value["examples"][0]),
        [
            "because",
            "company",
            "domain",
            "factors",
            "from",
            "lead",
            "score_after",
            "score_before",
            "to",
            "unit"
        ]
    );
    assert_eq!(names(&value["moves"][0]), ["from", "leads", "to"]);
    assert_eq!(names(&value["sources"][0]), ["down", "leads", "motion", "source", "up"]);
    assert_eq!(names(&value["capacity"]), ["after", "before", "from", "to", "working_days"]);
    assert_eq!(
        names(&value["recomputed"]),
        ["differ", "not_decided", "reasons", "same", "taken_back", "unable"]
    );
    assert_eq!(value["examples"][0]["unit"], "points");
}

#[test]
fn a_candidate_is_told_segment_by_segment() {
    let by = judge(POLICY);
    let leads = leads(600, &by);
    let candidate = judge(&format!(
        "{POLICY}
[motions.inbound.segments.large]
employees_from = 1000
scores = false
[motions.inbound.segments.small]
employees_to = 999
thresholds = {{ sdr = 95, nurture = 5 }}
"
    ));
    let summary = replayed(&leads, &by, &candidate);
    let inbound = leads.iter().filter(|lead| lead.enriched().motion == Motion::Inbound).count() as u64;
    assert_eq!(summary.segments.iter().map(|row| row.leads).sum::<u64>(), inbound);
    assert!(summary.segments.iter().all(|row| row.motion == Motion::Inbound), "others are not divided");
    let of = |name: Option<&str>| summary.segments.iter().find(|row| row.segment.as_deref() == name).unwrap();
    let large = of(Some("large"));
    assert!(large.leads > 10);
    assert_eq!(
        large.for_people_after,
        large.leads - disqualified(&leads, &candidate),
        "people see each of them"
    );
    let small = of(Some("small"));
    assert!(small.down > 0 && small.for_people_after < small.for_people_before, "{small:?}");
    assert_eq!(of(None).label, "segment not known");
    let words: Vec<&str> = summary.examples.iter().map(|example| example.because.as_str()).collect();
    assert!(
        words.iter().any(
            |why| why.contains("it is in the segment Small") && why.contains("SDRs see leads from 95 on")
        ),
        "{words:?}"
    );
    assert!(replayed(&leads, &by, &by).segments.is_empty());
}

/// Large companies' leads of the motion that a hard disqualifier rejects.
fn disqualified(leads: &[QueuedLead], by: &Judge) -> u64 {
    let is_one = |lead: &&QueuedLead| {
        let segment = by.policy().segment(lead.enriched());
        segment.is_some_and(|segment| segment.name() == Some("large"))
            && lead
                .decision()
                .is_some_and(|decision| matches!(decision.disposition, Disposition::Disqualified { .. }))
    };
    leads.iter().filter(is_one).count() as u64
}

#[test]
fn who_wrote_in_a_record_has_looked_at_it() {
    let by =
        judge(&format!("{POLICY}\n[motions.inbound.segments.large]\nemployees_from = 1\nscores = false\n"));
    let inbound = |lead: &QueuedLead| {
        let known = lead.enriched().enrichment.company.employees.is_some();
        let decision = lead.decision().unwrap();
        let is_rejected = matches!(decision.disposition, Disposition::Disqualified { .. });
        lead.enriched().motion == Motion::Inbound && known && !is_rejected
    };
    let mut lead = leads(100, &by).into_iter().find(inbound).unwrap();
    assert_eq!(by.place(&lead, &key()).queue, QueueName::HumanFirst);
    let RouteRequest::Scored(scored) = &mut lead.content else { panic!("it is scored") };
    scored.enriched.found = Some(Box::default());
    assert_ne!(by.place(&lead, &key()).queue, QueueName::HumanFirst);
}
