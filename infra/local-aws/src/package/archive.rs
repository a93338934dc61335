//! One executable as a zip that is the same to the byte whenever the executable is.

use std::fs;
use std::io::{self, Cursor, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::{Architecture, PackageError, PackagedFunction, binary};

/// The name and mode Lambda's `provided` runtimes ask for.
const BOOTSTRAP: &str = "bootstrap";
const EXECUTABLE: u32 = 0o755;

/// Lays `<lambda_dir>/<name>/bootstrap` and `<lambda_dir>/<name>.zip` from the executable at `binary`,
/// or finds that both are from it already.
pub(super) fn lay(lambda_dir: &Path, name: &str, binary: &Path) -> Result<PackagedFunction, PackageError> {
    let bytes = fs::read(binary).map_err(on(binary))?;
    let binary_sha256 = sha256(&bytes);
    let folder = lambda_dir.join(name);
    let zip = lambda_dir.join(format!("{name}.zip"));
    let note = lambda_dir.join(format!("{name}.json"));
    if let Some(known) = read_note(&note, &binary_sha256, name, &zip, &folder.join(BOOTSTRAP)) {
        return Ok(known);
    }

    // On this machine it runs all the same: only what goes to AWS has to refuse it.
    let for_lambda = binary::check(&bytes).map_err(|error| error.to_string());
    fs::create_dir_all(&folder).map_err(on(&folder))?;
    replace(&folder.join(BOOTSTRAP), &bytes, EXECUTABLE)?;
    let archive = archive(&bytes).map_err(|error| on(&zip)(error.into()))?;
    replace(&zip, &archive, 0o644)?;
    let packaged = PackagedFunction {
        name: name.to_owned(),
        zip_bytes: archive.len() as u64,
        sha256: sha256(&archive),
        for_lambda,
        zip,
    };
    // Last: until it is there, the rest counts for nothing.
    replace(&note, note_of(&packaged, &binary_sha256).as_bytes(), 0o644)?;
    Ok(packaged)
}

/// A zip with `bytes` as its executable `bootstrap`.
pub(super) fn archive(bytes: &[u8]) -> zip::result::ZipResult<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default())
        .unix_permissions(EXECUTABLE);
    zip.start_file(BOOTSTRAP, options)?;
    zip.write_all(bytes)?;
    Ok(zip.finish()?.into_inner())
}

fn note_of(packaged: &PackagedFunction, binary_sha256: &str) -> String {
    json!({
        "binary_sha256": binary_sha256,
        "zip_sha256": packaged.sha256,
        "zip_bytes": packaged.zip_bytes,
        "architecture": packaged.for_lambda.as_ref().ok().map(|a| a.as_str()),
        "not_for_lambda": packaged.for_lambda.as_ref().err(),
    })
    .to_string()
}

/// What is laid already, if it is from this binary and still there.
fn read_note(
    note: &Path,
    binary_sha256: &str,
    name: &str,
    zip: &Path,
    bootstrap: &Path,
) -> Option<PackagedFunction> {
    let note: Value = serde_json::from_slice(&fs::read(note).ok()?).ok()?;
    let zip_bytes = note["zip_bytes"].as_u64()?;
    let is_current = note["binary_sha256"] == binary_sha256
        && fs::metadata(zip).is_ok_and(|found| found.len() == zip_bytes)
        && bootstrap.is_file();
    let for_lambda = match note["architecture"].as_str() {
        Some("x86_64") => Ok(Architecture::X86_64),
        Some("arm64") => Ok(Architecture::Arm64),
        Some(_) => return None,
        None => Err(note["not_for_lambda"].as_str()?.to_owned()),
    };
    is_current.then_some(PackagedFunction {
        name: name.to_owned(),
        zip: zip.to_owned(),
        zip_bytes,
        sha256: note["zip_sha256"].as_str()?.to_owned(),
        for_lambda,
    })
}

/// Writes beside the file and renames over it: whoever runs or reads the old one keeps it whole.
fn replace(path: &Path, bytes: &[u8], mode: u32) -> Result<(), PackageError> {
    let beside = path.with_extension("new");
    let written = fs::write(&beside, bytes)
        .and_then(|()| fs::set_permissions(&beside, fs::Permissions::from_mode(mode)))
        .and_then(|()| fs::rename(&beside, path));
    written.map_err(on(path))
}

/// What turns an error of a file into one that names it.
pub(super) fn on(path: &Path) -> impl FnOnce(io::Error) -> PackageError {
    let path = path.to_owned();
    |source| PackageError::File { path, source }
}

pub(super) fn sha256(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;
    use std::path::PathBuf;
    use std::time::{Duration, SystemTime};

    struct Laid {
        dir: tempfile::TempDir,
    }

    impl Laid {
        fn new() -> Self {
            Self { dir: tempfile::tempdir().unwrap() }
        }

        fn binary(&self, bytes: &[u8]) -> PathBuf {
            let path = self.dir.path().join("built");
            fs::write(&path, bytes).unwrap();
            path
        }

        fn lay(&self, bytes: &[u8]) -> PackagedFunction {
            let binary = self.binary(bytes);
            lay(&self.dir.path().join("lambda"), "enrich", &binary).unwrap()
        }
    }

    #[test]
    fn the_zip_holds_one_executable_bootstrap() {
        let laid = Laid::new();
        let packaged = laid.lay(b"#!/bin/sh\necho hello\n");
        let mut zip = zip::ZipArchive::new(fs::File::open(&packaged.zip).unwrap()).unwrap();
        assert_eq!(zip.len(), 1);
        let mut entry = zip.by_name("bootstrap").unwrap();
        assert_eq!(entry.unix_mode().map(|mode| mode & 0o777), Some(0o755));
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).unwrap();
        assert_eq!(bytes, b"#!/bin/sh\necho hello\n");

        let bootstrap = laid.dir.path().join("lambda/enrich/bootstrap");
        assert_eq!(fs::metadata(&bootstrap).unwrap().permissions().mode() & 0o777, 0o755);
        assert_eq!(packaged.zip_bytes, fs::metadata(&packaged.zip).unwrap().len());
        assert_eq!(packaged.sha256, sha256(&fs::read(&packaged.zip).unwrap()));
    }

    #[test]
    fn the_same_binary_gives_the_same_zip_anywhere() {
        let (here, there) = (Laid::new(), Laid::new());
        let (one, other) = (here.lay(b"a binary"), there.lay(b"a binary"));
        assert_eq!(one.sha256, other.sha256);
        assert_eq!(fs::read(one.zip).unwrap(), fs::read(other.zip).unwrap());
        assert_ne!(one.sha256, there.lay(b"another binary").sha256);
    }

    #[test]
    fn what_did_not_change_is_not_rewritten() {
        let laid = Laid::new();
        let first = laid.lay(b"a binary");
        let long_ago = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000);
        let set_back = |path: &Path| {
            fs::File::options().write(true).open(path).unwrap().set_modified(long_ago).unwrap();
        };
        let modified = |path: &Path| fs::metadata(path).unwrap().modified().unwrap();
        set_back(&first.zip);
        assert_eq!(laid.lay(b"a binary"), first);
        assert_eq!(modified(&first.zip), long_ago);

        laid.lay(b"b binary");
        assert_ne!(modified(&first.zip), long_ago);
    }

    #[test]
    fn a_damaged_or_missing_part_is_laid_again() {
        let laid = Laid::new();
        let first = laid.lay(b"a binary");
        let whole = fs::read(&first.zip).unwrap();
        fs::write(&first.zip, &whole[..10]).unwrap();
        assert_eq!(laid.lay(b"a binary"), first);
        assert_eq!(fs::read(&first.zip).unwrap(), whole);

        let bootstrap = laid.dir.path().join("lambda/enrich/bootstrap");
        fs::remove_file(&bootstrap).unwrap();
        laid.lay(b"a binary");
        assert_eq!(fs::read(&bootstrap).unwrap(), b"a binary");
    }

    #[test]
    fn a_missing_binary_is_named() {
        let laid = Laid::new();
        let absent = laid.dir.path().join("absent");
        let error = lay(laid.dir.path(), "enrich", &absent).unwrap_err();
        assert!(error.to_string().contains("absent"), "{error}");
    }
}
