//! A learner that starts from the policy's points: what it gains where they are right, and costs where they are not.

use super::options;
use crate::simulate::{Simulator, lineage, specs};
use crate::{Deals, FeatureSpec, StudyVerdict, TrainingRow, study};

/// Points of 100 by feature, as the policy gives them.
type Points = [f64; 6];

/// As the world is: in proportion to the true weights.
const RIGHT: Points = [35.0, 23.0, 17.0, -20.0, 29.0, 0.0];
/// What counts for nothing earns the most, and what counts most earns next to nothing.
const WRONG: Points = [5.0, 30.0, 5.0, 20.0, 0.0, 40.0];

fn told(points: Option<Points>, rows: &[TrainingRow]) -> Deals {
    let of = |(at, spec): (usize, FeatureSpec)| FeatureSpec {
        // A spread of a feature is 12 of its units.
        prior: points.map(|points| points[at] / 12.0),
        ..spec
    };
    let specs: Vec<FeatureSpec> = specs().into_iter().enumerate().map(of).collect();
    Deals::from_rows(&specs, rows)
}

/// Log-loss of what is published, or else of the base rate, on deals that come later.
fn loss(deals: &Deals, later: &[TrainingRow]) -> f64 {
    let found = study(deals, &lineage(), options()).unwrap();
    assert!(!matches!(found.report.verdict, StudyVerdict::Keep { .. }));
    let rate = deals.won.iter().map(|won| f64::from(u8::from(*won))).sum::<f64>();
    #[expect(clippy::cast_precision_loss, reason = "a few hundred")]
    let rate = rate / deals.len() as f64;
    let each = later.iter().map(|row| {
        let p = match &found.trained {
            Some(trained) => trained.artifact.predict(&row.features).unwrap().probability,
            None => rate,
        };
        -(if row.won { p } else { 1.0 - p }).ln()
    });
    #[expect(clippy::cast_precision_loss, reason = "a thousand")]
    let mean = each.sum::<f64>() / later.len() as f64;
    mean
}

/// Mean log-loss with no points, with right ones and with wrong ones, over some histories.
fn compared(deals: u32, histories: u64) -> [f64; 3] {
    let mut sums = [0.0; 3];
    for seed in 0..histories {
        let mut world = Simulator::new(100 + seed);
        let past = world.deals(deals, -1.0, 0.0);
        let later = world.deals(1000, -1.0, 0.0);
        for (sum, points) in sums.iter_mut().zip([None, Some(RIGHT), Some(WRONG)]) {
            *sum += loss(&told(points, &past), &later);
        }
    }
    #[expect(clippy::cast_precision_loss, reason = "a dozen")]
    let means = sums.map(|sum| sum / histories as f64);
    println!("{deals} deals: without points {:.4}, right {:.4}, wrong {:.4}", means[0], means[1], means[2]);
    means
}

#[test]
fn right_points_help_most_where_deals_are_few_and_wrong_ones_cost_little() {
    let [without, right, wrong] = compared(60, 12);
    assert!(right < 0.97 * without, "right points help at 60 deals");
    assert!(wrong < 1.03 * without, "wrong points are overcome");
    let [without, right, wrong] = compared(250, 4);
    assert!(right < 1.01 * without && wrong < 1.02 * without, "with more deals it matters less");
}
