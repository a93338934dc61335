//! What the parts of the page are made of.

use leadlight_model::{LearnerKind, LiftPoint, Metrics, Severity, StudyReport};
use maud::{Markup, html};

/// A column of a table.
#[derive(Clone, Copy)]
pub enum Column {
    /// Words, held left.
    Words(&'static str),
    /// Figures, held right.
    Figures(&'static str),
}

/// A table that scrolls by itself where the screen is too narrow for it. Cells are text and get escaped.
pub fn table(caption: &str, columns: &[Column], rows: &[Vec<String>]) -> Markup {
    html! {
        div.scroll role="region" aria-label=(caption) tabindex="0" {
            table {
                caption { (caption) }
                thead {
                    tr {
                        @for column in columns {
                            @match column {
                                Column::Words(name) => { th.t scope="col" { (name) } }
                                Column::Figures(name) => { th scope="col" { (name) } }
                            }
                        }
                    }
                }
                tbody {
                    @for row in rows {
                        tr {
                            @for (column, cell) in columns.iter().zip(row) {
                                @match column {
                                    Column::Words(_) => { td.t { (cell) } }
                                    Column::Figures(_) => { td { (cell) } }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// What only some want to see.
pub fn details(summary: &str, inner: &Markup) -> Markup {
    html! { details { summary { (summary) } (inner) } }
}

/// A picture with what is to be said below it.
pub fn figure(picture: &Markup, below: &Markup) -> Markup {
    html! { figure { (picture) figcaption { (below) } } }
}

/// A part of the page: what it is about on one side, what it shows on the other.
pub(crate) struct Section<'a> {
    pub(crate) id: &'static str,
    pub(crate) title: &'static str,
    /// In plain words, how to read it.
    pub(crate) explained: Markup,
    /// Beside the explanation, or why there is nothing to show; then there is nothing to explain either.
    pub(crate) shown: Result<Markup, &'static str>,
    /// Below both, as wide as the page.
    pub(crate) below: Option<&'a Markup>,
}

impl Section<'_> {
    pub(crate) fn render(&self) -> Markup {
        html! {
            section id=(self.id) {
                @match &self.shown {
                    Ok(shown) => {
                        div.split {
                            div.prose { h2 { (self.title) } (self.explained) }
                            div.shown { (shown) }
                        }
                    }
                    Err(why) => { h2 { (self.title) } (nothing(why)) }
                }
                @if let Some(below) = self.below { (below) }
            }
        }
    }
}

/// Stands in place of a picture.
pub fn nothing(why: &str) -> Markup {
    html! { p.nothing { (why) } }
}

/// Coloured squares or dots with what they stand for; the classes are those of the pictures.
pub fn key(entries: &[(&str, &str)]) -> Markup {
    html! {
        span.keys {
            @for (class, meaning) in entries {
                span { i class={ "key k-" (class) } {} (meaning) }
            }
        }
    }
}

/// The name and class of a finding's severity. The word carries it; the colour only helps.
pub fn severity(severity: Severity) -> (&'static str, &'static str) {
    match severity {
        Severity::Red => ("Stops training", "red"),
        Severity::Amber => ("Look first", "amber"),
        Severity::Note => ("Note", "grey"),
    }
}

/// The figures of a learner on the judge's deals, from wherever the report has them.
pub(crate) fn metrics_of(report: &StudyReport, learner: LearnerKind) -> Option<&Metrics> {
    let result = report.learners.iter().find(|l| l.learner == learner).and_then(|l| l.metrics.as_ref());
    result.or_else(|| {
        let gate = report.gate.as_ref()?;
        gate.challengers.iter().find(|c| c.learner == learner).map(|c| &c.metrics)
    })
}

/// The step nearest to a fifth of the leads.
pub(crate) fn fifth(lift: &[LiftPoint]) -> Option<LiftPoint> {
    let away = |point: &LiftPoint| (point.share_of_leads - 0.2).abs();
    let known = lift.iter().filter(|p| p.share_of_leads > 0.0 && p.share_of_wins.is_finite());
    known.filter(|p| away(p) < 0.1).min_by(|a, b| away(a).total_cmp(&away(b))).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mark_is_near_a_fifth() {
        let lift: Vec<LiftPoint> = (1..=8_u8)
            .map(|i| LiftPoint { share_of_leads: f64::from(i) / 8.0, share_of_wins: 0.5 })
            .collect();
        assert!((fifth(&lift).unwrap().share_of_leads - 0.25).abs() < 1e-12);
        assert!(fifth(&[]).is_none());
        assert!(fifth(&lift[4..]).is_none());
    }
}
