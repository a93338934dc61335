//! Lists as they come, rankings and weeks.

mod messy;
mod ranking;
mod weeks;

use jiff::Timestamp;
use leadlight_policy::Policy;

use crate::{Notes, TargetList};

const POLICY: &str = include_str!("../../../infra/policies/default.toml");

const OUTBOUND: &str = "
[outbound]
source = \"outbound-list\"
accounts_a_week = 2
people_per_account = 2
accounts_per_group = 1
again_after_days = 90
";

/// The default policy with an `[outbound]` of these changes.
fn policy(changes: &[(&str, &str)]) -> Policy {
    let outbound = changes.iter().fold(OUTBOUND.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "{from}");
        text.replace(from, to)
    });
    Policy::parse("policy.toml", &format!("{POLICY}{outbound}")).unwrap()
}

fn read(text: &str) -> (TargetList, Notes) {
    TargetList::read("targets.csv", text).unwrap_or_else(|error| panic!("{error}"))
}

fn list(text: &str) -> TargetList {
    read(text).0
}

/// A Monday.
fn now() -> Timestamp {
    "2026-11-30T09:00:00Z".parse().unwrap()
}
