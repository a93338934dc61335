//! What enrichment found: every fact with its provider, time and confidence. An absent fact means
//! "not known", never "no".

use jiff::Timestamp;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, de::Error};

use leadlight_reading::{CountryCode, Function, Headcount, Seniority};

/// A value with its origin.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Fact<T> {
    /// What is known.
    pub value: T,
    /// Who said so: a provider's name, or `form` for what the person typed.
    pub provider: String,
    /// When it was fetched.
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub fetched_at: Timestamp,
    /// How far the provider trusts it, 0 to 1.
    pub confidence: f64,
}

/// All that enrichment knows about a lead.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Enrichment {
    /// The company.
    #[serde(default)]
    pub company: Company,
    /// The person.
    #[serde(default)]
    pub person: Person,
}

impl Enrichment {
    /// When the oldest of the facts was fetched that qualify a company or a person; none where none is known.
    pub fn oldest_fact_at(&self) -> Option<Timestamp> {
        fn at<T>(fact: Option<&Fact<T>>) -> Option<Timestamp> {
            fact.map(|fact| fact.fetched_at)
        }
        let Company { industry, employees, country, technologies, .. } = &self.company;
        let Person { function, seniority, .. } = &self.person;
        [
            at(industry.as_ref()),
            at(employees.as_ref()),
            at(country.as_ref()),
            at(technologies.as_ref()),
            at(function.as_ref()),
            at(seniority.as_ref()),
        ]
        .into_iter()
        .flatten()
        .min()
    }
}

/// Firmographics, technographics and intent of a company.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Company {
    /// Its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Fact<String>>,
    /// Its industry, as a lower-case key such as `software`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub industry: Option<Fact<String>>,
    /// Its number of employees, or a range.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "size")]
    pub employees: Option<Fact<Headcount>>,
    /// Its yearly revenue in US dollars.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revenue_usd: Option<Fact<u64>>,
    /// Where its head office is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<Fact<CountryCode>>,
    /// Tools it uses, as lower-case keys such as `salesforce`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub technologies: Option<Fact<Vec<String>>>,
    /// Its research activity on topics, as an intent vendor sees it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub intent: Option<Fact<Intent>>,
}

/// Documents of before may say 0 employees: of such a company the size is not known.
fn size<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Fact<Headcount>>, D::Error> {
    let Some(fact) = Option::<Fact<serde_json::Value>>::deserialize(deserializer)? else { return Ok(None) };
    if fact.value == 0 {
        return Ok(None);
    }
    let Fact { value, provider, fetched_at, confidence } = fact;
    let value = serde_json::from_value(value).map_err(D::Error::custom)?;
    Ok(Some(Fact { value, provider, fetched_at, confidence }))
}

/// Third-party intent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Intent {
    /// When the vendor observed it: intent ages.
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub observed_at: Timestamp,
    /// Topics and how strongly each is researched.
    pub topics: Vec<Topic>,
}

/// One topic.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Topic {
    /// As a lower-case key such as `lead-scoring`.
    pub name: String,
    /// 0 to 100; 50 is an average company.
    pub score: f64,
}

/// What is known of the person's role.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Person {
    /// The current title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<Fact<String>>,
    /// What the person works on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub function: Option<Fact<Function>>,
    /// How senior.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seniority: Option<Fact<Seniority>>,
    /// Since when in this role.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Fact<String>>")]
    pub role_since: Option<Fact<Date>>,
    /// Changed jobs within the last months: the role may not be what the form says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recently_changed_jobs: Option<Fact<bool>>,
}
