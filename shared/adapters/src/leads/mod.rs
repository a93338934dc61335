//! Leads in DynamoDB: one item a lead, and sparse indexes that find them.

mod erasing;
mod exports;
mod index;
mod item;
mod placing;
mod scan;
mod usage;

use std::error::Error;
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{
    AttributeValue, Put, ReturnValuesOnConditionCheckFailure, TransactWriteItem, Update,
};
use jiff::Timestamp;
use leadlight_lead::{Counts, LeadId, PersonKey, QueuedLead, Tally};
use leadlight_ports::{
    Class, Classed, Found, Inserted, LeadPage, LeadStore, Outbox, PageToken, Placing, PortError, Replaced,
    Stored, Version,
};

pub use index::{ACCOUNT_INDEX, OWNER_INDEX, PERSON_INDEX, QUEUE_INDEX, RENEWAL_INDEX};
use item::{
    Item, LEAD_SORT_KEY, PERSON_SORT_KEY, item_of, joined_of, number_of, partition_key, person_partition,
    seen_from, stored_of, text, text_of,
};
use scan::leads_of;

use crate::error::{BadItem, damaged, retryable};

/// What is told beside leads.
const TOLD_KEY: &str = "told#model";
const UNCHANGED: &str = "version = :read";
/// Tells a write from any other that would leave the same behind.
const WRITE_ID: &str = "write_id";
/// Before a step that met another one is tried again; doubled each time.
const FIRST_PAUSE: Duration = Duration::from_millis(20);
const TRIES: u32 = 6;
/// Of leads that became part of others, one after the other.
const MOST_HOPS: usize = 16;

/// One table by its name.
#[derive(Debug, Clone)]
pub struct DynamoLeads {
    client: Client,
    table: String,
}

/// Why a lead was not taken out of its queue.
#[derive(Debug, thiserror::Error)]
pub enum TakeOutError {
    /// Nothing is wrong with it.
    #[error("this lead can be read and written; nothing was changed")]
    Sound,
    /// The table failed.
    #[error("the table cannot be read or written")]
    Table(#[source] PortError),
}

/// How a step in a transaction went.
enum Step {
    Is(Replaced),
    /// Another step was under way.
    Met,
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

    /// Takes a lead out of the indexes that its item should not be in: one that can be neither read nor written waits
    /// there for ever, and counts as somebody's. Its item stays, document and all. False where there is no such item.
    /// One that can be read is left alone: its queue is where it belongs.
    pub async fn take_out(&self, id: &LeadId) -> Result<bool, TakeOutError> {
        match self.get(id).await {
            Ok(None) => return Ok(false),
            Ok(Some(stored)) if stored.lead.to_document().is_ok() => return Err(TakeOutError::Sound),
            Err(error) if error.class() == Class::Retryable => return Err(TakeOutError::Table(error)),
            Ok(Some(_)) | Err(_) => {}
        }
        let removed = self
            .client
            .update_item()
            .table_name(&self.table)
            .key("pk", text(partition_key(id)))
            .key("sk", text(LEAD_SORT_KEY))
            .update_expression("REMOVE queue_shard, owner_queue, queue_order, holder, lease_until, renewal_shard, renewal_order")
            .send()
            .await;
        removed.map_err(|error| TakeOutError::Table(retryable("taking a lead out of its queue")(error)))?;
        Ok(true)
    }

    async fn put(&self, lead: &QueuedLead, read: Version) -> Result<Replaced, PortError> {
        const OPERATION: &str = "writing a lead";
        let mut write_id = [0; 8];
        getrandom::fill(&mut write_id).map_err(retryable(OPERATION))?;
        let write_id = text(hex::encode(write_id));
        let mut item = item_of(lead, Version(read.0 + 1))?;
        item.insert(WRITE_ID.to_owned(), write_id.clone());
        let result = self
            .client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(item))
            .condition_expression(UNCHANGED)
            .expression_attribute_values(":read", AttributeValue::N(read.0.to_string()))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .send()
            .await;
        match result {
            Ok(_) => Ok(Replaced::Done),
            Err(error) => match error.as_service_error() {
                // The SDK tries again where no answer came. If this very write is there, only its answer was lost.
                Some(PutItemError::ConditionalCheckFailedException(there)) => {
                    let found = there.item.as_ref().and_then(|item| item.get(WRITE_ID));
                    Ok(if found == Some(&write_id) { Replaced::Done } else { Replaced::Stale })
                }
                // Someone is writing it at this very moment, with a count.
                Some(PutItemError::TransactionConflictException(_)) => Ok(Replaced::Stale),
                _ => Err(unwritten(OPERATION, error)),
            },
        }
    }

    /// A lead as it is to be, and what is counted with it.
    fn counting(
        &self,
        lead: &QueuedLead,
        read: Version,
        counts: Counts<'_>,
    ) -> Result<Vec<TransactWriteItem>, PortError> {
        const OPERATION: &str = "writing a lead";
        let put = Put::builder()
            .table_name(&self.table)
            .set_item(Some(item_of(lead, Version(read.0 + 1))?))
            .condition_expression(UNCHANGED)
            .expression_attribute_values(":read", AttributeValue::N(read.0.to_string()))
            .build()
            .map_err(retryable(OPERATION))?;
        let mut steps = vec![TransactWriteItem::builder().put(put).build()];
        for (tally, by) in counts.changes() {
            let update = Update::builder()
                .table_name(&self.table)
                .key("pk", text(tally_key(counts.month)))
                .key("sk", text(tally.to_string()))
                .update_expression("ADD #count :by")
                .expression_attribute_names("#count", "count")
                .expression_attribute_values(":by", AttributeValue::N(by.to_string()))
                .build()
                .map_err(retryable(OPERATION))?;
            steps.push(TransactWriteItem::builder().update(update).build());
        }
        Ok(steps)
    }

    /// One step or nothing. A transaction needs no id of ours: the SDK gives each one, and DynamoDB does the same one
    /// once.
    async fn transact(
        &self,
        operation: &'static str,
        steps: Vec<TransactWriteItem>,
    ) -> Result<Step, PortError> {
        let sent = self.client.transact_write_items().set_transact_items(Some(steps)).send().await;
        let Err(error) = sent else { return Ok(Step::Is(Replaced::Done)) };
        let Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) = error.as_service_error()
        else {
            return Err(unwritten(operation, error));
        };
        let codes: Vec<&str> = cancelled.cancellation_reasons().iter().filter_map(|r| r.code()).collect();
        if codes.contains(&"ConditionalCheckFailed") {
            Ok(Step::Is(Replaced::Stale))
        } else if codes.contains(&"TransactionConflict") {
            Ok(Step::Met)
        } else if codes.contains(&"ValidationError") {
            Err(damaged(operation)(error))
        } else {
            Err(retryable(operation)(error))
        }
    }

    /// The same, tried again where it meets another step.
    async fn in_turn(
        &self,
        operation: &'static str,
        steps: Vec<TransactWriteItem>,
    ) -> Result<Replaced, PortError> {
        let mut pause = FIRST_PAUSE;
        for _ in 0..TRIES {
            match self.transact(operation, steps.clone()).await? {
                Step::Is(replaced) => return Ok(replaced),
                Step::Met => tokio::time::sleep(pause).await,
            }
            pause *= 2;
        }
        // Others keep writing it: whoever asked should look again.
        Ok(Replaced::Stale)
    }

    async fn item(&self, partition: String, sort: &str) -> Result<Option<Item>, PortError> {
        let answer = self
            .client
            .get_item()
            .table_name(&self.table)
            .key("pk", text(partition))
            .key("sk", text(sort))
            .consistent_read(true)
            .send()
            .await
            .map_err(retryable("reading a lead"))?;
        Ok(answer.item)
    }
}

impl LeadStore for DynamoLeads {
    async fn insert(&self, lead: &QueuedLead) -> Result<Inserted, PortError> {
        const OPERATION: &str = "storing a lead";
        let submitted = lead.submitted();
        let result = self
            .client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(item_of(lead, Version(1))?))
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
                    Ok(if submitted.repeats(hash) { Inserted::Repeated } else { Inserted::Conflict })
                }
                other => Err(unwritten(OPERATION, other)),
            },
            Err(error) => Err(retryable(OPERATION)(error)),
        }
    }

    async fn find(&self, event: &LeadId) -> Result<Option<Found>, PortError> {
        let Some(mut item) = self.item(partition_key(event), LEAD_SORT_KEY).await? else { return Ok(None) };
        let hash = text_of(&item, "content_hash").map_err(damaged("reading where an event went"))?;
        let content_hash = hash.to_owned();
        // A lead that took others in may itself have become part of another.
        for _ in 0..MOST_HOPS {
            let Some(lead) = joined_of(&item)? else {
                return Ok(Some(Found { stored: stored_of(&item)?, content_hash }));
            };
            match self.item(partition_key(&lead), LEAD_SORT_KEY).await? {
                Some(next) => item = next,
                None => break,
            }
        }
        Err(damaged("reading where an event went")(BadItem { attribute: "joined" }))
    }

    async fn lead_of(&self, person: &PersonKey) -> Result<Option<LeadId>, PortError> {
        const OPERATION: &str = "reading a person's lead";
        let Some(item) = self.item(person_partition(person), PERSON_SORT_KEY).await? else { return Ok(None) };
        let id = text_of(&item, "lead").map_err(damaged(OPERATION))?;
        id.parse().map(Some).map_err(damaged(OPERATION))
    }

    async fn place(&self, step: Placing<'_>) -> Result<Replaced, PortError> {
        self.in_turn("storing a lead", self.steps(step)?).await
    }

    async fn get(&self, id: &LeadId) -> Result<Option<Stored>, PortError> {
        Ok(self.find(id).await?.map(|found| found.stored))
    }

    async fn replace(
        &self,
        lead: &QueuedLead,
        read: Version,
        counts: Counts<'_>,
    ) -> Result<Replaced, PortError> {
        if counts.is_empty() {
            return self.put(lead, read).await;
        }
        self.in_turn("writing a lead", self.counting(lead, read, counts)?).await
    }

    async fn answered(&self, after: Option<PageToken>) -> Result<LeadPage, PortError> {
        let wanted = "attribute_exists(answered_at) AND sk = :lead";
        let page = self.page(after).filter_expression(wanted);
        leads_of(page, "reading answered leads").await
    }

    async fn all(&self, since: Option<Timestamp>, after: Option<PageToken>) -> Result<LeadPage, PortError> {
        // An event that joined a lead has no document.
        let page = self.page(after);
        let page = match since {
            None => page.filter_expression("attribute_exists(document) AND sk = :lead"),
            Some(since) => page
                .filter_expression("attribute_exists(document) AND sk = :lead AND seen_at >= :since")
                .expression_attribute_values(":since", text(seen_from(since))),
        };
        leads_of(page, "reading all leads").await
    }

    async fn tallies(&self, month: &str) -> Result<Vec<(Tally, u64)>, PortError> {
        const OPERATION: &str = "reading what was counted";
        let mut found = Vec::new();
        let mut start = None;
        loop {
            let page = self
                .client
                .query()
                .table_name(&self.table)
                .key_condition_expression("pk = :month")
                .expression_attribute_values(":month", text(tally_key(month)))
                .set_exclusive_start_key(start)
                .send()
                .await
                .map_err(retryable(OPERATION))?;
            for item in page.items.unwrap_or_default() {
                let key = text_of(&item, "sk").map_err(retryable(OPERATION))?;
                // What another release counted is not this one's to tell.
                if let Ok(tally) = key.parse() {
                    // What was taken back may leave a counter at nothing.
                    let count = number_of(&item, "count")?;
                    found.extend((count > 0).then_some((tally, count)));
                }
            }
            start = page.last_evaluated_key;
            if start.is_none() {
                return Ok(found);
            }
        }
    }
}

impl Outbox for DynamoLeads {
    async fn keep(&self, id: &str, message: &str) -> Result<(), PortError> {
        let result = self
            .client
            .put_item()
            .table_name(&self.table)
            .item("pk", text(TOLD_KEY))
            .item("sk", text(id))
            .item("message", text(message))
            .condition_expression("attribute_not_exists(pk)")
            .send()
            .await;
        match result {
            Ok(_) => Ok(()),
            Err(error) => match error.as_service_error() {
                Some(PutItemError::ConditionalCheckFailedException(_)) => Ok(()),
                _ => Err(unwritten("keeping what is to be told", error)),
            },
        }
    }
}

/// DynamoDB calls an item invalid that is larger than 400 KB: so it stays, however often it is tried.
fn unwritten<E>(operation: &'static str, error: E) -> PortError
where
    E: Error + ProvideErrorMetadata + Send + Sync + 'static,
{
    if error.code() == Some("ValidationException") {
        damaged(operation)(error)
    } else {
        retryable(operation)(error)
    }
}

fn tally_key(month: &str) -> String {
    format!("tally#{month}")
}
