//! How fast an export is read, and what it takes in memory:
//! `cargo run --release -p leadlight-exports --example million -- 1000000`.
//!
//! Invented leads are written to a temporary folder as DynamoDB writes them: each a lead of the size of a real one with an
//! item that leads from its person to it, all answered, which is the most work. Then they are read as retraining reads them.

#![expect(clippy::print_stdout, reason = "a measurement prints")]

use std::error::Error;
use std::fs::File;
use std::io::{BufWriter, Read, Write};
use std::path::Path;
use std::time::Instant;

use flate2::Compression;
use flate2::write::GzEncoder;
use leadlight_exports::{DataFile, FileReader, Met};
use leadlight_lead::{ContentHash, LeadId, QueuedLead, RouteRequest, StageMessage};
use md5::{Digest, Md5};
use serde_json::json;

const LEAD: &str = include_str!("../../lead/testdata/v1/queued-lead-model-won.json");
/// Files of one export; a table of a million leads has some partitions.
const FILES: usize = 16;
/// As much as retraining fetches at once.
const PART: usize = 4 * 1024 * 1024;

fn main() -> Result<(), Box<dyn Error>> {
    let leads: usize = std::env::args().nth(1).map_or(Ok(200_000), |text| text.parse())?;
    let folder = tempfile::tempdir()?;
    let began = Instant::now();
    let mut files = Vec::new();
    let mut plain = 0;
    for n in 0..FILES {
        let path = folder.path().join(format!("{n:02}.json.gz"));
        let (items, bytes) = write(&path, n * leads / FILES..(n + 1) * leads / FILES)?;
        plain += bytes;
        files.push((path, items));
    }
    println!("{leads} leads written in {:.1?}", began.elapsed());

    let listed: Vec<(&Path, DataFile)> = files
        .iter()
        .map(|(path, items)| {
            let key = path.to_string_lossy().into_owned();
            Ok((path.as_path(), DataFile { key, items: *items, md5: md5_of(path)? }))
        })
        .collect::<Result<_, Box<dyn Error>>>()?;
    let zipped =
        files.iter().map(|(path, _)| Ok(path.metadata()?.len())).sum::<Result<u64, std::io::Error>>()?;
    let items: u64 = files.iter().map(|(_, items)| items).sum();
    println!("{items} items, {} MB, of gzip {} MB in {FILES} files", plain / 1_000_000, zipped / 1_000_000);

    let before = peak_kb()?;
    let (began, worked) = (Instant::now(), processor_s()?);
    let (mut answered, mut unreadable) = (0_u64, 0_u64);
    for (path, file) in listed {
        let mut reader = FileReader::new(file, |met| match met {
            Met::Lead(_) => answered += 1,
            Met::Unreadable => unreadable += 1,
        });
        let mut bytes = File::open(path)?;
        loop {
            let mut part = Vec::new();
            Read::by_ref(&mut bytes).take(PART as u64).read_to_end(&mut part)?;
            if part.is_empty() {
                break;
            }
            reader.push(&part)?;
        }
        reader.finish()?;
    }
    let (took, worked) = (began.elapsed(), processor_s()? - worked);
    #[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
    let a_second = |count: u64| count as f64 / worked;
    println!(
        "read in {took:.1?}, {worked:.1} s of them of processor time: {answered} answered leads, {unreadable} unreadable"
    );
    println!(
        "in a second of it {:.0} items, {:.0} answered leads, {:.0} MB",
        a_second(items),
        a_second(answered),
        a_second(plain) / 1e6
    );
    println!("peak memory {} MB, before reading {} MB", peak_kb()? / 1024, before / 1024);
    Ok(())
}

/// Items of a file, and bytes before they were zipped.
fn write(path: &Path, leads: std::ops::Range<usize>) -> Result<(u64, u64), Box<dyn Error>> {
    let mut zip = GzEncoder::new(BufWriter::new(File::create(path)?), Compression::fast());
    let template = QueuedLead::from_message(LEAD.as_bytes())?;
    let (mut items, mut bytes) = (0, 0);
    for n in leads {
        let lead = invented(&template, n)?;
        let item = json!({
            "pk": {"S": format!("lead#{}", lead.id())}, "sk": {"S": "lead"},
            "document": {"S": lead.to_document()?},
            "content_hash": {"S": lead.submitted().content_hash.as_str()}, "version": {"N": "3"},
            "person": {"S": ContentHash::of(lead.event().email.as_str().as_bytes()).as_str()},
            "answered_at": {"S": lead.queued_at.to_string()},
        });
        let person = format!("person#{}", ContentHash::of(&n.to_le_bytes()));
        let person = json!({"pk": {"S": person}, "sk": {"S": "person"}, "lead": {"S": lead.id().as_str()}});
        for item in [item, person] {
            let line = json!({ "Item": item }).to_string() + "\n";
            zip.write_all(line.as_bytes())?;
            items += 1;
            bytes += line.len() as u64;
        }
    }
    zip.finish()?.flush()?;
    Ok((items, bytes))
}

/// What no two leads have alike keeps gzip from doing better than it would.
fn invented(template: &QueuedLead, n: usize) -> Result<QueuedLead, Box<dyn Error>> {
    let mut lead = template.clone();
    let RouteRequest::Scored(scored) = &mut lead.content else { return Err("it is scored".into()) };
    let submitted = &mut scored.enriched.submitted;
    submitted.lead_id = LeadId::of(&"website-form".parse()?, &format!("lead-{n}").parse()?);
    submitted.content_hash = ContentHash::of(&n.to_le_bytes());
    submitted.event.email = format!("person-{n}@firm-{}.example", n / 3).parse()?;
    let noise: String =
        (0..16).map(|part| ContentHash::of(format!("{n}/{part}").as_bytes()).to_string()).collect();
    submitted.event.form.fields.insert("message".to_owned(), json!(noise));
    Ok(lead)
}

fn md5_of(path: &Path) -> Result<[u8; 16], std::io::Error> {
    let mut file = File::open(path)?;
    let (mut md5, mut part) = (Md5::new(), vec![0; PART]);
    loop {
        match file.read(&mut part)? {
            0 => return Ok(md5.finalize().into()),
            read => md5.update(&part[..read]),
        }
    }
}

/// Seconds that the machine has worked on this: on a busy one fewer than have passed.
fn processor_s() -> Result<f64, Box<dyn Error>> {
    let worked = std::fs::read_to_string("/proc/self/schedstat")?;
    Ok(worked.split(' ').next().unwrap_or_default().parse::<f64>()? / 1e9)
}

/// The most memory that the process has held.
fn peak_kb() -> Result<u64, Box<dyn Error>> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).ok_or("no VmHWM")?;
    Ok(line.trim().trim_end_matches(" kB").parse()?)
}
