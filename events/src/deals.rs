//! The sample history's format: one CSV row a deal, typed here into what training needs. A company's own exports are
//! read by `leadlight_tabular`.

mod cells;
mod columns;
mod problem;

use std::collections::BTreeMap;

use jiff::Timestamp;
use leadlight_lead::{
    Company, Deal, DealOrigin, DealTold, Enrichment, EventId, Fact, HISTORY_PROVIDER, Intent, Outcome,
    Person, Topic,
};

use crate::sheet::{self, Row};
use columns::Column;

pub use columns::COLUMNS;
pub use problem::{DealFileError, DealLineProblem, DealProblem};

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
        let enrichment = Enrichment { company, person, ..Enrichment::default() };
        let outcome = Outcome { result, closed_at, amount_usd };
        let told = DealTold {
            id,
            origin: DealOrigin::Sample,
            source,
            email: None,
            website: None,
            activity,
            created_at,
        };
        let deal = Deal::new(told, enrichment, outcome);
        if deal.is_none() {
            self.report(Column::DealId, DealLineProblem::DealId);
        }
        deal
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
        Some(Intent::on(observed_at?, vec![Topic { name: name?, score: score? }]))
    }
}

fn fact<T>(value: T, created_at: Timestamp) -> Fact<T> {
    Fact { value, provider: HISTORY_PROVIDER.to_owned(), fetched_at: created_at, confidence: 1.0 }
}

#[cfg(test)]
mod tests;
