//! Starts the retraining function and follows the run to its report.
//!
//! The call does not wait for the answer: a run takes up to a quarter of an hour, and whatever stands between here and
//! AWS may cut a connection that is silent for so long. The run is named by the moment it was asked for, so its report
//! is known by its key, and Lambda's own second delivery of the call does nothing twice.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use leadlight_local_aws::{Invocation, invoke};
use leadlight_ports::{Clock, SystemClock};
use leadlight_retrain::{Report, Request};

use crate::dead_letters;
use crate::system::System;

/// Three tries of a quarter of an hour each with Lambda's pauses between them, and one such run of another before.
const PATIENCE: Duration = Duration::from_mins(65);
/// How often to look for the report: at first, and once it is clear that this takes longer.
const POLL_EVERY: [Duration; 2] = [Duration::from_millis(250), Duration::from_secs(2)];
const AT_FIRST: Duration = Duration::from_secs(20);
/// How often to look whether the run has failed.
const LOOK_EVERY: Duration = Duration::from_secs(3);

impl System {
    /// Runs the retraining function and returns its report; tells meanwhile for how long it has been running.
    pub async fn retrain(&self, mut told: impl FnMut(Duration)) -> Result<Report> {
        let now = SystemClock.now();
        let reason = "operator".to_owned();
        let request =
            Request { schema_version: 1, reason, due_at: Some(now), only_if_degraded: false, export: None };
        let name = request.report(now);
        let function = self.output("RetrainFunctionName")?;
        invoke(self.config(), &function, Invocation::Queued, serde_json::to_vec(&request)?).await?;

        let registry = self.registry()?;
        let began = Instant::now();
        let mut looked = began;
        loop {
            if let Some(figures) = registry.report(&name, "json").await.context("looking for the report")? {
                return serde_json::from_slice(&figures).context("the run's report cannot be read");
            }
            if looked.elapsed() > LOOK_EVERY {
                looked = Instant::now();
                if let Some(reason) = dead_letters::failed_run(self, &request).await? {
                    bail!("the run failed: {reason}");
                }
            }
            if began.elapsed() > PATIENCE {
                bail!(
                    "after {} minutes there is no report; the run may still come to its end, see \
                     `leadlight model list` and `leadlight queue dead-letters`",
                    PATIENCE.as_secs() / 60
                );
            }
            told(began.elapsed());
            tokio::time::sleep(POLL_EVERY[usize::from(began.elapsed() > AT_FIRST)]).await;
        }
    }
}
