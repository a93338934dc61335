//! What a motion has of its own: how much each criterion counts, which scores decide, what becomes of low ones, how soon
//! people answer. How a criterion is graded is the same for all motions, so that a grade means one thing to everybody who
//! reads it, and to a model.

use std::collections::BTreeMap;

use leadlight_lead::{Motion, QueuedLead};
use leadlight_settings::{Problems, Spanned};
use serde::Deserialize;

use crate::check_people;
use crate::check_scorecard;
use crate::criteria::{Criterion, WEIGHT};
use crate::people::SlaMinutes;
use crate::policy::Policy;
use crate::scorecard::Scale;
use crate::section::{Section, capital, rounded};
use crate::spec::{GradesSpec, SlaSpec, ThresholdsSpec};

/// As the file has it. What is left out is as for all others.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MotionSpec {
    label: Option<Spanned<String>>,
    weights: Option<Spanned<BTreeMap<String, Spanned<f64>>>>,
    thresholds: Option<ThresholdsSpec>,
    grades: Option<GradesSpec>,
    below: Option<Below>,
    sla_minutes: Option<SlaSpec>,
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

/// What a motion has of its own beside its scale.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct MotionRules {
    pub(crate) label: Option<String>,
    pub(crate) sla: Option<SlaMinutes>,
}

pub(crate) type Motions = Spanned<BTreeMap<Motion, MotionSpec>>;

/// The criteria that motions weigh.
pub(crate) fn weighed(motions: Option<&Motions>) -> Vec<&str> {
    let all = motions.into_iter().flat_map(|motions| motions.get_ref().values());
    all.filter_map(|spec| spec.weights.as_ref())
        .flat_map(|weights| weights.get_ref().keys().map(String::as_str))
        .collect()
}

/// Each motion's scale, made of the usual one. `named` are the criteria that the file has.
pub(crate) fn scales(
    p: &mut Problems<'_>,
    motions: Option<&Motions>,
    usual: &Scale,
    named: &[Criterion],
) -> BTreeMap<Motion, Scale> {
    let all = motions.into_iter().flat_map(Spanned::get_ref);
    all.map(|(motion, spec)| (*motion, scale(p, *motion, spec, usual, named))).collect()
}

fn scale(
    p: &mut Problems<'_>,
    motion: Motion,
    spec: &MotionSpec,
    usual: &Scale,
    named: &[Criterion],
) -> Scale {
    let place = |what: &str| format!("motions.{motion}.{what}");
    let weights = match &spec.weights {
        Some(listed) => weights(p, motion, listed, named),
        None => usual.weights.clone(),
    };
    Scale {
        total_weight: weights.values().sum(),
        weights,
        thresholds: spec
            .thresholds
            .as_ref()
            .map_or(usual.thresholds, |spec| check_scorecard::thresholds(p, spec, &place("thresholds"))),
        letters: spec
            .grades
            .as_ref()
            .map_or(usual.letters, |spec| check_scorecard::letters(p, spec, &place("grades"))),
        rejects: spec.below.map_or(usual.rejects, |below| below == Below::Reject),
    }
}

fn weights(
    p: &mut Problems<'_>,
    motion: Motion,
    listed: &Spanned<BTreeMap<String, Spanned<f64>>>,
    named: &[Criterion],
) -> BTreeMap<Criterion, f64> {
    let mut weights = BTreeMap::new();
    for (name, weight) in listed.get_ref() {
        let place = format!("motions.{motion}.weights.{name}");
        if let Some(criterion) = named.iter().find(|criterion| criterion.name() == name) {
            weights.insert(*criterion, p.number(weight, &place, WEIGHT));
        } else {
            let known: Vec<_> = named.iter().map(|criterion| criterion.name()).collect();
            let what = format!("`{place}`: there is no `[criteria.{name}]` in this file");
            p.add(weight.span(), what, format!("use some of {}, or add its table", known.join(", ")));
        }
    }
    if weights.values().sum::<f64>() == 0.0 {
        let what =
            format!("all weights of the motion {motion} are zero, so all its leads would score the same");
        p.add(listed.span(), what, "give at least one criterion a weight over 0, or leave `weights` out");
    }
    weights
}

/// Each motion's label and times to answer.
pub(crate) fn rules(p: &mut Problems<'_>, motions: Option<&Motions>) -> BTreeMap<Motion, MotionRules> {
    let all = motions.into_iter().flat_map(Spanned::get_ref);
    all.map(|(motion, spec)| {
        let place = format!("motions.{motion}.sla_minutes");
        let rules = MotionRules {
            label: spec.label.as_ref().map(|label| p.words(label, "label")),
            sla: spec.sla_minutes.as_ref().map(|spec| check_people::sla(p, spec, &place)),
        };
        (*motion, rules)
    })
    .collect()
}

impl Policy {
    /// What people call a motion.
    pub fn motion_label(&self, motion: Motion) -> String {
        let own = self.motions.get(&motion).and_then(|rules| rules.label.clone());
        own.unwrap_or_else(|| capital(&motion.to_string()))
    }

    /// How soon people answer leads of a motion, by letter.
    pub fn sla(&self, motion: Motion) -> &SlaMinutes {
        self.motions.get(&motion).and_then(|rules| rules.sla.as_ref()).unwrap_or(&self.people.sla)
    }

    /// How soon people answer a lead, in minutes of its owner's working hours.
    pub fn answer_minutes(&self, lead: &QueuedLead) -> u32 {
        self.sla(lead.enriched().motion).of(lead)
    }

    /// What each motion has of its own; nothing where none has.
    pub(crate) fn motions_in_words(&self) -> Option<Section> {
        let rows: Vec<_> =
            self.scorecard.by_motion.iter().map(|(motion, scale)| self.motion_row(*motion, scale)).collect();
        (!rows.is_empty()).then(|| {
            Section::new("What holds for leads of a motion")
                .text([
                    "These weigh the criteria in their own way, or have other thresholds or times to answer.",
                    "A criterion is graded the same for all.",
                ])
                .table(["Motion", "Most points", "X and Y", "Below Y", "Minutes to answer, A to D"], rows)
        })
    }

    fn motion_row(&self, motion: Motion, scale: &Scale) -> [String; 5] {
        let mut weights: Vec<_> = scale.weights.iter().filter(|(_, weight)| **weight > 0.0).collect();
        weights.sort_by(|a, b| b.1.total_cmp(a.1));
        let most = |weight: f64| rounded(100.0 * weight / scale.total_weight, 10.0);
        let points =
            weights.iter().map(|(criterion, weight)| format!("{} {}", criterion.factor(), most(**weight)));
        let sla = self.sla(motion);
        [
            self.motion_label(motion),
            points.collect::<Vec<_>>().join(", "),
            format!("{} and {}", scale.thresholds.sdr, scale.thresholds.nurture),
            if scale.rejects { "rejected" } else { "waits for a later sequence" }.to_owned(),
            format!("{}, {}, {}, {}", sla.a, sla.b, sla.c, sla.d),
        ]
    }
}
