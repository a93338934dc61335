//! The page as a whole: head, way around, parts in their order.

use leadlight_model::StudyReport;
use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::words::{day, moment};
use crate::{first, sections};

/// Colours, light and dark, and the style of pictures and tables.
pub const CHART_STYLE: &str = include_str!("chart.css");
/// Of the page as a whole.
pub const STYLE: &str = include_str!("style.css");
/// Void elements stand here as they are, closed, so that the page is XML as well. The policy lets a browser
/// load and run nothing, should an error of ours ever let something through.
pub const META: &str = concat!(
    r#"<meta charset="utf-8"/>"#,
    r#"<meta name="viewport" content="width=device-width, initial-scale=1"/>"#,
    r#"<meta name="color-scheme" content="light dark"/>"#,
    r#"<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"/>"#,
);

/// Parts by their ids, as the way around names them.
const PARTS: [(&str, &str); 18] = [
    ("verdict", "Verdict"),
    ("past", "Past scores"),
    ("back-test", "Back-test"),
    ("bands", "Score bands"),
    ("people", "People"),
    ("reliability", "Reliability"),
    ("scores", "Scores"),
    ("lift", "Lift"),
    ("reasons", "Reasons"),
    ("pairs", "Pairs"),
    ("vendors", "Vendors"),
    ("learners", "Learners"),
    ("gate", "Gate"),
    ("own", "Own models"),
    ("drift", "Drift"),
    ("surprises", "Surprises"),
    ("data", "Data"),
    ("papers", "Papers"),
];

/// Some parts are there only where there is something to tell.
fn is_there(report: &StudyReport, part: &str) -> bool {
    let review = report.past.as_ref();
    match part {
        "past" => review.is_some(),
        "back-test" => review.is_some_and(|review| review.back_test.is_some()),
        "people" => review.is_some_and(|review| !review.people.bands.is_empty()),
        "vendors" => !report.vendors.is_empty(),
        "own" => !report.own.is_empty(),
        _ => true,
    }
}

pub(crate) fn page(report: &StudyReport) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                (PreEscaped(META))
                title { (first::headline(report)) " · Leadlight" }
                style { (PreEscaped(CHART_STYLE)) (PreEscaped(STYLE)) }
            }
            body {
                header {
                    p.brand { b { "Leadlight" } " training report" }
                    nav aria-label="Parts of this report" {
                        @for (id, name) in PARTS.iter().filter(|(id, _)| is_there(report, id)) {
                            a href={ "#" (id) } { (name) } " "
                        }
                    }
                }
                main {
                    (first::first_screen(report))
                    (sections::people(report))
                    (sections::reliability(report))
                    (sections::scores(report))
                    (sections::lift(report))
                    (sections::reasons(report))
                    (sections::pairs(report))
                    (sections::vendors(report))
                    (sections::learners(report))
                    (sections::gate(report))
                    (sections::own(report))
                    (sections::drift(report))
                    (sections::surprises(report))
                    (sections::data(report))
                    (sections::papers(report))
                }
                footer {
                    p {
                        "Leadlight studied " (report.subject) " on " (moment(report.studied_at)) "."
                        @if let Some((from, to)) = report.period {
                            " Deals closed from " (day(from)) " to " (day(to)) "."
                        }
                    }
                }
            }
        }
    }
}
