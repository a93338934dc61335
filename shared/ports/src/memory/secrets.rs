//! The twin of the store of secrets.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use secrecy::SecretString;

use super::lock;
use crate::{Class, PortError, Secret, SecretError, SecretName, Secrets};

/// Secrets in a map.
#[derive(Debug, Clone, Default)]
pub struct MemorySecrets(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    is_away: bool,
    reads: usize,
    secrets: BTreeMap<SecretName, Secret>,
}

impl MemorySecrets {
    /// Sets a secret's current value.
    pub fn put(&self, name: &SecretName, value: &str) {
        lock(&self.0).secrets.insert(name.clone(), Arc::new(SecretString::from(value)));
    }

    /// Takes a secret away.
    pub fn remove(&self, name: &SecretName) {
        lock(&self.0).secrets.remove(name);
    }

    /// From now on nothing can be read, or everything again.
    pub fn set_away(&self, is_away: bool) {
        lock(&self.0).is_away = is_away;
    }

    /// How often it was asked.
    pub fn reads(&self) -> usize {
        lock(&self.0).reads
    }
}

impl Secrets for MemorySecrets {
    async fn read(&self, name: &SecretName) -> Result<Secret, SecretError> {
        let mut state = lock(&self.0);
        state.reads += 1;
        if state.is_away {
            return Err(SecretError::Unreadable {
                name: name.clone(),
                source: PortError {
                    operation: "reading a secret",
                    class: Class::Retryable,
                    source: "the twin was told to be away".into(),
                },
            });
        }
        let secret = state.secrets.get(name).cloned();
        match secret {
            None => Err(SecretError::Absent { name: name.clone() }),
            Some(secret) if secrecy::ExposeSecret::expose_secret(&*secret).is_empty() => {
                Err(SecretError::NoText { name: name.clone() })
            }
            Some(secret) => Ok(secret),
        }
    }
}
