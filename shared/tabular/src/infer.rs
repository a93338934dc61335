//! How a column is read, decided from what its cells hold.

use leadlight_model::FeatureKind;

use crate::formats::Decided;
use crate::survey::{Parts, Survey};
use crate::words;

/// In which days a date counts half, where nothing is declared.
const HALF_LIFE_DAYS: u32 = 30;
/// Numbers and dates may have this share of cells, in percent, that are none.
const PERCENT_OF_KIND: u64 = 98;
/// Fewer rows may rise by chance.
const ROWS_TO_COUNT: u64 = 20;
/// As many values are a category in any table.
const FEW_VALUES: u64 = 50;
const TAG_BYTES_MAX: u64 = 40;
/// A value that comes as often says something.
const OFTEN: u32 = 5;

/// A decision with its reason in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Verdict {
    /// None where the column is left out.
    pub(crate) kind: Option<FeatureKind>,
    pub(crate) why: String,
}

/// How a column of this name is read. `has_time` says that dates can be aged.
pub(crate) fn infer(name: &str, survey: &Survey, decided: &Decided, has_time: bool) -> Verdict {
    let verdict = inferred(name, survey, decided, has_time);
    let unknown = survey.unknown;
    match verdict.kind {
        Some(_) if unknown > 0 => {
            let rows = unknown + survey.known;
            Verdict { why: format!("{}; not known in {unknown} of {rows} rows", verdict.why), ..verdict }
        }
        _ => verdict,
    }
}

/// A column whose kind is declared is left out only where it could say nothing.
pub(crate) fn declared(kind: FeatureKind, has_time: bool) -> Verdict {
    if matches!(kind, FeatureKind::Date { .. }) && !has_time {
        return no_time();
    }
    kept(kind, "declared")
}

fn inferred(name: &str, survey: &Survey, decided: &Decided, has_time: bool) -> Verdict {
    let distinct = survey.values.count();
    if survey.known == 0 {
        return left_out("never known");
    }
    if distinct == 1 && survey.values.is_exact() && survey.unknown == 0 {
        return left_out("always the same");
    }
    if survey.yes_or_no == survey.known {
        return kept(FeatureKind::Boolean, "yes or no");
    }
    let format = decided.format;
    let dates = match decided.no_dates {
        // Which they are cannot be told, but that they are dates can.
        Some(_) => survey.formats.dates.dates(),
        None => survey.formats.dates.fitting(format.dates),
    };
    let numbers = survey.formats.numbers.fitting(format.numbers);
    if format.dates.number.is_none() || !most_are(dates, survey) {
        if most_are(numbers, survey) {
            return number(name, survey, decided, numbers);
        }
        if most_are(survey.formats.numbers.count(), survey) {
            return left_out("numbers that are written in more than one way; write all in one");
        }
    }
    if most_are(dates, survey) {
        if !has_time {
            return no_time();
        }
        let why = but_for(survey, dates, "dates", &decided.of_dates);
        return kept(FeatureKind::Date { half_life_days: HALF_LIFE_DAYS }, &why);
    }
    if let Some((separator, parts)) = tags(survey) {
        let why = format!(
            "several values in a cell, {} in all, between them \"{separator}\"",
            parts.values.count()
        );
        return kept(FeatureKind::Tags { separator }, &why);
    }
    category(survey)
}

/// Whether nearly all cells are of a kind, not counting words that say "not known".
fn most_are(count: u64, survey: &Survey) -> bool {
    let meant = survey.known - survey.said_unknown;
    count * 100 >= meant * PERCENT_OF_KIND && count * 2 >= survey.known
}

fn number(name: &str, survey: &Survey, decided: &Decided, count: u64) -> Verdict {
    let numbers = survey.numbers(decided.format.numbers.mark);
    let all_whole = numbers.whole == survey.known;
    let distinct = !survey.values.repeats();
    if all_whole && distinct && survey.unknown == 0 && survey.known > ROWS_TO_COUNT && numbers.is_a_count() {
        return left_out("counts the rows: an identifier");
    }
    if all_whole && words::is_identifier(name) {
        if distinct {
            return left_out("an identifier, by its name and because no value repeats");
        }
        let verdict = category(survey);
        return Verdict {
            why: format!("numbers that name something, by its name; {}", verdict.why),
            ..verdict
        };
    }
    kept(FeatureKind::Number, &but_for(survey, count, "numbers", &decided.of_numbers))
}

/// `numbers`, `numbers, with a decimal comma`, or `numbers, but for 3 cells`.
fn but_for(survey: &Survey, count: u64, kind: &str, format: &[String]) -> String {
    let mut words = vec![kind.to_owned()];
    words.extend_from_slice(format);
    let kind = words.join(", ");
    match survey.known.saturating_sub(count) {
        0 => kind,
        1 => format!("{kind}, but for 1 cell"),
        others => format!("{kind}, but for {others} cells"),
    }
}

/// The separator that takes the most cells apart into values that come again and again.
fn tags(survey: &Survey) -> Option<(char, &Parts)> {
    let repeat = |parts: &Parts| {
        let distinct = parts.values.count();
        parts.cells * 10 >= survey.known
            && distinct * 3 <= parts.count
            && parts.bytes <= parts.count * TAG_BYTES_MAX
            && survey.values.count() > 2 * distinct
    };
    survey.parts().filter(|(_, parts)| repeat(parts)).max_by_key(|(_, parts)| parts.cells)
}

fn category(survey: &Survey) -> Verdict {
    let (known, distinct) = (survey.known, survey.values.count());
    let about = if survey.values.is_exact() { "" } else { "about " };
    if known > ROWS_TO_COUNT && distinct * 10 > known * 9 {
        return left_out("text that differs in nearly every row");
    }
    let mostly_often = survey.values.cells_below(OFTEN) * 2 <= known;
    if distinct <= FEW_VALUES || known >= distinct * 3 || mostly_often {
        let values = if distinct == 1 { "value" } else { "values" };
        return kept(FeatureKind::Category, &format!("text of {about}{distinct} {values}"));
    }
    left_out(&format!("text that differs in most rows ({about}{distinct} values in {known} cells)"))
}

fn no_time() -> Verdict {
    left_out(
        "dates, and there is no time to age them to; say with --decided which column tells when a lead was decided on",
    )
}

fn kept(kind: FeatureKind, why: &str) -> Verdict {
    Verdict { kind: Some(kind), why: why.to_owned() }
}

fn left_out(why: &str) -> Verdict {
    Verdict { kind: None, why: why.to_owned() }
}
