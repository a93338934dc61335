//! All reports of training runs and daily checks, by date.

use jiff::Timestamp;
use leadlight_model::BandVerdict;
use leadlight_report::charts::{badge, nothing};
use leadlight_report::words::capital;
use maud::{Markup, html};

use crate::context::Frame;
use crate::layout::Page;
use crate::model::views;
use crate::words::moment_of_year;

/// A page of a year's reports.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReportsPage {
    /// Years that have any, the latest first.
    pub years: Vec<String>,
    /// The year that is shown; none before the first report.
    pub year: Option<String>,
    /// The reports on this page, the latest first.
    pub reports: Vec<ReportRow>,
    /// Which page, counted from 1, and of how many.
    pub page: (usize, usize),
}

/// A report in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportRow {
    /// Where it can be read whole.
    pub address: String,
    /// What it is called in the registry.
    pub name: String,
    /// When it looked; none where only its name is known.
    pub at: Option<Timestamp>,
    /// Whether it is a daily check, and no review.
    pub is_check: bool,
    /// What became of it, in words; none where only its name is known.
    pub outcome: Option<String>,
    /// How scores had done; none where that is not known.
    pub review: Option<BandVerdict>,
}

/// The list of reports.
pub fn reports(frame: &Frame, page: &ReportsPage) -> String {
    frame.page(&Page { title: "Model: all reports", at: "/model", keys: &[], body: body(frame, page) })
}

fn body(frame: &Frame, page: &ReportsPage) -> Markup {
    html! {
        div.head { h1 { "Model" } (views("/model/reports")) }
        section {
            h2 { "All reports" @if let Some(year) = &page.year { " of " (year) } }
            @if page.years.len() > 1 { (other_years(page)) }
            @if page.reports.is_empty() { (nothing("There is no report yet.")) }
            @else { (table(frame, &page.reports)) (pages(page)) }
        }
    }
}

fn other_years(page: &ReportsPage) -> Markup {
    html! {
        nav.ways aria-label="Years" {
            @for year in &page.years {
                a href={ "/model/reports?year=" (year) } aria-current=[(page.year.as_ref() == Some(year)).then_some("page")] {
                    (year)
                }
            }
        }
    }
}

fn table(frame: &Frame, reports: &[ReportRow]) -> Markup {
    html! {
        div.scroll role="region" aria-label="Table: reports" tabindex="0" {
            table.words.dense {
                caption.unseen { "Reports, the latest first" }
                thead { tr {
                    th scope="col" { "Looked at" }
                    th scope="col" { "What" }
                    th scope="col" { "What came of it" }
                    th scope="col" { "Past scores" }
                } }
                tbody {
                    @for report in reports {
                        tr {
                            th scope="row" {
                                a href=(report.address) {
                                    @match report.at {
                                        Some(at) => (moment_of_year(frame, at)),
                                        None => (report.name),
                                    }
                                }
                            }
                            td { @if report.is_check { "Daily check" } @else { "Review and training" } }
                            td { (capital(report.outcome.as_deref().unwrap_or("not known here: see the report"))) }
                            td {
                                @if let Some(review) = report.review {
                                    @let (word, tone) = badge(review);
                                    span.badge.(tone) { (word) }
                                } @else { "Not known here" }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn pages(page: &ReportsPage) -> Markup {
    let (at, of) = page.page;
    let year = page.year.as_deref().unwrap_or_default();
    let to = |page: usize| format!("/model/reports?year={year}&page={page}");
    html! {
        @if of > 1 {
            nav.ways aria-label="Pages of the list" {
                @if at > 1 { a href=(to(at - 1)) rel="prev" { "Later" } }
                span { "Page " (at) " of " (of) }
                @if at < of { a href=(to(at + 1)) rel="next" { "Earlier" } }
            }
        }
    }
}
