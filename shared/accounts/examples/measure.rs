//! How long a list of 100,000 domains takes to read, and what it takes in memory:
//! `cargo run --release -p leadlight-accounts --example measure`.

use std::time::Instant;

use leadlight_accounts::{Accounts, MOST_DOMAINS};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut text = "domain,relation,owner_sdr,owner_ae\n".to_owned();
    for n in 0..MOST_DOMAINS {
        // In no order, half of them as a CRM has websites.
        let n = n * 7919 % MOST_DOMAINS;
        let (before, after) = if n % 2 == 0 { ("https://www.", "/") } else { ("", "") };
        let relation = ["customer", "competitor", ""][n % 3];
        text.push_str(&format!(
            "{before}company-{n}.example{after},{relation},sdr-{},ae-{}\n",
            n % 40,
            n % 20
        ));
    }
    for _ in 0..5 {
        let began = Instant::now();
        let list = Accounts::parse("accounts.csv", &text)?;
        let took = began.elapsed();
        println!("{} domains of {} bytes in {took:?}, {} bytes held", list.len(), text.len(), list.bytes());
    }
    Ok(())
}
