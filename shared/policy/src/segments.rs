//! Segments of a motion: whom each holds, whether scoring decides there, and by which scores.
//!
//! The conditions are few and closed, so that whether two segments share a lead can be proved from them: two are apart where
//! one condition, which both have, names nothing in common.

use std::collections::{BTreeMap, BTreeSet};

use leadlight_lead::{CountryCode, EnrichedLead, FactField, Motion, Segment, SourceName};
use leadlight_reading::{Industry, read_industry};

use crate::people::SlaMinutes;
use crate::scale::Scale;
use crate::scorecard::Scorecard;
use crate::section::{list, thousands};

/// A segment of a motion.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct SegmentRule {
    /// As written in the file.
    pub(crate) name: String,
    /// For people.
    pub(crate) label: String,
    pub(crate) who: Who,
    /// Whether scoring decides on its leads; where not, a person looks first.
    pub(crate) scores: bool,
    /// The motion's, but for what the segment says.
    pub(crate) scale: Scale,
    /// None: as for all leads of the motion.
    pub(crate) sla: Option<SlaMinutes>,
}

/// Whom a segment holds: all of these at once; what is none is no condition.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Who {
    pub(crate) employees: Option<Size>,
    pub(crate) countries: Option<BTreeSet<CountryCode>>,
    pub(crate) industries: Option<Industries>,
    pub(crate) sources: Option<BTreeSet<SourceName>>,
}

/// A range of employees, both ends in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Size {
    pub(crate) from: u32,
    /// None: open.
    pub(crate) to: Option<u32>,
}

/// Industries, each with all that belongs to it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Industries {
    /// Of the vocabulary.
    pub(crate) known: BTreeSet<Industry>,
    /// Keys of the policy's own, which the vocabulary does not know.
    pub(crate) own: BTreeSet<String>,
}

/// Whether a condition holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Holds {
    Yes,
    No,
    NotKnown(FactField),
}

impl Who {
    /// Whether a lead can be in both. Two are apart only where a condition that both have names nothing in common.
    pub(crate) fn may_share(&self, other: &Self) -> bool {
        fn share<T>(one: Option<&T>, other: Option<&T>, meet: impl Fn(&T, &T) -> bool) -> bool {
            one.zip(other).is_none_or(|(one, other)| meet(one, other))
        }
        share(self.employees.as_ref(), other.employees.as_ref(), Size::meets)
            && share(self.countries.as_ref(), other.countries.as_ref(), |a, b| !a.is_disjoint(b))
            && share(self.industries.as_ref(), other.industries.as_ref(), Industries::meets)
            && share(self.sources.as_ref(), other.sources.as_ref(), |a, b| !a.is_disjoint(b))
    }

    /// Whether it holds a lead; where that is not known, which facts would tell.
    fn holds(&self, lead: &EnrichedLead, scorecard: &Scorecard) -> Result<bool, Vec<FactField>> {
        let company = &lead.enrichment.company;
        let of_source = self
            .sources
            .as_ref()
            .map(|sources| if sources.contains(&lead.event().source) { Holds::Yes } else { Holds::No });
        let of_size = self.employees.map(|size| match &company.employees {
            Some(fact) => size.holds(fact.value.at_least(), fact.value.at_most()),
            None => Holds::NotKnown(FactField::Employees),
        });
        let of_country = self.countries.as_ref().map(|countries| match &company.country {
            Some(fact) if countries.contains(&fact.value) => Holds::Yes,
            Some(_) => Holds::No,
            None => Holds::NotKnown(FactField::Country),
        });
        let of_industry = self.industries.as_ref().map(|industries| match &company.industry {
            Some(fact) => industries.holds(&fact.value, scorecard),
            None => Holds::NotKnown(FactField::Industry),
        });
        let all: Vec<Holds> = [of_source, of_size, of_country, of_industry].into_iter().flatten().collect();
        if all.contains(&Holds::No) {
            return Ok(false);
        }
        let missing: Vec<FactField> = all
            .iter()
            .filter_map(|holds| match holds {
                Holds::NotKnown(field) => Some(*field),
                Holds::Yes | Holds::No => None,
            })
            .collect();
        if missing.is_empty() { Ok(true) } else { Err(missing) }
    }

    /// As in `1,000 employees or more; in DE or FR`.
    pub(crate) fn in_words(&self) -> String {
        let size = self.employees.map(|size| match (size.from, size.to) {
            (1, Some(to)) => format!("up to {} employees", thousands(to)),
            (from, Some(to)) => format!("{} to {} employees", thousands(from), thousands(to)),
            (from, None) => format!("{} employees or more", thousands(from)),
        });
        let countries = self
            .countries
            .as_ref()
            .map(|countries| format!("in {}", list(countries.iter().map(CountryCode::as_str), "or")));
        let industries = self.industries.as_ref().map(|industries| {
            let known = industries.known.iter().map(|industry| industry.key().to_owned());
            format!("industry {}", list(known.chain(industries.own.iter().cloned()), "or"))
        });
        let sources = self
            .sources
            .as_ref()
            .map(|sources| format!("from {}", list(sources.iter().map(SourceName::as_str), "or")));
        [size, countries, industries, sources].into_iter().flatten().collect::<Vec<_>>().join("; ")
    }
}

impl Size {
    /// Whether some number of employees lies in both.
    fn meets(&self, other: &Self) -> bool {
        let reaches = |one: &Self, other: &Self| one.to.is_none_or(|to| to >= other.from);
        reaches(self, other) && reaches(other, self)
    }

    /// Of a range that is known all must lie inside, or all outside: else it is not known.
    fn holds(self, at_least: u32, at_most: Option<u32>) -> Holds {
        let is_above = self.to.is_some_and(|to| at_least > to);
        let is_below = at_most.is_some_and(|most| most < self.from);
        let is_inside =
            at_least >= self.from && self.to.is_none_or(|to| at_most.is_some_and(|most| most <= to));
        if is_above || is_below {
            Holds::No
        } else if is_inside {
            Holds::Yes
        } else {
            Holds::NotKnown(FactField::Employees)
        }
    }
}

impl Industries {
    /// Whether an industry belongs to both.
    fn meets(&self, other: &Self) -> bool {
        let known = self
            .known
            .iter()
            .any(|one| other.known.iter().any(|other| one.is_within(*other) || other.is_within(*one)));
        known || !self.own.is_disjoint(&other.own)
    }

    /// An industry that is broader than what is listed may be any part of it: then it is not known.
    fn holds(&self, text: &str, scorecard: &Scorecard) -> Holds {
        match read_industry(text) {
            Some(read) if read.and_above().any(|above| self.known.contains(&above)) => Holds::Yes,
            Some(read) if self.known.iter().any(|listed| listed.is_within(read)) => {
                Holds::NotKnown(FactField::Industry)
            }
            Some(_) => Holds::No,
            None => match scorecard.industry(text).industry() {
                Some(own) if self.own.contains(own) => Holds::Yes,
                Some(_) => Holds::No,
                None => Holds::NotKnown(FactField::Industry),
            },
        }
    }
}

/// The segments of all motions that have any.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Segments {
    /// In the order of their names.
    pub(crate) by_motion: BTreeMap<Motion, Vec<SegmentRule>>,
}

impl Segments {
    /// Those of a motion.
    pub(crate) fn of(&self, motion: Motion) -> &[SegmentRule] {
        self.by_motion.get(&motion).map_or(&[], Vec::as_slice)
    }

    /// Where a lead stands among the segments of its motion; none where it is in none.
    pub(crate) fn place(&self, lead: &EnrichedLead, scorecard: &Scorecard) -> Option<Segment> {
        let mut missing: BTreeSet<FactField> = BTreeSet::new();
        for rule in self.of(lead.motion) {
            match rule.who.holds(lead, scorecard) {
                // No lead is in two: the checks let no such policy through.
                Ok(true) => {
                    return Some(Segment::In { name: rule.name.clone(), label: rule.label.clone() });
                }
                Ok(false) => {}
                Err(fields) => missing.extend(fields),
            }
        }
        (!missing.is_empty()).then(|| Segment::NotKnown { missing: missing.into_iter().collect() })
    }

    /// What holds for leads of a segment; none where a lead is in none.
    pub(crate) fn rule(&self, motion: Motion, segment: Option<&Segment>) -> Option<&SegmentRule> {
        let name = segment?.name()?;
        self.of(motion).iter().find(|rule| rule.name == name)
    }
}
