//! What is shown of a lead.

use crate::line::{Event, HistoryEntry};
use jiff::Timestamp;
use leadlight_lead::{
    CriterionGroup, DealSize, DomainName, FactField, Grade, LeadId, ModelHash, PolicyHash, ReasonUnit,
    RejectionCode, Renews, TrainingMeaning, Trend,
};

use super::steps::Steps;
use crate::queue::{Mark, QueueView};

/// All that the page of a lead shows.
#[derive(Debug, Clone, PartialEq)]
pub struct LeadPage {
    /// Which.
    pub id: LeadId,
    /// The revision this view was made from: forms carry it, and an older one is refused.
    pub revision: u64,
    /// The list it belongs to, for the way back; none where it waits in none.
    pub list: Option<QueueView>,
    /// Where it stands, in words, such as "Waits for an SDR".
    pub state: String,
    /// Who it is.
    pub who: Who,
    /// When the event happened that it began with.
    pub occurred_at: Timestamp,
    /// Where it came from, in words, such as "website-form, inbound".
    pub origin: String,
    /// By when it should be answered; none where nobody has to.
    pub due_at: Option<Timestamp>,
    /// Whose it is; none is the pool, from which all may take.
    pub owner: Option<String>,
    /// What is special about it.
    pub marks: Vec<Mark>,
    /// What vendors know that changes how one speaks to the person: it stands on top.
    pub flags: Vec<Flag>,
    /// What the machine decided; none where people look first.
    pub judgement: Option<Judgement>,
    /// The person's own scores up to this one, the oldest first; empty where it was not scored.
    pub scores: Vec<ScorePoint>,
    /// Where the score has been going, as far as scores compare.
    pub trend: Option<Trend>,
    /// When it is scored again since time has passed, and what it would be then.
    pub renews: Option<Renews>,
    /// A person's decision that differs from the machine's, shown apart from it.
    pub overridden: Option<Override>,
    /// What enrichment found.
    pub facts: Facts,
    /// What the partner knows who handed it over.
    pub partner: Option<PartnerNote>,
    /// What the person did that the company itself observed, the newest first.
    pub activity: Vec<Event>,
    /// The person's lead before this one.
    pub before: Option<LeadId>,
    /// The person's lead after this one.
    pub after: Option<LeadId>,
    /// The other people of the same account that there are leads of, each once: those that wait first.
    pub group: Vec<Colleague>,
    /// What happened to it, the newest first.
    pub history: Vec<HistoryEntry>,
    /// What the viewer can do.
    pub panel: Panel,
    /// What they can do beside deciding.
    pub steps: Steps,
    /// The form by which the viewer completes the record; none where it is not theirs to complete.
    pub completing: Option<Completing>,
    /// Whether the viewer may add a note.
    pub can_note: bool,
    /// The longest note.
    pub max_note_characters: usize,
}

/// Something that a person who reads should not miss.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flag {
    /// What, such as "Changed jobs recently".
    pub what: String,
    /// More of it, such as "since 2026-09-01".
    pub more: Option<String>,
}

/// A record that the viewer may complete.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completing {
    /// What can be written.
    pub fields: Vec<RecordField>,
    /// Whether the form stands open.
    pub is_open: bool,
}

/// A field that people can write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordField {
    /// The field of a company or a person that it writes.
    pub field: FactField,
    /// What people wrote there; what was just typed, where it was refused.
    pub value: String,
    /// What counts without it, with who said so, such as "Software, by Clearbit".
    pub found: Option<String>,
    /// What is offered to choose from.
    pub offered: Offered,
}

/// What a field offers to choose from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Offered {
    /// Nothing: it is typed.
    Nothing,
    /// Words that are understood, among others.
    Among(Vec<String>),
    /// These alone: each as the form sends it, and in words.
    Only(Vec<(String, String)>),
}

/// Who a lead is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Who {
    /// The company's name, or its domain.
    pub company: String,
    /// The company's domain.
    pub domain: Option<DomainName>,
    /// A line about the company, such as "Software, 420 employees, Austria".
    pub about: Option<String>,
    /// The person's name, or what is known instead.
    pub person: String,
    /// The person's title.
    pub title: Option<String>,
    /// The person's address.
    pub email: Option<String>,
}

/// A score of the person's, at a time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ScorePoint {
    /// When.
    pub at: Timestamp,
    /// 0 to 100.
    pub score: f64,
    /// Whether the policy and the model gave it that gave the latest: only such ones compare.
    pub compares: bool,
}

/// The machine's decision.
#[derive(Debug, Clone, PartialEq)]
pub struct Judgement {
    /// One line: why now.
    pub summary: String,
    /// What it decided, in words, such as "To an SDR at once".
    pub disposition: String,
    /// 0 to 100.
    pub score: f64,
    /// The score as a letter.
    pub grade: Grade,
    /// The chance of conversion, 0 to 1, be it that the model decided or was only heard; none where no model was asked.
    pub probability: Option<f64>,
    /// Where the share won lies among leads scored like this one, 9 times of 10: from and to, 0 to 1.
    pub interval: Option<(f64, f64)>,
    /// Who decided.
    pub decided_by: DecidedBy,
    /// The motion whose own model answered; none where the one of all leads did, or rules.
    pub own_model: Option<String>,
    /// The policy that was followed.
    pub policy: PolicyHash,
    /// What the factors' parts are measured in.
    pub unit: ReasonUnit,
    /// Every factor's part. They add up: points to the score, log-odds to the logarithm of p/(1−p).
    pub factors: Vec<Factor>,
}

/// Who decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DecidedBy {
    /// The policy's points, and why no model did.
    Rules {
        /// Why not a model.
        because: String,
    },
    /// A model.
    Model(ModelHash),
}

/// One factor's part in the result.
#[derive(Debug, Clone, PartialEq)]
pub struct Factor {
    /// What it speaks about; the baseline comes first, whatever its size.
    pub group: CriterionGroup,
    /// In words.
    pub text: String,
    /// Signed.
    pub contribution: f64,
    /// Whether it speaks of something known; the words say so too.
    pub known: bool,
}

impl Judgement {
    /// Whether there is nothing to go by: all that is told is that nothing is known.
    pub(super) fn is_nothing_known(&self) -> bool {
        let mut about =
            self.factors.iter().filter(|factor| factor.group != CriterionGroup::Baseline).peekable();
        about.peek().is_some() && about.all(|factor| !factor.known)
    }
}

/// A person's decision against the machine's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Override {
    /// Their name.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// Why, in their own words.
    pub note: Option<String>,
}

/// What enrichment found, and what people wrote.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Facts {
    /// What is known.
    pub known: Vec<Fact>,
    /// Which vendors were asked or passed over, those first whose facts are missing.
    pub asked: Vec<AskedVendor>,
    /// Wanted fields that are not known, in words.
    pub missing: Vec<String>,
    /// Share of the wanted fields that are known, 0 to 1.
    pub completeness: f64,
    /// What the source said of the lead and does not count, in words.
    pub not_taken: Vec<String>,
    /// What was typed and is not known from anyone else either: the field, and the text.
    pub not_understood: Vec<(String, String)>,
    /// What the person was asked to consent to, by the form's id of it, and whether they did: by their latest word.
    pub consents: Vec<(String, bool)>,
}

/// A vendor's part in a lead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskedVendor {
    /// What came of it, such as "Clearbit did not answer".
    pub what: String,
    /// When its answer was fetched, or given up.
    pub at: Timestamp,
    /// Whether its facts are missing, though nobody said that it has none.
    pub is_missing: bool,
}

/// What somebody else said of a field, and does not count.
#[derive(Debug, Clone, PartialEq)]
pub struct Lost {
    /// The value in words, as in [`Fact::value`].
    pub value: String,
    /// Who said so.
    pub provider: String,
    /// When it was fetched.
    pub fetched_at: Timestamp,
    /// How far the provider trusts it, 0 to 1.
    pub confidence: f64,
}

/// A fact with its origin.
#[derive(Debug, Clone, PartialEq)]
pub struct Fact {
    /// Which, in words.
    pub field: String,
    /// Its value.
    pub value: String,
    /// Who said so.
    pub provider: String,
    /// When it was fetched.
    pub fetched_at: Timestamp,
    /// How far the provider trusts it, 0 to 1.
    pub confidence: f64,
    /// What others said instead.
    pub lost: Vec<Lost>,
    /// Whether that is so long ago that it may no longer hold.
    pub is_old: bool,
}

/// What the partner knows who handed a lead over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartnerNote {
    /// The partner.
    pub name: String,
    /// In their own words.
    pub note: Option<String>,
}

/// Another person of the same account, by their latest lead.
#[derive(Debug, Clone, PartialEq)]
pub struct Colleague {
    /// Which.
    pub id: LeadId,
    /// The person's role, in words, such as "Director, finance".
    pub role: String,
    /// Whether the lead waits for a decision still: then they are of the buying group.
    pub is_open: bool,
    /// The machine's score and grade; none where people look first.
    pub score: Option<(f64, Grade)>,
    /// Where it stands, in words.
    pub state: String,
}

/// What the viewer can do with a lead.
#[derive(Debug, Clone, PartialEq)]
pub enum Panel {
    /// Nothing, and why: a sentence.
    Closed {
        /// Why.
        because: String,
    },
    /// It is free: the viewer may take it.
    Free,
    /// Someone else holds it.
    Held {
        /// Their name.
        by: String,
        /// Until when, unless it is renewed.
        until: Timestamp,
    },
    /// The machine kept it from an SDR: the viewer may bring it before one all the same.
    CanOverride,
    /// The viewer holds it and decides.
    Decide {
        /// Until when, unless it is renewed.
        until: Timestamp,
        /// What is asked.
        task: Task,
        /// Why it can be turned down, in the policy's order; the first nine have a digit key each.
        reasons: Vec<RejectReason>,
    },
}

/// What is asked of the viewer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Task {
    /// Checkpoint 1: confirm, flag or turn down.
    ContextCheck {
        /// Whether a second look can be asked for; not where this is the second look.
        can_flag: bool,
    },
    /// A lead that people see before it is scored: seen, flag or turn down.
    LookFirst,
    /// Checkpoint 2: accept with an attestation, send back or turn down.
    Attest {
        /// The bands of deal sizes, in the policy's order.
        deal_sizes: Vec<Choice>,
    },
}

/// A band of deal sizes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// As the form sends it.
    pub code: DealSize,
    /// In words.
    pub label: String,
}

/// A reason for turning a lead down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RejectReason {
    /// As the form sends it.
    pub code: RejectionCode,
    /// In words.
    pub label: String,
    /// What it says to a learner.
    pub training: TrainingMeaning,
    /// Whether it must be explained.
    pub needs_text: bool,
}
