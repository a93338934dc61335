//! The API and its own document, against each other: schemathesis makes requests from `/openapi.json`, right ones and
//! wrong ones, and holds every answer against it.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use leadlight_lead::Role;
use leadlight_review::router;
use leadlight_tests::memory::reference;
use leadlight_tests::office::{MovedClock, Office};
use sha2::{Digest, Sha256};

/// Requests made of each operation, at most.
const EXAMPLES: &str = "25";

/// Runs a command of the set-up; why it failed, in its own words.
fn run(command: &mut Command) -> Result<(), String> {
    let output = command.stdin(Stdio::null()).output().map_err(|e| format!("{command:?}: {e}"))?;
    if output.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&output.stderr).into_owned()) }
}

/// The Python of an environment with schemathesis, every package pinned by hash; made anew when the list changes. Its
/// scripts name the folder they were made in, so modules are run instead.
fn schemathesis(root: &Path) -> Result<PathBuf, String> {
    let list = root.join("infra/requirements-api.txt");
    let text = std::fs::read(&list).map_err(|e| format!("{}: {e}", list.display()))?;
    let venv = root.join(format!("target/api-{}", &hex::encode(Sha256::digest(&text))[..12]));
    let python = venv.join("bin/python");
    if venv.join("complete").exists() {
        return Ok(python);
    }
    run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&venv))?;
    run(Command::new(&python)
        .args([
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--no-deps",
            "--require-hashes",
            "-r",
        ])
        .arg(&list))?;
    std::fs::write(venv.join("complete"), "").map_err(|e| e.to_string())?;
    Ok(python)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_is_as_the_document_says() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let python = match schemathesis(&root) {
        Ok(python) => python,
        Err(why) => {
            assert!(std::env::var_os("CI").is_none(), "schemathesis cannot be set up: {why}");
            println!(
                "SKIPPED: the API was not held against its document; schemathesis cannot be set up: {why}"
            );
            return;
        }
    };
    let office = Office::new().await;
    let issuer = leadlight_identity::LocalIssuer::new([7; 32]);
    let token = issuer.mint("manager-1", Role::Manager, reference(), leadlight_identity::LONGEST_SIGN_IN);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let app = router(office.server(MovedClock::default()));
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    let folder = tempfile::tempdir().unwrap();
    let told = tokio::task::spawn_blocking(move || {
        Command::new(python)
            .args([
                "-m",
                "schemathesis.cli",
                "run",
                &format!("http://{address}/openapi.json"),
                "--checks",
                "all",
                "--no-color",
            ])
            .args([
                "--header",
                &format!("Authorization: Bearer {token}"),
                "--max-examples",
                EXAMPLES,
                "--seed",
                "1",
            ])
            .current_dir(folder.path())
            .output()
    });
    let told = told.await.unwrap().unwrap();
    let text = String::from_utf8_lossy(&told.stdout);
    println!("{text}");
    assert!(told.status.success(), "{text}");
    assert!(text.contains("Tested: 30"), "every operation was tried");
}
