//! What a policy would change, said before it is in force: what becomes of the model, whether weights count, and how many
//! of the latest leads would move.

use std::fmt::Write as _;

use anyhow::Result;
use jiff::{SignedDuration, Timestamp};
use leadlight_lead::{ModelHash, PolicyHash, QueueName};
use leadlight_policy::Policy;
use leadlight_ports::{Clock, LeadStore, ObjectStore, SystemClock};
use leadlight_registry::Registry;
use leadlight_report::words::thousands;
use leadlight_scoring::compare::Move;
use leadlight_scoring::{Champion, ModelFate, Warning, other_weights};
use serde::Serialize;

use crate::replay::{Asked, Found, Model, champion, replay};
use crate::system::System;

/// Leads that are looked at, and pages of the table that are read for them: a megabyte each.
const MOST_LEADS: u64 = 2_000;
const MOST_PAGES: usize = 40;
/// Of so many days.
const DAYS: i64 = 30;

/// What a policy would change. Fields are only added.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Consequences {
    /// What it is held against; none where none is in force.
    pub against: Option<PolicyHash>,
    /// The model in force.
    pub model: Option<ModelHash>,
    /// What becomes of it.
    pub fate: Option<ModelFate>,
    /// Criteria that count for more or less, by name.
    pub weights: Vec<String>,
    /// The latest leads under it; none where they were not looked at.
    pub latest: Option<Latest>,
    /// Why they were not, where they could not be.
    pub not_looked_at: Option<String>,
    /// What the latest leads say against it. They refuse nothing.
    pub warnings: Vec<Warning>,
}

/// The latest leads under a policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Latest {
    /// Days that they came in.
    pub days: i64,
    /// How many were looked at.
    pub looked_at: u64,
    /// Whether there are more of them.
    pub is_cut_short: bool,
    /// How many would go to another queue.
    pub moved: u64,
    /// From where to where.
    pub moves: Vec<Move>,
}

impl Latest {
    fn of(found: &Found) -> Self {
        Self {
            days: DAYS,
            looked_at: found.summary.leads,
            is_cut_short: found.is_cut_short,
            moved: found.summary.moved,
            moves: found.summary.moves.clone(),
        }
    }
}

/// Against another policy file, without a running system: nothing is known of a model or of leads.
pub fn beside(now: &Policy, candidate: &Policy) -> Consequences {
    Consequences {
        against: Some(now.hash().clone()),
        model: None,
        fate: None,
        weights: other_weights(now, candidate),
        latest: None,
        not_looked_at: None,
        warnings: Vec::new(),
    }
}

/// Against what is in force. That the leads cannot be read keeps nobody from knowing the rest.
pub async fn consequences<S: ObjectStore, L: LeadStore>(
    registry: &Registry<S>,
    leads: &L,
    candidate: Policy,
    now: Timestamp,
) -> Result<Consequences> {
    let in_force = match registry.find::<Policy>().await?.pointer {
        Some(pointer) => registry.document::<Policy>(&pointer.current.hash).await.ok(),
        None => None,
    };
    let champion = champion(registry, &Model::InForce).await?;
    let fate = ModelFate::of(&champion, in_force.as_ref(), &candidate);
    let weights = in_force.as_ref().map_or_else(Vec::new, |in_force| other_weights(in_force, &candidate));
    let asked = Asked {
        model: Model::InForce,
        since: now.checked_sub(SignedDuration::from_hours(24 * DAYS)).ok(),
        most: Some((MOST_LEADS, MOST_PAGES)),
        is_watched: true,
    };
    let (latest, not_looked_at, warnings) =
        match Box::pin(replay(registry, leads, candidate, &asked, now, |_| ())).await {
            Ok(found) => (Some(Latest::of(&found)), None, found.warnings),
            Err(error) => (None, Some(format!("{error:#}")), Vec::new()),
        };
    Ok(Consequences {
        against: in_force.map(|policy| policy.hash().clone()),
        model: match champion {
            Champion::Model { hash, .. } => Some(hash),
            Champion::Absent { .. } => None,
        },
        fate: Some(fate),
        weights,
        latest,
        not_looked_at,
        warnings,
    })
}

/// The same of a running system.
pub(crate) async fn of_system(system: &System, candidate: Policy) -> Result<Consequences> {
    consequences(&system.registry()?, &system.leads()?, candidate, SystemClock.now()).await
}

impl Consequences {
    /// In plain words, a sentence a line.
    pub fn in_words(&self) -> Vec<String> {
        let mut lines = Vec::new();
        lines.extend(self.fate.as_ref().map(|fate| model(fate, self.model.as_ref())));
        lines.extend(self.of_weights());
        lines.extend(self.latest.as_ref().map(latest));
        lines.extend(self.not_looked_at.as_ref().map(|why| format!("Leads could not be looked at: {why}.")));
        if self.fate.as_ref().is_some_and(ModelFate::wants_training) {
            lines.push("Once it is in force, train a model for it: leadlight retrain".to_owned());
        }
        lines
    }

    /// What the latest leads say against the policy, a sentence a line.
    pub fn warnings_in_words(&self) -> Vec<String> {
        self.warnings.iter().map(|warning| format!("{}; {}", warning.what, warning.remedy)).collect()
    }

    fn of_weights(&self) -> Option<String> {
        if self.weights.is_empty() {
            return None;
        }
        let names = self.weights.join(", ");
        Some(match &self.fate {
            Some(fate) if fate.scores() => format!(
                "Other weights: {names}. The model decides the score; weights take effect where rules decide."
            ),
            Some(_) => format!("Other weights: {names}. Rules decide, so they take effect at once."),
            None => format!(
                "Other weights: {names}. They take effect where rules decide; a model that is in force decides the score."
            ),
        })
    }
}

fn model(fate: &ModelFate, model: Option<&ModelHash>) -> String {
    let model = model.map_or_else(|| "The model".to_owned(), |model| format!("The model {}", model.short()));
    match fate {
        ModelFate::None { because } => format!("Rules decide, before and after: {because}."),
        ModelFate::Stays => format!("{model} stays in force."),
        ModelFate::StaysBehind { unknown } => format!(
            "{model} stays in force and decides by what it knows. It has not learnt {}; the next training grades all deals by this policy and may learn from it.",
            unknown.join(", ")
        ),
        ModelFate::StepsAside { because } => {
            format!("{model} steps aside, and rules decide until the next training: {because}.")
        }
        ModelFate::StaysAside { because } => {
            format!("{model} fits neither the policy in force nor this one, so rules decide: {because}.")
        }
        ModelFate::ComesBack => {
            format!("{model} fits this policy, though not the one in force: it decides the score again.")
        }
        ModelFate::IsHeard => {
            format!(
                "{model} fits this policy, which lets the rules decide: it is heard, and its chance stands beside each score."
            )
        }
        ModelFate::TakesOver => {
            format!("{model} is only heard under the policy in force; under this one it decides.")
        }
    }
}

fn latest(latest: &Latest) -> String {
    if latest.looked_at == 0 && !latest.is_cut_short {
        return format!("No lead came in within the last {} days that could show what moves.", latest.days);
    }
    let more = if latest.is_cut_short { ", of more" } else { "" };
    let leads = if latest.looked_at == 1 { "lead" } else { "leads" };
    let mut text = format!(
        "Of {} {leads} of the last {} days that were looked at{more}, {} would move",
        thousands(latest.looked_at),
        latest.days,
        if latest.moved == 0 { "none".to_owned() } else { thousands(latest.moved) }
    );
    for (n, told) in latest.moves.iter().take(4).enumerate() {
        let lead = if n == 0 { ": " } else { ", " };
        let queue = |name: QueueName| name.as_str();
        let _ =
            write!(text, "{lead}{} from {} to {}", thousands(told.leads), queue(told.from), queue(told.to));
    }
    text.push('.');
    if latest.moved > 0 {
        text.push_str(" `leadlight policy replay FILE` tells which, and why.");
    }
    text
}
