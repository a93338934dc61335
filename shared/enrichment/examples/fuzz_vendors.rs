//! Random changes of the answers under `testdata`: whatever a vendor sends must be read without a panic, and what is read
//! must be within its bounds and survive being written.
//!
//! `cargo run --release -p leadlight-enrichment --example fuzz_vendors -- SECONDS [VENDOR] [SEED]`
//!
//! Runs SECONDS for each kind of vendor. What it does follows from the seed alone, which it prints; an answer that is read
//! wrongly is written to the temporary folder.
#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "a tool at the developer's desk")]

use std::fs;
use std::time::{Duration, Instant};

use leadlight_enrichment as enrichment;
use leadlight_enrichment::{VENDORS, Way};

#[path = "../src/tests/hostile.rs"]
mod hostile;

use hostile::{Chance, Room};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let seconds = arguments.first().and_then(|text| text.parse().ok()).unwrap_or(10);
    let wanted = arguments.get(1).map(String::as_str).filter(|name| *name != "all");
    let seed = arguments.get(2).and_then(|text| text.parse().ok()).unwrap_or(1);
    println!("seed {seed}");
    let mut faults = 0_u64;
    let asked = VENDORS.iter().filter(|vendor| !matches!(vendor.way, Way::Table));
    for vendor in asked.filter(|vendor| wanted.is_none_or(|name| name == vendor.name)) {
        let (room, mut chance) = (Room::of(vendor.name), Chance(seed));
        let (mut runs, mut with_facts) = (0_u64, 0_u64);
        let began = Instant::now();
        while began.elapsed() < Duration::from_secs(seconds) {
            for _ in 0..100 {
                runs += 1;
                match room.run(&mut chance) {
                    Ok(has_facts) => with_facts += u64::from(has_facts),
                    Err((body, what)) => {
                        faults += 1;
                        if faults <= 20 {
                            let file =
                                std::env::temp_dir().join(format!("fuzz-{}-{faults}.body", vendor.name));
                            fs::write(&file, &body).unwrap();
                            println!("{}: {what}: {}", vendor.name, file.display());
                        }
                    }
                }
            }
        }
        println!(
            "{}: {runs} answers in {seconds} s, {with_facts} with facts; {faults} faults so far",
            vendor.name
        );
    }
    if faults > 0 {
        std::process::exit(1);
    }
}
