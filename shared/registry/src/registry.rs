//! The registry of policies and models: immutable content under its hash, and one pointer each that is
//! swapped conditionally. There is no mutable "latest" object whose content could change under a reader.

use jiff::Timestamp;
use leadlight_desk::TeamError;
use leadlight_lead::{ModelHash, PolicyHash, TeamHash, WireError, from_json, to_json};
use leadlight_model::{Artifact, ArtifactError, FeatureKind, FeatureMismatch, FeatureSpec, Monotone};
use leadlight_policy::{Policy, PolicyError};
use serde::{Deserialize, Serialize};

use leadlight_ports::{Class, Classed, ETag, Object, ObjectStore, PortError, PutNew, Swap};

/// Key of the pointer to the model that scores.
pub const CHAMPION_KEY: &str = "models/champion.json";
/// Key of the pointer to the policy in force.
pub const POLICY_POINTER_KEY: &str = "policies/active.json";

pub(crate) const POINTER_VERSION: u32 = 1;

/// Key of a model's artifact.
pub fn model_key(hash: &ModelHash) -> String {
    format!("models/{hash}/model.bin")
}

/// Name of a model's manifest, beside its artifact.
pub const MANIFEST: &str = "manifest.json";
/// Name of the page on the run that made a model, beside its artifact.
pub const REPORT: &str = "report.html";

/// Key of a policy file.
pub fn policy_key(hash: &PolicyHash) -> String {
    format!("policies/{hash}/policy.toml")
}

/// The features a policy declares, as the learners want them.
pub fn feature_specs(policy: &Policy) -> Vec<FeatureSpec> {
    policy
        .feature_specs()
        .into_iter()
        .map(|f| FeatureSpec {
            name: f.name,
            group: f.group,
            factor: f.factor,
            kind: FeatureKind::Number,
            monotone: f.never_lowers.then_some(Monotone::Increasing),
            rule: Some(f.rule),
        })
        .collect()
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
    /// Since when.
    pub published_at: Timestamp,
    /// The champions before it, the latest first. It travels with the pointer, so that both change in one step.
    #[serde(default)]
    pub history: Vec<PastChampion>,
    /// Champions that were taken back, the latest first: a rollback does not lead to them.
    #[serde(default)]
    pub withdrawn: Vec<PastChampion>,
}

/// A model that once scored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PastChampion {
    /// The model.
    pub model: ModelHash,
    /// Since when it scored.
    pub published_at: Timestamp,
}

/// Which run was the latest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportPointer {
    /// Always 1.
    pub schema_version: u32,
    /// The key of its files, without their ending.
    pub report: String,
}

/// Champions that a pointer remembers.
const HISTORY: usize = 60;

/// Key of the pointer to the latest run's report.
pub const REPORT_POINTER_KEY: &str = "reports/latest.json";

/// The pointer to the champion as it was found: what a swap must present, and what it says if it can be read.
#[derive(Debug)]
pub struct FoundChampion {
    /// None where no model was ever published.
    pub etag: Option<ETag>,
    /// None where there is no pointer, or none that can be read.
    pub pointer: Option<ChampionPointer>,
    /// Why it cannot be read.
    pub problem: Option<RegistryError>,
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
    /// A stored team file is not what the parser wants.
    #[error("the team file {} cannot be used", hash.short())]
    Team {
        /// Its hash.
        hash: TeamHash,
        /// Why.
        #[source]
        source: TeamError,
    },
    /// A stored file differs from its hash.
    #[error("`{key}` has another content than its hash says")]
    Altered {
        /// The object's key.
        key: String,
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
    /// What is stored under a hash is something else.
    #[error("`{key}` is there already with another content; delete it if it was damaged, and try again")]
    Occupied {
        /// The object's key.
        key: String,
    },
    /// The model was trained on other features than the policy in force declares.
    #[error("the model {} does not fit the policy in force", hash.short())]
    Unfit {
        /// Its hash.
        hash: ModelHash,
        /// Why.
        #[source]
        source: FeatureMismatch,
    },
    /// There is no champion before this one.
    #[error("no model scored before this one; there is nothing to roll back to")]
    NoHistory,
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
        self.put_immutable(policy_key(&hash), text.as_bytes().to_vec()).await?;
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
        let object = self.store.get(&key).await?.ok_or(RegistryError::Missing { key: key.clone() })?;
        if &PolicyHash::of(&object.bytes) != hash {
            return Err(RegistryError::Altered { key });
        }
        Ok(String::from_utf8_lossy(&object.bytes).into_owned())
    }

    /// A policy by its hash.
    pub async fn policy(&self, hash: &PolicyHash) -> Result<Policy, RegistryError> {
        let text = self.policy_text(hash).await?;
        Policy::parse("policy.toml", &text)
            .map_err(|source| RegistryError::Policy { hash: hash.clone(), source })
    }

    /// The pointer to the champion; none where no model was ever published.
    pub async fn champion_pointer(&self) -> Result<Option<ChampionPointer>, RegistryError> {
        let found = self.find_champion().await?;
        match found.problem {
            Some(problem) => Err(problem),
            None => Ok(found.pointer),
        }
    }

    /// The pointer to the champion with its version, readable or not: a damaged one must not keep a new model
    /// from being published.
    pub async fn find_champion(&self) -> Result<FoundChampion, RegistryError> {
        let Some(object) = self.store.get(CHAMPION_KEY).await? else {
            return Ok(FoundChampion { etag: None, pointer: None, problem: None });
        };
        let (pointer, problem) = match read_pointer(CHAMPION_KEY, &object) {
            Ok(pointer) => (Some(pointer), None),
            Err(problem) => (None, Some(problem)),
        };
        Ok(FoundChampion { etag: Some(object.etag), pointer, problem })
    }

    /// A model by its hash, verified.
    pub async fn model(&self, hash: &ModelHash) -> Result<Artifact, RegistryError> {
        let key = model_key(hash);
        let object = self.store.get(&key).await?.ok_or(RegistryError::Missing { key })?;
        Artifact::from_bytes_expecting(&object.bytes, hash)
            .map_err(|source| RegistryError::Model { hash: hash.clone(), source })
    }

    /// Publishes a model: its files first, all immutable, then the pointer in one conditional step. A crash in
    /// between leaves unused files and the old champion.
    ///
    /// `papers` are the files beside the artifact, by name. They may be there already from a run that got no
    /// further; the artifact then must be the same.
    pub async fn publish_model(
        &self,
        artifact: Vec<u8>,
        papers: Vec<(&str, Vec<u8>)>,
        found: &FoundChampion,
        now: Timestamp,
    ) -> Result<ChampionPointer, RegistryError> {
        let model = ModelHash::of(&artifact);
        self.put_immutable(model_key(&model), artifact).await?;
        for (name, bytes) in papers {
            self.store.put_new(&format!("models/{model}/{name}"), bytes).await?;
        }
        self.crown(model, found, now).await
    }

    /// Lets a stored model score, if it fits the policy in force.
    pub async fn promote(&self, model: &ModelHash, now: Timestamp) -> Result<ChampionPointer, RegistryError> {
        self.check_fit(model).await?;
        let found = self.find_champion().await?;
        self.crown(model.clone(), &found, now).await
    }

    /// Lets the champion before this one score again, if it fits the policy in force. Done twice it goes two
    /// champions back, never to one that was taken back.
    pub async fn roll_back(&self, now: Timestamp) -> Result<ChampionPointer, RegistryError> {
        let found = self.find_champion().await?;
        if let Some(problem) = found.problem {
            return Err(problem);
        }
        let old = found.pointer.ok_or(RegistryError::NoHistory)?;
        let mut history = old.history.into_iter();
        let before = history.next().ok_or(RegistryError::NoHistory)?;
        self.check_fit(&before.model).await?;
        let mut withdrawn = vec![PastChampion { model: old.model, published_at: old.published_at }];
        withdrawn.extend(old.withdrawn);
        withdrawn.truncate(HISTORY);
        let pointer = ChampionPointer {
            schema_version: POINTER_VERSION,
            model: before.model,
            published_at: now,
            history: history.collect(),
            withdrawn,
        };
        self.swap(CHAMPION_KEY, &pointer, found.etag.as_ref()).await?;
        Ok(pointer)
    }

    /// Reads a model and refuses one for other features: it would leave every lead to the rules.
    async fn check_fit(&self, model: &ModelHash) -> Result<(), RegistryError> {
        let artifact = self.model(model).await?;
        let policy = self.policy(&self.policy_pointer().await?.policy).await?;
        artifact
            .matches_features(&feature_specs(&policy))
            .map_err(|source| RegistryError::Unfit { hash: model.clone(), source })
    }

    /// Moves the pointer. The champion that is replaced becomes history.
    async fn crown(
        &self,
        model: ModelHash,
        found: &FoundChampion,
        now: Timestamp,
    ) -> Result<ChampionPointer, RegistryError> {
        let (mut history, mut withdrawn) = (Vec::new(), Vec::new());
        match &found.pointer {
            Some(old) if old.model == model => {
                history.clone_from(&old.history);
                withdrawn.clone_from(&old.withdrawn);
            }
            Some(old) => {
                history.push(PastChampion { model: old.model.clone(), published_at: old.published_at });
                history.extend(old.history.iter().cloned());
                history.truncate(HISTORY);
                withdrawn.clone_from(&old.withdrawn);
            }
            // What cannot be read is not kept: whoever reads the log should know.
            None if found.etag.is_some() => {
                tracing::warn!("the pointer to the champion could not be read; its history is lost");
            }
            None => {}
        }
        let pointer =
            ChampionPointer { schema_version: POINTER_VERSION, model, published_at: now, history, withdrawn };
        self.swap(CHAMPION_KEY, &pointer, found.etag.as_ref()).await?;
        Ok(pointer)
    }

    /// Says which run's report is the latest.
    pub async fn point_to_report(&self, key: &str) -> Result<(), RegistryError> {
        let pointer = ReportPointer { schema_version: POINTER_VERSION, report: key.to_owned() };
        let expected = self.store.get(REPORT_POINTER_KEY).await?.map(|o| o.etag);
        self.swap(REPORT_POINTER_KEY, &pointer, expected.as_ref()).await
    }

    /// A file of the latest run, by its ending: `json` or `html`; none before the first.
    pub async fn latest_report(&self, ending: &str) -> Result<Option<Vec<u8>>, RegistryError> {
        let Some(object) = self.store.get(REPORT_POINTER_KEY).await? else { return Ok(None) };
        let pointer: ReportPointer = read_pointer(REPORT_POINTER_KEY, &object)?;
        let key = format!("{}.{ending}", pointer.report);
        Ok(self.store.get(&key).await?.map(|object| object.bytes))
    }

    /// A file beside a stored model.
    pub async fn paper(&self, model: &ModelHash, name: &str) -> Result<Option<Vec<u8>>, RegistryError> {
        Ok(self.store.get(&format!("models/{model}/{name}")).await?.map(|object| object.bytes))
    }

    /// Writes an object under its content's name. One that is there already must be the same.
    pub(crate) async fn put_immutable(&self, key: String, bytes: Vec<u8>) -> Result<(), RegistryError> {
        if self.store.put_new(&key, bytes.clone()).await? == PutNew::Created {
            return Ok(());
        }
        match self.store.get(&key).await? {
            Some(there) if there.bytes == bytes => Ok(()),
            Some(_) => Err(RegistryError::Occupied { key }),
            // Another hand is writing it at this moment.
            None => Err(RegistryError::Raced),
        }
    }

    pub(crate) async fn swap<T: Serialize + Sync>(
        &self,
        key: &'static str,
        pointer: &T,
        expected: Option<&ETag>,
    ) -> Result<(), RegistryError> {
        let body = to_json(pointer).map_err(|source| RegistryError::Pointer { key, source })?;
        let body = body.into_bytes();
        match self.store.swap(key, body.clone(), expected).await? {
            Swap::Done => Ok(()),
            // A first try whose answer was lost looks like someone else's.
            Swap::Lost => match self.store.get(key).await? {
                Some(there) if there.bytes == body => Ok(()),
                _ => Err(RegistryError::Raced),
            },
        }
    }
}

pub(crate) fn read_pointer<T: for<'de> Deserialize<'de>>(
    key: &'static str,
    object: &Object,
) -> Result<T, RegistryError> {
    from_json(&object.bytes).map_err(|source| RegistryError::Pointer { key, source })
}
