//! No damaged, foreign or self-contradicting file is ever scored with.

use leadlight_lead::{CriterionGroup, ModelHash};
use postcard::to_stdvec;

use super::trained;
use crate::artifact::Artifact;
use crate::encoder::Encoding;
use std::collections::BTreeMap;

use crate::file::{ArtifactError, Body, Contents, SCHEMA_VERSION, SHARED_ALONE, seal, seal_raw};
use crate::learners::Learned;

#[test]
fn a_sound_file_is_read_back_to_the_bit() {
    let (trained, rows) = trained();
    let bytes = trained.artifact.to_bytes();
    let read = Artifact::from_bytes_expecting(&bytes, &trained.manifest.model).unwrap();
    assert_eq!(read, trained.artifact);
    assert_eq!(read.hash(), ModelHash::of(&bytes));
    for row in &rows {
        let (a, b) = (read.predict(&row.features).unwrap(), trained.artifact.predict(&row.features).unwrap());
        assert_eq!(a.margin.to_bits(), b.margin.to_bits());
    }
}

#[test]
fn every_flipped_byte_is_refused() {
    let mut bytes = trained().0.artifact.to_bytes();
    for at in 0..bytes.len() {
        for mask in [0x01, 0x80] {
            bytes[at] ^= mask;
            assert!(Artifact::from_bytes(&bytes).is_err(), "byte {at} flipped by {mask:#x} was taken");
            bytes[at] ^= mask;
        }
    }
    assert!(Artifact::from_bytes(&bytes).is_ok());
}

#[test]
fn every_truncation_is_refused_as_such() {
    let bytes = trained().0.artifact.to_bytes();
    for end in 0..bytes.len() {
        let error = Artifact::from_bytes(&bytes[..end]).unwrap_err();
        assert!(matches!(error, ArtifactError::Truncated { .. }), "{end} bytes: {error}");
    }
}

#[test]
fn trailing_bytes_newer_versions_and_foreign_files_are_told_apart() {
    let bytes = trained().0.artifact.to_bytes();
    let with_tail = [bytes.as_slice(), b"x"].concat();
    assert_eq!(Artifact::from_bytes(&with_tail).unwrap_err(), ArtifactError::TrailingBytes { extra: 1 });

    let newer = seal_raw(SCHEMA_VERSION + 1, &bytes[52..]);
    let error = Artifact::from_bytes(&newer).unwrap_err();
    assert_eq!(error, ArtifactError::SchemaVersion { found: SCHEMA_VERSION + 1 });
    assert!(error.to_string().contains("upgrade Leadlight"), "{error}");

    for foreign in [&b"PK\x03\x04 a zip file, no model at all"[..], b"{}", b"\xff"] {
        assert_eq!(Artifact::from_bytes(foreign).unwrap_err(), ArtifactError::NotAnArtifact);
    }
}

#[test]
fn a_sound_checksum_over_nonsense_does_not_help() {
    for body in [&b""[..], b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", &[0; 64], &[0x7f; 400]] {
        let error = Artifact::from_bytes(&seal_raw(SHARED_ALONE, body)).unwrap_err();
        assert!(matches!(error, ArtifactError::Body { .. }), "{error}");
    }
    let bytes = trained().0.artifact.to_bytes();
    let longer = [&bytes[52..], b"x"].concat();
    let error = Artifact::from_bytes(&seal_raw(SHARED_ALONE, &longer)).unwrap_err();
    assert_eq!(error, ArtifactError::TrailingBytes { extra: 1 });
    // Re-sealed damage: it may decode or not, and if it does it may be harmless text; it must never panic.
    for at in 52..bytes.len() {
        let mut body = bytes[52..].to_vec();
        body[at - 52] ^= 0xff;
        let _: Result<_, _> = Artifact::from_bytes(&seal_raw(SHARED_ALONE, &body));
    }
}

#[test]
fn another_model_than_the_expected_one_is_refused() {
    let artifact = trained().0.artifact;
    let expected = ModelHash::of(b"another");
    let error = Artifact::from_bytes_expecting(&artifact.to_bytes(), &expected).unwrap_err();
    assert_eq!(error, ArtifactError::AnotherModel { expected, found: artifact.hash() });
}

/// What comes of a model with one thing changed and the checksum made anew.
fn with(change: impl FnOnce(&mut Body)) -> ArtifactError {
    let mut body = trained().0.artifact.body().clone();
    change(&mut body);
    Artifact::from_bytes(&seal(&Contents { shared: body, own: BTreeMap::new() }).unwrap()).unwrap_err()
}

fn terms(body: &mut Body) -> &mut crate::learners::LinearTerms {
    match &mut body.scorer.learned {
        Learned::Linear(terms) => terms,
        other => panic!("{other:?}"),
    }
}

#[test]
fn another_learner_release_is_refused() {
    let error = with(|b| b.lineage.smartcore_version = "0.8.0".to_owned());
    assert_eq!(error, ArtifactError::SmartcoreVersion { found: "0.8.0".to_owned() });
}

#[test]
fn golden_predictions_must_be_reproduced() {
    let error = with(|b| b.golden[3].margin += 1e-9);
    assert_eq!(error, ArtifactError::Golden { index: 3 });
    assert_eq!(with(|b| b.golden[5].probability -= 1e-9), ArtifactError::Golden { index: 5 });
    let heavier = with(|b| {
        terms(b).coefficients[0] *= 1.000_001;
    });
    assert!(matches!(heavier, ArtifactError::Golden { .. }), "{heavier}");
}

#[test]
fn contradictions_are_named() {
    type Change = fn(&mut Body);
    let cases: [(&str, Change); 15] = [
        ("a weight is not finite", |b| terms(b).coefficients[1] = f64::NAN),
        ("weights and columns differ in number", |b| {
            terms(b).coefficients.pop();
        }),
        ("its intervals are not usable", |b| {
            b.intervals = crate::interval::Intervals::of(&[(f64::NAN, true); 60]);
        }),
        ("a group's percentiles are not usable", |b| b.groups[0].1 = crate::places::Places::of(vec![])),
        ("what past leads looked like is not usable", |b| {
            b.references.pop();
        }),
        ("means and columns differ in number", |b| b.scorer.means.push(0.0)),
        ("a mean is not finite", |b| b.scorer.means[0] = f64::INFINITY),
        ("its calibration is not usable", |b| b.scorer.calibration.slope = -1.0),
        ("the percentiles of past leads are not usable", |b| b.places = crate::places::Places::of(vec![])),
        ("a metric is not finite", |b| b.metrics.ece = f64::NAN),
        ("golden predictions are missing", |b| b.golden.clear()),
        ("a golden prediction is not usable", |b| b.golden[0].values.clear()),
        ("a feature is there twice", |b| {
            b.scorer.encoder.features[0].spec.name = b.scorer.encoder.features[1].spec.name.clone();
        }),
        ("a feature's encoding is not usable", |b| {
            let Encoding::Number(number) = &mut b.scorer.encoder.features[0].encoding else {
                panic!("a number was expected");
            };
            number.value.as_mut().unwrap().scale = 0.0;
        }),
        ("it learned from one kind of deal only", |b| b.lineage.lost = 0),
    ];
    for (expected, change) in cases {
        assert_eq!(with(change), ArtifactError::Inconsistent { problem: expected });
    }
}

/// The file stores a group by its place among the variants: moving one would turn stored models' reasons
/// into others without a trace.
#[test]
fn groups_keep_their_place_in_the_file() {
    use CriterionGroup::{Baseline, Contact, Engagement, Icp, Intent, Other, Technographic};
    for (place, group) in
        [Baseline, Icp, Contact, Technographic, Intent, Engagement, Other].iter().enumerate()
    {
        assert_eq!(to_stdvec(group).unwrap(), [u8::try_from(place).unwrap()], "{group}");
    }
}
