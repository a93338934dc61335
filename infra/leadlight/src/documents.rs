//! The commands for every kind of document that people write: put one in force, show it, see who changed it and why,
//! go back.

use anyhow::{Result, anyhow, bail};
use leadlight_adapters::S3Objects;
use leadlight_ports::{Clock, SystemClock};
use leadlight_registry::{Change, Document, Entry, Pointer, Registry};
use serde_json::{Value, json};

use crate::cli::{DocumentCommand, PublishedCommand, Why};
use crate::output::Output;
use crate::system::System;
use crate::view::{self, Standing};

impl Why {
    /// By whom and why: as given, or else the user of this machine.
    pub(crate) fn change(&self) -> Change {
        let user = || ["USER", "USERNAME"].into_iter().find_map(|name| std::env::var(name).ok());
        let author = self.author.clone().or_else(user).unwrap_or_default();
        Change::new(&author, self.reason.as_deref().unwrap_or_default())
    }
}

/// What is said of a change: for programs under a name, and for people a sentence a line, before it is made.
#[derive(Default)]
pub(crate) struct Beside {
    pub(crate) value: Option<(&'static str, Value)>,
    pub(crate) lines: Vec<String>,
}

impl Beside {
    fn with(&self, mut value: Value) -> Value {
        if let (Some((name, beside)), Some(object)) = (&self.value, value.as_object_mut()) {
            object.insert((*name).to_owned(), beside.clone());
        }
        value
    }

    /// To people, on stderr: a stdout that is closed keeps no change from being made.
    fn say(&self, output: Output) {
        self.lines.iter().filter(|_| output.is_text()).for_each(|line| crate::output::note(line));
    }
}

/// `publish`, `show`, `history` and `rollback` of a kind. `parse` checks a file under its own name.
pub(crate) async fn document<D: Document>(
    system: &System,
    command: &DocumentCommand,
    output: Output,
) -> Result<()> {
    match command {
        DocumentCommand::Check { .. } => bail!("`{} check` needs no running system", D::NAME),
        DocumentCommand::InForce(command) => published::<D>(system, command, Beside::default(), output).await,
    }
}

/// The same, with something to say beside a publication.
pub(crate) async fn published<D: Document>(
    system: &System,
    command: &PublishedCommand,
    beside: Beside,
    output: Output,
) -> Result<()> {
    let registry = system.registry()?;
    let now = SystemClock.now();
    beside.say(output);
    match command {
        PublishedCommand::Publish { file, why, dry_run } => {
            let text = crate::commands::text_of(file)?;
            if *dry_run {
                D::parse(&text).map_err(|error| anyhow!("{error}"))?;
                let hash = D::hash_of(text.as_bytes()).to_string();
                return output.either(&beside.with(json!({ D::NAME: hash, "published": false })), |_| {
                    format!("{} {} would be taken; nothing was put in force", D::NAME, &hash[..12])
                });
            }
            put_in_force::<D>(&registry, &text, why, &beside, output).await
        }
        PublishedCommand::Show => {
            let current = registry.in_force::<D>().await?.current;
            let text = registry.text::<D>(&current.hash).await?;
            let value = json!({ D::NAME: current.hash, "since": current.published_at, "text": text });
            if output.is_text() { crate::output::exactly(&text) } else { crate::output::json(&value) }
        }
        PublishedCommand::History => {
            let pointer = registry.in_force::<D>().await?;
            let rows: Vec<_> = entries(&pointer).map(|(entry, standing)| row(entry, standing)).collect();
            let value: Vec<_> = entries(&pointer)
                .map(|(entry, standing)| {
                    json!({ D::NAME: entry.hash, "since": entry.published_at, "standing": standing,
                            "author": entry.author, "reason": entry.reason })
                })
                .collect();
            output.either(&Value::from(value), |_| view::history(D::NAME, &rows))
        }
        PublishedCommand::Rollback { why } => {
            said(&registry.roll_back::<D>(&why.change(), now).await?, "is in force again", &beside, output)
        }
    }
}

/// Puts a text in force, after what is said beside it.
pub(crate) async fn put<D: Document>(
    system: &System,
    text: &str,
    why: &Why,
    beside: &Beside,
    output: Output,
) -> Result<()> {
    beside.say(output);
    put_in_force::<D>(&system.registry()?, text, why, beside, output).await
}

async fn put_in_force<D: Document>(
    registry: &Registry<S3Objects>,
    text: &str,
    why: &Why,
    beside: &Beside,
    output: Output,
) -> Result<()> {
    let before = registry.find::<D>().await?.pointer;
    let pointer = registry.publish::<D>(text, &why.change(), SystemClock.now()).await?;
    let is_same = before.is_some_and(|before| before.current.hash == pointer.current.hash);
    let word = if is_same { "was in force already" } else { "is in force" };
    said(&pointer, word, beside, output)
}

fn said<D: Document>(pointer: &Pointer<D>, word: &str, beside: &Beside, output: Output) -> Result<()> {
    let hash = pointer.current.hash.to_string();
    output.either(&beside.with(json!({ D::NAME: hash })), |_| {
        format!("{} {} {word}; the functions follow it within a minute", D::NAME, &hash[..12])
    })
}

/// What a pointer remembers: the one in force, those before it, those that were taken back.
pub(crate) fn entries<K: leadlight_registry::Kind>(
    pointer: &Pointer<K>,
) -> impl Iterator<Item = (&Entry<K::Hash>, Standing)> {
    std::iter::once((&pointer.current, Standing::InForce))
        .chain(pointer.history.iter().map(|past| (past, Standing::Before)))
        .chain(pointer.withdrawn.iter().map(|past| (past, Standing::TakenBack)))
}

fn row<H: ToString>(entry: &Entry<H>, standing: Standing) -> [String; 5] {
    [
        entry.hash.to_string().chars().take(12).collect(),
        entry.published_at.strftime("%Y-%m-%d %H:%M UTC").to_string(),
        standing.as_str().to_owned(),
        entry.author.clone().unwrap_or_default(),
        entry.reason.clone().unwrap_or_default(),
    ]
}
