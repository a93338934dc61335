//! Learns from decisions with outcomes, judges the result on the newest deals, and publishes it, or says
//! why not.

mod answer;
mod asking;
mod closed;
mod config;
mod each_answered;
mod export_key;
mod past;
mod people;
mod request;
mod serve;
mod told;
mod vendors;

#[cfg(test)]
mod tests;

use jiff::{SignedDuration, Timestamp};
use leadlight_lead::{ModelHash, PolicyHash, StageMessage, WireError};
use leadlight_model::{
    Artifact, Deals, FallSeen, FeatureSpec, Finding, GateLimits, Lineage, Look, Options, Origin, PastReview,
    ScoredBy, Severity, Study, StudyReport, StudyVerdict, TrainError, Trained, cannot_be_asked, drift,
    reasons_of, study, worth,
};
use leadlight_policy::Policy;
use leadlight_ports::metrics::{Alarm, Figure, measure};
use leadlight_ports::{Class, Classed, Clock, ObjectStore, Outbox, PortError, World, alarm};
use leadlight_registry::{
    Answered, Change, Found, MANIFEST, REPORT, Registry, RegistryError, ReportEntry, ReportName,
};
use leadlight_scoring::feature_specs;
use serde::{Deserialize, Serialize};

use closed::closed;
use each_answered::Source;
use told::model_degraded;

pub use answer::Answer;
pub use asking::{ExportAbove, Started};
pub use config::Config;
pub use each_answered::{AnsweredRead, each_answered};
pub use export_key::{ExportKey, NoExportKey};
pub use request::Request;
pub use serve::serve;
pub use told::model_published;

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
    /// Leads that were left out: without a decision, closed in the future, turned down for a reason that says nothing
    /// of their worth, or invented, where there are deals of the company's own.
    pub left_out: usize,
    /// The study of the deals: review of the past, audit, learners, gate.
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

impl Verdict {
    /// In a word, as it is written down.
    fn word(&self) -> &'static str {
        match self {
            Self::Published { .. } => "published",
            Self::Kept { .. } => "kept",
            Self::Refused { .. } => "refused",
        }
    }
}

/// The retraining job.
#[derive(Debug)]
pub struct Retrain<W: World> {
    /// Decisions with outcomes.
    pub leads: W::Leads,
    /// Policy in force; models.
    pub registry: Registry<W::Objects>,
    /// Dates the model.
    pub clock: W::Clock,
    /// Deals that are learnt from at most; of more, evenly spaced ones.
    pub max_deals: usize,
    /// From what size on the table is read from an export; none where it never is.
    pub export: Option<ExportAbove>,
}

/// What a function of 3.5 GB learns from within minutes.
pub const MAX_DEALS: usize = 500_000;

/// Why a run failed. A refusal to publish is not a failure.
#[derive(Debug, thiserror::Error)]
pub enum RetrainError {
    /// What should start the run is no request, or of another version.
    #[error("the request cannot be read")]
    Request(#[source] WireError),
    /// The table failed.
    #[error("closed leads cannot be read")]
    Leads(#[source] PortError),
    /// An export cannot be asked for, or it is not known whether one is missing.
    #[error("an export of the table cannot be asked for")]
    Export(#[source] PortError),
    /// The table did not take what is to be told.
    #[error("what is to be told of models cannot be kept")]
    Outbox(#[source] PortError),
    /// What is to be told cannot be written down.
    #[error("what is to be told of models cannot be written down")]
    Told(#[source] WireError),
    /// The registry failed.
    #[error("the registry failed")]
    Registry(#[source] RegistryError),
    /// The learner failed on data it should have managed.
    #[error("training failed")]
    Train(#[source] TrainError),
    /// Another policy was put in force during the run.
    #[error("another policy was published while the model was trained; run again")]
    PolicyMoved,
    /// A report cannot be written down.
    #[error("the papers cannot be written")]
    Papers(#[source] serde_json::Error),
}

impl Classed for RetrainError {
    fn class(&self) -> Class {
        match self {
            Self::Request(e) | Self::Told(e) => e.class(),
            Self::Train(_) | Self::Papers(_) => Class::Poison,
            Self::PolicyMoved => Class::Retryable,
            Self::Leads(e) | Self::Export(e) | Self::Outbox(e) => e.class(),
            Self::Registry(e) => e.class(),
        }
    }
}

impl<W: World> Retrain<W> {
    /// One run. Repeating it with the same deals and policy changes nothing.
    ///
    /// Reading ends at `read_until`, if it is given: what was read by then is learnt from, and the report says so.
    /// The table is read in the order of hashed keys, and an export has a file for each range of these, so a part is a fair
    /// sample.
    pub async fn run(
        &self,
        request: &Request,
        read_until: Option<Timestamp>,
    ) -> Result<Report, RetrainError> {
        let now = self.clock.now();
        let name = request.report(now);
        if let Some(done) = self.done(request, &name).await? {
            return Ok(done);
        }
        let followed = self.registry.in_force::<Policy>().await.map_err(RetrainError::Registry)?.current.hash;
        let policy: Policy = self.registry.document(&followed).await.map_err(RetrainError::Registry)?;
        let found = self.registry.find::<Artifact>().await.map_err(RetrainError::Registry)?;
        let source = match &request.export {
            Some(key) => Source::Export(self.registry.store(), key),
            None => Source::Table(&self.leads),
        };
        let mut closed = closed(&source, &self.clock, &policy, self.max_deals, read_until)
            .await
            .map_err(RetrainError::Leads)?;
        let specs = feature_specs(&policy);
        let champion = self.champion(&found).await?;
        let unfit = champion.as_ref().and_then(|champion| champion.matches_features(&specs).err());
        let champion = champion.filter(|c| unfit.is_none() && is_under_the_same_demands(c, &specs));
        let maturity_days = policy.conversion().maturity_days;
        let mut findings = closed.findings(maturity_days);
        findings.extend(unfit.as_ref().map(cannot_be_asked));
        let look = Look {
            now,
            maturity: SignedDuration::from_hours(24 * i64::from(maturity_days)),
            in_force: in_force(champion.as_ref(), &policy),
            answered: self.answered(champion.as_ref(), &policy).await?,
        };
        let mut past = std::mem::take(&mut closed.past).review(&look);
        past.people = std::mem::take(&mut closed.people).review();
        past.drift = champion.as_ref().map_or_else(Vec::new, |c| drift(c, &closed.deals.newest_fifth()));
        let vendors = std::mem::take(&mut closed.vendors).into_deals();
        let lineage = Lineage {
            policy: policy.hash().clone(),
            code_version: env!("CARGO_PKG_VERSION").to_owned(),
            trained_at: now,
        };
        let has_trained = !request.only_if_degraded || past.fall.is_some();
        let Study { report: mut study, trained } = if has_trained {
            let options = Options {
                subject: SUBJECT.to_owned(),
                origin: Origin::System,
                champion: champion.as_ref(),
                limits: GateLimits::default(),
                found: Vec::new(),
                vendors: &vendors,
                progress: &mut |step| tracing::debug!(doing = step.doing, "training"),
            };
            study(&closed.deals, &lineage, options).map_err(RetrainError::Train)?
        } else {
            let mut report = unchanged(&closed.deals, &past, champion.is_some(), now);
            if let Some(champion) = &champion {
                report.vendors = worth(champion, &closed.deals, &vendors)
                    .map_err(|error| RetrainError::Train(error.into()))?;
            }
            Study { report, trained: None }
        };
        if closed.unreadable > 0 {
            alarm!(Alarm::LeadsDamaged, closed.unreadable; "closed leads cannot be read");
        }
        if let (Some(champion), None) = (&champion, &trained) {
            study.importance =
                reasons_of(champion, &closed.deals).map_err(|error| RetrainError::Train(error.into()))?;
        }
        complete(&mut study, findings, past);
        let page = leadlight_report::html(&study).into_bytes();
        if let Some(trained) = &trained {
            self.publish(trained, page.clone(), &study.verdict, &found, &followed, now).await?;
        }
        let report = Report {
            verdict: verdict(&study.verdict, trained.map(|t| t.artifact.hash())),
            policy: lineage.policy,
            deals: closed.deals.len(),
            left_out: closed.left_out,
            page: format!("{}.html", name.key()),
            study,
        };
        self.tell(&report, &name, now).await?;
        self.keep(&report, page, &name, has_trained).await?;
        log(request, &report);
        Ok(report)
    }

    /// What this very run did before, if it was.
    async fn done(&self, request: &Request, name: &ReportName) -> Result<Option<Report>, RetrainError> {
        if !request.is_named() {
            return Ok(None);
        }
        let figures = self.registry.report(name, "json").await.map_err(RetrainError::Registry)?;
        // One that cannot be read is none: the run is done again, and changes nothing if nothing is new.
        Ok(figures.and_then(|bytes| serde_json::from_slice(&bytes).ok()))
    }

    /// Up to when a fall of what is in force was answered for by a run before.
    async fn answered(
        &self,
        champion: Option<&Artifact>,
        policy: &Policy,
    ) -> Result<Option<Timestamp>, RetrainError> {
        let reports = self.registry.reports().await;
        match reports {
            Ok(reports) => {
                let answered = reports.answered.filter(|answered| answered.by == in_force(champion, policy));
                Ok(answered.map(|answered| answered.until))
            }
            Err(error) if error.is_outage() => Err(RetrainError::Registry(error)),
            // Not known: it is looked for in all that is recent, and at worst found once more.
            Err(_) => Ok(None),
        }
    }

    async fn publish(
        &self,
        trained: &Trained,
        page: Vec<u8>,
        verdict: &StudyVerdict,
        found: &Found<Artifact>,
        followed: &PolicyHash,
        now: Timestamp,
    ) -> Result<(), RetrainError> {
        // A policy with other features may have come meanwhile: a model for the old ones must not score.
        let in_force = self.registry.in_force::<Policy>().await.map_err(RetrainError::Registry)?;
        if in_force.current.hash != *followed {
            return Err(RetrainError::PolicyMoved);
        }
        let papers = vec![
            (MANIFEST, serde_json::to_vec_pretty(&trained.manifest).map_err(RetrainError::Papers)?),
            (REPORT, page),
        ];
        self.registry
            .publish_model(
                trained.artifact.to_bytes(),
                papers,
                found,
                &Change::new("retraining", because(verdict)),
                now,
            )
            .await
            .map_err(RetrainError::Registry)?;
        Ok(())
    }

    /// Tells which model scores, and whether past scores still hold. Each run tells of the model in force, whoever put it
    /// there: of one that ended before it could tell, and of an operator's, the next one does.
    async fn tell(&self, report: &Report, name: &ReportName, now: Timestamp) -> Result<(), RetrainError> {
        let pointer = self.registry.pointer::<Artifact>().await.map_err(RetrainError::Registry)?;
        let degraded = fall(&report.study)
            .map(|(_, fall)| model_degraded(&name.key(), &report.page, &fall.because, now));
        for event in pointer.as_ref().map(model_published).into_iter().chain(degraded) {
            let message = event.to_message().map_err(RetrainError::Told)?;
            self.leads.keep(&event.id, &message).await.map_err(RetrainError::Outbox)?;
        }
        Ok(())
    }

    /// Keeps the page of a run, whatever became of it, and its figures.
    async fn keep(
        &self,
        report: &Report,
        page: Vec<u8>,
        name: &ReportName,
        has_trained: bool,
    ) -> Result<(), RetrainError> {
        let json = serde_json::to_vec(report).map_err(RetrainError::Papers)?;
        let store = self.registry.store();
        let put = async |key: &str, bytes| {
            store.put_new(key, bytes).await.map_err(|e| RetrainError::Registry(e.into()))
        };
        put(&report.page, page).await?;
        let entry = ReportEntry {
            name: name.clone(),
            at: Some(report.study.studied_at),
            outcome: Some(report.verdict.word().to_owned()),
            review: report.study.past.as_ref().map(|past| past.review.verdict),
        };
        let answered = fall(&report.study)
            .filter(|_| has_trained)
            .map(|(by, fall)| Answered { by: by.clone(), until: fall.window.until });
        self.registry.list_report(&entry, answered).await.map_err(RetrainError::Registry)?;
        // The figures last: they say that the run is done, to one who waits for it and to its next delivery.
        put(&format!("{}.json", name.key()), json).await?;
        Ok(())
    }

    /// The model that scores today. One that cannot be used is none: scoring has fallen back already.
    async fn champion(&self, found: &Found<Artifact>) -> Result<Option<Artifact>, RetrainError> {
        let Some(pointer) = &found.pointer else { return Ok(None) };
        match self.registry.model(&pointer.current.hash).await {
            Ok(artifact) => Ok(Some(artifact)),
            Err(error) if error.is_outage() => Err(RetrainError::Registry(error)),
            Err(_) => Ok(None),
        }
    }
}

/// Whether the policy demands of each feature's effect what it did when the champion learnt.
fn is_under_the_same_demands(champion: &Artifact, specs: &[FeatureSpec]) -> bool {
    let demands = |spec: &FeatureSpec| specs.iter().find(|s| s.name == spec.name).map(|s| s.monotone);
    champion.features().all(|spec| demands(spec).is_none_or(|demand| demand == spec.monotone))
}

/// What gives scores now.
fn in_force(champion: Option<&Artifact>, policy: &Policy) -> ScoredBy {
    match champion {
        Some(champion) => ScoredBy::Model { hash: champion.hash().clone() },
        None => ScoredBy::Rules { policy: policy.hash().clone() },
    }
}

/// The fall that a run found, and whose it is.
fn fall(study: &StudyReport) -> Option<(&ScoredBy, &FallSeen)> {
    let past = study.past.as_ref()?;
    Some((past.scored_by.as_ref()?, past.fall.as_ref()?))
}

/// What a study is about, for the page.
const SUBJECT: &str = "closed leads";

/// A check that found nothing to mend.
fn unchanged(deals: &Deals, past: &PastReview, champion: bool, now: Timestamp) -> StudyReport {
    let because = format!("past scores give no reason to train: {}", past.review.because);
    let verdict = if champion { StudyVerdict::Keep { because } } else { StudyVerdict::Refuse { because } };
    StudyReport::without_training(SUBJECT, deals, verdict, now)
}

/// What the leads tell beside the study of their features.
fn complete(study: &mut StudyReport, findings: Vec<Finding>, past: PastReview) {
    study.past = Some(past);
    study.audit.findings.extend(findings);
    study.audit.findings.sort_by_key(|finding| finding.severity);
}

fn because(verdict: &StudyVerdict) -> &str {
    match verdict {
        StudyVerdict::Publish { because, .. }
        | StudyVerdict::Keep { because }
        | StudyVerdict::Refuse { because } => because,
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
    let Report { verdict, deals, left_out, study, page, .. } = report;
    let reason = &request.reason;
    let review = study.past.as_ref().map(|past| past.review.verdict);
    let red = study.audit.findings.iter().any(|f| f.severity == Severity::Red);
    let metrics = study.manifest.as_ref().map(|m| &m.metrics_on_newest);
    let (log_loss, auc) = (metrics.map(|m| m.log_loss), metrics.and_then(|m| m.auc));
    let published = u8::from(matches!(verdict, Verdict::Published { .. }));
    let degraded = fall(study).is_some();
    // While the deals are too few for a model there is nothing to be alarmed about.
    let wrong = if red { Some(Alarm::DataNotFit) } else { degraded.then_some(Alarm::ScoresDegraded) };
    if let Some(wrong) = wrong {
        alarm!(wrong; reason, page, "people should look at the report");
    }
    for (figure, value) in [(Figure::LogLoss, log_loss), (Figure::Auc, auc)] {
        if let Some(value) = value {
            measure(figure, value);
        }
    }
    measure(Figure::ModelsPublished, f64::from(published));
    tracing::info!(reason, ?verdict, ?review, deals, left_out, published, log_loss, auc, page, "retrained");
}
