//! In which order the rows stand, told from columns that rise or fall from row to row.

use leadlight_model::Deals;

use crate::formats::Decided;
use crate::survey::Survey;

/// Fewer rows may rise by chance.
const STEPS_MIN: u64 = 20;
/// Of a hundred steps so many go one way.
const PERCENT_OF_STEPS: u64 = 95;

/// What is said where nothing tells.
const UNTOLD: &str = "no column says when deals were closed: the file's rows are taken to stand in order of time, the \
                      oldest first; if they don't, name the column with --time, or say --rows random";

/// A column by which the order is told.
struct Witness<'a> {
    column: &'a str,
    is_date: bool,
    rises: bool,
}

/// In which order the rows stand.
pub(crate) struct RowsStand {
    pub(crate) newest_first: bool,
    /// In words.
    pub(crate) why: String,
}

impl RowsStand {
    /// Dates go before columns that count; where witnesses do not agree nothing is told.
    pub(crate) fn of<'a>(columns: impl Iterator<Item = (&'a str, &'a Survey, &'a Decided)>) -> Self {
        let witnesses: Vec<Witness<'_>> =
            columns.filter_map(|(name, survey, decided)| Witness::of(name, survey, decided)).collect();
        let agreed = |is_date: bool| {
            let mut those = witnesses.iter().filter(|witness| witness.is_date == is_date);
            let first = those.next()?;
            those.all(|witness| witness.rises == first.rises).then_some(first)
        };
        let has_dates = witnesses.iter().any(|witness| witness.is_date);
        let Some(witness) = agreed(true).or_else(|| agreed(false).filter(|_| !has_dates)) else {
            return Self { newest_first: false, why: UNTOLD.to_owned() };
        };
        let (column, what) = (witness.column, if witness.is_date { "the dates" } else { "the numbers" });
        let why = if witness.rises {
            format!("the rows stand oldest first: {what} in column \"{column}\" rise from row to row")
        } else {
            format!(
                "the rows stand newest first: {what} in column \"{column}\" fall from row to row. They are taken from the \
                 last to the first; if that is not their order, name a column with --time, or say --rows random"
            )
        };
        Self { newest_first: !witness.rises, why }
    }
}

impl<'a> Witness<'a> {
    fn of(column: &'a str, survey: &Survey, decided: &Decided) -> Option<Self> {
        let dates = &survey.formats.dates;
        if dates.dates() * 100 >= survey.known * PERCENT_OF_STEPS && decided.no_dates.is_none() {
            let (up, down) = dates.steps(decided.format.dates.order);
            return Some(Self { column, is_date: true, rises: rises(up, down)? });
        }
        let numbers = survey.numbers(decided.format.numbers.mark);
        let is_count = survey.unknown == 0 && numbers.whole == survey.known && !survey.values.repeats();
        let rises = rises(numbers.up, numbers.down).filter(|_| is_count)?;
        Some(Self { column, is_date: false, rises })
    }
}

/// Whether steps go up, if nearly all go one way.
fn rises(up: u64, down: u64) -> Option<bool> {
    let most = up.max(down);
    (up + down >= STEPS_MIN && most * 100 >= (up + down) * PERCENT_OF_STEPS).then_some(up > down)
}

/// Deals from the last to the first.
pub(crate) fn reversed(mut deals: Deals) -> Deals {
    for (column, spec) in deals.columns.iter_mut().zip(&deals.specs) {
        let mut turned = leadlight_model::Cells::new(spec.kind);
        for row in (0..column.len()).rev() {
            turned.push(&column.get(row));
        }
        *column = turned;
    }
    deals.won.reverse();
    deals.accounts.reverse();
    deals.scopes.reverse();
    deals
}
