//! Slack: each lead before whom it concerns, whatever its form says, and nobody else.

use std::collections::BTreeSet;
use std::time::Duration;

use leadlight_lead::{Entry, Happening};
use leadlight_ports::{Clock, LeadStore, SystemClock};
use leadlight_tests::memory::TEAM;
use leadlight_tests::simulator::{Fault, Simulator, Slack, of_a_hundred};
use serde_json::Value;

use crate::post::{Post, submitted, waiting};

const TOKEN: &str = "xoxb-example";
const SDR: &str = "U0SDR00001";
const MANAGER: &str = "U0MANAGER1";
const CHANNEL: &str = "C0LEADS001";

fn list(url: &str) -> String {
    format!(
        "schema_version = 1\n[destinations.slack]\nkind = \"slack\"\nbase = \"{url}\"\n\
         on = [\"lead.routed\", \"lead.assigned\", \"sla.breached\", \"lead.due_soon\"]\nper_second = 100\n\
         [destinations.slack.options]\nchannel = \"{CHANNEL}\"\nconsole = \"https://leads.example.com/\"\n"
    )
}

/// The sample team, two of whom are in Slack.
fn team() -> String {
    let with = |text: String, subject: &str, slack: &str| {
        text.replace(
            &format!("subject = \"{subject}\"\n"),
            &format!("subject = \"{subject}\"\nslack = \"{slack}\"\n"),
        )
    };
    with(with(TEAM.to_owned(), "sdr-1", SDR), "manager-1", MANAGER)
}

async fn slack() -> Simulator<Slack> {
    Simulator::start(Slack::new(TOKEN, &[SDR, MANAGER, CHANNEL])).await
}

async fn post(slack: &Simulator<Slack>) -> Post {
    Post::staffed(&list(slack.url()), &[("slack", TOKEN)], &team()).await
}

fn texts(message: &Value) -> String {
    message["blocks"].to_string()
}

fn actions(message: &Value) -> Vec<String> {
    let blocks = message["blocks"].as_array().unwrap();
    let elements = blocks
        .iter()
        .filter(|block| block["type"] == "actions")
        .flat_map(|block| block["elements"].as_array().unwrap());
    elements.map(|element| element["action_id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_routed_lead_comes_to_its_owner_with_reasons_and_buttons() {
    let slack = slack().await;
    let mut post = post(&slack).await;
    let lead = waiting(1, "sdr-1").await.remove(0);
    post.store(&lead).await;
    post.deliver(10).await;
    let posted = slack.behind(|slack| slack.posted.clone());
    assert_eq!(posted.len(), 1, "one message, though it was routed and assigned");
    let message = &posted[0];
    assert_eq!(message["channel"], SDR);
    assert_eq!(actions(message), ["confirm", "flag", "reject", "open"]);
    let blocks = texts(message);
    let decision = lead.decision().unwrap();
    let wanted = format!("{:.0} points, grade {}", decision.score.value(), decision.grade);
    assert!(blocks.contains(&wanted) && blocks.contains("For it"), "{blocks}");
    assert!(blocks.contains(&format!("{} {}", lead.id(), lead.work.revision)));
    assert!(blocks.contains(&format!("https://leads.example.com/leads/{}", lead.id())));
    assert!(!blocks.contains('@'), "an address is for the console");
    assert_eq!((post.waiting(), post.set_aside().len()), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn whom_slack_does_not_know_is_told_in_the_channel_and_so_is_what_is_nobodys() {
    let slack = slack().await;
    let mut post = post(&slack).await;
    let mut leads = waiting(3, "sdr-2").await;
    leads[1].work.owner = None;
    leads[2].work.owner = Some("sdr-1".parse().unwrap());
    slack.behind(|slack| slack.reachable.remove(SDR));
    for lead in &leads {
        post.store(lead).await;
    }
    post.deliver(20).await;
    let posted = slack.behind(|slack| slack.posted.clone());
    assert_eq!(posted.len(), 3);
    assert!(posted.iter().all(|message| message["channel"] == CHANNEL));
    let owners: Vec<_> = ["Sample SDR 2’s", "nobody’s yet", "Sample SDR 1’s"]
        .map(|name| posted.iter().filter(|message| texts(message).contains(name)).count())
        .into();
    assert_eq!(owners, [1, 1, 1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_took_a_lead_and_who_has_it_no_more_hear_nothing_of_it() {
    let slack = slack().await;
    let mut post = post(&slack).await;
    let mut leads = waiting(2, "sdr-1").await;
    let to = Some("sdr-1".parse().unwrap());
    let what = Happening::Assigned { to: to.clone(), because: "took it".to_owned() };
    let at = leads[0].queued_at;
    leads[0].work.history.push(Entry { at, by: to, what, note: None });
    post.store(&leads[0]).await;
    // Before anything is told, the other goes to someone else.
    post.store(&leads[1]).await;
    let mut next = leads[1].clone();
    next.work.owner = Some("manager-1".parse().unwrap());
    post.replace(&next).await;
    post.deliver(20).await;
    let posted = slack.behind(|slack| slack.posted.clone());
    assert_eq!(
        posted.iter().map(|message| message["channel"].as_str().unwrap()).collect::<Vec<_>>(),
        [MANAGER]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_breach_comes_to_the_manager_and_the_lead_to_its_new_owner() {
    let slack = slack().await;
    let mut post = post(&slack).await;
    let lead = waiting(1, "sdr-2").await.remove(0);
    post.store(&lead).await;
    let mut late = lead.clone();
    late.work.owner = Some("sdr-1".parse().unwrap());
    late.work.breaches = 1;
    let what = Happening::Breached { owner: Some("sdr-2".parse().unwrap()) };
    late.work.history.push(Entry { at: lead.queued_at, by: None, what, note: None });
    post.replace(&late).await;
    post.deliver(20).await;
    let posted = slack.behind(|slack| slack.posted.clone());
    let of = |channel: &str| posted.iter().find(|message| message["channel"] == channel).unwrap();
    assert_eq!(posted.len(), 2);
    let breach = texts(of(MANAGER));
    assert!(breach.contains("Not answered in time") && breach.contains("It was Sample SDR 2’s"), "{breach}");
    assert!(texts(of(SDR)).contains("A lead for you"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_form_says_mentions_nobody_links_nowhere_and_fits() {
    let slack = slack().await;
    let mut post = post(&slack).await;
    let hostile = [
        "<!channel> & <https://evil.example|click>",
        "=HYPERLINK(\"https://evil.example\",\"click\")",
        "<script>alert(1)</script>*bold* @here\nhttps://evil.example",
        "",
        &"wide ".repeat(300),
    ];
    let mut leads = waiting(hostile.len(), "sdr-1").await;
    for (lead, text) in leads.iter_mut().zip(hostile) {
        submitted(lead, |event| {
            event.company = Some(text.to_owned());
            event.first_name = Some(text.to_owned());
            event.title = Some(text.to_owned());
        });
        post.store(lead).await;
    }
    post.deliver(30).await;
    let posted = slack.behind(|slack| slack.posted.clone());
    assert_eq!((posted.len(), post.set_aside().len()), (hostile.len(), 0), "Slack takes each");
    for message in &posted {
        assert!(!message["text"].as_str().unwrap().contains('<'), "{message}");
        for block in message["blocks"].as_array().unwrap() {
            for text in block["fields"].as_array().into_iter().flatten() {
                assert_eq!(text["type"], "plain_text", "what a form says is read as nothing else");
            }
            for text in [&block["text"], &block["elements"][0]] {
                assert!(text["type"] != "mrkdwn" || text["verbatim"] == true);
                let ours = text["text"].as_str().unwrap_or_default();
                assert!(!ours.contains("evil.example") && !ours.contains("<!channel"), "{ours}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn with_three_faults_in_ten_and_slacks_own_errors_each_lead_arrives() {
    let slack = slack().await;
    let mut post = post(&slack).await;
    let leads = waiting(60, "sdr-1").await;
    for lead in &leads {
        post.store(lead).await;
    }
    for error in ["ratelimited", "internal_error", "invalid_auth", "a_word_that_is_new", "is_archived"] {
        slack.behind(|slack| slack.error = Some(error));
        post.round().await;
        assert_eq!(post.set_aside().len(), 0, "{error} is nothing against a lead");
    }
    slack.behind(|slack| slack.error = None);
    slack.set_faults(of_a_hundred(30, 5));
    post.deliver(5_000).await;
    let posted = slack.behind(|slack| slack.posted.clone());
    let told: BTreeSet<_> =
        posted.iter().map(|m| m["metadata"]["event_payload"]["lead"].as_str().unwrap().to_owned()).collect();
    let events: BTreeSet<_> =
        posted.iter().map(|m| m["metadata"]["event_payload"]["event"].as_str().unwrap().to_owned()).collect();
    println!("60 leads: {} messages; faults {:?}", posted.len(), slack.faults_met());
    assert_eq!((told.len(), events.len()), (60, 60), "what comes twice bears its event's id");
    assert_eq!((post.waiting(), post.set_aside().len()), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn while_slack_is_away_letters_wait_and_come_afterwards() {
    let slack = slack().await;
    let mut post = post(&slack).await;
    slack.set_faults(Box::new(|_| Fault::Away));
    for lead in &waiting(5, "sdr-1").await {
        post.store(lead).await;
    }
    // An hour of the queue's time goes by with each round that finds all of them hidden.
    for _ in 0..60 {
        post.round().await;
    }
    assert_eq!(post.set_aside().len(), 0);
    slack.set_faults(Box::new(|_| Fault::None));
    post.deliver(5_000).await;
    assert_eq!(slack.behind(|slack| slack.posted.len()), 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn owners_are_reminded_and_only_while_it_is_theirs() {
    let slack = slack().await;
    let mut post = post(&slack).await;
    let mut leads = waiting(2, "sdr-1").await;
    for lead in &mut leads {
        lead.work.due_at = Some(lead.queued_at + Duration::from_hours(1));
        post.store(lead).await;
    }
    post.deliver(10).await;
    for lead in &mut leads {
        lead.work.reminded_at = Some(lead.queued_at + Duration::from_mins(50));
        post.replace(lead).await;
    }
    // Before it is told, one of them gets more time.
    leads[1].work.due_at = Some(leads[1].queued_at + Duration::from_hours(2));
    post.replace(&leads[1]).await;
    post.deliver(10).await;
    let posted = slack.behind(|slack| slack.posted.clone());
    let reminders: Vec<_> = posted.iter().filter(|m| texts(m).contains("Time is nearly up")).collect();
    assert_eq!((posted.len(), reminders.len()), (3, 1));
    assert_eq!(reminders[0]["metadata"]["event_payload"]["lead"], leads[0].id().as_str());
    assert_eq!(reminders[0]["channel"], SDR);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_morning_people_hear_what_waits_for_them_and_who_has_nothing_hears_nothing() {
    let slack = slack().await;
    let mut post = Post::staffed(
        &list(slack.url()).replace("\"lead.due_soon\"", "\"desk.digest\""),
        &[("slack", TOKEN)],
        &team(),
    )
    .await;
    let mut leads = waiting(5, "sdr-1").await;
    leads[4].work.owner = Some("sdr-2".parse().unwrap());
    // The clock of this test is the real one.
    leads[0].work.due_at = Some(SystemClock.now() - Duration::from_hours(2));
    for lead in &leads[1..] {
        assert_eq!(lead.work.due_at, None);
    }
    for lead in &leads {
        post.leads.insert(lead).await.unwrap();
    }
    post.say(r#"{"digest_due_at":"2026-11-30T07:00:00Z"}"#).await;
    post.deliver(10).await;
    let mut said: Vec<_> = slack.behind(|slack| {
        slack.posted.iter().map(|m| (m["channel"].clone(), m["text"].as_str().unwrap().to_owned())).collect()
    });
    said.sort_by_key(|(channel, _)| channel.to_string());
    let wanted = [
        (CHANNEL.into(), "1 lead waits for Sample SDR 2, in time.".to_owned()),
        (SDR.into(), "4 leads wait for Sample SDR 1, 1 of them past the time to answer.".to_owned()),
    ];
    assert_eq!(said, wanted);
}
