//! How fast leads are replayed on one core, and how much memory that takes: invented leads, whose decisions are made again
//! and who are then decided under a policy with another threshold and other weights, by rules and by a model.
//!
//! `cargo run --release -p leadlight-scoring --example replay [LEADS [rules|model]]`

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a measurement for people")]

use std::sync::Arc;
use std::time::Instant;

use leadlight_events::{generate, read_deals};
use leadlight_lead::{
    Deal, DrawKey, EmailKind, EnrichedLead, LeadId, OutcomeResult, QueuedLead, RouteRequest, ScoredLead,
};
use leadlight_model::{Deals, LearnerKind, Lineage, TrainingRow, train};
use leadlight_policy::{Policy, Readings};
use leadlight_scoring::compare::{Check, Recomputed, Replay, Replayed};
use leadlight_scoring::{Champion, Judge, feature_specs, features};

const POLICY: &str = include_str!("../../../infra/policies/default.toml");
/// Leads that are told apart; after these come the same again, under other ids.
const DISTINCT: usize = 2_000;
/// Deals that the model learns from.
const LEARNT_FROM: usize = 600;

fn main() {
    let leads = std::env::args().nth(1).map_or(100_000, |text| text.parse().unwrap());
    let policy = Arc::new(Policy::parse("default.toml", POLICY).unwrap());
    let candidate = POLICY.replace("sdr = 70", "sdr = 62").replacen("weight = 15", "weight = 25", 1);
    assert_ne!(candidate, POLICY, "the candidate is another policy");
    let candidate = Arc::new(Policy::parse("candidate.toml", &candidate).unwrap());
    let deals = read_deals("invented.csv", generate(7, DISTINCT).as_bytes()).unwrap();
    let wanted = std::env::args().nth(2);
    for name in ["rules", "model"].into_iter().filter(|name| wanted.as_deref().is_none_or(|w| w == *name)) {
        let champion = match name {
            "model" => trained(&deals[..LEARNT_FROM], &policy),
            _ => Champion::Absent { because: "no model is published yet".to_owned() },
        };
        let now = Judge::new(Arc::clone(&policy), None, champion.clone());
        let then = Judge::new(Arc::clone(&candidate), None, champion);
        let is_scored = |deal: &&Deal| !policy.source(deal.source()).unwrap().human_first;
        let stored: Vec<QueuedLead> = deals.iter().filter(is_scored).map(|deal| stored(deal, &now)).collect();
        measured(name, leads, &stored, &now, &then);
    }
}

fn key() -> DrawKey {
    DrawKey::new([7; 32])
}

fn measured(name: &str, leads: usize, stored: &[QueuedLead], now: &Judge, then: &Judge) {
    let mut replay = Replay::default();
    let (before, began) = (peak_kb(), Instant::now());
    for lead in stored.iter().cycle().take(leads) {
        let decision = lead.decision().unwrap();
        let readings = Readings::of(lead.enriched());
        let made = now.recompute_reading(lead.enriched(), decision, &key(), &readings);
        let check = Check { made, taken_back: None };
        assert_eq!(check.made, Recomputed::Same);
        let placed = then.place_reading(lead, &key(), &readings);
        replay.take(Replayed {
            lead,
            check: &check,
            followed: Some(now.policy()),
            candidate: then.policy(),
            then: &placed,
        });
    }
    let seconds = began.elapsed().as_secs_f64();
    let until = "2026-12-01T00:00:00Z".parse().unwrap();
    let summary = replay.summary(until);
    #[expect(clippy::cast_precision_loss, reason = "millions")]
    let count = leads as f64;
    println!(
        "by {name}: {leads} leads in {seconds:.1} s, {:.0} a second; {} moved; at most {} MB resident, {} MB before",
        count / seconds,
        summary.moved,
        peak_kb() / 1024,
        before / 1024
    );
}

fn enriched(deal: &Deal, policy: &Policy) -> EnrichedLead {
    let motion = policy.source(deal.source()).unwrap().motion;
    let completeness = policy.completeness(&deal.enrichment, motion);
    deal.enriched(policy.hash(), motion, (EmailKind::Business, None), completeness)
}

/// As a live lead that was decided on.
fn stored(deal: &Deal, judge: &Judge) -> QueuedLead {
    let mut enriched = enriched(deal, judge.policy());
    enriched.submitted.event.source_event_type = None;
    enriched.submitted.lead_id = LeadId::of(deal.source(), deal.id());
    let decision = judge.judge(&enriched, &key()).decision;
    let at = deal.created_at();
    QueuedLead::new(RouteRequest::Scored(ScoredLead { enriched, decision, renews: None }), at)
}

fn trained(deals: &[Deal], policy: &Policy) -> Champion {
    let mut rows = Deals::new(feature_specs(policy));
    for deal in deals {
        rows.push(&TrainingRow {
            features: features(policy, &enriched(deal, policy)),
            won: deal.outcome.result == OutcomeResult::Won,
            closed_at: deal.outcome.closed_at,
            account: None,
            scope: None,
        });
    }
    let trained_at = "2026-12-01T00:00:00Z".parse().unwrap();
    let lineage = Lineage { policy: policy.hash().clone(), code_version: "measured".to_owned(), trained_at };
    let trained = train(&rows, LearnerKind::LogisticRegression, lineage).unwrap();
    Champion::Model { hash: trained.artifact.hash(), artifact: Arc::new(trained.artifact) }
}

/// The most memory that was resident so far, in KB; 0 where the system does not tell.
fn peak_kb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().strip_suffix(" kB")?.trim().parse().ok()).unwrap_or(0)
}
