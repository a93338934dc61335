//! CRMs: each lead's newest result stands beside its person, whatever went wrong on the way.

use std::collections::BTreeMap;

use futures_util::FutureExt;
use leadlight_destinations::Destinations;
use leadlight_lead::QueuedLead;
use leadlight_ports::{LeadStore, Replaced, Version};
use leadlight_tests::simulator::{Behind, Dynamics, Fault, HubSpot, Salesforce, Simulator, of_a_hundred};
use serde_json::{Value, json};

use crate::post::{Post, leads};

const CLIENT: &str = r#"{"client_id":"leadlight","client_secret":"s3cret"}"#;

fn list(kind: &str, url: &str, options: &str) -> String {
    format!(
        "schema_version = 1\n[destinations.crm]\nkind = \"{kind}\"\nbase = \"{url}\"\n\
         on = [\"lead.routed\", \"lead.assigned\"]\nper_second = 100\n{options}"
    )
}

/// Makes the properties, as `destinations prepare` does.
fn prepared(crm: &Simulator<HubSpot>, list: &str) {
    let destinations = Destinations::parse("list", list).unwrap();
    let destination = destinations.named("crm").unwrap();
    let asks = (destination.dialect().prepare.unwrap())(destination.address(), "token");
    for preparation in asks {
        let request = leadlight_tests::simulator::Received {
            method: preparation.ask.method,
            path: preparation.ask.url.replace(crm.url(), ""),
            headers: preparation
                .ask
                .headers
                .into_iter()
                .map(|(name, value)| (name, value.parse().unwrap()))
                .collect(),
            body: preparation.ask.body.into(),
        };
        let answer = crm.behind(|hubspot| hubspot.take(&request));
        assert!(matches!(answer.status, 201 | 409), "{}", preparation.what);
    }
}

/// All leads move to another owner while their first letters are on the way, and every event comes twice, backwards.
async fn stormy(post: &mut Post, leads: &[QueuedLead]) {
    for lead in leads {
        post.store(lead).await;
    }
    for _ in 0..leads.len() / 20 {
        post.round().await;
    }
    for lead in leads {
        let mut next = lead.clone();
        next.work.owner = Some("ae-1".parse().unwrap());
        post.replace(&next).await;
    }
    post.tell_again_backwards().await;
    post.deliver(8_000).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn hubspot_has_the_newest_result_of_each_with_three_faults_in_ten() {
    let crm = Simulator::start(HubSpot::new("token")).await;
    let list = list("hubspot", crm.url(), "");
    prepared(&crm, &list);
    prepared(&crm, &list);
    let mut post = Post::new(&list, &[("crm", "token\n")]).await;
    let leads = leads(200).await;
    crm.set_faults(of_a_hundred(30, 11));
    stormy(&mut post, &leads).await;
    assert_eq!((post.waiting(), post.set_aside().len()), (0, 0));
    let (contacts, batches) = crm.behind(|crm| (crm.contacts.clone(), crm.batches.clone()));
    println!("200 leads, 2 states, all told twice: {} upserts; faults {:?}", batches.len(), crm.faults_met());
    assert_eq!(contacts.len(), leads.len(), "sent = received");
    for lead in &leads {
        let contact = &contacts[lead.event().email.as_str()];
        assert_eq!(contact["leadlight_owner"], "ae-1", "the newest");
        let score = lead.decision().map(|decision| decision.score.value());
        assert_eq!(contact["leadlight_score"].as_f64(), score);
        assert_eq!(contact["leadlight_lead_id"], lead.id().as_str());
    }
    assert!(batches.iter().any(|size| *size > 1), "several go at once: {batches:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_contact_that_hubspot_refuses_keeps_no_other_back() {
    let crm = Simulator::start(HubSpot::new("token")).await;
    let list = list("hubspot", crm.url(), "");
    prepared(&crm, &list);
    let mut post = Post::new(&list, &[("crm", "token")]).await;
    let mut leads = leads(10).await;
    for (n, email) in [(3, "poison@acme.example"), (6, "refused@acme.example")] {
        crate::post::submitted(&mut leads[n], |event| event.email = email.parse().unwrap());
    }
    for lead in &leads {
        post.store(lead).await;
    }
    post.deliver(200).await;
    assert_eq!(crm.behind(|crm| crm.contacts.len()), 8);
    let mut reasons: Vec<String> =
        post.set_aside().iter().map(|letter| letter.attributes["reason"].clone()).collect();
    reasons.sort();
    let wanted = [
        "`crm` was not told: HubSpot does not take this contact (OBJECT_WRITE_LIMIT)",
        "`crm` was not told: the destination turned the request down: the answer is 400 (VALIDATION_ERROR)",
    ];
    assert_eq!(reasons, wanted, "without what HubSpot repeats of what it was sent");
}

#[tokio::test(flavor = "multi_thread")]
async fn salesforce_has_leads_by_their_external_id_and_contacts_where_they_were_converted() {
    let leads = leads(60).await;
    let email = |lead: &QueuedLead| lead.event().email.as_str().to_owned();
    let mut there = Salesforce::new("s3cret", leads[..55].iter().map(email));
    there.converted = leads[..15].iter().map(email).collect();
    there.contacts = leads[..15].iter().map(|lead| (email(lead), serde_json::Map::new())).collect();
    let crm = Simulator::start(there).await;
    let mut post = Post::new(&list("salesforce", crm.url(), ""), &[("crm", CLIENT)]).await;
    crm.set_faults(of_a_hundred(15, 3));
    stormy(&mut post, &leads).await;
    assert_eq!(post.waiting(), 0);
    let owners = |records: &BTreeMap<String, serde_json::Map<String, Value>>| {
        records.values().filter(|fields| fields.get("Leadlight_Owner__c") == Some(&json!("ae-1"))).count()
    };
    let (in_leads, in_contacts, tokens) =
        crm.behind(|crm| (owners(&crm.leads), owners(&crm.contacts), crm.tokens));
    assert_eq!((in_leads, in_contacts), (40, 15));
    println!("60 leads: {} requests, {tokens} tokens; faults {:?}", crm.done().len(), crm.faults_met());
    let reasons: std::collections::BTreeSet<String> =
        post.set_aside().iter().map(|letter| letter.attributes["reason"].clone()).collect();
    let missing = "`crm` was not told: Salesforce has no lead or contact with this external id";
    assert_eq!(reasons, std::collections::BTreeSet::from([missing.to_owned()]));
}

#[tokio::test(flavor = "multi_thread")]
async fn salesforce_gets_people_it_does_not_have_where_that_is_wanted() {
    let crm = Simulator::start(Salesforce::new("s3cret", [])).await;
    let options = "[destinations.crm.options]\ncreate = \"yes\"\n";
    let mut post = Post::new(&list("salesforce", crm.url(), options), &[("crm", CLIENT)]).await;
    let mut lead = leads(1).await.remove(0);
    crate::post::submitted(&mut lead, |event| {
        event.last_name = Some("=cmd|' /C calc'!A0<b>".to_owned());
        event.company = None;
    });
    post.store(&lead).await;
    post.deliver(100).await;
    let made = crm.behind(|crm| crm.leads["person-0@acme.example"].clone());
    assert_eq!(made["LastName"], "=cmd|' /C calc'!A0<b>", "as data");
    assert_eq!(made["Company"], "[not provided]");
    assert_eq!(post.set_aside(), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_ends_and_a_client_secret_that_is_rotated_cost_no_letter() {
    let leads = leads(3).await;
    let crm = Simulator::start(Salesforce::new(
        "s3cret",
        leads.iter().map(|l| l.event().email.as_str().to_owned()),
    ))
    .await;
    let mut post = Post::new(&list("salesforce", crm.url(), ""), &[("crm", CLIENT)]).await;
    post.store(&leads[0]).await;
    post.deliver(100).await;
    // All sessions end.
    crm.behind(|crm| crm.tokens += 1);
    post.store(&leads[1]).await;
    post.deliver(100).await;
    // And another secret counts.
    crm.behind(|crm| (crm.tokens, crm.client_secret) = (crm.tokens + 1, "another".to_owned()));
    post.secrets.put(&crate::post::name_of("crm"), &CLIENT.replace("s3cret", "another"));
    post.store(&leads[2]).await;
    post.deliver(100).await;
    assert_eq!((post.waiting(), post.set_aside().len()), (0, 0));
    assert!(crm.behind(|crm| crm.leads.values().all(|fields| fields.contains_key("Leadlight_Score__c"))));
}

#[tokio::test(flavor = "multi_thread")]
async fn dynamics_keeps_one_score_a_lead_under_its_own_digits() {
    let leads = leads(60).await;
    let crm =
        Simulator::start(Dynamics::new("s3cret", leads.iter().map(|l| l.event().email.as_str().to_owned())))
            .await;
    let options = "[destinations.crm.options]\ntenant = \"contoso\"\n";
    let mut post = Post::new(&list("dynamics", crm.url(), options), &[("crm", CLIENT)]).await;
    crm.set_faults(of_a_hundred(30, 5));
    stormy(&mut post, &leads).await;
    assert_eq!((post.waiting(), post.set_aside().len()), (0, 0));
    let scores = crm.behind(|crm| crm.scores.clone());
    assert_eq!(scores.len(), leads.len(), "sent = received, each once");
    for lead in &leads {
        let digits = lead.id().as_str().trim_start_matches("lead_");
        let (_, score) = scores.iter().find(|(id, _)| id.replace('-', "") == digits).unwrap();
        let wanted = lead.decision().map(|decision| decision.score.value().round());
        assert_eq!(score["msdyn_score"].as_f64(), wanted);
        assert_eq!(score["msdyn_entitytype"], "lead");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crm_that_hangs_is_given_up_on_in_time_and_asked_again() {
    let crm = Simulator::start(Dynamics::new("s3cret", ["person-0@acme.example".to_owned()])).await;
    let options = "[destinations.crm.options]\ntenant = \"contoso\"\n";
    let mut post = Post::new(&list("dynamics", crm.url(), options), &[("crm", CLIENT)]).await;
    let long = std::time::Duration::from_secs(20);
    crm.set_faults(Box::new(move |n| if n == 0 { Fault::Slow(long) } else { Fault::None }));
    post.store(&leads(1).await[0]).await;
    let begun = std::time::Instant::now();
    post.deliver(200).await;
    assert!(begun.elapsed() < long, "{:?}", begun.elapsed());
    assert_eq!(crm.behind(|crm| crm.scores.len()), 1);
}

/// Tells a CRM that is away for a day of the queue's time, at half a minute a round, of 30 leads, and then one that is back.
/// Its sign-in is away too, where it has one, and within the day the function starts anew.
async fn away_for_a_day<B: Behind + 'static>(
    crm: &Simulator<B>,
    list: &str,
    secret: &str,
    leads: &[QueuedLead],
) {
    let mut post = Post::new(list, &[("crm", secret)]).await;
    crm.set_faults(Box::new(|_| Fault::Away));
    for lead in leads {
        post.store(lead).await;
    }
    for _ in 0..2_880 {
        post.round().await;
    }
    assert!(crm.done().is_empty());
    assert_eq!(post.set_aside(), [], "a day is no reason to give up");
    crm.set_faults(Box::new(|_| Fault::None));
    post.restart();
    post.deliver(200).await;
    assert_eq!((post.waiting(), post.set_aside().len()), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crm_that_is_away_for_a_day_has_every_lead_afterwards() {
    let leads = leads(30).await;
    let emails = || leads.iter().map(|lead| lead.event().email.as_str().to_owned());

    let hubspot = Simulator::start(HubSpot::new("token")).await;
    let to_hubspot = list("hubspot", hubspot.url(), "");
    prepared(&hubspot, &to_hubspot);
    let salesforce = Simulator::start(Salesforce::new("s3cret", emails())).await;
    let dynamics = Simulator::start(Dynamics::new("s3cret", emails())).await;
    let tenant = "[destinations.crm.options]\ntenant = \"contoso\"\n";
    let (to_salesforce, to_dynamics) =
        (list("salesforce", salesforce.url(), ""), list("dynamics", dynamics.url(), tenant));
    tokio::join!(
        away_for_a_day(&hubspot, &to_hubspot, "token", &leads),
        away_for_a_day(&salesforce, &to_salesforce, CLIENT, &leads),
        away_for_a_day(&dynamics, &to_dynamics, CLIENT, &leads),
    );
    let scored = |leads: &BTreeMap<String, serde_json::Map<String, Value>>, field: &str| {
        leads.values().filter(|fields| fields.contains_key(field)).count()
    };
    let in_hubspot = hubspot.behind(|crm| crm.contacts.len());
    let in_salesforce = salesforce.behind(|crm| scored(&crm.leads, "Leadlight_Score__c"));
    let in_dynamics = dynamics.behind(|crm| crm.scores.len());
    assert_eq!((in_hubspot, in_salesforce, in_dynamics), (30, 30, 30));
}

/// `HubSpot`, while somebody else changes the lead that it is being told of: once, and nobody tells of it.
struct Meanwhile {
    crm: HubSpot,
    leads: leadlight_ports::memory::MemoryLeads,
    next: Option<QueuedLead>,
}

impl Behind for Meanwhile {
    fn take(&mut self, request: &leadlight_tests::simulator::Received) -> leadlight_tests::simulator::Answer {
        if let Some(next) = self.next.take() {
            let replaced = self.leads.replace(&next, Version(1), leadlight_lead::Counts::NONE).now_or_never();
            assert_eq!(replaced.unwrap().unwrap(), Replaced::Done);
        }
        self.crm.take(request)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lead_that_changes_while_it_is_told_of_is_told_again() {
    let mut post = Post::new(&list("hubspot", "http://127.0.0.1:1", ""), &[("crm", "token")]).await;
    let lead = leads(1).await.remove(0);
    let mut next = lead.clone();
    next.work.owner = Some("ae-1".parse().unwrap());
    let mut hubspot = HubSpot::new("token");
    hubspot.properties = [
        "score",
        "probability",
        "grade",
        "decision",
        "reason",
        "reasons",
        "queue",
        "owner",
        "progress",
        "trend",
        "trend_points",
        "trend_since",
        "intent_score",
        "intent_topics",
        "changed_jobs",
        "model",
        "policy",
        "queued_at",
        "lead_id",
    ]
    .map(|name| format!("leadlight_{name}"))
    .into();
    let behind = Meanwhile { crm: hubspot, leads: post.leads.clone(), next: Some(next) };
    let crm = Simulator::start(behind).await;
    post.publish_list(&list("hubspot", crm.url(), "")).await;
    post.store(&lead).await;
    post.deliver(50).await;
    let (contact, upserts) =
        crm.behind(|behind| (behind.crm.contacts["person-0@acme.example"].clone(), behind.crm.batches.len()));
    assert_eq!((contact["leadlight_owner"].as_str(), upserts), (Some("ae-1"), 2));
}
