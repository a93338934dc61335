//! Models: artifacts that training publishes, and the champion among them.

use std::fmt;

use jiff::Timestamp;
use leadlight_lead::ModelHash;
use leadlight_model::Artifact;
use leadlight_policy::Policy;
use leadlight_ports::{ObjectStore, chain};
use leadlight_scoring::{feature_specs, misfit};

use crate::error::RegistryError;
use crate::kind::Kind;
use crate::pointer::{Change, Pointer};
use crate::registry::{Found, Registry};

/// Name of a model's manifest, beside its artifact.
pub const MANIFEST: &str = "manifest.json";
/// Name of the page on the run that made a model, beside its artifact.
pub const REPORT: &str = "report.html";

/// Why a champion has no say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoSay {
    /// It cannot be used, or does not fit the policy in force: what is wrong, in words and without personal data.
    Unfit(String),
    /// The policy in force lets the rules decide.
    Heard,
}

impl fmt::Display for NoSay {
    /// With what to do, as in `the policy lacks industry; the next training makes one that fits (leadlight retrain)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unfit(because) => {
                write!(f, "{because}; the next training makes one that fits (leadlight retrain)")
            }
            Self::Heard => f.write_str(
                "the policy lets rules decide, and the model is only heard; `decides` of `[model]` in the policy gives it \
                 the say",
            ),
        }
    }
}

impl<S: ObjectStore> Registry<S> {
    /// A model by its hash, verified.
    pub async fn model(&self, hash: &ModelHash) -> Result<Artifact, RegistryError> {
        let key = Artifact::key(hash);
        let object = self.store().get(&key).await?.ok_or(RegistryError::Missing { key })?;
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
        found: &Found<Artifact>,
        change: &Change,
        now: Timestamp,
    ) -> Result<Pointer<Artifact>, RegistryError> {
        let model = ModelHash::of(&artifact);
        self.put_immutable(Artifact::key(&model), artifact).await?;
        for (name, bytes) in papers {
            self.store().put_new(&paper_key(&model, name), bytes).await?;
        }
        self.point_to(model, found, change, now).await
    }

    /// Makes a stored model the champion, if it fits the policy in force.
    pub async fn promote(
        &self,
        model: &ModelHash,
        change: &Change,
        now: Timestamp,
    ) -> Result<Pointer<Artifact>, RegistryError> {
        self.check_fit(model).await?;
        let found = self.find().await?;
        self.point_to(model.clone(), &found, change, now).await
    }

    /// Makes the champion before this one champion again, if it fits the policy in force. Done twice it goes two
    /// champions back, never to one that was taken back.
    pub async fn roll_back_model(
        &self,
        change: &Change,
        now: Timestamp,
    ) -> Result<Pointer<Artifact>, RegistryError> {
        let (found, back) = self.one_before::<Artifact>(change, now).await?;
        self.check_fit(&back.current.hash).await?;
        self.swap_pointer(&back, found.as_ref()).await?;
        Ok(back)
    }

    /// Reads a model and refuses one for other features: it would leave every lead to the rules. Gives the policy in force.
    async fn check_fit(&self, model: &ModelHash) -> Result<Policy, RegistryError> {
        let artifact = self.model(model).await?;
        let policy: Policy = self.document(&self.in_force::<Policy>().await?.current.hash).await?;
        artifact
            .matches_features(&feature_specs(&policy))
            .map_err(|source| RegistryError::Unfit { hash: model.clone(), source })?;
        Ok(policy)
    }

    /// Why a model that is the champion has no say all the same, so that the rules decide. None where it scores.
    pub async fn out_of_force(&self, model: &ModelHash) -> Result<Option<NoSay>, RegistryError> {
        match self.check_fit(model).await {
            Ok(policy) => Ok((!policy.lets_a_model_decide()).then_some(NoSay::Heard)),
            Err(error) if error.is_outage() => Err(error),
            Err(RegistryError::Unfit { source, .. }) => Ok(Some(NoSay::Unfit(misfit(&source)))),
            Err(error) => Ok(Some(NoSay::Unfit(chain(&error)))),
        }
    }

    /// A file beside a stored model.
    pub async fn paper(&self, model: &ModelHash, name: &str) -> Result<Option<Vec<u8>>, RegistryError> {
        Ok(self.store().get(&paper_key(model, name)).await?.map(|object| object.bytes))
    }
}

fn paper_key(model: &ModelHash, name: &str) -> String {
    format!("{}/{model}/{name}", Artifact::FOLDER)
}
