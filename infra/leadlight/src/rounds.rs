//! The loop on one machine: scripted people work through the queues by the console's own API, outcomes arrive, and
//! the system judges itself. The script stands in for people; it judges by rote.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use anyhow::Result;
use jiff::Timestamp;
use leadlight_desk::Team;
use leadlight_lead::{CrmEvent, LeadId, LeadRef, MemberId, Milestone, Progress, QueueName, QueuedLead, Role};
use leadlight_local_aws::Progress as Bar;
use leadlight_ports::{Clock, LeadStore, SystemClock};
use leadlight_retrain::Report;
use serde::Serialize;
use serde_json::json;

use crate::console::SignedIn;
use crate::follow::{self, Fate, Sent};
use crate::system::System;
use crate::{crowd, outcomes};

/// What came of one round.
#[derive(Debug, Serialize)]
pub struct Round {
    /// The script's people, so that nobody takes it for judgement.
    pub scripted: Vec<MemberId>,
    /// From sending a form submit to seeing it in an SDR's queue, as this machine has it.
    pub submit_to_visible_ms: u128,
    /// What people did, by action.
    pub actions: BTreeMap<&'static str, usize>,
    /// Leads that passed both checkpoints.
    pub accepted: Vec<LeadId>,
    /// Outcomes that arrived and were kept.
    pub outcomes: usize,
    /// The review and the run that followed.
    pub report: Report,
}

/// The console of a system, as programs reach it.
#[derive(Debug, Clone)]
pub struct Door {
    /// Its address.
    pub base: String,
    /// Added to each address.
    pub query: String,
}

/// Leads beside the samples.
const CROWD: usize = 60;
/// More steps than any sample needs: a script that does not end is wrong.
const MOST_STEPS: usize = 500;
/// How long a lead may take to be visible.
const PATIENCE: Duration = Duration::from_mins(2);

/// The script's people by what they are.
struct Cast(BTreeMap<MemberId, (Role, SignedIn)>);

impl Cast {
    async fn of(team: &Team, door: &Door) -> Result<Self> {
        let mut cast = BTreeMap::new();
        for member in team.members().filter(|m| m.role() != Role::Admin) {
            let signed_in = SignedIn::new(&door.base, &door.query, member.id().as_str()).await?;
            cast.insert(member.id().clone(), (member.role(), signed_in));
        }
        Ok(Self(cast))
    }

    fn with(&self, role: Role) -> impl Iterator<Item = &SignedIn> {
        self.0.values().filter(move |(r, _)| *r == role).map(|(_, signed_in)| signed_in)
    }
}

/// Works through all queues, lets outcomes arrive, and retrains.
pub async fn go(system: &System, door: &Door, submitted: &str, bars: &dyn Bar) -> Result<Round> {
    let registry = system.registry()?;
    let team: Team = registry.document(&registry.in_force::<Team>().await?.current.hash).await?;
    let cast = Cast::of(&team, door).await?;
    let submit_to_visible_ms = submit_to_visible(system, &cast, submitted).await?;
    crowd_in(system, bars).await?;
    let mut actions = BTreeMap::new();
    work(&cast, &mut actions, bars).await?;
    let accepted = accepted(system).await?;
    let outcomes = outcomes_of(&accepted, SystemClock.now());
    // In the wrong order, and each twice: CRMs do.
    let twice: Vec<CrmEvent> = outcomes.iter().chain(&outcomes).cloned().collect();
    let before = outcomes::set_aside_before(system).await?;
    outcomes::put(system, &twice, |_| ()).await?;
    let ends = outcomes::follow(system, &outcomes.iter().collect::<Vec<_>>(), &before, |_| ()).await?;
    for end in &ends {
        match end {
            outcomes::End::Kept => {}
            outcomes::End::SetAside(reason) => anyhow::bail!("an outcome was set aside: {reason}"),
            outcomes::End::Waiting => anyhow::bail!("an outcome did not find its lead"),
        }
    }
    Ok(Round {
        scripted: cast.0.into_keys().collect(),
        submit_to_visible_ms,
        actions,
        accepted: accepted.iter().map(|lead| lead.id().clone()).collect(),
        outcomes: ends.len(),
        report: Box::pin(system.retrain(|_| ())).await?,
    })
}

/// A day's work of leads, each followed to its queue.
async fn crowd_in(system: &System, bars: &dyn Bar) -> Result<()> {
    const TITLE: &str = "More leads come in";
    bars.started(TITLE);
    let bodies = crowd::form_submits(CROWD, SystemClock.now())?;
    let sent: Vec<Sent> =
        bodies.into_iter().enumerate().map(|(n, body)| Sent { label: format!("lead {n}"), body }).collect();
    let told = |at: follow::Step| match at {
        follow::Step::Sent(sent) => bars.step(TITLE, crate::progress::step(sent, CROWD, "leads sent")),
        follow::Step::Accounted(done) => {
            bars.step(TITLE, crate::progress::step(done, CROWD, "leads in their queues"));
        }
    };
    let accounts = follow::to_the_end(system, sent, told).await?;
    bars.finished(TITLE);
    anyhow::ensure!(
        accounts.iter().all(|a| matches!(a.fate, Fate::Queued(_) | Fate::Repeated(_) | Fate::Joined(_))),
        "not every lead of the demo reached its queue"
    );
    Ok(())
}

/// Sends an event and waits until an SDR's queue shows it.
async fn submit_to_visible(system: &System, cast: &Cast, body: &str) -> Result<u128> {
    use leadlight_ports::MessageQueue;
    let event = leadlight_lead::FormSubmit::parse(body.as_bytes())?;
    let id = event.lead_id(SystemClock.now())?;
    let began = Instant::now();
    system.form_submits()?.send(body, &[]).await?;
    loop {
        for sdr in cast.with(Role::Sdr) {
            if sdr.waiting(QueueName::Sdr).await?.contains(&id) {
                return Ok(began.elapsed().as_millis());
            }
        }
        anyhow::ensure!(
            began.elapsed() < PATIENCE,
            "the lead was not to be seen after {} s",
            PATIENCE.as_secs()
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Everyone takes one lead after the other, until nothing is left that waits for people.
async fn work(cast: &Cast, actions: &mut BTreeMap<&'static str, usize>, bars: &dyn Bar) -> Result<()> {
    const WORK: &str = "Working through the queues";
    bars.started(WORK);
    let queues =
        [QueueName::HumanFirst, QueueName::Sdr, QueueName::CatchAll, QueueName::Flagged, QueueName::Ae];
    for turn in 0..MOST_STEPS {
        let mut idle = true;
        for queue in queues {
            let role = queue.role().unwrap_or(Role::Sdr);
            // A manager has what nobody else could take.
            for person in cast.with(role).chain(cast.with(Role::Manager).filter(|_| role != Role::Manager)) {
                let Some(lead) = person.next(queue).await? else { continue };
                let (action, with) = script(&lead, queue);
                person.act(&lead, action, with).await?;
                *actions.entry(action).or_default() += 1;
                idle = false;
                bars.step(WORK, crate::progress::step(actions.values().sum(), 0, "decisions"));
            }
        }
        if idle && turn > 0 {
            bars.finished(WORK);
            return Ok(());
        }
        if idle {
            // What was sent on to be scored takes a moment to come back.
            tokio::time::sleep(Duration::from_secs(2)).await;
        }
    }
    anyhow::bail!("the queues are not empty after {MOST_STEPS} turns")
}

/// What the script does with a lead. By rote, so that each kind of decision occurs.
fn script(lead: &QueuedLead, queue: QueueName) -> (&'static str, serde_json::Value) {
    const NOTE: &str = "written by the demo's script";
    let score = lead.decision().map_or(0, |d| d.score.rounded());
    let sent_back = lead.work.history.iter().any(|e| e.what == leadlight_lead::Happening::SentBack);
    let even = lead.id().shard(2) == 0;
    let level = |strong| if strong { "strong" } else { "some" };
    match queue {
        QueueName::HumanFirst => ("seen", json!({ "note": NOTE })),
        QueueName::CatchAll => ("reject", json!({ "reason": "bad_data", "note": NOTE })),
        QueueName::Flagged => ("confirm", json!({ "note": NOTE })),
        QueueName::Ae if !even && !sent_back => ("send-back", json!({ "note": NOTE })),
        QueueName::Ae => (
            "accept",
            json!({ "attestation": {
                "buying_signal": level(score >= 90), "strategic_fit": level(score >= 80),
                "relationship": "none", "deal_size": "10k_50k",
            }}),
        ),
        _ if score < 75 && !sent_back => ("reject", json!({ "reason": "no_need", "note": NOTE })),
        _ if score < 85 && !sent_back => ("flag", json!({ "note": NOTE })),
        _ => ("confirm", json!({ "note": NOTE })),
    }
}

/// The leads that passed both checkpoints, as the table has them.
async fn accepted(system: &System) -> Result<Vec<QueuedLead>> {
    let leads = system.leads()?;
    let mut found = Vec::new();
    let mut after = None;
    loop {
        let page = leads.answered(after).await?;
        found.extend(page.leads.into_iter().filter(|l| matches!(l.work.progress, Progress::Accepted { .. })));
        after = page.next;
        if after.is_none() {
            found.sort_by_key(|l| (u16::MAX - l.priority, l.id().clone()));
            return Ok(found);
        }
    }
}

/// Every accepted lead becomes an opportunity; two of three are won. The close is told before the opening.
fn outcomes_of(accepted: &[QueuedLead], now: Timestamp) -> Vec<CrmEvent> {
    let mut told = Vec::new();
    for (n, lead) in accepted.iter().enumerate() {
        let event = |what: Milestone, kind: &str| CrmEvent {
            schema_version: <CrmEvent as leadlight_lead::Versioned>::VERSION,
            id: format!("demo-{n}-{kind}").parse().unwrap_or_else(|_| unreachable!("it is plain")),
            lead: LeadRef::LeadId(lead.id().clone()),
            deal: None,
            occurred_at: now,
            what,
        };
        let closed = if n % 3 == 2 {
            Milestone::Lost { reason: Some("went with another vendor".to_owned()) }
        } else {
            Milestone::Won { amount_usd: Some(30_000) }
        };
        told.push(event(closed, "closed"));
        told.push(event(Milestone::OpportunityCreated { amount_usd: Some(30_000) }, "opened"));
    }
    told
}
