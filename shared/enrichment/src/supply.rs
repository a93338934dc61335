//! What vendors are worth, as the leads themselves tell it: what each was asked, what came of it, whose word counts, how old
//! it was, what it cost, and which of its words nobody here understands.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use leadlight_lead::{Asked, Came, Company, EnrichedLead, FactField, Gap, QueuedLead, is_vendor};
use leadlight_policy::Policy;
use leadlight_reading::is_known_technology;

/// A word as it is listed, in characters.
const LONGEST_WORD: usize = 80;

/// What vendors gave, over some leads.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Supply {
    /// Leads that were looked at. Tests are none.
    pub leads: usize,
    /// Each vendor, by its name in the vendors file; imported facts have a name of their own.
    pub providers: BTreeMap<String, Supplied>,
    /// How often one's word went before another's.
    pub conflicts: BTreeMap<Conflict, usize>,
    /// Industries that the policy does not understand, by vendor and word.
    pub industries: Words,
    /// Tools outside the vocabulary, by vendor and key.
    pub technologies: Words,
}

/// Words that are not understood, by who says them: in how many leads each.
pub type Words = BTreeMap<(String, String), usize>;

/// What one vendor gave.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Supplied {
    /// Leads that it was asked about.
    pub leads: usize,
    /// Answers with facts, bought for the lead.
    pub found: usize,
    /// Answers with facts, bought before and still fresh.
    pub kept: usize,
    /// Answers that it does not know the company or person, bought or kept.
    pub unknown: usize,
    /// Why there was no answer, or why it was not asked: how often each.
    pub gaps: BTreeMap<Gap, usize>,
    /// What was paid, in millionths of a US dollar.
    pub cost_usd_micros: u64,
    /// In how many leads its word counts, by field.
    pub fields: BTreeMap<FactField, usize>,
    /// How old each fact was when its lead was decided on.
    pub ages: Vec<SignedDuration>,
}

/// One whose word counts, and another who said something else.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Conflict {
    /// What both speak of.
    pub field: FactField,
    /// Whose word counts.
    pub won: String,
    /// Who was overruled.
    pub lost: String,
}

/// A word that is not understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unmapped {
    /// Who says it.
    pub provider: String,
    /// The word, shortened where it is long.
    pub word: String,
    /// In how many leads.
    pub leads: usize,
}

impl Supply {
    /// Over some leads, under the policy in force.
    pub fn of<'a>(policy: &Policy, leads: impl IntoIterator<Item = &'a QueuedLead>) -> Self {
        let mut supply = Self::default();
        for lead in leads {
            supply.see(policy, lead);
        }
        supply
    }

    /// Takes one more lead in. Costs are those of all its events, facts those of the picture that they make together.
    pub fn see(&mut self, policy: &Policy, lead: &QueuedLead) {
        if lead.event().is_test {
            return;
        }
        self.leads += 1;
        let mut asked_about: Vec<&str> = Vec::new();
        for asked in lead.events_now().flat_map(|event| &event.enrichment.asked) {
            self.of_provider(&asked.provider).hear(asked);
            if asked.was_asked() && !asked_about.contains(&asked.provider.as_str()) {
                asked_about.push(&asked.provider);
            }
        }
        for provider in asked_about {
            self.of_provider(provider).leads += 1;
        }
        let decided_at = lead.decision().map_or(lead.enriched().enriched_at, |decision| decision.as_of);
        self.see_facts(lead.enriched(), decided_at);
        self.see_words(policy, lead.enriched());
    }

    fn of_provider(&mut self, name: &str) -> &mut Supplied {
        self.providers.entry(name.to_owned()).or_default()
    }

    fn see_facts(&mut self, lead: &EnrichedLead, decided_at: Timestamp) {
        for field in FactField::ALL {
            let Some(origin) = field.of(&lead.enrichment) else { continue };
            if is_vendor(origin.provider) {
                let supplied = self.of_provider(origin.provider);
                *supplied.fields.entry(field).or_default() += 1;
                // What was fetched for the lead itself came a moment after it: it is as fresh as can be.
                supplied.ages.push(decided_at.duration_since(origin.fetched_at).max(SignedDuration::ZERO));
            }
            let mut overruled: Vec<&str> = Vec::new();
            for against in lead.enrichment.against.iter().filter(|against| against.field == field) {
                if against.provider != origin.provider && !overruled.contains(&against.provider.as_str()) {
                    overruled.push(&against.provider);
                }
            }
            for lost in overruled {
                let conflict = Conflict { field, won: origin.provider.to_owned(), lost: lost.to_owned() };
                *self.conflicts.entry(conflict).or_default() += 1;
            }
        }
    }

    fn see_words(&mut self, policy: &Policy, lead: &EnrichedLead) {
        let Company { industry, technologies, .. } = &lead.enrichment.company;
        let is_unknown = |text: &str| policy.industry(text).industry().is_none();
        if let Some(fact) = industry.as_ref().filter(|fact| is_unknown(&fact.value)) {
            note(&mut self.industries, &fact.provider, &fact.value);
        }
        // Also where another's word counts instead, since this one was not understood.
        let lost = lead.enrichment.against.iter().filter(|one| one.field == FactField::Industry);
        for one in lost.filter(|one| is_unknown(&one.value)) {
            note(&mut self.industries, &one.provider, &one.value);
        }
        if let Some(fact) = technologies {
            let unknown: BTreeSet<&String> =
                fact.value.iter().filter(|key| !is_known_technology(key)).collect();
            for key in unknown {
                note(&mut self.technologies, &fact.provider, key);
            }
        }
    }

    /// The share of the leads in which a vendor's word counts for a field, 0 to 1.
    pub fn share(&self, provider: &str, field: FactField) -> f64 {
        let filled = self.providers.get(provider).and_then(|supplied| supplied.fields.get(&field));
        ratio(filled.copied().unwrap_or_default(), self.leads)
    }
}

fn note(words: &mut Words, provider: &str, word: &str) {
    let word: String = word.chars().take(LONGEST_WORD).collect();
    *words.entry((provider.to_owned(), word)).or_default() += 1;
}

impl Unmapped {
    /// Words that are not understood, the most frequent first, and no more than `most`.
    pub fn top(words: &Words, most: usize) -> Vec<Self> {
        let one = |((provider, word), leads): (&(String, String), &usize)| Self {
            provider: provider.clone(),
            word: word.clone(),
            leads: *leads,
        };
        let mut all: Vec<Self> = words.iter().map(one).collect();
        all.sort_by_key(|said| Reverse(said.leads));
        all.truncate(most);
        all
    }
}

impl Supplied {
    fn hear(&mut self, asked: &Asked) {
        match asked.came {
            Came::Found => self.found += 1,
            Came::Kept => self.kept += 1,
            Came::Unknown | Came::KeptUnknown => self.unknown += 1,
            Came::Nothing(gap) => *self.gaps.entry(gap).or_default() += 1,
        }
        self.cost_usd_micros = self.cost_usd_micros.saturating_add(asked.cost_usd_micros);
    }

    /// How often it was asked in vain: it was away, refused, or answered nothing that can be read.
    pub fn failed(&self) -> usize {
        self.gaps.iter().filter(|(gap, _)| gap.was_asked()).map(|(_, times)| times).sum()
    }

    /// How often it was passed over: caps, no time, or left in peace.
    pub fn passed_over(&self) -> usize {
        self.gaps.iter().filter(|(gap, _)| !gap.was_asked()).map(|(_, times)| times).sum()
    }

    /// What a lead that it was asked about cost, in US dollars; none where it was asked about none.
    pub fn usd_per_lead(&self) -> Option<f64> {
        #[expect(clippy::cast_precision_loss, reason = "dollars in millionths stay far below 2^53")]
        let usd = self.cost_usd_micros as f64 / 1e6;
        (self.leads > 0).then(|| usd / count(self.leads))
    }

    /// The age that half of its facts had at most when their lead was decided on; none where it gave none.
    pub fn median_age(&self) -> Option<SignedDuration> {
        self.age(1, 2)
    }

    /// The age that nine facts of ten had at most.
    pub fn ninth_decile_age(&self) -> Option<SignedDuration> {
        self.age(9, 10)
    }

    /// By nearest rank.
    fn age(&self, part: usize, of: usize) -> Option<SignedDuration> {
        let mut ages = self.ages.clone();
        ages.sort_unstable();
        let rank = (ages.len() * part).div_ceil(of).checked_sub(1)?;
        ages.get(rank).copied()
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of leads stay far below 2^53")]
fn count(number: usize) -> f64 {
    number as f64
}

/// Of nothing, no share.
fn ratio(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { count(part) / count(whole) }
}

#[cfg(test)]
mod tests;
