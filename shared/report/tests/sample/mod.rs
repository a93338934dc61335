//! An invented report with everything in it.

mod past;

use leadlight_model::{
    Audit, BandVerdict, Calibration, CalibrationMethod, ColumnRead, Comparison, DriftVerdict, FeatureDrift,
    FileRead, Fill, Finding, GateLimits, GateReport, Importance, Incumbent, Judged, LearnerKind,
    LearnerResult, LiftPoint, Manifest, Metrics, Origin, OwnJudged, OwnModel, OwnStanding, PairCell,
    PairEffect, Pairs, Proof, ReliabilityBin, ScoreBin, Severity, StudyReport, StudyVerdict, Surprise,
    VendorWorth, WorthGain,
};

pub(crate) use past::band_review;
use past::past;

/// Invented features with what they are called.
const FEATURES: [(&str, &str); 8] = [
    ("demo_requested", "asked for a demo"),
    ("seniority", "seniority of the person"),
    ("employees", "size of the company"),
    ("visits_30_days", "visits in the last 30 days"),
    ("industry", "industry"),
    ("crm_in_use", "CRM in use"),
    ("opened_mails", "mails opened"),
    ("region", "region"),
];

/// Evenly spread numbers in 0 to 1 that look like chance: the golden ratio's multiples.
fn spread(i: usize, of: f64) -> f64 {
    (number(i) * 0.618_033_988_75 + of * 0.37).fract()
}

fn number(i: usize) -> f64 {
    f64::from(u32::try_from(i).unwrap())
}

fn name(i: usize) -> (String, String) {
    match FEATURES.get(i) {
        Some((feature, factor)) => ((*feature).to_owned(), (*factor).to_owned()),
        None => (format!("invented_feature_number_{i}"), format!("an invented fact, the {i}th of them")),
    }
}

fn metrics(log_loss: f64, auc: f64, ece: f64) -> Metrics {
    Metrics {
        deals: 465,
        won: 110,
        log_loss,
        base_rate: 0.228,
        base_rate_log_loss: 0.547,
        auc: Some(auc),
        ece,
    }
}

fn pairs() -> Pairs {
    let cell = |deals: usize, effect: Option<f64>| PairCell { deals, won: deals / 4, effect };
    Pairs {
        looked_at: 28,
        strongest: 0.62,
        threshold: 0.18,
        found: vec![PairEffect {
            first: "industry".to_owned(),
            second: "CRM in use".to_owned(),
            strength: 0.62,
            lines: vec!["software".to_owned(), "others".to_owned()],
            columns: vec!["salesforce".to_owned(), "others".to_owned(), "not known".to_owned()],
            cells: vec![
                cell(340, Some(0.74)),
                cell(610, Some(-0.31)),
                cell(3, None),
                cell(420, Some(-0.6)),
                cell(951, Some(0.05)),
                cell(0, None),
            ],
        }],
    }
}

/// A whole report over so many features.
pub(crate) fn report(features: usize) -> StudyReport {
    StudyReport {
        schema_version: StudyReport::SCHEMA_VERSION,
        origin: Origin::System,
        past: Some(past()),
        subject: "deals-2023-to-2025.csv".to_owned(),
        studied_at: "2025-07-01T06:30:00Z".parse().unwrap(),
        deals: 2324,
        won: 530,
        order: "by close date, from the column closed_at".to_owned(),
        period: Some(("2023-01-09T10:00:00Z".parse().unwrap(), "2025-06-27T15:20:00Z".parse().unwrap())),
        audit: audit(features),
        verdict: StudyVerdict::Publish {
            learner: LearnerKind::ExplainableBoosting,
            because: "its log-loss on the 465 newest deals is .046 lower than the champion's, at least .019 \
                      lower beyond luck"
                .to_owned(),
        },
        learners: learners(),
        gate: Some(gate()),
        judged: Some(judged()),
        importance: (0..features).map(importance).collect(),
        pairs: Some(pairs()),
        drift: (0..features).map(drift).collect(),
        manifest: Some(manifest()),
        vendors: vendors(),
        own: own(),
        notes: vec!["the deals are few".to_owned()],
        file: Some(FileRead {
            columns: vec![ColumnRead {
                column: "Exportanteil".to_owned(),
                taken: "left out".to_owned(),
                why: "text that differs in nearly every row".to_owned(),
            }],
            left_out: vec!["3 rows are left out: the deals are still open".to_owned()],
        }),
    }
}

/// A report in which every list is empty and everything that may be missing is.
pub(crate) fn empty() -> StudyReport {
    StudyReport {
        deals: 0,
        won: 0,
        period: None,
        audit: Audit::default(),
        verdict: StudyVerdict::Refuse { because: "there are no closed deals".to_owned() },
        learners: Vec::new(),
        gate: None,
        judged: None,
        importance: Vec::new(),
        drift: Vec::new(),
        manifest: None,
        vendors: Vec::new(),
        own: Vec::new(),
        notes: Vec::new(),
        file: None,
        ..report(0)
    }
}

/// One that has a model of its own, one that no longer has, one with too few deals.
fn own() -> Vec<OwnModel> {
    let own = |scope: &str, deals, standing, because: &str, judged: Option<(f64, f64)>| OwnModel {
        scope: scope.to_owned(),
        deals,
        won: deals / 4,
        standing,
        because: because.to_owned(),
        judged: judged.map(|(shared_log_loss, own_log_loss)| OwnJudged {
            deals: deals / 2,
            shared_log_loss,
            own_log_loss,
        }),
    };
    vec![
        own("event", 31, OwnStanding::Shared, "they have 31 closed deals, 7 of them won", None),
        own("partner", 122, OwnStanding::New, "on 61 deals its log-loss is lower", Some((0.69, 0.51))),
        own("plg", 300, OwnStanding::Dropped, "the shared one is no worse", Some((0.44, 0.46))),
    ]
}

/// One that helps, one that has said too little yet, and what came with an import.
fn vendors() -> Vec<VendorWorth> {
    let vendor = |provider: &str, deals: usize, gain: Option<(f64, f64, f64)>| VendorWorth {
        provider: provider.to_owned(),
        deals,
        filled: deals / 2,
        contested: deals / 10,
        priced: deals,
        cost_usd_micros: 110_000 * u64::try_from(deals).unwrap(),
        gain: gain.map(|(mean, from, to)| WorthGain { mean, from, to }),
    };
    vec![
        vendor("people-data-labs", 240, Some((0.012, 0.004, 0.02))),
        vendor("last-resort", 30, None),
        VendorWorth {
            priced: 0,
            cost_usd_micros: 0,
            ..vendor("crm-export", 225, Some((0.001, -0.006, 0.004)))
        },
    ]
}

fn audit(features: usize) -> Audit {
    let finding = |severity, feature: Option<&str>, what: &str, remedy: &str| Finding {
        severity,
        feature: feature.map(ToOwned::to_owned),
        what: what.to_owned(),
        remedy: remedy.to_owned(),
    };
    Audit {
        findings: vec![
            finding(
                Severity::Amber,
                Some("opened_mails"),
                "known in 31 % of deals, and there far more often won",
                "check that it is filled before the outcome is known",
            ),
            finding(
                Severity::Amber,
                Some("region"),
                "its share of unknown values doubled in the newest deals",
                "ask who fills it, and since when not",
            ),
            finding(
                Severity::Note,
                None,
                "41 deals come from 3 accounts",
                "nothing: they are drawn together",
            ),
        ],
        fill: (0..features)
            .map(|i| Fill {
                feature: name(i).0,
                known: 0.3 + 0.7 * spread(i + 3, 0.4),
                distinct: 2 + i * 3,
                auc: (i % 7 != 6).then_some(0.5 + 0.25 * spread(i, 0.2)),
            })
            .collect(),
    }
}

fn learners() -> Vec<LearnerResult> {
    let result = |learner, forward: Option<f64>, metrics, remark: &str| LearnerResult {
        learner,
        forward_log_loss: forward,
        metrics,
        remark: remark.to_owned(),
    };
    vec![
        result(
            LearnerKind::ChampionShifted,
            None,
            Some(metrics(0.498, 0.742, 0.031)),
            "the champion of March, its intercept moved by −0.21",
        ),
        result(
            LearnerKind::LogisticRegression,
            Some(0.487),
            Some(metrics(0.479, 0.771, 0.027)),
            "24 columns, L2 strength 10",
        ),
        result(
            LearnerKind::ExplainableBoosting,
            Some(0.463),
            Some(metrics(0.452, 0.818, 0.024)),
            "8 curves and 2 pairs",
        ),
        result(
            LearnerKind::NewtonTrees,
            Some(0.471),
            Some(metrics(0.463, 0.809, 0.036)),
            "140 trees of depth 3",
        ),
        result(LearnerKind::BaggedTrees, None, None, "did not take part: it needs 5,000 deals"),
    ]
}

fn gate() -> GateReport {
    let against = |learner, metrics, gain: f64, least: f64, p_value, objection: &str| Comparison {
        proof: Proof::BeyondLuck,
        learner,
        metrics,
        gain,
        gain_at_least: least,
        p_value,
        p_at_most: 0.025,
        passed: objection.is_empty(),
        objection: objection.to_owned(),
    };
    GateReport {
        incumbent: Incumbent::Champion,
        incumbent_metrics: metrics(0.498, 0.744, 0.052),
        deals: 465,
        accounts: 402,
        limits: GateLimits::default(),
        challengers: vec![
            against(
                LearnerKind::ChampionShifted,
                metrics(0.498, 0.742, 0.031),
                0.0,
                -0.004,
                0.48,
                "its gain may be chance",
            ),
            against(LearnerKind::LogisticRegression, metrics(0.479, 0.771, 0.027), 0.019, 0.002, 0.009, ""),
            against(LearnerKind::ExplainableBoosting, metrics(0.452, 0.818, 0.024), 0.046, 0.019, 0.0002, ""),
            against(LearnerKind::NewtonTrees, metrics(0.463, 0.809, 0.036), 0.035, 0.011, 0.001, ""),
        ],
        chosen: Some(LearnerKind::ExplainableBoosting),
        because: "explainable boosting is the simplest that is not clearly worse than the best".to_owned(),
    }
}

fn judged() -> Judged {
    let surprise = |row, score, probability, factors: &[(&str, f64)]| Surprise {
        row,
        score,
        probability,
        factors: factors.iter().map(|(factor, part)| ((*factor).to_owned(), *part)).collect(),
    };
    Judged {
        learner: LearnerKind::ExplainableBoosting,
        reliability: (0..10).map(reliability_bin).collect(),
        distribution: (0..20)
            .map(|i| ScoreBin {
                score_from: number(i) * 5.0,
                score_to: number(i + 1) * 5.0,
                won: i * i / 30 + i % 3,
                lost: (38 - i * 3 / 2).saturating_sub(i % 4 * 2),
            })
            .collect(),
        bands: band_review(BandVerdict::Working),
        lift: (1..=200)
            .map(|i| {
                let share_of_leads = number(i) / 200.0;
                LiftPoint { share_of_leads, share_of_wins: 1.0 - (1.0 - share_of_leads).powf(3.1) }
            })
            .collect(),
        won_but_low: vec![
            surprise(
                2190,
                8.0,
                0.061,
                &[("size of the company", -0.91), ("no demo asked for", -0.52), ("industry", 0.33)],
            ),
            surprise(
                1987,
                14.0,
                0.083,
                &[("seniority of the person", -0.74), ("visits in the last 30 days", -0.4)],
            ),
        ],
        lost_but_high: vec![
            surprise(
                2301,
                97.0,
                0.71,
                &[("asked for a demo", 1.12), ("seniority of the person", 0.6), ("region", -0.08)],
            ),
            surprise(2044, 94.0, 0.64, &[("asked for a demo", 1.1), ("CRM in use", 0.41)]),
        ],
    }
}

fn reliability_bin(i: usize) -> ReliabilityBin {
    let predicted = [0.03, 0.05, 0.08, 0.11, 0.15, 0.2, 0.27, 0.36, 0.49, 0.68][i];
    let actual = [0.02, 0.065, 0.065, 0.13, 0.11, 0.22, 0.26, 0.41, 0.5, 0.61][i];
    ReliabilityBin {
        deals: 46 + i % 2,
        predicted,
        actual,
        actual_from: actual * 0.55,
        actual_to: actual + 0.06 + 0.25 * actual * (1.0 - actual),
    }
}

fn importance(i: usize) -> Importance {
    let (feature, factor) = name(i);
    let strength = 0.85 / (1.0 + 0.45 * number(i));
    let points: Vec<(Option<f64>, f64)> = (0..200)
        .map(|k| {
            let value = spread(k, number(i));
            let noise = spread(k * 7 + 3, number(i) + 0.5) - 0.5;
            let rising = if i % 3 == 2 { -1.0 } else { 1.0 };
            let known = i % 5 != 4 && k % 11 != 0;
            (known.then_some(value), strength * (rising * (value - 0.5) * 2.4 + 0.7 * noise))
        })
        .collect();
    let mean_abs = points.iter().map(|(_, effect)| effect.abs()).sum::<f64>() / 200.0;
    Importance { feature, factor, mean_abs, points }
}

fn drift(i: usize) -> FeatureDrift {
    let psi = 0.34 / (1.0 + number(i).powi(2) * 0.4);
    let verdict = match psi {
        x if x >= 0.25 => DriftVerdict::Shifted,
        x if x >= 0.1 => DriftVerdict::Moving,
        _ => DriftVerdict::Stable,
    };
    let bins = (0..5)
        .map(|k| {
            let then = 0.1 + 0.05 * number(k);
            (format!("{} to {}", k * 20, k * 20 + 20), then, then * (1.4 - 0.2 * number(k)))
        })
        .chain([("not known".to_owned(), 0.04, 0.09)])
        .collect();
    FeatureDrift { feature: name(i).0, psi, verdict, bins }
}

fn manifest() -> Manifest {
    let at = |text: &str| text.parse().unwrap();
    Manifest {
        schema_version: Manifest::SCHEMA_VERSION,
        model: "3f".repeat(32).parse().unwrap(),
        artifact_bytes: 48_213,
        learner: LearnerKind::ExplainableBoosting,
        settings: "3 fits averaged, 5 pairs".to_owned(),
        size: "12 curves of 80 steps in all, 5 pairs".to_owned(),
        smartcore_version: "0.7.0".to_owned(),
        policy: "a1".repeat(32).parse().unwrap(),
        data: "5c".repeat(32).try_into().unwrap(),
        code_version: "0.1.0".to_owned(),
        trained_at: at("2025-07-01T06:29:41Z"),
        deals: 2324,
        won: 530,
        lost: 1794,
        first_closed_at: Some(at("2023-01-09T10:00:00Z")),
        last_closed_at: Some(at("2025-06-27T15:20:00Z")),
        features: Vec::new(),
        metrics_on_newest: metrics(0.452, 0.818, 0.024),
        calibration: Calibration {
            method: CalibrationMethod::SlopeAndIntercept,
            slope: 1.042,
            intercept: -0.061,
            deals: 1859,
        },
        own: Vec::new(),
        notes: vec!["the feature fax_number was left out: it never varies".to_owned()],
    }
}
