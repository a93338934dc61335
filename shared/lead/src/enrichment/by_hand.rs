//! What our own people wrote into a record. It stands beside what was found, and goes before it.

use jiff::Timestamp;
use leadlight_reading::{CountryCode, Function, Headcount, Seniority};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{BY_HAND, Enrichment, Fact, FactField, READ_FROM_TITLE_CONFIDENCE};

/// What is written counts for certain.
const WRITTEN_CONFIDENCE: f64 = 1.0;

/// Facts that people wrote into a lead's record, all of the provider [`BY_HAND`].
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
#[expect(missing_docs, reason = "each is the field of its name in `Company` or `Person`")]
pub struct ByHand {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub company_name: Option<Fact<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub industry: Option<Fact<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub employees: Option<Fact<Headcount>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revenue_usd: Option<Fact<u64>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<Fact<CountryCode>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub technologies: Option<Fact<Vec<String>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<Fact<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub function: Option<Fact<Function>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seniority: Option<Fact<Seniority>>,
}

impl ByHand {
    /// The fields that people can write.
    pub const FIELDS: [FactField; 9] = [
        FactField::CompanyName,
        FactField::Industry,
        FactField::Employees,
        FactField::RevenueUsd,
        FactField::Country,
        FactField::Technologies,
        FactField::Title,
        FactField::Function,
        FactField::Seniority,
    ];

    /// A fact that someone wrote.
    pub fn written<T>(value: T, at: Timestamp) -> Fact<T> {
        Fact { value, provider: BY_HAND.to_owned(), fetched_at: at, confidence: WRITTEN_CONFIDENCE }
    }

    /// What a title says that someone wrote.
    pub fn read_from_title<T>(value: T, at: Timestamp) -> Fact<T> {
        Fact { value, provider: BY_HAND.to_owned(), fetched_at: at, confidence: READ_FROM_TITLE_CONFIDENCE }
    }

    /// Whether a fact was written as such, and not read from a title.
    pub fn is_written<T>(fact: &Fact<T>) -> bool {
        fact.confidence >= WRITTEN_CONFIDENCE
    }

    /// Nobody wrote anything, or all of it was taken back.
    pub fn is_empty(&self) -> bool {
        self == &Self::default()
    }

    /// What people had written of what is known.
    pub fn of(known: &Enrichment) -> Self {
        fn by_hand<T: Clone>(fact: Option<&Fact<T>>) -> Option<Fact<T>> {
            fact.filter(|fact| fact.provider == BY_HAND).cloned()
        }
        let (company, person) = (&known.company, &known.person);
        Self {
            company_name: by_hand(company.name.as_ref()),
            industry: by_hand(company.industry.as_ref()),
            employees: by_hand(company.employees.as_ref()),
            revenue_usd: by_hand(company.revenue_usd.as_ref()),
            country: by_hand(company.country.as_ref()),
            technologies: by_hand(company.technologies.as_ref()),
            title: by_hand(person.title.as_ref()),
            function: by_hand(person.function.as_ref()),
            seniority: by_hand(person.seniority.as_ref()),
        }
    }

    /// What is known with this over what was found.
    #[must_use]
    pub fn over(&self, mut found: Enrichment) -> Enrichment {
        fn put<T: Clone>(fact: &mut Option<Fact<T>>, written: Option<&Fact<T>>) {
            if let Some(written) = written {
                *fact = Some(written.clone());
            }
        }
        let (company, person) = (&mut found.company, &mut found.person);
        put(&mut company.name, self.company_name.as_ref());
        put(&mut company.industry, self.industry.as_ref());
        put(&mut company.employees, self.employees.as_ref());
        put(&mut company.revenue_usd, self.revenue_usd.as_ref());
        put(&mut company.country, self.country.as_ref());
        put(&mut company.technologies, self.technologies.as_ref());
        put(&mut person.title, self.title.as_ref());
        put(&mut person.function, self.function.as_ref());
        put(&mut person.seniority, self.seniority.as_ref());
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_be_written_goes_before_what_was_found_and_is_told_from_it() {
        let at = Timestamp::UNIX_EPOCH;
        let text = |text: &str| Some(ByHand::written(text.to_owned(), at));
        let by_hand = ByHand {
            company_name: text("Acme"),
            industry: text("software"),
            employees: Headcount::exactly(7).map(|size| ByHand::written(size, at)),
            revenue_usd: Some(ByHand::written(5, at)),
            country: Some(ByHand::written("AT".parse().unwrap(), at)),
            technologies: Some(ByHand::written(vec![], at)),
            title: text("VP Sales"),
            function: Some(ByHand::read_from_title(Function::Sales, at)),
            seniority: Some(ByHand::written(Seniority::Vp, at)),
        };
        let known = by_hand.over(Enrichment::default());
        for field in FactField::ALL {
            let is_by_hand = field.of(&known).is_some_and(|origin| origin.provider == BY_HAND);
            assert_eq!(is_by_hand, ByHand::FIELDS.contains(&field), "{field}");
        }
        assert_eq!(ByHand::of(&known), by_hand);
        assert!(by_hand.seniority.as_ref().is_some_and(ByHand::is_written));
        assert!(!by_hand.function.as_ref().is_some_and(ByHand::is_written));
        let vendors = Fact { provider: "vendor".to_owned(), ..ByHand::written("Acme Inc".to_owned(), at) };
        let mut found = Enrichment::default();
        found.company.name = Some(vendors);
        assert_eq!(ByHand::of(&found), ByHand::default());
        assert_eq!(ByHand::default().over(found.clone()), found);
        assert_eq!(by_hand.over(found).company.name, by_hand.company_name);
    }
}
