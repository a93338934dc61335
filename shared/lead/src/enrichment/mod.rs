//! What enrichment found: every fact with its provider, time and confidence. An absent fact means
//! "not known", never "no".

use jiff::Timestamp;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, de::Error};

use leadlight_reading::{CountryCode, DomainName, Function, Headcount, Seniority, read_usd};

mod asked;
mod by_hand;
mod field;

pub use asked::{About, Against, Asked, Came, Gap};
pub use by_hand::ByHand;
pub use field::{FactField, Origin};

/// The provider of what the person typed in a form.
pub const FORM: &str = "form";
/// The provider of what one of our own people wrote into the record: it goes before every other.
pub const BY_HAND: &str = "by-hand";

/// The provider of what follows from the lead itself, such as a country from the end of a domain.
pub const DERIVED: &str = "derived";

/// Whether a fact's provider is a vendor, or an import: somebody from outside. No provider of a vendors file has a name
/// that is none.
pub fn is_vendor(provider: &str) -> bool {
    ![FORM, BY_HAND, DERIVED].contains(&provider)
}

/// How sure is what a person typed of themselves: people type what they like, so half as sure as a provider that is certain.
pub const TYPED_CONFIDENCE: f64 = 0.5;
/// How sure, at most, is what rules read out of a title, from a form or from a vendor.
pub const READ_FROM_TITLE_CONFIDENCE: f64 = 0.4;

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
    /// What others said instead of what counts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub against: Vec<Against>,
    /// Which vendors were asked or passed over, and what came of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub asked: Vec<Asked>,
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
    /// The range that its yearly revenue is in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revenue_range: Option<Fact<RevenueRange>>,
    /// Where its head office is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<Fact<CountryCode>>,
    /// Tools it uses, as lower-case keys such as `salesforce`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub technologies: Option<Fact<Vec<String>>>,
    /// Its research activity on topics, as an intent vendor sees it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub intent: Option<Fact<Intent>>,
    /// Its code in the North American Industry Classification System: 2 to 6 digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub naics: Option<Fact<String>>,
    /// Money that it raised from investors.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub funding: Option<Fact<Funding>>,
    /// By what share its headcount grew in twelve months: 0.2 is a fifth more, -0.1 a tenth fewer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub headcount_growth: Option<Fact<f64>>,
    /// Open positions, by what they work on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hiring: Option<Fact<Vec<Hiring>>>,
}

/// A range of yearly revenue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RevenueRange {
    /// From so many US dollars.
    pub from_usd: u64,
    /// Up to so many; none where it is open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to_usd: Option<u64>,
}

impl RevenueRange {
    /// Reads a range as vendors write it: `$10M-$50M`, `$100M to $250M`, `$10B+`, `$0-$1M`. `None` where it is none, or could
    /// be two.
    pub fn read(text: &str) -> Option<Self> {
        if let Some(from) = text.trim().strip_suffix('+') {
            return Some(Self { from_usd: read_usd(from)?, to_usd: None });
        }
        let (from, to) = ["-", "–", " to "].iter().find_map(|between| text.split_once(between))?;
        let (from_usd, to_usd) = (read_usd(from)?, read_usd(to)?);
        (from_usd <= to_usd).then_some(Self { from_usd, to_usd: Some(to_usd) })
    }
}

/// What a company raised.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Funding {
    /// In all, in US dollars.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total_usd: Option<u64>,
    /// Its latest round, as a lower-case key such as `series-b`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latest_round: Option<String>,
    /// The day of that round.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub latest_at: Option<Date>,
}

/// Open positions of one kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Hiring {
    /// What they work on.
    pub function: Function,
    /// How many are open.
    pub openings: u32,
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
    /// Over all topics, 0 to 100, by the vendor's own measure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<f64>,
    /// Whether the vendor calls it a spike: clearly more than usual for this company.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_spike: Option<bool>,
    /// How far the vendor believes them to be, as a lower-case key such as `decision`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub buying_stage: Option<String>,
}

impl Intent {
    /// Topics as they were observed at a moment, and nothing else known.
    pub fn on(observed_at: Timestamp, topics: Vec<Topic>) -> Self {
        Self { observed_at, topics, score: None, is_spike: None, buying_stage: None }
    }
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
    /// The domain of the company they work for now, where a provider says so: perhaps not the one of their address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub employer: Option<Fact<DomainName>>,
    /// Since when they work for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Fact<String>>")]
    pub employer_since: Option<Fact<Date>>,
    /// Whether they changed companies within the policy's window before this lead, or work for another company than their
    /// address says: the role may not be what the form says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recently_changed_jobs: Option<Fact<bool>>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_of_revenue_is_read_as_vendors_write_it() {
        let read = |text| RevenueRange::read(text).map(|range| (range.from_usd, range.to_usd));
        assert_eq!(read("$10M-$50M"), Some((10_000_000, Some(50_000_000))));
        assert_eq!(read("$0-$1M"), Some((0, Some(1_000_000))));
        assert_eq!(read("$100M to $250M"), Some((100_000_000, Some(250_000_000))));
        assert_eq!(read("$10B+"), Some((10_000_000_000, None)));
        for text in ["", "big", "$50M-$10M", "€1M-€5M", "10M", "-", "+"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
