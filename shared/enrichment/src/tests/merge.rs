//! Whose word counts for a country, and what is kept beside it. The rest of the picture: `tests/enrich`.

use jiff::Timestamp;
use leadlight_lead::{Against, DomainName, Enrichment, FormSubmit};
use leadlight_policy::Policy;
use serde_json::{Value, json};

use crate::{Answer, Around, CompanyFindings, Findings, Vendors, merged};

const POLICY: &str = include_str!("../../../../infra/policies/default.toml");
const FILE: &str = "schema_version = 1\n[budget]\nper_lead_usd = 1.0\nper_day_usd = 1.0\nper_month_usd = 1.0\n\
                    [firmographic]\norder = [\"people-data-labs\"]\n[providers.people-data-labs]\nprice_usd = 0.1\n";

/// What is known where a form says this, the account has this domain, and a vendor says this country with this confidence.
fn known(form: &Value, account: Option<&str>, vendor: Option<(&str, f64)>) -> Enrichment {
    let mut event = json!({ "schema_version": 1, "source": "website-form", "email": "ada@acme.example" });
    event.as_object_mut().unwrap().extend(form.as_object().unwrap().clone());
    let event: FormSubmit = serde_json::from_value(event).unwrap();
    let now: Timestamp = "2026-11-20T12:00:00Z".parse().unwrap();
    let account: Option<DomainName> = account.map(|domain| domain.parse().unwrap());
    let around = Around {
        policy: &Policy::parse("policy.toml", POLICY).unwrap(),
        event: &event,
        occurred_at: now,
        account: account.as_ref(),
        account_of: &DomainName::clone,
        job_change_days: 90,
        now,
    };
    let vendors = Vendors::parse("enrichment.toml", FILE).unwrap();
    let findings = vendor.map(|(country, confidence)| {
        let company = CompanyFindings { country: country.parse().ok(), ..CompanyFindings::default() };
        Findings { confidence, company, ..Findings::default() }
    });
    let provider = vendors.provider("people-data-labs").unwrap();
    let answers: Vec<Answer<'_>> =
        findings.iter().map(|findings| Answer { provider, at: now, findings }).collect();
    merged(&around, &vendors, &answers)
}

fn country(found: &Enrichment) -> Option<(&str, &str)> {
    found.company.country.as_ref().map(|fact| (fact.value.as_str(), fact.provider.as_str()))
}

#[test]
fn a_country_follows_from_domain_and_telephone_where_nobody_says_one() {
    let none = json!({});
    assert_eq!(country(&known(&none, Some("acme.at"), None)), Some(("AT", "derived")));
    let phone = json!({ "phone": "+49 89 1234567" });
    assert_eq!(country(&known(&phone, Some("acme.com"), None)), Some(("DE", "derived")));
    assert_eq!(
        country(&known(&phone, Some("acme.at"), None)),
        None,
        "two that contradict each other say nothing"
    );
    assert_eq!(country(&known(&none, Some("acme.io"), None)), None);
    assert_eq!(country(&known(&none, None, None)), None);
}

#[test]
fn what_is_derived_loses_to_a_form_and_to_a_vendor_that_is_surer() {
    let said = |found: &Enrichment| -> Vec<(String, String)> {
        found
            .against
            .iter()
            .map(|Against { value, provider, .. }| (value.clone(), provider.clone()))
            .collect()
    };
    let found = known(&json!({ "country": "Deutschland" }), Some("acme.at"), None);
    assert_eq!(country(&found), Some(("DE", "form")));
    assert_eq!(said(&found), [("AT".to_owned(), "derived".to_owned())]);
    let found = known(&json!({}), Some("acme.at"), Some(("CH", 0.5)));
    assert_eq!(country(&found), Some(("CH", "people-data-labs")));
    let found = known(&json!({}), Some("acme.at"), Some(("CH", 0.2)));
    assert_eq!(country(&found), Some(("AT", "derived")), "a vendor that is less sure than that");
    assert_eq!(said(&found), [("CH".to_owned(), "people-data-labs".to_owned())]);
    // The same from two is no contradiction.
    assert_eq!(said(&known(&json!({ "country": "AT" }), Some("acme.at"), None)), []);
}
