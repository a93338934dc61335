//! Every way in which a file can be wrong whatever it is about, and what is never repeated.

use proptest::prelude::*;
use serde::Deserialize;

use crate::{Kind, Limit, Problem, Problems, SettingsError, Spanned, SpannedList};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Shape {
    #[serde(rename = "schema_version")]
    _schema_version: u32,
    share: Spanned<f64>,
    seats: Spanned<i64>,
    name: Spanned<String>,
    domains: SpannedList<String>,
    countries: Option<SpannedList<String>>,
    #[serde(default)]
    open: bool,
}

const KIND: Kind = Kind { name: "sample", schema_version: 3, example: "the sample file" };

const SAMPLE: &str = r#"schema_version = 3
share = 0.5
seats = 4
name = "Sample"
domains = [
    "acme.example",
    "globex.example",
]
countries = ["AT"]
open = true
"#;

fn read(text: &str) -> Result<(f64, u8, usize), SettingsError> {
    KIND.read("sample.toml", text, |p, shape: Shape| {
        let share = p.number(&shape.share, "share", Limit::SHARE);
        let seats = p.whole(&shape.seats, "seats", &(1..=9));
        p.words(&shape.name, "name");
        let domains = p.list(&shape.domains, "domains", Problems::domain);
        p.optional_list(shape.countries.as_ref(), "countries", Problems::country);
        Some((share, seats, domains.len() + usize::from(shape.open)))
    })
}

fn problems(text: &str) -> Vec<Problem> {
    read(text).unwrap_err().problems().to_vec()
}

#[test]
fn a_whole_file_gives_what_was_checked() {
    assert_eq!(read(SAMPLE), Ok((0.5, 4, 3)));
}

#[test]
fn each_problem_has_its_line_and_its_remedy() {
    for (from, to, line, what, remedy) in [
        (
            "schema_version = 3",
            "schema_version = 4",
            1,
            "`schema_version` is 4, this release reads version 3",
            "upgrade Leadlight, or write the sample as version 3",
        ),
        (
            "schema_version = 3\n",
            "",
            1,
            "missing field `schema_version`",
            "add it; the sample file shows each field with its meaning",
        ),
        ("share = 0.5", "share = 1.5", 2, "`share` is 1.5", "write a number from 0 to 1"),
        ("share = 0.5", "share = nan", 2, "`share` is NaN", "write a number from 0 to 1"),
        ("share = 0.5", "share = \"half\"", 2, "`share` is not valid", "write a number"),
        ("seats = 4", "seats = 10", 3, "`seats` is 10", "write a whole number from 1 to 9"),
        ("seats = 4", "seats = -4", 3, "`seats` is -4", "write a whole number from 1 to 9"),
        ("seats = 4", "seats = 4.5", 3, "`seats` is not valid", "write a whole number"),
        ("seats = 4", "seats = 4\nseats = 5", 4, "`seats` is given twice", "keep one of the two"),
        (
            "seats = 4",
            "seat = 4",
            3,
            "unknown field `seat`",
            "use one of `schema_version`, `share`, `seats`, `name`, `domains`, `countries`, `open`, or remove it",
        ),
        ("name = \"Sample\"", "name = \" \"", 4, "`name` is empty", "say it in words"),
        ("name = \"Sample\"", "name = Sample", 4, "`name` is not valid", "write"),
        (
            "\"acme.example\"",
            "\"acme\"",
            6,
            "`acme` is not a domain",
            "write a company's domain such as company.example",
        ),
        (
            "\"acme.example\"",
            "\"www.acme.example\"",
            6,
            "`www.acme.example` is more than a company's domain",
            "write `acme.example`",
        ),
        (
            "\"acme.example\"",
            "\"globex.example\"",
            7,
            "\"globex.example\" appears twice in `domains`",
            "keep one of the two",
        ),
        ("\"acme.example\"", "3", 6, "this line is not valid", "write text in quotes"),
        (
            "[\"AT\"]",
            "[]",
            9,
            "`countries` is an empty list",
            "name at least one entry, or leave the list out",
        ),
        ("[\"AT\"]", "[\"Austria\"]", 9, "`Austria` is not a country's code", "write `AT`"),
        ("open = true", "open = 1", 10, "`open` is not valid", "write true or false"),
        ("open = true", "[table]\n[table]", 11, "`table` is given twice", "keep one of the two"),
    ] {
        assert_eq!(SAMPLE.matches(from).count(), 1, "{from}");
        let found = problems(&SAMPLE.replace(from, to));
        let [problem] = found.as_slice() else { panic!("{to}: {found:#?}") };
        assert_eq!((problem.line, problem.what.as_str()), (line, what), "{problem}");
        assert!(problem.remedy.contains(remedy), "{problem}");
    }
}

#[test]
fn all_problems_are_found_at_once_in_the_order_of_lines() {
    let error = read(&SAMPLE.replace("share = 0.5", "share = 5").replace("\"AT\"", "\"X\"")).unwrap_err();
    assert_eq!(
        error.to_string(),
        "sample.toml:2: `share` is 5; write a number from 0 to 1\n\
         sample.toml:9: `X` is not a country's code; write a two-letter code (ISO 3166-1), such as `DE`, `GB` or `US`"
    );
}

#[test]
fn a_problem_met_from_two_sides_is_listed_once() {
    let error = KIND.read("sample.toml", SAMPLE, |p, shape: Shape| {
        p.add(shape.share.span(), "twice", "once");
        p.add(shape.share.span(), "twice", "once");
        Some(())
    });
    assert_eq!(error.unwrap_err().problems().len(), 1);
}

#[test]
fn what_was_checked_is_dropped_with_any_problem_and_nothing_is_refused_without_one() {
    let noted = KIND.read("sample.toml", SAMPLE, |p, _: Shape| {
        p.add(0..0, "wrong", "right");
        Some(())
    });
    assert!(noted.is_err());
    let silent = KIND.read("sample.toml", SAMPLE, |_, _: Shape| None::<()>);
    assert_eq!(silent.unwrap_err().problems().len(), 1);
}

#[test]
fn what_the_reader_says_never_repeats_a_value() {
    for (from, to) in [
        ("name = \"Sample\"", "name = [\"Ada Lovelace\"]"),
        ("name = \"Sample\"", "name = Ada Lovelace"),
        ("name = \"Sample\"", "name = \"Ada Lovelace"),
        ("share = 0.5", "share = \"Ada Lovelace\""),
        ("seats = 4", "\"Ada Lovelace\" = 4\n\"Ada Lovelace\" = 5"),
        ("seats = 4", "[\"Ada Lovelace\"]\n[\"Ada Lovelace\"]"),
        ("\"acme.example\",", "\"Ada Lovelace = x\", 3,"),
        ("\"acme.example\",", "\"Ada=x\", 3,"),
        ("open = true", "open = \"Ada Lovelace\""),
    ] {
        let error = read(&SAMPLE.replace(from, to)).unwrap_err().to_string();
        assert!(!error.contains("Ada"), "{error}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever is typed is read or refused, and each problem names a line that is there.
    #[test]
    fn no_text_is_too_odd(at in 0..SAMPLE.len(), odd in "\\PC{0,12}|[\\n\\r\\t\"=\\[\\]{}#]{1,6}") {
        let text = format!("{}{odd}{}", &SAMPLE[..at], &SAMPLE[at..]);
        if let Err(error) = read(&text) {
            prop_assert!(!error.problems().is_empty());
            for problem in error.problems() {
                prop_assert!((1..=text.lines().count() + 1).contains(&problem.line), "{problem}");
                prop_assert!(!problem.what.is_empty() && !problem.remedy.is_empty());
            }
        }
    }
}
