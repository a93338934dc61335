//! The team file: who works, when, and on what.

use std::path::Path;

use anyhow::{Context, Result, bail};
use leadlight_desk::Team as TeamFile;
use leadlight_ports::{Clock, SystemClock};
use serde_json::json;

use crate::cli::Team;
use crate::output::Output;
use crate::system::System;

fn read(file: &Path) -> Result<(TeamFile, String)> {
    let text = std::fs::read_to_string(file)
        .with_context(|| format!("{} cannot be read as UTF-8 text", file.display()))?;
    Ok((TeamFile::parse(&file.display().to_string(), &text)?, text))
}

/// `team check`
pub(crate) fn check(file: &Path, output: Output) -> Result<()> {
    let (team, _) = read(file)?;
    let members = team.members().count();
    output.either(&json!({ "members": members, "hash": team.hash() }), |_| {
        format!("{}: a team of {members}, {} is well-formed", file.display(), team.hash().short())
    })
}

/// `team publish` and `team show`
pub(crate) async fn team(system: &System, command: &Team, output: Output) -> Result<()> {
    match command {
        Team::Check { file } => check(file, output),
        Team::Publish { file } => {
            let (_, text) = read(file)?;
            let pointer = system.registry()?.publish_team(&text, SystemClock.now()).await?;
            output.either(&json!({ "team": pointer.team }), |_| {
                format!("team {} is in force; leads follow it within a minute", pointer.team.short())
            })
        }
        Team::Show => {
            let registry = system.registry()?;
            let Some(pointer) = registry.team_pointer().await? else {
                bail!("no team is published; publish one with `leadlight team publish FILE`");
            };
            let text = registry.team_text(&pointer.team).await?;
            let value = json!({ "team": pointer.team, "since": pointer.published_at, "text": text });
            output.either(&value, |_| text)
        }
    }
}
