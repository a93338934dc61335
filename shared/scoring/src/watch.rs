//! What the latest leads say against a policy that is well-formed: parts of it that nothing meets.

use std::collections::{BTreeMap, BTreeSet};

use leadlight_lead::{HISTORY_SOURCE, Motion, QueuedLead, ReadField, Segment, SourceName};
use leadlight_policy::{Criterion, IndustryReading, Policy};
use serde::Serialize;

use crate::compare::{Capacity, Then};

/// Texts that are told apart; of more the first ones.
const MOST_TEXTS: usize = 500;
/// Texts that are told, those that most leads have first.
const TOLD: usize = 5;

/// A part of a policy that the latest leads speak against. It refuses nothing: history is not the future.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Warning {
    /// What it is about.
    pub kind: WarningKind,
    /// In a sentence.
    pub what: String,
    /// What may be done.
    pub remedy: String,
}

/// What a warning is about. More may be added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum WarningKind {
    /// A criterion that counts for no lead.
    CriterionNeverFires,
    /// A source from which no lead came.
    SourceSilent,
    /// Titles that could not be read.
    TitlesNotRead,
    /// Industries that could not be read.
    IndustriesNotRead,
    /// More leads a day than the team may have open.
    OverCapacity,
    /// A milestone that no lead reached.
    MilestoneNeverReached,
    /// A segment without a lead.
    SegmentEmpty,
}

/// Looks at leads one by one, and holds counts.
#[derive(Debug, Default)]
pub struct Watch {
    leads: u64,
    sources: BTreeSet<SourceName>,
    motions: BTreeMap<Motion, u64>,
    /// By criterion that counts for a lead: whether it was ever known, and ever over 0.
    criteria: BTreeMap<Criterion, (u64, bool, bool)>,
    titles: Texts,
    industries: Texts,
    milestones: BTreeMap<String, bool>,
    segments: BTreeSet<(Motion, String)>,
}

#[derive(Debug, Default)]
struct Texts {
    leads: u64,
    by_text: BTreeMap<String, u64>,
}

impl Texts {
    fn see(&mut self, text: &str) {
        self.leads += 1;
        if self.by_text.len() < MOST_TEXTS || self.by_text.contains_key(text) {
            *self.by_text.entry(text.to_owned()).or_default() += 1;
        }
    }

    /// The commonest, in quotes.
    fn told(&self) -> String {
        let mut texts: Vec<(&String, &u64)> = self.by_text.iter().collect();
        texts.sort_by_key(|(_, leads)| std::cmp::Reverse(**leads));
        let told = texts.iter().take(TOLD).map(|(text, leads)| format!("\"{text}\" ({leads})"));
        told.collect::<Vec<_>>().join(", ")
    }
}

impl Watch {
    /// Looks at a lead, and at where the policy would place it.
    pub fn see(&mut self, policy: &Policy, lead: &QueuedLead, then: &Then) {
        if lead.deal_origin().is_none() {
            self.see_deal(policy, lead, then);
        }
    }

    /// Looks at a deal of an export, as a lead of the day when it was created.
    pub fn see_deal(&mut self, policy: &Policy, lead: &QueuedLead, then: &Then) {
        let enriched = lead.enriched();
        self.leads += 1;
        *self.motions.entry(enriched.motion).or_default() += 1;
        self.sources.extend(enriched.events().iter().map(|event| event.event().source.clone()));
        for grade in policy.assess(enriched).grades.iter().filter(|g| g.weight.is_some_and(|w| w > 0.0)) {
            let (leads, known, over_zero) = self.criteria.entry(grade.criterion).or_default();
            *leads += 1;
            *known |= grade.grade.is_some();
            *over_zero |= grade.grade.is_some_and(|grade| grade > 0.0);
        }
        self.see_texts(policy, lead);
        for (name, reached) in policy.milestones(enriched) {
            *self.milestones.entry(name.to_owned()).or_default() |= reached;
        }
        if let Some(Segment::In { name, .. }) = &then.segment {
            self.segments.insert((enriched.motion, name.clone()));
        }
    }

    fn see_texts(&mut self, policy: &Policy, lead: &QueuedLead) {
        for typed in lead.enriched().not_understood() {
            match typed.field {
                ReadField::Title => self.titles.see(typed.text.trim()),
                ReadField::Industry => self.industries.see(typed.text.trim()),
                ReadField::Country | ReadField::Size | ReadField::Revenue => {}
            }
        }
        if let Some(fact) = &lead.enrichment().company.industry
            && policy.industry(&fact.value) == IndustryReading::NotUnderstood
        {
            self.industries.see(fact.value.trim());
        }
    }

    /// What the leads say against the policy; nothing where none was looked at. `open` is how many leads the team may have open
    /// between them.
    pub fn warnings(&self, policy: &Policy, capacity: &Capacity, open: Option<u64>) -> Vec<Warning> {
        if self.leads == 0 {
            return Vec::new();
        }
        let mut found = self.of_criteria(policy);
        found.extend(self.of_sources(policy));
        found.extend(self.of_texts());
        found.extend(open.and_then(|open| over_capacity(capacity, open)));
        found.extend(self.of_milestones());
        found.extend(self.of_segments(policy));
        found
    }

    /// What deals of an export say against the policy: no word of sources and of milestones, of which an export does not tell.
    pub fn warnings_of_deals(&self, policy: &Policy) -> Vec<Warning> {
        if self.leads == 0 {
            return Vec::new();
        }
        let mut found = self.of_criteria(policy);
        found.extend(self.of_texts());
        found.extend(self.of_segments(policy));
        found
    }

    fn of_criteria(&self, policy: &Policy) -> Vec<Warning> {
        let weighed: BTreeSet<String> = policy
            .weights()
            .into_iter()
            .filter(|(_, weight)| *weight > 0.0)
            .map(|(name, _)| name.rsplit('.').next().unwrap_or_default().to_owned())
            .collect();
        let never = Criterion::ALL.into_iter().filter(|criterion| weighed.contains(criterion.name()));
        let warn = |criterion: Criterion| {
            let name = criterion.name();
            let (what, remedy) = match self.criteria.get(&criterion) {
                Some((_, _, true)) => return None,
                Some((leads, true, false)) => (
                    format!("`criteria.{name}` graded each of {leads} leads 0"),
                    "look at how it grades, or whether what it looks for arrives",
                ),
                Some((leads, false, false)) => (
                    format!(
                        "`criteria.{name}` never counted: nothing of it was known of any of {leads} leads"
                    ),
                    "connect what tells it, or give its weight to others",
                ),
                None => (
                    format!("`criteria.{name}` never counted: no lead came in of a motion that weighs it"),
                    "nothing, if such leads are to come",
                ),
            };
            Some(Warning { kind: WarningKind::CriterionNeverFires, what, remedy: remedy.to_owned() })
        };
        never.filter_map(warn).collect()
    }

    fn of_sources(&self, policy: &Policy) -> Vec<Warning> {
        let silent = policy
            .sources()
            .map(|(name, _)| name)
            .filter(|name| name.as_str() != HISTORY_SOURCE && !self.sources.contains(*name));
        let warn = |name: &SourceName| Warning {
            kind: WarningKind::SourceSilent,
            what: format!("no lead came from `{name}`, of {} that were looked at", self.leads),
            remedy: "look whether it is connected: leadlight sources show; or remove it".to_owned(),
        };
        silent.map(warn).collect()
    }

    fn of_texts(&self) -> Vec<Warning> {
        let warn = |kind, texts: &Texts, what: &str, remedy: &str| {
            (texts.leads > 0).then(|| Warning {
                kind,
                what: format!(
                    "the {what} of {} of {} leads could not be read: {}",
                    texts.leads,
                    self.leads,
                    texts.told()
                ),
                remedy: remedy.to_owned(),
            })
        };
        let titles = warn(
            WarningKind::TitlesNotRead,
            &self.titles,
            "titles",
            "say in `[titles]` what they mean, where your market calls its posts so",
        );
        let industries = warn(
            WarningKind::IndustriesNotRead,
            &self.industries,
            "industries",
            "list them in `[criteria.industry.grades]` in these words, where they are common",
        );
        titles.into_iter().chain(industries).collect()
    }

    fn of_milestones(&self) -> Vec<Warning> {
        let never = self.milestones.iter().filter(|(_, reached)| !**reached);
        let warn = |(name, _): (&String, &bool)| Warning {
            kind: WarningKind::MilestoneNeverReached,
            what: format!("no lead reached the milestone `{name}` of `criteria.activation`"),
            remedy: "ask for less, or look whether the behaviour that it needs is sent".to_owned(),
        };
        never.map(warn).collect()
    }

    fn of_segments(&self, policy: &Policy) -> Vec<Warning> {
        let empty = policy
            .all_segments()
            .filter(|(motion, name)| !self.segments.contains(&(*motion, (*name).to_owned())));
        let warn = |(motion, name): (Motion, &str)| Warning {
            kind: WarningKind::SegmentEmpty,
            what: format!(
                "no lead was in the segment `motions.{motion}.segments.{name}`, of {} of the motion",
                self.motions.get(&motion).copied().unwrap_or_default()
            ),
            remedy: "widen its conditions, or see with `policy replay` of how many leads it cannot be told"
                .to_owned(),
        };
        empty.map(warn).collect()
    }
}

/// A team that gets more in a day than it may have open cannot keep up, however fast it works.
fn over_capacity(capacity: &Capacity, open: u64) -> Option<Warning> {
    #[expect(clippy::cast_precision_loss, reason = "a team's open leads, some thousands")]
    let is_over = capacity.after > open as f64;
    is_over.then(|| Warning {
        kind: WarningKind::OverCapacity,
        what: format!(
            "the thresholds bring {:.1} leads a working day before people, and the team may have {open} open in all",
            capacity.after
        ),
        remedy: "raise `thresholds.sdr`, or the capacities in the team file".to_owned(),
    })
}

#[cfg(test)]
mod tests;
