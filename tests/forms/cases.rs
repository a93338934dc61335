//! Cases from other people's bug reports, each written down again with invented people: what is right for it, and for
//! the whole kind of fault behind it.

use leadlight_lead::{QueueName, QueuedLead};
use leadlight_tests::memory::System;
use serde_json::{Value, json};

use super::ends;

/// A good lead with other fields, of a person of its own.
fn form(id: &str, more: &Value) -> String {
    let mut body = json!({
        "schema_version": 1, "id": id, "source": "website-form",
        "email": format!("pia-{id}@clearpath.example"),
        "occurred_at": "2026-11-20T09:30:00Z", "title": "Managing Director", "industry": "software", "employees": 300,
        "country": "DE", "activity": [{"kind": "demo_request", "at": "2026-11-20T09:29:00Z"}],
    });
    for (name, value) in more.as_object().unwrap() {
        body[name] = value.clone();
    }
    body.to_string()
}

async fn lead(world: &System, id: &str, more: Value) -> QueuedLead {
    ends(world, &form(id, &more)).await.unwrap_or_else(|reason| panic!("{more}: {reason}"))
}

#[tokio::test]
async fn a_country_is_known_by_code_and_name_and_an_excluded_one_by_all_of_them() {
    let world = System::new().await;
    for (id, name) in
        ["IR", "Iran", "Iran, Islamic Republic of", "Russia", "RUS", "Russian Federation", "North Korea"]
            .iter()
            .enumerate()
    {
        let lead = lead(&world, &format!("x{id}"), json!({ "country": name })).await;
        assert_eq!(lead.queue, QueueName::Disqualified, "{name}");
    }
    for (id, name) in ["UK", "GB", "Germany", "DEU", "Deutschland", "South Korea"].iter().enumerate() {
        assert_eq!(
            lead(&world, &format!("y{id}"), json!({ "country": name })).await.queue,
            QueueName::Sdr,
            "{name}"
        );
    }
}

#[tokio::test]
async fn a_country_that_nobody_understands_is_seen_by_a_person_first() {
    let world = System::new().await;
    let narnia = lead(&world, "n", json!({"country": "Narnia"})).await;
    assert_eq!(narnia.queue, QueueName::CatchAll);
    let summary = &narnia.decision().unwrap().summary;
    assert!(summary.contains("country (as typed, which may be an excluded one) not known"), "{summary}");
    let typed = narnia.enriched().not_understood();
    assert_eq!(typed[0].text, "Narnia", "people see what was typed");
    assert_eq!(
        lead(&world, "m", json!({"country": null})).await.queue,
        QueueName::Sdr,
        "what was not asked is not known"
    );
}

#[tokio::test]
async fn no_lead_is_lost_for_its_size() {
    let world = System::new().await;
    let sizes = [
        json!("250"),
        json!("11-50"),
        json!("1,000+"),
        json!(""),
        json!(250.0),
        json!(null),
        json!(0),
        json!("many"),
    ];
    for (id, size) in sizes.into_iter().enumerate() {
        let lead = lead(&world, &format!("s{id}"), json!({ "employees": size })).await;
        assert!(matches!(lead.queue, QueueName::Sdr | QueueName::Nurture), "{size}: {}", lead.queue);
    }
    let tiny = lead(&world, "tiny", json!({"employees": "1-10"})).await;
    assert_eq!(tiny.queue, QueueName::Disqualified, "all of the range lies below the minimum");
}

#[tokio::test]
async fn a_filler_ends_as_nothing_does() {
    let world = System::new().await;
    let score = |lead: &QueuedLead| lead.decision().unwrap().score;
    let without = lead(&world, "w", json!({"industry": null, "employees": null})).await;
    for (id, filler) in
        ["undefined", "null", "n/a", "[not provided]", "Select", "\\N", "--None--"].iter().enumerate()
    {
        let filled = lead(&world, &format!("f{id}"), json!({"industry": filler, "employees": filler})).await;
        assert_eq!((filled.queue, score(&filled)), (without.queue, score(&without)), "{filler}");
    }
    let zero = lead(&world, "zero", json!({"industry": null, "employees": 0})).await;
    assert_eq!(
        (zero.queue, score(&zero)),
        (without.queue, score(&without)),
        "nobody sells to a company of 0"
    );
}

#[tokio::test]
async fn one_domain_in_two_spellings_is_one_account() {
    let world = System::new().await;
    let mut accounts = Vec::new();
    for (id, address) in [
        "eva@jägerhof.example",
        "eva@xn--jgerhof-5wa.example",
        "EVA@JÄGERHOF.EXAMPLE",
        "eva@ja\u{308}gerhof.example.",
    ]
    .iter()
    .enumerate()
    {
        let lead = lead(&world, &format!("e{id}"), json!({ "email": address })).await;
        accounts.push((lead.enriched().account_domain.clone(), lead.event().email.clone()));
    }
    assert!(accounts.windows(2).all(|pair| pair[0] == pair[1]), "{accounts:?}");
}

#[tokio::test]
async fn tenants_of_a_shared_host_are_apart_and_relays_are_nobodys_company() {
    let world = System::new().await;
    let account = async |id: &str, address: &str| {
        lead(&world, id, json!({ "email": address })).await.enriched().account_domain.clone()
    };
    let (a, b) =
        (account("a", "x@tenant-a.onmicrosoft.com").await, account("b", "y@tenant-b.onmicrosoft.com").await);
    assert!(a.is_some() && b.is_some() && a != b, "{a:?} {b:?}");
    assert_eq!(account("r", "4x7@privaterelay.appleid.com").await, None);
    assert_eq!(account("t", "z@chello.at").await, None);
}

#[tokio::test]
async fn a_post_is_graded_alike_for_men_and_women() {
    let world = System::new().await;
    let pairs = [
        ("Geschäftsführer", "Geschäftsführerin"),
        ("Geschäftsführer", "GESCHÄFTSFÜHRERIN"),
        ("Vertriebsdirektor", "Vertriebsdirektorin"),
        ("Teamleiter Vertrieb", "Teamleiterin Vertrieb"),
        ("Director de ventas", "Directora de ventas"),
        ("Directeur marketing", "Directrice marketing"),
    ];
    for (n, (one, other)) in pairs.into_iter().enumerate() {
        let one = lead(&world, &format!("o{n}"), json!({ "title": one })).await;
        let with = lead(&world, &format!("p{n}"), json!({ "title": other })).await;
        let judged = |lead: &QueuedLead| (lead.queue, lead.decision().unwrap().score);
        assert_eq!(judged(&one), judged(&with), "{other}");
        assert!(one.enrichment().person.seniority.is_some(), "{other}");
    }
}

#[tokio::test]
async fn the_words_of_a_crm_for_an_industry_are_graded_as_the_policys() {
    let world = System::new().await;
    let plain = lead(&world, "i", json!({"industry": "software"})).await;
    let theirs = lead(&world, "j", json!({"industry": "COMPUTER_SOFTWARE"})).await;
    assert_eq!(theirs.decision().unwrap().score, plain.decision().unwrap().score);
    let unknown = lead(&world, "k", json!({"industry": "Wizardry"})).await;
    let none = lead(&world, "l", json!({"industry": null})).await;
    assert_eq!(
        unknown.decision().unwrap().score,
        none.decision().unwrap().score,
        "never graded as a bad fit"
    );
    assert_eq!(unknown.enriched().not_understood()[0].text, "Wizardry");
}

#[tokio::test]
async fn the_same_event_carried_again_is_one_lead() {
    let world = System::new().await;
    let once = lead(&world, "again", json!({"attempt": 1, "sent_at": "2026-11-20T09:30:00Z"})).await;
    let twice = form(
        "again",
        &json!({"attempt": 2, "sent_at": "2026-11-20T09:35:00Z", "occurred_at": "2026-11-20T09:35:00Z"}),
    );
    let passed = world.pass(&[&twice]).await;
    assert!(passed.dead.is_empty(), "{:?}", passed.dead);
    assert_eq!(world.lead(once.id()).await.event(), once.event());
    let today = lead(&world, "ignored", json!({"id": null})).await;
    let tomorrow = lead(&world, "ignored", json!({"id": null, "occurred_at": "2026-11-21T09:30:00Z"})).await;
    assert_eq!((today.event_count(), tomorrow.event_count()), (1, 2), "another day, another event");
    assert_eq!(today.id(), tomorrow.id(), "of one person");
}
