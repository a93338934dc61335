//! How long 50,000 accounts take to be read, ranked and chosen from, and how far the order holds when intent scores are off.
//!
//! ```text
//! cargo run -p leadlight-outbound --example ranking --release
//! ```

#![expect(clippy::print_stdout, reason = "a measurement prints")]

use std::error::Error;
use std::fmt::Write as _;
use std::time::Instant;

use jiff::Timestamp;
use leadlight_outbound::{Past, Ranking, TargetList, Week, choose, rank};
use leadlight_policy::Policy;

const POLICY: &str = include_str!("../../../infra/policies/default.toml");
const OUTBOUND: &str = "\n[outbound]\nsource = \"outbound-list\"\naccounts_a_week = 100\npeople_per_account = 2\n\
                        accounts_per_group = 1\nagain_after_days = 90\n[outbound.tiers]\nA = 40\n";
const ACCOUNTS: u32 = 50_000;
/// Draws of noise.
const DRAWS: u64 = 20;

/// Numbers that are the same on every machine: `SplitMix64`.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    /// From -1 to 1.
    #[expect(clippy::cast_precision_loss, reason = "a fraction")]
    fn signed(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
    }
}

/// A list as it may come: half of the accounts with intent, a tenth funded, some hiring, gaps everywhere. `noise` moves each
/// intent score by up to that share of itself.
fn list(noise: f64, seed: u64) -> Result<String, std::fmt::Error> {
    const INDUSTRIES: [&str; 8] =
        ["Software", "Fintech", "Maschinenbau", "Healthcare", "Retail", "Logistics", "Education", ""];
    const TOPICS: [&str; 5] = ["lead scoring", "revenue operations", "sales automation", "crm", "gardening"];
    let (mut numbers, mut off) = (Numbers(7), Numbers(seed));
    let mut text = String::from(
        "domain;name;employees;industry;tools;tier;topic;intent score;intent date;funding date;hiring;email\n",
    );
    for n in 0..ACCOUNTS {
        let employees = 1_u64 << numbers.below(15);
        let industry = INDUSTRIES[usize::try_from(numbers.below(8)).unwrap_or_default()];
        let tools = ["Salesforce|Slack", "HubSpot", "", "Zendesk"]
            [usize::try_from(numbers.below(4)).unwrap_or_default()];
        let tier = ["A", "B", "C", ""][usize::try_from(numbers.below(4)).unwrap_or_default()];
        let (topic, score) = if numbers.below(2) == 0 {
            #[expect(clippy::cast_precision_loss, reason = "up to 60")]
            let score = 40.0 + numbers.below(60) as f64;
            let told = (score * (1.0 + noise * off.signed())).clamp(0.0, 100.0);
            (TOPICS[usize::try_from(numbers.below(5)).unwrap_or_default()], format!("{told:.2}"))
        } else {
            ("", String::new())
        };
        let seen_on =
            if topic.is_empty() { String::new() } else { format!("2026-11-{:02}", 1 + numbers.below(29)) };
        let funded = if numbers.below(10) == 0 {
            format!("2026-{:02}-10", 1 + numbers.below(11))
        } else {
            String::new()
        };
        let hiring = if numbers.below(6) == 0 { "sales 2|engineering 5" } else { "" };
        let email = if numbers.below(3) == 0 { format!("p{n}@c{n}.example") } else { String::new() };
        writeln!(
            text,
            "https://www.c{n}.example;Company {n};{employees};{industry};{tools};{tier};{topic};{score};{seen_on};{funded};{hiring};{email}"
        )?;
    }
    Ok(text)
}

/// The place of each account, by its place in the list.
fn places(list: &TargetList, ranking: &Ranking<'_>) -> Vec<Option<usize>> {
    let by_domain: std::collections::HashMap<&str, usize> =
        ranking.ranked.iter().map(|one| (one.target.domain.as_str(), one.rank)).collect();
    list.iter().map(|target| by_domain.get(target.domain.as_str()).copied()).collect()
}

/// Pairs in the same order less those in the other, over all pairs, by merging.
#[expect(clippy::cast_precision_loss, reason = "fewer than 2^53 pairs")]
fn kendall(first: &[Option<usize>], second: &[Option<usize>]) -> f64 {
    let mut both: Vec<(usize, usize)> =
        first.iter().zip(second).filter_map(|(one, other)| Some(((*one)?, (*other)?))).collect();
    both.sort_unstable();
    let mut seconds: Vec<usize> = both.into_iter().map(|(_, second)| second).collect();
    let pairs = seconds.len() as f64 * (seconds.len() as f64 - 1.0) / 2.0;
    1.0 - 2.0 * inversions(&mut seconds) as f64 / pairs
}

fn inversions(numbers: &mut [usize]) -> u64 {
    if numbers.len() < 2 {
        return 0;
    }
    let half = numbers.len() / 2;
    let mut count = inversions(&mut numbers[..half]) + inversions(&mut numbers[half..]);
    let (left, right) = (numbers[..half].to_vec(), numbers[half..].to_vec());
    let (mut l, mut r) = (0, 0);
    for place in numbers.iter_mut() {
        if l < left.len() && (r == right.len() || left[l] <= right[r]) {
            *place = left[l];
            l += 1;
        } else {
            *place = right[r];
            r += 1;
            count += (left.len() - l) as u64;
        }
    }
    count
}

fn main() -> Result<(), Box<dyn Error>> {
    let policy = Policy::parse("policy.toml", &format!("{POLICY}{OUTBOUND}"))?;
    let now: Timestamp = "2026-11-30T09:00:00Z".parse()?;
    let text = list(0.0, 0)?;
    let start = Instant::now();
    let plain = TargetList::parse("targets.csv", &text)?;
    let read = start.elapsed();
    let start = Instant::now();
    let ranking = rank(&plain, &policy, None, now)?;
    let ranked = start.elapsed();
    let start = Instant::now();
    let rules = policy.outbound().ok_or("the policy has an [outbound]")?;
    let choice = choose(&ranking, rules, 100, Week::of(now), &Past::default());
    println!(
        "{} accounts ({} bytes): read in {read:.2?}, ranked in {ranked:.2?}, {} chosen in {:.2?}",
        plain.len(),
        text.len(),
        choice.chosen.len(),
        start.elapsed()
    );
    let (order, top) = (places(&plain, &ranking), 100);
    let (mut tau, mut kept) = (Vec::new(), Vec::new());
    for draw in 1..=DRAWS {
        let noisy = TargetList::parse("targets.csv", &list(0.05, draw)?)?;
        let other = rank(&noisy, &policy, None, now)?;
        let places = places(&noisy, &other);
        tau.push(kendall(&order, &places));
        let is_top = |place: &Option<usize>| place.is_some_and(|place| place <= top);
        kept.push(order.iter().zip(&places).filter(|(one, other)| is_top(one) && is_top(other)).count());
    }
    tau.sort_by(f64::total_cmp);
    kept.sort_unstable();
    println!(
        "intent scores off by up to 5 %, {DRAWS} draws: Kendall's tau {:.4} at the median, {:.4} at least; of the first {top} \
         {} are still among them at the median, {} at least",
        tau[tau.len() / 2],
        tau[0],
        kept[kept.len() / 2],
        kept[0]
    );
    Ok(())
}
