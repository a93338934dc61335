//! Members, as the file writes them. Names and sign-ins are not repeated.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use leadlight_lead::{EmailAddress, InvalidId, MemberId};
use leadlight_settings::{Problems, Spanned};

use crate::check_hours::date;
use crate::hours::{DaysOff, Hours};
use crate::spec::{AwaySpec, MemberSpec};
use crate::team::{Member, Takes};

/// As many leads as others get. Judgement.
const DEFAULT_WEIGHT: u32 = 1;
/// More open leads than this nobody keeps in view. Judgement.
const DEFAULT_CAPACITY: u32 = 100;
/// A `sub` has at most 255 characters (`OpenID` Connect Core 1.0, section 2); a name needs no more.
const MAX_TEXT_CHARS: usize = 255;

/// A member, or nothing where something is wrong with them that leaves nothing to build.
pub(crate) fn member(
    p: &mut Problems<'_>,
    id: &Spanned<String>,
    spec: &MemberSpec,
    hours: &BTreeMap<&str, Option<Hours>>,
) -> Option<Member> {
    let key = |field: &str| format!("members.{}.{field}", id.get_ref());
    let parsed = member_id(p, id);
    let name = text(p, &spec.name, &key("name"), "write the name that colleagues know them by");
    let subject = text(p, &spec.subject, &key("subject"), "write the `sub` of their sign-in token");
    let slack = spec.slack.as_ref().and_then(|id| slack(p, id, &key("slack")));
    let email = spec.email.as_ref().and_then(|address| email(p, address, &key("email")));
    let own = hours.get(spec.hours.get_ref().as_str());
    if own.is_none() {
        let what =
            format!("`{}` is `{}`, which are no hours of this file", key("hours"), spec.hours.get_ref());
        let known = hours.keys().copied().collect::<Vec<_>>().join(", ");
        let remedy = if known.is_empty() {
            format!("add `[hours.{}]`", spec.hours.get_ref())
        } else {
            format!("use one of {known}, or add `[hours.{}]`", spec.hours.get_ref())
        };
        p.add(spec.hours.span(), what, remedy);
    }
    let away = spec.away.iter().filter_map(|days| away(p, days, &key("away"))).collect::<Vec<_>>();
    let weight = spec.weight.as_ref().map_or(DEFAULT_WEIGHT, |n| p.whole(n, &key("weight"), &(1..=100)));
    let capacity =
        spec.capacity.as_ref().map_or(DEFAULT_CAPACITY, |n| p.whole(n, &key("capacity"), &(1..=1000)));
    let countries = p.optional_list(spec.countries.as_ref(), &key("countries"), Problems::country);
    let motions =
        p.optional_list(spec.motions.as_ref(), &key("motions"), |_, motion| Some(*motion.get_ref()));
    let takes = Takes {
        countries: countries.map(BTreeSet::from_iter),
        employees: employees(p, spec, &key),
        motions: motions.map(BTreeSet::from_iter),
    };
    let hours = own?.clone()?.without(&away);
    Some(Member {
        id: parsed?,
        name,
        subject,
        slack,
        email,
        role: spec.role,
        hours,
        away,
        weight,
        capacity,
        takes,
    })
}

fn member_id(p: &mut Problems<'_>, id: &Spanned<String>) -> Option<MemberId> {
    let parsed = id.get_ref().parse::<MemberId>();
    parsed
        .map_err(|InvalidId { expected, .. }| {
            p.add(id.span(), "a name under `members` is no member's id", format!("write {expected}"));
        })
        .ok()
}

fn text(p: &mut Problems<'_>, value: &Spanned<String>, key: &str, remedy: &str) -> String {
    let text = value.get_ref();
    let problem = if text.trim().is_empty() {
        "is empty"
    } else if text.trim() != text {
        "begins or ends with a space"
    } else if text.chars().any(char::is_control) {
        "has a control character in it"
    } else if text.chars().count() > MAX_TEXT_CHARS {
        "is longer than 255 characters"
    } else {
        return text.clone();
    };
    p.add(value.span(), format!("`{key}` {problem}"), remedy);
    text.clone()
}

/// A member's id in Slack, which is no name of theirs: `U` or `W`, then capital letters and digits.
fn slack(p: &mut Problems<'_>, id: &Spanned<String>, key: &str) -> Option<String> {
    let text = id.get_ref();
    let is_id = (6..=24).contains(&text.len())
        && text.starts_with(['U', 'W'])
        && text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    if !is_id {
        let remedy = "copy it from their profile in Slack: More, Copy member ID; it looks like U012AB3CD";
        p.add(id.span(), format!("`{key}` is no member's id in Slack"), remedy);
    }
    is_id.then(|| text.clone())
}

/// It is not repeated.
fn email(p: &mut Problems<'_>, address: &Spanned<String>, key: &str) -> Option<EmailAddress> {
    let parsed = address.get_ref().parse().ok();
    if parsed.is_none() {
        p.add(address.span(), format!("`{key}` is no address"), "write it as in name@example.com");
    }
    parsed
}

/// None where neither end is given: then every size will do, one that is not known too.
fn employees(
    p: &mut Problems<'_>,
    spec: &MemberSpec,
    key: &impl Fn(&str) -> String,
) -> Option<RangeInclusive<u32>> {
    let (min, max) = (spec.employees_min.as_ref(), spec.employees_max.as_ref());
    let from = min.map(|min| p.whole(min, &key("employees_min"), &(1..=u32::MAX)));
    let to = max.map(|max| p.whole(max, &key("employees_max"), &(1..=u32::MAX)));
    if let (Some(from), Some(to), Some(max)) = (from, to, max)
        && from > to
    {
        let what = format!("`{}` is {to}, below `employees_min`, which is {from}", key("employees_max"));
        p.add(max.span(), what, "raise it, or lower `employees_min`: no company is of such a size");
    }
    (min.is_some() || max.is_some()).then(|| from.unwrap_or(0)..=to.unwrap_or(u32::MAX))
}

fn away(p: &mut Problems<'_>, spec: &AwaySpec, key: &str) -> Option<DaysOff> {
    let (from, to) = (date(p, &spec.from, key), date(p, &spec.to, key));
    let days = DaysOff { from: from?, to: to? };
    if days.to < days.from {
        let what = format!("`{key}` ends on {}, before it begins", days.to);
        p.add(spec.to.span(), what, "write the first day as `from`, the last as `to`");
        return None;
    }
    Some(days)
}
