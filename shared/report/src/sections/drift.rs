//! Have leads changed?

use leadlight_model::{DriftVerdict, FeatureDrift, StudyReport};
use maud::{Markup, html};

use super::PICTURED;
use crate::parts::{Column, Section, details, figure, table};
use crate::svg::{self, Bar};
use crate::words::{fixed, percent};

/// Bins told of one feature; those that moved most.
const BINS: usize = 8;

pub(crate) fn drift(report: &StudyReport) -> Markup {
    let mut features: Vec<&FeatureDrift> = report.drift.iter().collect();
    let weight = |feature: &FeatureDrift| if feature.psi.is_finite() { feature.psi } else { -1.0 };
    features.sort_by(|a, b| weight(b).total_cmp(&weight(a)));
    Section {
        id: "drift",
        title: "Have leads changed?",
        explained: html! {
            p {
                "A model knows only the leads it learnt from. For each fact, the newest deals are compared \
                 with the older ones: the longer the bar, the more they differ."
            }
            p {
                "By custom, below 0.1 is stable, from 0.1 moving, from 0.25 shifted. Ask of a shifted fact \
                 whether the market changed, or only how the field is filled."
            }
            p { (summary(&features)) }
        },
        shown: if features.is_empty() {
            Err("There was nothing to compare.")
        } else {
            Ok(pictures(&features))
        },
        below: None,
    }
    .render()
}

/// The picture with its tables, for another part of the page or another page.
pub fn drift_pictures(drift: &[FeatureDrift]) -> Markup {
    pictures(&drift.iter().collect::<Vec<_>>())
}

fn pictures(features: &[&FeatureDrift]) -> Markup {
    figure(
        &picture(features),
        &html! {
            @if features.len() > PICTURED {
                p.small {
                    "The "
                    (PICTURED) " that changed most of " (features.len()) "; the table has all."
                }
            }
            (details("All facts as a table", &drift_table(features)))
            (details("What changed within them", &bins(features)))
        },
    )
}

/// The verdict in a word, and its class.
pub(crate) fn word(verdict: DriftVerdict) -> (&'static str, &'static str) {
    match verdict {
        DriftVerdict::Stable => ("stable", "plain"),
        DriftVerdict::Moving => ("moving", "amber"),
        DriftVerdict::Shifted => ("shifted", "red"),
    }
}

fn summary(features: &[&FeatureDrift]) -> String {
    let of = |verdict| features.iter().filter(|f| f.verdict == verdict).count();
    format!(
        "{} shifted, {} moving, {} stable.",
        of(DriftVerdict::Shifted),
        of(DriftVerdict::Moving),
        of(DriftVerdict::Stable)
    )
}

fn picture(features: &[&FeatureDrift]) -> Markup {
    let rows: Vec<Bar> = features
        .iter()
        .take(PICTURED)
        .map(|feature| {
            let (word, class) = word(feature.verdict);
            let label = format!("{word} · {}", fixed(feature.psi, 2));
            Bar { name: feature.feature.clone(), value: feature.psi, label, class }
        })
        .collect();
    // One feature that is wholly new must not press all others flat.
    let highest = rows.iter().map(|row| row.value).filter(|x| x.is_finite()).fold(0.0, f64::max);
    svg::bars(
        "Population stability index of each feature, with the limits of 0.1 and 0.25",
        &rows,
        (highest * 1.05).clamp(0.4, 1.0),
        &[(0.1, "0.1"), (0.25, "0.25")],
    )
}

fn drift_table(features: &[&FeatureDrift]) -> Markup {
    let rows: Vec<Vec<String>> = features
        .iter()
        .map(|f| vec![f.feature.clone(), fixed(f.psi, 3), word(f.verdict).0.to_owned()])
        .collect();
    let columns = [Column::Words("Feature"), Column::Figures("Index"), Column::Words("Verdict")];
    table("Population stability index", &columns, &rows)
}

fn bins(features: &[&FeatureDrift]) -> Markup {
    let moved = |then: f64, now: f64| if (now - then).is_finite() { (now - then).abs() } else { 0.0 };
    let mut rows = Vec::new();
    for feature in features.iter().take(PICTURED) {
        let mut shown: Vec<(usize, &(String, f64, f64))> = feature.bins.iter().enumerate().collect();
        shown.sort_by(|(_, a), (_, b)| moved(b.1, b.2).total_cmp(&moved(a.1, a.2)));
        shown.truncate(BINS);
        shown.sort_by_key(|(place, _)| *place);
        for (i, (_, (bin, then, now))) in shown.into_iter().enumerate() {
            let name = if i == 0 { feature.feature.clone() } else { String::new() };
            rows.push(vec![name, bin.clone(), percent(*then), percent(*now)]);
        }
    }
    let columns =
        [Column::Words("Feature"), Column::Words("Value"), Column::Figures("Then"), Column::Figures("Now")];
    table("Share of deals by value, among the older and the newest", &columns, &rows)
}
