//! Completing a record, by a form and by a program.

use axum::http::{Method, StatusCode};
use leadlight_lead::{Consent, Counts, QueueName, QueuedContent};
use leadlight_ports::{LeadStore, Replaced, Stored};
use serde_json::{Value, json};

use super::Door;

#[tokio::test]
async fn a_record_is_completed_by_a_form_that_loses_nothing_of_what_was_typed() {
    let door = Door::new().await;
    let (id, sdr) = door.office.first(QueueName::CatchAll).await;
    let token = door.token(sdr.actor.id.as_str()).await;
    let page = door.page(&token, &format!("/leads/{id}")).await;
    assert!(
        page.body.contains("Complete the record") && page.body.contains("<details open"),
        "{}",
        page.body
    );
    let path = format!("/leads/{id}/complete");
    let revision = door.revision(&id).await;
    let typed: [(&str, &str); 8] = [
        ("company_name", "Quiet <Harbor>"),
        ("industry", "Widgets & co"),
        ("employees", "201-500"),
        ("revenue_usd", ""),
        ("country", ""),
        ("technologies", ""),
        ("seniority", "vp"),
        ("note", "from their imprint"),
    ];
    let fields = |industry, revision| -> Vec<(&str, &str)> {
        let of = |(name, text)| (name, if name == "industry" { industry } else { text });
        typed.into_iter().map(of).chain([("revision", revision)]).collect()
    };
    let refused = door.form(&token, &path, &fields("Widgets & co", &revision)).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    for there in [
        "Industry is no industry that is understood",
        "value=\"Quiet &lt;Harbor&gt;\"",
        "value=\"Widgets &amp; co\"",
        "value=\"201-500\"",
        "<option value=\"vp\" selected>",
    ] {
        assert!(refused.body.contains(there), "{there}: {}", refused.body);
    }
    let kept = door.form(&token, &path, &fields("Software", &revision)).await;
    assert_eq!(kept.location(), format!("/leads/{id}?did=complete"), "{}", kept.body);
    let page = door.page(&token, kept.location()).await.body;
    for there in [
        "scored again with it",
        "Our people",
        "Wrote into the record: the company's name",
        "from their imprint",
    ] {
        assert!(page.contains(there), "{there}: {page}");
    }
    // What was lost while someone wrote is not lost from sight.
    let over = door.form("", &path, &fields("Software", &revision)).await;
    assert_eq!(over.status, StatusCode::UNAUTHORIZED);
    assert!(over.body.contains("Industry: “Software”"), "{}", over.body);
}

#[tokio::test]
async fn a_program_completes_a_record_by_the_same_rules() {
    let door = Door::new().await;
    let (id, sdr) = door.office.first(QueueName::CatchAll).await;
    let token = door.token(sdr.actor.id.as_str()).await;
    let path = format!("/api/v1/leads/{id}/complete");
    let revision = door.office.lead(&id).await.work.revision;
    let send = async |body: Value| door.api(&token, Method::POST, &path, Some(body)).await;
    for (bad, status) in [
        (json!({"revision": revision}), StatusCode::BAD_REQUEST),
        (json!({"revision": revision, "fields": {"shoe_size": "44"}}), StatusCode::BAD_REQUEST),
        (json!({"revision": revision, "fields": {}}), StatusCode::UNPROCESSABLE_ENTITY),
        (json!({"revision": revision, "fields": {"intent": "88"}}), StatusCode::UNPROCESSABLE_ENTITY),
        (json!({"revision": revision, "fields": {"employees": "lots"}}), StatusCode::UNPROCESSABLE_ENTITY),
        (json!({"revision": revision + 1, "fields": {"employees": "44"}}), StatusCode::CONFLICT),
    ] {
        let (answered, problem) = send(bad.clone()).await;
        assert_eq!(answered, status, "{bad}: {problem}");
    }
    let wrote = json!({"revision": revision, "fields": {"employees": "44", "country": "AT"}});
    let (status, done) = send(wrote.clone()).await;
    assert_eq!(status, StatusCode::OK, "{done}");
    assert_eq!(done["lead"]["work"]["by_hand"]["employees"]["value"], 44);
    let (_, again) = send(wrote).await;
    assert_eq!(again["repeated"], true);
    let document = leadlight_review::openapi_document(&door.office.world.policy());
    let body = &document["paths"]["/api/v1/leads/{id}/complete"]["post"]["requestBody"];
    let fields = &body["content"]["application/json"]["schema"]["properties"]["fields"]["properties"];
    assert_eq!(fields.as_object().unwrap().len(), 9, "{body}");
}

#[tokio::test]
async fn the_page_says_what_the_person_consented_to_by_their_latest_word() {
    let door = Door::new().await;
    let (id, sdr) = door.office.first(QueueName::Sdr).await;
    let leads = &door.office.world.leads;
    let Stored { mut lead, version } = leads.get(&id).await.unwrap().unwrap();
    let QueuedContent::Scored(scored) = &mut lead.content else { panic!("an SDR's lead is scored") };
    let mut earlier = scored.enriched.clone();
    let consent = |id: &str, accepted| Consent { id: id.to_owned(), accepted };
    earlier.submitted.event.consent = vec![consent("newsletter", true), consent("<profiling>", true)];
    let mut later = earlier.clone();
    later.submitted.event.occurred_at = Some(earlier.occurred_at() + jiff::SignedDuration::from_secs(9));
    later.submitted.event.consent = vec![consent("<profiling>", false)];
    scored.enriched.joined.events = vec![later, earlier];
    assert_eq!(leads.replace(&lead, version, Counts::NONE).await.unwrap(), Replaced::Done);
    let token = door.token(sdr.actor.id.as_str()).await;
    let page = door.page(&token, &format!("/leads/{id}")).await.body;
    assert!(page.contains("&lt;profiling&gt; <b>refused</b>, newsletter given."), "{page}");
}
