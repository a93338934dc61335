//! The policy in words tells everything that the file says.

use std::collections::BTreeMap;

use toml::Value;

use super::{DEFAULT, policy, without_motions};
use crate::{Policy, Section};

/// All of it as one text; the hash, which any change changes, is left out.
fn told(policy: &Policy) -> String {
    let mut text = String::new();
    for Section { title, text: sentences, table } in policy.outline() {
        text.extend(["# ", &title, "\n", &sentences.join("\n"), "\n"]);
        for row in table.iter().flat_map(|table| std::iter::once(&table.head).chain(&table.rows)) {
            text.extend(["| ", &row.join(" | "), " |\n"]);
        }
    }
    text.replace(policy.hash().as_str(), "")
}

fn section(policy: &Policy, title: &str) -> Section {
    policy.outline().into_iter().find(|section| section.title == title).unwrap()
}

fn rows(section: &Section) -> Vec<Vec<&str>> {
    let table = section.table.as_ref().unwrap();
    table.rows.iter().map(|row| row.iter().map(String::as_str).collect()).collect()
}

/// The places of all values that are no tables, such as `people`, `reasons`, `3`, `code`.
fn leaves(value: &Value, path: &mut Vec<String>, found: &mut Vec<Vec<String>>) {
    let inner: Vec<(String, &Value)> = match value {
        Value::Table(table) => table.iter().map(|(key, value)| (key.clone(), value)).collect(),
        Value::Array(entries) => entries.iter().enumerate().map(|(n, v)| (n.to_string(), v)).collect(),
        _ => return found.push(path.clone()),
    };
    for (key, value) in inner {
        path.push(key);
        leaves(value, path, found);
        path.pop();
    }
}

fn at<'a>(value: &'a mut Value, path: &[String]) -> &'a mut Value {
    path.iter().fold(value, |value, key| match value {
        Value::Array(entries) => &mut entries[key.parse::<usize>().unwrap()],
        table => table.get_mut(key.as_str()).unwrap(),
    })
}

/// Other values of the same kind; not each is valid at each place.
fn others(value: &Value) -> Vec<Value> {
    match value {
        Value::Boolean(is) => vec![Value::Boolean(!is)],
        Value::Integer(n) => vec![Value::Integer(n + 1), Value::Integer(n - 1)],
        Value::Float(x) => [x + 0.03, x - 0.03].map(Value::Float).to_vec(),
        Value::String(text) => {
            let known = [
                "bad_data",
                "none",
                "negative",
                "accepted",
                "plg",
                "referral",
                "title",
                "free_mail",
                "legal",
                "industry",
                "tech_stack",
                "motion_hint",
                "trial_started",
                "reject",
                "DE",
            ];
            let changed = [format!("x{text}"), format!("{text} x")].into_iter();
            changed.chain(known.map(str::to_owned)).filter(|t| t != text).map(Value::String).collect()
        }
        _ => Vec::new(),
    }
}

#[test]
fn whatever_changes_in_the_file_changes_in_the_words() {
    // Levels of the same grade leave the one between them no other, and a list of all features none either.
    let spread = [
        ("\nvp = 1.0", "\nvp = 0.88"),
        ("\nc_level = 1.0", "\nc_level = 0.94"),
        ("\"tech_stack\", \"engagement\"", "\"engagement\""),
        ("never_lowers = [\"seniority\"]", ""),
        // A partner's leads are seen first, so neither word may change alone.
        ("motion = \"partner\"", "motion = \"outbound\""),
        ("label = \"No need for what we sell\"", "label = \"No need\"\nneeds_text = true"),
    ]
    .into_iter()
    .fold(DEFAULT.to_owned(), |text, (from, to)| {
        assert_eq!(text.matches(from).count(), 1, "{from}");
        text.replace(from, to)
    });
    let file: Value = Value::Table(spread.parse().unwrap());
    let mut paths = Vec::new();
    leaves(&file, &mut Vec::new(), &mut paths);
    assert!(paths.len() > 200, "the walk reaches all of the file: {}", paths.len());
    let before = told(&Policy::parse("spread.toml", &spread).unwrap());
    for path in paths.iter().filter(|path| path[0] != "schema_version") {
        let changed = |other: Value| {
            let mut changed = file.clone();
            *at(&mut changed, path) = other;
            Policy::parse("changed.toml", &toml::to_string(&changed).unwrap()).ok()
        };
        let policy = others(at(&mut file.clone(), path)).into_iter().find_map(changed);
        let policy = policy.unwrap_or_else(|| panic!("no other value was valid for {}", path.join(".")));
        assert_ne!(told(&policy), before, "{}", path.join("."));
    }
}

#[test]
fn every_name_in_the_file_is_told_as_it_is() {
    let told = told(policy());
    let file: BTreeMap<String, Value> = DEFAULT.parse::<toml::Table>().unwrap().into_iter().collect();
    let mut names: Vec<String> = Vec::new();
    let keys = |value: &Value| value.as_table().unwrap().keys().cloned().collect::<Vec<_>>();
    let entries = |value: &Value| {
        let entries = value.as_array().unwrap();
        entries.iter().map(|entry| entry.as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    names.extend(keys(&file["sources"]));
    names.extend(keys(&file["criteria"]["industry"]["grades"]));
    names.extend(keys(&file["criteria"]["tech_stack"]["tools"]));
    names.extend(keys(&file["criteria"]["intent"]["topics"]));
    for kind in ["free", "disposable", "academic"] {
        names.extend(entries(&file["mail"][kind]));
    }
    for list in ["customers", "competitors", "excluded_countries"] {
        names.extend(entries(&file["disqualify"][list]));
    }
    names.extend(entries(&file["disqualify"]["non_commercial"]["titles"]));
    for choice in ["reasons", "deal_sizes"] {
        for entry in file["people"][choice].as_array().unwrap() {
            names.extend(["code", "label"].map(|key| entry[key].as_str().unwrap().to_owned()));
        }
    }
    for queue in file["queues"].as_table().unwrap().values() {
        names.extend(["label", "description"].map(|key| queue[key].as_str().unwrap().to_owned()));
    }
    assert!(names.len() > 90, "{}", names.len());
    for name in names {
        assert!(told.contains(&name), "{name} is not told");
    }
    assert!(policy().outline()[0].text[1].contains(policy().hash().as_str()));
}

#[test]
fn sections_read_well() {
    let outline = policy().outline();
    let titles: Vec<_> = outline.iter().map(|section| section.title.as_str()).collect();
    let mut distinct = titles.clone();
    distinct.sort_unstable();
    distinct.dedup();
    assert_eq!(distinct.len(), titles.len(), "{titles:?}");
    for section in &outline {
        assert!(!section.text.is_empty() || section.table.is_some(), "{}", section.title);
        for sentence in &section.text {
            assert!(sentence.ends_with(['.', '?']), "{sentence}");
            assert!(sentence.starts_with(char::is_uppercase), "{sentence}");
        }
        for row in section.table.iter().flat_map(|table| &table.rows) {
            assert_eq!(row.len(), section.table.as_ref().unwrap().head.len());
            assert!(row.iter().all(|cell| !cell.trim().is_empty()), "{row:?}");
        }
    }
}

#[test]
fn words_and_numbers_are_those_of_the_file() {
    let policy = policy();
    let industry = section(policy, "Industry fit");
    assert_eq!(industry.text[0], "Up to 20 points of 100.");
    assert_eq!(rows(&industry)[0], ["software", "1.0"]);
    assert_eq!(rows(&industry).last().unwrap(), &["government", "0.1"]);
    let size = section(policy, "Company size");
    assert_eq!(size.text[2], "From 100 up to 2,000 employees the grade is 1.");
    assert!(size.text[3].ends_with("about 35 or 5,657 employees have the grade 0.5."), "{}", size.text[3]);
    let known = section(policy, "When too little is known");
    assert_eq!(known.text[1], "At least 50 % of them must be known, that is 4 of 7.");
    let way = section(policy, "Where the score sends a lead");
    assert_eq!(way.text[1], "A score within 5 points of 70 or 40, on either side, is marked borderline.");
    let soon = section(policy, "How soon people answer");
    assert_eq!(rows(&soon)[1], ["B", "4 hours"]);
    let reasons = section(policy, "Why people turn a lead down");
    assert_eq!(
        rows(&reasons)[6],
        [
            "Spam or a made-up entry",
            "spam_or_fake",
            "Checkpoint 1",
            "The lead is not learnt from, and counts against data quality",
            "welcome"
        ]
    );
    let sample = section(policy, "The sample");
    assert!(sample.text[0].contains("chance brings 2 % before people"), "{}", sample.text[0]);
    let conversion = section(policy, "What counts as conversion");
    assert_eq!(conversion.text[0], "A lead counts as converted once a deal is won.");
    let first = section(policy, "Where leads come from");
    assert!(rows(&first).contains(&vec![
        "partner-portal",
        "partner",
        "a person's look, then the score",
        "what the person did, that a partner hands the lead over and the event's id"
    ]));
}

#[test]
fn what_is_left_out_or_switched_off_is_told_as_such() {
    let with = |from: &str, to: &str| Policy::parse("mine.toml", &DEFAULT.replacen(from, to, 1)).unwrap();
    let start = DEFAULT.find("[mail]").unwrap();
    let end = DEFAULT.find("[disqualify]").unwrap();
    let no_lists = Policy::parse("mine.toml", &format!("{}{}", &DEFAULT[..start], &DEFAULT[end..])).unwrap();
    let addresses = section(&no_lists, "What an address says");
    assert_eq!((addresses.text[1].as_str(), addresses.table), ("The policy adds none of its own.", None));
    let off = without_motions().replacen(
        "weight = 20\nmissing = 0.3\nunlisted",
        "weight = 0\nmissing = 0.3\nunlisted",
        1,
    );
    let off = Policy::parse("mine.toml", &off).unwrap();
    let industry = section(&off, "Industry fit");
    assert!(industry.text[0].starts_with("Switched off"), "{}", industry.text[0]);
    assert!(section(&off, "Company size").text[0].contains("25 points"), "of the other weights");
    let none = with("share = 0.02", "share = 0");
    assert!(section(&none, "The sample").text[0].starts_with("No lead"));
    let unmarked = with("borderline_points = 5", "borderline_points = 0");
    assert!(section(&unmarked, "Where the score sends a lead").text[1].starts_with("No score"));
    let blind = with("features = [\"industry\", ", "features = [");
    let learnt = section(&blind, "What a model may learn from, and how far it decides");
    assert_eq!(learnt.text[1], "It does not see industry fit, product activation and triggers.");
    let higher = |policy: &Policy| {
        section(policy, "What a model may learn from, and how far it decides").text[2].clone()
    };
    assert_eq!(higher(policy()), "A higher grade in seniority never lowers its probability.");
    let other = with("never_lowers = [\"seniority\"]", "never_lowers = [\"intent\", \"function\"]");
    assert_eq!(
        higher(&other),
        "A higher grade in third-party intent and job function never lowers its probability."
    );
    let single = with("most_held = 3", "most_held = 1");
    assert_eq!(section(&single, "How leads are held").text[1], "One person holds at most 1 lead at once.");
    let long = with("lease_minutes = 30", "lease_minutes = 90");
    assert!(section(&long, "How leads are held").text[0].contains("for 1 hour 30 minutes, unless"));
}
