//! What single cells of the list say. What cannot be read is not known.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use leadlight_lead::{Function, Hiring, Topic};
use leadlight_reading::{DateFormat, DateOrder, DecimalMark, WrittenNumber, read_title, words_key};
use leadlight_settings::{cell_parts, read_word};

/// A day in any way that is written: `2026-03-01`, `1. März 2026`, `01.03.2026`. Figures with points between have the day
/// first wherever they are written; with slashes they do in one half of the world, so a day that could be two is none.
pub(crate) fn day(text: &str) -> Option<Date> {
    let by = |order: Option<DateOrder>| {
        let reading = DateFormat { order, number: None }.read(text)?;
        Some(TimeZone::UTC.to_datetime(reading.moment()?).date())
    };
    if let Some(said) = by(None) {
        return Some(said);
    }
    let (day_first, month_first) = (by(Some(DateOrder::DayFirst)), by(Some(DateOrder::MonthFirst)));
    match (day_first, month_first) {
        (Some(day_first), _) if text.contains('.') => Some(day_first),
        (Some(one), Some(other)) => (one == other).then_some(one),
        (one, other) => one.or(other),
    }
}

/// Topics and how strongly each is researched: `lead-scoring 80; crm 60`, or names here and one score in a cell of its own.
/// `None` where a part has no score from 0 to 100.
pub(crate) fn topics(text: &str, score: Option<f64>) -> Option<Vec<Topic>> {
    let mut topics = Vec::new();
    for part in cell_parts(text) {
        let own = part.rsplit_once([' ', ':', '=']).and_then(|(name, number)| {
            // A topic may end in a year or a number of its own where its score has a cell.
            if score.is_some() {
                None
            } else {
                Some((name.trim_end_matches([':', '=', ' ']), intent_score(number)?))
            }
        });
        let (name, score) = own.or_else(|| Some((part, score?)))?;
        let name = words_key(name);
        if name.is_empty() {
            return None;
        }
        topics.push(Topic { name, score });
    }
    (!topics.is_empty()).then_some(topics)
}

/// A score of 0 to 100, with a point or a comma before its decimals.
pub(crate) fn intent_score(text: &str) -> Option<f64> {
    let number = WrittenNumber::of(text.trim_end_matches('%').trim())?;
    // `75.125` might be thousands elsewhere; no score is.
    let readings = [DecimalMark::Point, DecimalMark::Comma].map(|mark| number.by(mark));
    readings.into_iter().flatten().find(|score| (0.0..=100.0).contains(score))
}

/// Roles that a company hires for: `sales 3; engineering 12`, or titles such as `RevOps Manager, SDR`. A role without a
/// number is one position. Roles that nobody understands are left out; `None` where no other is named.
pub(crate) fn hiring(text: &str) -> Option<Vec<Hiring>> {
    let mut open: Vec<Hiring> = Vec::new();
    for part in cell_parts(text) {
        let (role, openings) = counted(part);
        let Some(function) = read_word::<Function>(role).or_else(|| read_title(role).function) else {
            continue;
        };
        match open.iter_mut().find(|other| other.function == function) {
            Some(other) => other.openings = other.openings.saturating_add(openings),
            None => open.push(Hiring { function, openings }),
        }
    }
    (!open.is_empty()).then_some(open)
}

/// `sales 3`, `3 x sales`, `3 Sales`: a role, and how many.
fn counted(part: &str) -> (&str, u32) {
    if let Some((role, number)) = part.rsplit_once([' ', ':'])
        && let Ok(number) = number.trim().parse()
    {
        return (role.trim_end_matches([':', ' ']), number);
    }
    if let Some((number, role)) = part.split_once(' ')
        && let Ok(number) = number.trim_end_matches(['x', '×']).parse()
    {
        return (role.trim_start_matches(['x', '×', ' ']), number);
    }
    (part, 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_read_in_one_way_or_not_at_all() {
        let date = |text: &str| day(text).map(|day| day.to_string());
        assert_eq!(date("2026-03-01").unwrap(), "2026-03-01");
        assert_eq!(date("01.03.2026").unwrap(), "2026-03-01");
        assert_eq!(date("1. März 2026").unwrap(), "2026-03-01");
        assert_eq!(date("25/03/2026").unwrap(), "2026-03-25");
        assert_eq!(date("03/25/2026").unwrap(), "2026-03-25");
        assert_eq!(date("03/03/2026").unwrap(), "2026-03-03");
        for text in ["03/04/2026", "soon", "", "9999-12-31"] {
            assert_eq!(day(text), None, "{text}");
        }
    }

    #[test]
    fn topics_have_their_score_beside_them_or_in_a_cell_of_its_own() {
        let read = |text, score| {
            let read: Option<Vec<_>> =
                topics(text, score).map(|all| all.into_iter().map(|t| (t.name, t.score)).collect());
            read
        };
        let pair = |name: &str, score| (name.to_owned(), score);
        assert_eq!(
            read("Lead Scoring 80; CRM: 60,5", None).unwrap(),
            [pair("lead-scoring", 80.0), pair("crm", 60.5)]
        );
        assert_eq!(read("Lead Scoring", Some(75.5)).unwrap(), [pair("lead-scoring", 75.5)]);
        assert_eq!(read("crm, sales automation", Some(70.0)).unwrap().len(), 2);
        assert_eq!(read("Lead Scoring", None), None, "how strongly is not said");
        assert_eq!(intent_score("101"), None);
        assert_eq!((intent_score("75,5"), intent_score("75.125 %")), (Some(75.5), Some(75.125)));
    }

    #[test]
    fn roles_are_functions_or_titles_with_or_without_a_number() {
        let read = |text| {
            let open = hiring(text)?;
            Some(open.into_iter().map(|one| (one.function, one.openings)).collect::<Vec<_>>())
        };
        assert_eq!(
            read("sales 3; engineering 12"),
            Some(vec![(Function::Sales, 3), (Function::Engineering, 12)])
        );
        assert_eq!(read("2x Sales, Sales"), Some(vec![(Function::Sales, 3)]));
        assert_eq!(read("Head of Revenue Operations"), Some(vec![(Function::RevenueOperations, 1)]));
        assert_eq!(read("juggler"), None);
    }
}
