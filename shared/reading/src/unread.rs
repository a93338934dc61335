//! What was written and could not be read, counted, so that people see what to fix first.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

use crate::amount::read_usd;
use crate::country::read_country;
use crate::headcount::Headcount;
use crate::industry::read_industry;
use crate::nothing::is_nothing;
use crate::text::clean;
use crate::title::read_title;

/// How many different values are counted by field; further ones count in the totals alone. A field that has more is
/// free text, whose single values tell nobody anything.
const DIFFERENT: usize = 1000;
/// In characters; the rest of a longer value is cut off.
const LONGEST: usize = 80;

/// A field whose values are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ReadField {
    /// Of the company.
    Industry,
    /// Of the company's head office.
    Country,
    /// Of the person.
    Title,
    /// Of the company, in employees.
    Size,
    /// Of the company, in US dollars.
    Revenue,
}

impl ReadField {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Country, Self::Industry, Self::Size, Self::Revenue, Self::Title];

    /// Whether a text says something of the field that is understood.
    pub fn understands(self, text: &str) -> bool {
        match self {
            Self::Industry => read_industry(text).is_some(),
            Self::Country => read_country(text).is_some(),
            Self::Title => {
                let read = read_title(text);
                read.function.is_some() || read.seniority.is_some()
            }
            Self::Size => Headcount::read(text).is_some(),
            Self::Revenue => read_usd(text).is_some(),
        }
    }
}

impl fmt::Display for ReadField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Industry => "industry",
            Self::Country => "country",
            Self::Title => "title",
            Self::Size => "company size",
            Self::Revenue => "revenue",
        })
    }
}

/// A value that could not be read. It is what somebody typed: for people's eyes, not for logs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unread {
    /// Where it was written.
    pub field: ReadField,
    /// As written, on one line, at most 80 characters.
    pub value: String,
    /// How often.
    pub count: u64,
}

/// Counts what could not be read, field by field. However much is counted, it keeps at most a thousand values a field.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UnreadTally {
    fields: BTreeMap<ReadField, Counts>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Counts {
    said: u64,
    unread: u64,
    values: BTreeMap<String, u64>,
}

impl UnreadTally {
    /// Counts a value by what this crate understands. What says that nothing is known is no value.
    pub fn see(&mut self, field: ReadField, text: &str) {
        self.see_as(field, text, field.understands(text));
    }

    /// Counts a value whose reader knows more than this crate, such as a policy with industries of its own.
    pub fn see_as(&mut self, field: ReadField, text: &str, is_understood: bool) {
        if is_nothing(text) {
            return;
        }
        let counts = self.fields.entry(field).or_default();
        counts.said += 1;
        if is_understood {
            return;
        }
        counts.unread += 1;
        let value: String = clean(text).chars().take(LONGEST).collect();
        let has_room = counts.values.len() < DIFFERENT;
        if let Some(count) = counts.values.get_mut(&value) {
            *count += 1;
        } else if has_room {
            counts.values.insert(value, 1);
        }
    }

    /// How many values a field had, and how many of them could not be read.
    pub fn total(&self, field: ReadField) -> (u64, u64) {
        self.fields.get(&field).map_or((0, 0), |counts| (counts.said, counts.unread))
    }

    /// The values of a field that could not be read, the most frequent first, at most `most` of them.
    pub fn top(&self, field: ReadField, most: usize) -> Vec<Unread> {
        let counts = self.fields.get(&field).map(|counts| &counts.values);
        let mut values: Vec<(&String, u64)> =
            counts.into_iter().flatten().map(|(value, count)| (value, *count)).collect();
        values.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        values.truncate(most);
        values.into_iter().map(|(value, count)| Unread { field, value: value.clone(), count }).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_understood_is_counted_and_the_most_frequent_comes_first() {
        let mut tally = UnreadTally::default();
        for text in ["Software", "Widgets", "Gadgets", " Widgets\u{200b}", "n/a", "", "COMPUTER_SOFTWARE"] {
            tally.see(ReadField::Industry, text);
        }
        tally.see(ReadField::Size, "a few");
        tally.see(ReadField::Size, "11-50");
        tally.see(ReadField::Title, "VP Sales");
        assert_eq!(tally.total(ReadField::Industry), (5, 3), "a filler is no value");
        assert_eq!(tally.total(ReadField::Title), (1, 0));
        assert_eq!(tally.total(ReadField::Country), (0, 0));
        let top = tally.top(ReadField::Industry, 1);
        let widgets = Unread { field: ReadField::Industry, value: "Widgets".to_owned(), count: 2 };
        assert_eq!(top, [widgets]);
        assert_eq!(tally.top(ReadField::Size, 9).len(), 1);
    }

    #[test]
    fn a_million_different_values_take_no_more_room_than_a_thousand() {
        let mut tally = UnreadTally::default();
        for n in 0..5000 {
            tally.see_as(ReadField::Industry, &format!("{n} {}", "x".repeat(500)), false);
        }
        assert_eq!(tally.total(ReadField::Industry), (5000, 5000));
        let kept = tally.top(ReadField::Industry, usize::MAX);
        assert_eq!(kept.len(), DIFFERENT);
        assert!(kept.iter().all(|unread| unread.value.chars().count() == LONGEST));
    }

    #[test]
    fn a_policys_own_word_is_not_counted_as_unread() {
        let mut tally = UnreadTally::default();
        tally.see_as(ReadField::Industry, "Widgets", true);
        assert_eq!(tally.total(ReadField::Industry), (1, 0));
        assert_eq!(tally.top(ReadField::Industry, 3), []);
    }
}
