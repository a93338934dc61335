//! What a training run has to tell: read by people as a page, by machines as JSON.

use jiff::Timestamp;
use leadlight_lead::{LeadId, MemberId};
use serde::{Deserialize, Serialize};

use crate::audit::Audit;
use crate::decisions::{EarlierReview, FallSeen, ScoredBy, Window, WindowReview};
use crate::drift::FeatureDrift;
use crate::gate::GateReport;
use crate::interactions::Pairs;
use crate::learners::LearnerKind;
use crate::manifest::Manifest;
use crate::metrics::Metrics;
use crate::verdict::BandReview;
use crate::worth::VendorWorth;

/// A run from the first look at the data to its verdict.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StudyReport {
    /// [`StudyReport::SCHEMA_VERSION`].
    pub schema_version: u32,
    /// What was studied, in words, such as the file's name.
    pub subject: String,
    /// Whether a model that is published scores from now on.
    pub origin: Origin,
    /// When.
    pub studied_at: Timestamp,
    /// Closed deals.
    pub deals: usize,
    /// Won ones.
    pub won: usize,
    /// In what order they stand, in words.
    pub order: String,
    /// When the first and the last were closed; absent without dates.
    pub period: Option<(Timestamp, Timestamp)>,
    /// What is wrong with the data.
    pub audit: Audit,
    /// How decisions of the past did; absent for a file.
    pub past: Option<PastReview>,
    /// What became of it.
    pub verdict: StudyVerdict,
    /// Each learner, the simplest first.
    pub learners: Vec<LearnerResult>,
    /// The comparison that decided; absent where there was nothing to compare.
    pub gate: Option<GateReport>,
    /// Pictures of the chosen learner on the judge's deals; of the best one where none was chosen.
    pub judged: Option<Judged>,
    /// What moves the published model; empty without one.
    pub importance: Vec<Importance>,
    /// Which facts do more together than each on its own, by the published model; absent without one.
    #[serde(default)]
    pub pairs: Option<Pairs>,
    /// How the newest deals differ from the older ones, by feature.
    pub drift: Vec<FeatureDrift>,
    /// The published model's papers.
    pub manifest: Option<Manifest>,
    /// What each vendor's facts add to predictions, and what they cost; empty where no model says anything of the deals.
    #[serde(default)]
    pub vendors: Vec<VendorWorth>,
    /// What became of own models, by scope; empty where no deal tells its scope and none is in force.
    #[serde(default)]
    pub own: Vec<OwnModel>,
    /// What a reader should know.
    pub notes: Vec<String>,
    /// How the file was read; absent for a system's own deals.
    #[serde(default)]
    pub file: Option<FileRead>,
}

/// A scope, such as a motion, and whether it has a model of its own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OwnModel {
    /// Which: a motion, or a value of the column that was named.
    pub scope: String,
    /// Its closed deals.
    pub deals: usize,
    /// Won ones.
    pub won: usize,
    /// What became of its own model.
    pub standing: OwnStanding,
    /// Why, in a sentence.
    pub because: String,
    /// The comparison; absent where there was none.
    pub judged: Option<OwnJudged>,
}

/// An own model beside the shared one, on the same deals, of which neither had seen the ends.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct OwnJudged {
    /// How many.
    pub deals: usize,
    /// Mean log-loss of what answers otherwise: the shared model, or the own model of the scope around it.
    pub shared_log_loss: f64,
    /// Mean log-loss of the own one: of the one that answers from now on, or of the one that was turned down.
    pub own_log_loss: f64,
}

/// What became of a scope's own model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OwnStanding {
    /// There is none: the shared model answers, as it did.
    Shared,
    /// It answers from now on.
    New,
    /// It has learnt from newer deals.
    Renewed,
    /// It goes on as it is.
    Kept,
    /// The shared model answers again.
    Dropped,
}

impl OwnStanding {
    /// Whether an own model answers.
    pub fn is_own(self) -> bool {
        matches!(self, Self::New | Self::Renewed | Self::Kept)
    }

    /// Whether another model answers than before.
    pub fn has_changed(self) -> bool {
        matches!(self, Self::New | Self::Renewed | Self::Dropped)
    }
}

/// How a file of deals was read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileRead {
    /// Its columns, in their order.
    pub columns: Vec<ColumnRead>,
    /// Rows and cells that were left out, and why.
    pub left_out: Vec<String>,
}

/// How a file's column was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnRead {
    /// Its name.
    pub column: String,
    /// What it was taken for, in a word or two.
    pub taken: String,
    /// What in its name or cells says so.
    pub why: String,
}

impl StudyReport {
    /// Whether what was published has the champion's shared model as it was, and other own ones.
    pub fn keeps_shared(&self) -> bool {
        matches!(self.verdict, StudyVerdict::Publish { .. })
            && self.gate.as_ref().is_some_and(|gate| gate.chosen.is_none())
    }

    /// The version this release writes.
    pub const SCHEMA_VERSION: u32 = 1;
}

/// Where deals come from, and where a model goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// From a file into a folder.
    File,
    /// From a running system into it.
    System,
}

/// How past decisions did: each score and probability as it was said then. What gives scores now is looked at on its own.
/// A report of before scorers were told apart has everything in `review`, and no `scored_by`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PastReview {
    /// What is in force, by score band: the recent ones of leads decided long enough ago for slow deals to have closed as
    /// well.
    pub review: BandReview,
    /// What that is.
    #[serde(default)]
    pub scored_by: Option<ScoredBy>,
    /// When those leads were decided.
    #[serde(default)]
    pub window: Option<Window>,
    /// What is in force, by month of its decisions, the latest first.
    #[serde(default)]
    pub months: Vec<WindowReview>,
    /// What was in force before, the latest first.
    #[serde(default)]
    pub earlier: Vec<EarlierReview>,
    /// A fall that calls for training at once.
    #[serde(default)]
    pub fall: Option<FallSeen>,
    /// The probabilities that were said, as a whole; absent while rules decided.
    pub metrics: Option<Metrics>,
    /// The same by motion, for those with enough deals.
    pub by_motion: Vec<(String, BandReview)>,
    /// Won deals whose leads had the lowest scores, lowest first: each is a reason to look at the model.
    pub won_but_low: Vec<PastDeal>,
    /// Lost deals whose leads had the highest scores, highest first.
    pub lost_but_high: Vec<PastDeal>,
    /// All that were won with a low score, listed or not; absent in a report of before this was counted.
    #[serde(default)]
    pub won_low: Option<Stake>,
    /// All that were lost with a high score.
    #[serde(default)]
    pub lost_high: Option<Stake>,
    /// Deals that were scored after they had closed; absent without any.
    #[serde(default)]
    pub back_test: Option<BackTest>,
    /// How the newest leads differ from those that the champion learnt from; empty without one.
    pub drift: Vec<FeatureDrift>,
    /// What people said of the leads, by score band.
    #[serde(default)]
    pub people: PeopleReview,
}

/// How scores would have done that were given after the fact, to deals imported with their ends. Nobody worked by them, so
/// they say nothing of live decisions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BackTest {
    /// By score band.
    pub review: BandReview,
    /// Won deals with the lowest scores, lowest first.
    pub won_but_low: Vec<PastDeal>,
    /// Lost deals with the highest scores, highest first.
    pub lost_but_high: Vec<PastDeal>,
    /// All that were won with a low score, listed or not.
    pub won_low: Stake,
    /// All that were lost with a high score.
    pub lost_high: Stake,
}

/// How much money is in some deals.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stake {
    /// Deals.
    pub deals: usize,
    /// Of those, whose amount is known.
    pub known: usize,
    /// These amounts together, in US dollars.
    pub usd: u64,
}

/// What people said of leads, beside what the score had said. A judgement is no outcome: it stands apart from the
/// bands of what was won.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeopleReview {
    /// Tenths of the score that people answered leads of, the lowest first.
    pub bands: Vec<PeopleBand>,
    /// Leads that chance, not the score, brought before people: among those of the bands.
    pub sampled: PeopleBand,
    /// Reasons for turning leads down, by code, the commonest first.
    pub reasons: Vec<(String, usize)>,
    /// Leads with an opportunity that did not pass both checkpoints.
    pub unattended: usize,
    /// Leads turned down because their record was wrong, the latest first.
    #[serde(default)]
    pub bad_data: Vec<LeadId>,
}

/// Leads of one tenth of the score that people answered.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeopleBand {
    /// The lowest score in it, 0 to 90.
    pub score_from: u8,
    /// Leads answered at checkpoint 1.
    pub answered: usize,
    /// Of those, passed at checkpoint 1.
    pub confirmed: usize,
    /// Of those answered, turned down at either checkpoint.
    pub rejected: usize,
    /// Of those confirmed, passed at checkpoint 2.
    pub accepted: usize,
    /// Of those answered, won.
    pub won: usize,
    /// Of those answered, lost.
    pub lost: usize,
}

/// A deal that went against its lead's score.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PastDeal {
    /// The lead.
    pub lead: LeadId,
    /// As it was decided then, 0 to 100.
    pub score: f64,
    /// As it was said then; absent where rules decided.
    pub probability: Option<f64>,
    /// When the deal was closed.
    pub closed_at: Timestamp,
    /// The company's name, or else its domain; absent where neither is known.
    #[serde(default)]
    pub company: Option<String>,
    /// What the deal was about, in US dollars; absent where nobody said.
    #[serde(default)]
    pub amount_usd: Option<u64>,
    /// Whose lead it was, by their id in the team file; absent where it had no owner.
    #[serde(default)]
    pub owner: Option<MemberId>,
    /// The factors that weighed most, with their parts.
    pub factors: Vec<(String, f64)>,
}

/// What became of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "verdict", rename_all = "snake_case")]
pub enum StudyVerdict {
    /// A new model is better.
    Publish {
        /// By which learner.
        learner: LearnerKind,
        /// Why.
        because: String,
    },
    /// The champion stays.
    Keep {
        /// Why.
        because: String,
    },
    /// There is no champion, and nothing fit to score came out: rules decide.
    Refuse {
        /// Why, and what to do.
        because: String,
    },
}

/// One learner's result, fitted to the older deals and judged on the newest.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LearnerResult {
    /// Which.
    pub learner: LearnerKind,
    /// Mean log-loss forward in time among the older deals; settings are chosen by it.
    pub forward_log_loss: Option<f64>,
    /// On the newest deals; absent where it did not take part.
    pub metrics: Option<Metrics>,
    /// What it was, in words: trees, terms, settings, or why it did not take part.
    pub remark: String,
}

/// How a model did on the judge's deals.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Judged {
    /// Which.
    pub learner: LearnerKind,
    /// Ten groups of equal size by probability, lowest first.
    pub reliability: Vec<ReliabilityBin>,
    /// Twenty equal steps of score (a place among the older deals), lowest first.
    pub distribution: Vec<ScoreBin>,
    /// By fifths of the score, with the verdict.
    pub bands: BandReview,
    /// Highest scores first: at each step the share of leads worked and of wins found.
    pub lift: Vec<LiftPoint>,
    /// Won deals with the lowest scores, lowest first.
    pub won_but_low: Vec<Surprise>,
    /// Lost deals with the highest scores, highest first.
    pub lost_but_high: Vec<Surprise>,
}

/// Deals of similar probability.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ReliabilityBin {
    /// Deals in it.
    pub deals: usize,
    /// Mean probability said.
    pub predicted: f64,
    /// Share won.
    pub actual: f64,
    /// 95 % Wilson interval of that share.
    pub actual_from: f64,
    /// Its upper end.
    pub actual_to: f64,
}

/// Deals of similar score.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ScoreBin {
    /// From this score, 0 to 100.
    pub score_from: f64,
    /// Up to this one.
    pub score_to: f64,
    /// Won deals.
    pub won: usize,
    /// Lost deals.
    pub lost: usize,
}

/// A step on the way from the best leads to all of them.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct LiftPoint {
    /// Of all leads, 0 to 1.
    pub share_of_leads: f64,
    /// Of all wins, 0 to 1.
    pub share_of_wins: f64,
}

/// A deal that went against its score.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Surprise {
    /// The deal's row, counted from 1 in the order it was given in.
    pub row: usize,
    /// 0 to 100.
    pub score: f64,
    /// What was said.
    pub probability: f64,
    /// The factors that weighed most, with their parts in log-odds.
    pub factors: Vec<(String, f64)>,
}

/// How much a feature moves the model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Importance {
    /// The feature.
    pub feature: String,
    /// In words.
    pub factor: String,
    /// Mean absolute Shapley value in log-odds.
    pub mean_abs: f64,
    /// Some deals: where the feature's value lies among all (0 lowest to 1 highest; none for a category or an
    /// unknown value) and its Shapley value.
    pub points: Vec<(Option<f64>, f64)>,
}
