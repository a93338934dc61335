//! Dates that lie after the decision: what a column of them tells was not known when the lead was decided on.

use jiff::{SignedDuration, Timestamp};
use leadlight_model::{Finding, Severity};
use leadlight_reading::{DateFormat, DateReading};

/// Clocks of two systems may differ by so much.
const CLOCKS: SignedDuration = SignedDuration::from_mins(10);
/// A decision's date alone is anywhere in its day.
const A_DAY: SignedDuration = SignedDuration::from_hours(24);
/// A date alone may be that of another time zone.
const ZONES: SignedDuration = SignedDuration::from_hours(14);
const DAY_SECONDS: i64 = 86_400;
/// Judgement: fewer rows may be mistyped.
const ROWS_MIN: u64 = 3;
const PERCENT_MIN: u64 = 5;

/// How many dates of a column lie after the decision.
#[derive(Default)]
pub(crate) struct Later {
    known: u64,
    later: u64,
}

impl Later {
    /// Counts a cell of a row that was decided on then.
    pub(crate) fn see(&mut self, cell: &str, dates: DateFormat, decided: Option<Timestamp>) {
        let Some(decided) = decided else { return };
        let Some(moment) = dates.read(cell).and_then(DateReading::moment) else { return };
        let is_date_alone = |moment: Timestamp| moment.as_second().rem_euclid(DAY_SECONDS) == 0;
        let slack = match (is_date_alone(moment), is_date_alone(decided)) {
            (true, true) => SignedDuration::ZERO,
            (false, true) => A_DAY,
            (true, false) => ZONES,
            (false, false) => CLOCKS,
        };
        self.known += 1;
        self.later += u64::from(moment.duration_since(decided) > slack);
    }

    /// Red where it is the rule, amber where it happens.
    pub(crate) fn finding(&self, column: &str) -> Option<Finding> {
        let Self { known, later } = *self;
        let severity = match later {
            0 => return None,
            ROWS_MIN.. if later * 100 >= known * PERCENT_MIN => Severity::Red,
            _ => Severity::Amber,
        };
        let remedy = match severity {
            Severity::Red => "it was not known when the lead was decided on: leave it out",
            _ => "mend these dates, or leave the column out",
        };
        Some(Finding {
            severity,
            feature: Some(column.to_owned()),
            what: format!(
                "`{column}` is later than the decision in {later} of the {known} rows where it is known"
            ),
            remedy: remedy.to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn severity(dates: &[(&str, &str)]) -> Option<Severity> {
        let mut later = Later::default();
        for (date, decided) in dates {
            let format = DateFormat::default();
            later.see(date, format, format.read(decided).and_then(DateReading::moment));
        }
        later.finding("x").map(|finding| finding.severity)
    }

    #[test]
    fn a_date_alone_on_the_decisions_day_is_not_later() {
        let same = [("2026-03-02", "2026-03-02 14:00"), ("2026-03-02 14:00", "2026-03-02")];
        assert_eq!(severity(&same.repeat(10)), None);
        assert_eq!(severity(&[("2026-03-03", "2026-03-02")].repeat(10)), Some(Severity::Red));
        assert_eq!(severity(&[("2026-03-02 14:05", "2026-03-02 14:00")].repeat(10)), None);
    }

    #[test]
    fn dates_after_the_decision_are_red_by_their_values() {
        let (before, after) = (("2026-03-01", "2026-03-02"), ("2026-03-05", "2026-03-02"));
        assert_eq!(severity(&[[before; 9], [after; 9]].concat()), Some(Severity::Red));
        assert_eq!(severity(&[vec![before; 99], vec![after; 1]].concat()), Some(Severity::Amber));
        assert_eq!(severity(&[before; 9]), None);
    }
}
