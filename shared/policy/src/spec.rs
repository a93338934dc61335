//! The policy file's shape: what serde reads, each value with its place in the file.
//!
//! Nothing here is checked beyond its type; `check` turns it into rules or says what is wrong. The shape of a
//! criterion's table is in the criterion's own file.

use std::collections::BTreeMap;

use leadlight_lead::{EmailKind, FactField, Function, Motion, SourceName, TrainingMeaning};
use leadlight_settings::{Named, Spanned, SpannedList};
use serde::Deserialize;

use crate::criteria::CriteriaShape;
use crate::facts::FieldKind;
use crate::hand_raisers::HandRaisersSpec;
use crate::keyed::{ByFunction, ByQueue, BySeniority};
use crate::lift::LiftsSpec;
use crate::outbound::OutboundSpec;
use crate::people::ConversionKind;
use crate::renewal::RenewalSpec;
use crate::sources::Statement;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PolicySpec {
    #[serde(rename = "schema_version")]
    pub(crate) _schema_version: u32,
    pub(crate) name: Spanned<String>,
    pub(crate) revision: Spanned<u32>,
    pub(crate) sources: Spanned<BTreeMap<SourceName, SourceSpec>>,
    #[serde(default)]
    pub(crate) mail: MailSpec,
    pub(crate) titles: Option<Spanned<TitlesSpec>>,
    pub(crate) disqualify: DisqualifySpec,
    pub(crate) hand_raisers: Option<HandRaisersSpec>,
    pub(crate) completeness: CompletenessSpec,
    pub(crate) criteria: Spanned<CriteriaShape>,
    pub(crate) motions: Option<Motions>,
    #[serde(default)]
    pub(crate) lifts: LiftsSpec,
    pub(crate) outbound: Option<OutboundSpec>,
    pub(crate) thresholds: ThresholdsSpec,
    pub(crate) renewal: Option<RenewalSpec>,
    pub(crate) grades: GradesSpec,
    #[serde(default)]
    pub(crate) model: ModelSpec,
    pub(crate) queues: ByQueue<QueueSpec>,
    pub(crate) people: PeopleSpec,
    pub(crate) exploration: ExplorationSpec,
    pub(crate) conversion: ConversionSpec,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SourceSpec {
    pub(crate) motion: Spanned<Motion>,
    #[serde(default)]
    pub(crate) human_first: bool,
    pub(crate) may_say: Option<SpannedList<Statement>>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MailSpec {
    pub(crate) free: Option<SpannedList<String>>,
    pub(crate) disposable: Option<SpannedList<String>>,
    pub(crate) academic: Option<SpannedList<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TitlesSpec {
    pub(crate) functions: Option<ByFunction<Option<SpannedList<String>>>>,
    pub(crate) seniority: Option<BySeniority<Option<SpannedList<String>>>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DisqualifySpec {
    pub(crate) customers: SpannedList<String>,
    pub(crate) competitors: SpannedList<String>,
    pub(crate) minimum_employees: Spanned<u32>,
    pub(crate) excluded_countries: SpannedList<String>,
    pub(crate) non_commercial: NonCommercialSpec,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NonCommercialSpec {
    pub(crate) email_kinds: SpannedList<EmailKind>,
    pub(crate) functions: SpannedList<Function>,
    pub(crate) titles: SpannedList<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CompletenessSpec {
    pub(crate) wanted: SpannedList<FactField>,
    pub(crate) minimum_share: Spanned<f64>,
    #[serde(default)]
    pub(crate) motions: BTreeMap<Motion, GateSpec>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct GateSpec {
    pub(crate) wanted: SpannedList<FactField>,
    pub(crate) minimum_share: Spanned<f64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ThresholdsSpec {
    pub(crate) sdr: Spanned<f64>,
    pub(crate) nurture: Spanned<f64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct GradesSpec {
    pub(crate) a: Spanned<f64>,
    pub(crate) b: Spanned<f64>,
    pub(crate) c: Spanned<f64>,
}

pub(crate) type Motions = Spanned<BTreeMap<Motion, MotionSpec>>;

/// What is left out is as for all others.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MotionSpec {
    pub(crate) label: Option<Spanned<String>>,
    pub(crate) weights: Option<Spanned<BTreeMap<String, Spanned<f64>>>>,
    pub(crate) thresholds: Option<ThresholdsSpec>,
    pub(crate) grades: Option<GradesSpec>,
    pub(crate) below: Option<Below>,
    pub(crate) sla_minutes: Option<SlaSpec>,
}

/// What becomes of a lead below Y.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
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
        let weights = all.filter_map(|spec| spec.weights.as_ref());
        weights.flat_map(|weights| weights.get_ref().keys().map(String::as_str)).collect()
    }
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ModelSpec {
    pub(crate) features: Option<SpannedList<String>>,
    pub(crate) never_lowers: Option<SpannedList<String>>,
    pub(crate) facts: Option<SpannedList<String>>,
    pub(crate) without: Option<SpannedList<String>>,
    pub(crate) form_fields: Option<Spanned<Named<FieldKind>>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct QueueSpec {
    pub(crate) label: Spanned<String>,
    pub(crate) description: Spanned<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PeopleSpec {
    pub(crate) lease_minutes: Spanned<i64>,
    pub(crate) most_held: Spanned<i64>,
    pub(crate) note_characters: Spanned<i64>,
    pub(crate) one_lead_days: Option<Spanned<i64>>,
    pub(crate) job_change_days: Option<Spanned<i64>>,
    pub(crate) borderline_points: Spanned<f64>,
    pub(crate) sla_minutes: SlaSpec,
    pub(crate) reasons: Spanned<Vec<ReasonSpec>>,
    pub(crate) deal_sizes: Spanned<Vec<DealSizeSpec>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SlaSpec {
    pub(crate) a: Spanned<i64>,
    pub(crate) b: Spanned<i64>,
    pub(crate) c: Spanned<i64>,
    pub(crate) d: Spanned<i64>,
    pub(crate) unscored: Spanned<i64>,
    pub(crate) hand_raiser: Option<Spanned<i64>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReasonSpec {
    pub(crate) code: Spanned<String>,
    pub(crate) label: Spanned<String>,
    pub(crate) training: TrainingMeaning,
    pub(crate) checkpoints: Option<SpannedList<u32>>,
    #[serde(default)]
    pub(crate) needs_text: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DealSizeSpec {
    pub(crate) code: Spanned<String>,
    pub(crate) label: Spanned<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExplorationSpec {
    pub(crate) share: Spanned<f64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ConversionSpec {
    pub(crate) counts: ConversionKind,
    pub(crate) maturity_days: Spanned<i64>,
}
