use leadlight_lead::{Deal, OutcomeResult};

use super::*;
use crate::read_deals;

fn history() -> Vec<Deal> {
    read_deals("deals.csv", HISTORY_CSV).unwrap()
}

#[expect(clippy::cast_precision_loss, reason = "counts of deals")]
fn share(deals: &[&Deal], holds: impl Fn(&Deal) -> bool) -> f64 {
    deals.iter().filter(|deal| holds(deal)).count() as f64 / deals.len() as f64
}

fn won(deal: &Deal) -> bool {
    deal.outcome.result == OutcomeResult::Won
}

#[test]
fn the_committed_file_is_what_the_generator_gives() {
    let generated = generate(SEED, DEALS);
    let differs =
        generated.lines().zip(String::from_utf8_lossy(HISTORY_CSV).lines()).position(|(a, b)| a != b);
    assert_eq!(differs, None, "first other line; run `cargo run -p leadlight-events --example regenerate`");
    assert!(generated.as_bytes() == HISTORY_CSV);
}

#[test]
fn another_seed_gives_another_history_of_the_wanted_length() {
    let other = generate(SEED + 1, 100);
    assert_eq!(read_deals("other.csv", other.as_bytes()).unwrap().len(), 100);
    assert_ne!(other, generate(SEED, 100));
}

#[test]
fn the_history_is_two_years_of_closed_deals_of_which_a_quarter_is_won() {
    let deals = history();
    assert_eq!(deals.len(), DEALS);
    let reference: Timestamp = REFERENCE.parse().unwrap();
    let oldest = reference.duration_since(deals[0].created_at()).as_hours() / 24;
    assert!((700..=730).contains(&oldest), "{oldest} days");
    assert!(deals.iter().all(|deal| deal.outcome.closed_at <= reference));
    let won_share = share(&deals.iter().collect::<Vec<_>>(), won);
    assert!((0.22..0.29).contains(&won_share), "{won_share}");
}

#[test]
fn fit_and_need_show_in_the_outcomes() {
    let deals = history();
    let rate = |filter: &dyn Fn(&Deal) -> bool| {
        let some: Vec<&Deal> = deals.iter().filter(|deal| filter(deal)).collect();
        assert!(some.len() >= 40, "only {} deals", some.len());
        share(&some, won)
    };
    let industry = |deal: &Deal, names: &[&str]| {
        deal.enrichment.company.industry.as_ref().is_some_and(|fact| names.contains(&fact.value.as_str()))
    };
    let software = rate(&|deal| industry(deal, &["software", "fintech"]));
    let distant = rate(&|deal| industry(deal, &["education", "government", "agriculture"]));
    assert!(software > 2.0 * distant, "{software} against {distant}");
    let asked = |deal: &Deal| {
        let kind = leadlight_lead::ActivityKind::DemoRequest;
        deal.submitted.event.activity.iter().any(|activity| activity.kind == kind)
    };
    assert!(rate(&asked) > rate(&|deal| !asked(deal)) + 0.1);
    // The interaction: a stack helps where the product is at home, and hardly elsewhere.
    let stacked =
        |deal: &Deal| {
            deal.enrichment.company.technologies.as_ref().is_some_and(|fact| {
                fact.value.iter().any(|tool| tool == "salesforce") && fact.value.len() > 3
            })
        };
    let lift = |home: bool| {
        let there = |deal: &Deal| industry(deal, &["software", "fintech"]) == home;
        rate(&|deal| there(deal) && stacked(deal)) - rate(&|deal| there(deal) && !stacked(deal))
    };
    assert!(lift(true) > lift(false) + 0.05, "{} against {}", lift(true), lift(false));
}

#[test]
fn gaps_are_not_at_random_and_large_companies_take_longer() {
    let deals = history();
    let of_size = |range: std::ops::Range<u32>| -> Vec<&Deal> {
        let size = |deal: &Deal| deal.enrichment.company.employees.as_ref().map(|fact| fact.value.typical());
        deals.iter().filter(|deal| size(deal).is_some_and(|size| range.contains(&size))).collect()
    };
    let (small, large) = (of_size(0..100), of_size(1000..u32::MAX));
    let no_intent = |deal: &Deal| deal.enrichment.company.intent.is_none();
    assert!(share(&small, no_intent) > share(&large, no_intent) + 0.1);
    let slow = |deal: &Deal| deal.outcome.closed_at.duration_since(deal.created_at()).as_hours() > 24 * 50;
    assert!(share(&large, slow) > share(&small, slow) + 0.4);
}

#[test]
fn a_moved_history_keeps_everything_but_its_days() {
    let now: Timestamp = "2027-06-03T07:15:00Z".parse().unwrap();
    let moved = read_deals("moved.csv", &rebased_history(HISTORY_CSV, now)).unwrap();
    let by = SignedDuration::from_hours(24 * 194);
    for (before, after) in history().iter().zip(&moved) {
        assert_eq!(after.created_at().duration_since(before.created_at()), by);
        assert_eq!(after.outcome.closed_at.duration_since(before.outcome.closed_at), by);
        assert!(after.outcome.closed_at <= now);
        let ages = |deal: &Deal| -> Vec<_> {
            let events = deal.submitted.event.activity.iter().map(|activity| activity.at);
            let intent = deal.enrichment.company.intent.iter().map(|fact| fact.value.observed_at);
            events.chain(intent).map(|at| deal.created_at().duration_since(at)).collect()
        };
        assert_eq!(ages(before), ages(after));
        assert_eq!(before.id(), after.id());
        assert_eq!(before.outcome.amount_usd, after.outcome.amount_usd);
    }
    assert_eq!(moved.len(), DEALS);
}

#[test]
fn the_same_day_and_files_that_do_not_read_come_back_unchanged() {
    let at = |text: &str| text.parse::<Timestamp>().unwrap();
    assert_eq!(rebased_history(HISTORY_CSV, at("2026-11-21T11:59:00Z")), HISTORY_CSV);
    let broken = b"deal_id,created_at\nD-1,soon\n";
    assert_eq!(rebased_history(broken, at("2027-01-01T00:00:00Z")), broken);
    // Before the reference instant too, no deal may close in the future.
    let earlier = at("2026-11-19T13:00:00Z");
    let moved = read_deals("moved.csv", &rebased_history(HISTORY_CSV, earlier)).unwrap();
    assert!(moved.iter().all(|deal| deal.outcome.closed_at <= earlier));
}
