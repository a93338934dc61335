//! Use of the product by accounts: an item each, beside the leads.

use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::types::AttributeValue;
use leadlight_lead::{AccountUsage, StageMessage, UsageKey};
use leadlight_ports::{PortError, Replaced, StoredUsage, UsageStore, Version};

use super::item::{number_of, text, text_of};
use super::{DynamoLeads, UNCHANGED, unwritten};
use crate::error::{damaged, document};

const SORT_KEY: &str = "usage";

fn partition(key: &UsageKey) -> String {
    format!("usage#{}", key.as_text())
}

impl UsageStore for DynamoLeads {
    async fn usage(&self, key: &UsageKey) -> Result<Option<StoredUsage>, PortError> {
        const OPERATION: &str = "reading an account's use";
        let Some(item) = self.item(partition(key), SORT_KEY).await? else { return Ok(None) };
        let message = text_of(&item, "usage").map_err(damaged(OPERATION))?;
        let usage = AccountUsage::from_message(message.as_bytes()).map_err(document(OPERATION))?;
        Ok(Some(StoredUsage { usage, version: Version(number_of(&item, "version")?) }))
    }

    async fn keep_usage(
        &self,
        key: &UsageKey,
        usage: &AccountUsage,
        read: Option<Version>,
    ) -> Result<Replaced, PortError> {
        const OPERATION: &str = "writing an account's use";
        let message = usage.to_message().map_err(document(OPERATION))?;
        let version = read.map_or(0, |read| read.0) + 1;
        let put = self
            .client
            .put_item()
            .table_name(&self.table)
            .item("pk", text(partition(key)))
            .item("sk", text(SORT_KEY))
            .item("usage", text(message))
            .item("version", AttributeValue::N(version.to_string()));
        let put = match read {
            None => put.condition_expression("attribute_not_exists(pk)"),
            Some(read) => put
                .condition_expression(UNCHANGED)
                .expression_attribute_values(":read", AttributeValue::N(read.0.to_string())),
        };
        match put.send().await {
            Ok(_) => Ok(Replaced::Done),
            // If only the answer of this very write was lost, the next try finds it there: to fold again changes nothing.
            Err(error) => match error.as_service_error() {
                Some(PutItemError::ConditionalCheckFailedException(_)) => Ok(Replaced::Stale),
                _ => Err(unwritten(OPERATION, error)),
            },
        }
    }
}
