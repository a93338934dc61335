//! Whether a row's deal is won, lost or open.

use leadlight_reading::{DealState, fold, is_nothing, read_deal_state, read_flag};

use super::{LeftOut, Reader};
use crate::crm::{Field, Mapping};
use crate::history::told::Seen;
use crate::table::TableRow;

impl Reader<'_> {
    /// What the CRM marks itself (closed, won) goes before a stage's name, which people choose; where a name says the
    /// opposite, neither is believed.
    pub(super) fn state(&mut self, row: &TableRow) -> Result<DealState, LeftOut> {
        let is_closed = self.first(row, Field::IsClosed, |_, cell, _| read_flag(cell));
        let is_won = self.first(row, Field::IsWon, |_, cell, _| read_flag(cell));
        let flagged = match (is_won, is_closed) {
            (Some(true), Some(false)) => return Err(LeftOut::Contradiction),
            (Some(true), _) => Some(DealState::Won),
            (Some(false), Some(true)) => Some(DealState::Lost),
            (_, Some(false)) => Some(DealState::Open),
            _ => None,
        };
        let named = self.named_state(row, flagged.is_some());
        match (flagged, named) {
            // A closed deal may stand in the stage that was its last; an open one stands in none that ends it.
            (Some(flagged), Some(named @ (DealState::Won | DealState::Lost))) if flagged != named => {
                Err(LeftOut::Contradiction)
            }
            (None, Some(DealState::Won)) if is_won == Some(false) => Err(LeftOut::Contradiction),
            (Some(state), _) | (None, Some(state)) => Ok(state),
            (None, None) => {
                let mut places = self.mapping.places(Field::State).iter();
                let is_filled = places.any(|place| !is_nothing(row.cell(*place)));
                Err(if is_filled { LeftOut::StateUnread } else { LeftOut::NoState })
            }
        }
    }

    /// What the stage or status says. Where it is known otherwise, a name that is not understood does not matter.
    fn named_state(&mut self, row: &TableRow, is_known: bool) -> Option<DealState> {
        let mapping = self.mapping;
        for place in mapping.places(Field::State) {
            let cell = row.cell(*place);
            let state = (!is_nothing(cell)).then(|| read_state(cell, mapping)).flatten();
            let seen = match state {
                _ if is_nothing(cell) => Seen::Empty,
                None if !is_known => Seen::Unread(cell),
                _ => Seen::Read,
            };
            self.columns.see(*place, &seen, row.line());
            if state.is_some() {
                return state;
            }
        }
        None
    }
}

/// A word for a deal's state. Behind it `HubSpot` writes the pipeline in brackets where there are several.
pub(super) fn read_state(cell: &str, mapping: &Mapping) -> Option<DealState> {
    if let Some(state) = mapping.states.get(&fold(cell)) {
        return Some(*state);
    }
    read_deal_state(cell).or_else(|| {
        let (stage, pipeline) = cell.split_once('(')?;
        pipeline.trim_end().ends_with(')').then(|| read_deal_state(stage)).flatten()
    })
}
