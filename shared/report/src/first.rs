//! The first screen: what came out, what to do, how good it is, in words that need no statistics.

use leadlight_model::{
    BandReview, Finding, Judged, LearnerKind, Origin, Severity, StudyReport, StudyVerdict,
};
use maud::{Markup, html};

use crate::bands::band_review;
use crate::parts::{fifth, metrics_of, nothing, severity};
use crate::sections;
use crate::words::{NONE, calibration, day, fixed, percent, sentence, several, share, sorting, thousands};

/// What the page says first.
pub fn headline(report: &StudyReport) -> &'static str {
    if stopped(report) {
        return "Training stopped: the data must be mended first";
    }
    outcome(report)
}

fn outcome(report: &StudyReport) -> &'static str {
    if report.keeps_shared() {
        return "Models of their own have changed; the shared model stays";
    }
    match (&report.verdict, report.origin) {
        (StudyVerdict::Publish { .. }, Origin::System) => "A new model is published",
        (StudyVerdict::Publish { .. }, Origin::File) => "A model was learnt, and it holds",
        (StudyVerdict::Keep { .. }, _) => "The champion stays",
        (StudyVerdict::Refuse { .. }, Origin::System) => "No model yet: rules decide",
        (StudyVerdict::Refuse { .. }, Origin::File) => "No model: nothing held against the base rate",
    }
}

/// Whether red findings kept anything from being trained.
fn stopped(report: &StudyReport) -> bool {
    let red = report.audit.findings.iter().any(|f| f.severity == Severity::Red);
    let nothing_trained = report.gate.is_none() && report.learners.iter().all(|l| l.metrics.is_none());
    red && nothing_trained && !matches!(report.verdict, StudyVerdict::Publish { .. })
}

pub(crate) fn first_screen(report: &StudyReport) -> Markup {
    let tone = match report.verdict {
        _ if stopped(report) => "red",
        StudyVerdict::Publish { .. } => "green",
        StudyVerdict::Keep { .. } => "blue",
        StudyVerdict::Refuse { .. } => "amber",
    };
    html! {
        section.verdict.(tone) id="verdict" {
            p.about { (report.subject) " · " (day(report.studied_at)) }
            h1 { (headline(report)) }
            @if stopped(report) { p.outcome { (outcome(report)) "." } }
            p.because { (because(report)) }
            p.todo { b { "What to do. " } (what_to_do(report)) }
            (findings(report))
        }
        (figures(report))
        (sections::past(report))
        (sections::back_test(report))
        (bands(report))
    }
}

fn because(report: &StudyReport) -> Markup {
    let (learner, because) = match &report.verdict {
        StudyVerdict::Publish { learner, because } => {
            (Some(learner).filter(|_| !report.keeps_shared()), because)
        }
        StudyVerdict::Keep { because } | StudyVerdict::Refuse { because } => (None, because),
    };
    html! {
        @if let Some(learner) = learner { "It is " b { (learner) } ". " }
        (sentence(because))
    }
}

fn what_to_do(report: &StudyReport) -> &'static str {
    let warned = report.audit.findings.iter().any(|f| f.severity != Severity::Note);
    match report.verdict {
        _ if stopped(report) => "Mend what is listed below in the source of the data, then train again.",
        StudyVerdict::Publish { .. } if report.keeps_shared() => {
            "Look at what has changed below, under Own models. All other leads are scored as before."
        }
        StudyVerdict::Publish { .. } if warned => {
            "Read the findings below before you rely on the scores, then look at the score bands."
        }
        StudyVerdict::Publish { .. } if report.origin == Origin::File => {
            "Score leads with it, and train again when more deals have closed."
        }
        StudyVerdict::Publish { .. } => {
            "Nothing to set up. Look at the score bands below, and again next month."
        }
        StudyVerdict::Keep { .. } if warned => {
            "Leads are scored as before. Settle the findings below before the next training."
        }
        StudyVerdict::Keep { .. } if report.gate.is_none() => "Nothing: leads are scored as before.",
        StudyVerdict::Keep { .. } => {
            "Nothing: leads are scored as before. How the challengers did is below, under Gate."
        }
        StudyVerdict::Refuse { .. } if report.origin == Origin::File => {
            "Train again when what stands above has changed: more deals, or more told of each."
        }
        StudyVerdict::Refuse { .. } => {
            "Work leads by the policy's rules, and train again when what stands above has changed."
        }
    }
}

/// Red and amber ones with their remedies.
fn findings(report: &StudyReport) -> Markup {
    const SHOWN: usize = 6;
    let grave: Vec<&Finding> =
        report.audit.findings.iter().filter(|f| f.severity != Severity::Note).collect();
    let more = grave.len().saturating_sub(SHOWN);
    html! {
        @if !grave.is_empty() {
            ul.findings {
                @for finding in grave.iter().take(SHOWN) {
                    @let (word, tone) = severity(finding.severity);
                    li.(tone) {
                        span.tag { (word) } " "
                        @if let Some(feature) = &finding.feature { b { (feature) } ": " }
                        (sentence(&finding.what)) " "
                        span.remedy { (sentence(&finding.remedy)) }
                    }
                }
            }
            @if more > 0 { p { a href="#data" { (several(more, "more finding")) " under Data" } } }
        }
    }
}

fn figures(report: &StudyReport) -> Markup {
    let metrics = report.judged.as_ref().and_then(|judged| metrics_of(report, judged.learner));
    let metrics = metrics.or(report.manifest.as_ref().map(|m| &m.metrics_on_newest));
    html! {
        div.figures {
            (figure_of(&thousands(report.deals), deals_name(report), &won_of_them(report)))
            @match metrics.and_then(|m| m.auc).filter(|auc| auc.is_finite()) {
                Some(auc) => (figure_of(
                    &format!("{} of 100", fixed(auc * 100.0, 0)), sorting(auc),
                    &format!("A won deal outranks a lost one {} times of 100; chance alone would give 50.",
                        fixed(auc * 100.0, 0)))),
                None => (figure_of(NONE, "How well it sorts", "Not measured: it takes won and lost deals.")),
            }
            @match report.judged.as_ref().and_then(top) {
                Some((words, times, what)) => (figure_of(&format!("{} ×", fixed(times, 1)), words, &what)),
                None => (figure_of(NONE, "What the top is worth", "Not measured: too few deals to tell.")),
            }
            @match metrics.filter(|m| m.ece.is_finite()) {
                Some(m) => (figure_of(
                    &format!("{} points", fixed(m.ece * 100.0, 1)),
                    calibration(m.ece),
                    &format!("The percentages miss what happened by so much on average.{}", few(m.deals)))),
                None => (figure_of(NONE, "How true the percentages are", "Not measured.")),
            }
        }
        @if let Some(whose) = whose(report) { p.whose { (whose) } }
    }
}

fn figure_of(value: &str, name: &str, explained: &str) -> Markup {
    html! {
        div.figure { p.value { (value) } p.name { (name) } p { (explained) } }
    }
}

fn deals_name(report: &StudyReport) -> &'static str {
    let learnt = report.manifest.is_some() || report.learners.iter().any(|l| l.metrics.is_some());
    if learnt { "closed deals learnt from" } else { "closed deals looked at" }
}

fn won_of_them(report: &StudyReport) -> String {
    let period =
        report.period.map_or_else(String::new, |(from, to)| format!(", from {} to {}", day(from), day(to)));
    format!("{} of them won, {}{period}.", thousands(report.won), percent(share(report.won, report.deals)))
}

fn few(deals: usize) -> String {
    if deals < 300 {
        format!(" With {}, some of it is chance.", several(deals, "deal"))
    } else {
        String::new()
    }
}

/// The figures are never those of a model in force that was not judged: say whose they are.
fn whose(report: &StudyReport) -> Option<String> {
    let judged = report.judged.as_ref()?;
    let deals = several(judged.bands.deals, "deal");
    let learner = judged.learner;
    Some(match report.verdict {
        StudyVerdict::Publish { .. } if report.keeps_shared() => format!(
            "The last three figures and the bands are those of the best challenger of the shared model, {learner}, on the \
             {deals} that judged; it was not published."
        ),
        StudyVerdict::Publish { learner: LearnerKind::ChampionShifted, .. } => format!(
            "The last three figures and the bands come from the newest {deals}, which the champion had not seen; \
             its intercept followed them from part to part."
        ),
        StudyVerdict::Publish { .. } => format!(
            "The last three figures and the bands come from the {deals} that judged: the same recipe was fitted \
             without them, then asked about them."
        ),
        StudyVerdict::Keep { .. } => format!(
            "The last three figures and the bands are those of the best challenger, {learner}, on the {deals} that \
             judged; it was not published."
        ),
        StudyVerdict::Refuse { .. } => format!(
            "The last three figures and the bands are those of the best learner, {learner}, on the {deals} that \
             judged; it was not published."
        ),
    })
}

/// What the best leads are worth against the average: from the top band where it is about a fifth, else from
/// the lift curve.
fn top(judged: &Judged) -> Option<(&'static str, f64, String)> {
    let BandReview { bands, deals, won, .. } = &judged.bands;
    let average = share(*won, *deals);
    if let Some(band) =
        bands.last().filter(|band| bands.len() > 1 && (0.15..0.25).contains(&share(band.deals, *deals)))
    {
        let times = band.actual / average;
        let what = format!(
            "The top fifth of leads wins {} times as often as the average: {} against {}.",
            fixed(times, 1),
            percent(band.actual),
            percent(average)
        );
        return times.is_finite().then_some(("What the top fifth wins", times, what));
    }
    let mark = fifth(&judged.lift)?;
    let times = mark.share_of_wins / mark.share_of_leads;
    let what = format!(
        "The top {} of leads hold {} of the wins.",
        percent(mark.share_of_leads),
        percent(mark.share_of_wins)
    );
    times.is_finite().then_some(("What the top wins", times, what))
}

fn bands(report: &StudyReport) -> Markup {
    html! {
        section id="bands" {
            @match &report.judged {
                Some(judged) => (band_review("Do high scores win more often?", "", &judged.bands)),
                None => {
                    h2 { "Do high scores win more often?" }
                    (nothing(match report.verdict {
                        StudyVerdict::Refuse { .. } => "There is no model to look at: nothing was judged.",
                        _ => "No challenger was judged in this run.",
                    }))
                }
            }
        }
    }
}
