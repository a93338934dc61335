//! The five hard disqualifiers. Any one rejects, whatever the score.

use std::collections::BTreeSet;

use leadlight_lead::{CountryCode, Disqualifier, DomainName, EmailKind, EnrichedLead, Function, TypedField};

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct DisqualifyRules {
    pub(crate) customers: BTreeSet<DomainName>,
    pub(crate) competitors: BTreeSet<DomainName>,
    pub(crate) email_kinds: Vec<EmailKind>,
    pub(crate) functions: Vec<Function>,
    /// Lower-case words with single spaces.
    pub(crate) titles: Vec<String>,
    pub(crate) minimum_employees: u32,
    pub(crate) excluded_countries: BTreeSet<CountryCode>,
}

impl DisqualifyRules {
    /// The first that holds, in the order in which [`Disqualifier`] lists them, and what it rests on.
    /// What is not known disqualifies nobody.
    pub(crate) fn first(&self, lead: &EnrichedLead, kind: EmailKind) -> Option<(Disqualifier, String)> {
        listed(lead, &self.customers)
            .map(|d| (Disqualifier::CurrentCustomer, format!("{d} is on the list of customers")))
            .or_else(|| {
                listed(lead, &self.competitors)
                    .map(|d| (Disqualifier::Competitor, format!("{d} is on the list of competitors")))
            })
            .or_else(|| {
                self.non_commercial(lead, kind).map(|evidence| (Disqualifier::NonCommercialContact, evidence))
            })
            .or_else(|| self.below_minimum(lead).map(|e| (Disqualifier::BelowMinimumSize, e)))
            .or_else(|| self.excluded(lead).map(|e| (Disqualifier::ExcludedGeography, e)))
    }

    fn non_commercial(&self, lead: &EnrichedLead, kind: EmailKind) -> Option<String> {
        if self.email_kinds.contains(&kind) {
            return Some(format!("the address is {}", kind_in_words(kind)));
        }
        let person = &lead.enrichment.person;
        if let Some(function) = &person.function
            && self.functions.contains(&function.value)
        {
            return Some(format!("the person works in {}", function_in_words(function.value)));
        }
        // A typed title is a fact as far as it is not too long; here all of it counts.
        let known = person.title.as_ref().map(|t| &t.value);
        let title = known.filter(|title| Some(*title) != lead.event().title.as_ref()).cloned();
        let title = title.or_else(|| lead.event().whole_title())?;
        let phrase = self.titles.iter().find(|phrase| title_ends_with(&title, phrase))?;
        Some(format!("the title says `{phrase}`"))
    }

    fn below_minimum(&self, lead: &EnrichedLead) -> Option<String> {
        let employees = lead.enrichment.company.employees.as_ref()?.value;
        // Of a range all must lie below: what may be large enough rejects nobody.
        employees.at_most().is_some_and(|most| most < self.minimum_employees).then(|| {
            format!("the company has {employees} employees, the minimum is {}", self.minimum_employees)
        })
    }

    /// Whether a country was typed that nobody understood, while some are excluded: it may be one of them, so a person
    /// looks before anything is scored.
    pub(crate) fn may_be_excluded(&self, lead: &EnrichedLead) -> bool {
        !self.excluded_countries.is_empty()
            && lead.not_understood().iter().any(|typed| typed.field == TypedField::Country)
    }

    fn excluded(&self, lead: &EnrichedLead) -> Option<String> {
        let country = lead.enrichment.company.country.as_ref()?.value;
        self.excluded_countries
            .contains(&country)
            .then(|| format!("the company is in {country}, which is excluded"))
    }
}

/// The company's domain, or that of the address: a competitor who fills in another company's website
/// is still a competitor.
fn listed<'a>(lead: &EnrichedLead, list: &'a BTreeSet<DomainName>) -> Option<&'a DomainName> {
    let of_address = DomainName::of_host(lead.event().email.domain()).ok();
    [lead.account_domain.as_ref(), of_address.as_ref()].into_iter().flatten().find_map(|d| list.get(d))
}

/// Words that end a part of a title.
pub(crate) const JOINING_WORDS: [&str; 6] = ["at", "of", "in", "and", "for", "with"];

/// Does a part of the title end with the phrase, as whole words? "Doctoral student", "Student at X" and
/// "Engineer, student" end a part with "student"; "Student Success Manager" does not.
fn title_ends_with(title: &str, phrase: &str) -> bool {
    let title = title.to_lowercase();
    let mut part = String::new();
    let ends = |part: &mut String| {
        let hit = part.strip_suffix(phrase).is_some_and(|before| before.is_empty() || before.ends_with(' '));
        part.clear();
        hit
    };
    for piece in title.split_inclusive(|c: char| !c.is_alphanumeric()) {
        let word = piece.trim_end_matches(|c: char| !c.is_alphanumeric());
        let joins_on = JOINING_WORDS.contains(&word);
        if !word.is_empty() && !joins_on {
            if !part.is_empty() {
                part.push(' ');
            }
            part.push_str(word);
        }
        // A hyphen or a space holds a part together, any other sign ends it.
        let sign_ends = piece.ends_with(|c: char| !c.is_alphanumeric() && !c.is_whitespace() && c != '-');
        if (joins_on || sign_ends) && ends(&mut part) {
            return true;
        }
    }
    ends(&mut part)
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

#[cfg(test)]
mod tests {
    use super::title_ends_with;

    #[test]
    fn a_phrase_counts_where_it_ends_a_part_of_the_title() {
        for student in [
            "Student",
            "PhD  student",
            "Student at Acme University",
            "student, physics",
            "Engineer / Student",
            "(student)",
        ] {
            assert!(title_ends_with(student, "student"), "{student}");
        }
        for other in
            ["Student Success Manager", "Director of Student Affairs", "Head of Students", "", "nonstudent"]
        {
            assert!(!title_ends_with(other, "student"), "{other}");
        }
        assert!(title_ends_with("Post-Doc Teaching Assistant", "teaching assistant"));
        assert!(title_ends_with("PhD-Candidate", "phd candidate"));
        assert!(!title_ends_with("Executive Assistant", "teaching assistant"));
        assert!(!title_ends_with("Teaching, Assistant", "teaching assistant"));
    }
}
