//! What past decisions came to.

use leadlight_model::{
    BackTest, Band, BandReview, BandVerdict, EarlierReview, FallSeen, PastDeal, PastReview, PeopleBand,
    PeopleReview, ScoredBy, Stake, Window, WindowReview,
};

use super::{drift, judged, metrics, number};

/// A review of past decisions, with a motion of its own, a month, a model of before, a fall, a back-test, and a lead on
/// each list.
pub(crate) fn past() -> PastReview {
    let review = judged().bands;
    let at = |text: &str| text.parse().unwrap();
    let deal = |score: f64, company: &str, amount_usd| PastDeal {
        lead: "lead_0190a5f0c0de4bad8bad0c0ffee00001".parse().unwrap(),
        score,
        probability: Some(score / 200.0),
        closed_at: at("2025-05-02T09:00:00Z"),
        company: (!company.is_empty()).then(|| company.to_owned()),
        amount_usd,
        owner: amount_usd.map(|_| "sdr-1".parse().unwrap()),
        factors: vec![("industry".to_owned(), -0.8), ("intent".to_owned(), 0.3)],
    };
    let window = Window { from: at("2025-02-01T00:00:00Z"), until: at("2025-05-01T00:00:00Z") };
    let month = Window { from: at("2025-04-01T00:00:00Z"), ..window };
    let of = |window| WindowReview { window, review: review.clone() };
    let by = |digits: &str| ScoredBy::Model { hash: digits.repeat(32).parse().unwrap() };
    PastReview {
        metrics: Some(metrics(0.471, 0.781, 0.031)),
        by_motion: vec![("inbound".to_owned(), review.clone())],
        scored_by: Some(by("4f")),
        window: Some(window),
        months: vec![of(month)],
        earlier: vec![EarlierReview { by: by("2e"), all: of(window) }],
        fall: Some(FallSeen { because: "scores 60 to 80 were given 40 % and won 12 %".to_owned(), window }),
        won_low: Some(Stake { deals: 31, known: 20, usd: 412_000 }),
        lost_high: Some(Stake { deals: 1, known: 0, usd: 0 }),
        back_test: Some(BackTest {
            review: review.clone(),
            won_but_low: vec![deal(22.0, "Lowland Freight", Some(18_000))],
            lost_but_high: vec![deal(71.0, "Upland Freight", None)],
            won_low: Stake { deals: 1, known: 1, usd: 18_000 },
            lost_high: Stake { deals: 1, known: 0, usd: 0 },
        }),
        review,
        won_but_low: vec![deal(12.0, "Brightforge", Some(24_000))],
        lost_but_high: vec![deal(93.0, "", None)],
        drift: (0..3).map(drift).collect(),
        people: PeopleReview {
            bands: vec![
                PeopleBand {
                    score_from: 20,
                    answered: 3,
                    confirmed: 1,
                    rejected: 2,
                    ..PeopleBand::default()
                },
                PeopleBand {
                    score_from: 90,
                    answered: 40,
                    confirmed: 34,
                    rejected: 8,
                    accepted: 30,
                    won: 11,
                    lost: 9,
                },
            ],
            sampled: PeopleBand { answered: 3, confirmed: 1, rejected: 2, ..PeopleBand::default() },
            reasons: vec![("no_need".to_owned(), 7), ("bad_data".to_owned(), 3)],
            unattended: 1,
            bad_data: vec![],
        },
    }
}

/// A review with this verdict.
pub(crate) fn band_review(verdict: BandVerdict) -> BandReview {
    let band = |from, to, won, predicted, actual_from, actual_to| Band {
        score_from: from,
        score_to: to,
        deals: 93,
        won,
        predicted: Some(predicted),
        actual: number(won) / 93.0,
        actual_from,
        actual_to,
        independent: 90.0,
    };
    let bands = if verdict == BandVerdict::InsufficientData {
        Vec::new()
    } else {
        vec![
            band(0.0, 19.0, 4, 0.04, 0.017, 0.105),
            band(20.0, 41.0, 9, 0.1, 0.052, 0.174),
            band(42.0, 60.0, 15, 0.18, 0.1, 0.25),
            band(61.0, 81.0, 31, 0.31, 0.247, 0.434),
            band(82.0, 100.0, 51, 0.59, 0.447, 0.646),
        ]
    };
    BandReview {
        deals: 465,
        won: 110,
        bands,
        verdict,
        because: "the top band won 55 % of its deals, the bottom band 4 %".to_owned(),
        what_to_do: "Look again next month.".to_owned(),
    }
}
