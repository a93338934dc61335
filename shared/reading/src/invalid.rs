//! Why a text is refused.

use std::fmt;

/// A text that is not what it should be. Carries what was expected, and at most one character of the text: people's
/// addresses and names must not surface in errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidId {
    /// What a valid value looks like.
    pub expected: &'static str,
    /// A character that stands in the text and may not.
    pub odd: Option<char>,
}

impl InvalidId {
    /// Says what was expected.
    pub const fn expected(expected: &'static str) -> Self {
        Self { expected, odd: None }
    }

    /// Names the first character of `text` that is out of place; most such characters cannot be seen.
    #[must_use]
    pub(crate) fn because_of(self, text: &str, is_odd: impl Fn(char) -> bool) -> Self {
        Self { odd: text.chars().find(|c| is_odd(*c)), ..self }
    }
}

impl fmt::Display for InvalidId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected {}", self.expected)?;
        match self.odd {
            Some(' ') => f.write_str("; there is a space in it"),
            Some(odd) => write!(f, "; the character U+{:04X} stands in it", u32::from(odd)),
            None => Ok(()),
        }
    }
}

impl std::error::Error for InvalidId {}
