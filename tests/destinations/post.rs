//! Publisher, bus, queue and sender over twins, with real HTTP to a simulator.

use std::time::Duration;

use leadlight_adapters::HttpsClient;
use leadlight_deliver::{Couriers, Deliver};
use leadlight_desk::Team;
use leadlight_destinations::{Destinations, Origin};
use leadlight_lead::{QueueName, QueuedLead, Work};
use leadlight_policy::Policy;
use leadlight_ports::batch::{Redelivery, run};
use leadlight_ports::memory::{
    MemoryBus, MemoryItems, MemoryLeads, MemoryObjects, MemoryQueue, MemorySecrets, Sent,
};
use leadlight_ports::{
    CachedSecrets, LeadStore, MessageQueue, Replaced, SecretName, SystemClock, Version, World,
};
use leadlight_publish::Publish;
use leadlight_registry::{InForce, Registry};
use leadlight_tests::memory::{DEFAULT_POLICY, change, deliveries, reference};
use serde_json::{Value, json};

pub(crate) const STACK: &str = "leadlight";
/// Standard Webhooks' own example.
pub(crate) const KEY: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

#[derive(Debug)]
pub(crate) struct OverHttp;

impl World for OverHttp {
    type Leads = MemoryLeads;
    type Objects = MemoryObjects;
    type Queue = MemoryQueue;
    type Http = HttpsClient;
    type Items = MemoryItems;
    type Clock = SystemClock;
}

fn couriers(secrets: &MemorySecrets) -> Couriers<HttpsClient, MemorySecrets, SystemClock> {
    let secrets = CachedSecrets::new(secrets.clone(), SystemClock);
    Couriers::new(HttpsClient::new().unwrap(), secrets, SystemClock, STACK.to_owned(), true, 2)
}

/// All between the table and a destination.
pub(crate) struct Post {
    pub(crate) leads: MemoryLeads,
    pub(crate) bus: MemoryBus,
    pub(crate) secrets: MemorySecrets,
    queue: MemoryQueue,
    dead: MemoryQueue,
    publish: Publish<OverHttp, MemoryBus>,
    deliver: Deliver<OverHttp, MemorySecrets>,
    told: usize,
    now: jiff::Timestamp,
}

impl Post {
    /// With a list of destinations in force, and a secret for each of its destinations.
    pub(crate) async fn new(list: &str, secrets: &[(&str, &str)]) -> Self {
        Self::in_registry(Registry::new(MemoryObjects::default()), list, secrets).await
    }

    /// With a team at work as well, and the policy that ships.
    pub(crate) async fn staffed(list: &str, secrets: &[(&str, &str)], team: &str) -> Self {
        let registry = Registry::new(MemoryObjects::default());
        registry.publish::<Policy>(DEFAULT_POLICY, &change(), reference()).await.unwrap();
        registry.publish::<Team>(team, &change(), reference()).await.unwrap();
        Self::in_registry(registry, list, secrets).await
    }

    async fn in_registry(registry: Registry<MemoryObjects>, list: &str, secrets: &[(&str, &str)]) -> Self {
        registry.publish::<Destinations>(list, &change(), reference()).await.unwrap();
        let kept = MemorySecrets::default();
        for (name, value) in secrets {
            kept.put(&name_of(name), value);
        }
        let (leads, bus, queue) = (MemoryLeads::default(), MemoryBus::default(), MemoryQueue::default());
        let dead = MemoryQueue::default();
        let publish =
            Publish { bus: bus.clone(), dead_letters: dead.clone(), origin: Origin::of_stack(STACK) };
        let deliver = Deliver {
            leads: leads.clone(),
            in_force: InForce::new(registry),
            deliveries: queue.clone(),
            couriers: couriers(&kept),
            clock: SystemClock,
        };
        Self { leads, bus, secrets: kept, queue, dead, publish, deliver, told: 0, now: reference() }
    }

    /// The function starts anew, as it does now and then: it remembers of no destination that it was away.
    pub(crate) fn restart(&mut self) {
        self.deliver.couriers = couriers(&self.secrets);
    }

    /// Another list is in force, before the first was looked at.
    pub(crate) async fn publish_list(&self, list: &str) {
        let registry = self.deliver.in_force.registry();
        registry.publish::<Destinations>(list, &change(), reference()).await.unwrap();
    }

    /// A new lead is written, and the stream tells.
    pub(crate) async fn store(&mut self, lead: &QueuedLead) {
        self.leads.insert(lead).await.unwrap();
        self.stream(&record(None, lead, 1)).await;
    }

    /// A lead is written again.
    pub(crate) async fn replace(&mut self, lead: &QueuedLead) {
        let stored = self.leads.get(lead.id()).await.unwrap().unwrap();
        let replaced = self.leads.replace(lead, stored.version, leadlight_lead::Counts::NONE).await.unwrap();
        assert_eq!(replaced, Replaced::Done);
        let Version(before) = stored.version;
        self.stream(&record(Some(&stored.lead), lead, before + 1)).await;
    }

    /// What the stream tells goes to the bus, and from there to the queue.
    pub(crate) async fn stream(&mut self, record: &Value) {
        self.publish.tell(&json!({ "Records": [record] })).await.unwrap();
        for event in self.bus.taken().into_iter().skip(self.told) {
            let detail: Value = serde_json::from_str(event.detail()).unwrap();
            let body = json!({ "version": "0", "detail-type": event.kind(), "detail": detail });
            self.queue.send(&body.to_string(), &[]).await.unwrap();
            self.told += 1;
        }
    }

    /// Puts what was told on the queue once more, from the newest to the oldest.
    pub(crate) async fn tell_again_backwards(&self) {
        for event in self.bus.taken().into_iter().rev() {
            let detail: Value = serde_json::from_str(event.detail()).unwrap();
            let body = json!({ "version": "0", "detail-type": event.kind(), "detail": detail });
            self.queue.send(&body.to_string(), &[]).await.unwrap();
        }
    }

    /// Puts a message on the queue, as the scheduler does.
    pub(crate) async fn say(&self, body: &str) {
        self.queue.send(body, &[]).await.unwrap();
    }

    /// Delivers until nothing waits, or for so many rounds; five minutes of the queue's time go by after each.
    pub(crate) async fn deliver(&mut self, rounds: usize) {
        for _ in 0..rounds {
            if self.queue.waiting() == 0 {
                return;
            }
            if !self.round().await {
                // Destinations rest in real time.
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }

    /// One batch; was any of it done?
    pub(crate) async fn round(&mut self) -> bool {
        self.now += Duration::from_secs(30);
        self.queue.set_time(self.now);
        let batch = self.queue.receive(10, Duration::from_mins(3));
        if batch.is_empty() {
            self.now += Duration::from_hours(1);
            return true;
        }
        let redelivery = Redelivery {
            source: self.queue.clone(),
            dead_letters: self.dead.clone(),
            max_receive_count: 1000,
        };
        let answer =
            run(&self.deliver, &redelivery, deliveries(&batch), std::future::pending()).await.unwrap();
        let failed: Vec<String> =
            answer.batch_item_failures.into_iter().map(|one| one.item_identifier).collect();
        for done in batch.iter().filter(|one| !failed.contains(&one.message_id)) {
            // One that was worked on alone is off the queue already.
            let _ = leadlight_ports::Deliveries::delete(&self.queue, &done.receipt).await;
        }
        failed.len() < batch.len()
    }

    /// What waits still.
    pub(crate) fn waiting(&self) -> usize {
        self.queue.waiting()
    }

    /// What was set aside, with its reason.
    pub(crate) fn set_aside(&self) -> Vec<Sent> {
        self.dead.sent()
    }
}

/// The name of a destination's secret.
pub(crate) fn name_of(destination: &str) -> SecretName {
    SecretName::of(STACK, &format!("destinations/{destination}")).unwrap()
}

/// A record of the table's stream.
pub(crate) fn record(before: Option<&QueuedLead>, after: &QueuedLead, version: u64) -> Value {
    let image = |lead: &QueuedLead, version: u64| json!({ "document": { "S": lead.to_document().unwrap() }, "version": { "N": version.to_string() } });
    let mut told = json!({
        "Keys": { "pk": { "S": format!("lead#{}", after.id()) }, "sk": { "S": "lead" } },
        "NewImage": image(after, version), "SequenceNumber": version.to_string(),
    });
    if let Some(before) = before {
        told["OldImage"] = image(before, version - 1);
    }
    json!({ "eventID": "1", "eventName": if before.is_none() { "INSERT" } else { "MODIFY" }, "dynamodb": told })
}

/// So many leads, as the sample history tells them, as if each had just come in: with an address each.
pub(crate) async fn leads(count: usize) -> Vec<QueuedLead> {
    let history = leadlight_tests::memory::System::new().await.history();
    let open = |(n, mut lead): (usize, QueuedLead)| {
        lead.outcome = None;
        submitted(&mut lead, |event| {
            event.source_event_type = None;
            event.email = format!("person-{n}@acme.example").parse().unwrap();
        });
        lead
    };
    history.into_iter().take(count).enumerate().map(open).collect()
}

/// So many leads that wait for an SDR, each with an owner.
pub(crate) async fn waiting(count: usize, owner: &str) -> Vec<QueuedLead> {
    let all = leads(400).await.into_iter().map(|mut lead| {
        lead.work = Work::default();
        lead.work.owner = Some(owner.parse().unwrap());
        lead
    });
    let found: Vec<_> = all.filter(|lead| lead.waits_in() == Some(QueueName::Sdr)).take(count).collect();
    assert_eq!(found.len(), count);
    found
}

/// Changes the event that a lead began with.
pub(crate) fn submitted(lead: &mut QueuedLead, change: impl FnOnce(&mut leadlight_lead::FormSubmit)) {
    use leadlight_lead::RouteRequest::{HumanFirst, Scored};
    match &mut lead.content {
        Scored(scored) => change(&mut scored.enriched.submitted.event),
        HumanFirst(enriched) => change(&mut enriched.submitted.event),
    }
}
