//! Bombora's Company Surge: how much more than usual a company reads about each topic, week by week.

use serde_json::{Value, json};

use super::words::spaced;
use super::world::World;
use super::{Manner, Subject, Vendor};
use crate::{Answer, Received};

pub(super) const MANNER: Manner = Manner { key, subject, known, unknown, error };

fn key(request: &Received) -> Option<String> {
    request.header("authorization").strip_prefix("Bearer ").map(str::to_owned)
}

fn subject(request: &Received) -> Option<Subject> {
    request.parameter("domain").map(|domain| Subject::Company(domain.to_lowercase()))
}

fn known(world: &World, _: &Received, subject: &Subject) -> Option<Value> {
    let Subject::Company(domain) = subject else { return None };
    let company = world.company(domain).filter(|company| world.knows_company(Vendor::Bombora, company))?;
    let intent = company.intent.as_ref()?;
    let topics = intent.topics.iter().map(|topic| json!({ "name": spaced(&topic.name), "score": topic.score }));
    Some(json!({ "domain": domain, "topics": topics.collect::<Vec<_>>(), "date": world.days_ago(intent.days_ago) }))
}

fn unknown(_: &Subject) -> Answer {
    error(404)
}

fn error(status: u16) -> Answer {
    Answer::new(status, json!({ "Message": status }))
}
