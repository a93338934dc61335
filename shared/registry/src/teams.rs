//! The team in the registry: who works, and when. Immutable files and a pointer, as with policies.

use jiff::Timestamp;
use leadlight_desk::Team;
use leadlight_lead::TeamHash;
use serde::{Deserialize, Serialize};

use crate::registry::{POINTER_VERSION, Registry, RegistryError, read_pointer};
use leadlight_ports::ObjectStore;

/// Key of the pointer to the team in force.
pub const TEAM_POINTER_KEY: &str = "teams/active.json";

/// Key of a team file.
pub fn team_key(hash: &TeamHash) -> String {
    format!("teams/{hash}/team.toml")
}

/// Which team file is in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TeamPointer {
    /// Always 1.
    pub schema_version: u32,
    /// The team file.
    pub team: TeamHash,
    /// Since when.
    pub published_at: Timestamp,
}

impl<S: ObjectStore> Registry<S> {
    /// Puts a team file in force. One that cannot be read is refused before anything is written.
    pub async fn publish_team(&self, text: &str, now: Timestamp) -> Result<TeamPointer, RegistryError> {
        let team = TeamHash::of(text.as_bytes());
        Team::parse("team.toml", text)
            .map_err(|source| RegistryError::Team { hash: team.clone(), source })?;
        let expected = self.store().get(TEAM_POINTER_KEY).await?.map(|o| o.etag);
        self.put_immutable(team_key(&team), text.as_bytes().to_vec()).await?;
        let pointer = TeamPointer { schema_version: POINTER_VERSION, team, published_at: now };
        self.swap(TEAM_POINTER_KEY, &pointer, expected.as_ref()).await?;
        Ok(pointer)
    }

    /// The pointer to the team in force; none where no team was ever published.
    pub async fn team_pointer(&self) -> Result<Option<TeamPointer>, RegistryError> {
        let object = self.store().get(TEAM_POINTER_KEY).await?;
        object.map(|object| read_pointer(TEAM_POINTER_KEY, &object)).transpose()
    }

    /// A team file's text by its hash, as it was published.
    pub async fn team_text(&self, hash: &TeamHash) -> Result<String, RegistryError> {
        let key = team_key(hash);
        let object = self.store().get(&key).await?.ok_or(RegistryError::Missing { key: key.clone() })?;
        if &TeamHash::of(&object.bytes) != hash {
            return Err(RegistryError::Altered { key });
        }
        Ok(String::from_utf8_lossy(&object.bytes).into_owned())
    }

    /// A team by its hash.
    pub async fn team(&self, hash: &TeamHash) -> Result<Team, RegistryError> {
        let text = self.team_text(hash).await?;
        Team::parse("team.toml", &text).map_err(|source| RegistryError::Team { hash: hash.clone(), source })
    }
}
