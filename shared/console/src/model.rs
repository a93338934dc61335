//! Model health: what scores today, whether it keeps its word, what changed.

use jiff::Timestamp;
use leadlight_lead::{ModelHash, chance};
use leadlight_model::{BackTest, FeatureDrift, PastDeal, PastReview, Stake, StudyReport, StudyVerdict};
use leadlight_report::charts::{
    badge, band_picture, details, drift_pictures, earlier, headline, months, nothing, pair_tables,
    score_picture,
};
use leadlight_report::words::{
    capital, days, dollars, fixed, own, reviewed, sentence, several, signed, stake, thousands,
};
use maud::{Markup, html};

use crate::context::Frame;
use crate::layout::Page;
use crate::words::day;

/// Factors told of a lead whose deal went against its score. Judgement.
const FACTORS: usize = 3;
const WON: (&str, &str) = ("Won with a low score", "What did the seller know that the data does not?");
const LOST: (&str, &str) = ("Lost with a high score", "Was it the lead, or how it was worked?");

/// Which report a page of the model shows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ModelView {
    /// The latest review that trained as well: each month, or when an operator asked.
    #[default]
    Review,
    /// The latest daily check.
    Check,
}

/// The pages of the model: address and name.
const VIEWS: [(&str, &str); 3] =
    [("/model", "Monthly review"), ("/model/check", "Daily check"), ("/model/reports", "All reports")];

impl ModelView {
    fn address(self) -> &'static str {
        match self {
            Self::Review => VIEWS[0].0,
            Self::Check => VIEWS[1].0,
        }
    }
}

/// The way between the pages of the model.
pub(crate) fn views(at: &str) -> Markup {
    html! {
        nav.ways aria-label="Model" {
            @for (address, name) in VIEWS {
                a href=(address) aria-current=[(address == at).then_some("page")] { (name) }
            }
        }
    }
}

/// How the model is doing.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ModelPage<'a> {
    /// Which report it shows.
    pub view: ModelView,
    /// What scores today; none while rules decide.
    pub champion: Option<Champion>,
    /// That report; none before the first of its kind.
    pub report: Option<&'a StudyReport>,
    /// Where that report can be read whole; none where it was not kept.
    pub report_address: Option<String>,
    /// Models that scored or were held against the one that did, the newest first.
    pub versions: Vec<Version>,
    /// Leads that were won with a low score, the lowest first.
    pub won_but_low: Surprises,
    /// Leads that were lost with a high score, the highest first.
    pub lost_but_high: Surprises,
    /// Where the list of leads can be had as CSV; none where it can't.
    pub csv: Option<String>,
}

/// Leads whose deals went against their scores.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Surprises {
    /// Some of them, those that went most against it first.
    pub leads: Vec<SurprisingLead>,
    /// The money in all of them; none in a report of before that was counted.
    pub stake: Option<Stake>,
}

/// The model that scores today.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Champion {
    /// Which.
    pub model: ModelHash,
    /// What kind of learner, in words.
    pub learner: String,
    /// Why it has no say although no other took its place, so that the rules decide; none where it scores.
    pub out_of_force: Option<String>,
    /// Since when it scores.
    pub since: Timestamp,
    /// Closed deals it learnt from.
    pub deals: usize,
    /// Motions that have a model of their own in it, each with the deals that one learnt from.
    pub own: Vec<(String, usize)>,
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
    /// The deal, as the report has it.
    pub deal: PastDeal,
    /// The owner's name; none where the lead had no owner, or where the owner is not known.
    pub owner: Option<String>,
}

/// The page of the model.
pub fn model(frame: &Frame, page: &ModelPage<'_>) -> String {
    let title = match page.view {
        ModelView::Review => "Model",
        ModelView::Check => "Model: daily check",
    };
    frame.page(&Page { title, at: "/model", keys: &[], body: body(frame, page) })
}

fn body(frame: &Frame, page: &ModelPage<'_>) -> Markup {
    let past = page.report.and_then(|report| report.past.as_ref());
    html! {
        div.head {
            h1 { "Model" }
            (views(page.view.address()))
            @if let Some(address) = &page.report_address { p { a.act href=(address) { "The whole report" } } }
            @if let Some(address) = &page.csv { p { a.act href=(address) { "As CSV" } } }
        }
        (champion(frame, page))
        @if let Some(report) = page.report { (review(frame, page, report)) }
        @if let Some(back_test) = past.and_then(|past| past.back_test.as_ref()) { (tested_back(page, back_test)) }
        div.grid-2 {
            (surprises(frame, WON, &page.won_but_low))
            (surprises(frame, LOST, &page.lost_but_high))
        }
        @if let Some(report) = page.report.filter(|report| !report.own.is_empty()) {
            section {
                h2 { "Whom does a model of their own serve better?" }
                ul { @for scope in &report.own { li { (sentence(&own(scope))) } } }
            }
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
            Some(champion) => {
              @if let Some(because) = &champion.out_of_force {
                p.callout {
                    b { "This model is out of force: rules decide. " }
                    (sentence(because))
                }
              }
              dl.facts-line {
                div {
                    dt { (if champion.out_of_force.is_some() { "Out of force" } else { "Scores today" }) }
                    dd { code title=(champion.model) { (champion.model.short()) } }
                }
                div { dt { "Learner" } dd { (capital(&champion.learner)) } }
                div { dt { "Since" } dd { (day(frame, champion.since)) } }
                div { dt { "Learnt from" } dd { (thousands(champion.deals)) " closed deals" } }
                @if !champion.own.is_empty() {
                    div {
                        dt { "Models of their own" }
                        dd {
                            @for (i, (scope, deals)) in champion.own.iter().enumerate() {
                                @if i > 0 { ", " }
                                (scope) " leads (" (several(*deals, "deal")) ")"
                            }
                        }
                    }
                }
              }
            },
            None => p.callout {
                b { "No model scores: rules decide. " }
                "Leads get points by the policy, and no chance."
            },
        }
        @if page.report.is_none() {
            (nothing(match page.view {
                ModelView::Review => {
                    "There was no review yet: it comes by its schedule, or when an operator starts it."
                }
                ModelView::Check => "There was no daily check yet: it comes by its schedule.",
            }))
        }
    }
}

fn review(frame: &Frame, page: &ModelPage<'_>, report: &StudyReport) -> Markup {
    let past = report.past.as_ref();
    let (bands, title) = match (past, &report.judged) {
        (Some(past), _) => (Some(&past.review), "Did scores keep their word?"),
        (None, Some(judged)) => (Some(&judged.bands), "Would scores keep their word?"),
        (None, None) => (None, "Did scores keep their word?"),
    };
    html! {
        section {
            h2 { (title) }
            p {
                b { (headline(report)) "." } " " span.quiet { "Looked at " (day(frame, report.studied_at)) "." }
            }
            (why(page, report))
            @if let Some(review) = bands {
                @let (word, tone) = badge(review.verdict);
                p { span.badge.(tone) { (word) } " " (sentence(&review.because)) }
                @if let Some(past) = past { p.small.quiet { (reviewed(past)) } }
                p { b { "What to do. " } (sentence(&review.what_to_do)) }
            }
            @if let Some(past) = past { (beside(past)) }
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
                    _ => (nothing("No challenger was judged in this run, so there is nothing to draw.")),
                }
            }
        }
    }
}

/// Why a model was published or kept, with the way to the comparison.
fn why(page: &ModelPage<'_>, report: &StudyReport) -> Markup {
    let (StudyVerdict::Publish { because, .. }
    | StudyVerdict::Keep { because }
    | StudyVerdict::Refuse { because }) = &report.verdict;
    html! {
        p {
            (sentence(because))
            @if let (Some(address), Some(_)) = (&page.report_address, &report.gate) {
                " " a href={ (address) "#gate" } { "How the challengers did" } "."
            }
        }
    }
}

/// A fall, the months, and what gave scores before.
fn beside(past: &PastReview) -> Markup {
    html! {
        @if let Some(fall) = &past.fall {
            p.callout {
                b { "Scores have fallen. " }
                "Of the leads decided " (days(&fall.window)) ", " (fall.because)
                ". That is hardly chance, so a new model was looked for at once."
            }
        }
        @if !past.months.is_empty() { (details("By month of the decision", &months(&past.months))) }
        @if !past.earlier.is_empty() { (details("What gave scores before", &earlier(&past.earlier))) }
    }
}

/// Scores that were given after the fact, never beside those that were worked by.
fn tested_back(page: &ModelPage<'_>, back_test: &BackTest) -> Markup {
    let BackTest { review, won_low, .. } = back_test;
    let (word, tone) = badge(review.verdict);
    html! {
        section {
            h2 { "Back-test" }
            p.small.quiet {
                "Imported deals, scored by the rules after they had ended. Nobody worked by these scores: they say how the \
                 rules would have sorted, and nothing of how scores do now."
            }
            p {
                span.badge.(tone) { (word) } " "
                "Of " (thousands(review.deals)) " deals " (thousands(review.won)) " were won: "
                (review.because) "."
            }
            @if won_low.deals > 0 {
                p {
                    "Won with a low score: " (stake(won_low)) "."
                    @if let Some(address) = &page.report_address {
                        " " a href={ (address) "#back-test" } { "Which" } "."
                    }
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

fn surprises(frame: &Frame, (title, question): (&str, &str), surprises: &Surprises) -> Markup {
    let Surprises { leads, stake: at_stake } = surprises;
    html! {
        section {
            h2 { (title) }
            p.small.quiet { (question) }
            @if leads.is_empty() { (nothing("None.")) }
            @else {
                @if let Some(at_stake) = at_stake { p { (sentence(&stake(at_stake))) } }
                ul.surprises { @for lead in leads { li { (surprise(frame, lead)) } } }
            }
        }
    }
}

fn surprise(frame: &Frame, SurprisingLead { deal, owner }: &SurprisingLead) -> Markup {
    html! {
        p {
            a.act href={ "/leads/" (deal.lead) } { (deal.company.as_deref().unwrap_or("Company not known")) }
            " " (deal.amount_usd.map_or_else(|| "amount not known".to_owned(), dollars))
            ", score " b { (fixed(deal.score, 0)) }
            @if let Some(said) = deal.probability { ", chance " (chance(said)) }
            span.quiet {
                ", closed " (day(frame, deal.closed_at)) ", "
                @match owner { Some(owner) => { "owner " (owner) }, None => "owner not known" }
            }
        }
        @if !deal.factors.is_empty() {
            p.small.quiet {
                @for (i, (factor, part)) in deal.factors.iter().take(FACTORS).enumerate() {
                    @if i > 0 { "; " } (factor) " " (signed(*part, 2))
                }
            }
        }
    }
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
