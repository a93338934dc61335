//! Why now: the machine's summary, score, chance and trend, and the factors that add up to it.

use leadlight_lead::{CriterionGroup, ReasonUnit, beside_average, chance, odds};
use leadlight_report::words::{capital, fixed, sentence, signed};
use maud::{Markup, html};

use super::trend;
use super::view::{DecidedBy, Factor, Judgement, LeadPage};
use crate::context::Frame;
use crate::queue::grade_badge;
use crate::svg;
use crate::words::moment;

/// Rows of factors told one by one; the rest stand as one row, and all in a table below. Judgement: a screen.
const TOLD: usize = 8;

pub(super) fn why(frame: &Frame, page: &LeadPage) -> Markup {
    html! {
        section.why-now aria-labelledby="h-why" {
            h2 id="h-why" { "Why now" }
            @match &page.judgement {
                Some(judgement) => {
                    p.summary { (sentence(&judgement.summary)) }
                    div.tiles {
                        (score_tile(judgement))
                        (chance_tile(judgement))
                        (trend::tile(frame, page))
                    }
                    (overridden(frame, page))
                    (factors(judgement))
                }
                None => {
                    p.summary {
                        "A person looks at this lead before it is scored: someone may know more than \
                         data does."
                    }
                    (overridden(frame, page))
                }
            }
        }
    }
}

fn score_tile(judgement: &Judgement) -> Markup {
    html! {
        div.tile {
            h3 { "Score" }
            p.big { (grade_badge(judgement.grade)) " " (fixed(judgement.score, 0)) span.of { " of 100" } }
            p.small { "The machine’s word: " (judgement.disposition) "." }
        }
    }
}

fn chance_tile(judgement: &Judgement) -> Markup {
    let is_heard = matches!(judgement.decided_by, DecidedBy::Rules { .. });
    let words = match (judgement.probability, judgement.interval) {
        (Some(_), Some((from, to))) => format!(
            "Of leads scored like this one, {} to {} convert, 9 times of 10.",
            chance(from),
            chance(to)
        ),
        (Some(_), None) => "The model has seen too few deals to tell how sure that is.".to_owned(),
        (None, _) => "Rules decided, so there are points but no chance.".to_owned(),
    };
    html! {
        div.tile {
            h3 { "Chance" }
            @if let Some(said) = judgement.probability {
                p.big { (chance(said)) }
                @if is_heard { p.small { "The model’s word. The rules decided, as your policy has it." } }
                (svg::probability(said, judgement.interval, &format!("{} said. {words}", chance(said))))
                @if let Some(beside) = beside(judgement, said).filter(|_| !is_heard) { p.small { (beside) "." } }
            } @else {
                p.big.quiet { "–" }
            }
            p.small { (words) }
        }
    }
}

/// How the chance stands beside the average lead's; of a lead of which nothing is known, where it comes from.
fn beside(judgement: &Judgement, said: f64) -> Option<String> {
    if judgement.is_nothing_known() {
        return Some(
            "Nothing is known of this lead yet: this is the share of past deals that were won".to_owned(),
        );
    }
    let average = start(&judgement.factors)?;
    Some(capital(&beside_average(said, share(average.contribution))))
}

/// What the others move the chance away from: the average lead. What else is of its group comes after it, and tells why
/// the chance is not told as the model has it.
fn start(factors: &[Factor]) -> Option<&Factor> {
    factors.iter().find(|factor| factor.group == CriterionGroup::Baseline)
}

/// The share that log-odds stand for.
fn share(log_odds: f64) -> f64 {
    1.0 / (1.0 + (-log_odds).exp())
}

fn overridden(frame: &Frame, page: &LeadPage) -> Markup {
    html! {
        @if let Some(by) = &page.overridden {
            div.callout {
                p {
                    b { "A person decided otherwise. " } (by.by) " brought this lead before an SDR, "
                    (moment(frame, by.at)) ". The machine’s score stands as it was."
                }
                @if let Some(note) = &by.note { blockquote { (note) } }
            }
        }
    }
}

/// A factor with where the running total stands after it.
struct Line {
    text: String,
    /// None where the total begins: what an average lead has moves nothing.
    part: Option<f64>,
    after: f64,
}

fn factors(judgement: &Judgement) -> Markup {
    let lines = lines(&judgement.factors);
    let (told, rest) = lines.split_at(lines.len().min(if lines.len() > TOLD + 1 { TOLD } else { TOLD + 1 }));
    let folded = rest.last().map(|last| Line {
        text: format!("{} smaller ones together", rest.len()),
        part: Some(rest.iter().filter_map(|line| line.part).sum()),
        after: last.after,
    });
    html! {
        @if !lines.is_empty() {
            (table("What it adds up from", judgement, told.iter().chain(&folded)))
            @if folded.is_some() {
                details {
                    summary { "All " (lines.len()) " factors" }
                    (table("All factors", judgement, lines.iter()))
                }
            }
        }
        p.small.quiet {
            @match &judgement.decided_by {
                DecidedBy::Rules { because } => { "By the policy’s points: " (because) "." },
                DecidedBy::Model(hash) => {
                    "▲ raises the odds of winning, ▼ lowers them; from 1 in 5, odds 2 times as high are about 1 in 3. \
                     By model "
                    code title=(hash) { (hash.short()) }
                    @if let Some(motion) = &judgement.own_model { ", its own one for " (motion) " leads" }
                    "."
                },
            }
            " Policy " code title=(judgement.policy) { (judgement.policy.short()) } "."
        }
    }
}

/// The average lead first, then the weightiest; at the end why the chance is not told as the model has it.
fn lines(factors: &[Factor]) -> Vec<Line> {
    let mut sorted: Vec<&Factor> = factors.iter().filter(|f| f.contribution.is_finite()).collect();
    let start = start(factors);
    let is_start = |factor: &Factor| start.is_some_and(|start| std::ptr::eq(start, factor));
    let place = |factor: &Factor| match factor.group {
        _ if is_start(factor) => 0,
        CriterionGroup::Baseline => 2,
        _ => 1,
    };
    sorted
        .sort_by(|a, b| place(a).cmp(&place(b)).then(b.contribution.abs().total_cmp(&a.contribution.abs())));
    let mut after = 0.0;
    let lines = sorted.into_iter().map(|factor| {
        after += factor.contribution;
        Line { text: capital(&factor.text), part: (!is_start(factor)).then_some(factor.contribution), after }
    });
    lines.collect()
}

fn table<'a>(caption: &str, judgement: &Judgement, lines: impl Iterator<Item = &'a Line> + Clone) -> Markup {
    let unit = judgement.unit;
    let parts = lines.clone().filter_map(|line| line.part);
    let (lowest, highest) = (parts.clone().fold(0.0, f64::min), parts.clone().fold(0.0, f64::max));
    let (effect, total) = match unit {
        ReasonUnit::Points => ("Points", "Total"),
        ReasonUnit::LogOdds => ("Odds", "Chance"),
    };
    html! {
        table.factors {
            caption { (caption) }
            thead {
                tr {
                    th scope="col" { "Factor" }
                    // The bars repeat the figures beside them.
                    td.bar aria-hidden="true" {}
                    th.n scope="col" { (effect) }
                    th.n scope="col" { (total) }
                }
            }
            tbody {
                @for line in lines.clone() {
                    tr {
                        th scope="row" { (line.text) }
                        td.bar aria-hidden="true" {
                            @if let Some(part) = line.part { (svg::signed_bar(part, lowest, highest)) }
                        }
                        td.n {
                            @match line.part { Some(part) => (effect_of(unit, part)), None => span.quiet { "start" } }
                        }
                        td.n { (running(unit, line.after)) }
                    }
                }
            }
            tfoot {
                tr {
                    th scope="row" { "All together" }
                    td.bar aria-hidden="true" {}
                    td.n { (effect_of(unit, parts.sum())) }
                    td.n { @if let Some(last) = lines.last() { (running(unit, last.after)) } }
                }
            }
        }
    }
}

/// A factor's part: points with their sign, or how many times as high it makes the odds.
fn effect_of(unit: ReasonUnit, part: f64) -> Markup {
    html! {
        @match unit {
            ReasonUnit::Points => (signed(part, 1)),
            ReasonUnit::LogOdds if part.abs() < 0.005 => (odds(part)),
            ReasonUnit::LogOdds => {
                span aria-hidden="true" { (if part > 0.0 { "▲ " } else { "▼ " }) }
                (odds(part))
            }
        }
    }
}

/// Where the total stands: points, or the chance that the odds come to.
fn running(unit: ReasonUnit, total: f64) -> String {
    match unit {
        ReasonUnit::Points => fixed(total, 1),
        ReasonUnit::LogOdds => chance(share(total)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn factor(group: CriterionGroup, contribution: f64) -> Factor {
        Factor { group, text: "a".to_owned(), contribution, known: true }
    }

    #[test]
    fn the_running_total_begins_with_the_baseline_and_ends_at_the_sum() {
        let factors = [
            factor(CriterionGroup::Icp, 0.2),
            factor(CriterionGroup::Intent, -0.9),
            factor(CriterionGroup::Baseline, -0.1),
            factor(CriterionGroup::Baseline, 3.0),
        ];
        let lines = lines(&factors);
        let parts: Vec<Option<f64>> = lines.iter().map(|line| line.part).collect();
        assert_eq!(parts, [None, Some(-0.9), Some(0.2), Some(3.0)], "the evidence's end is told last");
        assert!((lines[2].after + 0.8).abs() < 1e-12);
    }

    #[test]
    fn log_odds_are_told_as_odds_and_chances() {
        let doubles = effect_of(ReasonUnit::LogOdds, 2.0_f64.ln()).into_string();
        assert!(doubles.contains('▲') && doubles.ends_with("about 2 times as high"), "{doubles}");
        let halves = effect_of(ReasonUnit::LogOdds, 0.5_f64.ln()).into_string();
        assert!(halves.contains('▼') && halves.ends_with("about half as high"), "{halves}");
        assert_eq!(running(ReasonUnit::LogOdds, 0.0), "50\u{a0}%");
        assert_eq!(effect_of(ReasonUnit::Points, -3.25).into_string(), "−3.2");
    }
}
