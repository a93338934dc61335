//! What goes right: every sample to its queue, by rules and by model, over SQS and over HTTP.

use leadlight::follow::Fate;
use leadlight_events::{Expected, samples};
use leadlight_lead::{DecidedBy, LeadId, QueueName, ReasonUnit};
use leadlight_ports::{LeadIndex, LeadStore};
use leadlight_retrain::Verdict;
use leadlight_tests::deployed::Deployed;

use super::{event, import_history, queue_of, sample_events, send_and_follow, sent, until};

#[tokio::test(flavor = "multi_thread")]
async fn every_sample_reaches_its_queue_with_a_model_and_reasons() {
    let deployed = Deployed::new().await;
    assert!(import_history(&deployed).await >= 600);
    let report = deployed.system.retrain(|_| ()).await.unwrap();
    let Verdict::Published { model, .. } = report.verdict else { panic!("{:?}", report.verdict) };

    let accounts = send_and_follow(&deployed, sample_events()).await;
    assert_eq!(accounts.len(), samples().len(), "every event is accounted for");
    for (sample, account) in samples().iter().zip(&accounts) {
        match (sample.expected, &account.fate) {
            (Expected::Queue(queue), fate) => {
                assert_eq!(queue_of(fate), Some(queue), "{}: {fate:?}", sample.file);
            }
            (Expected::Duplicate, Fate::Repeated(_)) => (),
            (Expected::DeadLetter, Fate::Dead(letter)) => {
                assert_eq!(letter.stage, "enrich");
                assert!(letter.reason.starts_with("the event cannot be read: "), "{}", letter.reason);
            }
            (expected, fate) => panic!("{}: expected {expected:?}, found {fate:?}", sample.file),
        }
    }
    let leads = deployed.system.leads().unwrap();
    let first = leads.queue(QueueName::Sdr, 1).await.unwrap().remove(0);
    let decision = first.decision().unwrap();
    assert_eq!(decision.decided_by, DecidedBy::Model { hash: model });
    assert_eq!(decision.reason_unit, ReasonUnit::LogOdds);
    let margin: f64 = decision.reasons.iter().map(|r| r.contribution).sum();
    let probability = decision.probability.unwrap();
    assert!((1.0 / (1.0 + (-margin).exp()) - probability).abs() < 1e-9);

    // The same deals again: nothing new to learn, nothing changes.
    assert!(matches!(deployed.system.retrain(|_| ()).await.unwrap().verdict, Verdict::Kept { .. }));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_model_rules_decide_and_repetition_and_order_change_nothing() {
    let deployed = Deployed::new().await;
    let mut events = sample_events();
    let doubled: Vec<_> = events.iter().rev().cloned().collect();
    events.extend(doubled);
    let accounts = send_and_follow(&deployed, events).await;

    let leads = deployed.system.leads().unwrap();
    let mut stored = 0;
    for queue in QueueName::ALL {
        stored += leads.queue(queue, 100).await.unwrap().len();
    }
    let wanted = samples().iter().filter(|s| matches!(s.expected, Expected::Queue(_))).count();
    assert_eq!(stored, wanted, "each lead stands once");
    for (sample, account) in samples().iter().zip(&accounts) {
        let Expected::Queue(queue) = sample.expected else { continue };
        let Fate::Queued(lead) = &account.fate else { panic!("{}", sample.file) };
        assert_eq!(lead.queue, queue, "{}", sample.file);
        if let Some(decision) = lead.decision() {
            assert!(matches!(decision.decided_by, DecidedBy::Rules { .. }));
        }
    }
}

fn post(url: &str, content_type: &str, body: &str) -> (u16, serde_json::Value) {
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let mut response = agent.post(url).content_type(content_type).send(body).unwrap();
    let status = response.status().as_u16();
    (status, serde_json::from_str(&response.body_mut().read_to_string().unwrap()).unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lead_posted_over_http_reaches_its_queue() {
    let deployed = Deployed::new().await;
    let url = deployed.intake_url("/v1/leads");
    let plain = r#"{"source":"website-form","email":"ada@brightforge.example"}"#;
    let cloud = r#"{"specversion":"1.0","id":"7","source":"webinar","type":"attended",
        "data":{"email":"eve@pipewright.example"}}"#;
    let events_url = deployed.intake_url("/v1/cloudevents");
    let answers = tokio::task::spawn_blocking(move || {
        [
            post(&url, "application/json", plain),
            post(&url, "application/json", plain),
            post(&events_url, "application/cloudevents+json", cloud),
            post(&url, "application/json", "{"),
            post(&url, "application/json", &plain.replace("@brightforge.example", "")),
            post(&url, "application/json", &"x".repeat(4_300_000)),
        ]
    })
    .await
    .unwrap();
    let statuses: Vec<u16> = answers.iter().map(|(status, _)| *status).collect();
    assert_eq!(statuses, [202, 202, 202, 400, 400, 413]);
    let id =
        |n: usize| -> LeadId { answers[n].1["accepted"][0]["lead_id"].as_str().unwrap().parse().unwrap() };
    assert_eq!(id(0), id(1), "the same body is the same lead");
    let leads = deployed.system.leads().unwrap();
    for n in [0, 2] {
        until("the posted lead", async || leads.get(&id(n)).await.unwrap()).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_id_for_two_events_keeps_the_first_and_sets_the_second_aside() {
    let deployed = Deployed::new().await;
    let first = send_and_follow(&deployed, vec![sent("first", event("e1"))]).await;
    let second = event("e1").replace("VP Sales", "Intern");
    let accounts = send_and_follow(&deployed, vec![sent("second", second)]).await;
    let Fate::Dead(letter) = &accounts[0].fate else { panic!("{:?}", accounts[0].fate) };
    assert_eq!(letter.stage, "route");
    assert!(letter.reason.contains("same source and id"), "{}", letter.reason);
    let Fate::Queued(lead) = &first[0].fate else { panic!() };
    let stored = deployed.system.leads().unwrap().get(lead.id()).await.unwrap().map(|s| s.lead);
    assert_eq!(stored.as_ref(), Some(&**lead));
}
