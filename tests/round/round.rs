//! The loop on one machine: form submit, queue, people by the console's own API, outcome, review, next model.
//!
//! A program of its own, so that no other test asks the emulator for anything meanwhile: each request of the console
//! has fifteen seconds.

use leadlight::rounds::{self, Door};
use leadlight_desk::Team;
use leadlight_events::{HISTORY_CSV, rebased, rebased_history, samples};
use leadlight_lead::{OutcomeResult, Progress, QueueName};
use leadlight_local_aws::Silent;
use leadlight_ports::{Clock, LeadIndex, LeadStore, SystemClock};
use leadlight_retrain::Verdict;
use leadlight_tests::deployed::Deployed;
use leadlight_tests::memory::TEAM;
use leadlight_tests::memory::change;

#[tokio::test(flavor = "multi_thread")]
async fn the_loop_closes() {
    let deployed = Deployed::new().await;
    let (system, now) = (&deployed.system, SystemClock.now());
    system.registry().unwrap().publish::<Team>(TEAM, &change(), now).await.unwrap();
    let deals = rebased_history(HISTORY_CSV, now);
    leadlight::history::import(system, "deals.csv", &deals, |_, _| ()).await.unwrap();
    let first = system.retrain(|_| ()).await.unwrap();
    assert!(matches!(first.verdict, Verdict::Published { .. }), "{:?}", first.verdict);
    let body = String::from_utf8_lossy(&rebased(samples()[0].bytes, now)).into_owned();
    let door = Door { base: deployed.console_url(), query: deployed.account_query() };
    let round = Box::pin(rounds::go(system, &door, &body, &Silent)).await.unwrap();

    assert!(round.accepted.len() >= 3, "{:?}", round.actions);
    assert_eq!(round.outcomes, round.accepted.len() * 2);
    let leads = system.leads().unwrap();
    for queue in QueueName::ALL.into_iter().filter(|queue| queue.role().is_some()) {
        assert_eq!(leads.queue(queue, 100).await.unwrap(), [], "{queue} was worked through");
    }
    let mut won = 0;
    for id in &round.accepted {
        let lead = leads.get(id).await.unwrap().unwrap().lead;
        let Progress::Accepted { confirmed, accepted } = &lead.work.progress else {
            panic!("{:?}", lead.work)
        };
        assert_ne!(confirmed.by, accepted.by);
        let outcome = lead.outcome.expect("its deal has ended");
        won += usize::from(outcome.result == OutcomeResult::Won);
    }
    let people = &round.report.study.past.as_ref().unwrap().people;
    let total = |of: fn(&leadlight_model::PeopleBand) -> usize| people.bands.iter().map(of).sum::<usize>();
    assert_eq!(
        (total(|b| b.accepted), total(|b| b.won)),
        (round.accepted.len(), won),
        "the report tells of people"
    );
    assert!(total(|b| b.rejected) > 0 && people.bands.len() >= 2, "{people:?}");
    assert_eq!(people.unattended, 0);
    // What they decided and what came of it is learnt from: the deals of the history, and these.
    assert!(round.report.deals > 1_200, "{}", round.report.deals);
    assert_eq!(leadlight::dead_letters::list(system).await.unwrap().len(), 0);
}
