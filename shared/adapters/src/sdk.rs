//! How the SDK is set up: credentials, region, endpoint, time-outs.

use std::time::Duration;

use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, SdkConfig};

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
