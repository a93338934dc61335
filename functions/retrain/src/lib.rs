//! Learns from decisions with outcomes, judges the result on the newest deals, and publishes it, or says
//! why not.

mod verdict;

use leadlight_lead::{PolicyHash, QueuedLead};
use leadlight_model::{FeatureSpec, Lineage, Manifest, TrainError, TrainingRow, train};
use leadlight_pipeline::{
    ChampionPointer, Class, Classed, Clock, ETag, LeadStore, ObjectStore, PortError, Registry, RegistryError,
};
use leadlight_policy::Policy;
use serde::{Deserialize, Serialize};

pub use verdict::{MIN_UNSEEN_DEALS, Verdict};

/// What starts a run.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// Always 1.
    pub schema_version: u32,
    /// Why it runs, such as `schedule`; for the log.
    pub reason: String,
}

/// What a run did.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Report {
    /// Published, kept or refused, and why.
    #[serde(flatten)]
    pub verdict: Verdict,
    /// The policy whose features were learnt.
    pub policy: PolicyHash,
    /// Deals that were learnt from.
    pub deals: usize,
    /// Closed deals that lack a feature of the policy in force and were left out.
    pub left_out: usize,
    /// What the learner says of itself; absent when nothing was trained.
    pub manifest: Option<Manifest>,
}

/// The retraining job.
#[derive(Debug)]
pub struct Retrain<L, S, C> {
    /// Decisions with outcomes.
    pub leads: L,
    /// Policy in force; models.
    pub registry: Registry<S>,
    /// Dates the model.
    pub clock: C,
}

/// Why a run failed. A refusal to publish is not a failure.
#[derive(Debug, thiserror::Error)]
pub enum RetrainError {
    /// Another version of the request.
    #[error("the request has schema_version {found}; this release reads 1")]
    Request {
        /// As sent.
        found: u32,
    },
    /// The table failed.
    #[error("closed leads cannot be read")]
    Leads(#[source] PortError),
    /// The registry failed.
    #[error("the registry failed")]
    Registry(#[source] RegistryError),
    /// The learner failed on data it should have managed.
    #[error("training failed")]
    Train(#[source] TrainError),
    /// A report cannot be written down.
    #[error("the manifest cannot be written")]
    Manifest(#[source] serde_json::Error),
}

impl Classed for RetrainError {
    fn class(&self) -> Class {
        match self {
            Self::Request { .. } | Self::Train(_) | Self::Manifest(_) => Class::Poison,
            Self::Leads(e) => e.class(),
            Self::Registry(e) => e.class(),
        }
    }
}

type Champion = Option<(ChampionPointer, ETag)>;

impl<L: LeadStore, S: ObjectStore, C: Clock> Retrain<L, S, C> {
    /// One run. Repeating it with the same deals and policy changes nothing.
    pub async fn run(&self, request: &Request) -> Result<Report, RetrainError> {
        if request.schema_version != 1 {
            return Err(RetrainError::Request { found: request.schema_version });
        }
        let pointer = self.registry.policy_pointer().await.map_err(RetrainError::Registry)?;
        let policy = self.registry.policy(&pointer.policy).await.map_err(RetrainError::Registry)?;
        let champion = self.registry.champion_pointer().await.map_err(RetrainError::Registry)?;
        let specs = specs(&policy);
        let (rows, left_out) = self.rows(&specs).await?;

        let lineage = Lineage {
            policy: policy.hash().clone(),
            code_version: env!("CARGO_PKG_VERSION").to_owned(),
            trained_at: self.clock.now(),
        };
        let deals = rows.len();
        let (verdict, manifest) = match train(&specs, &rows, lineage.clone()) {
            Ok(trained) => {
                let verdict = self.judge_and_publish(&trained, &specs, &rows, &lineage, &champion).await?;
                (verdict, Some(trained.manifest))
            }
            // The deals do not carry a model yet: that is an answer, not a failure.
            Err(
                error @ (TrainError::TooFewDeals { .. }
                | TrainError::NothingVaries
                | TrainError::OneSidedHistory { .. }),
            ) => (Verdict::Refused { because: error.to_string() }, None),
            Err(error) => return Err(RetrainError::Train(error)),
        };
        tracing::info!(reason = request.reason, verdict = ?verdict, deals, left_out, "retrained");
        Ok(Report { verdict, policy: policy.hash().clone(), deals, left_out, manifest })
    }

    /// Every closed deal that was decided on the features the policy declares now.
    async fn rows(&self, specs: &[FeatureSpec]) -> Result<(Vec<TrainingRow>, usize), RetrainError> {
        let (mut rows, mut left_out, mut after) = (Vec::new(), 0, None);
        loop {
            let page = self.leads.closed(after).await.map_err(RetrainError::Leads)?;
            for lead in &page.leads {
                match row(lead, specs) {
                    Some(row) => rows.push(row),
                    None => left_out += 1,
                }
            }
            match page.next {
                Some(next) => after = Some(next),
                None => return Ok((rows, left_out)),
            }
        }
    }

    async fn judge_and_publish(
        &self,
        trained: &leadlight_model::Trained,
        specs: &[FeatureSpec],
        rows: &[TrainingRow],
        lineage: &Lineage,
        champion: &Champion,
    ) -> Result<Verdict, RetrainError> {
        let incumbent = match champion {
            None => None,
            Some((pointer, _)) => match self.registry.model(&pointer.model).await {
                Ok(artifact) => Some(artifact),
                Err(error @ RegistryError::Store(_)) => return Err(RetrainError::Registry(error)),
                // A champion that cannot be used is no champion: scoring has fallen back to rules already.
                Err(_) => None,
            },
        };
        let judged = verdict::judge(trained, incumbent.as_ref(), specs, rows, lineage);
        let because = match judged {
            Ok(because) => because,
            Err(verdict) => return Ok(verdict),
        };
        let manifest = serde_json::to_vec_pretty(&trained.manifest).map_err(RetrainError::Manifest)?;
        let bytes = trained.artifact.to_bytes();
        let published = self
            .registry
            .publish_model(bytes, manifest, champion.as_ref(), lineage.trained_at)
            .await
            .map_err(RetrainError::Registry)?;
        Ok(Verdict::Published { model: published.model, because })
    }
}

fn row(lead: &QueuedLead, specs: &[FeatureSpec]) -> Option<TrainingRow> {
    let outcome = lead.outcome.as_ref()?;
    let features = &lead.content.decision()?.features;
    let names: Vec<&str> = features.iter().map(|(name, _)| name).collect();
    specs.iter().all(|s| names.contains(&s.name.as_str())).then(|| TrainingRow {
        features: features.clone(),
        won: outcome.result == leadlight_lead::OutcomeResult::Won,
        closed_at: outcome.closed_at,
    })
}

/// The features a policy declares, as the learner wants them.
pub fn specs(policy: &Policy) -> Vec<FeatureSpec> {
    policy
        .feature_specs()
        .into_iter()
        .map(|f| FeatureSpec { name: f.name, group: f.group, factor: f.factor })
        .collect()
}
