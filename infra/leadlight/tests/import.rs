//! `import --dry-run` as people run it, on exports as CRMs write them. No AWS is needed.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

struct Desk(TempDir);

impl Desk {
    fn new(deals: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("deals.csv"), deals).unwrap();
        Self(folder)
    }

    fn run(&self, more: &[&str]) -> Output {
        self.run_under(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../policies/default.toml"), more)
    }

    /// `policy check` of the default policy against the deals.
    fn check(&self, more: &[&str]) -> Output {
        let policy = Path::new(env!("CARGO_MANIFEST_DIR")).join("../policies/default.toml");
        Command::new(env!("CARGO_BIN_EXE_leadlight"))
            .args(["policy", "check", policy.to_str().unwrap(), "--against", policy.to_str().unwrap()])
            .args(["--history", "deals.csv"])
            .args(more)
            .current_dir(self.0.path())
            .output()
            .unwrap()
    }

    fn run_under(&self, policy: &Path, more: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_leadlight"))
            .args(["import", "deals.csv", "--dry-run", "--policy", policy.to_str().unwrap()])
            .args(more)
            .current_dir(self.0.path())
            .output()
            .unwrap()
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

const DEALS: &str = "Opportunity ID,Opportunity Name,Stage,Close Date,Created Date,Amount,Industry,Billing Country,Title\n\
    0068d000001,Amberline,Closed Won,16/03/2024,01/02/2024,\"12,000.00\",Software,Germany,VP Sales\n\
    0068d000002,Birchline,Closed Lost,18/03/2024,02/02/2024,,Fahrzeugzauber,Atlantis,Wizard\n\
    0068d000003,Cedarline,Verbal Yes,,03/02/2024,,,,\n\
    0068d000004,Doveline,Prospecting,30/12/2027,03/02/2024,,,,\n";

#[test]
fn a_dry_run_says_how_each_column_was_read_and_where_leads_would_have_gone() {
    let desk = Desk::new(DEALS);
    let output = desk.run(&[]);
    let said = text(&output.stdout);
    assert_eq!(output.status.code(), Some(3), "{said} {}", text(&output.stderr));
    for told in [
        "deals.csv is read as Salesforce",
        "Close Date → closed, day first",
        "Industry → industry; 1 not understood, the first in line 3: \"Fahrzeugzauber\" 1",
        "Billing Country → country; 1 not understood",
        "Not used: Opportunity Name",
        "1 row (line 4): a stage or status that is not understood",
        "1 row (line 5): still open",
        "2 deals to learn from: 1 won, 1 lost",
        "The policy's rules would have sent",
        "Nothing was imported",
    ] {
        assert!(said.contains(told), "{told}:\n{said}");
    }
    let json: Value = serde_json::from_slice(&desk.run(&["--format", "json"]).stdout).unwrap();
    let queues = json["queues"].as_object().unwrap();
    assert_eq!(queues.values().map(|leads| leads.as_u64().unwrap()).sum::<u64>(), 2);
}

#[test]
fn a_mapping_is_written_edited_and_given_back() {
    let desk = Desk::new(DEALS);
    let first = desk.run(&["--map-out", "map.toml"]);
    assert_eq!(first.status.code(), Some(3), "{}", text(&first.stderr));
    let path = desk.0.path().join("map.toml");
    let written = fs::read_to_string(&path).unwrap();
    assert!(written.contains("closed = [\"Close Date\"]"), "{written}");
    assert!(written.contains("# \"Verbal Yes\" = \"\"   # not understood, 1 row\n"), "{written}");
    let again = desk.run(&["--map-out", "map.toml"]);
    assert!(text(&again.stderr).contains("--force"), "{}", text(&again.stderr));
    let edited = written
        .replace("[states]", "[states]\n\"verbal yes\" = \"open\"")
        .replace("[industries]", "[industries]\n\"Fahrzeugzauber\" = \"manufacturing\"");
    fs::write(&path, edited).unwrap();
    let output = desk.run(&["--map", "map.toml", "--format", "json"]);
    assert_eq!(output.status.code(), Some(0), "{} {}", text(&output.stdout), text(&output.stderr));
    let json: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(json["deals"], 2);
    let industry = json["columns"].as_array().unwrap().iter().find(|c| c["field"] == "industry").unwrap();
    assert_eq!(industry["not_understood"], 0);
}

/// A lead that says so is graded by it, and so is a deal of the past.
#[test]
fn an_industry_that_only_the_policy_knows_is_read_as_leads_are() {
    let desk = Desk::new(DEALS);
    let default = include_str!("../../policies/default.toml");
    let own =
        default.replacen("[criteria.industry.grades]", "[criteria.industry.grades]\nfahrzeugzauber = 0.9", 1);
    assert_ne!(own, default);
    let policy = desk.0.path().join("own.toml");
    fs::write(&policy, own).unwrap();
    let not_understood = |more: &[&str]| {
        let output = desk.run_under(&policy, &[more, &["--format", "json"]].concat());
        let json: Value =
            serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", text(&output.stderr)));
        let columns = json["columns"].as_array().unwrap();
        columns.iter().find(|c| c["field"] == "industry").unwrap()["not_understood"].clone()
    };
    assert_eq!(not_understood(&[]), 0);
    let map = "schema_version = 1\n[columns]\nid = [\"Opportunity ID\"]\nstate = [\"Stage\"]\n\
               closed = [\"Close Date\"]\nindustry = [\"Opportunity Name\"]\n\
               [industries]\n\"Amberline\" = \"fahrzeugzauber\"\n\"Birchline\" = \"software\"\n";
    fs::write(desk.0.path().join("map.toml"), map).unwrap();
    assert_eq!(not_understood(&["--map", "map.toml"]), 0, "a mapping may say it too");
}

#[test]
fn all_problems_of_a_mapping_are_told_with_line_and_remedy() {
    let desk = Desk::new(DEALS);
    let map = "schema_version = 1\n[columns]\nclosed = [\"Close Date\", \"Stage\"]\nstate = [\"Stage\", \"Phase\"]\ncolour = [\"Title\"]\n\
               [states]\n\"Verbal Yes\" = \"maybe\"\n[countries]\n\"Atlantis\" = \"Atlantis\"\n";
    fs::write(desk.0.path().join("map.toml"), map).unwrap();
    let output = desk.run(&["--map", "map.toml"]);
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    for told in [
        "map.toml:4: the column \"Stage\" fills two fields",
        "map.toml:4: the file has no column \"Phase\"",
        "map.toml:5: `colour` is no field",
        "map.toml:7: `maybe` is no state of a deal; write won, lost or open",
        "map.toml:9: `Atlantis` is no country",
    ] {
        assert!(said.contains(told), "{told}:\n{said}");
    }
}

#[test]
fn a_file_of_no_crm_that_is_known_is_asked_about() {
    let unknown = Desk::new("name,ended,how\nAmberline,2026-01-01,won\n");
    let said = text(&unknown.run(&[]).stderr);
    assert!(said.contains("which CRM is it from?") && said.contains("--from hubspot"), "{said}");
    let map = unknown.run(&["--from", "hubspot", "--map-out", "map.toml"]);
    assert!(
        text(&map.stderr).contains("no column says whether a deal was won or lost"),
        "{}",
        text(&map.stderr)
    );
    let path = unknown.0.path().join("map.toml");
    let edited = fs::read_to_string(&path)
        .unwrap()
        .replace("# closed = []", "closed = [\"ended\"]")
        .replace("# state = []", "state = [\"how\"]");
    fs::write(&path, edited).unwrap();
    assert_eq!(unknown.run(&["--map", "map.toml"]).status.code(), Some(0));
    let either = Desk::new("Stage,Close Date,Abschlussdatum\nClosed Won,2026-01-01,2026-01-01\n");
    let said = text(&either.run(&[]).stderr);
    assert!(said.contains("say --from salesforce or --from zoho"), "{said}");
}

#[test]
fn an_export_speaks_against_a_policy_before_anything_runs() {
    let desk = Desk::new(DEALS);
    let output = desk.check(&[]);
    let said = text(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{said} {}", text(&output.stderr));
    for told in [
        "is well-formed",
        "deals.csv, read as Salesforce",
        "2 closed deals, 2 rows left out (import --dry-run says why)",
        "What these deals say against the policy (warnings):",
        "Industry → industry; 1 not understood, the first in line 3: \"Fahrzeugzauber\" 1",
        "Title → title; 1 not understood",
        "Say in `[titles]` and `[criteria.industry.grades]` what such words mean",
        "`criteria.intent` never counted: nothing of it was known of any of 2 leads",
    ] {
        assert!(said.contains(told), "{told}:\n{said}");
    }
    assert!(!said.contains("no lead came from"), "an export does not tell which sources send:\n{said}");
    let json: Value = serde_json::from_slice(&desk.check(&["--format", "json"]).stdout).unwrap();
    let (warnings, unread) = (&json["history"]["warnings"], &json["history"]["unread"]);
    assert_eq!(warnings[0]["kind"], "criterion_never_fires");
    assert!(unread.as_array().unwrap().iter().any(|column| column["column"] == "Industry"), "{unread}");
    assert!(json["history"]["to_sdrs_a_working_day"].as_f64().unwrap() <= 0.4);
}

#[test]
fn an_export_that_cannot_be_read_says_what_to_do() {
    let output = Desk::new("a,b\n1,2\n").check(&[]);
    assert_eq!(output.status.code(), Some(1));
    let said = text(&output.stderr);
    assert!(said.contains("which CRM is it from?") && said.contains("--from hubspot"), "{said}");
    let output = Desk::new(DEALS).check(&["--from", "oracle"]);
    assert!(text(&output.stderr).contains("no such CRM"), "{}", text(&output.stderr));
}
