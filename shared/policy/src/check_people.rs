//! Checks of what the policy says of people.

use std::ops::RangeInclusive;

use jiff::SignedDuration;
use leadlight_lead::Level;
use leadlight_settings::{Limit, Problems, Spanned};

use crate::people::{Conversion, DealSizeBand, PeopleRules, RejectionReason, SlaMinutes};
use crate::spec::{ConversionSpec, DealSizeSpec, ExplorationSpec, PeopleSpec, ReasonSpec, SlaSpec};

/// Under five minutes a lead would go back while its page is read; past a working day it would lie idle.
const LEASE_MINUTES: RangeInclusive<u32> = 5..=480;
/// Two hours, after which the next person has begun.
const UNDO_MINUTES: RangeInclusive<u32> = 0..=120;
/// Judgement, where the policy says nothing: one notices a slip soon.
const UNDO_MINUTES_BY_DEFAULT: u32 = 10;
const MOST_HELD: RangeInclusive<usize> = 1..=50;
/// Two years, after which no lead is warm.
const ONE_LEAD_DAYS: RangeInclusive<u32> = 1..=730;
/// Judgement, where the policy says nothing: a quarter, in which someone who comes back means the same purchase.
const ONE_LEAD_DAYS_BY_DEFAULT: u32 = 90;
/// Two years: who came earlier is no news.
const JOB_CHANGE_DAYS: RangeInclusive<u16> = 1..=730;
/// Judgement, where the policy says nothing: half a year, in which someone new looks for what they knew before.
const JOB_CHANGE_DAYS_BY_DEFAULT: u16 = 180;
const NOTE_CHARACTERS: RangeInclusive<usize> = 200..=20_000;
/// Thirty working days of eight hours.
const SLA_MINUTES: RangeInclusive<u32> = 1..=14_400;
/// Two years, after which no lead is warm.
const MATURITY_DAYS: RangeInclusive<u32> = 1..=730;
/// One is no choice, and more than nine have no digit key each.
const CHOICES: RangeInclusive<usize> = 2..=9;
const HALF: Limit = Limit { holds: |v| (0.0..=0.5).contains(&v), wanted: "a number from 0 to 0.5" };
const CLOSE: Limit = Limit { holds: |v| (0.0..=50.0).contains(&v), wanted: "a number from 0 to 50" };

pub(crate) fn people(p: &mut Problems<'_>, spec: &PeopleSpec) -> PeopleRules {
    let one_lead_days = spec
        .one_lead_days
        .as_ref()
        .map_or(ONE_LEAD_DAYS_BY_DEFAULT, |days| p.whole(days, "people.one_lead_days", &ONE_LEAD_DAYS));
    let job_change_days = spec
        .job_change_days
        .as_ref()
        .map_or(JOB_CHANGE_DAYS_BY_DEFAULT, |days| p.whole(days, "people.job_change_days", &JOB_CHANGE_DAYS));
    let undo_minutes = spec
        .undo_minutes
        .as_ref()
        .map_or(UNDO_MINUTES_BY_DEFAULT, |minutes| p.whole(minutes, "people.undo_minutes", &UNDO_MINUTES));
    let lease_minutes = p.whole(&spec.lease_minutes, "people.lease_minutes", &LEASE_MINUTES);
    PeopleRules {
        lease: SignedDuration::from_mins(i64::from(lease_minutes)),
        undo: SignedDuration::from_mins(i64::from(undo_minutes)),
        least_buying_signal: spec.least_buying_signal.unwrap_or(Level::Some),
        most_held: p.whole(&spec.most_held, "people.most_held", &MOST_HELD),
        note_characters: p.whole(&spec.note_characters, "people.note_characters", &NOTE_CHARACTERS),
        one_lead: SignedDuration::from_hours(24 * i64::from(one_lead_days)),
        job_change_days,
        sla: sla(p, &spec.sla_minutes, "people.sla_minutes"),
        reasons: reasons(p, &spec.reasons),
        deal_sizes: deal_sizes(p, &spec.deal_sizes),
    }
}

/// How close to a threshold a score is borderline.
pub(crate) fn borderline_points(p: &mut Problems<'_>, spec: &PeopleSpec) -> f64 {
    p.number(&spec.borderline_points, "people.borderline_points", CLOSE)
}

/// The share of leads below the thresholds that chance brings before an SDR.
pub(crate) fn exploration_share(p: &mut Problems<'_>, spec: &ExplorationSpec) -> f64 {
    p.number(&spec.share, "exploration.share", HALF)
}

pub(crate) fn conversion(p: &mut Problems<'_>, spec: &ConversionSpec) -> Conversion {
    let maturity_days = p.whole(&spec.maturity_days, "conversion.maturity_days", &MATURITY_DAYS);
    Conversion { counts: spec.counts, maturity_days }
}

/// `place` is the table's name, such as `people.sla_minutes`.
pub(crate) fn sla(p: &mut Problems<'_>, spec: &SlaSpec, place: &str) -> SlaMinutes {
    let mut minutes =
        |value: &Spanned<i64>, grade: &str| p.whole(value, &format!("{place}.{grade}"), &SLA_MINUTES);
    let a = minutes(&spec.a, "a");
    let sla = SlaMinutes {
        a,
        b: minutes(&spec.b, "b"),
        c: minutes(&spec.c, "c"),
        d: minutes(&spec.d, "d"),
        unscored: minutes(&spec.unscored, "unscored"),
        // Left out, they wait no longer than the best.
        hand_raiser: spec.hand_raiser.as_ref().map_or(a, |value| minutes(value, "hand_raiser")),
    };
    for (better, worse, span, names) in [
        (sla.a, sla.b, spec.b.span(), ("a", "b")),
        (sla.b, sla.c, spec.c.span(), ("b", "c")),
        (sla.c, sla.d, spec.d.span(), ("c", "d")),
    ] {
        if worse < better {
            let what =
                format!("`{place}.{}` is {worse}, shorter than `{}`, which is {better}", names.1, names.0);
            p.add(span, what, "let the minutes rise from a to d: a better lead is not to wait longer");
        }
    }
    sla
}

fn reasons(p: &mut Problems<'_>, spec: &Spanned<Vec<ReasonSpec>>) -> Vec<RejectionReason> {
    let entries = spec.get_ref();
    choices(p, spec, "people.reasons", |reason| (&reason.code, &reason.label));
    let mut whole = true;
    let parsed: Vec<RejectionReason> = entries
        .iter()
        .filter_map(|entry| {
            let reason = reason(p, entry);
            whole &= reason.is_some();
            reason
        })
        .collect();
    // Where a reason is at fault, what hangs on it is not told as well.
    if whole {
        for (checkpoint, offers) in
            [(1, (|reason| reason.at_first) as fn(&RejectionReason) -> bool), (2, |reason| reason.at_second)]
        {
            if !parsed.iter().any(|reason| offers(reason) && reason.needs_text) {
                p.add(
                    spec.span(),
                    format!("no reason at checkpoint {checkpoint} has `needs_text = true`"),
                    "add one, such as `other`: what is not in the list must be sayable in own words",
                );
            }
        }
    }
    parsed
}

fn reason(p: &mut Problems<'_>, spec: &ReasonSpec) -> Option<RejectionReason> {
    let code = p.id(&spec.code, "code");
    let label = p.words(&spec.label, "label");
    let found = p.optional_list(spec.checkpoints.as_ref(), "checkpoints", |p, entry| {
        let number = *entry.get_ref();
        let known = matches!(number, 1 | 2);
        if !known {
            let what = format!("there is no checkpoint {number}");
            p.add(entry.span(), what, "write 1 (SDR), 2 (AE) or both");
        }
        known.then_some(number)
    });
    let (at_first, at_second) = match (found, &spec.checkpoints) {
        (Some(found), Some(listed)) if found.len() < listed.get_ref().len() || found.is_empty() => {
            return None;
        }
        (Some(found), _) => (found.contains(&1), found.contains(&2)),
        (None, _) => (true, true),
    };
    let (training, needs_text) = (spec.training, spec.needs_text);
    Some(RejectionReason { code: code?, label, training, needs_text, at_first, at_second })
}

fn deal_sizes(p: &mut Problems<'_>, spec: &Spanned<Vec<DealSizeSpec>>) -> Vec<DealSizeBand> {
    choices(p, spec, "people.deal_sizes", |band| (&band.code, &band.label));
    let band = |band: &DealSizeSpec| {
        let (code, label) = (p.id(&band.code, "code"), p.words(&band.label, "label"));
        Some(DealSizeBand { code: code?, label })
    };
    spec.get_ref().iter().filter_map(band).collect()
}

/// What people choose from: as many as can be told apart, each by its code and its label.
fn choices<T>(
    p: &mut Problems<'_>,
    spec: &Spanned<Vec<T>>,
    name: &str,
    of: fn(&T) -> (&Spanned<String>, &Spanned<String>),
) {
    let entries = spec.get_ref();
    if !CHOICES.contains(&entries.len()) {
        let remedy = format!(
            "write {} to {} tables `[[{name}]]`: each is chosen by a digit",
            CHOICES.start(),
            CHOICES.end()
        );
        p.add(spec.span(), format!("`{name}` has {} entries", entries.len()), remedy);
    }
    for (index, entry) in entries.iter().enumerate() {
        let (code, label) = of(entry);
        let before = || entries[..index].iter().map(of);
        if before().any(|(other, _)| other.get_ref() == code.get_ref()) {
            let what = format!("the code `{}` appears twice in `{name}`", code.get_ref());
            p.add(code.span(), what, "give each entry a code of its own");
        }
        let same = |other: &str| other.trim().to_lowercase() == label.get_ref().trim().to_lowercase();
        if before().any(|(_, other)| same(other.get_ref())) && !label.get_ref().trim().is_empty() {
            let what = format!("the label `{}` appears twice in `{name}`", label.get_ref());
            p.add(label.span(), what, "give each entry a label that people can tell from the others");
        }
    }
}
