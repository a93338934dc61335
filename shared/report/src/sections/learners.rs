//! The learners side by side.

use leadlight_model::{Incumbent, LearnerKind, LearnerResult, StudyReport, StudyVerdict};
use maud::{Markup, html};

use crate::parts::{Column, Section, details, figure, table};
use crate::svg::{self, Dot};
use crate::words::{capital, fixed, optional, sentence, several};

pub(crate) fn learners(report: &StudyReport) -> Markup {
    let best = best(&report.learners);
    let rows: Vec<Dot> = report.learners.iter().filter_map(|learner| dot(learner, best)).collect();
    let remarks = remarks(report);
    Section {
        id: "learners",
        title: "Which learner did best?",
        explained: html! {
            p {
                "Several learners study some of the deals, then each is asked about others, which it has \
                 not seen. Log-loss counts how wrong its percentages were: "
                b { "further left is better" } "."
            }
            p {
                "The simplest learner stands on top. It is preferred unless another is clearly better, so \
                 the best one is not always the one published."
            }
        },
        shown: if rows.is_empty() {
            Err("No learner was judged.")
        } else {
            Ok(figure(
                &svg::dots(
                    "Log-loss of each learner on the deals that judged; lower is better",
                    &rows,
                    "Log-loss",
                    &marks(report),
                ),
                &html! { (details("The learners as a table", &learners_table(report, best))) },
            ))
        },
        below: Some(&remarks),
    }
    .render()
}

fn log_loss(result: &LearnerResult) -> Option<f64> {
    result.metrics.as_ref().map(|m| m.log_loss).filter(|x| x.is_finite())
}

/// The one with the lowest log-loss on the newest deals.
fn best(learners: &[LearnerResult]) -> Option<LearnerKind> {
    let judged = learners.iter().filter_map(|result| Some((result.learner, log_loss(result)?)));
    judged.min_by(|a, b| a.1.total_cmp(&b.1)).map(|(learner, _)| learner)
}

fn dot(result: &LearnerResult, best: Option<LearnerKind>) -> Option<Dot> {
    let value = log_loss(result)?;
    let best = best == Some(result.learner);
    let label = if best { format!("lowest · {}", fixed(value, 3)) } else { fixed(value, 3) };
    Some(Dot { name: capital(&result.learner.to_string()), value, label, bounds: Vec::new(), best })
}

/// What scores today.
fn marks(report: &StudyReport) -> Vec<(f64, &'static str)> {
    let gate = report.gate.as_ref();
    gate.map(|gate| (gate.incumbent_metrics.log_loss, incumbent(gate.incumbent))).into_iter().collect()
}

/// What is compared with, in a word or two.
pub(super) fn incumbent(incumbent: Incumbent) -> &'static str {
    match incumbent {
        Incumbent::Champion => "champion",
        Incumbent::BaseRate => "no model",
    }
}

fn learners_table(report: &StudyReport, best: Option<LearnerKind>) -> Markup {
    let mut rows: Vec<Vec<String>> = report
        .learners
        .iter()
        .map(|result| {
            let figure = |of: fn(&leadlight_model::Metrics) -> Option<f64>| {
                optional(result.metrics.as_ref().and_then(of), 3)
            };
            vec![
                capital(&result.learner.to_string()),
                figure(|m| Some(m.log_loss)),
                figure(|m| m.auc),
                figure(|m| Some(m.ece)),
                optional(result.forward_log_loss, 3),
                mark(report, result.learner, best).to_owned(),
            ]
        })
        .collect();
    if let Some(gate) = &report.gate {
        let metrics = &gate.incumbent_metrics;
        rows.push(vec![
            format!("Today: {}", incumbent(gate.incumbent)),
            fixed(metrics.log_loss, 3),
            optional(metrics.auc, 3),
            fixed(metrics.ece, 3),
            crate::words::NONE.to_owned(),
            String::new(),
        ]);
    }
    let columns = [
        Column::Words("Learner"),
        Column::Figures("Log-loss"),
        Column::Figures("AUC"),
        Column::Figures("ECE"),
        Column::Figures("Log-loss on older deals"),
        Column::Words("Mark"),
    ];
    table("Learners on the deals that judged", &columns, &rows)
}

fn mark(report: &StudyReport, learner: LearnerKind, best: Option<LearnerKind>) -> &'static str {
    let published = !report.keeps_shared()
        && matches!(report.verdict, StudyVerdict::Publish { learner: it, .. } if it == learner);
    match (published, best == Some(learner)) {
        (true, true) => "published, lowest",
        (true, false) => "published",
        (false, true) => "lowest",
        (false, false) => "",
    }
}

/// What each learner was, as a list: remarks are too long for a column.
fn remarks(report: &StudyReport) -> Markup {
    html! {
        @if !report.learners.is_empty() {
            dl.remarks {
                @for result in &report.learners {
                    div {
                        dt { (capital(&result.learner.to_string())) }
                        dd {
                            (sentence(&result.remark))
                            @if let Some(metrics) = &result.metrics {
                                " Judged on " (several(metrics.deals, "deal")) "."
                            }
                        }
                    }
                }
            }
        }
    }
}
