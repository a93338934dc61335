//! Why the verdict is what it is.

use leadlight_model::{Comparison, GateReport, StudyReport};
use maud::{Markup, html};

use super::learners::incumbent;
use crate::parts::{Column, Section, details, figure, nothing, table};
use crate::svg::{self, Dot};
use crate::words::{capital, fixed, optional, percent, sentence, several, signed};

pub(crate) fn gate(report: &StudyReport) -> Markup {
    const TITLE: &str = "Was it better, or lucky?";
    let Some(gate) = &report.gate else {
        let shown = Err("There was nothing to compare, so no comparison decided.");
        return Section { id: "gate", title: TITLE, explained: html! {}, shown, below: None }.render();
    };
    let objections = objections(gate);
    Section {
        id: "gate",
        title: TITLE,
        explained: explained(gate),
        shown: if gate.challengers.is_empty() {
            Ok(nothing("No challenger came this far."))
        } else {
            Ok(figure(
                &svg::dots(
                    "Gain of each challenger, and the gain it has at least",
                    &gate.challengers.iter().map(|c| dot(gate, c)).collect::<Vec<_>>(),
                    "Gain in log-loss; right is better",
                    &[(0.0, incumbent(gate.incumbent))],
                ),
                &html! {
                    p.small {
                        "The dot is the gain that was seen; the line reaches down to the gain it has at \
                         least."
                    }
                    (details("The comparison as a table", &gate_table(gate)))
                },
            ))
        },
        below: Some(&objections),
    }
    .render()
}

fn explained(gate: &GateReport) -> Markup {
    html! {
        p {
            "Each challenger is compared with the " b { (incumbent(gate.incumbent)) } " on "
            (several(gate.deals, "closed deal")) " of " (several(gate.accounts, "account"))
            ". Accounts are drawn again and again by lot; the share of draws in which it is not better \
             is its p-value."
        }
        p { "A line that stays right of the mark is a gain beyond luck." }
        p { b { (sentence(&gate.because)) } }
        p.small {
            "Asked for: at least " (several(gate.limits.min_deals, "deal")) " and "
            (several(gate.limits.min_accounts, "account"))
            ", a p-value of at most " (percent(gate.limits.level))
            " over all challengers together (with several of them each is asked for less, by Holm), AUC no more than "
            (fixed(gate.limits.max_auc_drop, 3)) " lower, calibration error no more than "
            (fixed(gate.limits.max_ece_rise, 3)) " higher."
        }
    }
}

fn dot(gate: &GateReport, challenger: &Comparison) -> Dot {
    let chosen = gate.chosen == Some(challenger.learner);
    let gain = signed(challenger.gain, 3);
    Dot {
        name: capital(&challenger.learner.to_string()),
        value: challenger.gain,
        label: if chosen { format!("chosen · {gain}") } else { gain },
        bounds: vec![challenger.gain_at_least],
        best: chosen,
    }
}

fn gate_table(gate: &GateReport) -> Markup {
    let rows: Vec<Vec<String>> = gate
        .challengers
        .iter()
        .map(|c| {
            vec![
                capital(&c.learner.to_string()),
                signed(c.gain, 4),
                signed(c.gain_at_least, 4),
                fixed(c.p_value, 4),
                fixed(c.p_at_most, 4),
                optional(c.metrics.auc, 3),
                fixed(c.metrics.ece, 3),
                if gate.chosen == Some(c.learner) {
                    "chosen"
                } else if c.passed {
                    "passed"
                } else {
                    "not passed"
                }
                .to_owned(),
            ]
        })
        .collect();
    let columns = [
        Column::Words("Challenger"),
        Column::Figures("Gain"),
        Column::Figures("Gain at least"),
        Column::Figures("p-value"),
        Column::Figures("p at most"),
        Column::Figures("AUC"),
        Column::Figures("ECE"),
        Column::Words("Outcome"),
    ];
    table("Challengers against what scores today", &columns, &rows)
}

/// What speaks against each one that did not pass.
fn objections(gate: &GateReport) -> Markup {
    let against: Vec<&Comparison> =
        gate.challengers.iter().filter(|c| !c.objection.trim().is_empty()).collect();
    html! {
        @if !against.is_empty() {
            dl.remarks {
                @for challenger in against {
                    div {
                        dt { (capital(&challenger.learner.to_string())) }
                        dd { (sentence(&challenger.objection)) }
                    }
                }
            }
        }
    }
}
