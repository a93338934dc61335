//! A large table is learnt from by an export: asked for, waited for, read; and what is damaged is learnt nothing from.

use std::sync::atomic::{AtomicI64, Ordering};

use leadlight_ports::memory::{Memory, MemoryLeads, MemoryObjects, MemoryQueue};
use leadlight_ports::metrics::{Alarm, counted};
use leadlight_ports::{Classed, ExportTo, FixedClock, chain};
use leadlight_retrain::{Answer, ExportAbove, MAX_DEALS, Report, Retrain, RetrainError, Started};
use leadlight_tests::exports;
use serde_json::{Value, json};

use super::*;

const BUCKET: &str = "registry-bucket";
/// Of the sample history: a model comes of them.
const DEALS: usize = 300;
const PREFIX: &str = "exports/2026-11-16T120000Z-run";

fn due() -> Request {
    Request { due_at: Some("2026-11-16T12:00:00Z".parse().unwrap()), ..request() }
}

/// What the rule of the template makes of the event that a manifest is there.
fn arrived(key: &str) -> Request {
    let request = json!({ "schema_version": 1, "reason": "export", "export": key });
    Request::parse(request.to_string().as_bytes()).unwrap()
}

fn retrain(world: &System, above: Option<u64>, now: Timestamp) -> Retrain<Memory> {
    let export = above.map(|bytes| ExportAbove { bytes, bucket: BUCKET.to_owned() });
    let (leads, registry, clock) = (world.leads.clone(), world.registry(), FixedClock(now));
    Retrain { leads, registry, clock, max_deals: MAX_DEALS, export }
}

/// Answered leads and what else the table holds, over some files.
fn files(leads: &[QueuedLead], files: usize) -> Vec<Vec<Value>> {
    let others = |id: &LeadId| {
        let hash = "0".repeat(64);
        [
            json!({"pk": {"S": "lead#lead_0"}, "sk": {"S": "lead"}, "joined": {"S": id.as_str()}}),
            json!({"pk": {"S": format!("person#{hash}")}, "sk": {"S": "person"}, "lead": {"S": id.as_str()}}),
            json!({"pk": {"S": "tally#2026-11"}, "sk": {"S": "sdr-1|7|confirmed"}, "count": {"N": "3"}}),
        ]
    };
    let mut open = leads[0].clone();
    open.outcome = None;
    let mut written: Vec<Vec<Value>> = leads
        .chunks(leads.len().div_ceil(files))
        .map(|leads| leads.iter().map(exports::item).chain(others(leads[0].id())).collect())
        .collect();
    written[0].push(exports::item(&open));
    // A partition without items has a file as well.
    written.push(Vec::new());
    written
}

/// What one delivery of a request comes to.
async fn started(retrain: &Retrain<Memory>, request: &Request) -> Started {
    Box::pin(retrain.start(request, None)).await.unwrap()
}

fn ran(started: Started) -> Report {
    match started {
        Started::Ran(report) => *report,
        waits @ Started::AwaitsExport { .. } => panic!("{waits:?}"),
    }
}

#[tokio::test]
async fn a_large_table_is_learnt_from_by_an_export_as_if_it_had_been_read() {
    let world = System::new().await;
    world.import_history(DEALS).await;
    let large = retrain(&world, Some(100_000), reference());

    // The run asks once, however often it is delivered, and ends with words that say so.
    for _ in 0..2 {
        let started = started(&large, &due()).await;
        assert!(matches!(&started, Started::AwaitsExport { bytes, .. } if *bytes > 100_000), "{started:?}");
        let answer = serde_json::to_value(Answer::from(started)).unwrap();
        assert_eq!(answer["report"], "reports/2026-11-16T120000Z-run.json");
        assert!(answer["because"].as_str().unwrap().contains("goes on by itself"), "{answer}");
    }
    let asked = ExportTo { bucket: BUCKET.to_owned(), prefix: PREFIX.to_owned() };
    assert_eq!(world.leads.exports(), [asked]);
    assert!(world.registry().pointer::<Artifact>().await.unwrap().is_none());

    // It is written, and its manifest starts the function again. In the order of a scan, so that all is the same to the bit.
    let mut leads = world.history();
    leads.truncate(DEALS);
    leads.sort_by(|a, b| a.id().cmp(b.id()));
    let (key, _) = exports::write(&world.objects, PREFIX, &files(&leads, 7)).await;
    let from_export = ran(started(&large, &arrived(&key)).await);
    assert!(matches!(from_export.verdict, Verdict::Published { .. }), "{:?}", from_export.verdict);

    let direct = System::new().await;
    direct.import_history(DEALS).await;
    let small = retrain(&direct, Some(1_000_000_000), reference());
    let read = ran(started(&small, &due()).await);
    assert!(direct.leads.exports().is_empty(), "a small one is read itself");
    let figures = |report: &Report| serde_json::to_value(report).unwrap();
    assert_eq!(figures(&from_export), figures(&read));

    // What is delivered again, the event or the request, is answered with what was done.
    let later = retrain(&world, Some(100_000), reference() + SignedDuration::from_hours(1));
    for again in [arrived(&key), due()] {
        assert_eq!(figures(&ran(started(&later, &again).await)), figures(&read));
    }
    assert_eq!(world.leads.exports().len(), 1);
}

/// A clock that goes on by a second whenever somebody looks.
#[derive(Debug, Default)]
struct Ticking(AtomicI64);

impl Clock for Ticking {
    fn now(&self) -> Timestamp {
        reference() + SignedDuration::from_secs(self.0.fetch_add(1, Ordering::SeqCst))
    }
}

/// Objects that come in small parts.
#[derive(Debug)]
struct InParts(MemoryObjects);

impl ObjectStore for InParts {
    async fn get(&self, key: &str) -> Result<Option<Object>, PortError> {
        self.0.get(key).await
    }

    async fn part(&self, key: &str, from: u64, most: usize) -> Result<Option<Vec<u8>>, PortError> {
        self.0.part(key, from, most.min(16 * 1024)).await
    }

    async fn put_new(&self, key: &str, bytes: Vec<u8>) -> Result<PutNew, PortError> {
        self.0.put_new(key, bytes).await
    }

    async fn swap(&self, key: &str, bytes: Vec<u8>, expected: Option<&ETag>) -> Result<Swap, PortError> {
        self.0.swap(key, bytes, expected).await
    }
}

/// Read for so many looks at the clock.
async fn within(world: &System, request: &Request, looks: i64) -> Report {
    let retrain = Retrain::<Memory<Ticking, MemoryLeads, MemoryQueue, InParts>> {
        leads: world.leads.clone(),
        registry: Registry::new(InParts(world.objects.clone())),
        clock: Ticking::default(),
        max_deals: MAX_DEALS,
        export: None,
    };
    let until = reference() + SignedDuration::from_secs(looks);
    ran(Box::pin(retrain.start(request, Some(until))).await.unwrap())
}

/// Without training, which is not in question here.
fn look(request: Request) -> Request {
    Request { only_if_degraded: true, ..request }
}

fn cut_short(report: &Report) -> Option<&str> {
    let mut findings = report.study.audit.findings.iter().map(|finding| finding.what.as_str());
    findings.find(|what| what.contains("a fair sample of all"))
}

/// By a clock that is told, no run waits: what was read by then is learnt from, and the report says so.
#[tokio::test]
async fn near_the_deadline_a_fair_sample_is_learnt_from_and_the_report_says_so() {
    let world = System::new().await;
    world.import_history(usize::MAX).await;
    let leads = world.history();
    let share = |deals: &[QueuedLead]| {
        let is_won =
            |lead: &&QueuedLead| lead.outcome.as_ref().is_some_and(|o| o.result == OutcomeResult::Won);
        deals.iter().filter(is_won).count() * 100 / deals.len()
    };
    // One file is stopped within, several between.
    let mut by_id = leads.clone();
    by_id.sort_by(|a, b| a.id().cmp(b.id()));
    let (one, _) = exports::write(&world.objects, PREFIX, &files(&by_id, 1)).await;
    let (many, _) = exports::write(&world.objects, &PREFIX.replace("16T", "17T"), &files(&by_id, 40)).await;
    for request in [due(), arrived(&one), arrived(&many)] {
        let request = look(request);
        let report = within(&world, &request, 8).await;
        let read = report.deals;
        assert!(read > 100 && read < leads.len() * 3 / 4, "{read} of {} by {request:?}", leads.len());
        let said = cut_short(&report).unwrap_or_else(|| panic!("{request:?}"));
        assert!(said.starts_with(&format!("time allowed only {read} closed deals")), "{said}");
        // In the order of hashed ids what comes first is won as often as all.
        assert!(share(&by_id[..read]).abs_diff(share(&leads)) < 8, "{read}");
    }
    // With time enough all is read, and nothing said.
    for day in ["18T", "19T", "20T"] {
        let prefix = PREFIX.replace("16T", day);
        let (key, _) = exports::write(&world.objects, &prefix, &files(&by_id, 3)).await;
        let request = look(if day == "18T" { request() } else { arrived(&key) });
        let report = within(&world, &request, 100_000).await;
        assert_eq!((report.deals, cut_short(&report)), (leads.len(), None));
    }
}

/// How a run over an export fails: with the file's key, before anything is published, and done once what was wrong is right.
async fn fails(world: &System, key: &str, file: &str, why: &str) {
    let retrain = retrain(world, Some(1), reference());
    let failed = Box::pin(retrain.start(&arrived(key), None)).await.unwrap_err();
    assert!(matches!(failed, RetrainError::Leads(_)) && failed.class() == Class::Poison, "{failed:?}");
    let said = chain(&failed);
    assert!(said.contains(file) && said.contains(why), "{said}");
    assert!(world.registry().pointer::<Artifact>().await.unwrap().is_none());
    assert!(world.registry().reports().await.unwrap().latest.is_none());
}

#[tokio::test]
async fn of_an_export_that_is_damaged_nothing_is_learnt() {
    let world = System::new().await;
    let leads = &world.history()[..60];
    let written = files(leads, 3);
    let (key, data) = exports::write(&world.objects, PREFIX, &written).await;
    let good = world.objects.get(&data[1]).await.unwrap().unwrap().bytes;
    world.objects.damage(&data[1], good[..good.len() - 20].to_vec());
    fails(&world, &key, &data[1], "MD5").await;
    world.objects.damage(&data[1], exports::data_file(&written[2]));
    fails(&world, &key, &data[1], "MD5").await;
    let manifest = world.objects.get(&key).await.unwrap().unwrap().bytes;
    let text = String::from_utf8(manifest.clone()).unwrap();
    let elsewhere = text.replace("00001.json.gz", "00009.json.gz");
    world.objects.damage(&key, elsewhere.into_bytes());
    fails(&world, &key, "00009.json.gz", "not there").await;
    world.objects.damage(&key, text.replace("itemCount", "count").into_bytes());
    fails(&world, &key, &key, "line 1").await;
    let gone = key.replace("2d8752fd", "3d8752fd");
    fails(&world, &gone, &gone, "not there").await;
    world.objects.damage(&key, manifest);
    world.objects.damage(&data[1], good);
    let report = ran(started(&retrain(&world, Some(1), reference()), &arrived(&key)).await);
    assert_eq!(report.deals, leads.len());
}

#[tokio::test]
async fn a_line_that_cannot_be_read_is_left_out_and_told() {
    let world = System::new().await;
    let mut written = files(&world.history()[..40], 2);
    written[0].push(json!({"sk": {"S": "lead"}, "answered_at": {"S": "x"}, "document": {"S": "{}"}}));
    let (key, _) = exports::write(&world.objects, PREFIX, &written).await;
    let (report, counts) =
        counted(async { ran(started(&retrain(&world, Some(1), reference()), &arrived(&key)).await) }).await;
    assert!(report.study.audit.findings.iter().any(|f| f.what == "1 closed leads cannot be read"));
    assert!(counts.of(Alarm::LeadsDamaged) > 0.0);
}

/// The daily look never asks, and misses an export that does not come.
#[tokio::test]
async fn an_export_that_does_not_come_is_missed() {
    let world = System::new().await;
    world.import_history(40).await;
    let look = async |hours| {
        let retrain = retrain(&world, Some(1), reference() + SignedDuration::from_hours(hours));
        let check = Request { only_if_degraded: true, ..request() };
        let (report, counts) = Box::pin(counted(started(&retrain, &check))).await;
        assert_eq!(ran(report).deals, 40);
        counts.of(Alarm::ExportMissing) > 0.0
    };
    assert!(!look(0).await, "none was asked for");
    started(&retrain(&world, Some(1), reference()), &due()).await;
    assert!(!look(11).await && look(13).await);
    let (key, _) = exports::write(&world.objects, PREFIX, &files(&world.history()[..40], 2)).await;
    started(&retrain(&world, Some(1), reference()), &arrived(&key)).await;
    assert!(!look(14).await, "it came");
    assert_eq!(world.leads.exports().len(), 1);
}

#[test]
fn a_request_leads_to_manifests_of_exports_alone() {
    let good = format!("{PREFIX}/AWSDynamoDB/01-a/manifest-files.json");
    assert_eq!(arrived(&good).report(reference()).as_str(), "2026-11-16T120000Z-run");
    for bad in [
        "keys/draw",
        "exports/asked.json",
        "exports/x/AWSDynamoDB/01-a/manifest-files.json",
        &good.replace("exports/", "reports/"),
        &good.replace("manifest-files", "manifest-summary"),
        &good.replace("/01-a", "/01-a/data"),
    ] {
        let request = json!({ "schema_version": 1, "reason": "export", "export": bad });
        assert!(Request::parse(request.to_string().as_bytes()).is_err(), "{bad}");
    }
}
