//! A week's plan, made once and carried out as often as need be.
//!
//! The plan is written before anything is sent, and only if no other is there: whoever runs a second time, or at the same
//! moment, carries out the same plan. Each person's lead has an id that follows from week and person, so that what was sent
//! before is found, and not sent again.

use std::collections::BTreeMap;

use anyhow::{Context, Result, anyhow, bail};
use jiff::Timestamp;
use leadlight_accounts::Accounts;
use leadlight_desk::Team;
use leadlight_lead::{ErasureKey, FormSubmit, LeadId, Motion, PersonKey, Role, to_json};
use leadlight_outbound::{Call, Choice, Past, Planned, TargetList, Week, WeekPlan, choose, rank};
use leadlight_policy::{Capacity, OutboundWeek, Policy};
use leadlight_ports::{LeadIndex, LeadStore, Marking, MessageQueue, ObjectStore, PutNew, Tombstones};
use leadlight_registry::Registry;
use serde::Serialize;

/// Leads of an account that are looked at for one that is open.
const LOOKED_AT: usize = 20;

/// What a week is carried out with.
#[derive(Debug)]
pub struct Outside<'a, S, L, Q> {
    /// Policy, lists and plans.
    pub registry: &'a Registry<S>,
    /// Where leads rest: whether somebody is on an account.
    pub leads: &'a L,
    /// Where events go in.
    pub form_submits: &'a Q,
}

/// Whether anything is kept and sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sending {
    /// The plan is kept and people become leads.
    Leads,
    /// Nothing: to look first.
    Nothing,
}

/// What became of a week.
#[derive(Debug, Serialize)]
pub struct Carried {
    /// The week.
    pub week: Week,
    /// Whether an earlier run had made its plan.
    pub was_planned: bool,
    /// Whether this was to look first: nothing was kept or sent.
    pub dry_run: bool,
    /// How many accounts were ranked.
    pub of: usize,
    /// Each account, the best ranked first.
    pub work: Vec<Work>,
    /// How many others wait, by why; empty where an earlier run made the plan.
    pub waiting: BTreeMap<String, usize>,
    /// Tiers that the policy keeps places for and of which the list has no account.
    pub unknown_tiers: Vec<String>,
}

/// What became of an account.
#[derive(Debug, Serialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Work {
    /// Its people are leads now, or would be.
    Leads {
        /// The account.
        account: Planned,
        /// Sent by this run.
        sent: Vec<LeadId>,
        /// Sent before.
        there_already: Vec<LeadId>,
        /// People who were erased: they are not written to, and are to be taken off the list.
        erased: usize,
    },
    /// Nobody there is known.
    FindSomeone {
        /// The account.
        account: Planned,
        /// Its name.
        name: Option<String>,
        /// Its country.
        country: Option<String>,
        /// Who looks after it, as the list says.
        owner: Option<String>,
    },
    /// A person could not be sent; another run tries again.
    NotSent {
        /// The account.
        account: Planned,
        /// Why not.
        reason: String,
    },
}

impl Carried {
    /// The accounts at which someone is to be found.
    pub fn to_find(&self) -> impl Iterator<Item = &Work> {
        self.work.iter().filter(|work| matches!(work, Work::FindSomeone { .. }))
    }
}

/// Makes the week's plan unless it is made, and carries it out.
pub async fn carried_out<S: ObjectStore + Clone, L: LeadStore + LeadIndex + Tombstones, Q: MessageQueue>(
    outside: Outside<'_, S, L, Q>,
    now: Timestamp,
    sending: Sending,
) -> Result<Carried> {
    let week = Week::of(now);
    let dry_run = sending == Sending::Nothing;
    let was_there = |plan: WeekPlan| (plan, BTreeMap::new(), Vec::new(), true);
    let (plan, waiting, unknown_tiers, was_planned) =
        if let Some(plan) = plan_of(outside.registry, week).await? {
            was_there(plan)
        } else {
            let (plan, waiting, unknown_tiers) = planned(&outside, week, now).await?;
            let other = match sending {
                Sending::Nothing => None,
                Sending::Leads => kept(outside.registry, &plan).await?,
            };
            other.map_or((plan, waiting, unknown_tiers, false), was_there)
        };
    let list: TargetList = outside
        .registry
        .document(&plan.targets)
        .await
        .with_context(|| format!("the list that the plan of {week} was made from cannot be read"))?;
    let key = Marking::new(outside.registry.store().clone()).key().await?;
    let mut work = Vec::new();
    for call in plan.events(&list)? {
        work.push(outside.carry(call, key.as_ref(), now, sending).await?);
    }
    Ok(Carried { week, was_planned, dry_run, of: plan.of, work, waiting, unknown_tiers })
}

async fn plan_of<S: ObjectStore>(registry: &Registry<S>, week: Week) -> Result<Option<WeekPlan>> {
    let Some(object) = registry.store().get(&week.key()).await? else { return Ok(None) };
    let plan = WeekPlan::read(&object.bytes).with_context(|| format!("the plan of {week}"))?;
    Ok(Some(plan))
}

/// Keeps a plan; another that was quicker stays, and is given back.
async fn kept<S: ObjectStore>(registry: &Registry<S>, plan: &WeekPlan) -> Result<Option<WeekPlan>> {
    match registry.store().put_new(&plan.week.key(), plan.to_json()?).await? {
        PutNew::Created => Ok(None),
        PutNew::AlreadyThere => {
            let there = plan_of(registry, plan.week).await?;
            there
                .map(Some)
                .ok_or_else(|| anyhow!("the plan of {} was there and is gone; try again", plan.week))
        }
    }
}

type Planning = (WeekPlan, BTreeMap<String, usize>, Vec<String>);

async fn planned<S: ObjectStore, L: LeadIndex, Q>(
    outside: &Outside<'_, S, L, Q>,
    week: Week,
    now: Timestamp,
) -> Result<Planning> {
    let registry = outside.registry;
    let policy: Policy = registry.document(&registry.in_force::<Policy>().await?.current.hash).await?;
    let Some(rules) = policy.outbound() else {
        bail!(
            "the policy in force has no `[outbound]`, so no account becomes work by itself; add the table to it, as \
             docs/outbound.md explains, and publish it"
        )
    };
    let list: TargetList = registry.document(&registry.in_force::<TargetList>().await?.current.hash).await?;
    let accounts = match registry.pointer::<Accounts>().await? {
        Some(pointer) => Some(registry.document::<Accounts>(&pointer.current.hash).await?),
        None => None,
    };
    let capacity = capacity(registry, rules).await?;
    let ranking = rank(&list, &policy, accounts.as_ref(), now)?;
    let mut past = Past::default();
    // From the earliest week on, so that the last one stays.
    let mut weeks: Vec<Week> = week.before(rules.again_after_days).collect();
    weeks.reverse();
    for before in weeks {
        let plan = plan_of(registry, before).await?;
        let given = plan.into_iter().flat_map(|plan| plan.accounts_chosen);
        past.given.extend(given.map(|planned| (planned.domain, before)));
    }
    let choice = outside.chosen(&ranking, rules, capacity, week, &mut past).await?;
    let mut waiting = BTreeMap::new();
    for (_, why) in &choice.waiting {
        // Days differ from account to account, and the kinds of reasons do not.
        let why = why.to_string();
        *waiting.entry(why.split(';').next().unwrap_or(&why).to_owned()).or_insert(0) += 1;
    }
    let hashes = (policy.hash(), accounts.as_ref().map(Accounts::hash), list.hash());
    let plan = WeekPlan::new(week, now, &choice, hashes, (&rules.source, rules.people_per_account));
    Ok((plan, waiting, choice.unknown_tiers))
}

async fn capacity<S: ObjectStore>(registry: &Registry<S>, rules: &OutboundWeek) -> Result<usize> {
    let each = match rules.capacity {
        Capacity::Accounts(all) => return Ok(all),
        Capacity::PerSdr(each) => each,
    };
    let Some(pointer) = registry.pointer::<Team>().await? else {
        bail!(
            "`outbound.accounts_per_sdr` counts the team's SDRs, and no team file is in force; publish one, or write `accounts_a_week`"
        )
    };
    let team = registry.document::<Team>(&pointer.current.hash).await?;
    let takes = |motions: Option<&std::collections::BTreeSet<Motion>>| {
        motions.is_none_or(|m| m.contains(&Motion::Outbound))
    };
    let sdrs = team.members().filter(|member| member.role() == Role::Sdr && takes(member.motions())).count();
    if sdrs == 0 {
        bail!("no SDR of the team file takes outbound leads; let one, or write `outbound.accounts_a_week`")
    }
    let all = sdrs * each;
    if rules.kept() > all {
        bail!(
            "`outbound.tiers` keep {} places, and {sdrs} SDRs take {all} accounts in a week; keep fewer places, or raise \
             `accounts_per_sdr`",
            rules.kept()
        )
    }
    Ok(all)
}

impl<S: ObjectStore, L: LeadIndex, Q> Outside<'_, S, L, Q> {
    /// Chooses, looks whether somebody is on those that were chosen, and chooses again without them, until nobody is on any.
    /// So only as many accounts are looked up as come into question.
    async fn chosen<'a>(
        &self,
        ranking: &'a leadlight_outbound::Ranking<'a>,
        rules: &OutboundWeek,
        capacity: usize,
        week: Week,
        past: &mut Past,
    ) -> Result<Choice<'a>> {
        let mut looked_up = std::collections::BTreeSet::new();
        loop {
            let choice = choose(ranking, rules, capacity, week, past);
            let mut is_new = false;
            for chosen in &choice.chosen {
                let domain = &chosen.ranked.target.domain;
                if !looked_up.insert(domain.clone()) {
                    continue;
                }
                let leads = self.leads.of_account(domain, LOOKED_AT).await?;
                if leads.iter().any(|lead| lead.waits_in().is_some()) {
                    past.open.insert(domain.clone());
                    is_new = true;
                }
            }
            if !is_new {
                return Ok(choice);
            }
        }
    }
}

impl<S: ObjectStore, L: LeadStore + Tombstones, Q: MessageQueue> Outside<'_, S, L, Q> {
    async fn carry(
        &self,
        call: Call<'_>,
        key: Option<&ErasureKey>,
        now: Timestamp,
        sending: Sending,
    ) -> Result<Work> {
        let (planned, events) = match call {
            Call::People { planned, events } => (planned, events),
            Call::FindSomeone { planned, target } => {
                return Ok(Work::FindSomeone {
                    account: planned.clone(),
                    name: target.and_then(|target| target.name.clone()),
                    country: target.and_then(|target| target.country).map(|country| country.to_string()),
                    owner: target.and_then(|target| target.owner.clone()),
                });
            }
        };
        let (mut sent, mut there_already, mut erased) = (Vec::new(), Vec::new(), 0);
        for event in events {
            // A list of ours is no word of theirs: who was erased is not brought back by it, however new it is.
            if self.was_erased(key, &event).await? {
                erased += 1;
                continue;
            }
            let id = event.lead_id(now)?;
            if self.leads.find(&id).await?.is_some() {
                there_already.push(id);
                continue;
            }
            if sending == Sending::Leads
                && let Err(reason) = self.send(&event).await
            {
                return Ok(Work::NotSent { account: planned.clone(), reason: format!("{reason:#}") });
            }
            sent.push(id);
        }
        Ok(Work::Leads { account: planned.clone(), sent, there_already, erased })
    }

    async fn was_erased(&self, key: Option<&ErasureKey>, event: &FormSubmit) -> Result<bool> {
        let Some(key) = key else { return Ok(false) };
        let mark = key.person(&PersonKey::of_address(&event.email));
        Ok(self.leads.erased_at(&mark).await?.is_some())
    }

    async fn send(&self, event: &FormSubmit) -> Result<()> {
        Ok(self.form_submits.send(&to_json(event)?, &[]).await?)
    }
}
