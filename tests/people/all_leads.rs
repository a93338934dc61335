//! Leads of any queue, for those who answer for all of them: nurtured and disqualified ones too.

use axum::http::{Method, StatusCode};
use leadlight_lead::QueueName;
use leadlight_ports::LeadIndex;
use serde_json::Value;

use crate::http::Door;

async fn listed(door: &Door, token: &str, filter: &str) -> (StatusCode, Value) {
    door.api(token, Method::GET, &format!("/api/v1/leads{filter}"), None).await
}

fn ids(answer: &Value) -> Vec<String> {
    answer["leads"].as_array().unwrap().iter().map(|lead| lead["id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn every_queue_is_listed_and_narrowed_by_what_its_leads_have() {
    let door = Door::new().await;
    let manager = door.token("manager-1").await;
    let mut seen = 0;
    for queue in QueueName::ALL {
        let there = door.office.world.leads.queue(queue, 100).await.unwrap();
        let filter = format!("?queue={}", queue.as_str());
        let page = door.page(&manager, &format!("/leads{filter}")).await;
        assert_eq!(page.status, StatusCode::OK);
        let all = ids(&listed(&door, &manager, &filter).await.1);
        assert_eq!(all, there.iter().map(|lead| lead.id().to_string()).collect::<Vec<_>>());
        for lead in &there {
            seen += 1;
            assert!(page.body.contains(&format!("/leads/{}", lead.id())), "{queue:?}");
            let source = &lead.event().source;
            let of_source = format!("{filter}&source={source}");
            assert!(page.body.contains(&format!("source={source}")), "{}", page.body);
            assert!(ids(&listed(&door, &manager, &of_source).await.1).contains(&lead.id().to_string()));
            if let Some(decision) = lead.decision() {
                let (own, other) =
                    (decision.grade.to_string(), if decision.grade.to_string() == "A" { "D" } else { "A" });
                let id = lead.id().to_string();
                assert!(
                    ids(&listed(&door, &manager, &format!("{filter}&grade={own}")).await.1).contains(&id)
                );
                assert!(
                    !ids(&listed(&door, &manager, &format!("{filter}&grade={other}")).await.1).contains(&id)
                );
            }
        }
        let csv = door.page(&manager, &format!("/leads.csv{filter}")).await.body;
        assert_eq!(csv.lines().count(), there.len() + 1, "{csv}");
    }
    assert!(seen > 10, "{seen}");
}

#[tokio::test]
async fn a_list_of_all_is_for_managers_and_admins_and_a_wrong_filter_is_told() {
    let door = Door::new().await;
    let (sdr, manager, admin) =
        (door.token("sdr-1").await, door.token("manager-1").await, door.token("admin-1").await);
    assert_eq!(door.page(&sdr, "/leads").await.status, StatusCode::FORBIDDEN);
    assert_eq!(door.page(&sdr, "/leads.csv").await.status, StatusCode::FORBIDDEN);
    assert_eq!(listed(&door, &sdr, "").await.0, StatusCode::FORBIDDEN);
    assert_eq!(door.page(&admin, "/leads").await.status, StatusCode::OK);
    for wrong in ["?queue=%3Cscript%3E", "?grade=E", "?motion=any", "?source=%22%3E%3Cscript%3E"] {
        let (status, told) = listed(&door, &manager, wrong).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{told}");
        assert!(!told.to_string().contains("script"), "{told}");
    }
    // What nobody has is no fault: nothing is left, and the way back is on the page.
    let none = door.page(&manager, "/leads?source=nobody-sends-this").await;
    assert!(none.body.contains("No lead of this queue is like that"), "{}", none.body);
}
