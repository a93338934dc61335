//! The kinds of things that are in force.

use std::fmt::{Debug, Display};

use leadlight_accounts::{Accounts, AccountsError};
use leadlight_desk::Team;
use leadlight_destinations::Destinations;
use leadlight_enrichment::{OwnTable, Vendors};
use leadlight_lead::{
    AccountsHash, ContentHash, DestinationsHash, InvalidId, ModelHash, OwnFactsHash, PolicyHash, SourcesHash,
    TargetsHash, TeamHash, VendorsHash,
};
use leadlight_model::Artifact;
use leadlight_outbound::TargetList;
use leadlight_policy::{Policy, Shadow};
use leadlight_ports::metrics::Alarm;
use leadlight_settings::{LinesError, SettingsError};
use leadlight_sources::Sources;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::model_shadow::ModelShadow;

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

/// A kind that people write: its type, which has `parse(file, text)`; its hash; its name; its folder and the file in it;
/// the alarm where it cannot be used; what is wrong with a text.
macro_rules! document {
    ($document:ty, $hash:ty, $name:literal, $folder:literal / $file:expr, $alarm:expr, $error:ty) => {
        impl Kind for $document {
            type Hash = $hash;
            const NAME: &'static str = $name;
            const FOLDER: &'static str = $folder;
            const FILE: &'static str = $file;
            const POINTER_KEY: &'static str = concat!($folder, "/active.json");

            fn hash_of(content: &[u8]) -> $hash {
                <$hash>::of(content)
            }
        }

        impl Document for $document {
            type Error = $error;
            const ALARM: Alarm = $alarm;

            fn parse(text: &str) -> Result<Self, $error> {
                Self::parse(<Self as Kind>::FILE, text)
            }
        }
    };
}

document!(Policy, PolicyHash, "policy", "policies" / "policy.toml", Alarm::PolicyRefused, SettingsError);
document!(Shadow, PolicyHash, "shadow", "shadows" / "policy.toml", Alarm::PolicyRefused, SettingsError);
document!(
    ModelShadow,
    ContentHash,
    "model-shadow",
    "model-shadows" / "model.txt",
    Alarm::ModelUnfit,
    InvalidId
);
document!(Team, TeamHash, "team", "teams" / "team.toml", Alarm::TeamRefused, SettingsError);
document!(
    Accounts,
    AccountsHash,
    "accounts",
    "accounts" / "accounts.csv",
    Alarm::AccountsRefused,
    AccountsError
);
document!(Sources, SourcesHash, "sources", "sources" / Sources::FILE, Alarm::SourcesRefused, SettingsError);
document!(
    Destinations,
    DestinationsHash,
    "destinations",
    "destinations" / "destinations.toml",
    Alarm::DestinationsRefused,
    SettingsError
);
document!(Vendors, VendorsHash, "vendors", "vendors" / Vendors::FILE, Alarm::VendorsRefused, SettingsError);
document!(
    TargetList,
    TargetsHash,
    "targets",
    "targets" / TargetList::FILE,
    Alarm::AccountsRefused,
    LinesError
);
document!(
    OwnTable,
    OwnFactsHash,
    "own-facts",
    "own-facts" / OwnTable::FILE,
    Alarm::VendorsRefused,
    LinesError
);

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
