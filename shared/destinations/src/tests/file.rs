use crate::{Destination, Destinations, EventKind};

fn problems(text: &str) -> String {
    Destinations::parse("destinations.toml", text).unwrap_err().to_string()
}

#[test]
fn the_sample_list_is_well_formed() {
    let sample = include_str!("../../../../infra/policies/destinations.toml");
    let list = Destinations::parse("destinations.toml", sample).unwrap();
    let names: Vec<&str> = list.iter().map(Destination::name).collect();
    assert_eq!(names, ["crm", "hooks"]);
    let crm = list.named("crm").unwrap();
    assert_eq!((crm.dialect().name, crm.address().as_str()), ("hubspot", "https://api.hubapi.com"));
    assert_eq!(crm.address().option("prefix"), "leadlight_");
    assert!(crm.wants(EventKind::LeadRouted) && !crm.wants(EventKind::ModelPublished));
    assert!(Destinations::parse("none", "schema_version = 1").unwrap().iter().next().is_none());
}

#[test]
fn every_problem_has_its_line_and_remedy() {
    let told = problems(
        r#"schema_version = 1
[destinations.My-CRM]
kind = "hubspot"
on = ["lead.scored", "lead.dreamt"]
per_second = 0
[destinations.a]
kind = "pigeon"
on = ["lead.scored"]
[destinations.b]
kind = "webhook"
on = []
[destinations.c]
kind = "webhook"
base = "http://hooks.example.com"
on = ["lead.scored", "lead.scored"]
[destinations.c.options]
prefix = "x"
[destinations.d]
kind = "dynamics"
base = "https://acme.crm4.dynamics.com"
on = ["model.published"]
"#,
    );
    for wanted in [
        ":2: this name of a destination will not do",
        ":4: `on` names an event that a hubspot is not told of; write any of `lead.enriched`",
        ":5: `per_second` is 0; write a whole number from 1 to 100",
        ":7: `kind` is none that is known; write `webhook`",
        ":11: `on` is an empty list",
        ":9: `base` is no address",
        ":14: `base` would send people's data unencrypted; write a public address",
        ":15: \"lead.scored\" appears twice in `on`",
        ":17: a webhook has no option of this name; remove it",
        ":18: the option `tenant` is missing",
        ":21: `on` names an event that a dynamics is not told of",
    ] {
        assert!(told.contains(wanted), "{wanted}\nis not in\n{told}");
    }
}

#[test]
fn a_newer_list_and_a_token_in_an_address_are_told_apart_and_not_repeated() {
    assert!(problems("schema_version = 2").contains("this release reads version 1"));
    let told = problems(
        "schema_version = 1\n[destinations.a]\nkind = \"webhook\"\nbase = \"http://x.example.com/s3cret\"\non = [\"lead.scored\"]\n",
    );
    assert!(!told.contains("s3cret"), "{told}");
}
