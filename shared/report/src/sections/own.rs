//! Whether leads of a motion, or of another scope, are better served by a model of their own.

use leadlight_model::{OwnModel, StudyReport};
use maud::{Markup, html};

use crate::parts::{Column, Section, table};
use crate::words::{NONE, capital, fixed, own as said, sentence, thousands};

/// Nothing where no deal tells whose it is.
pub(crate) fn own(report: &StudyReport) -> Markup {
    if report.own.is_empty() {
        return html! {};
    }
    let below = html! { ul { @for scope in &report.own { li { (sentence(&said(scope))) } } } };
    Section {
        id: "own",
        title: "Whom does a model of their own serve better?",
        explained: html! {
            p {
                "Leads of one kind may win for other reasons than all others. From 50 closed deals of theirs on, a model that \
                 learnt from these alone is held against the one that all leads share, on deals that neither had seen. It \
                 answers for them where it is better beyond luck."
            }
            p.small {
                "One that answers already is judged by deals that closed since. Once the shared model is no worse, within 1\u{a0}% \
                 of log-loss, it answers again."
            }
        },
        shown: Ok(own_table(&report.own)),
        below: Some(&below),
    }
    .render()
}

fn own_table(scopes: &[OwnModel]) -> Markup {
    let rows: Vec<Vec<String>> = scopes
        .iter()
        .map(|scope| {
            let judged = |figure: fn(&leadlight_model::OwnJudged) -> String| {
                scope.judged.as_ref().map_or_else(|| NONE.to_owned(), figure)
            };
            vec![
                capital(&scope.scope),
                thousands(scope.deals),
                thousands(scope.won),
                judged(|judged| thousands(judged.deals)),
                judged(|judged| fixed(judged.shared_log_loss, 4)),
                judged(|judged| fixed(judged.own_log_loss, 4)),
                if scope.standing.is_own() { "its own" } else { "the shared one" }.to_owned(),
            ]
        })
        .collect();
    let columns = [
        Column::Words("Leads"),
        Column::Figures("Closed deals"),
        Column::Figures("Won"),
        Column::Figures("That judged"),
        Column::Figures("Log-loss, shared"),
        Column::Figures("Log-loss, own"),
        Column::Words("Answers"),
    ];
    table("Own models beside the shared one", &columns, &rows)
}
