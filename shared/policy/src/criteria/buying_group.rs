//! The buying group: who else at the account has a lead that waits. Points by seniority add up to a full grade.

use leadlight_lead::CriterionGroup;
use leadlight_settings::{Limit, Problems, Spanned};
use schemars::JsonSchema;
use serde::Deserialize;

use super::parts::share;
use super::seniority::in_words;
use super::{Grading, Subject, WEIGHT};
use crate::keyed::BySeniority;
use crate::section::Section;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Shape {
    /// What it counts for, 0 to 1000; only proportions count, and 0 switches it off.
    #[schemars(range(min = 0.0, max = 1000.0))]
    pub(super) weight: Spanned<f64>,
    /// The grade that counts where nothing is known, 0 to 1.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub(super) missing: Spanned<f64>,
    /// Points are added; this sum gives the full grade.
    full_at: Spanned<f64>,
    /// Points of a colleague whose level is not known.
    unknown: Spanned<f64>,
    /// Points of a colleague by level.
    points: BySeniority<Spanned<f64>>,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Rule {
    full_at: f64,
    unknown: f64,
    points: BySeniority<f64>,
}

impl Grading for Rule {
    type Shape = Shape;
    const GROUP: CriterionGroup = CriterionGroup::Engagement;
    const FACTOR: &'static str = "buying group";
    /// That nobody else came yet must not count for less than not having looked.
    const ONLY_ADDS: bool = true;

    fn check(p: &mut Problems<'_>, shape: &Shape) -> Self {
        let name = "a number of criteria.buying_group.points";
        Self {
            points: shape.points.map(|points| p.number(points, name, WEIGHT)),
            unknown: p.number(&shape.unknown, "criteria.buying_group.unknown", WEIGHT),
            full_at: p.number(&shape.full_at, "criteria.buying_group.full_at", Limit::POSITIVE),
        }
    }

    fn grade(&self, lead: &Subject<'_>) -> Option<f64> {
        let points = |level: &Option<_>| level.map_or(self.unknown, |level| *self.points.get(level));
        Some(share(lead.group?.others.iter().map(points).collect(), self.full_at))
    }

    fn outline(&self, section: Section) -> Section {
        let rows = self.points.entries().into_iter();
        let rows = rows.map(|(level, points)| [in_words(level).to_owned(), points.to_string()]);
        section
            .text([
                "Other people of the account count whose leads waited when this one came in, each once.".to_owned(),
                format!("Their points are added; a sum of {} is the full grade.", self.full_at),
                "It only ever adds.".to_owned(),
            ])
            .table(
                ["Someone else's level", "Points"],
                rows.chain([["Not known".to_owned(), self.unknown.to_string()]]),
            )
    }
}

#[cfg(test)]
mod tests {
    use leadlight_lead::{BuyingGroup, Motion, Seniority};

    use crate::tests::{DEFAULT, bare_lead};
    use crate::{Criterion, Policy};

    const TABLE: &str = "\n[criteria.buying_group]\nweight = 10\nmissing = 0.1\nfull_at = 4\nunknown = 1\n\
                         points = { training = 0, entry = 0, individual = 1, senior = 1, manager = 1, director = 2, \
                         vp = 3, c_level = 3, owner = 3 }\n";

    fn grade(policy: &Policy, others: Option<&[Option<Seniority>]>) -> Option<(Option<f64>, f64)> {
        let mut lead = bare_lead("ada@acme.example");
        lead.group = others.map(|others| BuyingGroup { others: others.to_vec(), used: Vec::new() });
        let grades = policy.assess(&lead).grades;
        let of_group = grades.into_iter().find(|grade| grade.criterion == Criterion::BuyingGroup);
        of_group.map(|grade| (grade.grade, grade.applied))
    }

    #[test]
    fn more_and_more_senior_people_count_and_nobody_costs_nothing() {
        let policy = Policy::parse("own.toml", &format!("{DEFAULT}{TABLE}")).unwrap();
        assert!(policy.asks_for_group(Motion::Inbound));
        let director = Some(Seniority::Director);
        assert_eq!(grade(&policy, None), Some((None, 0.1)));
        assert_eq!(grade(&policy, Some(&[])), Some((Some(0.0), 0.1)));
        assert_eq!(grade(&policy, Some(&[director])), Some((Some(0.5), 0.5)));
        assert_eq!(grade(&policy, Some(&[director, None])), Some((Some(0.75), 0.75)));
        assert_eq!(grade(&policy, Some(&[director, director, None])), Some((Some(1.0), 1.0)));
        let outline = format!("{:?}", policy.outline());
        assert!(outline.contains("each once"), "{outline}");
    }

    #[test]
    fn a_policy_that_does_not_name_it_asks_for_nobody_and_a_wrong_table_is_refused() {
        let default = Policy::parse("default.toml", DEFAULT).unwrap();
        assert!(!default.asks_for_group(Motion::Inbound));
        assert_eq!(grade(&default, Some(&[None])), None);
        let wrong = format!("{DEFAULT}{}", TABLE.replace("full_at = 4", "full_at = 0"));
        let problem = Policy::parse("own.toml", &wrong).unwrap_err().to_string();
        assert!(problem.contains("criteria.buying_group.full_at"), "{problem}");
    }
}
