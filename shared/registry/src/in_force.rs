//! The policy, the model and the team in force, kept between warm invocations.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use leadlight_desk::Team;
use leadlight_lead::ModelHash;
use leadlight_model::Artifact;
use leadlight_policy::Policy;
use tokio::sync::Mutex;

use crate::registry::{Registry, RegistryError};
use leadlight_ports::ObjectStore;
use leadlight_ports::chain;

/// The pointers are read again at most this often.
const POINTER_MAX_AGE: SignedDuration = SignedDuration::from_secs(60);

/// The model that scores, or why there is none.
#[derive(Debug, Clone)]
pub enum Champion {
    /// A verified model.
    Model {
        /// Its hash.
        hash: ModelHash,
        /// The model.
        artifact: Arc<Artifact>,
    },
    /// Rules decide.
    Absent {
        /// Why.
        because: String,
    },
}

/// The policy and the model in force, kept between warm invocations.
///
/// The pointers are read again at most once a minute. What cannot be read or verified never replaces the
/// last good one; each decision cites the hash it followed, so nothing depends on when that was.
#[derive(Debug)]
pub struct InForce<S> {
    registry: Registry<S>,
    policy: Mutex<Option<Kept<Arc<Policy>>>>,
    champion: Mutex<Option<Kept<Champion>>>,
    team: Mutex<Option<Kept<Option<Arc<Team>>>>>,
}

#[derive(Debug)]
struct Kept<T> {
    value: T,
    checked_at: Timestamp,
}

impl<T: Clone> Kept<T> {
    fn fresh(&self, now: Timestamp) -> Option<T> {
        (now.duration_since(self.checked_at) < POINTER_MAX_AGE).then(|| self.value.clone())
    }
}

impl<S: ObjectStore> InForce<S> {
    /// Reads from a registry.
    pub fn new(registry: Registry<S>) -> Self {
        Self { registry, policy: Mutex::new(None), champion: Mutex::new(None), team: Mutex::new(None) }
    }

    /// The policy in force. Fails only while none was ever read.
    pub async fn policy(&self, now: Timestamp) -> Result<Arc<Policy>, RegistryError> {
        let mut kept = self.policy.lock().await;
        if let Some(fresh) = kept.as_ref().and_then(|k| k.fresh(now)) {
            return Ok(fresh);
        }
        let last = kept.as_ref().map(|k| Arc::clone(&k.value));
        let value = match (self.read_policy(last.as_ref()).await, last) {
            (Ok(policy), _) => policy,
            (Err(error), Some(last)) => {
                tracing::error!(
                    alarm = "policy-refused",
                    reason = chain(&error),
                    "the last good policy stays"
                );
                last
            }
            (Err(error), None) => {
                // Nothing can be scored: the messages wait, and someone must hear of it.
                tracing::error!(
                    alarm = "policy-refused",
                    reason = chain(&error),
                    "there is no policy to follow"
                );
                return Err(error);
            }
        };
        *kept = Some(Kept { value: Arc::clone(&value), checked_at: now });
        Ok(value)
    }

    async fn read_policy(&self, last: Option<&Arc<Policy>>) -> Result<Arc<Policy>, RegistryError> {
        let pointer = self.registry.policy_pointer().await?;
        match last {
            Some(last) if last.hash() == &pointer.policy => Ok(Arc::clone(last)),
            _ => Ok(Arc::new(self.registry.policy(&pointer.policy).await?)),
        }
    }

    /// The team in force; none where none is published, or none that can be read: then leads lie in the pool. A team
    /// that cannot be read never replaces the last good one.
    pub async fn team(&self, now: Timestamp) -> Result<Option<Arc<Team>>, RegistryError> {
        let mut kept = self.team.lock().await;
        if let Some(fresh) = kept.as_ref().and_then(|k| k.fresh(now)) {
            return Ok(fresh);
        }
        let last = kept.as_ref().and_then(|k| k.value.clone());
        let value = match (self.read_team(last.as_ref()).await, last) {
            (Ok(team), _) => team,
            // An outage says nothing of the team.
            (Err(error @ RegistryError::Store(_)), None) => return Err(error),
            (Err(error), last) => {
                tracing::error!(
                    alarm = "team-refused",
                    reason = chain(&error),
                    "the last good team file, or the pool"
                );
                last
            }
        };
        *kept = Some(Kept { value: value.clone(), checked_at: now });
        Ok(value)
    }

    async fn read_team(&self, last: Option<&Arc<Team>>) -> Result<Option<Arc<Team>>, RegistryError> {
        let Some(pointer) = self.registry.team_pointer().await? else { return Ok(None) };
        match last {
            Some(last) if last.hash() == &pointer.team => Ok(Some(Arc::clone(last))),
            _ => Ok(Some(Arc::new(self.registry.team(&pointer.team).await?))),
        }
    }

    /// The registry beneath.
    pub fn registry(&self) -> &Registry<S> {
        &self.registry
    }

    /// The champion. A store that cannot be reached is an error while nothing was ever read, since it
    /// says nothing about the model; a model that is refused means rules.
    pub async fn champion(&self, now: Timestamp) -> Result<Champion, RegistryError> {
        let mut kept = self.champion.lock().await;
        if let Some(fresh) = kept.as_ref().and_then(|k| k.fresh(now)) {
            return Ok(fresh);
        }
        let last = kept.as_ref().map(|k| k.value.clone());
        let value = match (self.read_champion(last.as_ref()).await, last) {
            (Ok(champion), _) => champion,
            (Err(error @ RegistryError::Store(_)), None) => return Err(error),
            // An outage says nothing against what decided so far, be it a model or the rules.
            (Err(error @ RegistryError::Store(_)), Some(last)) => {
                tracing::warn!(reason = chain(&error), "the champion could not be looked up");
                last
            }
            (Err(error), Some(last @ Champion::Model { .. })) => {
                tracing::error!(alarm = "model-refused", reason = chain(&error), "the last good model stays");
                last
            }
            (Err(error), _) => {
                let reason = chain(&error);
                tracing::error!(alarm = "model-refused", reason, "rules decide");
                Champion::Absent { because: format!("the published model cannot be used: {reason}") }
            }
        };
        *kept = Some(Kept { value: value.clone(), checked_at: now });
        Ok(value)
    }

    async fn read_champion(&self, last: Option<&Champion>) -> Result<Champion, RegistryError> {
        let Some(pointer) = self.registry.champion_pointer().await? else {
            return Ok(Champion::Absent { because: "no model is published yet".to_owned() });
        };
        match last {
            Some(same @ Champion::Model { hash, .. }) if hash == &pointer.model => Ok(same.clone()),
            Some(Champion::Model { .. }) => self.load(pointer.model).await,
            _ => match (self.load(pointer.model).await, pointer.history.first()) {
                (Err(error @ RegistryError::Store(_)), _) | (Err(error), None) => Err(error),
                // Nothing good was read yet: the champion before may still be.
                (Err(error), Some(before)) => {
                    tracing::error!(
                        alarm = "model-refused",
                        reason = chain(&error),
                        "the model before it scores"
                    );
                    self.load(before.model.clone()).await
                }
                (loaded, _) => loaded,
            },
        }
    }

    async fn load(&self, hash: ModelHash) -> Result<Champion, RegistryError> {
        let artifact = Arc::new(self.registry.model(&hash).await?);
        Ok(Champion::Model { hash, artifact })
    }
}
