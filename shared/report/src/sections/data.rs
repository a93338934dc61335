//! The data as it came.

use leadlight_model::{FileRead, Fill, Finding, StudyReport};
use maud::{Markup, html};

use super::PICTURED;
use crate::parts::{Column, Section, details, figure, nothing, severity, table};
use crate::svg::{self, Bar};
use crate::words::{optional, percent, sentence, several, thousands};

pub(crate) fn data(report: &StudyReport) -> Markup {
    let mut fill: Vec<&Fill> = report.audit.fill.iter().collect();
    fill.sort_by(|a, b| a.known.total_cmp(&b.known));
    let findings = html! {
        h3 { "Findings" }
        @if report.file.is_some() && report.audit.findings.is_empty() {
            p { "Nothing stands against the data as they were read. How each column was read stands below." }
        } @else {
            (findings(&report.audit.findings))
        }
        @if let Some(file) = &report.file { (read(file)) }
    };
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

/// How a file was read: as the terminal tells it.
fn read(file: &FileRead) -> Markup {
    let rows: Vec<Vec<String>> =
        file.columns.iter().map(|c| vec![c.column.clone(), c.taken.clone(), sentence(&c.why)]).collect();
    let columns = [Column::Words("Column"), Column::Words("Taken for"), Column::Words("Why")];
    html! {
        @if !file.left_out.is_empty() {
            h3 { "What was left out" }
            ul.notes { @for note in &file.left_out { li { (sentence(note)) } } }
        }
        @if !rows.is_empty() {
            h3 { "How the file was read" }
            (table("What each column was taken for, and why", &columns, &rows))
        }
    }
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
