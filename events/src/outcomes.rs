//! The import format for what a CRM tells of its deals: one CSV row an event. `events/README.md` has the
//! format as a table.

mod cells;
mod columns;
mod problem;

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use jiff::Timestamp;
use leadlight_lead::{ContentHash, CrmEvent, DealId, EventId, LeadRef, Milestone, Versioned, to_json};

use crate::sheet::{self, Row};
use columns::Column;

pub use columns::OUTCOME_COLUMNS;
pub use problem::{OutcomeFileError, OutcomeLineProblem, OutcomeProblem};

/// A file of outcomes for leads of the sample events, with one deal won, one lost, one open and a no-show.
pub const OUTCOMES_CSV: &[u8] = include_bytes!("../outcomes/outcomes.csv");

/// A CRM event a milestone for leads of the sample events, as JSON, by file under `events/crm`.
pub const CRM_EVENTS: [(&str, &[u8]); 4] = [
    ("lost.json", include_bytes!("../crm/lost.json")),
    ("no-show.json", include_bytes!("../crm/no-show.json")),
    ("opportunity-created.json", include_bytes!("../crm/opportunity-created.json")),
    ("won.json", include_bytes!("../crm/won.json")),
];

/// One row of a file of outcomes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutcomeRow {
    /// Its line in the file, from 1.
    pub line: u64,
    /// What it tells.
    pub event: CrmEvent,
}

/// Reads a file of outcomes; `file_name` is only repeated in errors.
///
/// Takes UTF-8 with or without a byte-order mark, `\n` or `\r\n`, and `,`, `;` or tab as separator.
/// All problems are collected; if there is any, there are no events. The same file gives the same events.
pub fn read_outcomes(file_name: &str, bytes: &[u8]) -> Result<Vec<OutcomeRow>, OutcomeFileError> {
    let mut first: BTreeMap<EventId, (u64, CrmEvent)> = BTreeMap::new();
    sheet::read(file_name, bytes, |row: &mut Row<'_, Column>| {
        let event = row.event()?;
        match first.entry(event.id.clone()) {
            Entry::Vacant(place) => {
                place.insert((row.line(), event.clone()));
                Some(OutcomeRow { line: row.line(), event })
            }
            Entry::Occupied(there) => {
                row.repeats(there.get().0, there.get().1 == event);
                None
            }
        }
    })
}

impl Row<'_, Column> {
    /// Cells are read even where no event can come of them, so that all of the row's problems are told at once.
    fn event(&mut self) -> Option<CrmEvent> {
        let lead = self.lead();
        let kind = self.required(Column::Outcome, cells::kind);
        let day_ends_at = kind.map_or(59, cells::Kind::day_ends_at);
        let occurred_at = self.required(Column::OccurredAt, |text| cells::time(text, day_ends_at));
        let deal = self.cell(Column::Deal, cells::deal);
        let amount_usd = self.cell(Column::AmountUsd, cells::amount_usd);
        let reason = self.cell(Column::Reason, cells::reason);
        let given_id = self.cell(Column::Id, cells::event_id);
        let bad_cell = [
            (Column::Deal, deal.is_none()),
            (Column::AmountUsd, amount_usd.is_none()),
            (Column::Reason, reason.is_none()),
            (Column::Id, given_id.is_none()),
        ]
        .into_iter()
        .any(|(column, unread)| unread && self.is_filled(column));
        let what = self.milestone(kind?, amount_usd, reason);
        let (lead, occurred_at, what) = (lead?, occurred_at?, what?);
        if bad_cell {
            return None;
        }
        let id = given_id.or_else(|| derived_id(&lead, deal.as_ref(), &what, occurred_at))?;
        Some(CrmEvent { schema_version: CrmEvent::VERSION, id, lead, deal, occurred_at, what })
    }

    /// Reports that an earlier row has this one's id.
    fn repeats(&mut self, first_line: u64, in_all: bool) {
        if in_all {
            self.report_row(OutcomeLineProblem::RepeatedRow { first_line });
        } else if self.is_filled(Column::Id) {
            self.report(Column::Id, OutcomeLineProblem::RepeatedId { first_line });
        } else {
            self.report_row(OutcomeLineProblem::SameEvent { first_line });
        }
    }

    /// A row means its lead in one way: of two, one may be wrong.
    fn lead(&mut self) -> Option<LeadRef> {
        let id = self.cell(Column::LeadId, cells::lead_id);
        let email = self.cell(Column::Email, cells::email);
        let source = self.cell(Column::Source, cells::source);
        let event = self.cell(Column::EventId, cells::event_id);
        let by_event = [Column::Source, Column::EventId].map(|column| self.is_filled(column));
        let ways = [self.is_filled(Column::LeadId), self.is_filled(Column::Email), by_event != [false; 2]];
        match ways.into_iter().filter(|way| *way).count() {
            0 => self.report_row(OutcomeLineProblem::NoLead),
            1 => {}
            _ => self.report_row(OutcomeLineProblem::SeveralLeads),
        }
        match by_event {
            [true, false] => self.report(Column::EventId, OutcomeLineProblem::EventInPart),
            [false, true] => self.report(Column::Source, OutcomeLineProblem::EventInPart),
            _ => {}
        }
        match ways {
            [true, false, false] => id.map(LeadRef::LeadId),
            [false, true, false] => email.map(LeadRef::Email),
            [false, false, true] => Some(LeadRef::Event { source: source?, id: event? }),
            _ => None,
        }
    }

    fn milestone(
        &mut self,
        kind: cells::Kind,
        amount_usd: Option<u64>,
        reason: Option<String>,
    ) -> Option<Milestone> {
        let (what, takes_amount, takes_reason) = match kind {
            cells::Kind::NoShow => (Milestone::NoShow, false, false),
            cells::Kind::OpportunityCreated => (Milestone::OpportunityCreated { amount_usd }, true, false),
            cells::Kind::Won => (Milestone::Won { amount_usd }, true, false),
            cells::Kind::Lost => (Milestone::Lost { reason }, false, true),
        };
        let strange_amount = !takes_amount && self.is_filled(Column::AmountUsd);
        let strange_reason = !takes_reason && self.is_filled(Column::Reason);
        if strange_amount {
            self.report(Column::AmountUsd, OutcomeLineProblem::AmountOfNone);
        }
        if strange_reason {
            self.report(Column::Reason, OutcomeLineProblem::ReasonOfNone);
        }
        (!strange_amount && !strange_reason).then_some(what)
    }
}

/// The id of an event whose row has none: the same lead, deal, outcome and time are the same event. Amount and
/// reason have no part in it: one that was corrected would otherwise be a second event beside the first.
fn derived_id(
    lead: &LeadRef,
    deal: Option<&DealId>,
    what: &Milestone,
    occurred_at: Timestamp,
) -> Option<EventId> {
    const HEX_DIGITS: usize = 32;
    let told = to_json(&(lead, deal, what.as_str(), occurred_at)).ok()?;
    format!("csv-{}", &ContentHash::of(told.as_bytes()).as_str()[..HEX_DIGITS]).parse().ok()
}

#[cfg(test)]
mod tests;
