//! What an answer means: for the lead, for what is kept, and for the bill.

use std::time::Duration;

use http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use leadlight_enrichment::{Asking, Provider, Question, Said, Subject};
use leadlight_lead::{Came, Gap, LeadId};
use leadlight_outward::{Address, Reply};
use leadlight_ports::{Buyer, Finding, HttpError, KeptFact, RawAnswer, UsdMicros};

/// An answer that cannot be read was paid for, and is not bought again so soon.
const UNREADABLE_FOR: SignedDuration = SignedDuration::from_hours(1);

/// What came of asking a provider.
#[derive(Debug, Clone)]
pub(crate) struct Heard {
    /// What it said.
    pub(crate) said: Said,
    /// In a word.
    pub(crate) came: Came,
    /// What this lead paid for it.
    pub(crate) cost: UsdMicros,
    /// When its answer was fetched.
    pub(crate) at: Timestamp,
}

impl Heard {
    /// What was said just now.
    pub(crate) fn now(said: Said, cost: UsdMicros, at: Timestamp) -> Self {
        let came = match &said {
            Said::Facts(_) => Came::Found,
            Said::Unknown => Came::Unknown,
            Said::Nothing(gap) => Came::Nothing(*gap),
        };
        Self { said, came, cost, at }
    }
}

/// A question on its way to a vendor.
#[derive(Clone, Copy)]
pub(crate) struct Errand<'a> {
    pub(crate) provider: &'a Provider,
    pub(crate) asking: &'a Asking,
    pub(crate) address: &'a Address,
    pub(crate) subject: Subject<'a>,
}

/// What a vendor's answer leads to.
pub(crate) struct Answered {
    pub(crate) said: Said,
    pub(crate) bill: Bill,
}

/// What becomes of the price that was counted.
pub(crate) enum Bill {
    /// This is kept, and cost so much.
    Keep(Finding, UsdMicros),
    /// The answer was lost, and may have been charged: the price stays counted.
    Lost,
    /// The vendor charged nothing.
    Nothing,
}

impl Answered {
    pub(crate) fn nothing(gap: Gap) -> Self {
        Self { said: Said::Nothing(gap), bill: Bill::Nothing }
    }

    /// What came in no time may have been charged; what never arrived was not.
    pub(crate) fn of_error(error: &HttpError, provider: &Provider) -> Self {
        let gap = match error {
            HttpError::TimedOut { .. } => {
                return Self { said: Said::Nothing(Gap::Away), bill: Bill::Lost };
            }
            // It was sent, and cannot be kept: that it was paid for is.
            HttpError::TooLong { .. } => {
                return Self::kept(Said::Nothing(Gap::Unreadable), Vec::new(), provider);
            }
            HttpError::Unreachable(_) => Gap::Away,
            HttpError::Header { .. } => Gap::Denied,
            HttpError::Redirected { .. } | HttpError::Status { .. } | HttpError::Address(_) => Gap::Refused,
        };
        Self::nothing(gap)
    }

    /// What is to be kept of what was said, with the answer that it was read from.
    pub(crate) fn of(said: Said, last: Option<Reply>, provider: &Provider) -> Self {
        match (&said, last) {
            (Said::Unknown, _) => {
                let cost = if provider.charges_misses { price(provider) } else { UsdMicros(0) };
                Self { said, bill: Bill::Keep(Finding::Unknown, cost) }
            }
            (Said::Facts(_) | Said::Nothing(Gap::Unreadable | Gap::OtherSubject), Some(last)) => {
                Self::kept(said, last.body, provider)
            }
            _ => Self { said, bill: Bill::Nothing },
        }
    }

    fn kept(said: Said, answer: Vec<u8>, provider: &Provider) -> Self {
        let keep = |answer| Bill::Keep(Finding::Known(answer), price(provider));
        Self { said, bill: RawAnswer::new(answer).map_or(Bill::Nothing, keep) }
    }
}

fn price(provider: &Provider) -> UsdMicros {
    UsdMicros(provider.price_usd_micros)
}

/// What a kept answer says, if it is fresh enough not to be bought again. To the lead that it was bought for it says what it
/// said the first time, its price included: a message that comes again is told the same.
pub(crate) fn known(
    errand: Errand<'_>,
    kept: &KeptFact,
    lead: Option<&LeadId>,
    now: Timestamp,
) -> Option<Heard> {
    let Errand { provider, asking, address, subject } = errand;
    let age = now.duration_since(kept.fetched_at);
    let days = |days: u32| SignedDuration::from_hours(24 * i64::from(days));
    let is_its_own = lead.is_some_and(|lead| Buyer::of(lead) == kept.bought_for);
    let cost = if is_its_own { kept.cost } else { UsdMicros(0) };
    let heard = |said, came| Some(Heard { said, came, cost, at: kept.fetched_at });
    let (known, unknown) =
        if is_its_own { (Came::Found, Came::Unknown) } else { (Came::Kept, Came::KeptUnknown) };
    match &kept.finding {
        Finding::Unknown if age < days(provider.unknown_days) => heard(Said::Unknown, unknown),
        Finding::Unknown => None,
        Finding::Known(answer) => {
            let question = Question { subject, address, key: "", at: kept.fetched_at };
            let reply = Reply { status: StatusCode::OK, retry_after: None, body: answer.bytes().to_vec() };
            match asking.reads(&question, &reply) {
                Said::Nothing(gap) if age < UNREADABLE_FOR => heard(Said::Nothing(gap), Came::Nothing(gap)),
                Said::Nothing(_) => None,
                said if age < days(provider.fresh_days) => heard(said, known),
                _ => None,
            }
        }
    }
}

/// A fact that was looked at and is too old counts as fresh to nobody; without one, what another has just bought does.
pub(crate) fn fresh_since(provider: &Provider, kept: Option<&KeptFact>, now: Timestamp) -> Timestamp {
    if let Some(kept) = kept {
        return later(kept.fetched_at, Duration::from_micros(1));
    }
    let days = provider.fresh_days.min(provider.unknown_days);
    now.checked_sub(SignedDuration::from_hours(24 * i64::from(days))).unwrap_or(Timestamp::MIN)
}

pub(crate) fn later(at: Timestamp, by: Duration) -> Timestamp {
    at.checked_add(SignedDuration::try_from(by).unwrap_or(SignedDuration::MAX)).unwrap_or(Timestamp::MAX)
}
