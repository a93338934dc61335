//! Progress on a terminal: one bar a phase on stderr. Where stderr is no terminal, one line a phase.

use std::collections::HashMap;
use std::io::{IsTerminal, Write};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use leadlight_local_aws::{Progress, Step};

/// Shows phases as they come.
#[derive(Debug)]
pub(crate) struct Bars {
    terminal: bool,
    running: Mutex<HashMap<String, (ProgressBar, Instant)>>,
}

impl Bars {
    /// On stderr.
    pub(crate) fn new() -> Self {
        Self { terminal: std::io::stderr().is_terminal(), running: Mutex::default() }
    }

    /// Runs one phase of our own with a bar.
    pub(crate) async fn phase<T>(
        &self,
        title: &str,
        work: impl Future<Output = anyhow::Result<T>>,
    ) -> anyhow::Result<T> {
        self.started(title);
        let result = work.await;
        if result.is_ok() {
            self.finished(title);
        }
        result
    }
}

impl Progress for Bars {
    fn started(&self, phase: &str) {
        let bar = if self.terminal { ProgressBar::new_spinner() } else { ProgressBar::hidden() };
        bar.set_style(style("{spinner:.cyan} {prefix:<28} {wide_msg}"));
        bar.set_prefix(phase.to_owned());
        bar.enable_steady_tick(Duration::from_millis(120));
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        running.insert(phase.to_owned(), (bar, Instant::now()));
    }

    fn usually(&self, phase: &str, takes: &str) {
        let running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        let Some((bar, _)) = running.get(phase).filter(|_| self.terminal) else {
            // Nothing can be done where stderr is closed.
            let _ = writeln!(std::io::stderr(), "… {phase:<28} usually takes {takes}");
            return;
        };
        bar.set_message(format!("usually takes {takes}"));
    }

    fn step(&self, phase: &str, step: Step<'_>) {
        let running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        let Some((bar, _)) = running.get(phase) else { return };
        if let Some(total) = step.total {
            if bar.length().is_none() {
                bar.set_style(style("{spinner:.cyan} {prefix:<28} {bar:24.cyan/dim} {pos}/{len} {wide_msg}"));
            }
            bar.set_length(total.max(step.done));
        }
        bar.set_position(step.done);
        bar.set_message(step.message.to_owned());
    }

    fn finished(&self, phase: &str) {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        let Some((bar, since)) = running.remove(phase) else { return };
        bar.finish_and_clear();
        let mark = if self.terminal { "\u{1b}[32m✓\u{1b}[0m" } else { "✓" };
        // Nothing can be done where stderr is closed.
        let _ = writeln!(std::io::stderr(), "{mark} {phase:<28} {:.1} s", since.elapsed().as_secs_f64());
    }
}

/// Something of which only its time is known.
pub(crate) fn running(message: &str) -> Step<'_> {
    Step { done: 0, total: None, message }
}

/// `done` of a `total` that is known.
pub(crate) fn step(done: usize, total: usize, message: &str) -> Step<'_> {
    Step { done: done as u64, total: Some(total as u64), message }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_spinner())
}
