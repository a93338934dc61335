//! Industry, by degree of fit: a grade for each that is listed, one for all others.

use std::collections::BTreeMap;

use leadlight_lead::CriterionGroup;
use leadlight_settings::{Limit, Problems, Spanned};
use serde::Deserialize;

use super::parts::{Numbers, falling, table};
use super::{Grading, Subject};
use crate::section::{Section, grade};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Shape {
    pub(super) weight: Spanned<f64>,
    pub(super) missing: Spanned<f64>,
    unlisted: Spanned<f64>,
    grades: Numbers,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Rule {
    grades: BTreeMap<String, f64>,
    unlisted: f64,
}

impl Grading for Rule {
    type Shape = Shape;
    const GROUP: CriterionGroup = CriterionGroup::Icp;
    const FACTOR: &'static str = "industry fit";

    fn check(p: &mut Problems<'_>, shape: &Shape) -> Self {
        Self {
            grades: table(p, &shape.grades, "criteria.industry.grades", Limit::SHARE),
            unlisted: p.number(&shape.unlisted, "criteria.industry.unlisted", Limit::SHARE),
        }
    }

    fn grade(&self, lead: &Subject<'_>) -> Option<f64> {
        let industry = lead.company.industry.as_ref()?;
        Some(self.grades.get(&industry.value).copied().unwrap_or(self.unlisted))
    }

    fn outline(&self, section: Section) -> Section {
        section
            .text([format!("An industry that is not listed has the grade {}.", grade(self.unlisted))])
            .table(["Industry", "Grade"], falling(&self.grades))
    }
}
