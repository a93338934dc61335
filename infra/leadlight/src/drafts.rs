//! Drafts of a policy with other numbers, as `policy suggest` writes them.

use std::fs;

use anyhow::{Context, Result, bail};
use leadlight_policy::{NewNumber, Policy, redraft};

use crate::cli::Suggest;
use crate::commands::text_of;
use crate::system::System;

/// A policy's text, with the name that problems are told by.
pub(crate) struct Source {
    pub(crate) name: String,
    pub(crate) text: String,
}

pub(crate) async fn source(args: &Suggest, system: Option<&System>) -> Result<Source> {
    match (&args.file, system) {
        (Some(file), _) => Ok(Source { name: file.display().to_string(), text: text_of(file)? }),
        (None, Some(system)) => {
            let registry = system.registry()?;
            let hash = registry.in_force::<Policy>().await?.current.hash;
            Ok(Source { name: "the policy in force".to_owned(), text: registry.text::<Policy>(&hash).await? })
        }
        (None, None) => bail!("no policy is named, and no system is connected"),
    }
}

/// A draft with other numbers, where one is asked for and a number changes: the file's name.
pub(crate) fn written(args: &Suggest, source: &Source, changes: &[NewNumber]) -> Result<Option<String>> {
    let Some(out) = &args.out else { return Ok(None) };
    if changes.is_empty() {
        return Ok(None);
    }
    let draft = redraft(&out.display().to_string(), &source.text, changes)?;
    fs::write(out, draft).with_context(|| format!("{} cannot be written", out.display()))?;
    Ok(Some(out.display().to_string()))
}
