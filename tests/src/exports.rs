//! Exports of the table, as DynamoDB writes them: on one machine nobody else does.

use std::io::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::GzEncoder;
use leadlight_lead::QueuedLead;
use leadlight_ports::ObjectStore;
use md5::{Digest, Md5};
use serde_json::{Value, json};

/// A lead as an item of the table.
pub fn item(lead: &QueuedLead) -> Value {
    let mut item = json!({
        "pk": {"S": format!("lead#{}", lead.id())},
        "sk": {"S": "lead"},
        "document": {"S": lead.to_document().expect("it has a document")},
        "content_hash": {"S": lead.submitted().content_hash.as_str()},
        "version": {"N": "1"},
    });
    if lead.is_answered() {
        item["answered_at"] = json!({"S": lead.queued_at.to_string()});
    }
    item
}

/// A data file: a line an item.
pub fn data_file(items: &[Value]) -> Vec<u8> {
    let mut zip = GzEncoder::new(Vec::new(), Compression::fast());
    for item in items {
        writeln!(zip, "{}", json!({ "Item": item })).expect("memory never fails");
    }
    zip.finish().expect("memory never fails")
}

/// Writes an export under a prefix, with one data file for each list of items, and the manifest last. Gives the manifest's
/// key, and those of the data files.
pub async fn write(store: &impl ObjectStore, prefix: &str, files: &[Vec<Value>]) -> (String, Vec<String>) {
    let folder = format!("{prefix}/AWSDynamoDB/01693685827463-2d8752fd");
    let put = async |key: &str, bytes| {
        store.put_new(key, bytes).await.expect("the store takes it");
    };
    put(&format!("{folder}/_started"), Vec::new()).await;
    let (mut manifest, mut keys) = (Vec::new(), Vec::new());
    for (n, items) in files.iter().enumerate() {
        let key = format!("{folder}/data/{n:026}.json.gz");
        let bytes = data_file(items);
        let md5 = STANDARD.encode(Md5::digest(&bytes));
        let etag = format!("{}-1", hex::encode(Md5::digest(&bytes)));
        let line = json!({"itemCount": items.len(), "md5Checksum": md5, "etag": etag, "dataFileS3Key": key});
        writeln!(manifest, "{line}").expect("memory never fails");
        put(&key, bytes).await;
        keys.push(key);
    }
    let key = format!("{folder}/manifest-files.json");
    put(&key, manifest).await;
    (key, keys)
}
