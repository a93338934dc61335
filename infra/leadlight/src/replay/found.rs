//! What a replay found, with all that was asked.

use std::sync::Arc;

use anyhow::{Context, Result};
use jiff::Timestamp;
use leadlight_accounts::Accounts;
use leadlight_desk::Team;
use leadlight_lead::{DrawKey, ModelHash, PolicyHash, Role, chain};
use leadlight_model::Artifact;
use leadlight_policy::Policy;
use leadlight_ports::{LeadStore, ObjectStore};
use leadlight_registry::{Document, Registry, RegistryError};
use leadlight_scoring::compare::Summary;
use leadlight_scoring::{Champion, Judge, Warning};
use serde::Serialize;

use super::cited::Cited;
use super::over::{Bounds, over};

/// Which model would decide beside the candidate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Model {
    /// The one in force, as it would be.
    InForce,
    /// None: the rules.
    Rules,
    /// A stored one.
    Named(ModelHash),
}

/// What is asked of a replay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// Which model would decide.
    pub model: Model,
    /// Leads whose event happened then or later; all where there is none.
    pub since: Option<Timestamp>,
    /// So many leads at most, in so many pages of the table; all of them where there is none.
    pub most: Option<(u64, usize)>,
    /// Whether what leads say against the candidate is looked for.
    pub is_watched: bool,
}

/// What a replay found. Fields are only added.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Found {
    /// The policy that would decide.
    pub candidate: Candidate,
    /// The policy in force.
    pub in_force: Option<PolicyHash>,
    /// The model that would decide; none where the rules would.
    pub model: Option<ModelHash>,
    /// Why the rules would, where they would.
    pub rules_because: Option<String>,
    /// Leads whose event happened then or later were looked at; all where there is none.
    pub since: Option<Timestamp>,
    /// When they were.
    pub replayed_at: Timestamp,
    /// Whether the table has more of them, that were not looked at.
    pub is_cut_short: bool,
    /// How many leads SDRs may have open between them; none where no team is in force.
    pub team: Option<Room>,
    /// What leads say against the candidate; empty where that was not looked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<Warning>,
    /// What was found.
    pub summary: Summary,
}

/// The policy that would decide.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Candidate {
    /// Its name.
    pub name: String,
    /// Its revision.
    pub revision: u32,
    /// Its hash.
    pub hash: PolicyHash,
}

/// What SDRs may have open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Room {
    /// How many SDRs there are.
    pub sdrs: u64,
    /// Leads they may have open, all together.
    pub open_leads: u64,
}

/// Replays a policy over the leads of a table. Nothing is written. `told` hears how many leads were looked at so far.
pub async fn replay<S: ObjectStore, L: LeadStore>(
    registry: &Registry<S>,
    leads: &L,
    policy: Policy,
    asked: &Asked,
    now: Timestamp,
    told: impl FnMut(u64),
) -> Result<Found> {
    let policy = Arc::new(policy);
    let accounts = in_force::<Accounts, S>(registry).await?.map(Arc::new);
    let champion = champion(registry, &asked.model).await?;
    let candidate = Judge::new(Arc::clone(&policy), accounts, champion.clone());
    // Without a key nothing was ever scored, and there is nothing to draw.
    let draw_by = registry.draw_key_if_made().await?.unwrap_or_else(|| DrawKey::new([0; 32]));
    let mut cited = Cited::new(registry, draw_by).await.context("what was taken back cannot be looked up")?;
    let bounds = Bounds { since: asked.since, most: asked.most, is_watched: asked.is_watched };
    let counted = over(&mut cited, leads, &candidate, bounds, told).await?;
    let (summary, team) =
        (counted.replay.summary(now), in_force::<Team, S>(registry).await?.as_ref().map(room));
    let open = team.map(|room| room.open_leads);
    let warnings = counted.watch.warnings(&policy, &summary.capacity, open);
    let in_force_hash = registry.find::<Policy>().await?.pointer.map(|pointer| pointer.current.hash);
    Ok(Found {
        candidate: Candidate {
            name: policy.name().to_owned(),
            revision: policy.revision(),
            hash: policy.hash().clone(),
        },
        in_force: in_force_hash,
        model: candidate.model().cloned(),
        rules_because: rules_because(&candidate, &champion),
        since: asked.since,
        replayed_at: now,
        is_cut_short: counted.is_cut_short,
        team,
        warnings,
        summary,
    })
}

fn rules_because(candidate: &Judge, champion: &Champion) -> Option<String> {
    let unfit = candidate
        .unfit()
        .map(|unfit| format!("the model {} does not fit this policy: {}", unfit.model.short(), unfit.reason));
    unfit.or_else(|| match champion {
        Champion::Absent { because } => Some(because.clone()),
        Champion::Model { .. } => None,
    })
}

/// The document of a kind in force; none where none is published, or none that can be used: then the functions do without
/// it as well.
pub(crate) async fn in_force<D: Document, S: ObjectStore>(registry: &Registry<S>) -> Result<Option<D>> {
    let Some(pointer) = registry.find::<D>().await?.pointer else { return Ok(None) };
    or_none(registry.document::<D>(&pointer.current.hash).await)
}

fn or_none<T>(read: Result<T, RegistryError>) -> Result<Option<T>> {
    match read {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.is_outage() => Err(error.into()),
        Err(_) => Ok(None),
    }
}

/// The model that would decide, or why none would.
pub(crate) async fn champion<S: ObjectStore>(registry: &Registry<S>, asked: &Model) -> Result<Champion> {
    let hash = match asked {
        Model::Rules => return Ok(Champion::Absent { because: "no model was asked for".to_owned() }),
        Model::Named(hash) => {
            let artifact = Arc::new(registry.model(hash).await?);
            return Ok(Champion::Model { hash: hash.clone(), artifact });
        }
        Model::InForce => registry.find::<Artifact>().await?.pointer.map(|pointer| pointer.current.hash),
    };
    let Some(hash) = hash else {
        return Ok(Champion::Absent { because: "no model is published yet".to_owned() });
    };
    match registry.model(&hash).await {
        Ok(artifact) => Ok(Champion::Model { hash, artifact: Arc::new(artifact) }),
        Err(error) if error.is_outage() => Err(error.into()),
        Err(error) => {
            let because = format!("the published model cannot be used: {}", chain(&error));
            Ok(Champion::Absent { because })
        }
    }
}

fn room(team: &Team) -> Room {
    let sdrs = || team.members().filter(|member| member.role() == Role::Sdr);
    Room { sdrs: sdrs().count() as u64, open_leads: sdrs().map(|member| u64::from(member.capacity())).sum() }
}
