//! Makes a week's plan unless it is made.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use leadlight_accounts::Accounts;
use leadlight_desk::Team;
use leadlight_lead::{Motion, Role};
use leadlight_outbound::{Past, Ranking, TargetList, Week, WeekPlan, rank};
use leadlight_policy::{Capacity, OutboundWeek, Policy};
use leadlight_ports::{ObjectStore, PutNew, World};

use crate::error::PlanError;
use crate::planner::{Planner, Sending};

/// A plan and how it came about.
pub(crate) struct Made {
    pub(crate) plan: WeekPlan,
    /// How many others wait, by why; empty where an earlier run made the plan.
    pub(crate) waiting: BTreeMap<String, usize>,
    pub(crate) unknown_tiers: Vec<String>,
    /// Whether an earlier run had made it.
    pub(crate) was_there: bool,
}

impl<W: World> Planner<W> {
    /// The plan of a week: the one that is there, else a new one, which is kept if anything is to be sent.
    pub(crate) async fn made(&self, week: Week, now: Timestamp, sending: Sending) -> Result<Made, PlanError> {
        if let Some(plan) = self.plan_of(week).await? {
            return Ok(Made::before(plan));
        }
        let made = self.planned(week, now).await?;
        if sending == Sending::Nothing {
            return Ok(made);
        }
        // Another that was quicker stays.
        let store = |source| PlanError::Store { week, source };
        match self.registry.store().put_new(&week.key(), made.plan.to_json()?).await.map_err(store)? {
            PutNew::Created => Ok(made),
            PutNew::AlreadyThere => self.plan_of(week).await?.map(Made::before).ok_or(PlanError::Gone(week)),
        }
    }

    async fn plan_of(&self, week: Week) -> Result<Option<WeekPlan>, PlanError> {
        let store = |source| PlanError::Store { week, source };
        let Some(object) = self.registry.store().get(&week.key()).await.map_err(store)? else {
            return Ok(None);
        };
        WeekPlan::read(&object.bytes).map(Some).map_err(|source| PlanError::Damaged { week, source })
    }

    async fn planned(&self, week: Week, now: Timestamp) -> Result<Made, PlanError> {
        let registry = &self.registry;
        let policy: Policy = registry.document(&registry.in_force::<Policy>().await?.current.hash).await?;
        let rules = policy.outbound().ok_or(PlanError::NoRules)?;
        let list: TargetList =
            registry.document(&registry.in_force::<TargetList>().await?.current.hash).await?;
        let accounts = match registry.pointer::<Accounts>().await? {
            Some(pointer) => Some(registry.document::<Accounts>(&pointer.current.hash).await?),
            None => None,
        };
        let capacity = self.capacity(rules).await?;
        let ranking = rank(&list, &policy, accounts.as_ref(), now)?;
        let mut past = self.past(rules, week).await?;
        let ranking: &Ranking<'_> = &ranking;
        let choice = self.chosen(ranking, rules, capacity, week, &mut past).await?;
        let mut waiting = BTreeMap::new();
        for (_, why) in &choice.waiting {
            // Days differ from account to account, and the kinds of reasons do not.
            let why = why.to_string();
            *waiting.entry(why.split(';').next().unwrap_or(&why).to_owned()).or_insert(0) += 1;
        }
        let hashes = (policy.hash(), accounts.as_ref().map(Accounts::hash), list.hash());
        let plan = WeekPlan::new(week, now, &choice, hashes, (&rules.source, rules.people_per_account));
        Ok(Made { plan, waiting, unknown_tiers: choice.unknown_tiers, was_there: false })
    }

    /// Which accounts were given in the weeks that still count.
    async fn past(&self, rules: &OutboundWeek, week: Week) -> Result<Past, PlanError> {
        let mut past = Past::default();
        // From the earliest week on, so that the last one stays.
        let mut weeks: Vec<Week> = week.before(rules.again_after_days).collect();
        weeks.reverse();
        for before in weeks {
            let plan = self.plan_of(before).await?;
            let given = plan.into_iter().flat_map(|plan| plan.accounts_chosen);
            past.given.extend(given.map(|planned| (planned.domain, before)));
        }
        Ok(past)
    }

    /// Accounts that the team takes in a week.
    async fn capacity(&self, rules: &OutboundWeek) -> Result<usize, PlanError> {
        let each = match rules.capacity {
            Capacity::Accounts(all) => return Ok(all),
            Capacity::PerSdr(each) => each,
        };
        let pointer = self.registry.pointer::<Team>().await?.ok_or(PlanError::NoTeam)?;
        let team = self.registry.document::<Team>(&pointer.current.hash).await?;
        let takes =
            |motions: Option<&BTreeSet<Motion>>| motions.is_none_or(|m| m.contains(&Motion::Outbound));
        let sdrs =
            team.members().filter(|member| member.role() == Role::Sdr && takes(member.motions())).count();
        if sdrs == 0 {
            return Err(PlanError::NoSdr);
        }
        let (all, kept) = (sdrs * each, rules.kept());
        if kept > all {
            return Err(PlanError::TooManyKept { kept, sdrs, all });
        }
        Ok(all)
    }
}

impl Made {
    fn before(plan: WeekPlan) -> Self {
        Self { plan, waiting: BTreeMap::new(), unknown_tiers: Vec::new(), was_there: true }
    }
}
