//! Own models of scopes, on invented deals of two motions.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use leadlight_lead::FeatureVector;

use super::options;
use crate::artifact::Artifact;
use crate::file::{ArtifactError, Body, Contents, seal, seal_raw};
use crate::gate::GateLimits;
use crate::learners::LearnerKind;
use crate::math::count;
use crate::report::{OwnModel, OwnStanding, StudyVerdict};
use crate::rows::{Lineage, TrainingRow};
use crate::scope::scope_within;
use crate::simulate::{FEATURES, Simulator, lineage, specs};
use crate::study::{Options, Study, study};
use crate::table::Deals;

const PARTNER: &str = "partner";

/// A deal a day from day `from` on, each so many-th a partner's; its facts speak for it as strongly as `turn` says: −1 is
/// the opposite of what they do for all others.
fn deals(seed: u64, from: u32, n: u32, each: u32, turn: f64) -> Vec<TrainingRow> {
    let mut random = Simulator::new(seed);
    let deal = |i: u32| {
        let is_partner = i.is_multiple_of(each);
        let mut values = BTreeMap::new();
        let mut margin = -0.3;
        for (name, _, weight) in FEATURES {
            let z = random.normal();
            margin += weight * z * if is_partner { turn } else { 1.0 };
            values.insert(name.to_owned(), Some(40.0 + 12.0 * z));
        }
        TrainingRow {
            features: FeatureVector::new(values).unwrap(),
            won: random.uniform() < 1.0 / (1.0 + (-margin).exp()),
            closed_at: Timestamp::UNIX_EPOCH + SignedDuration::from_hours(24 * i64::from(from + i)),
            account: None,
            scope: Some(if is_partner { PARTNER } else { "inbound" }.to_owned()),
        }
    };
    (0..n).map(deal).collect()
}

fn run(rows: &[TrainingRow], champion: Option<&Artifact>) -> Study {
    run_within(rows, champion, GateLimits::default())
}

fn run_within(rows: &[TrainingRow], champion: Option<&Artifact>, limits: GateLimits) -> Study {
    let options = Options { champion, limits, ..options() };
    let at = rows.iter().map(|row| row.closed_at).max().unwrap();
    study(&Deals::from_rows(&specs(), rows), &Lineage { trained_at: at, ..lineage() }, options).unwrap()
}

fn of<'a>(study: &'a Study, scope: &str) -> &'a OwnModel {
    study.report.own.iter().find(|own| own.scope == scope).unwrap()
}

fn loss(artifact: &Artifact, rows: &[TrainingRow], scope: Option<&str>) -> f64 {
    let loss = |row: &TrainingRow| {
        let said = artifact.voice(scope).predict(&row.features).unwrap().probability;
        -if row.won { said } else { 1.0 - said }.ln()
    };
    rows.iter().map(loss).sum::<f64>() / count(rows.len())
}

fn partners(rows: Vec<TrainingRow>) -> Vec<TrainingRow> {
    rows.into_iter().filter(|row| row.scope.as_deref() == Some(PARTNER)).collect()
}

#[test]
fn a_scope_that_is_contrary_to_the_rest_has_a_model_of_its_own() {
    let study = run(&deals(1, 0, 400, 4, -1.0), None);
    let own = of(&study, PARTNER).clone();
    assert_eq!((own.standing, own.deals), (OwnStanding::New, 100), "{}", own.because);
    let judged = own.judged.unwrap();
    assert!(judged.deals >= 25 && judged.own_log_loss < judged.shared_log_loss, "{judged:?}");
    assert!(matches!(study.report.verdict, StudyVerdict::Publish { learner: LearnerKind::Blend, .. }));
    let trained = study.trained.unwrap();
    let papers = trained.manifest.own.iter().find(|papers| papers.scope == PARTNER).unwrap();
    assert_eq!((papers.deals, papers.won), (100, own.won));
    let artifact = Artifact::from_bytes(&trained.artifact.to_bytes()).unwrap();
    let later = partners(deals(2, 500, 800, 4, -1.0));
    let (theirs, shared) = (loss(&artifact, &later, Some(PARTNER)), loss(&artifact, &later, None));
    assert!(theirs < 0.9 * shared, "own {theirs:.4}, shared {shared:.4}");
    for row in &later {
        let voice = artifact.voice(Some(PARTNER));
        let said = voice.predict(&row.features).unwrap();
        let sum: f64 = said.reasons.iter().map(|reason| reason.contribution).sum();
        assert!((sum - said.margin).abs() < 1e-9);
        assert!(said.reasons.iter().any(|reason| reason.factor == "average partner lead"));
        assert_eq!(voice.own(), Some(PARTNER));
        let shared = artifact.voice(Some("never seen"));
        assert_eq!(shared.own(), None);
        assert_eq!(shared.predict(&row.features).unwrap(), artifact.predict(&row.features).unwrap());
    }
    let far = |row: &&TrainingRow| {
        let said = |scope| artifact.voice(scope).predict(&row.features).unwrap().probability;
        (said(Some(PARTNER)) - said(None)).abs() > 0.1
    };
    assert!(later.iter().filter(far).count() > later.len() / 4, "the same facts are told differently");
}

#[test]
fn the_same_deals_in_any_order_give_the_same_own_models() {
    let straight = deals(1, 0, 400, 4, -1.0);
    let turned: Vec<TrainingRow> = straight.iter().rev().cloned().collect();
    let (a, b) = (run(&straight, None), run(&turned, None));
    assert_eq!(a.report.own, b.report.own);
    assert!(a.trained.as_ref().unwrap().artifact.own_models().next().is_some());
    assert_eq!(a.trained.unwrap().artifact.hash(), b.trained.unwrap().artifact.hash());
}

#[test]
fn too_few_deals_and_deals_that_all_ended_alike_carry_no_own_model() {
    let few = run(&deals(3, 0, 392, 8, -1.0), None);
    let own = of(&few, PARTNER);
    assert_eq!((own.standing, own.deals, own.judged), (OwnStanding::Shared, 49, None));
    assert!(own.because.contains("they have 49 closed deals"), "{}", own.because);
    let mut rows = deals(4, 0, 400, 4, -1.0);
    rows.iter_mut().step_by(4).for_each(|row| row.won = true);
    let alike = run(&rows, None);
    let own = of(&alike, PARTNER);
    assert_eq!((own.standing, own.won), (OwnStanding::Shared, 100));
    assert!(own.because.contains("100 closed deals, 100 of them won"), "{}", own.because);
    let untold: Vec<TrainingRow> = rows.into_iter().map(|row| TrainingRow { scope: None, ..row }).collect();
    assert!(run(&untold, None).report.own.is_empty());
}

/// A model with an own one for partners, and the deals it learnt from.
fn with_own() -> (Artifact, Vec<TrainingRow>) {
    let rows = deals(1, 0, 400, 4, -1.0);
    let artifact = run(&rows, None).trained.unwrap().artifact;
    assert!(artifact.voice(Some(PARTNER)).own().is_some());
    (artifact, rows)
}

fn and_then(rows: &[TrainingRow], seed: u64, n: u32, turn: f64) -> Vec<TrainingRow> {
    let from = u32::try_from(rows.len()).unwrap();
    rows.iter().cloned().chain(deals(seed, from, n, 4, turn)).collect()
}

#[test]
fn an_own_model_goes_on_until_newer_deals_say_otherwise() {
    let (champion, rows) = with_own();
    let few = run(&and_then(&rows, 5, 40, -1.0), Some(&champion));
    let own = of(&few, PARTNER);
    assert_eq!(own.standing, OwnStanding::Kept, "{}", own.because);
    assert!(own.because.starts_with("10 of the deals"), "{}", own.because);
    if let Some(trained) = &few.trained {
        assert_eq!(
            trained.artifact.own()[PARTNER],
            champion.own()[PARTNER],
            "it moves to the new file as it is"
        );
    }

    let more = run(&and_then(&rows, 6, 240, -1.0), Some(&champion));
    let own = of(&more, PARTNER);
    assert!(own.standing.is_own() && own.judged.unwrap().deals >= 25, "{own:?}");

    let turned = run(&and_then(&rows, 7, 400, 1.0), Some(&champion));
    let own = of(&turned, PARTNER);
    assert_eq!(own.standing, OwnStanding::Dropped, "{}", own.because);
    assert_eq!(turned.trained.unwrap().artifact.voice(Some(PARTNER)).own(), None);
    let told = |finding: &&crate::Finding| finding.what.starts_with("partner leads no longer have a model");
    assert!(turned.report.audit.findings.iter().any(|finding| told(&finding)));
}

#[test]
fn the_own_model_of_a_scope_that_is_gone_goes_with_it() {
    let (champion, rows) = with_own();
    let mut later = and_then(&rows, 8, 80, -1.0);
    later.iter_mut().filter(|row| row.scope.as_deref() == Some(PARTNER)).for_each(|row| {
        row.scope = Some("reseller".to_owned());
    });
    let gone = run(&later, Some(&champion));
    assert_eq!((of(&gone, PARTNER).standing, of(&gone, PARTNER).deals), (OwnStanding::Dropped, 0));
    // Where no deal tells whose it is nothing is known of scopes: that is no reason.
    for row in &mut later {
        row.scope = None;
    }
    let untold = run(&later, Some(&champion));
    assert_eq!(of(&untold, PARTNER).standing, OwnStanding::Kept);
}

/// Nothing can replace the shared model under these limits.
#[test]
fn where_only_an_own_model_is_better_the_shared_one_is_published_as_it_was() {
    let mut rows = deals(9, 0, 400, 2, -1.0);
    for row in &mut rows {
        row.scope = None;
    }
    let champion = run(&rows, None).trained.unwrap().artifact;
    let rows: Vec<TrainingRow> = rows.into_iter().chain(deals(10, 400, 100, 2, -1.0)).collect();
    let rows: Vec<TrainingRow> = rows
        .into_iter()
        .enumerate()
        .map(|(i, row)| TrainingRow { scope: Some(["a", "b"][i % 2].to_owned()), ..row })
        .collect();
    let hopeless = GateLimits { max_loss_rise: -10.0, ..GateLimits::default() };
    let held = run_within(&rows, Some(&champion), GateLimits { level: 0.0, ..hopeless });
    assert_eq!(held.trained, None, "no gain is sure enough for that: {:?}", held.report.own);
    let study = run_within(&rows, Some(&champion), hopeless);
    assert!(study.report.keeps_shared(), "{:?} {:?}", study.report.verdict, study.report.own);
    let artifact = study.trained.unwrap().artifact;
    assert_eq!(artifact.body(), champion.body());
    assert!(artifact.own_models().next().is_some() && artifact.hash() != champion.hash());
}

#[test]
fn a_file_with_own_models_is_version_3_and_all_of_it_is_verified() {
    let (trained, rows) = super::trained();
    let shared = trained.artifact.body().clone();
    assert_eq!(trained.artifact.to_bytes()[8..12], [2, 0, 0, 0], "the release before reads it");
    let theirs = super::train(&specs(), &rows[100..], lineage()).unwrap().artifact.body().clone();
    let with = |change: fn(&mut Body)| {
        let mut own = theirs.clone();
        change(&mut own);
        let own = BTreeMap::from([(PARTNER.to_owned(), own)]);
        seal(&Contents { shared: shared.clone(), own }).unwrap()
    };
    let bytes = with(|_| ());
    assert_eq!(bytes[8..12], [3, 0, 0, 0]);
    let artifact = Artifact::from_bytes(&bytes).unwrap();
    assert_eq!((artifact.body(), &artifact.own()[PARTNER]), (&shared, &theirs));
    assert_eq!(seal(&Contents { shared: shared.clone(), own: artifact.own().clone() }).unwrap(), bytes);
    assert_eq!(
        artifact.own_models().map(|(scope, from)| (scope, from.won + from.lost)).collect::<Vec<_>>(),
        [(PARTNER, 200)]
    );

    let own = |problem| ArtifactError::Own { scope: PARTNER.to_owned(), problem: Box::new(problem) };
    let golden = Artifact::from_bytes(&with(|body| body.golden[3].margin += 1e-9)).unwrap_err();
    assert_eq!(golden, own(ArtifactError::Golden { index: 3 }));
    assert!(
        golden.to_string().starts_with("the own model of `partner`: the model does not reproduce"),
        "{golden}"
    );
    let infinite = Artifact::from_bytes(&with(|body| body.scorer.means[0] = f64::INFINITY)).unwrap_err();
    assert_eq!(infinite, own(ArtifactError::Inconsistent { problem: "a mean is not finite" }));
    for at in (0..bytes.len()).step_by(7) {
        let mut damaged = bytes.clone();
        damaged[at] ^= 0x10;
        assert!(Artifact::from_bytes(&damaged).is_err(), "byte {at}");
        assert!(
            matches!(Artifact::from_bytes(&bytes[..at]), Err(ArtifactError::Truncated { .. })),
            "{at} bytes"
        );
    }
    let alone = seal_raw(3, &postcard::to_stdvec(&shared).unwrap());
    assert!(
        matches!(Artifact::from_bytes(&alone), Err(ArtifactError::Body { .. })),
        "own models are missing"
    );
    let longer = seal_raw(2, &bytes[52..]);
    assert!(matches!(Artifact::from_bytes(&longer), Err(ArtifactError::TrailingBytes { .. })));
}

/// What only an own model needs is needed: the file scores as a whole or not at all.
#[test]
fn own_models_say_what_they_need() {
    let (trained, rows) = super::trained();
    let few = &specs()[..3];
    let shared = super::train(few, &rows, lineage()).unwrap().artifact.body().clone();
    let own = BTreeMap::from([(PARTNER.to_owned(), trained.artifact.body().clone())]);
    let artifact = Artifact::from_bytes(&seal(&Contents { shared, own }).unwrap()).unwrap();
    assert_eq!(artifact.features().cloned().collect::<Vec<_>>(), specs());
    assert!(artifact.matches_features(&specs()).is_ok());
    let missing = artifact.matches_features(few).unwrap_err().missing;
    assert_eq!(missing, specs()[3..].iter().map(|spec| spec.name.clone()).collect::<Vec<_>>());
    assert_eq!(artifact.matches_features(&[]).unwrap_err().missing.len(), 6, "each once");
}

/// Eighty histories in which both behave alike: one run in forty may be wrong.
#[test]
#[ignore = "some minutes; see the figure in the decision record"]
fn scopes_that_behave_alike_share_a_model() {
    let mut published = 0;
    for seed in 0..80 {
        let study = run(&deals(100 + seed, 0, 400, 4, 1.0), None);
        published += usize::from(study.report.own.iter().any(|own| own.standing.is_own()));
    }
    println!("own models where there was nothing to find: {published} of 80 runs");
    // Of 80 runs at one in forty: five or more are seen once in twenty.
    assert!(published <= 4, "{published}");
}

/// Half of the partners' deals are in a segment, which behaves as `turn` says; all others are alike.
fn with_a_segment(seed: u64, from: u32, n: u32, turn: f64) -> Vec<TrainingRow> {
    let mut rows = deals(seed, from, n, 2, 1.0);
    let others = deals(seed, from, n, 2, turn);
    for (at, (row, other)) in rows.iter_mut().zip(others).enumerate() {
        if row.scope.as_deref() == Some(PARTNER) && at % 4 == 0 {
            *row = TrainingRow { scope: Some(scope_within(PARTNER, "emea")), ..other };
        }
    }
    rows
}

#[test]
fn a_segment_has_a_model_of_its_own_where_its_motion_has_none() {
    let study = run(&with_a_segment(1, 0, 600, -1.0), None);
    let emea = scope_within(PARTNER, "emea");
    let own = of(&study, &emea).clone();
    assert_eq!((own.standing, own.deals), (OwnStanding::New, 150), "{}", own.because);
    assert_eq!(of(&study, PARTNER).deals, 300, "a segment's deals are its motion's too");
    let artifact = study.trained.unwrap().artifact;
    assert_eq!(artifact.voice(Some(&emea)).own(), Some(emea.as_str()));
    let apac = scope_within(PARTNER, "apac");
    assert_ne!(
        artifact.voice(Some(&apac)).own(),
        Some(emea.as_str()),
        "nor does it speak for another segment"
    );
    let later: Vec<TrainingRow> = with_a_segment(2, 700, 1_200, -1.0)
        .into_iter()
        .filter(|row| row.scope.as_deref() == Some(emea.as_str()))
        .collect();
    let (theirs, shared) = (loss(&artifact, &later, Some(&emea)), loss(&artifact, &later, None));
    assert!(theirs < 0.9 * shared, "own {theirs:.4}, shared {shared:.4}");
}

#[test]
fn a_segment_is_held_against_its_motions_own_model() {
    // Partners are contrary to the rest, and those of the segment are as all partners are.
    let mut rows = deals(1, 0, 600, 3, -1.0);
    for (at, row) in rows.iter_mut().enumerate() {
        if row.scope.as_deref() == Some(PARTNER) && at % 2 == 0 {
            row.scope = Some(scope_within(PARTNER, "emea"));
        }
    }
    let study = run(&rows, None);
    let emea = scope_within(PARTNER, "emea");
    assert_eq!(of(&study, PARTNER).standing, OwnStanding::New, "{}", of(&study, PARTNER).because);
    let own = of(&study, &emea);
    assert_eq!(own.standing, OwnStanding::Shared, "{}", own.because);
    assert!(own.because.contains("the one of all partner leads"), "{}", own.because);
    let artifact = study.trained.unwrap().artifact;
    assert_eq!(artifact.voice(Some(&emea)).own(), Some(PARTNER), "the motion's speaks for its segment");
}

#[test]
fn segments_alike_get_no_models_of_their_own_by_luck() {
    let emea = scope_within(PARTNER, "emea");
    let published = (0..5).filter(|seed| {
        let study = run(&with_a_segment(100 + seed, 0, 400, 1.0), None);
        of(&study, &emea).standing == OwnStanding::New
    });
    assert_eq!(published.count(), 0);
}
