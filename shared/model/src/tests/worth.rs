//! What a vendor's facts add, on deals of which it is known what they would look like without it.

use jiff::SignedDuration;
use leadlight_lead::FeatureVector;

use super::options;
use crate::artifact::Artifact;
use crate::learners::LearnerKind;
use crate::math::log_loss;
use crate::report::{StudyReport, StudyVerdict};
use crate::rows::TrainingRow;
use crate::simulate::{Simulator, lineage, specs};
use crate::study::{Options, Study, study};
use crate::table::Deals;
use crate::worth::{VendorDeals, VendorPart, VendorWorth, worth};

const CENT: u64 = 10_000;

fn deals(rows: &[TrainingRow]) -> Deals {
    Deals::from_rows(&specs(), rows)
}

/// A deal of which one feature is not known.
fn without(row: &TrainingRow, feature: &str) -> TrainingRow {
    let values = row
        .features
        .iter()
        .map(|(name, value)| (name.to_owned(), value.cloned().filter(|_| name != feature)));
    TrainingRow { features: FeatureVector::new(values.collect()).unwrap(), ..row.clone() }
}

/// A vendor that fills one feature, and is asked about every so many deals for a cent.
fn vendor(rows: &[TrainingRow], feature: &str, every: usize) -> VendorDeals {
    let mut vendor = VendorDeals::new(feature, &deals(rows));
    for (place, row) in rows.iter().enumerate().step_by(every) {
        let is_filled = row.features.number(feature).is_some();
        let part = VendorPart { is_filled, is_contested: false, cost_usd_micros: Some(CENT) };
        vendor.push(place, || (without(row, feature), part));
    }
    vendor
}

fn run(rows: &[TrainingRow], champion: Option<&Artifact>, vendors: &[VendorDeals]) -> Study {
    let options = Options { champion, vendors, ..options() };
    study(&deals(rows), &lineage(), options).unwrap()
}

fn two(rows: &[TrainingRow]) -> [VendorDeals; 2] {
    [vendor(rows, "industry_fit", 1), vendor(rows, "visits", 1)]
}

fn is_told_apart(vendors: &[VendorWorth], judges: usize) {
    let [good, idle] = vendors else { panic!("{vendors:?}") };
    assert_eq!((good.provider.as_str(), good.deals, good.filled), ("industry_fit", judges, judges));
    assert!((good.usd_per_lead().unwrap() - 0.01).abs() < 1e-12);
    let (gain, nothing) = (good.gain.unwrap(), idle.gain.unwrap());
    assert!(gain.from > 0.02 && gain.from < gain.mean && gain.mean < gain.to, "{gain:?}");
    assert!(nothing.from < 0.0 && nothing.to < 0.02 && nothing.mean.abs() < 0.01, "{nothing:?}");
    assert!(idle.filled < idle.deals && idle.filled > idle.deals * 8 / 10, "a tenth is not known to it");
}

/// Six hundred deals judge by fits on those before each, twelve hundred by one fit on the older.
#[test]
fn a_first_model_tells_a_vendor_that_helps_from_one_that_does_not() {
    for (seed, deals, judges) in [(31, 600, 300), (43, 1200, 240)] {
        let rows = Simulator::new(seed).deals(deals, -0.5, 0.0);
        let study = run(&rows, None, &two(&rows));
        assert!(study.trained.is_some(), "{:?}", study.report.verdict);
        is_told_apart(&study.report.vendors, judges);
        let json = serde_json::to_string(&study.report).unwrap();
        assert_eq!(serde_json::from_str::<StudyReport>(&json).unwrap(), study.report);
    }
}

/// What a vendor is said to add does not change what is published.
#[test]
fn vendors_have_no_say_in_the_model() {
    let rows = Simulator::new(31).deals(600, -0.5, 0.0);
    let (with, plain) = (run(&rows, None, &two(&rows)), run(&rows, None, &[]));
    assert_eq!(with.trained, plain.trained);
    assert_eq!(StudyReport { vendors: Vec::new(), ..with.report }, plain.report);
}

#[test]
fn a_champion_that_stays_is_asked_about_deals_that_it_has_not_learnt_from() {
    let rows = Simulator::new(34).deals(900, -0.5, 0.0);
    let champion = run(&rows[..700], None, &[]).trained.unwrap().artifact;
    let vendors = [vendor(&rows, "industry_fit", 2)];
    let worths = worth(&champion, &deals(&rows), &vendors).unwrap();
    let found = &worths[0];
    assert_eq!((found.deals, found.priced, found.cost_usd_micros), (100, 100, 100 * CENT));
    // With the best of all intercepts, as a fine search finds it.
    let loss = |look: &dyn Fn(&TrainingRow) -> TrainingRow| {
        let unseen: Vec<TrainingRow> = rows[700..].iter().step_by(2).map(look).collect();
        let margins: Vec<_> =
            unseen.iter().map(|row| (champion.voice(None).margin(&row.features).unwrap(), row.won)).collect();
        let shifted = |by: i32| {
            let losses = margins.iter().map(|(margin, won)| log_loss(margin + f64::from(by) / 1e3, *won));
            losses.sum::<f64>() / 100.0
        };
        (-3000..3000).map(shifted).min_by(f64::total_cmp).unwrap()
    };
    let mean = loss(&|row| without(row, "industry_fit")) - loss(&Clone::clone);
    assert!((found.gain.unwrap().mean - mean).abs() < 1e-6, "{found:?} {mean}");
}

#[test]
fn a_champion_with_a_new_intercept_is_asked_with_it() {
    let rows = Simulator::new(35).deals(1520, -1.5, 0.0);
    let mut later = Simulator::new(36).deals(380, 1.5, 0.0);
    for row in &mut later {
        row.closed_at += SignedDuration::from_hours(24 * 1520);
    }
    let champion = run(&rows, None, &[]).trained.unwrap().artifact;
    let all: Vec<TrainingRow> = rows.into_iter().chain(later).collect();
    let study = run(&all, Some(&champion), &two(&all));
    let StudyVerdict::Publish { learner, .. } = study.report.verdict else { panic!() };
    assert_eq!(learner, LearnerKind::ChampionShifted);
    is_told_apart(&study.report.vendors, 380);
}

#[test]
fn few_deals_or_few_accounts_say_nothing() {
    let mut rows = Simulator::new(34).deals(900, -0.5, 0.0);
    let champion = run(&rows[..700], None, &[]).trained.unwrap().artifact;
    let found = |rows: &[TrainingRow], every: usize| {
        worth(&champion, &deals(rows), &[vendor(rows, "industry_fit", every)]).unwrap().remove(0)
    };
    assert_eq!((found(&rows, 7).deals, found(&rows, 7).gain), (29, None));
    assert!(found(&rows, 6).gain.is_some_and(|gain| gain.from < gain.to), "33 of 33 accounts");
    for (place, row) in rows.iter_mut().enumerate() {
        row.account = Some(format!("a{}.example", place % 9));
    }
    assert_eq!(found(&rows, 1).gain, None, "nine accounts");
    assert_eq!(found(&rows, 1).deals, 200);
}

/// A vendor that is only asked where another fails may be asked often and know little.
#[test]
fn deals_without_its_facts_are_no_evidence_for_a_vendor() {
    let rows = Simulator::new(34).deals(900, -0.5, 0.0);
    let champion = run(&rows[..700], None, &[]).trained.unwrap().artifact;
    let mut vendor = VendorDeals::new("last-resort", &deals(&rows));
    for (place, row) in rows.iter().enumerate() {
        let is_filled = place % 10 == 0;
        let seen = if is_filled { without(row, "industry_fit") } else { row.clone() };
        let cost = (place % 2 == 0).then_some(CENT);
        let part = VendorPart { is_filled, is_contested: place % 20 == 0, cost_usd_micros: cost };
        vendor.push(place, || (seen, part));
    }
    let found = worth(&champion, &deals(&rows), &[vendor]).unwrap().remove(0);
    assert_eq!((found.deals, found.filled, found.contested, found.gain), (200, 20, 10, None));
    assert_eq!((found.priced, found.usd_per_lead()), (100, Some(0.01)));
}

#[test]
fn every_second_deal_takes_its_twin_along() {
    let rows = Simulator::new(34).deals(300, -0.5, 0.0);
    let mut vendor = vendor(&rows, "industry_fit", 3);
    vendor.every_second();
    let half = deals(&rows).every_second();
    let places = vendor.among(&(0..half.len()).collect::<Vec<_>>());
    assert_eq!((vendor.len(), places.len()), (50, 50));
    for (row, place) in places {
        assert_eq!(half.closed_at(row), vendor.without().closed_at(place));
        assert_eq!(half.closed_at(row).unwrap(), rows[row * 2].closed_at);
    }
}

#[test]
fn of_very_many_deals_evenly_spaced_ones_stay() {
    let row = Simulator::new(34).deals(1, 0.0, 0.0).remove(0);
    let mut vendor = VendorDeals::new("busy", &deals(&[]));
    let part = VendorPart { is_filled: true, is_contested: false, cost_usd_micros: None };
    (0..120_000).for_each(|place| vendor.push(place, || (row.clone(), part)));
    assert_eq!(vendor.len(), 30_000);
    assert_eq!(vendor.among(&[0, 4, 6, 119_996]), [(0, 0), (1, 1), (3, 29_999)]);
}
