//! The import format for closed deals: one CSV row a deal, typed here into what training needs.
//! `events/README.md` has the format as a table.

mod cells;
mod columns;
mod problem;

use std::collections::BTreeMap;

use jiff::Timestamp;
use leadlight_lead::{
    Activity, Company, Completeness, ContentHash, EmailKind, EnrichedLead, Enrichment, EventId, Fact,
    FormSubmit, Intent, Motion, Outcome, Person, PolicyHash, SourceName, SubmittedLead, Topic,
};

use crate::sheet::{self, Row};
use columns::Column;

pub use columns::COLUMNS;
pub use problem::{DealFileError, DealLineProblem, DealProblem};

/// The source of a deal whose row names none.
pub const HISTORY_SOURCE: &str = "crm-history";
/// The provider that imported facts cite.
pub const HISTORY_PROVIDER: &str = "crm-export";
/// The domain of the synthetic addresses `deal-<id>@history.example`: a deal file names no person.
pub const HISTORY_DOMAIN: &str = "history.example";

/// A closed deal, as it stood when it was created, with what became of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Deal {
    /// The deal's id in the CRM, which is its lead's event id.
    id: EventId,
    /// The lead it began as; it happened and was received when the deal was created.
    pub submitted: SubmittedLead,
    /// What the CRM knew, with [`HISTORY_PROVIDER`] as provider and confidence 1.
    pub enrichment: Enrichment,
    /// Won or lost, when, and for how much.
    pub outcome: Outcome,
}

impl Deal {
    /// The deal's id in the CRM.
    pub fn id(&self) -> &EventId {
        &self.id
    }

    /// Where the lead came from.
    pub fn source(&self) -> &SourceName {
        &self.submitted.event.source
    }

    /// When it was created: the moment behaviour and intent are aged to.
    pub fn created_at(&self) -> Timestamp {
        self.submitted.received_at
    }

    /// The deal as the enriched lead it was then, judged by a policy of today.
    pub fn enriched(&self, policy: &PolicyHash, motion: Motion, completeness: Completeness) -> EnrichedLead {
        EnrichedLead {
            submitted: self.submitted.clone(),
            policy: policy.clone(),
            motion,
            email_kind: EmailKind::Business,
            account_domain: None,
            enrichment: self.enrichment.clone(),
            completeness,
            enriched_at: self.created_at(),
        }
    }
}

/// Reads a file of closed deals; `file_name` is only repeated in errors.
///
/// Takes UTF-8 with or without a byte-order mark, `\n` or `\r\n`, and `,`, `;` or tab as separator.
/// All problems are collected; if there is any, nothing is imported.
pub fn read_deals(file_name: &str, bytes: &[u8]) -> Result<Vec<Deal>, DealFileError> {
    let mut first_lines: BTreeMap<EventId, u64> = BTreeMap::new();
    sheet::read(file_name, bytes, |row: &mut Row<'_, Column>| {
        let deal = row.deal()?;
        if let Some(first_line) = first_lines.insert(deal.id().clone(), row.line()) {
            row.report(Column::DealId, DealLineProblem::RepeatedDealId { first_line });
        }
        Some(deal)
    })
}

impl Row<'_, Column> {
    fn deal(&mut self) -> Option<Deal> {
        let id = self.required(Column::DealId, cells::deal_id);
        let created_at = self.required(Column::CreatedAt, cells::time);
        let closed_at = self.required(Column::ClosedAt, cells::time);
        let result = self.required(Column::Outcome, cells::outcome);
        let amount_usd = self.cell(Column::AmountUsd, cells::amount_usd);
        let source = self.cell(Column::Source, cells::source);
        let activity = self.cell(Column::Activities, cells::activities).unwrap_or_default();
        let intent = self.intent();
        // Read even where no deal can come of it, so that all of the row's problems are told at once.
        let as_of = created_at.unwrap_or_default();
        let (company, person) = (self.company(as_of), self.person(as_of));
        let (id, created_at, closed_at, result) = (id?, created_at?, closed_at?, result?);
        if closed_at < created_at {
            self.report(Column::ClosedAt, DealLineProblem::ClosedBeforeCreated);
        }
        if activity.iter().any(|activity| activity.at > created_at) {
            self.report(Column::Activities, DealLineProblem::AfterCreated);
        }
        if intent.as_ref().is_some_and(|intent| intent.observed_at > created_at) {
            self.report(Column::IntentObservedAt, DealLineProblem::AfterCreated);
        }
        let company = Company { intent: intent.map(|intent| fact(intent, created_at)), ..company };
        let enrichment = Enrichment { company, person };
        let outcome = Outcome { result, closed_at, amount_usd };
        let Some(submitted) = event(&id, source.as_ref(), activity, created_at)
            .and_then(|event| submitted(event, &enrichment, &outcome, created_at))
        else {
            self.report(Column::DealId, DealLineProblem::DealId);
            return None;
        };
        Some(Deal { id, submitted, enrichment, outcome })
    }

    fn company(&mut self, created_at: Timestamp) -> Company {
        Company {
            industry: self.cell(Column::Industry, cells::key).map(|value| fact(value, created_at)),
            employees: self
                .cell(Column::Employees, cells::employees)
                .flatten()
                .map(|value| fact(value, created_at)),
            country: self.cell(Column::Country, cells::country).map(|value| fact(value, created_at)),
            technologies: self.cell(Column::Technologies, cells::keys).map(|value| fact(value, created_at)),
            ..Company::default()
        }
    }

    fn person(&mut self, created_at: Timestamp) -> Person {
        Person {
            function: self.cell(Column::Function, cells::function).map(|value| fact(value, created_at)),
            seniority: self.cell(Column::Seniority, cells::seniority).map(|value| fact(value, created_at)),
            ..Person::default()
        }
    }

    /// Topic, score and time belong together: a score of no age, or an age of no score, says nothing.
    fn intent(&mut self) -> Option<Intent> {
        let all = [Column::IntentTopic, Column::IntentScore, Column::IntentObservedAt];
        if let Some(given) = all.into_iter().find(|column| self.is_filled(*column))
            && all.into_iter().any(|column| !self.is_filled(column))
        {
            self.report(given, DealLineProblem::IntentIncomplete);
        }
        let name = self.cell(Column::IntentTopic, cells::key);
        let score = self.cell(Column::IntentScore, cells::intent_score);
        let observed_at = self.cell(Column::IntentObservedAt, cells::time);
        Some(Intent { observed_at: observed_at?, topics: vec![Topic { name: name?, score: score? }] })
    }
}

fn fact<T>(value: T, created_at: Timestamp) -> Fact<T> {
    Fact { value, provider: HISTORY_PROVIDER.to_owned(), fetched_at: created_at, confidence: 1.0 }
}

/// The form-submit event a deal might have begun with; none where the id makes no address.
fn event(
    id: &EventId,
    source: Option<&SourceName>,
    activity: Vec<Activity>,
    created_at: Timestamp,
) -> Option<FormSubmit> {
    let smallest = serde_json::json!({
        "schema_version": <FormSubmit as leadlight_lead::Versioned>::VERSION,
        "id": id,
        "source": source.map_or(HISTORY_SOURCE, SourceName::as_str),
        "email": format!("deal-{id}@{HISTORY_DOMAIN}"),
    });
    let mut event = FormSubmit::parse(smallest.to_string().as_bytes()).ok()?;
    event.occurred_at = Some(created_at);
    event.activity = activity;
    Some(event)
}

/// Its content is the whole row: a deal told again with another end is a conflict, not a repetition.
fn submitted(
    event: FormSubmit,
    enrichment: &Enrichment,
    outcome: &Outcome,
    created_at: Timestamp,
) -> Option<SubmittedLead> {
    let whole = serde_json::to_vec(&(&event, enrichment, outcome)).ok()?;
    SubmittedLead::new(event, ContentHash::of(&whole), created_at).ok()
}

#[cfg(test)]
mod tests;
