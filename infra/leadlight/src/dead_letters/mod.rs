//! Dead-letter queues: look without taking, move back what is asked for, send what somebody corrected.

mod origin;
mod redrive;
mod resend;

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use aws_sdk_sqs::types::{Message, MessageSystemAttributeName, QueueAttributeName};
use futures_util::{StreamExt, stream};
use jiff::Timestamp;
use leadlight_lead::{ContentHash, EnrichedLead, FormSubmit, RouteRequest, StageMessage};
use leadlight_ports::{Class, Clock, SystemClock};
use leadlight_retrain::Request;
use serde::Serialize;
use serde_json::Value;

use crate::cli::{LetterClass, StageName, Wanted};
use crate::system::{StageQueues, System};

pub use origin::Origin;
pub use redrive::{Moved, Redriven, redrive};
pub use resend::{Resent, Written, resend, write_bodies};

/// A message that could not be processed.
#[derive(Debug, Clone, Serialize)]
pub struct DeadLetter {
    /// The stage that gave it up.
    pub stage: &'static str,
    /// What was wrong.
    pub class: LetterClass,
    /// Why.
    pub reason: String,
    /// Whose event it is and which, and since when it rests here.
    #[serde(flatten)]
    pub origin: Origin,
    /// The message, as it was.
    #[serde(skip)]
    pub body: String,
    /// Its size.
    pub bytes: usize,
    /// The queue's id of it.
    pub message_id: String,
}

impl DeadLetter {
    /// The content of the event it began with, where that can be read at whatever stage it was given up.
    pub fn content(&self) -> Option<ContentHash> {
        let bytes = self.body.as_bytes();
        if let Ok(event) = FormSubmit::parse(bytes) {
            return event.content_hash().ok();
        }
        let enriched = match EnrichedLead::from_message(bytes) {
            Ok(enriched) => enriched,
            Err(_) => RouteRequest::from_message(bytes).ok()?.enriched().clone(),
        };
        Some(enriched.submitted.content_hash)
    }
}

/// Where SQS itself moved a message that crashed its function each time, nobody could write a reason.
const MOVED_BY_SQS: &str = "moved here by SQS after its last delivery: the function crashed or timed out each time; its logs say more";

/// A look hides what it saw for so long, so that the next page of the same look shows the rest.
const LOOK_SECONDS: i32 = 1;

/// How long to wait for letters that someone else is looking at just now.
const PATIENCE: Duration = Duration::from_secs(5);

/// Dead letters, as far as they could be looked at.
#[derive(Debug, Clone, Serialize)]
pub struct Letters {
    /// Those that were seen.
    pub dead_letters: Vec<DeadLetter>,
    /// How many more there are: someone else was looking at them all the while.
    pub more: usize,
}

/// All dead letters of all stages, runs of retraining that failed, and changes that the bus was not told of. They stay
/// where they are.
pub async fn list(system: &System) -> Result<Vec<DeadLetter>> {
    Ok(look_at_all(system).await?.dead_letters)
}

/// As [`list`], and how many could not be seen.
pub async fn look_at_all(system: &System) -> Result<Letters> {
    let deadline = Instant::now() + PATIENCE;
    let mut found: BTreeMap<String, DeadLetter> = BTreeMap::new();
    loop {
        found.extend(glance(system).await?.into_iter().map(|l| (l.message_id.clone(), l)));
        let more = count(system).await?.saturating_sub(found.len());
        if more == 0 || Instant::now() > deadline {
            return Ok(Letters { dead_letters: found.into_values().collect(), more });
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

/// The dead letters that nobody else is looking at just now.
pub async fn glance(system: &System) -> Result<Vec<DeadLetter>> {
    let sqs = system.sqs();
    let mut letters = Vec::new();
    for StageQueues { stage, dead_letters_url, .. } in system.stages()? {
        let messages = look(&sqs, &dead_letters_url).await?;
        letters.extend(messages.into_values().map(|message| letter(stage, message)));
    }
    for (function, url) in [("retrain", system.failed_runs()?), ("publish", system.untold()?)] {
        letters.extend(look(&sqs, &url).await?.into_values().map(|message| run_letter(function, message)));
    }
    Ok(letters)
}

async fn count(system: &System) -> Result<usize> {
    let sqs = system.sqs();
    let mut total = messages_in(&sqs, &system.failed_runs()?).await?;
    total += messages_in(&sqs, &system.untold()?).await?;
    for stage in system.stages()? {
        total += messages_in(&sqs, &stage.dead_letters_url).await?;
    }
    Ok(total)
}

/// Why a run of retraining failed for good; nothing where it has not.
pub(crate) async fn failed_run(system: &System, request: &Request) -> Result<Option<String>> {
    let messages = look(&system.sqs(), &system.failed_runs()?).await?;
    let found = messages.into_values().find(|message| {
        let body: Value =
            message.body.as_deref().and_then(|b| serde_json::from_str(b).ok()).unwrap_or_default();
        let asked: Option<Request> = serde_json::from_value(body["requestPayload"].clone()).ok();
        asked.is_some_and(|asked| asked.due_at == request.due_at)
    });
    Ok(found.map(|message| run_letter("retrain", message).reason))
}

/// Messages of a queue, those being worked on included. Approximate on AWS, where it settles within a
/// minute.
pub async fn messages_in(sqs: &aws_sdk_sqs::Client, queue_url: &str) -> Result<usize> {
    let answer = sqs
        .get_queue_attributes()
        .queue_url(queue_url)
        .attribute_names(QueueAttributeName::ApproximateNumberOfMessages)
        .attribute_names(QueueAttributeName::ApproximateNumberOfMessagesNotVisible)
        .send()
        .await
        .with_context(|| format!("counting the messages of {queue_url}"))?;
    Ok(answer.attributes.unwrap_or_default().values().filter_map(|n| n.parse::<usize>().ok()).sum())
}

async fn look(sqs: &aws_sdk_sqs::Client, url: &str) -> Result<BTreeMap<String, Message>> {
    let mut found = BTreeMap::new();
    loop {
        let messages = receive(sqs, url, LOOK_SECONDS, 0).await?;
        let before = found.len();
        found.extend(messages.into_iter().map(|m| (m.message_id.clone().unwrap_or_default(), m)));
        if found.len() == before {
            return Ok(found);
        }
    }
}

async fn receive(
    sqs: &aws_sdk_sqs::Client,
    url: &str,
    hidden_seconds: i32,
    wait_seconds: i32,
) -> Result<Vec<Message>> {
    let answer = sqs
        .receive_message()
        .queue_url(url)
        .max_number_of_messages(10)
        .visibility_timeout(hidden_seconds)
        .wait_time_seconds(wait_seconds)
        .message_attribute_names("All")
        .message_system_attribute_names(MessageSystemAttributeName::SentTimestamp)
        .send()
        .await
        .with_context(|| format!("reading the dead-letter queue {url}"))?;
    Ok(answer.messages.unwrap_or_default())
}

/// Lets others see letters that were hidden, by what lets each go. What cannot be let go is to be seen again once its
/// time is up.
async fn let_go<'a>(sqs: &aws_sdk_sqs::Client, url: &str, receipts: impl Iterator<Item = &'a str>) {
    let letting_go = receipts.map(|receipt| {
        let request = sqs.change_message_visibility().queue_url(url);
        request.receipt_handle(receipt).visibility_timeout(0).send()
    });
    let _ = stream::iter(letting_go).buffer_unordered(10).collect::<Vec<_>>().await;
}

fn attribute(message: &Message, name: &str) -> Option<String> {
    message.message_attributes.as_ref()?.get(name)?.string_value.clone()
}

fn letter(stage: StageName, message: Message) -> DeadLetter {
    let (class, reason) = match attribute(&message, "reason") {
        Some(reason) if attribute(&message, "class").as_deref() == Some(Class::Poison.as_str()) => {
            (LetterClass::Poison, reason)
        }
        Some(reason) => (LetterClass::Retryable, reason),
        None => (LetterClass::Crashed, MOVED_BY_SQS.to_owned()),
    };
    dead_letter(stage.as_str(), class, reason, message)
}

/// Of Lambda, after its last try, with the request and the function's error in it; of the scheduler or the bus, which say in
/// attributes why they could not hand it on; or of the function itself, with its reason.
fn run_letter(function: &'static str, message: Message) -> DeadLetter {
    if let Some(reason) = attribute(&message, "reason") {
        return dead_letter(function, LetterClass::Poison, reason, message);
    }
    let body: Value = message.body.as_deref().and_then(|b| serde_json::from_str(b).ok()).unwrap_or_default();
    let told = |value: &Value| value.as_str().map(str::to_owned);
    let reason = told(&body["responsePayload"]["errorMessage"])
        .or_else(|| told(&body["requestContext"]["condition"]))
        .or_else(|| attribute(&message, "ERROR_MESSAGE"))
        .or_else(|| attribute(&message, "ERROR_CODE"))
        .unwrap_or_else(|| "a run failed or could not be started; the function's logs say more".to_owned());
    dead_letter(function, LetterClass::FailedRun, reason, message)
}

fn dead_letter(stage: &'static str, class: LetterClass, reason: String, message: Message) -> DeadLetter {
    let since = sent_at(&message);
    let body = message.body.unwrap_or_default();
    let message_id = message.message_id.unwrap_or_default();
    let origin = Origin::of(&body, since, SystemClock.now());
    DeadLetter { stage, class, reason, origin, bytes: body.len(), body, message_id }
}

fn sent_at(message: &Message) -> Option<Timestamp> {
    let ms = message.attributes.as_ref()?.get(&MessageSystemAttributeName::SentTimestamp)?.parse().ok()?;
    Timestamp::from_millisecond(ms).ok()
}

impl Wanted {
    /// Whether a letter is one of those that are asked for.
    pub fn is_met_by(&self, letter: &DeadLetter) -> bool {
        let reason = self.reason.as_ref().map(|text| text.to_lowercase());
        self.class.is_none_or(|class| class == letter.class)
            && reason.is_none_or(|text| letter.reason.to_lowercase().contains(&text))
    }
}

impl StageName {
    /// All of them, in the order of a lead's way.
    pub const ALL: [Self; 6] =
        [Self::Enrich, Self::Score, Self::Route, Self::Outcome, Self::Pull, Self::Deliver];

    /// As written in tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Enrich => "enrich",
            Self::Score => "score",
            Self::Route => "route",
            Self::Outcome => "outcome",
            Self::Pull => "pull",
            Self::Deliver => "deliver",
        }
    }
}
