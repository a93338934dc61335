//! The fields that can be known of a lead: the one list of them.

use std::fmt;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Enrichment, Fact};

/// A field of a company or a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each is the field of its name in `Company` or `Person`")]
pub enum FactField {
    CompanyName,
    Industry,
    Employees,
    RevenueUsd,
    RevenueRange,
    Country,
    Technologies,
    Intent,
    Naics,
    Funding,
    HeadcountGrowth,
    Hiring,
    Title,
    Function,
    Seniority,
    RoleSince,
    Employer,
    EmployerSince,
    RecentlyChangedJobs,
}

/// Where a fact comes from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Origin<'a> {
    /// Who said so.
    pub provider: &'a str,
    /// When it was fetched.
    pub fetched_at: Timestamp,
    /// How far the provider trusts it, 0 to 1.
    pub confidence: f64,
}

fn origin<T>(fact: Option<&Fact<T>>) -> Option<Origin<'_>> {
    fact.map(|Fact { provider, fetched_at, confidence, .. }| Origin {
        provider,
        fetched_at: *fetched_at,
        confidence: *confidence,
    })
}

impl FactField {
    /// All of them, a company's first.
    pub const ALL: [Self; 19] = [
        Self::CompanyName,
        Self::Industry,
        Self::Employees,
        Self::RevenueUsd,
        Self::RevenueRange,
        Self::Country,
        Self::Technologies,
        Self::Intent,
        Self::Naics,
        Self::Funding,
        Self::HeadcountGrowth,
        Self::Hiring,
        Self::Title,
        Self::Function,
        Self::Seniority,
        Self::RoleSince,
        Self::Employer,
        Self::EmployerSince,
        Self::RecentlyChangedJobs,
    ];

    /// Its name in files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::CompanyName => "company_name",
            Self::Industry => "industry",
            Self::Employees => "employees",
            Self::RevenueUsd => "revenue_usd",
            Self::RevenueRange => "revenue_range",
            Self::Country => "country",
            Self::Technologies => "technologies",
            Self::Intent => "intent",
            Self::Naics => "naics",
            Self::Funding => "funding",
            Self::HeadcountGrowth => "headcount_growth",
            Self::Hiring => "hiring",
            Self::Title => "title",
            Self::Function => "function",
            Self::Seniority => "seniority",
            Self::RoleSince => "role_since",
            Self::Employer => "employer",
            Self::EmployerSince => "employer_since",
            Self::RecentlyChangedJobs => "recently_changed_jobs",
        }
    }

    /// For people.
    pub fn in_words(self) -> &'static str {
        match self {
            Self::CompanyName => "the company's name",
            Self::Industry => "industry",
            Self::Employees => "number of employees",
            Self::RevenueUsd => "revenue",
            Self::RevenueRange => "range of revenue",
            Self::Country => "country of the head office",
            Self::Technologies => "tools in use",
            Self::Intent => "third-party intent",
            Self::Naics => "NAICS code",
            Self::Funding => "funding",
            Self::HeadcountGrowth => "growth of the headcount",
            Self::Hiring => "open positions",
            Self::Title => "title",
            Self::Function => "job function",
            Self::Seniority => "seniority",
            Self::RoleSince => "start date in the role",
            Self::Employer => "current employer",
            Self::EmployerSince => "start date with the employer",
            Self::RecentlyChangedJobs => "whether the person changed jobs recently",
        }
    }

    /// Where the fact comes from, if it is known.
    pub fn of(self, found: &Enrichment) -> Option<Origin<'_>> {
        let (company, person) = (&found.company, &found.person);
        match self {
            Self::CompanyName => origin(company.name.as_ref()),
            Self::Industry => origin(company.industry.as_ref()),
            Self::Employees => origin(company.employees.as_ref()),
            Self::RevenueUsd => origin(company.revenue_usd.as_ref()),
            Self::RevenueRange => origin(company.revenue_range.as_ref()),
            Self::Country => origin(company.country.as_ref()),
            Self::Technologies => origin(company.technologies.as_ref()),
            Self::Intent => origin(company.intent.as_ref()),
            Self::Naics => origin(company.naics.as_ref()),
            Self::Funding => origin(company.funding.as_ref()),
            Self::HeadcountGrowth => origin(company.headcount_growth.as_ref()),
            Self::Hiring => origin(company.hiring.as_ref()),
            Self::Title => origin(person.title.as_ref()),
            Self::Function => origin(person.function.as_ref()),
            Self::Seniority => origin(person.seniority.as_ref()),
            Self::RoleSince => origin(person.role_since.as_ref()),
            Self::Employer => origin(person.employer.as_ref()),
            Self::EmployerSince => origin(person.employer_since.as_ref()),
            Self::RecentlyChangedJobs => origin(person.recently_changed_jobs.as_ref()),
        }
    }
}

impl FactField {
    /// Takes the fact out: it is not known any more.
    pub fn forget(self, found: &mut Enrichment) {
        let Enrichment { company, person, .. } = found;
        match self {
            Self::CompanyName => company.name = None,
            Self::Industry => company.industry = None,
            Self::Employees => company.employees = None,
            Self::RevenueUsd => company.revenue_usd = None,
            Self::RevenueRange => company.revenue_range = None,
            Self::Country => company.country = None,
            Self::Technologies => company.technologies = None,
            Self::Intent => company.intent = None,
            Self::Naics => company.naics = None,
            Self::Funding => company.funding = None,
            Self::HeadcountGrowth => company.headcount_growth = None,
            Self::Hiring => company.hiring = None,
            Self::Title => person.title = None,
            Self::Function => person.function = None,
            Self::Seniority => person.seniority = None,
            Self::RoleSince => person.role_since = None,
            Self::Employer => person.employer = None,
            Self::EmployerSince => person.employer_since = None,
            Self::RecentlyChangedJobs => person.recently_changed_jobs = None,
        }
    }
}

impl fmt::Display for FactField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_called_the_same_everywhere() {
        for field in FactField::ALL {
            assert_eq!(serde_json::to_value(field).unwrap(), field.as_str());
        }
        let known =
            |found: &Enrichment| FactField::ALL.into_iter().filter(|field| field.of(found).is_some()).count();
        assert_eq!(known(&Enrichment::default()), 0);
    }
}
