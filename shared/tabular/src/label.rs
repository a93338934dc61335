//! Which deals were won.

use leadlight_reading::is_nothing;

use crate::error::{TableProblem, shortened};

/// Of more values than these it is not told how often each comes.
const VALUES_MAX: usize = 100;
/// A label of more values is taken for another column, perhaps one with personal data: they are not repeated.
const REPEATED_MAX: usize = 20;
const LISTED_MAX: usize = 5;

const WON: [&str; 14] = [
    "yes",
    "true",
    "t",
    "y",
    "1",
    "1.0",
    "won",
    "win",
    "closed won",
    "closed-won",
    "closedwon",
    "converted",
    "success",
    "successful",
];
const LOST: [&str; 21] = [
    "no",
    "false",
    "f",
    "n",
    "0",
    "0.0",
    "-1",
    "lost",
    "loss",
    "lose",
    "closed lost",
    "closed-lost",
    "closedlost",
    "not converted",
    "unconverted",
    "not won",
    "failure",
    "failed",
    "unsuccessful",
    "rejected",
    "disqualified",
];

/// The label's values and how often each comes.
pub(crate) struct LabelSurvey {
    values: Vec<(String, u64)>,
    /// Cells with values beyond the first [`VALUES_MAX`].
    more: u64,
}

/// What the label's values mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Label {
    won: String,
    /// In words.
    pub(crate) why: String,
}

impl Label {
    pub(crate) fn is_won(&self, cell: &str) -> bool {
        cell.trim().eq_ignore_ascii_case(&self.won)
    }
}

impl LabelSurvey {
    /// `positive` is watched for even if it comes late.
    pub(crate) fn new(positive: Option<&str>) -> Self {
        let watched = positive.map(|value| (value.trim().to_owned(), 0));
        Self { values: watched.into_iter().collect(), more: 0 }
    }

    /// Counts a cell that is known.
    pub(crate) fn see(&mut self, cell: &str) {
        let cell = cell.trim();
        if let Some((_, count)) = self.values.iter_mut().find(|(value, _)| cell.eq_ignore_ascii_case(value)) {
            *count += 1;
        } else if self.values.len() < VALUES_MAX {
            self.values.push((cell.to_owned(), 1));
        } else {
            self.more += 1;
        }
    }

    /// Which value means won. `column` is the label's name.
    pub(crate) fn decide(mut self, column: &str, positive: Option<&str>) -> Result<Label, TableProblem> {
        let column = column.to_owned();
        self.values.retain(|(_, count)| *count > 0);
        let values = self.listed();
        if self.values.is_empty() {
            return Err(TableProblem::LabelNeverKnown { column });
        }
        if let Some(positive) = positive.map(str::trim)
            && (is_nothing(positive)
                || !self.values.iter().any(|(value, _)| value.eq_ignore_ascii_case(positive)))
        {
            return Err(TableProblem::PositiveAbsent { column, positive: positive.to_owned(), values });
        }
        if let [(value, rows)] = self.values.as_slice() {
            let value = format!("\"{}\"", shortened(value));
            return Err(TableProblem::LabelOneValue { column, value, rows: *rows });
        }
        let won = match (positive, self.values.as_slice()) {
            (Some(positive), _) => positive.trim(),
            (None, [(a, _), (b, _)]) if is(&WON, a) && is(&LOST, b) => a,
            (None, [(a, _), (b, _)]) if is(&WON, b) && is(&LOST, a) => b,
            (None, [_, _]) => return Err(TableProblem::LabelUnclear { column, values }),
            _ => return Err(TableProblem::LabelNotBinary { column, values }),
        };
        let why = format!(
            "the outcome: \"{}\" is won, every other value is lost; its values are {values}",
            shortened(won)
        );
        Ok(Label { won: won.to_owned(), why })
    }

    /// Some values with their counts, or how many there are.
    fn listed(&self) -> String {
        let distinct = self.values.len();
        if self.more > 0 || distinct > REPEATED_MAX {
            return format!("{distinct}{} different ones", if self.more > 0 { " or more" } else { "" });
        }
        let mut values: Vec<&(String, u64)> = self.values.iter().collect();
        values.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        let listed: Vec<String> = values
            .iter()
            .take(LISTED_MAX)
            .map(|(value, count)| format!("\"{}\" ({count})", shortened(value)))
            .collect();
        let more = distinct.saturating_sub(LISTED_MAX);
        let rest = if more == 0 { String::new() } else { format!(" and {more} more") };
        format!("{}{rest}", listed.join(", "))
    }
}

fn is(words: &[&str], value: &str) -> bool {
    words.iter().any(|word| value.eq_ignore_ascii_case(word))
}
