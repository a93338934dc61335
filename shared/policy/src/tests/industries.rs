//! An industry has the grade of what it is, however it is written; one that nobody understands counts as not known.

use leadlight_lead::{Decision, Disposition, EnrichedLead, Lot, Motion};
use leadlight_reading::{Industry, IndustryList, read_industry};
use proptest::prelude::*;

use super::{DEFAULT, fact, good_lead, policy, without_motions};
use crate::{Criterion, IndustryReading, Opinion, Policy};

/// The default policy with other industries.
fn listing(grades: &str) -> Policy {
    let start = DEFAULT.find("[criteria.industry.grades]").unwrap();
    let end = start + DEFAULT[start..].find("# Company size").unwrap();
    let text = format!("{}[criteria.industry.grades]\n{grades}\n{}", &DEFAULT[..start], &DEFAULT[end..]);
    Policy::parse("mine.toml", &text).unwrap()
}

fn lead_in(industry: Option<&str>) -> EnrichedLead {
    let mut lead = good_lead();
    lead.enrichment.company.industry = industry.map(|text| fact(text.to_owned()));
    lead
}

fn decided(policy: &Policy, lead: &EnrichedLead) -> Decision {
    policy.decide(policy.assess(lead), Opinion::Rules { because: "no model".to_owned() }, Lot::NEVER)
}

/// The grade that a text has; nothing where it counts as not known.
fn grade(policy: &Policy, text: &str) -> Option<f64> {
    let grades = policy.assess(&lead_in(Some(text))).grades;
    grades.into_iter().find(|grade| grade.criterion == Criterion::Industry).unwrap().grade
}

/// Found with a real CRM's value: the one was graded as the best industry, the other as the worst.
#[test]
fn a_crms_own_value_decides_as_the_policys_key() {
    let by_key = decided(policy(), &lead_in(Some("software")));
    assert_eq!(by_key.disposition, Disposition::Accept);
    for written in ["COMPUTER_SOFTWARE", "Computer Software", "computer-software", "SaaS", "NAICS 513210"] {
        assert_eq!(decided(policy(), &lead_in(Some(written))), by_key, "{written}");
    }
}

#[test]
fn what_says_nothing_decides_as_if_no_industry_were_there() {
    let without = decided(policy(), &lead_in(None));
    for written in ["undefined", "n/a", "[not provided]", "Other", "Widgets", "72", "Banking; Retail"] {
        assert_eq!(decided(policy(), &lead_in(Some(written))), without, "{written}");
        assert_eq!(policy().industry(written), IndustryReading::NotUnderstood, "{written}");
    }
}

#[test]
fn what_is_understood_and_not_listed_has_the_grade_for_that() {
    assert_eq!(grade(policy(), "Bergbau"), Some(0.15));
    assert_eq!(
        policy().industry("MINING_METALS"),
        IndustryReading::Unlisted { industry: "mining-and-metals" }
    );
    assert_eq!(policy().industry("BANKING").industry(), Some("banking"), "fintech says nothing of banks");
}

#[test]
fn a_broader_key_holds_for_what_belongs_to_it() {
    let broad = listing("technology = 0.9\nfinancial-services = 0.8\nhealthcare = 0.7\nbiotechnology = 0.2");
    for (text, expected) in [
        ("COMPUTER_SOFTWARE", 0.9),
        ("Technology", 0.9),
        ("Versicherungen", 0.8),
        ("Pharma", 0.7),
        ("Biotech", 0.2),
    ] {
        assert_eq!(grade(&broad, text), Some(expected), "{text}");
    }
    let games = policy().industry("COMPUTER_GAMES");
    assert_eq!(games, IndustryReading::Graded { industry: "computer-games", listed: "media", grade: 0.6 });
}

#[test]
fn of_a_broad_word_nobody_can_tell_which_listed_part_is_meant() {
    for text in ["Technology", "INTERNET", "Finance"] {
        assert!(matches!(policy().industry(text), IndustryReading::TooBroad { .. }), "{text}");
        assert_eq!(grade(policy(), text), None, "{text}");
    }
    let lead = lead_in(Some("Technology"));
    assert!(
        policy().completeness(&lead.enrichment, lead.motion).missing.is_empty(),
        "it is known all the same"
    );
}

#[test]
fn a_policys_own_words_go_before_the_vocabulary() {
    let own = listing("widget-makers = 1.0\ncomputer-software = 0.6\nsoftware = 0.9\nother = 0.4");
    for (text, expected) in [
        ("Widget Makers", Some(1.0)),
        ("WIDGET_MAKERS", Some(1.0)),
        ("widgets", None),
        ("Computer Software", Some(0.6)),
        ("COMPUTER_SOFTWARE", Some(0.6)),
        ("SaaS", Some(0.9)),
        ("Other", Some(0.4)),
    ] {
        assert_eq!(grade(&own, text), expected, "{text}");
    }
    assert_eq!(own.industry("Widget makers").industry(), Some("widget-makers"));
    let other_word = listing("saas = 0.8");
    assert_eq!(grade(&other_word, "COMPUTER_SOFTWARE"), Some(0.8));
    let two_words = listing("saas = 0.8\nenterprise-software = 0.5");
    assert_eq!(grade(&two_words, "COMPUTER_SOFTWARE"), None);
    assert_eq!(grade(&two_words, "Enterprise Software"), Some(0.5));
}

#[test]
fn an_industry_that_is_not_understood_is_not_known_to_the_gate_either() {
    let missing = |text| policy().completeness(&lead_in(text).enrichment, Motion::Inbound).missing;
    assert_eq!(missing(Some("Widgets")), ["industry"]);
    assert_eq!(missing(None), ["industry"]);
    assert!(missing(Some("COMPUTER_SOFTWARE")).is_empty());
}

#[test]
fn keys_that_look_mistyped_are_noted_and_do_not_make_a_policy_wrong() {
    assert_eq!(policy().industry_notes(), [""; 0]);
    let notes = listing("sofware = 1.0\nwidget-makers = 0.5\nsaas = 0.9\nbanking = 0.2").industry_notes();
    assert_eq!(
        notes,
        [
            "`saas` is another word for `software`, so every lead in `software` falls under it",
            "`sofware` is not an industry Leadlight knows; did you mean `software`?",
            "`widget-makers` is not an industry Leadlight knows: only leads that say \"widget makers\" fall under it",
        ]
    );
    let two = listing("saas = 0.8\nenterprise-software = 0.5").industry_notes();
    assert!(two.iter().any(|note| note.contains("list `software` as well")), "{two:?}");
}

#[test]
fn each_value_of_a_crm_falls_under_something() {
    let coverage = policy().industry_coverage(IndustryList::HubSpot).unwrap();
    let graded: usize = coverage.graded.values().map(Vec::len).sum();
    let counts = [graded, coverage.unlisted.len(), coverage.too_broad.len(), coverage.not_understood.len()];
    assert_eq!(counts.iter().sum::<usize>(), 148, "{counts:?}");
    println!(
        "HubSpot's values under the default policy, graded, unlisted, too broad, not understood: {counts:?}"
    );
    assert_eq!(coverage.graded["software"], ["COMPUTER_SOFTWARE"]);
    assert!(coverage.too_broad.contains(&"INTERNET") && coverage.not_understood.is_empty());
    assert!(coverage.unlisted.contains(&"BANKING"));
}

#[test]
fn a_policy_that_does_not_grade_industries_understands_them() {
    let usual = without_motions();
    let start = usual.find("[criteria.industry]").unwrap();
    let end = start + usual[start..].find("# Company size").unwrap();
    let text = format!("{}{}", &usual[..start], &usual[end..])
        .replace("\"industry\", \"company_size\"", "\"company_size\"");
    let without = Policy::parse("mine.toml", &text).unwrap();
    assert_eq!(without.industry("SaaS").industry(), Some("software"));
    assert_eq!(without.industry_coverage(IndustryList::HubSpot), None);
    assert!(without.completeness(&lead_in(Some("SaaS")).enrichment, Motion::Inbound).missing.is_empty());
}

#[test]
fn every_key_in_use_is_a_word_of_the_vocabulary() {
    let directory = include_str!("../../../../events/directory/companies.json");
    let history = include_str!("../../../../events/history/deals.csv");
    let column = history.lines().next().unwrap().split(',').position(|name| name == "industry").unwrap();
    let of_history = history.lines().skip(1).filter_map(|line| line.split(',').nth(column));
    let of_directory = directory
        .split("\"industry\":")
        .skip(1)
        .filter_map(|rest| rest.trim_start().strip_prefix('"')?.split('"').next());
    let mut seen = 0;
    for key in of_history.chain(of_directory).filter(|key| !key.is_empty()) {
        seen += 1;
        assert_eq!(read_industry(key).map(Industry::key), Some(key));
    }
    assert!(seen > 500, "{seen}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_not_understood_is_graded_as_what_is_not_known(text in "\\PC{0,30}|[a-z]{2,9}( [a-z]{2,9})?") {
        let said = policy().assess(&lead_in(Some(&text)));
        let unsaid = policy().assess(&lead_in(None));
        if policy().industry(&text).industry().is_none() {
            prop_assert_eq!(said, unsaid);
        }
    }
}
