//! Which ranked accounts become a week's work, and why each of the others waits.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use jiff::ToSpan;
use jiff::civil::Date;
use leadlight_lead::DomainName;
use leadlight_policy::OutboundWeek;

use crate::rank::{Ranked, Ranking};
use crate::week::Week;

/// What was before this week.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Past {
    /// Accounts that were a week's work, each with the last of these weeks.
    pub given: BTreeMap<DomainName, Week>,
    /// Accounts that somebody is on: a lead of theirs is open.
    pub open: BTreeSet<DomainName>,
}

/// What becomes of a week.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice<'a> {
    /// Accounts that become work, the best ranked first.
    pub chosen: Vec<Chosen<'a>>,
    /// All others, the best ranked first, each with why it waits.
    pub waiting: Vec<(&'a Ranked<'a>, Waits)>,
    /// Tiers that places are kept for and of which the list has no account, as the policy writes them.
    pub unknown_tiers: Vec<String>,
}

/// An account that becomes work.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Chosen<'a> {
    /// In its place.
    pub ranked: &'a Ranked<'a>,
    /// Whether a place kept for its tier brought it in before better ranked ones.
    pub by_tier: bool,
}

/// Why an account waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Waits {
    /// Better ranked ones fill the week.
    Capacity,
    /// It was spoken to lately.
    Spoken {
        /// From when on it may be taken up again.
        until: Date,
    },
    /// It was a week's work lately.
    Given {
        /// Which week's.
        week: Week,
        /// From when on it may be taken up again.
        until: Date,
    },
    /// Somebody is on it: a lead of theirs is open.
    Open,
    /// As many of its group of companies as may be are called on this week.
    Group,
    /// Its country is written and not understood, and some are excluded.
    Doubt,
}

impl fmt::Display for Waits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Capacity => f.write_str("better ranked accounts fill this week"),
            Self::Spoken { until } => write!(f, "it was spoken to lately; again from {until} on"),
            Self::Given { week, until } => write!(f, "it was work in {week}; again from {until} on"),
            Self::Open => f.write_str("a lead of this account is open already"),
            Self::Group => f.write_str("others of its group of companies are called on this week"),
            Self::Doubt => {
                f.write_str("its country cannot be read and may be an excluded one; correct it in the list")
            }
        }
    }
}

/// Chooses a week's accounts: first those that places are kept for by tier, then the best ranked of all. Places that a
/// tier does not fill go to the others.
pub fn choose<'a>(
    ranking: &'a Ranking<'a>,
    rules: &OutboundWeek,
    capacity: usize,
    week: Week,
    past: &Past,
) -> Choice<'a> {
    let mut choosing = Choosing { ranking, rules, taken: BTreeMap::new(), groups: BTreeMap::new() };
    let held: Vec<Option<Waits>> =
        ranking.ranked.iter().map(|ranked| waits(ranked, rules, week, past)).collect();
    let tier_of = |ranked: &Ranked<'_>| ranked.target.tier.as_deref().map(OutboundWeek::tier_key);
    let mut unknown_tiers = Vec::new();
    for (key, (name, places)) in &rules.tiers {
        let is_of = |ranked: &Ranked<'_>| tier_of(ranked).as_ref() == Some(key);
        if !ranking.ranked.iter().any(is_of) {
            unknown_tiers.push(name.clone());
        }
        let room = capacity.saturating_sub(choosing.taken.len()).min(*places);
        choosing.take(&held, room, true, is_of);
    }
    let room = capacity.saturating_sub(choosing.taken.len());
    choosing.take(&held, room, false, |_| true);
    let Choosing { taken, groups, .. } = choosing;
    let mut choice = Choice { chosen: Vec::new(), waiting: Vec::new(), unknown_tiers };
    for ((place, ranked), held) in ranking.ranked.iter().enumerate().zip(held) {
        let is_full = || groups.get(ranked.group).is_some_and(|count| *count >= rules.accounts_per_group);
        match (taken.get(&place), held) {
            (Some(by_tier), _) => choice.chosen.push(Chosen { ranked, by_tier: *by_tier }),
            (None, Some(held)) => choice.waiting.push((ranked, held)),
            (None, None) if is_full() => choice.waiting.push((ranked, Waits::Group)),
            (None, None) => choice.waiting.push((ranked, Waits::Capacity)),
        }
    }
    choice
}

struct Choosing<'a> {
    ranking: &'a Ranking<'a>,
    rules: &'a OutboundWeek,
    /// By place in the ranking, and whether it was brought in by its tier.
    taken: BTreeMap<usize, bool>,
    groups: BTreeMap<&'a DomainName, usize>,
}

impl Choosing<'_> {
    fn take(
        &mut self,
        held: &[Option<Waits>],
        room: usize,
        by_tier: bool,
        wanted: impl Fn(&Ranked<'_>) -> bool,
    ) {
        let mut left = room;
        for (place, (ranked, held)) in self.ranking.ranked.iter().zip(held).enumerate() {
            if left == 0 {
                return;
            }
            if held.is_some() || self.taken.contains_key(&place) || !wanted(ranked) {
                continue;
            }
            let of_group = self.groups.entry(ranked.group).or_default();
            if *of_group < self.rules.accounts_per_group {
                *of_group += 1;
                self.taken.insert(place, by_tier);
                left -= 1;
            }
        }
    }
}

/// Why an account waits whatever room there is.
fn waits(ranked: &Ranked<'_>, rules: &OutboundWeek, week: Week, past: &Past) -> Option<Waits> {
    let again = |day: Date| day.checked_add(i64::from(rules.again_after_days).days()).unwrap_or(Date::MAX);
    let target = ranked.target;
    // A day that lies ahead is a meeting that is arranged, or a mistake: either way somebody is on it.
    let spoken = target.last_spoken.map(again).filter(|until| *until > week.monday());
    let given = past.given.get(&target.domain).copied();
    let given = given.map(|week| (week, again(week.monday()))).filter(|(_, until)| *until > week.monday());
    if ranked.may_be_excluded {
        Some(Waits::Doubt)
    } else if let Some(until) = spoken {
        Some(Waits::Spoken { until })
    } else if let Some((week, until)) = given {
        Some(Waits::Given { week, until })
    } else if past.open.contains(&target.domain) {
        Some(Waits::Open)
    } else {
        None
    }
}
