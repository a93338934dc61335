//! What a feature is, and how a cell of a table is read for it: one reader for training and scoring.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use leadlight_lead::CriterionGroup;
use serde::{Deserialize, Serialize};

use crate::titles;

/// A feature, by the policy or from a table's column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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

/// A cell that is not of its column's kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not {expected}")]
pub struct CellError {
    /// What was expected, in words.
    pub expected: &'static str,
}

/// What exports write where nothing is known. `unknown` is not among them: as a category's value it says
/// something of its own.
const UNKNOWN: [&str; 11] = ["", "na", "n/a", "nan", "null", "none", "nil", "-", "--", "?", "#n/a"];
const YES: [&str; 5] = ["yes", "true", "y", "t", "1"];
const NO: [&str; 5] = ["no", "false", "n", "f", "0"];

/// Whether a cell says that nothing is known.
pub fn is_unknown(text: &str) -> bool {
    let text = text.trim();
    text.len() <= 4 && UNKNOWN.iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// A decimal number as exports write it: 1234.5, 1,234.5, −3, 5e-3. Infinity and NaN are none.
pub fn parse_number(text: &str) -> Option<f64> {
    let text = text.trim();
    let plain = text.parse::<f64>().ok();
    let value = plain.or_else(|| has_thousands(text).then(|| text.replace(',', "").parse().ok()).flatten());
    value.filter(|x| x.is_finite())
}

/// Groups of three digits behind commas.
fn has_thousands(text: &str) -> bool {
    let whole = text.split('.').next().unwrap_or_default().trim_start_matches(['-', '+']);
    let mut groups = whole.split(',');
    let first = groups.next().unwrap_or_default();
    (1..=3).contains(&first.len())
        && !first.starts_with('0')
        && first.bytes().all(|b| b.is_ascii_digit())
        && whole.contains(',')
        && groups.all(|g| g.len() == 3 && g.bytes().all(|b| b.is_ascii_digit()))
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

/// A moment: RFC 3339, `2026-01-31`, or `2026-01-31 08:30` with or without seconds, then in UTC.
pub fn parse_moment(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if let Ok(moment) = text.parse::<Timestamp>() {
        return Some(moment);
    }
    let moment = match text.parse::<DateTime>() {
        Ok(moment) => moment,
        Err(_) => text.parse::<Date>().ok()?.at(0, 0, 0, 0),
    };
    TimeZone::UTC.to_timestamp(moment).ok()
}

impl FeatureKind {
    /// Reads a cell. `as_of` is the moment of the decision; without it a date says nothing.
    pub fn read(self, text: &str, as_of: Option<Timestamp>) -> Result<Cell<'_>, CellError> {
        // As a category NA is North America, or Namibia, more often than nothing.
        let named = self == Self::Category && text.trim() == "NA";
        if is_unknown(text) && !named {
            return Ok(Cell::Unknown);
        }
        match self {
            Self::Number => {
                parse_number(text).map(Cell::Number).ok_or(CellError { expected: "a finite decimal number" })
            }
            Self::Boolean => parse_boolean(text)
                .map(|yes| Cell::Number(if yes { 1.0 } else { 0.0 }))
                .ok_or(CellError { expected: "yes or no" }),
            Self::Category => Ok(Cell::Category(text.trim())),
            Self::Tags { separator } => {
                let mut tags: Vec<&str> =
                    text.split(separator).map(str::trim).filter(|t| !is_unknown(t)).collect();
                tags.sort_unstable();
                tags.dedup();
                Ok(Cell::Tags(tags))
            }
            Self::Title => match titles::tags(text) {
                tags if tags.is_empty() => Ok(Cell::Unknown),
                tags => Ok(Cell::Tags(tags)),
            },
            Self::Date { half_life_days } => {
                let moment = parse_moment(text).ok_or(CellError { expected: "a date such as 2026-01-31" })?;
                Ok(as_of.map_or(Cell::Unknown, |as_of| Cell::Number(recency(moment, as_of, half_life_days))))
            }
        }
    }
}

/// 2 to the power of −age/half-life; a moment after the decision counts as at the decision.
fn recency(moment: Timestamp, as_of: Timestamp, half_life_days: u32) -> f64 {
    let age_days = as_of.duration_since(moment).as_secs_f64() / 86_400.0;
    libm::exp2(-age_days.max(0.0) / f64::from(half_life_days.max(1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_exports_write_them() {
        assert_eq!(parse_number(" -1,234.5 "), Some(-1234.5));
        assert_eq!(parse_number("5e-3"), Some(0.005));
        for text in ["1,23", "0,125", "12,3456", "inf", "NaN", "1.2.3", "", "12a"] {
            assert_eq!(parse_number(text), None, "{text}");
        }
    }

    #[test]
    fn cells_are_read_by_kind() {
        let as_of = parse_moment("2026-01-31");
        let read = |kind: FeatureKind, text| kind.read(text, as_of);
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
        assert_eq!(date.read("2026-01-01", None), Ok(Cell::Unknown));
    }
}
