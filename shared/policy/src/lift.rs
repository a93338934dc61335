//! What speaks for a lead beside its score, and brings it over a threshold that it just misses: that the person came to an
//! event that matters, and that a partner who knows the company stands behind it. Bounded, and never over a disqualifier.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use jiff::{SignedDuration, Timestamp};
use leadlight_lead::{Activity, ActivityKind, Lift, LiftedBy, PartnerContext};
use leadlight_reading::fold;
use leadlight_settings::{Limit, Problems, Spanned};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::section::{Section, grade, unit};

/// More would be a score of its own.
const POINTS: Limit = Limit { holds: |v| v > 0.0 && v <= 30.0, wanted: "a number over 0, at most 30" };
/// Half a year: who came to an event before that is met again.
const DAYS: RangeInclusive<u32> = 1..=180;
/// Judgement, where the policy says nothing: a quarter.
const DAYS_BY_DEFAULT: u32 = 90;

/// As the file has it.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LiftsSpec {
    /// Who came to an event: `event_attended` and `webinar_attended`.
    attendance: Option<LiftSpec>,
    /// A partner who hands a lead over.
    partner: Option<LiftSpec>,
}

/// How much names count, by name.
type Shares = BTreeMap<String, Spanned<f64>>;

impl LiftsSpec {
    /// Of each kind that is there: how much all others count, and how much each name does.
    pub(crate) fn shares(&self) -> impl Iterator<Item = (&'static str, &Spanned<f64>, &Shares)> {
        let kinds = [("attendance", &self.attendance), ("partner", &self.partner)];
        kinds
            .into_iter()
            .filter_map(|(kind, spec)| spec.as_ref().map(|spec| (kind, &spec.others, &spec.names)))
    }
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct LiftSpec {
    /// What the most relevant adds: over 0, at most 30.
    #[schemars(extend("exclusiveMinimum" = 0, "maximum" = 30))]
    points: Spanned<f64>,
    /// So long after the event, 1 to 180. Left out: 90. Not for partners.
    #[schemars(range(min = 1, max = 180))]
    within_days: Option<Spanned<i64>>,
    /// How much all others count, 0 to 1.
    #[schemars(range(min = 0.0, max = 1.0))]
    others: Spanned<f64>,
    /// How much one counts, 0 to 1; found in longer names, in whole words and any case.
    #[serde(default)]
    names: Shares,
}

/// What lifts, by kind; none does unless the file says so.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Lifts {
    attendance: Option<LiftRule>,
    partner: Option<LiftRule>,
}

#[derive(Debug, Clone, PartialEq)]
struct LiftRule {
    /// What the most relevant lifts by, over 0, at most 30.
    points: f64,
    within_days: u32,
    /// 0 to 1: how much those count that the file does not name.
    others: f64,
    /// By folded words: as written, and how much they count, 0 to 1.
    names: BTreeMap<String, (String, f64)>,
}

impl Lifts {
    pub(crate) fn check(p: &mut Problems<'_>, spec: &LiftsSpec) -> Self {
        if let Some(days) = spec.partner.as_ref().and_then(|spec| spec.within_days.as_ref()) {
            let what = "`lifts.partner.within_days`: a partner's word holds for the lead that it comes with";
            p.add(days.span(), what, "leave `within_days` out here");
        }
        Self {
            attendance: spec.attendance.as_ref().map(|spec| rule(p, spec, "lifts.attendance")),
            partner: spec.partner.as_ref().map(|spec| rule(p, spec, "lifts.partner")),
        }
    }

    /// What lifts a lead most.
    pub(crate) fn of(
        &self,
        activity: &[Activity],
        partner: Option<&PartnerContext>,
        as_of: Timestamp,
    ) -> Option<Lift> {
        let attended = self.attendance.iter().flat_map(|rule| {
            let within = SignedDuration::from_hours(24 * i64::from(rule.within_days));
            let counts = move |done: &&Activity| {
                matches!(done.kind, ActivityKind::EventAttended | ActivityKind::WebinarAttended)
                    && as_of.duration_since(done.at) <= within
            };
            activity.iter().filter(counts).map(|done| rule.lift(LiftedBy::Attendance, done.name.as_deref()))
        });
        let partner = self.partner.as_ref().zip(partner);
        let partner = partner.map(|(rule, partner)| rule.lift(LiftedBy::Partner, Some(&partner.name)));
        // Of equal ones the first by name, so that the order of an event's activities decides nothing.
        attended
            .chain(partner)
            .filter(|lift| lift.points > 0.0)
            .max_by(|a, b| a.points.total_cmp(&b.points).then_with(|| b.name.cmp(&a.name)))
    }

    /// In words, for the outline; nothing where nothing lifts.
    pub(crate) fn in_words(&self) -> Vec<Section> {
        let attendance = self.attendance.as_ref().map(|rule| {
            rule.in_words("What attending an event adds", "Event")
                .text([format!("It counts for {} after the event.", unit(rule.within_days, "day"))])
        });
        let partner =
            self.partner.as_ref().map(|rule| rule.in_words("What a partner's word adds", "Partner"));
        attendance.into_iter().chain(partner).collect()
    }
}

fn rule(p: &mut Problems<'_>, spec: &LiftSpec, place: &str) -> LiftRule {
    let mut names = BTreeMap::new();
    for (name, share) in &spec.names {
        let words = words(name);
        if words.is_empty() {
            p.add(
                share.span(),
                format!("`{place}.names` has an entry without a word"),
                "write a name, or remove it",
            );
        }
        let value = p.number(share, &format!("{place}.names.{name}"), Limit::SHARE);
        if let Some((other, _)) = names.insert(words, (name.clone(), value)) {
            let what = format!("`{name}` and `{other}` in `{place}.names` are one name");
            p.add(share.span(), what, "keep the one that is true");
        }
    }
    LiftRule {
        points: p.number(&spec.points, &format!("{place}.points"), POINTS),
        within_days: spec
            .within_days
            .as_ref()
            .map_or(DAYS_BY_DEFAULT, |days| p.whole(days, &format!("{place}.within_days"), &DAYS)),
        others: p.number(&spec.others, &format!("{place}.others"), Limit::SHARE),
        names,
    }
}

impl LiftRule {
    fn lift(&self, by: LiftedBy, name: Option<&str>) -> Lift {
        let named = name.and_then(|name| self.named(name));
        let share = named.map_or(self.others, |(_, share)| *share);
        Lift { by, name: named.map(|(written, _)| written.clone()), points: self.points * share }
    }

    /// The longest of the file's names that stands in one in whole words, so that `RevOps Summit` is found in `RevOps
    /// Summit 2026`, and how much it counts.
    fn named(&self, name: &str) -> Option<&(String, f64)> {
        let name = format!(" {} ", words(name));
        let found = self.names.iter().filter(|(listed, _)| name.contains(&format!(" {listed} ")));
        found.max_by_key(|(listed, _)| listed.len()).map(|(_, named)| named)
    }

    fn in_words(&self, title: &str, what: &str) -> Section {
        let rows = self.names.values().map(|(name, share)| (name.clone(), *share));
        let rows = rows.chain([("Any other".to_owned(), self.others)]);
        let points = |share: f64| grade(self.points * share);
        Section::new(title)
            .text([
                format!(
                    "It brings a lead over a threshold that its score misses by at most {}.",
                    unit(self.points, "point")
                ),
                "The score itself stays as it is, and a hard disqualifier comes first.".to_owned(),
            ])
            .table([what, "Points"], rows.map(|(name, share)| [name, points(share)]))
    }
}

/// In one case, without accents and signs, with single spaces.
fn words(name: &str) -> String {
    let folded = fold(name);
    let words = folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}
