//! An account: what its leads, its people and its deals come to. Read by one index, a hundred leads at most.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use leadlight_console::{self as console, AccountPage, HistoryEntry, dollars};
use leadlight_lead::{DomainName, LeadId, MemberId, OutcomeResult, QueuedLead, Role, ScoreAt};
use leadlight_policy::{Listed, Policy};
use leadlight_ports::{LeadIndex, World};
use schemars::JsonSchema;
use serde::Serialize;

use crate::console::{Console, Person};
use crate::lists::{self, MOST_LISTED};
use crate::page_answers::ListedAnswer;
use crate::problem::{Problem, unavailable};
use crate::respond::{Html, frame, page, refused};
use crate::server::Server;
use crate::{facts, views};

/// An account's leads, and what it is to us.
struct Account {
    domain: DomainName,
    /// `customer` or `competitor`; none of other companies.
    relation: Option<String>,
    owner_sdr: Option<MemberId>,
    owner_ae: Option<MemberId>,
    /// The latest first.
    leads: Vec<QueuedLead>,
}

impl Account {
    /// Another domain of a company leads to the account under which its leads are one.
    async fn read<W: World>(console: &Console<W>, named: &str, policy: &Policy) -> Result<Self, Problem> {
        let named: DomainName = named.parse().map_err(|_| Problem::NoPage)?;
        let accounts = console.in_force.accounts(console.now()).await.map_err(|e| unavailable(&e))?;
        let accounts = accounts.as_deref();
        let domain = accounts.map_or(&named, |accounts| accounts.account_of(&named)).clone();
        let owner = |role| accounts.and_then(|accounts| accounts.owner(&domain, role)).cloned();
        let relation = policy.relation(&domain).or_else(|| accounts.relation(&domain));
        let leads = console.leads.of_account(&domain, MOST_LISTED).await.map_err(|e| unavailable(&e))?;
        Ok(Self {
            relation: relation.map(|relation| relation.to_string()),
            owner_sdr: owner(Role::Sdr),
            owner_ae: owner(Role::Ae),
            domain,
            leads,
        })
    }

    /// Whether there is a lead of it, or a list names it.
    fn is_known(&self) -> bool {
        let Self { relation, owner_sdr, owner_ae, leads, .. } = self;
        !leads.is_empty() || relation.is_some() || owner_sdr.is_some() || owner_ae.is_some()
    }

    fn people(&self) -> usize {
        self.leads.iter().map(|lead| lead.event().email.as_str()).collect::<BTreeSet<_>>().len()
    }

    fn open(&self) -> usize {
        self.leads.iter().filter(|lead| lead.waits_in().is_some()).count()
    }

    fn deals(&self) -> Deals {
        let mut deals = Deals::default();
        for outcome in self.leads.iter().filter_map(|lead| lead.outcome.as_ref()) {
            match outcome.result {
                OutcomeResult::Won => {
                    deals.won += 1;
                    deals.won_usd += outcome.amount_usd.unwrap_or(0);
                }
                OutcomeResult::Lost => deals.lost += 1,
            }
        }
        deals
    }
}

/// Deals of an account that have ended, as far as its leads on the page tell.
#[derive(Debug, Default, Serialize, JsonSchema)]
pub(crate) struct Deals {
    /// Won.
    won: usize,
    /// What the won ones come to, of which the amount is known, in US dollars.
    won_usd: u64,
    /// Lost.
    lost: usize,
}

impl Deals {
    fn in_words(&self) -> Option<String> {
        let won = match self.won_usd {
            0 => format!("{} won", self.won),
            amount => format!("{} won, {}", self.won, dollars(amount)),
        };
        match (self.won, self.lost) {
            (0, 0) => None,
            (0, lost) => Some(format!("{lost} lost")),
            (_, 0) => Some(won),
            (_, lost) => Some(format!("{won}; {lost} lost")),
        }
    }
}

/// The page.
pub(crate) async fn account<O: World>(
    State(server): State<Arc<Server<O>>>,
    Path(domain): Path<String>,
    headers: HeaderMap,
) -> Response {
    page!(server, headers, |session| {
        let policy = server.console.policy().await?;
        let account = Account::read(&server.console, &domain, &policy).await?;
        let page = shown(&account, &session.person, &policy);
        Ok(Html(console::account(&frame(&server, Some(session)), &page)).into_response())
    })
}

/// As the page shows it.
fn shown(account: &Account, person: &Person, policy: &Policy) -> AccountPage {
    let first = account.leads.first().map(facts::who);
    let owned = |owner: &Option<MemberId>, at: &str| {
        owner.as_ref().map(|owner| format!("{} owns it {at}", person.name_of(owner)))
    };
    let relation = account.relation.as_ref().map(|relation| format!("A {relation}"));
    let standing = [
        relation,
        owned(&account.owner_sdr, "at the first checkpoint"),
        owned(&account.owner_ae, "at the second checkpoint"),
    ];
    let mut scores: Vec<ScoreAt> = account.leads.iter().flat_map(QueuedLead::scores).collect();
    scores.sort_by_key(|score| score.at);
    let mut activity: Vec<_> = account
        .leads
        .iter()
        .flat_map(|lead| {
            policy.taken(lead.enriched()).activity.iter().map(facts::activity).collect::<Vec<_>>()
        })
        .collect();
    activity.sort_by_key(|event| std::cmp::Reverse(event.at));
    AccountPage {
        name: first.as_ref().map_or_else(|| account.domain.to_string(), |who| who.company.clone()),
        domain: account.domain.clone(),
        about: first.and_then(|who| who.about),
        standing: standing.into_iter().flatten().collect(),
        leads: lists::account_page(person, &account.leads),
        open: account.open(),
        people: account.people(),
        deals: account.deals().in_words(),
        scores: views::points(&scores),
        activity,
        history: history(&account.leads, person, policy),
    }
}

/// What happened with all its leads, the latest first.
fn history(leads: &[QueuedLead], person: &Person, policy: &Policy) -> Vec<(LeadId, String, HistoryEntry)> {
    let of = |lead: &QueuedLead| {
        let (id, role) = (lead.id().clone(), facts::role(lead));
        views::history(lead, person, policy).into_iter().map(move |entry| (id.clone(), role.clone(), entry))
    };
    let mut all: Vec<_> = leads.iter().flat_map(of).collect();
    all.sort_by_key(|(_, _, entry)| std::cmp::Reverse(entry.at));
    all.truncate(MOST_LISTED);
    all
}

/// An account with its leads.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct AccountAnswer {
    /// Its domain: of a company with several, the first.
    domain: String,
    /// `customer` or `competitor`; absent of other companies.
    relation: Option<String>,
    /// Who owns it at the first checkpoint, by the team file's name.
    owner_sdr: Option<String>,
    /// The same at the second.
    owner_ae: Option<String>,
    /// How many people the leads are of.
    people: usize,
    /// How many of the leads wait for somebody.
    open: usize,
    /// Deals that have ended.
    deals: Deals,
    /// Its leads, the latest first, 100 at most.
    leads: Vec<ListedAnswer>,
}

/// The same for a program.
pub(crate) async fn answer<O: World>(
    State(server): State<Arc<Server<O>>>,
    Path(domain): Path<String>,
    headers: HeaderMap,
) -> Result<Json<AccountAnswer>, Problem> {
    server.bearer(&headers).await?;
    let policy = server.console.policy().await?;
    let account = Account::read(&server.console, &domain, &policy).await?;
    if !account.is_known() {
        return Err(Problem::NamesNothing("nothing is known of this account"));
    }
    Ok(Json(AccountAnswer {
        domain: account.domain.to_string(),
        relation: account.relation.clone(),
        owner_sdr: account.owner_sdr.as_ref().map(ToString::to_string),
        owner_ae: account.owner_ae.as_ref().map(ToString::to_string),
        people: account.people(),
        open: account.open(),
        deals: account.deals(),
        leads: lists::answer(&account.leads, server.console.now()).leads,
    }))
}
