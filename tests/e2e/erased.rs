//! A person who went through the whole system and is erased: every item of both tables, every object with its versions and
//! every queue is searched for them afterwards.

use std::io::{Read, Write};
use std::time::Duration;

use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use leadlight::erase::stores;
use leadlight_erasure::Asked;
use leadlight_lead::{DrawKey, ErasureKey, LeadId, PersonKey, StageMessage};
use leadlight_local_aws::{Invocation, invoke};
use leadlight_ports::{Clock, LeadIndex, LeadStore, ObjectStore, ObjectTraces, SystemClock, Tombstones};
use leadlight_sources::Erasure;
use leadlight_tests::deployed::Deployed;
use serde_json::json;

use super::{import_history, send_and_follow, sent, until};

/// Vendors of the sample world know her.
const ADDRESS: &str = "dana.whitlock@brightforge.example";

fn form(id: &str) -> String {
    json!({
        "schema_version": 1, "id": id, "source": "website-form", "email": ADDRESS, "person_id": "visitor-4711",
        "first_name": "Dana", "last_name": "Whitlock", "phone": "+1 (415) 555-0142",
        "title": "VP Revenue Operations", "message": "Please call my sister first",
    })
    .to_string()
}

fn used(id: &str) -> String {
    json!({
        "schema_version": 1, "id": id, "source": "product-trial", "email": ADDRESS,
        "activity": [{"kind": "pricing_view", "at": SystemClock.now(), "name": "/pricing?user=Whitlock"}],
    })
    .to_string()
}

fn other(id: &str) -> String {
    form(id)
        .replace("dana.whitlock@", "grace@")
        .replace("Whitlock", "Hopper")
        .replace("visitor-4711", "visitor-1")
        .replace("sister", "office")
        .replace("0142", "0100")
}

fn lost(id: &str) -> String {
    json!({
        "schema_version": 1, "id": id, "lead": {"email": ADDRESS}, "deal": "D-4711", "occurred_at": SystemClock.now(),
        "what": {"kind": "lost", "reason": "Whitlock went elsewhere"},
    })
    .to_string()
}

fn asked() -> Asked {
    Asked::Address(ADDRESS.parse().unwrap())
}

/// All by which she could be told, in each spelling in which something could hold it. The hashes that lead to her lead can be
/// guessed from her address, so that none may stay.
fn spellings() -> Vec<String> {
    use base64::Engine as _;
    let base64 = base64::engine::general_purpose::STANDARD_NO_PAD.encode(ADDRESS);
    let fact = leadlight_ports::Subject::person(&ADDRESS.parse().unwrap());
    [
        ADDRESS,
        "dana.whitlock%40brightforge.example",
        "dana.whitlock\\u0040brightforge.example",
        &base64[..base64.len() - 2],
        "Whitlock",
        "+1 (415) 555-0142",
        "4155550142",
        "555-0142",
        "call my sister",
        "call%20my%20sister",
        "call+my+sister",
        "visitor-4711",
        PersonKey::of_address(&ADDRESS.parse().unwrap()).as_str(),
        fact.as_str(),
    ]
    .map(str::to_lowercase)
    .into()
}

/// What holds her, by where it is.
async fn found(deployed: &Deployed) -> Vec<String> {
    let mut found = Vec::new();
    let mut look = |place: &str, text: &str| {
        let text = text.to_lowercase();
        found.extend(
            spellings().iter().filter(|one| text.contains(*one)).map(|one| format!("{place}: {one}")),
        );
    };
    let dynamo = aws_sdk_dynamodb::Client::new(&deployed.config);
    for name in ["LeadsTableName", "FactsTableName"] {
        let mut start = None;
        loop {
            let page = dynamo.scan().table_name(deployed.system.output(name).unwrap());
            let page = page.consistent_read(true).set_exclusive_start_key(start).send().await.unwrap();
            for item in page.items.unwrap_or_default() {
                // What a vendor answered is kept as bytes.
                let bytes = item.values().filter_map(|value| value.as_b().ok());
                let bytes: Vec<_> = bytes.map(|b| String::from_utf8_lossy(b.as_ref()).into_owned()).collect();
                let key = item.get("pk").map(|pk| format!("{pk:?}")).unwrap_or_default();
                look(&format!("{name} {key}"), &format!("{item:?}{bytes:?}"));
            }
            start = page.last_evaluated_key;
            if start.is_none() {
                break;
            }
        }
    }
    let s3 = aws_sdk_s3::Client::from_conf(
        aws_sdk_s3::config::Builder::from(&deployed.config).force_path_style(true).build(),
    );
    let bucket = deployed.system.output("RegistryBucketName").unwrap();
    let all = s3.list_object_versions().bucket(&bucket).send().await.unwrap();
    assert_ne!(all.is_truncated, Some(true), "all versions are seen in one page");
    for version in all.versions.unwrap_or_default() {
        let key = version.key.unwrap_or_default();
        let request = s3.get_object().bucket(&bucket).key(&key).set_version_id(version.version_id);
        let bytes = request.send().await.unwrap().body.collect().await.unwrap().to_vec();
        let mut text = String::from_utf8_lossy(&bytes).into_owned();
        let mut unpacked = Vec::new();
        if GzDecoder::new(bytes.as_slice()).read_to_end(&mut unpacked).is_ok() {
            text.push_str(&String::from_utf8_lossy(&unpacked));
        }
        look(&key, &format!("{key}{text}"));
    }
    for stage in deployed.system.stages().unwrap() {
        for url in [&stage.queue_url, &stage.dead_letters_url] {
            for body in bodies(deployed, url).await {
                look(url, &body);
            }
        }
    }
    for url in [deployed.system.failed_runs().unwrap(), deployed.system.untold().unwrap()] {
        for body in bodies(deployed, &url).await {
            look(&url, &body);
        }
    }
    found
}

async fn bodies(deployed: &Deployed, url: &str) -> Vec<String> {
    let mut bodies = std::collections::BTreeMap::new();
    loop {
        let request = deployed.system.sqs().receive_message().queue_url(url).max_number_of_messages(10);
        let some = request.visibility_timeout(1).send().await.unwrap().messages.unwrap_or_default();
        let before = bodies.len();
        bodies.extend(some.into_iter().filter_map(|message| message.message_id.zip(message.body)));
        if bodies.len() == before {
            return bodies.into_values().collect();
        }
    }
}

/// Nothing waits in any queue that a function reads, and nothing is being worked on, twice in a row.
async fn at_rest(deployed: &Deployed) {
    let mut quiet = 0;
    until("queues without a message", async || {
        let mut waiting = 0;
        for stage in deployed.system.stages().unwrap() {
            waiting +=
                leadlight::dead_letters::messages_in(&deployed.system.sqs(), &stage.queue_url).await.unwrap();
        }
        quiet = if waiting == 0 { quiet + 1 } else { 0 };
        (quiet > 4).then_some(())
    })
    .await;
}

async fn send(deployed: &Deployed, queue_url: &str, body: &str) {
    deployed.system.sqs().send_message().queue_url(queue_url).message_body(body).send().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_an_erased_person_is_left_in_any_table_object_or_queue() {
    let deployed = Deployed::new().await;
    let system = &deployed.system;
    let registry = system.registry().unwrap();
    let leads = system.leads().unwrap();
    import_history(&deployed).await;
    let events = [form("e1"), form("e2"), used("u1"), other("e3")];
    send_and_follow(&deployed, events.into_iter().map(|body| sent("event", body)).collect()).await;
    let outcomes = system.stages().unwrap()[3].queue_url.clone();
    send(&deployed, &outcomes, &lost("o1")).await;
    let hers = until("the outcome", async || {
        let found = leads.of_person(&ADDRESS.parse().unwrap(), 9).await.unwrap();
        found.into_iter().find(|lead| lead.outcome.is_some())
    })
    .await;
    // A form after the deal had ended begins another lead of hers.
    send_and_follow(&deployed, vec![sent("later", form("e9"))]).await;
    let poison = form("e4").replace("website-form", "fax-machine");
    let submits = system.stages().unwrap()[0].queue_url.clone();
    send(&deployed, &submits, &poison).await;
    until("the dead letter", async || {
        let letters = leadlight::dead_letters::list(system).await.unwrap();
        letters.into_iter().find(|letter| letter.body.contains("fax-machine"))
    })
    .await;
    let mut packed = GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(hers.to_document().unwrap().as_bytes()).unwrap();
    let packed = packed.finish().unwrap();
    registry.store().put_new("exports/run/AWSDynamoDB/1/data/a.json.gz", packed).await.unwrap();
    let request = Erasure {
        source: "website-form".parse().unwrap(),
        person_id: Some("visitor-4711".to_owned()),
        email: None,
        requested_at: SystemClock.now(),
    };
    let body = request.to_message().unwrap().into_bytes();
    registry.store().put_new(&request.key(), body).await.unwrap();
    // Her lead is among those that were learnt from, and the report is written.
    let report = system.retrain(|_| ()).await.unwrap();
    assert!(!registry.store().keys("reports/").await.unwrap().is_empty(), "{report:?}");

    let before = found(&deployed).await;
    for place in ["LeadsTableName", "FactsTableName", "erasures/", "exports/", "dlq"] {
        assert!(
            before.iter().any(|one| one.to_lowercase().contains(&place.to_lowercase())),
            "{place}: {before:#?}"
        );
    }
    let held = stores(system).await.unwrap().held(&asked()).await.unwrap();
    let told = serde_json::to_string(&held).unwrap();
    for wanted in ["call my sister", "Whitlock went elsewhere", "/pricing?user=Whitlock", "fax-machine"] {
        assert!(told.contains(wanted), "what is given out has {wanted}");
    }
    assert!(!told.contains("Hopper"));

    // A sender asked for it: the function does it by itself.
    let erase = deployed.function("Erase");
    let round = invoke(&deployed.config, &erase, Invocation::Awaited, b"{}".to_vec());
    let round: serde_json::Value = serde_json::from_slice(&round.await.unwrap()).unwrap();
    assert_eq!((&round["erased"], &round["left"]), (&json!(1), &json!(0)), "{round}");
    assert_eq!(found(&deployed).await, Vec::<String>::new());
    let key = ErasureKey::of(&DrawKey::new([7; 32]));
    let mark = key.person(&PersonKey::of_address(&ADDRESS.parse().unwrap()));
    assert!(leads.erased_at(&mark).await.unwrap().is_some(), "her address, which the request did not have");
    let grace = LeadId::of(&"website-form".parse().unwrap(), &"e3".parse().unwrap());
    assert!(leads.get(&grace).await.unwrap().is_some(), "everybody else stays");

    // What comes again, or late, does not bring her back; nor does it rest with the dead letters.
    send(&deployed, &submits, &form("e1")).await;
    send(&deployed, &outcomes, &lost("o2")).await;
    at_rest(&deployed).await;
    assert_eq!(found(&deployed).await, Vec::<String>::new());
    let again = stores(system).await.unwrap().erase(&asked(), "a test", SystemClock.now(), [9; 32]).await;
    assert!(!again.unwrap().was_known);

    // What she sends anew is a lead again.
    tokio::time::sleep(Duration::from_millis(50)).await;
    let anew = send_and_follow(&deployed, vec![sent("anew", form("e77"))]).await;
    assert!(super::queue_of(&anew[0].fate).is_some(), "{:?}", anew[0].fate);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_erased_while_their_leads_are_on_their_way_does_not_come_back() {
    let deployed = Deployed::new().await;
    let system = &deployed.system;
    let submits = system.stages().unwrap()[0].queue_url.clone();
    send_and_follow(&deployed, vec![sent("first", form("e0")), sent("other", other("o0"))]).await;
    for pause_ms in [0, 300, 900, 2_000] {
        for n in 0..6 {
            send(&deployed, &submits, &form(&format!("flight-{pause_ms}-{n}"))).await;
        }
        tokio::time::sleep(Duration::from_millis(pause_ms)).await;
        let stores = stores(system).await.unwrap();
        stores.erase(&asked(), "a test", SystemClock.now(), [9; 32]).await.unwrap();
        at_rest(&deployed).await;
        assert_eq!(found(&deployed).await, Vec::<String>::new(), "after {pause_ms} ms");
    }
    let grace = LeadId::of(&"website-form".parse().unwrap(), &"o0".parse().unwrap());
    assert!(system.leads().unwrap().get(&grace).await.unwrap().is_some());
}
