//! The kinds of things that are in force.

use std::fmt::{Debug, Display};

use leadlight_accounts::{Accounts, AccountsError};
use leadlight_desk::Team;
use leadlight_destinations::Destinations;
use leadlight_enrichment::{OwnTable, Vendors};
use leadlight_lead::{
    AccountsHash, DestinationsHash, ModelHash, OwnFactsHash, PolicyHash, SourcesHash, TeamHash, VendorsHash,
};
use leadlight_model::Artifact;
use leadlight_policy::Policy;
use leadlight_ports::metrics::Alarm;
use leadlight_settings::{LinesError, SettingsError};
use leadlight_sources::Sources;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// A kind of thing of which one at a time is in force: where it is kept, and what it is called.
pub trait Kind: Send + Sync + 'static {
    /// SHA-256 of its content.
    type Hash: Clone + Debug + Display + PartialEq + Serialize + DeserializeOwned + Send + Sync;
    /// What it is called in messages, and the pointer's field that holds its hash.
    const NAME: &'static str;
    /// Its folder in the registry.
    const FOLDER: &'static str;
    /// The name of its content in the folder named by its hash.
    const FILE: &'static str;
    /// Key of the pointer to the one in force.
    const POINTER_KEY: &'static str;

    /// The hash of content.
    fn hash_of(content: &[u8]) -> Self::Hash;

    /// Key of the content with a hash.
    fn key(hash: &Self::Hash) -> String {
        format!("{}/{hash}/{}", Self::FOLDER, Self::FILE)
    }
}

/// A kind that people write: a text that is checked before it is published, and again each time it is read.
pub trait Document: Kind + Sized {
    /// What is wrong with a text.
    type Error: std::error::Error + Send + Sync;
    /// The alarm that is raised where a published text cannot be used.
    const ALARM: Alarm;

    /// Reads a text.
    fn parse(text: &str) -> Result<Self, Self::Error>;
}

impl Kind for Policy {
    type Hash = PolicyHash;
    const NAME: &'static str = "policy";
    const FOLDER: &'static str = "policies";
    const FILE: &'static str = "policy.toml";
    const POINTER_KEY: &'static str = "policies/active.json";

    fn hash_of(content: &[u8]) -> PolicyHash {
        PolicyHash::of(content)
    }
}

impl Document for Policy {
    type Error = SettingsError;
    const ALARM: Alarm = Alarm::PolicyRefused;

    fn parse(text: &str) -> Result<Self, Self::Error> {
        Self::parse(Self::FILE, text)
    }
}

impl Kind for Team {
    type Hash = TeamHash;
    const NAME: &'static str = "team";
    const FOLDER: &'static str = "teams";
    const FILE: &'static str = "team.toml";
    const POINTER_KEY: &'static str = "teams/active.json";

    fn hash_of(content: &[u8]) -> TeamHash {
        TeamHash::of(content)
    }
}

impl Document for Team {
    type Error = SettingsError;
    const ALARM: Alarm = Alarm::TeamRefused;

    fn parse(text: &str) -> Result<Self, Self::Error> {
        Self::parse(Self::FILE, text)
    }
}

impl Kind for Accounts {
    type Hash = AccountsHash;
    const NAME: &'static str = "accounts";
    const FOLDER: &'static str = "accounts";
    const FILE: &'static str = "accounts.csv";
    const POINTER_KEY: &'static str = "accounts/active.json";

    fn hash_of(content: &[u8]) -> AccountsHash {
        AccountsHash::of(content)
    }
}

impl Document for Accounts {
    type Error = AccountsError;
    const ALARM: Alarm = Alarm::AccountsRefused;

    fn parse(text: &str) -> Result<Self, Self::Error> {
        Self::parse(Self::FILE, text)
    }
}

impl Kind for Sources {
    type Hash = SourcesHash;
    const NAME: &'static str = "sources";
    const FOLDER: &'static str = "sources";
    const FILE: &'static str = Self::FILE;
    const POINTER_KEY: &'static str = "sources/active.json";

    fn hash_of(content: &[u8]) -> SourcesHash {
        SourcesHash::of(content)
    }
}

impl Document for Sources {
    type Error = SettingsError;
    const ALARM: Alarm = Alarm::SourcesRefused;

    fn parse(text: &str) -> Result<Self, Self::Error> {
        Self::parse(Self::FILE, text)
    }
}

impl Kind for Destinations {
    type Hash = DestinationsHash;
    const NAME: &'static str = "destinations";
    const FOLDER: &'static str = "destinations";
    const FILE: &'static str = "destinations.toml";
    const POINTER_KEY: &'static str = "destinations/active.json";

    fn hash_of(content: &[u8]) -> DestinationsHash {
        DestinationsHash::of(content)
    }
}

impl Document for Destinations {
    type Error = SettingsError;
    const ALARM: Alarm = Alarm::DestinationsRefused;

    fn parse(text: &str) -> Result<Self, Self::Error> {
        Self::parse(Self::FILE, text)
    }
}

impl Kind for Vendors {
    type Hash = VendorsHash;
    const NAME: &'static str = "vendors";
    const FOLDER: &'static str = "vendors";
    const FILE: &'static str = Self::FILE;
    const POINTER_KEY: &'static str = "vendors/active.json";

    fn hash_of(content: &[u8]) -> VendorsHash {
        VendorsHash::of(content)
    }
}

impl Document for Vendors {
    type Error = SettingsError;
    const ALARM: Alarm = Alarm::VendorsRefused;

    fn parse(text: &str) -> Result<Self, Self::Error> {
        Self::parse(Self::FILE, text)
    }
}

impl Kind for OwnTable {
    type Hash = OwnFactsHash;
    const NAME: &'static str = "own-facts";
    const FOLDER: &'static str = "own-facts";
    const FILE: &'static str = Self::FILE;
    const POINTER_KEY: &'static str = "own-facts/active.json";

    fn hash_of(content: &[u8]) -> OwnFactsHash {
        OwnFactsHash::of(content)
    }
}

impl Document for OwnTable {
    type Error = LinesError;
    const ALARM: Alarm = Alarm::VendorsRefused;

    fn parse(text: &str) -> Result<Self, Self::Error> {
        Self::parse(Self::FILE, text)
    }
}

/// The champion. Its content is a trained artifact, which nobody writes by hand: see `models.rs`.
impl Kind for Artifact {
    type Hash = ModelHash;
    const NAME: &'static str = "model";
    const FOLDER: &'static str = "models";
    const FILE: &'static str = "model.bin";
    const POINTER_KEY: &'static str = "models/champion.json";

    fn hash_of(content: &[u8]) -> ModelHash {
        ModelHash::of(content)
    }
}
