//! How often leads are scored again since time has passed, and what it costs to see when: invented leads, followed for half
//! a year in which nobody does anything, by rules and by a model.
//!
//! `cargo run --release -p leadlight-scoring --example renewals [LEADS [rules|model]]`

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    reason = "a measurement for people"
)]

use std::sync::Arc;
use std::time::{Duration, Instant};

use leadlight_events::{generate, read_deals};
use leadlight_lead::{
    Deal, DrawKey, EmailKind, EnrichedLead, LeadId, OutcomeResult, Renewal, renewal_day, renewed_at,
};
use leadlight_model::{Deals, LearnerKind, Lineage, TrainingRow, train};
use leadlight_policy::Policy;
use leadlight_scoring::{Champion, HORIZON_DAYS, Judge, feature_specs, features};

const POLICY: &str = include_str!("../../../infra/policies/default.toml");
/// Deals that the model learns from.
const LEARNT_FROM: usize = 600;
/// Months of 30 days that a lead is followed for.
const MONTHS: usize = 6;

fn main() {
    let leads = std::env::args().nth(1).map_or(2_000, |text| text.parse().unwrap());
    let policy = Arc::new(Policy::parse("default.toml", POLICY).unwrap());
    let deals = read_deals("invented.csv", generate(7, LEARNT_FROM.max(leads)).as_bytes()).unwrap();
    let wanted = std::env::args().nth(2);
    for name in ["rules", "model"].into_iter().filter(|name| wanted.as_deref().is_none_or(|w| w == *name)) {
        let champion = match name {
            "model" => trained(&deals[..LEARNT_FROM], &policy),
            _ => Champion::Absent { because: "no model is published yet".to_owned() },
        };
        let judge = Judge::new(Arc::clone(&policy), None, champion);
        let is_scored = |deal: &&Deal| !policy.source(deal.source()).unwrap().human_first;
        let leads: Vec<EnrichedLead> =
            deals.iter().filter(is_scored).take(leads).map(|deal| enriched(deal, &policy)).collect();
        measured(name, &leads, &judge);
    }
}

fn key() -> DrawKey {
    DrawKey::new([7; 32])
}

/// Each lead, renewed whenever its day has come.
fn measured(name: &str, leads: &[EnrichedLead], judge: &Judge) {
    let (mut waits, mut looked, mut took) = (0_usize, 0_usize, Duration::ZERO);
    let mut renewed = [0_usize; MONTHS];
    let mut ends = [0_usize; MONTHS];
    for lead in leads {
        let mut lead = lead.clone();
        let began = lead.occurred_at();
        let mut decision = judge.judge(&lead, &key()).decision;
        waits += usize::from(decision.is_renewed());
        loop {
            let clock = Instant::now();
            let renews = judge.renews(&lead, &decision, &key());
            took += clock.elapsed();
            looked += 1;
            let Some(renews) = renews else { break };
            let at = renewed_at(renews.on).unwrap();
            let days = at.duration_since(began).as_hours() / 24;
            let Some(month) = usize::try_from(days / 30).ok().filter(|month| *month < MONTHS) else { break };
            match renews.becomes {
                Some(_) => renewed[month] += 1,
                None => ends[month] += 1,
            }
            assert!(renews.on > renewal_day(decision.as_of));
            lead.renewal = Some(Renewal { at, stood: decision.stood() });
            decision = judge.judge(&lead, &key()).decision;
        }
    }
    let per_lead = |count: usize| count as f64 / waits.max(1) as f64;
    println!("by {name}: of {} leads {waits} wait for people or for marketing", leads.len());
    for month in 0..MONTHS {
        println!(
            "  days {:>3} to {:>3}: {:>6} renewals, {:.3} a lead that waited at first; {} more at the end of the {HORIZON_DAYS} days",
            30 * month,
            30 * month + 29,
            renewed[month],
            per_lead(renewed[month]),
            ends[month]
        );
    }
    let all: usize = renewed.iter().sum();
    println!(
        "  a month on average {:.3} a lead: {:.0} of 1,000,000 leads; {:.0} µs to see when, {looked} times",
        per_lead(all) / MONTHS as f64,
        1e6 * per_lead(all) / MONTHS as f64,
        took.as_secs_f64() * 1e6 / looked.max(1) as f64
    );
}

fn enriched(deal: &Deal, policy: &Policy) -> EnrichedLead {
    let motion = policy.source(deal.source()).unwrap().motion;
    let completeness = policy.completeness(&deal.enrichment, motion);
    let mut enriched = deal.enriched(policy.hash(), motion, (EmailKind::Business, None), completeness);
    enriched.submitted.event.source_event_type = None;
    enriched.submitted.lead_id = LeadId::of(deal.source(), deal.id());
    enriched
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
