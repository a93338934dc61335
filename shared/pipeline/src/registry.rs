//! The registry of policies and models: immutable content under its hash, and one pointer each that is
//! swapped conditionally. There is no mutable "latest" object whose content could change under a reader.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use leadlight_lead::{ModelHash, PolicyHash, WireError, from_json, to_json};
use leadlight_model::{Artifact, ArtifactError};
use leadlight_policy::{Policy, PolicyError};
use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;

use crate::batch::chain;
use crate::ports::{Class, Classed, ETag, Object, ObjectStore, PortError, PutNew, Swap};

/// Key of the pointer to the model that scores.
pub const CHAMPION_KEY: &str = "models/champion.json";
/// Key of the pointer to the policy in force.
pub const POLICY_POINTER_KEY: &str = "policies/active.json";

const POINTER_VERSION: u32 = 1;
/// The pointers are read again at most this often.
const POINTER_MAX_AGE: SignedDuration = SignedDuration::from_secs(60);

/// Key of a model's artifact.
pub fn model_key(hash: &ModelHash) -> String {
    format!("models/{hash}/model.bin")
}

/// Key of a model's manifest.
pub fn manifest_key(hash: &ModelHash) -> String {
    format!("models/{hash}/manifest.json")
}

/// Key of a policy file.
pub fn policy_key(hash: &PolicyHash) -> String {
    format!("policies/{hash}/policy.toml")
}

/// Which policy is in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyPointer {
    /// Always 1.
    pub schema_version: u32,
    /// The policy.
    pub policy: PolicyHash,
    /// Since when.
    pub published_at: Timestamp,
}

/// Which model scores.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChampionPointer {
    /// Always 1.
    pub schema_version: u32,
    /// The model.
    pub model: ModelHash,
    /// The one before it.
    pub previous: Option<ModelHash>,
    /// Since when.
    pub published_at: Timestamp,
}

/// What can go wrong with the registry.
#[derive(Debug, thiserror::Error)]
pub enum RegistryError {
    /// The store failed.
    #[error("the registry cannot be reached")]
    Store(#[from] PortError),
    /// No policy was ever published.
    #[error("no policy is published; publish one with `leadlight policy publish FILE`")]
    NoPolicy,
    /// A pointer leads nowhere.
    #[error("`{key}` is missing although a pointer names it")]
    Missing {
        /// The object's key.
        key: String,
    },
    /// A pointer cannot be read.
    #[error("the pointer `{key}` cannot be read")]
    Pointer {
        /// Its key.
        key: &'static str,
        /// Why.
        #[source]
        source: WireError,
    },
    /// A stored policy is not what its hash or the parser wants.
    #[error("the policy {} cannot be used", hash.short())]
    Policy {
        /// Its hash.
        hash: PolicyHash,
        /// Why.
        #[source]
        source: PolicyError,
    },
    /// A stored policy differs from its hash.
    #[error("the policy stored as {} has another content than its hash says", hash.short())]
    PolicyAltered {
        /// Its hash.
        hash: PolicyHash,
    },
    /// A stored model is refused.
    #[error("the model {} is refused", hash.short())]
    Model {
        /// Its hash.
        hash: ModelHash,
        /// Why.
        #[source]
        source: ArtifactError,
    },
    /// Someone else published meanwhile.
    #[error("someone else published at the same time and was first; look at what is in force and try again")]
    Raced,
}

impl Classed for RegistryError {
    fn class(&self) -> Class {
        // Whatever is wrong with the registry, the message that needs it is not at fault.
        Class::Retryable
    }
}

/// Policies and models over an object store.
#[derive(Debug)]
pub struct Registry<S> {
    store: S,
}

impl<S: ObjectStore> Registry<S> {
    /// Over a store.
    pub fn new(store: S) -> Self {
        Self { store }
    }

    /// The store beneath.
    pub fn store(&self) -> &S {
        &self.store
    }

    /// Puts a policy in force. The text must have been parsed: a policy that cannot be read is refused
    /// before anything is written.
    pub async fn publish_policy(&self, text: &str, now: Timestamp) -> Result<PolicyPointer, RegistryError> {
        let hash = PolicyHash::of(text.as_bytes());
        Policy::parse("policy.toml", text)
            .map_err(|source| RegistryError::Policy { hash: hash.clone(), source })?;
        let expected = self.store.get(POLICY_POINTER_KEY).await?.map(|o| o.etag);
        self.store.put_new(&policy_key(&hash), text.as_bytes().to_vec()).await?;
        let pointer = PolicyPointer { schema_version: POINTER_VERSION, policy: hash, published_at: now };
        self.swap(POLICY_POINTER_KEY, &pointer, expected.as_ref()).await?;
        Ok(pointer)
    }

    /// The pointer to the policy in force.
    pub async fn policy_pointer(&self) -> Result<PolicyPointer, RegistryError> {
        let object = self.store.get(POLICY_POINTER_KEY).await?.ok_or(RegistryError::NoPolicy)?;
        read_pointer(POLICY_POINTER_KEY, &object)
    }

    /// A policy's text by its hash, as it was published.
    pub async fn policy_text(&self, hash: &PolicyHash) -> Result<String, RegistryError> {
        let key = policy_key(hash);
        let object = self.store.get(&key).await?.ok_or(RegistryError::Missing { key })?;
        if &PolicyHash::of(&object.bytes) != hash {
            return Err(RegistryError::PolicyAltered { hash: hash.clone() });
        }
        Ok(String::from_utf8_lossy(&object.bytes).into_owned())
    }

    /// A policy by its hash.
    pub async fn policy(&self, hash: &PolicyHash) -> Result<Policy, RegistryError> {
        let text = self.policy_text(hash).await?;
        Policy::parse("policy.toml", &text)
            .map_err(|source| RegistryError::Policy { hash: hash.clone(), source })
    }

    /// The pointer to the champion and its version, which a swap must present.
    pub async fn champion_pointer(&self) -> Result<Option<(ChampionPointer, ETag)>, RegistryError> {
        let Some(object) = self.store.get(CHAMPION_KEY).await? else { return Ok(None) };
        Ok(Some((read_pointer(CHAMPION_KEY, &object)?, object.etag)))
    }

    /// A model by its hash, verified.
    pub async fn model(&self, hash: &ModelHash) -> Result<Artifact, RegistryError> {
        let key = model_key(hash);
        let object = self.store.get(&key).await?.ok_or(RegistryError::Missing { key })?;
        Artifact::from_bytes_expecting(&object.bytes, hash)
            .map_err(|source| RegistryError::Model { hash: hash.clone(), source })
    }

    /// Publishes a model: artifact and manifest first, both immutable, then the pointer in one
    /// conditional step. A crash in between leaves an unused artifact and the old champion.
    pub async fn publish_model(
        &self,
        artifact: Vec<u8>,
        manifest: Vec<u8>,
        champion: Option<&(ChampionPointer, ETag)>,
        now: Timestamp,
    ) -> Result<ChampionPointer, RegistryError> {
        let model = ModelHash::of(&artifact);
        self.store.put_new(&model_key(&model), artifact).await?;
        let _: PutNew = self.store.put_new(&manifest_key(&model), manifest).await?;
        let pointer = ChampionPointer {
            schema_version: POINTER_VERSION,
            model,
            previous: champion.map(|(pointer, _)| pointer.model.clone()),
            published_at: now,
        };
        self.swap(CHAMPION_KEY, &pointer, champion.map(|(_, etag)| etag)).await?;
        Ok(pointer)
    }

    async fn swap<T: Serialize + Sync>(
        &self,
        key: &'static str,
        pointer: &T,
        expected: Option<&ETag>,
    ) -> Result<(), RegistryError> {
        let body = to_json(pointer).map_err(|source| RegistryError::Pointer { key, source })?;
        match self.store.swap(key, body.into_bytes(), expected).await? {
            Swap::Done => Ok(()),
            Swap::Lost => Err(RegistryError::Raced),
        }
    }
}

fn read_pointer<T: for<'de> Deserialize<'de>>(
    key: &'static str,
    object: &Object,
) -> Result<T, RegistryError> {
    from_json(&object.bytes).map_err(|source| RegistryError::Pointer { key, source })
}

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
        Self { registry, policy: Mutex::new(None), champion: Mutex::new(None) }
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
            (Err(error), None) => return Err(error),
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
        let Some((pointer, _)) = self.registry.champion_pointer().await? else {
            return Ok(Champion::Absent { because: "no model is published yet".to_owned() });
        };
        match last {
            Some(same @ Champion::Model { hash, .. }) if hash == &pointer.model => Ok(same.clone()),
            _ => {
                let artifact = Arc::new(self.registry.model(&pointer.model).await?);
                Ok(Champion::Model { hash: pointer.model, artifact })
            }
        }
    }
}
