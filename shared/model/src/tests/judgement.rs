//! Studies from end to end.

use jiff::SignedDuration;

use super::options;
use crate::artifact::Artifact;
use crate::audit::{Finding, Severity};
use crate::gate::{Incumbent, Proof};
use crate::learners::LearnerKind;
use crate::report::{Origin, StudyVerdict};
use crate::rows::TrainingRow;
use crate::simulate::{Simulator, lineage, specs};
use crate::study::{Options, Study, study};
use crate::table::Deals;

fn run(rows: &[TrainingRow], champion: Option<&Artifact>) -> Study {
    let options = Options { origin: Origin::File, champion, ..options() };
    study(&Deals::from_rows(&specs(), rows), &lineage(), options).unwrap()
}

#[test]
fn a_first_model_must_beat_the_base_rate() {
    let study = run(&Simulator::new(31).deals(600, -0.5, 0.0), None);
    let report = &study.report;
    let StudyVerdict::Publish { learner, .. } = report.verdict else { panic!("{:?}", report.verdict) };
    assert_eq!(learner, LearnerKind::Blend);
    let trained = study.trained.unwrap();
    assert_eq!(trained.artifact.lineage().learner, learner);
    let gate = report.gate.as_ref().unwrap();
    assert_eq!((gate.incumbent, gate.deals), (Incumbent::BaseRate, 300), "the younger half judges");
    assert!(report.learners.iter().all(|l| l.metrics.is_some()));
    assert_eq!(report.importance.len(), 6);
    let judged = report.judged.as_ref().unwrap();
    assert_eq!(judged.reliability.iter().map(|b| b.deals).sum::<usize>(), 300);
    assert_eq!(judged.distribution.iter().map(|b| b.won + b.lost).sum::<usize>(), 300);
    let json = serde_json::to_string(report).unwrap();
    assert_eq!(&serde_json::from_str::<crate::report::StudyReport>(&json).unwrap(), report);
}

#[test]
fn chance_gives_at_most_a_model_that_says_next_to_nothing() {
    let mut rows = Simulator::new(32).deals(400, 0.0, 0.0);
    for (i, row) in rows.iter_mut().enumerate() {
        row.won = i * i % 7 < 3;
    }
    let study = run(&rows, None);
    let Some(trained) = study.trained else { return };
    let won = f64::from(u32::try_from(rows.iter().filter(|row| row.won).count()).unwrap()) / 400.0;
    let said = |row: &TrainingRow| trained.artifact.predict(&row.features).unwrap().probability;
    let far = rows.iter().filter(|row| (said(row) - won).abs() > 0.1).count();
    assert!(far < 20, "{far} of 400 leads are told apart by chance: {:?}", study.report.verdict);
}

#[test]
fn too_few_deals_are_told_how_many_more() {
    let study = run(&Simulator::new(33).deals(40, 0.0, 0.0), None);
    let StudyVerdict::Refuse { because } = study.report.verdict else { panic!() };
    assert!(because.contains("at least 10 more closed"), "{because}");
}

/// From fifty deals on a model is possible, if it shows itself to be better.
#[test]
fn fifty_deals_with_a_clear_pattern_carry_a_first_model() {
    let mut rows = Simulator::new(37).deals(60, 0.0, 0.0);
    for row in &mut rows {
        row.won = row.features.number("industry_fit") > Some(40.0);
    }
    // Not so clear that it looks like a leak.
    for row in rows.iter_mut().step_by(9) {
        row.won = !row.won;
    }
    let study = run(&rows, None);
    let gate = study.report.gate.as_ref().unwrap();
    assert_eq!(gate.deals, 30, "the younger half judges");
    assert!(study.trained.is_some(), "{:?}", study.report.verdict);
    let few = run(&Simulator::new(38).deals(60, 0.0, 0.0)[..55], None);
    assert_eq!(few.report.gate.unwrap().deals, 28);
}

#[test]
fn a_champion_stays_without_news_and_is_refreshed_with_it() {
    let rows = Simulator::new(34).deals(900, -0.5, 0.0);
    let champion = run(&rows[..700], None).trained.unwrap().artifact;
    let same = run(&rows[..700], Some(&champion));
    assert!(
        matches!(&same.report.verdict, StudyVerdict::Keep { because } if because.contains("no deal has come"))
    );
    let few = run(&rows[..710], Some(&champion));
    assert!(matches!(&few.report.verdict, StudyVerdict::Keep { because } if because.contains("are needed")));
    let study = run(&rows, Some(&champion));
    assert!(study.trained.is_some(), "{:?}", study.report.verdict);
    let gate = study.report.gate.unwrap();
    assert_eq!((gate.incumbent, gate.deals), (Incumbent::Champion, 180));
    let blend = gate.challengers.iter().find(|c| c.learner == LearnerKind::Blend).unwrap();
    assert_eq!(blend.proof, Proof::NotWorse);
    assert!(blend.gain.abs() < 0.02, "{blend:?}");
}

/// A company brings its history in parts, or after it has tried the sample: the champion knows none of these deals, and
/// has learnt from newer ones.
#[test]
fn a_champion_that_learnt_from_other_deals_is_held_against_these() {
    let mut others = Simulator::new(41).deals(900, -0.5, 0.0);
    for row in &mut others {
        row.closed_at += SignedDuration::from_hours(24 * 2000);
        row.won = row.features.number("visits").is_some_and(|grade| grade > 40.0);
    }
    // Not so clear that it looks like a leak.
    for row in others.iter_mut().step_by(4) {
        row.won = !row.won;
    }
    let champion = run(&others, None).trained.unwrap().artifact;
    let own = Simulator::new(42).deals(300, -0.5, 0.0);
    let study = run(&own, Some(&champion));
    let gate = study.report.gate.as_ref().unwrap_or_else(|| panic!("{:?}", study.report.verdict));
    assert_eq!((gate.incumbent, gate.deals), (Incumbent::Champion, 150), "the younger half judges");
    assert!(
        study.report.notes.iter().any(|note| note.contains("older deals have been brought")),
        "{:?}",
        study.report.notes
    );
    assert!(study.trained.is_some(), "{:?}", study.report.verdict);
    let all: Vec<TrainingRow> = own.into_iter().chain(others).collect();
    let both = run(&all, Some(&champion)).report;
    assert_eq!(both.gate.unwrap().deals, 150, "what was brought, every second of it");
    assert!(matches!(both.verdict, StudyVerdict::Publish { .. }), "{:?}", both.verdict);
}

/// Only the share won has changed, and all of a sudden: the champion's weights are still right, its intercept is not.
#[test]
fn a_champion_whose_market_moved_gets_a_new_intercept() {
    let rows = Simulator::new(35).deals(1520, -1.5, 0.0);
    let mut later = Simulator::new(36).deals(380, 1.5, 0.0);
    for row in &mut later {
        row.closed_at += SignedDuration::from_hours(24 * 1520);
    }
    let champion = run(&rows, None).trained.unwrap().artifact;
    let all: Vec<TrainingRow> = rows.into_iter().chain(later).collect();
    let study = run(&all, Some(&champion));
    let StudyVerdict::Publish { learner, because } = &study.report.verdict else {
        panic!("{:?}", study.report.verdict)
    };
    assert_eq!(*learner, LearnerKind::ChampionShifted, "{because}");
    let shifted = study.trained.unwrap().artifact;
    let lead = &all[1500].features;
    let (before, after) = (champion.predict(lead).unwrap(), shifted.predict(lead).unwrap());
    assert!(after.margin - before.margin > 1.5, "{} {}", before.margin, after.margin);
    assert!((after.score.value() - before.score.value()).abs() < 1e-9, "the order of leads is the same");
    assert_eq!(shifted.lineage().last_closed_at, Some(all[1899].closed_at));
    let interval = after.interval.unwrap();
    assert!(interval.to - interval.from < 0.35, "made anew from fresh outcomes: {interval:?}");
    let judged = study.report.judged.as_ref().unwrap();
    let lowest = judged.distribution[..10].iter().map(|bin| bin.won + bin.lost).sum::<usize>();
    assert!((120..260).contains(&lowest), "about half of the leads are below the middle: {lowest}");
}

/// A run told of one column only, and the next was found in the next run.
#[test]
fn all_that_stops_a_run_is_told_at_once() {
    let found = |name: &str| Finding {
        severity: Severity::Red,
        feature: Some(name.to_owned()),
        what: format!("`{name}` is later than the decision"),
        remedy: "leave it out".to_owned(),
    };
    let found = vec![found("entered_won"), found("entered_lost")];
    let options = Options { origin: Origin::File, found, ..options() };
    let rows = Simulator::new(31).deals(200, -0.5, 0.0);
    let study = study(&Deals::from_rows(&specs(), &rows), &lineage(), options).unwrap();
    let StudyVerdict::Refuse { because } = &study.report.verdict else {
        panic!("{:?}", study.report.verdict)
    };
    assert!(because.contains("entered_won") && because.contains("entered_lost"), "{because}");
    assert_eq!(study.report.audit.findings[0].severity, Severity::Red, "the gravest first");
}

#[test]
fn the_report_says_which_deals_judged() {
    let few = run(&Simulator::new(31).deals(400, -0.5, 0.0), None).report;
    assert_eq!(few.order, "by close date; judged on the younger half");
    let gate = few.gate.as_ref().unwrap();
    assert_eq!(gate.deals, 200);
    assert!(gate.challengers.iter().all(|c| c.passed == (c.p_value <= c.p_at_most)), "no champion objects");
}
