//! How many usage events are folded in a second, and how large what is kept becomes.
//!
//! ```text
//! cargo run -p leadlight-lead --example usage --release
//! ```

#![expect(clippy::print_stdout, reason = "a measurement prints")]

use std::error::Error;
use std::time::Instant;

use jiff::{SignedDuration, Timestamp};
use leadlight_lead::{AccountRef, AccountUsage, AccountUse, ActivityKind, StageMessage, Use};

const EVENTS: u32 = 1_000_000;
const ACCOUNTS: u32 = 1000;

fn main() -> Result<(), Box<dyn Error>> {
    let now: Timestamp = "2026-11-30T09:00:00Z".parse()?;
    let mut accounts = vec![AccountUsage::default(); ACCOUNTS as usize];
    let mut took = std::time::Duration::ZERO;
    let mut changed = 0_u32;
    for n in 0..EVENTS {
        // In no order: a year of seconds, all kinds, one event in ten told again.
        let n_of_event = if n % 10 == 9 { n - 5 } else { n };
        let mixed = n_of_event.wrapping_mul(2_654_435_761);
        let kind = ActivityKind::ALL[mixed as usize % ActivityKind::ALL.len()];
        let at = now - SignedDuration::from_secs(i64::from(mixed % 31_536_000));
        let account = n_of_event % ACCOUNTS;
        let event = AccountUse {
            source: "product".parse()?,
            id: format!("e-{n_of_event}").parse()?,
            account: AccountRef::Domain(format!("c{account}.example").parse()?),
            used: vec![Use::new(kind, 1, Some(at), now)],
            received_at: now,
        };
        let start = Instant::now();
        changed += u32::from(accounts[account as usize].add(&event));
        took += start.elapsed();
    }
    let mut largest = 0;
    for usage in &accounts {
        largest = largest.max(usage.to_message()?.len());
    }
    let entries = accounts.iter().map(AccountUsage::entries).max().unwrap_or_default();
    println!(
        "{EVENTS} events of {ACCOUNTS} accounts folded in {took:.2?}, {:.0} a second; {changed} changed something; at most \
         {entries} entries and {largest} bytes an account",
        f64::from(EVENTS) / took.as_secs_f64()
    );
    Ok(())
}
