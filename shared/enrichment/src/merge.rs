//! One picture of all that was said: the first provider that is sure of a field, in the order of its group; else who is
//! surest, the form among them. What lost is kept beside it.

use std::fmt::Display;

use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use leadlight_lead::{
    Against, Company, CountryCode, DERIVED, DomainName, Enrichment, FORM, Fact, FactField, FormSubmit,
    Funding, Headcount, Hiring, Intent, Person, READ_FROM_TITLE_CONFIDENCE, ReadField, RevenueRange,
    TYPED_CONFIDENCE, Topic,
};
use leadlight_policy::Policy;
use leadlight_reading::{fold, read_country, read_usd, technology_keys, words_key};

use crate::derived;
use crate::file::{Group, Provider, Vendors};
use crate::findings::Findings;

/// What one provider said, and when it was bought.
#[derive(Clone, Copy)]
pub struct Answer<'a> {
    /// Who said it.
    pub provider: &'a Provider,
    /// When it was fetched.
    pub at: Timestamp,
    /// The facts that its answer holds.
    pub findings: &'a Findings,
}

/// What is known of a lead beside what providers say.
#[derive(Clone, Copy)]
pub struct Around<'a> {
    /// The policy in force, which reads industries and titles.
    pub policy: &'a Policy,
    /// What was sent.
    pub event: &'a FormSubmit,
    /// When that happened: job changes are counted to here.
    pub occurred_at: Timestamp,
    /// The company's domain.
    pub account: Option<&'a DomainName>,
    /// The account of a domain: companies have several.
    pub account_of: &'a (dyn Fn(&DomainName) -> DomainName + Sync),
    /// A change of companies within so many days before the lead counts as recent.
    pub job_change_days: u16,
    /// Now: what the form says is dated by it.
    pub now: Timestamp,
}

/// All that is known, each field by whose word counts.
pub fn merged(around: &Around<'_>, vendors: &Vendors, answers: &[Answer<'_>]) -> Enrichment {
    let mut merge = Merge { around, vendors, answers, against: Vec::new() };
    let company = merge.company();
    let mut person = merge.person();
    person.recently_changed_jobs = merge.job_change(&person);
    Enrichment { company, person, against: merge.against, asked: Vec::new() }
}

struct Merge<'a> {
    around: &'a Around<'a>,
    vendors: &'a Vendors,
    answers: &'a [Answer<'a>],
    against: Vec<Against>,
}

/// A value that somebody says, and from which confidence on they are believed at once.
struct Candidate<T> {
    fact: Fact<T>,
    is_sure: bool,
}

impl Merge<'_> {
    /// The answers in the order in which they count for a field.
    fn in_order(&self, field: FactField) -> Vec<Answer<'_>> {
        let group = Group::ALL.into_iter().find(|group| group.fields().contains(&field));
        let order: Vec<&str> = group
            .and_then(|group| self.vendors.order(group))
            .map(|(_, order)| order.map(Provider::name).collect())
            .unwrap_or_default();
        let mut answers: Vec<Answer<'_>> =
            self.answers.iter().copied().filter(|answer| answer.provider.may_fill(field)).collect();
        let place = |answer: &Answer<'_>| order.iter().position(|name| *name == answer.provider.name());
        answers.sort_by_key(|answer| place(answer).unwrap_or(usize::MAX));
        answers
    }

    fn said<T>(&self, field: FactField, pick: impl Fn(&Findings) -> Option<T>) -> Vec<Candidate<T>> {
        let said = self.in_order(field).into_iter().filter_map(|Answer { provider, at, findings }| {
            let confidence = findings.confidence;
            let fact = Fact {
                value: pick(findings)?,
                provider: provider.name().to_owned(),
                fetched_at: at,
                confidence,
            };
            Some(Candidate { fact, is_sure: confidence >= provider.least_confidence })
        });
        said.collect()
    }

    fn typed<T>(&self, value: Option<T>) -> Option<Candidate<T>> {
        let (provider, fetched_at) = (FORM.to_owned(), self.around.now);
        let fact = Fact { value: value?, provider, fetched_at, confidence: TYPED_CONFIDENCE };
        Some(Candidate { fact, is_sure: false })
    }

    /// Whose word counts; the others that say something else are kept.
    fn choose<T: PartialEq>(
        &mut self,
        field: FactField,
        said: Vec<Candidate<T>>,
        show: impl Fn(&T) -> String,
    ) -> Option<Fact<T>> {
        let best = |best: usize, at: usize| {
            if said[at].fact.confidence > said[best].fact.confidence { at } else { best }
        };
        let first_sure = said.iter().position(|one| one.is_sure);
        let chosen = first_sure.or_else(|| (0..said.len()).reduce(best))?;
        let mut won = None;
        let mut lost = Vec::new();
        for (at, Candidate { fact, .. }) in said.into_iter().enumerate() {
            if at == chosen { won = Some(fact) } else { lost.push(fact) }
        }
        // `Acme` and `acme` are no contradiction; `1000+` and `1000` are one.
        let is_other = |fact: &Fact<T>| {
            won.as_ref().is_some_and(|won| {
                won.value != fact.value && fold(&show(&won.value)) != fold(&show(&fact.value))
            })
        };
        let lost: Vec<Fact<T>> = lost.into_iter().filter(is_other).collect();
        self.lost(field, lost.into_iter(), show);
        won
    }

    fn lost<T>(
        &mut self,
        field: FactField,
        lost: impl Iterator<Item = Fact<T>>,
        show: impl Fn(&T) -> String,
    ) {
        self.against.extend(lost.map(|Fact { value, provider, fetched_at, confidence }| Against {
            field,
            value: shortened(&show(&value)),
            provider,
            fetched_at,
            confidence,
        }));
    }

    fn field<T: PartialEq>(
        &mut self,
        field: FactField,
        pick: impl Fn(&Findings) -> Option<T>,
        typed: Option<T>,
        show: impl Fn(&T) -> String,
    ) -> Option<Fact<T>> {
        let mut said = self.said(field, pick);
        said.extend(self.typed(typed));
        self.choose(field, said, show)
    }

    fn company(&mut self) -> Company {
        let event = self.around.event;
        let employees = event.typed(ReadField::Size).and_then(|text| Headcount::read(&text));
        let revenue_usd = event.typed(ReadField::Revenue).and_then(|text| read_usd(&text));
        let name = event.company.clone();
        Company {
            name: self.field(FactField::CompanyName, |f| f.company.name.clone(), name, Clone::clone),
            industry: self.industry(),
            employees: self.field(FactField::Employees, |f| f.company.employees, employees, text),
            revenue_usd: self.field(FactField::RevenueUsd, |f| f.company.revenue_usd, revenue_usd, text),
            revenue_range: self.field(FactField::RevenueRange, |f| f.company.revenue_range, None, range),
            country: self.country(),
            technologies: self.field(
                FactField::Technologies,
                |f| tools(f.company.technologies.as_deref()?),
                None,
                |tools| tools.join(", "),
            ),
            intent: self.field(FactField::Intent, |f| f.company.intent.clone().map(with_keys), None, intent),
            naics: self.field(FactField::Naics, |f| f.company.naics.clone(), None, Clone::clone),
            funding: self.field(FactField::Funding, |f| f.company.funding.clone(), None, raised),
            headcount_growth: self.field(
                FactField::HeadcountGrowth,
                |f| f.company.headcount_growth,
                None,
                |share| format!("{:+.0} %", share * 100.0),
            ),
            hiring: self.field(FactField::Hiring, |f| f.company.hiring.clone(), None, |open| hiring(open)),
        }
    }

    /// A country by the end of a domain or a telephone number comes last, and loses to any that is surer.
    fn country(&mut self) -> Option<Fact<CountryCode>> {
        let Around { event, account, now, .. } = *self.around;
        let typed = event.country.as_deref().and_then(read_country);
        let mut said = self.said(FactField::Country, |f| f.company.country);
        said.extend(self.typed(typed));
        let supposed = derived::country(account, event.phone.as_deref());
        said.extend(supposed.map(|(value, confidence)| Candidate {
            fact: Fact { value, provider: DERIVED.to_owned(), fetched_at: now, confidence },
            is_sure: false,
        }));
        self.choose(FactField::Country, said, text)
    }

    /// An industry as the policy understands it: `COMPUTER_SOFTWARE` becomes `software`. Who says one that is understood
    /// goes before everyone who does not; a form's that is not is no fact, and stays in the event.
    fn industry(&mut self) -> Option<Fact<String>> {
        let policy = self.around.policy;
        let read = |text: &str| policy.industry(text).industry().map(str::to_owned);
        let by_code = |f: &Findings| read(&format!("NAICS {}", f.company.naics.as_deref()?));
        let typed = self.around.event.industry.as_deref().and_then(read);
        let understood = |f: &Findings| f.company.industry.as_deref().and_then(read).or_else(|| by_code(f));
        let mut said = self.said(FactField::Industry, understood);
        said.extend(self.typed(typed));
        let unread = self.said(FactField::Industry, |f| match understood(f) {
            Some(_) => None,
            None => f.company.industry.clone(),
        });
        if said.is_empty() {
            return self.choose(FactField::Industry, unread, Clone::clone);
        }
        // They lost unread, and people see what was said.
        self.lost(FactField::Industry, unread.into_iter().map(|one| one.fact), Clone::clone);
        self.choose(FactField::Industry, said, Clone::clone)
    }

    fn person(&mut self) -> Person {
        let typed = self.around.event.title.clone();
        let title = self.field(FactField::Title, |f| f.person.title.clone(), typed, Clone::clone);
        let read =
            title.as_ref().map(|title| self.around.policy.read_title(&title.value)).unwrap_or_default();
        let mut function = self.said(FactField::Function, |f| f.person.function);
        function.extend(from_title(title.as_ref(), read.function));
        let mut seniority = self.said(FactField::Seniority, |f| f.person.seniority);
        seniority.extend(from_title(title.as_ref(), read.seniority));
        Person {
            function: self.choose(FactField::Function, function, word),
            seniority: self.choose(FactField::Seniority, seniority, word),
            title,
            role_since: self.field(FactField::RoleSince, |f| f.person.role_since, None, text),
            employer: self.field(FactField::Employer, |f| f.person.employer.clone(), None, text),
            employer_since: self.field(FactField::EmployerSince, |f| f.person.employer_since, None, text),
            recently_changed_jobs: None,
        }
    }

    /// They work for another company than their address says, or came to it within the policy's window; else what a
    /// provider says itself.
    fn job_change(&mut self, person: &Person) -> Option<Fact<bool>> {
        let day = TimeZone::UTC.to_datetime(self.around.occurred_at).date();
        let window = i32::from(self.around.job_change_days).days();
        let elsewhere = person.employer.as_ref().zip(self.around.account).map(|(employer, account)| {
            let account_of = self.around.account_of;
            is(employer, account_of(&employer.value) != account_of(account))
        });
        let lately = person.employer_since.as_ref().map(|since| {
            let from = day.checked_sub(window).unwrap_or(day);
            is(since, since.value >= from && since.value <= day)
        });
        if let Some(elsewhere) = elsewhere.filter(|elsewhere| elsewhere.value) {
            return Some(elsewhere);
        }
        lately.or_else(|| {
            let said = self.said(FactField::RecentlyChangedJobs, |f| f.person.recently_changed_jobs);
            self.choose(FactField::RecentlyChangedJobs, said, text)
        })
    }
}

/// What a title says is as good as who said the title, and no better than rules that read it.
fn from_title<T>(title: Option<&Fact<String>>, read: Option<T>) -> Option<Candidate<T>> {
    let Fact { provider, fetched_at, confidence, .. } = title?;
    let confidence = confidence.min(READ_FROM_TITLE_CONFIDENCE);
    let fact = Fact { value: read?, provider: provider.clone(), fetched_at: *fetched_at, confidence };
    Some(Candidate { fact, is_sure: false })
}

/// Another value of the same origin.
fn is<T>(of: &Fact<T>, value: bool) -> Fact<bool> {
    Fact { value, provider: of.provider.clone(), fetched_at: of.fetched_at, confidence: of.confidence }
}

/// A value that lost is for people to read.
fn shortened(value: &str) -> String {
    value.chars().take(120).collect()
}

fn text(value: &impl Display) -> String {
    value.to_string()
}

fn word(value: &impl serde::Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

fn range(range: &RevenueRange) -> String {
    match range.to_usd {
        Some(to) => format!("{} to {to}", range.from_usd),
        None => format!("{} or more", range.from_usd),
    }
}

fn raised(funding: &Funding) -> String {
    let Funding { total_usd, latest_round, latest_at } = funding;
    let parts =
        [total_usd.map(|usd| usd.to_string()), latest_round.clone(), latest_at.map(|day| day.to_string())];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

fn intent(intent: &Intent) -> String {
    let topics = intent.topics.iter().map(|topic| format!("{} {:.0}", topic.name, topic.score));
    topics.collect::<Vec<_>>().join(", ")
}

fn hiring(open: &[Hiring]) -> String {
    open.iter().map(|one| format!("{} {}", one.openings, word(&one.function))).collect::<Vec<_>>().join(", ")
}

/// Tools by their keys. No tool is "none", and names that say nothing are not.
fn tools(names: &[String]) -> Option<Vec<String>> {
    let keys = technology_keys(names.iter().map(String::as_str));
    (names.is_empty() || !keys.is_empty()).then_some(keys)
}

fn with_keys(mut intent: Intent) -> Intent {
    for topic in &mut intent.topics {
        topic.name = words_key(&topic.name);
    }
    intent.topics.retain(|Topic { name, score }| !name.is_empty() && (0.0..=100.0).contains(score));
    intent
}

#[cfg(test)]
mod tests;
