//! What takes bought facts away.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue};
use leadlight_lead::LeadId;
use leadlight_ports::{FactKey, FactTraces, PortError, Subject};

use super::DynamoFacts;
use super::item::{fact_key, lead_key};
use crate::error::retryable;

/// A condition's expression names so many subjects at once.
const AT_ONCE: usize = 50;

impl FactTraces for DynamoFacts {
    async fn about(&self, subjects: &[Subject]) -> Result<Vec<FactKey>, PortError> {
        let by_text: BTreeMap<&str, &Subject> = subjects.iter().map(|one| (one.as_str(), one)).collect();
        let mut found = Vec::new();
        let mut start = None;
        while !subjects.is_empty() {
            let mut page = self.client.scan().table_name(&self.table).consistent_read(true);
            page = page.projection_expression("pk").set_exclusive_start_key(start);
            // A condition spares the way of other people's keys, and no cost. Many people are told apart here, so that the table
            // is read once.
            if subjects.len() <= AT_ONCE {
                let mut wanted = Vec::new();
                for (n, subject) in subjects.iter().enumerate() {
                    wanted.push(format!("contains(pk, :s{n})"));
                    let ends = AttributeValue::S(format!("#{}", subject.as_str()));
                    page = page.expression_attribute_values(format!(":s{n}"), ends);
                }
                page = page.filter_expression(wanted.join(" OR "));
            }
            let page = page.send().await.map_err(retryable("looking for bought facts"))?;
            for item in page.items.unwrap_or_default() {
                let key = item.get("pk").and_then(|pk| pk.as_s().ok()).map(String::as_str);
                found.extend(key.and_then(|key| key_of(key, &by_text)));
            }
            start = page.last_evaluated_key;
            if start.is_none() {
                break;
            }
        }
        Ok(found)
    }

    async fn forget(&self, key: &FactKey) -> Result<(), PortError> {
        self.delete(fact_key(key), "taking a bought fact away").await.map(|_| ())
    }

    async fn forget_spend(&self, lead: &LeadId) -> Result<bool, PortError> {
        self.delete(lead_key(lead), "taking away what was spent on a lead").await
    }
}

impl DynamoFacts {
    /// Whether it was there.
    async fn delete(&self, key: String, operation: &'static str) -> Result<bool, PortError> {
        let request = self.client.delete_item().table_name(&self.table).key("pk", AttributeValue::S(key));
        let answer = request.return_values(ReturnValue::AllOld).send().await.map_err(retryable(operation))?;
        Ok(answer.attributes.is_some_and(|there| !there.is_empty()))
    }
}

/// A fact's key as it was written, if it is about one of these.
fn key_of(text: &str, subjects: &BTreeMap<&str, &Subject>) -> Option<FactKey> {
    let (provider, subject) = text.strip_prefix("fact#")?.split_once('#')?;
    let subject = subjects.get(subject)?;
    Some(FactKey { provider: provider.parse().ok()?, subject: (*subject).clone() })
}
