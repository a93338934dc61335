//! The policy file's shape: what serde reads, each value with its place in the file.
//!
//! Nothing here is checked beyond its type; `check` turns it into rules or says what is wrong. The shape of a
//! criterion's table is in the criterion's own file.

use std::collections::BTreeMap;

use leadlight_lead::{EmailKind, FactField, Function, Grade, Level, Motion, SourceName, TrainingMeaning};
use leadlight_settings::{Named, Spanned, SpannedList};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::criteria::CriteriaShape;
use crate::dial::Decides;
use crate::facts::FieldKind;
use crate::hand_raisers::HandRaisersSpec;
use crate::keyed::{ByFunction, ByQueue, BySeniority};
use crate::lift::LiftsSpec;
use crate::outbound::OutboundSpec;
use crate::people::ConversionKind;
use crate::renewal::RenewalSpec;
use crate::retention::RetentionSpec;
use crate::sources::Statement;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PolicySpec {
    /// The version of this file's shape: 1. Change it only when a release says so.
    #[serde(rename = "schema_version")]
    pub(crate) _schema_version: u32,
    /// A name for people.
    pub(crate) name: Spanned<String>,
    /// Counted from 1, one up at every change.
    #[schemars(range(min = 1))]
    pub(crate) revision: Spanned<u32>,
    /// Where leads come from, a table a source. An event from a source that is not declared here is refused.
    pub(crate) sources: Spanned<BTreeMap<SourceName, SourceSpec>>,
    /// Mail domains beyond the built-in lists of free-mail, throw-away and academic domains.
    #[serde(default)]
    pub(crate) mail: MailSpec,
    /// Words of titles in your market, beyond those that are built in.
    pub(crate) titles: Option<Spanned<TitlesSpec>>,
    /// Hard disqualifiers: any one of them rejects a lead, whatever its score.
    pub(crate) disqualify: DisqualifySpec,
    /// People who ask to talk to someone reach an SDR, whatever their score.
    pub(crate) hand_raisers: Option<HandRaisersSpec>,
    /// Whether enough is known for a score to mean something; with less, people complete the record.
    pub(crate) completeness: CompletenessSpec,
    /// In which respects leads are graded, each from 0 to 1, and what each counts for.
    pub(crate) criteria: Spanned<CriteriaShape>,
    /// Motions that weigh the criteria in their own way, or have other thresholds, times to answer or segments.
    pub(crate) motions: Option<Motions>,
    /// What speaks for a lead beside its score: attendance, and a partner's word.
    #[serde(default)]
    pub(crate) lifts: LiftsSpec,
    /// Which target accounts become a week's work. Left out: none does by itself.
    pub(crate) outbound: Option<OutboundSpec>,
    /// From which scores on a lead goes where.
    pub(crate) thresholds: ThresholdsSpec,
    /// When a lead that waits is left where it stands although its score has faded. Left out: 2 points.
    pub(crate) renewal: Option<RenewalSpec>,
    /// The score as a letter: the lowest score of each. What is below c is a D.
    pub(crate) grades: GradesSpec,
    /// A grade from fit and engagement, in place of one from the score. Left out: the score says the grade.
    pub(crate) grid: Option<GridSpec>,
    /// What a model may see of a lead.
    #[serde(default)]
    pub(crate) model: ModelSpec,
    /// Work queues, as people see them.
    pub(crate) queues: ByQueue<QueueSpec>,
    /// How people work: leases, times to answer, reasons, deal sizes.
    pub(crate) people: PeopleSpec,
    /// The sample of rejected leads that people see all the same, so that a model hears of those too.
    pub(crate) exploration: ExplorationSpec,
    /// What counts as success.
    pub(crate) conversion: ConversionSpec,
    /// How long leads are kept once nothing happens with them. Left out: until they are erased.
    pub(crate) retention: Option<Spanned<RetentionSpec>>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SourceSpec {
    /// How its leads come to you.
    pub(crate) motion: Spanned<Motion>,
    /// true: a person looks before anything is scored. `partner` demands it.
    #[serde(default)]
    pub(crate) human_first: bool,
    /// What its events may say of a lead beyond what the person typed. Left out: activity and id, and partner where the
    /// motion is `partner`. What it may not say is kept, and does not count.
    pub(crate) may_say: Option<SpannedList<Statement>>,
}

#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MailSpec {
    /// Domains where anyone may open a mailbox.
    pub(crate) free: Option<SpannedList<String>>,
    /// Domains of throw-away mailboxes.
    pub(crate) disposable: Option<SpannedList<String>>,
    /// Domains of schools and universities.
    pub(crate) academic: Option<SpannedList<String>>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TitlesSpec {
    /// By function, the words that tell it, of one to five words each.
    pub(crate) functions: Option<ByFunction<Option<SpannedList<String>>>>,
    /// By level, the words that tell it.
    pub(crate) seniority: Option<BySeniority<Option<SpannedList<String>>>>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DisqualifySpec {
    /// Companies that are customers already, by domain.
    pub(crate) customers: SpannedList<String>,
    /// Direct competitors, by domain.
    pub(crate) competitors: SpannedList<String>,
    /// The fewest employees a company may have. 1 takes every company.
    #[schemars(range(min = 1))]
    pub(crate) minimum_employees: Spanned<u32>,
    /// Countries you don't sell to, as ISO 3166-1 codes of two letters.
    pub(crate) excluded_countries: SpannedList<String>,
    /// Students, academics and other people who don't buy for a company.
    pub(crate) non_commercial: NonCommercialSpec,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NonCommercialSpec {
    /// What the address says.
    pub(crate) email_kinds: SpannedList<EmailKind>,
    /// What the person works on.
    pub(crate) functions: SpannedList<Function>,
    /// How a title, or a part of it, ends, in any gender.
    pub(crate) titles: SpannedList<String>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CompletenessSpec {
    /// Facts that matter.
    pub(crate) wanted: SpannedList<FactField>,
    /// The least share of them that must be known, 0 to 1.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub(crate) minimum_share: Spanned<f64>,
    /// Motions with a gate of their own instead.
    #[serde(default)]
    pub(crate) motions: BTreeMap<Motion, GateSpec>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct GateSpec {
    /// Facts that matter for the motion.
    pub(crate) wanted: SpannedList<FactField>,
    /// The least share of them that must be known, 0 to 1.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub(crate) minimum_share: Spanned<f64>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ThresholdsSpec {
    /// X: from this score on a sales development representative looks at once.
    #[schemars(range(min = 0.0, max = 100.0))]
    pub(crate) sdr: Spanned<f64>,
    /// Y, below X: from here up to X marketing nurtures; below it is rejected.
    #[schemars(range(min = 0.0, max = 100.0))]
    pub(crate) nurture: Spanned<f64>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct GradesSpec {
    /// The lowest score with an A, 0 to 100.
    #[schemars(range(min = 0.0, max = 100.0))]
    pub(crate) a: Spanned<f64>,
    /// The lowest score with a B, below a.
    #[schemars(range(min = 0.0, max = 100.0))]
    pub(crate) b: Spanned<f64>,
    /// The lowest score with a C, below b.
    #[schemars(range(min = 0.0, max = 100.0))]
    pub(crate) c: Spanned<f64>,
}

/// How fit and engagement make a grade.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct GridSpec {
    /// From which score on fit is an A, B or C. Fit is the mean grade of company and person, of 100.
    pub(crate) fit: GradesSpec,
    /// The same of engagement: behaviour, usage, intent.
    pub(crate) engagement: GradesSpec,
    /// A row for each letter of fit; in it a grade for each letter of engagement.
    pub(crate) grades: Spanned<RowsSpec>,
}

/// A row for each letter of fit.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RowsSpec {
    /// Of leads with fit A.
    pub(crate) a: Spanned<RowSpec>,
    /// Of leads with fit B.
    pub(crate) b: Spanned<RowSpec>,
    /// Of leads with fit C.
    pub(crate) c: Spanned<RowSpec>,
    /// Of leads with fit D.
    pub(crate) d: Spanned<RowSpec>,
}

/// A grade for each letter of engagement.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RowSpec {
    /// The grade where engagement is A.
    pub(crate) a: Grade,
    /// The grade where engagement is B.
    pub(crate) b: Grade,
    /// The grade where engagement is C.
    pub(crate) c: Grade,
    /// The grade where engagement is D.
    pub(crate) d: Grade,
}

pub(crate) type Motions = Spanned<BTreeMap<Motion, Spanned<MotionSpec>>>;

/// What is left out is as for all others.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MotionSpec {
    /// What people call the motion.
    pub(crate) label: Option<Spanned<String>>,
    /// What each criterion counts; one that is not listed has no part in the score.
    pub(crate) weights: Option<Spanned<BTreeMap<String, Spanned<f64>>>>,
    /// Thresholds of its own.
    pub(crate) thresholds: Option<ThresholdsSpec>,
    /// Letters of its own.
    pub(crate) grades: Option<GradesSpec>,
    /// What becomes of a lead below Y.
    pub(crate) below: Option<Below>,
    /// Whose score decides where a model is in force.
    pub(crate) decides: Option<Decides>,
    /// How soon people answer.
    pub(crate) sla_minutes: Option<SlaSpec>,
    /// Segments within the motion, by name: whom each holds, whether scoring decides there, and by which scores. No lead is
    /// in two.
    #[serde(default)]
    pub(crate) segments: Named<SegmentSpec>,
}

impl MotionSpec {
    /// Whether nothing differs for its leads.
    pub(crate) fn says_nothing(&self) -> bool {
        let Self { label, weights, thresholds, grades, below, decides, sla_minutes, segments } = self;
        label.is_none()
            && weights.is_none()
            && thresholds.is_none()
            && grades.is_none()
            && below.is_none()
            && decides.is_none()
            && sla_minutes.is_none()
            && segments.is_empty()
    }
}

/// Whom a segment holds, and what holds for them; what is left out is as for all leads of the motion.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SegmentSpec {
    /// What people call the segment. Left out: its name.
    pub(crate) label: Option<Spanned<String>>,
    /// Companies with so many employees or more.
    #[schemars(range(min = 1, max = 100_000_000))]
    pub(crate) employees_from: Option<Spanned<i64>>,
    /// Companies with so many employees or fewer.
    #[schemars(range(min = 1, max = 100_000_000))]
    pub(crate) employees_to: Option<Spanned<i64>>,
    /// Companies with their head office in one of these countries (ISO 3166-1, two letters).
    pub(crate) countries: Option<SpannedList<String>>,
    /// Companies of one of these industries, or of one that belongs to it.
    pub(crate) industries: Option<SpannedList<String>>,
    /// Leads from one of these sources.
    pub(crate) sources: Option<SpannedList<SourceName>>,
    /// false: a person looks at each of these leads before it is scored. Left out: true.
    pub(crate) scores: Option<Spanned<bool>>,
    /// Thresholds of its own.
    pub(crate) thresholds: Option<ThresholdsSpec>,
    /// Letters of its own.
    pub(crate) grades: Option<GradesSpec>,
    /// What becomes of a lead below Y.
    pub(crate) below: Option<Below>,
    /// How soon people answer.
    pub(crate) sla_minutes: Option<SlaSpec>,
}

/// What becomes of a lead below Y.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Below {
    /// It is rejected.
    Reject,
    /// It waits with those that are nurtured: ranked, and never rejected for its score.
    Nurture,
}

impl PolicySpec {
    /// The criteria that motions weigh, by name.
    pub(crate) fn weighed_by_motions(&self) -> Vec<&str> {
        let all = self.motions.iter().flat_map(|motions| motions.get_ref().values());
        let weights = all.filter_map(|spec| spec.get_ref().weights.as_ref());
        weights.flat_map(|weights| weights.get_ref().keys().map(String::as_str)).collect()
    }
}

#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ModelSpec {
    /// Whose score decides where a model is in force: the rules' (the model's chance stands beside it), the higher of both, or
    /// the model's. Left out: the model's.
    pub(crate) decides: Option<Decides>,
    /// The criteria whose grades a model sees. Left out: all that the file has.
    pub(crate) features: Option<SpannedList<String>>,
    /// Of these criteria a higher grade never lowers the probability.
    pub(crate) never_lowers: Option<SpannedList<String>>,
    /// What it sees beside the grades. Left out: all facts that Leadlight knows; [] none.
    pub(crate) facts: Option<SpannedList<String>>,
    /// Facts that are left out of all.
    pub(crate) without: Option<SpannedList<String>>,
    /// Fields of your forms that are facts, by label.
    pub(crate) form_fields: Option<Spanned<Named<FieldKind>>>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct QueueSpec {
    /// Its name, a few words.
    pub(crate) label: Spanned<String>,
    /// What is in it and what to do there.
    pub(crate) description: Spanned<String>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PeopleSpec {
    /// How long a lead is held by the person who took it, 5 to 480 minutes.
    #[schemars(range(min = 5, max = 480))]
    pub(crate) lease_minutes: Spanned<i64>,
    /// How many leads one person may hold at once, 1 to 50.
    #[schemars(range(min = 1, max = 50))]
    pub(crate) most_held: Spanned<i64>,
    /// For so many minutes people can take back their own last decision, 0 to 120; 0 is not at all. Left out: 10.
    #[schemars(range(min = 0, max = 120))]
    pub(crate) undo_minutes: Option<Spanned<i64>>,
    /// The least buying signal that an AE may accept a lead with: none, some or strong. Left out: some.
    pub(crate) least_buying_signal: Option<Level>,
    /// The longest note, 200 to 20000 characters.
    #[schemars(range(min = 200, max = 20000))]
    pub(crate) note_characters: Spanned<i64>,
    /// What one person sends within so many days is one lead, 1 to 730. Left out: 90.
    #[schemars(range(min = 1, max = 730))]
    pub(crate) one_lead_days: Option<Spanned<i64>>,
    /// Who came to their company within so many days changed jobs recently, 1 to 730. Left out: 180.
    #[schemars(range(min = 1, max = 730))]
    pub(crate) job_change_days: Option<Spanned<i64>>,
    /// A score this close to X or Y is marked borderline, 0 to 50 points.
    #[schemars(range(min = 0.0, max = 50.0))]
    pub(crate) borderline_points: Spanned<f64>,
    /// How soon people answer, in minutes of the owner's working hours.
    pub(crate) sla_minutes: SlaSpec,
    /// Why people turn a lead down: two to nine reasons, each on a digit key.
    pub(crate) reasons: Spanned<Vec<ReasonSpec>>,
    /// The bands of a deal's size that an AE chooses from: two to nine.
    pub(crate) deal_sizes: Spanned<Vec<DealSizeSpec>>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SlaSpec {
    /// Grade A, 1 to 14400 minutes.
    #[schemars(range(min = 1, max = 14400))]
    pub(crate) a: Spanned<i64>,
    /// Grade B, no less than a.
    #[schemars(range(min = 1, max = 14400))]
    pub(crate) b: Spanned<i64>,
    /// Grade C, no less than b.
    #[schemars(range(min = 1, max = 14400))]
    pub(crate) c: Spanned<i64>,
    /// Grade D, no less than c.
    #[schemars(range(min = 1, max = 14400))]
    pub(crate) d: Spanned<i64>,
    /// Leads that people see before scoring, and incomplete ones.
    #[schemars(range(min = 1, max = 14400))]
    pub(crate) unscored: Spanned<i64>,
    /// Leads that asked for a person. Left out: as a.
    #[schemars(range(min = 1, max = 14400))]
    pub(crate) hand_raiser: Option<Spanned<i64>>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReasonSpec {
    /// What is kept with the lead: lower-case letters, digits, `-` or `_`. Never give an old code a new meaning.
    pub(crate) code: Spanned<String>,
    /// What people read.
    pub(crate) label: Spanned<String>,
    /// What it says to a learner.
    pub(crate) training: TrainingMeaning,
    /// Where it is offered: 1 (SDR), 2 (AE). Left out: both.
    pub(crate) checkpoints: Option<SpannedList<u32>>,
    /// true: it must be said in own words as well.
    #[serde(default)]
    pub(crate) needs_text: bool,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DealSizeSpec {
    /// What is kept with the lead.
    pub(crate) code: Spanned<String>,
    /// What people read.
    pub(crate) label: Spanned<String>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExplorationSpec {
    /// Of the leads below Y, 0 to 0.5; 0 draws none.
    #[schemars(range(min = 0.0, max = 0.5))]
    pub(crate) share: Spanned<f64>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ConversionSpec {
    /// What counts as success.
    pub(crate) counts: ConversionKind,
    /// So many days after the checkpoint it passed last, a lead that has come no further counts as not converted, 1 to 730.
    #[schemars(range(min = 1, max = 730))]
    pub(crate) maturity_days: Spanned<i64>,
}
