//! Letters back to their stage's queue, as they are.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use futures_util::future::try_join_all;
use leadlight_ports::{Clock, SystemClock};
use serde::Serialize;

use super::{DeadLetter, let_go, letter, receive, sent_at};
use crate::cli::{LetterClass, StageName, Wanted};
use crate::system::{StageQueues, System};

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
    /// The reason they were set aside with.
    pub reason: String,
    /// Letters with it that were moved back.
    pub moved: usize,
}

/// What is left is hidden for so long, should this be killed before it lets it go.
pub(super) const HIDDEN_SECONDS: i32 = 120;
/// SQS looks everywhere where it may wait, and here and there where it may not.
pub(super) const WAIT_SECONDS: i32 = 1;

/// Moves the dead letters of a stage that are asked for back to its queue. Each is sent before it is deleted: a crash in
/// between repeats it, and what is done twice is done once. What fails again and comes back meanwhile is left for the
/// next time, or this would never end.
pub async fn redrive(system: &System, stage: StageName, wanted: &Wanted) -> Result<Redriven> {
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
    let_go(sqs, &queues.dead_letters_url, left.values().map(|(receipt, _)| receipt.as_str())).await;
    let of: Vec<Moved> =
        moved.into_iter().map(|((class, reason), moved)| Moved { class, reason, moved }).collect();
    Ok(Redriven {
        stage: stage.as_str(),
        moved: of.iter().map(|m| m.moved).sum(),
        left: left.values().filter(|(_, was_there)| *was_there).count(),
        of,
    })
}

/// Back to the stage's queue; what had been wrong with it?
async fn move_back(
    sqs: &aws_sdk_sqs::Client,
    queues: &StageQueues,
    letter: DeadLetter,
    receipt: String,
) -> Result<(LetterClass, String)> {
    replace(sqs, queues, &letter.body, &receipt).await?;
    Ok((letter.class, letter.reason))
}

/// Sends a body to a stage's queue, and then takes the letter off that it stands for.
pub(super) async fn replace(
    sqs: &aws_sdk_sqs::Client,
    queues: &StageQueues,
    body: &str,
    receipt: &str,
) -> Result<()> {
    let send = sqs.send_message().queue_url(&queues.queue_url).message_body(body);
    send.send().await.context("the message was not sent, and its letter stays")?;
    let delete = sqs.delete_message().queue_url(&queues.dead_letters_url).receipt_handle(receipt);
    delete.send().await.context(
        "the message was sent, but its letter could not be taken off the dead-letter queue and stays; sent a second \
         time it does no harm",
    )?;
    Ok(())
}
