//! `policy check`, and what is said before `policy publish` and `policy rollback`.

use std::path::Path;

use anyhow::Result;
use leadlight_policy::Policy;
use leadlight_ports::{Clock, SystemClock};
use leadlight_registry::Change;
use serde_json::json;

use crate::against_history::AgainstHistory;
use crate::cli::{PolicyCheck, PublishedCommand};
use crate::commands::{read_policy, read_policy_of_before};
use crate::consequences::{Consequences, beside, of_system};
use crate::documents::Beside;
use crate::output::Output;
use crate::system::System;
use crate::{against_history, industries, learnt_from};

/// `policy check`. A running system is asked where there is one; one that was named must be there.
pub(crate) async fn check<F>(args: &PolicyCheck, is_named: bool, connect: F, output: Output) -> Result<()>
where
    F: AsyncFnOnce() -> Result<System>,
{
    let policy = read_policy(&args.file)?;
    let changes = match &args.against {
        Some(file) => Some(beside(&read_policy_of_before(file)?, &policy)),
        None => match in_force(connect, &policy).await {
            Ok(changes) => Some(changes),
            Err(error) if is_named => return Err(error),
            // Whether a file is well-formed does not hang on a system that may be ending.
            Err(_) => None,
        },
    };
    let history = against_history::read(args, &policy)?;
    checked_policy(&args.file, &policy, (changes.as_ref(), history.as_ref()), output)
}

async fn in_force<F>(connect: F, policy: &Policy) -> Result<Consequences>
where
    F: AsyncFnOnce() -> Result<System>,
{
    let system = connect().await?;
    Box::pin(of_system(&system, policy.clone())).await
}

/// What is said before `policy publish` and `policy rollback`, and nothing before the others.
pub(crate) async fn of_publishing(system: &System, command: &PublishedCommand) -> Result<Beside> {
    let next = match command {
        PublishedCommand::Publish { file, .. } => Some(read_policy(file)?),
        PublishedCommand::Rollback { .. } => before(system).await?,
        PublishedCommand::Show | PublishedCommand::History => None,
    };
    match next {
        Some(next) => of_next(system, next).await,
        None => Ok(Beside::default()),
    }
}

/// What is said before a policy comes into force.
pub(crate) async fn of_next(system: &System, next: Policy) -> Result<Beside> {
    Ok(match Box::pin(of_system(system, next)).await {
        Ok(changes) => {
            let value = Some(("consequences", serde_json::to_value(&changes)?));
            Beside { value, lines: changes.in_words() }
        }
        // Not to know what a change does keeps nobody from making it.
        Err(error) => {
            Beside { value: None, lines: vec![format!("What it changes could not be looked up: {error:#}.")] }
        }
    })
}

/// The policy that a rollback would put in force again; none where there is none, or none that can be read: the rollback
/// itself says why.
async fn before(system: &System) -> Result<Option<Policy>> {
    let registry = system.registry()?;
    let Some(pointer) = registry.find::<Policy>().await?.pointer else { return Ok(None) };
    let back = pointer.rolled_back(SystemClock.now(), &Change::new("", ""));
    let Some(back) = back else { return Ok(None) };
    Ok(registry.document::<Policy>(&back.current.hash).await.ok())
}

/// `policy check`, with what the policy would change where that is known.
fn checked_policy(
    file: &Path,
    policy: &Policy,
    (changes, history): (Option<&Consequences>, Option<&AgainstHistory>),
    output: Output,
) -> Result<()> {
    let value = json!({
        "name": policy.name(), "revision": policy.revision(), "hash": policy.hash(),
        "features": policy.feature_specs().iter().map(|f| f.name.clone()).collect::<Vec<_>>(),
        "facts_left_out": policy.facts_left_out(),
        "industries": industries::value(policy),
        "consequences": changes,
        "history": history,
    });
    output.either(&value, |_| {
        format!(
            "{}: policy `{}`, revision {}, {} is well-formed{}{}",
            file.display(),
            policy.name(),
            policy.revision(),
            policy.hash().short(),
            learnt_from::text(policy),
            industries::text(policy)
        ) + &said(changes)
            + &history.map(AgainstHistory::in_words).unwrap_or_default()
    })
}

fn said(changes: Option<&Consequences>) -> String {
    let lines = changes.map_or_else(Vec::new, Consequences::in_words);
    let warnings = changes.map_or_else(Vec::new, Consequences::warnings_in_words);
    let told = |title: &str, lines: &[String]| match lines {
        [] => String::new(),
        lines => format!("\n\n{title}:\n  {}", lines.join("\n  ")),
    };
    told("What it would change", &lines) + &told("What the latest leads say against it (warnings)", &warnings)
}

#[cfg(test)]
mod tests {
    use leadlight_scoring::{Warning, WarningKind};

    use super::*;

    #[test]
    fn warnings_are_told_beside_what_would_change_and_apart_from_it() {
        const DEFAULT: &str = include_str!("../../policies/default.toml");
        let now = Policy::parse("default.toml", DEFAULT).unwrap();
        let mut changes = beside(&now, &now);
        assert_eq!(said(Some(&changes)), "");
        changes.warnings.push(Warning {
            kind: WarningKind::SourceSilent,
            what: "no lead came from `webinar`, of 40 that were looked at".to_owned(),
            remedy: "remove it".to_owned(),
        });
        let told = said(Some(&changes));
        assert_eq!(
            told,
            "\n\nWhat the latest leads say against it (warnings):\n  no lead came from `webinar`, of 40 that were looked at; remove it"
        );
        let value = serde_json::to_value(&changes).unwrap();
        assert_eq!(value["warnings"][0]["kind"], "source_silent");
    }
}
