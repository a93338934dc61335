//! What facts are worth beside grades: studies of invented histories, with a policy whose model sees grades alone and with
//! one whose model sees all facts, judged on deals of another draw that neither has seen. And what a lead costs: time to
//! score it with its reasons, size and load time of a model of two hundred facts.
//!
//! `cargo run --release -p leadlight-scoring --example facts [DEALS …]`

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a measurement for people")]

use std::collections::BTreeMap;
use std::hint::black_box;
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use leadlight_events::{generate, read_deals};
use leadlight_lead::{
    CriterionGroup, Deal, EmailKind, EnrichedLead, FeatureValue, FeatureVector, OutcomeResult, PolicyHash,
};
use leadlight_model::{
    Artifact, Deals, FeatureKind, FeatureSpec, GateLimits, LearnerKind, Lineage, Options, Origin,
    TrainingRow, study, train,
};
use leadlight_policy::Policy;
use leadlight_scoring::{feature_specs, features};

const POLICY: &str = include_str!("../../../infra/policies/default.toml");

fn history(seed: u64, deals: usize) -> Vec<Deal> {
    read_deals("invented.csv", generate(seed, deals).as_bytes()).unwrap()
}

fn enriched(deal: &Deal, policy: &Policy) -> EnrichedLead {
    let motion = policy.source(deal.source()).unwrap().motion;
    let completeness = policy.completeness(&deal.enrichment, motion);
    deal.enriched(policy.hash(), motion, (EmailKind::Business, None), completeness)
}

fn lineage(policy: &Policy) -> Lineage {
    let trained_at = "2026-12-01T00:00:00Z".parse().unwrap();
    Lineage { policy: policy.hash().clone(), code_version: "measured".to_owned(), trained_at }
}

fn won(deal: &Deal) -> bool {
    deal.outcome.result == OutcomeResult::Won
}

fn log_loss(artifact: &Artifact, leads: &[(FeatureVector, bool)]) -> f64 {
    let loss = |(features, won): &(FeatureVector, bool)| {
        let said = artifact.predict(features).unwrap().probability;
        -(if *won { said } else { 1.0 - said }).ln()
    };
    mean(leads.iter().map(loss))
}

#[expect(clippy::cast_precision_loss, reason = "thousands")]
fn mean(numbers: impl ExactSizeIterator<Item = f64>) -> f64 {
    let count = numbers.len() as f64;
    numbers.sum::<f64>() / count
}

/// The shortest of five runs, in microseconds.
fn micros(mut run: impl FnMut()) -> f64 {
    let mut timed = || {
        let begun = Instant::now();
        run();
        begun.elapsed()
    };
    (0..5).map(|_| timed()).min().unwrap_or(Duration::ZERO).as_secs_f64() * 1e6
}

fn main() {
    let mut sizes: Vec<usize> = std::env::args().skip(1).filter_map(|size| size.parse().ok()).collect();
    if sizes.is_empty() {
        sizes = vec![300, 1200, 4000];
    }
    let grades = POLICY.replace("\nnever_lowers = ", "\nfacts = []\nnever_lowers = ");
    let policies = [
        ("grades alone", Policy::parse("p", &grades).unwrap()),
        ("and facts", Policy::parse("p", POLICY).unwrap()),
    ];
    let fresh = history(1, 8000);
    println!("log-loss on {} deals of another draw:", fresh.len());
    for size in sizes {
        let deals = history(2, size);
        for (name, policy) in &policies {
            of_policy(name, policy, &deals, &fresh);
        }
    }
    let (_, policy) = &policies[1];
    let leads: Vec<EnrichedLead> = fresh.iter().take(1000).map(|deal| enriched(deal, policy)).collect();
    let read = micros(|| {
        for lead in &leads {
            black_box(features(policy, lead));
        }
    });
    let bytes = mean(leads.iter().map(|lead| {
        let kept = serde_json::to_vec(&features(policy, lead)).unwrap();
        f64::from(u32::try_from(kept.len()).unwrap())
    }));
    println!("to grade a lead and read its facts {:.1} µs; its vector {bytes:.0} bytes", read / 1000.0);
    two_hundred();
}

fn of_policy(name: &str, policy: &Policy, deals: &[Deal], fresh: &[Deal]) {
    let mut learnt_from = Deals::new(feature_specs(policy));
    for deal in deals {
        let features = features(policy, &enriched(deal, policy));
        let closed_at = deal.outcome.closed_at;
        learnt_from.push(&TrainingRow { features, won: won(deal), closed_at, account: None, scope: None });
    }
    let begun = Instant::now();
    let options = Options {
        subject: "invented deals".to_owned(),
        origin: Origin::System,
        champion: None,
        limits: GateLimits::default(),
        found: Vec::new(),
        vendors: &[],
        progress: &mut |_| {},
    };
    let studied = study(&learnt_from, &lineage(policy), options).unwrap();
    let took = begun.elapsed().as_secs_f64();
    let fresh: Vec<(FeatureVector, bool)> =
        fresh.iter().map(|deal| (features(policy, &enriched(deal, policy)), won(deal))).collect();
    let size = deals.len();
    let Some(trained) = studied.trained else {
        println!("{size:>6} {name:<13} no model: {:?}", studied.report.verdict);
        return;
    };
    let artifact = trained.artifact;
    let says = |spec: &FeatureSpec, value: Option<&FeatureValue>| policy.says(&spec.name, value);
    let each = micros(|| {
        for (vector, _) in fresh.iter().take(200) {
            black_box(artifact.voice(None).predict_saying(vector, says).unwrap());
        }
    });
    println!(
        "{size:>6} {name:<13} {:.4}, {} features, by {}, {} bytes, {:.0} µs a lead with its reasons, {took:.1} s",
        log_loss(&artifact, &fresh),
        artifact.features().count(),
        artifact.lineage().learner,
        artifact.to_bytes().len(),
        each / 200.0
    );
    for kind in KINDS {
        if let Ok(one) = train(&learnt_from, kind, lineage(policy)) {
            println!("         {kind}: {:.4}", log_loss(&one.artifact, &fresh));
        }
    }
}

const KINDS: [LearnerKind; 4] = [
    LearnerKind::LogisticRegression,
    LearnerKind::ExplainableBoosting,
    LearnerKind::NewtonTrees,
    LearnerKind::BaggedTrees,
];

/// A model of two hundred facts of all kinds, learnt from 4,000 deals.
fn two_hundred() {
    let kinds = [
        FeatureKind::Number,
        FeatureKind::Category,
        FeatureKind::Boolean,
        FeatureKind::Tags { separator: ';' },
    ];
    let spec = |n: usize| FeatureSpec {
        name: format!("fact.{n:03}"),
        group: CriterionGroup::Other,
        factor: format!("fact {n}"),
        kind: kinds[n % kinds.len()],
        monotone: None,
        rule: None,
        prior: None,
    };
    let specs: Vec<FeatureSpec> = (0..200).map(spec).collect();
    let mut state = 7_u64;
    let mut draw = move |below: u32| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        u32::try_from(state >> 33).unwrap_or(0) % below
    };
    let mut row = |hour: i64| {
        let mut sum = 0;
        let mut values: BTreeMap<String, Option<FeatureValue>> = BTreeMap::new();
        for spec in &specs {
            let drawn = draw(20);
            sum += drawn;
            let value = match spec.kind {
                FeatureKind::Category => FeatureValue::category(&format!("value-{}", drawn % 6)),
                FeatureKind::Tags { .. } => {
                    let tags: Vec<String> = (0..drawn % 4).map(|_| format!("tag-{}", draw(8))).collect();
                    Some(FeatureValue::tags(tags.iter().map(String::as_str)))
                }
                FeatureKind::Boolean => Some((drawn < 10).into()),
                _ => Some(f64::from(drawn).into()),
            };
            values.insert(spec.name.clone(), value.filter(|_| drawn > 1));
        }
        TrainingRow {
            features: FeatureVector::new(values).unwrap(),
            won: sum + draw(400) > 2150,
            closed_at: Timestamp::UNIX_EPOCH + SignedDuration::from_hours(hour),
            account: None,
            scope: None,
        }
    };
    let rows: Vec<TrainingRow> = (0..1200).map(&mut row).collect();
    let deals = Deals::from_rows(&specs, &rows);
    println!("a model of 200 facts, of 1,200 deals:");
    for kind in [LearnerKind::LogisticRegression, LearnerKind::BaggedTrees] {
        let lineage = Lineage {
            policy: PolicyHash::of(b"measured"),
            code_version: "measured".to_owned(),
            trained_at: Timestamp::UNIX_EPOCH + SignedDuration::from_hours(9000),
        };
        let Ok(trained) = train(&deals, kind, lineage) else { continue };
        let (artifact, bytes) = (&trained.artifact, trained.artifact.to_bytes());
        let load = micros(|| {
            black_box(Artifact::from_bytes(&bytes).unwrap());
        });
        let scored = micros(|| {
            for row in rows.iter().take(100) {
                black_box(artifact.predict(&row.features).unwrap());
            }
        });
        println!(
            "         {kind}: {} bytes, loaded in {:.1} ms, {:.0} µs a lead with its reasons",
            bytes.len(),
            load / 1000.0,
            scored / 100.0
        );
    }
}
