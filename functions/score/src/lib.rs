//! Scores an enriched lead: the policy judges, the champion model estimates, the decision says why.

mod config;
mod serve;

use leadlight_lead::{EnrichedLead, ProbabilityInterval, RouteRequest, ScoredLead, StageMessage, WireError};
use leadlight_policy::{Assessment, Opinion, Policy};
use leadlight_ports::batch::{Message, Stage};
use leadlight_ports::chain;
use leadlight_ports::{Class, Classed, Clock, MessageQueue, PortError, World};
use leadlight_registry::{Champion, InForce, RegistryError, feature_specs};

pub use config::Config;
pub use serve::serve;

/// The scoring stage.
#[derive(Debug)]
pub struct Score<W: World> {
    /// Policy and model in force.
    pub in_force: InForce<W::Objects>,
    /// Where scored leads go.
    pub to_route: W::Queue,
    /// Tells when the pointers are due to be read again.
    pub clock: W::Clock,
}

/// Why a lead was not scored.
#[derive(Debug, thiserror::Error)]
pub enum ScoreError {
    /// The message is not an enriched lead.
    #[error("the message is not an enriched lead")]
    Read(#[source] WireError),
    /// Policy or model cannot be had.
    #[error("policy or model cannot be had")]
    Registry(#[source] RegistryError),
    /// The scored lead cannot be written down.
    #[error("the scored lead cannot be written")]
    Write(#[source] WireError),
    /// The next stage's queue did not take it.
    #[error("the scored lead was not handed on")]
    HandOn(#[source] PortError),
}

impl Classed for ScoreError {
    fn class(&self) -> Class {
        match self {
            Self::Read(e) | Self::Write(e) => e.class(),
            Self::Registry(e) => e.class(),
            Self::HandOn(e) => e.class(),
        }
    }
}

impl<W: World> Stage for Score<W> {
    const NAME: &'static str = "score";
    type Error = ScoreError;

    async fn process(&self, message: Message<'_>) -> Result<(), ScoreError> {
        let enriched = EnrichedLead::from_message(message.body.as_bytes()).map_err(ScoreError::Read)?;
        let now = self.clock.now();
        let policy = self.in_force.policy(now).await.map_err(ScoreError::Registry)?;
        let champion = self.in_force.champion(now).await.map_err(ScoreError::Registry)?;
        let assessment = policy.assess(&enriched);
        let opinion = opinion(&policy, &champion, &assessment);
        let decision = policy.decide(assessment, opinion);
        let request = RouteRequest::Scored(ScoredLead { enriched, decision });
        let body = request.to_message().map_err(ScoreError::Write)?;
        self.to_route.send(&body, &[]).await.map_err(ScoreError::HandOn)
    }
}

/// What the model says, or that the rules decide and why. A model that does not fit the policy or the
/// lead never stops scoring.
pub fn opinion(policy: &Policy, champion: &Champion, assessment: &Assessment) -> Opinion {
    let (hash, artifact) = match champion {
        Champion::Model { hash, artifact } => (hash, artifact),
        Champion::Absent { because } => return Opinion::Rules { because: because.clone() },
    };
    let predicted = artifact
        .matches_features(&feature_specs(policy))
        .map_err(|e| chain(&e))
        .and_then(|()| artifact.predict(&assessment.features).map_err(|e| chain(&e)));
    match predicted {
        Ok(prediction) => Opinion::Model {
            hash: hash.clone(),
            summary: prediction.summary(),
            probability: prediction.probability,
            interval: prediction.interval.map(|i| ProbabilityInterval { from: i.from, to: i.to }),
            score: prediction.score,
            reasons: prediction.reasons,
        },
        Err(reason) => {
            tracing::error!(alarm = "model-unfit", model = hash.short(), reason, "rules decide");
            Opinion::Rules { because: format!("the model {} does not fit: {reason}", hash.short()) }
        }
    }
}
