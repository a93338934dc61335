//! What an import tells, for people.

use std::fmt::Write as _;
use std::path::Path;

use leadlight_lead::QueueName;
use leadlight_tabular::{ColumnTold, LeftOutRows};

use super::Plan;
use crate::history::Imported;
use crate::output::counted;

/// As many values of a column as are listed.
const VALUES: usize = 8;

/// What an import would do.
pub(super) fn plan(plan: &Plan, file: &Path) -> String {
    let mut text = format!("{} is read as {}\n", file.display(), plan.read_as);
    for column in &plan.columns {
        let _infallible = write!(text, "\n  {}", column_in_words(column));
    }
    if !plan.unused.is_empty() {
        let _infallible = write!(text, "\n\nNot used: {}", plan.unused.join(", "));
    }
    text.push_str(&rest(plan));
    let _infallible = write!(
        text,
        "\n\n{} to learn from: {} won, {} lost",
        counted(plan.deals, "deal"),
        plan.won,
        plan.deals - plan.won
    );
    if !plan.queues.is_empty() {
        let queues: Vec<String> =
            plan.queues.iter().map(|(queue, leads)| format!("{leads} to {}", in_words(*queue))).collect();
        let _infallible = write!(text, "\nThe policy's rules would have sent {}", queues.join(", "));
    }
    text.push_str("\nNothing was imported: this was a dry run");
    text
}

/// What an import did.
pub(super) fn imported(imported: &Imported, plan: &Plan, file: &Path, samples_step_aside: bool) -> String {
    let mut text = format!("{} is read as {}\n{}", file.display(), plan.read_as, counts(imported));
    for column in plan.columns.iter().filter(|column| column.not_understood > 0) {
        let _infallible = write!(text, "\n  {}", column_in_words(column));
    }
    text.push_str(&rest(plan));
    if samples_step_aside {
        text.push_str(
            "\n\nThe invented deals of the sample history are there as well; from now on training leaves them out",
        );
    }
    if imported.new > 0 {
        text.push_str(
            "\n\nNext: leadlight retrain learns from them, and publishes the model if it is better",
        );
    }
    text
}

/// How many deals were imported.
pub(super) fn counts(imported: &Imported) -> String {
    let were = |count: usize| if count == 1 { "was" } else { "were" };
    let (new, repeated) = (counted(imported.new, "deal"), imported.repeated);
    let mut text = format!("{new} imported, {repeated} {} there already", were(repeated));
    let conflicting = imported.conflicting.len();
    if conflicting > 0 {
        let _infallible = write!(
            text,
            "; {conflicting} {were} there with other content and {were} not changed: {}",
            imported.conflicting.join(", "),
            were = were(conflicting)
        );
    }
    if imported.erased > 0 {
        let erased = imported.erased;
        let _infallible =
            write!(text, "; {erased} of people who were erased {} not brought back", were(erased));
    }
    text
}

/// A queue's name as people write it.
fn in_words(queue: QueueName) -> String {
    queue.as_str().replace('_', "-")
}

fn rest(plan: &Plan) -> String {
    let mut text = String::new();
    if !plan.left_out.is_empty() {
        text.push_str("\n\nLeft out:");
        for rows in &plan.left_out {
            let _infallible = write!(text, "\n  {}", left_out(rows));
        }
    }
    if !plan.notes.is_empty() {
        text.push_str("\n\nTo know:");
        for note in &plan.notes {
            let _infallible = write!(text, "\n  {note}");
        }
    }
    text
}

fn left_out(rows: &LeftOutRows) -> String {
    let (count, line) = (rows.rows, rows.first_line);
    match count {
        1 => format!("1 row (line {line}): {}", rows.why.words()),
        _ => format!("{count} rows, the first in line {line}: {}", rows.why.words()),
    }
}

/// `Close Date → closed, day first; 3 empty`
pub(crate) fn column_in_words(column: &ColumnTold) -> String {
    let mut text = format!("{} → {}", column.column, column.field);
    for how in &column.how {
        let _infallible = write!(text, ", {how}");
    }
    if column.empty > 0 {
        let _infallible = write!(text, "; {} empty", column.empty);
    }
    if column.not_understood > 0 {
        let _infallible = write!(text, "; {} not understood", column.not_understood);
        if let Some(line) = column.first_line {
            let _infallible = write!(text, ", the first in line {line}");
        }
        let values = column.values.iter().take(VALUES).map(|v| format!("\"{}\" {}", v.value, v.rows));
        let values: Vec<String> = values.collect();
        if !values.is_empty() {
            let _infallible = write!(text, ": {}", values.join(", "));
            if column.values.len() > VALUES {
                let _infallible = write!(text, " and {} more", column.values.len() - VALUES);
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_deal_is_told_as_one() {
        let mut imported = Imported { new: 1, repeated: 1, conflicting: Vec::new(), erased: 0 };
        assert_eq!(counts(&imported), "1 deal imported, 1 was there already");
        imported.conflicting.push("D-1".to_owned());
        assert!(counts(&imported).ends_with("; 1 was there with other content and was not changed: D-1"));
        assert_eq!(in_words(QueueName::CatchAll), "catch-all");
    }
}
