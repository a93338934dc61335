//! A day's work in the console in a real browser: `day.mjs` drives headless Chromium against the whole router.

#![expect(clippy::unwrap_used, reason = "a test ends where something is not as it should be")]

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};

use axum::extract::Query;
use axum::routing::post;
use axum::{Json, Router};
use leadlight_lead::LeadId;
use leadlight_review::router;
use leadlight_tests::office::{MovedClock, Office};
use serde_json::{Value, json};

/// Races of two browsers for one lead.
const RACES: usize = 25;

/// Where Chromium is, if it is installed.
fn chromium() -> Option<PathBuf> {
    let named = std::env::var_os("CHROMIUM").map(PathBuf::from);
    let known =
        ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].map(PathBuf::from);
    named.into_iter().chain(known).find(|path| path.exists())
}

fn has(program: &str) -> bool {
    let run = Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    run.is_ok_and(|status| status.success())
}

/// The npm packages, installed once under the build's folder.
fn installed(folder: &Path) {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("browser");
    std::fs::create_dir_all(folder).unwrap();
    for file in ["package.json", "package-lock.json", "day.mjs"] {
        std::fs::copy(source.join(file), folder.join(file)).unwrap();
    }
    let wanted = std::fs::read(source.join("package-lock.json")).unwrap();
    let stamp = folder.join("installed.json");
    if std::fs::read(&stamp).is_ok_and(|there| there == wanted) {
        return;
    }
    let npm = Command::new("npm")
        .args(["ci", "--no-audit", "--no-fund", "--ignore-scripts"])
        .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")
        .current_dir(folder)
        .status()
        .unwrap();
    assert!(npm.success(), "npm ci failed in {}", folder.display());
    std::fs::write(stamp, wanted).unwrap();
}

/// New strong leads in the office, all given to the first SDR: the owner follows a lead's id, so ids are tried.
async fn leads_of_sdr_1(office: &Office, count: usize) -> Vec<LeadId> {
    let sample = String::from_utf8_lossy(leadlight_events::samples()[0].bytes).into_owned();
    let mut event: Value = serde_json::from_str(&sample).unwrap();
    let mut found = Vec::new();
    for number in 0..count * 20 {
        event["id"] = format!("race-{number}").into();
        // What one person sends is one lead.
        event["email"] = format!("race-{number}@brightforge.example").into();
        let id =
            LeadId::of(&"website-form".parse().unwrap(), &event["id"].as_str().unwrap().parse().unwrap());
        office.world.pass(&[&event.to_string()]).await;
        if office.lead(&id).await.work.owner.is_some_and(|owner| owner.as_str() == "sdr-1") {
            found.push(id);
        }
        if found.len() == count {
            return found;
        }
    }
    panic!("only {} leads came to the first SDR", found.len());
}

#[derive(serde::Deserialize)]
struct Minutes {
    minutes: i64,
}

/// The console with two doors that only tests have: the clock, and leads to try things with.
async fn serve(office: &Office, leads: Vec<LeadId>) -> String {
    let clock = MovedClock::default();
    clock.set(1);
    let moved = clock.clone();
    let leads = Arc::new(Mutex::new(leads));
    let tests = Router::new()
        .route("/test/clock", post(move |Query(to): Query<Minutes>| async move { moved.set(to.minutes) }))
        .route(
            "/test/lead",
            post(move || async move { Json(json!({ "id": leads.lock().unwrap().pop().unwrap() })) }),
        );
    let app = router(office.server(clock)).merge(tests);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    format!("http://{address}")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_in_the_browser() {
    let missing = [
        (chromium().is_none(), "Chromium (Debian: apt-get install chromium)"),
        (!has("node"), "Node.js"),
        (!has("npm"), "npm"),
    ];
    let missing: Vec<&str> = missing.into_iter().filter(|(is, _)| *is).map(|(_, what)| what).collect();
    if !missing.is_empty() {
        assert!(std::env::var_os("CI").is_none(), "missing: {}", missing.join(", "));
        println!("SKIPPED: the console was not tried in a browser; missing: {}", missing.join(", "));
        return;
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/browser");
    installed(&folder);
    let office = Office::learned(1_200).await;
    let day = serve(&office, vec![]).await;
    let office = Office::empty().await;
    let leads = leads_of_sdr_1(&office, RACES + 3).await;
    let races = serve(&office, leads).await;
    let shots = folder.join("shots");
    std::fs::create_dir_all(&shots).unwrap();
    let done = tokio::task::spawn_blocking(move || {
        Command::new("node")
            .args(["day.mjs", &day, &races, &RACES.to_string()])
            .arg(chromium().unwrap())
            .arg(&shots)
            .current_dir(&folder)
            .output()
    });
    let day = done.await.unwrap().unwrap();
    println!("{}", String::from_utf8_lossy(&day.stdout));
    assert!(day.status.success(), "{}", String::from_utf8_lossy(&day.stderr));
}
