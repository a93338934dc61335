//! The gate before scoring: is enough known for a score to mean something?

use std::fmt;

use leadlight_lead::{Completeness, Enrichment};
use serde::Deserialize;

/// A field that enrichment may find, as the policy names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum WantedField {
    CompanyName,
    Industry,
    Employees,
    RevenueUsd,
    Country,
    Technologies,
    Intent,
    Title,
    Function,
    Seniority,
    RoleSince,
    RecentlyChangedJobs,
}

impl WantedField {
    fn is_known(self, found: &Enrichment, knows_industry: bool) -> bool {
        let (company, person) = (&found.company, &found.person);
        match self {
            Self::CompanyName => company.name.is_some(),
            Self::Industry => knows_industry,
            Self::Employees => company.employees.is_some(),
            Self::RevenueUsd => company.revenue_usd.is_some(),
            Self::Country => company.country.is_some(),
            Self::Technologies => company.technologies.is_some(),
            Self::Intent => company.intent.is_some(),
            Self::Title => person.title.is_some(),
            Self::Function => person.function.is_some(),
            Self::Seniority => person.seniority.is_some(),
            Self::RoleSince => person.role_since.is_some(),
            Self::RecentlyChangedJobs => person.recently_changed_jobs.is_some(),
        }
    }
}

impl fmt::Display for WantedField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::CompanyName => "company_name",
            Self::Industry => "industry",
            Self::Employees => "employees",
            Self::RevenueUsd => "revenue_usd",
            Self::Country => "country",
            Self::Technologies => "technologies",
            Self::Intent => "intent",
            Self::Title => "title",
            Self::Function => "function",
            Self::Seniority => "seniority",
            Self::RoleSince => "role_since",
            Self::RecentlyChangedJobs => "recently_changed_jobs",
        })
    }
}

impl WantedField {
    /// For people.
    pub(crate) fn in_words(self) -> &'static str {
        match self {
            Self::CompanyName => "the company's name",
            Self::Industry => "industry",
            Self::Employees => "number of employees",
            Self::RevenueUsd => "revenue",
            Self::Country => "country of the head office",
            Self::Technologies => "tools in use",
            Self::Intent => "third-party intent",
            Self::Title => "title",
            Self::Function => "job function",
            Self::Seniority => "seniority",
            Self::RoleSince => "since when in the role",
            Self::RecentlyChangedJobs => "whether the person changed jobs lately",
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CompletenessRule {
    /// Not empty, each field once.
    pub(crate) wanted: Vec<WantedField>,
    /// 0 to 1.
    pub(crate) minimum_share: f64,
}

impl CompletenessRule {
    /// `knows_industry`: whether an industry is known that the policy understands.
    pub(crate) fn measure(&self, found: &Enrichment, knows_industry: bool) -> Completeness {
        let unknown = self.wanted.iter().filter(|field| !field.is_known(found, knows_industry));
        let missing: Vec<String> = unknown.map(ToString::to_string).collect();
        #[expect(clippy::cast_precision_loss, reason = "a dozen fields at most")]
        let share = (self.wanted.len() - missing.len()) as f64 / self.wanted.len() as f64;
        Completeness { share, missing }
    }

    /// The fewest wanted fields that must be known.
    pub(crate) fn fewest(&self) -> usize {
        #[expect(clippy::cast_precision_loss, reason = "a dozen fields at most")]
        let enough = |known: &usize| *known as f64 / self.wanted.len() as f64 >= self.minimum_share;
        (0..self.wanted.len()).find(enough).unwrap_or(self.wanted.len())
    }

    /// What is missing, where that is too much.
    pub(crate) fn gate(&self, found: &Enrichment, knows_industry: bool) -> Option<Vec<String>> {
        let completeness = self.measure(found, knows_industry);
        (completeness.share < self.minimum_share).then_some(completeness.missing)
    }
}
