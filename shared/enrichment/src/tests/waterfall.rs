//! Who is asked next, and who never is.

use leadlight_lead::{About, Consent, CountryCode, DomainName, EmailAddress, EmailKind, Gap};

use crate::{CompanyFindings, Findings, Said, Vendors, Waterfall, Who};

/// Three providers that know companies, of which two know persons too, and one for tools.
const FILE: &str = r#"schema_version = 1
[budget]
per_lead_usd = 0.5
per_day_usd = 10.0
per_month_usd = 100.0
[never]
email_kinds = ["free_mail", "disposable"]
countries = ["CN"]
without_consent = "enrichment"
[firmographic]
order = ["first", "second"]
fields = ["industry", "employees"]
[contact]
order = ["first"]
fields = ["title"]
[intent]
order = ["sixth"]
[technographic]
order = ["tools"]
[providers.first]
kind = "people-data-labs"
price_usd = 0.1
least_confidence = 0.7
[providers.second]
kind = "people-data-labs"
price_usd = 0.1
[providers.sixth]
kind = "6sense"
price_usd = 0.1
[providers.sixth.options]
country = "Austria"
[providers.tools]
kind = "http"
base = "https://api.tools.example"
price_usd = 0.01
[providers.tools.options]
path = "/v1/{domain}"
technologies = "tools"
"#;

struct Lead {
    email: EmailAddress,
    kind: EmailKind,
    domain: Option<DomainName>,
    country: Option<CountryCode>,
    consents: Vec<Consent>,
    is_test: bool,
    is_disqualified: bool,
}

fn lead() -> Lead {
    let yes = r#"[{"id": "enrichment", "accepted": true}]"#;
    Lead {
        email: "ada@acme.example".parse().unwrap(),
        kind: EmailKind::Business,
        domain: Some("acme.example".parse().unwrap()),
        country: None,
        consents: serde_json::from_str(yes).unwrap(),
        is_test: false,
        is_disqualified: false,
    }
}

impl Lead {
    fn who(&self) -> Who<'_> {
        Who {
            email: &self.email,
            email_kind: self.kind,
            domain: self.domain.as_ref(),
            country: self.country,
            consents: &self.consents,
            is_test: self.is_test,
            is_disqualified: self.is_disqualified,
        }
    }
}

fn vendors(text: &str) -> Vendors {
    Vendors::parse("enrichment.toml", text).unwrap_or_else(|error| panic!("{error}"))
}

/// Who is asked now, as `provider about whom`.
fn next(waterfall: &Waterfall<'_>) -> Vec<String> {
    let about = |about| if about == About::Company { "company" } else { "person" };
    waterfall
        .next()
        .iter()
        .map(|next| format!("{} {}", next.provider.name(), about(next.subject.about())))
        .collect()
}

fn knows(confidence: f64, industry: Option<&str>, employees: Option<&str>) -> Said {
    let company = CompanyFindings {
        industry: industry.map(str::to_owned),
        employees: employees.and_then(leadlight_lead::Headcount::read),
        ..CompanyFindings::default()
    };
    Said::facts(Findings { confidence, company, ..Findings::default() })
}

#[test]
fn one_provider_a_group_is_asked_and_all_groups_at_once() {
    let (vendors, lead) = (vendors(FILE), lead());
    let waterfall = Waterfall::new(&vendors, lead.who());
    assert_eq!(next(&waterfall), ["first company", "first person", "tools company", "sixth person"]);
}

#[test]
fn it_stops_at_the_first_that_is_sure_and_goes_on_where_nobody_is() {
    let (vendors, lead) = (vendors(FILE), lead());
    let first = vendors.provider("first").unwrap();
    let asks_second = |said| {
        let mut waterfall = Waterfall::new(&vendors, lead.who());
        waterfall.heard(first, About::Company, said);
        next(&waterfall).contains(&"second company".to_owned())
    };
    assert!(!asks_second(knows(0.7, Some("machinery"), Some("312"))));
    assert!(asks_second(knows(0.69, Some("machinery"), Some("312"))), "it is not sure");
    assert!(asks_second(knows(0.9, Some("machinery"), None)), "it does not know all that is looked for");
    assert!(asks_second(Said::Unknown));
    assert!(asks_second(Said::Nothing(Gap::Away)));
}

#[test]
fn nobody_is_asked_twice_and_there_is_an_end() {
    let (vendors, lead) = (vendors(FILE), lead());
    let mut waterfall = Waterfall::new(&vendors, lead.who());
    let mut asked = Vec::new();
    while let [next, ..] = waterfall.next().as_slice() {
        let (provider, about) = (next.provider, next.subject.about());
        asked.push(format!("{} {about:?}", provider.name()));
        assert!(asked.len() < 20, "{asked:?}");
        waterfall.heard(provider, about, Said::Nothing(Gap::Away));
    }
    let all = asked.len();
    asked.sort();
    asked.dedup();
    assert_eq!((all, asked.len()), (5, 5), "{asked:?}");
}

#[test]
fn two_groups_that_one_answer_serves_are_one_question() {
    // 6sense is asked about the person, for the company as well.
    let text = FILE.replace("order = [\"first\", \"second\"]", "order = [\"sixth\"]");
    let (vendors, lead) = (vendors(&text), lead());
    let waterfall = Waterfall::new(&vendors, lead.who());
    assert_eq!(next(&waterfall), ["sixth person", "first person", "tools company"]);
}

#[test]
fn what_one_may_not_fill_it_is_not_asked_for() {
    let text = FILE.replace("least_confidence = 0.7", "fields = [\"title\"]");
    let text = text.replace("order = [\"first\", \"second\"]", "order = [\"second\"]");
    let (vendors, lead) = (vendors(&text), lead());
    let mut waterfall = Waterfall::new(&vendors, lead.who());
    // What it says of other fields settles none.
    waterfall.heard(
        vendors.provider("first").unwrap(),
        About::Company,
        knows(1.0, Some("machinery"), Some("312")),
    );
    assert_eq!(next(&waterfall)[0], "second company");
}

#[test]
fn tests_the_disqualified_excluded_countries_and_who_did_not_consent_are_nobodys_question() {
    let vendors = vendors(FILE);
    let no = r#"[{"id": "enrichment", "accepted": false}, {"id": "news", "accepted": true}]"#;
    let cases: [(&str, Lead); 5] = [
        ("a test", Lead { is_test: true, ..lead() }),
        ("disqualifies", Lead { is_disqualified: true, ..lead() }),
        ("country", Lead { country: Some("CN".parse().unwrap()), ..lead() }),
        ("consent", Lead { consents: Vec::new(), ..lead() }),
        ("consent", Lead { consents: serde_json::from_str(no).unwrap(), ..lead() }),
    ];
    for (why, lead) in cases {
        let waterfall = Waterfall::new(&vendors, lead.who());
        assert_eq!(next(&waterfall), Vec::<String>::new(), "{why}");
        assert!(waterfall.nobody_since().unwrap().contains(why), "{why}");
    }
    let lead = Lead { country: Some("AT".parse().unwrap()), ..lead() };
    assert_eq!(Waterfall::new(&vendors, lead.who()).nobody_since(), None);
}

#[test]
fn a_private_mailbox_has_no_company_and_its_person_is_not_asked_about() {
    let vendors = vendors(FILE);
    let lead = Lead { kind: EmailKind::FreeMail, domain: None, ..lead() };
    assert_eq!(next(&Waterfall::new(&vendors, lead.who())), Vec::<String>::new());
    // With a company's website the company may be asked about, the person still not.
    let lead = Lead { domain: Some("acme.example".parse().unwrap()), ..lead };
    assert_eq!(next(&Waterfall::new(&vendors, lead.who())), ["first company", "tools company"]);
}

#[test]
fn without_a_domain_no_company_is_asked_about() {
    let vendors = vendors(FILE);
    let lead = Lead { domain: None, ..lead() };
    assert_eq!(next(&Waterfall::new(&vendors, lead.who())), ["first person", "sixth person"]);
}

#[test]
fn without_a_file_nobody_is_asked() {
    let (vendors, lead) = (Vendors::default(), lead());
    assert_eq!(next(&Waterfall::new(&vendors, lead.who())), Vec::<String>::new());
}
