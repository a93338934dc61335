//! Where the model comes from: what an auditor asks for.

use leadlight_model::{Calibration, CalibrationMethod, Manifest, StudyReport};
use maud::{Markup, html};

use crate::parts::{details, nothing};
use crate::words::{
    NONE, capital, fixed, moment, optional, percent, sentence, several, share, signed, thousands,
};

pub(crate) fn papers(report: &StudyReport) -> Markup {
    html! {
        section id="papers" {
            div.prose {
                h2 { "Papers" }
                p {
                    "Where this report and the model come from. The hashes name policy, data and model \
                     exactly: anyone with the same ones has the same model."
                }
            }
            @if !report.notes.is_empty() { h3 { "Notes on this run" } (notes(&report.notes)) }
            h3 { "The run" }
            (pairs(&run(report)))
            h3 { "The model" }
            @match &report.manifest {
                Some(manifest) => {
                    (pairs(&model(manifest)))
                    @if !manifest.notes.is_empty() { h3 { "Notes on the model" } (notes(&manifest.notes)) }
                    @if !manifest.features.is_empty() {
                        @let summary = format!("Its {}", several(manifest.features.len(), "feature"));
                        (details(&summary, &features(manifest)))
                    }
                }
                None => (nothing("No model was published by this run.")),
            }
        }
    }
}

fn notes(notes: &[String]) -> Markup {
    html! { ul.notes { @for note in notes { li { (sentence(note)) } } } }
}

fn pairs(pairs: &[(&str, String)]) -> Markup {
    html! { dl.papers { @for (name, value) in pairs { div { dt { (name) } dd { (value) } } } } }
}

fn run(report: &StudyReport) -> Vec<(&'static str, String)> {
    let closed = report
        .period
        .map_or_else(|| NONE.to_owned(), |(from, to)| format!("{} to {}", moment(from), moment(to)));
    vec![
        ("Subject", report.subject.clone()),
        ("Studied", moment(report.studied_at)),
        ("Closed deals", thousands(report.deals)),
        ("Won", format!("{} ({})", thousands(report.won), percent(share(report.won, report.deals)))),
        ("Order", capital(&report.order)),
        ("Closed between", closed),
        ("Form of this report", format!("version {}", report.schema_version)),
    ]
}

fn model(manifest: &Manifest) -> Vec<(&'static str, String)> {
    let metrics = &manifest.metrics_on_newest;
    vec![
        ("Model", manifest.model.to_string()),
        ("Policy", manifest.policy.to_string()),
        ("Data", manifest.data.to_string()),
        ("Learner", capital(&manifest.learner.to_string())),
        ("Settings", capital(&manifest.settings)),
        ("Form", manifest.size.clone()),
        ("smartcore", manifest.smartcore_version.clone()),
        ("Code", manifest.code_version.clone()),
        ("Trained", moment(manifest.trained_at)),
        (
            "Learnt from",
            format!(
                "{}: {} won, {} lost",
                several(manifest.deals, "deal"),
                thousands(manifest.won),
                thousands(manifest.lost)
            ),
        ),
        ("First closed", manifest.first_closed_at.map_or_else(|| NONE.to_owned(), moment)),
        ("Last closed", manifest.last_closed_at.map_or_else(|| NONE.to_owned(), moment)),
        ("Calibration", calibration(&manifest.calibration)),
        (
            "On the deals that judged",
            format!(
                "log-loss {} on {} (giving all the base rate: {}), AUC {}, calibration error {}",
                fixed(metrics.log_loss, 4),
                several(metrics.deals, "deal"),
                fixed(metrics.base_rate_log_loss, 4),
                optional(metrics.auc, 4),
                fixed(metrics.ece, 4)
            ),
        ),
        ("Size", format!("{} bytes", thousands(manifest.artifact_bytes))),
        ("Form of the papers", format!("version {}", manifest.schema_version)),
    ]
}

fn calibration(calibration: &Calibration) -> String {
    let (slope, intercept) = (fixed(calibration.slope, 3), signed(calibration.intercept, 3));
    let on = format!("fitted to {} out of sample", several(calibration.deals, "deal"));
    match calibration.method {
        CalibrationMethod::None => "none: probabilities stand as the learner gave them".to_owned(),
        CalibrationMethod::Intercept => format!("intercept {intercept}, {on}"),
        CalibrationMethod::SlopeAndIntercept => format!("slope {slope}, intercept {intercept}, {on}"),
    }
}

fn features(manifest: &Manifest) -> Markup {
    html! {
        ul.columns {
            @for feature in &manifest.features { li { (feature.factor) " " span.quiet { (feature.name) } } }
        }
    }
}
