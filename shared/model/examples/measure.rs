//! Prints the artifact's size and what one load and one prediction take, in microseconds.
//! Run with `cargo run --example measure -p leadlight-model`.
#![expect(clippy::print_stdout, reason = "printing is what this program is for")]

use std::error::Error;
use std::hint::black_box;
use std::time::Instant;

use leadlight_model::{Artifact, train};

#[path = "../src/simulate.rs"]
mod simulate;

fn main() -> Result<(), Box<dyn Error>> {
    let rows = simulate::Simulator::new(1).deals(1000, -0.8, 0.0);
    let started = Instant::now();
    let trained = train(&simulate::specs(), &rows, simulate::lineage())?;
    println!("train, 1000 deals: {:.0} ms", started.elapsed().as_secs_f64() * 1e3);
    println!("{:#?}", trained.manifest.metrics_on_newest);

    let bytes = trained.artifact.to_bytes();
    println!("artifact: {} bytes for {} features", bytes.len(), simulate::FEATURES.len());
    let started = Instant::now();
    for _ in 0..1000 {
        black_box(Artifact::from_bytes(black_box(&bytes))?);
    }
    println!("load and verify: {:.1} µs", started.elapsed().as_secs_f64() * 1e3);
    let started = Instant::now();
    for _ in 0..100 {
        for row in &rows {
            black_box(trained.artifact.predict(black_box(&row.features))?);
        }
    }
    println!("encode, predict, explain: {:.2} µs", started.elapsed().as_secs_f64() * 1e6 / 1e5);
    Ok(())
}
