//! Facts that work together: tables whose colour and words say what two of them do beyond what each does alone.

use leadlight_lead::odds;
use leadlight_model::{PairCell, PairEffect, Pairs, StudyReport};
use maud::{Markup, html};

use crate::parts::{Section, nothing};
use crate::words::{capital, fixed, several, thousands};

/// Strengths that only rounding makes: such a model adds facts up one by one.
const ROUNDING: f64 = 1e-6;

pub(crate) fn pairs(report: &StudyReport) -> Markup {
    Section {
        id: "pairs",
        title: "Which facts work together?",
        explained: html! {
            p {
                "Some facts count for more, or for less, beside another one than by themselves. Each table is of two: \
                 how high the odds are with both, against what each of them does alone."
            }
            p.small {
                "They are asked of the model, on a sample of deals, and describe it; they do not prove a cause. A cell of \
                 fewer than ten deals says nothing."
            }
        },
        shown: match &report.pairs {
            None => Err("No model was published, so no facts of it work together."),
            Some(pairs) => Ok(pair_tables(pairs)),
        },
        below: None,
    }
    .render()
}

/// The strongest pairs, each as a table; or why there is none.
pub fn pair_tables(pairs: &Pairs) -> Markup {
    html! {
        @if pairs.strongest < ROUNDING {
            (nothing("This model adds facts up one by one: no two of them do anything together that each does not do alone."))
        } @else if pairs.found.is_empty() {
            (nothing(&format!(
                "Of {} none does more together than chance would make of it: the strongest comes to {} log-odds, and \
                 what is under {} is taken for noise.",
                several(pairs.looked_at, "pair"), fixed(pairs.strongest, 2), fixed(pairs.threshold, 2)
            )))
        } @else {
            @for pair in &pairs.found { (heat(pair)) }
            p.small {
                (several(pairs.looked_at, "pair")) " were looked at; what is under " (fixed(pairs.threshold, 2))
                " log-odds is taken for noise."
            }
        }
    }
}

fn heat(pair: &PairEffect) -> Markup {
    let title = format!("{} and {}", capital(&pair.first), pair.second);
    let strength = format!(" (strength {} log-odds)", fixed(pair.strength, 2));
    html! {
        div.scroll role="region" aria-label=(title) tabindex="0" {
            table.heat {
                caption { b { (title) } (strength) }
                thead {
                    tr {
                        th.t scope="col" { (capital(&pair.first)) " ↓ " (pair.second) " →" }
                        @for column in &pair.columns { th.t scope="col" { (column) } }
                    }
                }
                tbody {
                    @for (line, cells) in pair.lines.iter().zip(pair.cells.chunks(pair.columns.len().max(1))) {
                        tr {
                            th.t scope="row" { (line) }
                            @for cell in cells { (heat_cell(cell)) }
                        }
                    }
                }
            }
        }
    }
}

/// Colour and arrow repeat what the words say.
fn heat_cell(cell: &PairCell) -> Markup {
    let Some(effect) = cell.effect else {
        let words = if cell.deals == 0 { "no deals".to_owned() } else { format!("{}: too few", cell.deals) };
        return html! { td.t { span.small { (words) } } };
    };
    let (arrow, class) = match effect {
        x if x > 0.55 => ("▲ ", "up2"),
        x if x > 0.2 => ("▲ ", "up1"),
        x if x < -0.55 => ("▼ ", "down2"),
        x if x < -0.2 => ("▼ ", "down1"),
        _ => ("", "even"),
    };
    html! {
        td.t.(class) {
            div { span aria-hidden="true" { (arrow) } (odds(effect)) }
            div.small { (thousands(cell.won)) " of " (thousands(cell.deals)) " won" }
        }
    }
}
