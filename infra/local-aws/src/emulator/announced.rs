//! How a command finds the emulator that another one started: a file in the folder of the run, which counts for as long
//! as the run's owner lives.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::account::AccountId;
use super::run_dir;

const FILE: &str = "announced.json";

/// A running emulator that was announced to other processes, and the account to act in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Running {
    /// Where it answers, such as `http://127.0.0.1:4566`.
    pub endpoint: String,
    /// The account of the system that runs on it.
    pub account: AccountId,
}

impl Running {
    /// The emulator of `runs_dir` that was announced last, of those that still run. Each has a file of its own, so that
    /// one that ends takes nothing from another.
    pub fn find(runs_dir: &Path) -> io::Result<Option<Self>> {
        let mut newest = None;
        for run in run_dir::living(runs_dir)? {
            let file = run.join(FILE);
            // It may end this moment, and its file with it.
            let Ok(announced_at) = fs::metadata(&file).and_then(|found| found.modified()) else { continue };
            let Some(running) = fs::read(&file).ok().and_then(|text| Self::parse(&text)) else { continue };
            if newest.as_ref().is_none_or(|(last, _)| announced_at > *last) {
                newest = Some((announced_at, running));
            }
        }
        Ok(newest.map(|(_, running)| running))
    }

    /// None of a file that another version wrote.
    fn parse(text: &[u8]) -> Option<Self> {
        let value: Value = serde_json::from_slice(text).ok()?;
        let account = AccountId::parse(value["account"].as_str()?).ok()?;
        Some(Self { endpoint: value["endpoint"].as_str()?.to_owned(), account })
    }

    /// Writes it down in a run's folder, whole or not at all.
    pub(super) fn announce(&self, run: &Path) -> io::Result<Announced> {
        let path = run.join(FILE);
        let beside = path.with_extension("new");
        let text = json!({ "endpoint": self.endpoint, "account": self.account.as_str() }).to_string();
        fs::write(&beside, text)?;
        fs::rename(&beside, &path)?;
        Ok(Announced { path })
    }
}

/// Other processes find the emulator for as long as this lives.
#[derive(Debug)]
pub struct Announced {
    path: PathBuf,
}

impl Drop for Announced {
    fn drop(&mut self) {
        // What stays behind goes with the run's folder.
        let _ = fs::remove_file(&self.path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::emulator::run_dir::RunDir;

    fn announce(run: &RunDir, endpoint: &str) -> Announced {
        let announced = Running { endpoint: endpoint.to_owned(), account: AccountId::public() }
            .announce(run.path())
            .unwrap();
        // The clock of a file system may tick slowly.
        std::thread::sleep(std::time::Duration::from_millis(20));
        announced
    }

    fn found(runs: &Path) -> Option<String> {
        Running::find(runs).unwrap().map(|running| running.endpoint)
    }

    #[test]
    fn the_last_that_lives_is_found_and_one_that_ends_takes_nothing_from_another() {
        let runs = tempfile::tempdir().unwrap();
        assert_eq!(found(&runs.path().join("absent")), None);
        let (first, second) = (RunDir::create(runs.path()).unwrap(), RunDir::create(runs.path()).unwrap());
        assert_eq!(found(runs.path()), None, "neither is announced");
        let one = announce(&first, "http://first");
        let other = announce(&second, "http://second");
        assert_eq!(found(runs.path()).as_deref(), Some("http://second"));
        drop(other);
        assert_eq!(found(runs.path()).as_deref(), Some("http://first"));
        drop(one);
        assert_eq!(found(runs.path()), None);
    }

    #[test]
    fn one_whose_owner_was_killed_is_not_found() {
        let runs = tempfile::tempdir().unwrap();
        let (living, killed) = (RunDir::create(runs.path()).unwrap(), RunDir::create(runs.path()).unwrap());
        let _one = announce(&living, "http://living");
        std::mem::forget(announce(&killed, "http://killed"));
        assert_eq!(found(runs.path()).as_deref(), Some("http://killed"));
        // Dropping releases the lock, which is what the kernel does for a killed owner. A process that another test starts at
        // this very moment has a copy of it until it becomes another program.
        drop(killed);
        let is_living = || found(runs.path()).as_deref() == Some("http://living");
        let soon = || {
            (0..100).any(|_| {
                is_living() || {
                    std::thread::sleep(std::time::Duration::from_millis(20));
                    false
                }
            })
        };
        assert!(soon());
    }
}
