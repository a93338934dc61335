//! The functions as Lambda takes them: one executable called `bootstrap` in a zip. On one machine that only starts a
//! program which serves them all, so that nothing is built twice.

mod archive;
mod binary;
mod build;
mod launcher;

use std::fs;
use std::io;
use std::path::PathBuf;

pub use binary::Architecture;
pub use launcher::launchers;

use crate::lock;
use crate::prerequisites::{Cargo, Workspace};
use crate::progress::{Phase, Progress};

/// Every function of the system, in the order a lead passes them. The package and binary of each is
/// `leadlight-<name>`.
pub const FUNCTIONS: [&str; 13] = [
    "intake", "pull", "enrich", "score", "route", "review", "outcome", "sla", "retrain", "publish",
    "deliver", "erase", "plan",
];

/// Why the functions could not be built or packaged.
#[derive(Debug, thiserror::Error)]
pub enum PackageError {
    /// The lock against a second build could not be taken.
    #[error("the lock {} could not be taken", path.display())]
    Lock {
        /// The lock's file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// cargo did not start, or its output broke off.
    #[error("cargo could not be run")]
    Cargo(#[source] io::Error),
    /// The build failed.
    #[error("the build failed:\n{0}")]
    Build(String),
    /// cargo finished without naming the package's executable.
    #[error("the package {0} has no binary of that name")]
    NoBinary(String),
    /// A file of the package could not be read or written.
    #[error("{} could not be packaged", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
}

/// One function, ready to be uploaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackagedFunction {
    /// Such as `enrich`.
    pub name: String,
    /// The zip; of a build for Lambda, `target/lambda/<name>.zip`.
    pub zip: PathBuf,
    /// The zip's size in bytes.
    pub zip_bytes: u64,
    /// The zip's SHA-256, in hex. The same binary always gives the same zip.
    pub sha256: String,
    /// What the template's `Architectures` must say; or why the binary would not start on Lambda, and runs
    /// on this machine's emulator only.
    pub for_lambda: Result<Architecture, String>,
}

/// Builds the functions for release and lays `target/lambda/<name>/bootstrap` and `target/lambda/<name>.zip`, each
/// rewritten only when the binary changed. Blocks.
///
/// Works from inside `cargo run` and `cargo test` (cargo has let go of its locks by then), and in
/// several processes at once: the later ones wait for the first.
pub fn package(
    workspace: &Workspace,
    cargo: &Cargo,
    functions: &[&str],
    progress: &dyn Progress,
) -> Result<Vec<PackagedFunction>, PackageError> {
    let _lock = exclusive(workspace)?;
    let crates: Vec<String> = functions.iter().map(|name| package_of(name)).collect();
    let phase =
        Phase::start_long(progress, "Building the functions", "10 minutes the first time, on two cores");
    let binaries =
        build::build(workspace, cargo, &build::Wanted { packages: &crates, release: true }, &phase)?;
    phase.finish();

    let phase = Phase::start(progress, "Packaging the functions");
    let total = u64::try_from(binaries.len()).ok();
    let mut packaged = Vec::new();
    for (index, name) in (1..).zip(functions) {
        let package = package_of(name);
        let binary = binaries.get(&package).ok_or(PackageError::NoBinary(package))?;
        packaged.push(archive::lay(&workspace.lambda_dir(), name, binary)?);
        phase.step(index, total, name);
    }
    phase.finish();
    Ok(packaged)
}

/// Builds the operator's command, in which [`launchers`] have all functions, just as `cargo run` does, and answers its
/// executable. Blocks, and may be called as [`package`] may.
pub fn command(
    workspace: &Workspace,
    cargo: &Cargo,
    progress: &dyn Progress,
) -> Result<PathBuf, PackageError> {
    const COMMAND: &str = "leadlight";
    let _lock = exclusive(workspace)?;
    let phase = Phase::start(progress, "Building the command");
    let packages = [COMMAND.to_owned()];
    let mut built =
        build::build(workspace, cargo, &build::Wanted { packages: &packages, release: false }, &phase)?;
    phase.finish();
    built.remove(COMMAND).ok_or_else(|| PackageError::NoBinary(COMMAND.to_owned()))
}

fn package_of(function: &str) -> String {
    format!("leadlight-{function}")
}

/// One build at a time: what is laid by one is not to be read half-written by another.
fn exclusive(workspace: &Workspace) -> Result<fs::File, PackageError> {
    let state_dir = workspace.state_dir();
    fs::create_dir_all(&state_dir).map_err(archive::on(&state_dir))?;
    let path = state_dir.join("build.lock");
    lock::exclusive(&path).map_err(|source| PackageError::Lock { path, source })
}
