//! A week's work as it is kept: made once, and carried out as often as need be.

use jiff::Timestamp;
use leadlight_lead::{AccountsHash, DomainName, PolicyHash, SourceName, TargetsHash};
use serde::{Deserialize, Serialize};

use crate::choose::Choice;
use crate::week::Week;

/// What was chosen for a week. It names no person: the list that it cites does, and the same list gives the same people.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WeekPlan {
    /// The version of this shape.
    pub schema_version: u32,
    /// The week.
    pub week: Week,
    /// When it was made: ages were counted to here.
    pub made_at: Timestamp,
    /// The policy that ranked and chose.
    pub policy: PolicyHash,
    /// The list of accounts beside it; none where none was in force.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accounts: Option<AccountsHash>,
    /// The list of target accounts.
    pub targets: TargetsHash,
    /// The source of the leads.
    pub source: SourceName,
    /// People of one account at most.
    pub people_per_account: usize,
    /// How many accounts the list ranked.
    pub of: usize,
    /// The accounts that become work, the best ranked first.
    pub accounts_chosen: Vec<Planned>,
}

/// An account that becomes work.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Planned {
    /// Its place among all.
    pub rank: usize,
    /// Its domain.
    pub domain: DomainName,
    /// 0 to 100, to a tenth of a point.
    pub score: f64,
    /// Score and why, in one line.
    pub summary: String,
    /// Its tier, as the list writes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tier: Option<String>,
}

/// What is wrong with a kept plan.
#[derive(Debug, thiserror::Error)]
pub enum UnreadablePlan {
    /// It is of a release to come.
    #[error("the plan has the schema version {0}, and this release reads 1; use the release that wrote it")]
    Newer(u32),
    /// It is damaged.
    #[error("the plan is not what this release wrote")]
    Damaged(#[source] serde_json::Error),
}

impl WeekPlan {
    const VERSION: u32 = 1;

    /// Of a choice.
    pub fn new(
        week: Week,
        made_at: Timestamp,
        choice: &Choice<'_>,
        (policy, accounts, targets): (&PolicyHash, Option<&AccountsHash>, &TargetsHash),
        (source, people_per_account): (&SourceName, usize),
    ) -> Self {
        let planned = choice.chosen.iter().map(|chosen| Planned {
            rank: chosen.ranked.rank,
            domain: chosen.ranked.target.domain.clone(),
            score: (chosen.ranked.score.value() * 10.0).round() / 10.0,
            summary: chosen.ranked.summary.clone(),
            tier: chosen.ranked.target.tier.clone(),
        });
        Self {
            schema_version: Self::VERSION,
            week,
            made_at,
            policy: policy.clone(),
            accounts: accounts.cloned(),
            targets: targets.clone(),
            source: source.clone(),
            people_per_account,
            of: choice.chosen.len() + choice.waiting.len(),
            accounts_chosen: planned.collect(),
        }
    }

    /// As it is kept.
    pub fn to_json(&self) -> Result<Vec<u8>, serde_json::Error> {
        serde_json::to_vec_pretty(self)
    }

    /// As it was kept.
    pub fn read(bytes: &[u8]) -> Result<Self, UnreadablePlan> {
        #[derive(Deserialize)]
        struct Versioned {
            schema_version: u32,
        }
        let Versioned { schema_version } = serde_json::from_slice(bytes).map_err(UnreadablePlan::Damaged)?;
        if schema_version > Self::VERSION {
            return Err(UnreadablePlan::Newer(schema_version));
        }
        serde_json::from_slice(bytes).map_err(UnreadablePlan::Damaged)
    }
}
