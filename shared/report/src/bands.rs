//! A review of score bands: its verdict, its picture and its table.

use leadlight_model::{BandReview, BandVerdict};
use maud::{Markup, html};

use crate::parts::{Column, details, figure, key, nothing, table};
use crate::svg;
use crate::words::{fixed, optional_percent, percent, sentence, several, share, span, thousands};

/// A review with its picture, under a heading; `about` says of what it is, and may be nothing.
pub(crate) fn band_review(heading: &str, about: &str, review: &BandReview) -> Markup {
    let (badge, tone) = badge(review.verdict);
    html! {
        div.split {
            div.prose {
                h2 { (heading) }
                @if !about.is_empty() { p.small { (about) } }
                p { span.badge.(tone) { (badge) } }
                p { (sentence(&review.because)) }
                p.todo { b { "What to do. " } (sentence(&review.what_to_do)) }
                @if !review.bands.is_empty() {
                    p.small {
                        "Deals are sorted by score and cut into fifths, the lowest on the left. Bars \
                         should rise from left to right; their whiskers hold the true share 95 times of 100."
                        @if says_chances(review) { " The rings should lie within them." }
                    }
                }
            }
            div.shown { (band_picture(review)) }
        }
    }
}

/// The bands as a picture with its key and the same as a table; in words where there are too few deals.
pub fn band_picture(review: &BandReview) -> Markup {
    if review.bands.is_empty() {
        let (deals, wins) = (several(review.deals, "closed deal"), several(review.won, "win"));
        return nothing(&format!("{deals} with {wins}: too few to draw bands."));
    }
    let keys = [("won", "won"), ("whisker", "95\u{a0}% interval"), ("said", "was predicted")];
    let drawn = if says_chances(review) { &keys[..] } else { &keys[..2] };
    let below = html! {
        (key(drawn))
        @if !says_chances(review) { p.small { "Rules gave these scores: they sort, and predict no chance." } }
        (details("The bands as a table", &band_table(review)))
    };
    figure(&svg::bands(&review.bands), &below)
}

/// Whether any of these scores came with a chance; a rule's points do not.
fn says_chances(review: &BandReview) -> bool {
    review.bands.iter().any(|band| band.predicted.is_some())
}

/// The verdict's badge and tone.
pub fn badge(verdict: BandVerdict) -> (&'static str, &'static str) {
    match verdict {
        BandVerdict::Working => ("WORKING", "green"),
        BandVerdict::BottomStillWins => ("LOW SCORES STILL WIN", "amber"),
        BandVerdict::Miscalibrated => ("MISCALIBRATED", "amber"),
        BandVerdict::NotDiscriminating => ("NOT DISCRIMINATING", "red"),
        BandVerdict::InsufficientData => ("INSUFFICIENT DATA", "grey"),
    }
}

fn band_table(review: &BandReview) -> Markup {
    let average = share(review.won, review.deals);
    let rows: Vec<Vec<String>> = review
        .bands
        .iter()
        .map(|band| {
            vec![
                span(band.score_from, band.score_to),
                thousands(band.deals),
                thousands(band.won),
                optional_percent(band.predicted),
                percent(band.actual),
                format!("{} to {}", percent(band.actual_from), percent(band.actual_to)),
                fixed(band.actual / average, 1),
            ]
        })
        .collect();
    let columns = ["Scores", "Deals", "Won", "Predicted", "Actual", "95\u{a0}% interval", "× average"]
        .map(Column::Figures);
    table("Score bands, lowest first", &columns, &rows)
}
