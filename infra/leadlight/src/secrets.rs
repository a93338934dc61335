//! Secrets of sources and destinations, as the functions read them.

use anyhow::{Result, bail};
use leadlight_adapters_secrets::SecretsManager;
use leadlight_ports::SecretName;
use serde_json::json;

use crate::output::Output;
use crate::system::System;

/// Sets the secret of a purpose, such as `sources/website-form`, without the blanks around it.
pub(crate) async fn set(system: &System, purpose: &str, text: &str) -> Result<SecretName> {
    let text = text.trim();
    if text.is_empty() {
        bail!("the secret is empty");
    }
    let name = SecretName::of(system.stack(), purpose)?;
    SecretsManager::from_config(system.config()).set(&name, text).await?;
    Ok(name)
}

/// Says that a secret is set, and no more of it.
pub(crate) fn said(name: &SecretName, output: Output) -> Result<()> {
    output.either(&json!({ "secret": name.as_str() }), |_| {
        format!("{name} is set; functions that know an older one follow within five minutes")
    })
}
