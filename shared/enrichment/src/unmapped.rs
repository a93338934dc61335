//! What no vocabulary has: kept as it was said, to be counted and listed.

use leadlight_lead::{Enrichment, FactField};
use leadlight_policy::Policy;
use leadlight_reading::is_known_technology;

/// Industries that the policy does not understand, also where another's word counts instead, and tools that are not in
/// the vocabulary; each as it is kept.
pub fn unmapped<'a>(found: &'a Enrichment, policy: &Policy) -> Vec<(FactField, &'a str)> {
    let industry = found.company.industry.iter().map(|fact| fact.value.as_str());
    let lost = found.against.iter().filter(|one| one.field == FactField::Industry);
    let industries = industry.chain(lost.map(|one| one.value.as_str()));
    let industries = industries.filter(|text| policy.industry(text).industry().is_none());
    let tools = found.company.technologies.iter().flat_map(|fact| &fact.value).map(String::as_str);
    let tools = tools.filter(|key| !is_known_technology(key));
    let industries = industries.map(|text| (FactField::Industry, text));
    industries.chain(tools.map(|key| (FactField::Technologies, key))).collect()
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use leadlight_lead::{Against, Company, Fact};

    use super::*;

    fn fact<T>(value: T) -> Fact<T> {
        let (provider, fetched_at) = ("first".to_owned(), Timestamp::UNIX_EPOCH);
        Fact { value, provider, fetched_at, confidence: 0.9 }
    }

    #[test]
    fn what_no_vocabulary_has_is_listed_and_nothing_else() {
        let policy = Policy::parse("p.toml", include_str!("../../../infra/policies/default.toml")).unwrap();
        let tools = ["acme-widgets", "hubspot", "salesforce"].map(str::to_owned).to_vec();
        let company = Company {
            industry: Some(fact("software".to_owned())),
            technologies: Some(fact(tools)),
            ..Company::default()
        };
        let against = |value: &str| Against {
            field: FactField::Industry,
            value: value.to_owned(),
            provider: "second".to_owned(),
            fetched_at: Timestamp::UNIX_EPOCH,
            confidence: 0.9,
        };
        let found = Enrichment {
            company,
            against: vec![against("Widgets"), against("retail")],
            ..Enrichment::default()
        };
        let listed = [(FactField::Industry, "Widgets"), (FactField::Technologies, "acme-widgets")];
        assert_eq!(unmapped(&found, &policy), listed);
        assert_eq!(unmapped(&Enrichment::default(), &policy), []);
    }
}
