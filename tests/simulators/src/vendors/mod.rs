//! Vendors of facts about companies and people, as they answer in the world.
//!
//! | To do | Call |
//! |---|---|
//! | say what there is to know | [`World::sample`], or [`World`] with companies and people of one's own |
//! | have the vendors on this machine's loopback interface | [`Simulator::start`](crate::Simulator::start) with [`Vendors`], each below its name |
//! | have them without a socket | [`Behind::take`] of [`Vendors`] |
//! | have them asked | [`file()`] |
//! | have something go wrong | [`Vendors::set_trouble`], [`Vendors::mark`], [`Vendors::set_script`] |
//! | see what was asked, and what it cost | [`Vendors::calls`], [`Vendors::paid`], [`Vendors::spent_usd_micros`] |
//!
//! No vendor knows everything, so that a search goes on from one to the next. Who knows what follows from the company's
//! domain or the person's address alone, and is the same in every run.

mod apollo;
mod bombora;
mod builtwith;
mod clearbit;
mod file;
mod people_data_labs;
mod six_sense;
mod trouble;
mod words;
mod world;

use std::collections::BTreeMap;

pub use file::file;
pub use trouble::{Asked, Script, Trouble};
pub use world::World;

use crate::{Answer, Behind, Received};

/// A vendor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Vendor {
    /// Companies and people: all companies that there are, most people.
    PeopleDataLabs,
    /// Companies and people: six companies of ten, some with gaps; every person that People Data Labs does not know.
    Apollo,
    /// Companies and people: every company that Apollo does not know, and half of the others.
    Clearbit,
    /// Technologies of a company, those that it gave up among them.
    BuiltWith,
    /// Companies: how much those research lead scoring that research nothing else.
    Bombora,
    /// Companies, by a person of them: what all of them research as of today, and how near to buying they are.
    SixSense,
}

/// Whom a question is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// A company by a domain.
    Company(String),
    /// A person by an address.
    Person(String),
}

/// A question as it was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// Who was asked.
    pub vendor: Vendor,
    /// About whom; none where the request only leads to the question, or is not one of this vendor's.
    pub subject: Option<Subject>,
    /// The answer's status.
    pub status: u16,
    /// What it cost, in millionths of a US dollar.
    pub usd_micros: u64,
}

/// How a vendor speaks.
struct Manner {
    /// The key that came with a request.
    key: fn(&Received) -> Option<String>,
    /// The answer to a request that only leads to the question, such as one for a token: free, and always well.
    leads_on: fn(&Received) -> Option<Answer>,
    /// About whom it is, if it is a question that the vendor knows.
    subject: fn(&Received) -> Option<Subject>,
    /// What is said; none where the vendor does not know the subject.
    known: fn(&World, &Received, &Subject) -> Option<serde_json::Value>,
    /// What is said of someone it does not know.
    unknown: fn(&Subject) -> Answer,
    /// The body beside a status that is no success.
    error: fn(u16) -> Answer,
}

/// Of a vendor that answers in one.
fn no_step(_: &Received) -> Option<Answer> {
    None
}

impl Vendor {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::PeopleDataLabs, Self::Apollo, Self::Clearbit, Self::BuiltWith, Self::Bombora, Self::SixSense];

    /// The name that its kind has in the vendors file, and its path.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::PeopleDataLabs => "people-data-labs",
            Self::Apollo => "apollo",
            Self::Clearbit => "clearbit",
            Self::BuiltWith => "builtwith",
            Self::Bombora => "bombora",
            Self::SixSense => "6sense",
        }
    }

    /// What an answer costs, in millionths of a US dollar: invented, of the order of list prices.
    pub fn price_usd_micros(self) -> u64 {
        match self {
            Self::PeopleDataLabs => 100_000,
            Self::Apollo => 30_000,
            Self::Clearbit => 80_000,
            Self::BuiltWith => 20_000,
            Self::Bombora => 50_000,
            Self::SixSense => 60_000,
        }
    }

    /// Whether it also charges where it knows nothing.
    pub fn charges_misses(self) -> bool {
        self == Self::BuiltWith
    }

    fn manner(self) -> &'static Manner {
        match self {
            Self::PeopleDataLabs => &people_data_labs::MANNER,
            Self::Apollo => &apollo::MANNER,
            Self::Clearbit => &clearbit::MANNER,
            Self::BuiltWith => &builtwith::MANNER,
            Self::Bombora => &bombora::MANNER,
            Self::SixSense => &six_sense::MANNER,
        }
    }
}

impl Subject {
    /// The domain or the address.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Company(text) | Self::Person(text) => text,
        }
    }
}

impl World {
    /// What a vendor answers that a request has come to with a key it knows, and that nothing is wrong with.
    pub fn answer(&self, vendor: Vendor, request: &Received) -> Answer {
        let manner = vendor.manner();
        if let Some(step) = (manner.leads_on)(request) {
            return step;
        }
        let Some(subject) = (manner.subject)(request) else { return (manner.error)(404) };
        (manner.known)(self, request, &subject)
            .map_or_else(|| (manner.unknown)(&subject), |known| Answer::new(200, known))
    }
}

/// All vendors, each below its name: `/apollo/api/v1/people/match`.
pub struct Vendors {
    /// What there is to know.
    pub world: World,
    key: String,
    of_vendor: BTreeMap<Vendor, Trouble>,
    marked: BTreeMap<(Vendor, String), Trouble>,
    script: Script,
    calls: Vec<Call>,
}

impl std::fmt::Debug for Vendors {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Vendors({} calls)", self.calls.len())
    }
}

impl Vendors {
    /// They know this world, all take this key, and nothing goes wrong.
    pub fn new(world: World, key: &str) -> Self {
        Self {
            world,
            key: key.to_owned(),
            of_vendor: BTreeMap::new(),
            marked: BTreeMap::new(),
            script: Box::new(|_| None),
            calls: Vec::new(),
        }
    }

    /// From now on only this key is taken.
    pub fn set_key(&mut self, key: &str) {
        key.clone_into(&mut self.key);
    }

    /// From now on this goes wrong with every question to a vendor; none sets it right.
    pub fn set_trouble(&mut self, vendor: Vendor, trouble: Option<Trouble>) {
        match trouble {
            Some(trouble) => self.of_vendor.insert(vendor, trouble),
            None => self.of_vendor.remove(&vendor),
        };
    }

    /// From now on this goes wrong with every question to a vendor about a domain or an address, whatever else is set.
    pub fn mark(&mut self, vendor: Vendor, subject: &str, trouble: Trouble) {
        self.marked.insert((vendor, subject.to_lowercase()), trouble);
    }

    /// From now on this chooses what goes wrong where neither vendor nor subject is marked.
    pub fn set_script(&mut self, script: Script) {
        self.script = script;
    }

    /// What was asked, in order.
    pub fn calls(&self) -> &[Call] {
        &self.calls
    }

    /// How many answers of a vendor were paid for.
    pub fn paid(&self, vendor: Vendor) -> usize {
        self.calls.iter().filter(|call| call.vendor == vendor && call.usd_micros > 0).count()
    }

    /// What all answers cost so far, in millionths of a US dollar.
    pub fn spent_usd_micros(&self) -> u64 {
        self.calls.iter().map(|call| call.usd_micros).sum()
    }

    fn trouble(&self, vendor: Vendor, subject: &Subject) -> Option<Trouble> {
        let before = || self.calls.iter().filter(|call| call.vendor == vendor);
        let times = before().filter(|call| call.subject.as_ref() == Some(subject)).count();
        let asked = Asked { vendor, subject, nth: before().count(), times };
        let marked = self.marked.get(&(vendor, subject.as_str().to_owned()));
        let chosen = marked.or_else(|| self.of_vendor.get(&vendor)).cloned();
        chosen.or_else(|| (self.script)(&asked)).filter(|trouble| trouble.befalls(times))
    }

    /// What is answered, and whether it is paid for.
    fn answered(&self, vendor: Vendor, request: &Received, subject: Option<&Subject>) -> (Answer, bool) {
        let manner = vendor.manner();
        if (manner.key)(request).is_none_or(|key| key != self.key) {
            return ((manner.error)(401), false);
        }
        if let Some(step) = (manner.leads_on)(request) {
            return (step, false);
        }
        let Some(subject) = subject else { return ((manner.error)(404), false) };
        let trouble = self.trouble(vendor, subject);
        if let Some(instead) = trouble.as_ref().and_then(|trouble| trouble.instead(manner, subject)) {
            return (instead, false);
        }
        let other =
            || self.world.others(subject).find_map(|other| (manner.known)(&self.world, request, &other));
        let known = match trouble {
            Some(Trouble::OtherSubject) => other(),
            _ => (manner.known)(&self.world, request, subject),
        };
        let is_paid = known.is_some() || vendor.charges_misses();
        let answer = match (known, &trouble) {
            (Some(known), Some(trouble)) => trouble.spoilt(known),
            (Some(known), None) => Answer::new(200, known),
            (None, Some(Trouble::Slow(delay))) => Answer { delay: *delay, ..(manner.unknown)(subject) },
            (None, _) => (manner.unknown)(subject),
        };
        (answer, is_paid)
    }
}

impl Behind for Vendors {
    fn take(&mut self, request: &Received) -> Answer {
        let path = request.path.trim_start_matches('/');
        let (name, rest) = path.split_once('/').unwrap_or((path, ""));
        let Some(vendor) = Vendor::ALL.into_iter().find(|vendor| vendor.as_str() == name) else {
            return Answer::text(404, "no vendor of this name".to_owned());
        };
        let request = Received { path: format!("/{rest}"), ..request.clone() };
        let subject = (vendor.manner().subject)(&request);
        let (answer, is_paid) = self.answered(vendor, &request, subject.as_ref());
        let usd_micros = if is_paid { vendor.price_usd_micros() } else { 0 };
        self.calls.push(Call { vendor, subject, status: answer.status, usd_micros });
        answer
    }
}

#[cfg(test)]
mod tests;
