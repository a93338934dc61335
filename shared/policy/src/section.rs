//! Parts of a text for people, and how numbers and lists are written in it.

use std::fmt::Display;

/// A part of the policy in words. All of it is plain text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// What it is about.
    pub title: String,
    /// Whole sentences, to be read before the table.
    pub text: Vec<String>,
    /// What is better listed than told.
    pub table: Option<Table>,
}

/// Rows under a head; each row has as many cells as the head.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// What the columns are.
    pub head: Vec<String>,
    /// The cells, row by row.
    pub rows: Vec<Vec<String>>,
}

impl Section {
    pub(crate) fn new(title: impl Into<String>) -> Self {
        Self { title: title.into(), text: Vec::new(), table: None }
    }

    pub(crate) fn text<S: Into<String>>(mut self, sentences: impl IntoIterator<Item = S>) -> Self {
        self.text.extend(sentences.into_iter().map(Into::into));
        self
    }

    /// One width for head and rows.
    pub(crate) fn table<const COLUMNS: usize>(
        mut self,
        head: [&str; COLUMNS],
        rows: impl IntoIterator<Item = [String; COLUMNS]>,
    ) -> Self {
        self.table = Some(Table {
            head: head.map(str::to_owned).to_vec(),
            rows: rows.into_iter().map(Vec::from).collect(),
        });
        self
    }
}

/// "a, b or c".
pub(crate) fn list<T: Display>(entries: impl IntoIterator<Item = T>, last: &str) -> String {
    let entries: Vec<String> = entries.into_iter().map(|entry| entry.to_string()).collect();
    match entries.split_last() {
        Some((end, before)) if !before.is_empty() => format!("{} {last} {end}", before.join(", ")),
        _ => entries.concat(),
    }
}

/// "1 point", "1.5 points": as the file has it, in full.
pub(crate) fn unit(number: impl Display, noun: &str) -> String {
    let number = number.to_string();
    let plural = if number == "1" { "" } else { "s" };
    format!("{number} {noun}{plural}")
}

/// "2 %", in full: float noise beyond ten digits is not the file's.
pub(crate) fn percent(share: f64) -> String {
    format!("{} %", rounded(share * 100.0, 1e10))
}

/// "1,000".
pub(crate) fn thousands(number: impl Display) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// The nearest multiple of 1 / `parts`.
pub(crate) fn rounded(number: f64, parts: f64) -> f64 {
    (number * parts).round() / parts
}

/// A grade as the file has it, with its decimal point.
pub(crate) fn grade(value: f64) -> String {
    format!("{value:?}")
}

/// With its first letter as a capital.
pub(crate) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
