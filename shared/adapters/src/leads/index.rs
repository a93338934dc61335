//! What finds leads: five sparse indexes, none of them the truth.

use std::time::Duration;

use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use aws_sdk_dynamodb::types::{KeysAndAttributes, Select};
use jiff::Timestamp;
use jiff::civil::Date;
use leadlight_lead::{DomainName, EmailAddress, MemberId, PersonKey, QueueName, QueuedLead};
use leadlight_ports::metrics::Alarm;
use leadlight_ports::{
    Class, Classed, LeadIndex, Page, PortError, ToRenew, Waiting, alarm, chain, due_slot, work_order,
};

use super::DynamoLeads;
use super::item::{
    Item, SHARDS, confirmed_key, lead_of, owner_key, queue_key, renewal_key, text, text_of, to_renew_of,
    waiting_of,
};
use crate::error::retryable;

/// Lists the queues, whoever the leads belong to.
pub const QUEUE_INDEX: &str = "by_queue";
/// Lists what waits for one person, and what they confirmed that waits for nobody any more.
pub const OWNER_INDEX: &str = "by_owner";
/// Lists an account's leads by time.
pub const ACCOUNT_INDEX: &str = "by_account";
/// Lists a person's leads by time.
pub const PERSON_INDEX: &str = "by_person";

/// Lists what is to be scored again since time has passed, by day.
pub const RENEWAL_INDEX: &str = "by_renewal";

/// `BatchGetItem` takes at most so many keys.
const BATCH_KEYS: usize = 100;
/// Before a batch's rest is asked for again; doubled each time.
const FIRST_PAUSE: Duration = Duration::from_millis(50);
/// A batch is asked for so often in all, over about a second and a half; then whoever wanted it tries again later.
///
/// Judgement: DynamoDB makes room within a second or not for a while, and a page should not wait longer.
const TRIES: u32 = 6;

/// The table gave only a part of a batch, time and again.
#[derive(Debug, thiserror::Error)]
#[error("{left} leads were held back {TRIES} times: the table is throttled")]
struct HeldBack {
    left: usize,
}

impl DynamoLeads {
    fn query(&self, index: &str, condition: &str, key: impl Into<String>) -> QueryFluentBuilder {
        self.client
            .query()
            .table_name(&self.table)
            .index_name(index)
            .key_condition_expression(condition)
            .expression_attribute_values(":key", text(key))
    }

    /// The first items of a query, over as many pages as they take.
    async fn first(&self, query: QueryFluentBuilder, limit: usize) -> Result<Vec<Item>, PortError> {
        let mut found = Vec::new();
        let mut start = None;
        while found.len() < limit {
            let left = i32::try_from(limit - found.len()).unwrap_or(i32::MAX);
            let page = query.clone().limit(left).set_exclusive_start_key(start).send().await;
            let page = page.map_err(retryable("reading an index"))?;
            found.extend(page.items.unwrap_or_default());
            start = page.last_evaluated_key;
            if start.is_none() {
                break;
            }
        }
        Ok(found)
    }

    /// How many items a query finds, over as many pages as they take.
    async fn size(&self, query: QueryFluentBuilder) -> Result<usize, PortError> {
        let (mut size, mut start) = (0, None);
        loop {
            let page = query.clone().select(Select::Count).set_exclusive_start_key(start).send().await;
            let page = page.map_err(retryable("counting a queue"))?;
            size += usize::try_from(page.count).unwrap_or_default();
            start = page.last_evaluated_key;
            if start.is_none() {
                return Ok(size);
            }
        }
    }

    /// The first items of a whole queue, in the order of work: all, or what is due `until` a place in that order.
    async fn of_queue(
        &self,
        queue: QueueName,
        until: Option<&str>,
        page: Page<'_>,
    ) -> Result<Vec<Item>, PortError> {
        let shards = (0..SHARDS).map(|shard| {
            let key = queue_key(queue, shard);
            let query = match until {
                None => self.query(QUEUE_INDEX, "queue_shard = :key", key),
                Some(until) => self
                    .query(QUEUE_INDEX, "queue_shard = :key AND queue_order BETWEEN :from AND :until", key)
                    .expression_attribute_values(":from", text(behind(page)))
                    .expression_attribute_values(":until", text(until)),
            };
            self.first(query, page.limit)
        });
        let mut found = Vec::new();
        for item in futures_util::future::try_join_all(shards).await?.into_iter().flatten() {
            let order = text_of(&item, "queue_order").map_err(retryable("reading an index"))?.to_owned();
            found.push((order, item));
        }
        found.sort_by(|(a, _), (b, _)| a.cmp(b));
        found.truncate(page.limit);
        Ok(found.into_iter().map(|(_, item)| item).collect())
    }

    /// The leads themselves.
    pub(super) async fn documents(&self, found: Vec<Item>) -> Result<Vec<QueuedLead>, PortError> {
        const OPERATION: &str = "reading leads";
        let mut leads = Vec::with_capacity(found.len());
        let keys: Vec<Item> = found
            .into_iter()
            .map(|mut item| {
                item.retain(|name, _| name == "pk" || name == "sk");
                item
            })
            .collect();
        for chunk in keys.chunks(BATCH_KEYS) {
            let mut wanted = chunk.to_vec();
            let mut pause = FIRST_PAUSE;
            for tried in 1.. {
                if wanted.is_empty() {
                    break;
                }
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
                    // One damaged item must not hide all the others.
                    match lead_of(&item) {
                        Ok(lead) => leads.push(lead),
                        Err(error) if error.class() == Class::Poison => {
                            alarm!(Alarm::LeadsDamaged; reason = chain(&error), "a stored lead cannot be read");
                        }
                        Err(error) => {
                            tracing::warn!(
                                reason = chain(&error),
                                "a lead of a newer release is passed over"
                            );
                        }
                    }
                }
                wanted = answer
                    .unprocessed_keys
                    .unwrap_or_default()
                    .remove(&self.table)
                    .map(|k| k.keys)
                    .unwrap_or_default();
                if !wanted.is_empty() {
                    if tried >= TRIES {
                        return Err(retryable(OPERATION)(HeldBack { left: wanted.len() }));
                    }
                    // The table is throttled: the SDK does not retry what a batch left out.
                    tokio::time::sleep(pause).await;
                    pause *= 2;
                }
            }
        }
        Ok(leads)
    }

    /// The latest leads under a key of an index by time.
    async fn latest(
        &self,
        index: &str,
        condition: &str,
        key: String,
        limit: usize,
    ) -> Result<Vec<QueuedLead>, PortError> {
        let found = self.first(self.query(index, condition, key).scan_index_forward(false), limit).await?;
        let mut leads = self.documents(found).await?;
        leads.sort_by_key(|l| std::cmp::Reverse((l.occurred_at(), l.id().clone())));
        Ok(leads)
    }
}

/// The least place in the order of work behind a page's start. Places end with a lead's id, so that none begins with
/// another; `!` sorts before all that is in one.
fn behind(page: Page<'_>) -> String {
    page.after.map_or_else(|| "!".to_owned(), |after| format!("{after}!"))
}

impl LeadIndex for DynamoLeads {
    async fn queue(&self, queue: QueueName, limit: usize) -> Result<Vec<QueuedLead>, PortError> {
        let mut leads = self.documents(self.of_queue(queue, None, Page::first(limit)).await?).await?;
        // The index may lag: what the items themselves say decides.
        leads.retain(|l| l.waits_in() == Some(queue));
        leads.sort_by_key(work_order);
        Ok(leads)
    }

    async fn count(&self, queue: QueueName) -> Result<usize, PortError> {
        let shards = (0..SHARDS)
            .map(|shard| self.size(self.query(QUEUE_INDEX, "queue_shard = :key", queue_key(queue, shard))));
        Ok(futures_util::future::try_join_all(shards).await?.into_iter().sum())
    }

    async fn waiting(
        &self,
        queue: QueueName,
        owner: Option<&MemberId>,
        page: Page<'_>,
    ) -> Result<Vec<Waiting>, PortError> {
        let query = self
            .query(OWNER_INDEX, "owner_queue = :key AND queue_order >= :from", owner_key(queue, owner))
            .expression_attribute_values(":from", text(behind(page)));
        self.first(query, page.limit).await?.iter().map(waiting_of).collect()
    }

    async fn load(
        &self,
        queue: QueueName,
        owner: Option<&MemberId>,
        most: usize,
    ) -> Result<usize, PortError> {
        let answer = self
            .query(OWNER_INDEX, "owner_queue = :key", owner_key(queue, owner))
            .select(Select::Count)
            .limit(i32::try_from(most).unwrap_or(i32::MAX))
            .send()
            .await
            .map_err(retryable("counting what waits"))?;
        Ok(usize::try_from(answer.count).unwrap_or_default())
    }

    async fn overdue(
        &self,
        queue: QueueName,
        now: Timestamp,
        page: Page<'_>,
    ) -> Result<Vec<Waiting>, PortError> {
        // `~` sorts after everything else in an order: the whole of this slot is in.
        let until = format!("{}~", due_slot(Some(now)));
        self.of_queue(queue, Some(&until), page).await?.iter().map(waiting_of).collect()
    }

    async fn to_renew(&self, on: Date, page: Page<'_>) -> Result<Vec<ToRenew>, PortError> {
        let (from, until) = (behind(page), format!("{on}~"));
        if from > until {
            return Ok(Vec::new());
        }
        let shards = (0..SHARDS).map(|shard| {
            let condition = "renewal_shard = :key AND renewal_order BETWEEN :from AND :until";
            let query = self
                .query(RENEWAL_INDEX, condition, renewal_key(shard))
                .expression_attribute_values(":from", text(&from))
                .expression_attribute_values(":until", text(&until));
            self.first(query, page.limit)
        });
        let found = futures_util::future::try_join_all(shards).await?;
        let mut rows: Vec<ToRenew> = found.iter().flatten().map(to_renew_of).collect::<Result<_, _>>()?;
        rows.sort_by(|a, b| a.order.cmp(&b.order));
        rows.truncate(page.limit);
        Ok(rows)
    }

    async fn confirmed_by(&self, member: &MemberId, limit: usize) -> Result<Vec<QueuedLead>, PortError> {
        let found =
            self.first(self.query(OWNER_INDEX, "owner_queue = :key", confirmed_key(member)), limit).await?;
        let mut leads = self.documents(found).await?;
        let confirmed_at = |lead: &QueuedLead| {
            let confirmed = lead.work.progress.confirmation().filter(|confirmed| confirmed.by == *member)?;
            lead.waits_in().is_none().then_some(confirmed.at)
        };
        leads.retain(|lead| confirmed_at(lead).is_some());
        leads.sort_by_key(|lead| (std::cmp::Reverse(confirmed_at(lead)), lead.id().clone()));
        Ok(leads)
    }

    async fn of_account(&self, account: &DomainName, limit: usize) -> Result<Vec<QueuedLead>, PortError> {
        self.latest(ACCOUNT_INDEX, "account = :key", account.to_string(), limit).await
    }

    async fn of_person(&self, email: &EmailAddress, limit: usize) -> Result<Vec<QueuedLead>, PortError> {
        self.latest(PERSON_INDEX, "person = :key", PersonKey::of_address(email).to_string(), limit).await
    }
}
