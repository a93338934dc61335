//! Product usage: how far a person and their colleagues have come with the product, by milestones that the policy names.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use jiff::SignedDuration;
use leadlight_lead::{ActivityKind, CriterionGroup};
use leadlight_settings::{Limit, Problems, Spanned};
use serde::Deserialize;

use super::engagement::in_words;
use super::parts::{STRENGTH, fading};
use super::{Grading, Subject};
use crate::keyed::ByActivity;
use crate::section::{Section, grade, list, unit};

/// A year: what was used before that says nothing of today.
const DAYS: RangeInclusive<u32> = 1..=365;
/// As much as one event can tell of behaviour, so that every milestone can be reached.
const TIMES: RangeInclusive<u32> = 0..=100;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Shape {
    pub(super) weight: Spanned<f64>,
    pub(super) missing: Spanned<f64>,
    within_days: Spanned<i64>,
    half_life_days: Spanned<f64>,
    milestones: Spanned<Vec<MilestoneShape>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MilestoneShape {
    name: Spanned<String>,
    grade: Spanned<f64>,
    needs: Spanned<NeedsShape>,
}

/// How often of each kind; what is left out is not asked for.
type NeedsShape = ByActivity<Option<Spanned<i64>>>;

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Rule {
    within_days: u32,
    half_life_days: f64,
    /// Not empty; each asks for something.
    milestones: Vec<Milestone>,
}

#[derive(Debug, Clone, PartialEq)]
struct Milestone {
    name: String,
    /// Over 0, at most 1.
    grade: f64,
    /// How often, from 1.
    needs: Vec<(ActivityKind, u32)>,
}

/// What was done of one kind, lately enough.
#[derive(Clone, Copy, Default)]
struct Use {
    times: u32,
    /// 1 for now, a half after each half-life.
    freshness: f64,
}

impl Grading for Rule {
    type Shape = Shape;
    const GROUP: CriterionGroup = CriterionGroup::Engagement;
    const FACTOR: &'static str = "product activation";
    /// Who tried a little must not count for less than who did not sign up.
    const ONLY_ADDS: bool = true;

    fn check(p: &mut Problems<'_>, shape: &Shape) -> Self {
        let entries = shape.milestones.get_ref();
        if entries.is_empty() {
            p.add(
                shape.milestones.span(),
                "there are no milestones, so nobody would ever count as active",
                "add one, such as `{ name = \"Connected\", grade = 0.6, needs = { integration_connected = 1 } }`",
            );
        }
        let mut names = BTreeSet::new();
        let milestones = entries.iter().map(|entry| milestone(p, entry, &mut names)).collect();
        Self {
            within_days: p.whole(&shape.within_days, "criteria.activation.within_days", &DAYS),
            half_life_days: p.number(
                &shape.half_life_days,
                "criteria.activation.half_life_days",
                Limit::POSITIVE,
            ),
            milestones,
        }
    }

    /// The best of all milestones, each as far as it is reached and as fresh as its latest use. Without any behaviour
    /// nothing is known: who blocks tracking uses the product unseen.
    fn grade(&self, lead: &Subject<'_>) -> Option<f64> {
        let of_colleagues = lead.group.is_some_and(|group| !group.used.is_empty());
        if lead.activity.is_empty() && !of_colleagues {
            return None;
        }
        let used = self.used(lead);
        Some(self.milestones.iter().map(|milestone| milestone.reached(&used)).fold(0.0, f64::max))
    }

    fn outline(&self, section: Section) -> Section {
        let rows = self.milestones.iter().map(|milestone| {
            let needs = milestone.needs.iter().map(|(kind, times)| format!("{times} × {}", in_words(*kind).to_lowercase()));
            [milestone.name.clone(), list(needs, "and"), grade(milestone.grade)]
        });
        section
            .text([
                format!("What was done within {} counts: by the person, by colleagues with a lead that waits, and at the account without a name.",
                    unit(self.within_days, "day")),
                "A milestone that is half done has half its grade; the best one counts.".to_owned(),
                format!("It fades with the latest use: {} after it half is left.", unit(self.half_life_days, "day")),
            ])
            .table(["Milestone", "What it takes", "Grade when reached"], rows)
    }
}

fn milestone(p: &mut Problems<'_>, entry: &MilestoneShape, names: &mut BTreeSet<String>) -> Milestone {
    let name = p.words(&entry.name, "name");
    if !names.insert(name.clone()) {
        let what = format!("the milestone `{name}` stands here twice");
        p.add(entry.name.span(), what, "give each a name of its own");
    }
    let needs: Vec<_> = entry
        .needs
        .get_ref()
        .entries()
        .into_iter()
        .filter_map(|(kind, times)| {
            let times = times.as_ref()?;
            let name = format!("criteria.activation.milestones.needs.{}", kind.as_str());
            Some((kind, p.whole(times, &name, &TIMES)))
        })
        .filter(|(_, times)| *times > 0)
        .collect();
    if needs.is_empty() {
        let what = format!("the milestone `{name}` asks for nothing, so everybody would have reached it");
        p.add(entry.needs.span(), what, "say what it takes, such as `needs = { feature_used = 3 }`");
    }
    Milestone { name, grade: p.number(&entry.grade, "criteria.activation.milestones.grade", STRENGTH), needs }
}

impl Rule {
    /// How long what was used counts.
    pub(crate) fn window(&self) -> SignedDuration {
        SignedDuration::from_hours(24 * i64::from(self.within_days))
    }

    /// By kind, of the person, of colleagues and of the account together.
    fn used(&self, lead: &Subject<'_>) -> impl Fn(ActivityKind) -> Use {
        let oldest = lead.as_of - self.window();
        let own = lead.activity.iter().map(|did| (did.kind, 1, did.at));
        let theirs = lead.group.into_iter().flat_map(|group| &group.used);
        let theirs = theirs.map(|used| (used.kind, used.times, used.latest));
        let mut by_kind = BTreeMap::<ActivityKind, Use>::new();
        for (kind, times, at) in own.chain(theirs).filter(|(_, _, at)| *at >= oldest) {
            let of_kind = by_kind.entry(kind).or_default();
            of_kind.times = of_kind.times.saturating_add(times);
            of_kind.freshness = of_kind.freshness.max(fading(at, lead.as_of, self.half_life_days));
        }
        move |kind| by_kind.get(&kind).copied().unwrap_or_default()
    }
}

impl Milestone {
    fn reached(&self, used: &impl Fn(ActivityKind) -> Use) -> f64 {
        let parts = self.needs.iter().map(|(kind, times)| {
            let done = used(*kind).times.min(*times);
            f64::from(done) / f64::from(*times)
        });
        #[expect(clippy::cast_precision_loss, reason = "a dozen kinds at most")]
        let progress = parts.sum::<f64>() / self.needs.len() as f64;
        let freshness = self.needs.iter().map(|(kind, _)| used(*kind).freshness).fold(0.0, f64::max);
        self.grade * progress * freshness
    }
}

#[cfg(test)]
mod tests {
    use leadlight_lead::{Activity, BuyingGroup, Company, Person, Used};

    use super::super::parts::test_support::{close, days_before};
    use super::*;

    fn rule() -> Rule {
        let milestone = |name: &str, grade, needs: &[(ActivityKind, u32)]| Milestone {
            name: name.to_owned(),
            grade,
            needs: needs.to_vec(),
        };
        Rule {
            within_days: 60,
            half_life_days: 30.0,
            milestones: vec![
                milestone("tried", 0.4, &[(ActivityKind::FeatureUsed, 4)]),
                milestone(
                    "at work",
                    1.0,
                    &[(ActivityKind::IntegrationConnected, 1), (ActivityKind::TeammateInvited, 2)],
                ),
            ],
        }
    }

    fn did(kind: ActivityKind, days: i64) -> Activity {
        Activity { kind, name: None, at: days_before(days) }
    }

    fn grade_of(activity: &[Activity], group: Option<&BuyingGroup>) -> Option<f64> {
        let (company, person) = (Company::default(), Person::default());
        let as_of = days_before(0);
        rule().grade(&Subject { company: &company, person: &person, activity, group, as_of })
    }

    #[test]
    fn the_best_milestone_counts_as_far_as_it_is_reached() {
        assert_eq!(grade_of(&[], None), None, "nobody saw anything");
        assert_eq!(grade_of(&[did(ActivityKind::PageView, 0)], None), Some(0.0));
        let features = [did(ActivityKind::FeatureUsed, 0), did(ActivityKind::FeatureUsed, 0)];
        assert!(close(grade_of(&features, None).unwrap(), 0.2));
        let connected = [did(ActivityKind::IntegrationConnected, 0)];
        assert!(close(grade_of(&connected, None).unwrap(), 0.5));
        let whole = [
            did(ActivityKind::IntegrationConnected, 0),
            did(ActivityKind::TeammateInvited, 0),
            did(ActivityKind::TeammateInvited, 0),
        ];
        assert!(close(grade_of(&whole, None).unwrap(), 1.0));
    }

    #[test]
    fn it_fades_with_the_latest_use_and_ends_with_the_window() {
        let at = |days| grade_of(&[did(ActivityKind::IntegrationConnected, days)], None).unwrap();
        assert!(close(at(30), 0.25));
        assert!(at(60) > 0.0);
        assert!(close(at(61), 0.0));
    }

    #[test]
    fn colleagues_count_with_the_person() {
        let used =
            vec![Used { kind: ActivityKind::TeammateInvited, times: 2, latest: days_before(0) }];
        let group = BuyingGroup { others: vec![None], used };
        assert!(close(grade_of(&[], Some(&group)).unwrap(), 0.5));
        let connected = [did(ActivityKind::IntegrationConnected, 0)];
        assert!(close(grade_of(&connected, Some(&group)).unwrap(), 1.0));
    }
}
