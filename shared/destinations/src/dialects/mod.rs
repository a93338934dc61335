//! How a kind of destination is spoken to: from letters to requests, from answers to what became of each letter.

mod dynamics;
mod field;
mod hubspot;
mod mail;
mod oauth;
mod salesforce;
mod sigv4;
mod slack;
mod webhook;

use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use leadlight_outward::{Address, Ask, Reply, is_code};

use crate::event::{Event, EventKind, Origin};
use crate::result::Person;
use crate::staff::Staff;

pub use oauth::Token;

/// Every kind of destination. A new one is a file beside this and an entry here.
pub const DIALECTS: [&Dialect; 6] = [
    &webhook::WEBHOOK,
    &hubspot::HUBSPOT,
    &salesforce::SALESFORCE,
    &dynamics::DYNAMICS,
    &slack::SLACK,
    &mail::MAIL,
];

/// How a kind of destination is spoken to.
pub struct Dialect {
    /// As `destinations.toml` names it in `kind`.
    pub name: &'static str,
    /// Its address where the file leaves it out; none where each has its own.
    pub base: Option<&'static str>,
    /// Letters that one request takes at most.
    pub most: usize,
    /// What it is told.
    pub tells: Tells,
    /// What may stand in the file beside what every destination has: a name, and what it is where it is left out; none
    /// where it must be there.
    pub options: &'static [(&'static str, Option<&'static str>)],
    /// Who a letter is about, as the destination tells them apart: no request holds two of one.
    pub key: fn(&Letter) -> String,
    /// What is to be done next, by what was answered so far; the first time nothing was. Each answer belongs to the
    /// request that the call before asked for.
    pub step: fn(&Task<'_>, &[Reply]) -> Step,
    /// What has to be there before the first letter, for the address and the secret; none where nothing has.
    pub prepare: Option<fn(&Address, &str) -> Vec<Preparation>>,
}

/// One thing that has to be there at a destination. It is there already where the answer is 409.
pub struct Preparation {
    /// For people, such as `the property leadlight_score`.
    pub what: String,
    /// What makes it.
    pub ask: Ask,
}

/// What a kind of destination is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tells {
    /// Each event, once or more often, under its id.
    Events,
    /// How the lead stands, whatever made it change: of two events of a lead, the newest state is told.
    State,
    /// What people have to know, to whom it concerns: see [`Letter::staff`].
    People,
}

impl Tells {
    /// Is it told of such events?
    pub fn hears(self, kind: EventKind) -> bool {
        match self {
            Self::Events => true,
            Self::State => kind.is_of_a_lead(),
            Self::People => {
                matches!(
                    kind,
                    EventKind::LeadRouted
                        | EventKind::LeadAssigned
                        | EventKind::SlaBreached
                        | EventKind::LeadDueSoon
                        | EventKind::DeskDigest
                )
            }
        }
    }
}

/// One event for one destination, with the lead as it is now.
#[derive(Debug, Clone, PartialEq)]
pub struct Letter {
    /// What happened, and the lead's newest result.
    pub event: Event,
    /// Who the lead is about; absent where it is about a model.
    pub person: Option<Person>,
    /// Who works on leads, for a destination that tells [`Tells::People`]; absent elsewhere.
    pub staff: Option<Arc<Staff>>,
}

/// Letters that go to one destination at once.
#[derive(Clone, Copy)]
pub struct Task<'a> {
    /// Where to.
    pub address: &'a Address,
    /// Where from.
    pub origin: &'a Origin,
    /// At least one, and no more than [`Dialect::most`].
    pub letters: &'a [Letter],
    /// The destination's secret, as it is kept.
    pub secret: &'a str,
    /// What was got for the secret, where the destination wants that: see [`Step::GetToken`].
    pub token: Option<&'a str>,
    /// When it is sent.
    pub now: Timestamp,
}

/// What is to be done next.
pub enum Step {
    /// Send this, and come again with the answer.
    Send(Ask),
    /// There is no token: send this, keep what [`Token`] reads in the answer, and begin again.
    GetToken(Ask),
    /// What became of each letter, in their order.
    Done(Vec<Meaning>),
}

/// What an answer means for a letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Meaning {
    /// It has arrived.
    Done,
    /// The destination takes nothing now, or not so much; nothing is wrong with the letter.
    Later {
        /// How long it asks us to wait at least.
        wait: Option<Duration>,
        /// Why, without personal data.
        why: String,
    },
    /// It will never be taken as it is.
    Refused {
        /// Why, without personal data.
        why: String,
    },
    /// All of the request was turned down, and one letter may be the reason: each is to be sent alone.
    Alone {
        /// Why, without personal data.
        why: String,
    },
    /// What it is about is not there yet; nothing is wrong with the destination.
    Absent {
        /// What is not there, without personal data.
        why: String,
    },
    /// The secret, or what was got for it, is not valid any more.
    Denied {
        /// Why, without personal data.
        why: String,
    },
}

/// Where the plan's limit is reached or a bill is open, and no time is told.
const CREDIT: Duration = Duration::from_mins(15);
/// Where a limit is reached and no time is told.
const LIMIT: Duration = Duration::from_secs(10);

/// What an answer means for the whole request; none where it was taken. `why` is a word of the destination's own, such
/// as an error's code.
pub(crate) fn turned_down(reply: &Reply, letters: usize, why: Option<&str>) -> Option<Meaning> {
    let status = reply.status;
    if status.is_success() {
        return None;
    }
    let code = why.filter(|code| is_code(code)).map(|code| format!(" ({code})")).unwrap_or_default();
    let told = |what: &str| format!("{what}: the answer is {}{code}", status.as_u16());
    let later = |wait, what: &str| Meaning::Later { wait, why: told(what) };
    Some(match status.as_u16() {
        // What a plan includes for the day is used up: the secret is as good as before.
        403 if why == Some("REQUEST_LIMIT_EXCEEDED") => {
            later(reply.retry_after.or(Some(CREDIT)), "the destination's credit is used up")
        }
        401 | 403 => Meaning::Denied { why: told("the destination does not accept the secret") },
        402 => later(reply.retry_after.or(Some(CREDIT)), "the destination's credit is used up"),
        429 => later(reply.retry_after.or(Some(LIMIT)), "the destination takes no more for now"),
        408 | 425 | 500.. => later(reply.retry_after, "the destination is away"),
        // An address that is wrong, or a page that has moved, is nothing a letter can help.
        300..=399 | 404 | 405 | 410 => later(reply.retry_after, "nothing takes letters at this address"),
        _ if letters > 1 => Meaning::Alone { why: told("the destination turned the request down") },
        _ => Meaning::Refused { why: told("the destination turned the request down") },
    })
}

/// A person comes to the CRM and to Leadlight by different ways: so long after the event one may be quicker.
const ON_ITS_WAY: SignedDuration = SignedDuration::from_hours(1);

/// What a letter is about is not there: perhaps not yet.
pub(crate) fn not_there(task: &Task<'_>, letter: &Letter, why: &str) -> Meaning {
    let why = why.to_owned();
    if task.now.duration_since(letter.event.at) < ON_ITS_WAY {
        Meaning::Absent { why }
    } else {
        Meaning::Refused { why }
    }
}

/// The address of who a letter is about.
pub(crate) fn email_of(letter: &Letter) -> &str {
    letter.person.as_ref().map_or("", |person| person.email.as_str())
}

/// The same meaning for each of so many letters.
pub(crate) fn for_all(meaning: &Meaning, letters: usize) -> Step {
    Step::Done(vec![meaning.clone(); letters])
}
