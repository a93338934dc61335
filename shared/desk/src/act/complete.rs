//! Completing a record: what people write goes before what vendors say, until they take it back.

use std::collections::BTreeMap;

use jiff::Timestamp;
use leadlight_lead::{ByHand, Fact, FactField, Happening, Headcount, Role, from_json};
use leadlight_policy::Policy;
use leadlight_reading::{
    clean, is_nothing, likely_countries, read_country, read_usd, technology_keys, words_key,
};
use serde::de::DeserializeOwned;

use super::Desk;
use crate::done::Done;
use crate::refusal::{FieldProblem, Refusal};

/// Characters of a name or a title: longer than any that people write.
const MOST_CHARACTERS: usize = 120;
/// Tools that one record names by hand, and characters of each.
const MOST_TOOLS: usize = 40;
const MOST_TOOL_CHARACTERS: usize = 40;

impl Desk<'_> {
    /// Who could take a lead may complete its record: it waits for them, it is not another's, and nobody else works on
    /// it.
    pub(super) fn may_complete(&self) -> Result<(), Refusal> {
        self.allowed(self.queue()?)?;
        let work = &self.lead.work;
        match &work.claim {
            Some(claim) if claim.is_live(self.now) && claim.holder != self.by.id => {
                return Err(Refusal::HeldByOther { holder: claim.holder.clone(), until: claim.until });
            }
            _ => {}
        }
        match &work.owner {
            Some(owner) if *owner != self.by.id && self.by.role != Role::Manager => {
                Err(Refusal::NotYours { owner: owner.clone() })
            }
            _ => Ok(()),
        }
    }

    pub(super) fn complete(
        &self,
        fields: &BTreeMap<FactField, String>,
        note: Option<String>,
    ) -> Result<Done, Refusal> {
        self.may_complete()?;
        let Writing { by_hand, wrote, took_back, .. } = self.writing(fields)?;
        if wrote.is_empty() && took_back.is_empty() {
            return Err(Refusal::NothingWritten);
        }
        let mut lead = self.changed();
        lead.work.by_hand = by_hand;
        self.write(&mut lead, Happening::Completed { wrote, took_back }, note)?;
        Ok(Done::plain(lead))
    }

    /// Whether all of it stands there already.
    pub(super) fn is_written(&self, fields: &BTreeMap<FactField, String>) -> bool {
        self.writing(fields).is_ok_and(|writing| writing.wrote.is_empty() && writing.took_back.is_empty())
    }

    /// The record with what was written; all that cannot be read is told at once.
    fn writing(&self, fields: &BTreeMap<FactField, String>) -> Result<Writing, Refusal> {
        let mut writing = Writing {
            by_hand: self.lead.work.by_hand.clone(),
            at: self.now,
            wrote: vec![],
            took_back: vec![],
            problems: vec![],
        };
        for (field, text) in fields {
            writing.field(*field, &clean(text), self.policy);
        }
        if !writing.problems.is_empty() {
            return Err(Refusal::NotRead { problems: writing.problems });
        }
        writing.read_title(self.policy);
        Ok(writing)
    }
}

/// A record while someone writes in it.
struct Writing {
    by_hand: ByHand,
    at: Timestamp,
    wrote: Vec<FactField>,
    took_back: Vec<FactField>,
    problems: Vec<FieldProblem>,
}

type Read<T> = Result<T, &'static str>;

impl Writing {
    /// Takes one field in. Nothing at all takes back what was written there.
    fn field(&mut self, field: FactField, text: &str, policy: &Policy) {
        match field {
            FactField::CompanyName => self.put(field, text, words, |by_hand| &mut by_hand.company_name),
            FactField::Industry => {
                let read = |text: &str| {
                    let known = policy.industry(text).industry().map(str::to_owned);
                    known.ok_or("is no industry that is understood: choose one of the list")
                };
                self.put(field, text, read, |by_hand| &mut by_hand.industry);
            }
            FactField::Employees => self.put(field, text, employees, |by_hand| &mut by_hand.employees),
            FactField::RevenueUsd => {
                let what = "is no yearly revenue in US dollars: write 12000000, or $12M";
                let read = |text: &str| read_usd(text).ok_or(what);
                self.put(field, text, read, |by_hand| &mut by_hand.revenue_usd);
            }
            FactField::Country => self.put(field, text, country, |by_hand| &mut by_hand.country),
            FactField::Technologies => self.put(field, text, tools, |by_hand| &mut by_hand.technologies),
            FactField::Title => self.put(field, text, words, |by_hand| &mut by_hand.title),
            FactField::Function => self.put(field, text, named, |by_hand| &mut by_hand.function),
            FactField::Seniority => self.put(field, text, named, |by_hand| &mut by_hand.seniority),
            FactField::RevenueRange
            | FactField::Intent
            | FactField::Naics
            | FactField::Funding
            | FactField::HeadcountGrowth
            | FactField::Hiring
            | FactField::RoleSince
            | FactField::Employer
            | FactField::EmployerSince
            | FactField::RecentlyChangedJobs => self.problem(field, "is not written by hand"),
        }
    }

    fn problem(&mut self, field: FactField, what: &'static str) {
        self.problems.push(FieldProblem { field, what });
    }

    /// A form says all its fields: what stands there already is not written again.
    fn put<T: PartialEq>(
        &mut self,
        field: FactField,
        text: &str,
        read: impl Fn(&str) -> Read<T>,
        place: fn(&mut ByHand) -> &mut Option<Fact<T>>,
    ) {
        let value = match text {
            "" => None,
            text if is_nothing(text) => {
                return self.problem(field, "says that it is not known: leave it empty instead");
            }
            text => match read(text) {
                Ok(value) => Some(value),
                Err(what) => return self.problem(field, what),
            },
        };
        let fact = place(&mut self.by_hand);
        let before = fact.take().filter(ByHand::is_written);
        match (before, value) {
            (Some(before), Some(value)) if before.value == value => *fact = Some(before),
            (_, Some(value)) => {
                *fact = Some(ByHand::written(value, self.at));
                self.wrote.push(field);
            }
            (Some(_), None) => self.took_back.push(field),
            (None, None) => {}
        }
    }

    /// What the title says that was written, where function and seniority were not: the title that a vendor knows is
    /// overruled, and with it what it said.
    fn read_title(&mut self, policy: &Policy) {
        fn imply<T>(fact: &mut Option<Fact<T>>, read: Option<T>, at: Timestamp) {
            if !fact.as_ref().is_some_and(ByHand::is_written) {
                *fact = read.map(|value| ByHand::read_from_title(value, at));
            }
        }
        let title = self.by_hand.title.as_ref();
        let at = title.map_or(self.at, |title| title.fetched_at);
        let read = title.map(|title| policy.read_title(&title.value)).unwrap_or_default();
        imply(&mut self.by_hand.function, read.function, at);
        imply(&mut self.by_hand.seniority, read.seniority, at);
    }
}

/// A name or a title.
fn words(text: &str) -> Read<String> {
    if text.chars().count() > MOST_CHARACTERS {
        return Err("is longer than 120 characters");
    }
    if text.chars().any(char::is_control) || !text.chars().any(char::is_alphanumeric) {
        return Err("has no words that can be read");
    }
    Ok(text.to_owned())
}

fn employees(text: &str) -> Read<Headcount> {
    Headcount::read(text).ok_or("is no number of employees: write 250, or a range such as 201-500")
}

fn country(text: &str) -> Read<leadlight_lead::CountryCode> {
    read_country(text).ok_or(if likely_countries(text).len() > 1 {
        "may be several countries: write its two-letter code"
    } else {
        "is no country that is known: write its name, or its two-letter code"
    })
}

/// Tools between commas, by their keys: each once, in the order of the alphabet.
fn tools(text: &str) -> Read<Vec<String>> {
    let tools = technology_keys(text.split([',', ';']));
    if tools.is_empty() {
        return Err("has no words that can be read");
    }
    if tools.len() > MOST_TOOLS || tools.iter().any(|tool| tool.chars().count() > MOST_TOOL_CHARACTERS) {
        return Err("takes up to 40 tools of 40 characters, with commas between them");
    }
    Ok(tools)
}

/// One of a list, by its name there: `c_level`, or in words.
fn named<T: DeserializeOwned>(text: &str) -> Read<T> {
    let name = words_key(text).replace('-', "_");
    from_json(format!("\"{name}\"").as_bytes()).map_err(|_| "is not one of the list")
}
