//! One picture of a person from all their events: whatever the order in which they came, it is the same.
//!
//! Events stand in the order in which they happened. A later word goes before an earlier one, what is known is never
//! replaced by what is not, and what a provider found goes before what anybody typed. What a person did stays with each
//! event, since it counts by what its own source may say.

use super::EnrichedLead;
use crate::enrichment::{BY_HAND, Company, Enrichment, FORM, Fact, Person};
use crate::event::FormSubmit;
use crate::ids::{ContentHash, LeadId};
use leadlight_reading::EmailKind;

impl EnrichedLead {
    /// The picture of a lead from the events that became it, under its id and the hash of its first one's content.
    /// What the policy says of it, completeness and hash, is the latest event's: whoever unites judges anew. None
    /// where there are no events.
    pub(crate) fn picture(lead_id: LeadId, content_hash: ContentHash, oldest_first: &[Self]) -> Option<Self> {
        let mut picture = oldest_first.iter().cloned().reduce(|earlier, later| later.after(&earlier))?;
        picture.submitted.event.is_test = oldest_first.iter().all(|event| event.event().is_test);
        picture.submitted.received_at = oldest_first.iter().map(|e| e.submitted.received_at).max()?;
        picture.enriched_at = oldest_first.iter().map(|event| event.enriched_at).max()?;
        picture.submitted.lead_id = lead_id;
        picture.submitted.content_hash = content_hash;
        Some(picture)
    }

    /// A later event, with what only an earlier one knew.
    pub(crate) fn after(mut self, earlier: &Self) -> Self {
        self.submitted.event.occurred_at = Some(self.occurred_at());
        // Their address at work says more than a private one that they used later.
        if is_works(earlier.email_kind) && !is_works(self.email_kind) {
            self.email_kind = earlier.email_kind;
            self.submitted.event.email = earlier.event().email.clone();
            if earlier.account_domain.is_some() {
                self.account_domain.clone_from(&earlier.account_domain);
            }
        }
        fill(&mut self.account_domain, &earlier.account_domain);
        fill(&mut self.group, &earlier.group);
        fill_event(&mut self.submitted.event, earlier.event());
        self.enrichment.fill_gaps(&earlier.enrichment);
        let Enrichment { against, asked, .. } = &mut self.enrichment;
        // Of the vendors only the latest round is told: earlier ones stand with their events.
        if asked.is_empty() {
            asked.clone_from(&earlier.enrichment.asked);
            against.clone_from(&earlier.enrichment.against);
        }
        self
    }
}

impl Enrichment {
    /// Takes facts in where nothing better is known.
    pub fn fill_gaps(&mut self, from: &Self) {
        fill_company(&mut self.company, &from.company);
        fill_person(&mut self.person, &from.person);
    }
}

fn is_works(kind: EmailKind) -> bool {
    matches!(kind, EmailKind::Business | EmailKind::Academic)
}

#[expect(clippy::ref_option, reason = "the same field of two values, as it stands in both")]
fn fill<T: Clone>(later: &mut Option<T>, earlier: &Option<T>) {
    if later.is_none() {
        later.clone_from(earlier);
    }
}

fn fill_event(later: &mut FormSubmit, earlier: &FormSubmit) {
    // What is the event's own, its ids, its form, where it came from and what was done, stays its own.
    fill(&mut later.first_name, &earlier.first_name);
    fill(&mut later.last_name, &earlier.last_name);
    fill(&mut later.phone, &earlier.phone);
    fill(&mut later.title, &earlier.title);
    fill(&mut later.company, &earlier.company);
    fill(&mut later.website, &earlier.website);
    fill(&mut later.country, &earlier.country);
    fill(&mut later.employees, &earlier.employees);
    fill(&mut later.revenue_usd, &earlier.revenue_usd);
    fill(&mut later.industry, &earlier.industry);
    fill(&mut later.message, &earlier.message);
}

fn fill_company(later: &mut Company, earlier: &Company) {
    fill_fact(&mut later.name, &earlier.name);
    fill_fact(&mut later.industry, &earlier.industry);
    fill_fact(&mut later.employees, &earlier.employees);
    fill_fact(&mut later.revenue_usd, &earlier.revenue_usd);
    fill_fact(&mut later.revenue_range, &earlier.revenue_range);
    fill_fact(&mut later.country, &earlier.country);
    fill_fact(&mut later.technologies, &earlier.technologies);
    fill_fact(&mut later.intent, &earlier.intent);
    fill_fact(&mut later.naics, &earlier.naics);
    fill_fact(&mut later.funding, &earlier.funding);
    fill_fact(&mut later.headcount_growth, &earlier.headcount_growth);
    fill_fact(&mut later.hiring, &earlier.hiring);
}

fn fill_person(later: &mut Person, earlier: &Person) {
    fill_fact(&mut later.title, &earlier.title);
    fill_fact(&mut later.function, &earlier.function);
    fill_fact(&mut later.seniority, &earlier.seniority);
    fill_fact(&mut later.role_since, &earlier.role_since);
    fill_fact(&mut later.employer, &earlier.employer);
    fill_fact(&mut later.employer_since, &earlier.employer_since);
    fill_fact(&mut later.recently_changed_jobs, &earlier.recently_changed_jobs);
}

/// What one of our own people wrote goes before a provider's word, and that before what was typed, however late.
#[expect(clippy::ref_option, reason = "the same field of two values, as it stands in both")]
fn fill_fact<T: Clone>(later: &mut Option<Fact<T>>, earlier: &Option<Fact<T>>) {
    let rank = |fact: &Option<Fact<T>>| match fact.as_ref().map(|fact| fact.provider.as_str()) {
        None => 0,
        Some(FORM) => 1,
        Some(BY_HAND) => 3,
        Some(_) => 2,
    };
    if rank(earlier) > rank(later) {
        later.clone_from(earlier);
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::super::{Completeness, Joined, SubmittedLead};
    use super::*;
    use crate::ids::PolicyHash;
    use crate::motion::Motion;

    /// An event of a day in November, with what was typed.
    fn event(day: u32, email: &str, typed: &str) -> EnrichedLead {
        let text = format!(
            r#"{{"schema_version":1,"id":"e-{day}","source":"website-form","email":"{email}","occurred_at":"2026-11-{day:02}T09:00:00Z"{typed}}}"#
        );
        let event = FormSubmit::parse(text.as_bytes()).unwrap();
        let received_at: Timestamp = "2026-11-29T12:00:00Z".parse().unwrap();
        let hash = event.content_hash().unwrap();
        let is_private = email.ends_with("webmail.example");
        let fact = |value: &String| Fact {
            value: value.clone(),
            provider: FORM.to_owned(),
            fetched_at: received_at,
            confidence: 0.5,
        };
        let company = Company { name: event.company.as_ref().map(fact), ..Company::default() };
        EnrichedLead {
            account_domain: event.email.domain().parse().ok().filter(|_| !is_private),
            email_kind: if is_private { EmailKind::FreeMail } else { EmailKind::Business },
            submitted: SubmittedLead::new(event, hash, received_at).unwrap(),
            policy: PolicyHash::of(b"policy"),
            motion: Motion::Inbound,
            enrichment: Enrichment { company, ..Enrichment::default() },
            completeness: Completeness { share: 0.0, missing: vec![] },
            enriched_at: received_at,
            round: 0,
            group: None,
            renewal: None,
            joined: Joined::default(),
            found: None,
            seen_first_for: None,
        }
    }

    fn united(events: &[EnrichedLead]) -> EnrichedLead {
        let first = &events[0].submitted;
        EnrichedLead::picture(first.lead_id.clone(), first.content_hash.clone(), events).unwrap()
    }

    #[test]
    fn a_later_word_goes_first_and_nothing_known_is_forgotten() {
        let one = event(1, "ada@acme.example", r#","title":"VP Sales","company":"Acme","message":"Call me""#);
        let two = event(9, "ada@acme.example", r#","company":"Acme Ltd","form":{"name":"Demo"}"#);
        let lead = united(&[one.clone(), two.clone()]);
        let said = lead.event();
        assert_eq!((said.title.as_deref(), said.company.as_deref()), (Some("VP Sales"), Some("Acme Ltd")));
        assert_eq!(said.message.as_deref(), Some("Call me"));
        assert_eq!(said.form.name.as_deref(), Some("Demo"));
        assert_eq!(lead.occurred_at(), two.occurred_at());
        assert_eq!(lead.id(), one.id());
        assert_eq!(lead.enrichment.company.name.unwrap().value, "Acme Ltd");
    }

    #[test]
    fn a_provider_goes_before_what_is_typed_later() {
        let mut one = event(1, "ada@acme.example", r#","company":"Acme""#);
        if let Some(name) = &mut one.enrichment.company.name {
            name.provider = "directory".to_owned();
        }
        let two = event(9, "ada@acme.example", r#","company":"acme!!""#);
        let name = |events: &[EnrichedLead]| united(events).enrichment.company.name.unwrap().value;
        assert_eq!(name(&[one.clone(), two.clone()]), "Acme");
        let mut newer = event(12, "ada@acme.example", r#","company":"Acme Holding""#);
        if let Some(name) = &mut newer.enrichment.company.name {
            name.provider = "directory".to_owned();
        }
        assert_eq!(name(&[one, two, newer]), "Acme Holding");
    }

    #[test]
    fn an_address_at_work_says_more_than_a_private_one_used_later() {
        let at_work = event(1, "ada@acme.example", "");
        let private = event(9, "ada@webmail.example", "");
        let lead = united(&[at_work.clone(), private.clone()]);
        assert_eq!(lead.event().email.as_str(), "ada@acme.example");
        assert_eq!(lead.account_domain.unwrap().to_string(), "acme.example");
        let other = event(12, "ada@beacon.example", "");
        let lead = united(&[at_work, private, other]);
        assert_eq!(
            (lead.event().email.as_str(), lead.email_kind),
            ("ada@beacon.example", EmailKind::Business)
        );
    }

    #[test]
    fn leaving_the_oldest_out_changes_nothing_of_the_picture() {
        let events = [
            event(1, "ada@acme.example", r#","title":"VP Sales""#),
            event(5, "ada@webmail.example", r#","company":"Acme""#),
            event(9, "ada@webmail.example", r#","country":"AT""#),
        ];
        let mut joined = Joined::default();
        joined.add(events.iter().rev().cloned(), 0);
        assert_eq!(joined.events, events, "in the order in which they happened");
        let whole = united(&events);
        assert!(joined.leave_out_oldest() && joined.leave_out_oldest() && !joined.leave_out_oldest());
        assert_eq!((joined.events.len(), joined.left_out, joined.count()), (1, 2, 3));
        let rest =
            EnrichedLead::picture(whole.id().clone(), whole.submitted.content_hash.clone(), &joined.events);
        assert_eq!(rest.unwrap(), whole);
    }
}
