//! Working hours and dates, as the file writes them.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::tz::{TimeZone, TimeZoneDatabase};
use leadlight_settings::{Named, Problems, Spanned};

use crate::hours::{DaysOff, Hours, Stretch};
use crate::spec::HoursSpec;
use crate::zones;

const MINUTES_A_DAY: u16 = 24 * 60;

/// All named hours; with nothing where something is wrong with them.
pub(crate) fn all<'a>(p: &mut Problems<'_>, spec: &'a Named<HoursSpec>) -> BTreeMap<&'a str, Option<Hours>> {
    // Its own database: the machine's may be older, or not there.
    let zones = TimeZoneDatabase::bundled();
    spec.iter().map(|(name, spec)| (name.get_ref().as_str(), hours(p, name, spec, &zones))).collect()
}

fn hours(
    p: &mut Problems<'_>,
    name: &Spanned<String>,
    spec: &HoursSpec,
    zones: &TimeZoneDatabase,
) -> Option<Hours> {
    let key = |field: &str| format!("hours.{}.{field}", name.get_ref());
    let days = [
        ("monday", &spec.monday),
        ("tuesday", &spec.tuesday),
        ("wednesday", &spec.wednesday),
        ("thursday", &spec.thursday),
        ("friday", &spec.friday),
        ("saturday", &spec.saturday),
        ("sunday", &spec.sunday),
    ];
    if days.iter().all(|(_, written)| written.is_none()) {
        let what = format!("`hours.{}` has no working day", name.get_ref());
        p.add(name.span(), what, "give at least one day its hours, such as `monday = \"09:00-17:00\"`");
        return None;
    }
    let zone = zone(p, &spec.time_zone, &key("time_zone"), zones);
    let week = days.map(|(day, written)| match written {
        Some(written) => stretches(p, written, &key(day)),
        None => Some(Vec::new()),
    });
    let mut days_off: Vec<DaysOff> = Vec::new();
    for entry in &spec.holidays {
        let Some(day) = date(p, entry, &key("holidays")) else { continue };
        if days_off.iter().any(|off| off.contains(day)) {
            p.add(
                entry.span(),
                format!("`{day}` stands twice in `{}`", key("holidays")),
                "keep one of the two",
            );
        }
        days_off.push(DaysOff { from: day, to: day });
    }
    let [Some(mo), Some(tu), Some(we), Some(th), Some(fr), Some(sa), Some(su)] = week else { return None };
    Some(Hours { zone: zone?, week: [mo, tu, we, th, fr, sa, su], days_off })
}

fn zone(
    p: &mut Problems<'_>,
    entry: &Spanned<String>,
    key: &str,
    known: &TimeZoneDatabase,
) -> Option<TimeZone> {
    let written = entry.get_ref();
    let (why, found) = if zones::is_without_summer_time(written) {
        ("has no summer time", None)
    } else if zones::is_offset(written) {
        ("knows no summer time", None)
    } else {
        ("is no time zone", known.get(written).ok())
    };
    if found.is_none() {
        let remedy = match zones::likely(written, known) {
            Some(zone) => format!("write `{zone}`"),
            None => "write an IANA name such as `Europe/Vienna` or `UTC`".to_owned(),
        };
        p.add(entry.span(), format!("`{key}` is `{written}`, which {why}"), remedy);
    }
    found
}

/// A day's stretches: each forward, in order, none over another.
fn stretches(p: &mut Problems<'_>, entry: &Spanned<String>, key: &str) -> Option<Vec<Stretch>> {
    let mut day: Vec<Stretch> = Vec::new();
    for written in entry.get_ref().split(',') {
        let Some(stretch) = stretch(written.trim()) else {
            let what = format!("`{key}` has no hours at `{}`", written.trim());
            p.add(
                entry.span(),
                what,
                "write from and to as `09:00-17:30`; two stretches with a comma between",
            );
            return None;
        };
        if stretch.from_minute >= stretch.to_minute {
            let what = format!("`{key}` ends before it begins, at `{}`", written.trim());
            p.add(
                entry.span(),
                what,
                "write the earlier time first; let what runs past midnight end at `24:00`",
            );
            return None;
        }
        if day.last().is_some_and(|before| before.to_minute > stretch.from_minute) {
            let what =
                format!("`{key}` begins `{}` before the stretch ahead of it has ended", written.trim());
            p.add(entry.span(), what, "write stretches in order, none over another");
            return None;
        }
        day.push(stretch);
    }
    Some(day)
}

fn stretch(written: &str) -> Option<Stretch> {
    let (from, to) = written.split_once('-')?;
    Some(Stretch { from_minute: minute(from.trim())?, to_minute: minute(to.trim())? })
}

/// `HH:MM`, up to `24:00`, in minutes since midnight.
fn minute(written: &str) -> Option<u16> {
    let two_digits = |text: &str| {
        let digits = text.len() == 2 && text.bytes().all(|b| b.is_ascii_digit());
        digits.then(|| text.parse::<u16>().ok()).flatten()
    };
    let (hours, minutes) = written.split_once(':')?;
    let (hours, minutes) = (two_digits(hours)?, two_digits(minutes)?);
    (minutes < 60).then_some(hours * 60 + minutes).filter(|minute| *minute <= MINUTES_A_DAY)
}

/// A day of the calendar.
pub(crate) fn date(p: &mut Problems<'_>, entry: &Spanned<String>, key: &str) -> Option<Date> {
    // Strict: a time after the date would be left out in silence.
    let found = entry.get_ref().parse::<Date>().ok().filter(|date| date.to_string() == *entry.get_ref());
    if found.is_none() {
        let what = format!("`{key}` has `{}`, which is no day", entry.get_ref());
        p.add(entry.span(), what, "write a date such as `2026-12-25`");
    }
    found
}
