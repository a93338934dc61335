//! Leads of a queue, of all owners, for managers and admins: the first in the order of work, narrowed by grade, motion and
//! source. What is chosen stands in the address, and nothing there is about a person.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use leadlight_console::{self as console, Choosable, Facet, LeadsPage};
use leadlight_lead::{Motion, QueueName, QueuedLead, SourceName};
use leadlight_policy::Policy;
use leadlight_ports::{LeadIndex, World};
use serde::Deserialize;

use crate::console::Console;
use crate::lists::{self, MOST_LISTED};
use crate::page_answers::ListAnswer;
use crate::problem::{Problem, unavailable};
use crate::respond::{Html, frame, overseer, page, refused};
use crate::server::Server;

/// Leads that are looked at: some two megabytes.
const MOST_LOOKED_AT: usize = 500;

const GRADES: [&str; 4] = ["A", "B", "C", "D"];

/// What is asked for, as the address says it.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub(crate) struct Asked {
    queue: Option<String>,
    grade: Option<String>,
    motion: Option<String>,
    source: Option<String>,
}

/// The same, understood.
#[derive(Debug, Clone, PartialEq)]
struct Filter {
    queue: QueueName,
    grade: Option<String>,
    motion: Option<String>,
    source: Option<String>,
}

impl Filter {
    fn read(asked: Asked) -> Result<Self, Problem> {
        let queue = asked.queue.as_ref().map_or(Ok(QueueName::Nurture), |queue| queue.parse());
        let queue = queue.map_err(|_| Problem::Unreadable("`queue` names no queue".to_owned()))?;
        let Asked { grade, motion, source, .. } = asked;
        if grade.as_ref().is_some_and(|grade| !GRADES.contains(&grade.as_str())) {
            return Err(Problem::Unreadable("`grade` is A, B, C or D".to_owned()));
        }
        if motion
            .as_ref()
            .is_some_and(|motion| serde_json::from_value::<Motion>(motion.clone().into()).is_err())
        {
            return Err(Problem::Unreadable("`motion` names no motion".to_owned()));
        }
        if source.as_ref().is_some_and(|source| source.parse::<SourceName>().is_err()) {
            return Err(Problem::Unreadable("`source` is no name of a source".to_owned()));
        }
        Ok(Self { queue, grade, motion, source })
    }

    fn holds(&self, lead: &QueuedLead) -> bool {
        let is = |wanted: &Option<String>, value: &Option<String>| wanted.is_none() || wanted == value;
        is(&self.grade, &grade(lead)) && is(&self.motion, &motion(lead)) && is(&self.source, &source(lead))
    }

    /// The address of a page, or of another form of it, with what is chosen.
    fn address(&self, page: &str) -> String {
        let mut address = format!("{page}?queue={}", self.queue.as_str());
        for (name, value) in [("grade", &self.grade), ("motion", &self.motion), ("source", &self.source)] {
            if let Some(value) = value {
                let value: String = form_urlencoded::byte_serialize(value.as_bytes()).collect();
                address.extend(["&", name, "=", &value]);
            }
        }
        address
    }
}

fn grade(lead: &QueuedLead) -> Option<String> {
    lead.decision().map(|decision| decision.grade.to_string())
}

#[expect(clippy::unnecessary_wraps, reason = "as the others, of which one may be unknown")]
fn motion(lead: &QueuedLead) -> Option<String> {
    Some(lead.enriched().motion.to_string())
}

#[expect(clippy::unnecessary_wraps, reason = "as the others, of which one may be unknown")]
fn source(lead: &QueuedLead) -> Option<String> {
    Some(lead.event().source.to_string())
}

/// The first leads of a queue, and how many stand there.
struct Looked {
    leads: Vec<QueuedLead>,
    standing: usize,
}

async fn looked<W: World>(console: &Console<W>, filter: &Filter) -> Result<Looked, Problem> {
    let leads = console.leads.queue(filter.queue, MOST_LOOKED_AT).await.map_err(|e| unavailable(&e))?;
    let standing = if leads.len() < MOST_LOOKED_AT {
        leads.len()
    } else {
        console.leads.count(filter.queue).await.map_err(|e| unavailable(&e))?
    };
    Ok(Looked { leads, standing })
}

pub(crate) type AskedFor = Result<Query<Asked>, QueryRejection>;

fn read(asked: AskedFor) -> Result<Filter, Problem> {
    let Query(asked) = asked.map_err(|e| Problem::Unreadable(e.body_text()))?;
    Filter::read(asked)
}

/// The page.
pub(crate) async fn leads<O: World>(
    State(server): State<Arc<Server<O>>>,
    asked: AskedFor,
    headers: HeaderMap,
) -> Response {
    page!(server, headers, |session| {
        overseer(&session.person)?;
        let filter = read(asked)?;
        let looked = looked(&server.console, &filter).await?;
        let policy = server.console.policy().await?;
        let left: Vec<QueuedLead> =
            looked.leads.iter().filter(|lead| filter.holds(lead)).take(MOST_LISTED).cloned().collect();
        let page = LeadsPage {
            queues: queues(&filter, &policy),
            facets: facets(&filter, &looked.leads, &policy),
            list: lists::queue_page(&session.person, &left),
            standing: looked.standing,
            looked_at: looked.leads.len(),
            left: looked.leads.iter().filter(|lead| filter.holds(lead)).count(),
            csv: filter.address("/leads.csv"),
        };
        Ok(Html(console::leads(&frame(&server, Some(session)), &page)).into_response())
    })
}

/// All that is left, for CSV.
pub(crate) async fn filtered<W: World>(
    console: &Console<W>,
    asked: AskedFor,
) -> Result<Vec<QueuedLead>, Problem> {
    let filter = read(asked)?;
    let looked = looked(console, &filter).await?;
    Ok(looked.leads.into_iter().filter(|lead| filter.holds(lead)).collect())
}

/// The same for a program: a hundred at most.
pub(crate) async fn answer<O: World>(
    State(server): State<Arc<Server<O>>>,
    asked: AskedFor,
    headers: HeaderMap,
) -> Result<Json<ListAnswer>, Problem> {
    overseer(&server.bearer(&headers).await?)?;
    let filter = read(asked)?;
    let Looked { mut leads, .. } = looked(&server.console, &filter).await?;
    if filter.source.is_some() && leads.iter().all(|lead| filter.source != source(lead)) {
        return Err(Problem::NamesNothing("no lead of this queue comes from that source"));
    }
    leads.retain(|lead| filter.holds(lead));
    leads.truncate(MOST_LISTED);
    Ok(Json(lists::answer(&leads, server.console.now())))
}

/// Another queue has other grades, motions and sources: what was chosen of these is left out.
fn queues(filter: &Filter, policy: &Policy) -> Vec<Choosable> {
    let choice = |queue: QueueName| Choosable {
        label: policy.queue(queue).label.clone(),
        leads: None,
        address: Filter { queue, grade: None, motion: None, source: None }.address("/leads"),
        is_chosen: queue == filter.queue,
    };
    QueueName::ALL.into_iter().map(choice).collect()
}

/// How a lead is told by a facet; none where it is not known.
type Told = fn(&QueuedLead) -> Option<String>;

fn facets(filter: &Filter, leads: &[QueuedLead], policy: &Policy) -> Vec<Facet> {
    let with = |name: &'static str, value: Option<String>| {
        let mut other = filter.clone();
        match name {
            "Grade" => other.grade = value,
            "Motion" => other.motion = value,
            _ => other.source = value,
        }
        other
    };
    let facet = |name: &'static str, told: Told, chosen: &Option<String>| {
        // Counted among what the other facets leave.
        let others = with(name, None);
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for lead in leads.iter().filter(|lead| others.holds(lead)) {
            if let Some(value) = told(lead) {
                *counts.entry(value).or_default() += 1;
            }
        }
        // What is chosen can be taken back, even where nothing is left of it.
        counts.extend(
            chosen.iter().filter(|c| !counts.contains_key(*c)).map(|c| (c.clone(), 0)).collect::<Vec<_>>(),
        );
        let all = Choosable {
            label: "all".to_owned(),
            leads: None,
            address: others.address("/leads"),
            is_chosen: chosen.is_none(),
        };
        let each = counts.into_iter().map(|(value, leads)| Choosable {
            label: label(name, &value, policy),
            leads: Some(leads),
            is_chosen: chosen.as_ref() == Some(&value),
            address: with(name, Some(value)).address("/leads"),
        });
        Facet { name, choices: std::iter::once(all).chain(each).collect() }
    };
    vec![
        facet("Grade", grade, &filter.grade),
        facet("Motion", motion, &filter.motion),
        facet("Source", source, &filter.source),
    ]
}

fn label(name: &str, value: &str, policy: &Policy) -> String {
    match (name, serde_json::from_value(value.into())) {
        ("Motion", Ok(motion)) => policy.motion_label(motion),
        _ => value.to_owned(),
    }
}
