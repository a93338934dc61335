//! Who gets a lead, and by when it should be answered.
//!
//! A function of team, lead, loads and time alone: two invocations that know the same give a lead to the same
//! person, and share no counter.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use jiff::Timestamp;
use leadlight_lead::{CountryCode, DomainName, LeadId, MemberId, Motion, QueueName, QueuedLead, Role};

use crate::team::{Member, Team};

/// Owners whose answers fall due within the same quarter of an hour are as good as each other. Judgement.
const AS_GOOD_SECONDS: i64 = 15 * 60;

/// A lead that looks for an owner: what is asked of it.
#[derive(Debug, Clone, Copy)]
pub struct Seeking<'a> {
    /// Which lead.
    pub id: &'a LeadId,
    /// The company's domain, where one is known.
    pub account: Option<&'a DomainName>,
    /// The company's country, where it is known.
    pub country: Option<CountryCode>,
    /// The company's employees, where they are known.
    pub employees: Option<u32>,
    /// The motion it belongs to.
    pub motion: Motion,
    /// Whose checkpoint it waits at.
    pub role: Role,
    /// Working minutes within which it should be answered.
    pub sla_minutes: u32,
}

impl<'a> Seeking<'a> {
    /// What is asked of a lead that is to wait in a queue; nothing where it waits there for nobody.
    pub fn of(lead: &'a QueuedLead, queue: QueueName, sla_minutes: u32) -> Option<Self> {
        let role = queue.role()?;
        let enriched = lead.enriched();
        let company = &enriched.enrichment.company;
        Some(Self {
            id: lead.id(),
            account: enriched.account_domain.as_ref(),
            country: company.country.as_ref().map(|fact| fact.value),
            employees: company.employees.as_ref().map(|fact| fact.value.typical()),
            motion: enriched.motion,
            role,
            sla_minutes,
        })
    }
}

/// An owner for a lead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assignment {
    /// Whose it is now.
    pub owner: MemberId,
    /// When it should be answered, by the owner's working hours.
    pub due_at: Timestamp,
    /// Why them, for the lead's history.
    pub because: String,
}

/// Gives a lead an owner. Never nobody.
///
/// 1. The account's owner of that role, however much they have to do, unless they are away.
/// 2. Of those of that role who are not away, whose territory, segment and motions fit and who have room:
///    those whose answer falls due soonest by their hours, to a quarter of an hour, and of these those at
///    work now. Among them, who has the fewest open leads for their weight.
/// 3. The catch-all, come what may.
///
/// `loads` are open leads by member; who is not in it has none. `except` let the lead wait too long: they get
/// it again only as the catch-all.
///
/// While nothing is finished, each has their weight's share of the leads to within one. That is the quota
/// method (Balinski and Young, "The Quota Method of Apportionment", American Mathematical Monthly 82, 1975):
/// the least `(load + 1) / weight` alone would favour large weights by more than one lead.
pub fn assign(
    team: &Team,
    lead: &Seeking<'_>,
    loads: &BTreeMap<MemberId, u32>,
    now: Timestamp,
    except: Option<&MemberId>,
) -> Assignment {
    let can = |member: &Member| !member.is_away(now) && Some(member.id()) != except;
    let owner = lead.account.and_then(|account| team.account_owner(account, lead.role));
    if let Some(owner) = owner.filter(|owner| can(owner)) {
        return give(owner, lead, now, "owns the account".to_owned());
    }
    let fitting: Vec<Candidate<'_>> = team
        .members()
        .filter(|member| can(member) && fits(member, lead))
        .map(|member| Candidate::of(member, lead, loads, now))
        .filter(|candidate| candidate.load < u64::from(candidate.member.capacity()))
        .collect();
    let soonest = fitting.iter().map(|candidate| candidate.answers).min();
    let soonest: Vec<&Candidate<'_>> =
        fitting.iter().filter(|candidate| Some(candidate.answers) == soonest).collect();
    match least_loaded(&soonest) {
        Some(chosen) => {
            let because = match soonest.len() {
                1 => "the only one whose territory and hours fit".to_owned(),
                several => format!("least loaded of {several} whose territory and hours fit"),
            };
            give(chosen, lead, now, because)
        }
        None => give(team.catch_all(lead.role), lead, now, "catch-all: nobody else fits".to_owned()),
    }
}

fn give(owner: &Member, lead: &Seeking<'_>, now: Timestamp, because: String) -> Assignment {
    Assignment { owner: owner.id().clone(), due_at: owner.hours().due(now, lead.sla_minutes), because }
}

/// What is not known of a lead fits only who has no restriction there.
fn fits(member: &Member, lead: &Seeking<'_>) -> bool {
    // An admin decides nothing, so no lead waits for one.
    member.role() == lead.role
        && lead.role != Role::Admin
        && member.countries().is_none_or(|own| lead.country.is_some_and(|country| own.contains(&country)))
        && member.employees().is_none_or(|own| lead.employees.is_some_and(|size| own.contains(&size)))
        && member.motions().is_none_or(|own| own.contains(&lead.motion))
}

struct Candidate<'a> {
    member: &'a Member,
    load: u64,
    /// The quarter of an hour in which their answer falls due, then whether they have yet to come to work.
    answers: (i64, bool),
    /// Weighted rendezvous: the smallest gets a lead for which all else is equal, and each is the smallest as
    /// often as their weight says.
    tie: f64,
}

impl<'a> Candidate<'a> {
    fn of(member: &'a Member, lead: &Seeking<'_>, loads: &BTreeMap<MemberId, u32>, now: Timestamp) -> Self {
        let due_at = member.hours().due(now, lead.sla_minutes);
        // Over 0, at most 1: its negative logarithm is finite and exponentially distributed.
        let drawn = 1.0 - lead.id.draw(&format!("assign.{}", member.id()));
        Self {
            member,
            load: loads.get(member.id()).copied().unwrap_or(0).into(),
            answers: (due_at.as_second().div_euclid(AS_GOOD_SECONDS), !member.hours().is_open(now)),
            tie: -libm::log(drawn) / f64::from(member.weight()),
        }
    }

    fn weight(&self) -> u64 {
        self.member.weight().into()
    }

    /// Whose relative load would be the lower with one lead more.
    fn compare(&self, other: &Self) -> Ordering {
        let relative = ((self.load + 1) * other.weight()).cmp(&((other.load + 1) * self.weight()));
        relative.then(self.tie.total_cmp(&other.tie))
    }
}

/// Of those who have not had their share of one lead more. There is always one: the shares add up to more
/// than all have.
fn least_loaded<'a>(candidates: &[&Candidate<'a>]) -> Option<&'a Member> {
    let all_leads: u64 = candidates.iter().map(|candidate| candidate.load).sum();
    let all_weights: u64 = candidates.iter().map(|candidate| candidate.weight()).sum();
    candidates
        .iter()
        .filter(|candidate| candidate.load * all_weights < candidate.weight() * (all_leads + 1))
        .min_by(|a, b| a.compare(b))
        .map(|candidate| candidate.member)
}
