//! The release build and its packages, on a workspace of two functions without dependencies.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use leadlight_local_aws::{
    Architecture, Cargo, PackageError, PackagedFunction, Progress, Silent, Step, Workspace, package,
};

/// A workspace whose functions are named after the test, so that tests that share a target folder do
/// not share binaries.
struct Fixture {
    dir: tempfile::TempDir,
    functions: [String; 2],
}

impl Fixture {
    fn new(test: &str) -> Self {
        let fixture = Self {
            dir: tempfile::tempdir().unwrap(),
            functions: ["a", "b"].map(|part| format!("{test}-{part}")),
        };
        fixture.write(
            "Cargo.toml",
            "[workspace]\nresolver = \"3\"\nmembers = [\"*-a\", \"*-b\"]\nexclude = [\"target\"]\n",
        );
        let mut lock = vec!["version = 4\n".to_owned()];
        for function in &fixture.functions {
            let package = format!("leadlight-{function}");
            let manifest =
                format!("[package]\nname = \"{package}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n");
            fixture.write(&format!("{function}/Cargo.toml"), &manifest);
            fixture.main_of(function, "println!(\"{}\", cfg!(debug_assertions));");
            lock.push(format!("\n[[package]]\nname = \"{package}\"\nversion = \"0.1.0\"\n"));
        }
        fixture.write("Cargo.lock", &lock.concat());
        fixture
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.dir.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn main_of(&self, function: &str, body: &str) {
        self.write(&format!("{function}/src/main.rs"), &format!("fn main() {{ {body} }}\n"));
    }

    fn package(&self, progress: &dyn Progress) -> Result<Vec<PackagedFunction>, PackageError> {
        let functions = self.functions.each_ref().map(String::as_str);
        package(&Workspace::find(self.dir.path()).unwrap(), &Cargo::find().unwrap(), &functions, progress)
    }
}

/// Writes down what it is told, but for waiting: the tests of this file run cargos side by side, and those
/// share a lock.
#[derive(Default)]
struct Told(Mutex<Vec<String>>);

impl Progress for Told {
    fn started(&self, phase: &str) {
        self.0.lock().unwrap().push(format!("start {phase}"));
    }
    fn step(&self, _phase: &str, step: Step<'_>) {
        if step.message == "waiting for another cargo" {
            return;
        }
        self.0.lock().unwrap().push(format!("{} of {}", step.done, step.total.unwrap()));
    }
    fn finished(&self, phase: &str) {
        self.0.lock().unwrap().push(format!("done {phase}"));
    }
}

fn printed(bootstrap: &Path) -> String {
    let output = std::process::Command::new(bootstrap).output().unwrap();
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

#[test]
fn functions_are_built_for_release_and_laid_where_the_template_points() {
    let fixture = Fixture::new("laid");
    let told = Told::default();
    let packaged = fixture.package(&told).unwrap();
    let names: Vec<&str> = packaged.iter().map(|function| function.name.as_str()).collect();
    assert_eq!(names, ["laid-a", "laid-b"]);
    for function in &packaged {
        let lambda = fixture.dir.path().canonicalize().unwrap().join("target/lambda");
        assert_eq!(function.zip, lambda.join(format!("{}.zip", function.name)));
        assert_eq!(fs::metadata(&function.zip).unwrap().len(), function.zip_bytes);
        assert_eq!(printed(&lambda.join(&function.name).join("bootstrap")), "false", "a release build");
        if cfg!(all(target_os = "linux", target_arch = "x86_64")) {
            assert_eq!(function.for_lambda, Ok(Architecture::X86_64));
        }
    }
    let told = told.0.into_inner().unwrap();
    assert_eq!(
        told,
        [
            "start Building the functions",
            "1 of 2",
            "2 of 2",
            "done Building the functions",
            "start Packaging the functions",
            "1 of 2",
            "2 of 2",
            "done Packaging the functions",
        ]
    );
}

#[test]
fn a_second_time_nothing_is_rewritten_but_what_changed() {
    let fixture = Fixture::new("again");
    let first = fixture.package(&Silent).unwrap();
    let modified = |function: &PackagedFunction| fs::metadata(&function.zip).unwrap().modified().unwrap();
    let at_first: Vec<_> = first.iter().map(modified).collect();
    assert_eq!(fixture.package(&Silent).unwrap(), first);
    assert_eq!(first.iter().map(modified).collect::<Vec<_>>(), at_first);

    fixture.main_of(&fixture.functions[1], "println!(\"changed\");");
    let second = fixture.package(&Silent).unwrap();
    assert_eq!(second[0], first[0]);
    assert_ne!(second[1].sha256, first[1].sha256);
    assert_eq!(modified(&second[0]), at_first[0]);
    let bootstrap: PathBuf = second[1].zip.with_extension("").join("bootstrap");
    assert_eq!(printed(&bootstrap), "changed");
}

#[test]
fn two_at_once_do_not_get_in_each_others_way() {
    let fixture = Fixture::new("twice");
    let both = std::thread::scope(|scope| {
        let racers = [(); 2].map(|()| scope.spawn(|| fixture.package(&Silent).unwrap()));
        racers.map(|racer| racer.join().unwrap())
    });
    assert_eq!(both[0], both[1]);
}

#[test]
fn a_build_that_fails_shows_what_the_compiler_said() {
    let fixture = Fixture::new("fails");
    fixture.main_of(&fixture.functions[0], "no_such_function();");
    let error = fixture.package(&Silent).unwrap_err();
    let PackageError::Build(said) = &error else { panic!("{error:?}") };
    assert!(said.contains("no_such_function") && said.contains("fails-a/src/main.rs"), "{said}");
}

#[test]
fn a_package_without_a_binary_is_named() {
    let fixture = Fixture::new("library");
    let function = &fixture.functions[0];
    fs::remove_file(fixture.dir.path().join(function).join("src/main.rs")).unwrap();
    fixture.write(&format!("{function}/src/lib.rs"), "");
    let error = fixture.package(&Silent).unwrap_err();
    assert!(
        matches!(&error, PackageError::NoBinary(name) if *name == format!("leadlight-{function}")),
        "{error:?}"
    );
}
