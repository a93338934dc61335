//! Secrets in AWS Secrets Manager.
//!
//! A crate of its own, since it brings an SDK of its own: a function that uses it names it, and what does not use it,
//! such as the first `cargo run`, builds nothing of it.
//!
//! Rights: `secretsmanager:GetSecretValue` on the secrets of a function's purpose, such as
//! `arn:…:secret:<stack>/vendors/*`.

use std::sync::Arc;

use aws_sdk_secretsmanager::Client;
use aws_sdk_secretsmanager::operation::get_secret_value::GetSecretValueError;
use aws_sdk_secretsmanager::operation::put_secret_value::PutSecretValueError;
use leadlight_ports::{Class, PortError, Secret, SecretError, SecretName, Secrets};

/// The secrets of the account and region. Put [`CachedSecrets`](leadlight_ports::CachedSecrets) in front of it.
#[derive(Debug, Clone)]
pub struct SecretsManager(Client);

impl SecretsManager {
    /// With a client of its own.
    pub fn from_config(config: &aws_config::SdkConfig) -> Self {
        Self(Client::new(config))
    }
}

impl SecretsManager {
    /// Sets a secret's text, and makes the secret if it is not there: for the operator's command. No function may.
    pub async fn write(&self, name: &SecretName, text: &str) -> Result<(), SecretError> {
        let written = self.0.put_secret_value().secret_id(name.as_str()).secret_string(text).send().await;
        let failed = match written {
            Ok(_) => return Ok(()),
            Err(error) => error,
        };
        let is_absent =
            failed.as_service_error().is_some_and(PutSecretValueError::is_resource_not_found_exception);
        if !is_absent {
            return Err(unreadable(name, "setting a secret", failed));
        }
        let made = self.0.create_secret().name(name.as_str()).secret_string(text).send().await;
        made.map(drop).map_err(|error| unreadable(name, "making a secret", error))
    }
}

fn unreadable(
    name: &SecretName,
    operation: &'static str,
    source: impl std::error::Error + Send + Sync + 'static,
) -> SecretError {
    SecretError::Unreadable {
        name: name.clone(),
        source: PortError { operation, class: Class::Retryable, source: Box::new(source) },
    }
}

impl Secrets for SecretsManager {
    async fn read(&self, name: &SecretName) -> Result<Secret, SecretError> {
        let name = name.clone();
        let answer = match self.0.get_secret_value().secret_id(name.as_str()).send().await {
            Ok(answer) => answer,
            Err(error) => {
                return Err(match error.as_service_error() {
                    Some(GetSecretValueError::ResourceNotFoundException(_)) => SecretError::Absent { name },
                    // Of the invalid requests, the only one that a name alone can make.
                    Some(GetSecretValueError::InvalidRequestException(_)) => SecretError::Deleted { name },
                    _ => unreadable(&name, "asking Secrets Manager", error),
                });
            }
        };
        match answer.secret_string {
            Some(text) if !text.is_empty() => Ok(Arc::new(text.into())),
            _ => Err(SecretError::NoText { name }),
        }
    }
}
