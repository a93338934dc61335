//! What the deepest and widest bodies cost in memory: each in a process of its own, by its peak resident size over that
//! before. Linux alone. `cargo run --release -p leadlight-tests --example shapes`.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a measurement prints, and ends where something is wrong"
)]

use std::io::{Read, Write};
use std::process::{Command, Stdio};

use leadlight_lead::{FormSubmit, MAX_EVENT_BYTES, QueuedLead, RouteRequest, StageMessage};
use leadlight_tests::memory::{Passed, System, delivery, through};

/// Leads that one page, one download and one outcome read.
const READ_AT_ONCE: [(&str, usize); 3] =
    [("a page of 40", 40), ("a download of 500", 500), ("one person's 25", 25)];

fn body(shape: &str) -> String {
    let head = r#"{"schema_version":1,"id":"e1","source":"website-form","email":"ada@brightforge.example","title":"VP Sales""#;
    let room = MAX_EVENT_BYTES - head.len() - 64;
    let field = match shape {
        "plain" => String::new(),
        "deep 16" => format!(r#","x":{}{}"#, "[".repeat(16), "]".repeat(16)),
        "wide 499 maps" => format!(r#","x":[{}]"#, vec![r#"{"":0}"#; 499].join(",")),
        "128 KB of text" => format!(r#","message":"{}""#, "x".repeat(room)),
        "wide and 128 KB" => {
            let maps = vec![r#"{"":0}"#; 480].join(",");
            format!(r#","x":[{maps}],"y":"{}""#, "x".repeat(room - maps.len() - 16))
        }
        "deep 17" => format!(r#","x":{}{}"#, "[".repeat(17), "]".repeat(17)),
        "deep 60,000" => format!(r#","x":{}{}"#, "[".repeat(60_000), "]".repeat(60_000)),
        "128 KB of maps" => format!(r#","x":[{}]"#, vec![r#"{"":0}"#; room / 7].join(",")),
        other => panic!("no shape {other}"),
    };
    format!("{head}{field}}}")
}

const SHAPES: [&str; 8] = [
    "plain",
    "deep 16",
    "wide 499 maps",
    "128 KB of text",
    "wide and 128 KB",
    "deep 17",
    "deep 60,000",
    "128 KB of maps",
];

/// The most kilobytes that lay in memory at one time since the last call.
fn peak_kb() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|l| l.starts_with("VmHWM:")).unwrap();
    std::fs::write("/proc/self/clear_refs", "5").unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// Does one step with a message, and tells what it took.
async fn take(step: &str, message: &str) -> usize {
    let world = System::new().await;
    // Twice: what it is now, without what was freed.
    peak_kb();
    let before = peak_kb();
    match step {
        "parse" => drop(FormSubmit::parse(message.as_bytes())),
        "enrich" => drop(through(&world.enrich(), delivery([message], 1)).await),
        "score" => drop(through(&world.score(), delivery([message], 1)).await),
        "route" => drop(through(&world.route(), delivery([message], 1)).await),
        count => {
            let request = RouteRequest::from_message(message.as_bytes()).unwrap();
            let lead = QueuedLead::new(request, leadlight_tests::memory::reference());
            let document = lead.to_document().unwrap();
            let read = || QueuedLead::from_message(document.as_bytes()).unwrap();
            let held: Vec<QueuedLead> = (0..count.parse().unwrap()).map(|_| read()).collect();
            drop(held);
        }
    }
    peak_kb().saturating_sub(before)
}

/// The same in a process of its own.
fn apart(step: &str, message: Option<&String>) -> String {
    let Some(message) = message else { return "-".to_owned() };
    let mut child = Command::new(std::env::current_exe().unwrap())
        .arg(step)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(message.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    if let Some(step) = std::env::args().nth(1) {
        let mut message = String::new();
        std::io::stdin().read_to_string(&mut message).unwrap();
        println!("{}", take(&step, &message).await);
        return;
    }
    let readers = READ_AT_ONCE.map(|(what, _)| what);
    println!("peak KB more than before: parse, enrich, score, route, {}", readers.join(", "));
    for shape in SHAPES {
        let body = body(shape);
        let Passed { enriched, to_route, .. } = System::new().await.pass(&[&body]).await;
        let mut cells = vec![
            apart("parse", Some(&body)),
            apart("enrich", Some(&body)),
            apart("score", enriched.first()),
            apart("route", to_route.first()),
        ];
        cells.extend(READ_AT_ONCE.map(|(_, count)| apart(&count.to_string(), to_route.first())));
        println!("{shape}: {}", cells.join(", "));
    }
}
