//! What waits, and what was set aside.

use leadlight_adapters::SqsQueue;
use leadlight_ports::Inspect;

use super::Finding;
use crate::output::counted;
use crate::system::System;

/// More than stages work off in some minutes: ten environments with ten leads each take 1,000 a second at the most.
const MANY: usize = 10_000;

pub(super) async fn look(system: &System) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut queues = Vec::new();
    match system.stages() {
        Ok(stages) => {
            for stage in stages {
                queues.push((stage.stage.as_str(), stage.queue_url, Some(stage.dead_letters_url)));
            }
        }
        Err(error) => return vec![Finding::not_seen("queues", error.as_ref())],
    }
    let count = async |url: &str| SqsQueue::from_config(system.config(), url.to_owned()).count().await;
    let (mut waiting, mut dead) = (0, Vec::new());
    for (stage, queue, dead_letters) in queues {
        match count(&queue).await {
            Ok(messages) if messages >= MANY => found.push(Finding::look(
                format!("queue of {stage}"),
                format!("{messages} messages wait"),
                "if they grow fewer, wait; else look at the function's alarms, and at StageConcurrency",
            )),
            Ok(messages) => waiting += messages,
            Err(error) => found.push(Finding::not_seen(format!("queue of {stage}"), &error)),
        }
        if let Some(dead_letters) = dead_letters {
            match count(&dead_letters).await {
                Ok(0) => {}
                Ok(letters) => dead.push(format!("{letters} of {stage}")),
                Err(error) => found.push(Finding::not_seen(format!("dead letters of {stage}"), &error)),
            }
        }
    }
    if found.is_empty() {
        found.push(Finding::well("queues", format!("{} on their way", counted(waiting as u64, "message"))));
    }
    found.push(if dead.is_empty() {
        Finding::well("dead letters", "none")
    } else {
        Finding::wrong(
            "dead letters",
            dead.join(", "),
            "leadlight queue dead-letters says why; then correct and `queue resend`, or `queue redrive` what only waited",
        )
    });
    for (about, url, remedy) in [
        (
            "failed runs",
            system.failed_runs(),
            "look at the message in that queue and the log of retrain; then leadlight retrain",
        ),
        ("untold changes", system.untold(), "infra/runbook.md, PublishDlqAlarm"),
    ] {
        let url = match url {
            Ok(url) => url,
            Err(error) => {
                found.push(Finding::not_seen(about, error.as_ref()));
                continue;
            }
        };
        found.push(match count(&url).await {
            Ok(0) => Finding::well(about, "none"),
            Ok(letters) => Finding::wrong(about, counted(letters as u64, "letter"), remedy),
            Err(error) => Finding::not_seen(about, &error),
        });
    }
    found
}
