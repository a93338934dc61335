//! What moves the score.

use leadlight_model::{Importance, StudyReport, StudyVerdict};
use maud::{Markup, html};

use crate::parts::{Column, Section, details, figure, table};
use crate::svg::{self, BEESWARM_ROWS};
use crate::words::{fixed, signed};

pub(crate) fn reasons(report: &StudyReport) -> Markup {
    let mut features: Vec<Importance> = report.importance.clone();
    // Those without a figure last.
    let weight = |feature: &Importance| if feature.mean_abs.is_finite() { feature.mean_abs } else { -1.0 };
    features.sort_by(|a, b| weight(b).total_cmp(&weight(a)));
    Section {
        id: "reasons",
        title: "What moves the score?",
        explained: html! {
            p {
                "Each row is a fact about a lead, the weightiest on top. Each dot is a deal: right of the \
                 middle the fact raised its chance, left of it it lowered it."
            }
            p {
                "The colour says how high the fact itself was for that deal. If the dots on the right are \
                 all of one end of the ramp, more (or less) of it is better."
            }
            @if matches!(report.verdict, StudyVerdict::Keep { .. }) {
                p { "These are the reasons of the model that stays." }
            }
            p.small {
                "Effects are Shapley values in log-odds: +0.7 about doubles the odds, −0.7 halves them. \
                 They describe the model; they do not prove a cause."
            }
        },
        shown: if features.is_empty() {
            Err("No model scores, so there is nothing to explain.")
        } else {
            Ok(figure(
                &svg::beeswarm(&features),
                &html! {
                    (ramp())
                    @if features.len() > BEESWARM_ROWS {
                        p.small {
                            "The weightiest "
                            (BEESWARM_ROWS) " of " (features.len()) " facts; the table has all."
                        }
                    }
                    (details("All facts as a table", &importance_table(&features)))
                },
            ))
        },
        below: None,
    }
    .render()
}

fn ramp() -> Markup {
    html! {
        span.keys {
            span {
                "value of the fact: low "
                @for class in ["v0", "v1", "v2", "v3", "v4"] { i class={ "key k-" (class) } {} }
                " high"
            }
            span { i class="key k-vn" {} "no order, or not known" }
        }
    }
}

fn importance_table(features: &[Importance]) -> Markup {
    let rows: Vec<Vec<String>> = features
        .iter()
        .map(|feature| {
            vec![
                feature.factor.clone(),
                feature.feature.clone(),
                fixed(feature.mean_abs, 3),
                signed(mean_where(feature, |value| value < 0.4), 2),
                signed(mean_where(feature, |value| value >= 0.6), 2),
            ]
        })
        .collect();
    let columns = [
        Column::Words("Fact"),
        Column::Words("Feature"),
        Column::Figures("Mean effect"),
        Column::Figures("Where it is low"),
        Column::Figures("Where it is high"),
    ];
    table("Mean effect of each fact, in log-odds", &columns, &rows)
}

/// The mean effect on the deals whose value lies there; not a number if there are none.
fn mean_where(feature: &Importance, here: impl Fn(f64) -> bool) -> f64 {
    let effects =
        feature.points.iter().filter(|(value, effect)| value.is_some_and(&here) && effect.is_finite());
    let (sum, n) = effects.fold((0.0, 0.0), |(sum, n), (_, effect)| (sum + effect, n + 1.0));
    sum / n
}
