//! The sample events in their queues, with the sample team at work: over in-memory twins that pass the same contract
//! as the real adapters.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::{SignedDuration, Timestamp};
use leadlight_desk::Team;
use leadlight_desk::{Action, Actor, Refusal, Request};
use leadlight_identity::LocalIssuer;
use leadlight_lead::{Counted, LeadId, MemberId, QueueName, QueuedLead};
use leadlight_policy::Policy;
use leadlight_ports::memory::{MemoryHttp, MemoryItems, MemoryLeads, MemoryObjects, MemoryQueue};
use leadlight_ports::{Clock, LeadIndex, LeadStore, World};
use leadlight_registry::InForce;
use leadlight_review::{Console, Outcome, Person, Problem, Server, SignIn};

use crate::memory::{DEFAULT_POLICY, System, TEAM, change, reference};

/// A clock that is moved by hand, in seconds after the samples came in. A clone shows the same.
#[derive(Debug, Clone, Default)]
pub struct MovedClock(Arc<AtomicI64>);

impl MovedClock {
    /// So many minutes after the samples came in.
    pub fn set(&self, minutes: i64) {
        self.set_to(after(minutes));
    }

    /// A moment, to the second.
    pub fn set_to(&self, moment: Timestamp) {
        self.0.store(moment.duration_since(reference()).as_secs(), Ordering::SeqCst);
    }
}

impl Clock for MovedClock {
    fn now(&self) -> Timestamp {
        reference() + SignedDuration::from_secs(self.0.load(Ordering::SeqCst))
    }
}

/// So many minutes after the samples came in.
pub fn after(minutes: i64) -> Timestamp {
    reference() + SignedDuration::from_mins(minutes)
}

/// The console over in-memory twins.
pub type MemoryConsole = Console<InMemory>;

/// What lies outside, in memory.
#[derive(Debug)]
pub struct InMemory;

impl World for InMemory {
    type Leads = MemoryLeads;
    type Objects = MemoryObjects;
    type Queue = MemoryQueue;
    type Http = MemoryHttp;
    type Items = MemoryItems;
    type Clock = MovedClock;
}

/// The sample events in their queues, and people at work.
#[derive(Debug)]
pub struct Office {
    /// What all stages share. It lives as long as the test's process.
    pub world: &'static System,
}

impl Office {
    /// With the sample team and the sample events.
    pub async fn new() -> Self {
        let office = Self::empty().await;
        office.take_samples().await;
        office
    }

    /// With a model as well, that learnt from so many deals of the sample history and scored the samples.
    pub async fn learned(deals: usize) -> Self {
        let office = Self::empty().await;
        office.world.import_history(deals).await;
        office.world.retrain(reference()).await;
        office.take_samples().await;
        office
    }

    async fn take_samples(&self) {
        let samples = leadlight_events::samples().iter();
        let bodies: Vec<String> = samples.map(|s| String::from_utf8_lossy(s.bytes).into_owned()).collect();
        self.world.pass(&bodies.iter().map(String::as_str).collect::<Vec<_>>()).await;
    }

    /// With the sample team and no lead.
    pub async fn empty() -> Self {
        let world: &'static System = Box::leak(Box::new(System::new().await));
        // Tests of the clock count in the minutes of grades: who asked for a person has an A's hour here.
        let policy = DEFAULT_POLICY.replacen("hand_raiser = 15", "hand_raiser = 60", 1);
        world
            .registry()
            .publish::<Policy>(&policy, &change(), reference())
            .await
            .expect("the policy is valid");
        world
            .registry()
            .publish::<Team>(TEAM, &change(), reference())
            .await
            .expect("the sample team is valid");
        Self { world }
    }

    /// The console at so many minutes after the samples came in.
    pub fn console(&self, minutes: i64) -> MemoryConsole {
        let clock = MovedClock::default();
        clock.set(minutes);
        self.console_by(clock)
    }

    fn console_by(&self, clock: MovedClock) -> MemoryConsole {
        Console {
            leads: self.world.leads.clone(),
            in_force: InForce::new(self.world.registry()),
            to_score: MemoryQueue::default(),
            clock,
        }
    }

    /// The console as an HTTP service with sample users.
    pub fn server(&self, clock: MovedClock) -> Arc<Server<InMemory>> {
        let sign_in = SignIn::Local(Box::new(LocalIssuer::new([7; 32])));
        Arc::new(Server { console: self.console_by(clock), sign_in })
    }

    /// A member of the sample team.
    pub async fn person(&self, id: &str) -> Person {
        let team = self.console(0).team().await.expect("memory never fails").expect("a team is published");
        let member = team.member(&id.parse().expect("an id")).expect("they are on the team");
        let actor = Actor { id: member.id().clone(), role: member.role() };
        let formers = self.console(0).in_force.formers(after(0)).await;
        Person { actor, name: member.name().to_owned(), team: Arc::clone(&team), formers }
    }

    /// A lead as it is.
    pub async fn lead(&self, id: &LeadId) -> QueuedLead {
        self.world.lead(id).await
    }

    /// The first lead of a queue, and whose it is.
    pub async fn first(&self, queue: QueueName) -> (LeadId, Person) {
        let lead = self.world.leads.queue(queue, 1).await.expect("memory never fails").remove(0);
        let owner = lead.work.owner.clone().expect("no lead is ownerless");
        (lead.id().clone(), self.person(owner.as_str()).await)
    }

    /// Does something with the lead as it is now.
    pub async fn does(
        &self,
        minutes: i64,
        who: &Person,
        id: &LeadId,
        action: Action,
        note: Option<&str>,
    ) -> Result<Outcome, Problem> {
        let revision = self.lead(id).await.work.revision;
        self.console(minutes).act(who, id, &request(revision, action, note)).await
    }

    /// So many minutes after the samples came in, a lead's time is up.
    pub async fn due_minutes(&self, id: &LeadId) -> i64 {
        let due_at = self.lead(id).await.work.due_at.expect("its clock runs");
        due_at.duration_since(after(0)).as_mins()
    }

    /// Who let how many leads' time run out.
    pub async fn breached(&self) -> Vec<MemberId> {
        let counted = self.world.leads.tallies("2026-11").await.expect("memory never fails");
        let breaches = counted.into_iter().filter(|(t, _)| matches!(t.counted, Counted::Breached(_)));
        breaches.flat_map(|(t, n)| (0..n).map(move |_| t.member.clone())).collect()
    }

    /// A confirmed lead, and the AE who has it.
    pub async fn confirmed(&self) -> (LeadId, Person) {
        let (id, sdr) = self.first(QueueName::Sdr).await;
        self.does(1, &sdr, &id, Action::Claim, None).await.expect("it is free");
        let done = self.does(2, &sdr, &id, Action::Confirm, None).await.expect("it is held");
        let owner = done.lead.work.owner.expect("no lead is ownerless");
        (id, self.person(owner.as_str()).await)
    }
}

/// What someone wants.
pub fn request(revision: u64, action: Action, note: Option<&str>) -> Request {
    Request { revision, action, note: note.map(str::to_owned) }
}

/// Why something was refused.
pub fn refusal(result: Result<Outcome, Problem>) -> Refusal {
    match result {
        Err(Problem::Refused(refusal)) => refusal,
        other => panic!("not refused: {other:?}"),
    }
}
