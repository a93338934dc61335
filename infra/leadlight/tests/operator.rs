//! The operator's command as people and scripts run it.

#![expect(clippy::unwrap_used, reason = "a test ends where something is not as it should be")]

use std::io::Read;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

/// The built command.
fn leadlight() -> &'static str {
    env!("CARGO_BIN_EXE_leadlight")
}

fn run(args: &[&str]) -> Output {
    Command::new(leadlight()).args(args).stdin(Stdio::null()).output().unwrap()
}

/// A place for running systems that no other test and no demo of this folder knows of.
struct Runs(tempfile::TempDir);

impl Runs {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(leadlight());
        command.args(args).env("LEADLIGHT_RUNS", self.0.path()).stdin(Stdio::null());
        command
    }

    fn run(&self, args: &[&str]) -> Output {
        self.command(args).output().unwrap()
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// What runs below `target/leadlight` and belongs to the demo of this process.
fn emulators_of(pid: u32) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir("/proc").unwrap().flatten() {
        let Ok(line) = std::fs::read(entry.path().join("cmdline")) else { continue };
        let line = String::from_utf8_lossy(&line).replace('\0', " ");
        if line.contains(&format!("run-{pid}-")) {
            found.push(line);
        }
    }
    found
}

#[test]
fn the_demo_prints_one_json_document_and_leaves_nothing_behind() {
    let demo = Command::new(leadlight())
        .args(["demo", "--once", "--format", "json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let pid = demo.id();
    let output = demo.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    for field in ["console_url", "stack", "model", "policy", "leads"] {
        assert!(report.get(field).is_some(), "{field} is missing");
    }
    assert_eq!(report["model"].as_str().unwrap().len(), 64);
    let leads = report["leads"].as_array().unwrap();
    for queue in ["sdr", "human_first", "nurture", "catch_all", "disqualified"] {
        assert!(leads.iter().any(|l| l["queue"] == queue), "no lead in {queue}");
    }
    for lead in leads.iter().filter(|l| l["queue"] != "human_first") {
        for field in ["id", "email", "source", "motion", "score", "probability", "grade", "summary"] {
            assert!(!lead[field].is_null(), "{field} of {lead}");
        }
        let reason = &lead["reasons"][0];
        assert!(
            reason["group"].is_string() && reason["factor"].is_string() && reason["contribution"].is_f64()
        );
    }
    let counts = &report["accounted"];
    let count = |name: &str| counts[name].as_u64().unwrap();
    assert_eq!(count("submitted"), count("queued") + count("repeated") + count("dead_letters"));
    assert_eq!(emulators_of(pid), Vec::<String>::new());
}

/// A system that `up` started; ended by Ctrl-C.
struct Up(Child);

impl Up {
    fn start(runs: &Runs) -> Self {
        let mut child = runs.command(&["up"]).stderr(Stdio::piped()).spawn().unwrap();
        let mut stderr = child.stderr.take().unwrap();
        let deadline = Instant::now() + Duration::from_mins(30);
        let mut said = String::new();
        let mut byte = [0_u8; 1];
        while !said.contains("until Ctrl-C") {
            assert!(Instant::now() < deadline && stderr.read(&mut byte).unwrap() == 1, "{said}");
            said.push(char::from(byte[0]));
        }
        // Whatever it says later must not block it.
        std::thread::spawn(move || std::io::copy(&mut stderr, &mut std::io::sink()));
        Self(child)
    }

    fn interrupt(&mut self) -> bool {
        let pid = self.0.id().to_string();
        assert!(Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
        self.0.wait().unwrap().success()
    }
}

/// A test that fails half-way leaves no system behind.
impl Drop for Up {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn a_running_system_takes_the_other_commands_and_ends_with_ctrl_c() {
    let runs = Runs::new();
    let mut up = Up::start(&runs);
    let run = |args: &[&str]| runs.run(args);
    let pid = up.0.id();
    let folder = std::env::temp_dir().join(format!("leadlight-operator-{pid}"));
    std::fs::create_dir_all(&folder).unwrap();
    let lead = folder.join("lead.json");
    std::fs::write(
        &lead,
        r#"{"schema_version":1,"id":"e1","source":"website-form","email":"ada@brightforge.example","title":"VP Sales"}"#,
    )
    .unwrap();
    let bad = folder.join("bad.json");
    std::fs::write(&bad, "{").unwrap();

    let output = run(&["submit", lead.to_str().unwrap(), bad.to_str().unwrap()]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let said = text(&output.stdout);
    assert!(said.contains("Score: ") && said.contains("set aside by enrich"), "{said}");

    let listed: Value = serde_json::from_slice(&run(&["queue", "list", "--format", "json"]).stdout).unwrap();
    assert_eq!(listed.as_array().unwrap().len(), 1);
    assert!(text(&run(&["queue", "dead-letters"]).stdout).contains("not valid JSON"));

    let broken = folder.join("deals.csv");
    let history = text(leadlight_events::HISTORY_CSV).replacen("closed_at", "ended_at", 1);
    std::fs::write(&broken, history).unwrap();
    let refused = run(&["import", broken.to_str().unwrap(), "--from", "leadlight"]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(text(&refused.stderr).contains("when a deal was closed"), "{}", text(&refused.stderr));
    let nothing: Value = serde_json::from_slice(&run(&["retrain", "--format", "json"]).stdout).unwrap();
    assert_eq!((nothing["verdict"].as_str(), nothing["deals"].as_u64()), (Some("refused"), Some(0)));

    let deals = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../events/history/deals.csv");
    let imported: Value =
        serde_json::from_slice(&run(&["import", deals.to_str().unwrap(), "--format", "json"]).stdout)
            .unwrap();
    assert!(imported["new"].as_u64().unwrap() >= 600);
    assert!(text(&run(&["retrain"]).stdout).starts_with("Model "));
    assert!(text(&run(&["policy", "show"]).stdout).contains("schema_version = 1"));
    assert!(text(&run(&["policy", "docs"]).stdout).contains("## "));
    assert!(text(&run(&["team", "show"]).stdout).contains("[members.sdr-1]"));
    let team = Path::new(env!("CARGO_MANIFEST_DIR")).join("../policies/team.toml");
    assert!(text(&run(&["team", "publish", team.to_str().unwrap()]).stdout).contains("was in force already"));
    let outcomes = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../events/outcomes/outcomes.csv");
    let sent = run(&["outcomes", outcomes.to_str().unwrap(), "--no-follow"]);
    assert!(text(&sent.stdout).contains("outcomes sent"), "{}", text(&sent.stderr));
    let bad = folder.join("bad-outcomes.csv");
    std::fs::write(&bad, "lead_id,outcome,occurred_at\nlead_x,perhaps,yesterday\n").unwrap();
    let refused = run(&["outcomes", bad.to_str().unwrap()]);
    let said = text(&refused.stderr);
    assert!(!refused.status.success() && said.contains("bad-outcomes.csv:2"), "{said}");

    assert!(up.interrupt(), "Ctrl-C is a clean end");
    assert_eq!(emulators_of(pid), Vec::<String>::new());
    let after = run(&["queue", "list"]);
    assert!(!after.status.success());
    assert!(text(&after.stderr).contains("cargo run -- up"), "{}", text(&after.stderr));
    std::fs::remove_dir_all(&folder).unwrap();
}

/// As a demo in one terminal and `cargo test` or another demo in a second one, of the same folder.
#[test]
fn a_system_that_ends_takes_nothing_from_another() {
    let runs = Runs::new();
    let mut first = Up::start(&runs);
    let mut second = Up::start(&runs);
    let lead = runs.0.path().join("lead.json");
    let event = r#"{"schema_version":1,"id":"e1","source":"website-form","email":"ada@brightforge.example"}"#;
    std::fs::write(&lead, event).unwrap();
    let submitted = runs.run(&["submit", lead.to_str().unwrap()]);
    assert!(submitted.status.success(), "{}", text(&submitted.stderr));
    let leads = || -> usize {
        let output = runs.run(&["queue", "list", "--format", "json"]);
        assert!(output.status.success(), "{}", text(&output.stderr));
        serde_json::from_slice::<Value>(&output.stdout).unwrap().as_array().unwrap().len()
    };
    assert_eq!(leads(), 1, "commands find the system that started last");
    assert!(second.interrupt());
    assert_eq!(leads(), 0, "and after its end the one that still runs");
    assert!(first.interrupt());
}

/// As `leadlight policy docs FILE | head -1` ends it.
#[test]
fn a_closed_pipe_ends_the_command_without_a_word() {
    let default = Path::new(env!("CARGO_MANIFEST_DIR")).join("../policies/default.toml");
    for args in [&["policy", "docs", default.to_str().unwrap()][..], &["--help"]] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output =
            Command::new(leadlight()).args(args).stdout(writer).stderr(Stdio::piped()).output().unwrap();
        assert_eq!(text(&output.stderr), "", "{args:?}");
        // The help is not ours to end: clap takes a closed pipe for success.
        assert!(matches!(output.status.code(), Some(141)) || args == ["--help"], "{:?}", output.status);
    }
}

#[test]
fn a_policy_file_is_checked_with_line_and_remedy() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let default = root.join("infra/policies/default.toml");
    let good = run(&["policy", "check", default.to_str().unwrap()]);
    assert!(good.status.success() && text(&good.stdout).contains("well-formed"));
    let folder = std::env::temp_dir().join(format!("leadlight-policy-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let bad = folder.join("bad.toml");
    let vague = std::fs::read_to_string(&default).unwrap().replacen(
        "minimum_employees = 20",
        "minimum_employes = 20",
        1,
    );
    std::fs::write(&bad, vague).unwrap();
    let output = run(&["policy", "check", bad.to_str().unwrap()]);
    assert!(!output.status.success());
    let said = text(&output.stderr);
    assert!(said.contains("bad.toml:") && said.contains("minimum_employes"), "{said}");
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn a_team_file_is_checked_with_line_and_remedy() {
    let team = Path::new(env!("CARGO_MANIFEST_DIR")).join("../policies/team.toml");
    let good = run(&["team", "check", team.to_str().unwrap()]);
    assert!(good.status.success() && text(&good.stdout).contains("well-formed"), "{}", text(&good.stderr));
    let folder = tempfile::tempdir().unwrap();
    let bad = folder.path().join("bad.toml");
    let vague = std::fs::read_to_string(&team).unwrap().replacen("role = \"sdr\"", "role = \"boss\"", 1);
    std::fs::write(&bad, vague).unwrap();
    let output = run(&["team", "check", bad.to_str().unwrap()]);
    let said = text(&output.stderr);
    assert!(!output.status.success() && said.contains("bad.toml:") && said.contains("role"), "{said}");
}

#[test]
fn a_policy_is_told_in_words() {
    let default = Path::new(env!("CARGO_MANIFEST_DIR")).join("../policies/default.toml");
    let told = text(&run(&["policy", "docs", default.to_str().unwrap()]).stdout);
    for word in ["# Policy default", "checkpoint", "SDR", "| --- |"] {
        assert!(told.contains(word), "{word} is missing: {told}");
    }
}

#[test]
fn help_teaches() {
    let help = text(&run(&["--help"]).stdout);
    for word in ["demo", "submit", "outcomes", "queue", "policy", "team", "Examples:", "--stack", "package"] {
        assert!(help.contains(word), "{word} is missing");
    }
}
