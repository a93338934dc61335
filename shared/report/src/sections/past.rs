//! How decisions of the past did: the monthly review.

use leadlight_lead::chance;
use leadlight_model::{BandReview, PastDeal, PastReview, StudyReport};
use maud::{Markup, html};

use crate::bands::{badge, band_review};
use crate::parts::{Column, details, nothing, table};
use crate::sections::drift::drift_pictures;
use crate::words::{
    NONE, capital, day, fixed, optional, optional_percent, percent, several, share, signed, thousands,
};

const DRIFT: &str = "How the newest leads differ from those the champion learnt from";
/// Deals a list, and factors a deal.
const DEALS: usize = 20;
const FACTORS: usize = 5;

/// The review by score band; nothing for a file, whose deals nobody scored.
pub(crate) fn past(report: &StudyReport) -> Markup {
    html! {
        @if let Some(past) = &report.past {
            section id="past" {
                (band_review("Did past scores keep their word?", &past.review))
                (as_a_whole(past))
                @if !past.by_motion.is_empty() { (details("By motion", &by_motion(past))) }
                @if !past.drift.is_empty() {
                    (details(DRIFT, &drift_pictures(&past.drift)))
                }
            }
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
    let row = |(motion, review): &(String, BandReview)| {
        let rate = |band: Option<&leadlight_model::Band>| optional_percent(band.map(|b| b.actual));
        vec![
            capital(motion),
            thousands(review.deals),
            percent(share(review.won, review.deals)),
            rate(review.bands.last()),
            rate(review.bands.first()),
            badge(review.verdict).0.to_owned(),
        ]
    };
    let rows: Vec<Vec<String>> = past.by_motion.iter().map(row).collect();
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

/// The decided leads whose deals went against their scores.
pub(crate) fn past_surprises(report: &StudyReport) -> Markup {
    html! {
        @if let Some(past) = &report.past {
            h3 { "Among all decided leads, by what was said then" }
            div.pair {
                (list("Won with a low score", &past.won_but_low))
                (list("Lost with a high score", &past.lost_but_high))
            }
        }
    }
}

fn list(title: &str, deals: &[PastDeal]) -> Markup {
    html! {
        div {
            h4 { (title) }
            @if deals.is_empty() { (nothing("None.")) }
            @else {
                ol.deals {
                    @for deal in deals.iter().take(DEALS) {
                        li {
                            p.deal {
                                b { "Lead " (deal.lead) }
                                span { "score " (fixed(deal.score, 0)) }
                                span { "said " (deal.probability.map_or_else(|| NONE.to_owned(), chance)) }
                                span { "closed " (day(deal.closed_at)) }
                            }
                            ul.factors {
                                @for (factor, part) in deal.factors.iter().take(FACTORS) {
                                    li { span.part { (signed(*part, 2)) } " " (capital(factor)) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
