//! What stops a run, what is pointed at, and what is let pass.

use leadlight_lead::CriterionGroup;

use super::*;
use crate::feature::{FeatureKind, FeatureSpec};
use crate::table::Order;

/// A column: its name, its kind, and the cell of each deal.
type Column<'a> = (&'a str, FeatureKind, &'a dyn Fn(usize) -> String);

fn deals(columns: &[Column<'_>], n: usize) -> Deals {
    let spec = |(name, kind, _): &Column<'_>| FeatureSpec {
        name: (*name).to_owned(),
        group: CriterionGroup::Other,
        factor: (*name).to_owned(),
        kind: *kind,
        monotone: None,
        rule: None,
        prior: None,
    };
    let mut deals = Deals::new(columns.iter().map(spec).collect());
    deals.order = Order::AsGiven;
    for i in 0..n {
        for ((_, kind, value), column) in columns.iter().zip(&mut deals.columns) {
            column.push(&kind.read(&value(i), crate::CellFormat::default(), None).unwrap());
        }
        deals.won.push(won(i));
        deals.accounts.push(None);
    }
    deals
}

fn won(i: usize) -> bool {
    i * 7 % 10 < 3
}

fn findings(name: &str, kind: FeatureKind, value: &dyn Fn(usize) -> String) -> Vec<Severity> {
    let deals =
        deals(&[(name, kind, value), ("plain", FeatureKind::Number, &|i| (i * 13 % 101).to_string())], 200);
    let rows: Vec<usize> = (0..200).collect();
    let found = audit(&deals, &rows);
    found.findings.iter().filter(|f| f.feature.as_deref() == Some(name)).map(|f| f.severity).collect()
}

#[test]
fn what_gives_the_outcome_away_is_red() {
    let outcome = |i: usize| if won(i) { "closing" } else { "dropped" }.to_owned();
    assert_eq!(findings("status", FeatureKind::Category, &outcome), [Severity::Red]);
    let amount = |i: usize| if won(i) { (1000 + i).to_string() } else { "0".to_owned() };
    assert_eq!(findings("arr", FeatureKind::Number, &amount), [Severity::Red]);
    let filled = |i: usize| if won(i) { "x".to_owned() } else { String::new() };
    assert_eq!(findings("signed_by", FeatureKind::Category, &filled), [Severity::Red]);
}

/// One won and one lost deal that differ say nothing of all the others.
#[test]
fn a_value_that_few_deals_have_proves_nothing() {
    let size = |known: usize| {
        move |i: usize| {
            if i < known { (1000 * usize::from(won(i)) + i % 7).to_string() } else { String::new() }
        }
    };
    assert_eq!(findings("size", FeatureKind::Number, &size(10)), [Severity::Note], "known in 5 %");
    assert_eq!(findings("size", FeatureKind::Number, &size(58)), [Severity::Amber]);
    assert_eq!(findings("size", FeatureKind::Number, &size(100)), [Severity::Red]);
}

#[test]
fn names_and_gaps_are_pointed_at() {
    let noise = |i: usize| (i * 31 % 97).to_string();
    assert_eq!(findings("visits", FeatureKind::Number, &noise), []);
    assert_eq!(findings("callDuration", FeatureKind::Number, &noise), [Severity::Amber]);
    assert_eq!(findings("marital", FeatureKind::Number, &noise), [Severity::Amber]);
    assert_eq!(findings("Postal Code", FeatureKind::Number, &noise), [Severity::Amber]);
    let address = |i: usize| if i * 31 % 97 < 40 { "Mr." } else { "Ms." }.to_owned();
    assert_eq!(findings("Form", FeatureKind::Category, &address), [Severity::Amber], "by its values");
    assert_eq!(findings("page", FeatureKind::Number, &noise), [], "a page is no age");
    let sparse = |i: usize| if i.is_multiple_of(11) { i.to_string() } else { String::new() };
    assert_eq!(findings("score_of_partner", FeatureKind::Number, &sparse), [Severity::Note]);
}

#[test]
fn a_categorys_auc_is_that_of_its_win_rates() {
    // Two values, won in 7 and in 3 of 10: a won deal outranks a lost one in .7 · .7 + (.7 · .3 + .3 · .7) / 2.
    let value = |i: usize| if i.is_multiple_of(2) { "a" } else { "b" }.to_owned();
    let mut deals = deals(&[("x", FeatureKind::Category, &value)], 2000);
    deals.won = (0..2000_usize).map(|i| (i / 2) % 10 < if i.is_multiple_of(2) { 7 } else { 3 }).collect();
    let found = audit(&deals, &(0..2000).collect::<Vec<_>>());
    assert!((found.fill[0].auc.unwrap() - 0.7).abs() < 0.002, "{:?}", found.fill[0].auc);
}

/// Each value seen once: it tells nothing, though each went with one outcome only.
#[test]
fn rare_values_prove_nothing() {
    assert_eq!(findings("company", FeatureKind::Category, &|i| format!("company {i}")), []);
}

#[test]
fn repetitions_and_contradictions_are_counted() {
    let deals = deals(&[("x", FeatureKind::Number, &|i| (i % 5).to_string())], 200);
    let found = audit(&deals, &(0..200).collect::<Vec<_>>());
    let of_all = found.findings.iter().filter(|f| f.feature.is_none());
    let whats: Vec<&str> = of_all.map(|f| f.what.as_str()).collect();
    assert_eq!(whats.len(), 2, "{whats:?}");
}

/// Their AUC as a whole stays under what is too good.
#[test]
fn values_that_always_win_are_red_whatever_the_rest_tells() {
    let tags = |i: usize| match (won(i), i % 3) {
        (true, 0 | 1) => "Enrolled by phone",
        (_, 2) => "Busy",
        _ => "No answer",
    };
    let category = |i: usize| tags(i).to_owned();
    assert_eq!(findings("Tags", FeatureKind::Category, &category), [Severity::Red]);
    let several = |i: usize| format!("{};spring", tags(i));
    assert_eq!(findings("Tags", FeatureKind::Tags { separator: ';' }, &several), [Severity::Red]);
    let signed = |i: usize| if won(i) && i % 3 < 2 { "yes" } else { "no" }.to_owned();
    assert_eq!(findings("signed", FeatureKind::Boolean, &signed), [Severity::Red]);
    let end = |i: usize| if won(i) && i % 3 < 2 { (500 + i).to_string() } else { (i * 31 % 499).to_string() };
    assert_eq!(findings("minutes", FeatureKind::Number, &end), [Severity::Red]);
}

/// Some leads are never bought: that may be known before.
#[test]
fn values_that_always_lose_are_amber() {
    let kind = |i: usize| if !won(i) && i.is_multiple_of(3) { "Student" } else { "Company" }.to_owned();
    assert_eq!(findings("kind", FeatureKind::Category, &kind), [Severity::Amber]);
}

/// A strong feature is none that gives the outcome away.
#[test]
fn values_that_nearly_always_win_are_no_leak() {
    let strong =
        |i: usize| if won(i) == i.is_multiple_of(9) { "read a page" } else { "asked for a demo" }.to_owned();
    assert!(!findings("last_touch", FeatureKind::Category, &strong).contains(&Severity::Red));
}
