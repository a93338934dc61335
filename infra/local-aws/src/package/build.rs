//! Builds by cargo, followed through its messages.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::io::{BufRead, BufReader, Read};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::mpsc::{self, Sender};
use std::thread;

use serde_json::Value;

use super::PackageError;
use crate::prerequisites::{Cargo, Workspace};
use crate::progress::Phase;

/// Lines of cargo's output that an error quotes; enough for several compiler errors.
const QUOTED_LINES: usize = 200;

/// Set by cargo for what it runs. Passed on to a second cargo they make build scripts that read them
/// run anew, and with them everything above.
const SET_BY_CARGO: [&str; 6] = [
    "CARGO",
    "CARGO_CRATE_NAME",
    "CARGO_MAKEFLAGS",
    "CARGO_PRIMARY_PACKAGE",
    "CARGO_TARGET_TMPDIR",
    "OUT_DIR",
];
const SET_BY_CARGO_PREFIXES: [&str; 3] = ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_"];

/// One line of the running build.
enum Line {
    Message(String),
    Status(String),
}

/// What is built.
pub(super) struct Wanted<'a> {
    /// The packages, each with a binary of its own name.
    pub(super) packages: &'a [String],
    /// As it goes to AWS, or as `cargo run` builds.
    pub(super) release: bool,
}

/// Builds the packages and answers each one's executable, by the package's name.
pub(super) fn build(
    workspace: &Workspace,
    cargo: &Cargo,
    wanted: &Wanted<'_>,
    phase: &Phase<'_>,
) -> Result<BTreeMap<String, PathBuf>, PackageError> {
    let total = count_crates(workspace, cargo, wanted);
    let mut command = cargo_command(workspace, cargo, "build", wanted);
    command.args(["--message-format", "json-render-diagnostics"]);
    if wanted.release {
        command.arg("--release");
    }
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(PackageError::Cargo)?;

    let (sender, lines) = mpsc::channel();
    let stdout = child.stdout.take().map(|out| forward(out, sender.clone(), Line::Message));
    let stderr = child.stderr.take().map(|out| forward(out, sender, Line::Status));
    let mut followed = Followed::default();
    for line in lines {
        followed.take(line, phase, total);
    }
    // Both threads have ended, or the channel would still be open.
    drop((stdout, stderr));
    let status = child.wait().map_err(PackageError::Cargo)?;
    if !status.success() {
        let first = followed.said.len().saturating_sub(QUOTED_LINES);
        return Err(PackageError::Build(followed.said[first..].join("\n")));
    }
    wanted
        .packages
        .iter()
        .map(|package| match followed.executables.remove(package) {
            Some(executable) => Ok((package.clone(), executable)),
            None => Err(PackageError::NoBinary(package.clone())),
        })
        .collect()
}

/// What the build has told so far.
#[derive(Default)]
struct Followed {
    /// Ids of the packages of which something is compiled.
    crates: BTreeSet<String>,
    executables: BTreeMap<String, PathBuf>,
    said: Vec<String>,
}

impl Followed {
    fn take(&mut self, line: Line, phase: &Phase<'_>, total: Option<u64>) {
        match line {
            Line::Message(json) => {
                if let Some(name) = self.artifact(&json) {
                    phase.step(self.crates.len() as u64, total, &name);
                }
            }
            Line::Status(text) => {
                let text = text.trim().to_owned();
                if text.starts_with("Blocking waiting for file lock") {
                    phase.step(self.crates.len() as u64, total, "waiting for another cargo");
                }
                self.said.push(text);
            }
        }
    }

    /// Notes a finished crate and answers its name. Build scripts come before their crate and do not
    /// count.
    fn artifact(&mut self, json: &str) -> Option<String> {
        let message: Value = serde_json::from_str(json).ok()?;
        let is_artifact = message["reason"] == "compiler-artifact";
        let kinds = message["target"]["kind"].as_array().filter(|_| is_artifact)?;
        if kinds.iter().any(|kind| kind == "custom-build") {
            return None;
        }
        let name = message["target"]["name"].as_str()?.to_owned();
        if let Some(executable) = message["executable"].as_str() {
            self.executables.insert(name.clone(), PathBuf::from(executable));
        }
        self.crates.insert(message["package_id"].as_str()?.to_owned());
        Some(name)
    }
}

/// A cargo that acts on the packages, with the caller's settings but none of what cargo itself sets.
fn cargo_command(workspace: &Workspace, cargo: &Cargo, verb: &str, wanted: &Wanted<'_>) -> Command {
    let mut command = Command::new(cargo.program());
    command.current_dir(workspace.root()).args([verb, "--locked"]);
    for package in wanted.packages {
        command.args(["--package", package]);
    }
    for (name, _) in std::env::vars_os() {
        if is_set_by_cargo(&name) {
            command.env_remove(&name);
        }
    }
    command.env("CARGO_TERM_COLOR", "never").env("CARGO_TERM_PROGRESS_WHEN", "never");
    command
}

fn is_set_by_cargo(name: &OsString) -> bool {
    name.to_str().is_some_and(|name| {
        SET_BY_CARGO.contains(&name) || SET_BY_CARGO_PREFIXES.iter().any(|prefix| name.starts_with(prefix))
    })
}

/// How many crates the build is made of; none if cargo cannot tell.
fn count_crates(workspace: &Workspace, cargo: &Cargo, wanted: &Wanted<'_>) -> Option<u64> {
    let mut command = cargo_command(workspace, cargo, "tree", wanted);
    command.args(["--edges", "normal,build", "--prefix", "none", "--format", "{p}"]);
    let output = command.stdin(Stdio::null()).output().ok().filter(|output| output.status.success())?;
    let text = String::from_utf8(output.stdout).ok()?;
    // "name v1.2.3 (path) (*)": the star marks a crate that was listed before.
    let crates: BTreeSet<&str> =
        text.lines().map(|line| line.trim_end_matches(" (*)")).filter(|line| !line.is_empty()).collect();
    u64::try_from(crates.len()).ok()
}

fn forward<R: Read + Send + 'static>(
    output: R,
    to: Sender<Line>,
    wrap: fn(String) -> Line,
) -> thread::JoinHandle<()> {
    thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            if to.send(wrap(line)).is_err() {
                return;
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_cargo_sets_is_kept_from_the_second_cargo() {
        for gone in ["CARGO_PKG_NAME", "CARGO_MANIFEST_DIR", "CARGO_BIN_EXE_leadlight", "OUT_DIR", "CARGO"] {
            assert!(is_set_by_cargo(&gone.into()), "{gone}");
        }
        for kept in ["CARGO_TARGET_DIR", "CARGO_HOME", "RUSTFLAGS", "CARGO_BUILD_JOBS", "PATH"] {
            assert!(!is_set_by_cargo(&kept.into()), "{kept}");
        }
    }

    #[test]
    fn crates_are_counted_once_and_build_scripts_not_at_all() {
        let mut followed = Followed::default();
        let artifact = |id: &str, name: &str, kind: &str, executable: Value| {
            serde_json::json!({
                "reason": "compiler-artifact", "package_id": id, "executable": executable,
                "target": { "kind": [kind], "name": name },
            })
            .to_string()
        };
        assert_eq!(
            followed.artifact(&artifact("a", "build-script-build", "custom-build", Value::Null)),
            None
        );
        assert_eq!(followed.artifact(&artifact("a", "a", "lib", Value::Null)), Some("a".into()));
        assert_eq!(followed.artifact(&artifact("a", "tool", "bin", "/x/tool".into())), Some("tool".into()));
        assert_eq!(followed.artifact("{\"reason\":\"build-finished\"}"), None);
        assert_eq!(followed.artifact("not json"), None);
        assert_eq!(followed.crates.len(), 1);
        assert_eq!(followed.executables["tool"], PathBuf::from("/x/tool"));
    }
}
