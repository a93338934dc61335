//! The functions of one machine: packages of one line, which start a program that serves them all.

use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use super::archive::{archive, on, sha256};
use super::{PackageError, PackagedFunction};
use crate::emulator::Emulator;

/// Why such a package is for this machine alone.
const HERE_ONLY: &str =
    "its package starts a program of this machine; `leadlight package` builds what Lambda takes";

/// Lays one package for all of `functions`, whose bootstrap runs `program function HANDLER`; the handler is each
/// function's own in the template.
///
/// The program is copied into the emulator's folder first: a build that replaces the original meanwhile does not change
/// the functions of a system that runs, and the copy goes with the emulator.
pub fn launchers(
    emulator: &Emulator,
    program: &Path,
    functions: &[&str],
) -> Result<Vec<PackagedFunction>, PackageError> {
    let copy = emulator.folder().join("functions");
    fs::copy(program, &copy).map_err(on(program))?;
    let zip = emulator.folder().join("functions.zip");
    let bytes = archive(&script(&copy)).map_err(|error| on(&zip)(error.into()))?;
    fs::write(&zip, &bytes).map_err(on(&zip))?;
    let launcher = |name: &&str| PackagedFunction {
        name: (*name).to_owned(),
        zip: zip.clone(),
        zip_bytes: bytes.len() as u64,
        sha256: sha256(&bytes),
        for_lambda: Err(HERE_ONLY.to_owned()),
    };
    Ok(functions.iter().map(launcher).collect())
}

/// `exec`, so that the emulator signals the program itself.
fn script(program: &Path) -> Vec<u8> {
    let quoted =
        program.as_os_str().as_bytes().split(|&byte| byte == b'\'').collect::<Vec<_>>().join(&b"'\\''"[..]);
    [b"#!/bin/sh\nexec '", &*quoted, b"' function \"$_HANDLER\"\n"].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::ffi::OsString;
    use std::os::unix::ffi::OsStringExt;
    use std::os::unix::fs::PermissionsExt;
    use std::process::Command;

    #[test]
    fn the_program_is_started_with_the_handler_wherever_it_lies() {
        let folder = tempfile::tempdir().unwrap();
        let odd = folder.path().join("it's a \"folder\" $HOME");
        fs::create_dir(&odd).unwrap();
        for name in [b"program".to_vec(), b"not utf-8 \xff".to_vec()] {
            let program = odd.join(OsString::from_vec(name));
            fs::write(&program, "#!/bin/sh\necho \"$@\"\n").unwrap();
            fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
            let bootstrap = folder.path().join("bootstrap");
            fs::write(&bootstrap, script(&program)).unwrap();
            let output = Command::new("sh").arg(&bootstrap).env("_HANDLER", "score").output().unwrap();
            assert_eq!(String::from_utf8(output.stdout).unwrap(), "function score\n");
        }
    }
}
