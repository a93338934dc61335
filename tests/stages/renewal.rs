//! Time: what fades is scored again on the day on which that changes something, and nothing is taken from people.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use leadlight::cli::Renew;
use leadlight_destinations::{EventKind, Turn, What, changes};
use leadlight_events::samples;
use leadlight_lead::{
    Becomes, Claim, Confirmation, Entry, Happening, LeadId, MemberId, Motion, Moved, Progress, QueueName,
    QueuedLead, RouteRequest, renewal_day,
};
use leadlight_policy::Policy;
use leadlight_ports::memory::{Memory, MemoryQueue};
use leadlight_ports::{FixedClock, LeadStore, Replaced, Stored};
use leadlight_registry::InForce;
use leadlight_route::Route;
use leadlight_score::Score;
use leadlight_sla::RenewalReport;
use leadlight_tests::memory::{DEFAULT_POLICY, System, change, delivery, reference, through};
use serde_json::json;

/// Of a day, when the run of renewals begins.
fn morning(day: Date) -> Timestamp {
    leadlight_lead::renewed_at(day).unwrap() + SignedDuration::from_mins(252)
}

fn after(days: i64) -> Date {
    renewal_day(reference() + SignedDuration::from_hours(24 * days))
}

fn score(world: &System, now: Timestamp) -> Score<Memory> {
    Score { clock: FixedClock(now), ..world.score() }
}

fn route(world: &System, now: Timestamp) -> Route<Memory> {
    Route { clock: FixedClock(now), ..world.route() }
}

/// What a run sends to scoring, without it arriving there.
async fn sent(world: &System, day: Date) -> (RenewalReport, Vec<String>) {
    let sla = world.sla(morning(day));
    let report = sla.renew(None).await.unwrap();
    (report, sla.to_score.sent().into_iter().map(|sent| sent.body).collect())
}

/// Through scoring and routing, all the way.
async fn pass(world: &System, bodies: &[String], now: Timestamp) {
    let (score, route) = (score(world, now), route(world, now));
    let dead = through(&score, delivery(bodies.iter().map(String::as_str), 1)).await.1;
    assert!(dead.is_empty(), "{dead:?}");
    let scored: Vec<String> = score.to_route.sent().into_iter().map(|sent| sent.body).collect();
    let dead = through(&route, delivery(scored.iter().map(String::as_str), 1)).await.1;
    assert!(dead.is_empty(), "{dead:?}");
    assert!(route.to_score.sent().is_empty(), "nothing goes in a circle");
}

async fn renewed(world: &System, day: Date) -> RenewalReport {
    let (report, bodies) = sent(world, day).await;
    pass(world, &bodies, morning(day)).await;
    report
}

async fn in_force(world: &System) -> Policy {
    let in_force = InForce::new(world.registry());
    let policy = in_force.policy(reference()).await.unwrap();
    Policy::clone(&policy)
}

/// All that wait, whether their day has come or not.
async fn renewed_all(world: &System, day: Date) {
    let queue = MemoryQueue::default();
    let asked = Renew { all: true, dry_run: false };
    leadlight::renew::renew(&world.leads, &queue, &in_force(world).await, asked, morning(day)).await.unwrap();
    let bodies: Vec<String> = queue.sent().into_iter().map(|sent| sent.body).collect();
    pass(world, &bodies, morning(day)).await;
}

async fn stored(world: &System, id: &LeadId) -> Stored {
    world.leads.get(id).await.unwrap().unwrap()
}

async fn all(world: &System) -> BTreeMap<LeadId, Stored> {
    let mut all = BTreeMap::new();
    let mut after = None;
    loop {
        let page = world.leads.all(None, after).await.unwrap();
        for lead in page.leads {
            all.insert(lead.id().clone(), stored(world, lead.id()).await);
        }
        match page.next {
            Some(next) => after = Some(next),
            None => return all,
        }
    }
}

async fn with_samples() -> System {
    let world = System::new().await;
    let bodies: Vec<&str> = samples().iter().map(|s| std::str::from_utf8(s.bytes).unwrap()).collect();
    world.pass(&bodies).await;
    world
}

/// A world with a lead that an SDR has today and that time will send to marketing: X lies just below its score.
async fn with_one_that_falls(hold: f64) -> (System, Stored, Date) {
    let world = with_samples().await;
    let highest = |leads: BTreeMap<LeadId, Stored>| {
        leads
            .into_values()
            .filter(|stored| {
                let decision = stored.lead.decision();
                decision.is_some_and(|d| d.asked_for.is_none() && d.is_renewed() && d.lifted.is_none())
                    && stored.lead.enriched().motion == Motion::Inbound
            })
            .max_by(|a, b| score_of(&a.lead).total_cmp(&score_of(&b.lead)))
            .unwrap()
    };
    let score = score_of(&highest(all(&world).await).lead);
    let x = format!("sdr = {} ", score - 0.5);
    let policy = DEFAULT_POLICY.replace("sdr = 70 ", &x).replace("nurture = 40 ", "nurture = 20 ");
    let policy = policy.replace("\n[grades]", &format!("\n[renewal]\nhold_points = {hold}\n\n[grades]"));
    let world = System::new().await;
    world.registry().publish::<Policy>(&policy, &change(), reference()).await.unwrap();
    let bodies: Vec<&str> = samples().iter().map(|s| std::str::from_utf8(s.bytes).unwrap()).collect();
    world.pass(&bodies).await;
    let lead = highest(all(&world).await);
    assert_eq!(lead.lead.waits_in(), Some(QueueName::Sdr));
    // Up to the day on which it leaves the queue; its letter may change before.
    let mut now = lead;
    loop {
        let renews = now.lead.renews().unwrap();
        if renews.becomes.unwrap().queue == QueueName::Nurture {
            return (world, now, renews.on);
        }
        renewed(&world, renews.on).await;
        now = stored(&world, now.lead.id()).await;
    }
}

fn score_of(lead: &QueuedLead) -> f64 {
    lead.decision().unwrap().score.value()
}

async fn write(world: &System, mut there: Stored, change: impl FnOnce(&mut QueuedLead)) -> Stored {
    change(&mut there.lead);
    let replaced =
        world.leads.replace(&there.lead, there.version, leadlight_lead::Counts::NONE).await.unwrap();
    assert_eq!(replaced, Replaced::Done);
    stored(world, there.lead.id()).await
}

#[tokio::test]
async fn what_was_foreseen_is_what_comes_and_no_day_costs_more_than_what_changes_on_it() {
    let world = with_samples().await;
    let (mut sent, mut moved) = (0, 0);
    for days in 1..=200 {
        let day = after(days);
        let before = all(&world).await;
        let due: Vec<_> =
            before.values().filter(|stored| stored.lead.renews_on().is_some_and(|on| on <= day)).collect();
        let report = renewed(&world, day).await;
        assert_eq!((report.sent, report.passed_over), (due.len(), 0), "on {day}");
        sent += report.sent;
        for there in &due {
            let foreseen = there.lead.renews().unwrap();
            let now = stored(&world, there.lead.id()).await.lead;
            let decision = now.decision().unwrap();
            if let Some(becomes) = foreseen.becomes {
                assert_eq!(Becomes::of(decision), becomes, "as was foreseen for {day}");
                moved += 1;
            }
            assert!(now.renews_on().is_none_or(|on| on > day), "it is not due again at once");
            assert_eq!(decision.as_of, leadlight_lead::renewed_at(day).unwrap());
        }
        let others = before.iter().filter(|(id, _)| due.iter().all(|due| due.lead.id() != *id));
        for (id, there) in others {
            assert_eq!(*there, stored(&world, id).await, "what is not due is not written");
        }
    }
    assert!(moved > 3 && sent < 60, "{moved} of {sent} moved");
}

#[tokio::test]
async fn a_message_that_is_lost_is_sent_again_and_one_that_comes_twice_is_done_once() {
    let (world, there, day) = Box::pin(with_one_that_falls(0.0)).await;
    let (report, lost) = sent(&world, day).await;
    assert!(report.sent >= 1 && lost.len() == report.sent);
    assert_eq!(stored(&world, there.lead.id()).await, there, "nothing is written before it comes back");
    let next = day.tomorrow().unwrap();
    let (_, bodies) = sent(&world, next).await;
    pass(&world, &bodies, morning(next)).await;
    let done = all(&world).await;
    pass(&world, &bodies, morning(next)).await;
    pass(&world, &lost, morning(next)).await;
    assert_eq!(all(&world).await, done, "what comes late or twice changes nothing");
    assert_eq!(sent(&world, next).await.0.sent, 0);
}

#[tokio::test]
async fn a_clock_that_goes_back_renews_nothing() {
    let (world, _, day) = Box::pin(with_one_that_falls(0.0)).await;
    renewed(&world, day).await;
    let done = all(&world).await;
    for days in [1, 5, 400] {
        let back = day.checked_sub(jiff::ToSpan::days(days)).unwrap();
        assert_eq!(renewed(&world, back).await.sent, 0);
    }
    assert_eq!(all(&world).await, done);
}

#[tokio::test]
async fn who_works_on_a_lead_keeps_it_with_its_new_score_until_they_are_done() {
    let (world, there, day) = Box::pin(with_one_that_falls(0.0)).await;
    let holder: MemberId = "sdr-1".parse().unwrap();
    let until = morning(day) + SignedDuration::from_mins(20);
    let held = write(&world, there, |lead| {
        lead.work.owner = Some(holder.clone());
        lead.work.claim = Some(Claim { holder: holder.clone(), until });
    })
    .await;
    renewed(&world, day).await;
    let kept = stored(&world, held.lead.id()).await.lead;
    assert!(score_of(&kept) < score_of(&held.lead), "the new score shows");
    assert_eq!(kept.decision().unwrap().queue(), QueueName::Nurture, "by itself it would go");
    assert_eq!(kept.waits_in(), Some(QueueName::Sdr));
    assert_eq!((&kept.work.owner, &kept.work.claim), (&held.lead.work.owner, &held.lead.work.claim));
    assert_eq!(kept.work.revision, held.lead.work.revision, "what they have open stays good");
    let next = day.tomorrow().unwrap();
    assert_eq!(kept.renews_on(), Some(next), "they may be done by then");
    renewed(&world, next).await;
    let gone = stored(&world, held.lead.id()).await.lead;
    assert_eq!((gone.waits_in(), &gone.work.owner), (Some(QueueName::Nurture), &None));
    let told = changes(Some(&kept), &gone, 9);
    let nurtured = told.iter().find(|event| event.kind() == EventKind::LeadNurtured).unwrap();
    assert_eq!(nurtured.what, What::Nurtured { from: Some(QueueName::Sdr), because: Turn::Time });
}

#[tokio::test]
async fn what_people_have_taken_up_stays_where_it_is_and_is_not_renewed_every_day() {
    let (world, there, day) = Box::pin(with_one_that_falls(0.0)).await;
    let by: MemberId = "manager-1".parse().unwrap();
    let at = morning(day);
    let overridden = write(&world, there, |lead| {
        lead.work.overridden = Some(Confirmation { by: by.clone(), at });
    })
    .await;
    renewed(&world, day).await;
    let kept = stored(&world, overridden.lead.id()).await.lead;
    assert_eq!(kept.waits_in(), Some(QueueName::Sdr));
    assert!(kept.renews_on().unwrap() > day.tomorrow().unwrap());
}

#[tokio::test]
async fn what_people_have_answered_is_left_alone() {
    let (world, there, day) = Box::pin(with_one_that_falls(0.0)).await;
    let by: MemberId = "sdr-1".parse().unwrap();
    let confirmed = write(&world, there, |lead| {
        let at = reference();
        lead.work.progress = Progress::Confirmed(Confirmation { by: by.clone(), at });
        lead.work.history.push(Entry { at, by: Some(by.clone()), what: Happening::Confirmed, note: None });
    })
    .await;
    let (_, bodies) = sent(&world, day).await;
    assert!(bodies.iter().all(|body| !body.contains(confirmed.lead.id().as_str())));
    assert_eq!(confirmed.lead.renews_on(), None);
}

#[tokio::test]
async fn a_lead_near_the_threshold_is_left_where_it_stands_and_says_so() {
    let (world, there, day) = Box::pin(with_one_that_falls(0.5)).await;
    let (_, _, at_once) = Box::pin(with_one_that_falls(0.0)).await;
    assert!(at_once < day, "without a band it falls on {at_once}, with one on {day}");
    renewed_all(&world, at_once).await;
    let held = stored(&world, there.lead.id()).await.lead;
    let decision = held.decision().unwrap();
    let (x, _) = in_force(&world).await.thresholds(held.enriched().motion);
    assert!(score_of(&held) < x && score_of(&held) >= x - 0.5, "{} beside {x}", score_of(&held));
    assert_eq!((held.waits_in(), decision.queue()), (Some(QueueName::Sdr), QueueName::Sdr));
    assert!((decision.held.unwrap().within_points - 0.5).abs() < f64::EPSILON);
    assert!(decision.summary.contains("left where it stood"), "{}", decision.summary);
    renewed(&world, day).await;
    let gone = stored(&world, there.lead.id()).await.lead;
    assert_eq!((gone.waits_in(), gone.decision().unwrap().held), (Some(QueueName::Nurture), None));
    assert!(score_of(&gone) < x - 0.5);
}

#[tokio::test]
async fn another_policy_or_none_of_its_models_decides_anew_and_that_is_no_trend() {
    let (world, there, day) = Box::pin(with_one_that_falls(0.5)).await;
    world
        .registry()
        .publish::<Policy>(&DEFAULT_POLICY.replace("sdr = 70 ", "sdr = 99 "), &change(), reference())
        .await
        .unwrap();
    renewed(&world, day).await;
    let now = stored(&world, there.lead.id()).await.lead;
    let decision = now.decision().unwrap();
    assert_ne!(decision.policy, there.lead.decision().unwrap().policy);
    assert_eq!((decision.held, now.trend()), (None, None));
    assert_eq!(now.scores().len(), there.lead.scores().len() + 1, "it stands in the list all the same");
}

#[tokio::test]
async fn a_score_that_fades_is_a_falling_trend() {
    let (world, there, day) = Box::pin(with_one_that_falls(0.0)).await;
    renewed(&world, day.checked_add(jiff::ToSpan::days(140)).unwrap()).await;
    let now = stored(&world, there.lead.id()).await.lead;
    let trend = now.trend().unwrap();
    assert!(trend.days >= 30 && trend.points < -0.5, "{trend:?}");
    assert_eq!(trend.moved == Moved::Falling, trend.points <= -2.0, "{trend:?}");
}

/// A lead that is nurtured, in a world where a request for a demo is worth an SDR's time.
async fn nurtured() -> (System, Stored) {
    let world = with_samples().await;
    let nurture =
        all(&world).await.into_values().find(|stored| stored.lead.waits_in() == Some(QueueName::Nurture));
    (world, nurture.unwrap())
}

fn left_nurture(before: &QueuedLead, after: &QueuedLead) -> Option<What> {
    let told = changes(Some(before), after, 7);
    let left = told.into_iter().find(|event| event.kind() == EventKind::LeadLeftNurture)?;
    assert_eq!(left.id, format!("{}/lead.left_nurture/7", after.id()));
    Some(left.what)
}

#[tokio::test]
async fn a_new_signal_brings_a_nurtured_lead_back_to_people() {
    let (world, there) = nurtured().await;
    let email = there.lead.event().email.as_str().to_owned();
    let again = json!({
        "schema_version": 1, "id": "back-1", "source": "website-form", "email": email,
        "form": { "kind": "demo_request" }, "occurred_at": reference().to_string(),
    });
    world.pass(&[&again.to_string()]).await;
    let back = stored(&world, there.lead.id()).await.lead;
    assert_eq!(back.waits_in(), Some(QueueName::Sdr));
    assert_eq!(
        left_nurture(&there.lead, &back),
        Some(What::LeftNurture { to: Some(QueueName::Sdr), because: Turn::Signal })
    );
}

#[tokio::test]
async fn a_new_signal_after_a_renewal_is_counted_to_the_later_of_both() {
    let (world, there) = nurtured().await;
    let day = after(20);
    renewed_all(&world, day).await;
    let email = there.lead.event().email.as_str().to_owned();
    let late = json!({
        "schema_version": 1, "id": "late-1", "source": "website-form", "email": email,
        "occurred_at": (reference() - SignedDuration::from_hours(2)).to_string(),
    });
    world.pass(&[&late.to_string()]).await;
    let now = stored(&world, there.lead.id()).await.lead;
    assert_eq!(now.event_count(), 2);
    let renewal = now.enriched().renewal.clone().unwrap();
    assert_eq!(now.decision().unwrap().as_of, renewal.at, "time that has passed stays passed");
    assert_eq!(renewal.stood, None, "something new is known: it decides");
}

#[tokio::test]
async fn a_person_brings_a_nurtured_lead_back_and_one_that_is_over_leaves_too() {
    let (_, there) = nurtured().await;
    let mut back = there.lead.clone();
    back.work.overridden = Some(Confirmation { by: "manager-1".parse().unwrap(), at: reference() });
    assert_eq!(
        left_nurture(&there.lead, &back),
        Some(What::LeftNurture { to: Some(QueueName::Sdr), because: Turn::Person })
    );
    let mut over = there.lead.clone();
    over.thread.continued_in = Some(there.lead.id().clone());
    assert_eq!(left_nurture(&there.lead, &over), Some(What::LeftNurture { to: None, because: Turn::Over }));
    let new = changes(None, &there.lead, 1);
    assert!(new.iter().any(|event| event.what == What::Nurtured { from: None, because: Turn::New }));
}

#[tokio::test]
async fn a_renewal_brings_a_nurtured_lead_up_as_well_as_down() {
    let (world, there) = nurtured().await;
    let x = score_of(&there.lead) - 15.0;
    let lower =
        DEFAULT_POLICY.replace("sdr = 70 ", &format!("sdr = {x} ")).replace("nurture = 40 ", "nurture = 10 ");
    world.registry().publish::<Policy>(&lower, &change(), reference()).await.unwrap();
    renewed_all(&world, after(1)).await;
    let up = stored(&world, there.lead.id()).await.lead;
    assert_eq!(
        left_nurture(&there.lead, &up),
        Some(What::LeftNurture { to: Some(QueueName::Sdr), because: Turn::Time })
    );
}

#[tokio::test]
async fn leads_of_the_release_before_are_renewed_once_when_asked_and_by_themselves_from_then_on() {
    let world = with_samples().await;
    let with_day = all(&world).await.values().filter(|stored| stored.lead.renews_on().is_some()).count();
    for (_, there) in all(&world).await {
        write(&world, there, |lead| {
            if let RouteRequest::Scored(scored) = &mut lead.content {
                scored.renews = None;
            }
        })
        .await;
    }
    let day = after(2);
    assert_eq!(sent(&world, after(300)).await.0.sent, 0, "nobody ever said when");
    let policy = in_force(&world).await;
    let ask = async |dry_run| {
        let queue = MemoryQueue::default();
        let asked = Renew { all: false, dry_run };
        let sent = leadlight::renew::renew(&world.leads, &queue, &policy, asked, morning(day)).await.unwrap();
        (sent.leads, queue.sent().into_iter().map(|sent| sent.body).collect::<Vec<_>>())
    };
    assert_eq!(ask(true).await, (with_day, vec![]));
    let (count, bodies) = ask(false).await;
    assert_eq!((count, bodies.len()), (with_day, with_day));
    pass(&world, &bodies, morning(day)).await;
    assert_eq!(ask(false).await.0, 0, "each has its day now");
    assert!(sent(&world, after(300)).await.0.sent > 0);
}

#[tokio::test]
async fn marketing_gets_the_whole_list_as_a_file() {
    let (world, there) = nurtured().await;
    let mut file = Vec::new();
    let written = leadlight::nurture::export(&world.leads, &mut file).await.unwrap();
    let wanted = all(&world).await.values().filter(|s| s.lead.waits_in() == Some(QueueName::Nurture)).count();
    assert_eq!(written, wanted);
    let mut reader = csv::Reader::from_reader(file.as_slice());
    assert_eq!(reader.headers().unwrap().iter().collect::<Vec<_>>(), leadlight::nurture::COLUMNS);
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), wanted);
    let row = rows.iter().find(|row| row.get(17) == Some(there.lead.id().as_str())).unwrap();
    assert_eq!(row.get(0), Some(there.lead.event().email.as_str()));
    assert_eq!(row.get(16).map(str::to_owned), there.lead.renews_on().map(|day| day.to_string()));
}

#[tokio::test]
async fn a_run_out_of_time_says_so_and_the_next_one_goes_on() {
    let (world, _, day) = Box::pin(with_one_that_falls(0.0)).await;
    let sla = world.sla(morning(day));
    let report = sla.renew(Some(morning(day))).await.unwrap();
    assert_eq!((report.sent, report.cut_short), (0, true));
    assert!(sla.to_score.sent().is_empty());
    assert!(sent(&world, day).await.0.sent >= 1);
}
