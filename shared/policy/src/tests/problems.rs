//! Every way in which a policy may be vague or contradict itself is refused, with line and remedy.

use leadlight_settings::Problem;

use super::DEFAULT;
use crate::Policy;

pub(super) fn problems(text: &str) -> Vec<Problem> {
    Policy::parse("default.toml", text).unwrap_err().problems().to_vec()
}

/// Replaces `from`, which the default policy has once, by `to`; expects one problem, on the line
/// where `at` then stands, that speaks of `what` and names `remedy`.
#[track_caller]
pub(super) fn refused_at(from: &str, to: &str, at: &str, what: &str, remedy: &str) {
    assert_eq!(DEFAULT.matches(from).count(), 1, "{from:?} must stand once in the default policy");
    let text = DEFAULT.replace(from, to);
    let found = problems(&text);
    assert_eq!(found.len(), 1, "{found:#?}");
    let line = line_of(&text, at);
    assert_eq!(found[0].line, line, "{}", found[0]);
    assert!(found[0].what.contains(what), "{}", found[0]);
    assert!(found[0].remedy.contains(remedy), "{}", found[0]);
}

/// The line on which `part` first stands, counted from 1; a line break before it doesn't count.
pub(super) fn line_of(text: &str, part: &str) -> usize {
    let start = text.find(part).unwrap() + part.len() - part.trim_start().len();
    text[..start].matches('\n').count() + 1
}

#[track_caller]
pub(super) fn refused(from: &str, to: &str, what: &str, remedy: &str) {
    refused_at(from, to, to, what, remedy);
}

#[test]
fn the_default_policy_is_whole() {
    let policy = super::policy();
    assert_eq!((policy.name(), policy.revision()), ("default", 1));
    assert_eq!(policy.hash(), &leadlight_lead::PolicyHash::of(DEFAULT.as_bytes()));
}

#[test]
fn what_is_not_a_policy_is_refused() {
    let syntax = problems("schema_version = \n");
    assert_eq!((syntax.len(), syntax[0].line), (1, 1));
    let empty = problems("");
    assert!(empty[0].what.contains("missing field `schema_version`"), "{}", empty[0]);
    assert!(empty[0].remedy.contains("add it"));
    refused("schema_version = 1", "schema_version = 2", "`schema_version` is 2", "upgrade Leadlight");
    // Told apart even where a newer file has other fields.
    let newer = problems("schema_version = 7\n[territories]\n");
    assert!(newer[0].what.contains("is 7"), "{}", newer[0]);
    refused(
        "schema_version = 1",
        "schema_version = \"one\"",
        "`schema_version` is not valid",
        "a whole number",
    );
}

#[test]
fn fields_are_all_known_and_all_there() {
    refused("revision = 1", "owner = \"me\"\nrevision = 1", "unknown field `owner`", "use one of");
    refused(
        "half_after_doublings = 1.5",
        "falls_by = 1.5",
        "unknown field `falls_by`",
        "`half_after_doublings`",
    );
    refused_at("missing = 0.1\n", "", "[criteria.engagement]", "missing field `missing`", "add it");
    refused_at("legal = 0.1\n", "", "\n[criteria.function.grades]", "missing field `legal`", "add it");
    refused("human_first = true\n", "human_first = 1\n", "`human_first` is not valid", "true or false");
    refused("motion = \"plg\"", "motion = \"plug\"", "`motion` is not valid", "`plg`");
    refused_at(
        "slack = 0.4",
        "slack = 0.4\nslack = 0.5",
        "slack = 0.5",
        "`slack` is given twice",
        "keep one",
    );
    refused("name = \"default\"", "name = \" \"", "`name` is empty", "say it in words");
    refused("revision = 1", "revision = 0", "`revision` is 0", "from 1");
}

#[test]
fn queues_are_all_there_and_have_texts() {
    let start = DEFAULT.find("[queues.nurture]").unwrap();
    let end = DEFAULT.find("[queues.catch_all]").unwrap();
    let found = problems(&format!("{}{}", &DEFAULT[..start], &DEFAULT[end..]));
    assert!(found[0].what.contains("missing field `nurture`"), "{}", found[0]);
    assert!(found[0].line > 200, "{}", found[0]);
    refused("[queues.nurture]", "[queues.later]", "unknown field `later`", "`nurture`");
    refused("label = \"Nurture\"", "label = \"\"", "`label` is empty", "in words");
}

#[test]
fn sources_are_declared_and_well_named() {
    let start = DEFAULT.find("[sources.website-form]").unwrap();
    let end = DEFAULT.find("[mail]").unwrap();
    let text = format!("{}[sources]\n{}", &DEFAULT[..start], &DEFAULT[end..]);
    let found = problems(&text);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].line, line_of(&text, "[sources]\n[mail]"));
    assert!(found[0].what.contains("no sources"), "{}", found[0]);
    assert!(found[0].remedy.contains("[sources.website-form]"));
    refused("[sources.webinar]", "[sources.\"Web inar\"]", "is not valid", "lower-case letters");
    let again = "[sources.website-form] # registrations";
    let webinar = "[sources.webinar]                 # registrations";
    refused(webinar, again, "`sources.website-form` is given twice", "keep one");
}

#[test]
fn mail_lists_agree_with_each_other() {
    refused("academic = [\"university.example\"]", "academic = []", "empty list", "at least one");
    refused(
        "academic = [\"university.example\"]",
        "academic = [\"throwaway.example\"]",
        "in two lists",
        "the one that is true",
    );
    refused("\"mailbox.org\", ", "\"hey.com\", ", "\"hey.com\" appears twice in `mail.free`", "keep one");
    refused("[\"throwaway.example\"]", "[\"throwaway\"]", "`throwaway` is not a domain", "company.example");
}

#[test]
fn a_host_of_many_companies_is_no_customer_and_a_company_on_it_is() {
    let customer = |host: &str| DEFAULT.replace("[\"globex.example\"]", &format!("[\"{host}\"]"));
    for (host, what, remedy) in [
        ("onmicrosoft.com", "many companies have a name each on that host", "acme.onmicrosoft.com"),
        ("github.io", "many companies have a name each on that host", "own domain"),
        ("privaterelay.appleid.com", "it passes on mail", "own domain"),
        ("chello.at", "mailbox provider", "own domain"),
        ("https://linkedin.com/company/globex", "somebody else's site", "own domain"),
        ("https://www.globex.example/about", "more than a company's domain", "`globex.example`"),
    ] {
        let text = customer(host);
        let found = problems(&text);
        assert_eq!(found.len(), 1, "{found:#?}");
        assert!(found[0].what.contains(what) && found[0].remedy.contains(remedy), "{}", found[0]);
    }
    for host in
        ["leadlight-none-a.onmicrosoft.com", "globex.github.io", "zendesk.com", "xn--mllerwerk-q9a.example"]
    {
        assert!(Policy::parse("policy.toml", &customer(host)).is_ok(), "{host}");
    }
}

#[test]
fn disqualifiers_are_valid_and_do_not_contradict() {
    let customers = "customers = [\"globex.example\"]";
    refused(customers, "customers = []", "`disqualify.customers` is an empty list", "at least one");
    refused(
        "[\"globex.example\"]",
        "[\"www.globex.example\"]",
        "more than a company's domain",
        "`globex.example`",
    );
    refused(
        "[\"globex.example\"]",
        "[\"co.uk\"]",
        "`co.uk` is not a company's domain",
        "company's own domain",
    );
    refused("[\"globex.example\"]", "[\"gmail.com\"]", "mailbox provider", "company's own domain");
    refused(
        "competitors = [\"rivalscore.example\"]",
        "competitors = [\"globex.example\"]",
        "both a customer and a competitor",
        "the list that is true",
    );
    refused("\"BY\", \"CU\"", "\"BY\", \"Cuba\"", "`Cuba` is not a country's code", "write `CU`");
    refused("\"BY\", \"CU\"", "\"BY\", \"UK\"", "`UK` is not a country's code", "write `GB`");
    refused("\"BY\", \"CU\"", "\"BY\", \"Narnia\"", "`Narnia` is not a country's code", "two-letter code");
    refused("\"BY\", \"CU\"", "\"BY\", \"Georgia\"", "`Georgia` is not", "write `GE` or `US`");
    refused("\"BY\", \"CU\"", "\"BY\", \"by\"", "\"by\" appears twice", "keep one");
    refused("minimum_employees = 20", "minimum_employees = 0", "is 0", "1 takes every company");
    refused(
        "minimum_employees = 20",
        "minimum_employees = -3",
        "`minimum_employees` is not valid",
        "a whole number, 0 or more",
    );
    refused("[\"academic\", \"disposable\"]", "[\"business\"]", "business address", "remove `business`");
    refused("functions = [\"education\"]", "functions = [\"law\"]", "`functions` is not valid", "`legal`");
    refused("\"pupil\",", "\"!\",", "no word", "how such a title ends");
    refused("\"pupil\",", "\"Student\",", "appears twice", "keep one");
}

#[test]
fn completeness_names_fields_and_a_share() {
    refused("minimum_share = 0.5", "minimum_share = 50", "`completeness.minimum_share` is 50", "from 0 to 1");
    refused(
        "\"technologies\", \"intent\"",
        "\"tools\", \"intent\"",
        "`wanted` is not valid",
        "`technologies`",
    );
    refused(
        "\"technologies\", \"intent\"",
        "\"industry\", \"intent\"",
        "\"industry\" appears twice",
        "keep one",
    );
}

#[test]
fn weights_and_grades_are_numbers_in_range() {
    for bad in ["-1", "nan", "inf", "1e300"] {
        refused(
            "weight = 12\n",
            &format!("weight = {bad}\n"),
            "`criteria.function.weight` is",
            "from 0 to 1000",
        );
    }
    for bad in ["1.5", "-0.1", "nan"] {
        refused(
            "fintech = 0.95",
            &format!("fintech = {bad}"),
            "criteria.industry.grades.fintech",
            "from 0 to 1",
        );
        refused("unlisted = 0.15", &format!("unlisted = {bad}"), "criteria.industry.unlisted", "from 0 to 1");
        refused("legal = 0.1", &format!("legal = {bad}"), "criteria.function.grades", "from 0 to 1");
        refused(
            "missing = 0.1\n",
            &format!("missing = {bad}\n"),
            "criteria.engagement.missing",
            "from 0 to 1",
        );
        refused("snowflake = 0.6", &format!("snowflake = {bad}"), "tech_stack.tools.snowflake", "at most 1");
    }
    refused("snowflake = 0.6", "snowflake = 0", "tech_stack.tools.snowflake", "over 0");
    refused("trial_started = 8", "trial_started = -8", "criteria.engagement.points", "from 0 to 1000");
    for bad in ["0", "-14", "nan", "inf"] {
        refused(
            "half_life_days = 14",
            &format!("half_life_days = {bad}"),
            "engagement.half_life_days",
            "over 0",
        );
        refused("half_life_days = 21", &format!("half_life_days = {bad}"), "intent.half_life_days", "over 0");
        refused("full_at = 20", &format!("full_at = {bad}"), "engagement.full_at", "over 0");
        refused(
            "half_after_doublings = 1.5",
            &format!("half_after_doublings = {bad}"),
            "doublings",
            "over 0",
        );
    }
    refused("fintech = 0.95", "FinTech = 0.95", "`FinTech` in `[criteria.industry.grades]`", "lower case");
    refused("baseline = 50", "baseline = 100", "criteria.intent.baseline", "under 100");
}

#[test]
fn a_policy_that_tells_no_lead_apart_is_refused() {
    let weightless: String = DEFAULT
        .lines()
        .map(|l| if l.starts_with("weight = ") { "weight = 0\n".to_owned() } else { format!("{l}\n") })
        .collect();
    let found = problems(&weightless);
    assert_eq!(found.len(), 1);
    let first = line_of(&weightless, "\nweight = 0");
    assert_eq!(found[0].line, first);
    assert!(found[0].what.contains("all weights are zero"));
    assert!(found[0].remedy.contains("at least one criterion"));
}

#[test]
fn empty_tables_are_refused() {
    for (table, next) in [
        ("[criteria.industry.grades]", "# Company size"),
        ("[criteria.tech_stack.tools]", "# First-party"),
        ("[criteria.intent.topics]", "# The buying group"),
    ] {
        let start = DEFAULT.find(table).unwrap() + table.len();
        let end = start + DEFAULT[start..].find(next).unwrap();
        let text = format!("{}\n{}", &DEFAULT[..start], &DEFAULT[end..]);
        let found = problems(&text);
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].line, line_of(DEFAULT, table));
        assert_eq!(found[0].what, format!("`{table}` is empty"));
        assert!(found[0].remedy.contains("at least one entry"));
    }
    let pointless: String = DEFAULT
        .lines()
        .scan(false, |inside, line| {
            *inside = if line.starts_with('[') {
                line.starts_with("[criteria.engagement.points]")
            } else {
                *inside
            };
            let key = line.split_once(" = ").filter(|_| *inside).map(|(key, _)| key);
            Some(key.map_or(format!("{line}\n"), |key| format!("{key} = 0\n")))
        })
        .collect();
    let found = problems(&pointless);
    assert_eq!(found.len(), 1);
    assert!(found[0].what.contains("no kind of behaviour has points"), "{}", found[0]);
}

#[test]
fn ranges_and_levels_do_not_contradict() {
    refused(
        "ideal_max = 2000",
        "ideal_max = 99",
        "inverted: it goes from 100 to 99",
        "the larger as `ideal_max`",
    );
    refused("ideal_min = 100", "ideal_min = 10", "below 20 employees are rejected", "begin the range at 20");
    refused("director = 0.8", "director = 0.5", "fall from 0.6 to 0.5", "at least 0.6");
    refused("full_at = 1.0", "full_at = 9", "all entries together give 3.7", "or less");
    refused("full_at = 2.0", "full_at = 7", "all entries together give", "or less");
}

#[test]
fn thresholds_and_letters_fall() {
    for y in ["70", "70.5", "99"] {
        refused(
            "nurture = 40",
            &format!("nurture = {y}"),
            "not below `thresholds.sdr`",
            "lower Y or raise X",
        );
    }
    refused("sdr = 70", "sdr = 101", "`thresholds.sdr` is 101", "from 0 to 100");
    refused("\nb = 60", "\nb = 80", "`grades.b` is not below `grades.a`", "fall from a to c");
    refused("\nc = 40", "\nc = 60", "`grades.c` is not below `grades.b`", "fall from a to c");
}

#[test]
fn the_model_sees_known_features() {
    let start = DEFAULT.find("features = [").unwrap();
    let line = DEFAULT[start..].lines().next().unwrap();
    refused(line, "features = [\"industri\"]", "`industri` is not a feature", "industry, company_size");
    refused(line, "features = [\"intent\", \"intent\"]", "\"intent\" appears twice", "keep one");
    refused(line, "features = []", "`model.features` is an empty list", "at least one");
    refused(
        "never_lowers = [\"seniority\"]",
        "never_lowers = [\"rank\"]",
        "`rank` is not a feature",
        "seniority",
    );
    let narrow = DEFAULT.replace(line, "features = [\"industry\", \"intent\"]");
    let error = Policy::parse("mine.toml", &narrow).unwrap_err().to_string();
    let place = format!("mine.toml:{}", line_of(&narrow, "never_lowers = ["));
    assert_eq!(
        error,
        format!("{place}: `seniority` is not among `model.features`; add it there, or leave it out here")
    );
}

#[test]
fn a_partners_leads_are_seen_before_they_are_scored() {
    let partner = "motion = \"partner\"\nhuman_first = true";
    refused(partner, "motion = \"partner\"", "leads of `partner-portal`", "human_first = true");
    refused(
        partner,
        "motion = \"partner\"\nhuman_first = false",
        "before a person looks",
        "human_first = true",
    );
}

#[test]
fn all_problems_are_told_at_once_in_the_order_of_lines() {
    let text = DEFAULT.replace("nurture = 40", "nurture = 90").replace("ideal_max = 2000", "ideal_max = 9");
    let error = Policy::parse("policies/mine.toml", &text).unwrap_err();
    assert_eq!(error.problems().len(), 2);
    let expected = format!(
        "policies/mine.toml:{}: the ideal range is inverted: it goes from 100 to 9; \
         write the smaller number as `ideal_min`, the larger as `ideal_max`\n\
         policies/mine.toml:{}: `thresholds.nurture` (Y) is 90, not below `thresholds.sdr` (X), which is 70; \
         lower Y or raise X: leads from Y to X are nurtured, those from X go to an SDR",
        line_of(&text, "ideal_max = 9"),
        line_of(&text, "nurture = 90"),
    );
    assert_eq!(error.to_string(), expected);
}

#[test]
fn a_band_that_no_threshold_has_room_for_is_refused() {
    let with = |band: &str| format!("[renewal]\n{band}\n\n[grades]\na = 80");
    let refuse = |band: &str, what: &str, remedy: &str| {
        refused_at("[grades]\na = 80", &with(band), band, what, remedy);
    };
    refuse("hold_points = -1", "`renewal.hold_points` is -1", "a number from 0 to 50");
    refuse("hold_points = 30", "from Y to X there are only 30 points", "write less than 30, such as 3");
    refuse("hold_points = nan", "renewal.hold_points", "a number from 0 to 50");
    let narrow = DEFAULT
        .replace("below = \"nurture\"\n", "below = \"nurture\"\nthresholds = { sdr = 50, nurture = 48.5 }\n");
    let banded = |band: &str| narrow.replace("[grades]\na = 80", &with(band));
    let found = problems(&banded("hold_points = 2"));
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(found[0].what.contains("only 1.5 points for leads of the motion outbound"), "{}", found[0]);
    assert_eq!(found[0].line, line_of(&banded("hold_points = 2"), "[renewal]\nhold_points") + 1);
    assert!(Policy::parse("p.toml", &banded("hold_points = 0")).is_ok());
    assert!(Policy::parse("p.toml", &narrow).is_ok(), "what is left out fits every motion");
    assert!(!problems(&banded("hold_days = 2")).is_empty());
}

#[test]
fn nothing_ages_by_a_half_life_of_nothing() {
    for table in ["engagement", "intent", "activation", "triggers"] {
        let start = DEFAULT.find(&format!("[criteria.{table}]")).unwrap();
        let at = start + DEFAULT[start..].find("half_life_days = ").unwrap();
        let end = at + DEFAULT[at..].find(' ').unwrap() + 3;
        let end = end + DEFAULT[end..].find(|c: char| !c.is_ascii_digit()).unwrap();
        for bad in ["0", "-5", "nan"] {
            let text = format!("{}half_life_days = {bad}{}", &DEFAULT[..at], &DEFAULT[end..]);
            let found = problems(&text);
            assert!(
                found.iter().any(|p| p.what.contains(&format!("criteria.{table}.half_life_days"))),
                "{table}: {found:#?}"
            );
        }
    }
}
