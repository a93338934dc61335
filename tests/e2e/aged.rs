//! Whose time is up by the policy in force goes by the daily run of the deployed function, by the rights that its role has.

use jiff::SignedDuration;
use leadlight_lead::{PersonKey, RouteRequest};
use leadlight_local_aws::{Invocation, invoke};
use leadlight_policy::Policy;
use leadlight_ports::{Clock, LeadStore, Placing, Replaced, SystemClock};
use leadlight_tests::deployed::Deployed;
use leadlight_tests::memory::{DEFAULT_POLICY, System, change};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn whose_time_is_up_goes_by_the_daily_run() {
    let deployed = Deployed::new().await;
    let leads = deployed.system.leads().unwrap();
    let history = System::new().await.history();
    let now = SystemClock.now();
    // Two people whose deals ended, and were told of: one two years ago, one today.
    let mut two = Vec::new();
    for (mut lead, days) in history.into_iter().take(2).zip([730, 0]) {
        let at = now - SignedDuration::from_hours(24 * days);
        let RouteRequest::Scored(scored) = &mut lead.content else { panic!("history is scored") };
        scored.enriched.submitted.received_at = at;
        scored.enriched.submitted.event.occurred_at = Some(at);
        lead.outcome.as_mut().unwrap().closed_at = at;
        let keys = [(PersonKey::of_address(&lead.event().email), None)];
        let step = Placing { lead: &lead, read: None, joins: None, ends: None, keys: &keys, bars: &[] };
        assert_eq!(leads.place(step).await.unwrap(), Replaced::Done);
        two.push(lead);
    }
    let run = async || {
        let erase = deployed.function("Erase");
        let round = invoke(&deployed.config, &erase, Invocation::Awaited, b"{}".to_vec()).await.unwrap();
        serde_json::from_slice::<serde_json::Value>(&round).unwrap()
    };
    assert_eq!(run().await["swept"]["has_rules"], json!(false));
    let rules = format!("{DEFAULT_POLICY}\n[retention]\nclosed_days = 365\n");
    let registry = deployed.system.registry().unwrap();
    registry.publish::<Policy>(&rules, &change(), now).await.unwrap();
    // Environments look for another policy once a minute at the least; a new one looks at once.
    let round = super::until("a run under the new policy", async || {
        let round = run().await;
        (round["swept"]["has_rules"] == json!(true)).then_some(round)
    })
    .await;
    assert_eq!((&round["swept"]["people"], &round["swept"]["is_done"]), (&json!(1), &json!(true)), "{round}");
    assert_eq!(round["swept"]["leads"], json!({ "closed": 1 }));
    assert!(leads.get(two[0].id()).await.unwrap().is_none());
    assert_eq!(leads.lead_of(&PersonKey::of_address(&two[0].event().email)).await.unwrap(), None);
    assert!(leads.get(two[1].id()).await.unwrap().is_some());
}
