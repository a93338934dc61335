//! E-mail: each lead to whom it concerns, where the team file has their address.

use leadlight_tests::memory::TEAM;
use leadlight_tests::simulator::{Ses, Simulator, of_a_hundred};
use serde_json::Value;

use crate::post::{Post, submitted, waiting};

const KEY: &str =
    r#"{"access_key_id":"AKIDEXAMPLE","secret_access_key":"wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"}"#;

fn list(url: &str) -> String {
    format!(
        "schema_version = 1\n[destinations.mail]\nkind = \"mail\"\nbase = \"{url}\"\n\
         on = [\"lead.routed\", \"lead.assigned\", \"sla.breached\", \"desk.digest\"]\nper_second = 100\n\
         [destinations.mail.options]\nregion = \"eu-central-1\"\nfrom = \"leads@example.com\"\n\
         to = \"pool@example.com\"\nconsole = \"https://leads.example.com\"\n"
    )
}

async fn post(ses: &Simulator<Ses>) -> Post {
    let subject = "subject = \"sdr-1\"\n";
    let team = TEAM.replace(subject, &format!("{subject}email = \"sdr-1@example.com\"\n"));
    Post::staffed(&list(ses.url()), &[("mail", KEY)], &team).await
}

fn said<'a>(mail: &'a Value, place: &str) -> &'a str {
    mail.pointer(place).and_then(Value::as_str).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_an_address_hears_of_their_leads_and_nobody_else() {
    let ses = Simulator::start(Ses::new("AKIDEXAMPLE")).await;
    let mut post = post(&ses).await;
    let mut leads = waiting(3, "sdr-1").await;
    submitted(&mut leads[0], |event| event.first_name = Some("=cmd()\r\nBcc: x@evil.example".to_owned()));
    leads[1].work.owner = Some("sdr-2".parse().unwrap());
    leads[2].work.owner = None;
    for lead in &leads {
        post.store(lead).await;
    }
    post.deliver(20).await;
    let sent = ses.behind(|ses| ses.sent.clone());
    let mut to: Vec<_> = sent.iter().map(|mail| said(mail, "/Destination/ToAddresses/0")).collect();
    to.sort_unstable();
    assert_eq!(to, ["pool@example.com", "sdr-1@example.com"]);
    let mail =
        sent.iter().find(|mail| said(mail, "/Destination/ToAddresses/0") == "sdr-1@example.com").unwrap();
    let decision = leads[0].decision().unwrap();
    let wanted = format!("A lead for you: {:.0} points, grade {}", decision.score.value(), decision.grade);
    assert_eq!(said(mail, "/Content/Simple/Subject/Data"), wanted);
    let text = said(mail, "/Content/Simple/Body/Text/Data");
    assert!(text.contains("For it: ") && text.contains("=cmd() Bcc: x@evil.example"), "{text}");
    assert!(text.contains(&format!("https://leads.example.com/leads/{}", leads[0].id())), "{text}");
    assert_eq!((post.waiting(), post.set_aside().len()), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn all_arrive_with_three_faults_in_ten_and_once_the_sender_is_verified() {
    let ses = Simulator::start(Ses::new("AKIDEXAMPLE")).await;
    let mut post = post(&ses).await;
    ses.behind(|ses| ses.is_unverified = true);
    for lead in &waiting(40, "sdr-1").await {
        post.store(lead).await;
    }
    for _ in 0..3 {
        post.round().await;
    }
    assert_eq!((ses.behind(|ses| ses.sent.len()), post.set_aside().len()), (0, 0));
    ses.behind(|ses| ses.is_unverified = false);
    ses.set_faults(of_a_hundred(30, 9));
    post.deliver(5_000).await;
    let sent = ses.behind(|ses| ses.sent.len());
    println!("40 leads: {sent} mails; faults {:?}", ses.faults_met());
    assert!(sent >= 40);
    assert_eq!((post.waiting(), post.set_aside().len()), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_that_is_no_access_key_costs_no_lead() {
    let ses = Simulator::start(Ses::new("AKIDEXAMPLE")).await;
    let mut post = post(&ses).await;
    post.secrets.put(&crate::post::name_of("mail"), "AKIDEXAMPLE");
    post.store(&waiting(1, "sdr-1").await[0]).await;
    post.round().await;
    assert_eq!((ses.behind(|ses| ses.sent.len()), post.set_aside().len()), (0, 0));
    post.secrets.put(&crate::post::name_of("mail"), KEY);
    post.deliver(100).await;
    assert_eq!(ses.behind(|ses| ses.sent.len()), 1);
}
