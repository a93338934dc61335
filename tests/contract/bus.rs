//! The event bus: EventBridge and its twin.

use std::collections::BTreeSet;

use aws_config::SdkConfig;
use leadlight_adapters_bus::EventBridge;
use leadlight_aws_call::{EVENTBRIDGE, json};
use leadlight_ports::memory::MemoryBus;
use leadlight_ports::{BusEvent, Class, Classed, EventBus};
use leadlight_tests::deployed::Deployed;
use leadlight_tests::memory::reference;
use serde_json::{Value, json};

fn events(count: usize) -> Vec<BusEvent> {
    let event = |i: usize| {
        let detail = json!({ "id": format!("e{i}"), "time": reference(), "data": { "place": i } });
        BusEvent::new(format!("e{i}"), "lead.scored", reference(), &detail).unwrap()
    };
    (0..count).map(event).collect()
}

/// All that was put arrives, whatever the number, and is told from what was put before by its id alone.
async fn bus_contract(bus: &impl EventBus, arrived: impl AsyncFn(usize) -> Vec<Value>) {
    bus.put(&[]).await.unwrap();
    let told = events(23);
    bus.put(&told).await.unwrap();
    bus.put(&told[..2]).await.unwrap();
    let details = arrived(25).await;
    assert_eq!(details.len(), 25);
    let ids: BTreeSet<&str> = details.iter().filter_map(|detail| detail["id"].as_str()).collect();
    assert_eq!(ids, told.iter().map(BusEvent::id).collect());
    for detail in &details {
        assert_eq!(detail["id"], format!("e{}", detail["data"]["place"]));
        assert_eq!(detail["time"], reference().to_string());
    }
}

#[tokio::test]
async fn the_twin_holds_the_contract_for_the_bus() {
    let bus = MemoryBus::default();
    let details = async |_| -> Vec<Value> {
        bus.taken().iter().map(|event| serde_json::from_str(event.detail()).unwrap()).collect()
    };
    bus_contract(&bus, details).await;

    bus.refuse("e1");
    let told = events(3);
    let error = bus.put(&told).await.unwrap_err();
    assert_eq!(error.refused.iter().map(|refused| refused.index).collect::<Vec<_>>(), [1]);
    assert_eq!(bus.taken().len(), 25 + 2, "the others were taken");
    bus.refuse_none();
    bus.put(&told[1..2]).await.unwrap();
    bus.set_away(true);
    assert_eq!(bus.put(&told).await.unwrap_err().refused.len(), 3);
}

/// A bus with a rule that leads its events to a queue; the queue's URL.
async fn bus_with_a_queue(config: &SdkConfig, bus: &str) -> String {
    let sqs = aws_sdk_sqs::Client::new(config);
    let set = async |operation, input| {
        json::<Value>(config, &EVENTBRIDGE, operation, &input).await.unwrap();
    };
    set("AWSEvents.CreateEventBus", json!({ "Name": bus })).await;
    let url = sqs.create_queue().queue_name(bus).send().await.unwrap().queue_url.unwrap();
    let name = aws_sdk_sqs::types::QueueAttributeName::QueueArn;
    let told = sqs.get_queue_attributes().queue_url(&url).attribute_names(name.clone()).send().await.unwrap();
    let arn = told.attributes.unwrap().remove(&name).unwrap();
    let pattern = json!({ "source": ["leadlight.test"], "detail-type": ["lead.scored"] });
    let rule = json!({ "Name": "all", "EventBusName": bus, "EventPattern": pattern.to_string() });
    set("AWSEvents.PutRule", rule).await;
    let targets = json!([{ "Id": "queue", "Arn": arn }]);
    set("AWSEvents.PutTargets", json!({ "Rule": "all", "EventBusName": bus, "Targets": targets })).await;
    url
}

async fn received(config: &SdkConfig, url: &str, wanted: usize) -> Vec<Value> {
    let sqs = aws_sdk_sqs::Client::new(config);
    let mut details = Vec::new();
    for _ in 0..50 {
        let request = sqs.receive_message().queue_url(url).max_number_of_messages(10).wait_time_seconds(1);
        for message in request.send().await.unwrap().messages.unwrap_or_default() {
            let event: Value = serde_json::from_str(&message.body.unwrap()).unwrap();
            assert_eq!(
                (&event["source"], &event["detail-type"]),
                (&json!("leadlight.test"), &json!("lead.scored"))
            );
            details.push(event["detail"].clone());
            let receipt = message.receipt_handle.unwrap();
            sqs.delete_message().queue_url(url).receipt_handle(receipt).send().await.unwrap();
        }
        if details.len() >= wanted {
            break;
        }
    }
    details
}

#[tokio::test(flavor = "multi_thread")]
async fn the_real_bus_holds_its_contract() {
    const BUS: &str = "leadlight-test";
    let deployed = Deployed::new().await;
    let config = &deployed.config;
    let url = bus_with_a_queue(config, BUS).await;
    let bus = |config, source: &str| EventBridge::from_config(config, BUS.to_owned(), source.to_owned());
    bus_contract(&bus(config, "leadlight.test"), async |wanted| received(config, &url, wanted).await).await;

    // EventBridge keeps such sources to itself, and answers 200 with a failure for each event.
    let error = bus(config, "aws.test").put(&events(12)).await.unwrap_err();
    assert_eq!((error.refused.len(), error.of), (12, 12), "{error}");
    assert_eq!(error.refused[11].index, 11);

    let away = bus(&super::nowhere(config), "leadlight.test").put(&events(12)).await.unwrap_err();
    assert_eq!((away.refused.len(), away.class()), (12, Class::Retryable), "{away}");
}
