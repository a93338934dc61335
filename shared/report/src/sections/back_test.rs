//! How scores would have done that were given after the fact.

use leadlight_model::StudyReport;
use maud::{Markup, html};

use crate::bands::band_review;
use crate::sections::against;

const ABOUT: &str = "These deals came with their ends, from an import. Each was scored afterwards, by the rules and from what \
                     was known when it began. Nobody worked by these scores, so they say how the rules would have sorted, \
                     and nothing of how scores do now: a poor result here starts no training.";

/// Nothing where no deals were imported.
pub(crate) fn back_test(report: &StudyReport) -> Markup {
    let back_test = report.past.as_ref().and_then(|past| past.back_test.as_ref());
    html! {
        @if let Some(back_test) = back_test {
            section id="back-test" {
                (band_review("Back-test: would the rules have sorted past deals?", ABOUT, &back_test.review))
                h3 { "Deals that went against their score" }
                div.pair {
                    (against("Won with a low score", &back_test.won_but_low, Some(&back_test.won_low)))
                    (against("Lost with a high score", &back_test.lost_but_high, Some(&back_test.lost_high)))
                }
            }
        }
    }
}
