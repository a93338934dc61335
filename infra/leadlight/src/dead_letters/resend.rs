//! Letters that somebody corrects: their bodies as files, and the files back to their stages.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::OpenOptions;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail};
use leadlight_deliver::Incoming;
use leadlight_lead::{CrmEvent, EnrichedLead, FormSubmit, RouteRequest, StageMessage, WireError};
use leadlight_sources::Reference;
use serde::Serialize;

use super::redrive::{HIDDEN_SECONDS, WAIT_SECONDS, replace};
use super::{DeadLetter, let_go, receive};
use crate::cli::StageName;
use crate::submit::as_a_door_takes_it;
use crate::system::{StageQueues, System};

/// How long a letter may be away because someone looks at it.
const PATIENCE: Duration = Duration::from_secs(5);

/// A letter's body on its way into a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Written {
    /// The file.
    pub file: PathBuf,
    /// False where a file of that name was there: somebody may have corrected it, so it stays.
    pub is_new: bool,
}

/// Writes each letter's body into a folder as `STAGE-MESSAGE_ID.json`, to be read by this user alone: bodies hold what
/// people typed. Runs of retraining are left out: another is started with `leadlight retrain`.
pub fn write_bodies(letters: &[DeadLetter], folder: &Path) -> Result<Vec<Written>> {
    std::fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    let mut written = Vec::new();
    for letter in letters.iter().filter(|l| StageName::ALL.iter().any(|stage| stage.as_str() == l.stage)) {
        let file = folder.join(format!("{}-{}.json", letter.stage, letter.message_id));
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let is_new = match options.open(&file) {
            Ok(mut open) => open.write_all(letter.body.as_bytes()).map(|()| true),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(false),
            Err(error) => Err(error),
        };
        let is_new = is_new.with_context(|| format!("{} cannot be written", file.display()))?;
        written.push(Written { file, is_new });
    }
    Ok(written)
}

/// What became of a file that `queue resend` was given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Resent {
    /// The file.
    pub file: String,
    /// The stage it was sent to; none where it was not.
    pub sent_to: Option<&'static str>,
    /// What went wrong, if anything: then the letter stays.
    pub problem: Option<String>,
}

/// A letter that is to be replaced.
struct Correction {
    place: usize,
    stage: StageName,
    message_id: String,
    body: String,
}

/// Sends each file's content to the stage that its name begins with, then takes the letter off whose id its name ends
/// with. A file that the stage could not read is not sent, unless `unchecked`; nor is one whose letter is gone, since it
/// was sent before, or is older than SQS keeps letters.
pub async fn resend(system: &System, files: &[PathBuf], unchecked: bool) -> Result<Vec<Resent>> {
    let mut results: Vec<Resent> = files
        .iter()
        .map(|file| Resent { file: file.display().to_string(), sent_to: None, problem: None })
        .collect();
    let mut corrections = Vec::new();
    let mut known = BTreeSet::new();
    for (place, file) in files.iter().enumerate() {
        match correction(place, file, unchecked) {
            Ok(one) if !known.insert(one.message_id.clone()) => {
                results[place].problem = Some("this letter was given twice".to_owned());
            }
            Ok(one) => corrections.push(one),
            Err(error) => results[place].problem = Some(format!("{error:#}")),
        }
    }
    for queues in system.stages()? {
        let of_stage: Vec<&Correction> = corrections.iter().filter(|c| c.stage == queues.stage).collect();
        if of_stage.is_empty() {
            continue;
        }
        let taken = take(system, &queues, &of_stage).await;
        for one in of_stage {
            let sent = match taken.as_ref().map(|receipts| receipts.get(&one.message_id)) {
                Ok(Some(receipt)) => exchange(system, &queues, one, receipt).await,
                Ok(None) => Err(anyhow!(GONE)),
                Err(error) => Err(anyhow!("nothing was sent: {error:#}")),
            };
            match sent {
                Ok(()) => results[one.place].sent_to = Some(queues.stage.as_str()),
                Err(error) => results[one.place].problem = Some(format!("{error:#}")),
            }
        }
    }
    Ok(results)
}

/// A letter that stays is to be seen again at once.
async fn exchange(system: &System, queues: &StageQueues, one: &Correction, receipt: &str) -> Result<()> {
    let sqs = system.sqs();
    let body = match one.stage {
        // It would have been as large at the door.
        StageName::Enrich => as_a_door_takes_it(system, one.body.clone()).await,
        _ => Ok(one.body.clone()),
    };
    let replaced = match body {
        Ok(body) => replace(&sqs, queues, &body, receipt).await,
        Err(error) => Err(error),
    };
    if replaced.is_err() {
        let_go(&sqs, &queues.dead_letters_url, std::iter::once(receipt)).await;
    }
    replaced
}

const GONE: &str = "its letter is not on the dead-letter queue: it was sent again before, is older than 14 days, or someone \
     else has it just now; nothing was sent";

fn correction(place: usize, file: &Path, unchecked: bool) -> Result<Correction> {
    let (stage, message_id) = named(file)?;
    let body = std::fs::read_to_string(file).context("it cannot be read as UTF-8 text")?;
    if !unchecked && let Err(problem) = check(stage, &body) {
        bail!("{} could not read it: {problem}; nothing was sent", stage.as_str());
    }
    Ok(Correction { place, stage, message_id, body })
}

/// `enrich-0f8b….json` is a letter of `enrich`.
fn named(file: &Path) -> Result<(StageName, String)> {
    let stem = file.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
    let found = StageName::ALL.into_iter().find_map(|stage| {
        let id = stem.strip_prefix(stage.as_str())?.strip_prefix('-')?;
        (!id.is_empty()).then(|| (stage, id.to_owned()))
    });
    found.ok_or_else(|| {
        anyhow!(
            "its name says neither stage nor letter; keep the name that `queue dead-letters --bodies` gave it, such as \
             enrich-0f8b….json"
        )
    })
}

/// Whether a stage of this release could read a body.
fn check(stage: StageName, body: &str) -> Result<(), WireError> {
    let bytes = body.as_bytes();
    match stage {
        StageName::Enrich => FormSubmit::take(bytes).map(drop),
        StageName::Score => EnrichedLead::from_message(bytes).map(drop),
        StageName::Route => RouteRequest::from_message(bytes).map(drop),
        StageName::Outcome => CrmEvent::parse(bytes).map(drop),
        StageName::Pull => Reference::from_message(bytes).map(drop),
        StageName::Deliver => Incoming::read(body).map(drop),
    }
}

/// Finds letters and hides them from others; what lets each go, by message. Others that were met are let go at once.
async fn take(
    system: &System,
    queues: &StageQueues,
    wanted: &[&Correction],
) -> Result<BTreeMap<String, String>> {
    let sqs = system.sqs();
    let is_wanted = |id: &String| wanted.iter().any(|one| &one.message_id == id);
    let deadline = Instant::now() + PATIENCE;
    let mut met: BTreeMap<String, String> = BTreeMap::new();
    loop {
        let messages = receive(&sqs, &queues.dead_letters_url, HIDDEN_SECONDS, WAIT_SECONDS).await?;
        let was_empty = messages.is_empty();
        met.extend(messages.into_iter().filter_map(|m| Some((m.message_id?, m.receipt_handle?))));
        let is_done = wanted.iter().all(|one| met.contains_key(&one.message_id));
        // Someone who just looked has hidden what they saw for a second.
        if is_done || (was_empty && Instant::now() > deadline) {
            break;
        }
    }
    let_go(
        &sqs,
        &queues.dead_letters_url,
        met.iter().filter(|(id, _)| !is_wanted(id)).map(|(_, receipt)| receipt.as_str()),
    )
    .await;
    met.retain(|id, _| is_wanted(id));
    Ok(met)
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::super::Origin;
    use super::*;
    use crate::cli::LetterClass;

    const LEAD: &str = r#"{"schema_version":1,"id":"e1","source":"website-form","email":"ada@acme.example"}"#;

    fn letter(stage: &'static str, id: &str, body: &str) -> DeadLetter {
        DeadLetter {
            stage,
            class: LetterClass::Poison,
            reason: "the event cannot be read".to_owned(),
            origin: Origin::of(body, None, Timestamp::UNIX_EPOCH),
            body: body.to_owned(),
            bytes: body.len(),
            message_id: id.to_owned(),
        }
    }

    #[test]
    fn bodies_become_files_that_name_their_letter_and_are_never_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("new");
        let letters =
            [letter("enrich", "a-1", "{bad"), letter("retrain", "r-1", "{}"), letter("outcome", "o", "x")];
        let written = write_bodies(&letters, &folder).unwrap();
        let names: Vec<_> = written.iter().map(|w| w.file.file_name().unwrap().to_str().unwrap()).collect();
        assert_eq!(names, ["enrich-a-1.json", "outcome-o.json"]);
        assert_eq!(std::fs::read_to_string(&written[0].file).unwrap(), "{bad");
        assert_eq!(named(&written[0].file).unwrap(), (StageName::Enrich, "a-1".to_owned()));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = std::fs::metadata(&written[0].file).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "what people typed is for this user alone");
        }
        std::fs::write(&written[0].file, LEAD).unwrap();
        let again = write_bodies(&letters, &folder).unwrap();
        assert!(again.iter().all(|w| !w.is_new));
        assert_eq!(std::fs::read_to_string(&written[0].file).unwrap(), LEAD, "a correction stays");
    }

    #[test]
    fn what_a_stage_cannot_read_is_not_sent_unless_asked() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str, body: &str| {
            let file = folder.path().join(name);
            std::fs::write(&file, body).unwrap();
            file
        };
        let corrected = correction(0, &file("enrich-1.json", LEAD), false).unwrap();
        assert_eq!((corrected.stage, corrected.body.as_str()), (StageName::Enrich, LEAD));
        let large = LEAD.replacen('{', &format!("{{\"brief\":\"{}\",", "x".repeat(300_000)), 1);
        assert!(
            correction(0, &file("enrich-5.json", &large), false).is_ok(),
            "its largest fields are left out"
        );
        for (name, body, said) in [
            ("enrich-2.json", "{", "enrich could not read it: the body is not valid JSON"),
            ("score-3.json", LEAD, "score could not read it"),
            ("outcome-4.json", LEAD, "outcome could not read it"),
            ("lead.json", LEAD, "keep the name"),
            ("enrich-.json", LEAD, "keep the name"),
            ("retrain-1.json", LEAD, "keep the name"),
        ] {
            let Err(error) = correction(0, &file(name, body), false) else { panic!("{name} was taken") };
            assert!(format!("{error:#}").contains(said), "{name}: {error:#}");
        }
        assert!(correction(0, &file("enrich-2.json", "{"), true).is_ok());
        let missing = correction(0, &folder.path().join("enrich-9.json"), false);
        assert!(missing.is_err());
    }
}
