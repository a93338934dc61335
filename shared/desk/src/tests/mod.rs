mod assign;
mod figures;
mod hours;
mod label;
mod left;
mod team;

use jiff::Timestamp;

use crate::{Hours, Team};

const SAMPLE: &str = include_str!("../../../../infra/policies/team.toml");

/// Two SDRs in a Viennese office with a lunch break, an SDR in New York, an AE each in both, and two
/// managers.
const TEAM: &str = r#"schema_version = 1
[catch_all]
sdr = "manager-1"
ae = "manager-2"
[hours.office]
time_zone = "Europe/Vienna"
monday = "09:00-12:00,13:00-17:00"
tuesday = "09:00-12:00,13:00-17:00"
wednesday = "09:00-12:00,13:00-17:00"
thursday = "09:00-12:00,13:00-17:00"
friday = "09:00-12:00,13:00-15:00"
holidays = ["2026-12-25"]
[hours.new-york]
time_zone = "America/New_York"
monday = "09:00-17:00"
tuesday = "09:00-17:00"
wednesday = "09:00-17:00"
thursday = "09:00-17:00"
friday = "09:00-17:00"
[members.sdr-1]
name = "Sample SDR 1"
subject = "token-of-sdr-1"
role = "sdr"
hours = "office"
countries = ["AT", "DE"]
employees_min = 100
employees_max = 2000
capacity = 3
[members.sdr-2]
name = "Sample SDR 2"
subject = "token-of-sdr-2"
role = "sdr"
hours = "office"
motions = ["inbound"]
away = [{ from = "2026-11-30", to = "2026-12-01" }]
[members.sdr-3]
name = "Sample SDR 3"
subject = "token-of-sdr-3"
role = "sdr"
hours = "new-york"
countries = ["US"]
[members.ae-1]
name = "Sample AE 1"
subject = "token-of-ae-1"
role = "ae"
hours = "office"
weight = 5
[members.ae-2]
name = "Sample AE 2"
subject = "token-of-ae-2"
role = "ae"
hours = "new-york"
[members.manager-1]
name = "Sample manager 1"
subject = "token-of-manager-1"
role = "manager"
hours = "office"
[members.manager-2]
name = "Sample manager 2"
subject = "token-of-manager-2"
role = "manager"
hours = "office"
away = [{ from = "2026-11-30", to = "2026-12-01" }]
[members.admin-1]
name = "Sample admin 1"
subject = "token-of-admin-1"
role = "admin"
hours = "office"
[accounts]
"acme.example" = ["ae-2", "sdr-1"]
"#;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn team(text: &str) -> Team {
    Team::parse("team.toml", text).unwrap_or_else(|error| panic!("{error}"))
}

/// Hours of a team of one.
fn hours(lines: &str, away: &str) -> Hours {
    let text = format!(
        r#"schema_version = 1
catch_all = {{ sdr = "x-manager", ae = "x-manager" }}
[members.x-manager]
name = "Sample manager"
subject = "x"
role = "manager"
hours = "own"
[members.sdr-1]
name = "Sample SDR 1"
subject = "sdr-1"
role = "sdr"
hours = "own"
away = [{away}]
[hours.own]
{lines}
"#
    );
    team(&text).members().next().unwrap().hours().clone()
}
