//! What vendors are worth, as the leads themselves tell it: what each was asked, what came of it, whose word counts, how old
//! it was, what it cost, and which of its words nobody here understands.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use leadlight_lead::{Asked, Came, Company, EnrichedLead, FactField, Gap, QueuedLead};
use leadlight_policy::Policy;
use leadlight_reading::is_known_technology;

use crate::without::is_vendor;

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
        if let Some(fact) = industry.as_ref().filter(|fact| policy.industry(&fact.value).industry().is_none())
        {
            note(&mut self.industries, &fact.provider, &fact.value);
        }
        if let Some(fact) = technologies {
            let unknown: BTreeSet<&String> =
                fact.value.iter().filter(|key| !is_known_technology(key)).collect();
            unknown.into_iter().for_each(|key| note(&mut self.technologies, &fact.provider, key));
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
        all.sort_by(|a, b| b.leads.cmp(&a.leads));
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
mod tests {
    use leadlight_lead::{About, Against, FORM, Fact, RouteRequest, StageMessage, Work};

    use super::*;

    const LEAD: &str = include_str!("../../lead/testdata/v1/queued-lead-rules.json");
    const POLICY: &str = include_str!("../../../infra/policies/default.toml");

    fn policy() -> Policy {
        Policy::parse("default.toml", POLICY).unwrap()
    }

    fn enriched(lead: &mut QueuedLead) -> &mut EnrichedLead {
        match &mut lead.content {
            RouteRequest::Scored(scored) => &mut scored.enriched,
            RouteRequest::HumanFirst(enriched) => enriched,
        }
    }

    /// When the event happened that all of them began with.
    fn happened() -> Timestamp {
        "2026-11-20T11:42:00Z".parse().unwrap()
    }

    fn days(days: i64) -> SignedDuration {
        SignedDuration::from_hours(24 * days)
    }

    fn fact<T>(value: T, provider: &str, age: SignedDuration) -> Fact<T> {
        Fact { value, provider: provider.to_owned(), fetched_at: happened() - age, confidence: 0.9 }
    }

    fn asked(provider: &str, about: About, came: Came, cost_usd_micros: u64) -> Asked {
        Asked { provider: provider.to_owned(), about, came, cost_usd_micros, at: happened() }
    }

    /// A lead of which nothing is known.
    fn lead() -> QueuedLead {
        let mut lead = QueuedLead::from_message(LEAD.as_bytes()).unwrap();
        enriched(&mut lead).enrichment = leadlight_lead::Enrichment::default();
        lead
    }

    /// One vendor knows the industry, another is asked in its place once.
    fn leads() -> Vec<QueuedLead> {
        let mut one = lead();
        let found = &mut enriched(&mut one).enrichment;
        found.company.industry = Some(fact("software".to_owned(), "first", days(3)));
        found.company.name = Some(fact("Acme".to_owned(), FORM, days(0)));
        found.asked = vec![
            asked("first", About::Company, Came::Found, 100_000),
            asked("first", About::Person, Came::Unknown, 20_000),
        ];
        let against = |provider: &str| Against {
            field: FactField::Industry,
            value: "retail".to_owned(),
            provider: provider.to_owned(),
            fetched_at: happened(),
            confidence: 0.5,
        };
        found.against = vec![against("second"), against(FORM), against("second")];
        let mut two = lead();
        let found = &mut enriched(&mut two).enrichment;
        found.company.industry = Some(fact("Sundry goods".to_owned(), "second", days(10)));
        found.company.country = Some(fact("DE".parse().unwrap(), "first", days(1)));
        found.asked = vec![
            asked("first", About::Company, Came::Kept, 0),
            asked("first", About::Person, Came::Nothing(Gap::NoCredit), 0),
            asked("second", About::Company, Came::Found, 500_000),
        ];
        let mut three = lead();
        let found = &mut enriched(&mut three).enrichment;
        found.asked = vec![
            asked("first", About::Company, Came::KeptUnknown, 0),
            asked("second", About::Company, Came::Nothing(Gap::LeadCap), 0),
        ];
        vec![one, two, three, lead()]
    }

    #[test]
    fn what_each_vendor_gave_is_counted_by_lead_and_by_question() {
        let supply = Supply::of(&policy(), &leads());
        assert_eq!(supply.leads, 4);
        let first = &supply.providers["first"];
        assert_eq!((first.leads, first.found, first.kept, first.unknown), (3, 1, 1, 2));
        assert_eq!((first.failed(), first.passed_over(), first.cost_usd_micros), (1, 0, 120_000));
        assert!((first.usd_per_lead().unwrap() - 0.04).abs() < 1e-12);
        let second = &supply.providers["second"];
        assert_eq!((second.leads, second.found, second.failed(), second.passed_over()), (1, 1, 0, 1));
        assert!(
            (second.usd_per_lead().unwrap() - 0.5).abs() < 1e-12,
            "a lead it was passed over for is none"
        );
        assert_eq!(supply.providers.keys().collect::<Vec<_>>(), ["first", "second"], "a form is no vendor");
        let share = |provider, field| supply.share(provider, field);
        assert!((share("first", FactField::Industry) - 0.25).abs() < 1e-12);
        assert!((share("first", FactField::Country) - 0.25).abs() < 1e-12);
        assert!(
            share("first", FactField::Title).abs() < 1e-12 && share("nobody", FactField::Title).abs() < 1e-12
        );
    }

    #[test]
    fn who_overruled_whom_is_counted_once_a_lead() {
        let supply = Supply::of(&policy(), &leads());
        let conflict = |lost: &str| Conflict {
            field: FactField::Industry,
            won: "first".to_owned(),
            lost: lost.to_owned(),
        };
        assert_eq!(supply.conflicts, [(conflict(FORM), 1), (conflict("second"), 1)].into());
    }

    #[test]
    fn words_that_the_policy_does_not_understand_are_listed_by_their_number() {
        let mut leads = leads();
        for word in ["Sundry goods", "Other things", "software"] {
            let mut more = lead();
            let said = fact(word.to_owned(), "second", days(0));
            enriched(&mut more).enrichment.company.industry = Some(said);
            leads.push(more);
        }
        let supply = Supply::of(&policy(), &leads);
        let said =
            |word: &str, leads| Unmapped { provider: "second".to_owned(), word: word.to_owned(), leads };
        let top = |most| Unmapped::top(&supply.industries, most);
        assert_eq!(top(9), [said("Sundry goods", 2), said("Other things", 1)]);
        assert_eq!(top(1).len(), 1);
    }

    #[test]
    fn tools_outside_the_vocabulary_are_listed_once_a_lead() {
        let mut one = lead();
        let tools = ["salesforce", "in-house-thing", "in-house-thing", "zz-crm"].map(str::to_owned).to_vec();
        enriched(&mut one).enrichment.company.technologies = Some(fact(tools, "first", days(0)));
        let mut two = lead();
        enriched(&mut two).enrichment.company.technologies =
            Some(fact(vec!["zz-crm".to_owned()], "first", days(0)));
        let supply = Supply::of(&policy(), &[one, two]);
        let told: Vec<_> =
            Unmapped::top(&supply.technologies, 9).into_iter().map(|said| (said.word, said.leads)).collect();
        assert_eq!(told, [("zz-crm".to_owned(), 2), ("in-house-thing".to_owned(), 1)]);
    }

    /// Twenty facts, 1 to 20 days old, and one that was fetched a moment after the lead came.
    #[test]
    fn ages_are_those_at_the_decision() {
        let mut leads = Vec::new();
        for age in (1..=19).map(days).chain([-SignedDuration::from_secs(4)]) {
            let mut one = lead();
            enriched(&mut one).enrichment.company.naics = Some(fact("5112".to_owned(), "first", age));
            leads.push(one);
        }
        let supply = Supply::of(&policy(), &leads);
        let first = &supply.providers["first"];
        assert_eq!((first.median_age(), first.ninth_decile_age()), (Some(days(9)), Some(days(17))));
        assert_eq!((first.leads, first.usd_per_lead()), (0, None), "imported: nobody was asked");
        assert_eq!(Supplied::default().median_age(), None);
    }

    /// The picture of several events tells of the latest round of vendors alone; each event was paid for.
    #[test]
    fn costs_are_those_of_all_events() {
        let mut lead = lead();
        let paid = |cost: u64| {
            let mut event = leads().remove(3).enriched().clone();
            event.enrichment.asked = vec![asked("first", About::Company, Came::Found, cost)];
            event
        };
        let picture = enriched(&mut lead);
        picture.enrichment.asked = paid(7).enrichment.asked;
        picture.joined.events = vec![paid(1), paid(7)];
        lead.thread.since.events = vec![paid(100)];
        let supply = Supply::of(&policy(), [&lead]);
        let first = &supply.providers["first"];
        assert_eq!((first.leads, first.found, first.cost_usd_micros), (1, 3, 108));
    }

    /// A vendor was away at first, and another had been paid by then.
    #[test]
    fn what_an_earlier_round_paid_is_not_forgotten() {
        let mut lead = lead();
        lead.work = Work::default();
        let first = vec![
            asked("first", About::Company, Came::Found, 100),
            asked("second", About::Company, Came::Nothing(Gap::Away), 0),
        ];
        enriched(&mut lead).enrichment.asked = first;
        let mut again = lead.enriched().clone();
        again.round = 1;
        let second = vec![
            asked("first", About::Company, Came::Kept, 0),
            asked("second", About::Company, Came::Found, 30),
        ];
        again.enrichment.asked = second;
        assert!(lead.learn(&again));
        let cost = |lead: &QueuedLead| {
            let supply = Supply::of(&policy(), [lead]);
            (supply.providers["first"].cost_usd_micros, supply.providers["second"].cost_usd_micros)
        };
        assert_eq!(cost(&lead), (100, 30));
        let picture = lead.picture();
        *enriched(&mut lead) = picture;
        lead.thread.again.clear();
        assert_eq!(cost(&lead), (100, 30), "decided anew");
    }

    #[test]
    fn tests_are_no_leads() {
        let mut test = leads().remove(0);
        enriched(&mut test).submitted.event.is_test = true;
        assert_eq!(Supply::of(&policy(), [&test]), Supply::default());
    }
}
