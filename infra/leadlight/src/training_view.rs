//! A training run, and a round of the loop around it, as people read them in a terminal.

use std::fmt::Write as _;

use comfy_table::{Table, presets::UTF8_BORDERS_ONLY};
use leadlight_model::{BandReview, Incumbent, Metrics, OwnModel, Severity, Stake, StudyReport};
use leadlight_report::charts::badge;
use leadlight_report::words::sentence;
use leadlight_retrain::Verdict;

use crate::output::counted;
use crate::rounds::Round;
use crate::view::{bar, empty_table};

/// What a training run did, in sentences.
pub(crate) fn retrained(report: &leadlight_retrain::Report) -> String {
    let mut text = match &report.verdict {
        Verdict::Published { model, because } => format!("Model {} published: {because}.", model.short()),
        Verdict::Kept { because } => format!("The champion stays: {because}."),
        Verdict::Refused { because } => format!("No model published: {because}."),
    };
    text.push_str(&studied(&report.study));
    if report.left_out > 0 {
        let _ = write!(
            text,
            "\nLeft out: {} that cannot be learnt from: invented deals where there are your own, leads without a decision, \
             deals that end in the future, and rejections that say nothing of a lead's worth.",
            counted(report.left_out, "closed lead")
        );
    }
    if let Some(past) = &report.study.past {
        if past.review.deals > 0 || past.back_test.is_none() {
            let _ = write!(text, "\n{}", band_review("Past scores", &past.review));
            text.push_str(&won_low(past.won_low.as_ref()));
        }
        if let Some(back_test) = &past.back_test {
            let _ = write!(text, "\n{}", band_review("Back-test of imported deals", &back_test.review));
            text.push_str(&won_low(Some(&back_test.won_low)));
        }
    }
    let _ = write!(text, "\nThe whole report is in the registry's bucket: {}", report.page);
    text
}

/// How many deals were won though their leads had a low score, and the money in them.
fn won_low(stake: Option<&Stake>) -> String {
    let Some(stake) = stake.filter(|stake| stake.deals > 0) else { return String::new() };
    format!(
        "\nWon with a low score: {}. The report names them, and lost ones with a high score.",
        leadlight_report::words::stake(stake)
    )
}

/// What a study found, in a few lines: the data's faults, the learners, the model.
pub(crate) fn studied(study: &StudyReport) -> String {
    let mut text = String::new();
    for finding in study.audit.findings.iter().filter(|f| f.severity != Severity::Note) {
        let mark = if finding.severity == Severity::Red { "red" } else { "look" };
        let _ = write!(text, "\n  {mark:<5} {}: {}", finding.what, finding.remedy);
    }
    if study.learners.iter().any(|l| l.metrics.is_some()) {
        let _ = write!(text, "\n{}", learners(study));
    }
    for vendor in &study.vendors {
        let _ = write!(text, "\nVendor {} {}.", vendor.provider, leadlight_report::words::worth(vendor));
    }
    text.push_str(&own_models(&study.own));
    if let Some(manifest) = &study.manifest {
        let _ = write!(
            text,
            "\nLearnt by {} from {} closed deals ({} won); {} bytes, {}.",
            manifest.learner, study.deals, manifest.won, manifest.artifact_bytes, manifest.size
        );
    }
    text
}

/// Whose own models came, stay or went, a line each; whose were no better, all in one.
fn own_models(own: &[OwnModel]) -> String {
    let mut text = String::new();
    let (told, others): (Vec<&OwnModel>, Vec<_>) =
        own.iter().partition(|own| own.standing.is_own() || own.standing.has_changed());
    for own in told {
        let _ = write!(text, "\n{}", sentence(&leadlight_report::words::own(own)));
    }
    let no_better: Vec<&str> =
        others.iter().filter(|own| own.judged.is_some()).map(|own| own.scope.as_str()).collect();
    if !no_better.is_empty() {
        let _ = write!(
            text,
            "\nOne model scores {} leads: models of their own were not shown to be better. The report has the figures.",
            no_better.join(", ")
        );
    }
    text
}

/// The learners side by side on the deals that judged, beside what scores without them.
fn learners(study: &StudyReport) -> String {
    let mut table = empty_table();
    table.set_header(["On the deals that judged", "log-loss", "AUC", "ECE", ""]);
    let mut row = |name: String, metrics: &Metrics, remark: &str| {
        let auc = metrics.auc.map_or("–".to_owned(), |a| format!("{a:.3}"));
        table.add_row([
            name,
            format!("{:.4}", metrics.log_loss),
            auc,
            format!("{:.3}", metrics.ece),
            remark.to_owned(),
        ]);
    };
    if let Some(gate) = &study.gate {
        let (name, remark) = match gate.incumbent {
            Incumbent::Champion => ("the champion", "what scores today"),
            Incumbent::BaseRate => ("the base rate", "without any model"),
        };
        row(name.to_owned(), &gate.incumbent_metrics, remark);
    }
    let chosen = study.gate.as_ref().and_then(|gate| gate.chosen);
    for result in &study.learners {
        if let Some(metrics) = &result.metrics {
            let remark = if Some(result.learner) == chosen { "chosen" } else { "" };
            row(result.learner.to_string(), metrics, remark);
        }
    }
    table.to_string()
}

/// Predicted against actual by score band, best band first.
fn band_review(of: &str, review: &BandReview) -> String {
    let (word, _) = badge(review.verdict);
    let mut text = format!("\n{of}: {word}: {}. {}", review.because, review.what_to_do);
    for band in review.bands.iter().rev() {
        let predicted = band.predicted.map_or("   –".to_owned(), |p| format!("{:3.0} %", p * 100.0));
        let _ = write!(
            text,
            "\n  score {:>3.0}–{:<3.0}  {:>5} deals  predicted {predicted}  won {:>3.0} % ({:.0}–{:.0} %)  {}",
            band.score_from,
            band.score_to,
            band.deals,
            band.actual * 100.0,
            band.actual_from * 100.0,
            band.actual_to * 100.0,
            bar(band.actual)
        );
    }
    text
}

/// What a round of the loop came to.
pub(crate) fn round(round: &Round) -> String {
    let mut text = format!(
        "\nThe loop, worked by a script in people's place ({}):\n",
        round.scripted.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
    );
    let actions: Vec<String> = round.actions.iter().map(|(action, n)| format!("{n} {action}")).collect();
    let _ = writeln!(text, "  form submit to visible in an SDR's queue: {} ms", round.submit_to_visible_ms);
    let _ = writeln!(text, "  decisions: {}", actions.join(", "));
    let _ = writeln!(text, "  accepted: {}; outcomes kept: {}", round.accepted.len(), round.outcomes);
    let mut table = Table::new();
    table.load_style(UTF8_BORDERS_ONLY);
    table.set_header(["score", "answered", "confirmed", "turned down", "accepted", "won", "lost"]);
    let people = round.report.study.past.as_ref().map(|past| &past.people);
    for band in people.into_iter().flat_map(|people| people.bands.iter().rev()) {
        let cells = [band.answered, band.confirmed, band.rejected, band.accepted, band.won, band.lost];
        let mut row = vec![format!(
            "{} to {}",
            band.score_from,
            if band.score_from == 90 { 100 } else { band.score_from + 9 }
        )];
        row.extend(cells.iter().map(ToString::to_string));
        table.add_row(row);
    }
    let _ = writeln!(text, "{table}\n{}", retrained(&round.report));
    text
}
