//! What can go wrong with the registry.

use std::error::Error;

use leadlight_lead::{ModelHash, WireError};
use leadlight_model::{ArtifactError, FeatureMismatch};
use leadlight_ports::{Class, Classed, PortError};

use crate::cached::FailedJustNow;
use crate::kind::Document;

/// What can go wrong with the registry.
#[derive(Debug, thiserror::Error)]
pub enum RegistryError {
    /// The store failed.
    #[error("the registry cannot be reached")]
    Store(#[from] PortError),
    /// The store failed a moment ago, and is left alone for some seconds.
    #[error("the registry cannot be reached")]
    FailedJustNow(#[from] FailedJustNow),
    /// Nothing of a kind was ever published.
    #[error("no {kind} is published; publish one with `leadlight {kind} publish FILE`")]
    NothingPublished {
        /// `policy`, for example.
        kind: &'static str,
    },
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
        /// What is wrong with it.
        #[source]
        source: WireError,
    },
    /// The list of a year's reports cannot be read.
    #[error("the list of a year's reports cannot be read")]
    List {
        /// What is wrong with it.
        #[source]
        source: WireError,
    },
    /// A stored document is not what its parser wants.
    #[error("the {kind} {hash} cannot be used")]
    Refused {
        /// `policy`, for example.
        kind: &'static str,
        /// The first digits of its hash.
        hash: String,
        /// What is wrong with it.
        #[source]
        source: Box<dyn Error + Send + Sync>,
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
        /// What is wrong with it.
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
        /// How they differ.
        #[source]
        source: FeatureMismatch,
    },
    /// There is none before this one.
    #[error("no {kind} was in force before this one; there is nothing to roll back to")]
    NoHistory {
        /// `policy`, for example.
        kind: &'static str,
    },
    /// Someone else published meanwhile.
    #[error("someone else published at the same time and was first; look at what is in force and try again")]
    Raced,
}

impl RegistryError {
    pub(crate) fn refused<D: Document>(hash: &D::Hash, error: D::Error) -> Self {
        let hash = hash.to_string().chars().take(12).collect();
        Self::Refused { kind: D::NAME, hash, source: Box::new(error) }
    }

    /// Did the outside fail? That says nothing about what is stored there.
    pub fn is_outage(&self) -> bool {
        matches!(self, Self::Store(_) | Self::FailedJustNow(_))
    }
}

impl Classed for RegistryError {
    fn class(&self) -> Class {
        // Whatever is wrong with the registry, the message that needs it is not at fault.
        Class::Retryable
    }
}
