//! The two things that are done with a person: given out, or taken away.

use std::collections::BTreeMap;

use jiff::Timestamp;
use leadlight_destinations::{Event, What};
use leadlight_lead::{DrawKey, ErasureKey, ErasureMark, LeadId, StageMessage, Versioned, to_json};
use leadlight_ports::metrics::{Figure, count};
use leadlight_ports::{DEPLOYMENT_KEY, Marking, ObjectStore, Outbox, PortError, Tombstones};
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::audit::{AuditLine, Left};
use crate::error::ErasureError;
use crate::outside::{Outside, Stores};
use crate::places::{documents_naming, places};
use crate::who::{Asked, Who};

/// Searches of the table for one person: each may find a lead that nothing led to, whose addresses are sought then.
const SEARCHES: usize = 5;

/// What one place holds of a person.
#[derive(Debug, Serialize)]
pub struct HeldIn {
    /// The place.
    pub place: &'static str,
    /// What it holds.
    pub held: Vec<Value>,
}

/// All that is held of a person.
#[derive(Debug, Serialize)]
pub struct Held {
    /// By place, in the order in which they would be cleared.
    pub places: Vec<HeldIn>,
    /// Leads of others whose text has an address of theirs.
    pub named_in: Vec<LeadId>,
}

/// What became of an erasure.
#[derive(Debug, Clone, Serialize)]
pub struct Erased {
    /// The audit line that stays.
    pub line: AuditLine,
    /// Whether anything was held.
    pub was_known: bool,
}

impl Held {
    /// Whether anything is held.
    pub fn is_empty(&self) -> bool {
        self.places.iter().all(|place| place.held.is_empty())
    }
}

impl<X: Outside> Stores<X> {
    /// All that is held of a person. Nothing is changed.
    pub async fn held(&self, asked: &Asked) -> Result<Held, ErasureError> {
        let mut who = Who::of(asked);
        self.follow(&mut who).await?;
        for _ in 0..SEARCHES {
            if !self.search(&mut who).await? {
                break;
            }
        }
        let mut held = Vec::new();
        for place in places::<X>() {
            let here = (place.held)(self, &who).await.map_err(in_place(place.name))?;
            held.push(HeldIn { place: place.name, held: here });
        }
        Ok(Held { places: held, named_in: who.named_in.into_iter().collect() })
    }

    /// Takes away all that is held of a person, and keeps out what they sent until now. `fresh` are 32 random bytes, for a
    /// deployment that has no key yet.
    pub async fn erase(
        &self,
        asked: &Asked,
        by: &str,
        now: Timestamp,
        fresh: [u8; 32],
    ) -> Result<Erased, ErasureError> {
        let key = self.key(fresh).await?;
        let mut who = Who::of(asked);
        self.follow(&mut who).await?;
        // The tombstones first, then a search of the table as it is: what was written before is found by it, and what comes
        // afterwards meets a tombstone.
        for _ in 0..SEARCHES {
            self.entomb(&key, &who, now).await?;
            if !self.search(&mut who).await? {
                break;
            }
        }
        self.entomb(&key, &who, now).await?;
        let left = Left {
            documents: documents_naming(self, &who).await.map_err(in_place("documents_that_name_them"))?,
            leads: who.named_in.iter().cloned().collect(),
        };
        self.tell(&key, asked, &who, now).await?;
        let mut taken_away = BTreeMap::new();
        for place in places::<X>() {
            let gone = (place.erase)(self, &who).await.map_err(in_place(place.name))?;
            taken_away.insert(place.name.to_owned(), gone);
        }
        let was_known = taken_away.values().any(|gone| *gone > 0);
        let mark = key.person(&asked.key());
        let line = AuditLine {
            schema_version: AuditLine::VERSION,
            erased_at: now,
            by: by.to_owned(),
            mark,
            taken_away,
            left,
        };
        let text = to_json(&line).map_err(ErasureError::Write)?;
        self.objects.put_new(&line.key(), text.into_bytes()).await.map_err(ErasureError::Audit)?;
        count(Figure::PeopleErased, usize::from(was_known));
        tracing::info!(mark = line.mark.short(), was_known, "a person was erased");
        Ok(Erased { line, was_known })
    }

    /// The key that marks are made with; made now if there is none.
    pub(crate) async fn key(&self, fresh: [u8; 32]) -> Result<ErasureKey, ErasureError> {
        if let Some(key) = Marking::new(self.objects.clone()).key().await.map_err(ErasureError::Key)? {
            return Ok(key);
        }
        self.objects.put_new(DEPLOYMENT_KEY, fresh.to_vec()).await.map_err(ErasureError::Key)?;
        // Of two that make it at once, one is kept.
        let key = Marking::new(self.objects.clone()).key().await.map_err(ErasureError::Key)?;
        Ok(key.unwrap_or_else(|| ErasureKey::of(&DrawKey::new(fresh))))
    }

    async fn entomb(&self, key: &ErasureKey, who: &Who, now: Timestamp) -> Result<(), ErasureError> {
        let persons = who.keys.iter().map(|person| key.person(person));
        let events = who.leads.union(&who.events).map(|event| key.event(event));
        let marks: Vec<ErasureMark> = persons.chain(events).collect();
        for mark in marks {
            self.leads.bar(&mark, now).await.map_err(ErasureError::Bar)?;
        }
        Ok(())
    }

    /// Destinations hear of it from the table's stream, like of everything else. Told again of the same leads, it is the same.
    async fn tell(
        &self,
        key: &ErasureKey,
        asked: &Asked,
        who: &Who,
        now: Timestamp,
    ) -> Result<(), ErasureError> {
        let leads: Vec<_> = who.leads.iter().cloned().collect();
        if leads.is_empty() {
            return Ok(());
        }
        let mark = key.person(&asked.key());
        let digest = Sha256::digest(leads.iter().map(LeadId::as_str).collect::<Vec<_>>().join("\n"));
        let id = format!("person.erased/{}/{}", mark.short(), hex::encode(&digest[..6]));
        let event = Event { id: id.clone(), at: now, what: What::PersonErased { leads }, lead: None };
        let message = event.to_message().map_err(ErasureError::Write)?;
        self.leads.keep(&id, &message).await.map_err(ErasureError::Tell)
    }
}

fn in_place(place: &'static str) -> impl FnOnce(PortError) -> ErasureError {
    move |source| ErasureError::Place { place, source }
}
