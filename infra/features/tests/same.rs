//! What `cargo run` builds, `cargo test --workspace` uses as it is.

#![expect(clippy::expect_used, reason = "a test ends where something is not as it should be")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Each crate with the sets of features that it is built with.
type Built = BTreeMap<String, BTreeSet<String>>;

fn built(selection: &[&str]) -> Built {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."))
        .args(["tree", "--locked", "--offline", "--prefix", "none", "--format", "{p};{f}"])
        .args(selection)
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut built = Built::new();
    // "name v1.2.3 (path);a,b (*)": the star marks a crate that was listed before.
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        if let Some((package, features)) = line.trim_end_matches(" (*)").split_once(';') {
            built.entry(package.to_owned()).or_default().insert(features.to_owned());
        }
    }
    built
}

fn set(features: Option<&BTreeSet<String>>) -> BTreeSet<&str> {
    features.into_iter().flatten().flat_map(|set| set.split(',')).collect()
}

#[test]
fn the_tests_ask_for_no_feature_that_the_command_lacks() {
    let command = built(&["--package", "leadlight", "--edges", "normal,build"]);
    let tests = built(&["--workspace", "--edges", "normal,build,dev"]);
    assert!(command.len() > 100 && tests.len() > command.len(), "cargo tree is not understood");
    // Our own are small: where only tests turn something on in one, it is built once more in seconds.
    let different: Vec<String> = command
        .iter()
        .filter(|(package, _)| !package.starts_with("leadlight"))
        .filter(|(package, features)| {
            !tests.get(*package).is_some_and(|of_tests| features.is_subset(of_tests))
        })
        .map(|(package, features)| {
            let (run, test) = (set(Some(features)), set(tests.get(package)));
            let more: Vec<_> = test.difference(&run).collect();
            format!("{package}: built once more for the tests, with {more:?}; see this crate's Cargo.toml")
        })
        .collect();
    assert!(different.is_empty(), "{}", different.join("\n"));
}

/// Looking for examples in comments costs each crate a second, so those that have none switch it off
/// (`doctest = false`). One that gets an example must switch it on again.
#[test]
fn no_example_in_a_comment_goes_unchecked() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let (mut unchecked, mut without) = (Vec::new(), 0);
    for manifest in files(&root, "toml") {
        let text = std::fs::read_to_string(&manifest).expect("a manifest is text");
        if text.lines().any(|line| line == "doctest = false") {
            without += 1;
            let sources =
                manifest.parent().map(|folder| files(&folder.join("src"), "rs")).unwrap_or_default();
            let is_unchecked =
                |path: &PathBuf| has_example(&std::fs::read_to_string(path).expect("source is text"));
            unchecked.extend(sources.into_iter().filter(is_unchecked));
        }
    }
    assert!(without > 10, "{without} crates found");
    assert!(unchecked.is_empty(), "remove `doctest = false` from these crates' Cargo.toml: {unchecked:?}");
}

/// The files of this kind in a folder, but for what is built or hidden.
fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let (path, name) = (entry.path(), entry.file_name());
        if path.is_dir() && name != "target" && !name.to_string_lossy().starts_with('.') {
            found.extend(files(&path, extension));
        } else if path.extension().is_some_and(|found| found == extension) {
            found.push(path);
        }
    }
    found
}

/// Whether a comment has a block of code that rustdoc takes for Rust: one that names no other language.
fn has_example(text: &str) -> bool {
    let mut inside = false;
    for line in text.lines() {
        let line = line.trim_start();
        let comment = line.strip_prefix("///").or_else(|| line.strip_prefix("//!"));
        let Some(language) = comment.and_then(|comment| comment.trim_start().strip_prefix("```")) else {
            continue;
        };
        if !inside && !["text", "toml", "json", "sh"].contains(&language.trim()) {
            return true;
        }
        inside = !inside;
    }
    false
}

#[test]
fn examples_in_rust_are_seen() {
    assert!(has_example("/// Adds.\n/// ```\n/// assert!(true);\n/// ```\n"));
    assert!(has_example("//! ```text\n//! a\n//! ```\n    /// ```rust\n"));
    assert!(!has_example("//! ```text\n//! a\n//! ```\n/// ```toml\n/// a = 1\n/// ```\n// ```\n"));
}
