//! One date, taken apart.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};

use super::{DateOrder, DateReading, at, is_no_year, words};
use crate::text::fold;

/// A date as it stands there.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Written {
    /// It says itself what it means.
    Said(DateReading),
    /// Figures whose order must be known.
    Figures(Figures),
}

/// Three numbers with the same mark between them; none but perhaps the last has four digits.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Figures {
    pub(super) parts: [u16; 3],
    /// The last has four.
    pub(super) is_long: bool,
    pub(super) mark: char,
    time: Time,
    /// In minutes before UTC.
    offset: i32,
}

impl Figures {
    /// The reading by this order, if it makes a date.
    pub(super) fn by(self, order: DateOrder) -> Option<DateReading> {
        let [a, b, c] = self.parts;
        let (year, month, day) = match order {
            DateOrder::DayFirst => (c, b, a),
            DateOrder::MonthFirst => (c, a, b),
            DateOrder::YearFirst if self.is_long || self.mark != '-' => return None,
            DateOrder::YearFirst => (a, b, c),
        };
        let year = if self.is_long { i16::try_from(year).ok()? } else { long_year(year) };
        moment(year, month, day, self.time, self.offset)
    }
}

/// 00 to 68 are of this century, as POSIX has it.
fn long_year(year: u16) -> i16 {
    let year = i16::try_from(year).unwrap_or_default();
    year + if year < 69 { 2000 } else { 1900 }
}

fn moment(year: i16, month: u16, day: u16, time: Time, offset: i32) -> Option<DateReading> {
    // Some of these dates are in no calendar: 0000-00-00, 1900-01-00.
    if is_no_year(year) {
        return (month <= 12 && day <= 31).then_some(DateReading::NoDate);
    }
    let date = Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
    match at(date.to_datetime(time))? {
        DateReading::Moment(local) => {
            let shift = jiff::SignedDuration::from_mins(i64::from(offset));
            local.checked_sub(shift).ok().map(DateReading::Moment)
        }
        DateReading::NoDate => Some(DateReading::NoDate),
    }
}

/// No date is longer, JavaScript's own form included.
const BYTES_MAX: usize = 80;
const TOKENS_MAX: usize = 24;

impl Written {
    pub(super) fn of(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        let begins = *bytes.first()?;
        if bytes.len() > BYTES_MAX || bytes.len() < 5 {
            return None;
        }
        if begins.is_ascii_digit() {
            if bytes.get(4) == Some(&b'-')
                && let Some(reading) = standard(text)
            {
                return Some(Self::Said(reading));
            }
            // A number of up to four digits and then a mark, a space or a word: else it is none.
            let digits = bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
            if digits > 4 || bytes[digits..].iter().filter(|byte| byte.is_ascii_digit()).count() < 2 {
                return None;
            }
        } else if !bytes.iter().any(u8::is_ascii_digit) || !begins_with_a_word_of_dates(text) {
            return None;
        }
        taken_apart(text)
    }
}

/// RFC 3339, and ISO 8601 without a zone.
fn standard(text: &str) -> Option<DateReading> {
    at(usual(text.as_bytes()).or_else(|| any_standard(text))?)
}

fn any_standard(text: &str) -> Option<DateTime> {
    match text.parse::<Timestamp>() {
        Ok(moment) => Some(jiff::tz::TimeZone::UTC.to_datetime(moment)),
        Err(_) => match text.parse::<DateTime>() {
            Ok(moment) => Some(moment),
            Err(_) => text.parse::<Date>().ok().map(|date| date.at(0, 0, 0, 0)),
        },
    }
}

/// `2026-01-31`, `2026-01-31 08:30`, `2026-01-31T08:30:00Z`: what nearly all systems write, read by the places of its
/// figures. A column of a million dates is read by it.
fn usual(text: &[u8]) -> Option<DateTime> {
    let figures = |place: usize| match text.get(place..place + 2)? {
        [tens @ b'0'..=b'9', ones @ b'0'..=b'9'] => i8::try_from((tens - b'0') * 10 + ones - b'0').ok(),
        _ => None,
    };
    let mark = |place: usize| text.get(place).copied();
    if (mark(4), mark(7)) != (Some(b'-'), Some(b'-')) {
        return None;
    }
    let year = i16::from(figures(0)?) * 100 + i16::from(figures(2)?);
    let date = Date::new(year, figures(5)?, figures(8)?).ok().filter(|_| !is_no_year(year))?;
    if text.len() > 10 && !(matches!(mark(10), Some(b' ' | b'T')) && mark(13) == Some(b':')) {
        return None;
    }
    let (hour, minute, second) = match text.len() {
        10 => (0, 0, 0),
        16 => (figures(11)?, figures(14)?, 0),
        19 if mark(16) == Some(b':') => (figures(11)?, figures(14)?, figures(17)?),
        20 if (mark(16), mark(19)) == (Some(b':'), Some(b'Z')) => (figures(11)?, figures(14)?, figures(17)?),
        _ => return None,
    };
    Some(date.to_datetime(Time::new(hour, minute, second, 0).ok()?))
}

fn begins_with_a_word_of_dates(text: &str) -> bool {
    let end = text.find(|c: char| !c.is_alphabetic()).unwrap_or(text.len());
    let word = &text[..end];
    if !words::may_be_one(word) {
        return false;
    }
    let word = fold(word);
    words::month(&word).is_some() || words::is_beside(&word)
}

#[derive(Debug, Clone, PartialEq)]
enum Token {
    /// With how many digits.
    Number(u32, usize),
    Word(String),
    Mark(char),
}

/// Numbers, words and marks; spaces only part them. None where they are too many to be a date.
fn tokens(text: &str) -> Option<Vec<Token>> {
    let text = text.replace(['年', '月'], "/").replace('日', " ");
    let mut tokens = Vec::new();
    let mut rest = text.trim();
    while let Some(first) = rest.chars().next() {
        let end_of = |is: fn(char) -> bool| rest.find(|c: char| !is(c)).unwrap_or(rest.len());
        let end = if first.is_ascii_digit() {
            let end = end_of(|c| c.is_ascii_digit());
            tokens.push(Token::Number(rest[..end].parse().ok()?, end));
            end
        } else if first.is_alphabetic() {
            let end = end_of(char::is_alphabetic);
            tokens.push(Token::Word(fold(&rest[..end])));
            end
        } else {
            if !first.is_whitespace() {
                tokens.push(Token::Mark(if matches!(first, '−' | '–' | '‑') { '-' } else { first }));
            }
            first.len_utf8()
        };
        if tokens.len() > TOKENS_MAX {
            return None;
        }
        rest = &rest[end..];
    }
    Some(tokens)
}

fn taken_apart(text: &str) -> Option<Written> {
    let tokens = tokens(text)?;
    let colon = tokens.iter().position(|token| *token == Token::Mark(':'));
    // JavaScript writes the year last but one of all: `Tue Mar 05 2024 10:00:00 GMT+0100 (Central European Time)`.
    let (date, clock) = tokens.split_at(colon.map_or(tokens.len(), |colon| colon.saturating_sub(1)));
    let (time, offset) = if clock.is_empty() { (Time::midnight(), 0) } else { clock_time(clock)? };
    let month = date.iter().find_map(|token| match token {
        Token::Word(word) => words::month(word),
        _ => None,
    });
    match month {
        Some(month) => named(date, month, time, offset).map(Written::Said),
        None => figures(date, time, offset),
    }
}

/// A date with its month in words.
fn named(tokens: &[Token], month: i8, time: Time, offset: i32) -> Option<DateReading> {
    let mut numbers: Vec<(u32, usize)> = Vec::new();
    let mut before_month = None;
    for token in tokens {
        match token {
            Token::Number(number, digits) if *digits <= 4 => numbers.push((*number, *digits)),
            Token::Word(word) if words::month(word) == Some(month) && before_month.is_none() => {
                before_month = Some(numbers.len());
            }
            Token::Word(word) if words::is_beside(word) => {}
            Token::Mark('.' | ',' | '-' | '/' | '\'' | '’' | 'º' | 'ª' | '°') => {}
            _ => return None,
        }
    }
    let [first, second] = numbers.as_slice() else { return None };
    let (year, day) = match (before_month?, first.1, second.1) {
        (0 | 1, 1 | 2, 2 | 4) => (second, first),
        (1, 4, 1 | 2) => (first, second),
        _ => return None,
    };
    let year = u16::try_from(year.0).ok().map(|number| match year.1 {
        4 => i16::try_from(number).unwrap_or_default(),
        _ => long_year(number),
    })?;
    moment(year, u16::try_from(month).ok()?, u16::try_from(day.0).ok()?, time, offset)
}

/// A date in figures alone.
fn figures(tokens: &[Token], time: Time, offset: i32) -> Option<Written> {
    let is_beside = |token: &&Token| !matches!(token, Token::Word(word) if words::is_beside(word));
    let mut tokens: Vec<&Token> = tokens.iter().filter(is_beside).collect();
    // What stands before a time, and behind a day of the week or the last part: `Mo., 5. 3. 2024,`.
    while matches!(tokens.first(), Some(Token::Mark('.' | ','))) {
        tokens.remove(0);
    }
    while matches!(tokens.last(), Some(Token::Mark('.' | ',' | '-'))) {
        tokens.pop();
    }
    let [
        Token::Number(a, first),
        Token::Mark(mark),
        Token::Number(b, second),
        Token::Mark(again),
        Token::Number(c, third),
    ] = tokens.as_slice()
    else {
        return None;
    };
    if mark != again || !matches!(mark, '.' | '/' | '-') || *second > 2 {
        return None;
    }
    let part = |number: &u32| u16::try_from(*number).ok();
    let parts = [part(a)?, part(b)?, part(c)?];
    match (*first, *third) {
        (4, 1 | 2) => {
            let year = i16::try_from(parts[0]).ok()?;
            moment(year, parts[1], parts[2], time, offset).map(Written::Said)
        }
        (1 | 2, 4 | 2) => {
            let figures = Figures { parts, is_long: *third == 4, mark: *mark, time, offset };
            DateOrder::ALL
                .into_iter()
                .any(|order| figures.by(order).is_some())
                .then_some(Written::Figures(figures))
        }
        _ => None,
    }
}

/// `14:30`, `2:30:05.123 PM`, `10:00:00 GMT+0100 (…)`: the time, and minutes before UTC.
fn clock_time(tokens: &[Token]) -> Option<(Time, i32)> {
    let [Token::Number(hour, 1 | 2), Token::Mark(':'), Token::Number(minute, 2), rest @ ..] = tokens else {
        return None;
    };
    let (second, rest) = match rest {
        [
            Token::Mark(':'),
            Token::Number(second, 2),
            Token::Mark('.' | ','),
            Token::Number(..),
            rest @ ..,
        ]
        | [Token::Mark(':'), Token::Number(second, 2), rest @ ..] => (*second, rest),
        rest => (0, rest),
    };
    let (hour, rest) = match rest {
        [Token::Word(word), rest @ ..] if word == "am" || word == "pm" => (of_half(*hour, word)?, rest),
        [Token::Word(half), Token::Mark('.'), Token::Word(m), Token::Mark('.'), rest @ ..]
            if (half == "a" || half == "p") && m == "m" =>
        {
            (of_half(*hour, half)?, rest)
        }
        [Token::Word(word), rest @ ..] if word == "uhr" || word == "h" => (*hour, rest),
        rest => (*hour, rest),
    };
    let part = |number: u32| i8::try_from(number).ok();
    let time = Time::new(part(hour)?, part(minute.to_owned())?, part(second.min(59))?, 0).ok()?;
    Some((time, offset(rest)?))
}

fn of_half(hour: u32, half: &str) -> Option<u32> {
    (1..=12).contains(&hour).then(|| hour % 12 + if half.starts_with('p') { 12 } else { 0 })
}

/// Minutes that a clock here is ahead of UTC.
fn offset(tokens: &[Token]) -> Option<i32> {
    let (mut minutes, mut rest) = (0, tokens);
    if let [Token::Word(word), after @ ..] = rest {
        minutes = i32::from(words::zone(word)?) * 60;
        rest = after;
    }
    let sign = match rest {
        [Token::Mark('+'), ..] => 1,
        [Token::Mark('-'), ..] => -1,
        // `(Central European Time)` says it again.
        [] | [Token::Mark('('), ..] => return Some(minutes),
        _ => return None,
    };
    let ahead = match &rest[1..] {
        [Token::Number(hours, 1 | 2), Token::Mark(':'), Token::Number(minutes, 2), ..] => {
            hours * 60 + minutes
        }
        [Token::Number(both, 4), ..] => both / 100 * 60 + both % 100,
        [Token::Number(hours, 1 | 2), ..] => hours * 60,
        _ => return None,
    };
    (ahead <= 18 * 60).then(|| i32::try_from(ahead).ok().map(|ahead| minutes + sign * ahead))?
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn the_short_way_to_a_date_leads_where_the_long_one_does(
            text in "(19|20)[0-9]{2}-[01][0-9]-[0-3][0-9]([T ][0-2][0-9]:[0-5][0-9](:[0-6][0-9](Z|\\.5)?)?)?",
        ) {
            if let Some(moment) = usual(text.as_bytes()) {
                proptest::prop_assert_eq!(Some(moment), any_standard(&text));
            }
        }
    }

    #[test]
    fn what_systems_write_goes_the_short_way() {
        for text in ["2026-01-31", "2026-01-31 08:30", "2026-01-31T08:30:05", "2026-01-31T08:30:05Z"] {
            assert!(usual(text.as_bytes()).is_some(), "{text}");
        }
        for text in
            ["2026-02-30", "2026-01-31T08:30:60", "2026-01-31 08:30 ", "9999-12-31", "2026-01-31x08:30"]
        {
            assert_eq!(usual(text.as_bytes()), None, "{text}");
        }
    }
}
