//! The schema for editors takes what the parser takes, and underlines each kind of key that it does not know.

use jsonschema::Validator;
use serde_json::Value;

use super::grid::GRID;
use super::{DEFAULT, without_motions};
use crate::Policy;

const SEGMENTED: &str = r#"
[motions.referral.segments.large]
employees_from = 1000
scores = false
[motions.referral.segments.small]
employees_to = 999
countries = ["DE"]
industries = ["software"]
sources = ["referral"]
thresholds = { sdr = 60, nurture = 30 }
below = "nurture"
"#;

fn schema() -> Validator {
    jsonschema::validator_for(&Policy::json_schema()).unwrap()
}

/// As an editor reads the file.
fn read(text: &str) -> Value {
    serde_json::to_value(text.parse::<toml::Table>().unwrap()).unwrap()
}

fn problems(text: &str) -> Vec<String> {
    schema().iter_errors(&read(text)).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

#[test]
fn every_policy_that_is_taken_passes() {
    for text in [
        DEFAULT.to_owned(),
        without_motions(),
        format!("{DEFAULT}{SEGMENTED}"),
        format!("{DEFAULT}{GRID}"),
        format!("#:schema ./policy.schema.json\n{DEFAULT}"),
        DEFAULT.replace(
            "never_lowers = [\"seniority\"]",
            "facts = []\nform_fields = { \"Team size\" = \"number\" }",
        ),
    ] {
        Policy::parse_new("policy.toml", &text).unwrap();
        assert_eq!(problems(&text), Vec::<String>::new());
    }
}

/// A key that nobody knows, in each table of a policy: the parser and the schema both refuse it.
#[test]
fn an_unknown_key_fails_in_every_table() {
    let whole = format!(
        "{DEFAULT}{SEGMENTED}{GRID}\n[titles]\nfunctions.sales = [\"kundenberater\"]\n[motions.referral.sla_minutes]\na = 1\nb = 2\nc = 3\nd = 4\nunscored = 5\n[criteria.buying_group]\nweight = 0\nmissing = 0.1\nfull_at = 5\nunknown = 1\n[criteria.buying_group.points]\ntraining = 0\nentry = 1\nindividual = 1\nsenior = 1\nmanager = 2\ndirector = 3\nvp = 4\nc_level = 4\nowner = 4\n"
    );
    Policy::parse("policy.toml", &whole).unwrap();
    let mut tables = Vec::new();
    places(&read(&whole), &mut Vec::new(), &mut tables);
    assert!(tables.len() > 50, "{}", tables.len());
    let validator = schema();
    for place in tables {
        let mut value = read(&whole);
        let table = place.iter().fold(&mut value, |value, key| match value {
            Value::Array(entries) => &mut entries[key.parse::<usize>().unwrap()],
            value => value.get_mut(key).unwrap(),
        });
        table.as_object_mut().unwrap().insert("Nobody Knows".to_owned(), Value::from("this"));
        assert!(!validator.is_valid(&value), "{place:?}");
    }
}

/// All tables of a file.
fn places(value: &Value, path: &mut Vec<String>, found: &mut Vec<Vec<String>>) {
    let inner: Vec<(String, &Value)> = match value {
        Value::Object(table) => {
            found.push(path.clone());
            table.iter().map(|(key, value)| (key.clone(), value)).collect()
        }
        Value::Array(entries) => {
            entries.iter().enumerate().map(|(n, value)| (n.to_string(), value)).collect()
        }
        _ => return,
    };
    for (key, value) in inner {
        path.push(key);
        places(value, path, found);
        path.pop();
    }
}

#[test]
fn a_value_of_another_kind_and_a_missing_table_fail() {
    for (from, to) in [
        ("sdr = 70 ", "sdr = \"70\" "),
        ("sdr = 70 ", "sdr = 170 "),
        ("motion = \"plg\"", "motion = \"walk_in\""),
        ("minimum_share = 0.5", "minimum_share = 50"),
        ("counts = \"won\"", "counts = \"met\""),
        ("[conversion]", "[conversions]"),
        ("below = \"nurture\"", "below = \"drop\""),
        ("revision = 1", "revision = 1.5"),
    ] {
        assert_eq!(DEFAULT.matches(from).count(), 1, "{from}");
        assert!(!problems(&DEFAULT.replace(from, to)).is_empty(), "{to}");
    }
}

/// What an editor shows beside a key.
#[test]
fn every_key_says_what_it_is() {
    let schema = Policy::json_schema();
    let mut silent = Vec::new();
    keys(&schema, "", &mut silent);
    assert!(silent.is_empty(), "{silent:#?}");
}

fn keys(schema: &Value, path: &str, silent: &mut Vec<String>) {
    let Some(schema) = schema.as_object() else { return };
    for (key, inner) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
        let is_told = inner.get("description").is_some();
        // Kinds of behaviour, functions, levels and queues say themselves what they are.
        let is_named = path.contains("/By");
        if !is_told && !is_named {
            silent.push(format!("{path}.{key}"));
        }
        keys(inner, &format!("{path}.{key}"), silent);
    }
    for (name, inner) in schema.get("definitions").and_then(Value::as_object).into_iter().flatten() {
        keys(inner, &format!("/{name}"), silent);
    }
}
