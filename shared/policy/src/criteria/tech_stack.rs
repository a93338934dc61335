//! Complementary tools in use: their strengths add up to a full grade.

use std::collections::{BTreeMap, BTreeSet};

use leadlight_lead::CriterionGroup;
use leadlight_settings::{Problems, Spanned};
use serde::Deserialize;

use super::parts::{Numbers, STRENGTH, falling, full_at, share, table};
use super::{Grading, Subject};
use crate::section::Section;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Shape {
    pub(super) weight: Spanned<f64>,
    pub(super) missing: Spanned<f64>,
    full_at: Spanned<f64>,
    tools: Numbers,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Rule {
    tools: BTreeMap<String, f64>,
    full_at: f64,
}

impl Rule {
    fn of_tools(&self, technologies: &[String]) -> f64 {
        let distinct: BTreeSet<&str> = technologies.iter().map(String::as_str).collect();
        share(distinct.into_iter().filter_map(|tool| self.tools.get(tool).copied()).collect(), self.full_at)
    }
}

impl Grading for Rule {
    type Shape = Shape;
    const GROUP: CriterionGroup = CriterionGroup::Technographic;
    const FACTOR: &'static str = "complementary tools";

    fn check(p: &mut Problems<'_>, shape: &Shape) -> Self {
        let tools = table(p, &shape.tools, "criteria.tech_stack.tools", STRENGTH);
        let full_at = full_at(p, &shape.full_at, "criteria.tech_stack.full_at", &tools);
        Self { tools, full_at }
    }

    fn grade(&self, lead: &Subject<'_>) -> Option<f64> {
        Some(self.of_tools(&lead.company.technologies.as_ref()?.value))
    }

    fn outline(&self, section: Section) -> Section {
        section
            .text([
                format!(
                    "The strengths of the tools in use are added; a sum of {} is the full grade, more adds nothing.",
                    self.full_at
                ),
                "Other tools don't count.".to_owned(),
            ])
            .table(["Tool", "Strength"], falling(&self.tools))
    }
}

#[cfg(test)]
mod tests {
    use super::super::parts::test_support::close;
    use super::*;

    #[test]
    fn tools_add_up_once_each_to_a_full_grade() {
        let tools = BTreeMap::from([("salesforce".to_owned(), 1.0), ("slack".to_owned(), 0.5)]);
        let rule = Rule { tools, full_at: 1.5 };
        let grade = |tools: &[&str]| rule.of_tools(&tools.iter().map(|t| (*t).to_owned()).collect::<Vec<_>>());
        assert!(close(grade(&[]), 0.0));
        assert!(close(grade(&["abacus"]), 0.0));
        assert!(close(grade(&["slack", "slack"]), 1.0 / 3.0));
        assert!(close(grade(&["slack", "salesforce"]), 1.0));
    }
}
