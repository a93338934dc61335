//! The team file's shape: what serde reads, each value with its place in the file.
//!
//! Nothing here is checked beyond its type; `check` turns it into a team or says what is wrong.

use leadlight_lead::{Motion, Role};
use leadlight_settings::{Named, Spanned, SpannedList};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TeamSpec {
    #[serde(rename = "schema_version")]
    pub(crate) _schema_version: i64,
    pub(crate) catch_all: CatchAllSpec,
    pub(crate) hours: Named<HoursSpec>,
    pub(crate) members: Named<MemberSpec>,
    #[serde(default)]
    pub(crate) accounts: Named<SpannedList<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CatchAllSpec {
    pub(crate) sdr: Spanned<String>,
    pub(crate) ae: Spanned<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct HoursSpec {
    pub(crate) time_zone: Spanned<String>,
    pub(crate) monday: Option<Spanned<String>>,
    pub(crate) tuesday: Option<Spanned<String>>,
    pub(crate) wednesday: Option<Spanned<String>>,
    pub(crate) thursday: Option<Spanned<String>>,
    pub(crate) friday: Option<Spanned<String>>,
    pub(crate) saturday: Option<Spanned<String>>,
    pub(crate) sunday: Option<Spanned<String>>,
    #[serde(default)]
    pub(crate) holidays: Vec<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MemberSpec {
    pub(crate) name: Spanned<String>,
    pub(crate) subject: Spanned<String>,
    pub(crate) slack: Option<Spanned<String>>,
    pub(crate) email: Option<Spanned<String>>,
    pub(crate) role: Role,
    pub(crate) hours: Spanned<String>,
    pub(crate) weight: Option<Spanned<i64>>,
    pub(crate) capacity: Option<Spanned<i64>>,
    pub(crate) countries: Option<SpannedList<String>>,
    pub(crate) employees_min: Option<Spanned<i64>>,
    pub(crate) employees_max: Option<Spanned<i64>>,
    pub(crate) motions: Option<SpannedList<Motion>>,
    #[serde(default)]
    pub(crate) away: Vec<AwaySpec>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AwaySpec {
    pub(crate) from: Spanned<String>,
    pub(crate) to: Spanned<String>,
}
