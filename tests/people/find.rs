//! Every lead can be found, wherever it stands.

use axum::http::{Method, StatusCode};
use leadlight_lead::QueueName;
use leadlight_ports::{LeadIndex, LeadStore};
use serde_json::{Value, json};

use crate::http::Door;

async fn found(door: &Door, token: &str, text: &str) -> (StatusCode, Value) {
    door.api(token, Method::POST, "/api/v1/find", Some(json!({ "q": text }))).await
}

fn ids(answer: &Value) -> Vec<&str> {
    answer["leads"].as_array().unwrap().iter().map(|lead| lead["id"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn every_lead_is_found_by_its_id_its_persons_address_and_its_account() {
    let door = Door::new().await;
    let leads = door.office.world.leads.all(None, None).await.unwrap().leads;
    let token = door.token("sdr-1").await;
    let mut queues = std::collections::BTreeSet::new();
    for lead in &leads {
        let event = lead.event();
        let by_id = found(&door, &token, lead.id().as_str()).await.1;
        assert_eq!(ids(&by_id), [lead.id().as_str()]);
        let by_address = found(&door, &token, &format!(" {} ", event.email.as_str())).await.1;
        assert!(ids(&by_address).contains(&lead.id().as_str()), "{:?}", lead.queue);
        if let Some(domain) = lead.account_domain() {
            let pasted = format!("https://www.{domain}/about");
            assert!(ids(&found(&door, &token, &pasted).await.1).contains(&lead.id().as_str()), "{domain}");
        }
        queues.insert(lead.queue);
    }
    assert!(queues.contains(&QueueName::Nurture) && queues.contains(&QueueName::Disqualified), "{queues:?}");
}

#[tokio::test]
async fn what_is_looked_for_stands_in_no_address_and_is_shown_as_text() {
    let door = Door::new().await;
    let token = door.token("sdr-1").await;
    let lead = door.office.world.leads.queue(QueueName::Nurture, 1).await.unwrap().remove(0);
    let page = door.page(&token, "/find").await.body;
    assert!(page.contains("method=\"post\" action=\"/find\""), "{page}");
    let asked = async |text: &str| door.form(&token, "/find", &[("q", text)]).await;
    let answer = asked(lead.event().email.as_str()).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(answer.body.contains(&format!("/leads/{}", lead.id())), "{}", answer.body);
    let script = "<script>alert(1)</script>.example";
    let answer = asked(script).await;
    assert!(!answer.body.contains(script) && answer.body.contains("role=\"alert\""), "{}", answer.body);
    assert!(asked("nobody@nowhere.example").await.body.contains("No lead is known by that"));
    for text in ["Acme", "*", "%", &"x".repeat(10_000)] {
        let (status, told) = found(&door, &token, text).await;
        let refused = if text.len() > 2_000 { StatusCode::BAD_REQUEST } else { StatusCode::NOT_FOUND };
        assert_eq!(status, refused, "{told}");
        assert!(told["detail"].as_str().unwrap().contains("type an e-mail address"), "{told}");
        assert!(asked(text).await.body.contains("type an e-mail address"));
    }
    assert_eq!(
        door.api("", Method::POST, "/api/v1/find", Some(json!({"q": "acme.example"}))).await.0,
        StatusCode::UNAUTHORIZED
    );
}
