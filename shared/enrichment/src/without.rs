//! A lead as it would have been without one provider.

use std::collections::BTreeMap;

use leadlight_lead::{EnrichedLead, FORM, FactField, is_vendor};
use leadlight_policy::Policy;

use crate::file::Vendors;
use crate::merge::{Around, merged};

/// Vendors that a lead was asked about or has facts from, and what was paid to each in millionths of a US dollar: none
/// where it is not known, as with facts that were imported.
pub fn paid(lead: &EnrichedLead) -> BTreeMap<&str, Option<u64>> {
    let origins = FactField::ALL.into_iter().filter_map(|field| field.of(&lead.enrichment));
    let mut paid: BTreeMap<&str, Option<u64>> =
        origins.map(|origin| (origin.provider, None)).filter(|(provider, _)| is_vendor(provider)).collect();
    let asked = lead.events().iter().flat_map(|event| &event.enrichment.asked);
    for asked in asked.filter(|asked| asked.was_asked()) {
        *paid.entry(&asked.provider).or_default().get_or_insert(0) += asked.cost_usd_micros;
    }
    paid
}

/// A lead without what one provider said.
#[derive(Debug, Clone, PartialEq)]
pub struct Without {
    /// What was typed stands where it said something, and else nothing.
    pub lead: EnrichedLead,
    /// The fields in which its word counted.
    pub fields: Vec<FactField>,
    /// Of those, the fields of which another provider said something else. That is kept as text alone and cannot be put in
    /// its place: without the provider more would have been known than this lead shows.
    pub contested: Vec<FactField>,
}

/// Takes a provider's facts out of a lead.
pub fn without(policy: &Policy, lead: &EnrichedLead, provider: &str) -> Without {
    let found = &lead.enrichment;
    let counts = |field: &FactField| field.of(found).is_some_and(|origin| origin.provider == provider);
    let fields: Vec<FactField> = FactField::ALL.into_iter().filter(counts).collect();
    let others = |field: &&FactField| {
        found.against.iter().any(|a| a.field == **field && a.provider != FORM && a.provider != provider)
    };
    let contested = fields.iter().filter(others).copied().collect();
    let mut lead = lead.clone();
    if !fields.is_empty() {
        for field in &fields {
            field.forget(&mut lead.enrichment);
        }
        let mut event = lead.event().clone();
        // Role and seniority are read from the title that stands, whoever said it.
        if let Some(title) = &lead.enrichment.person.title {
            event.title = Some(title.value.clone());
        }
        let around = Around {
            policy,
            event: &event,
            occurred_at: lead.occurred_at(),
            account: lead.account_domain.as_ref(),
            account_of: &Clone::clone,
            job_change_days: 0,
            now: lead.enriched_at,
        };
        let mut typed = merged(&around, &Vendors::default(), &[]);
        // What was not known with the provider is not known without it.
        let others = FactField::ALL.into_iter().filter(|field| !fields.contains(field));
        others.for_each(|field| field.forget(&mut typed));
        lead.enrichment.fill_gaps(&typed);
        lead.completeness = policy.completeness(&lead.enrichment, lead.motion);
    }
    Without { lead, fields, contested }
}

#[cfg(test)]
mod tests {
    use leadlight_lead::{
        About, Against, Asked, Came, Enrichment, Fact, Function, Gap, Person, StageMessage,
    };

    use super::*;

    const LEAD: &str = include_str!("../../lead/testdata/v1/enriched-lead.json");
    const POLICY: &str = include_str!("../../../infra/policies/default.toml");

    fn policy() -> Policy {
        Policy::parse("default.toml", POLICY).unwrap()
    }

    fn fact<T>(value: T, provider: &str) -> Fact<T> {
        Fact {
            value,
            provider: provider.to_owned(),
            fetched_at: "2026-11-20T12:00:00Z".parse().unwrap(),
            confidence: 0.9,
        }
    }

    /// Typed were country, size and title; vendors say more, and otherwise.
    fn lead() -> EnrichedLead {
        let mut lead = EnrichedLead::from_message(LEAD.as_bytes()).unwrap();
        lead.enrichment = Enrichment::default();
        let event = &mut lead.submitted.event;
        event.country = Some("Germany".to_owned());
        event.title = Some("Head of Sales".to_owned());
        event.industry = None;
        let company = &mut lead.enrichment.company;
        company.country = Some(fact("FR".parse().unwrap(), "acme-data"));
        company.industry = Some(fact("software".to_owned(), "acme-data"));
        company.naics = Some(fact("5112".to_owned(), "other"));
        lead.enrichment.person.title = Some(fact("Intern".to_owned(), "acme-data"));
        lead.enrichment.against = vec![Against {
            field: FactField::Industry,
            value: "retail".to_owned(),
            provider: "other".to_owned(),
            fetched_at: "2026-11-20T12:00:00Z".parse().unwrap(),
            confidence: 0.4,
        }];
        lead
    }

    #[test]
    fn what_was_typed_stands_in_and_what_others_said_stays() {
        let Without { lead: seen, fields, contested } = without(&policy(), &lead(), "acme-data");
        assert_eq!(fields, [FactField::Industry, FactField::Country, FactField::Title]);
        assert_eq!(contested, [FactField::Industry], "another vendor's word is text alone");
        let (company, person) = (&seen.enrichment.company, &seen.enrichment.person);
        assert_eq!(
            company.country.as_ref().map(|f| (f.value.to_string(), f.provider.as_str())),
            Some(("DE".to_owned(), FORM))
        );
        assert_eq!(company.industry, None, "nobody typed one");
        assert_eq!(company.naics.as_ref().map(|f| f.provider.as_str()), Some("other"));
        assert_eq!(person.title.as_ref().map(|f| f.value.as_str()), Some("Head of Sales"));
        assert_eq!(person.function, None, "it was not known with the vendor either");
        assert!(
            seen.completeness.missing.iter().any(|field| field.contains("industry")),
            "{:?}",
            seen.completeness
        );
    }

    #[test]
    fn a_role_is_read_from_the_title_that_stands() {
        let mut lead = lead();
        lead.enrichment.person.title = Some(fact("VP Marketing".to_owned(), "other"));
        lead.enrichment.person.function = Some(fact(Function::Finance, "acme-data"));
        let seen = without(&policy(), &lead, "acme-data").lead.enrichment.person;
        assert_eq!(
            seen.function.map(|fact| fact.value),
            Some(Function::Marketing),
            "Head of Sales was typed"
        );
        assert_eq!(seen.title.map(|fact| fact.provider).as_deref(), Some("other"));
    }

    #[test]
    fn what_was_paid_is_known_of_those_who_were_asked() {
        let mut lead = lead();
        let asked = |provider: &str, came, cost_usd_micros| Asked {
            provider: provider.to_owned(),
            about: About::Company,
            came,
            cost_usd_micros,
            at: lead.enriched_at,
        };
        let found = vec![
            asked("acme-data", Came::Found, 100),
            asked("acme-data", Came::Kept, 0),
            asked("silent", Came::Unknown, 30),
            asked("too-dear", Came::Nothing(Gap::LeadCap), 0),
        ];
        lead.enrichment.asked = found;
        lead.enrichment.company.name = Some(fact("Acme".to_owned(), FORM));
        let wanted = [("acme-data", Some(100)), ("other", None), ("silent", Some(30))];
        assert_eq!(paid(&lead), wanted.into());
    }

    #[test]
    fn without_a_provider_that_said_nothing_all_stays_as_it_was() {
        let lead = lead();
        let same = without(&policy(), &lead, "nobody");
        assert_eq!(same, Without { lead, fields: Vec::new(), contested: Vec::new() });
    }

    /// What was typed and did not count then, such as under another policy, does not count without a provider either.
    #[test]
    fn nothing_is_known_that_was_not_known_with_the_provider() {
        let mut lead = lead();
        lead.enrichment.person = Person::default();
        let seen = without(&policy(), &lead, "acme-data").lead.enrichment;
        assert_eq!(seen.person, Person::default(), "a title was typed");
        assert!(seen.company.country.is_some_and(|fact| fact.provider == FORM));
    }

    /// The one list of fields, held against what takes each out.
    #[test]
    fn a_field_that_is_forgotten_is_that_one() {
        let full = EnrichedLead::from_message(LEAD.as_bytes()).unwrap().enrichment;
        let known = |found: &Enrichment| -> Vec<FactField> {
            FactField::ALL.into_iter().filter(|field| field.of(found).is_some()).collect()
        };
        assert!(known(&full).len() >= 8, "{:?}", known(&full));
        for field in FactField::ALL {
            let mut found = full.clone();
            field.forget(&mut found);
            let wanted: Vec<FactField> = known(&full).into_iter().filter(|other| *other != field).collect();
            assert_eq!(known(&found), wanted);
        }
    }
}
