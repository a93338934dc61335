//! What the console does, whichever way it is asked: by a page, by the API.

use std::sync::Arc;

use futures_util::future::try_join_all;
use futures_util::{StreamExt, stream};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use leadlight_desk::{
    Action, Actor, Done, Formers, HandOn, Loads, Member, Refusal, Request, Team, act, act_at_once, give,
};
use leadlight_identity::Caller;
use leadlight_lead::{
    LeadId, MemberId, Progress, QueueName, QueuedLead, Role, StageMessage, Tally, WireError,
};
use leadlight_policy::Policy;
use leadlight_ports::metrics::{Alarm, concerns};
use leadlight_ports::{
    Class, Classed, Clock, LeadIndex, LeadStore, MessageQueue, Page, PortError, Replaced, Stored, Waiting,
    World, alarm, chain,
};

use leadlight_registry::{InForce, loads};

use crate::problem::{Problem, unavailable};

/// Rows of an index looked at for a free lead, at first; doubled while all are held.
const FIRST_LOOK: usize = 100;
const LAST_LOOK: usize = 400;
/// Pages of one person's list that are read for what they hold: 40,000 leads, far more than anybody works on.
const MOST_PAGES: usize = 100;
/// Leads that a search for the next one passes over since they could not be written just now.
const MOST_FAILED: usize = 3;
/// Leads read at one time.
const AT_ONCE: usize = 16;
/// Leads counted at most, of a queue.
const MOST_COUNTED: usize = 1000;
/// Someone else may write a lead between reading and writing it.
const TRIES: usize = 3;

/// What becomes of a lead: [`act`] or [`act_at_once`].
type Rule = fn(&QueuedLead, &Actor, &Request, Timestamp, &Policy, Option<&Team>) -> Result<Done, Refusal>;

/// What the console is made of.
#[derive(Debug)]
pub struct Console<W: World> {
    /// Where leads rest, and what finds them.
    pub leads: W::Leads,
    /// Policy, model, team, and the registry beneath.
    pub in_force: InForce<W::Objects>,
    /// Where leads go that a person has seen, or whose record one has completed, and that are to be scored now.
    pub to_score: W::Queue,
    /// Tells which holds have ended.
    pub clock: W::Clock,
}

/// Someone who is signed in and on the team.
#[derive(Debug, Clone)]
pub struct Person {
    /// Who they are, and as what they act.
    pub actor: Actor,
    /// Their name, as the team file has it.
    pub name: String,
    /// The team in force.
    pub team: Arc<Team>,
    /// Who was in it before, by name.
    pub formers: Arc<Formers>,
}

impl Person {
    /// The name of a colleague, or of someone who was one; their id where no team file that is remembered has it.
    pub fn name_of(&self, id: &MemberId) -> String {
        let name = self.team.member(id).map(Member::name).or_else(|| self.formers.name(id));
        name.map_or_else(|| id.to_string(), str::to_owned)
    }

    /// Where their clock is.
    pub fn time_zone(&self) -> TimeZone {
        self.team
            .member(&self.actor.id)
            .and_then(|member| TimeZone::get(member.hours().time_zone()).ok())
            .unwrap_or(TimeZone::UTC)
    }
}

/// What came of a request.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// The lead as it is now.
    pub lead: QueuedLead,
    /// It had been done before: a form or request was sent twice.
    pub repeated: bool,
}

/// What the store says against a lead itself stays true; everything else is an outage.
fn store_problem(error: &PortError) -> Problem {
    if error.class() == Class::Retryable {
        return unavailable(error);
    }
    alarm!(Alarm::LeadsDamaged; reason = chain(error), "a stored lead cannot be read or written");
    Problem::Damaged
}

impl<W: World> Console<W> {
    /// The moment.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The policy in force.
    pub async fn policy(&self) -> Result<Arc<Policy>, Problem> {
        self.in_force.policy(self.now()).await.map_err(|e| unavailable(&e))
    }

    /// The team in force, if one is published.
    pub async fn team(&self) -> Result<Option<Arc<Team>>, Problem> {
        self.in_force.team(self.now()).await.map_err(|e| unavailable(&e))
    }

    /// Who a caller is on the team. Token and team file must agree on the role.
    pub async fn person(&self, caller: &Caller) -> Result<Person, Problem> {
        let team = self.team().await?.ok_or(Problem::NoTeam)?;
        let member: &Member = team.by_subject(&caller.subject).ok_or(Problem::NotOnTeam)?;
        if !caller.roles.contains(&member.role()) {
            return Err(Problem::RoleNotGranted { role: member.role() });
        }
        Ok(self.member(member, &team).await)
    }

    /// Who a member of the team in force is in Slack, by their id there.
    pub async fn in_slack(&self, id: &str) -> Result<Person, Problem> {
        let team = self.team().await?.ok_or(Problem::NoTeam)?;
        let member = team.by_slack(id).ok_or(Problem::NotOnTeamInSlack)?;
        Ok(self.member(member, &team).await)
    }

    async fn member(&self, member: &Member, team: &Arc<Team>) -> Person {
        let actor = Actor { id: member.id().clone(), role: member.role() };
        let formers = self.in_force.formers(self.now()).await;
        Person { actor, name: member.name().to_owned(), team: Arc::clone(team), formers }
    }

    /// A lead.
    pub async fn lead(&self, id: &LeadId) -> Result<Stored, Problem> {
        self.leads.get(id).await.map_err(|e| store_problem(&e))?.ok_or(Problem::NoLead)
    }

    /// Does what a person wants with a lead, or says why not. Asked twice, it is done once.
    pub async fn act(&self, person: &Person, id: &LeadId, request: &Request) -> Result<Outcome, Problem> {
        let there = self.lead(id).await?;
        // On the heap: a lead is large, and one future holds it in several places.
        Box::pin(self.change(person, there, request, act, None)).await
    }

    /// The same where no page was opened: a lead that nobody works on is taken and decided on in one.
    pub async fn act_at_once(
        &self,
        person: &Person,
        id: &LeadId,
        request: &Request,
    ) -> Result<Outcome, Problem> {
        let there = self.lead(id).await?;
        Box::pin(self.change(person, there, request, act_at_once, None)).await
    }

    /// `held` are the leads that they hold already, where that was counted.
    async fn change(
        &self,
        person: &Person,
        there: Stored,
        request: &Request,
        rule: Rule,
        held: Option<usize>,
    ) -> Result<Outcome, Problem> {
        let policy = self.policy().await?;
        let id = there.lead.id().clone();
        concerns(&id);
        let mut there = Some(there);
        for _ in 0..TRIES {
            let Stored { lead, version } = match there.take() {
                Some(there) => there,
                None => self.lead(&id).await?,
            };
            let now = self.now();
            let mut done = match rule(&lead, &person.actor, request, now, &policy, Some(&person.team)) {
                Ok(done) => done,
                Err(Refusal::Repeated) => {
                    // It was kept the first time, but perhaps not sent on: scored twice is scored once.
                    if goes_to_score(&request.action, &lead) {
                        self.send_to_score(&lead, &policy).await?;
                    }
                    return Ok(Outcome { lead, repeated: true });
                }
                Err(refusal) => return Err(refusal.into()),
            };
            if request.action == Action::Claim {
                let held = match held {
                    Some(held) => held,
                    None => self.held(person, Some(&id)).await?,
                };
                if held >= policy.people().most_held {
                    return Err(Refusal::HoldsTooMany { held }.into());
                }
                start_clock(&mut done.lead, person, now, &policy);
            }
            if let Some(HandOn { queue, except }) = done.hand_on.take() {
                let loads = self.loads(&person.team, queue).await?;
                give(&mut done.lead, queue, Some(&person.team), &loads, now, &policy, except.as_ref());
            }
            let month = Tally::month(now);
            let replaced = self.leads.replace(&done.lead, version, done.counts(&month)).await;
            match replaced.map_err(|e| store_problem(&e))? {
                Replaced::Done => {
                    if done.lead.work.breaches > lead.work.breaches {
                        alarm!(Alarm::LeadsBreached; "a lead was not answered in time");
                    }
                    if goes_to_score(&request.action, &done.lead) {
                        self.send_to_score(&done.lead, &policy).await?;
                    }
                    return Ok(Outcome { lead: done.lead, repeated: false });
                }
                // Someone was quicker: what is there now decides.
                Replaced::Stale => {}
            }
        }
        Err(Refusal::Stale.into())
    }

    async fn loads(&self, team: &Team, queue: QueueName) -> Result<Loads, Problem> {
        loads(&self.leads, team, queue).await.map_err(|e| unavailable(&e))
    }

    /// The lead waits where it was until it comes back scored, so a message that is lost can be sent again.
    async fn send_to_score(&self, lead: &QueuedLead, policy: &Policy) -> Result<(), Problem> {
        let body = policy.judged_anew(lead.picture()).to_message().map_err(|e| unavailable(&e))?;
        self.to_score.send(&body, &[]).await.map_err(|e| {
            unavailable(&e);
            Problem::NotSentOn
        })
    }

    /// How many leads someone holds, in all their queues, `beside` one. Each list is read to its end: what they hold may stand
    /// anywhere in it.
    async fn held(&self, person: &Person, beside: Option<&LeadId>) -> Result<usize, Problem> {
        let (me, now) = (&person.actor.id, self.now());
        let queues = QueueName::ALL.into_iter().filter(|queue| person.actor.role.works(*queue));
        let counts = queues.map(|queue| async move {
            let (mut held, mut after): (usize, Option<String>) = (0, None);
            for _ in 0..MOST_PAGES {
                let page = Page { after: after.as_deref(), limit: LAST_LOOK };
                let rows = self.leads.waiting(queue, Some(me), page).await?;
                held += rows.iter().filter(|row| Some(&row.id) != beside && is_held_by(row, me, now)).count();
                match rows.last() {
                    Some(last) if rows.len() >= LAST_LOOK => after = Some(last.order.clone()),
                    _ => break,
                }
            }
            Ok::<_, PortError>(held)
        });
        Ok(try_join_all(counts).await.map_err(|e| unavailable(&e))?.into_iter().sum())
    }

    /// The first rows of some queues that are somebody's, or the pool's, in the order of work.
    async fn rows(
        &self,
        queues: impl IntoIterator<Item = QueueName>,
        owner: Option<&MemberId>,
        look: usize,
    ) -> Result<Vec<(QueueName, Waiting)>, Problem> {
        let reads = queues.into_iter().map(|queue| async move {
            let rows = self.leads.waiting(queue, owner, Page::first(look)).await?;
            Ok::<_, PortError>(rows.into_iter().map(move |row| (queue, row)))
        });
        let rows = try_join_all(reads).await.map_err(|e| unavailable(&e))?;
        let mut rows: Vec<(QueueName, Waiting)> = rows.into_iter().flatten().collect();
        rows.sort_by(|(_, a), (_, b)| a.order.cmp(&b.order));
        Ok(rows)
    }

    /// The next free lead of some queues, claimed: the first in the order of work of one's own, then from the pool.
    /// None where nothing is free.
    ///
    /// What it reads does not grow with the queues: the first rows of each index, and one lead.
    pub async fn next(&self, person: &Person, queues: &[QueueName]) -> Result<Option<QueuedLead>, Problem> {
        for queue in queues {
            works(person, *queue)?;
        }
        let (me, now) = (&person.actor.id, self.now());
        let held = self.held(person, None).await?;
        let mut failed = 0;
        for owner in [Some(me), None] {
            let mut look = FIRST_LOOK;
            loop {
                let rows = self.rows(queues.iter().copied(), owner, look).await?;
                let is_free = |row: &Waiting| !row.claim.as_ref().is_some_and(|c| c.is_live(now));
                for (queue, row) in rows.iter().filter(|(_, row)| is_free(row)) {
                    match self.try_claim(person, *queue, &row.id, held).await {
                        Ok(Some(lead)) => return Ok(Some(lead)),
                        Ok(None) => {}
                        // One that cannot be read or written just now must not stop those behind it; if several can't,
                        // the table is away.
                        Err(Problem::Unavailable) if failed < MOST_FAILED => failed += 1,
                        Err(problem) => return Err(problem),
                    }
                }
                if rows.len() < look || look >= LAST_LOOK {
                    break;
                }
                look *= 2;
            }
        }
        Ok(None)
    }

    /// None where another was quicker, or the index was behind: it only pointed at the lead.
    async fn try_claim(
        &self,
        person: &Person,
        queue: QueueName,
        id: &LeadId,
        held: usize,
    ) -> Result<Option<QueuedLead>, Problem> {
        let Some(there) = readable(self.leads.get(id).await)? else { return Ok(None) };
        let owner = there.lead.work.owner.as_ref();
        if there.lead.waits_in() != Some(queue) || owner.is_some_and(|owner| *owner != person.actor.id) {
            return Ok(None);
        }
        let request = Request { revision: there.lead.work.revision, action: Action::Claim, note: None };
        match Box::pin(self.change(person, there, &request, act, Some(held))).await {
            Ok(outcome) => Ok(Some(outcome.lead)),
            Err(problem @ Problem::Refused(Refusal::HoldsTooMany { .. })) => Err(problem),
            // One that cannot be written must not keep all the others from their turn.
            Err(Problem::Refused(_) | Problem::Damaged) => Ok(None),
            Err(problem) => Err(problem),
        }
    }

    /// The first leads that wait in some queues for a person and in the pool, in the order of work.
    pub async fn waiting_for(
        &self,
        person: &Person,
        queues: &[QueueName],
        limit: usize,
    ) -> Result<Vec<QueuedLead>, Problem> {
        let me = &person.actor.id;
        let mut rows = Vec::new();
        for queue in queues {
            works(person, *queue)?;
            for owner in [Some(me), None] {
                let found = self
                    .leads
                    .waiting(*queue, owner, Page::first(limit))
                    .await
                    .map_err(|e| unavailable(&e))?;
                rows.extend(found.into_iter().map(|row| (*queue, row)));
            }
        }
        rows.sort_by(|(_, a), (_, b)| a.order.cmp(&b.order));
        rows.truncate(limit);
        let mut reads = stream::iter(rows)
            .map(|(queue, row)| async move { (queue, self.leads.get(&row.id).await) })
            .buffered(AT_ONCE);
        let mut leads = Vec::new();
        while let Some((queue, stored)) = reads.next().await {
            let is_theirs = |lead: &QueuedLead| {
                lead.waits_in() == Some(queue) && lead.work.owner.as_ref().is_none_or(|owner| owner == me)
            };
            leads.extend(readable(stored)?.map(|stored| stored.lead).filter(is_theirs));
        }
        Ok(leads)
    }

    /// How many leads wait for a person and in the pool; no more are counted than people can picture.
    pub async fn count_waiting(&self, person: &Person, queues: &[QueueName]) -> Result<usize, Problem> {
        let owners = [Some(&person.actor.id), None];
        let counts =
            queues.iter().flat_map(|queue| owners.map(|owner| self.leads.load(*queue, owner, MOST_COUNTED)));
        Ok(try_join_all(counts).await.map_err(|e| unavailable(&e))?.into_iter().sum())
    }
}

/// Whether a lead is to be scored after what someone did: they had a look at it, or wrote into its record and nobody has
/// decided yet.
fn goes_to_score(action: &Action, lead: &QueuedLead) -> bool {
    match action {
        Action::See => matches!(lead.work.progress, Progress::Seen(_)),
        // What was kept from scoring while it was decided on may be scored now that it is open again.
        Action::Complete { .. } | Action::Undo => lead.wants_score(),
        _ => false,
    }
}

fn is_held_by(row: &Waiting, who: &MemberId, now: Timestamp) -> bool {
    row.claim.as_ref().is_some_and(|claim| claim.is_live(now) && claim.holder == *who)
}

fn works(person: &Person, queue: QueueName) -> Result<(), Problem> {
    let role = person.actor.role;
    if role.works(queue) || role == Role::Admin && queue.role().is_some() {
        Ok(())
    } else {
        Err(Problem::NotForRole { needed: "those whose queue it is", role })
    }
}

/// A lead that cannot be read, or not by this release yet, must not hide all the others.
pub(crate) fn readable(stored: Result<Option<Stored>, PortError>) -> Result<Option<Stored>, Problem> {
    match stored {
        Err(error) if error.class() == Class::Retryable && error.source.is::<WireError>() => {
            tracing::warn!(reason = chain(&error), "a lead of a newer release is passed over");
            Ok(None)
        }
        other => match other.map_err(|e| store_problem(&e)) {
            Err(Problem::Damaged) => Ok(None),
            other => other,
        },
    }
}

/// Who takes a lead that no clock runs for, from the pool, has to answer it like any other.
fn start_clock(lead: &mut QueuedLead, person: &Person, now: Timestamp, policy: &Policy) {
    let member = person.team.member(&person.actor.id);
    if let (None, Some(member)) = (lead.work.due_at, member) {
        let minutes = policy.answer_minutes(lead);
        lead.work.due_at = Some(member.hours().due(now, minutes));
    }
}
