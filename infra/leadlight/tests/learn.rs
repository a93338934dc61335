//! `train`, `score` and `report` as people run them, on good files and bad ones. No AWS is needed.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use leadlight_ports::{Clock, SystemClock};
use serde_json::Value;
use tempfile::TempDir;

/// A folder with a file of deals, and the command run beside it.
struct Desk {
    folder: TempDir,
}

impl Desk {
    fn new(deals: impl AsRef<[u8]>) -> Self {
        let desk = Self { folder: tempfile::tempdir().unwrap() };
        fs::write(desk.path("deals.csv"), deals).unwrap();
        desk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn run(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_leadlight"))
            .args(arguments)
            .current_dir(self.folder.path())
            .output()
            .unwrap()
    }

    fn train(&self, more: &[&str]) -> Output {
        let fixed = ["train", "--deals", "deals.csv", "--out", "model"];
        self.run(&[&fixed, more].concat())
    }

    /// What training says on stderr where it fails.
    fn refusal(&self, more: &[&str]) -> String {
        let output = self.train(more);
        assert!(!output.status.success(), "{}", text(&output.stdout));
        assert!(!self.path("model/model.bin").exists(), "a refusal writes no model");
        text(&output.stderr)
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// Numbers that look random and are always the same.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }
}

const INDUSTRIES: [&str; 4] = ["software", "retail", "finance", "energy"];
const TOOLS: [&str; 4] = ["crm", "chat", "billing", "forms"];

/// Deals a day apart; software, many employees and a demo win more often.
fn deals(rows: u64, separator: char) -> String {
    let mut dice = Dice(7);
    let header = ["industry", "employees", "demo", "tools", "closed", "outcome"];
    let mut file = header.join(&separator.to_string()) + "\n";
    for row in 0..rows {
        let (industry, employees) = (dice.below(4), dice.below(900) + 10);
        let (demo, tools) = (dice.below(2), 1 + dice.below(15));
        let odds = 4 + 45 * u64::from(industry == 0) + employees / 40 + 25 * demo;
        let won = dice.below(100) < odds;
        let industry = INDUSTRIES[usize::try_from(industry).unwrap()];
        let used = TOOLS.iter().enumerate().filter(|(at, _)| tools >> at & 1 == 1).map(|(_, tool)| *tool);
        let tools = used.collect::<Vec<_>>().join(";");
        let (demo, outcome) = (if demo == 1 { "yes" } else { "no" }, if won { "won" } else { "lost" });
        let (year, month, day) = (2020 + row / 336, row / 28 % 12 + 1, row % 28 + 1);
        let s = separator;
        writeln!(
            file,
            "{industry}{s}{employees}{s}{demo}{s}\"{tools}\"{s}{year}-{month:02}-{day:02}{s}{outcome}"
        )
        .unwrap();
    }
    file
}

const COLUMNS: [&str; 4] = ["--label", "outcome", "--time", "closed"];

#[test]
fn deals_become_a_model_a_report_and_scores() {
    let desk = Desk::new(deals(600, ','));
    let trained = desk.train(&[&COLUMNS[..], &["--format", "json"]].concat());
    assert!(trained.status.success(), "{}", text(&trained.stderr));
    let told: Value = serde_json::from_slice(&trained.stdout).unwrap();
    assert_eq!(told["report"]["verdict"]["verdict"], "publish");
    let taken: Vec<&str> =
        told["columns"].as_array().unwrap().iter().map(|c| c["taken"].as_str().unwrap()).collect();
    assert_eq!(taken, ["category", "number", "yes/no", "tags", "time", "label"]);
    let manifest: Value =
        serde_json::from_slice(&fs::read(desk.path("model/manifest.json")).unwrap()).unwrap();
    assert_eq!(manifest["deals"], 600);
    assert!(fs::read_to_string(desk.path("model/report.html")).unwrap().contains("A model was learnt"));

    let leads =
        "employees,industry,demo,tools\n900,software,yes,crm;chat\n,unheard-of,,\n12,energy,no,billing\n";
    fs::write(desk.path("leads.csv"), leads).unwrap();
    let scored = desk.run(&["score", "--model", "model", "--leads", "leads.csv", "--out", "scores.csv"]);
    assert!(scored.status.success(), "{}", text(&scored.stderr));
    let written = fs::read_to_string(desk.path("scores.csv")).unwrap();
    let rows: Vec<Vec<&str>> = written.lines().map(|line| line.split(',').collect()).collect();
    assert_eq!(rows[0][..4], ["row", "probability", "probability_from", "probability_to"]);
    assert_eq!(rows.len(), 4);
    let probability = |row: usize| rows[row][1].parse::<f64>().unwrap();
    assert!(probability(1) > probability(2) && probability(2) > probability(3), "{written}");
    assert!(written.contains("Score: ") && written.contains("average lead"), "{written}");

    // A model is never replaced in place.
    let again = desk.train(&COLUMNS);
    assert!(text(&again.stderr).contains("holds a model already"), "{}", text(&again.stderr));
    fs::remove_file(desk.path("model/report.html")).unwrap();
    assert!(desk.run(&["report", "model"]).status.success());
    assert!(desk.path("model/report.html").exists());
}

#[test]
fn a_champion_stays_or_goes_by_newer_deals() {
    let all = deals(900, ',');
    let early: String = all.lines().take(601).fold(String::new(), |file, line| file + line + "\n");
    let desk = Desk::new(early);
    assert!(desk.train(&COLUMNS).status.success());
    fs::write(desk.path("deals.csv"), &all).unwrap();
    let against = |out| {
        let more = ["--champion", "model", "--out", out, "--format", "json"];
        desk.run(&[&["train", "--deals", "deals.csv"], &COLUMNS[..], &more[..]].concat())
    };
    let next = against("next");
    assert!(next.status.success(), "{}", text(&next.stderr));
    let told: Value = serde_json::from_slice(&next.stdout).unwrap();
    assert_eq!(told["report"]["gate"]["incumbent"], "champion");
    // A column that it needs is gone: the new model is held against the base rate, and the report says so.
    let other = all.replacen("employees", "headcount", 1);
    fs::write(desk.path("deals.csv"), other).unwrap();
    let without = against("without");
    let told: Value = serde_json::from_slice(&without.stdout).unwrap();
    assert_eq!(told["report"]["gate"]["incumbent"], "base_rate");
    let said = told["report"]["audit"]["findings"].to_string();
    assert!(said.contains("cannot be asked") && said.contains("it lacks `employees`"), "{said}");
}

#[test]
fn separators_a_mark_of_order_and_quoted_breaks_are_read() {
    for separator in [';', '\t', '|'] {
        let file = deals(300, separator).replace("billing\"", "billing\n\"");
        let desk = Desk::new([b"\xef\xbb\xbf", file.as_bytes()].concat());
        let output = desk.train(&[&COLUMNS[..], &["--format", "json"]].concat());
        let told: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(told["report"]["deals"], 300, "{separator:?}: {}", text(&output.stderr));
    }
}

/// The field's name and the remedy are told; no model is written.
#[test]
fn bad_files_are_refused_with_place_and_remedy() {
    let good = deals(300, ',');
    let label = ["--label", "outcome"];
    let cases: [(String, &[&str], &[&str]); 9] = [
        (good.replace(",lost", ",won"), &COLUMNS, &["outcome", "won"]),
        (good.replacen("lost", "parked", 9), &COLUMNS, &["outcome", "parked", "--positive", "--negative"]),
        (good.replacen("2020-01-05", "soon", 1), &COLUMNS, &["line 6", "closed", "soon"]),
        (
            good.replacen("closed", "clösed", 1),
            &["--label", "outcome", "--time", "close"],
            &["close", "did you mean"],
        ),
        (good.replacen("software", "soft,ware", 1), &COLUMNS, &["line", "cells"]),
        (good.clone(), &["--label", "outcom"], &["outcom", "did you mean", "outcome"]),
        (String::new(), &label, &["empty"]),
        ("a,outcome\n".to_owned(), &label, &["header"]),
        (deals(40, ','), &COLUMNS, &["at least 10 more closed"]),
    ];
    for (file, arguments, words) in cases {
        let desk = Desk::new(&file);
        let said = desk.refusal(arguments);
        for word in words {
            assert!(said.contains(word), "{word:?} is missing: {said}");
        }
    }
}

#[test]
fn columns_that_say_nothing_are_left_out_and_told() {
    let mut file = String::new();
    for (i, line) in deals(300, ',').lines().enumerate() {
        let more = match i {
            0 => "same,never,broken,id".to_owned(),
            _ => format!(
                "7,,{},{i}",
                if i % 60 == 0 {
                    "NaN"
                } else if i % 61 == 0 {
                    "inf"
                } else {
                    "3.5"
                }
            ),
        };
        writeln!(file, "{line},{more}").unwrap();
    }
    let desk = Desk::new(file);
    let output = desk.train(&[&COLUMNS[..], &["--format", "json"]].concat());
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    let taken = |name: &str| {
        let columns = told["columns"].as_array().unwrap();
        columns.iter().find(|c| c["column"] == name).unwrap()["taken"].as_str().unwrap().to_owned()
    };
    assert_eq!([taken("same"), taken("never"), taken("id")], ["left out", "left out", "left out"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
}

#[test]
fn what_gives_the_outcome_away_stops_training() {
    let mut file = String::new();
    for (i, line) in deals(300, ',').lines().enumerate() {
        let leak = if line.ends_with("won") { "signed" } else { "dropped" };
        writeln!(file, "{line},{}", if i == 0 { "status" } else { leak }).unwrap();
    }
    let desk = Desk::new(file);
    let said = desk.refusal(&COLUMNS);
    assert!(said.contains("`status` alone tells won from lost") && said.contains("leave it out"), "{said}");
    assert!(fs::read_to_string(desk.path("model/report.html")).unwrap().contains("Training stopped"));
    assert!(
        desk.run(&[
            "train",
            "--deals",
            "deals.csv",
            "--out",
            "other",
            "--drop",
            "status",
            "--label",
            "outcome",
            "--time",
            "closed"
        ])
        .status
        .success()
    );
}

/// As a CRM exports all its deals: open ones say "no" to whether they were won.
#[test]
fn open_deals_are_left_out_and_the_report_tells_it() {
    let mut file = String::new();
    for (i, line) in deals(400, ',').lines().enumerate() {
        let (open, line) = (i % 4 == 1, line.replace(",lost", ",False").replace(",won", ",True"));
        let line = if open { line.replace(",True", ",False") } else { line };
        let closed = if open { "False" } else { "True" };
        writeln!(file, "{line},{}", if i == 0 { "is_closed" } else { closed }).unwrap();
    }
    let desk = Desk::new(file);
    let output = desk.train(&[&COLUMNS[..], &["--format", "json"]].concat());
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(told["report"]["deals"], 300, "{}", text(&output.stderr));
    let note = "100 rows are left out: \"is_closed\" is \"False\" (100)";
    assert!(told["report"]["file"]["left_out"][0].as_str().unwrap().starts_with(note), "{told}");
    let page = fs::read_to_string(desk.path("model/report.html")).unwrap();
    assert!(page.contains("100 rows are left out") && page.contains("How the file was read"));
}

/// It is today in Auckland while it is yesterday in UTC.
#[test]
fn what_closed_today_anywhere_on_earth_is_closed() {
    let now = SystemClock.now();
    let day = |hours: i64| (now + jiff::SignedDuration::from_hours(hours)).strftime("%Y-%m-%d").to_string();
    let good = deals(300, ',');
    let row = |day: String| format!("retail,50,no,\"crm\",{day},lost\n");
    let desk = Desk::new(format!("{good}{}{}", row(day(14)), row(day(14 + 24))));
    let output = desk.train(&[&COLUMNS[..], &["--format", "json"]].concat());
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(told["report"]["deals"], 301, "{}", text(&output.stderr));
}

#[test]
fn a_damaged_model_scores_nothing_and_touches_nothing() {
    let desk = Desk::new(deals(300, ','));
    assert!(desk.train(&COLUMNS).status.success());
    let path = desk.path("model/model.bin");
    let good = fs::read(&path).unwrap();
    let score =
        |leads: &str| desk.run(&["score", "--model", "model", "--leads", leads, "--out", "scores.csv"]);
    let mut flipped = good.clone();
    flipped[good.len() / 2] ^= 1;
    let mut newer = good.clone();
    newer[8] = 99;
    for (bytes, word) in [
        (good[..good.len() - 7].to_vec(), "truncated"),
        (flipped, "damaged"),
        (newer, "upgrade Leadlight"),
        (b"PK a zip".to_vec(), "no Leadlight model"),
    ] {
        fs::write(&path, bytes).unwrap();
        let output = score("deals.csv");
        let said = text(&output.stderr);
        assert!(!output.status.success() && said.contains(word), "{word}: {said}");
        assert!(!desk.path("scores.csv").exists());
    }
    fs::write(&path, &good).unwrap();
    // Leads that lack a column, a line that lacks a cell, and an output that is the input.
    fs::write(desk.path("few.csv"), "industry,employees\nretail,5\n").unwrap();
    assert!(text(&score("few.csv").stderr).contains("demo"));
    fs::write(desk.path("ragged.csv"), "industry,employees,demo,tools\nretail,5,yes,crm\nretail,5\n")
        .unwrap();
    assert!(text(&score("ragged.csv").stderr).contains("line 3"));
    assert!(!desk.path("scores.csv").exists() && !desk.path("scores.part").exists());
    let before = fs::read(desk.path("deals.csv")).unwrap();
    let absolute = desk.path("deals.csv");
    let over = desk.run(&["score", "--model", "model", "--leads", "deals.csv", "--out", name(&absolute)]);
    assert!(text(&over.stderr).contains("would overwrite"), "{}", text(&over.stderr));
    assert_eq!(fs::read(desk.path("deals.csv")).unwrap(), before);
}

fn name(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn columns_may_be_declared() {
    let desk = Desk::new(deals(600, ','));
    let columns = "[columns.employees]\nlabel = \"Company size\"\nnever_lowers = true\n\
                   [columns.tools]\nkind = \"category\"\n";
    fs::write(desk.path("columns.toml"), columns).unwrap();
    let output = desk.train(&[&COLUMNS[..], &["--policy", "columns.toml"]].concat());
    assert!(output.status.success(), "{}", text(&output.stderr));
    let manifest: Value =
        serde_json::from_slice(&fs::read(desk.path("model/manifest.json")).unwrap()).unwrap();
    let features = manifest["features"].as_array().unwrap();
    let of = |name: &str| features.iter().find(|f| f["name"] == name).unwrap();
    assert_eq!(of("employees")["factor"], "Company size");
    assert_eq!(of("employees")["monotone"], "increasing");
    assert_eq!(of("tools")["kind"], "category");
}

/// A terminal made without a size, as Python makes one, says it is 0 columns wide.
#[test]
fn a_terminal_that_does_not_know_its_width_gets_eighty_columns() {
    let desk = Desk::new(deals(400, ','));
    let output = Command::new("python3")
        .args(["-c", "import pty, sys; pty.spawn(sys.argv[1:])", env!("CARGO_BIN_EXE_leadlight")])
        .args(["train", "--deals", "deals.csv", "--out", "model"])
        .args(COLUMNS)
        .current_dir(desk.folder.path())
        .stdin(std::process::Stdio::null())
        .output()
        .unwrap();
    let said = text(&output.stdout);
    let of_table = |line: &&str| line.starts_with(['│', '┌', '└', '╞']);
    let widths: Vec<usize> =
        said.lines().filter(of_table).map(|line| line.trim_end().chars().count()).collect();
    assert!(!widths.is_empty() && widths.iter().all(|width| (60..=80).contains(width)), "{widths:?}: {said}");
}

#[test]
fn scores_say_whose_they_are_and_overwrite_nothing_unasked() {
    let with_ids = |file: &str| -> String {
        let lines = file.lines().enumerate().map(|(at, line)| match at {
            0 => format!("Email,Record ID,{line}\n"),
            _ => format!("p{at}@acme.example,2991122093{at:04},{line}\n"),
        });
        lines.collect()
    };
    let desk = Desk::new(deals(300, ','));
    assert!(desk.train(&COLUMNS).status.success());
    fs::write(desk.path("leads.csv"), with_ids(&deals(3, ','))).unwrap();
    let score = |more: &[&str]| {
        let fixed = ["score", "--model", "model", "--leads", "leads.csv", "--out", "scores.csv"];
        desk.run(&[&fixed[..], more].concat())
    };
    let scored = score(&[]);
    assert!(scored.status.success(), "{}", text(&scored.stderr));
    let written = fs::read_to_string(desk.path("scores.csv")).unwrap();
    let mut lines = written.lines();
    assert!(lines.next().unwrap().starts_with("row,Email,Record ID,probability,"), "{written}");
    assert!(lines.next().unwrap().starts_with("1,p1@acme.example,29911220930001,0."), "{written}");
    fs::write(desk.path("scores.csv"), "mine").unwrap();
    let refused = score(&[]);
    assert!(
        !refused.status.success() && text(&refused.stderr).contains("--force"),
        "{}",
        text(&refused.stderr)
    );
    assert_eq!(fs::read_to_string(desk.path("scores.csv")).unwrap(), "mine");
    assert!(score(&["--force"]).status.success());
}

/// Of a third of the deals, those through partners, the small companies win.
#[test]
fn kinds_of_leads_may_have_a_model_of_their_own() {
    let mut dice = Dice(11);
    let mut deals = "employees,seats,route,closed,outcome\n".to_owned();
    for row in 0..360 {
        let (employees, seats, is_partner) = (dice.below(900) + 10, dice.below(50), row % 3 == 0);
        let fits = (employees > 460) != is_partner;
        let won = if dice.below(8) == 0 { !fits } else { fits };
        let route = if is_partner { " Partner " } else { "direct" };
        let (month, day) = (1 + row / 28, 1 + row % 28);
        let (year, month) = (2024 + month / 13, if month > 12 { month - 12 } else { month });
        let outcome = if won { "won" } else { "lost" };
        writeln!(deals, "{employees},{seats},{route},{year}-{month:02}-{day:02},{outcome}").unwrap();
    }
    let desk = Desk::new(deals);
    let trained =
        desk.train(&["--label", "outcome", "--time", "closed", "--own-by", "ROUTE", "--drop", "route"]);
    assert!(trained.status.success(), "{}", text(&trained.stderr));
    let said = text(&trained.stdout);
    assert!(said.contains("Partner leads have a model of their own from now on: on "), "{said}");
    assert!(fs::read_to_string(desk.path("model/report.html")).unwrap().contains("id=\"own\""));

    let leads = "employees,seats,route\n900,20,Partner\n900,20,direct\n900,20,\n20,20,Partner\n";
    fs::write(desk.path("leads.csv"), leads).unwrap();
    let score = ["score", "--model", "model", "--leads", "leads.csv", "--out"];
    let output = desk.run(&[&score[..], &["scores.csv", "--own-by", "route"]].concat());
    assert!(output.status.success(), "{}", text(&output.stderr));
    let mut scores = csv::Reader::from_path(desk.path("scores.csv")).unwrap();
    let whose = scores.headers().unwrap().iter().position(|name| name == "own_model").unwrap();
    let rows: Vec<(f64, String)> = scores
        .records()
        .map(|row| row.unwrap())
        .map(|row| (row[1].parse().unwrap(), row[whose].to_owned()))
        .collect();
    assert_eq!((rows[0].1.as_str(), rows[2].1.as_str()), ("Partner", ""));
    assert!(rows[0].0 < rows[1].0 && rows[0].0 < rows[3].0, "{rows:?}");

    let output = desk.run(&[&score[..], &["shared.csv"]].concat());
    assert!(text(&output.stderr).contains("no lead is scored by them"), "{}", text(&output.stderr));
    let output = desk.run(&[&score[..], &["none.csv", "--own-by", "region"]].concat());
    assert!(text(&output.stderr).contains("there is no column \"region\""), "{}", text(&output.stderr));
    assert!(!output.status.success() && !desk.path("none.csv").exists());
}
