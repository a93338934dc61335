//! The embedded provider: a directory of invented companies and people that ships with Leadlight, so that everything
//! can be tried on one machine without a vendor's account. It is never asked about real leads: a company of one of
//! its names would get invented facts.

use jiff::{SignedDuration, ToSpan, tz::TimeZone};
use leadlight_events::{CompanyRecord, Directory, DirectoryError, PersonRecord, directory};
use leadlight_lead::{Company, EmailAddress, Fact, Headcount, Intent, Person, Topic};
use leadlight_ports::{Clock, CompanyQuery, EnrichmentProvider, PortError};

/// The name that facts from the sample directory carry.
pub const SAMPLE_PROVIDER: &str = "sample-directory";

/// A match by name alone may be another company of that name.
const NAME_MATCH_FACTOR: f64 = 0.7;

/// Facts from a directory held in memory.
#[derive(Debug)]
pub struct DirectoryProvider<C> {
    directory: Directory,
    clock: C,
}

impl<C: Clock> DirectoryProvider<C> {
    /// The directory that ships with Leadlight.
    pub fn sample(clock: C) -> Result<Self, DirectoryError> {
        Ok(Self { directory: directory()?, clock })
    }
}

impl<C: Clock> EnrichmentProvider for DirectoryProvider<C> {
    async fn company(&self, query: &CompanyQuery) -> Result<Option<Company>, PortError> {
        let by_domain = query.domain.as_ref().and_then(|d| self.directory.company_by_domain(d));
        let found = match by_domain {
            Some(record) => Some((record, 1.0)),
            // A domain that is not known is a company that is not known, whatever its name.
            None if query.domain.is_some() => None,
            None => query
                .name
                .as_deref()
                .and_then(|n| self.directory.company_by_name(n))
                .map(|record| (record, NAME_MATCH_FACTOR)),
        };
        Ok(found.map(|(record, factor)| company(record, factor, &self.clock)))
    }

    async fn person(&self, email: &EmailAddress) -> Result<Option<Person>, PortError> {
        Ok(self.directory.person(email).map(|record| person(record, &self.clock)))
    }
}

/// Knows nobody: where there is no vendor, a lead is what its form says.
#[derive(Debug, Clone, Copy)]
pub struct NoProvider;

impl EnrichmentProvider for NoProvider {
    async fn company(&self, _query: &CompanyQuery) -> Result<Option<Company>, PortError> {
        Ok(None)
    }

    async fn person(&self, _email: &EmailAddress) -> Result<Option<Person>, PortError> {
        Ok(None)
    }
}

fn company(record: &CompanyRecord, factor: f64, clock: &impl Clock) -> Company {
    let now = clock.now();
    let confidence = record.confidence * factor;
    let intent = record.intent.as_ref().map(|intent| {
        let observed_at = now - SignedDuration::from_hours(24 * i64::from(intent.days_ago));
        Intent::on(observed_at, intent.topics.iter().map(Topic::from).collect())
    });
    let fact = Facts { now, confidence };
    Company {
        name: fact.of(Some(record.name.clone())),
        industry: fact.of(record.industry.clone()),
        employees: fact.of(record.employees.and_then(Headcount::exactly)),
        revenue_usd: fact.of(record.revenue_usd),
        country: fact.of(record.country),
        technologies: fact.of(record.technologies.clone()),
        intent: fact.of(intent),
        ..Company::default()
    }
}

fn person(record: &PersonRecord, clock: &impl Clock) -> Person {
    let now = clock.now();
    let today = TimeZone::UTC.to_datetime(now).date();
    let fact = Facts { now, confidence: record.confidence };
    Person {
        title: fact.of(record.title.clone()),
        function: fact.of(record.function),
        seniority: fact.of(record.seniority),
        role_since: fact
            .of(record.role_since_days_ago.and_then(|d| today.checked_sub(i64::from(d).days()).ok())),
        recently_changed_jobs: fact.of(record.recently_changed_jobs),
        ..Person::default()
    }
}

struct Facts {
    now: jiff::Timestamp,
    confidence: f64,
}

impl Facts {
    fn of<T>(&self, value: Option<T>) -> Option<Fact<T>> {
        value.map(|value| Fact {
            value,
            provider: SAMPLE_PROVIDER.to_owned(),
            fetched_at: self.now,
            confidence: self.confidence,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use leadlight_ports::FixedClock;

    fn provider() -> DirectoryProvider<FixedClock> {
        DirectoryProvider::sample(FixedClock("2026-11-20T12:00:00Z".parse().unwrap())).unwrap()
    }

    fn query(domain: Option<&str>, name: Option<&str>) -> CompanyQuery {
        CompanyQuery { domain: domain.map(|d| d.parse().unwrap()), name: name.map(str::to_owned) }
    }

    #[tokio::test]
    async fn a_company_is_known_by_domain_and_less_surely_by_name() {
        let by_domain = provider().company(&query(Some("brightforge.example"), None)).await.unwrap().unwrap();
        let employees = by_domain.employees.unwrap();
        assert_eq!((employees.value.typical(), employees.provider.as_str()), (480, SAMPLE_PROVIDER));
        let observed_at = by_domain.intent.unwrap().value.observed_at;
        assert_eq!(observed_at, "2026-11-16T12:00:00Z".parse().unwrap());
        let by_name = provider().company(&query(None, Some("brightforge software"))).await.unwrap().unwrap();
        assert!(by_name.employees.unwrap().confidence < employees.confidence);
    }

    #[tokio::test]
    async fn a_foreign_domain_is_not_matched_by_name() {
        let found = provider().company(&query(Some("other.example"), Some("Brightforge Software"))).await;
        assert!(found.unwrap().is_none());
    }

    #[tokio::test]
    async fn a_person_has_a_role_since_a_day() {
        let dana = "dana.whitlock@brightforge.example".parse().unwrap();
        let person = provider().person(&dana).await.unwrap().unwrap();
        assert!(person.role_since.unwrap().value < "2026-11-20".parse().unwrap());
        assert!(provider().person(&"nobody@brightforge.example".parse().unwrap()).await.unwrap().is_none());
    }
}
