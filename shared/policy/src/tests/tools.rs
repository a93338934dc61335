//! Tools are listed by the keys of the vocabulary, and found whatever they are called.

use leadlight_reading::is_known_technology;

use super::problems::refused_at;
use super::{DEFAULT, bare_lead, fact, policy};
use crate::{Criterion, Policy};

#[test]
fn the_default_policy_lists_tools_by_the_keys_of_the_vocabulary() {
    let file: toml::Table = DEFAULT.parse().unwrap();
    let tools = file["criteria"]["tech_stack"]["tools"].as_table().unwrap();
    assert!(tools.len() >= 10);
    for tool in tools.keys() {
        assert!(is_known_technology(tool), "{tool}");
    }
}

#[test]
fn a_tool_counts_whatever_it_is_called() {
    let grade = |policy: &Policy, tool: &str| {
        let mut lead = bare_lead("ada@acme.example");
        lead.enrichment.company.technologies = Some(fact(vec![tool.to_owned()]));
        let grades = policy.assess(&lead).grades;
        grades.into_iter().find(|one| one.criterion == Criterion::TechStack).unwrap().grade
    };
    let by_key = grade(policy(), "salesforce");
    assert!(by_key.is_some_and(|grade| grade > 0.0));
    // As vendors call it, and as documents have it that were stored before there was a vocabulary.
    for name in ["Salesforce", "salesforce-com", "Salesforce.com", "sfdc"] {
        assert_eq!(grade(policy(), name), by_key, "{name}");
    }
    let own = DEFAULT.replace("salesforce = 1.0", "\"salesforce.com\" = 1.0\nacme-widgets = 0.5");
    let own = Policy::parse("mine.toml", &own).unwrap();
    assert_eq!(grade(&own, "salesforce"), by_key, "in the policy too");
    assert!(grade(&own, "Acme Widgets").is_some_and(|grade| grade > 0.0), "a tool that is in no vocabulary");
    assert_eq!(grade(policy(), "salesforce-marketing-cloud"), Some(0.0), "another product");
}

#[test]
fn one_tool_under_two_names_is_refused() {
    refused_at(
        "marketo = 0.8",
        "adobe-marketo-engage = 0.8\nmarketo = 0.7",
        "marketo = 0.7",
        "two entries of `[criteria.tech_stack.tools]` are `marketo`",
        "keep one of them",
    );
}
