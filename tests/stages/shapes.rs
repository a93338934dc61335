//! Hostile shapes, other versions, and leads that are full to the brim: a clear reason, nothing lost, and nothing stored
//! that cannot be read or decided.

use leadlight_desk::{Action, Refusal};
use leadlight_lead::{
    Attestation, CrmEvent, CrmHistory, LeadRef, Level, MAX_DOCUMENT_BYTES, MAX_EVENT_BYTES, Milestone,
    NoteKind, Progress, QueueName, QueuedLead, RouteRequest, StageMessage, to_json,
};
use leadlight_ports::{LeadIndex, LeadStore};
use leadlight_tests::memory::{System, delivery, reference, through};
use leadlight_tests::office::{Office, after, refusal};

use super::{LEAD, id_of};

const STRONG: &str = include_str!("../../events/samples/01-sdr-vp-revops.json");

fn with(fields: &str) -> String {
    LEAD.replace("\"id\"", &format!("{fields},\"id\""))
}

fn nested(depth: usize) -> String {
    format!("{}0{}", "[".repeat(depth), "]".repeat(depth))
}

#[tokio::test]
async fn what_is_too_deep_or_too_wide_is_set_aside_at_the_door_and_the_rest_is_stored_readable() {
    let partner = r#""partner":{"name":"Beacon"},"#;
    // From 120 on a document was stored that nobody could read again.
    for depth in [15, 16, 17, 100, 119, 120, 121, 122, 124, 127, 200, 20_000] {
        for more in ["", partner] {
            let world = System::new().await;
            let body = with(&format!("{more}\"x\":{}", nested(depth)));
            let passed = world.pass(&[&body]).await;
            if depth <= 16 {
                assert!(passed.dead.is_empty(), "{depth}: {:?}", passed.dead);
                let lead = world.lead(&id_of(&body)).await;
                QueuedLead::from_message(lead.to_message().unwrap().as_bytes()).unwrap();
            } else {
                assert_eq!(passed.dead[0].attributes["stage"], "enrich", "{depth}");
                assert!(passed.dead[0].attributes["reason"].contains("nests more than 16"), "{depth}");
                assert_eq!(passed.dead[0].body, body);
            }
        }
    }
    let maps = vec![r#"{"":0}"#; MAX_EVENT_BYTES / 7 - 50].join(",");
    let passed = System::new().await.pass(&[&with(&format!("\"x\":[{maps}]"))]).await;
    assert!(passed.dead[0].attributes["reason"].contains("more than 500 values"), "{:?}", passed.dead[0]);
}

#[tokio::test]
async fn signs_that_sqs_refuses_cost_no_lead() {
    let world = System::new().await;
    let body = with("\"message\":\"\u{fffe}call me\u{ffff}\"");
    let passed = world.pass(&[&body]).await;
    let messages = passed.enriched.iter().chain(&passed.to_route);
    assert!(messages.clone().count() > 0);
    assert!(
        messages.clone().all(|m| !m.contains(['\u{fffe}', '\u{ffff}'])),
        "no queue takes them as they are"
    );
    assert_eq!(world.lead(&id_of(&body)).await.event().message.as_deref(), Some("call me"));
    let half = with("\"message\":\"call me \\ud83d\"");
    let dead = world.pass(&[&half]).await.dead;
    assert!(dead[0].attributes["reason"].contains("field `message`: has half of a UTF-16"), "{:?}", dead[0]);
    assert_eq!((dead[0].attributes["class"].as_str(), dead[0].body.as_str()), ("poison", half.as_str()));
}

#[tokio::test]
async fn a_newer_version_waits_at_every_stage_and_an_unknown_one_is_set_aside() {
    let world = System::new().await;
    let passed = world.pass(&[LEAD]).await;
    let told = CrmEvent {
        schema_version: 1,
        id: "c1".parse().unwrap(),
        lead: LeadRef::LeadId(id_of(LEAD)),
        deal: None,
        occurred_at: reference(),
        what: Milestone::NoShow,
    };
    let told = to_json(&told).unwrap();
    let versions = |body: &str| {
        let (head, rest) = body.split_once("\"schema_version\":").unwrap();
        let (version, rest) = rest.split_once(',').unwrap();
        let newer = version.parse::<u32>().unwrap() + 1;
        [format!("\"schema_version\":{newer}"), "\"schema_version\":0".to_owned(), "\"version\":1".to_owned()]
            .map(|version| format!("{head}{version},{rest}"))
    };
    macro_rules! stage {
        ($stage:expr, $body:expr) => {{
            let [newer, older, none] = versions($body);
            assert_ne!(&newer, $body);
            let (failed, dead) = through(&$stage, delivery([newer.as_str()], 1)).await;
            assert_eq!((failed.len(), dead.len()), (1, 0), "a newer release will read it");
            for (body, reason) in [(older, "`schema_version` is 0"), (none, "missing field `schema_version`")]
            {
                let (failed, dead) = through(&$stage, delivery([body.as_str()], 1)).await;
                assert_eq!((failed.len(), dead.len()), (0, 1));
                assert!(dead[0].attributes["reason"].contains(reason), "{:?}", dead[0]);
                assert_eq!(dead[0].attributes["class"], "poison");
                assert_eq!(dead[0].body, body);
            }
        }};
    }
    stage!(world.enrich(), LEAD);
    stage!(world.score(), &passed.enriched[0]);
    stage!(world.route(), &passed.to_route[0]);
    stage!(world.outcomes(), &told);
}

#[tokio::test]
async fn a_new_lead_that_leaves_no_room_for_people_is_set_aside() {
    let world = System::new().await;
    let passed = world.pass(&[LEAD]).await;
    let mut request = RouteRequest::from_message(passed.to_route[0].as_bytes()).unwrap();
    let RouteRequest::Scored(scored) = &mut request else { panic!("it is scored") };
    scored.decision.summary = "x".repeat(190_000);
    let (_, dead) = through(&world.route(), delivery([request.to_message().unwrap().as_str()], 1)).await;
    assert!(dead[0].attributes["reason"].contains("more than the 188416 bytes"), "{:?}", dead[0]);
    assert_eq!(dead[0].attributes["class"], "poison");
}

/// An event as long as any, with the longest facts.
fn longest() -> String {
    let title = format!("VP Sales {}", "Ⱥ".repeat(291));
    let fields = format!(
        "\"id\":\"long\",\"title\":\"{title}\",\"company\":\"{0}\",\"industry\":\"{0}\",\"message\":\"",
        "Ⱥ".repeat(300)
    );
    let sample: serde_json::Value = serde_json::from_str(STRONG).unwrap();
    let email = sample["email"].as_str().unwrap();
    let head = format!(r#"{{"schema_version":1,"source":"website-form","email":"{email}",{fields}"#);
    // Each of its signs takes two bytes once it is written.
    let room = MAX_EVENT_BYTES - head.len() - 100;
    format!("{head}{}\"}}", "\\\"".repeat(room / 2))
}

#[tokio::test]
async fn a_lead_full_to_the_brim_can_still_be_decided() {
    let office = Office::empty().await;
    let body = longest();
    let passed = office.world.pass(&[&body]).await;
    assert!(passed.dead.is_empty(), "{:?}", passed.dead[0].attributes);
    let id = id_of(&body);
    let owner = office.lead(&id).await.work.owner.unwrap();
    let sdr = office.person(owner.as_str()).await;
    let manager = office.person("manager-1").await;

    // What the CRM tells, as long as it may be.
    let mut told = 0;
    loop {
        let event = CrmEvent {
            schema_version: 1,
            id: format!("{told:03}{}", "é".repeat(253)).parse().unwrap(),
            lead: LeadRef::LeadId(id.clone()),
            deal: Some(format!("{told:03}{}", "é".repeat(253)).parse().unwrap()),
            occurred_at: reference(),
            what: Milestone::Lost { reason: Some("\"".repeat(500)) },
        };
        // Another deal is open, or it would wait for nobody.
        let open = CrmEvent {
            id: "open".parse().unwrap(),
            deal: Some("open".parse().unwrap()),
            what: Milestone::OpportunityCreated { amount_usd: None },
            ..event.clone()
        };
        let messages = [to_json(&open).unwrap(), to_json(&event).unwrap()];
        let (_, dead) =
            through(&office.world.outcomes(), delivery(messages.iter().map(String::as_str), 1)).await;
        if let [dead, ..] = &dead[..] {
            assert!(dead.attributes["reason"].contains("as it takes (50, or 65536 bytes)"), "{dead:?}");
            break;
        }
        told += 1;
    }
    assert!((10..CrmHistory::MOST).contains(&told), "{told}");

    // Notes, each as long as it may be and of signs that take two bytes.
    let most = office.world.policy().people().note_characters;
    let mut notes = 0;
    loop {
        let note = format!("{notes}{}", "\"".repeat(most - 3));
        match office.does(1, &sdr, &id, Action::Note { about: NoteKind::Context }, Some(&note)).await {
            Ok(_) => notes += 1,
            refused => {
                assert_eq!(refusal(refused), Refusal::HistoryFull);
                break;
            }
        }
    }
    // Changes of hands: people's own, and the machine's.
    for turn in 0..70 {
        office.does(2 + turn, &manager, &id, Action::Claim, None).await.unwrap();
        office.does(2 + turn, &manager, &id, Action::Release, None).await.unwrap();
    }
    for day in 1..70 {
        office.world.sla(after(day * 24 * 60)).run(None).await.unwrap();
    }
    let full = office.lead(&id).await;
    let bytes = full.to_document().unwrap().len();
    assert!(full.work.history.len() > 110 && bytes > 270_000, "{} {bytes}", full.work.history.len());
    assert!(bytes < MAX_DOCUMENT_BYTES - 20_000, "{bytes}");

    let minutes = 71 * 24 * 60;
    let holder = office.lead(&id).await.work.owner.unwrap();
    let holder = office.person(holder.as_str()).await;
    office.does(minutes, &holder, &id, Action::Claim, None).await.unwrap();
    let done = office.does(minutes + 1, &holder, &id, Action::Confirm, None).await.unwrap();
    let ae = office.person(done.lead.work.owner.unwrap().as_str()).await;
    office.does(minutes + 2, &ae, &id, Action::Claim, None).await.unwrap();
    let attestation = Attestation {
        buying_signal: Level::Strong,
        strategic_fit: Level::Some,
        relationship: Level::None,
        deal_size: "10k_50k".parse().unwrap(),
    };
    office.does(minutes + 3, &ae, &id, Action::Accept { attestation }, None).await.unwrap();
    let lead = office.lead(&id).await;
    assert!(matches!(lead.work.progress, Progress::Accepted { .. }));
}

#[tokio::test]
async fn what_cannot_be_kept_is_refused_by_the_store_and_the_last_word_stays() {
    let office = Office::new().await;
    let mut lead = office.world.leads.queue(QueueName::Sdr, 1).await.unwrap().remove(0);
    let before = office.world.leads.get(lead.id()).await.unwrap().unwrap();
    let RouteRequest::Scored(scored) = &mut lead.content else { panic!("it is scored") };
    scored.decision.summary = "x".repeat(MAX_DOCUMENT_BYTES);
    let error =
        office.world.leads.replace(&lead, before.version, leadlight_lead::Counts::NONE).await.unwrap_err();
    assert_eq!(error.class, leadlight_ports::Class::Poison);
    scored_depth(&mut lead);
    let error =
        office.world.leads.replace(&lead, before.version, leadlight_lead::Counts::NONE).await.unwrap_err();
    assert_eq!(error.class, leadlight_ports::Class::Poison, "it could not be read again");
    assert_eq!(office.world.leads.get(lead.id()).await.unwrap().unwrap(), before);
}

/// As no door would take it.
fn scored_depth(lead: &mut QueuedLead) {
    let RouteRequest::Scored(scored) = &mut lead.content else { panic!("it is scored") };
    scored.decision.summary = String::new();
    let deep = (0..150).fold(serde_json::Value::Null, |inner, _| serde_json::Value::Array(vec![inner]));
    scored.enriched.submitted.event.form.fields.insert("x".to_owned(), deep);
}

#[tokio::test]
async fn a_title_too_long_to_be_a_fact_hides_no_exclusion() {
    let world = System::new().await;
    let body = with("\"x\":1").replace("VP Sales", &format!("{} student", "VP of Sales and ".repeat(25)));
    world.pass(&[&body]).await;
    let lead = world.lead(&id_of(&body)).await;
    assert_eq!(lead.event().title.as_ref().map(|t| t.chars().count()), Some(299), "cut before the space");
    assert_eq!(lead.queue, QueueName::Disqualified, "{:?}", lead.decision());
}
