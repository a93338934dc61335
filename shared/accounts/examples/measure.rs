//! How long a list of 100,000 domains takes to read, and what it takes in memory:
//! `cargo run --release -p leadlight-accounts --example measure`.

#![expect(clippy::print_stdout, reason = "a measurement prints")]

use std::fmt::Write as _;
use std::time::Instant;

use leadlight_accounts::{Accounts, MOST_DOMAINS};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut text = "domain,relation,owner_sdr,owner_ae\n".to_owned();
    for n in 0..MOST_DOMAINS {
        // In no order, half of them as a CRM has websites.
        let n = n * 7919 % MOST_DOMAINS;
        let (before, after) = if n.is_multiple_of(2) { ("https://www.", "/") } else { ("", "") };
        let relation = ["customer", "competitor", ""][n % 3];
        let (sdr, ae) = (n % 40, n % 20);
        writeln!(text, "{before}company-{n}.example{after},{relation},sdr-{sdr},ae-{ae}")?;
    }
    for _ in 0..5 {
        let began = Instant::now();
        let list = Accounts::parse("accounts.csv", &text)?;
        let took = began.elapsed();
        println!("{} domains of {} bytes in {took:?}, {} bytes held", list.len(), text.len(), list.bytes());
    }
    Ok(())
}
