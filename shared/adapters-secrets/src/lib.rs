//! Secrets in AWS Secrets Manager.
//!
//! A crate of its own, since it brings an SDK of its own: a function that uses it names it, and what does not use it,
//! such as the first `cargo run`, builds nothing of it.
//!
//! Rights: `secretsmanager:GetSecretValue` on the secrets of a function's purpose, such as
//! `arn:…:secret:<stack>/vendors/*`.

use std::sync::Arc;

use aws_sdk_secretsmanager::Client;
use aws_sdk_secretsmanager::operation::create_secret::CreateSecretError;
use aws_sdk_secretsmanager::operation::get_secret_value::GetSecretValueError;
use leadlight_ports::{Class, PortError, Secret, SecretError, SecretName, Secrets};

/// The secrets of the account and region. Put [`CachedSecrets`](leadlight_ports::CachedSecrets) in front of it.
#[derive(Debug, Clone)]
pub struct SecretsManager(Client);

impl SecretsManager {
    /// With a client of its own.
    pub fn from_config(config: &aws_config::SdkConfig) -> Self {
        Self(Client::new(config))
    }

    /// Sets a secret's text, whether or not it is there. No function may: it takes the rights
    /// `secretsmanager:CreateSecret` and `secretsmanager:PutSecretValue`.
    pub async fn set(&self, name: &SecretName, text: &str) -> Result<(), SecretError> {
        let created = self.0.create_secret().name(name.as_str()).secret_string(text).send().await;
        let is_there =
            |error: &CreateSecretError| matches!(error, CreateSecretError::ResourceExistsException(_));
        match created {
            Ok(_) => Ok(()),
            Err(error) if error.as_service_error().is_some_and(is_there) => {
                let put = self.0.put_secret_value().secret_id(name.as_str()).secret_string(text).send().await;
                put.map(drop).map_err(|error| unreadable(name.clone(), error))
            }
            Err(error) => Err(unreadable(name.clone(), error)),
        }
    }
}

fn unreadable(name: SecretName, error: impl std::error::Error + Send + Sync + 'static) -> SecretError {
    let source =
        PortError { operation: "asking Secrets Manager", class: Class::Retryable, source: Box::new(error) };
    SecretError::Unreadable { name, source }
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
                    _ => unreadable(name, error),
                });
            }
        };
        match answer.secret_string {
            Some(text) if !text.is_empty() => Ok(Arc::new(text.into())),
            _ => Err(SecretError::NoText { name }),
        }
    }
}
