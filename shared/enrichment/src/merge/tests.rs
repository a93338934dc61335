//! Whose word counts.

use leadlight_lead::{Function, Seniority};

use super::*;
use crate::findings::{CompanyFindings, PersonFindings};

const DEFAULT: &str = include_str!("../../../../infra/policies/default.toml");
const NOW: Timestamp = Timestamp::UNIX_EPOCH;

/// Three providers, in this order for all that they know; the second is sure from 0.8 on.
const VENDORS: &str = r#"
schema_version = 1
[budget]
per_lead_usd = 1
per_day_usd = 1
per_month_usd = 1
[firmographic]
order = ["first", "second", "third"]
[contact]
order = ["second", "first"]
fields = ["title", "function", "seniority", "employer", "employer_since"]
[technographic]
order = ["first", "third"]
[providers.first]
kind = "apollo"
price_usd = 0.01
[providers.second]
kind = "people-data-labs"
price_usd = 0.01
least_confidence = 0.8
[providers.third]
kind = "clearbit"
base = "https://api.clearbit.example"
price_usd = 0.01
"#;

fn vendors() -> Vendors {
    Vendors::parse("enrichment.toml", VENDORS).unwrap()
}

fn policy() -> Policy {
    Policy::parse("default.toml", DEFAULT).unwrap()
}

fn event(more: &str) -> FormSubmit {
    let text = format!(
        r#"{{"schema_version":1,"id":"e1","source":"website-form","email":"ada@acme.example"{more}}}"#
    );
    FormSubmit::parse(text.as_bytes()).unwrap()
}

fn company(confidence: f64, company: CompanyFindings) -> Findings {
    Findings { confidence, company, person: PersonFindings::default() }
}

fn person(confidence: f64, person: PersonFindings) -> Findings {
    Findings { confidence, company: CompanyFindings::default(), person }
}

fn employees(confidence: f64, employees: u32) -> Findings {
    company(
        confidence,
        CompanyFindings { employees: Headcount::exactly(employees), ..CompanyFindings::default() },
    )
}

fn industry(confidence: f64, text: &str) -> Findings {
    company(confidence, CompanyFindings { industry: Some(text.to_owned()), ..CompanyFindings::default() })
}

/// Acme is known by two domains.
fn account_of(domain: &DomainName) -> DomainName {
    if domain.as_str() == "acme.test" { "acme.example".parse().unwrap() } else { domain.clone() }
}

fn merged_at(
    policy: &Policy,
    vendors: &Vendors,
    event: &FormSubmit,
    said: &[(&str, Findings)],
    at: &str,
) -> Enrichment {
    let account: DomainName = "acme.example".parse().unwrap();
    let around = Around {
        policy,
        event,
        occurred_at: at.parse().unwrap(),
        account: Some(&account),
        account_of: &account_of,
        job_change_days: 90,
        now: NOW,
    };
    let answer = |(name, findings)| Answer { provider: vendors.provider(name).unwrap(), at: NOW, findings };
    let answers: Vec<Answer<'_>> = said.iter().map(|(name, findings)| answer((*name, findings))).collect();
    merged(&around, vendors, &answers)
}

fn merge(more: &str, said: &[(&str, Findings)]) -> Enrichment {
    merged_at(&policy(), &vendors(), &event(more), said, "2026-11-20T12:00:00Z")
}

fn won<T: Display>(fact: Option<&Fact<T>>) -> Option<(String, &str)> {
    fact.map(|fact| (fact.value.to_string(), fact.provider.as_str()))
}

fn by<'a>(value: &str, provider: &'a str) -> (String, &'a str) {
    (value.to_owned(), provider)
}

/// What was said instead of a field: the value and who said so.
fn against(found: &Enrichment, field: FactField) -> Vec<(&str, &str)> {
    let of_field = found.against.iter().filter(|one| one.field == field);
    of_field.map(|one| (one.value.as_str(), one.provider.as_str())).collect()
}

#[test]
fn the_first_in_the_groups_order_that_is_sure_wins() {
    let found = merge(
        "",
        &[("third", employees(0.99, 30)), ("first", employees(0.7, 10)), ("second", employees(0.9, 20))],
    );
    assert_eq!(won(found.company.employees.as_ref()), Some(by("10", "first")));
    assert_eq!(against(&found, FactField::Employees), [("20", "second"), ("30", "third")]);

    let unsure = merge(
        "",
        &[("first", employees(0.5, 10)), ("second", employees(0.79, 20)), ("third", employees(0.6, 30))],
    );
    assert_eq!(
        won(unsure.company.employees.as_ref()),
        Some(by("30", "third")),
        "the others are below their least confidence"
    );
}

#[test]
fn each_group_has_an_order_of_its_own() {
    let titled = |confidence, title: &str| {
        person(confidence, PersonFindings { title: Some(title.to_owned()), ..PersonFindings::default() })
    };
    let found = merge("", &[("first", titled(0.9, "CRO")), ("second", titled(0.9, "VP Sales"))]);
    assert_eq!(won(found.person.title.as_ref()), Some(by("VP Sales", "second")));
}

#[test]
fn where_nobody_is_sure_the_surest_wins_the_form_among_them() {
    let typed = r#","employees":3"#;
    let found = merge(typed, &[("first", employees(0.3, 10)), ("second", employees(0.45, 20))]);
    assert_eq!(won(found.company.employees.as_ref()), Some(by("3", FORM)));
    assert_eq!(against(&found, FactField::Employees), [("10", "first"), ("20", "second")]);
    let surer = merge(typed, &[("first", employees(0.3, 10)), ("second", employees(0.7, 20))]);
    assert_eq!(won(surer.company.employees.as_ref()), Some(by("20", "second")));
    assert_eq!(against(&surer, FactField::Employees), [("10", "first"), ("3", FORM)]);
    let even = merge(typed, &[("second", employees(0.5, 20))]);
    assert_eq!(
        won(even.company.employees.as_ref()),
        Some(by("20", "second")),
        "as sure as the form goes before it"
    );
}

#[test]
fn who_agrees_is_not_against() {
    let found = merge(r#","employees":10"#, &[("first", employees(0.9, 10)), ("second", employees(0.9, 10))]);
    assert_eq!(found.against, []);
}

#[test]
fn what_differs_in_more_than_case_is_against() {
    let named = |name: &str| {
        company(0.9, CompanyFindings { name: Some(name.to_owned()), ..CompanyFindings::default() })
    };
    let found = merge(
        "",
        &[("first", named("Acme GmbH")), ("second", named("acme gmbh")), ("third", named("Acme AG"))],
    );
    assert_eq!(against(&found, FactField::CompanyName), [("Acme AG", "third")]);

    let grown =
        |share| company(0.9, CompanyFindings { headcount_growth: Some(share), ..CompanyFindings::default() });
    let found = merge("", &[("first", grown(0.09)), ("second", grown(-0.09))]);
    assert_eq!(against(&found, FactField::HeadcountGrowth), [("-9 %", "second")]);

    let sized = |text: &str| {
        company(0.9, CompanyFindings { employees: Headcount::read(text), ..CompanyFindings::default() })
    };
    let found = merge("", &[("first", sized("1000+")), ("second", sized("1000"))]);
    assert_eq!(against(&found, FactField::Employees), [("1000", "second")]);

    let raised = |round: &str| {
        let funding = Funding { latest_round: Some(round.to_owned()), ..Funding::default() };
        company(0.9, CompanyFindings { funding: Some(funding), ..CompanyFindings::default() })
    };
    let found = merge("", &[("first", raised("series-a")), ("third", raised("series-b"))]);
    assert_eq!(against(&found, FactField::Funding), [("series-b", "third")]);
}

#[test]
fn a_field_is_taken_from_nobody_who_may_not_fill_it() {
    let vendors = Vendors::parse(
        "mine.toml",
        &VENDORS.replace(
            "kind = \"apollo\"",
            "kind = \"apollo\"\nfields = [\"country\", \"title\", \"technologies\"]",
        ),
    )
    .unwrap();
    let said = [("first", employees(0.9, 10)), ("second", employees(0.9, 20))];
    let found = merged_at(&policy(), &vendors, &event(""), &said, "2026-11-20T12:00:00Z");
    assert_eq!(won(found.company.employees.as_ref()), Some(by("20", "second")));
    assert_eq!(found.against, []);
}

#[test]
fn a_provider_goes_before_the_form() {
    let found =
        merge(r#","employees":3,"industry":"Professional Services""#, &[("first", employees(0.9, 500))]);
    assert_eq!(won(found.company.employees.as_ref()), Some(by("500", "first")));
    assert_eq!(won(found.company.industry.as_ref()), Some(by("professional-services", FORM)));
}

#[test]
fn what_nobody_said_stays_unknown() {
    assert_eq!(merge("", &[]), Enrichment::default());
    assert_eq!(merge("", &[("first", Findings::default())]), Enrichment::default());
}

#[test]
fn an_industry_is_kept_by_its_key_and_only_where_it_is_understood() {
    let typed =
        |text: &str| merge(&format!(r#","industry":"{text}""#), &[]).company.industry.map(|fact| fact.value);
    for text in ["COMPUTER_SOFTWARE", "Computer software", "SaaS", "7372 - Prepackaged software"] {
        assert_eq!(typed(text).as_deref(), Some("software"), "{text}");
    }
    for text in ["undefined", "Other", "Widgets"] {
        assert_eq!(typed(text), None, "{text}");
    }
}

#[test]
fn an_industry_that_is_understood_goes_before_one_that_is_not() {
    let typed = r#","industry":"retail""#;
    let found = merge(typed, &[("first", industry(0.9, "Computer Software"))]);
    assert_eq!(won(found.company.industry.as_ref()), Some(by("software", "first")));
    let found = merge(typed, &[("first", industry(0.9, "Widgets"))]);
    assert_eq!(won(found.company.industry.as_ref()), Some(by("retail", FORM)));
    assert_eq!(against(&found, FactField::Industry), [("Widgets", "first")], "what lost unread is seen");
    let found = merge("", &[("first", industry(0.9, "Widgets")), ("third", industry(0.2, "SaaS"))]);
    assert_eq!(won(found.company.industry.as_ref()), Some(by("software", "third")), "however unsure it is");
    let found = merge(
        r#","industry":"n/a""#,
        &[("first", industry(0.9, "Widgets")), ("second", industry(0.9, "Gadgets"))],
    );
    assert_eq!(
        won(found.company.industry.as_ref()),
        Some(by("Widgets", "first")),
        "people see what a provider said"
    );
    assert_eq!(against(&found, FactField::Industry), [("Gadgets", "second")]);
}

#[test]
fn a_code_says_what_words_do_not() {
    let coded = |text: Option<&str>, naics: &str| {
        let (industry, naics) = (text.map(str::to_owned), Some(naics.to_owned()));
        company(0.9, CompanyFindings { industry, naics, ..CompanyFindings::default() })
    };
    for text in [None, Some("Widgets")] {
        let found = merge("", &[("first", coded(text, "513210"))]);
        assert_eq!(won(found.company.industry.as_ref()), Some(by("software", "first")), "{text:?}");
        assert_eq!(won(found.company.naics.as_ref()), Some(by("513210", "first")));
        assert_eq!(found.against, []);
    }
    let found = merge("", &[("first", coded(Some("Retail"), "513210"))]);
    assert_eq!(won(found.company.industry.as_ref()), Some(by("retail", "first")), "words first");
}

#[test]
fn a_title_is_read_and_a_bad_country_is_left_out() {
    let found = merge(r#","title":"Head of Growth","country":"Narnia""#, &[]);
    assert_eq!(found.person.seniority.unwrap().value, Seniority::Vp);
    assert!(found.company.country.is_none());
}

#[test]
fn what_is_read_from_a_title_counts_for_less_than_what_is_said() {
    let titled = |confidence, function| {
        person(
            confidence,
            PersonFindings { title: Some("VP Sales".to_owned()), function, ..PersonFindings::default() },
        )
    };
    let found = merge("", &[("second", titled(0.9, None))]);
    let function = found.person.function.unwrap();
    assert_eq!((function.value, function.provider.as_str()), (Function::Sales, "second"));
    assert!(function.confidence < found.person.title.unwrap().confidence);

    let found =
        merge("", &[("second", titled(0.9, None)), ("first", titled(0.9, Some(Function::Marketing)))]);
    let function = found.person.function.as_ref().unwrap();
    assert_eq!((function.value, function.provider.as_str()), (Function::Marketing, "first"));
    assert_eq!(against(&found, FactField::Function), [("sales", "second")]);
    assert_eq!(found.person.seniority.unwrap().value, Seniority::Vp);
}

#[test]
fn a_title_is_read_the_same_in_every_gender() {
    let (policy, vendors) = (policy(), vendors());
    let read = |title: &str| {
        let event = event(&format!(r#","title":"{title}""#));
        let person = merged_at(&policy, &vendors, &event, &[], "2026-11-20T12:00:00Z").person;
        (person.function.map(|fact| fact.value), person.seniority.map(|fact| fact.value))
    };
    for (one, others) in [
        (
            "Geschäftsführer",
            ["Geschäftsführerin", "GeschäftsführerIn", "Geschäftsführer/in", "Geschäftsführer*in"].as_slice(),
        ),
        ("Direktor Vertrieb", &["Direktorin Vertrieb"]),
        ("Teamleiter Vertrieb", &["Teamleiterin Vertrieb"]),
        ("Director de ventas", &["Directora de ventas"]),
        ("Manager", &["Managerin"]),
        ("Leiter", &["Leiterin"]),
    ] {
        assert_ne!(read(one), (None, None), "{one}");
        for other in others {
            assert_eq!(read(other), read(one), "{other}");
        }
    }
}

#[test]
fn the_policys_own_words_are_read() {
    let own = format!("{DEFAULT}\n[titles]\nfunctions.sales = [\"kundenberater\"]\n");
    let own = Policy::parse("own.toml", &own).unwrap();
    let typed = event(r#","title":"Kundenberaterin""#);
    let function = |policy: &Policy| {
        let found = merged_at(policy, &vendors(), &typed, &[], "2026-11-20T12:00:00Z");
        found.person.function.map(|fact| fact.value)
    };
    assert_eq!(function(&own), Some(Function::Sales));
    assert_eq!(function(&policy()), None);
}

fn works(employer: Option<&str>, since: Option<&str>) -> Findings {
    let employer = employer.map(|domain| domain.parse().unwrap());
    let employer_since = since.map(|day| day.parse().unwrap());
    person(0.9, PersonFindings { employer, employer_since, ..PersonFindings::default() })
}

fn changed(found: &Enrichment) -> Option<(bool, &str)> {
    found.person.recently_changed_jobs.as_ref().map(|fact| (fact.value, fact.provider.as_str()))
}

#[test]
fn a_change_of_companies_counts_within_the_policys_window_before_the_lead() {
    // 90 days before 20 November are 22 August.
    for (since, expected) in [
        ("2026-08-21", false),
        ("2026-08-22", true),
        ("2026-11-20", true),
        ("2026-11-21", false),
        ("2012-01-01", false),
    ] {
        let found = merge("", &[("second", works(Some("acme.example"), Some(since)))]);
        assert_eq!(changed(&found), Some((expected, "second")), "{since}");
    }
    assert_eq!(
        changed(&merge("", &[("second", works(Some("acme.example"), None))])),
        None,
        "not known is not no"
    );
}

#[test]
fn who_works_for_another_company_than_their_address_says_has_changed_jobs() {
    let found = merge("", &[("second", works(Some("globex.example"), Some("2012-01-01")))]);
    assert_eq!(changed(&found), Some((true, "second")), "however long ago");
    let alias = merge("", &[("second", works(Some("acme.test"), Some("2012-01-01")))]);
    assert_eq!(changed(&alias), Some((false, "second")), "another domain of the company");
    assert_eq!(changed(&merge("", &[("second", works(None, None))])), None);
}

#[test]
fn tools_are_known_by_their_keys_whoever_names_them() {
    let using = |names: &[&str]| {
        let technologies = Some(names.iter().map(|name| (*name).to_owned()).collect());
        company(0.9, CompanyFindings { technologies, ..CompanyFindings::default() })
    };
    let found = merge(
        "",
        &[
            ("first", using(&["Salesforce", "HubSpot CRM", "Acme Widgets", "Hubspot"])),
            ("third", using(&["salesforce", "acme_widgets", "hubspot", "salesforce"])),
        ],
    );
    let tools = found.company.technologies.as_ref().unwrap();
    assert_eq!(tools.value, ["acme-widgets", "hubspot", "salesforce"]);
    assert_eq!(found.against, [], "they say the same");
    let unknown: Vec<&String> =
        tools.value.iter().filter(|key| !leadlight_reading::is_known_technology(key)).collect();
    assert_eq!(unknown, ["acme-widgets"]);

    let none = merge("", &[("first", using(&[]))]).company.technologies;
    assert_eq!(none.map(|tools| tools.value), Some(Vec::new()), "it looked and saw none");
    assert_eq!(merge("", &[("first", using(&["n/a", "--"]))]).company.technologies, None);
}

#[test]
fn topics_are_kept_by_the_words_that_vendors_have() {
    let topic = |name: &str, score| Topic { name: name.to_owned(), score };
    let said = Intent::on(
        NOW,
        vec![
            topic("Lead Scoring", 71.0),
            topic("CRM", 140.0),
            topic("--", 60.0),
            topic("Salesforce.com", 50.0),
        ],
    );
    assert_eq!(with_keys(said).topics, [topic("lead-scoring", 71.0), topic("salesforce-com", 50.0)]);
}
