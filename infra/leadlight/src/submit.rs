//! Puts events onto the form-submits queue, as any producer does.

use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use leadlight_ports::MessageQueue;

use crate::follow::Sent;
use crate::system::System;

/// Reads files, `-` meaning stdin. All are read before anything is sent.
pub fn read(files: &[PathBuf]) -> Result<Vec<Sent>> {
    files
        .iter()
        .map(|file| {
            let mut body = String::new();
            if file == Path::new("-") {
                std::io::stdin().read_to_string(&mut body).context("stdin cannot be read as UTF-8 text")?;
            } else {
                body = std::fs::read_to_string(file)
                    .with_context(|| format!("{} cannot be read as UTF-8 text", file.display()))?;
            }
            Ok(Sent { label: file.display().to_string(), body })
        })
        .collect()
}

/// Sends events in order.
pub async fn send(system: &System, events: &[Sent], mut on_step: impl FnMut(usize)) -> Result<()> {
    let queue = system.form_submits()?;
    for (index, event) in events.iter().enumerate() {
        queue
            .send(&event.body, &[])
            .await
            .with_context(|| format!("{} was not sent (those before it were)", event.label))?;
        on_step(index + 1);
    }
    Ok(())
}
