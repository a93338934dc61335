//! The person's job function: a grade for each.

use leadlight_lead::CriterionGroup;
use leadlight_settings::{Limit, Problems, Spanned};
use serde::Deserialize;

use super::{Grading, Subject};
use crate::disqualify::function_in_words;
use crate::keyed::ByFunction;
use crate::section::{Section, capital, grade};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Shape {
    pub(super) weight: Spanned<f64>,
    pub(super) missing: Spanned<f64>,
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
