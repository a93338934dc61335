//! Puts events onto the form-submits queue, as any producer does.

use std::io::Read;
use std::path::Path;

use anyhow::{Context, Result};
use leadlight_lead::{FormSubmit, Taken, to_json};
use leadlight_ports::MessageQueue;

use crate::system::System;

/// An event that is to be sent.
#[derive(Debug, Clone)]
pub struct Sent {
    /// Where it came from: a file's name.
    pub label: String,
    /// As sent.
    pub body: String,
}

/// Reads a file, `-` meaning stdin.
pub fn read(file: &Path) -> Result<Sent> {
    let mut body = String::new();
    if file == Path::new("-") {
        std::io::stdin().read_to_string(&mut body).context("stdin cannot be read as UTF-8 text")?;
    } else {
        body = std::fs::read_to_string(file).context("the file cannot be read as UTF-8 text")?;
    }
    Ok(Sent { label: file.display().to_string(), body })
}

/// An event as a door hands it on: what makes one too large rests whole in the bucket. One that fits, or that cannot be read, goes
/// on as it is; the stage sets aside what it cannot read, with its reason.
pub(crate) async fn as_a_door_takes_it(system: &System, body: String) -> Result<String> {
    match FormSubmit::take(body.as_bytes()) {
        Ok(Taken { event, whole: whole @ Some(_) }) => {
            system.registry()?.keep_whole(whole).await?;
            Ok(to_json(&event)?)
        }
        Ok(_) | Err(_) => Ok(body),
    }
}

/// Sends events in order. What cannot be sent, such as an empty file, keeps back no other; by its place, and why.
pub async fn send_each(
    system: &System,
    events: &[Sent],
    mut on_step: impl FnMut(usize),
) -> Result<Vec<(usize, String)>> {
    let queue = system.form_submits()?;
    let mut not_sent = Vec::new();
    for (index, event) in events.iter().enumerate() {
        if event.body.trim().is_empty() {
            not_sent.push((index, "there is nothing in it".to_owned()));
        } else if let Err(error) = queue.send(&event.body, &[]).await {
            not_sent.push((index, format!("{:#}", anyhow::Error::from(error))));
        }
        on_step(index + 1);
    }
    Ok(not_sent)
}
