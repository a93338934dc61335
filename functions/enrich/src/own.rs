//! A DynamoDB table of the company's own: what its item says of somebody, or why nothing.

use std::time::Duration;

use jiff::Timestamp;
use leadlight_enrichment::{DynamoTable, Provider, Said, Subject};
use leadlight_lead::Gap;
use leadlight_ports::metrics::Alarm;
use leadlight_ports::{ItemError, Items, alarm, chain};
use tokio::time::timeout;

/// What the table says within a time. Nothing of it is kept: it is the company's own, costs next to nothing and answers in
/// milliseconds, so that a copy of people's data would only be older. The SDK has tried again what may pass.
pub(crate) async fn said(
    items: &impl Items,
    provider: &Provider,
    table: &DynamoTable,
    subject: Subject<'_>,
    at: Timestamp,
    longest: Duration,
) -> Said {
    let error = match timeout(longest, items.item(&table.ask(subject))).await {
        Ok(Ok(item)) => return table.read(item, at),
        Ok(Err(error)) => error,
        Err(_) => ItemError::Away("it took too long".into()),
    };
    // What somebody has to set right costs every lead its facts until then.
    if matches!(error, ItemError::NoTable | ItemError::Denied | ItemError::OtherKey) {
        alarm!(Alarm::VendorsDenied; provider = provider.name(), "a table of one's own is not read: {error}");
    } else {
        tracing::warn!(
            provider = provider.name(),
            reason = chain(&error),
            "a table of one's own was not read"
        );
    }
    Said::Nothing(gap(&error))
}

fn gap(error: &ItemError) -> Gap {
    match error {
        ItemError::NoTable | ItemError::OtherKey => Gap::Refused,
        ItemError::Denied => Gap::Denied,
        ItemError::TooFast => Gap::TooFast,
        ItemError::TooLong => Gap::Unreadable,
        ItemError::Away(_) => Gap::Away,
    }
}
