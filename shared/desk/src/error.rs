//! What is wrong with a team file, where, and how to mend it.

use std::fmt;
use std::ops::Range;

use leadlight_policy::Problem;

/// A team that is refused, with every problem that was found.
///
/// A file that is not TOML, or has a field of the wrong shape, gives one problem: what follows it can't be
/// read. All other problems are found in one go. A person's name or sign-in is never repeated.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct TeamError {
    problems: Vec<Problem>,
}

impl TeamError {
    /// The problems, in the order of their lines. There is at least one.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }
}

impl fmt::Display for TeamError {
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
        let (file, what, remedy) = (self.file.to_owned(), what.into(), remedy.into());
        self.found.push(Problem { file, line, what, remedy });
    }

    /// Notes that the file can't be read at all. The reader's own words may hold a value, which may be a
    /// name: only those that can't are passed on.
    pub(crate) fn add_toml(&mut self, error: &toml::de::Error) {
        let span = error.span().unwrap_or(0..0);
        let message = error.message().trim_end();
        let key = self.key_at(span.start);
        let wanted = message.rsplit_once(", expected ").map(|(_, wanted)| wanted);
        let (what, remedy) = if message.starts_with("missing field") {
            (message.to_owned(), "add it; the sample team shows each field with its meaning".to_owned())
        } else if message.starts_with("unknown field") {
            let what = message.split_once(", ").map_or(message, |(what, _)| what);
            (what.to_owned(), format!("use {}, or remove it", wanted.unwrap_or("no field here")))
        } else if message.starts_with("duplicate key") {
            (format!("{key} is given twice"), "keep one of the two".to_owned())
        } else if let Some(wanted) = wanted {
            (format!("{key} is not valid"), format!("write {wanted}"))
        } else {
            (format!("{key} is not TOML"), "correct the TOML at this line".to_owned())
        };
        self.add(span, what, remedy);
    }

    /// The key on the line at a place of the file, for people.
    fn key_at(&self, start: usize) -> String {
        let begins = self.text.get(..start).and_then(|before| before.rfind('\n')).map_or(0, |end| end + 1);
        let line = self.text.get(begins..).unwrap_or_default().lines().next().unwrap_or_default();
        match line.split_once('=') {
            Some((key, _)) => format!("`{}`", key.trim()),
            None => "this line".to_owned(),
        }
    }

    /// The value, if nothing was wrong.
    pub(crate) fn finish<T>(self, value: T) -> Result<T, TeamError> {
        if self.found.is_empty() { Ok(value) } else { Err(self.refuse()) }
    }

    /// All that was found.
    pub(crate) fn refuse(self) -> TeamError {
        let mut problems = self.found;
        problems.sort_by_key(|problem| problem.line);
        TeamError { problems }
    }
}
