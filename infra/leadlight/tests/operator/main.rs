//! The operator's command as people and scripts run it.

#![expect(clippy::unwrap_used, reason = "a test ends where something is not as it should be")]

mod models;
mod outbound;
mod shadow;
mod submit_as;

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
    // Other systems sent as they do, and the CRM has heard of every person.
    let senders: Vec<_> =
        report["by_webhook"].as_array().unwrap().iter().map(|one| one["source"].as_str()).collect();
    assert_eq!(senders, [Some("website-form"), Some("product-trial"), Some("crm")]);
    let people: std::collections::BTreeSet<_> = leads
        .iter()
        .chain(report["by_webhook"].as_array().unwrap())
        .map(|lead| lead["email"].as_str())
        .collect();
    assert_eq!(report["in_the_crm"]["contacts"], people.len());
    assert!(report["in_slack"]["messages"].as_u64() > Some(5), "{}", report["in_slack"]);
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

    let gone = folder.join("gone.json");
    let output = run(&["submit", lead.to_str().unwrap(), bad.to_str().unwrap(), gone.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(3), "{}", text(&output.stderr));
    let said = text(&output.stdout);
    assert!(said.contains("Score: ") && said.contains("set aside by enrich"), "{said}");
    assert!(said.contains("gone.json: not sent: the file cannot be read"), "{said}");
    let again = run(&["submit", lead.to_str().unwrap()]);
    assert!(
        again.status.success() && text(&again.stdout).contains("submitted before"),
        "{}",
        text(&again.stdout)
    );

    let listed: Value = serde_json::from_slice(&run(&["queue", "list", "--format", "json"]).stdout).unwrap();
    assert_eq!((listed["leads"].as_array().unwrap().len(), listed["more"].as_u64()), (1, Some(0)));
    a_leads_way_is_told_without_a_name(&runs);
    corrected_letters_are_sent_again(&runs, &folder);
    submit_as::what_another_system_sends_goes_in_as_that_source(&runs, &folder);

    let broken = folder.join("deals.csv");
    let history = text(leadlight_events::HISTORY_CSV).replacen("closed_at", "ended_at", 1);
    std::fs::write(&broken, history).unwrap();
    let refused = run(&["import", broken.to_str().unwrap(), "--from", "leadlight"]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(text(&refused.stderr).contains("when a deal was closed"), "{}", text(&refused.stderr));
    let nothing: Value = serde_json::from_slice(&run(&["retrain", "--format", "json"]).stdout).unwrap();
    assert_eq!((nothing["verdict"].as_str(), nothing["deals"].as_u64()), (Some("refused"), Some(0)));

    let two_models = models::one_that_scores_and_one_before_it(&runs, &folder);
    let shown = folder.join("policy.toml");
    std::fs::write(&shown, run(&["policy", "show"]).stdout).unwrap();
    let published = text(&run(&["policy", "publish", shown.to_str().unwrap()]).stdout);
    assert!(published.contains("was in force already"), "what is shown is what is in force: {published}");
    assert!(text(&run(&["policy", "docs"]).stdout).contains("## "));
    let replayed = run(&["policy", "replay", shown.to_str().unwrap(), "--all", "--format", "json"]).stdout;
    let replayed: Value = serde_json::from_slice(&replayed).unwrap();
    let recomputed = &replayed["summary"]["recomputed"];
    assert_eq!(recomputed["differ"], 0, "{recomputed}");
    assert!(recomputed["same"].as_u64().unwrap() >= 600, "{recomputed}");
    shadow::a_policy_in_shadow_decides_nothing(&runs, &shown);
    models::letters_by_percentile_are_numbers_of_the_policy(&runs, &folder);
    models::a_model_in_shadow_is_held_beside_the_one_that_scores(&runs, &folder, &two_models);
    assert!(text(&run(&["team", "show"]).stdout).contains("[members.sdr-1]"));
    let team = Path::new(env!("CARGO_MANIFEST_DIR")).join("../policies/team.toml");
    assert!(text(&run(&["team", "publish", team.to_str().unwrap()]).stdout).contains("was in force already"));
    let accounts = folder.join("accounts.csv");
    let list = accounts.to_str().unwrap();
    std::fs::write(&accounts, "domain,relation,owner_sdr\nglobex.example,competitor,\n").unwrap();
    let refused = text(&run(&["accounts", "publish", list]).stderr);
    assert!(refused.contains("a customer in the policy's `disqualify.customers`"), "{refused}");
    std::fs::write(&accounts, "domain,relation,owner_sdr\nbolt.example,customer,\ncore.example,,sdr-9\n")
        .unwrap();
    let refused = text(&run(&["accounts", "publish", list]).stderr);
    assert!(refused.contains("accounts.csv:3: `owner_sdr` is `sdr-9`, who is not in the team"), "{refused}");
    std::fs::write(&accounts, "domain,relation,owner_sdr\nbolt.example,customer,\nacme.example,,sdr-2\n")
        .unwrap();
    let dry = run(&["accounts", "publish", list, "--dry-run"]);
    assert!(text(&dry.stdout).contains("nothing was put in force"), "{}", text(&dry.stderr));
    assert!(!run(&["accounts", "show"]).status.success(), "nothing was");
    let published = run(&["accounts", "publish", list]);
    assert!(text(&published.stdout).contains("is in force"), "{}", text(&published.stderr));
    assert!(
        text(&published.stderr).contains("such as acme.example in line 3"),
        "{}",
        text(&published.stderr)
    );
    assert!(text(&run(&["accounts", "show"]).stdout).contains("bolt.example,customer"));
    let outcomes = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../events/outcomes/outcomes.csv");
    let sent = run(&["outcomes", outcomes.to_str().unwrap(), "--no-follow", "--send-unknown"]);
    assert!(text(&sent.stdout).contains("without a lead that is known"), "{}", text(&sent.stderr));
    outcomes_name_the_lines_whose_leads_are_not_known(&runs, &folder);
    a_large_event_is_taken(&runs, &folder);
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

/// As at the door: what makes it large rests in the bucket.
fn a_large_event_is_taken(runs: &Runs, folder: &Path) {
    let large = folder.join("large.json");
    let event = serde_json::json!({
        "schema_version": 1, "id": "e-large", "source": "website-form", "email": "ines@opalworks.example",
        "brief": "QUJD".repeat(200_000),
    });
    std::fs::write(&large, event.to_string()).unwrap();
    let said = text(&runs.run(&["submit", large.to_str().unwrap()]).stdout);
    assert!(said.contains("Score: "), "{said}");
    let held = text(&runs.run(&["erase", "ines@opalworks.example", "--dry-run"]).stdout);
    assert!(held.contains("requests too large to go on whole"), "{held}");
}

/// By the address that was submitted, and by one that was not.
fn a_leads_way_is_told_without_a_name(runs: &Runs) {
    let traced = text(&runs.run(&["trace", "ada@brightforge.example"]).stdout);
    for told in [" received from website-form as lead_", " scored ", " placed in ", ", by rules: "] {
        assert!(traced.contains(told), "{told}:\n{traced}");
    }
    assert!(!traced.contains("ada@"), "{traced}");
    let unknown = runs.run(&["trace", "grace@brightforge.example"]);
    assert!(!unknown.status.success() && text(&unknown.stderr).contains("dead letters"));
}

/// A letter that cannot be read is corrected, sent, and in its queue; lists say what they leave out, and name people only
/// where that is asked for.
fn corrected_letters_are_sent_again(runs: &Runs, folder: &Path) {
    let letters = folder.join("letters");
    let listing = runs.run(&["queue", "dead-letters", "--bodies", letters.to_str().unwrap()]);
    let said = text(&listing.stdout);
    assert!(said.contains("not valid JSON") && said.contains("1 file written"), "{said}");
    let file = std::fs::read_dir(&letters).unwrap().next().unwrap().unwrap().path();
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "{");
    let file = file.to_str().unwrap();
    let unread = runs.run(&["queue", "resend", file]);
    assert_eq!(unread.status.code(), Some(3));
    assert!(text(&unread.stdout).contains("enrich could not read it"), "{}", text(&unread.stdout));
    let event = r#"{"schema_version":1,"id":"e2","source":"website-form","email":"eve@pipewright.example"}"#;
    std::fs::write(file, event).unwrap();
    let resent = runs.run(&["queue", "resend", file]);
    assert!(
        resent.status.success() && text(&resent.stdout).contains("sent to enrich"),
        "{}",
        text(&resent.stdout)
    );
    let deadline = Instant::now() + Duration::from_mins(1);
    let listed = loop {
        let all = runs.run(&["queue", "list", "--limit", "1", "--format", "json"]).stdout;
        let listed: Value = serde_json::from_slice(&all).unwrap();
        let more = listed["more"].as_u64().unwrap();
        if listed["leads"].as_array().unwrap().len() as u64 + more == 2 {
            break listed;
        }
        assert!(Instant::now() < deadline, "{listed}");
    };
    for field in ["id", "owner", "company", "name", "email"] {
        assert!(listed["leads"][0].get(field).is_some(), "{field} is missing: {listed}");
    }
    let all = text(&runs.run(&["queue", "list"]).stdout);
    assert!(all.contains("lead_") && !all.contains("eve@"), "{all}");
    assert!(text(&runs.run(&["queue", "list", "--people"]).stdout).contains("eve@pipewright.example"));
    let twice = runs.run(&["queue", "resend", file]);
    assert_eq!(twice.status.code(), Some(3), "its letter is gone, so nothing is sent");
    assert!(text(&runs.run(&["queue", "dead-letters"]).stdout).contains("no dead letters"));
}

fn outcomes_name_the_lines_whose_leads_are_not_known(runs: &Runs, folder: &Path) {
    let file = folder.join("mixed.csv");
    let rows = "email,outcome,occurred_at\n\
                eve@pipewright.example,closedwon,2099-01-01\nnobody@acme.example,Closed Lost,2026-01-01\n";
    let now = leadlight_ports::Clock::now(&leadlight_ports::SystemClock).strftime("%Y-%m-%d").to_string();
    std::fs::write(&file, rows.replace("2099-01-01", &now)).unwrap();
    let sent = runs.run(&["outcomes", file.to_str().unwrap()]);
    let said = text(&sent.stdout);
    assert_eq!(sent.status.code(), Some(3), "{}", text(&sent.stderr));
    assert!(
        said.starts_with("2 outcomes: 1 kept, 1 not sent\nline 3: no lead is known by the address"),
        "{said}"
    );
    assert!(!said.contains("nobody@"), "{said}");
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
        serde_json::from_slice::<Value>(&output.stdout).unwrap()["leads"].as_array().unwrap().len()
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
fn a_list_of_accounts_is_checked_and_tells_how_it_was_read() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("accounts.csv");
    let check = |text: &str| {
        std::fs::write(&file, text).unwrap();
        run(&["accounts", "check", file.to_str().unwrap()])
    };
    let good =
        check("\u{feff}Website;Type;Rep\nhttps://www.acme.example/;Customer;x\nbolt.example;Prospect;y\n");
    let said = text(&good.stdout);
    for part in [
        "1 domain: 1 customer, 0 competitors, 0 with an owner",
        "1 domain written as",
        "1 line left out",
        "column 3",
    ] {
        assert!(said.contains(part), "{said}");
    }
    let bad = check("domain,relation\nacme.example,customer\nacme.example,competitor\ngmail.com,customer\n");
    assert!(!bad.status.success());
    assert!(
        text(&bad.stderr).contains("accounts.csv:3: acme.example is in line 2 as well"),
        "{}",
        text(&bad.stderr)
    );
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
    for word in [
        "demo",
        "submit",
        "outcomes",
        "queue",
        "policy",
        "team",
        "accounts",
        "targets",
        "outbound",
        "Examples:",
        "--stack",
        "package",
        "Exit codes:",
    ] {
        assert!(help.contains(word), "{word} is missing");
    }
    let help = text(&run(&["submit", "--help"]).stdout);
    for word in ["--as", "--dry-run", "/v1/sources/SOURCE", "No signature and no key", "Examples:", "curl"] {
        assert!(help.contains(word), "{word} is missing");
    }
    let alone = run(&["submit", "lead.json", "--dry-run"]);
    assert_eq!(alone.status.code(), Some(2), "it is read as something");
}
