//! Model health: what scores today, whether it keeps its word, what changed.

use jiff::Timestamp;
use leadlight_lead::{LeadId, ModelHash, chance};
use leadlight_model::{FeatureDrift, PastDeal, StudyReport};
use leadlight_report::charts::{
    badge, band_picture, drift_pictures, headline, nothing, pair_tables, score_picture,
};
use leadlight_report::words::{NONE, capital, fixed, sentence, signed, thousands};
use maud::{Markup, html};

use crate::context::Frame;
use crate::layout::Page;
use crate::words::day;

/// Factors told of a lead whose deal went against its score. Judgement.
const FACTORS: usize = 3;
const WON: (&str, &str) = ("Won with a low score", "What did the seller know that the data does not?");
const LOST: (&str, &str) = ("Lost with a high score", "Was it the lead, or how it was worked?");

/// How the model is doing.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ModelPage<'a> {
    /// What scores today; none while rules decide.
    pub champion: Option<Champion>,
    /// The latest report; none before the first run.
    pub report: Option<&'a StudyReport>,
    /// Where that report can be read whole; none where it was not kept.
    pub report_address: Option<String>,
    /// Models that scored or were held against the one that did, the newest first.
    pub versions: Vec<Version>,
    /// Leads that were won with a low score, the lowest first.
    pub won_but_low: Vec<SurprisingLead>,
    /// Leads that were lost with a high score, the highest first.
    pub lost_but_high: Vec<SurprisingLead>,
    /// Where the list of leads can be had as CSV; none where it can't.
    pub csv: Option<String>,
}

/// The model that scores today.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Champion {
    /// Which.
    pub model: ModelHash,
    /// What kind of learner, in words.
    pub learner: String,
    /// Since when it scores.
    pub since: Timestamp,
    /// Closed deals it learnt from.
    pub deals: usize,
}

/// A model of now or before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// Which.
    pub model: ModelHash,
    /// When it was published, or came back.
    pub at: Timestamp,
    /// What kind of learner, in words.
    pub learner: String,
    /// What became of it, in words, such as "scores today" or "taken back".
    pub verdict: String,
}

/// A lead whose deal went against its score.
#[derive(Debug, Clone, PartialEq)]
pub struct SurprisingLead {
    /// Which.
    pub lead: LeadId,
    /// As it was decided then, 0 to 100.
    pub score: f64,
    /// As it was said then, 0 to 1; none where rules decided.
    pub probability: Option<f64>,
    /// When the deal was closed.
    pub closed_at: Timestamp,
    /// The factors that weighed most, with their parts.
    pub factors: Vec<(String, f64)>,
}

impl From<&PastDeal> for SurprisingLead {
    fn from(deal: &PastDeal) -> Self {
        Self {
            lead: deal.lead.clone(),
            score: deal.score,
            probability: deal.probability,
            closed_at: deal.closed_at,
            factors: deal.factors.clone(),
        }
    }
}

/// The page of the model.
pub fn model(frame: &Frame, page: &ModelPage<'_>) -> String {
    frame.page(&Page { title: "Model", at: "/model", keys: &[], body: body(frame, page) })
}

fn body(frame: &Frame, page: &ModelPage<'_>) -> Markup {
    html! {
        div.head {
            h1 { "Model" }
            @if let Some(address) = &page.report_address { p { a.act href=(address) { "The whole report" } } }
            @if let Some(address) = &page.csv { p { a.act href=(address) { "As CSV" } } }
        }
        (champion(frame, page))
        @if let Some(report) = page.report { (review(frame, report)) }
        div.grid-2 {
            (surprises(frame, WON, &page.won_but_low))
            (surprises(frame, LOST, &page.lost_but_high))
        }
        @if let Some(pairs) = page.report.and_then(|report| report.pairs.as_ref()) {
            section {
                h2 { "Which facts work together?" }
                p.small.quiet { "How high the odds are with both, against what each of them does alone." }
                (pair_tables(pairs))
            }
        }
        div.grid-2 {
            section { h2 { "Have leads changed?" } (drift(page.report)) }
            section { h2 { "Versions" } (versions(frame, &page.versions)) }
        }
    }
}

fn champion(frame: &Frame, page: &ModelPage<'_>) -> Markup {
    html! {
        @match &page.champion {
            Some(champion) => dl.facts-line {
                div { dt { "Scores today" } dd { code title=(champion.model) { (champion.model.short()) } } }
                div { dt { "Learner" } dd { (capital(&champion.learner)) } }
                div { dt { "Since" } dd { (day(frame, champion.since)) } }
                div { dt { "Learnt from" } dd { (thousands(champion.deals)) " closed deals" } }
            },
            None => p.callout {
                b { "No model scores: rules decide. " }
                "Leads get points by the policy, and no chance."
            },
        }
        @if page.report.is_none() {
            (nothing("There was no training run yet: it comes by its schedule, or when an operator starts it."))
        }
    }
}

fn review(frame: &Frame, report: &StudyReport) -> Markup {
    let bands = report.past.as_ref().map(|past| &past.review);
    let (bands, title) = match (bands, &report.judged) {
        (Some(review), _) => (Some(review), "Did scores keep their word?"),
        (None, Some(judged)) => (Some(&judged.bands), "Would scores keep their word?"),
        (None, None) => (None, "Did scores keep their word?"),
    };
    html! {
        section {
            h2 { (title) }
            p {
                b { (headline(report)) "." } " " span.quiet { "Looked at " (day(frame, report.studied_at)) "." }
            }
            @if let Some(review) = bands {
                @let (word, tone) = badge(review.verdict);
                p { span.badge.(tone) { (word) } " " (sentence(&review.because)) }
                p { b { "What to do. " } (sentence(&review.what_to_do)) }
            }
        }
        div.grid-2 {
            section {
                h2 { "Predicted and actual, by score" }
                @match bands {
                    Some(review) => (band_picture(review)),
                    None => (nothing("No closed deal was scored yet.")),
                }
            }
            section {
                h2 { "Scores by outcome" }
                @match &report.judged {
                    Some(judged) if !judged.distribution.is_empty() => (score_picture(&judged.distribution)),
                    _ => (nothing("Nothing was judged, so there is nothing to draw.")),
                }
            }
        }
    }
}

fn drift(report: Option<&StudyReport>) -> Markup {
    let drift: &[FeatureDrift] = match report.map(|report| (report, &report.past)) {
        Some((_, Some(past))) if !past.drift.is_empty() => &past.drift,
        Some((report, _)) => &report.drift,
        None => &[],
    };
    html! {
        p.small.quiet {
            "The newest leads against those the model learnt from. By custom, below 0.1 is stable, from 0.25 \
             shifted."
        }
        @if drift.is_empty() { (nothing("There was nothing to compare.")) }
        @else { (drift_pictures(drift)) }
    }
}

fn surprises(frame: &Frame, (title, question): (&str, &str), leads: &[SurprisingLead]) -> Markup {
    html! {
        section {
            h2 { (title) }
            p.small.quiet { (question) }
            @if leads.is_empty() { (nothing("None.")) }
            @else {
                ul.surprises {
                    @for lead in leads {
                        li {
                            p {
                                a.act href={ "/leads/" (lead.lead) } { (short(&lead.lead)) }
                                " score " b { (fixed(lead.score, 0)) } ", said " (lead.probability.map_or_else(|| NONE.to_owned(), chance))
                                span.quiet { ", closed " (day(frame, lead.closed_at)) }
                            }
                            @if !lead.factors.is_empty() {
                                p.small.quiet {
                                    @for (i, (factor, part)) in lead.factors.iter().take(FACTORS).enumerate() {
                                        @if i > 0 { "; " } (factor) " " (signed(*part, 2))
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Enough of an id to tell two apart.
fn short(id: &LeadId) -> String {
    id.as_str().chars().take(13).chain(['…']).collect()
}

fn versions(frame: &Frame, versions: &[Version]) -> Markup {
    html! {
        @if versions.is_empty() { (nothing("No model was published yet.")) }
        @else {
            table.words.dense {
                caption.unseen { "Models, the newest first" }
                thead { tr {
                    th scope="col" { "Model" }
                    th scope="col" { "Published" }
                    th scope="col" { "Learner" }
                    th scope="col" { "Verdict" }
                } }
                tbody {
                    @for version in versions {
                        tr {
                            th scope="row" { code title=(version.model) { (version.model.short()) } }
                            td { (day(frame, version.at)) }
                            td { (capital(&version.learner)) }
                            td { (capital(&version.verdict)) }
                        }
                    }
                }
            }
        }
    }
}
