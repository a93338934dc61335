//! The judged learner's pictures: reliability, scores by outcome, lift.

use leadlight_model::{LiftPoint, ReliabilityBin, ScoreBin, StudyReport};
use maud::{Markup, html};

use crate::parts::{Column, Section, details, fifth, figure, key, table};
use crate::svg;
use crate::words::{fixed, percent, span, thousands};

const NOT_JUDGED: &str = "Nothing was judged, so there is nothing to draw.";

pub(crate) fn reliability(report: &StudyReport) -> Markup {
    const KEYS: [(&str, &str); 3] =
        [("point", "a group of deals"), ("ideal", "exactly right"), ("whisker", "95\u{a0}% interval")];
    let bins = report.judged.as_ref().map_or(&[][..], |judged| &judged.reliability);
    Section {
        id: "reliability",
        title: "Can the percentages be taken at their word?",
        explained: html! {
            p {
                "Deals are put in groups by the chance the model gave them. Of deals given 30\u{a0}%, some \
                 30 of 100 should win."
            }
            p {
                "Points on the dashed line are exactly right; below it the model promised too much, \
                 above it too little. Whiskers hold the true share 95 times of 100: a point is off only \
                 if its whisker misses the line."
            }
        },
        shown: if bins.is_empty() {
            Err(NOT_JUDGED)
        } else {
            Ok(figure(
                &svg::reliability(bins),
                &html! {
                    (key(&KEYS))
                    (details("The groups as a table", &reliability_table(bins)))
                },
            ))
        },
        below: None,
    }
    .render()
}

fn reliability_table(bins: &[ReliabilityBin]) -> Markup {
    let rows: Vec<Vec<String>> = bins
        .iter()
        .map(|bin| {
            vec![
                thousands(bin.deals),
                percent(bin.predicted),
                percent(bin.actual),
                format!("{} to {}", percent(bin.actual_from), percent(bin.actual_to)),
            ]
        })
        .collect();
    let columns = ["Deals", "Said", "Won", "95\u{a0}% interval"].map(Column::Figures);
    table("Probability said and share won, by group", &columns, &rows)
}

pub(crate) fn scores(report: &StudyReport) -> Markup {
    let bins = report.judged.as_ref().map_or(&[][..], |judged| &judged.distribution);
    Section {
        id: "scores",
        title: "Do scores keep won and lost apart?",
        explained: html! {
            p {
                "A lead’s score is its place among earlier ones, 0 to 100. Won deals grow upwards, lost \
                 ones downwards, on the same scale."
            }
            p {
                "The further right the upper half leans, and the further left the lower, the better. Where \
                 both look alike, the score tells nothing."
            }
        },
        shown: if bins.is_empty() { Err(NOT_JUDGED) } else { Ok(score_picture(bins)) },
        below: None,
    }
    .render()
}

/// Scores by outcome as a picture with its key and the same as a table.
pub fn score_picture(bins: &[ScoreBin]) -> Markup {
    figure(
        &svg::distribution(bins),
        &html! {
            (key(&[("won", "won"), ("lost", "lost")]))
            (details("The scores as a table", &scores_table(bins)))
        },
    )
}

fn scores_table(bins: &[ScoreBin]) -> Markup {
    let rows: Vec<Vec<String>> = bins
        .iter()
        .map(|bin| vec![span(bin.score_from, bin.score_to), thousands(bin.won), thousands(bin.lost)])
        .collect();
    table("Deals by score", &["Scores", "Won", "Lost"].map(Column::Figures), &rows)
}

pub(crate) fn lift(report: &StudyReport) -> Markup {
    let points = report.judged.as_ref().map_or(&[][..], |judged| &judged.lift);
    let mark = fifth(points);
    Section {
        id: "lift",
        title: "How much sooner are wins found?",
        explained: html! {
            p {
                "Work the leads from the highest score down: the curve says what share of all wins has \
                 been found by then. The dashed line is what working them in any order would find."
            }
            @if let Some(mark) = mark {
                p {
                    b {
                        "The best " (percent(mark.share_of_leads)) " of leads hold "
                        (percent(mark.share_of_wins)) " of the wins"
                    }
                    ", " (fixed(mark.share_of_wins / mark.share_of_leads, 1))
                    " times what chance would give them."
                }
            }
        },
        shown: if points.is_empty() {
            Err(NOT_JUDGED)
        } else {
            Ok(figure(
                &svg::lift(points, mark),
                &html! {
                    (key(&[("curve", "by score"), ("ideal", "in any order")]))
                    (details("The curve as a table", &lift_table(points)))
                },
            ))
        },
        below: None,
    }
    .render()
}

/// By tenths of the leads.
fn lift_table(points: &[LiftPoint]) -> Markup {
    let mut rows = Vec::new();
    for tenth in 1..=10_u8 {
        let wanted = f64::from(tenth) / 10.0;
        let away = |point: &LiftPoint| (point.share_of_leads - wanted).abs();
        let nearest = points.iter().filter(|p| away(p) <= 0.05).min_by(|a, b| away(a).total_cmp(&away(b)));
        if let Some(point) = nearest {
            rows.push(vec![
                percent(point.share_of_leads),
                percent(point.share_of_wins),
                fixed(point.share_of_wins / point.share_of_leads, 2),
            ]);
        }
    }
    rows.dedup();
    let columns = ["Leads worked", "Wins found", "× chance"].map(Column::Figures);
    table("Wins found, best leads first", &columns, &rows)
}
