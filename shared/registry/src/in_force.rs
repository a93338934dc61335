//! The policy, the model, the team, the list of accounts and the sources in force, kept between warm invocations.

use std::sync::Arc;

use jiff::Timestamp;
use leadlight_accounts::Accounts;
use leadlight_desk::{Formers, Team};
use leadlight_destinations::Destinations;
use leadlight_enrichment::{OwnTable, Vendors};
use leadlight_lead::{DrawKey, ModelHash};
use leadlight_model::Artifact;
use leadlight_outbound::TargetList;
use leadlight_policy::Policy;
use leadlight_ports::metrics::Alarm;
use leadlight_ports::{ObjectStore, alarm, chain};
use leadlight_scoring::Champion;
use leadlight_sources::Sources;
use tokio::sync::Mutex;

use crate::cached::Cached;
use crate::error::RegistryError;
use crate::former::Past;
use crate::kind::Document;
use crate::registry::Registry;

/// The pointers are read again at most this often.
const POINTER_SECONDS: i64 = 60;

/// Documents before the one in force that are tried where that one cannot be used and none was read yet.
const STEPS_BACK: usize = 3;

/// What is in force, kept between warm invocations.
///
/// The pointers are read again at most once a minute. What cannot be read or verified never replaces the last good
/// one; each decision cites the hash it followed, so nothing depends on when that was.
#[derive(Debug)]
pub struct InForce<S> {
    registry: Registry<S>,
    policy: Cached<Held<Policy>>,
    team: Cached<Held<Team>>,
    accounts: Cached<Held<Accounts>>,
    sources: Cached<Held<Sources>>,
    destinations: Cached<Held<Destinations>>,
    vendors: Cached<Held<Vendors>>,
    own_facts: Cached<Held<OwnTable>>,
    targets: Cached<Held<TargetList>>,
    staffed: Mutex<Option<Staffed>>,
    past_teams: Cached<Past>,
    champion: Cached<Champion>,
    draw_key: Cached<DrawKey>,
}

/// A document and its hash; none where none is published, or none can be used.
type Held<D> = Option<(<D as crate::kind::Kind>::Hash, Arc<D>)>;

/// A team as its file has it, and the same beside the list of accounts that was in force then.
#[derive(Debug, Clone)]
struct Staffed {
    file: Arc<Team>,
    accounts: Option<Arc<Accounts>>,
    team: Arc<Team>,
}

impl<S: ObjectStore> InForce<S> {
    /// Reads from a registry.
    pub fn new(registry: Registry<S>) -> Self {
        Self {
            registry,
            policy: Cached::for_seconds(POINTER_SECONDS),
            team: Cached::for_seconds(POINTER_SECONDS),
            accounts: Cached::for_seconds(POINTER_SECONDS),
            sources: Cached::for_seconds(POINTER_SECONDS),
            destinations: Cached::for_seconds(POINTER_SECONDS),
            vendors: Cached::for_seconds(POINTER_SECONDS),
            own_facts: Cached::for_seconds(POINTER_SECONDS),
            targets: Cached::for_seconds(POINTER_SECONDS),
            staffed: Mutex::default(),
            past_teams: Cached::for_seconds(POINTER_SECONDS),
            champion: Cached::for_seconds(POINTER_SECONDS),
            // It never changes.
            draw_key: Cached::for_seconds(i64::from(i32::MAX)),
        }
    }

    /// The registry beneath.
    pub fn registry(&self) -> &Registry<S> {
        &self.registry
    }

    /// The policy in force. Fails only while none was ever read: then nothing can be scored, and messages wait.
    pub async fn policy(&self, now: Timestamp) -> Result<Arc<Policy>, RegistryError> {
        let read = |last: Option<Held<Policy>>| async move {
            match self.document::<Policy>(last.flatten()).await {
                Ok(None) => {
                    let error = RegistryError::NothingPublished { kind: "policy" };
                    raise::<Policy>(&error, "there is no policy to follow");
                    Err(error)
                }
                read => read,
            }
        };
        let held = self.policy.get(now, read).await?;
        held.map(|(_, policy)| policy).ok_or(RegistryError::NothingPublished { kind: "policy" })
    }

    /// The list of accounts in force; none where none is published, or none that can be used: then policy and team file
    /// alone say who is a customer, a competitor or an owner.
    pub async fn accounts(&self, now: Timestamp) -> Result<Option<Arc<Accounts>>, RegistryError> {
        let read = |last: Option<Held<Accounts>>| self.document_or_none::<Accounts>(last.flatten());
        Ok(self.accounts.get(now, read).await?.map(|(_, accounts)| accounts))
    }

    /// What the sources file in force says; none where none is published. One that cannot be used, with none read before,
    /// is an error: senders are asked to try again, and nobody is told that their source does not exist.
    pub async fn sources(&self, now: Timestamp) -> Result<Option<Arc<Sources>>, RegistryError> {
        let read = |last: Option<Held<Sources>>| self.document::<Sources>(last.flatten());
        Ok(self.sources.get(now, read).await?.map(|(_, sources)| sources))
    }

    /// The destinations in force; none of them where no list is published. Fails where one is published that cannot be
    /// used, while none was ever read: then what is to be told waits.
    pub async fn destinations(&self, now: Timestamp) -> Result<Arc<Destinations>, RegistryError> {
        let read = |last: Option<Held<Destinations>>| self.document::<Destinations>(last.flatten());
        let held = self.destinations.get(now, read).await?;
        Ok(held.map_or_else(Arc::default, |(_, destinations)| destinations))
    }

    /// The vendors file in force; one that asks nobody where none is published, or none that can be used: a lead goes on
    /// with what is known, and an alarm is raised.
    pub async fn vendors(&self, now: Timestamp) -> Result<Arc<Vendors>, RegistryError> {
        let read = |last: Option<Held<Vendors>>| self.document_or_none::<Vendors>(last.flatten());
        Ok(self.vendors.get(now, read).await?.map_or_else(Arc::default, |(_, vendors)| vendors))
    }

    /// The company's own table of facts in force; none where none is published, or none that can be used.
    pub async fn own_facts(&self, now: Timestamp) -> Result<Option<Arc<OwnTable>>, RegistryError> {
        let read = |last: Option<Held<OwnTable>>| self.document_or_none::<OwnTable>(last.flatten());
        Ok(self.own_facts.get(now, read).await?.map(|(_, table)| table))
    }

    /// The list of target accounts in force; none where none is published, or none that can be used: what it knows of a company
    /// is not known then.
    pub async fn targets(&self, now: Timestamp) -> Result<Option<Arc<TargetList>>, RegistryError> {
        let read = |last: Option<Held<TargetList>>| self.document_or_none::<TargetList>(last.flatten());
        Ok(self.targets.get(now, read).await?.map(|(_, targets)| targets))
    }

    /// The team in force, beside the list of accounts in force; none where none is published, or none that can be read:
    /// then leads wait in the pool.
    pub async fn team(&self, now: Timestamp) -> Result<Option<Arc<Team>>, RegistryError> {
        let Some(file) = self.team_file(now).await? else { return Ok(None) };
        let accounts = self.accounts(now).await?;
        let mut staffed = self.staffed.lock().await;
        let hash = |list: &Option<Arc<Accounts>>| list.as_ref().map(|list| list.hash().clone());
        if let Some(last) = &*staffed
            && Arc::ptr_eq(&last.file, &file)
            && hash(&last.accounts) == hash(&accounts)
        {
            return Ok(Some(Arc::clone(&last.team)));
        }
        let team = Arc::new(file.beside(accounts.clone()));
        *staffed = Some(Staffed { file, accounts, team: Arc::clone(&team) });
        Ok(Some(team))
    }

    async fn team_file(&self, now: Timestamp) -> Result<Option<Arc<Team>>, RegistryError> {
        let read = |last: Option<Held<Team>>| self.document_or_none::<Team>(last.flatten());
        Ok(self.team.get(now, read).await?.map(|(_, team)| team))
    }

    /// Who was in the team before, as the team files say that the pointer remembers: 60 that were followed by others,
    /// and 60 that were taken back. Never fails: nobody, or those known last, where none can be read.
    pub async fn formers(&self, now: Timestamp) -> Arc<Formers> {
        let read = |last: Option<Past>| Past::read(&self.registry, last);
        match self.past_teams.get(now, read).await {
            Ok(past) => past.formers(),
            Err(error) => {
                tracing::warn!(reason = chain(&error), "earlier team files cannot be read");
                Arc::default()
            }
        }
    }

    /// The document in force, or the last good one.
    async fn document<D: Document>(&self, last: Held<D>) -> Result<Held<D>, RegistryError> {
        match (self.newest_good::<D>(last.as_ref()).await, last) {
            (Ok(read), _) => Ok(read),
            // An outage says nothing against what was followed so far.
            (Err(error), Some(last)) if error.is_outage() => {
                tracing::warn!(kind = D::NAME, reason = chain(&error), "the pointer could not be looked up");
                Ok(Some(last))
            }
            (Err(error), Some(last)) => {
                raise::<D>(&error, "the last good one stays");
                Ok(Some(last))
            }
            (Err(error), None) => {
                if !error.is_outage() {
                    raise::<D>(&error, "there is none to follow");
                }
                Err(error)
            }
        }
    }

    /// The same; none where none can be used, of a kind that is done without.
    async fn document_or_none<D: Document>(&self, last: Held<D>) -> Result<Held<D>, RegistryError> {
        match self.document::<D>(last).await {
            Err(error) if !error.is_outage() => Ok(None),
            read => read,
        }
    }

    async fn newest_good<D: Document>(
        &self,
        last: Option<&(D::Hash, Arc<D>)>,
    ) -> Result<Held<D>, RegistryError> {
        let Some(pointer) = self.registry.pointer::<D>().await? else { return Ok(None) };
        let hash = pointer.current.hash;
        if let Some(last) = last.filter(|(followed, _)| *followed == hash) {
            return Ok(Some(last.clone()));
        }
        let refused = match self.registry.document::<D>(&hash).await {
            Ok(document) => return Ok(Some((hash, Arc::new(document)))),
            Err(error) if error.is_outage() || last.is_some() => return Err(error),
            Err(error) => error,
        };
        // Nothing good was read yet by this process: one that was in force before may still be.
        for before in pointer.history.into_iter().take(STEPS_BACK) {
            if let Ok(document) = self.registry.document::<D>(&before.hash).await {
                raise::<D>(&refused, "an earlier one is followed");
                return Ok(Some((before.hash, Arc::new(document))));
            }
        }
        Err(refused)
    }

    /// The deployment's key for drawing the exploration sample, made of `fresh` random bytes if there is none yet.
    pub async fn draw_key(&self, now: Timestamp, fresh: [u8; 32]) -> Result<DrawKey, RegistryError> {
        self.draw_key.get(now, |_| self.registry.draw_key(fresh)).await
    }

    /// The champion. A store that cannot be reached is an error while nothing was ever read, since it says nothing
    /// about the model; a model that is refused means rules.
    pub async fn champion(&self, now: Timestamp) -> Result<Champion, RegistryError> {
        self.champion.get(now, |last| self.champion_or_rules(last)).await
    }

    async fn champion_or_rules(&self, last: Option<Champion>) -> Result<Champion, RegistryError> {
        match (self.read_champion(last.as_ref()).await, last) {
            (Ok(champion), _) => Ok(champion),
            (Err(error), None) if error.is_outage() => Err(error),
            // An outage says nothing against what decided so far, be it a model or the rules.
            (Err(error), Some(last)) if error.is_outage() => {
                tracing::warn!(reason = chain(&error), "the champion could not be looked up");
                Ok(last)
            }
            (Err(error), Some(last @ Champion::Model { .. })) => {
                alarm!(Alarm::ModelRefused; reason = chain(&error), "the last good model stays");
                Ok(last)
            }
            (Err(error), _) => {
                let reason = chain(&error);
                alarm!(Alarm::ModelRefused; reason, "rules decide");
                Ok(Champion::Absent { because: format!("the published model cannot be used: {reason}") })
            }
        }
    }

    async fn read_champion(&self, last: Option<&Champion>) -> Result<Champion, RegistryError> {
        let Some(pointer) = self.registry.pointer::<Artifact>().await? else {
            return Ok(Champion::Absent { because: "no model is published yet".to_owned() });
        };
        let hash = pointer.current.hash;
        match last {
            Some(same @ Champion::Model { hash: followed, .. }) if *followed == hash => Ok(same.clone()),
            Some(Champion::Model { .. }) => self.load(hash).await,
            _ => match (self.load(hash).await, pointer.history.first()) {
                (Err(error), before) if error.is_outage() || before.is_none() => Err(error),
                // Nothing good was read yet: the champion before may still be.
                (Err(error), Some(before)) => {
                    alarm!(Alarm::ModelRefused; reason = chain(&error), "the model before it scores");
                    self.load(before.hash.clone()).await
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

fn raise<D: Document>(error: &RegistryError, what_follows: &'static str) {
    alarm!(D::ALARM; kind = D::NAME, reason = chain(error), "{what_follows}");
}
