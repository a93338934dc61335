//! The data as it came.

use leadlight_model::{Fill, Finding, StudyReport};
use maud::{Markup, html};

use super::PICTURED;
use crate::parts::{Column, Section, details, figure, nothing, severity, table};
use crate::svg::{self, Bar};
use crate::words::{optional, percent, sentence, several, thousands};

pub(crate) fn data(report: &StudyReport) -> Markup {
    let mut fill: Vec<&Fill> = report.audit.fill.iter().collect();
    fill.sort_by(|a, b| a.known.total_cmp(&b.known));
    let findings = html! { h3 { "Findings" } (findings(&report.audit.findings)) };
    Section {
        id: "data",
        title: "Is the data fit to learn from?",
        explained: html! {
            p {
                "How often each fact is known, the emptiest first. A fact that is rarely known can tell \
                 little; one that alone tells won from lost too well was often written after the deal had \
                 closed."
            }
            p {
                (several(report.deals, "closed deal")) ", " (thousands(report.won)) " won. "
                (sentence(&report.order))
            }
        },
        shown: if fill.is_empty() {
            Err("No feature was looked at.")
        } else {
            Ok(figure(
                &picture(&fill),
                &html! {
                    @if fill.len() > PICTURED {
                        p.small { "The emptiest " (PICTURED) " of " (fill.len()) "; the table has all." }
                    }
                    (details("All facts as a table", &fill_table(&fill)))
                },
            ))
        },
        below: Some(&findings),
    }
    .render()
}

fn picture(fill: &[&Fill]) -> Markup {
    let rows: Vec<Bar> = fill
        .iter()
        .take(PICTURED)
        .map(|f| Bar { name: f.feature.clone(), value: f.known, label: percent(f.known), class: "won" })
        .collect();
    svg::bars("Share of deals in which each feature is known", &rows, 1.0, &[])
}

fn fill_table(fill: &[&Fill]) -> Markup {
    let rows: Vec<Vec<String>> = fill
        .iter()
        .map(|f| vec![f.feature.clone(), percent(f.known), thousands(f.distinct), optional(f.auc, 2)])
        .collect();
    let columns = [
        Column::Words("Feature"),
        Column::Figures("Known"),
        Column::Figures("Values"),
        Column::Figures("AUC alone"),
    ];
    table("Features as they came; an AUC of 0.5 alone tells nothing, 1 tells all", &columns, &rows)
}

/// Findings as a list, in the order they come.
pub fn findings(findings: &[Finding]) -> Markup {
    html! {
        @if findings.is_empty() { (nothing("None.")) }
        @else {
            ul.findings {
                @for finding in findings {
                    @let (word, tone) = severity(finding.severity);
                    li.(tone) {
                        span.tag { (word) } " "
                        @if let Some(feature) = &finding.feature { b { (feature) } ": " }
                        (sentence(&finding.what)) " "
                        span.remedy { (sentence(&finding.remedy)) }
                    }
                }
            }
        }
    }
}
