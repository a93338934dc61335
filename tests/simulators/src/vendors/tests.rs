//! The vendors of the sample world.

use std::time::Duration;

use axum::http::{HeaderMap, Method};

use super::*;

const KEY: &str = "a-key";

fn world() -> World {
    World::sample("2026-11-20T12:00:00Z".parse().unwrap())
}

fn vendors() -> Vendors {
    Vendors::new(world(), KEY)
}

fn asked_with(key: &str, path: &str) -> Received {
    let mut headers = HeaderMap::new();
    headers.insert("x-api-key", key.parse().unwrap());
    headers.insert("authorization", format!("Bearer {key}").parse().unwrap());
    Received { method: Method::GET, path: path.to_owned(), headers, body: axum::body::Bytes::new() }
}

fn asked(path: &str) -> Received {
    asked_with(KEY, path)
}

const BRIGHTFORGE: &str = "/people-data-labs/v5/company/enrich?website=brightforge.example";

fn json(answer: &Answer) -> serde_json::Value {
    serde_json::from_slice(&answer.body).unwrap_or_default()
}

#[test]
fn what_is_known_is_paid_for_and_what_is_not_is_free() {
    let mut vendors = vendors();
    let known = vendors.take(&asked(BRIGHTFORGE));
    assert_eq!((known.status, &json(&known)["employee_count"]), (200, &serde_json::json!(480)));
    let unknown = vendors.take(&asked("/people-data-labs/v5/company/enrich?website=nowhere.example"));
    assert_eq!(unknown.status, 404);
    assert_eq!((vendors.calls().len(), vendors.paid(Vendor::PeopleDataLabs)), (2, 1));
    assert_eq!(vendors.spent_usd_micros(), 100_000);
    assert_eq!(vendors.calls()[0].subject, Some(Subject::Company("brightforge.example".to_owned())));
}

#[test]
fn without_its_key_a_vendor_says_nothing() {
    let mut vendors = vendors();
    for key in ["", "another"] {
        assert_eq!(vendors.take(&asked_with(key, BRIGHTFORGE)).status, 401);
    }
    vendors.set_key("another");
    assert_eq!(vendors.take(&asked_with("another", BRIGHTFORGE)).status, 200);
    assert_eq!(vendors.paid(Vendor::PeopleDataLabs), 1);
}

#[test]
fn nobody_knows_everything_and_together_they_know_every_company_and_person() {
    let world = world();
    let know = |vendor| world.companies.iter().filter(|company| world.knows_company(vendor, company)).count();
    let (all, apollo, clearbit) = (world.companies.len(), know(Vendor::Apollo), know(Vendor::Clearbit));
    assert!((all / 2..all * 3 / 4).contains(&apollo), "{apollo} of {all}");
    assert!((all / 2..all).contains(&clearbit), "{clearbit} of {all}");
    for company in &world.companies {
        assert!(
            world.knows_company(Vendor::Apollo, company) || world.knows_company(Vendor::Clearbit, company)
        );
    }
    let people = |vendor| world.people.iter().filter(|person| world.knows_person(vendor, person)).count();
    let (all, pdl, apollo) = (world.people.len(), people(Vendor::PeopleDataLabs), people(Vendor::Apollo));
    assert!((all / 2..all * 9 / 10).contains(&pdl), "{pdl} of {all}");
    assert!((all / 4..all * 3 / 4).contains(&apollo), "{apollo} of {all}");
    for person in &world.people {
        assert!(
            world.knows_person(Vendor::PeopleDataLabs, person) || world.knows_person(Vendor::Apollo, person)
        );
    }
}

#[test]
fn a_mark_goes_before_the_vendors_trouble_and_that_before_the_script() {
    let mut vendors = vendors();
    let vendor = Vendor::PeopleDataLabs;
    vendors.set_script(Box::new(|asked| (asked.nth == 0).then_some(Trouble::Status(503))));
    assert_eq!(vendors.take(&asked(BRIGHTFORGE)).status, 503);
    assert_eq!(vendors.take(&asked(BRIGHTFORGE)).status, 200, "the script spoils the first alone");
    vendors.set_trouble(vendor, Some(Trouble::Status(402)));
    assert_eq!(vendors.take(&asked(BRIGHTFORGE)).status, 402);
    vendors.mark(vendor, "Brightforge.example", Trouble::Limited(7));
    let limited = vendors.take(&asked(BRIGHTFORGE));
    assert_eq!(
        (limited.status, limited.headers.as_slice()),
        (429, [("retry-after", "7".to_owned())].as_slice())
    );
    assert_eq!(vendors.paid(vendor), 1);
}

#[test]
fn a_pending_answer_comes_after_so_many_questions() {
    let mut vendors = vendors();
    vendors.set_trouble(Vendor::PeopleDataLabs, Some(Trouble::Pending(2)));
    let statuses: Vec<u16> = (0..4).map(|_| vendors.take(&asked(BRIGHTFORGE)).status).collect();
    assert_eq!(statuses, [202, 202, 200, 200]);
}

#[test]
fn a_spoilt_answer_is_paid_for_and_one_that_says_nothing_is_not() {
    let spoilt = |trouble: Trouble| {
        let mut vendors = vendors();
        vendors.mark(Vendor::PeopleDataLabs, "brightforge.example", trouble);
        let answer = vendors.take(&asked(BRIGHTFORGE));
        (answer, vendors.paid(Vendor::PeopleDataLabs))
    };
    let (slow, paid) = spoilt(Trouble::Slow(Duration::from_secs(3)));
    assert_eq!((slow.status, slow.delay, paid), (200, Duration::from_secs(3), 1));
    let (malformed, paid) = spoilt(Trouble::Malformed);
    assert!(json(&malformed).is_null() && paid == 1 && !malformed.is_cut);
    let (truncated, paid) = spoilt(Trouble::Truncated);
    assert!(truncated.is_cut && paid == 1);
    let (wrong, paid) = spoilt(Trouble::WrongTypes);
    assert_eq!((&json(&wrong)["employee_count"], paid), (&serde_json::json!({ "value": 480 }), 1));
    let (other, paid) = spoilt(Trouble::OtherSubject);
    let website = json(&other)["website"].as_str().unwrap().to_owned();
    assert!(website != "brightforge.example" && paid == 1, "{website}");
    let (huge, paid) = spoilt(Trouble::Huge);
    assert!(huge.body.len() > 2_000_000 && paid == 1);
    let (html, paid) = spoilt(Trouble::Html);
    assert!(html.status == 200 && html.body.starts_with(b"<!doctype") && paid == 0);
    let (redirect, paid) = spoilt(Trouble::Redirect("http://169.254.169.254/".to_owned()));
    assert_eq!((redirect.status, redirect.headers[0].1.as_str(), paid), (302, "http://169.254.169.254/", 0));
    let (unknown, paid) = spoilt(Trouble::Unknown);
    assert_eq!((unknown.status, paid), (404, 0));
}
