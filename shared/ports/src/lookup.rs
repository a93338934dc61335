//! Sources of facts about companies and people.

use std::future::Future;

use leadlight_lead::{Company, DomainName, EmailAddress, Person};

use crate::PortError;

/// What a company is looked up by. At least one is set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompanyQuery {
    /// The registrable domain: the better key.
    pub domain: Option<DomainName>,
    /// The name as typed.
    pub name: Option<String>,
}

/// A source of facts about companies and people.
pub trait EnrichmentProvider: Send + Sync {
    /// A company's facts; `None` where the provider does not know it, which is not a "no".
    fn company(
        &self,
        query: &CompanyQuery,
    ) -> impl Future<Output = Result<Option<Company>, PortError>> + Send;

    /// A person's facts; `None` where the provider does not know them.
    fn person(&self, email: &EmailAddress) -> impl Future<Output = Result<Option<Person>, PortError>> + Send;
}
