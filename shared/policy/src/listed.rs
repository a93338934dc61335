//! What a company is to us: by the policy's own lists, and by a list beside it.

use std::fmt;

use leadlight_lead::{Disqualifier, DomainName, EnrichedLead};

use crate::policy::Policy;
use crate::readings::Readings;

/// What a company is to us that keeps its leads from an SDR.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    /// A customer already.
    Customer,
    /// A direct competitor.
    Competitor,
}

impl fmt::Display for Relation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Customer => "customer",
            Self::Competitor => "competitor",
        })
    }
}

/// A list of companies.
pub trait Listed {
    /// What the list says of a company; none where it does not name it.
    fn relation(&self, domain: &DomainName) -> Option<Relation>;
}

/// No list.
impl Listed for () {
    fn relation(&self, _domain: &DomainName) -> Option<Relation> {
        None
    }
}

impl<L: Listed> Listed for Option<&L> {
    fn relation(&self, domain: &DomainName) -> Option<Relation> {
        self.and_then(|list| list.relation(domain))
    }
}

/// The few that people write into the policy itself.
impl Listed for Policy {
    fn relation(&self, domain: &DomainName) -> Option<Relation> {
        let rules = &self.disqualify;
        if rules.customers.contains(domain) {
            Some(Relation::Customer)
        } else if rules.competitors.contains(domain) {
            Some(Relation::Competitor)
        } else {
            None
        }
    }
}

impl Policy {
    /// Whether the company is a customer or a competitor, by the policy's lists or by the one beside it.
    ///
    /// The company's domain counts, and that of the address: a competitor who fills in another company's website is
    /// still a competitor.
    pub(crate) fn listed(
        &self,
        lead: &EnrichedLead,
        beside: &impl Listed,
        readings: &Readings<'_>,
    ) -> Option<(Disqualifier, String)> {
        let domains: Vec<&DomainName> =
            [lead.account_domain.as_ref(), readings.of_address()].into_iter().flatten().collect();
        self.listed_among(&domains, beside)
    }

    /// The same of a company's domains.
    pub(crate) fn listed_among(
        &self,
        domains: &[&DomainName],
        beside: &impl Listed,
    ) -> Option<(Disqualifier, String)> {
        let found: Vec<(&DomainName, Relation, &str)> = domains
            .iter()
            .copied()
            .filter_map(|domain| {
                // What people wrote into the policy by hand goes before a list of thousands.
                let own = self.relation(domain).map(|relation| (domain, relation, ""));
                own.or_else(|| {
                    beside.relation(domain).map(|relation| (domain, relation, " in the accounts file"))
                })
            })
            .collect();
        let is = |wanted| move |found: &&(&DomainName, Relation, &str)| found.1 == wanted;
        let first = found.iter().find(is(Relation::Customer));
        let (domain, relation, place) = first.or_else(|| found.iter().find(is(Relation::Competitor)))?;
        let disqualifier = match relation {
            Relation::Customer => Disqualifier::CurrentCustomer,
            Relation::Competitor => Disqualifier::Competitor,
        };
        Some((disqualifier, format!("{domain} is on the list of {relation}s{place}")))
    }
}
