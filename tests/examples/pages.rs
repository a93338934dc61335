//! What the console's own part of a page costs: each page through the whole router over in-memory twins, against a
//! bare handler in the same run. Median of many; no network, no table. `cargo run --release -p leadlight-tests
//! --example pages`.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a measurement prints, and ends where something is wrong"
)]

use std::time::Instant;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, header};
use axum::routing::get;
use leadlight_lead::QueueName;
use leadlight_review::router;
use leadlight_tests::memory::reference;
use leadlight_tests::office::{MovedClock, Office};
use tower::ServiceExt;

const TIMES: usize = 300;

async fn median_us(router: &Router, path: &str, token: &str) -> (f64, usize) {
    let mut times_us = Vec::with_capacity(TIMES);
    let mut bytes = 0;
    for _ in 0..TIMES {
        let request = Request::get(path)
            .header(header::COOKIE, format!("leadlight-local={token}"))
            .body(Body::empty())
            .unwrap();
        let began = Instant::now();
        let answer = router.clone().oneshot(request).await.unwrap();
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
        bytes = to_bytes(answer.into_body(), usize::MAX).await.unwrap().len();
        times_us.push(began.elapsed().as_secs_f64() * 1e6);
    }
    times_us.sort_by(f64::total_cmp);
    (times_us[TIMES / 2], bytes)
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let office = Office::learned(1_200).await;
    let (id, sdr) = office.first(QueueName::Sdr).await;
    let router = router(office.server(MovedClock::default()));
    let issuer = leadlight_identity::LocalIssuer::new([7; 32]);
    let day = leadlight_identity::LONGEST_SIGN_IN;
    let mint = |member: &str, role| issuer.mint(member, role, reference(), day);
    let sdr = mint(sdr.actor.id.as_str(), sdr.actor.role);
    let manager = mint("manager-1", leadlight_lead::Role::Manager);
    let bare = Router::new().route("/bare", get(async || "ok"));
    let (nothing, _) = median_us(&bare, "/bare", "").await;
    let assets = ["/assets/console.css", "/assets/console.js"];
    let mut extra = 0;
    for asset in assets {
        extra += median_us(&router, asset, "").await.1;
    }
    println!(
        "{:<28} {:>10} {:>10} {:>12} {:>14}",
        "page", "median µs", "× bare", "page bytes", "with css + js"
    );
    println!("{:<28} {nothing:>10.1} {:>10.1}", "bare handler", 1.0);
    let lead = format!("/leads/{id}");
    for (name, path, token) in [
        ("my queue", "/queue", &sdr),
        ("lead", lead.as_str(), &sdr),
        ("AE queue", "/ae", &manager),
        ("flagged", "/flagged", &manager),
        ("team", "/manager", &manager),
        ("model", "/model", &manager),
        ("data", "/data", &manager),
        ("policy", "/policy", &manager),
        ("sign in", "/sign-in", &sdr),
    ] {
        let (us, bytes) = median_us(&router, path, token).await;
        println!("{name:<28} {us:>10.1} {:>10.1} {bytes:>12} {:>14}", us / nothing, bytes + extra);
    }
}
