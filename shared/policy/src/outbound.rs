//! `[outbound]`: how many target accounts become work each week, and which wait. Left out, none does by itself.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use leadlight_lead::{Motion, SourceName};
use leadlight_reading::fold;
use leadlight_settings::{Problems, Spanned};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::section::{Section, unit};
use crate::sources::{SourceRule, Statement};

/// More accounts than a team calls on in a week.
const ACCOUNTS: RangeInclusive<u32> = 1..=5000;
/// More people of one company than anyone writes to at once.
const PEOPLE: RangeInclusive<u32> = 1..=20;
/// Two years: who was spoken to before that is a stranger again.
const DAYS: RangeInclusive<u32> = 1..=730;

/// As the file has it.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OutboundSpec {
    /// Under which source the people of these accounts become leads: one of the outbound motion.
    source: Spanned<SourceName>,
    /// How many accounts become work in a week. Either this or `accounts_per_sdr`.
    accounts_a_week: Option<Spanned<i64>>,
    /// So many for each SDR of the team who takes outbound leads. Either this or `accounts_a_week`.
    accounts_per_sdr: Option<Spanned<i64>>,
    /// People of one account at most.
    people_per_account: Spanned<i64>,
    /// Accounts of one group of companies at most.
    accounts_per_group: Spanned<i64>,
    /// So many days after an account was last spoken to, or was a week's work, it is not taken up again.
    again_after_days: Spanned<i64>,
    /// Places kept for accounts of a tier, by the tier's name.
    #[serde(default)]
    tiers: BTreeMap<Spanned<String>, Spanned<i64>>,
}

/// How the accounts of a week are chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboundWeek {
    /// Under which source the people of these accounts become leads: one of the outbound motion.
    pub source: SourceName,
    /// How many accounts become work.
    pub capacity: Capacity,
    /// People of one account at most, from 1.
    pub people_per_account: usize,
    /// Accounts of one group of companies at most, from 1.
    pub accounts_per_group: usize,
    /// So long after an account was last spoken to, or was a week's work, it is not taken up again. From 1.
    pub again_after_days: u32,
    /// Places kept for accounts of a tier, each from 1: by the tier's folded name, and as it is written.
    pub tiers: BTreeMap<String, (String, usize)>,
}

/// How many accounts become work in a week.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Capacity {
    /// So many, from 1.
    Accounts(usize),
    /// So many for each SDR of the team who takes outbound leads, from 1.
    PerSdr(usize),
}

impl OutboundWeek {
    /// The places kept for tiers, in all.
    pub fn kept(&self) -> usize {
        self.tiers.values().map(|(_, accounts)| accounts).sum()
    }

    /// A tier's name as `tiers` has it.
    pub fn tier_key(name: &str) -> String {
        fold(name)
    }

    pub(crate) fn check(
        p: &mut Problems<'_>,
        spec: &OutboundSpec,
        sources: &BTreeMap<SourceName, SourceRule>,
    ) -> Self {
        let place = |what: &str| format!("outbound.{what}");
        source(p, &spec.source, sources);
        let week = Self {
            source: spec.source.get_ref().clone(),
            capacity: capacity(p, spec),
            people_per_account: whole(p, &spec.people_per_account, &place("people_per_account"), &PEOPLE),
            accounts_per_group: whole(p, &spec.accounts_per_group, &place("accounts_per_group"), &ACCOUNTS),
            again_after_days: p.whole(&spec.again_after_days, &place("again_after_days"), &DAYS),
            tiers: tiers(p, spec),
        };
        if let (Capacity::Accounts(all), Some(spanned)) = (week.capacity, &spec.accounts_a_week)
            && week.kept() > all
        {
            let what = format!(
                "`outbound.tiers` keep {} places, and `outbound.accounts_a_week` has {all}",
                week.kept()
            );
            p.add(spanned.span(), what, "keep fewer places for tiers, or raise `accounts_a_week`");
        }
        week
    }
}

fn whole(p: &mut Problems<'_>, value: &Spanned<i64>, name: &str, range: &RangeInclusive<u32>) -> usize {
    p.whole(value, name, range) as usize
}

fn source(p: &mut Problems<'_>, named: &Spanned<SourceName>, sources: &BTreeMap<SourceName, SourceRule>) {
    let name = named.get_ref();
    let Some(rule) = sources.get(name) else {
        let what = format!("`outbound.source`: there is no `[sources.{name}]` in this file");
        p.add(named.span(), what, "name a source whose `motion` is `outbound`");
        return;
    };
    if rule.motion != Motion::Outbound {
        let what = format!("`outbound.source`: leads of `{name}` belong to the motion {}", rule.motion);
        p.add(named.span(), what, "name a source whose `motion` is `outbound`");
    }
    if !rule.may_say.contains(&Statement::Id) {
        let what =
            format!("`outbound.source`: `{name}` may not say `id`, so a week sent twice is two weeks' work");
        p.add(named.span(), what, format!("add `id` to `sources.{name}.may_say`"));
    }
}

fn capacity(p: &mut Problems<'_>, spec: &OutboundSpec) -> Capacity {
    match (&spec.accounts_a_week, &spec.accounts_per_sdr) {
        (Some(all), None) => Capacity::Accounts(whole(p, all, "outbound.accounts_a_week", &ACCOUNTS)),
        (None, Some(each)) => Capacity::PerSdr(whole(p, each, "outbound.accounts_per_sdr", &ACCOUNTS)),
        (Some(_), Some(each)) => {
            let what = "`outbound` has both `accounts_a_week` and `accounts_per_sdr`";
            p.add(each.span(), what, "keep the one that is meant");
            Capacity::Accounts(1)
        }
        (None, None) => {
            let what = "`outbound` does not say how many accounts become work in a week";
            p.add(spec.source.span(), what, "add `accounts_a_week = 40`, or `accounts_per_sdr = 10`");
            Capacity::Accounts(1)
        }
    }
}

fn tiers(p: &mut Problems<'_>, spec: &OutboundSpec) -> BTreeMap<String, (String, usize)> {
    let mut tiers = BTreeMap::new();
    for (name, accounts) in &spec.tiers {
        let written = p.words(name, "a tier's name");
        let places = whole(p, accounts, &format!("outbound.tiers.{written}"), &ACCOUNTS);
        if tiers.insert(OutboundWeek::tier_key(&written), (written.clone(), places)).is_some() {
            let what = format!("the tier `{written}` stands in `outbound.tiers` twice");
            p.add(name.span(), what, "keep one of the two");
        }
    }
    tiers
}

impl OutboundWeek {
    /// In words, for the outline.
    pub(crate) fn in_words(&self) -> Section {
        let capacity = match self.capacity {
            Capacity::Accounts(all) => unit(all, "account"),
            Capacity::PerSdr(each) => {
                format!("{} for each SDR who takes outbound leads", unit(each, "account"))
            }
        };
        let people = if self.people_per_account == 1 { "person" } else { "people" };
        let section = Section::new("Which target accounts become work").text([
            format!("Each week {capacity}, the best ranked first. The others wait for a later self."),
            format!(
                "Of one account at most {} {people}, of one group of companies at most {}; their leads come from the source \
                 {}.",
                self.people_per_account,
                unit(self.accounts_per_group, "account"),
                self.source
            ),
            format!(
                "An account that was spoken to, or was a week's work, is left alone for {}.",
                unit(self.again_after_days, "day")
            ),
        ]);
        let rows: Vec<_> =
            self.tiers.values().map(|(name, places)| [name.clone(), places.to_string()]).collect();
        if rows.is_empty() { section } else { section.table(["Tier", "Accounts kept for it"], rows) }
    }
}
