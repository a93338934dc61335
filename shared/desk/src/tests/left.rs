//! Who was in the team before, read from whatever is left of earlier files.

use leadlight_lead::QueueName;

use super::{TEAM, team};
use crate::Formers;

#[test]
fn earlier_files_tell_who_was_there_even_where_they_would_be_refused_today() {
    let mut formers = Formers::default();
    let today = team(TEAM);
    let id = |text: &str| text.parse().unwrap();
    // A country that is none, a domain of many companies, a field of another release; and a file that is none at all.
    let earlier = TEAM.replace("\"AT\", \"DE\"", "\"Austria\"").replace("acme.example", "co.uk").replace(
        "[members.sdr-1]",
        "[members.sdr-9]\nname = \"Sample SDR 9\"\nrole = \"sdr\"\nnickname = \"x\"\n[members.sdr-1]",
    );
    assert!(formers.add(&earlier));
    assert!(!formers.add("members = 1") && !formers.add("\u{0}"));
    assert_eq!(formers.name(&id("sdr-9")), Some("Sample SDR 9"));
    let gone = |queue| formers.gone_from(queue, &today).map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(gone(QueueName::Sdr), ["sdr-9"]);
    assert_eq!(gone(QueueName::Ae), Vec::<String>::new(), "an SDR never had an AE's leads");
    assert!(!format!("{formers:?}").contains("Sample"), "no name lands in a log");
}

#[test]
fn who_has_another_role_now_is_gone_from_the_queues_of_the_one_before_and_from_no_other() {
    let mut formers = Formers::default();
    formers.add(TEAM);
    let changed = TEAM.replace("\"token-of-sdr-1\"\nrole = \"sdr\"", "\"token-of-sdr-1\"\nrole = \"ae\"");
    let changed = changed.replace("[\"ae-2\", \"sdr-1\"]", "[\"ae-2\"]");
    let today = team(&changed);
    let gone = |queue| formers.gone_from(queue, &today).map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(gone(QueueName::Sdr), ["sdr-1"]);
    assert_eq!(gone(QueueName::Flagged), Vec::<String>::new());
    formers.add(&TEAM.replace("Sample SDR 1", "Sample SDR One"));
    assert_eq!(
        formers.name(&"sdr-1".parse().unwrap()),
        Some("Sample SDR One"),
        "the last file says what they are called"
    );
}
