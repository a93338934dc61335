//! How decisions of the past did: the monthly review.

use leadlight_model::{FallSeen, PastReview, StudyReport};
use maud::{Markup, html};

use crate::bands::band_review;
use crate::parts::{Column, details, table};
use crate::sections::drift::drift_pictures;
use crate::sections::history::{cells, earlier, months};
use crate::words::{capital, days, fixed, optional, reviewed, several};

const DRIFT: &str = "How the newest leads differ from those the champion learnt from";

/// The review by score band; nothing for a file, whose deals nobody scored.
pub(crate) fn past(report: &StudyReport) -> Markup {
    html! {
        @if let Some(past) = &report.past {
            section id="past" {
                (band_review("Did past scores keep their word?", &reviewed(past), &past.review))
                @if let Some(fall) = &past.fall { (fell(fall)) }
                (as_a_whole(past))
                @if !past.months.is_empty() { (details("By month of the decision", &months(&past.months))) }
                @if !past.earlier.is_empty() {
                    (details("What gave scores before", &earlier(&past.earlier)))
                }
                @if !past.by_motion.is_empty() { (details("By motion", &by_motion(past))) }
                @if !past.drift.is_empty() {
                    (details(DRIFT, &drift_pictures(&past.drift)))
                }
            }
        }
    }
}

/// A fall that called for training at once.
fn fell(fall: &FallSeen) -> Markup {
    html! {
        p {
            b { "Scores have fallen. " }
            "Of the leads decided " (days(&fall.window)) ", " (fall.because)
            ". Chance would do that less than once in 5,000 times, so a new model was looked for at once."
        }
    }
}

fn as_a_whole(past: &PastReview) -> Markup {
    html! {
        @if let Some(metrics) = &past.metrics {
            p.small {
                "The percentages that were said, as a whole: log-loss " (fixed(metrics.log_loss, 4)) " on "
                (several(metrics.deals, "deal")) " (giving all of them the average: "
                (fixed(metrics.base_rate_log_loss, 4)) "), AUC " (optional(metrics.auc, 3))
                ", calibration error " (fixed(metrics.ece, 3)) "."
            }
        }
    }
}

fn by_motion(past: &PastReview) -> Markup {
    let rows: Vec<Vec<String>> =
        past.by_motion.iter().map(|(motion, review)| cells(capital(motion), review)).collect();
    let columns = [
        Column::Words("Motion"),
        Column::Figures("Deals"),
        Column::Figures("Won"),
        Column::Figures("Top band"),
        Column::Figures("Bottom band"),
        Column::Words("Verdict"),
    ];
    table("Past scores by motion", &columns, &rows)
}
