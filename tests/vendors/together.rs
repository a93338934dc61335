//! Vendors as the file of the demo has them asked: what a lead is known by in the end, and what it cost.

use std::collections::{BTreeMap, BTreeSet};

use jiff::ToSpan;
use jiff::tz::TimeZone;
use leadlight_enrichment::{Answer, Around, Findings, Said, Waterfall, Who, merged};
use leadlight_events::PersonRecord;
use leadlight_lead::{About, DomainName, EmailAddress, Enrichment, Fact, FormSubmit, Headcount, Seniority};
use leadlight_simulators::vendors::{Vendor, Vendors, World};

use crate::{KEY, file, now, policy, said, strengths, strengths_now, world};

/// What is known of somebody who left an address alone, and who was asked, in order.
fn looked_up(
    vendors: &mut Vendors,
    email: &EmailAddress,
    domain: Option<&DomainName>,
) -> (Enrichment, Vec<String>) {
    let event =
        format!(r#"{{"schema_version":1,"id":"e1","source":"website-form","email":"{}"}}"#, email.as_str());
    let event = FormSubmit::parse(event.as_bytes()).unwrap();
    let who = Who {
        email,
        email_kind: policy().email_kind(email),
        domain,
        country: None,
        consents: &[],
        is_test: false,
        is_disqualified: false,
    };
    let mut waterfall = Waterfall::new(file(), who);
    let mut heard: Vec<(_, Findings)> = Vec::new();
    let mut asked = Vec::new();
    loop {
        let next = waterfall.next();
        if next.is_empty() {
            break;
        }
        for next in next {
            let name = next.provider.name();
            let vendor = Vendor::ALL.into_iter().find(|vendor| vendor.as_str() == name).unwrap();
            let said = said(vendors, vendor, next.subject);
            let about = if next.subject.about() == About::Company { "company" } else { "person" };
            asked.push(format!("{name}, {about}"));
            if let Said::Facts(findings) = &said {
                heard.push((next.provider, (**findings).clone()));
            }
            waterfall.heard(next.provider, next.subject.about(), said);
        }
    }
    let answers: Vec<Answer<'_>> =
        heard.iter().map(|(provider, findings)| Answer { provider, at: now(), findings }).collect();
    let around = Around {
        policy: policy(),
        event: &event,
        occurred_at: now(),
        account: domain,
        account_of: &|domain: &DomainName| domain.clone(),
        job_change_days: 180,
        now: now(),
    };
    (merged(&around, file(), &answers), asked)
}

#[expect(clippy::ref_option, reason = "a field of a lead, as it stands")]
fn value<T: Clone>(fact: &Option<Fact<T>>) -> Option<T> {
    fact.as_ref().map(|fact| fact.value.clone())
}

/// All that the sample directory holds of a person and of their company is known in the end.
fn all_is_known(world: &World, person: &PersonRecord, found: &Enrichment) {
    let what = person.title.as_deref().unwrap_or_default();
    let company = world.employer(person).unwrap();
    assert_eq!(value(&found.company.industry), company.industry, "{what}");
    assert_eq!(value(&found.company.employees), company.employees.and_then(Headcount::exactly), "{what}");
    assert_eq!(value(&found.company.country), company.country, "{what}");
    let tools = value(&found.company.technologies).map(BTreeSet::from_iter);
    assert_eq!(tools, company.technologies.clone().map(BTreeSet::from_iter), "{what}");
    let strengths_found = value(&found.company.intent).as_ref().map(strengths);
    assert_eq!(strengths_found, company.intent.as_ref().map(|_| strengths_now(company)), "{what}");

    assert_eq!(value(&found.person.function), person.function, "{what}");
    // No vendor has a word for someone who is neither senior nor a beginner, and few titles say so.
    if person.seniority != Some(Seniority::Individual) || found.person.seniority.is_some() {
        assert_eq!(value(&found.person.seniority), person.seniority, "{what}");
    }
    let today = TimeZone::UTC.to_datetime(now()).date();
    let since = person.role_since_days_ago.map(|days| today - i64::from(days).days());
    assert_eq!(value(&found.person.role_since), since, "{what}");
    assert_eq!(value(&found.person.recently_changed_jobs), person.recently_changed_jobs, "{what}");
}

#[test]
fn what_the_sample_world_holds_is_known_in_the_end() {
    let world = world();
    let mut vendors = Vendors::new(world.clone(), KEY);
    // Whom nobody is sure of stays unknown.
    for person in world.people.iter().filter(|person| person.confidence >= 0.6) {
        let domain = world.employer(person).map(|company| &company.domain);
        let (found, _) = looked_up(&mut vendors, &person.email, domain);
        all_is_known(&world, person, &found);
    }
}

#[test]
fn the_next_vendor_is_asked_where_the_one_before_left_a_gap() {
    let world = world();
    let mut ways: BTreeMap<Vec<String>, usize> = BTreeMap::new();
    for company in &world.companies {
        let mut vendors = Vendors::new(world.clone(), KEY);
        let nobody = format!("somebody@{}", company.domain).parse().unwrap();
        let (_, asked) = looked_up(&mut vendors, &nobody, Some(&company.domain));
        let of_company = asked.into_iter().filter(|one| one.ends_with("company")).collect();
        *ways.entry(of_company).or_default() += 1;
    }
    let firmographic = |names: &[&str]| {
        let way = |asked: &Vec<String>| {
            let order = ["apollo, company", "clearbit, company", "people-data-labs, company"];
            let asked: Vec<&str> =
                asked.iter().map(String::as_str).filter(|one| order.contains(one)).collect();
            asked.len() == names.len()
        };
        ways.iter().filter(|(asked, _)| way(asked)).map(|(_, count)| count).sum::<usize>()
    };
    let (one, two, three) = (
        firmographic(&["apollo"]),
        firmographic(&["apollo", "clearbit"]),
        firmographic(&["apollo", "clearbit", "people-data-labs"]),
    );
    assert_eq!(one + two + three, world.companies.len());
    assert!(one > 10 && two > 10 && three > 2, "{one}, {two}, {three}");
}
