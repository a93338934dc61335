//! Buttons in Slack, through the whole router: who presses, what is done once, and what is said of it.

use std::sync::Arc;

use aws_lc_rs::hmac;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use leadlight_desk::{Action, Team};
use leadlight_destinations::Destinations;
use leadlight_lead::{LeadId, Progress, QueueName, QueuedLead};
use leadlight_ports::memory::{MemoryHttp, MemorySecrets};
use leadlight_ports::{CachedSecrets, Clock, SecretName};
use leadlight_review::{SlackDoor, slack_router};
use leadlight_tests::memory::{TEAM, change, reference};
use leadlight_tests::office::{MovedClock, Office};
use serde_json::{Value, json};
use tower::ServiceExt;

const LIST: &str = "schema_version = 1\n[destinations.slack]\nkind = \"slack\"\non = [\"lead.assigned\"]\n\
                    [destinations.slack.options]\nchannel = \"C0LEADS001\"\n\
                    [destinations.hook]\nkind = \"webhook\"\nbase = \"https://hooks.example.com\"\non = [\"lead.routed\"]\n";
const KEY: &str = "8f742231b10e8888abcd99yyyzzz85a5";
const ANSWERS: &str = "https://hooks.slack.com/actions/T1/1/x";
const MEMBERS: [(&str, &str); 4] =
    [("sdr-1", "U0SDR00001"), ("sdr-2", "U0SDR00002"), ("ae-1", "U0AE000001"), ("manager-1", "U0MANAGER1")];

struct Door {
    office: Office,
    clock: MovedClock,
    http: MemoryHttp,
    router: Router,
}

/// What is pressed, and by whom.
struct Pressed<'a> {
    user: &'a str,
    action: &'a str,
    reason: Option<&'a str>,
    note: Option<&'a str>,
    revision: u64,
}

impl Door {
    async fn new() -> Self {
        let office = Office::new().await;
        let mut team = TEAM.to_owned();
        for (member, id) in MEMBERS {
            let subject = format!("subject = \"{member}\"\n");
            team = team.replace(&subject, &format!("{subject}slack = \"{id}\"\n"));
        }
        let registry = office.world.registry();
        registry.publish::<Team>(&team, &change(), reference()).await.unwrap();
        registry.publish::<Destinations>(LIST, &change(), reference()).await.unwrap();
        let (secrets, http, clock) = (MemorySecrets::default(), MemoryHttp::default(), MovedClock::default());
        secrets.put(&SecretName::of("leadlight", "destinations/slack/signing").unwrap(), KEY);
        http.put(ANSWERS, "ok");
        clock.set(1);
        let door = SlackDoor {
            server: office.server(clock.clone()),
            http: http.clone(),
            secrets: CachedSecrets::new(secrets, clock.clone()),
            stack_name: "leadlight".to_owned(),
        };
        Self { office, clock, http, router: slack_router(Arc::new(door)) }
    }

    async fn send(
        &self,
        to: &str,
        body: &str,
        signature: Option<&str>,
        signed_at: i64,
    ) -> (StatusCode, String) {
        let path = format!("/v1/slack/{to}/interactions");
        let mut request = Request::post(path).header("x-slack-request-timestamp", signed_at.to_string());
        if let Some(signature) = signature {
            request = request.header("x-slack-signature", signature);
        }
        let answer =
            self.router.clone().oneshot(request.body(Body::from(body.to_owned())).unwrap()).await.unwrap();
        let status = answer.status();
        let body = to_bytes(answer.into_body(), usize::MAX).await.unwrap();
        (status, String::from_utf8_lossy(&body).into_owned())
    }

    /// Presses, as Slack tells of it; what is said afterwards.
    async fn press(&self, lead: &LeadId, pressed: &Pressed<'_>) -> Value {
        let now = self.clock.now().as_second();
        let body = body(lead, pressed, ANSWERS);
        let before = self.http.requests().len();
        let (status, text) = self.send("slack", &body, Some(&signature(KEY, now, &body)), now).await;
        assert_eq!((status, text.as_str()), (StatusCode::OK, ""), "Slack wants an empty answer");
        let said = self.http.requests();
        assert_eq!(said.len(), before + 1);
        serde_json::from_slice(&said[before].body).unwrap()
    }

    /// A lead that waits for an SDR, its owner's id in Slack and that of the other SDR.
    async fn waiting(&self) -> (QueuedLead, &'static str, &'static str) {
        let (id, owner) = self.office.first(QueueName::Sdr).await;
        let lead = self.office.lead(&id).await;
        match owner.actor.id.as_str() {
            "sdr-1" => (lead, MEMBERS[0].1, MEMBERS[1].1),
            _ => (lead, MEMBERS[1].1, MEMBERS[0].1),
        }
    }
}

fn body(lead: &LeadId, pressed: &Pressed<'_>, answers: &str) -> String {
    let mut action = json!({
        "type": "button", "action_id": pressed.action, "block_id": format!("{lead} {}", pressed.revision),
    });
    if let Some(reason) = pressed.reason {
        action["selected_option"] = json!({ "value": reason });
    }
    let payload = json!({
        "type": "block_actions", "user": { "id": pressed.user, "username": "someone" }, "team": { "id": "T1" },
        "state": { "values": { "note": { "note": { "type": "plain_text_input", "value": pressed.note } } } },
        "response_url": answers, "actions": [action],
    });
    form_urlencoded::Serializer::new(String::new()).append_pair("payload", &payload.to_string()).finish()
}

fn signature(key: &str, at: i64, body: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, key.as_bytes());
    format!("v0={}", hex::encode(hmac::sign(&key, format!("v0:{at}:{body}").as_bytes())))
}

fn confirm(user: &str, revision: u64) -> Pressed<'_> {
    Pressed { user, action: "confirm", reason: None, note: None, revision }
}

fn is_aside(said: &Value, text: &str) -> bool {
    said["response_type"] == "ephemeral" && said["text"].as_str().is_some_and(|said| said.contains(text))
}

#[test]
fn a_signature_is_made_as_slack_makes_it() {
    // Slack's own example, from "Verifying requests from Slack".
    let body = "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&\
                channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&\
                response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&\
                trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c";
    let wanted = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503";
    assert_eq!(signature(KEY, 1_531_420_618, body), wanted);
}

#[tokio::test]
async fn who_has_a_lead_confirms_it_by_a_button_and_pressed_twice_it_is_done_once() {
    let door = Door::new().await;
    let (lead, owner, _) = door.waiting().await;
    let press = confirm(owner, lead.work.revision);
    let said = door.press(lead.id(), &press).await;
    assert_eq!(said["replace_original"], true);
    assert!(said["blocks"].to_string().contains("confirmed it"), "{said}");
    let confirmed = door.office.lead(lead.id()).await;
    assert!(
        matches!(&confirmed.work.progress, Progress::Confirmed(word) if Some(&word.by) == lead.work.owner.as_ref())
    );
    assert_eq!(confirmed.waits_in(), Some(QueueName::Ae));
    assert!(confirmed.work.claim.is_none(), "nothing is held afterwards");

    assert!(said["blocks"].to_string().contains(r#""action_id":"undo""#), "a slip is undone there: {said}");
    let again = door.press(lead.id(), &press).await;
    assert_eq!(again["replace_original"], true);
    assert!(!again["blocks"].to_string().contains("Not done"));
    assert_eq!(door.office.lead(lead.id()).await, confirmed, "done once");
}

#[tokio::test]
async fn a_slip_is_undone_by_who_made_it_and_by_nobody_else() {
    let door = Door::new().await;
    let (lead, owner, other) = door.waiting().await;
    door.press(lead.id(), &confirm(owner, lead.work.revision)).await;
    let revision = door.office.lead(lead.id()).await.work.revision;
    let undo = |user| Pressed { action: "undo", ..confirm(user, revision) };
    let said = door.press(lead.id(), &undo(other)).await;
    assert!(is_aside(&said, "no decision of yours"), "{said}");
    let said = door.press(lead.id(), &undo(owner)).await;
    assert!(said["blocks"].to_string().contains("took that back"), "{said}");
    let there = door.office.lead(lead.id()).await;
    assert_eq!((there.work.progress, there.work.owner), (lead.work.progress, lead.work.owner));
}

#[tokio::test]
async fn a_lead_is_flagged_with_a_note_and_turned_down_with_a_reason() {
    let door = Door::new().await;
    let (lead, owner, _) = door.waiting().await;
    let revision = lead.work.revision;
    let flag = Pressed { action: "flag", ..confirm(owner, revision) };
    assert!(is_aside(&door.press(lead.id(), &flag).await, "a flag needs a note"));
    let unknown = Pressed { action: "reject", reason: Some("because"), ..confirm(owner, revision) };
    assert!(is_aside(&door.press(lead.id(), &unknown).await, "no such reason"));
    let none = Pressed { action: "reject", ..confirm(owner, revision) };
    assert!(is_aside(&door.press(lead.id(), &none).await, "needs a reason"));
    assert_eq!(door.office.lead(lead.id()).await, lead, "nothing was done so far");

    let down = Pressed { action: "reject", reason: Some("no_need"), ..confirm(owner, revision) };
    let said = door.press(lead.id(), &down).await["blocks"].to_string();
    assert!(said.contains("turned it down: No need for what we sell"), "{said}");
    assert!(!said.contains("\"confirm\""), "there is nothing left to decide");
    assert!(matches!(door.office.lead(lead.id()).await.work.progress, Progress::Rejected { .. }));

    let (next, owner, _) = door.waiting().await;
    let flag =
        Pressed { action: "flag", note: Some("Is this a <reseller>?"), ..confirm(owner, next.work.revision) };
    door.press(next.id(), &flag).await;
    let flagged = door.office.lead(next.id()).await;
    assert!(matches!(flagged.work.progress, Progress::Flagged(_)));
    assert!(flagged.work.history.iter().any(|entry| entry.note.as_deref() == Some("Is this a <reseller>?")));
}

#[tokio::test]
async fn strangers_others_and_other_roles_change_nothing_and_hear_why() {
    let door = Door::new().await;
    let (lead, _, other) = door.waiting().await;
    let revision = lead.work.revision;
    for (user, why) in [
        ("U0STRANGER", "names nobody with your member id"),
        ("", "names nobody with your member id"),
        (other, "this lead belongs to"),
        (MEMBERS[2].1, "for an SDR or a manager"),
    ] {
        let said = door.press(lead.id(), &confirm(user, revision)).await;
        assert!(is_aside(&said, why), "{said}");
    }
    assert_eq!(door.office.lead(lead.id()).await, lead);
    let manager = MEMBERS[3].1;
    door.press(lead.id(), &confirm(manager, revision)).await;
    assert!(
        matches!(door.office.lead(lead.id()).await.work.progress, Progress::Confirmed(_)),
        "a manager takes it over"
    );
}

#[tokio::test]
async fn a_lead_decided_on_meanwhile_is_shown_as_it_is_now() {
    let door = Door::new().await;
    let (lead, owner, _) = door.waiting().await;
    let person = door.office.person(lead.work.owner.as_ref().unwrap().as_str()).await;
    door.office.does(1, &person, lead.id(), Action::Claim, None).await.unwrap();
    // Held on a page: the message is older than that, and is made anew with its buttons.
    let said = door.press(lead.id(), &confirm(owner, lead.work.revision)).await;
    let blocks = said["blocks"].to_string();
    assert!(
        blocks.contains("Not done") && blocks.contains("has changed") && blocks.contains("\"confirm\""),
        "{blocks}"
    );
    let reason = Action::Reject { reason: "no_budget".parse().unwrap() };
    door.office.does(2, &person, lead.id(), reason, None).await.unwrap();
    let decided = door.office.lead(lead.id()).await;
    let said = door.press(lead.id(), &confirm(owner, lead.work.revision)).await;
    let blocks = said["blocks"].to_string();
    assert_eq!(said["replace_original"], true);
    let wanted = format!("{} turned it down: No budget", person.name);
    assert!(blocks.contains(&wanted) && !blocks.contains("\"action_id\":\"confirm\""), "{blocks}");
    assert_eq!(door.office.lead(lead.id()).await, decided);
}

#[tokio::test]
async fn what_slack_did_not_sign_just_now_for_this_address_is_not_believed() {
    let door = Door::new().await;
    let (lead, owner, _) = door.waiting().await;
    let now = door.clock.now().as_second();
    let good = body(lead.id(), &confirm(owner, lead.work.revision), ANSWERS);
    let other = body(lead.id(), &confirm(MEMBERS[3].1, lead.work.revision), ANSWERS);
    let right = signature(KEY, now, &good);
    for (signature, at, sent) in [
        (None, now, &good),
        (Some(String::new()), now, &good),
        (Some("v0=zz".to_owned()), now, &good),
        (Some(right.replace("v0=", "v1=")), now, &good),
        (Some(signature("another key", now, &good)), now, &good),
        (Some(right.clone()), now, &other),
        (Some(right.clone()), now + 1, &good),
        (Some(signature(KEY, now - 301, &good)), now - 301, &good),
        (Some(signature(KEY, now + 301, &good)), now + 301, &good),
        (Some(signature(KEY, i64::MAX, &good)), i64::MAX, &good),
    ] {
        let (status, _) = door.send("slack", sent, signature.as_deref(), at).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED, "{signature:?} {at}");
    }
    for name in ["hook", "another", "slack%2Fsigning", ".."] {
        assert_eq!(door.send(name, &good, Some(&right), now).await.0, StatusCode::NOT_FOUND, "{name}");
    }
    assert_eq!(door.office.lead(lead.id()).await, lead);
    assert!(door.http.requests().is_empty());
}

#[tokio::test]
async fn what_slack_signed_and_is_no_press_of_ours_changes_nothing() {
    let door = Door::new().await;
    let (lead, owner, _) = door.waiting().await;
    let now = door.clock.now().as_second();
    let press = confirm(owner, lead.work.revision);
    let elsewhere =
        ["https://evil.example/x", "http://127.0.0.1/x", "https://hooks.slack.com.evil.example/", ""];
    let mut bodies: Vec<String> = elsewhere.iter().map(|url| body(lead.id(), &press, url)).collect();
    bodies.extend(["", "payload=", "payload=%7B%7D", "payload=[", "x=1"].map(str::to_owned));
    bodies.push(body(lead.id(), &press, ANSWERS).replace("block_actions", "view_submission"));
    bodies.push(body(lead.id(), &press, ANSWERS).replace("lead_", "dael_"));
    for body in &bodies {
        let (status, _) = door.send("slack", body, Some(&signature(KEY, now, body)), now).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{body}");
    }
    let link = body(lead.id(), &Pressed { action: "open", ..press }, ANSWERS);
    assert_eq!(door.send("slack", &link, Some(&signature(KEY, now, &link)), now).await.0, StatusCode::OK);
    assert_eq!(door.office.lead(lead.id()).await, lead);
    assert!(door.http.requests().is_empty());
}

#[tokio::test]
async fn what_is_decided_stays_decided_where_slack_cannot_be_told() {
    let door = Door::new().await;
    let (lead, owner, _) = door.waiting().await;
    door.http.set_away(true);
    door.press(lead.id(), &confirm(owner, lead.work.revision)).await;
    assert!(matches!(door.office.lead(lead.id()).await.work.progress, Progress::Confirmed(_)));
}
