//! What a replay found, as programs read it. Fields are only added.

use jiff::Timestamp;
use leadlight_lead::{Grade, LeadId, Motion, QueueName, ReasonUnit};
use serde::Serialize;

/// What a replay found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Summary {
    /// Leads that came in by themselves and were decided on, or wait for a person's first look.
    pub leads: u64,
    /// Of them, those that would go to another queue.
    pub moved: u64,
    /// Items of the table that are no readable leads. They have no part in anything else here.
    pub unreadable: u64,
    /// Whether the decisions of before can be made again, those on imported deals among them.
    pub recomputed: Recomputation,
    /// From where to where leads would move, most leads first.
    pub moves: Vec<Move>,
    /// Each queue before and after, of those that have leads.
    pub queues: Vec<InQueue>,
    /// By motion and source, those with most moves first.
    pub sources: Vec<SourceMoves>,
    /// By segment of the candidate, of motions that it divides; empty where it divides none.
    pub segments: Vec<SegmentMoves>,
    /// From which grade to which, both alike too.
    pub grades: Vec<GradeMove>,
    /// What comes into people's queues a working day.
    pub capacity: Capacity,
    /// Conversions to expect of what people would see; none where no model gives a probability, before or after.
    pub expected: Option<Expected>,
    /// Who decides, before and after.
    pub decided_by: Voices,
    /// Of leads whose deals have ended: which would move up, and which down.
    pub outcomes: Outcomes,
    /// The same of imported deals, which only ever were graded by the rules. They have no part in anything above but
    /// `recomputed`.
    pub history: Outcomes,
    /// The leads that would move most.
    pub examples: Vec<Example>,
}

/// Whether decisions of before can be made again, to the bit.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Recomputation {
    /// The same to the bit.
    pub same: u64,
    /// Another one came out.
    pub differ: u64,
    /// They could not be made again.
    pub unable: u64,
    /// Leads without a decision, which wait for a person's first look.
    pub not_decided: u64,
    /// Of all, those that cite what was taken back since.
    pub taken_back: u64,
    /// Why, most leads first; what was taken back among them.
    pub reasons: Vec<Counted>,
}

/// A reason, and how many leads it holds for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Counted {
    /// In words, without personal data.
    pub reason: String,
    /// How many.
    pub leads: u64,
}

/// A move from one queue to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Move {
    /// Where its own decision brings a lead.
    pub from: QueueName,
    /// Where the candidate would.
    pub to: QueueName,
    /// How many.
    pub leads: u64,
}

/// A queue before and after.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct InQueue {
    /// Which.
    pub queue: QueueName,
    /// Leads that their own decisions bring here.
    pub before: u64,
    /// Leads that the candidate would bring here.
    pub after: u64,
}

/// What happens to a source's leads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SourceMoves {
    /// The motion they were judged in; none where sources beyond the most that are told apart are together.
    pub motion: Option<Motion>,
    /// The source; none likewise.
    pub source: Option<String>,
    /// Its leads.
    pub leads: u64,
    /// Those that would move nearer to people.
    pub up: u64,
    /// Those that would move away from people.
    pub down: u64,
}

/// What happens to a segment's leads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SegmentMoves {
    /// The motion they were judged in.
    pub motion: Motion,
    /// The segment's name in the candidate; none for leads that are in none, or of which that cannot be told.
    pub segment: Option<String>,
    /// For people.
    pub label: String,
    /// Its leads.
    pub leads: u64,
    /// Those that would move nearer to people.
    pub up: u64,
    /// Those that would move away from people.
    pub down: u64,
    /// Those that people see by their own decisions.
    pub for_people_before: u64,
    /// Those that people would see under the candidate.
    pub for_people_after: u64,
}

/// A grade before and after.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct GradeMove {
    /// Before.
    pub from: Grade,
    /// After.
    pub to: Grade,
    /// How many.
    pub leads: u64,
}

/// What comes into the queues that SDRs work through: `sdr`, `human_first` and `catch_all`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Capacity {
    /// When the first of the leads came; none where there is none.
    pub from: Option<Timestamp>,
    /// Until when leads were looked at.
    pub to: Timestamp,
    /// Days from Monday to Friday in between, both ends counted; at least 1.
    pub working_days: u32,
    /// Leads into people's queues a working day, by their own decisions.
    pub before: f64,
    /// The same under the candidate.
    pub after: f64,
}

/// Conversions to expect: sums of probabilities. Each lead has one probability before and after: the candidate's model's,
/// else the one it was given.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Expected {
    /// Leads with a probability.
    pub leads: u64,
    /// Of all of them.
    pub all: f64,
    /// Of those that people see by their own decisions.
    pub before: f64,
    /// Of those that people would see under the candidate.
    pub after: f64,
}

/// How many leads who decides on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Voices {
    /// By a model, before.
    pub model_before: u64,
    /// By a model, after.
    pub model_after: u64,
    /// By the rules, before.
    pub rules_before: u64,
    /// By the rules, after.
    pub rules_after: u64,
    /// After, by the rules since the model could not speak on the lead.
    pub unfit_after: u64,
}

/// Deals that have ended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Outcomes {
    /// Won.
    pub won: UpDown,
    /// Lost.
    pub lost: UpDown,
}

/// How many move up and down.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct UpDown {
    /// All of them.
    pub leads: u64,
    /// Those that would move nearer to people.
    pub up: u64,
    /// Those that would move away from people.
    pub down: u64,
}

/// A lead that would move.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Example {
    /// Its id.
    pub lead: LeadId,
    /// The company's name, as it is known or was typed.
    pub company: Option<String>,
    /// The account's domain.
    pub domain: Option<String>,
    /// Where its own decision brings it.
    pub from: QueueName,
    /// Where the candidate would.
    pub to: QueueName,
    /// 0 to 100; none where a person looks first.
    pub score_before: Option<f64>,
    /// 0 to 100; none where a person would look first.
    pub score_after: Option<f64>,
    /// Why, in a sentence.
    pub because: String,
    /// What `factors` are measured in; none where nothing can be compared.
    pub unit: Option<ReasonUnit>,
    /// The factors that changed most.
    pub factors: Vec<FactorMoved>,
}

/// A factor's part in a score, before and after.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FactorMoved {
    /// The factor, in words.
    pub factor: String,
    /// Before; 0 where it had no part.
    pub before: f64,
    /// After; 0 where it would have no part.
    pub after: f64,
}
