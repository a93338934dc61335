//! Industries as people and systems write them, under one policy.

use std::collections::BTreeMap;

use leadlight_lead::Enrichment;
use leadlight_reading::IndustryList;

use crate::criteria::{IndustryReading, industry::Listed};
use crate::policy::Policy;
use crate::scorecard::Scorecard;

/// How the values of a system's pick list fall under a policy. Each value is in one of the lists.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct IndustryCoverage {
    /// The values that have a grade, by the policy's key that gives it.
    pub graded: BTreeMap<String, Vec<&'static str>>,
    /// The values that are understood and not in the policy: they have the grade `unlisted`.
    pub unlisted: Vec<&'static str>,
    /// The values of which the policy lists only parts: they count as not known.
    pub too_broad: Vec<&'static str>,
    /// The values that may be several industries or say none: they count as not known.
    pub not_understood: Vec<&'static str>,
}

impl Policy {
    /// What this policy makes of an industry as somebody wrote it. One that does not grade industries understands the
    /// vocabulary all the same.
    pub fn industry(&self, text: &str) -> IndustryReading<'_> {
        self.scorecard.industry(text)
    }

    /// How the values of a system's pick list fall under this policy; nothing where it does not grade industries.
    pub fn industry_coverage(&self, list: IndustryList) -> Option<IndustryCoverage> {
        let listed = self.scorecard.listed_industries()?;
        let mut coverage = IndustryCoverage::default();
        for (value, _) in list.values() {
            match listed.read(value) {
                IndustryReading::Graded { listed, .. } => {
                    coverage.graded.entry(listed.to_owned()).or_default().push(value);
                }
                IndustryReading::Unlisted { .. } => coverage.unlisted.push(value),
                IndustryReading::TooBroad { .. } => coverage.too_broad.push(value),
                IndustryReading::NotUnderstood => coverage.not_understood.push(value),
            }
        }
        Some(coverage)
    }

    /// What is worth knowing of the industries that this policy lists, a sentence each: keys under which only their
    /// own words fall, and those that look mistyped. None of it makes the policy wrong.
    pub fn industry_notes(&self) -> Vec<String> {
        self.scorecard.listed_industries().map(Listed::notes).unwrap_or_default()
    }
}

impl Scorecard {
    pub(crate) fn industry(&self, text: &str) -> IndustryReading<'_> {
        static NONE_LISTED: Listed = Listed::none();
        self.listed_industries().unwrap_or(&NONE_LISTED).read(text)
    }

    pub(crate) fn listed_industries(&self) -> Option<&Listed> {
        self.criteria.values().find_map(|weighted| weighted.listed_industries())
    }

    /// Whether an industry is known that means something: text that nobody understands is not knowledge.
    pub(crate) fn knows_industry(&self, found: &Enrichment) -> bool {
        let said = found.company.industry.as_ref();
        said.is_some_and(|fact| self.industry(&fact.value) != IndustryReading::NotUnderstood)
    }
}
