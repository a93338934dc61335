//! What decisions of before cite: policies, lists of accounts and models, each read once by its hash.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use leadlight_accounts::Accounts;
use leadlight_lead::{AccountsHash, DrawKey, ModelHash, PolicyHash, QueuedLead, chain};
use leadlight_model::Artifact;
use leadlight_policy::{Policy, Readings};
use leadlight_ports::ObjectStore;
use leadlight_registry::{Document, Kind, Registry, RegistryError};
use leadlight_scoring::compare::{Check, Recomputed};
use leadlight_scoring::{Champion, Judge};

/// Policies and models that are held; a table cites a few dozen.
const MOST_POLICIES: usize = 500;
const MOST_MODELS: usize = 200;
/// Domains of all lists of accounts that are held: some 75 MB. A list of 100,000 that is published every day takes
/// them in three weeks; one of 5,000 in a year.
const MOST_DOMAINS: usize = 2_000_000;

/// What a decision cites.
type Cites = (PolicyHash, Option<AccountsHash>, Option<ModelHash>);

/// Makes decisions of before again. Holds what they cite, up to a bound.
pub(crate) struct Cited<'a, S> {
    registry: &'a Registry<S>,
    draw_by: DrawKey,
    taken_back: TakenBack,
    policies: BTreeMap<PolicyHash, Result<Arc<Policy>, String>>,
    accounts: BTreeMap<AccountsHash, Result<Arc<Accounts>, String>>,
    domains: usize,
    models: BTreeMap<ModelHash, Result<Arc<Artifact>, String>>,
    judges: BTreeMap<Cites, Result<Judge, String>>,
}

/// What was taken back, as far as the pointers remember.
#[derive(Default)]
struct TakenBack {
    policies: BTreeSet<PolicyHash>,
    accounts: BTreeSet<AccountsHash>,
    models: BTreeSet<ModelHash>,
}

impl TakenBack {
    async fn read(registry: &Registry<impl ObjectStore>) -> Result<Self, RegistryError> {
        Ok(Self {
            policies: hashes::<Policy>(registry).await?.into_iter().collect(),
            accounts: hashes::<Accounts>(registry).await?.into_iter().collect(),
            models: hashes::<Artifact>(registry).await?.into_iter().collect(),
        })
    }

    /// In words, where a decision cites any of it.
    fn of(&self, (policy, accounts, model): &Cites) -> Option<String> {
        let said = |what: &str, short: &str| Some(format!("the {what} {short} was taken back"));
        if self.policies.contains(policy) {
            return said("policy", policy.short());
        }
        if let Some(model) = model.as_ref().filter(|model| self.models.contains(*model)) {
            return said("model", model.short());
        }
        let accounts = accounts.as_ref().filter(|list| self.accounts.contains(*list))?;
        said("list of accounts", accounts.short())
    }
}

async fn hashes<K: Kind>(registry: &Registry<impl ObjectStore>) -> Result<Vec<K::Hash>, RegistryError> {
    // A pointer that cannot be read remembers nothing.
    let pointer = registry.find::<K>().await?.pointer;
    let Some(pointer) = pointer else { return Ok(Vec::new()) };
    // What came into force again since is not taken back.
    let stands = |hash: &K::Hash| {
        *hash == pointer.current.hash || pointer.history.iter().any(|before| before.hash == *hash)
    };
    Ok(pointer.withdrawn.iter().map(|entry| entry.hash.clone()).filter(|hash| !stands(hash)).collect())
}

impl<'a, S: ObjectStore> Cited<'a, S> {
    /// Over a registry; `draw_by` is the key that the deployment draws its exploration sample by.
    pub(crate) async fn new(registry: &'a Registry<S>, draw_by: DrawKey) -> Result<Self, RegistryError> {
        Ok(Self {
            registry,
            draw_by,
            taken_back: TakenBack::read(registry).await?,
            policies: BTreeMap::new(),
            accounts: BTreeMap::new(),
            domains: 0,
            models: BTreeMap::new(),
            judges: BTreeMap::new(),
        })
    }

    /// The key that the exploration sample is drawn by.
    pub(crate) fn draw_by(&self) -> &DrawKey {
        &self.draw_by
    }

    /// Makes a lead's decision again. Fails only where the registry cannot be reached.
    pub(crate) async fn check(
        &mut self,
        lead: &QueuedLead,
        readings: &Readings<'_>,
    ) -> Result<Check, RegistryError> {
        let Some(decision) = lead.decision() else {
            return Ok(Check { made: Recomputed::NotDecided, taken_back: None });
        };
        let model = decision.asked_model().cloned();
        let cites = (decision.policy.clone(), decision.accounts.clone(), model);
        let taken_back = self.taken_back.of(&cites);
        if !self.judges.contains_key(&cites) {
            let judge = self.judge(&cites).await?;
            self.judges.insert(cites.clone(), judge);
        }
        let made = match self.judges.get(&cites) {
            Some(Ok(judge)) => judge.recompute_reading(lead.enriched(), decision, &self.draw_by, readings),
            Some(Err(reason)) => Recomputed::Unable(reason.clone()),
            None => Recomputed::Unable("what it cites was not looked up".to_owned()),
        };
        Ok(Check { made, taken_back })
    }

    /// The policy that a lead's decision cites, once it was read by [`Cited::check`].
    pub(crate) fn followed(&self, lead: &QueuedLead) -> Option<&Policy> {
        self.policies.get(&lead.decision()?.policy)?.as_ref().ok().map(Arc::as_ref)
    }

    async fn judge(&mut self, cites: &Cites) -> Result<Result<Judge, String>, RegistryError> {
        let (policy, accounts, model) = cites;
        let policy = match self.policy(policy).await? {
            Ok(policy) => policy,
            Err(reason) => return Ok(Err(reason)),
        };
        let accounts = match accounts {
            None => None,
            Some(hash) => match self.list(hash).await? {
                Ok(list) => Some(list),
                Err(reason) => return Ok(Err(reason)),
            },
        };
        let champion = match model {
            // What the decision itself says why no model spoke is what counts.
            None => Champion::Absent { because: String::new() },
            Some(hash) => match self.model(hash).await? {
                Ok(artifact) => Champion::Model { hash: hash.clone(), artifact },
                Err(reason) => return Ok(Err(reason)),
            },
        };
        Ok(Ok(Judge::new(policy, accounts, champion)))
    }

    async fn policy(&mut self, hash: &PolicyHash) -> Result<Result<Arc<Policy>, String>, RegistryError> {
        if let Some(known) = self.policies.get(hash) {
            return Ok(known.clone());
        }
        if self.policies.len() == MOST_POLICIES {
            return Ok(Err(format!("more than {MOST_POLICIES} policies are cited")));
        }
        let read = read::<Policy, _>(self.registry, hash).await?;
        self.policies.insert(hash.clone(), read.clone());
        Ok(read)
    }

    async fn list(&mut self, hash: &AccountsHash) -> Result<Result<Arc<Accounts>, String>, RegistryError> {
        if let Some(known) = self.accounts.get(hash) {
            return Ok(known.clone());
        }
        if self.domains >= MOST_DOMAINS {
            return Ok(Err(format!("the lists of accounts that are cited have over {MOST_DOMAINS} domains")));
        }
        let read = read::<Accounts, _>(self.registry, hash).await?;
        self.domains += read.as_ref().map_or(0, |list| list.len());
        self.accounts.insert(hash.clone(), read.clone());
        Ok(read)
    }

    async fn model(&mut self, hash: &ModelHash) -> Result<Result<Arc<Artifact>, String>, RegistryError> {
        if let Some(known) = self.models.get(hash) {
            return Ok(known.clone());
        }
        if self.models.len() == MOST_MODELS {
            return Ok(Err(format!("more than {MOST_MODELS} models are cited")));
        }
        let read = readable(self.registry.model(hash).await, "model", hash.short())?;
        self.models.insert(hash.clone(), read.clone());
        Ok(read)
    }
}

async fn read<D: Document, S: ObjectStore>(
    registry: &Registry<S>,
    hash: &D::Hash,
) -> Result<Result<Arc<D>, String>, RegistryError> {
    let short: String = hash.to_string().chars().take(12).collect();
    let what = if D::NAME == Accounts::NAME { "list of accounts" } else { D::NAME };
    readable(registry.document::<D>(hash).await, what, &short)
}

/// An outage is an error; what is missing, damaged or refused is a reason.
fn readable<T>(
    read: Result<T, RegistryError>,
    what: &str,
    short: &str,
) -> Result<Result<Arc<T>, String>, RegistryError> {
    match read {
        Ok(found) => Ok(Ok(Arc::new(found))),
        Err(error) if error.is_outage() => Err(error),
        Err(RegistryError::Missing { .. }) => {
            Ok(Err(format!("the {what} {short} is no longer in the registry")))
        }
        Err(RegistryError::Altered { .. }) => Ok(Err(format!("the {what} {short} is damaged"))),
        Err(error) => Ok(Err(format!("the {what} {short} cannot be used: {}", chain(&error)))),
    }
}
