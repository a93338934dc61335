//! What the planner does each day, and says of it.

use jiff::Timestamp;
use leadlight_outbound::{TargetList, Week};
use leadlight_policy::Policy;
use leadlight_ports::World;
use serde::Serialize;

use crate::error::PlanError;
use crate::planner::{Planner, Sending};

/// What a day's run did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Day {
    /// Outbound is not in use.
    Idle {
        /// Why.
        idle: Idle,
    },
    /// The week was carried on.
    Planned {
        /// The week.
        week: Week,
        /// Whether this run made its plan.
        is_new: bool,
        /// Accounts of the plan.
        accounts: usize,
        /// Leads that this run sent.
        sent: usize,
        /// Accounts at which someone is to be found.
        to_find: usize,
        /// Accounts of which a person could not be sent; the next run tries again.
        not_sent: usize,
    },
}

/// Why there is nothing to plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Idle {
    /// No policy is in force.
    NoPolicy,
    /// The policy has no `[outbound]`.
    NoRules,
    /// No list of target accounts is in force.
    NoTargets,
}

impl<W: World> Planner<W> {
    /// One run. A company that does not use outbound has nothing to be told of; one that has begun to and cannot go on has.
    pub async fn daily(&self, now: Timestamp) -> Result<Day, PlanError> {
        if let Some(idle) = self.idle().await? {
            tracing::info!(?idle, "outbound is not in use");
            return Ok(Day::Idle { idle });
        }
        let carried = self.week(now, Sending::Leads).await?;
        let (week, is_new, accounts) = (carried.week, !carried.was_planned, carried.work.len());
        let (sent, to_find, not_sent) = (carried.sent(), carried.to_find().count(), carried.not_sent());
        tracing::info!(%week, is_new, accounts, sent, to_find, not_sent, "the week's plan was carried out");
        Ok(Day::Planned { week, is_new, accounts, sent, to_find, not_sent })
    }

    async fn idle(&self) -> Result<Option<Idle>, PlanError> {
        let Some(policy) = self.registry.pointer::<Policy>().await? else { return Ok(Some(Idle::NoPolicy)) };
        let policy: Policy = self.registry.document(&policy.current.hash).await?;
        if policy.outbound().is_none() {
            return Ok(Some(Idle::NoRules));
        }
        let list = self.registry.pointer::<TargetList>().await?;
        Ok(list.is_none().then_some(Idle::NoTargets))
    }
}
