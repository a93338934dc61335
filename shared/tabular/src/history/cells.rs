//! One function a kind of cell. Each takes trimmed text that says something; none is "not known".

use jiff::{SignedDuration, Timestamp};
use leadlight_lead::{Activity, DomainName, EmailAddress, EventId, HISTORY_DOMAIN, Headcount};
use leadlight_reading::{NumberFormat, clean, fold, technology_keys};
use serde::de::{DeserializeOwned, IntoDeserializer, value};

const DAY: i64 = 86_400;
/// As many characters of a company's name or a person's title are kept.
const TEXT_MAX: usize = 200;

/// Midnight is a date without a time: it means the end of that day.
pub(super) fn end_of_day(moment: Timestamp) -> Timestamp {
    let is_date = moment.as_second().rem_euclid(DAY) == 0 && moment.subsec_nanosecond() == 0;
    if is_date { moment + SignedDuration::from_secs(DAY - 1) } else { moment }
}

/// An id. One that a spreadsheet has rounded (`2.99112E+10`) is none: many deals would have it.
pub(super) fn id(text: &str) -> Option<EventId> {
    let is_rounded =
        text.to_ascii_lowercase().contains("e+") && text.replace(',', ".").parse::<f64>().is_ok();
    if is_rounded { None } else { text.parse().ok() }
}

/// An address, also of several, and behind a name: `Ada Quist (ada@acme.example)`.
pub(super) fn email(text: &str) -> Option<EmailAddress> {
    let first = text.split([';', ',']).map(str::trim).find(|part| part.contains('@'))?;
    let inner = first.rsplit_once('(').and_then(|(_, rest)| rest.trim_end().strip_suffix(')'));
    inner.unwrap_or(first).parse().ok().filter(|email: &EmailAddress| email.domain() != HISTORY_DOMAIN)
}

/// A company's domain, also the first of several.
pub(super) fn domain(text: &str) -> Option<DomainName> {
    let first = text.split([';', ',', ' ']).find(|part| !part.is_empty())?;
    DomainName::from_host_or_url(first).ok()
}

/// A company's name. `HubSpot` writes its id behind it: `Acme (1000211)`.
pub(super) fn company(text: &str) -> Option<String> {
    let name = clean(text);
    let named = name.strip_suffix(')').and_then(|rest| rest.rsplit_once(" ("));
    let name = match named {
        Some((name, id)) if !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit()) => name.to_owned(),
        _ => name,
    };
    let name: String = name.chars().take(TEXT_MAX).collect();
    (!name.is_empty()).then_some(name)
}

pub(super) fn title(text: &str) -> String {
    clean(text).chars().take(TEXT_MAX).collect()
}

/// A number of employees as the column writes its numbers, or a range.
pub(super) fn headcount(text: &str, format: Option<NumberFormat>) -> Option<Headcount> {
    let number = format.and_then(|format| format.read(text)).and_then(whole);
    match number {
        Some(number) => Headcount::exactly(u32::try_from(number).ok()?),
        None => Headcount::read(text),
    }
}

/// An amount without its cents, if it is one.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "from 0 to a number that u64 and f64 hold exactly"
)]
pub(super) fn whole(number: f64) -> Option<u64> {
    const MOST: f64 = 1e15;
    (0.0..=MOST).contains(&number).then_some(number.round() as u64)
}

/// Whether a currency is the US dollar: by its code, its name or its sign.
pub(super) fn is_usd(text: &str) -> bool {
    let folded = fold(text);
    let letters: String = folded.chars().filter(|c| c.is_alphanumeric() || *c == '$').collect();
    matches!(
        letters.as_str(),
        "usd" | "us$" | "$" | "usdollar" | "usdollars" | "dollar" | "unitedstatesdollar" | "usdollarusd"
    )
}

/// Tools by their keys, as vendors' answers have them.
pub(super) fn tools(text: &str) -> Option<Vec<String>> {
    Some(technology_keys(text.split(['|', ';', ',']))).filter(|keys| !keys.is_empty())
}

pub(super) fn joined_key(text: &str) -> Option<String> {
    Some(joined(text, "-")).filter(|key| !key.is_empty())
}

/// `kind@time`, separated by `|`, in any order; given back oldest first. What came after the deal was created is left
/// out: a model must not learn from it.
pub(super) fn activities(text: &str, created_at: Timestamp) -> Option<Vec<Activity>> {
    let one = |part: &str| {
        let (kind, at) = part.split_once('@')?;
        Some(Activity { kind: word(kind)?, name: None, at: at.trim().parse().ok()? })
    };
    let mut activities = text.split('|').map(one).collect::<Option<Vec<_>>>()?;
    activities.retain(|activity| activity.at <= created_at);
    activities.sort_by_key(|activity| activity.at);
    Some(activities)
}

/// One of the domain's words, as serde names them, however it is capitalised and spaced.
pub(super) fn word<T: DeserializeOwned>(text: &str) -> Option<T> {
    let name = joined(text, "_");
    let deserializer: value::StrDeserializer<'_, value::Error> = name.as_str().into_deserializer();
    T::deserialize(deserializer).ok()
}

/// The words of a text in lower case, joined.
pub(super) fn joined(text: &str, by: &str) -> String {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect::<Vec<_>>().join(by)
}
