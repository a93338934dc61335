//! The form by which people complete a record, and what the history says of it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use leadlight_console::{Completing, Offered, RecordField};
use leadlight_desk::may_complete;
use leadlight_lead::{ByHand, Disposition, Enrichment, Fact, FactField, Function, QueuedLead, Seniority};
use leadlight_policy::Policy;
use leadlight_reading::Industry;

use crate::console::Person;
use crate::values::{name, named, provider, value, words};

/// What was typed in a form that was refused: it stands in the fields again.
pub(crate) type Typed = BTreeMap<FactField, String>;

/// The form for who may complete a lead's record; none for others.
pub(crate) fn completing(
    lead: &QueuedLead,
    person: &Person,
    policy: &Policy,
    now: Timestamp,
    typed: Option<&Typed>,
) -> Option<Completing> {
    may_complete(lead, &person.actor, now, policy).ok()?;
    let is_incomplete =
        lead.decision().is_some_and(|d| matches!(d.disposition, Disposition::Incomplete { .. }));
    let found = lead.enriched().found();
    let field = |field| RecordField {
        field,
        value: typed
            .and_then(|typed| typed.get(&field).cloned())
            .unwrap_or_else(|| written(field, &lead.work.by_hand)),
        found: told(field, found),
        offered: offered(field),
    };
    let is_open = typed.is_some() || is_incomplete;
    Some(Completing { fields: ByHand::FIELDS.map(field).to_vec(), is_open })
}

/// What someone did with the record.
pub(crate) fn completed(wrote: &[FactField], took_back: &[FactField]) -> String {
    let list =
        |fields: &[FactField]| fields.iter().map(|field| field.in_words()).collect::<Vec<_>>().join(", ");
    match (wrote.is_empty(), took_back.is_empty()) {
        (false, true) => format!("Wrote into the record: {}", list(wrote)),
        (true, _) => format!("Took back from the record: {}", list(took_back)),
        (false, false) => format!("Wrote into the record: {}; took back: {}", list(wrote), list(took_back)),
    }
}

fn told(field: FactField, found: &Enrichment) -> Option<String> {
    let origin = field.of(found)?;
    Some(format!("{}, by {}", value(field, found)?, lower(&provider(origin.provider))))
}

/// "The form" within a sentence; a vendor's name stays as it is.
fn lower(provider: &str) -> String {
    provider.strip_prefix("The ").map_or_else(|| provider.to_owned(), |rest| format!("the {rest}"))
}

/// What people wrote, as they would write it again.
fn written(field: FactField, by_hand: &ByHand) -> String {
    fn of<T>(fact: Option<&Fact<T>>, text: impl Fn(&T) -> String) -> String {
        fact.filter(|fact| ByHand::is_written(fact)).map(|fact| text(&fact.value)).unwrap_or_default()
    }
    match field {
        FactField::CompanyName => of(by_hand.company_name.as_ref(), Clone::clone),
        FactField::Industry => of(by_hand.industry.as_ref(), |key| words(key)),
        FactField::Employees => of(by_hand.employees.as_ref(), ToString::to_string),
        FactField::RevenueUsd => of(by_hand.revenue_usd.as_ref(), ToString::to_string),
        FactField::Country => of(by_hand.country.as_ref(), ToString::to_string),
        FactField::Technologies => of(by_hand.technologies.as_ref(), |tools| tools.join(", ")),
        FactField::Title => of(by_hand.title.as_ref(), Clone::clone),
        FactField::Function => of(by_hand.function.as_ref(), name),
        FactField::Seniority => of(by_hand.seniority.as_ref(), name),
        _ => String::new(),
    }
}

fn offered(field: FactField) -> Offered {
    match field {
        FactField::Industry => {
            Offered::Among(Industry::all().map(|industry| words(industry.key())).collect())
        }
        FactField::Function => {
            Offered::Only(Function::ALL.iter().map(|one| (name(one), named(one))).collect())
        }
        FactField::Seniority => {
            Offered::Only(Seniority::ALL.iter().map(|one| (name(one), named(one))).collect())
        }
        _ => Offered::Nothing,
    }
}
