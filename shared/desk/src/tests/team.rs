//! The team file: what it says, and every way in which it can be wrong.

use std::collections::BTreeSet;

use leadlight_lead::{Role, TeamHash};

use super::{SAMPLE, TEAM, at, team};
use crate::Team;

#[test]
fn the_sample_team_is_whole_and_at_work_at_any_hour() {
    let sample = team(SAMPLE);
    let ids: Vec<&str> = sample.members().map(|member| member.id().as_str()).collect();
    assert_eq!(ids, ["admin-1", "ae-1", "ae-2", "manager-1", "sdr-1", "sdr-2"]);
    assert!(sample.members().all(|member| member.hours().is_open(at("2026-12-25T03:00:00Z"))));
}

#[test]
fn the_sample_holds_with_what_it_leaves_to_try() {
    let setting = |text: &str| text.split_once(" = ").is_some_and(|(key, _)| !key.contains(' '));
    let lines = SAMPLE.lines().map(|line| {
        let tried = line.strip_prefix("# ").filter(|rest| rest.starts_with('[') || setting(rest));
        tried.unwrap_or(line)
    });
    let sample =
        team(&lines.collect::<Vec<_>>().join("\n").replace("hours = \"always\"", "hours = \"office\""));
    let sdr = sample.member(&"sdr-2".parse().unwrap()).unwrap();
    assert_eq!(sdr.hours().time_zone(), "Europe/Vienna");
    assert!(sdr.countries().is_some() && sdr.employees().is_some() && sdr.motions().is_some());
    assert_eq!(sdr.away().len(), 1);
}

#[test]
fn a_member_is_found_by_id_and_by_sign_in_with_all_that_the_file_says() {
    let team = team(TEAM);
    let member = team.by_subject("token-of-sdr-1").unwrap();
    assert_eq!(team.member(&"sdr-1".parse().unwrap()), Some(member));
    assert_eq!((member.name(), member.role()), ("Sample SDR 1", Role::Sdr));
    assert_eq!((member.weight(), member.capacity()), (1, 3));
    let countries: BTreeSet<_> = ["AT", "DE"].map(|code| code.parse().unwrap()).into();
    assert_eq!(member.countries(), Some(&countries));
    assert_eq!(member.employees(), Some(&(100..=2000)));
    let ae = team.by_subject("token-of-ae-1").unwrap();
    assert_eq!((ae.weight(), ae.capacity(), ae.countries(), ae.employees()), (5, 100, None, None));
    assert!(team.by_subject("sdr-1").is_none());
    assert!(team.member(&"nobody".parse().unwrap()).is_none());
    assert_eq!(team.hash(), &TeamHash::of(TEAM.as_bytes()));
}

#[test]
fn an_id_in_slack_is_one_persons() {
    let with = |sdr: &str, ae: &str| {
        let of = |member: &str, id: &str| {
            (format!("\"token-of-{member}\""), format!("\"token-of-{member}\"\nslack = \"{id}\""))
        };
        let ((one, first), (other, second)) = (of("sdr-1", sdr), of("ae-1", ae));
        TEAM.replace(&one, &first).replace(&other, &second)
    };
    let two = team(&with("U012AB3CD", "W012AB3CE"));
    let known = |id: &str| two.by_slack(id).map(|member| member.id().to_string());
    assert_eq!((known("U012AB3CD"), known("W012AB3CE")), (Some("sdr-1".to_owned()), Some("ae-1".to_owned())));
    assert_eq!((known("U0NOBODY00"), known("")), (None, None));
    let refused = Team::parse("team.toml", &with("U012AB3CD", "U012AB3CD")).unwrap_err().to_string();
    assert!(
        refused.contains("`members.sdr-1.slack` is that of `ae-1` too")
            || refused.contains("`members.ae-1.slack` is that of `sdr-1` too"),
        "{refused}"
    );
    assert!(!refused.contains("token-of"), "{refused}");
}

#[test]
fn someone_is_away_on_the_days_of_their_own_zone() {
    let team = team(TEAM);
    let sdr = team.by_subject("token-of-sdr-2").unwrap();
    assert!(!sdr.is_away(at("2026-11-29T22:59:00Z")));
    assert!(sdr.is_away(at("2026-11-29T23:00:00Z")), "the 30th in Vienna");
    assert!(sdr.is_away(at("2026-12-01T22:59:00Z")));
    assert!(!sdr.is_away(at("2026-12-01T23:00:00Z")));
}

#[test]
fn neither_debug_nor_a_problem_tells_a_name_or_a_sign_in() {
    let shown = format!("{:?}", team(TEAM));
    assert!(!shown.contains("Sample SDR") && !shown.contains("token-of"), "{shown}");
    for (from, to) in [
        ("name = \"Sample SDR 1\"", "name = [\"Sample SDR 1\"]"),
        ("name = \"Sample SDR 1\"", "name = Sample SDR 1"),
        ("name = \"Sample SDR 1\"", "name = \"Sample SDR 1\\u0007\""),
        ("name = \"Sample SDR 1\"", "name = \"Sample SDR 1"),
        ("role = \"sdr\"", "role = \"Sample SDR 1\""),
        ("weight = 5", "weight = \"Sample SDR 1\""),
        ("token-of-sdr-2", "token-of-sdr-1"),
        ("token-of-sdr-2", "token-of-sdr-1 "),
        ("[members.sdr-1]", "[members.\"Sample SDR 1\"]"),
    ] {
        let error = Team::parse("team.toml", &TEAM.replacen(from, to, 1)).unwrap_err().to_string();
        assert!(!error.contains("Sample SDR") && !error.contains("token-of"), "{error}");
    }
}

/// What is changed to what, and the problem it makes: line, what, a part of the remedy.
type Case = (&'static str, &'static str, usize, &'static str, &'static str);

const CASES: &[Case] = &[
    (
        "schema_version = 1",
        "schema_version = 2",
        1,
        "`schema_version` is 2, this release reads version 1",
        "upgrade",
    ),
    ("schema_version = 1\n", "", 1, "missing field `schema_version`", "add it"),
    (
        "sdr = \"manager-1\"",
        "sdr = \"x\"",
        3,
        "`catch_all.sdr` names `x`, who is not in the team",
        "`[members.x]`",
    ),
    ("ae = \"manager-2\"\n", "", 2, "missing field `ae`", "add it"),
    (
        "Europe/Vienna",
        "Europe/Wien",
        6,
        "`hours.office.time_zone` is `Europe/Wien`, which is no time zone",
        "write `Europe/Vienna`",
    ),
    (
        "Europe/Vienna",
        "EST",
        6,
        "`hours.office.time_zone` is `EST`, which has no summer",
        "`America/New_York`",
    ),
    (
        "Europe/Vienna",
        "New York",
        6,
        "`hours.office.time_zone` is `New York`, which is no",
        "write `America/New_York`",
    ),
    ("Europe/Vienna", "UTC+1", 6, "`hours.office.time_zone` is `UTC+1`, which knows no summer", "IANA"),
    ("Europe/Vienna", "Mars/Olympus", 6, "`hours.office.time_zone` is `Mars/Olympus`, which is no", "IANA"),
    ("09:00-12:00,", "9-12,", 7, "`hours.office.monday` has no hours at `9-12`", "`09:00-17:30`"),
    ("09:00-12:00,", "09:00-12:60,", 7, "`hours.office.monday` has no hours at `09:00-12:60`", "comma"),
    ("-17:00", "-24:01", 7, "`hours.office.monday` has no hours at `13:00-24:01`", "from and to"),
    ("09:00-12:00,", "09:00-13:01,", 7, "`hours.office.monday` begins `13:00-17:00` before", "in order"),
    ("13:00-17:00", "18:00-02:00", 7, "`hours.office.monday` ends before it begins", "`24:00`"),
    (
        "monday = \"09:00-12:00,13:00-17:00\"",
        "monday = \"\"",
        7,
        "`hours.office.monday` has no hours at ``",
        "from",
    ),
    (
        "[\"2026-12-25\"]",
        "[\"2026-02-30\"]",
        12,
        "`hours.office.holidays` has `2026-02-30`, which is no day",
        "date",
    ),
    (
        "[\"2026-12-25\"]",
        "[\"2026-12-25T10:00\"]",
        12,
        "`hours.office.holidays` has `2026-12-25T10:00`",
        "date",
    ),
    (
        "[\"2026-12-25\"]",
        "[\"2026-12-25\", \"2026-12-25\"]",
        12,
        "`2026-12-25` stands twice in `hours.office.holidays`",
        "keep one",
    ),
    ("monday =", "montag =", 7, "unknown field `montag`", "`monday`"),
    (
        "[members.sdr-1]",
        "[hours.empty]\ntime_zone = \"UTC\"\n[members.sdr-1]",
        20,
        "`hours.empty` has no working day",
        "at least one day",
    ),
    (
        "[members.admin-1]",
        "[members.\"Admin 1\"]",
        64,
        "a name under `members` is no member's id",
        "lower-case letters",
    ),
    ("name = \"Sample SDR 1\"", "name = \" \"", 21, "`members.sdr-1.name` is empty", "colleagues"),
    ("token-of-sdr-1", "", 22, "`members.sdr-1.subject` is empty", "`sub`"),
    ("token-of-sdr-1", " token", 22, "`members.sdr-1.subject` begins or ends with a space", "`sub`"),
    ("token-of-sdr-2", "token-of-sdr-1", 31, "`members.sdr-2.subject` is that of `sdr-1` too", "each person"),
    (
        "role = \"sdr\"",
        "slack = \"@sam\"\nrole = \"sdr\"",
        23,
        "`members.sdr-1.slack` is no member's id in Slack",
        "Copy member ID",
    ),
    (
        "role = \"sdr\"",
        "role = \"boss\"",
        23,
        "`role` is not valid",
        "one of `sdr`, `ae`, `manager`, `admin`",
    ),
    ("hours = \"office\"", "hours = \"shop\"", 24, "`members.sdr-1.hours` is `shop`", "new-york, office"),
    ("[\"AT\", \"DE\"]", "[\"Austria\"]", 25, "`Austria` is not a country's code", "write `AT`"),
    ("[\"AT\", \"DE\"]", "[\"UK\"]", 25, "`UK` is not a country's code", "write `GB`"),
    (
        "[\"AT\", \"DE\"]",
        "[\"AT\", \"at\"]",
        25,
        "\"at\" appears twice in `members.sdr-1.countries`",
        "keep one",
    ),
    ("[\"AT\", \"DE\"]", "[]", 25, "`members.sdr-1.countries` is an empty list", "leave the list out"),
    (
        "employees_max = 2000",
        "employees_max = 99",
        27,
        "`members.sdr-1.employees_max` is 99, below",
        "raise it",
    ),
    (
        "employees_min = 100",
        "employees_min = -1",
        26,
        "`members.sdr-1.employees_min` is -1",
        "whole number from 1",
    ),
    ("capacity = 3", "capacity = 0", 28, "`members.sdr-1.capacity` is 0", "from 1 to 1000"),
    ("weight = 5", "weight = 101", 47, "`members.ae-1.weight` is 101", "from 1 to 100"),
    ("weight = 5", "weight = 1.5", 47, "`weight` is not valid", "a whole number"),
    ("[\"inbound\"]", "[\"carrier-pigeon\"]", 34, "`motions` is not valid", "`inbound`"),
    (
        "to = \"2026-12-01\"",
        "to = \"2026-11-29\"",
        35,
        "`members.sdr-2.away` ends on 2026-11-29",
        "the first day",
    ),
    ("to = \"2026-12-01\"", "to = \"soon\"", 35, "`members.sdr-2.away` has `soon`, which is no day", "date"),
    (
        "\"acme.example\"",
        "\"www.acme.example\"",
        70,
        "`www.acme.example` is more than a company's",
        "`acme.example`",
    ),
    ("\"acme.example\"", "\"acme\"", 70, "`acme` is not a domain", "company.example"),
    (
        "\"acme.example\"",
        "\"onmicrosoft.com\"",
        70,
        "`onmicrosoft.com` is not a company's domain: many",
        "acme.onmicrosoft.com",
    ),
    ("\"acme.example\"", "\"gmail.com\"", 70, "`gmail.com` is a mailbox provider: everybody", "own domain"),
    (
        "\"acme.example\"",
        "\"privaterelay.appleid.com\"",
        70,
        "`privaterelay.appleid.com` is not a company's",
        "own domain",
    ),
    (
        "\"ae-2\", \"sdr-1\"",
        "\"ae-2\", \"ae-1\"",
        70,
        "`accounts.\"acme.example\"` names `ae-1`, a second AE",
        "each role",
    ),
    (
        "\"ae-2\", \"sdr-1\"",
        "\"ae-9\"",
        70,
        "`accounts.\"acme.example\"` names `ae-9`, who is not",
        "name a member",
    ),
    (
        "\"ae-2\", \"sdr-1\"",
        "\"admin-1\"",
        70,
        "`accounts.\"acme.example\"` names `admin-1`, an admin",
        "an SDR",
    ),
    ("[accounts]", "[account]", 69, "unknown field `account`", "`accounts`"),
    ("capacity = 3", "capacity = 3\ncapacity = 4", 29, "`capacity` is given twice", "keep one"),
];

#[test]
fn each_problem_names_its_line_and_its_remedy_and_is_told_once() {
    for (from, to, line, what, remedy) in CASES {
        assert!(TEAM.contains(from), "{from}");
        let text = TEAM.replacen(from, to, 1);
        let error = Team::parse("team.toml", &text).expect_err(to);
        let [problem] = error.problems() else { panic!("{to}: {error}") };
        assert_eq!((problem.file.as_str(), problem.line), ("team.toml", *line), "{error}");
        assert!(problem.what.starts_with(what), "wanted {what}, got {error}");
        assert!(problem.remedy.contains(remedy), "wanted {remedy}, got {error}");
    }
}

#[test]
fn all_problems_are_told_in_one_go_in_the_order_of_their_lines() {
    let text = TEAM
        .replace("weight = 5", "weight = 0")
        .replace("Europe/Vienna", "Europe/Wien")
        .replace("\"acme.example\"", "\"acme\"")
        .replace("sdr = \"manager-1\"", "sdr = \"nobody\"");
    let error = Team::parse("team.toml", &text).unwrap_err();
    let lines: Vec<usize> = error.problems().iter().map(|problem| problem.line).collect();
    assert_eq!(lines, [3, 6, 47, 70]);
    assert!(error.to_string().starts_with("team.toml:3: `catch_all.sdr` names `nobody`"), "{error}");
}
