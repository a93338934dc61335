//! Complementary tools in use: their strengths add up to a full grade.

use std::collections::{BTreeMap, BTreeSet};

use leadlight_lead::CriterionGroup;
use leadlight_reading::technology_key;
use leadlight_settings::{Problems, Spanned};
use schemars::JsonSchema;
use serde::Deserialize;

use super::parts::{Numbers, STRENGTH, falling, full_at, share, table};
use super::{Grading, Subject};
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
    /// Strengths are added; this sum gives the full grade.
    #[schemars(extend("exclusiveMinimum" = 0))]
    full_at: Spanned<f64>,
    /// The strength of each tool, over 0, at most 1.
    tools: Numbers,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Rule {
    /// By the keys of the vocabulary.
    tools: BTreeMap<String, f64>,
    full_at: f64,
}

impl Rule {
    fn of_tools(&self, technologies: &[String]) -> f64 {
        // Documents of before hold tools as they were called then.
        let distinct: BTreeSet<String> = technologies.iter().map(|tool| technology_key(tool)).collect();
        share(distinct.iter().filter_map(|tool| self.tools.get(tool).copied()).collect(), self.full_at)
    }
}

impl Grading for Rule {
    type Shape = Shape;
    const GROUP: CriterionGroup = CriterionGroup::Technographic;
    const FACTOR: &'static str = "complementary tools";

    fn check(p: &mut Problems<'_>, shape: &Shape) -> Self {
        let written = table(p, &shape.tools, "criteria.tech_stack.tools", STRENGTH);
        let tools = by_key(p, &shape.tools, written);
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

/// Tools by the keys of the vocabulary: `salesforce.com` is `salesforce`, however a policy calls it.
fn by_key(p: &mut Problems<'_>, shape: &Numbers, written: BTreeMap<String, f64>) -> BTreeMap<String, f64> {
    let mut tools = BTreeMap::new();
    for (name, strength) in written {
        // What names no tool is noted already as one that would never be found.
        let key = Some(technology_key(&name)).filter(|key| !key.is_empty()).unwrap_or_else(|| name.clone());
        if tools.insert(key.clone(), strength).is_some() {
            let span = shape.get_ref().get(&name).map_or_else(|| shape.span(), Spanned::span);
            let what = format!("two entries of `[criteria.tech_stack.tools]` are `{key}`");
            p.add(span, what, "keep one of them");
        }
    }
    tools
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
        assert!(close(grade(&["Slack", "salesforce-com", "SFDC"]), 1.0), "as documents of before call them");
        assert!(close(grade(&["salesforce-marketing-cloud", "pardot"]), 0.0), "other products");
    }
}
