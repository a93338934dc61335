//! What a look back finds: who decided, when, and what is answered for.

use jiff::{SignedDuration, Timestamp};
use leadlight_lead::{ModelHash, PolicyHash};

use crate::decisions::{Decided, Decisions, Look, ScoredBy};
use crate::simulate::Simulator;
use crate::verdict::BandVerdict;

const DAY: SignedDuration = SignedDuration::from_hours(24);

fn model(name: &str) -> ScoredBy {
    ScoredBy::Model { hash: ModelHash::of(name.as_bytes()) }
}

fn now() -> Timestamp {
    "2026-12-01T00:00:00Z".parse().unwrap()
}

fn look(in_force: &str) -> Look {
    Look { now: now(), maturity: DAY * 60, in_force: model(in_force), answered: None }
}

/// What leads with a score of 0 to 100 are told, and what they win.
fn honest(score: f64) -> f64 {
    0.02 + score / 160.0
}

/// So many deals decided evenly between two ages in days; what was said holds unless they have fallen.
fn add(all: &mut Decisions, by: &ScoredBy, (from, to): (i32, i32), n: i32, fell: bool) {
    let mut random = Simulator::new(u64::from(n.unsigned_abs()));
    for i in 0..n {
        let score = 100.0 * random.uniform();
        let chance = if fell { 0.3 } else { honest(score) };
        let age = DAY * from - DAY * (from - to) * i / n;
        all.push(Decided {
            by: by.clone(),
            score,
            probability: matches!(by, ScoredBy::Model { .. }).then(|| honest(score)),
            won: random.uniform() < chance,
            as_of: now() - age,
            account: None,
            motion: "inbound",
        });
    }
}

#[test]
fn a_fresh_fall_is_not_diluted_by_a_long_good_history() {
    let mut all = Decisions::default();
    add(&mut all, &model("now"), (900, 152), 4_000, false);
    add(&mut all, &model("now"), (149, 61), 300, true);
    let found = all.look_back(&look("now"));
    assert_eq!(found.recent.review.deals, 300);
    assert_eq!(found.recent.review.verdict, BandVerdict::NotDiscriminating);
    let fall = found.fall.unwrap();
    assert!(fall.because.contains("were given"), "{fall:?}");
    assert_eq!(fall.window.until, now() - DAY * 60);
    assert_eq!(all.whole().verdict, BandVerdict::Miscalibrated, "all in one pot hide it: the top still wins");
}

#[test]
fn a_fall_that_a_new_model_has_answered_is_history() {
    let mut all = Decisions::default();
    add(&mut all, &model("before"), (400, 100), 900, true);
    let found = all.look_back(&look("now"));
    assert_eq!(found.fall, None);
    assert_eq!(found.recent.review.verdict, BandVerdict::InsufficientData);
    let [before] = &found.earlier[..] else { panic!("{:?}", found.earlier) };
    assert_eq!((&before.by, before.all.review.deals), (&model("before"), 900));
    assert_eq!(before.all.review.verdict, BandVerdict::NotDiscriminating);
    // The new one is right, however wrong the old one was.
    add(&mut all, &model("now"), (99, 61), 250, false);
    let found = all.look_back(&look("now"));
    assert_eq!((found.recent.review.verdict, found.fall), (BandVerdict::Working, None));
}

/// A run saw it and trained, but nothing better came out: it waits for news, and the page still says how things are.
#[test]
fn a_fall_is_answered_once() {
    let mut all = Decisions::default();
    add(&mut all, &model("now"), (150, 61), 300, true);
    let first = all.look_back(&look("now"));
    let until = first.fall.unwrap().window.until;
    let again = all.look_back(&Look { answered: Some(until), ..look("now") });
    assert_eq!(again.fall, None);
    assert_eq!(again.recent.review.verdict, BandVerdict::NotDiscriminating);
    let halfway = all.look_back(&Look { answered: Some(now() - DAY * 120), ..look("now") });
    assert!(
        halfway.fall.is_some_and(|fall| fall.window.from > now() - DAY * 120),
        "what came since is enough"
    );
}

#[test]
fn a_small_companys_window_goes_back_until_it_holds_enough() {
    let mut all = Decisions::default();
    add(&mut all, &model("now"), (800, 61), 360, false);
    let window = all.look_back(&look("now")).recent;
    let days = window.window.until.duration_since(window.window.from).as_hours() / 24;
    assert!(window.review.deals < 200 && days > 350 && days <= 365, "a year at most: {days} days");
    let mut all = Decisions::default();
    add(&mut all, &model("now"), (800, 61), 1_000, false);
    assert_eq!(all.look_back(&look("now")).recent.review.deals, 200);
}

#[test]
fn months_and_motions_stand_on_their_own() {
    let mut all = Decisions::default();
    add(&mut all, &model("now"), (152, 60), 300, false);
    let found = all.look_back(&look("now"));
    let months: Vec<String> =
        found.months.iter().map(|month| month.window.from.strftime("%Y-%m").to_string()).collect();
    assert_eq!(months, ["2026-10", "2026-09", "2026-08", "2026-07"]);
    assert_eq!(found.months[0].window.until, now() - DAY * 60, "the latest is not over");
    assert_eq!(found.months.iter().map(|month| month.review.deals).sum::<usize>(), 300);
    assert_eq!(found.by_motion.len(), 1);
    assert!(found.metrics.is_some_and(|metrics| metrics.deals == found.recent.review.deals));
}

#[test]
fn nothing_to_look_back_on_is_said_so() {
    let none = Decisions::default().look_back(&look("now"));
    assert_eq!(none.recent.review.verdict, BandVerdict::InsufficientData);
    assert!(
        none.fall.is_none() && none.months.is_empty() && none.earlier.is_empty() && none.metrics.is_none()
    );
    let mut young = Decisions::default();
    add(&mut young, &model("now"), (59, -5), 300, true);
    assert_eq!(
        young.look_back(&look("now")).recent.review.deals,
        0,
        "not mature, or from a clock ahead of ours"
    );
    // One class only, and one deal too few.
    let mut all = Decisions::default();
    add(&mut all, &model("now"), (150, 61), 49, false);
    assert_eq!(all.look_back(&look("now")).recent.review.verdict, BandVerdict::InsufficientData);
}

/// Rules say no probability that could fail to come true; that they sort the wrong way round can be shown all the same.
#[test]
fn rules_fall_where_low_scores_win_more_than_high_ones() {
    let rules = ScoredBy::Rules { policy: PolicyHash::of(b"policy") };
    let mut all = Decisions::default();
    let mut random = Simulator::new(5);
    for i in 0..300 {
        let score = 100.0 * random.uniform();
        all.push(Decided {
            by: rules.clone(),
            score,
            probability: None,
            won: random.uniform() < honest(100.0 - score),
            as_of: now() - DAY * 70 - DAY * (i / 10),
            account: None,
            motion: "inbound",
        });
    }
    let found = all.look_back(&Look { in_force: rules, ..look("now") });
    assert!(found.fall.is_some_and(|fall| fall.because.contains("low scores win more")));
    assert_eq!(all.look_back(&look("now")).fall, None, "they are not in force any more");
}
