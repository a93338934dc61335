//! Where a lead's score has been going, as a tile with a small picture, and when time will move it.

use leadlight_lead::{Becomes, Moved, QueueName, Renews, Trend};
use leadlight_report::words::{fixed, signed};
use maud::{Markup, html};

use super::view::{LeadPage, ScorePoint};
use crate::context::Frame;
use crate::queue::trend_words;
use crate::svg;
use crate::words::day;

pub(super) fn tile(frame: &Frame, page: &LeadPage) -> Markup {
    html! {
        div.tile {
            h3 { "Trend" }
            @match page.trend {
                Some(trend) => {
                    p.big { (signed(trend.points, 0)) }
                    (picture(page))
                    p.small { (words(trend)) " since " (day(frame, trend.since)) "." }
                }
                None => {
                    p.big.quiet { "–" }
                    @if page.scores.len() > 1 {
                        (picture(page))
                        p.small { "The score before this one does not compare: the policy or the model has changed since." }
                    } @else {
                        p.small { "This is the person’s first score." }
                    }
                }
            }
            @if let Some(renews) = page.renews { p.small { (ahead(frame, renews)) } }
        }
    }
}

fn words(trend: Trend) -> String {
    match trend.moved {
        Moved::Steady => "Steady".to_owned(),
        Moved::Rising | Moved::Falling => trend_words(trend).trim_start_matches(['▲', '▼', ' ']).to_owned(),
    }
}

/// What time alone does next.
fn ahead(frame: &Frame, renews: Renews) -> Markup {
    let on = html! {
        @match leadlight_lead::renewed_at(renews.on) { Some(at) => (day(frame, at)), None => (renews.on) }
    };
    html! {
        @if let Some(Becomes { queue, grade }) = renews.becomes {
            "If nothing more is heard, it will be grade " (grade) " from " (on) (with(queue)) "."
        } @else {
            "Time alone changes nothing until " (on) "."
        }
    }
}

fn with(queue: QueueName) -> &'static str {
    match queue {
        QueueName::Nurture => ", with marketing",
        QueueName::Disqualified => ", below the threshold",
        _ => "",
    }
}

fn picture(page: &LeadPage) -> Markup {
    #[expect(clippy::cast_precision_loss, reason = "seconds since 1970 stay far below 2^53")]
    let seconds = |at: jiff::Timestamp| at.as_second() as f64;
    let points: Vec<_> =
        page.scores.iter().map(|point| (seconds(point.at), point.score, point.compares)).collect();
    svg::sparkline(&points, &said(&page.scores))
}

fn said(scores: &[ScorePoint]) -> String {
    let each = scores.iter().map(|point| {
        let score = fixed(point.score, 0);
        if point.compares { score } else { format!("{score} (by another policy or model)") }
    });
    format!("In order: {}.", each.collect::<Vec<_>>().join(", "))
}
