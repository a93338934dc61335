//! Finding a lead, wherever it stands: by what names it exactly, through indexes that are there. So a search reads a hundred leads
//! at most, however many there are.
//!
//! What is looked for is sent in the body and not in the address, where logs and a browser's history would keep it.

use std::sync::Arc;

use axum::Form as UrlEncoded;
use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::{BytesRejection, FormRejection};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use leadlight_console::{self as console, FindPage};
use leadlight_lead::{DomainName, EmailAddress, LeadId, QueuedLead, from_json};
use leadlight_ports::{LeadIndex, LeadStore, World};
use serde::Deserialize;

use crate::console::{Console, Person, readable};
use crate::lists::{self, MOST_LISTED};
use crate::page_answers::ListAnswer;
use crate::problem::{Problem, unavailable};
use crate::respond::{Html, frame, page, refused};
use crate::server::{MOST_BYTES, Server};

/// Characters of what is looked for: the longest address has 254, and the address of a page may be pasted.
const MOST_CHARACTERS: usize = 2_000;

/// What is looked for. It changes nothing, so no word of the page that sent it is asked for.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    q: String,
}

/// What names leads exactly.
#[derive(Debug, PartialEq, Eq)]
enum Sought {
    /// A lead, or an event that joined one.
    Lead(LeadId),
    /// A person.
    Address(EmailAddress),
    /// An account.
    Account(DomainName),
}

impl Sought {
    /// As somebody types or pastes it; none where nothing was typed.
    fn read(text: &str) -> Result<Option<Self>, Problem> {
        let text = text.trim();
        if text.is_empty() {
            return Ok(None);
        }
        if text.chars().count() > MOST_CHARACTERS {
            let what = "that is too long to look for; type an e-mail address, a website or a lead's id";
            return Err(Problem::Unreadable(what.to_owned()));
        }
        if let Ok(id) = text.parse() {
            return Ok(Some(Self::Lead(id)));
        }
        if text.contains('@') {
            let address = text.strip_prefix("mailto:").unwrap_or(text);
            let address = address
                .parse()
                .map_err(|_| Problem::NamesNothing("this is no e-mail address that can be looked for"))?;
            return Ok(Some(Self::Address(address)));
        }
        if !text.contains('.') {
            return Err(Problem::NamesNothing(
                "names are not looked for yet; type an e-mail address, a company's website or a lead's id",
            ));
        }
        let domain = DomainName::from_host_or_url(text).map_err(|_| {
            Problem::NamesNothing("this is no company's website; type one such as acme.example")
        })?;
        Ok(Some(Self::Account(domain)))
    }
}

async fn found<W: World>(console: &Console<W>, sought: &Sought) -> Result<Vec<QueuedLead>, Problem> {
    Ok(match sought {
        Sought::Lead(id) => {
            readable(console.leads.get(id).await)?.map(|stored| stored.lead).into_iter().collect()
        }
        Sought::Address(address) => {
            console.leads.of_person(address, MOST_LISTED).await.map_err(|e| unavailable(&e))?
        }
        Sought::Account(domain) => {
            console.leads.of_account(domain, MOST_LISTED).await.map_err(|e| unavailable(&e))?
        }
    })
}

/// The page before anything was looked for.
pub(crate) async fn empty<O: World>(State(server): State<Arc<Server<O>>>, headers: HeaderMap) -> Response {
    page!(server, headers, |session| {
        Ok(Html(console::find(&frame(&server, Some(session)), &FindPage::default())).into_response())
    })
}

/// The page with what was found.
pub(crate) async fn find<O: World>(
    State(server): State<Arc<Server<O>>>,
    headers: HeaderMap,
    asked: Result<UrlEncoded<Asked>, FormRejection>,
) -> Response {
    page!(server, headers, |session| {
        let UrlEncoded(asked) = asked.map_err(|e| Problem::Unreadable(e.body_text()))?;
        let page = find_page(&server.console, &session.person, &asked.q).await?;
        Ok(Html(console::find(&frame(&server, Some(session)), &page)).into_response())
    })
}

async fn find_page<W: World>(console: &Console<W>, person: &Person, text: &str) -> Result<FindPage, Problem> {
    let asked: String = text.chars().take(MOST_CHARACTERS).collect();
    match Sought::read(text) {
        Ok(None) => Ok(FindPage { asked, problem: None, found: None }),
        Ok(Some(sought)) => {
            let leads = found(console, &sought).await?;
            Ok(FindPage { asked, problem: None, found: Some(lists::found_page(person, &leads)) })
        }
        Err(problem) => Ok(FindPage { asked, problem: Some(problem.to_string()), found: None }),
    }
}

/// The same for a program: `q` is needed.
pub(crate) async fn answer<O: World>(
    State(server): State<Arc<Server<O>>>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<ListAnswer>, Problem> {
    server.bearer(&headers).await?;
    let body = body.map_err(|_| Problem::TooLarge(MOST_BYTES))?;
    let asked: Asked = from_json(&body).map_err(|error| Problem::Unreadable(error.to_string()))?;
    let sought = Sought::read(&asked.q)?.ok_or_else(|| {
        Problem::Unreadable("`q` is an e-mail address, a website or a lead's id".to_owned())
    })?;
    let leads = found(&server.console, &sought).await?;
    Ok(Json(lists::answer(&leads, server.console.now())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<Sought> {
        Sought::read(text).unwrap()
    }

    #[test]
    fn what_names_a_lead_is_read_as_people_paste_it() {
        assert_eq!(read("  "), None);
        let address = Sought::Address("ada@acme.example".parse().unwrap());
        assert_eq!(read(" mailto:Ada@acme.example ").map(|s| format!("{s:?}")), Some(format!("{address:?}")));
        for text in ["acme.example", "https://www.acme.example/about?x=1", "ACME.example"] {
            assert_eq!(read(text), Some(Sought::Account("acme.example".parse().unwrap())), "{text}");
        }
        let id = LeadId::of(&"website-form".parse().unwrap(), &"e1".parse().unwrap());
        assert_eq!(read(id.as_str()), Some(Sought::Lead(id)));
    }

    #[test]
    fn what_names_none_says_what_to_type() {
        for text in [
            "Acme",
            "*",
            "%",
            "a@",
            "<script>alert(1)</script>",
            &"x".repeat(10_000),
            "@@@",
            "a b@c d",
            "..",
            "' or 1=1",
        ] {
            let told = Sought::read(text).unwrap_err().to_string();
            assert!(!told.contains(text), "{told}");
            assert!(told.contains("type") || told.contains("e-mail address"), "{told}");
        }
    }
}
