//! The five hard disqualifiers. Any one rejects, whatever the score.

use std::collections::BTreeSet;

use leadlight_lead::{
    Company, CountryCode, DERIVED, Disqualifier, DomainName, EmailKind, EnrichedLead, Function, ReadField,
};
use leadlight_reading::{TitlePhrase, read_country};

use crate::readings::Readings;

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct DisqualifyRules {
    pub(crate) customers: BTreeSet<DomainName>,
    pub(crate) competitors: BTreeSet<DomainName>,
    pub(crate) email_kinds: Vec<EmailKind>,
    pub(crate) functions: Vec<Function>,
    /// As people know it, in lower-case words with single spaces; and to look for.
    pub(crate) titles: Vec<(String, TitlePhrase)>,
    pub(crate) minimum_employees: u32,
    pub(crate) excluded_countries: BTreeSet<CountryCode>,
}

impl DisqualifyRules {
    /// The first that holds of those that no list decides, in the order in which [`Disqualifier`] names them, and what
    /// it rests on.
    /// What is not known disqualifies nobody.
    pub(crate) fn first(
        &self,
        lead: &EnrichedLead,
        kind: EmailKind,
        readings: &Readings<'_>,
    ) -> Option<(Disqualifier, String)> {
        self.non_commercial(lead, kind, readings)
            .map(|evidence| (Disqualifier::NonCommercialContact, evidence))
            .or_else(|| self.of_company(&lead.enrichment.company))
    }

    /// The first that holds of those that a company alone decides.
    pub(crate) fn of_company(&self, company: &Company) -> Option<(Disqualifier, String)> {
        self.below_minimum(company)
            .map(|evidence| (Disqualifier::BelowMinimumSize, evidence))
            .or_else(|| self.excluded(company).map(|e| (Disqualifier::ExcludedGeography, e)))
    }

    fn non_commercial(
        &self,
        lead: &EnrichedLead,
        kind: EmailKind,
        readings: &Readings<'_>,
    ) -> Option<String> {
        if self.email_kinds.contains(&kind) {
            return Some(format!("the address is {}", kind_in_words(kind)));
        }
        let person = &lead.enrichment.person;
        if let Some(function) = &person.function
            && self.functions.contains(&function.value)
        {
            return Some(format!("the person works in {}", function_in_words(function.value)));
        }
        let title = readings.title()?;
        let (phrase, _) = self.titles.iter().find(|(_, phrase)| phrase.ends_part_of(title))?;
        Some(format!("the title says `{phrase}`"))
    }

    fn below_minimum(&self, company: &Company) -> Option<String> {
        let employees = company.employees.as_ref()?.value;
        // Of a range all must lie below: what may be large enough rejects nobody.
        employees.at_most().is_some_and(|most| most < self.minimum_employees).then(|| {
            format!("the company has {employees} employees, the minimum is {}", self.minimum_employees)
        })
    }

    /// Whether a country was typed that is excluded, or that is not understood while some are, and so may be: a person
    /// looks before anything is scored. So they do where no more than the end of a domain or a telephone number points to
    /// one. That a provider says another excuses neither; which of the two is right, no rule
    /// can tell.
    pub(crate) fn may_be_excluded(&self, lead: &EnrichedLead) -> bool {
        let is_excluded = |country| self.excluded_countries.contains(&country);
        let supposed = lead.enrichment.company.country.as_ref().filter(|fact| fact.provider == DERIVED);
        if supposed.is_some_and(|fact| is_excluded(fact.value)) {
            return true;
        }
        !self.excluded_countries.is_empty()
            && lead
                .event()
                .typed(ReadField::Country)
                .is_some_and(|typed| read_country(&typed).is_none_or(is_excluded))
    }

    fn excluded(&self, company: &Company) -> Option<String> {
        // What a domain ends in is no proof.
        let known = company.country.as_ref().filter(|fact| fact.provider != DERIVED);
        let country = known?.value;
        self.excluded_countries
            .contains(&country)
            .then(|| format!("the company is in {country}, which is excluded"))
    }
}

pub(crate) fn kind_in_words(kind: EmailKind) -> &'static str {
    match kind {
        EmailKind::Business => "at a company",
        EmailKind::FreeMail => "at a free-mail provider",
        EmailKind::Disposable => "a throw-away mailbox",
        EmailKind::Academic => "at a school or university",
    }
}

pub(crate) fn function_in_words(function: Function) -> &'static str {
    match function {
        Function::RevenueOperations => "revenue operations",
        Function::Sales => "sales",
        Function::Marketing => "marketing",
        Function::CustomerSuccess => "customer success",
        Function::Engineering => "engineering",
        Function::Product => "product management",
        Function::It => "IT",
        Function::Data => "data and analytics",
        Function::GeneralManagement => "general management",
        Function::Operations => "operations",
        Function::Finance => "finance",
        Function::HumanResources => "human resources",
        Function::Legal => "legal",
        Function::Education => "education or research",
        Function::Other => "another field",
    }
}
