//! What comes from outside stays text, in pages and in spreadsheets.

use axum::http::{StatusCode, header};
use leadlight_desk::Action;
use leadlight_lead::{NoteKind, QueueName};
use leadlight_ports::LeadIndex;
use leadlight_tests::office::Office;

use super::Door;

#[tokio::test]
async fn a_script_in_any_field_stays_text() {
    let office = Office::empty().await;
    let script = "<script>alert(1)</script>\\\"'><img src=x onerror=alert(1)>";
    let event = format!(
        r#"{{"schema_version":1,"id":"x1","source":"website-form","email":"ada@brightforge.example",
        "first_name":"{script}","last_name":"{script}","title":"VP {script}","company":"{script}","message":"{script}",
        "activity":[{{"kind":"demo_request","name":"{script}","at":"2026-11-20T11:00:00Z"}}]}}"#
    );
    let passed = office.world.pass(&[&event]).await;
    assert_eq!(passed.dead.len(), 0, "{:?}", passed.dead.first().map(|d| &d.attributes));
    let door = Door::of(office);
    let mut leads = Vec::new();
    for queue in QueueName::ALL {
        leads.extend(door.office.world.leads.queue(queue, 5).await.unwrap());
    }
    let id = leads[0].id().clone();
    let manager = door.office.person("manager-1").await;
    let said = "<script>alert(2)</script>";
    door.office.does(1, &manager, &id, Action::Note { about: NoteKind::Context }, Some(said)).await.unwrap();
    let token = door.token("manager-1").await;
    let page = door.page(&token, &format!("/leads/{id}?did=%3Cscript%3Ealert(3)%3C/script%3E")).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains("&lt;script&gt;alert(2)"), "the note is there, as text");
    assert!(page.body.contains("&lt;img src=x"), "and so is the name");
    assert_eq!(page.body.matches("<script").count(), 1, "only the page's own script");
    assert!(!page.body.contains("<img"));
    let foreign = door.form(&token, &format!("/leads/{id}/%3Cscript%3E"), &[("revision", "1")]).await;
    assert_eq!(foreign.body.matches("<script").count(), 1);
}

#[tokio::test]
async fn a_spreadsheet_gets_no_formula() {
    let office = Office::empty().await;
    let event = r#"{"schema_version":1,"id":"x1","source":"website-form","email":"ada@unknown-co.example",
        "title":"VP Sales","company":"=HYPERLINK(\"http://evil.example\")","industry":"software","employees":300,
        "country":"AT","activity":[{"kind":"demo_request","at":"2026-11-20T11:00:00Z"}]}"#;
    office.world.pass(&[event]).await;
    let door = Door::of(office);
    let mut told = String::new();
    for member in ["sdr-1", "sdr-2"] {
        let token = door.token(member).await;
        let answer = door.page(&token, "/queue.csv").await;
        told.push_str(&answer.body);
        assert_eq!(answer.headers[header::CONTENT_TYPE], "text/csv; charset=utf-8");
        for cell in answer.body.lines().flat_map(|line| line.split(',')) {
            assert!(!cell.trim_matches('"').starts_with(['=', '+', '-', '@']), "{cell}");
        }
    }
    assert!(told.contains("'=HYPERLINK"), "the company is there, as text: {told}");
}
