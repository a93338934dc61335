//! Lists with where each lead stands: what somebody of the team has, and what one confirmed and what became of it.

use futures_util::future::try_join_all;
use leadlight_console::{ContactLine, ListPage, ListRow};
use leadlight_lead::{MemberId, QueueName, QueuedLead};
use leadlight_ports::{LeadIndex, LeadStore, Page, World};

use crate::answers::Row;
use crate::console::{Console, Person, readable};
use crate::facts;
use crate::page_answers::{ListAnswer, ListedAnswer};
use crate::problem::{Problem, unavailable};
use crate::views::state;

/// Leads of a list at most.
pub(crate) const MOST_LISTED: usize = 100;
/// Leads at checkpoint 2 that are looked at for those that one confirmed: the first to be worked on.
const MOST_AT_SECOND: usize = 200;

/// The first open leads of a member of the team, or of the pool, in the order of work.
pub(crate) async fn open_leads<W: World>(
    console: &Console<W>,
    owner: Option<&MemberId>,
) -> Result<Vec<QueuedLead>, Problem> {
    let queues = QueueName::ALL.into_iter().filter(|queue| queue.role().is_some());
    let rows = queues.map(|queue| console.leads.waiting(queue, owner, Page::first(MOST_LISTED)));
    let rows = try_join_all(rows).await.map_err(|e| unavailable(&e))?;
    let mut rows: Vec<_> = rows.into_iter().flatten().collect();
    rows.sort_by(|a, b| a.order.cmp(&b.order));
    rows.truncate(MOST_LISTED);
    let reads = rows.iter().map(|row| async { readable(console.leads.get(&row.id).await) });
    let found = try_join_all(reads).await?.into_iter().flatten().map(|stored| stored.lead);
    Ok(found.filter(|lead| lead.waits_in().is_some() && lead.work.owner.as_ref() == owner).collect())
}

/// What someone confirmed, the latest first, wherever it stands now.
pub(crate) async fn confirmed<W: World>(
    console: &Console<W>,
    me: &MemberId,
) -> Result<Vec<QueuedLead>, Problem> {
    let over = console.leads.confirmed_by(me, MOST_LISTED);
    let waiting = console.leads.queue(QueueName::Ae, MOST_AT_SECOND);
    let (over, waiting) = futures_util::future::try_join(over, waiting).await.map_err(|e| unavailable(&e))?;
    let confirmed_at =
        |lead: &QueuedLead| lead.work.progress.confirmation().filter(|c| c.by == *me).map(|c| c.at);
    let mut leads: Vec<QueuedLead> =
        over.into_iter().chain(waiting).filter(|lead| confirmed_at(lead).is_some()).collect();
    leads.sort_by_key(|lead| (std::cmp::Reverse(confirmed_at(lead)), lead.id().clone()));
    leads.dedup_by(|a, b| a.id() == b.id());
    leads.truncate(MOST_LISTED);
    Ok(leads)
}

/// A list of open leads as a page.
pub(crate) fn open_page(person: &Person, owner: Option<&MemberId>, leads: &[QueuedLead]) -> ListPage {
    let whose = owner.map_or("the pool".to_owned(), |owner| person.name_of(owner));
    ListPage {
        title: format!("Open leads of {whose}"),
        at: "/manager",
        about: format!("In the order of work, {MOST_LISTED} at most. Open one to assign it to someone else."),
        empty: "Nothing is open here.",
        when: "Came",
        rows: leads
            .iter()
            .map(|lead| ListRow { at: Some(lead.occurred_at()), ..row(person, lead) })
            .collect(),
    }
}

/// What one confirmed as a page.
pub(crate) fn confirmed_page(person: &Person, leads: &[QueuedLead]) -> ListPage {
    let at = |lead: &QueuedLead| lead.work.progress.confirmation().map(|confirmed| confirmed.at);
    ListPage {
        title: "What I confirmed".to_owned(),
        at: "/mine",
        about: format!("The latest first, {MOST_LISTED} at most, and what became of each."),
        empty: "You have not confirmed a lead yet. What you confirm stands here, with what becomes of it.",
        when: "Confirmed",
        rows: leads.iter().map(|lead| ListRow { at: at(lead), ..row(person, lead) }).collect(),
    }
}

/// What a search found as a part of a page.
pub(crate) fn found_page(person: &Person, leads: &[QueuedLead]) -> ListPage {
    let about = match leads.len() {
        0 => String::new(),
        1 => "1 lead.".to_owned(),
        many if many < MOST_LISTED => format!("{many} leads, the latest first."),
        _ => format!("The latest {MOST_LISTED} leads; there may be more."),
    };
    ListPage {
        title: "Leads found".to_owned(),
        at: "/find",
        about,
        empty: "No lead is known by that. One that could not be processed is not in the table yet: an admin finds it with `leadlight queue dead-letters`.",
        when: "Came",
        rows: leads
            .iter()
            .map(|lead| ListRow { at: Some(lead.occurred_at()), ..row(person, lead) })
            .collect(),
    }
}

/// The leads of a queue as a part of a page.
pub(crate) fn queue_page(person: &Person, leads: &[QueuedLead]) -> ListPage {
    ListPage {
        title: "Leads of the queue".to_owned(),
        at: "/leads",
        empty: "No lead of this queue is like that. Choose “all” of a line above to see more.",
        ..found_page(person, leads)
    }
}

/// The leads of an account as a part of its page.
pub(crate) fn account_page(person: &Person, leads: &[QueuedLead]) -> ListPage {
    ListPage {
        title: "Leads of the account".to_owned(),
        empty: "No lead of this account is known. Its people may have written from other addresses.",
        ..found_page(person, leads)
    }
}

fn row(person: &Person, lead: &QueuedLead) -> ListRow {
    let who = facts::who(lead);
    ListRow {
        id: lead.id().clone(),
        company: who.company,
        person: who.person,
        score: lead.decision().map(|d| (d.score.value(), d.grade)),
        state: state(lead).to_owned(),
        contact: lead.contact().map(|contact| ContactLine {
            state: contact.state,
            since: contact.since,
            by: contact.by.as_ref().map(|by| person.name_of(by)),
        }),
        at: None,
    }
}

/// The same for a program.
pub(crate) fn answer(leads: &[QueuedLead], now: jiff::Timestamp) -> ListAnswer {
    let listed = |lead: &QueuedLead| ListedAnswer {
        lead: Row::of(lead, now),
        state: state(lead).to_owned(),
        contact: lead.contact(),
        confirmed_at: lead.work.progress.confirmation().map(|confirmed| confirmed.at),
    };
    ListAnswer { leads: leads.iter().map(listed).collect() }
}
