//! The functions as Lambda takes them: one executable called `bootstrap` in a zip.

mod archive;
mod binary;
mod build;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

pub use binary::Architecture;

use crate::lock;
use crate::prerequisites::{Cargo, Workspace};
use crate::progress::{Phase, Progress};

/// Every function of the system, in the order a lead passes them. The package and binary of each is
/// `leadlight-<name>`.
pub const FUNCTIONS: [&str; 8] =
    ["intake", "enrich", "score", "route", "review", "outcome", "sla", "retrain"];

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
    #[error("the functions do not build:\n{0}")]
    Build(String),
    /// cargo finished without naming the function's executable.
    #[error("the package leadlight-{0} has no binary of that name")]
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
    /// The zip: `target/lambda/<name>.zip`.
    pub zip: PathBuf,
    /// The zip's size in bytes.
    pub zip_bytes: u64,
    /// The zip's SHA-256, in hex. The same binary always gives the same zip.
    pub sha256: String,
    /// What the template's `Architectures` must say; or why the binary would not start on Lambda, and runs
    /// on this machine's emulator only.
    pub for_lambda: Result<Architecture, String>,
}

/// Builds `functions` for release and lays `target/lambda/<name>/bootstrap` and
/// `target/lambda/<name>.zip`, each rewritten only when the binary changed. Blocks.
///
/// Works from inside `cargo run` and `cargo test` (cargo has let go of its locks by then), and in
/// several processes at once: the later ones wait for the first.
///
/// The build sets `AWS_LC_SYS_NO_JITTER_ENTROPY=1`: AWS-LC then draws its randomness from the
/// operating system alone, instead of mixing in CPU timing jitter, whose collection costs 55–88 ms in
/// each cold start (measured; 0.025 ms without). The kernel's generator is what the rest of the
/// process trusts anyway.
pub fn package(
    workspace: &Workspace,
    cargo: &Cargo,
    functions: &[&str],
    progress: &dyn Progress,
) -> Result<Vec<PackagedFunction>, PackageError> {
    let state_dir = workspace.state_dir();
    let file_error = |path: &Path| {
        let path = path.to_owned();
        move |source| PackageError::File { path, source }
    };
    fs::create_dir_all(&state_dir).map_err(file_error(&state_dir))?;
    let lock_path = state_dir.join("build.lock");
    let _lock =
        lock::exclusive(&lock_path).map_err(|source| PackageError::Lock { path: lock_path, source })?;

    let binaries = build::build(workspace, cargo, functions, progress)?;
    let phase = Phase::start(progress, "Packaging the functions");
    let total = u64::try_from(binaries.len()).ok();
    let mut packaged = Vec::new();
    for (index, (name, binary)) in (1..).zip(&binaries) {
        packaged.push(archive::lay(&workspace.lambda_dir(), name, binary)?);
        phase.step(index, total, name);
    }
    phase.finish();
    Ok(packaged)
}
