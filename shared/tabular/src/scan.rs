//! A pass over a file that looks at nothing but how its numbers and dates are written.

use std::collections::BTreeSet;
use std::path::Path;

use leadlight_reading::{DateFormat, is_nothing};

use crate::error::TableProblem;
use crate::formats::{Decided, FileFormat, FormatSurvey};
use crate::roles::{Role, Roles};
use crate::sheet::Sheet;
use crate::written::WrittenAs;

/// Looks at the rows that count for how the columns at these places are written. Only where one of them can be read in
/// two ways are the other columns looked at as well, since one of those may speak for it.
pub(crate) fn survey(
    path: &Path,
    sheet: &Sheet,
    places: &BTreeSet<usize>,
    mut is_counted: impl FnMut(&Sheet) -> bool,
) -> Result<Vec<FormatSurvey>, TableProblem> {
    let surveys = look(&mut sheet.again(path)?, places, &mut is_counted)?;
    if !surveys.iter().any(FormatSurvey::is_ambiguous) {
        return Ok(surveys);
    }
    let all: BTreeSet<usize> = (0..sheet.header().names().len()).collect();
    look(&mut sheet.again(path)?, &all, &mut is_counted)
}

/// What the columns at these places say; of the others, nothing.
fn look(
    sheet: &mut Sheet,
    places: &BTreeSet<usize>,
    is_counted: &mut impl FnMut(&Sheet) -> bool,
) -> Result<Vec<FormatSurvey>, TableProblem> {
    let mut surveys = vec![FormatSurvey::default(); sheet.header().names().len()];
    while sheet.advance()? {
        if !is_counted(sheet) {
            continue;
        }
        for place in places {
            let cell = sheet.cell(*place);
            if !is_nothing(cell) {
                surveys[*place].see(cell, sheet.line());
            }
        }
    }
    Ok(surveys)
}

/// As many rows tell whether the times of a file say themselves what they mean.
const ROWS_TO_TELL: u64 = 1000;

/// Finds the format of the columns that say when, which must be known before rows can be judged. Most files write
/// 2026-01-31 there, and are not gone through for it.
pub(crate) fn of_times(
    path: &Path,
    sheet: &Sheet,
    roles: &mut Roles,
    said: WrittenAs,
) -> Result<Vec<String>, TableProblem> {
    let is_time = |place: usize| matches!(roles.by_column.get(place), Some(Role::Time | Role::Decided));
    let times: BTreeSet<usize> = (0..roles.by_column.len()).filter(|place| is_time(*place)).collect();
    if times.is_empty() {
        return Ok(Vec::new());
    }
    let mut rows = 0;
    let mut says_itself = true;
    let mut first = sheet.again(path)?;
    while rows < ROWS_TO_TELL && first.advance()? {
        rows += 1;
        says_itself &= times.iter().all(|place| {
            let cell = first.cell(*place);
            is_nothing(cell)
                || is_nothing(first.cell(roles.label))
                || DateFormat::default().read(cell).is_some()
        });
    }
    if says_itself {
        return Ok(Vec::new());
    }
    let label = roles.label;
    let surveys = survey(path, sheet, &times, |sheet| !is_nothing(sheet.cell(label)))?;
    let names = sheet.header().names().iter().map(String::as_str);
    let file = FileFormat::of(said, sheet.separator(), names.zip(&surveys));
    let mut notes = Vec::new();
    for place in times {
        let name = sheet.header().name(place);
        let decided = Decided::of(name, &surveys[place], &file, true);
        if let Some(problem) = decided.no_dates {
            return Err(problem);
        }
        if !decided.of_dates.is_empty() {
            notes.push(format!("dates in column \"{name}\" are read {}", decided.of_dates.join(", ")));
        }
        roles.formats[place] = decided.format;
    }
    Ok(notes)
}
