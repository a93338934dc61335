//! What one answer says, in our words and without its origin.

use jiff::civil::Date;
use leadlight_lead::{
    CountryCode, DomainName, FactField, Function, Funding, Headcount, Hiring, Intent, RevenueRange, Seniority,
};
use serde::Serialize;

/// What a vendor's answer says. What it does not say is not known, never "no".
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Findings {
    /// How sure the vendor is that this is the company or person that was asked about, 0 to 1.
    pub confidence: f64,
    /// Of the company.
    pub company: CompanyFindings,
    /// Of the person.
    pub person: PersonFindings,
}

/// Of a company; fields as in [`leadlight_lead::Company`].
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct CompanyFindings {
    /// Its name.
    pub name: Option<String>,
    /// Its industry in the vendor's words: read later, under the policy.
    pub industry: Option<String>,
    /// Its NAICS code, 2 to 6 digits.
    pub naics: Option<String>,
    /// Employees.
    pub employees: Option<Headcount>,
    /// Yearly revenue in US dollars.
    pub revenue_usd: Option<u64>,
    /// The range of it.
    pub revenue_range: Option<RevenueRange>,
    /// Country of the head office.
    pub country: Option<CountryCode>,
    /// Tools in use today, in the vendor's words; what it saw last long ago is left out. An empty list says that it
    /// looked and saw none.
    pub technologies: Option<Vec<String>>,
    /// Third-party intent; topics in the vendor's words.
    pub intent: Option<Intent>,
    /// Money raised.
    pub funding: Option<Funding>,
    /// Growth of the headcount in twelve months, as a share.
    pub headcount_growth: Option<f64>,
    /// Open positions.
    pub hiring: Option<Vec<Hiring>>,
}

/// Of a person; fields as in [`leadlight_lead::Person`].
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct PersonFindings {
    /// The current title.
    pub title: Option<String>,
    /// What they work on.
    pub function: Option<Function>,
    /// How senior.
    pub seniority: Option<Seniority>,
    /// Since when in this role.
    pub role_since: Option<Date>,
    /// Domain of the company they work for now.
    pub employer: Option<DomainName>,
    /// Since when they work for it.
    pub employer_since: Option<Date>,
    /// Whether they changed jobs recently, where the vendor says so itself.
    pub recently_changed_jobs: Option<bool>,
}

impl Findings {
    /// Whether it says something of a field.
    pub fn has(&self, field: FactField) -> bool {
        let (company, person) = (&self.company, &self.person);
        match field {
            FactField::CompanyName => company.name.is_some(),
            FactField::Industry => company.industry.is_some(),
            FactField::Employees => company.employees.is_some(),
            FactField::RevenueUsd => company.revenue_usd.is_some(),
            FactField::RevenueRange => company.revenue_range.is_some(),
            FactField::Country => company.country.is_some(),
            FactField::Technologies => company.technologies.is_some(),
            FactField::Intent => company.intent.is_some(),
            FactField::Naics => company.naics.is_some(),
            FactField::Funding => company.funding.is_some(),
            FactField::HeadcountGrowth => company.headcount_growth.is_some(),
            FactField::Hiring => company.hiring.is_some(),
            FactField::Title => person.title.is_some(),
            FactField::Function => person.function.is_some(),
            FactField::Seniority => person.seniority.is_some(),
            FactField::RoleSince => person.role_since.is_some(),
            FactField::Employer => person.employer.is_some(),
            FactField::EmployerSince => person.employer_since.is_some(),
            FactField::RecentlyChangedJobs => person.recently_changed_jobs.is_some(),
        }
    }
}
