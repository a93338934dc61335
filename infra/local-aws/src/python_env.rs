//! The private Python environment that holds the emulator.

use std::fs;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use sha2::{Digest, Sha256};

use crate::lock;
use crate::prerequisites::{Python, Workspace};
use crate::progress::{Phase, Progress};

/// Every package with the hashes of its files; pip refuses anything else.
const REQUIREMENTS: &str = include_str!("../requirements.txt");

/// Written last, so that its presence means the environment is complete.
const STAMP: &str = "leadlight-stamp";

/// Finds the two packages everything needs, without the second it would take to import them.
const SELF_CHECK: &str = "
from importlib.util import find_spec
raise SystemExit(find_spec('ministack.app') is None or find_spec('samtranslator') is None)
";

/// Why the environment could not be made.
#[derive(Debug, thiserror::Error)]
pub enum PythonEnvError {
    /// The folder for it, or the lock beside it, could not be made.
    #[error("{} could not be made", path.display())]
    Folder {
        /// What was to be made.
        path: PathBuf,
        /// Why it was not.
        source: io::Error,
    },
    /// The lock against a second process could not be taken.
    #[error("the lock {} could not be taken", path.display())]
    Lock {
        /// The lock's file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// `python -m venv` failed.
    #[error("the virtual environment could not be made:\n{0}")]
    Create(String),
    /// `pip install` failed.
    #[error("the emulator's packages could not be installed (is the package index reachable?):\n{0}")]
    Install(String),
    /// pip reported success, but the packages cannot be found.
    #[error("the installed packages cannot be found in {}", .0.display())]
    Incomplete(PathBuf),
    /// The interpreter did not start, or a file of the environment could not be written.
    #[error("{} failed", path.display())]
    Io {
        /// The program or file.
        path: PathBuf,
        /// How it failed.
        source: io::Error,
    },
}

/// A complete environment.
#[derive(Debug, Clone)]
pub struct PythonEnv {
    python: PathBuf,
}

impl PythonEnv {
    /// Finds the environment under the workspace's `target/leadlight/venv`, or makes it.
    ///
    /// It is made anew when the pinned packages or the Python changed, or when it is incomplete or
    /// broken. Safe to call from several processes at once: the later ones wait for the first.
    pub fn ensure(
        workspace: &Workspace,
        python: &Python,
        progress: &dyn Progress,
    ) -> Result<Self, PythonEnvError> {
        Self::ensure_in(&workspace.state_dir(), python, progress)
    }

    fn ensure_in(state_dir: &Path, python: &Python, progress: &dyn Progress) -> Result<Self, PythonEnvError> {
        fs::create_dir_all(state_dir)
            .map_err(|source| PythonEnvError::Folder { path: state_dir.to_owned(), source })?;
        let lock_path = state_dir.join("venv.lock");
        let _lock = lock::exclusive(&lock_path)
            .map_err(|source| PythonEnvError::Lock { path: lock_path.clone(), source })?;

        let dir = state_dir.join("venv");
        let env = Self { python: dir.join("bin/python") };
        let stamp = stamp(python);
        if fs::read_to_string(dir.join(STAMP)).is_ok_and(|found| found == stamp) && env.is_whole() {
            return Ok(env);
        }
        let phase = Phase::start_long(progress, "Installing the emulator", "10 to 20 s, the first time only");
        create(&dir, python)?;
        install(&env, &dir, &phase)?;
        if !env.is_whole() {
            return Err(PythonEnvError::Incomplete(dir));
        }
        write(&dir.join(STAMP), &stamp)?;
        phase.finish();
        Ok(env)
    }

    pub(crate) fn python(&self) -> &Path {
        &self.python
    }

    fn is_whole(&self) -> bool {
        Command::new(&self.python)
            .args(["-I", "-c", SELF_CHECK])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success())
    }
}

/// What the environment was made from.
fn stamp(python: &Python) -> String {
    let requirements = hex::encode(Sha256::digest(REQUIREMENTS));
    format!("requirements {requirements}\npython {} {}\n", python.version(), python.executable().display())
}

fn create(dir: &Path, python: &Python) -> Result<(), PythonEnvError> {
    // `--clear` empties the folder, the stamp first of all so that no half-cleared environment passes.
    match fs::remove_file(dir.join(STAMP)) {
        Err(source) if source.kind() != io::ErrorKind::NotFound => {
            return Err(PythonEnvError::Folder { path: dir.to_owned(), source });
        }
        _ => {}
    }
    let output = Command::new(python.executable())
        .args(["-I", "-m", "venv", "--clear"])
        .arg(dir)
        .stdin(Stdio::null())
        .output()
        .map_err(|source| PythonEnvError::Io { path: python.executable().to_owned(), source })?;
    if output.status.success() { Ok(()) } else { Err(PythonEnvError::Create(said(&output))) }
}

fn install(env: &PythonEnv, dir: &Path, phase: &Phase<'_>) -> Result<(), PythonEnvError> {
    let requirements = dir.join("requirements.txt");
    write(&requirements, REQUIREMENTS)?;
    let started = |source| PythonEnvError::Io { path: env.python.clone(), source };
    // Wheels only: building a source package would run its author's code.
    let mut pip = Command::new(&env.python)
        .args(["-I", "-m", "pip", "install", "--require-hashes", "--only-binary", ":all:"])
        .args(["--no-input", "--disable-pip-version-check", "--no-color", "--progress-bar", "off"])
        .arg("--requirement")
        .arg(&requirements)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(started)?;

    let total = REQUIREMENTS.lines().filter(|line| line.contains("==")).count() as u64;
    let mut done = 0;
    if let Some(stdout) = pip.stdout.take() {
        for line in BufReader::new(stdout).lines().map_while(Result::ok) {
            if let Some(package) = line.strip_prefix("Collecting ") {
                done += 1;
                phase.step(done, Some(total), package.split_whitespace().next().unwrap_or(package));
            }
        }
    }
    let output = pip.wait_with_output().map_err(started)?;
    if output.status.success() { Ok(()) } else { Err(PythonEnvError::Install(said(&output))) }
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
        .trim()
        .to_owned()
}

fn write(path: &Path, text: &str) -> Result<(), PythonEnvError> {
    fs::write(path, text).map_err(|source| PythonEnvError::Io { path: path.to_owned(), source })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::progress::Step;
    use std::sync::atomic::{AtomicU64, Ordering};
    use std::thread;

    #[test]
    fn every_package_is_pinned_by_hash_and_no_index_is_named() {
        let lines = || REQUIREMENTS.lines().filter(|line| !line.trim_start().starts_with('#'));
        for line in lines().filter(|line| !line.starts_with(' ')) {
            assert!(line.contains("==") && line.ends_with('\\'), "no version and hash: {line}");
        }
        for line in lines().filter(|line| line.starts_with(' ')) {
            assert!(line.trim_start().starts_with("--hash=sha256:"), "{line}");
        }
        assert!(lines().any(|line| line.starts_with("ministack==")));
        assert!(!REQUIREMENTS.contains("://"), "names a place to install from");
    }

    /// Counts how often an installation began.
    #[derive(Default)]
    struct Installations(AtomicU64);

    impl Progress for Installations {
        fn started(&self, _phase: &str) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
        fn step(&self, _phase: &str, _step: Step<'_>) {}
        fn finished(&self, _phase: &str) {}
    }

    /// A complete-looking but broken environment, found by two at once.
    #[test]
    fn a_broken_environment_is_made_anew_and_only_once() {
        let state_dir = tempfile::tempdir().unwrap();
        let python = Python::find().unwrap();
        let dir = state_dir.path().join("venv");
        fs::create_dir_all(dir.join("bin")).unwrap();
        fs::write(dir.join(STAMP), stamp(&python)).unwrap();

        let installations = Installations::default();
        thread::scope(|scope| {
            let racers = [(); 2].map(|()| {
                scope.spawn(|| PythonEnv::ensure_in(state_dir.path(), &python, &installations).unwrap())
            });
            for racer in racers {
                assert!(racer.join().unwrap().is_whole());
            }
        });
        assert_eq!(installations.0.load(Ordering::Relaxed), 1);
    }
}
