//! What is kept of an account's use of the product.

use std::future::Future;

use leadlight_lead::{AccountUsage, UsageKey};

use crate::{PortError, Replaced, Version};

/// Use as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredUsage {
    /// What is kept.
    pub usage: AccountUsage,
    /// What a write of it must name.
    pub version: Version,
}

/// Where it is kept, beside the leads.
pub trait UsageStore: Send + Sync {
    /// What is kept of an account; none where nothing was ever told of it.
    fn usage(&self, key: &UsageKey) -> impl Future<Output = Result<Option<StoredUsage>, PortError>> + Send;

    /// Keeps it if it still has the version that was read, or is still not there where there was none.
    fn keep_usage(
        &self,
        key: &UsageKey,
        usage: &AccountUsage,
        read: Option<Version>,
    ) -> impl Future<Output = Result<Replaced, PortError>> + Send;
}
