//! Learns from decisions with outcomes, judges the result on the newest deals, and publishes it, or says
//! why not.

mod past;

use jiff::Timestamp;
use leadlight_lead::{ModelHash, OutcomeResult, PolicyHash, QueuedLead};
use leadlight_model::{
    BandReview, Deals, FeatureDrift, FeatureSpec, GateLimits, Lineage, Options, Study, StudyReport,
    StudyVerdict, TrainError, TrainingRow, drift, review, study,
};
use leadlight_pipeline::{
    Class, Classed, Clock, FoundChampion, LeadStore, MANIFEST, ObjectStore, PortError, REPORT, Registry,
    RegistryError,
};
use leadlight_policy::Policy;
use serde::{Deserialize, Serialize};

pub use past::PastDeal;

use past::Past;

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
    /// How the decisions of the past did, by score band: of leads decided long enough ago for slow deals to
    /// have closed as well.
    pub review: BandReview,
    /// Won deals whose leads had the lowest scores, lowest first: each is a reason to look at the model.
    pub won_but_low: Vec<PastDeal>,
    /// Lost deals whose leads had the highest scores, highest first.
    pub lost_but_high: Vec<PastDeal>,
    /// How the newest leads differ from those that the champion learnt from; empty without one.
    pub drift: Vec<FeatureDrift>,
    /// The study of the deals: audit, learners, gate.
    pub study: StudyReport,
    /// Key of the page for people, in the registry's bucket.
    pub page: String,
}

/// What became of the new model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "verdict", rename_all = "snake_case")]
pub enum Verdict {
    /// It scores from now on.
    Published {
        /// Its hash.
        model: ModelHash,
        /// Why it was better.
        because: String,
    },
    /// The champion stays.
    Kept {
        /// Why.
        because: String,
    },
    /// Nothing fit to score came out, and there is no champion: rules decide.
    Refused {
        /// Why.
        because: String,
    },
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
    #[error("the papers cannot be written")]
    Papers(#[source] serde_json::Error),
}

impl Classed for RetrainError {
    fn class(&self) -> Class {
        match self {
            Self::Request { .. } | Self::Train(_) | Self::Papers(_) => Class::Poison,
            Self::Leads(e) => e.class(),
            Self::Registry(e) => e.class(),
        }
    }
}

impl<L: LeadStore, S: ObjectStore, C: Clock> Retrain<L, S, C> {
    /// One run. Repeating it with the same deals and policy changes nothing.
    pub async fn run(&self, request: &Request) -> Result<Report, RetrainError> {
        if request.schema_version != 1 {
            return Err(RetrainError::Request { found: request.schema_version });
        }
        let pointer = self.registry.policy_pointer().await.map_err(RetrainError::Registry)?;
        let policy = self.registry.policy(&pointer.policy).await.map_err(RetrainError::Registry)?;
        let found = self.registry.find_champion().await.map_err(RetrainError::Registry)?;
        let specs = specs(&policy);
        let now = self.clock.now();
        let closed = self.closed(&specs, now).await?;
        let names: Vec<String> = specs.iter().map(|s| s.name.clone()).collect();
        let champion = self.champion(&found).await?.filter(|c| c.matches_features(&names).is_ok());
        let lineage = Lineage {
            policy: policy.hash().clone(),
            code_version: env!("CARGO_PKG_VERSION").to_owned(),
            trained_at: now,
        };
        let options = Options {
            subject: "closed leads".to_owned(),
            champion: champion.as_ref(),
            limits: GateLimits::default(),
            progress: &mut |step| tracing::debug!(doing = step.doing, "training"),
        };
        let Study { report: study, trained } =
            study(&closed.deals, &lineage, options).map_err(RetrainError::Train)?;
        let mut report = Report {
            verdict: verdict(&study.verdict, trained.as_ref().map(|t| t.artifact.hash())),
            policy: lineage.policy,
            deals: closed.deals.len(),
            left_out: closed.left_out,
            review: review(&closed.past.matured(now)),
            won_but_low: closed.past.won_but_low(),
            lost_but_high: closed.past.lost_but_high(),
            drift: champion.map_or_else(Vec::new, |c| drift(&c, &closed.recent())),
            page: String::new(),
            study,
        };
        let page = leadlight_report::html(&report.study).into_bytes();
        report.page = self.keep_page(&report, &page, now).await?;
        if let Some(trained) = trained {
            let papers = vec![
                (MANIFEST, serde_json::to_vec_pretty(&trained.manifest).map_err(RetrainError::Papers)?),
                (REPORT, page),
            ];
            self.registry
                .publish_model(trained.artifact.to_bytes(), papers, &found, now)
                .await
                .map_err(RetrainError::Registry)?;
        }
        log(request, &report);
        Ok(report)
    }

    /// The page of a run, whatever became of it. A run that repeats another finds its page there.
    async fn keep_page(&self, report: &Report, page: &[u8], now: Timestamp) -> Result<String, RetrainError> {
        let day = now.strftime("%Y-%m-%d");
        let what = ModelHash::of(page);
        let key = format!("reports/{day}-{}.html", what.short());
        let store = self.registry.store();
        store.put_new(&key, page.to_vec()).await.map_err(|e| RetrainError::Registry(e.into()))?;
        let json = serde_json::to_vec(report).map_err(RetrainError::Papers)?;
        let beside = format!("reports/{day}-{}.json", what.short());
        store.put_new(&beside, json).await.map_err(|e| RetrainError::Registry(e.into()))?;
        Ok(key)
    }

    /// The model that scores today. One that cannot be used is none: scoring has fallen back already.
    async fn champion(
        &self,
        found: &FoundChampion,
    ) -> Result<Option<leadlight_model::Artifact>, RetrainError> {
        let Some(pointer) = &found.pointer else { return Ok(None) };
        match self.registry.model(&pointer.model).await {
            Ok(artifact) => Ok(Some(artifact)),
            Err(error @ RegistryError::Store(_)) => Err(RetrainError::Registry(error)),
            Err(_) => Ok(None),
        }
    }

    /// Every closed deal.
    async fn closed(&self, specs: &[FeatureSpec], now: Timestamp) -> Result<Closed, RetrainError> {
        let mut closed = Closed { deals: Deals::new(specs.to_vec()), left_out: 0, past: Past::default() };
        let mut after = None;
        loop {
            let page = self.leads.closed(after).await.map_err(RetrainError::Leads)?;
            for lead in &page.leads {
                match row(lead, specs, now) {
                    Some(row) => closed.deals.push(&row),
                    None => closed.left_out += 1,
                }
                closed.past.see(lead);
            }
            match page.next {
                Some(next) => after = Some(next),
                None => return Ok(closed),
            }
        }
    }
}

fn verdict(study: &StudyVerdict, model: Option<ModelHash>) -> Verdict {
    match (study, model) {
        (StudyVerdict::Publish { because, .. }, Some(model)) => {
            Verdict::Published { model, because: because.clone() }
        }
        (StudyVerdict::Keep { because }, _) => Verdict::Kept { because: because.clone() },
        (StudyVerdict::Refuse { because } | StudyVerdict::Publish { because, .. }, _) => {
            Verdict::Refused { because: because.clone() }
        }
    }
}

fn log(request: &Request, report: &Report) {
    let Report { verdict, deals, left_out, review, page, .. } = report;
    let reason = &request.reason;
    let review = review.verdict;
    if matches!(verdict, Verdict::Refused { .. }) {
        tracing::warn!(
            alarm = "retrain-refused",
            reason,
            ?verdict,
            ?review,
            deals,
            left_out,
            page,
            "retrained"
        );
    } else {
        tracing::info!(reason, ?verdict, ?review, deals, left_out, page, "retrained");
    }
}

/// What the table tells of closed deals.
struct Closed {
    /// Those decided on the features the policy declares now.
    deals: Deals,
    /// How many others.
    left_out: usize,
    /// All of them, as they were decided then.
    past: Past,
}

impl Closed {
    /// The newest fifth of the deals.
    fn recent(&self) -> Deals {
        self.deals.newest_fifth()
    }
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

/// The features a policy declares, as the learners want them.
pub fn specs(policy: &Policy) -> Vec<FeatureSpec> {
    policy
        .feature_specs()
        .into_iter()
        .map(|f| FeatureSpec {
            name: f.name,
            group: f.group,
            factor: f.factor,
            kind: leadlight_model::FeatureKind::Number,
            monotone: f.never_lowers.then_some(leadlight_model::Monotone::Increasing),
        })
        .collect()
}
