//! Where the score was wrong: the deals to look at with those who worked them.

use leadlight_lead::chance;
use leadlight_model::{StudyReport, Surprise};
use maud::{Markup, html};

use crate::parts::nothing;
use crate::sections::past_surprises;
use crate::words::{capital, fixed, signed};

/// Deals a list, and factors a deal.
const DEALS: usize = 10;
const FACTORS: usize = 5;

pub(crate) fn surprises(report: &StudyReport) -> Markup {
    const WON: (&str, &str) = ("Won with a low score", "What did the seller know that the data does not?");
    const LOST: (&str, &str) = ("Lost with a high score", "Was it the lead, or how it was worked?");
    html! {
        section id="surprises" {
            div.prose {
                h2 { "Where was the score wrong?" }
                p {
                    "No score is always right. Ask those who worked these deals: a reason that comes up \
                     twice is a fact the data should hold."
                }
            }
            (past_surprises(report))
            @match &report.judged {
                Some(judged) => {
                    @if report.past.is_some() { h3 { "Among the judge's deals, by what was learnt now" } }
                    div.pair { (list(WON, &judged.won_but_low)) (list(LOST, &judged.lost_but_high)) }
                }
                None => (nothing("Nothing was judged, so nothing could surprise.")),
            }
        }
    }
}

fn list((title, question): (&str, &str), deals: &[Surprise]) -> Markup {
    html! {
        div {
            h3 { (title) }
            p.small { (question) }
            @if deals.is_empty() { (nothing("None.")) }
            @else {
                ol.deals { @for deal in deals.iter().take(DEALS) { (entry(deal)) } }
            }
        }
    }
}

fn entry(deal: &Surprise) -> Markup {
    let (down, up) = (("down", "▼"), ("up", "▲"));
    html! {
        li {
            p.deal {
                b { "Row " (deal.row) }
                span { "score " (fixed(deal.score, 0)) }
                span { "said " (chance(deal.probability)) }
            }
            ul.factors {
                @for (factor, part) in deal.factors.iter().take(FACTORS) {
                    @let (class, arrow) = if *part < 0.0 { down } else { up };
                    li.(class) { span.part { (arrow) " " (signed(*part, 2)) } " " (capital(factor)) }
                }
            }
        }
    }
}
