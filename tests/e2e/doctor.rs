//! What `doctor` finds in a system that is well, and in one where something is broken.

use aws_config::SdkConfig;
use leadlight::doctor::{Finding, Standing, look};
use leadlight_aws_call::{LAMBDA, Request, SECRETS_MANAGER, Service, call, json, json_error};
use leadlight_local_aws::{StackState, stack_state};
use leadlight_policy::Policy;
use leadlight_ports::{ETag, ObjectStore};
use leadlight_registry::Kind;
use leadlight_tests::deployed::Deployed;
use serde_json::{Value, json as value};

const MONITORING: Service =
    Service { name: "monitoring", id: "CloudWatch", is_fips_in_gov: true, error: json_error };

async fn state(deployed: &Deployed) -> StackState {
    stack_state(&deployed.config, deployed.system.stack()).await.unwrap().unwrap()
}

async fn findings(deployed: &Deployed) -> Vec<Finding> {
    look(&deployed.system, &state(deployed).await).await.findings
}

fn of<'a>(findings: &'a [Finding], about: &str) -> &'a Finding {
    findings.iter().find(|one| one.about == about).unwrap_or_else(|| panic!("{about}: {findings:#?}"))
}

async fn send(
    config: &SdkConfig,
    service: &'static Service,
    method: &'static str,
    path: String,
    body: Value,
) {
    let headers = vec![("content-type", "application/json".to_owned())];
    let request = Request { method, path, headers, body: body.to_string().into_bytes() };
    call(config, service, "Test", request).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn each_trouble_is_told_with_its_remedy_and_a_system_that_is_well_has_none() {
    let deployed = Deployed::new().await;
    let all = findings(&deployed).await;
    let wrong: Vec<&Finding> = all.iter().filter(|one| one.standing >= Standing::NotSeen).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    for (about, words) in [
        ("stack", "CREATE_COMPLETE"),
        ("release", env!("CARGO_PKG_VERSION")),
        ("functions", "13 ready"),
        ("queues to functions", "7 mappings on"),
        ("schedules", "schedules on"),
        ("policy", "since"),
        ("secrets", "there"),
        ("model", "the policy's rules decide"),
        ("dead letters", "none"),
        ("alarms", "none raised"),
    ] {
        let finding = of(&all, about);
        assert!(finding.standing == Standing::Well && finding.found.contains(words), "{finding:?}");
    }
    assert_eq!(of(&all, "team").standing, Standing::Look);
    assert!(of(&all, "team").remedy.as_ref().unwrap().contains("leadlight team publish"));
    let alarms: usize = of(&all, "alarms").found.split(' ').next().unwrap().parse().unwrap();
    assert!(alarms > 50, "all of them are looked at, page by page: {alarms}");

    break_things(&deployed).await;
    let all = findings(&deployed).await;
    for (about, words, remedy) in [
        ("policy", "cannot be used", "publish a correct one"),
        ("secrets", "vendors/", "leadlight vendors secret"),
        ("dead letters", "1 of enrich", "leadlight queue dead-letters"),
        ("failed runs", "1 letter", "leadlight retrain"),
        ("queues to functions", "ScoreFunction is Disabled", "switch them on"),
        ("FormSubmitsDlqAlarm", "", "infra/runbook.md, FormSubmitsDlqAlarm"),
    ] {
        let finding = of(&all, about);
        assert_eq!(finding.standing, Standing::Wrong, "{finding:?}");
        assert!(finding.found.contains(words), "{finding:?}");
        assert!(finding.remedy.as_ref().unwrap().contains(remedy), "{finding:?}");
    }
}

async fn break_things(deployed: &Deployed) {
    let (config, system) = (&deployed.config, &deployed.system);
    // A policy that no release can read, put there by hand.
    let registry = system.registry().unwrap();
    let key = Policy::key(&registry.pointer::<Policy>().await.unwrap().unwrap().current.hash);
    let etag: ETag = registry.store().get(&key).await.unwrap().unwrap().etag;
    registry.store().swap(&key, b"name = ".to_vec(), Some(&etag)).await.unwrap();
    // A vendor's key.
    let secrets: Value =
        json(config, &SECRETS_MANAGER, "secretsmanager.ListSecrets", &value!({})).await.unwrap();
    let secret = &secrets["SecretList"][0]["Name"];
    let gone = value!({ "SecretId": secret, "ForceDeleteWithoutRecovery": true });
    let _: Value = json(config, &SECRETS_MANAGER, "secretsmanager.DeleteSecret", &gone).await.unwrap();
    // Letters.
    let dead = system.stages().unwrap()[0].dead_letters_url.clone();
    for url in [dead, system.failed_runs().unwrap()] {
        system.sqs().send_message().queue_url(url).message_body("no event").send().await.unwrap();
    }
    // A queue that nobody reads.
    let score = deployed.function("Score");
    let path = format!("/2015-03-31/event-source-mappings/?FunctionName={score}");
    let request = Request { method: "GET", path, headers: Vec::new(), body: Vec::new() };
    let mappings: Value =
        serde_json::from_slice(&call(config, &LAMBDA, "Test", request).await.unwrap().body).unwrap();
    let id = mappings["EventSourceMappings"][0]["UUID"].as_str().unwrap();
    let path = format!("/2015-03-31/event-source-mappings/{id}");
    send(config, &LAMBDA, "PUT", path, value!({ "Enabled": false })).await;
    // An alarm.
    let state = state(deployed).await;
    let alarm = &state.resources.iter().find(|one| one.name == "FormSubmitsDlqAlarm").unwrap().id;
    let fields = [
        ("Action", "SetAlarmState"),
        ("Version", "2010-08-01"),
        ("AlarmName", alarm),
        ("StateValue", "ALARM"),
        ("StateReason", "a test"),
    ];
    let body = fields.map(|(name, text)| format!("{name}={text}")).join("&").replace(' ', "+");
    let headers = vec![("content-type", "application/x-www-form-urlencoded".to_owned())];
    let request = Request { method: "POST", path: "/".to_owned(), headers, body: body.into_bytes() };
    call(config, &MONITORING, "SetAlarmState", request).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stack_that_is_not_there_is_none() {
    let deployed = Deployed::new().await;
    assert_eq!(stack_state(&deployed.config, "another").await.unwrap(), None);
}
