//! Where results go: stdout, as text or JSON. Notes for people go to stderr.

use std::fmt;
use std::io::{self, Write};

use anyhow::{Context, Result};
use serde::Serialize;

use crate::cli::Format;

/// Writes results.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Output(Format);

impl Output {
    /// In this format.
    pub(crate) fn new(format: Format) -> Self {
        Self(format)
    }

    /// The format that was asked for.
    pub(crate) fn format(self) -> Format {
        self.0
    }

    /// Whether people read along.
    pub(crate) fn is_text(self) -> bool {
        self.0 == Format::Text
    }

    /// JSON, or the text made from the same value.
    pub(crate) fn either<T: Serialize>(self, value: &T, text: impl FnOnce(&T) -> String) -> Result<()> {
        match self.0 {
            Format::Json => json(value),
            Format::Text => line(&text(value)),
        }
    }
}

/// How long something lasted, to its largest unit: `3 h`.
pub(crate) fn lasted(seconds: i64) -> String {
    match seconds {
        ..60 => format!("{seconds} s"),
        60..3_600 => format!("{} min", seconds / 60),
        3_600..172_800 => format!("{} h", seconds / 3_600),
        _ => format!("{} days", seconds / 86_400),
    }
}

/// So many of something, such as `1 outcome` and `2 outcomes`.
#[expect(clippy::needless_pass_by_value, reason = "a number, of whichever type it is")]
pub(crate) fn counted<N: fmt::Display + PartialEq + From<u8>>(count: N, one: &str) -> String {
    let plural = if count == N::from(1) { "" } else { "s" };
    format!("{count} {one}{plural}")
}

/// A text on stdout as it is, to the byte: what is written to a file by it is the same file.
pub(crate) fn exactly(text: &str) -> Result<()> {
    written(io::stdout().lock().write_all(text.as_bytes()))
}

fn written(result: io::Result<()>) -> Result<()> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Err(StdoutClosed.into()),
        written => written.context("stdout cannot be written to"),
    }
}

/// Whoever read stdout has stopped, such as `head`: nothing is left to do, and nothing went wrong.
#[derive(Debug, thiserror::Error)]
#[error("stdout is closed")]
pub struct StdoutClosed;

/// A line, or several, on stdout.
pub(crate) fn line(text: &str) -> Result<()> {
    written(writeln!(io::stdout().lock(), "{text}"))
}

/// One JSON document on stdout.
pub(crate) fn json<T: Serialize>(value: &T) -> Result<()> {
    line(&serde_json::to_string_pretty(value)?)
}

/// A note for people, on stderr.
pub(crate) fn note(text: &str) {
    // Nothing can be done where stderr is closed.
    let _ = writeln!(io::stderr(), "{text}");
}
