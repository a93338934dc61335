//! Dead-letter queues: look without taking, and move back.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use aws_sdk_sqs::types::{Message, QueueAttributeName};
use leadlight_lead::{ContentHash, EnrichedLead, FormSubmit, RouteRequest, StageMessage};
use serde::Serialize;

use crate::cli::StageName;
use crate::system::{StageQueues, System};

/// A message that could not be processed.
#[derive(Debug, Clone, Serialize)]
pub struct DeadLetter {
    /// The stage that gave it up.
    pub stage: &'static str,
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

/// All dead letters of all stages. They stay where they are.
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
    let mut letters = Vec::new();
    for stage in system.stages()? {
        let messages = look(&system.sqs(), &stage.dead_letters_url).await?;
        letters.extend(messages.into_values().map(|message| letter(stage.stage, message)));
    }
    Ok(letters)
}

async fn count(system: &System) -> Result<usize> {
    let mut total = 0;
    for stage in system.stages()? {
        total += messages_in(&system.sqs(), &stage.dead_letters_url).await?;
    }
    Ok(total)
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
        let messages = receive(sqs, url, LOOK_SECONDS).await?;
        let before = found.len();
        found.extend(messages.into_iter().map(|m| (m.message_id.clone().unwrap_or_default(), m)));
        if found.len() == before {
            return Ok(found);
        }
    }
}

async fn receive(sqs: &aws_sdk_sqs::Client, url: &str, hidden_seconds: i32) -> Result<Vec<Message>> {
    let answer = sqs
        .receive_message()
        .queue_url(url)
        .max_number_of_messages(10)
        .visibility_timeout(hidden_seconds)
        .message_attribute_names("All")
        .send()
        .await
        .with_context(|| format!("reading the dead-letter queue {url}"))?;
    Ok(answer.messages.unwrap_or_default())
}

fn letter(stage: StageName, message: Message) -> DeadLetter {
    let attribute = |name: &str| {
        let attributes = message.message_attributes.as_ref()?;
        attributes.get(name)?.string_value.clone()
    };
    let reason = attribute("reason").unwrap_or_else(|| MOVED_BY_SQS.to_owned());
    let body = message.body.unwrap_or_default();
    DeadLetter {
        stage: stage.as_str(),
        reason,
        bytes: body.len(),
        body,
        message_id: message.message_id.unwrap_or_default(),
    }
}

/// Moves all dead letters of a stage back to its queue. Each is sent before it is deleted: a crash in
/// between repeats it, and what is done twice is done once.
pub async fn redrive(system: &System, stage: StageName) -> Result<usize> {
    const HIDDEN_SECONDS: i32 = 30;
    let sqs = system.sqs();
    let stages = system.stages()?;
    let Some(StageQueues { queue_url, dead_letters_url, .. }) = stages.iter().find(|s| s.stage == stage)
    else {
        return Ok(0);
    };
    let mut moved = 0;
    // What fails again and comes back meanwhile is left for the next time, or this would never end.
    let there = messages_in(&sqs, dead_letters_url).await?;
    while moved < there {
        let messages = receive(&sqs, dead_letters_url, HIDDEN_SECONDS).await?;
        if messages.is_empty() {
            break;
        }
        for message in messages {
            sqs.send_message()
                .queue_url(queue_url)
                .message_body(message.body.unwrap_or_default())
                .send()
                .await
                .context("sending a dead letter back to its queue")?;
            sqs.delete_message()
                .queue_url(dead_letters_url)
                .receipt_handle(message.receipt_handle.unwrap_or_default())
                .send()
                .await
                .context("taking a dead letter off its queue")?;
            moved += 1;
        }
    }
    Ok(moved)
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
