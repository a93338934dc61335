//! What is wrong with a policy file, where, and how to mend it.

use std::fmt;
use std::ops::Range;

/// One problem of a policy file.
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

/// A policy that is refused, with every problem that was found.
///
/// A file that is not TOML, or has a field of the wrong shape, gives one problem: what follows it
/// can't be read. All other problems are found in one go.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct PolicyError {
    problems: Vec<Problem>,
}

impl PolicyError {
    /// The problems, in the order of their lines. There is at least one.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }
}

impl fmt::Display for PolicyError {
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

/// Collects problems while a file is checked.
pub(crate) struct Problems<'a> {
    file: &'a str,
    text: &'a str,
    found: Vec<Problem>,
}

impl<'a> Problems<'a> {
    pub(crate) fn new(file: &'a str, text: &'a str) -> Self {
        Self { file, text, found: Vec::new() }
    }

    /// Notes a problem at a byte range of the file.
    pub(crate) fn add(&mut self, span: Range<usize>, what: impl Into<String>, remedy: impl Into<String>) {
        let before = self.text.as_bytes().iter().take(span.start);
        let line = before.filter(|byte| **byte == b'\n').count() + 1;
        let problem = Problem { file: self.file.to_owned(), line, what: what.into(), remedy: remedy.into() };
        // A table's own problem may be met from two sides.
        if !self.found.contains(&problem) {
            self.found.push(problem);
        }
    }

    /// Notes that the file can't be read at all.
    pub(crate) fn add_toml(&mut self, error: &toml::de::Error) {
        let span = error.span().unwrap_or(0..0);
        let message = error.message().trim_end();
        let here = self.source(span.clone());
        let (what, remedy) = if let Some((what, known)) = message.split_once(", expected one of ") {
            (what.to_owned(), format!("use one of {known}, or remove it"))
        } else if let Some((what, wanted)) = message.split_once(", expected ") {
            (what.to_owned(), format!("write {wanted}"))
        } else if message.starts_with("missing field") {
            (message.to_owned(), "add it; the default policy shows each field with its meaning".to_owned())
        } else if message.starts_with("duplicate key") {
            (format!("`{here}` is given twice"), "keep one of the two".to_owned())
        } else if let Some(wanted) = message.strip_prefix("expected ") {
            (format!("`{here}` is not valid here"), format!("write {wanted}"))
        } else {
            (message.to_owned(), "correct the TOML at this line".to_owned())
        };
        self.add(span, what, remedy);
    }

    /// The file's own text at a range.
    pub(crate) fn source(&self, span: Range<usize>) -> &'a str {
        self.text.get(span).unwrap_or_default()
    }

    /// The value, if nothing was wrong.
    pub(crate) fn finish<T>(self, value: T) -> Result<T, PolicyError> {
        if self.found.is_empty() { Ok(value) } else { Err(self.refuse()) }
    }

    /// All that was found.
    pub(crate) fn refuse(self) -> PolicyError {
        let mut problems = self.found;
        problems.sort_by_key(|problem| problem.line);
        PolicyError { problems }
    }
}
