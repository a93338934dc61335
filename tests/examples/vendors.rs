//! What vendors cost and how much longer a lead takes by them: with all of them well, and with all of them failing.
//! `cargo run --release -p leadlight-tests --example vendors`.
//!
//! Vendors answer over HTTP on this machine, as the simulators have them; what is bought rests in memory. Prices are the
//! simulators' own, invented and of the order of list prices.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a measurement prints, and ends where something is wrong"
)]

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use futures_util::{StreamExt, stream};
use leadlight_enrich::{Circumstances, Enrich, Lookup};
use leadlight_enrichment::Vendors as File;
use leadlight_events::CompanyRecord;
use leadlight_lead::{Came, EnrichedLead, StageMessage};
use leadlight_policy::Policy;
use leadlight_ports::batch::{Message, Stage};
use leadlight_ports::memory::{
    Memory, MemoryFacts, MemoryItems, MemoryLeads, MemoryObjects, MemoryQueue, MemorySecrets,
};
use leadlight_ports::{SecretName, SystemClock};
use leadlight_registry::{InForce, Registry};
use leadlight_simulators::Simulator;
use leadlight_simulators::vendors::{Trouble, Vendor, Vendors, World, file};
use leadlight_tests::memory::{DEFAULT_POLICY, change, reference};

/// Invented; the vendor that takes an id and a secret gets both.
const KEY: &str = "an-id:a-secret";
/// Leads that are looked up at once: two environments of `enrich`, ten messages each.
const AT_ONCE: usize = 20;

type Real = Memory<SystemClock, MemoryLeads, MemoryQueue, MemoryObjects, leadlight_adapters::HttpsClient>;
type Stages = Enrich<Real, MemoryFacts, MemorySecrets>;

/// Companies enough: each of the sample directory again and again, under domains of their own.
fn companies(count: usize) -> Vec<CompanyRecord> {
    let sample = World::sample(reference()).companies;
    (0..count)
        .map(|n| CompanyRecord {
            domain: format!("company-{n}.example").parse().unwrap(),
            aliases: Vec::new(),
            name: format!("Company {n}"),
            ..sample[n % sample.len()].clone()
        })
        .collect()
}

async fn started(count: usize) -> Simulator<Vendors> {
    let world = World { companies: companies(count), ..World::sample(reference()) };
    Simulator::start(Vendors::new(world, KEY)).await
}

/// The stage with nothing bought.
async fn stage(vendors: &Simulator<Vendors>, with: fn(&str) -> String) -> Stages {
    let objects = MemoryObjects::default();
    let registry = Registry::new(objects.clone());
    registry.publish::<Policy>(DEFAULT_POLICY, &change(), reference()).await.unwrap();
    registry.publish::<File>(&with(&file(vendors.url())), &change(), reference()).await.unwrap();
    let secrets = MemorySecrets::default();
    for vendor in Vendor::ALL {
        secrets.put(&SecretName::of("leadlight", &format!("vendors/{}", vendor.as_str())).unwrap(), KEY);
    }
    Enrich {
        tombstones: MemoryLeads::default(),
        marking: leadlight_ports::Marking::new(objects.clone()),
        lookup: Lookup::new(
            InForce::new(Registry::new(objects)),
            MemoryFacts::default(),
            leadlight_adapters::HttpsClient::new().unwrap(),
            secrets,
            MemoryItems::default(),
            SystemClock,
            Circumstances { stack: "leadlight".to_owned(), on_one_machine: true, environments: 1 },
        ),
        to_score: MemoryQueue::default(),
        to_route: MemoryQueue::default(),
        again: MemoryQueue::default(),
    }
}

/// No rate is reached: what is measured is calls and cost.
fn as_fast_as_it_goes(file: &str) -> String {
    file.replace("per_second = 50", "per_second = 100")
}

fn form(id: usize, company: usize) -> String {
    format!(
        r#"{{"schema_version":1,"id":"e{id}","source":"website-form","email":"person-{id}@company-{company}.example","company":"Company {company}","title":"Head of Sales"}}"#
    )
}

/// All through the stage; how long each took, the shortest first.
async fn through(stage: &Stages, forms: &[String]) -> Vec<Duration> {
    let mut took: Vec<Duration> = stream::iter(forms)
        .map(|body| async move {
            let begun = Instant::now();
            let sent_at = leadlight_ports::Clock::now(&SystemClock);
            stage.process(Message { body, sent_at }).await.unwrap();
            begun.elapsed()
        })
        .buffer_unordered(AT_ONCE)
        .collect()
        .await;
    took.sort();
    took
}

fn leads(stage: &Stages) -> Vec<EnrichedLead> {
    stage.to_score.sent().iter().map(|s| EnrichedLead::from_message(s.body.as_bytes()).unwrap()).collect()
}

fn calls(vendors: &Simulator<Vendors>) -> (usize, u64, BTreeMap<&'static str, usize>) {
    vendors.behind(|vendors| {
        let mut by = BTreeMap::new();
        for call in vendors.calls() {
            *by.entry(call.vendor.as_str()).or_insert(0) += 1;
        }
        (vendors.calls().len(), vendors.spent_usd_micros(), by)
    })
}

fn dollars(micros: u64) -> String {
    format!("${}.{:02}", micros / 1_000_000, micros % 1_000_000 / 10_000)
}

/// 1,000 leads, 300 of them of accounts that sent one before.
fn thousand() -> Vec<String> {
    (0..1000).map(|n| form(n, if n < 700 { n } else { (n * 7) % 700 })).collect()
}

async fn cold_and_warm() {
    let vendors = started(700).await;
    let stage = stage(&vendors, as_fast_as_it_goes).await;
    for state in ["cold", "warm"] {
        let (calls_before, spent_before, _) = calls(&vendors);
        let took = through(&stage, &thousand()).await;
        let (calls, spent, by) = calls(&vendors);
        println!(
            "1,000 leads, 30 % repeat accounts, {state}: {} calls, {}; median {:?}, worst {:?} a lead",
            calls - calls_before,
            dollars(spent - spent_before),
            took[500],
            took[999]
        );
        println!("  by vendor so far: {by:?}");
    }
    let limited = leads(&stage)
        .iter()
        .flat_map(|lead| &lead.enrichment.asked)
        .filter(|a| a.came.gap().is_some())
        .count();
    println!("  questions that ended in a gap: {limited}");
}

async fn five_times() {
    let vendors = started(10).await;
    let forms = vec![form(1, 1); 5];
    let stage = stage(&vendors, as_fast_as_it_goes).await;
    through(&stage, &forms).await;
    let paid: Vec<_> = Vendor::ALL
        .into_iter()
        .map(|vendor| (vendor.as_str(), vendors.behind(|vendors| vendors.paid(vendor))))
        .collect();
    println!("the same message five times: calls paid {paid:?}");
}

async fn everything_fails() {
    for (name, trouble) in [
        ("503", Trouble::Status(503)),
        ("401", Trouble::Status(401)),
        ("402", Trouble::Status(402)),
        ("429, Retry-After 30", Trouble::Limited(30)),
        ("a page of HTML", Trouble::Html),
        ("cut off", Trouble::Truncated),
        ("no answer for a minute", Trouble::Slow(Duration::from_mins(1))),
    ] {
        let vendors = started(200).await;
        for vendor in Vendor::ALL {
            vendors.behind(|vendors| vendors.set_trouble(vendor, Some(trouble.clone())));
        }
        let stage = stage(&vendors, as_fast_as_it_goes).await;
        let forms: Vec<_> = (0..200).map(|n| form(n, n)).collect();
        let begun = Instant::now();
        let took = through(&stage, &forms).await;
        let seconds = begun.elapsed().as_secs_f64();
        #[expect(clippy::cast_precision_loss, reason = "some hundreds")]
        let a_second = vendors.done().len() as f64 / seconds;
        println!(
            "every vendor {name}: {} of 200 leads went on; longest {:.1} s; {} requests in {seconds:.1} s, {a_second:.1} a second; {} to be enriched again",
            leads(&stage).len(),
            took[199].as_secs_f64(),
            vendors.done().len(),
            stage.again.sent().len(),
        );
    }
}

/// A vendors file that orders nobody.
fn nobody(_: &str) -> String {
    "schema_version = 1\n[budget]\nper_lead_usd = 0\nper_day_usd = 0\nper_month_usd = 0\n".to_owned()
}

async fn can_be_scored() {
    let policy = Policy::parse("default.toml", DEFAULT_POLICY).unwrap();
    let forms: Vec<_> = (0..200).map(|n| form(n, n)).collect();
    let scored =
        |stage: &Stages| leads(stage).iter().filter(|lead| policy.assess(lead).missing.is_none()).count();
    let vendors = started(200).await;
    let before = stage(&vendors, nobody).await;
    through(&before, &forms).await;
    let after = stage(&vendors, as_fast_as_it_goes).await;
    through(&after, &forms).await;
    println!(
        "200 leads of address, company and title: {} can be scored without vendors, {} with",
        scored(&before),
        scored(&after)
    );
    let kept =
        leads(&after).iter().flat_map(|l| &l.enrichment.asked).filter(|a| a.came == Came::Found).count();
    println!("  answers with facts: {kept}");
}

#[tokio::main]
async fn main() {
    cold_and_warm().await;
    five_times().await;
    can_be_scored().await;
    everything_fails().await;
}
