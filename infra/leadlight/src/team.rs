//! `team check`: is a team file well-formed?

use std::path::Path;

use anyhow::Result;
use leadlight_desk::Team;
use serde_json::json;

use crate::commands::text_of;
use crate::output::Output;

/// `team check`
pub(crate) fn check(file: &Path, output: Output) -> Result<()> {
    let team = Team::parse(&file.display().to_string(), &text_of(file)?)?;
    let members = team.members().count();
    output.either(&json!({ "members": members, "hash": team.hash() }), |_| {
        format!("{}: a team of {members}, {} is well-formed", file.display(), team.hash().short())
    })
}
