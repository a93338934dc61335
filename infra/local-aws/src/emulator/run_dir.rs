//! The folder of one running emulator, and the removal of those whose owner is gone.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process;

use super::process::{Identity, kill};
use crate::lock;

/// A folder under `target/leadlight` that exists as long as its emulator runs.
///
/// Its owner holds the lock `owner.lock` in it; the kernel releases that when the owner dies. So a
/// folder whose lock can be taken has no owner, whatever process bears the owner's number by then.
#[derive(Debug)]
pub(super) struct RunDir {
    path: PathBuf,
    _owner: File,
}

impl RunDir {
    /// Removes what dead owners left in `state_dir`, then makes a new folder there.
    pub(super) fn create(state_dir: &Path) -> io::Result<Self> {
        fs::create_dir_all(state_dir)?;
        let state_dir = state_dir.canonicalize()?;
        // Between its creation and its lock a folder looks abandoned: nobody else may look then.
        let _creating = lock::exclusive(&state_dir.join("run.lock"))?;
        sweep(&state_dir)?;
        let path = create_numbered(&state_dir)?;
        let owner = lock::exclusive(&path.join(OWNER))?;
        for folder in ["tmp", "home", "s3", "state"] {
            fs::create_dir(path.join(folder))?;
        }
        Ok(Self { path, _owner: owner })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn log(&self) -> PathBuf {
        self.path.join("emulator.log")
    }

    pub(super) fn identity(&self) -> PathBuf {
        self.path.join(IDENTITY)
    }

    /// Removes the folder. Its processes must be gone.
    pub(super) fn remove(&self) -> io::Result<()> {
        remove(&self.path)
    }
}

const OWNER: &str = "owner.lock";
const IDENTITY: &str = "emulator.json";

fn create_numbered(state_dir: &Path) -> io::Result<PathBuf> {
    let mut number = 0_u32;
    loop {
        let path = state_dir.join(format!("run-{}-{number}", process::id()));
        match fs::create_dir(&path) {
            Ok(()) => return Ok(path),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => number += 1,
            Err(error) => return Err(error),
        }
    }
}

/// The folders whose owner lives. None where nothing ever ran.
pub(super) fn living(state_dir: &Path) -> io::Result<Vec<PathBuf>> {
    let runs = match runs(state_dir) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        runs => runs?,
    };
    Ok(runs.into_iter().filter(|run| matches!(lock::is_held(&run.join(OWNER)), Ok(true))).collect())
}

fn runs(state_dir: &Path) -> io::Result<Vec<PathBuf>> {
    let mut runs = Vec::new();
    for entry in fs::read_dir(state_dir)? {
        let entry = entry?;
        let is_run = entry.file_name().to_str().is_some_and(|name| name.starts_with("run-"));
        if is_run && entry.file_type()?.is_dir() {
            runs.push(entry.path());
        }
    }
    Ok(runs)
}

fn sweep(state_dir: &Path) -> io::Result<()> {
    runs(state_dir)?.iter().try_for_each(|run| sweep_run(run))
}

fn sweep_run(run: &Path) -> io::Result<()> {
    let abandoned = match lock::try_exclusive(&run.join(OWNER)) {
        Ok(lock) => lock,
        // Its own launcher is removing it this moment.
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    if abandoned.is_some() {
        Identity::saved_members(&run.join(IDENTITY), run).into_iter().for_each(kill);
        remove(run)?;
    }
    Ok(())
}

/// Removes the folder; a process killed a moment ago may still be adding to it, so more than once.
fn remove(path: &Path) -> io::Result<()> {
    let mut attempts_left = 20;
    loop {
        match fs::remove_dir_all(path) {
            Ok(()) => return Ok(()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) if attempts_left == 0 => return Err(error),
            Err(_) => {
                attempts_left -= 1;
                std::thread::sleep(std::time::Duration::from_millis(50));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_of_living_owners_stay_and_those_of_dead_ones_go() {
        let state_dir = tempfile::tempdir().unwrap();
        let living = RunDir::create(state_dir.path()).unwrap();
        let dead = RunDir::create(state_dir.path()).unwrap();
        let dead_path = dead.path().to_owned();
        fs::write(dead.log(), "last words").unwrap();
        // Dropping releases the lock, which is what the kernel does for a killed owner.
        drop(dead);

        let next = RunDir::create(state_dir.path()).unwrap();
        assert!(living.path().is_dir());
        assert_ne!(living.path(), next.path());
        assert!(!next.log().exists(), "the dead owner's folder was reused as it was");
        // The number is free again, so the new folder may well bear the dead one's name.
        assert!(!dead_path.join("emulator.log").exists());
    }

    #[test]
    fn other_folders_and_files_are_not_touched() {
        let state_dir = tempfile::tempdir().unwrap();
        fs::create_dir(state_dir.path().join("venv")).unwrap();
        fs::write(state_dir.path().join("run-notes.txt"), "mine").unwrap();
        let run = RunDir::create(state_dir.path()).unwrap();
        assert!(state_dir.path().join("venv").is_dir());
        assert!(state_dir.path().join("run-notes.txt").is_file());
        run.remove().unwrap();
        assert!(!run.path().exists());
    }
}
