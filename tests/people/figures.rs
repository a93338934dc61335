//! What managers see of a month, what one confirmed, and the API of the other pages.

use axum::http::{Method, StatusCode};
use leadlight_desk::{Action, Figures};
use leadlight_lead::{Counted, LeadRef, Milestone, QueueName};
use leadlight_ports::{LeadIndex, LeadStore};
use leadlight_tests::memory::{delivery, through};
use leadlight_tests::office::Office;

use crate::http::Door;
use crate::outcomes::told;

async fn figures(office: &Office) -> Figures {
    Figures::of(&office.world.leads.tallies("2026-11").await.unwrap())
}

#[tokio::test]
async fn a_first_look_is_counted_once_with_its_goal() {
    let office = Office::new().await;
    let (id, sdr) = office.first(QueueName::Sdr).await;
    let lead = office.lead(&id).await;
    office.does(4, &sdr, &id, Action::Claim, None).await.unwrap();
    office.does(5, &sdr, &id, Action::Release, None).await.unwrap();
    office.does(6, &sdr, &id, Action::Claim, None).await.unwrap();
    let looks = figures(&office).await.first_looks;
    assert_eq!(looks.keys().collect::<Vec<_>>(), [&lead.sla_grade()]);
    let looks = looks[&lead.sla_grade()];
    assert_eq!((looks.real.count(), looks.working.count()), (1, 1), "taken again is no first look");
    let since = leadlight_tests::office::after(4).duration_since(lead.occurred_at());
    let told = looks.real.median_minutes().unwrap();
    let real = since.as_secs_f64() / 60.0;
    assert!(told <= real.max(1.0) * 2.1 && told >= real / 2.6, "{told} min for {real} min");
    assert!(office.lead(&id).await.work.first_look_at.is_some());
}

#[tokio::test]
async fn what_was_confirmed_and_won_is_counted_for_who_confirmed_it_and_follows_the_crm() {
    let office = Office::new().await;
    let (id, _) = office.confirmed().await;
    let sdr = office.lead(&id).await.work.progress.confirmation().unwrap().by.clone();
    let by_id = || LeadRef::LeadId(id.clone());
    let tell = async |message: String| {
        through(&office.world.outcomes(), delivery([message.as_str()], 1)).await;
        let figures = figures(&office).await;
        figures.people.get(&sdr).map(|pace| (pace.ends.won, pace.ends.lost))
    };
    assert_eq!(tell(told("a", by_id(), -1, Milestone::Lost { reason: None })).await, Some((0, 1)));
    let won = || told("b", by_id(), -2, Milestone::Won { amount_usd: None });
    assert_eq!(tell(won()).await, Some((1, 0)), "lost no more");
    assert_eq!(tell(won()).await, Some((1, 0)), "told twice");
}

#[tokio::test]
async fn time_at_a_checkpoint_is_working_time_since_it_was_given() {
    let office = Office::new().await;
    let (id, ae) = office.confirmed().await;
    office.does(32, &ae, &id, Action::Claim, None).await.unwrap();
    office.does(33, &ae, &id, Action::SendBack, Some("whose budget?")).await.unwrap();
    let figures = figures(&office).await;
    let pace = &figures.people[&ae.actor.id];
    assert_eq!((pace.first.count(), pace.second.count()), (0, 1));
    let told = pace.second.median_minutes().unwrap();
    assert!(told <= 60.0, "they had it for half an hour: {told}");
    assert_eq!(figures.checkpoints[0].count(), 1);
}

#[tokio::test]
async fn what_one_confirmed_is_listed_wherever_it_stands() {
    let door = Door::new().await;
    let office = &door.office;
    let (waits, ae) = office.confirmed().await;
    let sdr = office.lead(&waits).await.work.progress.confirmation().unwrap().by.clone();
    let person = office.person(sdr.as_str()).await;
    // A second one, that the AE turns down.
    let mut own = office.world.leads.queue(QueueName::Sdr, 20).await.unwrap();
    own.retain(|lead| lead.work.owner.as_ref() == Some(&sdr) && lead.decision().is_some());
    let id = own.first().unwrap().id().clone();
    office.does(3, &person, &id, Action::Claim, None).await.unwrap();
    office.does(4, &person, &id, Action::Confirm, None).await.unwrap();
    let owner = office.lead(&id).await.work.owner.unwrap();
    let other = office.person(owner.as_str()).await;
    office.does(5, &other, &id, Action::Claim, None).await.unwrap();
    let no = Action::Reject { reason: "no_need".parse().unwrap() };
    office.does(6, &other, &id, no, None).await.unwrap();

    let token = door.token(sdr.as_str()).await;
    let (status, mine) = door.api(&token, Method::GET, "/api/v1/mine", None).await;
    assert_eq!(status, StatusCode::OK, "{mine}");
    let listed: Vec<(&str, &str)> = mine["leads"]
        .as_array()
        .unwrap()
        .iter()
        .map(|lead| (lead["id"].as_str().unwrap(), lead["state"].as_str().unwrap()))
        .collect();
    assert_eq!(listed, [(id.as_str(), "Turned down"), (waits.as_str(), "Waits for an AE")]);
    let page = door.page(&token, "/mine").await.body;
    assert!(page.contains(id.as_str()) && page.contains("Turned down") && page.contains("Waits for an AE"));
    let theirs = door.api(&door.token(ae.actor.id.as_str()).await, Method::GET, "/api/v1/mine", None).await.1;
    assert_eq!(theirs["leads"].as_array().map(Vec::len), Some(0), "an AE confirmed nothing");
}

#[tokio::test]
async fn the_api_offers_what_the_pages_show_to_whom_they_show_it() {
    let door = Door::new().await;
    let (manager, sdr) = (door.token("manager-1").await, door.token("sdr-1").await);
    for path in ["team", "team/sdr-1/leads", "team/pool/leads", "model", "data"] {
        let path = format!("/api/v1/{path}");
        let (status, body) = door.api(&manager, Method::GET, &path, None).await;
        assert_eq!(status, StatusCode::OK, "{path}: {body}");
        assert_eq!(door.api(&sdr, Method::GET, &path, None).await.0, StatusCode::FORBIDDEN, "{path}");
    }
    for path in ["learnt", "policy", "mine"] {
        let path = format!("/api/v1/{path}");
        assert_eq!(door.api(&sdr, Method::GET, &path, None).await.0, StatusCode::OK, "{path}");
        assert_eq!(door.api("", Method::GET, &path, None).await.0, StatusCode::UNAUTHORIZED, "{path}");
    }
    for member in ["sdr-1", "ae-1"] {
        let token = door.token(member).await;
        assert!(door.page(&token, "/learnt").await.body.contains("What the model learnt"), "{member}");
    }
    let policy = door.api(&sdr, Method::GET, "/api/v1/policy", None).await.1;
    assert!(policy["sections"].as_array().is_some_and(|sections| sections.len() > 5));
}

#[tokio::test]
async fn a_manager_looks_into_lists_of_others_and_into_past_months() {
    let door = Door::new().await;
    let (id, sdr) = door.office.first(QueueName::Sdr).await;
    door.office.does(1, &sdr, &id, Action::Claim, None).await.unwrap();
    door.office.does(2, &sdr, &id, Action::Confirm, None).await.unwrap();
    let token = door.token("manager-1").await;
    let lists = door.office.world.leads.queue(QueueName::Sdr, 50).await.unwrap();
    let other = lists.iter().find(|lead| lead.work.owner.as_ref() == Some(&sdr.actor.id)).unwrap();
    let page = door.page(&token, &format!("/manager/leads/{}", sdr.actor.id)).await;
    assert!(page.body.contains(other.id().as_str()) && !page.body.contains(id.as_str()), "{}", page.body);
    let team = door.api(&token, Method::GET, "/api/v1/team", None).await.1;
    assert_eq!(team["month"], "2026-11");
    assert_eq!(team["months"].as_array().map(Vec::len), Some(13));
    let looks: u64 =
        team["speed_to_lead"].as_array().unwrap().iter().map(|row| row["looks"].as_u64().unwrap()).sum();
    assert_eq!(looks, 1);
    assert_eq!(team["people"][0]["confirmed"], 1);
    let past = door.api(&token, Method::GET, "/api/v1/team?month=2026-10", None).await.1;
    assert_eq!(past["people"].as_array().map(Vec::len), Some(0));
    assert!(door.page(&token, "/manager?month=2026-10").await.body.contains("October 2026"));
    for (bad, status) in [
        ("2019-01", StatusCode::NOT_FOUND),
        ("x", StatusCode::BAD_REQUEST),
        ("", StatusCode::BAD_REQUEST),
        ("2026-13", StatusCode::BAD_REQUEST),
        ("20%C3%A96-1", StatusCode::BAD_REQUEST),
    ] {
        let path = format!("/api/v1/team?month={bad}");
        assert_eq!(door.api(&token, Method::GET, &path, None).await.0, status, "{bad}");
    }
    assert_eq!(door.page(&token, "/manager/leads/no%20one").await.status, StatusCode::NOT_FOUND);
    let page = door.page(&token, "/manager").await.body;
    assert!(page.contains("Speed to lead") && page.contains("How fast each decides"));
    let counted = door.office.world.leads.tallies("2026-11").await.unwrap();
    assert!(counted.iter().any(|(tally, _)| matches!(tally.counted, Counted::Took { checkpoint: 1, .. })));
}
