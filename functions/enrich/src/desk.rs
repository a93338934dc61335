//! Asks one vendor one question: bought facts first, then the caps, then the vendor at its pace and with the key of today.
//!
//! Whatever comes of it is a [`Heard`]: a vendor that is slow, away, out of credit or wrong costs its time, never the lead.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use leadlight_enrichment::{
    Budget, By, DynamoTable, Next, OwnTable, Provider, Question, Said, Step, Subject as About, Vendors,
};
use leadlight_lead::{EmailAddress, Gap, LeadId};
use leadlight_outward::{Ask, Reply};
use leadlight_ports::metrics::Alarm;
use leadlight_ports::{
    BadProvider, Buyer, CachedSecrets, Cap, Caps, Class, Clock, ExposeSecret, FactKey, FactTraces, Facts,
    Http, HttpError, HttpLimits, HttpRequest, Items, KeptFact, Pace, PortError, Purchase, RawAnswer,
    Reservation, Reserved, SecretName, Secrets, Share, Subject, UsdMicros, alarm, chain,
};
use tokio::sync::Mutex as Turn;
use tokio::time::sleep;

use crate::heard::{Answered, Bill, Errand, Heard, fresh_since, known, later};
use crate::own;

/// Nobody who asks for this long is still asking: what a reservation outlasts its request by.
const GRACE: Duration = Duration::from_secs(5);
/// Between looks at a fact that another environment buys: the first, doubled each time up to the last.
const LOOKS: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(1));
/// Before a vendor that failed is asked once more, at least; at most twice as long.
const PAUSE: Duration = Duration::from_millis(200);

/// Whom to ask.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Askable<'a> {
    /// As the vendors file says.
    pub(crate) vendors: &'a Vendors,
    /// The company's own table of facts, where one is in force.
    pub(crate) table: Option<&'a OwnTable>,
}

/// What speaks to vendors, and what one environment remembers of each.
#[derive(Debug)]
pub(crate) struct Desk<F, H, S, C, I> {
    facts: F,
    http: H,
    secrets: CachedSecrets<S, C>,
    items: I,
    pub(crate) clock: C,
    circumstances: Circumstances,
    memory: Memory,
}

/// Which deployment a function belongs to.
#[derive(Debug, Clone)]
pub struct Circumstances {
    /// Begins the names of its secrets.
    pub stack: String,
    /// Plain http on the loopback interface is spoken to.
    pub on_one_machine: bool,
    /// Environments of the function at most: they share what a vendor takes a second.
    pub environments: u32,
}

/// What one environment remembers of vendors.
#[derive(Debug, Default)]
struct Memory {
    paces: Mutex<BTreeMap<String, Pace>>,
    /// Leads of one account ask one after the other: the second finds what the first has bought.
    turns: Mutex<BTreeMap<FactKey, Arc<Turn<()>>>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Memory {
    fn turn(&self, key: &FactKey) -> Arc<Turn<()>> {
        let mut turns = lock(&self.turns);
        turns.retain(|_, turn| Arc::strong_count(turn) > 1);
        Arc::clone(turns.entry(key.clone()).or_default())
    }

    fn rests(&self, provider: &Provider) -> bool {
        lock(&self.paces).get(provider.name()).is_some_and(|pace| pace.rest(Instant::now()).is_some())
    }

    /// One that failed is left in peace for a while.
    fn heard(&self, provider: &Provider, said: &Said, wait: Option<Duration>) {
        self.pace(provider, |pace| match said {
            Said::Nothing(Gap::TooFast | Gap::NoCredit) => pace.is_away(Instant::now(), wait.or(Some(GRACE))),
            Said::Nothing(Gap::Away | Gap::Denied) => pace.is_away(Instant::now(), wait),
            _ => pace.is_there(),
        });
    }

    fn pace<T>(&self, provider: &Provider, then: impl FnOnce(&mut Pace) -> T) -> T {
        then(lock(&self.paces).entry(provider.name().to_owned()).or_default())
    }
}

impl<F, H, S, C: Clone, I> Desk<F, H, S, C, I> {
    pub(crate) fn new(
        facts: F,
        http: H,
        secrets: S,
        items: I,
        clock: C,
        circumstances: Circumstances,
    ) -> Self {
        let secrets = CachedSecrets::new(secrets, clock.clone());
        Self { facts, http, secrets, items, clock, circumstances, memory: Memory::default() }
    }
}

impl<F: FactTraces, H, S, C, I> Desk<F, H, S, C, I> {
    /// Takes away what a vendor told of a person.
    pub(crate) async fn forget(&self, provider: &str, email: &EmailAddress) -> Result<(), PortError> {
        let key = FactKey { provider: named(provider)?, subject: Subject::person(email) };
        self.facts.forget(&key).await
    }
}

impl<F: Facts, H: Http, S: Secrets, C: Clock, I: Items> Desk<F, H, S, C, I> {
    /// Asks, by the deadline. Fails where bought facts cannot be read or kept: then the lead waits, since asking without
    /// them would buy twice.
    pub(crate) async fn ask(
        &self,
        next: Next<'_>,
        lead: &LeadId,
        askable: Askable<'_>,
        deadline: Instant,
    ) -> Result<Heard, PortError> {
        let Next { provider, subject } = next;
        let (asking, address) = match provider.by() {
            By::Requests(asking, address) => (asking, address),
            By::Table => return Ok(self.looked_up(subject, askable.table)),
            By::Item(table) => return Ok(self.item(provider, table, subject, deadline).await),
        };
        let errand = Errand { provider, asking, address, subject };
        let key = key_of(provider, subject)?;
        let turn = self.memory.turn(&key);
        let Ok(_turn) = tokio::time::timeout_at(deadline.into(), turn.lock()).await else {
            return Ok(self.nothing(Gap::NoTime));
        };
        let mut look = LOOKS.0;
        loop {
            let kept = self.facts.get(&key).await?;
            let now = self.clock.now();
            if let Some(heard) = kept.as_ref().and_then(|kept| known(errand, kept, Some(lead), now)) {
                return Ok(heard);
            }
            if let Some(gap) = self.may_not(errand, deadline) {
                return Ok(self.nothing(gap));
            }
            let purchase = Purchase {
                key: &key,
                lead,
                price: UsdMicros(provider.price_usd_micros),
                caps: caps(askable.vendors.budget()),
                fresh_since: fresh_since(provider, kept.as_ref(), now),
                now,
                until: later(now, deadline.saturating_duration_since(Instant::now()) + GRACE),
            };
            match self.facts.reserve(&purchase).await? {
                Reserved::Open(reservation) => return self.buy(errand, reservation, deadline).await,
                Reserved::OverCap(cap) => return Ok(self.nothing(over(cap))),
                Reserved::Fresh(kept) => {
                    return Ok(known(errand, &kept, Some(lead), now)
                        .unwrap_or_else(|| self.nothing(Gap::Unreadable)));
                }
                Reserved::Busy { .. } if Instant::now() + look < deadline => sleep(look).await,
                Reserved::Busy { .. } => return Ok(self.nothing(Gap::NoTime)),
            }
            look = (look * 2).min(LOOKS.1);
        }
    }

    /// What was bought before and is still fresh.
    pub(crate) async fn kept(
        &self,
        next: Next<'_>,
        table: Option<&OwnTable>,
    ) -> Result<Option<Heard>, PortError> {
        let Next { provider, subject } = next;
        let (asking, address) = match provider.by() {
            By::Requests(asking, address) => (asking, address),
            By::Table => return Ok(Some(self.looked_up(subject, table))),
            // It is read where it is asked, and nothing of it is kept.
            By::Item(_) => return Ok(None),
        };
        let kept = self.facts.get(&key_of(provider, subject)?).await?;
        let errand = Errand { provider, asking, address, subject };
        Ok(kept.as_ref().and_then(|kept| known(errand, kept, None, self.clock.now())))
    }

    fn nothing(&self, gap: Gap) -> Heard {
        Heard::now(Said::Nothing(gap), UsdMicros(0), self.clock.now())
    }

    /// Why a provider is not asked now.
    fn may_not(&self, errand: Errand<'_>, deadline: Instant) -> Option<Gap> {
        if Instant::now() >= deadline {
            Some(Gap::NoTime)
        } else if errand.address.is_on_this_machine() && !self.circumstances.on_one_machine {
            Some(Gap::Refused)
        } else {
            self.memory.rests(errand.provider).then_some(Gap::Resting)
        }
    }

    /// Waits for a provider's turn; false where it would come after the deadline, and none is taken.
    async fn has_turn(&self, provider: &Provider, deadline: Instant) -> bool {
        let share = Share { per_second: provider.per_second, environments: self.circumstances.environments };
        let now = Instant::now();
        let longest = deadline.saturating_duration_since(now);
        match self.memory.pace(provider, |pace| pace.turn(now, share, longest)) {
            Ok(wait) => {
                sleep(wait).await;
                true
            }
            Err(_) => false,
        }
    }

    /// Asks for a price that is counted, and keeps what comes of it before anything else is done with it.
    async fn buy(
        &self,
        errand: Errand<'_>,
        reservation: Reservation,
        deadline: Instant,
    ) -> Result<Heard, PortError> {
        let Answered { said, bill } = self.answer(errand, deadline).await;
        let at = self.clock.now();
        let cost = match bill {
            Bill::Keep(finding, cost) => {
                let bought_for = Buyer::of(&reservation.lead);
                let kept = KeptFact { finding, fetched_at: at, cost, bought_for };
                self.facts.settle(&reservation, &kept).await?;
                cost
            }
            Bill::Lost => reservation.price,
            Bill::Nothing => {
                self.facts.release(&reservation).await?;
                UsdMicros(0)
            }
        };
        Ok(Heard::now(said, cost, at))
    }

    /// The vendor's answer; asked once more after a pause where it failed and there are time and a turn.
    async fn answer(&self, errand: Errand<'_>, deadline: Instant) -> Answered {
        let provider = errand.provider;
        let mut answered = self.with_key(errand, deadline).await;
        if matches!(answered, Answered { said: Said::Nothing(Gap::Away), bill: Bill::Nothing }) {
            let pause = PAUSE + jitter(PAUSE);
            if Instant::now() + pause * 2 < deadline {
                sleep(pause).await;
                let again = self.with_key(errand, deadline).await;
                if !matches!(again.said, Said::Nothing(Gap::TooFast)) {
                    answered = again;
                }
            }
        }
        if let Said::Nothing(gap @ (Gap::Denied | Gap::NoCredit)) = answered.said {
            alarm!(Alarm::VendorsDenied; provider = provider.name(), "the vendor {}", gap.in_words());
        }
        answered
    }

    /// With the key of today: one that is not taken is read again, since it may have been changed.
    async fn with_key(&self, errand: Errand<'_>, deadline: Instant) -> Answered {
        let provider = errand.provider;
        if !errand.asking.wants_key {
            return self.send(errand, "", deadline).await;
        }
        let name = SecretName::of(&self.circumstances.stack, &format!("vendors/{}", provider.name()));
        let Ok(name) = name else { return Answered::nothing(Gap::Denied) };
        let read = || async {
            let read = self.secrets.read(&name).await;
            read.inspect_err(|error| {
                tracing::warn!(provider = provider.name(), reason = chain(error), "no key for a vendor");
            })
        };
        let Ok(secret) = read().await else { return Answered::nothing(Gap::Denied) };
        let answered = self.send(errand, secret.expose_secret(), deadline).await;
        if !matches!(answered.said, Said::Nothing(Gap::Denied)) {
            return answered;
        }
        self.secrets.forget(&name);
        match read().await {
            Ok(newer) if newer.expose_secret() != secret.expose_secret() => {
                self.send(errand, newer.expose_secret(), deadline).await
            }
            _ => answered,
        }
    }

    /// All requests that a question takes: where an answer leads to another request, that one too. Each takes a turn.
    async fn send(&self, errand: Errand<'_>, key: &str, deadline: Instant) -> Answered {
        let Errand { provider, asking, address, subject } = errand;
        let question = Question { subject, address, key, at: self.clock.now() };
        let mut replies: Vec<Reply> = Vec::new();
        let said = loop {
            match asking.step(&question, &replies) {
                Step::Said(said) => break said,
                Step::Ask(_) if !self.has_turn(provider, deadline).await => {
                    return Answered::nothing(Gap::TooFast);
                }
                Step::Ask(ask) => match self.reply(ask, provider, deadline).await {
                    Ok(reply) => replies.push(reply),
                    Err(error) => {
                        tracing::warn!(
                            provider = provider.name(),
                            reason = chain(&error),
                            "a vendor was not heard"
                        );
                        self.memory.pace(provider, |pace| pace.is_away(Instant::now(), None));
                        return Answered::of_error(&error, provider);
                    }
                },
            }
        };
        let last = replies.pop();
        let wait = last.as_ref().and_then(|last| last.retry_after);
        self.memory.heard(provider, &said, wait);
        if let Said::Nothing(gap) = said {
            tracing::warn!(provider = provider.name(), "a vendor {}", gap.in_words());
        }
        Answered::of(said, last, provider)
    }

    async fn reply(&self, ask: Ask, provider: &Provider, deadline: Instant) -> Result<Reply, HttpError> {
        let timeout = provider.timeout.min(deadline.saturating_duration_since(Instant::now()));
        let limits = HttpLimits { timeout, longest_answer_bytes: RawAnswer::LONGEST_BYTES };
        let answer = self.http.send(HttpRequest::of(ask, limits)?).await?;
        Ok(answer.reply(self.clock.now()))
    }

    /// What an item of the company's own DynamoDB table says, read now.
    async fn item(
        &self,
        provider: &Provider,
        table: &DynamoTable,
        subject: About<'_>,
        deadline: Instant,
    ) -> Heard {
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return self.nothing(Gap::NoTime);
        }
        if self.memory.rests(provider) {
            return self.nothing(Gap::Resting);
        }
        let (at, longest) = (self.clock.now(), provider.timeout.min(left));
        let said = own::said(&self.items, provider, table, subject, at, longest).await;
        self.memory.heard(provider, &said, None);
        Heard::now(said, UsdMicros(0), at)
    }

    /// What the company's own table says, as it is in force.
    fn looked_up(&self, subject: About<'_>, table: Option<&OwnTable>) -> Heard {
        let found = table.and_then(|table| match subject {
            About::Company(domain) => table.company(domain),
            About::Person(email, _) => table.person(email),
        });
        Heard::now(found.map_or(Said::Unknown, Said::facts), UsdMicros(0), self.clock.now())
    }
}

fn caps(budget: &Budget) -> Caps {
    Caps {
        per_lead: UsdMicros(budget.per_lead_usd_micros),
        per_day: UsdMicros(budget.per_day_usd_micros),
        per_month: UsdMicros(budget.per_month_usd_micros),
    }
}

fn over(cap: Cap) -> Gap {
    match cap {
        Cap::Lead => Gap::LeadCap,
        Cap::Day => Gap::DayCap,
        Cap::Month => Gap::MonthCap,
    }
}

fn key_of(provider: &Provider, subject: About<'_>) -> Result<FactKey, PortError> {
    let subject = match subject {
        About::Company(domain) => Subject::company(domain),
        About::Person(email, _) => Subject::person(email),
    };
    Ok(FactKey { provider: named(provider.name())?, subject })
}

fn named(provider: &str) -> Result<leadlight_ports::Provider, PortError> {
    provider.parse().map_err(|error: BadProvider| PortError {
        operation: "naming a vendor",
        class: Class::Poison,
        source: error.into(),
    })
}

/// Up to so long, by chance, so that those who failed together do not come back together.
fn jitter(most: Duration) -> Duration {
    let mut random = [0; 4];
    // Without chance the pause is as good.
    let _ = getrandom::fill(&mut random);
    most.mul_f64(f64::from(u32::from_le_bytes(random)) / f64::from(u32::MAX))
}
