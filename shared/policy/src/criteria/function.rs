//! The person's job function: a grade for each.

use leadlight_lead::CriterionGroup;
use leadlight_settings::{Limit, Problems, Spanned};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Grading, Subject};
use crate::disqualify::function_in_words;
use crate::keyed::ByFunction;
use crate::section::{Section, capital, grade};

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Shape {
    /// What it counts for, 0 to 1000; only proportions count, and 0 switches it off.
    #[schemars(range(min = 0.0, max = 1000.0))]
    pub(super) weight: Spanned<f64>,
    /// The grade that counts where nothing is known, 0 to 1.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub(super) missing: Spanned<f64>,
    /// Each function with its grade, 0 to 1.
    grades: ByFunction<Spanned<f64>>,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Rule {
    grades: ByFunction<f64>,
}

impl Grading for Rule {
    type Shape = Shape;
    const GROUP: CriterionGroup = CriterionGroup::Contact;
    const FACTOR: &'static str = "job function";

    fn check(p: &mut Problems<'_>, shape: &Shape) -> Self {
        let name = "a grade of criteria.function.grades";
        Self { grades: shape.grades.map(|grade| p.number(grade, name, Limit::SHARE)) }
    }

    fn grade(&self, lead: &Subject<'_>) -> Option<f64> {
        Some(*self.grades.get(lead.person.function.as_ref()?.value))
    }

    fn outline(&self, section: Section) -> Section {
        let rows = self.grades.entries().into_iter();
        section.table(
            ["The person works in", "Grade"],
            rows.map(|(function, value)| [capital(function_in_words(function)), grade(*value)]),
        )
    }
}
