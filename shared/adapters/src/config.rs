//! What a function learns from its environment.

use std::str::FromStr;
use std::time::Duration;

use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, SdkConfig};

/// An environment variable that the template should have set.
#[derive(Debug, thiserror::Error)]
#[error("the environment variable {name} is missing or not valid; the function's template entry must set it")]
pub struct BadVariable {
    /// Its name.
    pub name: &'static str,
}

/// A variable that must be there, read as what it should be.
pub fn variable<T: FromStr>(name: &'static str) -> Result<T, BadVariable> {
    let text = std::env::var(name).ok().filter(|v| !v.is_empty());
    text.and_then(|v| v.parse().ok()).ok_or(BadVariable { name })
}

/// How long a function waits for one answer, and for an operation with all its retries. A call that hangs must
/// end before the function does, or it takes the whole batch with it; the shortest has ten seconds.
const ATTEMPT: Duration = Duration::from_secs(3);
const OPERATION: Duration = Duration::from_secs(8);

/// What [`sdk_config`] gives, for a function, which must not wait for ever.
pub async fn function_config() -> SdkConfig {
    let timeouts =
        TimeoutConfig::builder().operation_attempt_timeout(ATTEMPT).operation_timeout(OPERATION).build();
    aws_config::defaults(BehaviorVersion::v2026_01_12()).timeout_config(timeouts).load().await
}

/// Credentials, region and (on one machine) endpoint, from where the SDK looks for them.
pub async fn sdk_config() -> SdkConfig {
    // Dated, so that an update of the SDK never changes retries or time-outs by itself.
    aws_config::load_defaults(BehaviorVersion::v2026_01_12()).await
}
