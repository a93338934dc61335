//! The person's seniority: a grade for each level, never lower for a higher one.

use leadlight_lead::{CriterionGroup, Seniority};
use leadlight_settings::{Limit, Problems, Spanned};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Grading, Subject};
use crate::keyed::BySeniority;
use crate::section::{Section, grade};

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Shape {
    /// What it counts for, 0 to 1000; only proportions count, and 0 switches it off.
    #[schemars(range(min = 0.0, max = 1000.0))]
    pub(super) weight: Spanned<f64>,
    /// The grade that counts where nothing is known, 0 to 1.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub(super) missing: Spanned<f64>,
    /// Each level with its grade; a higher level never a lower one.
    grades: BySeniority<Spanned<f64>>,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Rule {
    grades: BySeniority<f64>,
}

impl Grading for Rule {
    type Shape = Shape;
    const GROUP: CriterionGroup = CriterionGroup::Contact;
    const FACTOR: &'static str = "seniority";

    fn check(p: &mut Problems<'_>, shape: &Shape) -> Self {
        let name = "a grade of criteria.seniority.grades";
        let grades = shape.grades.map(|grade| p.number(grade, name, Limit::SHARE));
        for pair in Seniority::ALL.windows(2) {
            let &[lower, higher] = pair else { continue };
            let (below, above) = (*grades.get(lower), *grades.get(higher));
            if above < below {
                p.add(
                    shape.grades.get(higher).span(),
                    format!("seniority grades fall from {below} to {above} as the level rises"),
                    format!("give this level at least {below}, or lower the levels below it"),
                );
            }
        }
        Self { grades }
    }

    fn grade(&self, lead: &Subject<'_>) -> Option<f64> {
        Some(*self.grades.get(lead.person.seniority.as_ref()?.value))
    }

    fn outline(&self, section: Section) -> Section {
        let rows = self.grades.entries().into_iter();
        section.table(
            ["Level", "Grade"],
            rows.map(|(level, value)| [in_words(level).to_owned(), grade(*value)]),
        )
    }
}

pub(crate) fn in_words(level: Seniority) -> &'static str {
    match level {
        Seniority::Training => "Student, intern or trainee",
        Seniority::Entry => "First job or assistant",
        Seniority::Individual => "Individual contributor",
        Seniority::Senior => "Senior individual contributor",
        Seniority::Manager => "Manager",
        Seniority::Director => "Director",
        Seniority::Vp => "Vice president or head of a function",
        Seniority::CLevel => "Chief officer",
        Seniority::Owner => "Founder or owner",
    }
}
