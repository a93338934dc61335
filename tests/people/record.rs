//! People complete a record: what they write goes before what vendors say, is scored, and can be taken back.

use std::collections::BTreeMap;

use leadlight_desk::{Action, FieldProblem, Refusal};
use leadlight_lead::{
    BY_HAND, Disposition, Enrichment, FORM, FactField, Happening, LeadId, Progress, QueueName, QueuedLead,
    RouteRequest, StageMessage,
};
use leadlight_ports::LeadIndex;
use leadlight_tests::memory::{delivery, through};
use leadlight_tests::office::{MemoryConsole, Office, after, refusal, request};

fn complete(fields: &[(FactField, &str)]) -> Action {
    Action::Complete { fields: fields.iter().map(|(field, text)| (*field, (*text).to_owned())).collect() }
}

/// What an SDR finds out on the company's own pages.
fn found_out() -> Action {
    complete(&[
        (FactField::CompanyName, "Quiet Harbor"),
        (FactField::Industry, "SaaS"),
        (FactField::Employees, "250-500"),
        (FactField::Country, "Austria"),
        (FactField::Technologies, "Salesforce, Google Analytics, salesforce"),
        (FactField::Title, "VP Sales"),
    ])
}

/// All that waits for scoring is scored, and routed.
async fn scored(office: &Office, to_score: &[String]) {
    let score = office.world.score();
    let (failed, dead) = through(&score, delivery(to_score.iter().map(String::as_str), 1)).await;
    assert!(failed.is_empty() && dead.is_empty(), "{dead:?}");
    let to_route: Vec<String> = score.to_route.sent().into_iter().map(|sent| sent.body).collect();
    assert!(office.world.routed(&to_route).await.is_empty());
}

fn sent(console: &MemoryConsole) -> Vec<String> {
    console.to_score.sent().into_iter().map(|sent| sent.body).collect()
}

/// The origin of a field, as the lead's page shows it.
fn by(lead: &QueuedLead, field: FactField) -> Option<String> {
    field.of(&lead.known().enrichment).map(|origin| origin.provider.to_owned())
}

fn is_incomplete(lead: &QueuedLead) -> bool {
    lead.decision().is_some_and(|decision| matches!(decision.disposition, Disposition::Incomplete { .. }))
}

#[tokio::test]
async fn a_lead_of_which_too_little_is_known_is_completed_scored_and_moves_on() {
    let office = Office::new().await;
    let (id, sdr) = office.first(QueueName::CatchAll).await;
    office.does(1, &sdr, &id, Action::Claim, None).await.unwrap();
    let before = office.lead(&id).await;
    assert!(is_incomplete(&before));
    let console = office.console(2);
    let asked = request(before.work.revision, found_out(), Some("from their imprint"));
    let outcome = console.act(&sdr, &id, &asked).await.unwrap();
    assert_eq!(outcome.lead.content, before.content, "what the machine decided on is as it was");
    let known = outcome.lead.known().enrichment.clone();
    assert_eq!(known.company.industry.as_ref().unwrap().value, "software");
    assert_eq!(known.company.technologies.as_ref().unwrap().value, ["google-analytics", "salesforce"]);
    assert_eq!(known.company.employees.as_ref().unwrap().value.to_string(), "250-500");
    assert!(known.person.seniority.is_some() && known.person.function.is_some(), "read from the title");
    let entry = outcome.lead.work.history.last().unwrap();
    assert_eq!(
        (entry.by.as_ref(), entry.at, entry.note.as_deref()),
        (Some(&sdr.actor.id), after(2), Some("from their imprint"))
    );
    let Happening::Completed { wrote, took_back } = &entry.what else { panic!("{:?}", entry.what) };
    assert_eq!((wrote.len(), took_back.len()), (6, 0));

    scored(&office, &sent(&console)).await;
    let lead = office.lead(&id).await;
    assert!(!is_incomplete(&lead) && !lead.wants_score());
    assert!(matches!(lead.waits_in(), Some(QueueName::Sdr | QueueName::Nurture)), "{:?}", lead.waits_in());
    assert_eq!(lead.enrichment(), &known, "it was scored on what was written");
    assert_eq!(lead.thread.scored_before.len(), 1);
    if lead.waits_in() == Some(QueueName::Sdr) {
        assert_eq!(lead.work.owner, before.work.owner, "who completed it keeps it");
    }
    let again = lead.to_document().unwrap();
    assert_eq!(QueuedLead::from_message(again.as_bytes()).unwrap(), lead);
}

#[tokio::test]
async fn what_cannot_be_read_is_told_at_once_and_changes_nothing() {
    let office = Office::new().await;
    let (id, sdr) = office.first(QueueName::CatchAll).await;
    let before = office.lead(&id).await;
    let ugly = complete(&[
        (FactField::CompanyName, "Quiet Harbor"),
        (FactField::Industry, "Widgets & co"),
        (FactField::Employees, "lots"),
        (FactField::RevenueUsd, "€5M"),
        (FactField::Country, "Georgia"),
        (FactField::Seniority, "boss"),
        (FactField::Title, "n/a"),
        (FactField::Intent, "88"),
    ]);
    let Refusal::NotRead { problems } = refusal(office.does(1, &sdr, &id, ugly, None).await) else {
        panic!()
    };
    let told: BTreeMap<FactField, &str> =
        problems.iter().map(|FieldProblem { field, what }| (*field, *what)).collect();
    assert_eq!(told.len(), 7, "{told:?}");
    assert!(told[&FactField::Country].contains("may be several countries"), "{told:?}");
    assert!(told[&FactField::Title].contains("leave it empty"), "{told:?}");
    for nothing in [complete(&[]), complete(&[(FactField::Title, "  ")])] {
        assert_eq!(refusal(office.does(1, &sdr, &id, nothing, None).await), Refusal::NothingWritten);
    }
    let long = "x".repeat(121);
    let tools = (0..41).map(|n| format!("tool {n}")).collect::<Vec<_>>().join(",");
    for (field, text) in [(FactField::CompanyName, long.as_str()), (FactField::Technologies, &tools)] {
        let refused = refusal(office.does(1, &sdr, &id, complete(&[(field, text)]), None).await);
        assert!(matches!(refused, Refusal::NotRead { .. }), "{refused:?}");
    }
    assert_eq!(office.lead(&id).await, before);
}

#[tokio::test]
async fn of_two_who_complete_one_record_the_second_is_told() {
    let office = Office::new().await;
    let (id, sdr) = office.first(QueueName::CatchAll).await;
    let manager = office.person("manager-1").await;
    let seen = office.lead(&id).await.work.revision;
    let (one, other) = (office.console(1), office.console(1));
    let small = request(seen, complete(&[(FactField::Employees, "30")]), None);
    one.act(&sdr, &id, &small).await.unwrap();
    let large = request(seen, complete(&[(FactField::Employees, "3000")]), None);
    assert_eq!(refusal(other.act(&manager, &id, &large).await), Refusal::Stale);
    // The same form twice is written once, and sent to be scored again: the first message may have been lost.
    assert!(one.act(&sdr, &id, &small).await.unwrap().repeated);
    assert_eq!((sent(&one).len(), sent(&other).len()), (2, 0));
    assert_eq!(office.lead(&id).await.work.by_hand.employees.unwrap().value.to_string(), "30");
    // Nobody writes in a record that another works on, or that is another's.
    office.does(2, &sdr, &id, Action::Claim, None).await.unwrap();
    let held = office.does(3, &manager, &id, complete(&[(FactField::Employees, "3000")]), None).await;
    assert!(matches!(refusal(held), Refusal::HeldByOther { .. }));
    for (who, why) in [("ae-1", "role"), ("admin-1", "role")] {
        let who = office.person(who).await;
        let refused = refusal(office.does(3, &who, &id, found_out(), None).await);
        assert!(matches!(refused, Refusal::WrongRole { .. }), "{why}: {refused:?}");
    }
}

#[tokio::test]
async fn what_was_written_is_taken_back_and_what_was_found_counts_again() {
    let office = Office::new().await;
    let (id, sdr) = office.first(QueueName::Sdr).await;
    let found = office.lead(&id).await.enrichment().clone();
    let vendor = FactField::Employees.of(&found).unwrap().provider.to_owned();
    assert_ne!(vendor, FORM);
    let console = office.console(1);
    let write = async |minutes: i64, fields: &[(FactField, &str)]| {
        let console = office.console(minutes);
        let revision = office.lead(&id).await.work.revision;
        console.act(&sdr, &id, &request(revision, complete(fields), None)).await.unwrap();
        scored(&office, &sent(&console)).await;
        office.lead(&id).await
    };
    let lead = write(1, &[(FactField::Employees, "123"), (FactField::Title, "Head of Sales")]).await;
    assert_eq!(lead.enrichment().company.employees.as_ref().unwrap().value.to_string(), "123");
    assert_eq!(lead.enriched().found(), &found, "what was found stands beside it");
    assert_eq!(
        by(&lead, FactField::Seniority).as_deref(),
        Some(BY_HAND),
        "a vendor's title is overruled with all it said"
    );

    // A further event of the person: what people wrote still goes first.
    let email = lead.event().email.as_str().to_owned();
    let event = serde_json::json!({
        "schema_version": 1, "id": "came-back", "source": "website-form", "email": email,
        "occurred_at": "2026-11-20T11:59:00Z", "employees": "9999", "title": "Intern",
    });
    office.world.pass(&[&event.to_string()]).await;
    let lead = office.lead(&id).await;
    assert_eq!(lead.enriched().event_count(), 2);
    assert!(!lead.wants_score());
    assert_eq!(lead.enrichment().company.employees.as_ref().unwrap().value.to_string(), "123");
    assert_eq!(by(&lead, FactField::Title).as_deref(), Some(BY_HAND));

    let lead = write(3, &[(FactField::Employees, ""), (FactField::Title, "")]).await;
    assert_eq!(by(&lead, FactField::Employees), Some(vendor));
    assert_eq!(lead.enrichment().company.employees, found.company.employees);
    assert_ne!(by(&lead, FactField::Seniority).as_deref(), Some(BY_HAND));
    assert!(lead.enriched().found.is_none() && lead.work.by_hand.is_empty());
    let Happening::Completed { wrote, took_back } = &lead.work.history.last().unwrap().what else { panic!() };
    assert_eq!(
        (wrote.as_slice(), took_back.as_slice()),
        ([].as_slice(), [FactField::Employees, FactField::Title].as_slice())
    );
    let _ = console;
}

#[tokio::test]
async fn a_score_of_before_does_not_take_the_place_of_what_was_written_since() {
    let office = Office::new().await;
    let (id, sdr) = office.first(QueueName::CatchAll).await;
    let write = async |fields: &[(FactField, &str)]| {
        let console = office.console(1);
        let revision = office.lead(&id).await.work.revision;
        console.act(&sdr, &id, &request(revision, complete(fields), None)).await.unwrap();
        sent(&console)
    };
    let first = write(&[(FactField::Industry, "retail")]).await;
    let second = write(&[(FactField::Industry, "software"), (FactField::Employees, "300")]).await;
    // The first comes back last: the lead was sent on again, and has the score of what is written now.
    scored(&office, &second).await;
    let decided = office.lead(&id).await;
    assert!(!decided.wants_score());
    scored(&office, &first).await;
    assert_eq!(office.lead(&id).await, decided, "it was decided on all of it already");

    let third = write(&[(FactField::Industry, "retail")]).await;
    let fourth = write(&[(FactField::Country, "DE")]).await;
    scored(&office, &third).await;
    let lead = office.lead(&id).await;
    assert!(!lead.wants_score(), "route sent it to be scored with all that is written");
    assert_eq!(lead.enrichment(), &lead.work.by_hand.over(lead.enriched().found().clone()));
    assert_eq!(by(&lead, FactField::Country).as_deref(), Some(BY_HAND));
    let _ = fourth;
}

#[tokio::test]
async fn a_lead_that_people_confirmed_keeps_its_decision_and_shows_the_facts() {
    let office = Office::new().await;
    let (id, ae) = office.confirmed().await;
    let before = office.lead(&id).await;
    let console = office.console(5);
    let wrote = request(before.work.revision, complete(&[(FactField::Employees, "77")]), None);
    console.act(&ae, &id, &wrote).await.unwrap();
    assert_eq!(sent(&console).len(), 0);
    let lead = office.lead(&id).await;
    assert_eq!((&lead.content, lead.waits_in()), (&before.content, Some(QueueName::Ae)));
    assert_eq!(lead.known().enrichment.company.employees.as_ref().unwrap().value.to_string(), "77");
    let page = crate::http::page_of(&office, 6, ae.actor.id.as_str(), &format!("/leads/{id}")).await;
    assert!(page.contains("Our people") && page.contains("77"), "{page}");
    // Once people are done with it, nobody writes in it.
    office.does(7, &ae, &id, Action::Claim, None).await.unwrap();
    let reject = Action::Reject { reason: "no_need".parse().unwrap() };
    office.does(8, &ae, &id, reject, None).await.unwrap();
    let late = office.does(9, &ae, &id, complete(&[(FactField::Employees, "78")]), None).await;
    assert!(matches!(refusal(late), Refusal::NotNow { .. }));
}

#[tokio::test]
async fn what_is_written_before_a_first_look_is_scored_with_it() {
    let office = Office::new().await;
    let (id, sdr) = office.first(QueueName::HumanFirst).await;
    office.does(1, &sdr, &id, Action::Claim, None).await.unwrap();
    let console = office.console(2);
    let revision = office.lead(&id).await.work.revision;
    console
        .act(&sdr, &id, &request(revision, complete(&[(FactField::Employees, "640")]), None))
        .await
        .unwrap();
    assert_eq!(sent(&console).len(), 0, "people see it before it is scored");
    assert!(!office.lead(&id).await.wants_score());
    let revision = office.lead(&id).await.work.revision;
    console.act(&sdr, &id, &request(revision, Action::See, None)).await.unwrap();
    scored(&office, &sent(&console)).await;
    let lead = office.lead(&id).await;
    assert!(lead.decision().is_some() && lead.work.progress == Progress::Open);
    assert_eq!(lead.enrichment().company.employees.as_ref().unwrap().value.to_string(), "640");
}

#[tokio::test]
async fn a_completed_lead_whose_message_is_lost_is_sent_again_by_the_sweep() {
    let office = Office::new().await;
    let (id, sdr) = office.first(QueueName::CatchAll).await;
    office.does(1, &sdr, &id, found_out(), None).await.unwrap();
    let due = office.due_minutes(&id).await;
    let early = office.world.sla(after(due - 20));
    early.run(None).await.unwrap();
    assert_eq!(early.to_score.sent().len(), 0, "it has time");
    let sweep = office.world.sla(after(due + 1));
    sweep.run(None).await.unwrap();
    let bodies: Vec<String> = sweep.to_score.sent().into_iter().map(|sent| sent.body).collect();
    assert_eq!(bodies.len(), 1, "those alone that want a score");
    scored(&office, &bodies).await;
    let lead = office.lead(&id).await;
    assert!(!is_incomplete(&lead) && !lead.wants_score());
    assert!(matches!(lead.content, RouteRequest::Scored(_)));
}

#[tokio::test]
async fn what_people_wrote_is_no_fact_of_the_machines() {
    let office = Office::new().await;
    let mut seen = 0;
    for queue in QueueName::ALL {
        for lead in office.world.leads.queue(queue, 100).await.unwrap() {
            let of = |found: &Enrichment| {
                FactField::ALL
                    .into_iter()
                    .filter_map(|field| Some(field.of(found)?.provider.to_owned()))
                    .collect::<Vec<_>>()
            };
            assert!(!of(lead.enrichment()).contains(&BY_HAND.to_owned()));
            seen += 1;
        }
    }
    assert!(seen > 5);
    let waits_for_nobody: LeadId =
        office.world.leads.queue(QueueName::Nurture, 1).await.unwrap().remove(0).id().clone();
    let sdr = office.person("sdr-1").await;
    let refused = refusal(office.does(1, &sdr, &waits_for_nobody, found_out(), None).await);
    assert!(refused.to_string().contains("bring it back first"), "{refused}");
}
