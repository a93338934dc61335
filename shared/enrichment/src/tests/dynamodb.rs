//! Items of a company's own DynamoDB table, each a sample under `testdata/dynamodb`: what is asked for, and what the item says.
//! `body` holds the item; null where there is none. `LEADLIGHT_ACCEPT=1` writes what was `asked` and what was `said`.

use std::collections::BTreeMap;
use std::fs;

use leadlight_lead::{DomainName, EmailAddress};
use leadlight_outward::Item;
use serde_json::{Value, json};

use super::{samples, without_nothing};
use crate::vendors::{DynamoTable, VENDORS};
use crate::{Options, Said, Subject, Vendor, Vendors};

fn kind() -> &'static Vendor {
    VENDORS.into_iter().find(|vendor| vendor.name == "dynamodb").unwrap()
}

fn table(given: &Value) -> DynamoTable {
    let option = |(name, usual): &(&str, Option<&str>)| {
        ((*name).to_owned(), given[*name].as_str().or(*usual).unwrap().to_owned())
    };
    DynamoTable::new(kind().options.iter().map(option).collect::<Options>())
}

fn look(sample: &Value) -> (Value, Value) {
    let subject = sample["subject"].as_str().unwrap();
    let (domain, email): (DomainName, EmailAddress);
    let subject = if sample["about"] == "person" {
        email = subject.parse().unwrap();
        Subject::Person(&email, None)
    } else {
        domain = subject.parse().unwrap();
        Subject::Company(&domain)
    };
    let table = table(&sample["options"]);
    let ask = table.ask(subject);
    let key: BTreeMap<_, _> = ask.key.into_iter().collect();
    let asked = json!({ "table": ask.table, "key": key, "attributes": ask.attributes });
    let item: Option<Item> = sample["body"].as_object().cloned();
    let said = table.read(item, sample["at"].as_str().unwrap().parse().unwrap());
    (asked, without_nothing(serde_json::to_value(said).unwrap()))
}

#[test]
fn every_item_is_asked_for_and_read_as_its_sample_says() {
    let accept = std::env::var_os("LEADLIGHT_ACCEPT").is_some();
    let mut wrong = Vec::new();
    let paths = samples(kind());
    assert!(paths.len() >= 8);
    for path in paths {
        let mut sample: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        let (asked, said) = look(&sample);
        if (&sample["asked"], &sample["said"]) == (&asked, &said) {
            continue;
        }
        wrong.push(format!("{}\n  asked {asked}\n  said  {said}", path.display()));
        if accept {
            sample["asked"] = asked;
            sample["said"] = said;
            fs::write(&path, format!("{}\n", serde_json::to_string_pretty(&sample).unwrap())).unwrap();
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn an_item_that_nests_as_deep_as_dynamodb_takes_it_is_read() {
    let deep = (0..32).fold(json!("Software"), |inner, _| json!({ "a": [inner] }));
    let path = format!("sector{}", ".a.0".repeat(32));
    let table = table(&json!({ "table": "facts", "key": "domain", "industry": path }));
    let item: Item = [("sector".to_owned(), deep)].into_iter().collect();
    let said = table.read(Some(item), "2026-11-20T12:00:00Z".parse().unwrap());
    assert!(matches!(said, Said::Facts(found) if found.company.industry.as_deref() == Some("Software")));
}

const FILE: &str = r#"schema_version = 1
[budget]
per_lead_usd = 0.5
per_day_usd = 10.0
per_month_usd = 100.0
[firmographic]
order = ["own"]
fields = ["industry"]
[providers.own]
kind = "dynamodb"
price_usd = 0.0
[providers.own.options]
table = "facts"
key = "domain"
industry = "sector"
"#;

/// What is changed, to what, the line of the problem, and what is said.
#[rustfmt::skip]
const PROBLEMS: &[(&str, &str, usize, &str)] = &[
    ("table = \"facts\"\n", "", 9, "the option `table` is missing; write it below `[providers.own.options]`"),
    ("key = \"domain\"\n", "", 9, "the option `key` is missing"),
    ("\"facts\"", "\"my facts\"", 13, "the option `table` is no name of a DynamoDB table; write its name, 3 to 255 letters"),
    ("\"facts\"", "\"arn:aws:dynamodb:eu-central-1:1:table/facts\"", 13, "the option `table` is no name"),
    ("\"domain\"", "\"pk\"\nkey_value = \"{domain}#{email}\"", 15, "the option `key_value` names neither or both"),
    ("\"domain\"", "\"pk\"\nkey_value = \"COMPANY\"", 15, "the option `key_value` names neither or both of `{domain}` and `{email}`; ask about one"),
    ("\"domain\"", "\"pk\"\nkey_value = \"{company}#{domain}\"", 15, "the option `key_value` is nothing that stands in a key; write `{domain}`"),
    ("\"domain\"", "\"pk\"\nsort_key = \"sk\"", 15, "the option `sort_key` and `sort_value` go together; name both"),
    ("\"domain\"", "\"pk\"\nsort_key = \"pk\"\nsort_value = \"x\"", 15, "the option `sort_key` is the partition key"),
    ("industry = \"sector\"", "industry = \"a..b\"", 15, "the option `industry` is no path into the answer"),
    ("industry = \"sector\"", "industry = \"sector\"\ntitle = \"job\"", 16, "the option `title` is of a person, and a company is asked about; name `{email}` in `key_value`"),
    ("industry = \"sector\"", "confidence = \"1\"", 9, "the option `key_value` leads to an answer of which nothing is read; name a field"),
    ("industry = \"sector\"", "industry = \"sector\"\nroot = \"data\"", 16, "a dynamodb has no option of this name; use `table`,"),
    ("price_usd = 0.0", "price_usd = 0.1", 11, "a dynamodb costs nothing; write `price_usd = 0.0`"),
    ("price_usd = 0.0", "price_usd = 0.0\nbase = \"https://dynamodb.eu-central-1.amazonaws.com\"", 12, "a dynamodb has no address; remove the line"),
    ("price_usd = 0.0", "price_usd = 0.0\nfresh_days = 30", 12, "`fresh_days` has no effect on a table that is read for every lead at no cost; remove the line"),
    ("price_usd = 0.0", "price_usd = 0.0\nper_second = 30", 12, "`per_second` has no effect on a table"),
    ("price_usd = 0.0", "price_usd = 0.0\ncharges_misses = true", 9, "`charges_misses` has no effect on a table"),
];

#[test]
fn each_problem_of_its_options_has_its_line_and_what_to_do() {
    Vendors::parse("e.toml", FILE).unwrap_or_else(|error| panic!("{error}"));
    for (from, to, line, wanted) in PROBLEMS {
        assert_eq!(FILE.matches(from).count(), 1, "{from}");
        let error = Vendors::parse("e.toml", &FILE.replace(from, to)).map(drop).unwrap_err();
        let found: Vec<_> =
            error.problems().iter().map(|p| format!("{} {}; {}", p.line, p.what, p.remedy)).collect();
        let is_told = |problem: &String| problem.starts_with(&format!("{line} ")) && problem.contains(wanted);
        assert!(found.iter().any(is_told), "{to}: line {line}: {wanted}\nfound {found:#?}");
    }
}
