//! What is away comes back: every lead then moves on to its queue by itself, on a clock that is moved.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use leadlight_enrich::Enrich;
use leadlight_lead::{CrmEvent, LeadId, LeadRef, Milestone, OutcomeResult, QueueName, QueuedLead, to_json};
use leadlight_outcome::Outcomes;
use leadlight_ports::batch::{Redelivery, Stage, run};
use leadlight_ports::memory::{Delivered, Memory, MemoryObjects, MemoryQueue};
use leadlight_ports::{
    Class, Clock, ETag, LeadIndex, MessageQueue, Object, ObjectStore, PortError, PutNew, Swap,
};
use leadlight_registry::{InForce, Registry};
use leadlight_route::Route;
use leadlight_score::Score;
use leadlight_tests::memory::{MAX_RECEIVE_COUNT, System, deliveries, reference};
use leadlight_tests::office::MovedClock;

/// As in the template.
const VISIBILITY: Duration = Duration::from_mins(3);
/// As each mapping has it.
const BATCH: usize = 10;

/// Objects that cannot be reached before a moment.
#[derive(Debug, Clone)]
struct AwayUntil {
    objects: MemoryObjects,
    clock: MovedClock,
    back_at: Timestamp,
}

impl AwayUntil {
    fn reached(&self) -> Result<&MemoryObjects, PortError> {
        let source = "connection refused".into();
        let away = PortError { operation: "reading an object", class: Class::Retryable, source };
        if self.clock.now() < self.back_at { Err(away) } else { Ok(&self.objects) }
    }
}

impl ObjectStore for AwayUntil {
    async fn get(&self, key: &str) -> Result<Option<Object>, PortError> {
        self.reached()?.get(key).await
    }

    async fn put_new(&self, key: &str, bytes: Vec<u8>) -> Result<PutNew, PortError> {
        self.reached()?.put_new(key, bytes).await
    }

    async fn swap(&self, key: &str, bytes: Vec<u8>, expected: Option<&ETag>) -> Result<Swap, PortError> {
        self.reached()?.swap(key, bytes, expected).await
    }
}

type World = Memory<MovedClock, leadlight_ports::memory::MemoryLeads, MemoryQueue, AwayUntil>;

/// A stage with its queues, and what Lambda does between them.
struct Consumer<S> {
    stage: S,
    redelivery: Redelivery<MemoryQueue>,
}

impl<S: Stage> Consumer<S> {
    fn new(stage: S, source: &MemoryQueue) -> Self {
        let redelivery = Redelivery {
            source: source.clone(),
            dead_letters: MemoryQueue::default(),
            max_receive_count: MAX_RECEIVE_COUNT,
        };
        Self { stage, redelivery }
    }

    /// Works on all that is to be seen at this moment.
    async fn turn(&self, now: Timestamp) {
        use leadlight_ports::Deliveries;
        let source = &self.redelivery.source;
        source.set_time(now);
        loop {
            let batch: Vec<Delivered> = source.receive(BATCH, VISIBILITY);
            if batch.is_empty() {
                return;
            }
            let answer = run(&self.stage, &self.redelivery, deliveries(&batch), std::future::pending()).await;
            let failed: Vec<String> =
                answer.unwrap().batch_item_failures.into_iter().map(|f| f.item_identifier).collect();
            for done in batch.iter().filter(|d| !failed.contains(&d.message_id)) {
                // What the batch took off the queue itself is gone.
                let _ = source.delete(&done.receipt).await;
            }
        }
    }

    fn set_aside(&self) -> usize {
        self.redelivery.dead_letters.sent().len()
    }
}

fn lead(n: usize) -> String {
    format!(
        r#"{{"schema_version":1,"id":"e{n}","source":"website-form","email":"ada-{n}@brightforge.example","title":"VP Sales"}}"#
    )
}

/// Sends leads while the store is away; how long after its return does the last reach its queue?
async fn after_an_outage(away_for: SignedDuration, leads: usize) -> SignedDuration {
    let world = System::new().await;
    let clock = MovedClock::default();
    let back_at = reference() + away_for;
    let objects = AwayUntil { objects: world.objects.clone(), clock: clock.clone(), back_at };
    let in_force = || InForce::new(Registry::new(objects.clone()));
    let [form_submits, to_score, to_route] = [(); 3].map(|()| MemoryQueue::default());
    let enrich = Enrich {
        lookup: world.lookup(in_force(), clock.clone()),
        to_score: to_score.clone(),
        to_route: to_route.clone(),
        again: form_submits.clone(),
    };
    let score = Score::<World> {
        in_force: in_force(),
        leads: world.leads.clone(),
        to_route: to_route.clone(),
        fresh: [7; 32],
        clock: clock.clone(),
    };
    let route = Route::<World> {
        leads: world.leads.clone(),
        in_force: in_force(),
        loads: leadlight_registry::OpenLoads::default(),
        to_score: to_score.clone(),
        outcomes: MemoryQueue::default(),
        clock: clock.clone(),
    };
    let enrich = Consumer::new(enrich, &form_submits);
    let score = Consumer::new(score, &to_score);
    let route = Consumer::new(route, &to_route);
    let stored = async || -> Vec<QueuedLead> { world.leads.queue(QueueName::Sdr, 1000).await.unwrap() };
    let mut now = reference();
    form_submits.set_time(now);
    for n in 0..leads {
        form_submits.send(&lead(n), &[]).await.unwrap();
    }
    while stored().await.len() < leads {
        clock.set_to(now);
        enrich.turn(now).await;
        to_score.set_time(now);
        score.turn(now).await;
        to_route.set_time(now);
        route.turn(now).await;
        assert_eq!((enrich.set_aside(), score.set_aside(), route.set_aside()), (0, 0, 0), "at {now}");
        now += SignedDuration::from_secs(1);
        assert!(now < back_at + SignedDuration::from_hours(1), "leads are stuck");
    }
    assert_eq!(form_submits.waiting() + to_score.waiting() + to_route.waiting(), 0);
    clock.now().duration_since(back_at)
}

#[tokio::test]
async fn an_hour_without_the_store_ends_with_every_lead_in_its_queue_by_itself() {
    let late = after_an_outage(SignedDuration::from_hours(1), 40).await;
    assert!(late <= SignedDuration::from_mins(5), "{late:?}");
}

#[tokio::test]
async fn a_night_without_the_store_costs_no_lead_its_queue() {
    let late = after_an_outage(SignedDuration::from_mins(7 * 60 + 55), 12).await;
    assert!(late <= SignedDuration::from_mins(5), "{late:?}");
}

#[tokio::test]
async fn a_blink_of_the_store_is_over_within_seconds() {
    let late = after_an_outage(SignedDuration::from_secs(5), 12).await;
    assert!(late <= SignedDuration::from_secs(8), "{late:?}");
}

#[tokio::test]
async fn an_outcome_that_is_hours_quicker_than_its_lead_waits_for_it() {
    let world = System::new().await;
    let clock = MovedClock::default();
    let outcomes = MemoryQueue::default();
    let in_force = InForce::new(world.registry());
    let to_score = MemoryQueue::default();
    let stage = Outcomes::<Memory<MovedClock>> {
        leads: world.leads.clone(),
        in_force,
        to_score,
        clock: clock.clone(),
    };
    let consumer = Consumer::new(stage, &outcomes);
    outcomes.set_time(reference());
    let told = |id: &str, lead: &str| {
        let event = CrmEvent {
            schema_version: 1,
            id: id.parse().unwrap(),
            lead: LeadRef::Event { source: "website-form".parse().unwrap(), id: lead.parse().unwrap() },
            deal: None,
            occurred_at: reference(),
            what: Milestone::Won { amount_usd: None },
        };
        to_json(&event).unwrap()
    };
    outcomes.send(&told("o1", "e1"), &[]).await.unwrap();
    outcomes.send(&told("o2", "never"), &[]).await.unwrap();
    let mut now = reference();
    let mut came_at = None;
    while outcomes.waiting() > 0 {
        clock.set_to(now);
        consumer.turn(now).await;
        now += SignedDuration::from_secs(10);
        if now == reference() + SignedDuration::from_hours(6) {
            world.pass(&[&lead(1)]).await;
        }
        if outcomes.waiting() == 1 && came_at.is_none() {
            came_at = Some(now);
        }
    }
    let kept = world.lead(&LeadId::of(&"website-form".parse().unwrap(), &"e1".parse().unwrap())).await;
    assert_eq!(kept.outcome.unwrap().result, OutcomeResult::Won);
    let waited = came_at.unwrap().duration_since(reference() + SignedDuration::from_hours(6));
    assert!(waited <= SignedDuration::from_mins(6), "{waited:?}");
    // The other's lead never came.
    let dead = consumer.redelivery.dead_letters.sent();
    assert_eq!(dead.len(), 1);
    assert!(dead[0].attributes["reason"].starts_with("no lead is known"), "{}", dead[0].attributes["reason"]);
    let tried_for = now.duration_since(reference());
    assert!((8..16).contains(&tried_for.as_hours()), "{tried_for:?}");
}
