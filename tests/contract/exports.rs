//! The table written out: what asks for it, and that an export holds what a scan gives.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_dynamodb::types::{
    AttributeDefinition, AttributeValue, BillingMode, KeySchemaElement, KeyType, ScalarAttributeType,
};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use leadlight_adapters::DynamoLeads;
use leadlight_exports::{DataFile, FileReader, Met};
use leadlight_lead::{LeadId, Outcome, OutcomeResult, QueuedLead};
use leadlight_ports::{ExportTo, LeadExports, LeadStore, Outbox, Placing};
use leadlight_tests::deployed::Deployed;
use leadlight_tests::exports::data_file;
use leadlight_tests::memory::reference;
use md5::{Digest, Md5};
use serde_json::{Value, json};

use super::leads;

pub(crate) async fn a_table_is_exported_once(store: &impl LeadExports, bucket: &str) {
    store.size().await.unwrap();
    let to = ExportTo { bucket: bucket.to_owned(), prefix: "exports/2026-11-16T120000Z-run".to_owned() };
    for _ in 0..2 {
        store.export(&to).await.unwrap();
    }
}

/// A table that was not made by the template: of those, the emulator describes what is true or false as text, which AWS does
/// not and the SDK cannot read.
pub(crate) async fn plain_table(deployed: &Deployed) -> DynamoLeads {
    let client = aws_sdk_dynamodb::Client::new(&deployed.config);
    let pk = AttributeDefinition::builder().attribute_name("pk").attribute_type(ScalarAttributeType::S);
    let key = KeySchemaElement::builder().attribute_name("pk").key_type(KeyType::Hash);
    let request = client
        .create_table()
        .table_name("plain")
        .billing_mode(BillingMode::PayPerRequest)
        .attribute_definitions(pk.build().unwrap())
        .key_schema(key.build().unwrap());
    request.send().await.unwrap();
    DynamoLeads::from_config(&deployed.config, "plain".to_owned())
}

/// As an export has it.
fn value(attribute: &AttributeValue) -> Value {
    match attribute {
        AttributeValue::S(text) => json!({ "S": text }),
        AttributeValue::N(number) => json!({ "N": number }),
        AttributeValue::Bool(is) => json!({ "BOOL": is }),
        AttributeValue::B(bytes) => json!({ "B": STANDARD.encode(bytes) }),
        other => panic!("the table has no {other:?}"),
    }
}

async fn items(deployed: &Deployed) -> Vec<HashMap<String, AttributeValue>> {
    let table = deployed.system.output("LeadsTableName").unwrap();
    let client = aws_sdk_dynamodb::Client::new(&deployed.config);
    let pages = client.scan().table_name(table).into_paginator().items().send();
    pages.try_collect().await.unwrap()
}

fn by_id(leads: Vec<QueuedLead>) -> BTreeMap<LeadId, QueuedLead> {
    leads.into_iter().map(|lead| (lead.id().clone(), lead)).collect()
}

/// What a scan leaves out an export holds as well: open leads, events that joined a lead, people, what was told, counts.
#[tokio::test(flavor = "multi_thread")]
async fn an_export_of_the_real_table_holds_what_a_scan_of_it_gives() {
    let deployed = Deployed::new().await;
    let store = deployed.system.leads().unwrap();
    let some = leads(9).await;
    let (joins, rest) = some.split_first().unwrap();
    for (n, lead) in rest.iter().enumerate() {
        let mut lead = lead.clone();
        if n % 2 == 0 {
            let (result, closed_at) = (OutcomeResult::Won, reference());
            lead.outcome = Some(Outcome { result, closed_at, amount_usd: None });
        }
        let person = leadlight_lead::PersonKey::of_address(&lead.event().email);
        let keys = [(person, None)];
        let joins = (n == 0).then(|| joins.submitted());
        let step = Placing { lead: &lead, read: None, joins, ends: None, keys: &keys, bars: &[] };
        store.place(step).await.unwrap();
    }
    store.keep("model.published/x", "{}").await.unwrap();
    let scanned = store.answered(None).await.unwrap();
    assert_eq!((scanned.leads.len(), scanned.unreadable), (4, 0));

    let items: Vec<Value> = items(&deployed)
        .await
        .iter()
        .map(|item| item.iter().map(|(name, attribute)| (name.clone(), value(attribute))).collect())
        .collect();
    assert_eq!(items.len(), 8 + 8 + 1 + 1, "leads, people, an event that joined, what was told");
    let bytes = data_file(&items);
    let file = DataFile { key: "one".to_owned(), items: items.len() as u64, md5: Md5::digest(&bytes).into() };
    let mut read = Vec::new();
    let mut reader = FileReader::new(file, |met| match met {
        Met::Lead(lead) => read.push(*lead),
        Met::Unreadable => panic!("all can be read"),
    });
    reader.push(&bytes).unwrap();
    reader.finish().unwrap();
    assert_eq!(by_id(read), by_id(scanned.leads));
}
