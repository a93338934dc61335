//! Signed webhooks: nothing is lost, and what comes twice is known.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use leadlight_destinations::SigningKey;
use leadlight_tests::simulator::{Fault, Received, Simulator, Sink, of_a_hundred};

use crate::post::{KEY, Post, leads, name_of, submitted};

fn list(url: &str) -> String {
    format!(
        "schema_version = 1\n[destinations.hook]\nkind = \"webhook\"\nbase = \"{url}/leads\"\n\
         on = [\"lead.routed\", \"lead.assigned\", \"review.decided\"]\nper_second = 100\n"
    )
}

fn is_signed(request: &Received, key: &str) -> bool {
    let key = SigningKey::parse(key).unwrap();
    let seconds = request.header("webhook-timestamp").parse().unwrap();
    let wanted = key.signature(request.header("webhook-id"), seconds, &request.body);
    request.header("webhook-signature").split(' ').any(|one| one == wanted)
}

fn ids(requests: &[Received]) -> Vec<String> {
    requests.iter().map(|request| request.header("webhook-id").to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn with_three_faults_in_ten_all_arrive_and_what_comes_twice_bears_its_id() {
    const LEADS: usize = 300;
    let hook = Simulator::start(Sink).await;
    let mut post = Post::new(&list(hook.url()), &[("hook", KEY)]).await;
    let leads = leads(LEADS).await;
    for lead in &leads {
        post.store(lead).await;
    }
    hook.set_faults(of_a_hundred(30, 7));
    post.deliver(5_000).await;

    let done = hook.done();
    assert_eq!((post.waiting(), post.set_aside().len()), (0, 0));
    let subjects: BTreeSet<String> =
        done.iter().map(|request| request.json()["subject"].as_str().unwrap().to_owned()).collect();
    let sent: BTreeSet<String> = leads.iter().map(|lead| lead.id().to_string()).collect();
    assert_eq!(subjects, sent, "sent = received");
    let mut times: BTreeMap<String, usize> = BTreeMap::new();
    for id in ids(&done) {
        *times.entry(id).or_default() += 1;
    }
    let twice = times.values().filter(|times| **times > 1).count();
    let met = hook.faults_met();
    println!(
        "{LEADS} leads: {} requests done, {} ids, {twice} of them more than once; faults {met:?}",
        done.len(),
        times.len()
    );
    assert!(times.len() >= LEADS && twice > 0, "some were done and not heard");
    assert!(met.len() == 4, "every fault was met: {met:?}");
    assert!(done.iter().all(|request| is_signed(request, KEY)));
    for request in &done {
        assert_eq!(request.json()["id"], request.header("webhook-id"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_destination_that_is_down_for_a_day_gets_all_of_it_afterwards_and_keeps_no_other_waiting() {
    let (down, up) = (Simulator::start(Sink).await, Simulator::start(Sink).await);
    let both =
        list(down.url()) + &list(up.url()).replace("schema_version = 1\n", "").replace(".hook]", ".other]");
    let mut post = Post::new(&both, &[("hook", KEY), ("other", KEY)]).await;
    down.set_faults(Box::new(|_| Fault::Away));
    let leads = leads(30).await;
    for lead in &leads {
        post.store(lead).await;
    }
    // A day of the queue's time, at half a minute a round.
    for _ in 0..2_880 {
        post.round().await;
    }
    let told = up.done().len();
    assert!(told >= leads.len(), "the other one has heard of all: {told}");
    assert_eq!(down.done().len(), 0);
    assert_eq!(post.set_aside(), [], "a day is no reason to give up");
    down.set_faults(Box::new(|_| Fault::None));
    post.restart();
    post.deliver(200).await;
    assert_eq!(down.done().len(), told, "all of it, afterwards");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_to_wait_is_left_in_peace_for_so_long() {
    let hook = Simulator::start(Sink).await;
    let mut post = Post::new(&list(hook.url()), &[("hook", KEY)]).await;
    hook.set_faults(Box::new(|n| if n == 0 { Fault::Limited(2) } else { Fault::None }));
    post.store(&leads(1).await[0]).await;
    let begun = Instant::now();
    post.deliver(200).await;
    assert!(begun.elapsed() >= Duration::from_secs(2), "{:?}", begun.elapsed());
    assert_eq!((post.waiting(), post.set_aside().len()), (0, 0));
    assert!(!hook.done().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_that_is_rotated_midway_is_read_again() {
    const NEXT: &str = "whsec_bmV4dG5leHRuZXh0bmV4dG5leHRuZXh0bmV4dA==";
    let hook = Simulator::start(Sink).await;
    let mut post = Post::new(&list(hook.url()), &[("hook", KEY)]).await;
    let leads = leads(2).await;
    post.store(&leads[0]).await;
    post.deliver(50).await;
    let before = hook.done().len();
    // The receiver takes the new one alone from now on, and says 401 to the old.
    post.secrets.put(&name_of("hook"), &format!("{KEY} {NEXT}"));
    hook.set_faults(Box::new(|n| if n == 0 { Fault::Denied } else { Fault::None }));
    post.store(&leads[1]).await;
    post.deliver(50).await;
    let done = hook.done();
    assert!(done[..before].iter().all(|request| is_signed(request, KEY) && !is_signed(request, NEXT)));
    assert!(
        done.len() > before && done[before..].iter().all(|one| is_signed(one, KEY) && is_signed(one, NEXT))
    );
    assert_eq!((post.waiting(), post.set_aside().len()), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_destination_refuses_is_set_aside_with_its_reason_and_without_the_person() {
    struct Picky;
    impl leadlight_tests::simulator::Behind for Picky {
        fn take(&mut self, request: &Received) -> leadlight_tests::simulator::Answer {
            let email = request.json()["data"]["person"]["email"].clone();
            let status = if email == "person-1@acme.example" { 422 } else { 200 };
            leadlight_tests::simulator::Answer::new(status, email)
        }
    }
    let hook = Simulator::start(Picky).await;
    let mut post = Post::new(&list(hook.url()), &[("hook", KEY)]).await;
    for lead in &leads(3).await {
        post.store(lead).await;
    }
    post.deliver(100).await;
    let aside = post.set_aside();
    assert!(!aside.is_empty());
    for letter in &aside {
        let reason = &letter.attributes["reason"];
        assert_eq!(reason, "`hook` was not told: the destination turned the request down: the answer is 422");
        assert!(!letter.body.contains("person-1"), "{}", letter.body);
    }
    assert_eq!(post.waiting(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn names_with_formulas_markup_and_no_end_are_data_and_no_more() {
    let hook = Simulator::start(Sink).await;
    let mut post = Post::new(&list(hook.url()), &[("hook", KEY)]).await;
    let mut lead = leads(1).await.remove(0);
    let name = "=HYPERLINK(\"https://evil.example\")<script>alert(1)</script>\u{202e}\r\nX-Evil: 1";
    submitted(&mut lead, |event| {
        event.first_name = Some(name.to_owned());
        event.company = Some("x".repeat(50_000));
    });
    post.store(&lead).await;
    post.deliver(50).await;
    let request = &hook.done()[0];
    let person = &request.json()["data"]["person"];
    assert_eq!(person["first_name"], name, "as typed");
    assert_eq!(person["company"].as_str().map(str::len), Some(200), "and not without end");
    assert_eq!(request.header("x-evil"), "");
}
