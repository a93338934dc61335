//! Leads in DynamoDB: one item a lead, and a sparse index that lists the queues.
//!
//! | attribute | | |
//! |---|---|---|
//! | `pk` | S | `lead#<lead id>` |
//! | `sk` | S | `lead`; other items of the same lead will have others |
//! | `document` | S | the [`QueuedLead`] message |
//! | `content_hash` | S | tells a repetition from a conflict |
//! | `version` | N | 1; each later change raises it (the fencing version of a claim) |
//! | `queue_shard` | S | `<queue>#<shard>`, only while the lead waits in a queue |
//! | `queue_order` | S | priority (inverted), then time, then id: ascending is the order of work |
//! | `closed_at` | S | only once the lead has an outcome |

use std::collections::HashMap;
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::types::{AttributeValue, KeysAndAttributes, ReturnValuesOnConditionCheckFailure};
use leadlight_lead::{LeadId, QueueName, QueuedLead, StageMessage};
use leadlight_pipeline::{Inserted, LeadPage, LeadStore, PageToken, PortError};

use crate::error::{BadItem, retryable};

/// The index that lists the queues.
pub const QUEUE_INDEX: &str = "by_queue";

/// A queue is spread over so many partitions of the index.
const SHARDS: u8 = 4;
const LEAD_SORT_KEY: &str = "lead";
/// `BatchGetItem` takes at most so many keys.
const BATCH_KEYS: usize = 100;

/// Before a batch's rest is asked for again; doubled each time.
const FIRST_PAUSE: Duration = Duration::from_millis(50);

type Item = HashMap<String, AttributeValue>;

/// One table by its name.
#[derive(Debug, Clone)]
pub struct DynamoLeads {
    client: Client,
    table: String,
}

impl DynamoLeads {
    /// A table by its name.
    pub fn new(client: Client, table: String) -> Self {
        Self { client, table }
    }

    /// A table by its name, with a client of its own.
    pub fn from_config(config: &aws_config::SdkConfig, table: String) -> Self {
        Self::new(Client::new(config), table)
    }

    async fn shard_keys(
        &self,
        queue: QueueName,
        shard: u8,
        limit: usize,
    ) -> Result<Vec<(String, Item)>, PortError> {
        const OPERATION: &str = "listing a queue";
        let mut found = Vec::new();
        let mut start = None;
        while found.len() < limit {
            let page = self
                .client
                .query()
                .table_name(&self.table)
                .index_name(QUEUE_INDEX)
                .key_condition_expression("queue_shard = :shard")
                .expression_attribute_values(":shard", text(format!("{queue}#{shard}")))
                .limit(i32::try_from(limit - found.len()).unwrap_or(i32::MAX))
                .set_exclusive_start_key(start)
                .send()
                .await
                .map_err(retryable(OPERATION))?;
            for mut item in page.items.unwrap_or_default() {
                let order = text_of(&item, "queue_order").map_err(retryable(OPERATION))?.to_owned();
                item.retain(|name, _| name == "pk" || name == "sk");
                found.push((order, item));
            }
            start = page.last_evaluated_key;
            if start.is_none() {
                break;
            }
        }
        Ok(found)
    }

    async fn documents(&self, keys: Vec<Item>) -> Result<Vec<QueuedLead>, PortError> {
        const OPERATION: &str = "reading leads";
        let mut leads = Vec::with_capacity(keys.len());
        for chunk in keys.chunks(BATCH_KEYS) {
            let mut wanted = chunk.to_vec();
            let mut pause = FIRST_PAUSE;
            while !wanted.is_empty() {
                let keys = KeysAndAttributes::builder()
                    .set_keys(Some(wanted))
                    .consistent_read(true)
                    .build()
                    .map_err(retryable(OPERATION))?;
                let answer = self
                    .client
                    .batch_get_item()
                    .request_items(&self.table, keys)
                    .send()
                    .await
                    .map_err(retryable(OPERATION))?;
                for item in answer.responses.unwrap_or_default().remove(&self.table).unwrap_or_default() {
                    leads.push(lead_of(&item)?);
                }
                wanted = answer
                    .unprocessed_keys
                    .unwrap_or_default()
                    .remove(&self.table)
                    .map(|k| k.keys)
                    .unwrap_or_default();
                if !wanted.is_empty() {
                    // The table is throttled: the SDK does not retry what a batch left out.
                    tokio::time::sleep(pause).await;
                    pause *= 2;
                }
            }
        }
        Ok(leads)
    }
}

impl LeadStore for DynamoLeads {
    async fn insert(&self, lead: &QueuedLead) -> Result<Inserted, PortError> {
        const OPERATION: &str = "storing a lead";
        let submitted = &lead.content.enriched().submitted;
        let result = self
            .client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(item_of(lead)?))
            .condition_expression("attribute_not_exists(pk)")
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .send()
            .await;
        match result {
            Ok(_) => Ok(Inserted::New),
            Err(SdkError::ServiceError(error)) => match error.into_err() {
                PutItemError::ConditionalCheckFailedException(there) => {
                    let old = there.item.unwrap_or_default();
                    let hash = text_of(&old, "content_hash").map_err(retryable(OPERATION))?;
                    Ok(if hash == submitted.content_hash.as_str() {
                        Inserted::Repeated
                    } else {
                        Inserted::Conflict
                    })
                }
                other => Err(retryable(OPERATION)(other)),
            },
            Err(error) => Err(retryable(OPERATION)(error)),
        }
    }

    async fn get(&self, id: &LeadId) -> Result<Option<QueuedLead>, PortError> {
        let answer = self
            .client
            .get_item()
            .table_name(&self.table)
            .key("pk", text(partition_key(id)))
            .key("sk", text(LEAD_SORT_KEY))
            .consistent_read(true)
            .send()
            .await
            .map_err(retryable("reading a lead"))?;
        answer.item.as_ref().map(lead_of).transpose()
    }

    async fn queue(&self, queue: QueueName, limit: usize) -> Result<Vec<QueuedLead>, PortError> {
        let mut keys = Vec::new();
        for shard in 0..SHARDS {
            keys.extend(self.shard_keys(queue, shard, limit).await?);
        }
        keys.sort_by(|(a, _), (b, _)| a.cmp(b));
        keys.truncate(limit);
        let mut leads = self.documents(keys.into_iter().map(|(_, key)| key).collect()).await?;
        // The index may lag: what the items themselves say decides.
        leads.retain(|l| l.queue == queue && l.outcome.is_none());
        leads.sort_by_key(queue_order);
        Ok(leads)
    }

    async fn closed(&self, after: Option<PageToken>) -> Result<LeadPage, PortError> {
        let start = after.map(|token| token.0.into_iter().map(|(k, v)| (k, text(v))).collect());
        let page = self
            .client
            .scan()
            .table_name(&self.table)
            .filter_expression("attribute_exists(closed_at) AND sk = :lead")
            .expression_attribute_values(":lead", text(LEAD_SORT_KEY))
            .set_exclusive_start_key(start)
            .send()
            .await
            .map_err(retryable("reading closed leads"))?;
        let items = page.items.unwrap_or_default();
        // One damaged item must not hide all the others.
        let leads: Vec<QueuedLead> = items.iter().filter_map(|item| lead_of(item).ok()).collect();
        let unreadable = items.len() - leads.len();
        let next = page.last_evaluated_key.map(|key| {
            PageToken(key.into_iter().filter_map(|(k, v)| Some((k, v.as_s().ok()?.clone()))).collect())
        });
        Ok(LeadPage { leads, unreadable, next })
    }
}

fn item_of(lead: &QueuedLead) -> Result<Item, PortError> {
    let submitted = &lead.content.enriched().submitted;
    let document = lead.to_message().map_err(retryable("writing a lead's document"))?;
    let mut item = Item::from([
        ("pk".to_owned(), text(partition_key(lead.id()))),
        ("sk".to_owned(), text(LEAD_SORT_KEY)),
        ("document".to_owned(), text(document)),
        ("content_hash".to_owned(), text(submitted.content_hash.as_str())),
        ("version".to_owned(), AttributeValue::N("1".to_owned())),
    ]);
    if let Some(outcome) = &lead.outcome {
        item.insert("closed_at".to_owned(), text(outcome.closed_at.to_string()));
    } else {
        let shard = lead.id().shard(SHARDS);
        item.insert("queue_shard".to_owned(), text(format!("{}#{shard}", lead.queue)));
        item.insert("queue_order".to_owned(), text(queue_order(lead)));
    }
    Ok(item)
}

fn lead_of(item: &Item) -> Result<QueuedLead, PortError> {
    const OPERATION: &str = "reading a lead's document";
    let document = text_of(item, "document").map_err(retryable(OPERATION))?;
    QueuedLead::from_message(document.as_bytes()).map_err(retryable(OPERATION))
}

fn queue_order(lead: &QueuedLead) -> String {
    let occurred_at = lead.content.enriched().submitted.occurred_at();
    // Milliseconds in a fixed width: text that sorts as time does.
    format!(
        "{:04}#{:015}#{}",
        1000_u16.saturating_sub(lead.priority),
        occurred_at.as_millisecond().max(0),
        lead.id()
    )
}

fn partition_key(id: &LeadId) -> String {
    format!("lead#{id}")
}

fn text(value: impl Into<String>) -> AttributeValue {
    AttributeValue::S(value.into())
}

fn text_of<'a>(item: &'a Item, attribute: &'static str) -> Result<&'a str, BadItem> {
    item.get(attribute).and_then(|v| v.as_s().ok()).map(String::as_str).ok_or(BadItem { attribute })
}
