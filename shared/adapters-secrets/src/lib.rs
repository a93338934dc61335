//! Secrets in AWS Secrets Manager.
//!
//! Its three operations are written out here, without the SDK of Secrets Manager.
//!
//! Rights: `secretsmanager:GetSecretValue` on the secrets of a function's purpose, such as
//! `arn:…:secret:<stack>/vendors/*`.

use std::sync::Arc;

use aws_config::SdkConfig;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use leadlight_aws_call::{CallError, SECRETS_MANAGER, json};
use leadlight_ports::{Class, PortError, Secret, SecretError, SecretName, Secrets};
use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Serialize};

/// The secrets of the account and region. Put [`CachedSecrets`](leadlight_ports::CachedSecrets) in front of it.
#[derive(Debug, Clone)]
pub struct SecretsManager(SdkConfig);

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct GetSecretValue<'a> {
    secret_id: &'a str,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct SecretValue {
    /// None where it is binary.
    secret_string: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct CreateSecret<'a> {
    name: &'a str,
    #[serde(flatten)]
    version: NewVersion<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct PutSecretValue<'a> {
    secret_id: &'a str,
    #[serde(flatten)]
    version: NewVersion<'a>,
}

/// A secret's next text.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct NewVersion<'a> {
    /// Sent again with the same token, it is the same version.
    client_request_token: &'a str,
    secret_string: &'a str,
}

impl SecretsManager {
    /// Those that a configuration's credentials may read, in its region.
    pub fn from_config(config: &SdkConfig) -> Self {
        Self(config.clone())
    }

    /// Sets a secret's text, whether or not it is there. No function may: it takes the rights
    /// `secretsmanager:CreateSecret` and `secretsmanager:PutSecretValue`.
    pub async fn set(&self, name: &SecretName, text: &str) -> Result<(), SecretError> {
        let token = token().map_err(|error| unreadable(name.clone(), error))?;
        let version = || NewVersion { client_request_token: &token, secret_string: text };
        let create = CreateSecret { name: name.as_str(), version: version() };
        let mut set = self.call::<IgnoredAny>("secretsmanager.CreateSecret", &create).await;
        if matches!(&set, Err(error) if error.code() == Some("ResourceExistsException")) {
            let put = PutSecretValue { secret_id: name.as_str(), version: version() };
            set = self.call("secretsmanager.PutSecretValue", &put).await;
        }
        set.map(drop).map_err(|error| unreadable(name.clone(), error))
    }

    async fn call<T: DeserializeOwned>(
        &self,
        operation: &'static str,
        input: &(impl Serialize + Sync),
    ) -> Result<T, CallError> {
        json(&self.0, &SECRETS_MANAGER, operation, input).await
    }
}

/// 32 characters, as few as a token may have.
fn token() -> Result<String, getrandom::Error> {
    let mut random = [0; 16];
    getrandom::fill(&mut random)?;
    Ok(hex::encode(random))
}

fn unreadable(name: SecretName, error: impl std::error::Error + Send + Sync + 'static) -> SecretError {
    let source =
        PortError { operation: "asking Secrets Manager", class: Class::Retryable, source: Box::new(error) };
    SecretError::Unreadable { name, source }
}

impl Secrets for SecretsManager {
    async fn read(&self, name: &SecretName) -> Result<Secret, SecretError> {
        let name = name.clone();
        let answer =
            self.call("secretsmanager.GetSecretValue", &GetSecretValue { secret_id: name.as_str() }).await;
        let SecretValue { secret_string } = answer.map_err(|error| match error.code() {
            Some("ResourceNotFoundException") => SecretError::Absent { name: name.clone() },
            // Of the invalid requests, the only one that a name alone can make.
            Some("InvalidRequestException") => SecretError::Deleted { name: name.clone() },
            _ => unreadable(name.clone(), error),
        })?;
        match secret_string {
            Some(text) if !text.is_empty() => Ok(Arc::new(text.into())),
            _ => Err(SecretError::NoText { name }),
        }
    }
}
