//! Lists as CSV, for a spreadsheet.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use leadlight_lead::QueuedLead;
use leadlight_ports::{LeadStore, World};
use leadlight_reading::harmless_cell;
use serde::Deserialize;

use crate::all_leads;
use crate::answers::Row;
use crate::list_pages::Month;
use crate::params::{list_named, queues_of};
use crate::problem::{Problem, unavailable};
use crate::respond::{overseer, page, refused};
use crate::server::Server;
use crate::team_answer::month_asked;

/// Leads in an export at most.
const MOST: usize = 500;

fn csv(name: &str, head: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> Result<Response, Problem> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let unwritten = |e: csv::Error| unavailable(&e);
    writer.write_record(head).map_err(unwritten)?;
    for row in rows {
        writer.write_record(row.iter().map(|cell| harmless_cell(cell))).map_err(unwritten)?;
    }
    let bytes = writer.into_inner().map_err(|_| Problem::Unavailable)?;
    let disposition = format!("attachment; filename=\"{name}\"");
    Ok((
        [
            (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
            (header::CONTENT_DISPOSITION, disposition),
        ],
        bytes,
    )
        .into_response())
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct List {
    list: Option<String>,
}

/// What waits for the viewer, and in the pool.
pub(crate) async fn queue<O: World>(
    State(server): State<Arc<Server<O>>>,
    Query(list): Query<List>,
    headers: HeaderMap,
) -> Response {
    page!(server, headers, |session| {
        let view = list_named(list.list.as_deref().unwrap_or("sdr"))?;
        let leads = server.console.waiting_for(&session.person, queues_of(view), MOST).await?;
        csv("queue.csv", &COLUMNS, cells(&leads, server.console.now()))
    })
}

/// Leads of a queue, of all owners, narrowed as the page has it.
pub(crate) async fn leads<O: World>(
    State(server): State<Arc<Server<O>>>,
    asked: all_leads::AskedFor,
    headers: HeaderMap,
) -> Response {
    page!(server, headers, |session| {
        overseer(&session.person)?;
        let leads = all_leads::filtered(&server.console, asked).await?;
        csv("leads.csv", &COLUMNS, cells(&leads, server.console.now()))
    })
}

/// The columns of a list of leads. They are only added to.
const COLUMNS: [&str; 18] = [
    "lead_id",
    "score",
    "probability",
    "grade",
    "company",
    "summary",
    "due_at",
    "owner",
    "borderline",
    "sampled",
    "asked_for_a_person",
    "lifted_by",
    "trend",
    "trend_points",
    "trend_days",
    "renews_on",
    "segment",
    "sides",
];

fn cells(leads: &[QueuedLead], now: Timestamp) -> impl Iterator<Item = Vec<String>> {
    leads.iter().map(move |lead| {
        let text = |value: Option<String>| value.unwrap_or_default();
        let row = Row::of(lead, now);
        vec![
            row.id.to_string(),
            row.score.map(|s| format!("{s:.1}")).unwrap_or_default(),
            row.probability.map(|p| format!("{p:.4}")).unwrap_or_default(),
            text(row.grade.map(|g| g.to_string())),
            text(row.company),
            text(row.summary),
            text(row.due_at.map(|at| at.to_string())),
            text(row.owner.map(|owner| owner.to_string())),
            row.borderline.to_string(),
            row.sampled.to_string(),
            row.asked_for_a_person.to_string(),
            text(row.lifted_by),
            text(row.trend.map(|trend| trend.moved.as_str().to_owned())),
            row.trend.map(|trend| format!("{:.1}", trend.points)).unwrap_or_default(),
            row.trend.map(|trend| trend.days.to_string()).unwrap_or_default(),
            text(row.renews.map(|renews| renews.on.to_string())),
            text(row.segment),
            text(row.sides),
        ]
    })
}

/// What was counted in a month, as it is kept.
pub(crate) async fn manager<O: World>(
    State(server): State<Arc<Server<O>>>,
    Query(month): Query<Month>,
    headers: HeaderMap,
) -> Response {
    page!(server, headers, |session| {
        overseer(&session.person)?;
        let month = month_asked(month.month.as_deref(), server.console.now())?;
        let tallies = server.console.leads.tallies(&month).await.map_err(|e| unavailable(&e))?;
        let rows = tallies.into_iter().map(|(tally, count)| {
            let key = tally.to_string();
            let mut parts = key.splitn(4, '|').map(str::to_owned).chain(std::iter::repeat(String::new()));
            let mut part = || parts.next().unwrap_or_default();
            vec![month.clone(), part(), part(), part(), part(), count.to_string()]
        });
        csv("team.csv", &["month", "member", "score_band", "what", "detail", "count"], rows)
    })
}
