//! `policy replay`: what another policy would have done with the leads of the table.

mod cited;
mod found;
mod over;
mod page;
mod text;

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use jiff::{SignedDuration, Timestamp};
use leadlight_adapters::S3Objects;
use leadlight_policy::Policy;
use leadlight_ports::{Clock, SystemClock};
use leadlight_registry::Registry;
use serde::Serialize;

pub use found::{Asked, Candidate, Found, Model, Room, replay};
pub(crate) use found::{champion, in_force};
pub use page::html;

use crate::cli::Replay;
use crate::commands::read_policy;
use crate::models::by_prefix;
use crate::output::Output;
use crate::progress::{Bars, running};
use crate::system::System;
use leadlight_local_aws::Progress;

/// What `--format json` prints.
#[derive(Serialize)]
struct Told {
    #[serde(flatten)]
    found: Found,
    /// Where the page is; none where none was asked for.
    page: Option<String>,
}

/// `policy replay`. A file with faults is refused before the system is asked for; `connect` reaches it.
pub(crate) async fn run<F>(args: &Replay, connect: F, output: Output) -> Result<()>
where
    F: AsyncFnOnce() -> Result<System>,
{
    let policy = read_policy(&args.file)?;
    let system = connect().await?;
    let model = model(&system.registry()?, args.model.as_deref()).await?;
    let asked = Asked { model, since: since(args, SystemClock.now()), most: None, is_watched: false };
    shown(&system, policy, &asked, args.page.as_deref(), output).await
}

/// Replays a candidate and shows what came of it, as a page too where one is asked for.
pub(crate) async fn shown(
    system: &System,
    policy: Policy,
    asked: &Asked,
    page: Option<&Path>,
    output: Output,
) -> Result<()> {
    const TITLE: &str = "Replaying leads";
    let (registry, now) = (system.registry()?, SystemClock.now());
    let bars = Bars::new();
    let leads = system.leads()?;
    let told = |leads: u64| bars.step(TITLE, running(&format!("{leads} leads")));
    let replayed = replay(&registry, &leads, policy, asked, now, told);
    let found = bars.phase(TITLE, Box::pin(replayed)).await?;
    let page = page.map(|file| {
        fs::write(file, html(&found)).with_context(|| format!("{} cannot be written", file.display()))?;
        anyhow::Ok(file.display().to_string())
    });
    let told = Told { found, page: page.transpose()? };
    output.either(&told, |told| text::text(&told.found, told.page.as_deref()))
}

fn since(args: &Replay, now: Timestamp) -> Option<Timestamp> {
    let days = SignedDuration::from_hours(24 * i64::from(args.days));
    // So many days that no clock reaches back: all leads.
    (!args.all).then(|| now.checked_sub(days).ok()).flatten()
}

async fn model(registry: &Registry<S3Objects>, asked: Option<&str>) -> Result<Model> {
    Ok(match asked {
        None => Model::InForce,
        Some("none") => Model::Rules,
        Some(hash) => Model::Named(by_prefix(registry, hash).await?),
    })
}

#[cfg(test)]
mod tests {
    use anyhow::bail;

    use super::*;
    use crate::cli::Format;

    #[tokio::test]
    async fn a_file_with_faults_is_refused_with_line_and_remedy_before_a_system_is_asked() {
        const POLICY: &str = include_str!("../../../policies/default.toml");
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("candidate.toml");
        fs::write(&file, POLICY.replace("\nsdr = 70", "\nsdr = 30")).unwrap();
        let args = Replay { file, model: None, days: 90, all: false, page: None };
        let connect = async || bail!("no system is to be asked");
        let error = run(&args, connect, Output::new(Format::Json)).await.unwrap_err().to_string();
        let line = 1 + POLICY.lines().position(|line| line.starts_with("nurture = ")).unwrap();
        assert!(error.contains(&format!("candidate.toml:{line}: ")), "{error}");
        assert!(error.contains("lower Y or raise X"), "{error}");
    }
}
