//! Tests of the crate as a whole, against the default policy.

mod apply;
mod facts;
mod faults;
mod gates;
mod grid;
mod hand_raisers;
mod industries;
mod motions;
mod outline;
mod people;
mod problems;
mod properties;
mod retention;
mod schema;
mod scorecard;
mod segments;
mod sources;
mod titles;
mod tools;

use std::sync::LazyLock;

use jiff::Timestamp;
use leadlight_lead::{
    Activity, ActivityKind, Company, Completeness, ContentHash, DrawKey, EnrichedLead, Enrichment, Fact,
    FormSubmit, Function, Headcount, Intent, Lot, Motion, Person, Seniority, SubmittedLead, Topic,
};

use crate::{Criterion, Policy};

pub(super) const DEFAULT: &str = include_str!("../../../../infra/policies/default.toml");
/// The criteria that the default policy names, in the order of their contributions. A release may know more.
pub(super) const NAMED: [Criterion; 7] = [
    Criterion::Industry,
    Criterion::CompanySize,
    Criterion::Function,
    Criterion::Seniority,
    Criterion::TechStack,
    Criterion::Engagement,
    Criterion::Intent,
];
pub(super) const OCCURRED_AT: &str = "2026-11-20T12:00:00Z";

pub(super) fn policy() -> &'static Policy {
    static POLICY: LazyLock<Policy> = LazyLock::new(|| Policy::parse("default.toml", DEFAULT).unwrap());
    &POLICY
}

/// The default policy with one scorecard for all motions and nothing that lifts, so that its criteria may be taken away.
pub(super) fn without_motions() -> String {
    let start = DEFAULT.find("# Two criteria count for some motions alone").unwrap();
    let end = DEFAULT.find("# Thresholds on the score").unwrap();
    let rule = DEFAULT[..end].rfind("# ----").unwrap();
    format!("{}{}", &DEFAULT[..start], &DEFAULT[rule..])
}

pub(super) fn days_before(days: i64) -> Timestamp {
    OCCURRED_AT.parse::<Timestamp>().unwrap() - jiff::SignedDuration::from_hours(24 * days)
}

pub(super) fn fact<T>(value: T) -> Fact<T> {
    Fact { value, provider: "directory".to_owned(), fetched_at: days_before(0), confidence: 0.9 }
}

/// A number of employees.
pub(super) fn size(employees: u32) -> Fact<Headcount> {
    fact(Headcount::exactly(employees).unwrap())
}

/// A lead of which nothing is known but its address.
pub(super) fn bare_lead(email: &str) -> EnrichedLead {
    let text = format!(
        r#"{{"schema_version":1,"id":"e1","source":"website-form","email":"{email}",
            "occurred_at":"{OCCURRED_AT}"}}"#
    );
    let event = FormSubmit::parse(text.as_bytes()).unwrap();
    let submitted = SubmittedLead::new(event, ContentHash::of(b""), days_before(0)).unwrap();
    let policy = policy();
    EnrichedLead {
        policy: policy.hash().clone(),
        motion: Motion::Inbound,
        email_kind: policy.email_kind(&submitted.event.email),
        account_domain: leadlight_lead::DomainName::of_host(submitted.event.email.domain()).ok(),
        submitted,
        enrichment: Enrichment::default(),
        completeness: Completeness { share: 0.0, missing: Vec::new() },
        enriched_at: days_before(0),
        round: 0,
        group: None,
        renewal: None,
        joined: leadlight_lead::Joined::default(),
        found: None,
        seen_first_for: None,
    }
}

pub(super) fn activity(kind: ActivityKind, days: i64) -> Activity {
    Activity { kind, name: None, at: days_before(days) }
}

pub(super) fn topic(name: &str, score: f64) -> Topic {
    Topic { name: name.to_owned(), score }
}

/// A good lead in full: 400 people in software, a vice president of sales, tools, intent, behaviour.
/// A lead's place in the draw of a deployment.
pub(super) fn lot(lead: &EnrichedLead) -> Lot {
    Lot::of(lead.id(), &DrawKey::new([7; 32]))
}

pub(super) fn good_lead() -> EnrichedLead {
    let mut lead = bare_lead("ada@acme.example");
    let intent = Intent::on(days_before(7), vec![topic("lead-scoring", 88.0), topic("crm", 70.0)]);
    lead.enrichment = Enrichment {
        company: Company {
            industry: Some(fact("software".to_owned())),
            employees: Some(size(400)),
            country: Some(fact("DE".parse().unwrap())),
            technologies: Some(fact(vec!["salesforce".to_owned(), "segment".to_owned(), "slack".to_owned()])),
            intent: Some(fact(intent)),
            ..Company::default()
        },
        person: Person {
            title: Some(fact("VP Sales".to_owned())),
            function: Some(fact(Function::Sales)),
            seniority: Some(fact(Seniority::Vp)),
            ..Person::default()
        },
        ..Enrichment::default()
    };
    lead.submitted.event.activity =
        vec![activity(ActivityKind::PricingView, 1), activity(ActivityKind::ContentDownload, 10)];
    lead
}
