//! Who is asked next: a pure function of the file, of who the lead is, and of what was answered so far.

use std::collections::BTreeMap;

use leadlight_lead::{About, Consent, CountryCode, DomainName, EmailAddress, EmailKind, FactField};

use crate::file::{Group, Provider, Vendors};
use crate::findings::Findings;
use crate::vendor::{Said, Subject};

/// Who a lead is, as far as it decides who may be asked about them.
#[derive(Clone, Copy)]
pub struct Who<'a> {
    /// Their address.
    pub email: &'a EmailAddress,
    /// What kind it is.
    pub email_kind: EmailKind,
    /// Their company's domain, where one is known that is no mailbox provider's.
    pub domain: Option<&'a DomainName>,
    /// Their country, as the form says.
    pub country: Option<CountryCode>,
    /// What they consented to, or did not.
    pub consents: &'a [Consent],
    /// A test, which goes nowhere.
    pub is_test: bool,
    /// The policy turns them down already, whatever else is known.
    pub is_disqualified: bool,
}

/// The next question.
#[derive(Clone, Copy)]
pub struct Next<'a> {
    /// Whom to ask.
    pub provider: &'a Provider,
    /// About whom.
    pub subject: Subject<'a>,
}

/// What a provider knows of somebody.
enum Known {
    Nothing,
    Facts(Box<Findings>),
    /// Whatever it may fill: supposed, to say what a lead costs at least.
    All,
}

/// The way of one lead through the vendors.
pub struct Waterfall<'a> {
    vendors: &'a Vendors,
    who: Who<'a>,
    /// Whom questions may be about; anybody where it is none.
    only: Option<About>,
    /// What was answered, by provider and whom it is about.
    heard: BTreeMap<(&'a str, About), Known>,
}

impl<'a> Waterfall<'a> {
    /// Before anybody was asked.
    pub fn new(vendors: &'a Vendors, who: Who<'a>) -> Self {
        Self { vendors, who, only: None, heard: BTreeMap::new() }
    }

    /// The same, of the company or of the person alone.
    #[must_use]
    pub fn only(self, about: Option<About>) -> Self {
        Self { only: about, ..self }
    }

    /// Why nobody is asked about this lead, for people; none where somebody may be.
    pub fn nobody_since(&self) -> Option<&'static str> {
        let never = self.vendors.never();
        let accepted =
            |id: &String| self.who.consents.iter().any(|consent| consent.id == *id && consent.accepted);
        if self.who.is_test {
            Some("it is a test")
        } else if self.who.is_disqualified {
            Some("the policy disqualifies it already")
        } else if self.who.country.is_some_and(|country| never.countries.contains(&country)) {
            Some("the vendors file leaves its country out")
        } else if never.without_consent.as_ref().is_some_and(|id| !accepted(id)) {
            Some("the consent that the vendors file asks for was not given")
        } else {
            None
        }
    }

    /// Who is to be asked now: at most one provider a group, and all of these may be asked at once. None where nobody
    /// can tell anything more.
    pub fn next(&self) -> Vec<Next<'a>> {
        if self.nobody_since().is_some() {
            return Vec::new();
        }
        let mut next: Vec<Next<'a>> = Vec::new();
        for group in Group::ALL {
            let Some(one) = self.next_of(group) else { continue };
            let is_there = next.iter().any(|other| {
                other.provider.name() == one.provider.name() && other.subject.about() == one.subject.about()
            });
            if !is_there {
                next.push(one);
            }
        }
        next
    }

    /// Takes in what a provider said: nobody asks it again.
    pub fn heard(&mut self, provider: &'a Provider, about: About, said: Said) {
        let known = match said {
            Said::Facts(findings) => Known::Facts(findings),
            Said::Unknown | Said::Nothing(_) => Known::Nothing,
        };
        self.heard.insert((provider.name(), about), known);
    }

    /// Supposes that a provider knows all that it may tell, to say what a lead costs at least.
    pub fn suppose_it_knows(&mut self, provider: &'a Provider, about: About) {
        self.heard.insert((provider.name(), about), Known::All);
    }

    fn next_of(&self, group: Group) -> Option<Next<'a>> {
        let (fields, mut order) = self.vendors.order(group)?;
        let unknown: Vec<FactField> =
            fields.iter().copied().filter(|field| !self.is_settled(*field)).collect();
        order.find_map(|provider| {
            let subject = self.subject(provider, group)?;
            if self.only.is_some_and(|only| only != subject.about()) {
                return None;
            }
            let was_asked = self.heard.contains_key(&(provider.name(), subject.about()));
            let may_help = unknown.iter().any(|field| provider.may_fill(*field));
            (!was_asked && may_help).then_some(Next { provider, subject })
        })
    }

    /// Whether somebody knows a field surely enough.
    fn is_settled(&self, field: FactField) -> bool {
        self.heard.iter().any(|((name, _), known)| {
            let provider = self.vendors.provider(name).filter(|provider| provider.may_fill(field));
            provider.is_some_and(|provider| match known {
                Known::Nothing => false,
                Known::Facts(facts) => facts.has(field) && facts.confidence >= provider.least_confidence,
                Known::All => true,
            })
        })
    }

    /// Whom a provider is asked about for a group: about the company where it can be, else about the person whose
    /// answer holds the company as well.
    fn subject(&self, provider: &Provider, group: Group) -> Option<Subject<'a>> {
        let Who { email, email_kind, domain, .. } = self.who;
        let company = || domain.filter(|_| provider.asks(About::Company)).map(Subject::Company);
        let may_name_person =
            provider.asks(About::Person) && !self.vendors.never().email_kinds.contains(&email_kind);
        let person = || may_name_person.then_some(Subject::Person(email, domain));
        match group.about() {
            About::Company if provider.asks(About::Company) => company(),
            About::Company | About::Person => person(),
        }
    }
}
