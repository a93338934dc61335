//! `accounts`: the list of customers, competitors and owners.

use std::path::Path;

use anyhow::Result;
use leadlight_accounts::{Accounts, Notes, conflicts};
use leadlight_desk::{Team, owners_fit};
use leadlight_policy::{Policy, Relation};
use serde_json::json;

use crate::cli::{DocumentCommand, PublishedCommand};
use crate::commands::text_of;
use crate::documents;
use crate::output::{Output, note};
use crate::system::System;

/// `accounts check`
pub(crate) fn check(file: &Path, output: Output) -> Result<()> {
    let name = file.display().to_string();
    let (accounts, notes) = Accounts::read(&name, &text_of(file)?)?;
    conflicts(&name, &accounts, None)?;
    let value = json!({
        "hash": accounts.hash(), "domains": accounts.len(), "customers": accounts.count(Relation::Customer),
        "competitors": accounts.count(Relation::Competitor), "owned": accounts.owned(),
        "repeated": notes.repeated, "not_domains": notes.not_domains, "rewritten": notes.rewritten, "idle": notes.idle,
        "unread_columns": notes.unread_columns,
    });
    output.either(&value, |_| {
        let said = [in_words(&accounts)].into_iter().chain(said(&notes)).collect::<Vec<_>>().join("\n  ");
        format!("{name}: {said}")
    })
}

/// `publish`, `show`, `history` and `rollback`. A list that contradicts the policy or the team in force is refused.
pub(crate) async fn document(system: &System, command: &DocumentCommand, output: Output) -> Result<()> {
    if let DocumentCommand::InForce(PublishedCommand::Publish { file, .. }) = command {
        let name = file.display().to_string();
        let (accounts, notes) = Accounts::read(&name, &text_of(file)?)?;
        let registry = system.registry()?;
        let policy = match registry.pointer::<Policy>().await? {
            Some(pointer) => Some(registry.document::<Policy>(&pointer.current.hash).await?),
            None => None,
        };
        conflicts(&name, &accounts, policy.as_ref())?;
        note(&format!("{name}: {}", in_words(&accounts)));
        said(&notes).for_each(|line| note(&format!("  {line}")));
        if let Some(pointer) = registry.pointer::<Team>().await? {
            let team = registry.document::<Team>(&pointer.current.hash).await?;
            let others = owners_fit(&name, &accounts, &team)?;
            if let Some(first) = others.first() {
                note(&format!(
                    "  the team file names another owner for {}, such as {} in line {}: the team file has its way",
                    many(others.len(), "account"),
                    first.account,
                    first.line
                ));
            }
        }
    }
    documents::document::<Accounts>(system, command, output).await
}

/// A policy that contradicts the list in force is refused as well.
pub(crate) async fn fits_policy(system: &System, policy: &Policy) -> Result<()> {
    let registry = system.registry()?;
    // One that cannot be used must not keep a policy from being published.
    let Ok(Some(pointer)) = registry.pointer::<Accounts>().await else { return Ok(()) };
    let Ok(accounts) = registry.document::<Accounts>(&pointer.current.hash).await else { return Ok(()) };
    Ok(conflicts("the accounts in force", &accounts, Some(policy))?)
}

fn many(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

fn in_words(accounts: &Accounts) -> String {
    format!(
        "{}: {}, {}, {} with an owner",
        many(accounts.len(), "domain"),
        many(accounts.count(Relation::Customer), "customer"),
        many(accounts.count(Relation::Competitor), "competitor"),
        accounts.owned()
    )
}

/// How the file was read, where it was not read as it stands.
fn said(notes: &Notes) -> impl Iterator<Item = String> {
    let Notes { repeated, first_repeated, rewritten, not_domains, idle, unread_columns } = notes;
    let repeated = first_repeated.map(|(line, first)| {
        format!("{} repeat others, such as line {line}, which repeats line {first}", many(*repeated, "line"))
    });
    let rewritten = (*rewritten > 0)
        .then(|| format!("{} written as an address, a URL or a host", many(*rewritten, "domain")));
    let idle = (*idle > 0).then(|| {
        format!("{} left out: neither customer nor competitor, and without an owner", many(*idle, "line"))
    });
    let unread = (!unread_columns.is_empty()).then(|| {
        let places: Vec<String> = unread_columns.iter().map(ToString::to_string).collect();
        format!("not read: column {}", places.join(", "))
    });
    let none = (*not_domains > 0).then(|| {
        format!("{} of `also` and `parent` passed over: no company's domain", many(*not_domains, "word"))
    });
    [repeated, rewritten, none, idle, unread].into_iter().flatten()
}
