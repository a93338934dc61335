//! The three stages over in-memory twins, fed through the real batch loop.

use aws_lambda_events::event::sqs::SqsEvent;
use jiff::Timestamp;
use leadlight_enrich::{Circumstances, Enrich, Lookup};
use leadlight_enrichment::Vendors;
use leadlight_events::{HISTORY_CSV, REFERENCE};
use leadlight_lead::{LeadId, QueuedLead};
use leadlight_outcome::Outcomes;
use leadlight_policy::Policy;
use leadlight_ports::batch::{Redelivery, Stage, run};
use leadlight_ports::memory::{
    Delivered, Memory, MemoryFacts, MemoryItems, MemoryLeads, MemoryObjects, MemoryQueue, MemorySecrets, Sent,
};
use leadlight_ports::{Clock, FixedClock, LeadStore, Marking, ObjectStore, SecretName};
use leadlight_registry::{Change, OpenLoads};
use leadlight_registry::{InForce, Registry};
use leadlight_retrain::{MAX_DEALS, Report, Request, Retrain};
use leadlight_route::Route;
use leadlight_score::Score;
use leadlight_simulators::vendors::{Vendor, World, file};
use leadlight_sla::Sla;
use serde_json::json;

use crate::vendors::{MemoryVendors, VENDORS_URL};

/// Somebody publishes something.
pub fn change() -> Change {
    Change::new("a test", "to see what follows")
}

/// The policy that ships.
pub const DEFAULT_POLICY: &str = include_str!("../../infra/policies/default.toml");

/// The sample team.
pub const TEAM: &str = include_str!("../../infra/policies/team.toml");

/// The instant the samples are written around.
pub fn reference() -> Timestamp {
    REFERENCE.parse().expect("the reference is a timestamp")
}

/// One delivery of messages, as Lambda hands it over.
pub fn delivery<'a>(bodies: impl IntoIterator<Item = &'a str>, receive_count: u32) -> SqsEvent {
    let records: Vec<_> = bodies
        .into_iter()
        .enumerate()
        .map(|(index, body)| {
            json!({
                "messageId": format!("m-{index}"), "body": body, "messageAttributes": {},
                "attributes": {
                    "SentTimestamp": reference().as_millisecond().to_string(),
                    "ApproximateReceiveCount": receive_count.to_string(),
                },
            })
        })
        .collect();
    serde_json::from_value(json!({ "Records": records })).expect("a delivery has this shape")
}

/// A batch of deliveries, as Lambda hands it over.
pub fn deliveries(batch: &[Delivered]) -> SqsEvent {
    let records: Vec<_> = batch
        .iter()
        .map(|d| {
            json!({
                "messageId": d.message_id, "receiptHandle": d.receipt, "body": d.body, "messageAttributes": {},
                "attributes": {
                    "SentTimestamp": d.sent_at.as_millisecond().to_string(),
                    "ApproximateReceiveCount": d.receive_count.to_string(),
                },
            })
        })
        .collect();
    serde_json::from_value(json!({ "Records": records })).expect("a delivery has this shape")
}

/// The last delivery of a message has this number, as in the template.
pub const MAX_RECEIVE_COUNT: u32 = 200;

/// Runs a delivery through a stage: what is to be delivered again, and what was set aside.
pub async fn through<S: Stage>(stage: &S, event: SqsEvent) -> (Vec<String>, Vec<Sent>) {
    let queue = MemoryQueue::default;
    let redelivery =
        Redelivery { source: queue(), dead_letters: queue(), max_receive_count: MAX_RECEIVE_COUNT };
    let response =
        run(stage, &redelivery, event, std::future::pending()).await.expect("every record has an id");
    let failed = response.batch_item_failures.into_iter().map(|f| f.item_identifier).collect();
    (failed, redelivery.dead_letters.sent())
}

/// A training run by hand.
pub fn request() -> Request {
    Request {
        schema_version: 1,
        reason: "test".to_owned(),
        due_at: None,
        only_if_degraded: false,
        export: None,
    }
}

/// What vendors take for a key.
const KEY: &str = "an-id:a-secret";

/// The world of `enrich` over vendors in memory.
pub type Enriching<C = FixedClock, O = MemoryObjects> = Memory<C, MemoryLeads, MemoryQueue, O, MemoryVendors>;

/// A registry's content, the leads and the vendors around, shared by all stages.
#[derive(Debug)]
pub struct System {
    /// Policies and models.
    pub objects: MemoryObjects,
    /// Leads.
    pub leads: MemoryLeads,
    /// Facts that were bought.
    pub facts: MemoryFacts,
    /// Vendors who know the sample world.
    pub vendors: MemoryVendors,
    /// Their keys.
    pub secrets: MemorySecrets,
}

impl Default for System {
    /// Nothing is published.
    fn default() -> Self {
        let secrets = MemorySecrets::default();
        for vendor in Vendor::ALL {
            let name = SecretName::of("leadlight", &format!("vendors/{}", vendor.as_str()));
            secrets.put(&name.expect("a name of a secret"), KEY);
        }
        Self {
            objects: MemoryObjects::default(),
            leads: MemoryLeads::default(),
            facts: MemoryFacts::default(),
            vendors: MemoryVendors::new(World::sample(reference()), KEY),
            secrets,
        }
    }
}

/// What went through the pipeline.
#[derive(Debug, Default)]
pub struct Passed {
    /// Set aside, by whichever stage.
    pub dead: Vec<Sent>,
    /// What `enrich` handed on to `score`.
    pub enriched: Vec<String>,
    /// What reached `route`.
    pub to_route: Vec<String>,
}

impl System {
    /// With the default policy in force, and vendors who are asked.
    pub async fn new() -> Self {
        let world = Self::without_vendors().await;
        world
            .registry()
            .publish::<Vendors>(&file(VENDORS_URL), &change(), reference())
            .await
            .expect("the vendors file is valid");
        world
    }

    /// With the default policy in force. Of a lead no more is known than its form says.
    pub async fn without_vendors() -> Self {
        let world = Self::default();
        world
            .registry()
            .publish::<Policy>(DEFAULT_POLICY, &change(), reference())
            .await
            .expect("the default policy is valid");
        world
    }

    /// The registry.
    pub fn registry(&self) -> Registry<MemoryObjects> {
        Registry::new(self.objects.clone())
    }

    /// The policy in force, parsed.
    pub fn policy(&self) -> Policy {
        Policy::parse("default.toml", DEFAULT_POLICY).expect("the default policy is valid")
    }

    /// The enrichment stage.
    pub fn enrich(&self) -> Enrich<Enriching, MemoryFacts, MemorySecrets> {
        Enrich {
            lookup: self.lookup(InForce::new(self.registry()), FixedClock(reference())),
            tombstones: self.leads.clone(),
            marking: Marking::new(self.objects.clone()),
            to_score: MemoryQueue::default(),
            to_route: MemoryQueue::default(),
            again: MemoryQueue::default(),
        }
    }

    /// What asks vendors, by a clock and with what is in force.
    pub fn lookup<
        C: Clock + Clone + std::fmt::Debug + 'static,
        O: ObjectStore + std::fmt::Debug + 'static,
    >(
        &self,
        in_force: InForce<O>,
        clock: C,
    ) -> Lookup<Enriching<C, O>, MemoryFacts, MemorySecrets> {
        Lookup::new(
            in_force,
            self.facts.clone(),
            self.vendors.clone(),
            self.secrets.clone(),
            MemoryItems::default(),
            clock,
            Circumstances { stack: "leadlight".to_owned(), on_one_machine: true, environments: 1 },
        )
    }

    /// The scoring stage.
    pub fn score(&self) -> Score<Memory> {
        Score {
            in_force: InForce::new(self.registry()),
            leads: self.leads.clone(),
            to_route: MemoryQueue::default(),
            fresh: [7; 32],
            clock: FixedClock(reference()),
        }
    }

    /// The routing stage.
    pub fn route(&self) -> Route<Memory> {
        let in_force = InForce::new(self.registry());
        let loads = OpenLoads::default();
        let to_score = MemoryQueue::default();
        let outcomes = MemoryQueue::default();
        let marking = Marking::new(self.objects.clone());
        let clock = FixedClock(reference());
        Route { leads: self.leads.clone(), in_force, loads, to_score, outcomes, marking, clock }
    }

    /// The outcome stage.
    pub fn outcomes(&self) -> Outcomes<Memory> {
        let in_force = InForce::new(self.registry());
        let to_score = MemoryQueue::default();
        let marking = Marking::new(self.objects.clone());
        Outcomes { leads: self.leads.clone(), in_force, to_score, marking, clock: FixedClock(reference()) }
    }

    /// The SLA clock, at a moment.
    pub fn sla(&self, now: Timestamp) -> Sla<Memory> {
        Sla {
            leads: self.leads.clone(),
            in_force: InForce::new(self.registry()),
            to_score: MemoryQueue::default(),
            clock: FixedClock(now),
        }
    }

    /// Sends events all the way.
    pub async fn pass(&self, bodies: &[&str]) -> Passed {
        let (enrich, score) = (self.enrich(), self.score());
        let mut passed = Passed::default();
        passed.dead.extend(through(&enrich, delivery(bodies.iter().copied(), 1)).await.1);
        passed.enriched = enrich.to_score.sent().into_iter().map(|s| s.body).collect();
        let enriched = passed.enriched.iter().map(String::as_str);
        passed.dead.extend(through(&score, delivery(enriched, 1)).await.1);
        let human_first = enrich.to_route.sent();
        passed.to_route = human_first.into_iter().chain(score.to_route.sent()).map(|s| s.body).collect();
        passed.dead.extend(self.routed(&passed.to_route).await);
        passed
    }

    /// Routes leads, and scores and routes those again that further events of their people came to. What was set aside.
    pub async fn routed(&self, to_route: &[String]) -> Vec<Sent> {
        let (score, route) = (self.score(), self.route());
        let mut dead = Vec::new();
        let mut bodies = to_route.to_vec();
        let (mut sent, mut scored) = (0, 0);
        while !bodies.is_empty() {
            dead.extend(through(&route, delivery(bodies.iter().map(String::as_str), 1)).await.1);
            let again: Vec<String> = route.to_score.sent().into_iter().skip(sent).map(|s| s.body).collect();
            sent += again.len();
            dead.extend(through(&score, delivery(again.iter().map(String::as_str), 1)).await.1);
            bodies = score.to_route.sent().into_iter().skip(scored).map(|s| s.body).collect();
            scored += bodies.len();
        }
        dead
    }

    /// The sample history as closed leads, in the file's order.
    pub fn history(&self) -> Vec<QueuedLead> {
        let policy = self.policy();
        leadlight_events::read_deals("deals.csv", HISTORY_CSV)
            .expect("the sample history is valid")
            .iter()
            .map(|deal| leadlight::history::closed_lead(deal, &policy).expect("its source is declared"))
            .collect()
    }

    /// The same, those that closed first before the others.
    pub fn history_by_close(&self) -> Vec<QueuedLead> {
        let mut leads = self.history();
        leads.sort_by_key(|lead| lead.outcome.as_ref().map(|outcome| outcome.closed_at));
        leads
    }

    /// Stores leads.
    pub async fn import(&self, leads: &[QueuedLead]) {
        for lead in leads {
            self.leads.insert(lead).await.expect("memory never fails");
        }
    }

    /// Imports the first `deals` of the sample history.
    pub async fn import_history(&self, deals: usize) {
        let leads = self.history();
        self.import(&leads[..deals.min(leads.len())]).await;
    }

    /// Retrains.
    pub async fn retrain(&self, now: Timestamp) -> Report {
        self.retrain_as(&request(), now).await
    }

    /// Retrains, asked so.
    pub async fn retrain_as(&self, request: &Request, now: Timestamp) -> Report {
        self.retrain_within(request, now, MAX_DEALS).await
    }

    /// Retrains on so many deals at most.
    pub async fn retrain_within(&self, request: &Request, now: Timestamp, max_deals: usize) -> Report {
        let (leads, registry, clock) = (self.leads.clone(), self.registry(), FixedClock(now));
        let retrain = Retrain::<Memory> { leads, registry, clock, max_deals, export: None };
        retrain.run(request, None).await.expect("memory never fails")
    }

    /// The lead of an event that was sent.
    pub async fn lead(&self, id: &LeadId) -> QueuedLead {
        self.leads.get(id).await.expect("memory never fails").expect("the lead is stored").lead
    }
}
