//! Use of the product by accounts, in the table of leads.

use leadlight_lead::{AccountUsage, StageMessage, UsageKey};

use super::{MemoryLeads, lock};
use crate::{Classed, PortError, Replaced, StoredUsage, UsageStore, Version};

impl UsageStore for MemoryLeads {
    async fn usage(&self, key: &UsageKey) -> Result<Option<StoredUsage>, PortError> {
        Ok(lock(&self.0).usage.get(&key.as_text()).cloned())
    }

    async fn keep_usage(
        &self,
        key: &UsageKey,
        usage: &AccountUsage,
        read: Option<Version>,
    ) -> Result<Replaced, PortError> {
        // The real store takes what has a document.
        usage.to_message().map_err(|error| PortError {
            operation: "writing an account's use",
            class: error.class(),
            source: Box::new(error),
        })?;
        let mut table = lock(&self.0);
        let key = key.as_text();
        if table.usage.get(&key).map(|there| there.version) != read {
            return Ok(Replaced::Stale);
        }
        let version = Version(read.map_or(0, |read| read.0) + 1);
        table.usage.insert(key, StoredUsage { usage: usage.clone(), version });
        Ok(Replaced::Done)
    }
}
