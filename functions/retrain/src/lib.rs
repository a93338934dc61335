//! Learns from decisions with outcomes, judges the result on the newest deals, and publishes it, or says
//! why not.

mod verdict;

use jiff::Timestamp;
use leadlight_lead::{OutcomeResult, PolicyHash, QueuedLead};
use leadlight_model::{
    BandReview, DecidedDeal, FeatureSpec, GateReport, Lineage, Manifest, TrainError, TrainingRow, review,
    train,
};
use leadlight_pipeline::{
    ChampionPointer, Class, Classed, Clock, ETag, LeadStore, ObjectStore, PortError, Registry, RegistryError,
};
use leadlight_policy::Policy;
use serde::{Deserialize, Serialize};

pub use verdict::Verdict;

use verdict::Ruling;

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
    /// Closed deals that lack a feature of the policy in force, or close in the future, and were left out.
    pub left_out: usize,
    /// What the learner says of itself; absent when nothing was trained.
    pub manifest: Option<Manifest>,
    /// The comparison with the champion; absent when there was none.
    pub gate: Option<GateReport>,
    /// How the decisions of the past did, by score band.
    pub review: BandReview,
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
        let now = self.clock.now();
        let Closed { rows, left_out, decided } = self.closed(&specs, now).await?;
        let review = review(&decided);

        let lineage = Lineage {
            policy: policy.hash().clone(),
            code_version: env!("CARGO_PKG_VERSION").to_owned(),
            trained_at: now,
        };
        let deals = rows.len();
        let (verdict, gate, manifest) = match train(&specs, &rows, lineage.clone()) {
            Ok(trained) => {
                let (verdict, gate) =
                    self.publish_if_better(&trained, &specs, &rows, &lineage, &champion).await?;
                (verdict, gate, Some(trained.manifest))
            }
            // The deals do not carry a model yet: that is an answer, not a failure.
            Err(
                error @ (TrainError::TooFewDeals { .. }
                | TrainError::NothingVaries
                | TrainError::OneSidedHistory { .. }),
            ) => (Verdict::Refused { because: error.to_string() }, None, None),
            Err(error) => return Err(RetrainError::Train(error)),
        };
        tracing::info!(reason = request.reason, ?verdict, review = ?review.verdict, deals, left_out, "retrained");
        Ok(Report { verdict, policy: policy.hash().clone(), deals, left_out, manifest, gate, review })
    }

    /// Every closed deal.
    async fn closed(&self, specs: &[FeatureSpec], now: Timestamp) -> Result<Closed, RetrainError> {
        let (mut closed, mut after) = (Closed::default(), None);
        loop {
            let page = self.leads.closed(after).await.map_err(RetrainError::Leads)?;
            for lead in &page.leads {
                match row(lead, specs, now) {
                    Some(row) => closed.rows.push(row),
                    None => closed.left_out += 1,
                }
                closed.decided.extend(decided(lead));
            }
            match page.next {
                Some(next) => after = Some(next),
                None => return Ok(closed),
            }
        }
    }

    async fn publish_if_better(
        &self,
        trained: &leadlight_model::Trained,
        specs: &[FeatureSpec],
        rows: &[TrainingRow],
        lineage: &Lineage,
        champion: &Champion,
    ) -> Result<(Verdict, Option<GateReport>), RetrainError> {
        let incumbent = match champion {
            None => None,
            Some((pointer, _)) => match self.registry.model(&pointer.model).await {
                Ok(artifact) => Some(artifact),
                Err(error @ RegistryError::Store(_)) => return Err(RetrainError::Registry(error)),
                // A champion that cannot be used is no champion: scoring has fallen back to rules already.
                Err(_) => None,
            },
        };
        let (ruling, gate) = verdict::rule(trained, incumbent.as_ref(), specs, rows, lineage);
        let because = match ruling {
            Ruling::Publish(because) => because,
            Ruling::Stand(verdict) => return Ok((verdict, gate)),
        };
        let manifest = serde_json::to_vec_pretty(&trained.manifest).map_err(RetrainError::Manifest)?;
        let bytes = trained.artifact.to_bytes();
        let published = self
            .registry
            .publish_model(bytes, manifest, champion.as_ref(), lineage.trained_at)
            .await
            .map_err(RetrainError::Registry)?;
        Ok((Verdict::Published { model: published.model, because }, gate))
    }
}

/// What the table tells of closed deals.
#[derive(Debug, Default)]
struct Closed {
    /// Those decided on the features the policy declares now.
    rows: Vec<TrainingRow>,
    /// The others.
    left_out: usize,
    /// All of them, as they were decided then.
    decided: Vec<DecidedDeal>,
}

fn decided(lead: &QueuedLead) -> Option<DecidedDeal> {
    let (outcome, decision) = (lead.outcome.as_ref()?, lead.content.decision()?);
    Some(DecidedDeal {
        score: decision.score.value(),
        probability: decision.probability,
        won: outcome.result == OutcomeResult::Won,
    })
}

/// A deal that closes in the future is a mistyped date, and would make every later deal look old.
fn row(lead: &QueuedLead, specs: &[FeatureSpec], now: Timestamp) -> Option<TrainingRow> {
    let outcome = lead.outcome.as_ref().filter(|o| o.closed_at <= now)?;
    let features = &lead.content.decision()?.features;
    let names: Vec<&str> = features.iter().map(|(name, _)| name).collect();
    specs.iter().all(|s| names.contains(&s.name.as_str())).then(|| TrainingRow {
        features: features.clone(),
        won: outcome.result == OutcomeResult::Won,
        closed_at: outcome.closed_at,
        account: lead.content.enriched().account_domain.as_ref().map(ToString::to_string),
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
