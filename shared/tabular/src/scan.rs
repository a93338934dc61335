//! A pass over a file that looks at nothing but how its numbers and dates are written.

use std::path::Path;

use leadlight_reading::{DateFormat, is_nothing};

use crate::error::TableProblem;
use crate::formats::{Decided, FileFormat, FormatSurvey};
use crate::roles::{Role, Roles};
use crate::sheet::Sheet;
use crate::written::WrittenAs;

/// Looks at all cells of the rows that count, for how they are written.
pub(crate) fn survey(
    sheet: &mut Sheet,
    mut is_counted: impl FnMut(&Sheet) -> bool,
) -> Result<Vec<FormatSurvey>, TableProblem> {
    let mut surveys = vec![FormatSurvey::default(); sheet.header().names().len()];
    while sheet.advance()? {
        if !is_counted(sheet) {
            continue;
        }
        for (survey, cell) in surveys.iter_mut().zip(sheet.row()) {
            if !is_nothing(cell) {
                survey.see(cell, sheet.line());
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
    if !(0..roles.by_column.len()).any(is_time) {
        return Ok(Vec::new());
    }
    let mut rows = 0;
    let mut says_itself = true;
    let mut first = sheet.again(path)?;
    while rows < ROWS_TO_TELL && first.advance()? {
        rows += 1;
        says_itself &= (0..roles.by_column.len()).filter(|place| is_time(*place)).all(|place| {
            let cell = first.cell(place);
            is_nothing(cell)
                || is_nothing(first.cell(roles.label))
                || DateFormat::default().read(cell).is_some()
        });
    }
    if says_itself {
        return Ok(Vec::new());
    }
    let mut again = sheet.again(path)?;
    let label = roles.label;
    let surveys = survey(&mut again, |sheet| !is_nothing(sheet.cell(label)))?;
    let names = sheet.header().names().iter().map(String::as_str);
    let file = FileFormat::of(said, sheet.separator(), names.clone().zip(&surveys));
    let mut notes = Vec::new();
    for (place, (name, survey)) in names.zip(&surveys).enumerate() {
        if !matches!(roles.by_column.get(place), Some(Role::Time | Role::Decided)) {
            continue;
        }
        let decided = Decided::of(name, survey, &file, true);
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
