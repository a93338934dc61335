//! The table read from end to end, page by page.

use aws_sdk_dynamodb::operation::scan::builders::ScanFluentBuilder;
use leadlight_lead::QueuedLead;
use leadlight_ports::{LeadPage, PageToken, PortError};

use super::DynamoLeads;
use super::item::{LEAD_SORT_KEY, lead_of, text};
use crate::error::retryable;

impl DynamoLeads {
    /// The page of the whole table that begins there, without a condition yet; conditions name a lead's sort key `:lead`.
    pub(super) fn page(&self, after: Option<PageToken>) -> ScanFluentBuilder {
        let start = after.map(|token| token.0.into_iter().map(|(k, v)| (k, text(v))).collect());
        self.client
            .scan()
            .table_name(&self.table)
            .expression_attribute_values(":lead", text(LEAD_SORT_KEY))
            .set_exclusive_start_key(start)
    }
}

/// Reads a page of leads.
pub(super) async fn leads_of(
    page: ScanFluentBuilder,
    operation: &'static str,
) -> Result<LeadPage, PortError> {
    let page = page.send().await.map_err(retryable(operation))?;
    let items = page.items.unwrap_or_default();
    // One damaged item must not hide all the others.
    let leads: Vec<QueuedLead> = items.iter().filter_map(|item| lead_of(item).ok()).collect();
    let unreadable = items.len() - leads.len();
    let next = page.last_evaluated_key.map(|key| {
        PageToken(key.into_iter().filter_map(|(k, v)| Some((k, v.as_s().ok()?.clone()))).collect())
    });
    Ok(LeadPage { leads, unreadable, next })
}
