//! A candidate beside the policy in force, from start to promotion.

use std::path::Path;

use serde_json::Value;

use super::{Runs, text};

/// `shown` is the file of the policy in force.
pub(super) fn a_policy_in_shadow_decides_nothing(runs: &Runs, shown: &Path) {
    let shadow = |args: &[&str]| {
        let output = runs.run(&[&["policy", "shadow"], args].concat());
        (output.status.success(), text(&output.stdout), text(&output.stderr))
    };
    let in_force = || text(&runs.run(&["policy", "show"]).stdout);
    let before = in_force();
    let (there, _, why) = shadow(&["report"]);
    assert!(!there && why.contains("no policy is in shadow"), "{why}");
    let (taken, _, why) = shadow(&["start", shown.to_str().unwrap()]);
    assert!(!taken && why.contains("is the policy in force"), "{why}");

    let candidate = shown.with_file_name("candidate.toml");
    let start = |text: &str| {
        std::fs::write(&candidate, text).unwrap();
        shadow(&["start", candidate.to_str().unwrap(), "--reason", "a try"])
    };
    let (taken, _, why) = start(&before.replace("\nsdr = 70", "\nsdr = 30"));
    assert!(!taken && why.contains("lower Y or raise X"), "one with faults is refused: {why}");
    let lower = before.replace("\nsdr = 70", "\nsdr = 60");
    let (taken, said, why) = start(&lower);
    assert!(taken && said.contains("It decides nothing"), "{said}{why}");
    assert_eq!(in_force(), before);
    let (told, report, why) = shadow(&["report", "--format", "json"]);
    assert!(told, "{why}");
    let report: Value = serde_json::from_str(&report).unwrap();
    assert_eq!(report["summary"]["leads"], 0, "no lead came in since: {report}");
    assert_ne!(report["candidate"]["hash"], report["in_force"]);

    let (dropped, said, why) = shadow(&["drop"]);
    assert!(dropped && said.contains("the policy in force is as it was"), "{said}{why}");
    assert!(!shadow(&["promote"]).0, "there is none to promote");
    assert!(start(&lower).0);
    let (promoted, _, said) = shadow(&["promote"]);
    assert!(promoted && said.contains("stays in force"), "what it does to the model is said: {said}");
    assert_eq!(in_force(), lower);
    assert!(!shadow(&["report"]).0, "it is the policy in force now");
    assert!(runs.run(&["policy", "rollback"]).status.success());
    assert_eq!(in_force(), before);
    assert!(
        !shadow(&["report"]).0,
        "what was promoted or dropped is not in shadow, whatever is in force since"
    );
}
