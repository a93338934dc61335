//! A provider's facts first; what the person typed fills the gaps, at lower confidence.

use jiff::Timestamp;
use leadlight_lead::{Company, Enrichment, Fact, FormSubmit, Headcount, Person, TypedField};
use leadlight_policy::Policy;
use leadlight_reading::{read_country, read_usd};

/// Facts from the form carry this provider name.
const FORM: &str = "form";
/// People type what they like: half as good as a provider that is sure.
const TYPED_CONFIDENCE: f64 = 0.5;
/// A title is typed, and then read by rules.
const READ_FROM_TITLE_CONFIDENCE: f64 = 0.4;

pub(crate) fn with_form(
    event: &FormSubmit,
    company: Option<Company>,
    person: Option<Person>,
    policy: &Policy,
    now: Timestamp,
) -> Enrichment {
    let mut company = company.unwrap_or_default();
    fill(&mut company.name, event.company.clone(), TYPED_CONFIDENCE, now);
    fill(&mut company.industry, event.industry.as_deref().and_then(key), TYPED_CONFIDENCE, now);
    let employees = event.typed(TypedField::Employees).and_then(Headcount::read);
    fill(&mut company.employees, employees, TYPED_CONFIDENCE, now);
    fill(
        &mut company.revenue_usd,
        event.typed(TypedField::Revenue).and_then(read_usd),
        TYPED_CONFIDENCE,
        now,
    );
    let country = event.country.as_deref().and_then(read_country);
    fill(&mut company.country, country, TYPED_CONFIDENCE, now);

    let mut person = person.unwrap_or_default();
    fill(&mut person.title, event.title.clone(), TYPED_CONFIDENCE, now);
    if let Some(title) = person.title.as_ref().map(|t| t.value.clone()) {
        let read = policy.read_title(&title);
        fill(&mut person.function, read.function, READ_FROM_TITLE_CONFIDENCE, now);
        fill(&mut person.seniority, read.seniority, READ_FROM_TITLE_CONFIDENCE, now);
    }
    Enrichment { company, person }
}

fn fill<T>(fact: &mut Option<Fact<T>>, value: Option<T>, confidence: f64, now: Timestamp) {
    if fact.is_none() {
        *fact = value.map(|value| Fact { value, provider: FORM.to_owned(), fetched_at: now, confidence });
    }
}

/// "Professional Services" → `professional-services`.
fn key(text: &str) -> Option<String> {
    let words: Vec<_> =
        text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(str::to_lowercase).collect();
    (!words.is_empty()).then(|| words.join("-"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use leadlight_lead::Seniority;

    fn event(more: &str) -> FormSubmit {
        let text = format!(
            r#"{{"schema_version":1,"id":"e1","source":"website-form","email":"ada@acme.example"{more}}}"#
        );
        FormSubmit::parse(text.as_bytes()).unwrap()
    }

    const DEFAULT: &str = include_str!("../../../infra/policies/default.toml");

    fn policy() -> Policy {
        Policy::parse("default.toml", DEFAULT).unwrap()
    }

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    #[test]
    fn a_provider_goes_before_the_form() {
        let known = Fact {
            value: Headcount::exactly(500).unwrap(),
            provider: "directory".to_owned(),
            fetched_at: NOW,
            confidence: 0.9,
        };
        let company = Company { employees: Some(known.clone()), ..Company::default() };
        let merged = with_form(
            &event(r#","employees":3,"industry":"Professional Services""#),
            Some(company),
            None,
            &policy(),
            NOW,
        );
        assert_eq!(merged.company.employees, Some(known));
        let industry = merged.company.industry.unwrap();
        assert_eq!((industry.value.as_str(), industry.provider.as_str()), ("professional-services", FORM));
    }

    #[test]
    fn what_nobody_said_stays_unknown() {
        let merged = with_form(&event(""), None, None, &policy(), NOW);
        assert_eq!(merged, Enrichment::default());
    }

    #[test]
    fn a_title_is_read_and_a_bad_country_is_left_out() {
        let merged =
            with_form(&event(r#","title":"Head of Growth","country":"Narnia""#), None, None, &policy(), NOW);
        assert_eq!(merged.person.seniority.unwrap().value, Seniority::Vp);
        assert!(merged.company.country.is_none());
    }

    #[test]
    fn a_title_is_read_the_same_in_every_gender() {
        let read = |title: &str| {
            let person =
                with_form(&event(&format!(r#","title":"{title}""#)), None, None, &policy(), NOW).person;
            (person.function.map(|fact| fact.value), person.seniority.map(|fact| fact.value))
        };
        for (one, others) in [
            (
                "Geschäftsführer",
                ["Geschäftsführerin", "GeschäftsführerIn", "Geschäftsführer/in", "Geschäftsführer*in"]
                    .as_slice(),
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
        let text = format!("{DEFAULT}\n[titles]\nfunctions.sales = [\"kundenberater\"]\n");
        let policy = Policy::parse("own.toml", &text).unwrap();
        let typed = event(r#","title":"Kundenberaterin""#);
        let function =
            |policy| with_form(&typed, None, None, policy, NOW).person.function.map(|fact| fact.value);
        assert_eq!(function(&policy), Some(leadlight_lead::Function::Sales));
        assert_eq!(function(&self::policy()), None);
    }
}
