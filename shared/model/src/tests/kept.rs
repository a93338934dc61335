//! Models of releases before still score, and as they did then; but for what is told beyond the evidence.

use std::path::PathBuf;

use leadlight_lead::FeatureVector;
use serde::{Deserialize, Serialize};

use crate::artifact::Artifact;
use crate::learners::LearnerKind;
use crate::math::sigmoid;
use crate::simulate::{Simulator, lineage, specs};
use crate::table::Deals;

/// What the release that made the model said of a lead.
#[derive(Debug, Serialize, Deserialize)]
struct Said {
    features: FeatureVector,
    margin: f64,
    score: f64,
}

fn place(file: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("testdata/v2").join(file)
}

const KEPT: [&str; 2] = ["logistic_regression", "bagged_trees"];

/// Makes the files, by the release before a change that they are to outlive: never again for the same version.
#[test]
#[ignore = "writes the files that the test beside it reads"]
fn keep_models() {
    let rows = Simulator::new(11).deals(400, -0.5, 0.0);
    for name in KEPT {
        let kind: LearnerKind = serde_json::from_value(name.into()).unwrap();
        let trained = crate::train::train(&Deals::from_rows(&specs(), &rows), kind, lineage()).unwrap();
        let nothing = FeatureVector::default();
        let leads = rows.iter().step_by(20).map(|row| &row.features).chain([&nothing]);
        let said: Vec<Said> = leads
            .map(|features| {
                let prediction = trained.artifact.predict(features).unwrap();
                Said {
                    features: features.clone(),
                    margin: prediction.margin,
                    score: prediction.score.value(),
                }
            })
            .collect();
        std::fs::create_dir_all(place("")).unwrap();
        std::fs::write(place(&format!("{name}.model")), trained.artifact.to_bytes()).unwrap();
        std::fs::write(place(&format!("{name}.json")), serde_json::to_vec_pretty(&said).unwrap()).unwrap();
    }
}

#[test]
fn models_of_the_release_before_score_as_they_did() {
    let mut capped = 0;
    for name in KEPT {
        let artifact =
            Artifact::from_bytes(&std::fs::read(place(&format!("{name}.model"))).unwrap()).unwrap();
        let said: Vec<Said> =
            serde_json::from_slice(&std::fs::read(place(&format!("{name}.json"))).unwrap()).unwrap();
        assert!(said.len() > 10);
        let ends = artifact.body().intervals.ends().unwrap();
        for said in said {
            let prediction = artifact.predict(&said.features).unwrap();
            let is_known = said.features.iter().any(|(_, value)| value.is_some());
            if is_known {
                assert!((prediction.score.value() - said.score).abs() < 1e-9, "{name}: {said:?}");
            }
            let share = if is_known { sigmoid(said.margin) } else { artifact.lineage().base_rate() };
            let told = ends.within(share);
            capped += usize::from((told - share).abs() > 1e-9);
            assert!((prediction.probability - told).abs() < 1e-9, "{name}: {said:?}");
        }
    }
    assert!(capped > 0, "none of these leads is beyond the evidence");
}
