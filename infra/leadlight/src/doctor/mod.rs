//! `doctor`: what is wrong with a deployed system, and what to do about it.
//!
//! It only looks. Each check stands for itself: what one may not see, or what does not answer, is told as not seen and keeps no
//! other check from being made.

mod documents;
mod functions;
mod queues;
mod stack;
mod watch;

use anyhow::{Context, Result, bail};
use leadlight_local_aws::{AwsError, StackState, Workspace, stack_state};
use serde::Serialize;

use crate::ended::Ended;
use crate::output::{Output, counted};
use crate::system::System;

/// How something stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// As it should be.
    Well,
    /// It works, and somebody should look at it.
    Look,
    /// It could not be looked at.
    NotSeen,
    /// It does not work.
    Wrong,
}

/// What a check found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What was looked at, such as `policy`.
    pub about: String,
    /// How it stands.
    pub standing: Standing,
    /// What was found.
    pub found: String,
    /// What to do, where something is to be done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remedy: Option<String>,
}

impl Finding {
    fn new(about: impl Into<String>, standing: Standing, found: impl Into<String>) -> Self {
        Self { about: about.into(), standing, found: found.into(), remedy: None }
    }

    fn well(about: impl Into<String>, found: impl Into<String>) -> Self {
        Self::new(about, Standing::Well, found)
    }

    fn look(about: impl Into<String>, found: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { remedy: Some(remedy.into()), ..Self::new(about, Standing::Look, found) }
    }

    fn wrong(about: impl Into<String>, found: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { remedy: Some(remedy.into()), ..Self::new(about, Standing::Wrong, found) }
    }

    /// AWS, or the way to it, did not let it be seen.
    fn not_seen(about: impl Into<String>, error: &(dyn std::error::Error + 'static)) -> Self {
        let why = leadlight_ports::chain(error);
        let is_refused = ["AccessDenied", "not authorized", "UnauthorizedOperation"];
        let remedy = if is_refused.iter().any(|words| why.contains(words)) {
            "sign in with a role that may read this, or have somebody look who has one"
        } else {
            "try again; if it stays so, look at the service's own console"
        };
        let found = format!("could not be looked at: {why}");
        Self { remedy: Some(remedy.to_owned()), ..Self::new(about, Standing::NotSeen, found) }
    }
}

/// All that was found.
#[derive(Debug, Serialize)]
pub struct Findings {
    /// The stack.
    pub stack: String,
    /// What each check found, in the order of the checks.
    pub findings: Vec<Finding>,
}

/// `doctor`
pub(crate) async fn run(stack: Option<&str>, workspace: &Workspace, output: Output) -> Result<Ended> {
    let (config, name) = System::reached(stack, workspace).await?;
    let state = stack_state(&config, &name).await.map_err(|error: AwsError| anyhow::anyhow!("{error}"));
    let state = state.with_context(|| {
        format!("the stack `{name}` cannot be looked up; are you signed in, and is AWS_REGION the stack's?")
    })?;
    let Some(state) = state else {
        bail!(
            "there is no stack `{name}` in this account and region; AWS_REGION and AWS_PROFILE say which those are. \
             docs/aws.md says how one is deployed"
        )
    };
    let system = System::of(config, name, stack.is_none(), state.outputs.clone());
    let findings = look(&system, &state).await;
    let is_well = findings.findings.iter().all(|finding| finding.standing < Standing::NotSeen);
    output.either(&findings, in_words)?;
    Ok(Ended::well_if(is_well))
}

/// Makes every check. Where the stack does not stand, that is all there is to say.
pub async fn look(system: &System, state: &StackState) -> Findings {
    let mut findings = stack::look(system, state);
    if stack::stands(state) {
        findings.extend(functions::look(system, state).await);
        findings.extend(documents::look(system).await);
        findings.extend(queues::look(system).await);
        findings.extend(watch::look(system, state).await);
    }
    Findings { stack: system.stack().to_owned(), findings }
}

fn in_words(all: &Findings) -> String {
    let width = all.findings.iter().map(|finding| finding.about.chars().count()).max().unwrap_or_default();
    let mut lines = vec![format!("stack {}", all.stack)];
    for Finding { about, standing, found, remedy } in &all.findings {
        let standing = match standing {
            Standing::Well => "ok",
            Standing::Look => "look",
            Standing::NotSeen => "unseen",
            Standing::Wrong => "WRONG",
        };
        lines.push(format!("  {standing:<6}  {about:<width$}  {found}"));
        lines.extend(remedy.iter().map(|remedy| format!("  {:<6}  {:<width$}  → {remedy}", "", "")));
    }
    let of = |wanted: Standing| all.findings.iter().filter(|finding| finding.standing == wanted).count();
    lines.push(match (of(Standing::Wrong), of(Standing::NotSeen), of(Standing::Look)) {
        (0, 0, 0) => "Nothing is wrong.".to_owned(),
        (0, 0, looks) => format!("Nothing is wrong; {} to look at.", counted(looks, "thing")),
        (wrong, unseen, _) => {
            format!("{} wrong, {} could not be seen.", counted(wrong, "thing"), counted(unseen, "thing"))
        }
    });
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_told_from_a_service_that_is_away() {
        let refused = std::io::Error::other("AccessDeniedException: no");
        let away = std::io::Error::other("dispatch failure");
        let remedy = |error: &std::io::Error| Finding::not_seen("alarms", error).remedy.unwrap();
        assert!(remedy(&refused).contains("a role that may read this"));
        assert!(remedy(&away).contains("try again"));
    }

    #[test]
    fn words_name_what_is_wrong_and_what_to_do() {
        let findings = vec![
            Finding::well("stack", "CREATE_COMPLETE"),
            Finding::wrong("policy", "none is in force", "leadlight policy publish FILE"),
        ];
        let text = in_words(&Findings { stack: "prod".to_owned(), findings });
        assert!(text.contains("  WRONG   policy  none is in force\n"), "{text}");
        assert!(text.contains("→ leadlight policy publish FILE"), "{text}");
        assert!(text.ends_with("1 thing wrong, 0 things could not be seen."), "{text}");
    }
}
