//! Models of a running system: trained twice, held beside each other, promoted and taken back; and letters from what they said.

use std::path::Path;

use serde_json::Value;

use super::{Runs, text};

/// Two models by their hashes.
pub(super) struct Two {
    pub(super) scores: String,
    pub(super) before: String,
}

fn json(runs: &Runs, args: &[&str]) -> Value {
    let output = runs.run(&[args, &["--format", "json"]].concat());
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{args:?}: {error}\n{}", text(&output.stderr)))
}

/// The model that scores.
fn champion(runs: &Runs) -> String {
    let models = json(runs, &["model", "list"]);
    let scoring = models.as_array().unwrap().iter().find(|model| model["standing"] == "in_force");
    scoring.unwrap_or_else(|| panic!("{models}"))["model"].as_str().unwrap().to_owned()
}

/// Trains on the older deals of the sample history, then on all. In files of their own: the sample itself is known as invented,
/// and has no part beside other deals.
pub(super) fn one_that_scores_and_one_before_it(runs: &Runs, folder: &Path) -> Two {
    let history = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../events/history/deals.csv");
    let history = std::fs::read_to_string(history).unwrap();
    let closed = |line: &str| line.split(',').nth(2).unwrap().to_owned();
    let (head, deals) = history.split_once('\n').unwrap();
    let mut deals: Vec<&str> = deals.lines().collect();
    deals.sort_by_key(|line| closed(line));
    let train = |name: &str, deals: &[&str]| {
        let file = folder.join(name);
        std::fs::write(&file, format!("{head}\n{}\n", deals.join("\n"))).unwrap();
        let imported = json(runs, &["import", file.to_str().unwrap()]);
        assert!(imported["new"].as_u64().unwrap() >= 400, "{imported}");
        let said = text(&runs.run(&["retrain"]).stdout);
        assert!(said.starts_with("Model "), "{said}");
        champion(runs)
    };
    let (older, newer) = deals.split_at(deals.len() * 3 / 5);
    let two = Two { before: train("older.csv", older), scores: train("newer.csv", newer) };
    assert_ne!(two.before, two.scores);
    two
}

/// What a share asks for is written as numbers, so that a lead has one letter under one policy.
pub(super) fn letters_by_percentile_are_numbers_of_the_policy(runs: &Runs, folder: &Path) {
    let few = runs.run(&["policy", "suggest", "--percentiles", "10,30,60"]);
    assert!(text(&few.stderr).contains("letters by percentile take 100"), "{}", text(&few.stderr));
    let titles =
        ["VP Sales", "CRO", "Sales Manager", "Accountant", "Head of Revenue Operations", "Developer"];
    let industries = ["Software", "Manufacturing", "Agriculture"];
    let files: Vec<String> = (0..108_usize)
        .map(|n| {
            let event = serde_json::json!({
                "schema_version": 1, "id": format!("e-letters-{n}"), "source": "website-form",
                "email": format!("somebody@company-{n}.example"), "title": titles[n % 6], "country": "DE",
                "industry": industries[n / 6 % 3], "employees": 20 + 37 * n,
            });
            let file = folder.join(format!("letters-{n}.json"));
            std::fs::write(&file, event.to_string()).unwrap();
            file.to_str().unwrap().to_owned()
        })
        .collect();
    let submit: Vec<&str> = std::iter::once("submit").chain(files.iter().map(String::as_str)).collect();
    let submitted = runs.run(&submit);
    assert!(submitted.status.success(), "{}", text(&submitted.stderr));
    let asked = ["policy", "suggest", "--percentiles", "10,30,60"];
    let suggested = json(runs, &asked);
    let letters = suggested["percentiles"]["letters"].as_array().unwrap_or_else(|| panic!("{suggested}"));
    assert_eq!(letters.len(), 3, "{suggested}");
    for (letter, wanted) in letters.iter().zip([10.0, 30.0, 60.0]) {
        assert_eq!(letter["wanted"], wanted);
        let reach = letter["reach_then"].as_f64().unwrap();
        assert!((reach - wanted).abs() < 2.0, "{letter}");
    }
    let refused = runs.run(&["policy", "suggest", "--percentiles", "60,30,10"]);
    assert!(text(&refused.stderr).contains("three rising shares"), "{}", text(&refused.stderr));
}

/// From start to promotion and back: it decides nothing until it is promoted, and leads that came in meanwhile are decided on
/// by both.
pub(super) fn a_model_in_shadow_is_held_beside_the_one_that_scores(runs: &Runs, folder: &Path, two: &Two) {
    let shadow = |args: &[&str]| {
        let output = runs.run(&[&["model", "shadow"], args].concat());
        (output.status.success(), text(&output.stdout), text(&output.stderr))
    };
    assert!(shadow(&["report"]).2.contains("no model is in shadow"));
    let (taken, _, why) = shadow(&["start", &two.scores]);
    assert!(!taken && why.contains("this is the model in force"), "{why}");
    let (taken, said, why) = shadow(&["start", &two.before, "--reason", "a try"]);
    assert!(taken, "{said}{why}");
    assert_eq!(champion(runs), two.scores);

    let lead = folder.join("in-shadow.json");
    let event = r#"{"schema_version":1,"id":"e-shadow","source":"website-form","email":"grace@brightforge.example","title":"CRO"}"#;
    std::fs::write(&lead, event).unwrap();
    assert!(runs.run(&["submit", lead.to_str().unwrap()]).status.success());
    let report = json(runs, &["model", "shadow", "report"]);
    assert_eq!(report["summary"]["leads"], 1, "{report}");
    // Who decided on it live depends on how long ago the function looked for a model: it does once a minute.
    assert_eq!(report["summary"]["decided_by"]["model_after"], 1, "{report}");

    let (dropped, said, why) = shadow(&["drop"]);
    assert!(dropped && said.contains("no longer in shadow"), "{said}{why}");
    assert!(!shadow(&["promote"]).0, "there is none to promote");
    assert!(shadow(&["start", &two.before]).0);
    let (promoted, said, why) = shadow(&["promote"]);
    assert!(promoted && said.contains("decisions follow it within a minute"), "{said}{why}");
    assert_eq!(champion(runs), two.before);
    assert!(!shadow(&["report"]).0, "it scores now");
    assert!(runs.run(&["model", "rollback"]).status.success());
    assert_eq!(champion(runs), two.scores);
}
