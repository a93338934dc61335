//! What it takes from a sender's signed request to the queue, beside a bare handler that reads nothing: both over
//! in-memory twins, in turns. `cargo run --release -p leadlight-intake --example door`.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a measurement prints, and ends where something is wrong"
)]

use std::time::{Duration, Instant};

use jiff::Timestamp;
use lambda_http::http::{Request, StatusCode};
use lambda_http::{Body, Response};
use leadlight_intake::Intake;
use leadlight_ports::memory::{Memory, MemoryLeads, MemoryObjects, MemoryQueue, MemorySecrets};
use leadlight_ports::{CachedSecrets, FixedClock, MessageQueue};
use leadlight_registry::{Change, InForce, Registry};
use leadlight_sources::Sources;

const SAMPLE: &str = include_str!("../../../shared/sources/testdata/typeform/demo.http");
const SOURCES: &str = "schema_version = 1\n[sources.forms]\nadapter = \"typeform\"\n";
const ROUNDS: usize = 20_000;

fn request() -> Request<Body> {
    let (head, body) = SAMPLE.split_once("\n\n").unwrap();
    let mut request = Request::builder().method("POST").uri("https://gateway.example/v1/sources/forms");
    for line in head.lines().skip(1) {
        let (name, value) = line.split_once(": ").unwrap();
        request = request.header(name, value);
    }
    request.body(Body::from(body)).unwrap()
}

/// What any handler does: takes the body as it is, queues it, and answers.
async fn bare(queue: &MemoryQueue, request: &Request<Body>) -> Response<Body> {
    let body: &[u8] = request.body();
    queue.send(std::str::from_utf8(body).unwrap(), &[]).await.unwrap();
    Response::new(Body::from("{}"))
}

fn told(what: &str, times: &mut [Duration]) -> Duration {
    times.sort();
    let median = times[times.len() / 2];
    println!(
        "{what:<8} median {median:>9.1?}, 99th of a hundred {:>9.1?}, worst {:>9.1?}",
        times[times.len() * 99 / 100],
        times[times.len() - 1]
    );
    median
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let now: Timestamp = "2026-11-20T12:00:00Z".parse().unwrap();
    let (objects, secrets) = (MemoryObjects::default(), MemorySecrets::default());
    let change = Change::new("a benchmark", "to be measured");
    Registry::new(objects.clone()).publish::<Sources>(SOURCES, &change, now).await.unwrap();
    secrets.put(&"leadlight/sources/forms".parse().unwrap(), "test-secret");
    let queue = MemoryQueue::default;
    let intake: Intake<Memory, _> = Intake {
        form_submits: queue(),
        dead_letters: queue(),
        outcomes: queue(),
        to_pull: queue(),
        in_force: InForce::new(Registry::new(objects)),
        leads: MemoryLeads::default(),
        waits_for_a_score: Duration::ZERO,
        secrets: CachedSecrets::new(secrets, FixedClock(now)),
        stack_name: "leadlight".to_owned(),
        clock: FixedClock(now),
    };
    let plain = queue();
    let (mut ours, mut theirs) = (Vec::with_capacity(ROUNDS), Vec::with_capacity(ROUNDS));
    for _ in 0..ROUNDS {
        let request = request();
        let begun = Instant::now();
        let answer = intake.answer(&request).await.unwrap();
        ours.push(begun.elapsed());
        assert_eq!(answer.status(), StatusCode::OK);
        let begun = Instant::now();
        bare(&plain, &request).await;
        theirs.push(begun.elapsed());
    }
    let (ours, theirs) = (told("intake", &mut ours), told("bare", &mut theirs));
    println!(
        "{:.1} times the bare handler, {:?} more",
        ours.as_secs_f64() / theirs.as_secs_f64(),
        ours.saturating_sub(theirs)
    );
}
