//! Tombstones beside the leads, and what takes somebody's items away.
//!
//! A tombstone is `pk = erased#<mark>`, `sk = erased`, with `erased_at` as a number of nanoseconds. It lies in this table
//! so that the step which places a lead can name it as a condition: an erasure and a lead on its way cannot miss each other.

use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::types::builders::DeleteBuilder;
use aws_sdk_dynamodb::types::{AttributeValue, ConditionCheck, Delete, Put, Select, TransactWriteItem};
use jiff::Timestamp;
use leadlight_lead::{Bar, ErasureMark, LeadId, PersonKey};
use leadlight_ports::{
    LeadTraces, Leaving, PageToken, PortError, Replaced, Sought, Tombstones, Trace, TracePage, Version,
};

use super::item::{
    Item, LEAD_SORT_KEY, PERSON_SORT_KEY, id_of, partition_key, person_partition, text, text_of,
};
use super::{DynamoLeads, UNCHANGED};
use crate::error::{BadItem, damaged, retryable};

const SORT_KEY: &str = "erased";
const ERASED_AT: &str = "erased_at";
const READING: &str = "looking for a person's items";

fn tombstone(mark: &ErasureMark) -> String {
    format!("erased#{mark}")
}

fn time(at: Timestamp) -> AttributeValue {
    AttributeValue::N(at.as_nanosecond().to_string())
}

impl DynamoLeads {
    /// What must hold of a tombstone for an event to be placed: the same as [`Bar::holds`] says.
    pub(super) fn unless(&self, bar: &Bar) -> Result<TransactWriteItem, PortError> {
        let check = ConditionCheck::builder()
            .table_name(&self.table)
            .key("pk", text(tombstone(&bar.mark)))
            .key("sk", text(SORT_KEY));
        let check = match bar.came {
            None => check.condition_expression("attribute_not_exists(pk)"),
            Some(came) => check
                .condition_expression(format!("attribute_not_exists(pk) OR {ERASED_AT} < :came"))
                .expression_attribute_values(":came", time(came.since())),
        };
        let check = check.build().map_err(retryable("storing a lead"))?;
        Ok(TransactWriteItem::builder().condition_check(check).build())
    }
}

impl Tombstones for DynamoLeads {
    async fn erased_at(&self, mark: &ErasureMark) -> Result<Option<Timestamp>, PortError> {
        const OPERATION: &str = "reading who was erased";
        let Some(item) = self.item(tombstone(mark), SORT_KEY).await? else { return Ok(None) };
        let at = item.get(ERASED_AT).and_then(|at| at.as_n().ok()).and_then(|at| at.parse().ok());
        let at = at.and_then(|at| Timestamp::from_nanosecond(at).ok());
        at.map(Some).ok_or(BadItem { attribute: ERASED_AT }).map_err(damaged(OPERATION))
    }

    async fn bar(&self, mark: &ErasureMark, at: Timestamp) -> Result<(), PortError> {
        let put = self
            .client
            .put_item()
            .table_name(&self.table)
            .item("pk", text(tombstone(mark)))
            .item("sk", text(SORT_KEY))
            .item(ERASED_AT, time(at))
            .condition_expression(format!("attribute_not_exists(pk) OR {ERASED_AT} < :at"))
            .expression_attribute_values(":at", time(at));
        match put.send().await {
            Ok(_) => Ok(()),
            Err(error)
                if matches!(
                    error.as_service_error(),
                    Some(PutItemError::ConditionalCheckFailedException(_))
                ) =>
            {
                Ok(())
            }
            Err(error) => Err(retryable("noting who was erased")(error)),
        }
    }
}

impl LeadTraces for DynamoLeads {
    async fn traces(&self, of: &Sought, after: Option<PageToken>) -> Result<TracePage, PortError> {
        // The condition leaves out documents that are nobody's concern; which of the rest are theirs is told below, so that
        // no number of leads is too many for an expression.
        let mut wanted = vec!["attribute_not_exists(document)".to_owned()];
        let mut page = self
            .client
            .scan()
            .table_name(&self.table)
            .consistent_read(true)
            .projection_expression("pk, sk, person, joined, #lead")
            .expression_attribute_names("#lead", "lead")
            .set_exclusive_start_key(
                after.map(|token| token.0.into_iter().map(|(k, v)| (k, text(v))).collect()),
            );
        for (n, address) in of.addresses.iter().enumerate() {
            wanted.push(format!("person = :p{n} OR contains(document, :t{n})"));
            page = page
                .expression_attribute_values(format!(":p{n}"), text(PersonKey::of_address(address).as_str()))
                .expression_attribute_values(format!(":t{n}"), text(address.as_str()));
        }
        for (n, lead) in of.leads.iter().enumerate().take(MOST_NAMED) {
            wanted.push(format!("pk = :l{n}"));
            page = page.expression_attribute_values(format!(":l{n}"), text(partition_key(lead)));
        }
        let page = page.filter_expression(wanted.join(" OR ")).send().await.map_err(retryable(READING))?;
        let mut found = TracePage::default();
        for item in page.items.unwrap_or_default() {
            take(&item, of, &mut found)?;
        }
        found.next = page.last_evaluated_key.map(|key| {
            PageToken(key.into_iter().filter_map(|(k, v)| Some((k, v.as_s().ok()?.clone()))).collect())
        });
        Ok(found)
    }

    async fn answered_count(&self) -> Result<usize, PortError> {
        let mut total = 0;
        let mut start = None;
        loop {
            let page = self
                .client
                .scan()
                .table_name(&self.table)
                .select(Select::Count)
                .filter_expression("attribute_exists(answered_at) AND sk = :lead")
                .expression_attribute_values(":lead", text(LEAD_SORT_KEY))
                .set_exclusive_start_key(start)
                .send()
                .await
                .map_err(retryable("counting answered leads"))?;
            total += usize::try_from(page.count).unwrap_or_default();
            start = page.last_evaluated_key;
            if start.is_none() {
                return Ok(total);
            }
        }
    }

    async fn remove(&self, trace: &Trace) -> Result<(), PortError> {
        let (partition, sort) = keys_of(trace);
        let request = self.client.delete_item().table_name(&self.table);
        let request = request.key("pk", text(partition)).key("sk", text(sort));
        request.send().await.map_err(retryable("taking a person's item away"))?;
        Ok(())
    }

    async fn take_away(&self, leaving: Leaving<'_>) -> Result<Replaced, PortError> {
        let Leaving { leads, links, marks, until } = leaving;
        let (persons, events): (Vec<&Trace>, Vec<&Trace>) =
            links.iter().partition(|link| matches!(link, Trace::Person(_)));
        let (leads_now, leads_before) = leads.split_at(leads.len().min(MOST_LEADS_IN_ONE_STEP));
        let (persons_now, persons_before) = persons.split_at(persons.len().min(MOST_IDS_IN_ONE_STEP));
        let room = MOST_IN_ONE_STEP - leads_now.len() - persons_now.len();
        let fits = events.len() + marks.len() <= room;
        if !fits {
            for mark in marks {
                self.bar(mark, until).await?;
            }
            // What leads from an event to a lead tells a repetition, and no queue holds one for as long as its person was silent.
            for event in &events {
                self.remove(event).await?;
            }
        }
        for (lead, read) in leads_before {
            if self.in_turn(TAKING_AWAY, vec![self.goes_unchanged(lead, *read)?]).await? == Replaced::Stale {
                return Ok(Replaced::Stale);
            }
        }
        for person in persons_before {
            let step = self.goes_if_it_leads_to(person, leads)?;
            if self.in_turn(TAKING_AWAY, vec![step]).await? == Replaced::Stale {
                return Ok(Replaced::Stale);
            }
        }
        let mut steps = Vec::new();
        for (lead, read) in leads_now {
            steps.push(self.goes_unchanged(lead, *read)?);
        }
        for person in persons_now {
            steps.push(self.goes_if_it_leads_to(person, leads)?);
        }
        if fits {
            for event in &events {
                steps.push(step(self.delete(event))?);
            }
            for mark in marks {
                steps.push(self.bars(mark, until)?);
            }
        }
        self.in_turn(TAKING_AWAY, steps).await
    }
}

const TAKING_AWAY: &str = "taking a person's leads away";
/// `DynamoDB` takes a hundred items in a transaction.
const MOST_IN_ONE_STEP: usize = 100;
/// Of these, leads and ids take up to two thirds: nobody has nearly as many, and what is left has room for the rest.
const MOST_LEADS_IN_ONE_STEP: usize = 33;
const MOST_IDS_IN_ONE_STEP: usize = 33;
/// A condition compares a value with a hundred others.
const MOST_COMPARED: usize = 100;

/// The keys of an item.
fn keys_of(trace: &Trace) -> (String, &'static str) {
    match trace {
        Trace::Lead(id) | Trace::Joined(id) => (partition_key(id), LEAD_SORT_KEY),
        Trace::Person(key) => (person_partition(key), PERSON_SORT_KEY),
    }
}

fn step(delete: DeleteBuilder) -> Result<TransactWriteItem, PortError> {
    let delete = delete.build().map_err(retryable(TAKING_AWAY))?;
    Ok(TransactWriteItem::builder().delete(delete).build())
}

impl DynamoLeads {
    fn delete(&self, trace: &Trace) -> DeleteBuilder {
        let (partition, sort) = keys_of(trace);
        Delete::builder().table_name(&self.table).key("pk", text(partition)).key("sk", text(sort))
    }

    /// The tombstone as a part of a step. A lead of before a later erasure is not there, so that no later time is overwritten.
    fn bars(&self, mark: &ErasureMark, until: Timestamp) -> Result<TransactWriteItem, PortError> {
        let put = Put::builder()
            .table_name(&self.table)
            .item("pk", text(tombstone(mark)))
            .item("sk", text(SORT_KEY))
            .item(ERASED_AT, time(until));
        let put = put.build().map_err(retryable(TAKING_AWAY))?;
        Ok(TransactWriteItem::builder().put(put).build())
    }

    fn goes_unchanged(&self, lead: &LeadId, read: Version) -> Result<TransactWriteItem, PortError> {
        let condition = format!("attribute_not_exists(pk) OR {UNCHANGED}");
        let delete = self.delete(&Trace::Lead(lead.clone())).condition_expression(condition);
        step(delete.expression_attribute_values(":read", AttributeValue::N(read.0.to_string())))
    }

    /// What leads from a person to a lead goes unless it has come to lead to another.
    fn goes_if_it_leads_to(
        &self,
        link: &Trace,
        leads: &[(LeadId, Version)],
    ) -> Result<TransactWriteItem, PortError> {
        let names: Vec<String> = (0..leads.len()).map(|n| format!(":l{n}")).collect();
        let is_theirs = names.chunks(MOST_COMPARED).map(|some| format!("#lead IN ({})", some.join(", ")));
        let conditions: Vec<String> =
            std::iter::once("attribute_not_exists(pk)".to_owned()).chain(is_theirs).collect();
        let mut delete = self
            .delete(link)
            .condition_expression(conditions.join(" OR "))
            .expression_attribute_names("#lead", "lead");
        for (name, (lead, _)) in names.iter().zip(leads) {
            delete = delete.expression_attribute_values(name, text(lead.as_str()));
        }
        step(delete)
    }
}

/// Leads that a condition names by their keys; further ones of the person are found by address, or one by one.
const MOST_NAMED: usize = 50;

/// Whose an item is.
fn take(item: &Item, of: &Sought, found: &mut TracePage) -> Result<(), PortError> {
    let sort = text_of(item, "sk").map_err(damaged(READING))?;
    if sort == PERSON_SORT_KEY {
        let key = text_of(item, "pk").map_err(damaged(READING))?.strip_prefix("person#");
        let key = key.and_then(|key| key.parse::<PersonKey>().ok());
        let key = key.ok_or(BadItem { attribute: "pk" }).map_err(damaged(READING))?;
        let leads_to = text_of(item, "lead").map_err(damaged(READING))?;
        let is_theirs = of.leads.iter().any(|lead| lead.as_str() == leads_to)
            || of.keys.contains(&key)
            || of.addresses.iter().any(|address| PersonKey::of_address(address) == key);
        found.traces.extend(is_theirs.then_some(Trace::Person(key)));
    } else if sort == LEAD_SORT_KEY {
        let id = id_of(item)?;
        if let Ok(leads_to) = text_of(item, "joined") {
            let is_theirs = of.leads.contains(&id) || of.leads.iter().any(|lead| lead.as_str() == leads_to);
            found.traces.extend(is_theirs.then_some(Trace::Joined(id)));
            return Ok(());
        }
        let person = text_of(item, "person").unwrap_or_default();
        let is_of = |address| PersonKey::of_address(address).as_str() == person;
        if of.leads.contains(&id) || of.addresses.iter().any(is_of) {
            found.traces.push(Trace::Lead(id));
        } else {
            // It came through the condition by its text alone.
            found.named_in.push(id);
        }
    }
    Ok(())
}
