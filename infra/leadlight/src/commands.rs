//! The commands that work on a running system.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::OnceLock;
use std::time::Duration;

use anyhow::{Context, Result};
use leadlight_local_aws::Progress;
use leadlight_policy::Policy as PolicyFile;
use leadlight_retrain::Report;
use serde_json::json;

use crate::cli::Submit;
use crate::ended::Ended;
use crate::follow::{self, Accounted, Fate, Sent};
use crate::output::Output;
use crate::progress::{Bars, running, step};
use crate::submit;
use crate::system::System;
use crate::training_view;
use crate::view::LeadView;

/// `submit`
pub(crate) async fn submit(system: &System, args: &Submit, output: Output) -> Result<Ended> {
    let (mut places, mut events, mut accounts) = (Vec::new(), Vec::new(), Vec::new());
    for (place, file) in args.files.iter().enumerate() {
        let read = match submit::read(file) {
            Ok(Sent { label, body }) => {
                submit::as_a_door_takes_it(system, body).await.map(|body| Sent { label, body })
            }
            Err(error) => Err(error),
        };
        match read {
            Ok(sent) => {
                places.push(place);
                events.push(sent);
            }
            Err(error) => {
                let sent = Sent { label: file.display().to_string(), body: String::new() };
                accounts.push((place, Accounted { sent, fate: Fate::NotSent(format!("{error:#}")) }));
            }
        }
    }
    let fates = sent(system, events, args.no_follow).await?;
    accounts.extend(places.into_iter().zip(fates));
    accounts.sort_by_key(|(place, _)| *place);
    let accounts: Vec<Accounted> = accounts.into_iter().map(|(_, account)| account).collect();
    let rows: Vec<_> = accounts.iter().map(fate_json).collect();
    output.either(&rows, |_| accounts.iter().map(fate_text).collect::<Vec<_>>().join("\n"))?;
    Ok(Ended::well_if(accounts.iter().all(|account| is_well(&account.fate, args.no_follow))))
}

/// Sends events, and follows each to its end unless that is left out.
pub(crate) async fn sent(system: &System, events: Vec<Sent>, no_follow: bool) -> Result<Vec<Accounted>> {
    if no_follow { sent_only(system, events).await } else { followed(system, events).await }
}

/// Whether that is how an event should end.
pub(crate) fn is_well(fate: &Fate, no_follow: bool) -> bool {
    match fate {
        Fate::Queued(_) | Fate::Repeated(_) | Fate::Joined(_) => true,
        Fate::Waiting => no_follow,
        Fate::Dead(_) | Fate::NotSent(_) => false,
    }
}

/// Sends events and leaves them on their way.
async fn sent_only(system: &System, events: Vec<Sent>) -> Result<Vec<Accounted>> {
    let mut not_sent: BTreeMap<usize, String> =
        submit::send_each(system, &events, |_| ()).await?.into_iter().collect();
    let fate = |index| not_sent.remove(&index).map_or(Fate::Waiting, Fate::NotSent);
    let fates: Vec<Fate> = (0..events.len()).map(fate).collect();
    Ok(events.into_iter().zip(fates).map(|(sent, fate)| Accounted { sent, fate }).collect())
}

/// Sends events and follows each to its end.
async fn followed(system: &System, events: Vec<Sent>) -> Result<Vec<Accounted>> {
    const TITLE: &str = "Following leads";
    let (bars, total) = (Bars::new(), events.len());
    let told = |at: follow::Step| match at {
        follow::Step::Sent(sent) => bars.step(TITLE, step(sent, total, "sent")),
        follow::Step::Accounted(done) => bars.step(TITLE, step(done, total, "accounted for")),
    };
    bars.phase(TITLE, follow::to_the_end(system, events, told)).await
}

/// What became of an event, for a script.
pub(crate) fn fate_json(Accounted { sent, fate }: &Accounted) -> serde_json::Value {
    match fate {
        Fate::Queued(lead) => json!({ "file": sent.label, "lead": LeadView::of(lead) }),
        Fate::Repeated(id) => json!({ "file": sent.label, "repeated": id }),
        Fate::Joined(id) => json!({ "file": sent.label, "joined": id }),
        Fate::Dead(letter) => json!({ "file": sent.label, "dead_letter": letter }),
        Fate::NotSent(reason) => json!({ "file": sent.label, "not_sent": reason }),
        Fate::Waiting => json!({ "file": sent.label, "on_its_way": true }),
    }
}

/// The same for people.
pub(crate) fn fate_text(Accounted { sent, fate }: &Accounted) -> String {
    let file = &sent.label;
    match fate {
        Fate::Queued(lead) => format!("{file}: {} – {}", lead.queue, LeadView::of(lead).summary),
        Fate::Repeated(id) => format!("{file}: the same event was submitted before, see {id}"),
        Fate::Joined(id) => format!("{file}: added to the lead of the same person, {id}"),
        Fate::Dead(letter) => format!("{file}: set aside by {}: {}", letter.stage, letter.reason),
        Fate::NotSent(reason) => format!("{file}: not sent: {reason}"),
        Fate::Waiting => format!(
            "{file}: on its way. What fails is tried again for hours, and is then shown by `leadlight queue dead-letters`"
        ),
    }
}

/// `retrain`
pub(crate) async fn retrain(system: &System, output: Output) -> Result<()> {
    let report = followed_training(system, &Bars::new(), "Training").await?;
    output.either(&report, training_view::retrained)
}

/// A training run, with a bar of that title.
pub(crate) async fn followed_training(system: &System, bars: &Bars, title: &str) -> Result<Report> {
    let told = |elapsed: Duration| bars.step(title, running(&format!("for {} s", elapsed.as_secs())));
    // On the heap: it holds a whole training report.
    bars.phase(title, Box::pin(system.retrain(told))).await
}

/// `policy docs` of the one in force
pub(crate) async fn policy_in_force_docs(system: &System, output: Output) -> Result<()> {
    let registry = system.registry()?;
    let hash = registry.in_force::<PolicyFile>().await?.current.hash;
    outline(&registry.document(&hash).await?, output)
}

/// A file's text; `-` is stdin's, which can be read once, and is kept for those who ask again.
pub(crate) fn text_of(file: &Path) -> Result<String> {
    static STDIN: OnceLock<String> = OnceLock::new();
    let text = if file == Path::new("-") {
        match STDIN.get() {
            Some(text) => Ok(text.clone()),
            None => std::io::read_to_string(std::io::stdin()).map(|text| STDIN.get_or_init(|| text).clone()),
        }
    } else {
        std::fs::read_to_string(file)
    };
    let name = if file == Path::new("-") { "stdin".into() } else { file.display().to_string() };
    text.with_context(|| format!("{name} cannot be read as UTF-8 text"))
}

pub(crate) fn read_policy(file: &Path) -> Result<PolicyFile> {
    Ok(PolicyFile::parse_new(&file.display().to_string(), &text_of(file)?)?)
}

/// A policy that may have been in force for long: it is held to no more than that it can be read.
pub(crate) fn read_policy_of_before(file: &Path) -> Result<PolicyFile> {
    Ok(PolicyFile::parse(&file.display().to_string(), &text_of(file)?)?)
}

/// `policy docs FILE`
pub(crate) fn policy_docs(file: &Path, output: Output) -> Result<()> {
    outline(&read_policy(file)?, output)
}

/// A policy in words, as Markdown.
fn outline(policy: &PolicyFile, output: Output) -> Result<()> {
    let sections = policy.outline();
    let value: Vec<_> = sections
        .iter()
        .map(|s| {
            let table = s.table.as_ref().map(|t| json!({ "head": t.head, "rows": t.rows }));
            json!({ "title": s.title, "text": s.text, "table": table })
        })
        .collect();
    output.either(&value, |_| {
        let mut text = format!("# Policy {}, revision {}\n", policy.name(), policy.revision());
        for section in &sections {
            let _ = write!(text, "\n## {}\n\n{}\n", section.title, section.text.join("\n\n"));
            if let Some(table) = &section.table {
                let row = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
                let line = row(&vec!["---".to_owned(); table.head.len()]);
                let rows: String = table.rows.iter().map(|cells| row(cells)).collect();
                let _ = write!(text, "\n{}{line}{rows}", row(&table.head));
            }
        }
        text
    })
}
