//! Who was in the team before, from the team files that the pointer remembers.

use std::collections::BTreeSet;
use std::sync::Arc;

use futures_util::{StreamExt, stream};
use leadlight_desk::{Formers, Team};
use leadlight_lead::TeamHash;
use leadlight_ports::{ObjectStore, chain};

use crate::error::RegistryError;
use crate::registry::Registry;

/// Files that are read at one time.
const AT_ONCE: usize = 16;

/// Earlier team files: which were read, and whom they name. Each is read once a process, since none ever changes.
#[derive(Debug, Clone, Default)]
pub(crate) struct Past {
    read: BTreeSet<TeamHash>,
    formers: Arc<Formers>,
}

impl Past {
    pub(crate) fn formers(self) -> Arc<Formers> {
        self.formers
    }

    /// What was read last, and what came since. An outage takes nothing away of what is known.
    pub(crate) async fn read(
        registry: &Registry<impl ObjectStore>,
        last: Option<Self>,
    ) -> Result<Self, RegistryError> {
        match (last.clone().unwrap_or_default().grown(registry).await, last) {
            (Err(error), Some(last)) => {
                tracing::warn!(reason = chain(&error), "earlier team files could not be looked up");
                Ok(last)
            }
            (grown, _) => grown,
        }
    }

    async fn grown(mut self, registry: &Registry<impl ObjectStore>) -> Result<Self, RegistryError> {
        let Some(pointer) = registry.pointer::<Team>().await? else { return Ok(self) };
        // The one in force too: once another follows, its people are still known by name.
        let mut files = vec![pointer.current];
        files.extend(pointer.history.into_iter().chain(pointer.withdrawn));
        files.retain(|file| !self.read.contains(&file.hash));
        // The newest has the last word on a name.
        files.sort_by_key(|file| file.published_at);
        let mut texts = stream::iter(files)
            .map(|file| async move { (registry.text::<Team>(&file.hash).await, file.hash) })
            .buffered(AT_ONCE);
        let mut formers = Formers::clone(&self.formers);
        while let Some((text, hash)) = texts.next().await {
            let readable = match text {
                Ok(text) => formers.add(&text),
                Err(error) if error.is_outage() => return Err(error),
                Err(_) => false,
            };
            if !readable {
                tracing::warn!(team = hash.short(), "an earlier team file cannot be read");
            }
            self.read.insert(hash);
        }
        drop(texts);
        Ok(Self { read: self.read, formers: Arc::new(formers) })
    }
}
