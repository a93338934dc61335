use leadlight_lead::CriterionGroup;

use super::*;
use crate::feature::FeatureKind;
use crate::table::Order;

fn spec(kind: FeatureKind) -> FeatureSpec {
    FeatureSpec {
        name: "x".to_owned(),
        group: CriterionGroup::Icp,
        factor: "X".to_owned(),
        kind,
        monotone: None,
        rule: None,
        prior: None,
    }
}

fn deals(kind: FeatureKind, cells: &[(&str, bool)]) -> Deals {
    let mut deals = Deals::new(vec![spec(kind)]);
    deals.order = Order::AsGiven;
    for (text, won) in cells {
        deals.columns[0].push(&kind.read(text, crate::CellFormat::default(), None).unwrap());
        deals.won.push(*won);
        deals.accounts.push(None);
    }
    deals
}

fn fit(deals: &Deals) -> FittedEncoder {
    Encoder::fit(deals, &(0..deals.len()).collect::<Vec<_>>()).unwrap()
}

fn close(a: &[f32], b: &[f64]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| (f64::from(*a) - b).abs() < 1e-6)
}

#[test]
fn values_are_filled_and_standardised_and_gaps_flagged() {
    // Median 2; filled 1, 2, 3, 2: mean 2, variance 1/2. A quarter is missing.
    let fitted = fit(&deals(FeatureKind::Number, &[("1", true), ("2", true), ("3", true), ("", true)]));
    let root = 2.0_f64.sqrt();
    let expected = [[-root, -0.25], [0.0, -0.25], [root, -0.25], [0.0, 0.75]];
    for (row, expected) in fitted.matrix.iter().zip(expected) {
        assert!(close(row, &expected), "{row:?}");
    }
    assert_eq!(fitted.encoder.width(), 2);
}

#[test]
fn there_is_no_flag_where_nothing_was_missing() {
    let fitted = fit(&deals(FeatureKind::Number, &[("0", true), ("4", true)]));
    let row = fitted.encoder.encode(|_| Cell::Unknown).unwrap();
    assert!(close(&row, &[0.0]), "the median stands in: {row:?}");
}

#[test]
fn frequent_values_have_flags_and_new_ones_are_others() {
    let mut cells = vec![("a", true); 30];
    cells.extend(vec![("b", false); 25]);
    cells.extend([("c", true), ("d", false), ("", false), ("", true), ("e", true)]);
    let fitted = fit(&deals(FeatureKind::Category, &cells));
    let of = |value: &str| {
        let cell = if value.is_empty() { Cell::Unknown } else { Cell::Category(value) };
        fitted.encoder.encode(|_| cell.clone()).unwrap()
    };
    let means = [30.0 / 60.0, 25.0 / 60.0, 3.0 / 60.0, 2.0 / 60.0];
    for (value, set) in [("a", 0), ("b", 1), ("c", 2), ("never seen", 2), ("", 3)] {
        let expected: Vec<f64> =
            means.iter().enumerate().map(|(at, mean)| if at == set { 1.0 } else { 0.0 } - mean).collect();
        assert!(close(&of(value), &expected), "{value}: {:?}", of(value));
    }
}

/// A value of each deal's own: without folds its rate would give the outcome away.
#[test]
fn rates_tell_of_other_deals_only() {
    let names: Vec<String> = (0..400).map(|i| format!("v{}", i % 40)).collect();
    let cells: Vec<(&str, bool)> = names.iter().enumerate().map(|(i, n)| (n.as_str(), i % 3 == 0)).collect();
    let deals = deals(FeatureKind::Category, &cells);
    let fitted = fit(&deals);
    assert_eq!(fitted.encoder.width(), 1, "ten deals a value: rates alone");
    let (mut won, mut lost) = (Vec::new(), Vec::new());
    for (row, is_won) in fitted.matrix.iter().zip(&deals.won) {
        if *is_won { &mut won } else { &mut lost }.push(f64::from(row[0]));
    }
    let mean = |x: &[f64]| x.iter().sum::<f64>() / crate::math::count(x.len());
    assert!(mean(&won) <= mean(&lost), "own wins must not show: {} {}", mean(&won), mean(&lost));
    // To score, all that is known of a value counts.
    let all = fitted.encoder.encode(|_| Cell::Category("v7")).unwrap();
    assert!(fitted.matrix.row(7) != all.as_slice());
}

#[test]
fn tags_are_flagged_and_counted() {
    let kind = FeatureKind::Tags { separator: ';' };
    let mut cells = vec![("crm;chat", true); 30];
    cells.extend(vec![("crm", false); 30]);
    cells.extend(vec![("", false); 40]);
    let fitted = fit(&deals(kind, &cells));
    // chat, crm, number, missing.
    assert_eq!(fitted.encoder.width(), 3, "all who are known have a crm, which tells nothing");
    let row = fitted
        .encoder
        .encode(|_| kind.read("chat;other", crate::CellFormat::default(), None).unwrap())
        .unwrap();
    assert!(close(&row, &[0.7, 1.0, -0.4]), "{row:?}");
    let unknown = fitted.encoder.encode(|_| Cell::Unknown).unwrap();
    assert!(close(&unknown, &[-0.3, 0.0, 0.6]), "{unknown:?}");
}

#[test]
fn training_and_scoring_encode_alike() {
    let names: Vec<String> = (0..300).map(|i| format!("v{}", (i * i) % 17)).collect();
    let cells: Vec<(&str, bool)> = names.iter().enumerate().map(|(i, n)| (n.as_str(), i % 2 == 0)).collect();
    let deals = deals(FeatureKind::Category, &cells);
    let encoder = fit(&deals).encoder;
    let rows: Vec<usize> = (0..deals.len()).collect();
    let matrix = encoder.encode_rows(&deals, &rows).unwrap();
    for row in rows {
        assert_eq!(matrix.row(row), encoder.encode(|_| deals.columns[0].get(row)).unwrap());
    }
}
