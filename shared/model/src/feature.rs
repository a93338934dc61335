//! What a feature is, and how a cell of a table is read for it: one reader for training and scoring.

use jiff::Timestamp;
use leadlight_lead::{CriterionGroup, FeatureValue};
use leadlight_reading::{DateFormat, DecimalMark, NumberFormat, is_nothing, says_unknown};
use serde::{Deserialize, Serialize};

use crate::titles;

/// A feature, by the policy or from a table's column.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FeatureSpec {
    /// Its name in a feature vector, or the column's.
    pub name: String,
    /// What it speaks about. [`CriterionGroup::Baseline`] is reserved for the average lead.
    pub group: CriterionGroup,
    /// Its label in words, as shown in reasons.
    pub factor: String,
    /// How its values are read.
    pub kind: FeatureKind,
    /// What the policy demands of its effect; none leaves it to the data.
    pub monotone: Option<Monotone>,
    /// A digest of the rule that its values come from, where there is one: values by another rule mean something
    /// else, even under the same name.
    pub rule: Option<String>,
    /// What the policy holds of it before any deal is known: the points of 100 that its value 1 earns over its value 0;
    /// none where the policy has no word on it. A learner may start from it; no part of a model file.
    #[serde(skip)]
    pub prior: Option<f64>,
}

/// How a feature's values are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FeatureKind {
    /// A decimal number.
    Number,
    /// Yes or no.
    Boolean,
    /// One of several values.
    Category,
    /// Any of several values, such as the tools in use.
    Tags {
        /// What stands between two values in a cell.
        separator: char,
    },
    /// A moment before the decision; it counts 1 at the decision and half as much each half-life earlier.
    Date {
        /// In days.
        half_life_days: u32,
    },
    /// A job title; it counts by the function and the seniority that it tells.
    Title,
}

/// A direction that a feature's effect must not turn against.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Monotone {
    /// More never lowers the probability.
    Increasing,
    /// More never raises it.
    Decreasing,
}

impl Monotone {
    /// 1 or −1.
    pub(crate) fn sign(self) -> f64 {
        match self {
            Self::Increasing => 1.0,
            Self::Decreasing => -1.0,
        }
    }
}

/// A value, read.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell<'a> {
    /// Not known.
    Unknown,
    /// Of a number, a boolean (0 or 1) or a date (0 to 1).
    Number(f64),
    /// Of a category.
    Category(&'a str),
    /// Of tags, without repetitions; empty is known to be none.
    Tags(Vec<&'a str>),
}

impl<'a> From<Option<&'a FeatureValue>> for Cell<'a> {
    fn from(value: Option<&'a FeatureValue>) -> Self {
        match value {
            None => Self::Unknown,
            Some(FeatureValue::Number(number)) => Self::Number(*number),
            Some(FeatureValue::Category(value)) => Self::Category(value),
            Some(FeatureValue::Tags(tags)) => Self::Tags(tags.iter().map(String::as_str).collect()),
        }
    }
}

/// A cell that is not of its column's kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not {expected}")]
pub struct CellError {
    /// What was expected, in words.
    pub expected: &'static str,
}

const YES: [&str; 5] = ["yes", "true", "y", "t", "1"];
const NO: [&str; 5] = ["no", "false", "n", "f", "0"];

/// How a file writes the numbers and dates of a column. It belongs to the file and not to the feature: a model that
/// learnt from one file reads another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CellFormat {
    /// Its numbers.
    pub numbers: NumberFormat,
    /// Its dates, as far as they do not say themselves what they mean.
    pub dates: DateFormat,
}

/// Yes or no, in the words of exports.
pub fn parse_boolean(text: &str) -> Option<bool> {
    let text = text.trim();
    let is = |words: &[&str]| words.iter().any(|word| text.eq_ignore_ascii_case(word));
    if is(&YES) {
        Some(true)
    } else if is(&NO) {
        Some(false)
    } else {
        None
    }
}

/// A moment that says itself what it means, such as `2026-01-31`; see [`DateFormat::read`].
pub fn parse_moment(text: &str) -> Option<Timestamp> {
    DateFormat::default().read(text)?.moment()
}

impl FeatureKind {
    /// Reads a cell that is written in this format. `as_of` is the moment of the decision; without it a date says
    /// nothing.
    pub fn read(
        self,
        text: &str,
        format: CellFormat,
        as_of: Option<Timestamp>,
    ) -> Result<Cell<'_>, CellError> {
        if is_nothing(text) && !(self == Self::Category && is_a_category(text)) {
            return Ok(Cell::Unknown);
        }
        match self {
            Self::Number => {
                let expected = match format.numbers.mark {
                    DecimalMark::Point => "a finite decimal number",
                    DecimalMark::Comma => "a number with a decimal comma",
                };
                format.numbers.read(text).map(Cell::Number).ok_or(CellError { expected })
            }
            Self::Boolean => parse_boolean(text)
                .map(|yes| Cell::Number(if yes { 1.0 } else { 0.0 }))
                .ok_or(CellError { expected: "yes or no" }),
            Self::Category => Ok(Cell::Category(text.trim())),
            Self::Tags { separator } => {
                let mut tags: Vec<&str> =
                    text.split(separator).map(str::trim).filter(|t| !is_nothing(t)).collect();
                tags.sort_unstable();
                tags.dedup();
                Ok(Cell::Tags(tags))
            }
            Self::Title => match titles::tags(text) {
                tags if tags.is_empty() => Ok(Cell::Unknown),
                tags => Ok(Cell::Tags(tags)),
            },
            Self::Date { half_life_days } => {
                let date =
                    format.dates.read(text).ok_or(CellError { expected: "a date such as 2026-01-31" })?;
                let moment = date.moment().zip(as_of);
                Ok(moment.map_or(Cell::Unknown, |(moment, as_of)| {
                    Cell::Number(recency(moment, as_of, half_life_days))
                }))
            }
        }
    }
}

/// Of the words for nothing, those that say something of their own where each value is a name: somebody asked and got no
/// answer, or it is North America, or Namibia.
fn is_a_category(text: &str) -> bool {
    text.trim() == "NA" || says_unknown(text)
}

/// 2 to the power of −age/half-life; a moment after the decision counts as at the decision.
fn recency(moment: Timestamp, as_of: Timestamp, half_life_days: u32) -> f64 {
    let age_days = as_of.duration_since(moment).as_secs_f64() / 86_400.0;
    libm::exp2(-age_days.max(0.0) / f64::from(half_life_days.max(1)))
}

#[cfg(test)]
mod tests {
    use leadlight_reading::DateOrder;

    use super::*;

    #[test]
    fn cells_are_read_by_kind() {
        let as_of = parse_moment("2026-01-31");
        let read = |kind: FeatureKind, text| kind.read(text, CellFormat::default(), as_of);
        assert_eq!(read(FeatureKind::Number, "N/A"), Ok(Cell::Unknown));
        assert_eq!(read(FeatureKind::Boolean, "Yes"), Ok(Cell::Number(1.0)));
        assert_eq!(read(FeatureKind::Category, " Software "), Ok(Cell::Category("Software")));
        assert_eq!(read(FeatureKind::Category, "NA"), Ok(Cell::Category("NA")));
        assert_eq!(read(FeatureKind::Category, "n/a"), Ok(Cell::Unknown));
        assert_eq!(read(FeatureKind::Category, "unknown"), Ok(Cell::Category("unknown")));
        let tags = FeatureKind::Tags { separator: ';' };
        assert_eq!(read(tags, "b; a;b; ;"), Ok(Cell::Tags(vec!["a", "b"])));
        let title = |text| read(FeatureKind::Title, text);
        assert_eq!(title("Head of Marketing"), title("VP Marketing"), "one thing in two ways");
        assert_eq!(
            title("VP Marketing"),
            Ok(Cell::Tags(vec!["function: marketing", "seniority: vice president"]))
        );
        assert_eq!(title("Chocolatier"), Ok(Cell::Unknown));
        let date = FeatureKind::Date { half_life_days: 30 };
        assert_eq!(read(date, "2026-01-01"), Ok(Cell::Number(0.5)));
        assert_eq!(read(date, "2026-02-09 10:00"), Ok(Cell::Number(1.0)));
        assert!(read(date, "31/01/2026").is_err() && read(FeatureKind::Number, "ten").is_err());
        assert_eq!(date.read("2026-01-01", CellFormat::default(), None), Ok(Cell::Unknown));
        assert_eq!(read(date, "9999-12-31"), Ok(Cell::Unknown));
    }

    #[test]
    fn numbers_and_dates_are_read_in_the_format_of_their_file() {
        let dates = DateFormat { order: Some(DateOrder::DayFirst), number: None };
        let numbers = NumberFormat { mark: DecimalMark::Comma, is_scaled: false };
        let german = CellFormat { numbers, dates };
        assert_eq!(FeatureKind::Number.read("1.250", german, None), Ok(Cell::Number(1250.0)));
        assert_eq!(FeatureKind::Number.read("1.250", CellFormat::default(), None), Ok(Cell::Number(1.25)));
        let date = FeatureKind::Date { half_life_days: 30 };
        assert_eq!(date.read("01.01.2026", german, parse_moment("2026-01-31")), Ok(Cell::Number(0.5)));
    }
}
