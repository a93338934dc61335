//! What the model learnt, for everyone who works with its scores: from the latest report and the champion's papers.

use leadlight_console::{LearntFrom, LearntPage, Mover, Rate, Scored, Way};
use leadlight_model::{Band, Importance};

use crate::health::ModelHealth;

/// Facts that are told. Judgement: what one takes in at a glance.
const MOVERS: usize = 6;
/// How far a fact's high values must move scores from its low ones to be said to point one way, as a share of how far it moves
/// them at all. Judgement.
const CLEARLY: f64 = 0.5;

pub(crate) fn learnt_page(health: &ModelHealth) -> LearntPage {
    let (Some((deals, since)), Some(study)) = (health.scores_since(), health.study()) else {
        return LearntPage::default();
    };
    let mut importance: Vec<&Importance> =
        study.importance.iter().filter(|fact| fact.mean_abs.is_finite() && fact.mean_abs > 0.0).collect();
    importance.sort_by(|a, b| b.mean_abs.total_cmp(&a.mean_abs).then_with(|| a.feature.cmp(&b.feature)));
    let mover = |fact: &&Importance| Mover { what: fact.factor.clone(), way: way(fact) };
    let bands = study.past.as_ref().map_or(&[][..], |past| &past.review.bands);
    let has_two = bands.len() >= 2;
    LearntPage {
        from: Some(LearntFrom { deals, since }),
        movers: importance.iter().take(MOVERS).map(mover).collect(),
        top: bands.last().filter(|_| has_two).map(scored),
        bottom: bands.first().filter(|_| has_two).map(scored),
    }
}

fn scored(band: &Band) -> Scored {
    Scored { from: band.score_from, to: band.score_to, won: Rate { part: band.won, of: band.deals } }
}

/// Which way a fact points: whether deals with much of it were moved otherwise than those with little.
fn way(fact: &Importance) -> Way {
    let mean = |is_high: bool| {
        let of = fact.points.iter().filter_map(|(place, moved)| {
            let place = (*place)?;
            ((place > 0.5) == is_high).then_some(*moved)
        });
        let moved: Vec<f64> = of.collect();
        #[expect(clippy::cast_precision_loss, reason = "a few hundred points")]
        let count = moved.len() as f64;
        (!moved.is_empty()).then(|| moved.iter().sum::<f64>() / count)
    };
    match (mean(true), mean(false)) {
        (Some(high), Some(low)) if high - low > CLEARLY * fact.mean_abs => Way::MoreIsBetter,
        (Some(high), Some(low)) if low - high > CLEARLY * fact.mean_abs => Way::LessIsBetter,
        _ => Way::Depends,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fact_points_one_way_only_where_its_values_do() {
        let fact = |points: &[(Option<f64>, f64)]| Importance {
            feature: "employees".to_owned(),
            factor: "employees".to_owned(),
            mean_abs: 0.5,
            points: points.to_vec(),
        };
        assert_eq!(way(&fact(&[(Some(0.1), -0.5), (Some(0.9), 0.5)])), Way::MoreIsBetter);
        assert_eq!(way(&fact(&[(Some(0.1), 0.5), (Some(0.9), -0.5)])), Way::LessIsBetter);
        assert_eq!(way(&fact(&[(Some(0.1), 0.5), (Some(0.9), 0.4)])), Way::Depends);
        assert_eq!(way(&fact(&[(None, 0.5), (None, -0.5)])), Way::Depends, "a category has no more and less");
    }
}
