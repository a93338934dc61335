//! What a job title says about function and seniority.
//!
//! Titles are free text, in English, German, French, Spanish, Italian, Dutch or Portuguese, in any gender. What is not
//! recognised stays unknown: a miss is not a "no". What means one thing here and another there stays unknown too, or is
//! read as the lower level: a wrong seniority is worse than none.
//!
//! The title is cut into words (`text`), and from left to right the longest phrases that the lexicon has are taken
//! (`lexicon`, `words`, `gender`), so that the "president" in "vice president" says nothing of its own. Then what the
//! person is not is left out: whom they assist, what they were, where they work. Of what is left the highest level of
//! the first part of a headline that has one counts, and of functions the most telling.

mod gender;
mod lexicon;
mod own;
mod phrase;
mod pick;
mod posts;
mod text;
mod words;

impl TitleWords {
    /// What the title says, as [`super::read_title`] tells it, with these words.
    pub fn read(&self, title: &str) -> TitleReading {
        pick::read(title, Some(self))
    }
}

#[cfg(test)]
mod tests;

use crate::role::{Function, Seniority};

pub use own::{TitleWords, WordProblem};
pub use phrase::{TitlePhrase, TitleText};

/// What a title says, and which of its words say so.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TitleReading {
    /// What the person works on; nothing where the title does not tell.
    pub function: Option<Function>,
    /// How senior the person is; nothing where the title does not tell.
    pub seniority: Option<Seniority>,
    /// The title's words that tell the function, as written. They are a person's: not for logs.
    pub function_words: Option<String>,
    /// The title's words that tell the seniority, as written. Not for logs.
    pub seniority_words: Option<String>,
}

/// What the title says, where it says it, by the built-in lexicon. [`TitleWords::read`] knows an organisation's own words
/// besides.
pub fn read_title(title: &str) -> TitleReading {
    pick::read(title, None)
}
