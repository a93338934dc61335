//! The vendors file: the documented example, and everything that is refused, with its line and what to write instead.

use leadlight_lead::About::{Company, Person};
use leadlight_lead::FactField;

use crate::vendors::VENDORS;
use crate::{By, Group, Vendors};

const EXAMPLE: &str = include_str!("../../../../infra/policies/enrichment.toml");

const SMALL: &str = r#"schema_version = 1
[budget]
per_lead_usd = 0.5
per_day_usd = 10.0
per_month_usd = 100.0
[firmographic]
order = ["pdl"]
fields = ["industry"]
[contact]
order = ["pdl"]
[intent]
order = ["surge"]
[technographic]
order = ["tools"]
[providers.pdl]
kind = "people-data-labs"
price_usd = 0.1
[providers.surge]
kind = "bombora"
price_usd = 0.05
[providers.surge.options]
signal = "517134f7-4451-4941-9491-8c5c7750d49a"
topic = "lead-scoring"
[providers.tools]
kind = "http"
base = "https://api.tools.example"
price_usd = 0.01
[providers.tools.options]
path = "/v1/{domain}"
technologies = "tools"
[providers.own]
kind = "table"
price_usd = 0.0
"#;

#[test]
fn the_example_is_read_and_shows_every_kind_and_every_option() {
    let vendors = Vendors::parse("enrichment.toml", EXAMPLE).unwrap_or_else(|error| panic!("{error}"));
    let kinds: Vec<&str> = vendors.providers().map(|one| one.vendor().name).collect();
    for vendor in VENDORS {
        assert!(kinds.contains(&vendor.name), "no provider shows {}", vendor.name);
        for (option, _) in vendor.options {
            assert!(EXAMPLE.contains(&format!("\n{option} = ")), "{} does not show `{option}`", vendor.name);
        }
        let list =
            EXAMPLE.lines().skip_while(|line| !line.starts_with("#   kind ")).take(4).collect::<String>();
        assert!(list.contains(vendor.name), "the list of kinds leaves out {}", vendor.name);
    }
    for group in Group::ALL {
        assert!(vendors.order(group).is_some(), "{} is not shown", group.as_str());
        for field in group.fields() {
            assert!(EXAMPLE.contains(field.as_str()), "`{field}` is not named");
        }
    }
    assert_eq!(vendors.budget().per_lead_usd_micros, 1_000_000);
}

#[test]
fn what_a_provider_knows_follows_from_its_options() {
    let vendors = Vendors::parse("enrichment.toml", EXAMPLE).unwrap();
    let directory = vendors.provider("directory").unwrap();
    assert!(
        directory.may_fill(FactField::Title) && !directory.may_fill(FactField::Employer),
        "the file narrows it"
    );
    let registry = vendors.provider("registry").unwrap();
    assert!(registry.may_fill(FactField::Industry) && !registry.may_fill(FactField::Title));
    assert_eq!((registry.asks(Company), registry.asks(Person)), (true, false));
    assert_eq!((directory.asks(Company), directory.asks(Person)), (false, true));
    assert!(matches!(vendors.provider("own-facts").unwrap().by(), By::Table));
    let By::Requests(_, address) = registry.by() else { panic!("a table is none") };
    assert_eq!(address.as_str(), "https://api.registry.example");
}

/// The problems of a file as `line what; remedy`.
fn problems(text: &str) -> Vec<String> {
    let error = Vendors::parse("e.toml", text).map(drop).unwrap_err();
    error.problems().iter().map(|p| format!("{} {}; {}", p.line, p.what, p.remedy)).collect()
}

/// What is changed in the small file, to what, the line of the problem, and what is said.
#[rustfmt::skip]
const PROBLEMS: &[(&str, &str, usize, &str)] = &[
    ("kind = \"bombora\"", "kind = \"bomboro\"", 19, "there is no kind of vendor of this name; give the provider a `kind`: `6sense`,"),
    ("path = \"/v1/{domain}\"", "path = \"/v1/{domain}\"\nporth = \"x\"", 30, "a http has no option of this name; use `method`,"),
    ("topic = \"lead-scoring\"\n", "", 18, "the option `topic` is missing; write it below `[providers.surge.options]`"),
    ("signal = \"517134f7-4451-4941-9491-8c5c7750d49a\"", "signal = \"weekly\"", 22, "the option `signal` is no id of a signal definition; write the id"),
    ("[\"industry\"]", "[\"industry\", \"hiring\"]", 8, "`hiring` is looked for, and nobody in `firmographic.order` can fill it; add a provider that knows it"),
    ("[\"industry\"]", "[\"title\"]", 8, "`title` is not looked for in firmographic; name any of company_name,"),
    ("[\"industry\"]", "[]", 8, "`firmographic.fields` is an empty list; name at least one entry"),
    ("[\"industry\"]", "[\"shoe_size\"]", 8, "`fields` is not valid; write one of `company_name`"),
    ("order = [\"surge\"]", "order = [\"surge\", \"zoom\"]", 12, "there is no provider `zoom`; add a table [providers.zoom], or take it out"),
    ("order = [\"surge\"]", "order = [\"surge\", \"pdl\"]", 12, "`pdl` knows nothing intent; take it out of this order"),
    ("order = [\"surge\"]", "order = [\"surge\", \"surge\"]", 12, "appears twice in `intent.order`; keep one of the two"),
    ("order = [\"surge\"]", "order = []", 12, "`intent.order` is an empty list; name at least one entry"),
    ("price_usd = 0.1", "price_usd = -0.1", 17, "`providers.pdl.price_usd` is -0.1; write US dollars from 0 to 1000000"),
    ("price_usd = 0.1", "price_usd = inf", 17, "`providers.pdl.price_usd` is inf; write US dollars"),
    ("per_day_usd = 10.0", "per_day_usd = nan", 4, "`budget.per_day_usd` is NaN; write US dollars from 0 to 1000000"),
    ("per_day_usd = 10.0", "per_day_usd = -1.0", 4, "`budget.per_day_usd` is -1; write US dollars"),
    ("per_day_usd = 10.0\n", "", 2, "missing field `per_day_usd`; add it; infra/policies/enrichment.toml shows"),
    ("per_day_usd = 10.0", "per_day_usd = 10.0\nagain = 21", 5, "`budget.again` is 21; write a whole number from 0 to 20"),
    ("[providers.own]", "[providers.form]", 31, "this name of a provider will not do, since its facts and its secret bear it; write 1 to 40"),
    ("[providers.own]", "[providers.\"Own Facts\"]", 31, "this name of a provider will not do"),
    ("base = \"https://api.tools.example\"", "base = \"http://api.tools.example\"", 26, "`providers.tools.base` would send people's data unencrypted; write the vendor's public address"),
    ("base = \"https://api.tools.example\"", "base = \"https://10.0.0.1\"", 26, "`providers.tools.base` is no public name; write"),
    ("base = \"https://api.tools.example\"\n", "", 24, "`providers.tools.base` is no address; write the vendor's public address"),
    ("path = \"/v1/{domain}\"", "path = \"/v1/{domain}/{email}\"", 29, "the option `path` names neither or both of `{domain}` and `{email}`; ask about one"),
    ("path = \"/v1/{domain}\"", "path = \"/v1/acme\"", 29, "the option `path` names neither or both"),
    ("path = \"/v1/{domain}\"", "path = \"v1/{domain}\"", 29, "the option `path` is no path below the address; write one such as"),
    ("path = \"/v1/{domain}\"", "path = \"/v1/{domain}/{company}\"", 29, "the option `path` is no path below the address"),
    ("technologies = \"tools\"", "technologies = \"tools..name\"", 30, "the option `technologies` is no path into the answer; write names"),
    ("technologies = \"tools\"", "technologies = \"tools\"\nindustry = \"x.*\"", 31, "the option `industry` is no path into the answer"),
    ("technologies = \"tools\"", "technologies = \"tools\"\ntitle = \"x\"", 31, "the option `title` is of a person, and a company is asked about; name `{email}`"),
    ("technologies = \"tools\"", "technologies = \"tools\"\nintent = \"x\"", 31, "the option `intent` is a score of nothing; say what it is about"),
    ("technologies = \"tools\"", "technologies = \"tools\"\nconfidence = \"87\"", 31, "the option `confidence` is neither a share nor a path; write a number"),
    ("technologies = \"tools\"", "technologies = \"tools\"\nconfidence_of = \"0\"", 31, "the option `confidence_of` is no number over 0"),
    ("technologies = \"tools\"", "technologies = \"tools\"\nheader = \"host\"", 31, "the option `header` is no header that may carry a key; write one such as"),
    ("technologies = \"tools\"", "technologies = \"tools\"\nkey_format = \"Bearer\"", 31, "the option `key_format` does not say where the key stands; write `{key}`"),
    ("technologies = \"tools\"", "technologies = \"tools\"\nmethod = \"PUT\"", 31, "the option `method` is another than GET and POST; write"),
    ("technologies = \"tools\"", "technologies = \"tools\"\nbody = \"{\"", 31, "the option `body` is not JSON, or is sent with GET; write JSON"),
    ("kind = \"table\"", "kind = \"table\"\nbase = \"https://x.example\"", 33, "a table has no address; remove the line"),
    ("price_usd = 0.0\n", "price_usd = 0.3\n", 33, "a table costs nothing; write `price_usd = 0.0`"),
    ("price_usd = 0.1", "price_usd = 0.1\nfields = [\"intent\"]", 18, "People Data Labs does not know `intent`; name any of company_name"),
    ("price_usd = 0.1", "price_usd = 0.1\noptions = { min_likelihood = \"sure\" }", 18, "the option `min_likelihood` is no likelihood; write a whole number from 1 to 10"),
    ("price_usd = 0.1", "price_usd = 0.1\ntimeout_ms = 60000", 18, "`providers.pdl.timeout_ms` is 60000; write a whole number from 100 to 15000"),
    ("price_usd = 0.1", "price_usd = 0.1\nper_second = 0", 18, "`providers.pdl.per_second` is 0; write a whole number from 1 to 100"),
    ("price_usd = 0.1", "price_usd = 0.1\nleast_confidence = 6.0", 18, "`providers.pdl.least_confidence` is 6; write a number from 0 to 1"),
];

#[test]
fn each_problem_has_its_line_and_what_to_do() {
    Vendors::parse("e.toml", SMALL).unwrap_or_else(|error| panic!("{error}"));
    for (from, to, line, wanted) in PROBLEMS {
        assert_eq!(SMALL.matches(from).count(), 1, "{from}");
        let found = problems(&SMALL.replace(from, to));
        let is_told = |problem: &String| problem.starts_with(&format!("{line} ")) && problem.contains(wanted);
        assert!(found.iter().any(is_told), "{to}: line {line}: {wanted}\nfound {found:#?}");
    }
}

#[test]
fn one_wrong_thing_is_one_problem_and_several_are_told_at_once() {
    // Of a provider that cannot be read, nothing is said about those who order it.
    let found = problems(&SMALL.replace("kind = \"bombora\"", "kind = \"bomboro\""));
    assert_eq!(found.len(), 1, "{found:#?}");
    let found = problems(
        &SMALL.replace("per_day_usd = 10.0", "per_day_usd = nan").replace("\"surge\"]", "\"serge\"]"),
    );
    assert_eq!(found.len(), 2, "{found:#?}");
}

#[test]
fn nothing_may_be_spent_is_a_file_like_any_other() {
    let text = SMALL
        .replace("per_lead_usd = 0.5", "per_lead_usd = 0.0")
        .replace("per_day_usd = 10.0", "per_day_usd = 0.0");
    let budget = *Vendors::parse("e.toml", &text).unwrap().budget();
    assert_eq!((budget.per_lead_usd_micros, budget.per_day_usd_micros), (0, 0));
    assert_eq!(budget.per_month_usd_micros, 100_000_000);
}

#[test]
fn an_address_and_a_key_never_land_in_a_log() {
    let vendors = Vendors::parse("enrichment.toml", EXAMPLE).unwrap();
    let shown = format!("{vendors:?}");
    assert!(shown.contains("registry") && !shown.contains("https://"), "{shown}");
}
