//! Files as DynamoDB writes them, and files that are damaged in every way that counts.

use std::io::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::GzEncoder;
use leadlight_lead::{Outcome, OutcomeResult, QueuedLead, StageMessage};
use md5::{Digest, Md5};
use serde_json::{Value, json};

use super::*;

const LEAD: &str = include_str!("../../lead/testdata/v1/queued-lead-rules.json");
const KEY: &str = "exports/run/AWSDynamoDB/01-a/data/one.json.gz";

fn answered() -> QueuedLead {
    let mut lead = QueuedLead::from_message(LEAD.as_bytes()).unwrap();
    let closed_at = "2026-11-01T00:00:00Z".parse().unwrap();
    lead.outcome = Some(Outcome { result: OutcomeResult::Won, closed_at, amount_usd: Some(12_000) });
    lead
}

fn item(lead: &QueuedLead) -> Value {
    json!({
        "pk": {"S": format!("lead#{}", lead.id())}, "sk": {"S": "lead"},
        "document": {"S": lead.to_document().unwrap()},
        "content_hash": {"S": lead.submitted().content_hash.as_str()}, "version": {"N": "3"},
        "answered_at": {"S": "2026-11-01T00:00:00Z"},
    })
}

fn line(item: &Value) -> String {
    json!({ "Item": item }).to_string() + "\n"
}

fn gzip(text: &str) -> Vec<u8> {
    let mut zip = GzEncoder::new(Vec::new(), Compression::fast());
    zip.write_all(text.as_bytes()).unwrap();
    zip.finish().unwrap()
}

fn listed(bytes: &[u8], items: u64) -> DataFile {
    DataFile { key: KEY.to_owned(), items, md5: Md5::digest(bytes).into() }
}

/// What is met in bytes that come in pieces of a size.
fn read(file: DataFile, bytes: &[u8], piece: usize) -> (Vec<Met>, Result<(), Fault>) {
    let mut met = Vec::new();
    let mut reader = FileReader::new(file, |one| met.push(one));
    let pushed = bytes.chunks(piece).try_for_each(|piece| reader.push(piece));
    let ended = pushed.and_then(|()| reader.finish());
    let ended = ended.map_err(|error| {
        assert_eq!(error.key, KEY);
        error.fault
    });
    (met, ended)
}

#[test]
fn answered_leads_are_read_in_whatever_pieces_they_come() {
    let lead = answered();
    // All types that an attribute can have, in an order of their own; and an escape in a key.
    let mut odd = item(&lead);
    odd["a"] = json!({"M": {"deep": {"L": [{"N": "1"}, {"M": {}}, {"BOOL": true}, {"NULL": true}]}}});
    odd["b"] = json!({"B": "AAEC"});
    odd["c"] = json!({"SS": ["x", "y"]});
    odd["d"] = json!({"NS": ["1", "2.5"]});
    odd["e\u{e9}\n"] = json!({"BS": ["AA=="]});
    let text = format!("{}{}", line(&item(&lead)), line(&odd));
    let wanted = vec![Met::Lead(Box::new(lead.clone())), Met::Lead(Box::new(lead))];
    let bytes = gzip(&text);
    for piece in [1, 7, 4096, usize::MAX] {
        assert_eq!(read(listed(&bytes, 2), &bytes, piece), (wanted.clone(), Ok(())), "{piece}");
    }
    // The last line need not end, and a file may hold several gzip streams.
    let (first, rest) = text.split_at(text.len() / 3);
    let bytes = [gzip(first), gzip(rest.trim_end())].concat();
    assert_eq!(read(listed(&bytes, 2), &bytes, 100), (wanted, Ok(())));
}

#[test]
fn what_a_scan_leaves_out_is_left_out() {
    let lead = answered();
    let mut open = item(&lead);
    open.as_object_mut().unwrap().remove("answered_at");
    let mut other = item(&lead);
    other["sk"] = json!({"S": "note"});
    let mut number = item(&lead);
    number["sk"] = json!({"N": "1"});
    let others = [
        open,
        other,
        number,
        json!({"pk": {"S": "lead#x"}, "sk": {"S": "lead"}, "joined": {"S": "lead_x"}, "content_hash": {"S": "x"}}),
        json!({"pk": {"S": "person#x"}, "sk": {"S": "person"}, "lead": {"S": "lead_x"}}),
        json!({"pk": {"S": "tally#2026-11"}, "sk": {"S": "sdr-1|7|confirmed"}, "count": {"N": "4"}}),
        json!({"pk": {"S": "told#model"}, "sk": {"S": "model.published/x"}, "message": {"S": "{}"}}),
        json!({}),
    ];
    let text: String = others.iter().map(line).collect();
    let bytes = gzip(&text);
    assert_eq!(read(listed(&bytes, 8), &bytes, 50), (vec![], Ok(())));
}

#[test]
fn a_damaged_line_is_counted_and_hides_no_other() {
    let lead = answered();
    let mut no_document = item(&lead);
    no_document["document"] = json!({"S": "{}"});
    let mut number = item(&lead);
    number["document"] = json!({"N": "1"});
    let bad = ["{\"Item\":", "[]", "{\"item\":{}}", "\u{0}"].map(|line| format!("{line}\n")).concat();
    let text = format!("{}{bad}{}{}", line(&no_document), line(&number), line(&item(&lead)));
    let bytes = gzip(&text);
    let (met, ended) = read(listed(&bytes, 7), &bytes, 64);
    assert_eq!(ended, Ok(()));
    assert_eq!(met.iter().filter(|met| **met == Met::Unreadable).count(), 6);
    assert_eq!(met.last(), Some(&Met::Lead(Box::new(lead))));
}

#[test]
fn a_damaged_file_is_an_error_that_names_its_key() {
    let text = line(&item(&answered()));
    let bytes = gzip(&text);
    let fault = |file, bytes: &[u8]| read(file, bytes, 64).1;
    let cut = &bytes[..bytes.len() / 2];
    assert_eq!(fault(listed(&bytes, 1), cut), Err(Fault::Checksum), "the manifest is of the whole");
    for end in [1, 5, 10, bytes.len() / 2, bytes.len() - 9, bytes.len() - 1] {
        let cut = &bytes[..end];
        assert_eq!(fault(listed(cut, 1), cut), Err(Fault::Gzip), "cut at {end} before it was listed");
    }
    let mut turned = bytes.clone();
    let last = turned.len() - 6;
    turned[last] ^= 1;
    assert_eq!(fault(listed(&turned, 1), &turned), Err(Fault::Gzip), "its own checksum");
    for other in [&b"no gzip"[..], &[0; 64]] {
        assert_eq!(fault(listed(other, 1), other), Err(Fault::Gzip));
    }
    let wrong = DataFile { md5: [0; 16], ..listed(&bytes, 1) };
    assert_eq!(fault(wrong, &bytes), Err(Fault::Checksum));
    assert_eq!(fault(listed(&bytes, 2), &bytes), Err(Fault::Count { found: 1, listed: 2 }));
    assert_eq!(fault(listed(&bytes, 0), &bytes), Err(Fault::Count { found: 1, listed: 0 }));
    let error = ExportError { key: KEY.to_owned(), fault: Fault::Absent };
    assert!(error.to_string().contains(KEY) && error.to_string().ends_with("not there"), "{error}");
}

#[test]
fn a_partition_without_items_is_a_file_without_lines() {
    let empty = gzip("");
    assert_eq!(read(listed(&empty, 0), &empty, 64), (vec![], Ok(())));
    assert_eq!(read(listed(b"", 0), b"", 64), (vec![], Ok(())), "or without a byte");
    assert_eq!(read(listed(b"", 1), b"", 64).1, Err(Fault::Count { found: 0, listed: 1 }));
}

/// A billion zeros in a megabyte: reading ends within the first line that is none, or the first line too many.
#[test]
fn what_unzips_without_end_is_stopped() {
    let megabyte = gzip(&"0".repeat(1 << 20));
    let bomb = megabyte.repeat(1_000);
    let mut reader = FileReader::new(listed(&bomb, 1), |_| panic!("there is no item"));
    let mut taken = 0;
    let ended = bomb.chunks(1 << 10).try_for_each(|piece| {
        taken += piece.len();
        reader.push(piece)
    });
    assert_eq!(ended.unwrap_err().fault, Fault::Line);
    assert!(taken < 64 * 1024, "{taken} of {} bytes were taken", bomb.len());

    let lines = gzip(&"{}\n".repeat(100_000));
    assert_eq!(read(listed(&lines, 10), &lines, 256).1, Err(Fault::Count { found: 11, listed: 10 }));
    // Of lines that hold nothing nothing grows.
    let blank = gzip(&"\n".repeat(100_000));
    assert_eq!(read(listed(&blank, 0), &blank, 256), (vec![], Ok(())));
}

#[test]
fn a_manifest_lists_files_beside_it_and_nowhere_else() {
    let key = "exports/2027-06-01T060000Z-run/AWSDynamoDB/01-a/manifest-files.json";
    let entry = |file: &str| {
        json!({
            "itemCount": 8, "md5Checksum": STANDARD.encode([7; 16]), "etag": "x-1", "dataFileS3Key": file,
        })
        .to_string()
    };
    let manifest = [
        entry("exports/2027-06-01T060000Z-run/AWSDynamoDB/01-a/data/one.json.gz"),
        // As the documentation shows it, without the prefix.
        entry("AWSDynamoDB/01-a/data/two.json.gz"),
        entry("../../keys/draw"),
        String::new(),
    ]
    .join("\n");
    let files = data_files(key, manifest.as_bytes()).unwrap();
    let folder = "exports/2027-06-01T060000Z-run/AWSDynamoDB/01-a/data/";
    let keys: Vec<&str> = files.iter().map(|file| file.key.strip_prefix(folder).unwrap()).collect();
    assert_eq!(keys, ["one.json.gz", "two.json.gz", "draw"]);
    assert!(files.iter().all(|file| (file.items, file.md5) == (8, [7; 16])));

    assert_eq!(data_files(key, b"").unwrap(), []);
    for bad in ["{}", "{\"itemCount\":1", &entry("data/"), &entry("x").replace("BwcH", "")] {
        let text = format!("{}\n{bad}\n", entry("one"));
        let error = data_files(key, text.as_bytes()).unwrap_err();
        assert_eq!((error.key.as_str(), error.fault), (key, Fault::Manifest(2)), "{bad}");
    }
}
