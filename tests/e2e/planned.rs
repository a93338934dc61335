//! The week's target accounts become work by the daily run of the deployed function, by the rights that its role has.

use jiff::SignedDuration;
use leadlight_lead::QueueName;
use leadlight_local_aws::{Invocation, invoke};
use leadlight_outbound::TargetList;
use leadlight_policy::Policy;
use leadlight_ports::{Clock, DEPLOYMENT_KEY, LeadIndex, Marking, ObjectStore, SystemClock, Tombstones};
use leadlight_tests::deployed::Deployed;
use leadlight_tests::memory::{DEFAULT_POLICY, change};
use serde_json::json;

const RULES: &str = "\n[outbound]\nsource = \"outbound-list\"\naccounts_a_week = 3\npeople_per_account = 2\n\
                     accounts_per_group = 1\nagain_after_days = 90\n";
const LIST: &str = "domain,name,country,employees,industry,technologies,person,email,title\n\
    northpeak.example,Northpeak,DE,1200,Software,Salesforce,Ada Lovelace,ada@northpeak.example,VP Sales\n\
    northpeak.example,,,,,,Bob Builder,bob@northpeak.example,Sales Manager\n\
    quarry.example,Quarry,DE,300,Software,Salesforce,,,\n";

#[tokio::test(flavor = "multi_thread")]
async fn the_weeks_accounts_become_work_by_the_daily_run() {
    let deployed = Deployed::new().await;
    let run = async || {
        let plan = deployed.function("Plan");
        let day = invoke(&deployed.config, &plan, Invocation::Awaited, b"{}".to_vec()).await.unwrap();
        serde_json::from_slice::<serde_json::Value>(&day).unwrap()
    };
    assert_eq!(run().await, json!({ "idle": "no_rules" }));

    let registry = deployed.system.registry().unwrap();
    let now = SystemClock.now();
    registry.publish::<Policy>(&format!("{DEFAULT_POLICY}{RULES}"), &change(), now).await.unwrap();
    registry.publish::<TargetList>(LIST, &change(), now).await.unwrap();
    // Bob was erased: the list does not bring him back.
    let leads = deployed.system.leads().unwrap();
    registry.store().put_new(DEPLOYMENT_KEY, vec![7; 32]).await.unwrap();
    let key = Marking::new(registry.store().clone()).key().await.unwrap().unwrap();
    let bob = leadlight_lead::PersonKey::of_address(&"bob@northpeak.example".parse().unwrap());
    leads.bar(&key.person(&bob), now - SignedDuration::from_hours(1)).await.unwrap();

    let day = run().await;
    assert_eq!((&day["is_new"], &day["accounts"]), (&json!(true), &json!(2)), "{day}");
    assert_eq!((&day["sent"], &day["to_find"]), (&json!(1), &json!(1)), "{day}");
    let account = "northpeak.example".parse().unwrap();
    let lead = super::until("the target account's lead", async || {
        leads.of_account(&account, 5).await.unwrap().into_iter().find(|lead| lead.waits_in().is_some())
    })
    .await;
    assert_eq!(lead.event().email.as_str(), "ada@northpeak.example");
    assert_ne!(lead.waits_in(), Some(QueueName::Disqualified));
    assert!(lead.event().form.fields.contains_key("Why this account"));

    let again = run().await;
    assert_eq!(
        (&again["is_new"], &again["sent"]),
        (&json!(false), &json!(0)),
        "nobody is sent twice: {again}"
    );
}
