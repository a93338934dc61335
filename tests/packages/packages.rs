//! The functions as they go to AWS: they would start there, stay small, and do all that the demo's do.
//!
//! A release build of each takes minutes, so these are ignored, and say so, unless asked for, as `.ci/run` does:
//! `cargo test -p leadlight-tests --test packages -- --ignored`.

use leadlight::history;
use leadlight::rounds::{self, Door};
use leadlight_desk::Team;
use leadlight_events::{HISTORY_CSV, rebased, rebased_history, samples};
use leadlight_local_aws::{FUNCTIONS, Invocation, Silent, invoke};
use leadlight_ports::{Clock, LeadStore, SystemClock};
use leadlight_tests::deployed::{Deployed, packages};
use leadlight_tests::memory::{TEAM, change};

/// The most that each may weigh, zipped, in kilobytes: what it was measured at, and a twentieth more. A larger one starts
/// more slowly; where it has to be, raise its limit with the reason. The last: a policy knows segments, a grid and the schema of its
/// file; target accounts and an account's use are read where leads are judged; whoever keeps leads knows who was erased.
const LIMITS_KB: [(&str, u64); 13] = [
    ("intake", 7_150),
    ("pull", 6_550),
    ("enrich", 8_050),
    ("score", 7_850),
    ("route", 8_050),
    ("review", 10_150),
    ("outcome", 7_800),
    ("sla", 8_000),
    ("retrain", 9_650),
    ("publish", 4_930),
    ("deliver", 8_350),
    ("erase", 7_850),
    ("plan", 7_850),
];

/// Needs a machine whose C library is no newer than Lambda's.
#[test]
#[ignore = "builds the functions for release: cargo test -p leadlight-tests --test packages -- --ignored"]
fn they_would_start_on_lambda() {
    let problems: Vec<String> = packages()
        .iter()
        .filter_map(|function| Some(format!("{}: {}", function.name, function.for_lambda.as_ref().err()?)))
        .collect();
    assert_eq!(problems, Vec::<String>::new());
}

#[test]
#[ignore = "builds the functions for release: cargo test -p leadlight-tests --test packages -- --ignored"]
fn they_stay_small() {
    assert_eq!(LIMITS_KB.map(|(name, _)| name), FUNCTIONS);
    let mut too_large = Vec::new();
    for (function, (name, limit_kb)) in packages().iter().zip(LIMITS_KB) {
        let kb = function.zip_bytes / 1_000;
        println!("{name}: {kb} KB of at most {limit_kb}");
        if kb > limit_kb {
            too_large.push(format!("{name}: {kb} KB, more than {limit_kb}"));
        }
    }
    assert_eq!(too_large, Vec::<String>::new());
}

/// From the form submit, over both checkpoints, to the next model; and what that does not touch, the intake and the
/// SLA clock.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "builds the functions for release: cargo test -p leadlight-tests --test packages -- --ignored"]
async fn they_do_all_that_the_demo_does() {
    let deployed = Deployed::of_packages().await;
    let (system, now) = (&deployed.system, SystemClock.now());
    system.registry().unwrap().publish::<Team>(TEAM, &change(), now).await.unwrap();
    let deals = rebased_history(HISTORY_CSV, now);
    history::import(system, "deals.csv", &deals, |_, _| ()).await.unwrap();
    system.retrain(|_| ()).await.unwrap();

    let body = String::from_utf8_lossy(&rebased(samples()[0].bytes, now)).into_owned();
    let door = Door { base: deployed.console_url(), query: deployed.account_query() };
    let round = Box::pin(rounds::go(system, &door, &body, &Silent)).await.unwrap();
    assert!(round.accepted.len() >= 3, "{:?}", round.actions);
    assert_eq!(round.outcomes, round.accepted.len() * 2);
    let first = system.leads().unwrap().get(&round.accepted[0]).await.unwrap().unwrap().lead;
    assert!(first.outcome.is_some());

    let url = deployed.intake_url("/v1/leads");
    let posted =
        r#"{"schema_version":1,"id":"p1","source":"website-form","email":"ada@brightforge.example"}"#;
    let status = tokio::task::spawn_blocking(move || {
        ureq::post(&url).header("content-type", "application/json").send(posted).unwrap().status()
    });
    assert_eq!(status.await.unwrap(), 202);
    let sla = deployed.function("Sla");
    invoke(&deployed.config, &sla, Invocation::Awaited, b"{}".to_vec()).await.unwrap();
    assert_eq!(leadlight::dead_letters::list(system).await.unwrap().len(), 0);
}
