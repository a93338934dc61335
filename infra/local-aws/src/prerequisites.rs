//! What has to be on the machine before anything is built or started, each with its remedy.

use std::env;
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The oldest Python the emulator's pinned packages install on.
const OLDEST_PYTHON: (u16, u16) = (3, 10);

/// Names under which a fitting Python may be found, the plain one first.
const PYTHON_NAMES: [&str; 7] =
    ["python3", "python3.14", "python3.13", "python3.12", "python3.11", "python3.10", "python"];

/// Prints one line each: interpreter, version, whether a venv with pip can be made.
const PYTHON_PROBE: &str = "
import sys
print(sys.executable)
print('%d.%d.%d' % sys.version_info[:3])
try:
    import venv, ensurepip
    print('venv')
except ImportError:
    print('no venv')
";

/// Something the machine lacks. Each message ends with what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum PrerequisiteError {
    /// No folder at or above the starting point holds a workspace's `Cargo.toml`.
    #[error("no Cargo workspace at or above {0}; run this from inside a checkout of Leadlight")]
    NoWorkspace(PathBuf),
    /// `cargo --version` does not run.
    #[error("cargo does not run ({0}); install Rust from https://rustup.rs")]
    NoCargo(String),
    /// No Python answers at all.
    #[error(
        "Python 3.10 or newer was not found; install it \
         (Debian, Ubuntu: `apt install python3 python3-venv`; Fedora: `dnf install python3`; \
         macOS: `brew install python`)"
    )]
    NoPython,
    /// Only older Pythons answer.
    #[error(
        "{} is Python {}, but 3.10 or newer is needed; install a newer one beside it \
         (Debian, Ubuntu: `apt install python3 python3-venv`; macOS: `brew install python`)",
        .0.executable.display(), .0.version
    )]
    OldPython(Python),
    /// The Python is new enough but cannot make a virtual environment (Debian splits that off).
    #[error(
        "{} (Python {}) lacks the venv module; install it (Debian, Ubuntu: `apt install python3-venv`)",
        .0.executable.display(), .0.version
    )]
    NoVenv(Python),
}

/// The root of the checkout, and where what is made from it goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Workspace {
    root: PathBuf,
}

impl Workspace {
    /// The nearest folder at or above `start` whose `Cargo.toml` has a `[workspace]` table.
    pub fn find(start: &Path) -> Result<Self, PrerequisiteError> {
        let start = start.canonicalize().map_err(|_| PrerequisiteError::NoWorkspace(start.to_owned()))?;
        start
            .ancestors()
            .find(|folder| is_workspace(folder))
            .map(|root| Self { root: root.to_owned() })
            .ok_or_else(|| PrerequisiteError::NoWorkspace(start.clone()))
    }

    /// The folder of the workspace's `Cargo.toml`, absolute.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// `target/leadlight`: the Python environment and locks.
    pub fn state_dir(&self) -> PathBuf {
        self.root.join("target/leadlight")
    }

    /// Running emulators: `target/leadlight` too, or the folder that the environment variable `LEADLIGHT_RUNS` names.
    /// Commands find the system that was announced last in the same folder; with one of their own, two of them keep
    /// apart.
    pub fn runs_dir(&self) -> PathBuf {
        let elsewhere = env::var_os("LEADLIGHT_RUNS").filter(|folder| !folder.is_empty());
        elsewhere.map_or_else(|| self.state_dir(), PathBuf::from)
    }

    /// `target/lambda`: the packaged functions, where the template's `CodeUri` points.
    pub fn lambda_dir(&self) -> PathBuf {
        self.root.join("target/lambda")
    }
}

fn is_workspace(folder: &Path) -> bool {
    std::fs::read_to_string(folder.join("Cargo.toml"))
        .is_ok_and(|manifest| manifest.lines().any(|line| line.trim() == "[workspace]"))
}

/// A cargo that runs.
#[derive(Debug, Clone)]
pub struct Cargo {
    program: PathBuf,
}

impl Cargo {
    /// The cargo that started this process, else the one on the `PATH`.
    pub fn find() -> Result<Self, PrerequisiteError> {
        let program = env::var_os("CARGO").map_or_else(|| PathBuf::from("cargo"), PathBuf::from);
        let status = Command::new(&program)
            .arg("--version")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .map_err(|error| PrerequisiteError::NoCargo(error.to_string()))?;
        if status.success() {
            Ok(Self { program })
        } else {
            Err(PrerequisiteError::NoCargo(status.to_string()))
        }
    }

    pub(crate) fn program(&self) -> &Path {
        &self.program
    }
}

/// A Python interpreter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Python {
    executable: PathBuf,
    version: PythonVersion,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct PythonVersion {
    major: u16,
    minor: u16,
    patch: u16,
}

impl fmt::Display for PythonVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

impl Python {
    /// The first Python on the `PATH` that is new enough and can make a virtual environment.
    pub fn find() -> Result<Self, PrerequisiteError> {
        Self::find_among(&PYTHON_NAMES)
    }

    fn find_among<P: AsRef<Path>>(programs: &[P]) -> Result<Self, PrerequisiteError> {
        let (mut without_venv, mut old) = (None, None);
        for answer in programs.iter().filter_map(|program| probe(program.as_ref())) {
            let Probe { python, has_venv } = answer;
            if (python.version.major, python.version.minor) < OLDEST_PYTHON {
                old.get_or_insert(python);
            } else if has_venv {
                return Ok(python);
            } else {
                without_venv.get_or_insert(python);
            }
        }
        Err(match (without_venv, old) {
            (Some(python), _) => PrerequisiteError::NoVenv(python),
            (None, Some(python)) => PrerequisiteError::OldPython(python),
            (None, None) => PrerequisiteError::NoPython,
        })
    }

    pub(crate) fn executable(&self) -> &Path {
        &self.executable
    }

    /// `major.minor.patch`.
    pub fn version(&self) -> String {
        self.version.to_string()
    }
}

struct Probe {
    python: Python,
    has_venv: bool,
}

fn probe(program: &Path) -> Option<Probe> {
    let answer = Command::new(program).args(["-I", "-c", PYTHON_PROBE]).stdin(Stdio::null()).output().ok()?;
    if !answer.status.success() {
        return None;
    }
    parse_probe(&String::from_utf8(answer.stdout).ok()?)
}

fn parse_probe(answer: &str) -> Option<Probe> {
    let mut lines = answer.lines();
    let executable = PathBuf::from(lines.next()?);
    let mut numbers = lines.next()?.split('.').map(|number| number.parse::<u16>().ok());
    let version = PythonVersion { major: numbers.next()??, minor: numbers.next()??, patch: numbers.next()?? };
    Some(Probe { python: Python { executable, version }, has_venv: lines.next()? == "venv" })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    /// A program that answers the probe as a given Python would.
    fn fake_python(folder: &Path, name: &str, version: &str, venv: &str) -> PathBuf {
        let program = folder.join(name);
        let script = format!("#!/bin/sh\nprintf '%s\\n' {} {version} '{venv}'\n", program.display());
        fs::write(&program, script).unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
        program
    }

    #[test]
    fn the_first_fitting_python_is_taken() {
        let folder = tempfile::tempdir().unwrap();
        let programs = [
            folder.path().join("absent"),
            fake_python(folder.path(), "old", "3.9.18", "venv"),
            fake_python(folder.path(), "bare", "3.12.1", "no venv"),
            fake_python(folder.path(), "good", "3.10.0", "venv"),
            fake_python(folder.path(), "later", "3.13.0", "venv"),
        ];
        let python = Python::find_among(&programs).unwrap();
        assert_eq!(python.executable(), programs[3]);
        assert_eq!(python.version(), "3.10.0");
    }

    #[test]
    fn each_lack_names_its_remedy() {
        let folder = tempfile::tempdir().unwrap();
        let old = fake_python(folder.path(), "old", "2.7.18", "no venv");
        let bare = fake_python(folder.path(), "bare", "3.11.2", "no venv");

        let nothing = Python::find_among(&[folder.path().join("absent")]).unwrap_err();
        assert!(matches!(nothing, PrerequisiteError::NoPython));
        let only_old = Python::find_among(&[&old]).unwrap_err();
        assert!(matches!(only_old, PrerequisiteError::OldPython(_)));
        assert!(only_old.to_string().contains("2.7.18"), "{only_old}");
        let split_off = Python::find_among(&[&old, &bare]).unwrap_err();
        assert!(split_off.to_string().contains("apt install python3-venv"), "{split_off}");
    }

    #[test]
    fn the_workspace_is_found_from_a_member_and_nowhere_else() {
        let folder = tempfile::tempdir().unwrap();
        let member = folder.path().join("a/b");
        fs::create_dir_all(&member).unwrap();
        fs::write(folder.path().join("Cargo.toml"), "[workspace]\nmembers = [\"a/b\"]\n").unwrap();
        fs::write(member.join("Cargo.toml"), "[package]\nname = \"b\"\n").unwrap();
        let found = Workspace::find(&member).unwrap();
        assert_eq!(found.root(), folder.path().canonicalize().unwrap());

        let outside = tempfile::tempdir().unwrap();
        let error = Workspace::find(&outside.path().join("absent")).unwrap_err();
        assert!(matches!(error, PrerequisiteError::NoWorkspace(_)));
    }
}
