//! What is wrong with a file, where, and what to do about it.

use std::fmt;
use std::ops::Range;

/// One problem of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The file, as the caller named it.
    pub file: String,
    /// The line, counted from 1.
    pub line: usize,
    /// What is wrong.
    pub what: String,
    /// What to do about it.
    pub remedy: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}; {}", self.file, self.line, self.what, self.remedy)
    }
}

/// A file that is refused, with every problem that was found.
///
/// A file that is not TOML, or has a field of the wrong shape, gives one problem: what follows it can't be read. All
/// other problems are found in one go.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct SettingsError {
    problems: Vec<Problem>,
}

impl SettingsError {
    /// The problems, in the order of their lines. There is at least one.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }
}

impl fmt::Display for SettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.problems.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{problem}")?;
        }
        Ok(())
    }
}

/// Collects problems while a file is checked. Its checks of single values are in [`crate::Limit`]'s module.
#[derive(Debug)]
pub struct Problems<'a> {
    file: &'a str,
    text: &'a str,
    found: Vec<Problem>,
}

impl<'a> Problems<'a> {
    pub(crate) fn new(file: &'a str, text: &'a str) -> Self {
        Self { file, text, found: Vec::new() }
    }

    /// Notes a problem at a byte range of the file, once.
    pub fn add(&mut self, span: Range<usize>, what: impl Into<String>, remedy: impl Into<String>) {
        let before = self.text.as_bytes().iter().take(span.start);
        let line = before.filter(|byte| **byte == b'\n').count() + 1;
        let problem = Problem { file: self.file.to_owned(), line, what: what.into(), remedy: remedy.into() };
        // A table's own problem may be met from two sides.
        if !self.found.contains(&problem) {
            self.found.push(problem);
        }
    }

    /// Notes that the file can't be read at all. The reader's own words may hold a value, which may be somebody's
    /// name: only those that can't are passed on.
    pub(crate) fn add_toml(&mut self, error: &toml::de::Error, example: &str) {
        let span = error.span().unwrap_or(0..0);
        let message = error.message().trim_end();
        let key = self.key_at(span.start);
        let wanted = message.rsplit_once(", expected ").map(|(_, wanted)| plainly(wanted));
        let (what, remedy) = if message.starts_with("missing field") {
            (message.to_owned(), format!("add it; {example} shows each field with its meaning"))
        } else if message.starts_with("unknown field") {
            let what = message.split_once(", ").map_or(message, |(what, _)| what);
            (what.to_owned(), format!("use {}, or remove it", wanted.unwrap_or("no field here")))
        } else if message.starts_with("duplicate key") {
            (format!("{key} is given twice"), "keep one of the two".to_owned())
        } else if let Some(wanted) = wanted.or_else(|| message.strip_prefix("expected ")) {
            (format!("{key} is not valid"), format!("write {wanted}"))
        } else {
            (format!("{key} is not TOML"), "correct the TOML at this line".to_owned())
        };
        self.add(span, what, remedy);
    }

    /// The key or table on the line at a place of the file, for people. Only what can be nothing else: a line
    /// within a longer text or list may hold a name.
    fn key_at(&self, start: usize) -> String {
        let begins = self.text.get(..start).and_then(|before| before.rfind('\n')).map_or(0, |end| end + 1);
        let line =
            self.text.get(begins..).unwrap_or_default().lines().next().unwrap_or_default().trim_start();
        let key = match line.strip_prefix('[') {
            Some(table) => table.split_once(']').map(|(table, _)| table.trim_start_matches('[')),
            None => line.split_once('=').map(|(key, _)| key),
        };
        let of_a_key = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '"');
        match key.map(str::trim) {
            Some(key) if key.chars().all(of_a_key) && key.matches('"').count().is_multiple_of(2) => {
                format!("`{key}`")
            }
            _ => "this line".to_owned(),
        }
    }

    /// The file's own text at a range.
    pub(crate) fn source(&self, span: Range<usize>) -> &'a str {
        self.text.get(span).unwrap_or_default()
    }

    /// The value, if nothing was wrong; else all that was found.
    pub(crate) fn finish<T>(mut self, value: Option<T>) -> Result<T, SettingsError> {
        match value {
            Some(value) if self.found.is_empty() => return Ok(value),
            None if self.found.is_empty() => {
                self.add(0..0, "the file is refused, and Leadlight cannot say why", "report this as a fault");
            }
            _ => {}
        }
        let mut problems = self.found;
        problems.sort_by_key(|problem| problem.line);
        Err(SettingsError { problems })
    }
}

/// What serde calls a type, as people would.
fn plainly(wanted: &str) -> &str {
    match wanted {
        // Of a text that is no TOML.
        "newline, `#`" => "nothing more on this line; a comment begins with `#`",
        "literal string" => "text in quotes",
        "`=`" => "`=` and a value after the name",
        "a map" => "a table: lines of `name = value` below `[its name]`",
        _ if wanted.starts_with("struct ") => "a table: lines of `name = value` below `[its name]`",
        "u8" | "u16" | "u32" | "u64" | "usize" => "a whole number, 0 or more",
        "i8" | "i16" | "i32" | "i64" | "isize" => "a whole number",
        "f32" | "f64" => "a number",
        "a boolean" => "true or false",
        "a string" => "text in quotes",
        "a sequence" => "a list in square brackets",
        other => other,
    }
}
