//! Dead-letter queues: look without taking, and move back what is asked for.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use aws_sdk_sqs::types::{Message, MessageSystemAttributeName, QueueAttributeName};
use futures_util::future::try_join_all;
use futures_util::{StreamExt, stream};
use jiff::Timestamp;
use leadlight_lead::{ContentHash, EnrichedLead, FormSubmit, RouteRequest, StageMessage};
use leadlight_ports::{Class, Clock, SystemClock};
use leadlight_retrain::Request;
use serde::Serialize;
use serde_json::Value;

use crate::cli::{LetterClass, StageName, Wanted};
use crate::system::{StageQueues, System};

/// A message that could not be processed.
#[derive(Debug, Clone, Serialize)]
pub struct DeadLetter {
    /// The stage that gave it up.
    pub stage: &'static str,
    /// What was wrong.
    pub class: LetterClass,
    /// Why.
    pub reason: String,
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

/// All dead letters of all stages, and runs of retraining that failed. They stay where they are.
pub async fn list(system: &System) -> Result<Vec<DeadLetter>> {
    let deadline = Instant::now() + PATIENCE;
    let mut found: BTreeMap<String, DeadLetter> = BTreeMap::new();
    loop {
        found.extend(glance(system).await?.into_iter().map(|l| (l.message_id.clone(), l)));
        if found.len() >= count(system).await? || Instant::now() > deadline {
            return Ok(found.into_values().collect());
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
    letters.extend(look(&sqs, &system.failed_runs()?).await?.into_values().map(run_letter));
    Ok(letters)
}

async fn count(system: &System) -> Result<usize> {
    let sqs = system.sqs();
    let mut total = messages_in(&sqs, &system.failed_runs()?).await?;
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
    Ok(found.map(|message| run_letter(message).reason))
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

/// Of Lambda, after its last try, with the request and the function's error in it; or of the scheduler, which says in
/// attributes why it could not start the run.
fn run_letter(message: Message) -> DeadLetter {
    let body: Value = message.body.as_deref().and_then(|b| serde_json::from_str(b).ok()).unwrap_or_default();
    let told = |value: &Value| value.as_str().map(str::to_owned);
    let reason = told(&body["responsePayload"]["errorMessage"])
        .or_else(|| told(&body["requestContext"]["condition"]))
        .or_else(|| attribute(&message, "ERROR_MESSAGE"))
        .or_else(|| attribute(&message, "ERROR_CODE"))
        .unwrap_or_else(|| "a run failed or could not be started; the function's logs say more".to_owned());
    dead_letter("retrain", LetterClass::FailedRun, reason, message)
}

fn dead_letter(stage: &'static str, class: LetterClass, reason: String, message: Message) -> DeadLetter {
    let body = message.body.unwrap_or_default();
    let message_id = message.message_id.unwrap_or_default();
    DeadLetter { stage, class, reason, bytes: body.len(), body, message_id }
}

impl Wanted {
    fn is_met_by(&self, letter: &DeadLetter) -> bool {
        let reason = self.reason.as_ref().map(|text| text.to_lowercase());
        self.class.is_none_or(|class| class == letter.class)
            && reason.is_none_or(|text| letter.reason.to_lowercase().contains(&text))
    }
}

/// What `queue redrive` did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Redriven {
    /// The stage.
    pub stage: &'static str,
    /// Letters that are on the stage's queue again.
    pub moved: usize,
    /// Letters that stay: they were not asked for, or came while the others were moved.
    pub left: usize,
    /// What had been wrong with those that were moved; their attributes stay behind.
    pub of: Vec<Moved>,
}

/// Letters that were set aside for one reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Moved {
    /// What was wrong.
    pub class: LetterClass,
    /// Why.
    pub reason: String,
    /// How many.
    pub moved: usize,
}

/// Moves the dead letters of a stage that are asked for back to its queue. Each is sent before it is deleted: a crash in
/// between repeats it, and what is done twice is done once. What fails again and comes back meanwhile is left for the
/// next time, or this would never end.
pub async fn redrive(system: &System, stage: StageName, wanted: &Wanted) -> Result<Redriven> {
    /// What is left is hidden for so long, should this be killed before it lets it go.
    const HIDDEN_SECONDS: i32 = 120;
    /// SQS looks everywhere where it may wait, and here and there where it may not.
    const WAIT_SECONDS: i32 = 1;
    let (sqs, began) = (&system.sqs(), SystemClock.now());
    let stages = system.stages()?;
    let queues = stages.iter().find(|s| s.stage == stage).context("the stage has no queue")?;
    let mut moved: BTreeMap<(LetterClass, String), usize> = BTreeMap::new();
    // By message: what lets it go, and whether it was there at the start. What is moved may be set aside again at once.
    let mut left: BTreeMap<String, (String, bool)> = BTreeMap::new();
    loop {
        let messages = receive(sqs, &queues.dead_letters_url, HIDDEN_SECONDS, WAIT_SECONDS).await?;
        // What is seen a second time was left before: the round is done.
        let is_round =
            messages.iter().all(|m| left.contains_key(m.message_id.as_deref().unwrap_or_default()));
        let mut moving = Vec::new();
        for message in messages {
            let (receipt, sent_at) = (message.receipt_handle.clone().unwrap_or_default(), sent_at(&message));
            let letter = letter(stage, message);
            let was_there = sent_at.is_none_or(|at| at <= began);
            if wanted.is_met_by(&letter) && was_there {
                moving.push(move_back(sqs, queues, letter, receipt));
            } else {
                left.insert(letter.message_id, (receipt, was_there));
            }
        }
        for what in try_join_all(moving).await? {
            *moved.entry(what).or_default() += 1;
        }
        if is_round {
            break;
        }
    }
    let letting_go = left.values().map(|(receipt, _)| {
        let request = sqs.change_message_visibility().queue_url(&queues.dead_letters_url);
        request.receipt_handle(receipt).visibility_timeout(0).send()
    });
    // What cannot be let go is to be seen again after two minutes.
    let _ = stream::iter(letting_go).buffer_unordered(10).collect::<Vec<_>>().await;
    let of: Vec<Moved> =
        moved.into_iter().map(|((class, reason), moved)| Moved { class, reason, moved }).collect();
    Ok(Redriven {
        stage: stage.as_str(),
        moved: of.iter().map(|m| m.moved).sum(),
        left: left.values().filter(|(_, was_there)| *was_there).count(),
        of,
    })
}

fn sent_at(message: &Message) -> Option<Timestamp> {
    let ms = message.attributes.as_ref()?.get(&MessageSystemAttributeName::SentTimestamp)?.parse().ok()?;
    Timestamp::from_millisecond(ms).ok()
}

/// Back to the stage's queue; what had been wrong with it?
async fn move_back(
    sqs: &aws_sdk_sqs::Client,
    queues: &StageQueues,
    letter: DeadLetter,
    receipt: String,
) -> Result<(LetterClass, String)> {
    let send = sqs.send_message().queue_url(&queues.queue_url).message_body(letter.body);
    send.send().await.context("sending a dead letter back to its queue")?;
    let delete = sqs.delete_message().queue_url(&queues.dead_letters_url).receipt_handle(receipt);
    delete.send().await.context("taking a dead letter off its queue")?;
    Ok((letter.class, letter.reason))
}

impl StageName {
    /// As written in tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Enrich => "enrich",
            Self::Score => "score",
            Self::Route => "route",
            Self::Outcome => "outcome",
        }
    }
}
