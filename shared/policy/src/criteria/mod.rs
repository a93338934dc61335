//! The graded criteria: how far a lead fits in one respect, each from 0 to 1 and never yes or no.
//!
//! A criterion is one file here and one line in the list below. Its file holds all that is about it alone: the shape
//! of its table in the policy file, the check, the grade and the words. The name of the file is the table's name.
//! To add one, write its file after the pattern of a neighbour, with
//!
//! * `Shape`, its table `[criteria.NAME]`: `weight`, `missing` and whatever else it needs;
//! * `Rule`, checked, with the [`Grading`] of a lead;
//!
//! and add its line. Policies that don't name it stay as they are.
//!
//! Powers and logarithms come from `libm`, not from the platform's C library, and sums are added in a fixed order,
//! so that a grade is the same to the bit on every machine.

mod parts;

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

use jiff::Timestamp;
use leadlight_lead::{Activity, BuyingGroup, Company, CriterionGroup, Person};
use leadlight_settings::{Limit, Problems};
use schemars::JsonSchema;
use serde::Deserialize;

pub use industry::IndustryReading;

use crate::section::Section;

pub(crate) use seniority::in_words as level_in_words;

/// What a criterion's file says of it.
pub(crate) trait Grading: Sized {
    /// Its table in the policy file.
    type Shape;
    /// What it speaks about.
    const GROUP: CriterionGroup;
    /// Its name for people, in a sentence.
    const FACTOR: &'static str;
    /// Where true, what is known never counts for less than what is not.
    const ONLY_ADDS: bool = false;

    /// Notes what is wrong with the table, but for `weight` and `missing`, which every criterion has.
    fn check(p: &mut Problems<'_>, shape: &Self::Shape) -> Self;

    /// From 0 to 1; nothing where nothing is known.
    fn grade(&self, lead: &Subject<'_>) -> Option<f64>;

    /// Adds to a section how it is graded, in words.
    fn outline(&self, section: Section) -> Section;
}

/// A lead as criteria see it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Subject<'a> {
    pub(crate) company: &'a Company,
    pub(crate) person: &'a Person,
    /// First-party behaviour that counts, in whatever order.
    pub(crate) activity: &'a [Activity],
    /// Who else at the account has a lead that waits, where that was looked up.
    pub(crate) group: Option<&'a BuyingGroup>,
    /// The moment that ages are counted to.
    pub(crate) as_of: Timestamp,
}

/// Bounded, so that a sum of weights or points stays finite.
pub(crate) const WEIGHT: Limit =
    Limit { holds: |v| (0.0..=1000.0).contains(&v), wanted: "a number from 0 to 1000" };

/// Each file below, with the name of its criterion.
macro_rules! criteria {
    ($($(#[$doc:meta])* $criterion:ident in $file:ident),+ $(,)?) => {
        $(pub(crate) mod $file;)+

        /// A criterion that this release can grade.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Criterion { $($(#[$doc])* $criterion),+ }

        impl Criterion {
            /// All criteria, in the order in which their contributions are added.
            pub const ALL: [Self; [$(stringify!($criterion)),+].len()] = [$(Self::$criterion),+];

            /// As written in the policy file, and the name of its feature.
            pub fn name(self) -> &'static str {
                match self { $(Self::$criterion => stringify!($file)),+ }
            }

            /// What it speaks about.
            pub fn group(self) -> CriterionGroup {
                match self { $(Self::$criterion => <$file::Rule as Grading>::GROUP),+ }
            }

            /// In words, for people.
            pub fn factor(self) -> &'static str {
                match self { $(Self::$criterion => <$file::Rule as Grading>::FACTOR),+ }
            }
        }

        /// `[criteria]` of the policy file: the tables that are there.
        #[derive(Deserialize, JsonSchema)]
        #[serde(deny_unknown_fields)]
        pub(crate) struct CriteriaShape { $($(#[$doc])* pub(crate) $file: Option<$file::Shape>),+ }

        impl CriteriaShape {
            /// The rules of the criteria that the file names, and the weight of each.
            pub(crate) fn check(&self, p: &mut Problems<'_>) -> BTreeMap<Criterion, (Graded, f64)> {
                let mut checked = BTreeMap::new();
                $(if let Some(shape) = &self.$file {
                    let name = |field: &str| format!("criteria.{}.{field}", stringify!($file));
                    let weight = p.number(&shape.weight, &name("weight"), WEIGHT);
                    let graded = Graded {
                        missing: p.number(&shape.missing, &name("missing"), Limit::SHARE),
                        rule: Rule::$criterion(<$file::Rule as Grading>::check(p, shape)),
                    };
                    checked.insert(Criterion::$criterion, (graded, weight));
                })+
                checked
            }

            /// The criteria that the file names, in the order of [`Criterion::ALL`].
            pub(crate) fn named(&self) -> Vec<Criterion> {
                [$(self.$file.as_ref().map(|_| Criterion::$criterion)),+].into_iter().flatten().collect()
            }

            /// Where the first weight stands; nothing where no criterion is named.
            pub(crate) fn first_weight(&self) -> Option<Range<usize>> {
                [$(self.$file.as_ref().map(|shape| shape.weight.span())),+].into_iter().flatten().next()
            }
        }

        /// A criterion's rule.
        #[derive(Debug, Clone, PartialEq)]
        enum Rule { $($criterion($file::Rule)),+ }

        impl Rule {
            fn grade(&self, lead: &Subject<'_>) -> Option<f64> {
                match self { $(Self::$criterion(rule) => rule.grade(lead)),+ }
            }

            fn only_adds(&self) -> bool {
                match self { $(Self::$criterion(_) => <$file::Rule as Grading>::ONLY_ADDS),+ }
            }

            fn outline(&self, section: Section) -> Section {
                match self { $(Self::$criterion(rule) => rule.outline(section)),+ }
            }
        }
    };
}

criteria! {
    /// Industry, by degree of fit.
    Industry in industry,
    /// Company size, by distance from the ideal range.
    CompanySize in company_size,
    /// The person's job function.
    Function in function,
    /// The person's seniority.
    Seniority in seniority,
    /// Complementary tools in use.
    TechStack in tech_stack,
    /// First-party behaviour, ageing.
    Engagement in engagement,
    /// Third-party intent: strength and recency.
    Intent in intent,
    /// Who else at the account has a lead that waits.
    BuyingGroup in buying_group,
    /// How far a person and their colleagues have come with the product.
    Activation in activation,
    /// What happened at the company or to the person: money raised, growth, open positions, a new job.
    Triggers in triggers,
}

impl fmt::Display for Criterion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A criterion's rule with the grade that stands in where nothing is known.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Graded {
    /// 0 to 1.
    pub(crate) missing: f64,
    rule: Rule,
}

impl Graded {
    /// The lead's grade, where it is known, and the grade that counts; both 0 to 1.
    pub(crate) fn grade(&self, lead: &Subject<'_>) -> (Option<f64>, f64) {
        let grade = self.rule.grade(lead);
        let applied = grade.unwrap_or(self.missing);
        (grade, if self.rule.only_adds() { applied.max(self.missing) } else { applied })
    }

    /// Adds how it is graded, in words.
    pub(crate) fn outline(&self, section: Section) -> Section {
        self.rule.outline(section)
    }

    /// How usage is graded; nothing where it grades something else.
    pub(crate) fn activation(&self) -> Option<&activation::Rule> {
        match &self.rule {
            Rule::Activation(rule) => Some(rule),
            _ => None,
        }
    }

    /// The industries that it lists; nothing where it grades something else.
    pub(crate) fn listed_industries(&self) -> Option<&industry::Listed> {
        match &self.rule {
            Rule::Industry(rule) => Some(rule.listed()),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_are_distinct_and_all_groups_but_the_baseline_are_spoken_of() {
        let names: BTreeSet<_> = Criterion::ALL.map(Criterion::name).into();
        assert_eq!(names.len(), Criterion::ALL.len());
        let groups: BTreeSet<_> = Criterion::ALL.map(Criterion::group).into();
        assert_eq!(groups.len(), 5);
        assert!(!groups.contains(&CriterionGroup::Baseline));
    }
}
