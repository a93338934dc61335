//! The people of a week's accounts, as events like any other: outbound leads.

use leadlight_lead::{FormSubmit, PersonKey, WireError};
use serde_json::json;

use crate::plan::{Planned, WeekPlan};
use crate::target::{Contact, Target, TargetList};

/// What is to be done with an account of a plan.
#[derive(Debug, Clone, PartialEq)]
pub enum Call<'a> {
    /// People there are known: each becomes a lead.
    People {
        /// The account.
        planned: &'a Planned,
        /// One event a person.
        events: Vec<FormSubmit>,
    },
    /// Nobody there is known: find someone.
    FindSomeone {
        /// The account.
        planned: &'a Planned,
        /// What the list says of it; none where the list that the plan cites does not name it.
        target: Option<&'a Target>,
    },
}

/// A person who cannot become a lead.
#[derive(Debug, thiserror::Error)]
#[error("line {line} of the list: its person cannot be sent as a lead")]
pub struct CannotSend {
    /// The line of the account.
    pub line: u64,
    /// Why not.
    #[source]
    pub source: WireError,
}

impl WeekPlan {
    /// What is to be done with each account, of the list that the plan cites. The same plan gives the same events, so that
    /// carried out twice it makes no lead twice.
    pub fn events<'a>(&'a self, list: &'a TargetList) -> Result<Vec<Call<'a>>, CannotSend> {
        self.accounts_chosen.iter().map(|planned| self.call(planned, list)).collect()
    }

    fn call<'a>(&'a self, planned: &'a Planned, list: &'a TargetList) -> Result<Call<'a>, CannotSend> {
        let target = list.get(&planned.domain);
        let people = target.map(|target| target.people.as_slice()).unwrap_or_default();
        let Some(target) = target.filter(|_| !people.is_empty()) else {
            return Ok(Call::FindSomeone { planned, target });
        };
        let people = people.iter().take(self.people_per_account);
        let events = people.map(|contact| self.event(planned, target, contact)).collect::<Result<_, _>>();
        let events = events.map_err(|source| CannotSend { line: target.line, source })?;
        Ok(Call::People { planned, events })
    }

    fn event(&self, planned: &Planned, target: &Target, contact: &Contact) -> Result<FormSubmit, WireError> {
        let Self { week, .. } = self;
        // The person by the digest of their address: ids end up in logs.
        let person = PersonKey::of_address(&contact.email);
        let id = format!("{week}:{}:{}", planned.domain, &person.as_str()[..12]);
        let mut fields = serde_json::Map::new();
        fields.insert("Outbound week".to_owned(), week.to_string().into());
        fields.insert("Rank".to_owned(), format!("{} of {}", planned.rank, self.of).into());
        fields.insert("Why this account".to_owned(), planned.summary.clone().into());
        for (label, text) in [("Tier", &target.tier), ("Account owner", &target.owner)] {
            if let Some(text) = text {
                fields.insert(label.to_owned(), text.clone().into());
            }
        }
        let mut event = json!({
            "schema_version": 1,
            "id": id,
            "source": self.source,
            "occurred_at": self.made_at,
            "email": contact.email,
            "website": planned.domain,
            "form": { "name": format!("Target accounts, {week}"), "fields": fields },
        });
        if let Some(object) = event.as_object_mut() {
            let (first, last) = contact.name.as_deref().map(names).unwrap_or_default();
            let texts = [
                ("first_name", first),
                ("last_name", last),
                ("title", contact.title.clone()),
                ("company", target.name.clone()),
            ];
            for (field, text) in texts {
                if let Some(text) = text {
                    object.insert(field.to_owned(), text.into());
                }
            }
        }
        FormSubmit::parse(event.to_string().as_bytes())
    }
}

/// `Ada Lovelace`, or `Lovelace, Ada`. A name of one word is a last name, since that is what a person is addressed by.
fn names(name: &str) -> (Option<String>, Option<String>) {
    let (first, last) = match name.split_once(',') {
        Some((last, first)) => (first.trim(), last.trim()),
        None => name.trim().rsplit_once(' ').unwrap_or(("", name.trim())),
    };
    let said = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    (said(first), said(last))
}
