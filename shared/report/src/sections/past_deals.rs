//! The deals that went against what was said of their leads, by name.

use leadlight_lead::chance;
use leadlight_model::{PastDeal, Stake, StudyReport};
use maud::{Markup, html};

use crate::parts::nothing;
use crate::words::{capital, day, dollars, fixed, sentence, signed, stake};

/// Deals a list, and factors a deal.
const DEALS: usize = 20;
const FACTORS: usize = 5;

/// Of the past year, by what was said then.
pub(crate) fn past_surprises(report: &StudyReport) -> Markup {
    html! {
        @if let Some(past) = &report.past {
            h3 { "Among leads that were worked, by what was said then" }
            p.small { "Deals that closed within a year. A name leads to the lead in the console." }
            div.pair {
                (against("Won with a low score", &past.won_but_low, past.won_low.as_ref()))
                (against("Lost with a high score", &past.lost_but_high, past.lost_high.as_ref()))
            }
        }
    }
}

/// Deals that went against their score, with the money in all of them; absent in a report of before that was counted.
pub(crate) fn against(title: &str, deals: &[PastDeal], at_stake: Option<&Stake>) -> Markup {
    html! {
        div {
            h4 { (title) }
            @if deals.is_empty() { (nothing("None.")) }
            @else {
                @if let Some(at_stake) = at_stake { p.small { (sentence(&stake(at_stake))) } }
                ol.deals {
                    @for deal in deals.iter().take(DEALS) {
                        li {
                            (entry(deal))
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

fn entry(deal: &PastDeal) -> Markup {
    let company = deal.company.as_deref().unwrap_or("Company not known");
    html! {
        p.deal {
            b { a href={ "/leads/" (deal.lead) } { (company) } } " "
            span { (deal.amount_usd.map_or_else(|| "amount not known".to_owned(), dollars)) } " "
            span {
                @match &deal.owner {
                    Some(owner) => { "owner " (owner) },
                    None => "owner not known",
                }
            } " "
            span { "score " (fixed(deal.score, 0)) } " "
            @if let Some(said) = deal.probability { span { "chance " (chance(said)) } " " }
            span { "closed " (day(deal.closed_at)) }
        }
    }
}
