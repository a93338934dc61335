//! People whose time is up by the policy's rules: found in a pass over the whole table, and taken away as if they had been
//! erased, in every place.
//!
//! A pass goes on where the run before ended. A person goes when the time of all their leads is up, in one step that finds each
//! lead as it was read: whoever writes at that moment stays.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use leadlight_lead::{
    ErasureKey, ErasureMark, LeadId, PolicyHash, QueuedLead, Versioned, from_versioned, to_json,
};
use leadlight_policy::{KeptAs, Past, Retention};
use leadlight_ports::metrics::{Figure, count};
use leadlight_ports::{
    Class, Classed, ETag, LeadStore, LeadTraces, Leaving, ObjectStore, PageToken, PortError, Replaced,
    Sought, Swap, Trace, Version, chain,
};
use serde::{Deserialize, Serialize};

use crate::error::ErasureError;
use crate::outside::{Outside, Stores};
use crate::places::{ByAge, places};
use crate::who::{Asked, Who};

/// Where the pass stands.
const PASS: &str = "retention/pass.json";
/// People who are taken away together: what vendors told of them is looked for once.
const TOGETHER: usize = 500;

/// How far a run may go.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// No page is begun afterwards.
    pub until: Option<Timestamp>,
    /// Pages of the table at most, of one million bytes each.
    pub pages: usize,
}

/// What a run did, or would do.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Swept {
    /// Whether the policy says of any lead how long it is kept.
    pub has_rules: bool,
    /// Leads that were looked at.
    pub seen: usize,
    /// Items that are no readable lead; each stays, and the alarm for damaged leads tells of it.
    pub unreadable: usize,
    /// People who went.
    pub people: usize,
    /// Leads that went, by what they were kept as.
    pub leads: BTreeMap<&'static str, usize>,
    /// People whose time is up and who stay, since a lead of theirs is kept for longer or was written at that moment.
    pub staying: usize,
    /// Whether the pass has come to its end.
    pub is_done: bool,
}

/// Where a pass over the table stands.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Pass {
    schema_version: u32,
    /// Where the next page begins; none: at the beginning.
    after: Option<BTreeMap<String, String>>,
}

impl Versioned for Pass {}

/// What stays of a sweep: how much went, and by which rules. It names nobody.
#[derive(Debug, Serialize)]
struct SweepLine<'a> {
    schema_version: u32,
    swept_at: Timestamp,
    /// False while it is under way, and for ever if it ended half-way: then it says what was about to go.
    is_done: bool,
    policy: &'a PolicyHash,
    people: usize,
    leads: &'a BTreeMap<&'static str, usize>,
    taken_away: BTreeMap<&'static str, usize>,
}

/// A person whose time is up.
struct Leaver {
    who: Who,
    leads: Vec<(LeadId, Version)>,
    kept_as: Vec<KeptAs>,
    heard_at: Timestamp,
    /// Events of theirs that no document names any more: what leads from those is found by a search.
    has_forgotten_events: bool,
}

impl<X: Outside> Stores<X> {
    /// Whose time would be up now. Nothing is changed.
    pub async fn past(&self, now: Timestamp) -> Result<Swept, ErasureError> {
        let Some(rules) = self.policy.retention() else { return Ok(Swept::default()) };
        let mut swept = Swept { has_rules: true, is_done: true, ..Swept::default() };
        let mut met = BTreeSet::new();
        let mut after = None;
        loop {
            let page = self.leads.all(None, after).await.map_err(ErasureError::Find)?;
            swept.seen += page.leads.len();
            swept.unreadable += page.unreadable;
            for lead in &page.leads {
                if let Some(leaver) = self.leaver(lead, rules, now, &mut met, &mut swept).await? {
                    swept.count(&leaver);
                }
            }
            after = page.next;
            if after.is_none() {
                return Ok(swept);
            }
        }
    }

    /// Takes away whose time is up, from where the run before ended. `now` tells the time; `fresh` are 32 random bytes, for a
    /// deployment that has no key yet.
    pub async fn sweep(
        &self,
        now: impl Fn() -> Timestamp,
        bounds: Bounds,
        fresh: [u8; 32],
    ) -> Result<Swept, ErasureError> {
        let Some(rules) = self.policy.retention() else { return Ok(Swept::default()) };
        let key = self.key(fresh).await?;
        let mut swept = Swept { has_rules: true, ..Swept::default() };
        let (mut pass, mut etag) = self.pass().await.map_err(ErasureError::Pass)?;
        let mut met = BTreeSet::new();
        let mut leavers = Vec::new();
        for page in 1.. {
            let after = pass.after.take().map(PageToken);
            let read = self.leads.all(None, after).await.map_err(ErasureError::Find)?;
            swept.seen += read.leads.len();
            swept.unreadable += read.unreadable;
            for lead in &read.leads {
                leavers.extend(self.leaver(lead, rules, now(), &mut met, &mut swept).await?);
            }
            pass.after = read.next.map(|token| token.0);
            let is_over = page >= bounds.pages || bounds.until.is_some_and(|until| now() >= until);
            let is_last = pass.after.is_none() || is_over;
            if leavers.len() >= TOGETHER || is_last {
                self.let_go(&key, std::mem::take(&mut leavers), now(), &mut swept).await?;
                match self.keep_pass(&pass, etag.as_ref()).await.map_err(ErasureError::Pass)? {
                    Some(written) => etag = Some(written),
                    // Another run goes on from here, and is as good as this one.
                    None => return Ok(swept),
                }
            }
            if is_last {
                break;
            }
        }
        swept.is_done = pass.after.is_none();
        Ok(swept)
    }

    /// The person of a lead whose time is up, if that of all their leads is. Each person is met once.
    async fn leaver(
        &self,
        lead: &QueuedLead,
        rules: &Retention,
        now: Timestamp,
        met: &mut BTreeSet<LeadId>,
        swept: &mut Swept,
    ) -> Result<Option<Leaver>, ErasureError> {
        if rules.past(lead, now).is_none() || met.contains(lead.id()) {
            return Ok(None);
        }
        let mut who = Who::of(&Asked::Address(lead.event().email.clone()));
        who.learn(lead, &self.policy);
        self.follow(&mut who).await?;
        met.extend(who.leads.iter().cloned());
        let mut leaver = Leaver {
            who,
            leads: Vec::new(),
            kept_as: Vec::new(),
            heard_at: Timestamp::MIN,
            has_forgotten_events: false,
        };
        for id in &leaver.who.leads {
            // The lead itself, as it is now; an event of theirs leads to one.
            let stored = match self.leads.get(id).await {
                Ok(Some(stored)) => stored,
                Ok(None) => continue,
                Err(error) if error.class() == Class::Poison => {
                    tracing::warn!(lead_id = %id, reason = chain(&error), "whose time is up has a lead that cannot be read");
                    swept.staying += 1;
                    return Ok(None);
                }
                Err(error) => return Err(ErasureError::Find(error)),
            };
            let Some(Past { kept_as, heard_at }) = rules.past(&stored.lead, now) else {
                swept.staying += 1;
                return Ok(None);
            };
            let read = (stored.lead.id().clone(), stored.version);
            leaver.heard_at = leaver.heard_at.max(heard_at);
            leaver.has_forgotten_events |= stored.lead.event_count() > stored.lead.all_events().count();
            if !leaver.leads.contains(&read) {
                leaver.leads.push(read);
                leaver.kept_as.push(kept_as);
            }
        }
        Ok(Some(leaver))
    }

    /// Lets people go together: what vendors told of them at once, then each in one step.
    async fn let_go(
        &self,
        key: &ErasureKey,
        leavers: Vec<Leaver>,
        now: Timestamp,
        swept: &mut Swept,
    ) -> Result<(), ErasureError> {
        if leavers.is_empty() {
            return Ok(());
        }
        let mut all = Who::default();
        for leaver in &leavers {
            all.addresses.extend(leaver.who.addresses.iter().cloned());
            all.leads.extend(leaver.who.leads.iter().cloned());
            all.events.extend(leaver.who.events.iter().cloned());
        }
        // Before anything goes, so that nothing ever goes unnoted.
        let at = format!("erased/{}-by-age.json", now.strftime("%Y-%m-%dT%H%M%S%.9fZ"));
        let mut planned = Swept::default();
        for leaver in &leavers {
            planned.count(leaver);
        }
        let mut line = SweepLine {
            schema_version: Pass::VERSION,
            swept_at: now,
            is_done: false,
            policy: self.policy.hash(),
            people: planned.people,
            leads: &planned.leads,
            taken_away: BTreeMap::new(),
        };
        self.note(&at, &line).await?;
        let mut taken_away = BTreeMap::new();
        for place in places::<X>().into_iter().filter(|place| place.by_age == ByAge::Cleared) {
            let gone = (place.erase)(self, &all).await;
            let gone = gone.map_err(|source| ErasureError::Place { place: place.name, source })?;
            taken_away.insert(place.name, gone);
        }
        self.forget_early_events(&leavers).await?;
        let (before, mut gone) = (swept.people, Swept::default());
        for leaver in &leavers {
            if self.goes(key, leaver).await? {
                gone.count(leaver);
                swept.count(leaver);
            } else {
                swept.staying += 1;
            }
        }
        taken_away.insert("leads", gone.leads.values().sum());
        count(Figure::PeopleAgedOut, swept.people - before);
        line = SweepLine { is_done: true, people: gone.people, leads: &gone.leads, taken_away, ..line };
        self.note(&at, &line).await
    }

    async fn note(&self, at: &str, line: &SweepLine<'_>) -> Result<(), ErasureError> {
        let text = to_json(line).map_err(ErasureError::Write)?;
        let there = self.objects.get(at).await.map_err(ErasureError::Audit)?.map(|object| object.etag);
        self.objects.swap(at, text.into_bytes(), there.as_ref()).await.map_err(ErasureError::Audit)?;
        Ok(())
    }

    /// Takes away what leads to these leads from events that no document names any more. It goes first: should its lead stay after
    /// all, nothing is lost by it, since no queue holds an event for as long as its person was silent.
    async fn forget_early_events(&self, leavers: &[Leaver]) -> Result<(), ErasureError> {
        let with = || leavers.iter().filter(|leaver| leaver.has_forgotten_events).map(|leaver| &leaver.who);
        let leads: BTreeSet<LeadId> = with().flat_map(|who| who.leads.union(&who.events).cloned()).collect();
        if leads.is_empty() {
            return Ok(());
        }
        let sought = Sought { leads, ..Sought::default() };
        let mut next = None;
        loop {
            let page = self.leads.traces(&sought, next).await.map_err(ErasureError::Find)?;
            for trace in page.traces {
                let is_forgotten = matches!(&trace, Trace::Joined(id) if !sought.leads.contains(id));
                if is_forgotten {
                    let gone = self.leads.remove(&trace).await;
                    gone.map_err(|source| ErasureError::Place { place: "links_to_leads", source })?;
                }
            }
            next = page.next;
            if next.is_none() {
                return Ok(());
            }
        }
    }

    /// False where something of theirs was written since it was read.
    async fn goes(&self, key: &ErasureKey, leaver: &Leaver) -> Result<bool, ErasureError> {
        let is_a_lead = |id: &LeadId| leaver.leads.iter().any(|(lead, _)| lead == id);
        let events: BTreeSet<&LeadId> = leaver.who.leads.union(&leaver.who.events).collect();
        let joined = events.iter().filter(|id| !is_a_lead(id)).map(|id| Trace::Joined((*id).clone()));
        let persons = leaver.who.keys.iter().cloned().map(Trace::Person);
        let links: Vec<Trace> = joined.chain(persons).collect();
        let marks: Vec<ErasureMark> = leaver
            .who
            .keys
            .iter()
            .map(|person| key.person(person))
            .chain(events.iter().map(|event| key.event(event)))
            .collect();
        let leaving = Leaving { leads: &leaver.leads, links: &links, marks: &marks, until: leaver.heard_at };
        match self.leads.take_away(leaving).await {
            Ok(gone) => Ok(gone == Replaced::Done),
            // One person whom the table will never let go keeps no other.
            Err(error) if error.class() == Class::Poison => {
                let lead_id = leaver.leads.first().map(|(lead, _)| lead.to_string());
                tracing::error!(lead_id, reason = chain(&error), "whose time is up cannot be taken away");
                Ok(false)
            }
            Err(source) => Err(ErasureError::Place { place: "leads", source }),
        }
    }

    /// Where the pass stands. One that cannot be read begins again: nothing is lost by that.
    async fn pass(&self) -> Result<(Pass, Option<ETag>), PortError> {
        let Some(object) = self.objects.get(PASS).await? else { return Ok((Pass::default(), None)) };
        let pass = from_versioned(&object.bytes).unwrap_or_else(|error| {
            tracing::warn!(reason = chain(&error), "where the sweep stands cannot be read; it begins again");
            Pass::default()
        });
        Ok((pass, Some(object.etag)))
    }

    /// None where another run has written it.
    async fn keep_pass(&self, pass: &Pass, read: Option<&ETag>) -> Result<Option<ETag>, PortError> {
        let pass = Pass { schema_version: Pass::VERSION, ..pass.clone() };
        let text = to_json(&pass).map_err(|error| PortError {
            operation: "noting where the sweep stands",
            class: error.class(),
            source: error.into(),
        })?;
        if self.objects.swap(PASS, text.into_bytes(), read).await? == Swap::Lost {
            return Ok(None);
        }
        Ok(self.objects.get(PASS).await?.map(|object| object.etag))
    }
}

impl Swept {
    /// Takes what a further run did along.
    pub fn add(&mut self, other: Self) {
        self.seen += other.seen;
        self.unreadable += other.unreadable;
        self.people += other.people;
        for (kept_as, leads) in other.leads {
            *self.leads.entry(kept_as).or_default() += leads;
        }
        self.staying = other.staying;
        self.is_done = other.is_done;
    }

    fn count(&mut self, leaver: &Leaver) {
        self.people += 1;
        for kept_as in &leaver.kept_as {
            *self.leads.entry(kept_as.as_str()).or_default() += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use leadlight_policy::Retention;
    use leadlight_ports::memory::{MemoryFacts, MemoryLeads, MemoryObjects, MemoryQueue};

    use crate::outside::Parts;
    use crate::places::{ByAge, places};

    #[test]
    fn whatever_keeps_people_for_a_while_lets_them_go_before_any_rule_may() {
        for place in places::<Parts<MemoryLeads, MemoryFacts, MemoryObjects, MemoryQueue>>() {
            if let ByAge::GoneAfterDays(days) = place.by_age {
                assert!(days <= Retention::LEAST_DAYS, "{}", place.name);
            }
        }
    }
}
