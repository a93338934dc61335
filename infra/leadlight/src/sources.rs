//! `sources`: which senders are read, by which rules, and how a body of theirs is read.

use std::fmt::Write as _;
use std::io::Read as _;
use std::path::Path;

use anyhow::{Context, Result, anyhow};
use http::{HeaderMap, HeaderValue, header};
use leadlight_lead::FormSubmit;
use leadlight_policy::Policy;
use leadlight_ports::{Clock, SystemClock};
use leadlight_sources::{ADAPTERS, Item, Read, Request, Source, Sources};
use serde_json::{Value, json};

use crate::cli::{DocumentCommand, PublishedCommand, SourceSecret, SourcesCommand, Try};
use crate::commands::text_of;
use crate::documents;
use crate::output::{Output, exactly, note};
use crate::secrets;
use crate::system::System;

/// `sources check`
pub(crate) fn check(file: &Path, output: Output) -> Result<()> {
    let name = file.display().to_string();
    let sources = read(file)?;
    let told: Vec<_> = sources.iter().map(|source| row(&sources, source)).collect();
    output.either(&told, |_| {
        let lines = sources.iter().map(|source| {
            let url =
                sources.url_of(source.name()).unwrap_or_else(|| format!("…/v1/sources/{}", source.name()));
            format!("  {:<24} {:<24} {url}", source.name().as_str(), source.adapter.title)
        });
        let lines: Vec<_> = lines.collect();
        format!(
            "{name}: well-formed, {}\n{}",
            crate::output::counted(lines.len(), "source"),
            lines.join("\n")
        )
    })
}

fn row(sources: &Sources, source: &Source) -> Value {
    json!({ "source": source.name(), "adapter": source.adapter.name, "url": sources.url_of(source.name()) })
}

/// The sources of a file.
pub(crate) fn read(file: &Path) -> Result<Sources> {
    Ok(Sources::parse(&file.display().to_string(), &text_of(file)?)?)
}

/// `sources adapters`
pub(crate) fn adapters(output: Output) -> Result<()> {
    let told: Vec<_> = ADAPTERS
        .iter()
        .map(|adapter| {
            let proofs: Vec<_> = adapter.proofs.iter().map(|proof| proof.name).collect();
            json!({ "adapter": adapter.name, "title": adapter.title, "help": adapter.help, "proofs": proofs })
        })
        .collect();
    output.either(&told, |_| {
        let texts = ADAPTERS
            .iter()
            .map(|adapter| format!("{} ({})\n  {}", adapter.name, adapter.title, adapter.help));
        texts.collect::<Vec<_>>().join("\n\n")
    })
}

/// What needs a running system.
pub(crate) async fn sources(system: &System, command: &SourcesCommand, output: Output) -> Result<()> {
    match command {
        SourcesCommand::File(command) => {
            if let DocumentCommand::InForce(PublishedCommand::Publish { file, .. }) = command {
                warn_of_undeclared(system, file).await?;
            }
            documents::document::<Sources>(system, command, output).await
        }
        SourcesCommand::Secret(secret) => set_secret(system, secret, output).await,
        SourcesCommand::Try(wanted) => try_in_force(system, wanted, output).await,
        SourcesCommand::Adapters => adapters(output),
    }
}

/// `sources try` by the file in force.
pub(crate) async fn try_in_force(system: &System, wanted: &Try, output: Output) -> Result<()> {
    try_out(&in_force(system).await?, "the sources file in force", wanted, output)
}

/// The sources file in force.
pub(crate) async fn in_force(system: &System) -> Result<Sources> {
    let registry = system.registry()?;
    let current = registry.in_force::<Sources>().await?.current;
    Ok(registry.document::<Sources>(&current.hash).await?)
}

/// A source that the policy does not know is set aside lead by lead.
async fn warn_of_undeclared(system: &System, file: &Path) -> Result<()> {
    let sources = read(file)?;
    let registry = system.registry()?;
    let Some(pointer) = registry.pointer::<Policy>().await? else { return Ok(()) };
    let policy = registry.document::<Policy>(&pointer.current.hash).await?;
    for source in sources.iter().filter(|source| policy.source(source.name()).is_none()) {
        note(&format!(
            "the policy in force has no [sources.{0}]: leads of `{0}` will be set aside until one is published that has",
            source.name()
        ));
    }
    Ok(())
}

/// `sources try`
pub(crate) fn try_out(sources: &Sources, of: &str, wanted: &Try, output: Output) -> Result<()> {
    let source = named(sources, of, &wanted.source)?;
    let parts = parts(source, &wanted.body, wanted.content_type.as_deref())?;
    output.either(&told(&parts), |_| in_words(&parts))
}

/// A source by its name; `of` is what the file is called that should have it.
pub(crate) fn named<'a>(sources: &'a Sources, of: &str, name: &str) -> Result<&'a Source> {
    sources.get(name).ok_or_else(|| {
        let known: Vec<_> = sources.iter().map(|source| source.name().as_str()).collect();
        anyhow!("{of} has no source `{name}`; it has {}", known.join(", "))
    })
}

/// What a body holds, read as if this source had sent it. `-` reads stdin.
pub(crate) fn parts(source: &Source, file: &Path, content_type: Option<&str>) -> Result<Vec<Read>> {
    let body = bytes_of(file)?;
    let media_type = content_type.unwrap_or_else(|| media_type_of(&body));
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_str(media_type).context("no media type")?);
    let received_at = SystemClock.now();
    let request =
        Request { method: "POST", url: None, query: "", headers: &headers, body: &body, received_at };
    source.read(&request).map_err(|error| anyhow!("{}: {error}", file.display()))
}

/// How parts were read, for a script.
pub(crate) fn told(parts: &[Read]) -> Value {
    parts.iter().map(part_told).collect()
}

/// The same for people.
pub(crate) fn in_words(parts: &[Read]) -> String {
    let texts = parts.iter().enumerate().map(|(index, part)| part_in_words(index + 1, parts.len(), part));
    texts.collect::<Vec<_>>().join("\n")
}

/// What a body looks like, where nobody says what it is.
fn media_type_of(body: &[u8]) -> &'static str {
    match body.iter().find(|byte| !byte.is_ascii_whitespace()) {
        Some(b'{' | b'[' | 0xef) | None => "application/json",
        Some(_) => "application/x-www-form-urlencoded",
    }
}

fn part_told(part: &Read) -> Value {
    match part {
        Ok(item) => json!(item),
        Err(set_aside) => json!({ "set_aside": set_aside.to_string() }),
    }
}

fn part_in_words(place: usize, of: usize, part: &Read) -> String {
    let head = if of == 1 { String::new() } else { format!("{place} of {of}: ") };
    match part {
        Ok(Item::Lead(taken)) => format!("{head}a lead\n{}", fields(&taken.event)),
        Ok(item) => format!("{head}{}", in_short(item)),
        Err(error) => format!("{head}set aside: {error}"),
    }
}

/// What a part is, in a few words.
pub(crate) fn in_short(item: &Item) -> String {
    match item {
        Item::Lead(_) => "a lead".to_owned(),
        Item::Outcome(event) => format!("what became of a deal: {}", event.what.as_str()),
        Item::Usage(event) if event.used.is_empty() => "whose workspace one is".to_owned(),
        Item::Usage(_) => "use of the product at an account".to_owned(),
        Item::Erasure(_) => "a person asks to be forgotten".to_owned(),
        Item::Reference(reference) => {
            format!("a {} to be fetched: {} ({})", reference.what, reference.id, reference.event)
        }
        Item::Test => "a test of the connection: it goes nowhere".to_owned(),
        Item::PassedOver(why) => format!("passed over: {why}"),
    }
}

/// The lead's fields, and what nobody said the meaning of.
fn fields(event: &FormSubmit) -> String {
    let Ok(Value::Object(mut all)) = serde_json::to_value(event) else { return String::new() };
    let mut text = String::new();
    let others = all.get_mut("form").and_then(|form| form.as_object_mut()?.remove("fields"));
    for (name, value) in all.iter().filter(|(name, _)| *name != "schema_version") {
        let _ = writeln!(text, "  {name:<18} {}", plain(value));
    }
    if let Some(others) = others.as_ref().and_then(Value::as_object) {
        text.push_str("  kept as they are; `fields` in the sources file can say what they mean:\n");
        for (label, value) in others {
            let _ = writeln!(text, "    {label}: {}", plain(value));
        }
    }
    for noted in event.notes() {
        let _ = writeln!(text, "  note: {noted}");
    }
    text.trim_end().to_owned()
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn bytes_of(file: &Path) -> Result<Vec<u8>> {
    if file == Path::new("-") {
        let mut bytes = Vec::new();
        std::io::stdin().read_to_end(&mut bytes)?;
        return Ok(bytes);
    }
    std::fs::read(file).with_context(|| format!("{} cannot be read", file.display()))
}

/// `sources secret`
async fn set_secret(system: &System, wanted: &SourceSecret, output: Output) -> Result<()> {
    let sources = in_force(system).await?;
    let source = sources.get(&wanted.source).ok_or_else(|| {
        anyhow!("the sources file in force has no source `{}`: publish it first", wanted.source)
    })?;
    let purpose = if wanted.token { source.token_purpose() } else { source.secret_purpose() };
    let text = wanted.file.as_deref().map_or_else(new_key, text_of)?;
    let name = secrets::set(system, &purpose, &text).await?;
    if wanted.generate {
        note(&format!("{name} is set. The sender needs this key; it is not shown again:"));
        return exactly(&format!("{text}\n"));
    }
    secrets::said(&name, output)
}

/// 32 random bytes, as letters and digits that no header or address has to escape.
fn new_key() -> Result<String> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|error| anyhow!("no random bytes: {error}"))?;
    Ok(hex::encode(bytes))
}
