//! What is wrong with a table that people write, line by line, and no more of it than people read.

use std::fmt;

/// Problems that are told; of the others, how many there are.
const MOST_TOLD: usize = 20;

/// One problem of a file. Neither part repeats a cell as it was written: it may hold somebody's address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineProblem {
    /// The line, counted from 1.
    pub line: u64,
    /// What is wrong.
    pub what: String,
    /// What to do about it.
    pub remedy: String,
}

/// A table that is refused, with every problem that was found.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct LinesError {
    file: String,
    told: Vec<LineProblem>,
    untold: usize,
}

impl LinesError {
    /// The first problems, in the order of their lines. There is at least one.
    pub fn problems(&self) -> &[LineProblem] {
        &self.told
    }

    /// How many problems there are in all.
    pub fn count(&self) -> usize {
        self.told.len() + self.untold
    }
}

impl fmt::Display for LinesError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, LineProblem { line, what, remedy }) in self.told.iter().enumerate() {
            let break_before = if index > 0 { "\n" } else { "" };
            write!(f, "{break_before}{}:{line}: {what}; {remedy}", self.file)?;
        }
        match self.untold {
            0 => Ok(()),
            1 => f.write_str("\nand one more problem"),
            n => write!(f, "\nand {n} more problems"),
        }
    }
}

/// Collects problems. Those of the earliest lines are kept.
#[derive(Debug, Default)]
pub struct Found {
    told: Vec<LineProblem>,
    untold: usize,
}

impl Found {
    /// Notes a problem of a line.
    pub fn add(&mut self, line: u64, what: impl Into<String>, remedy: impl Into<String>) {
        self.told.push(LineProblem { line, what: what.into(), remedy: remedy.into() });
        // Kept in order, so that a late check may still tell of an early line.
        if self.told.len() >= 2 * MOST_TOLD {
            self.keep();
        }
    }

    /// Is there none?
    pub fn is_empty(&self) -> bool {
        self.told.is_empty()
    }

    fn keep(&mut self) {
        self.told.sort_by_key(|problem| problem.line);
        self.untold += self.told.len().saturating_sub(MOST_TOLD);
        self.told.truncate(MOST_TOLD);
    }

    /// The file is refused for them; `file` is what problems call it.
    pub fn into_error(mut self, file: &str) -> LinesError {
        self.keep();
        LinesError { file: file.to_owned(), told: self.told, untold: self.untold }
    }
}
