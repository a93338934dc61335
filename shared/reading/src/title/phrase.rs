//! Phrases that are looked for where a part of a title ends.

use super::gender::{Language, word_forms};
use super::own::{WordProblem, phrase_words};
use super::text::{Break, Word, words};
use crate::text::clean;

/// A title, made ready to look for phrases in.
#[derive(Debug)]
pub struct TitleText {
    words: Vec<Word>,
}

impl TitleText {
    /// Any text.
    pub fn new(title: &str) -> Self {
        Self { words: words(&clean(title)) }
    }
}

/// A phrase in every gender of the languages that are read: "student" is "Studentin" too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TitlePhrase {
    /// Of each word its forms.
    words: Vec<Vec<String>>,
}

/// Words behind which another thing is named: what stands before them ends a part.
const JOINTS: [&str; 31] = [
    "at", "of", "in", "and", "for", "with", "der", "des", "fur", "an", "am", "bei", "und", "de", "du", "d",
    "en", "a", "chez", "et", "di", "del", "della", "presso", "e", "bij", "van", "aan", "da", "do", "y",
];

impl TitlePhrase {
    /// What people write down, one word or more.
    pub fn new(phrase: &str) -> Result<Self, WordProblem> {
        let words = phrase_words(phrase)?;
        Ok(Self { words: words.iter().map(|word| word_forms(word, &Language::ALL)).collect() })
    }

    /// Does a part of the title end with the phrase, as whole words? "Doctoral student", "Student at X" and "Engineer,
    /// student" end a part with "student"; "Student Success Manager" does not.
    pub fn ends_part_of(&self, title: &TitleText) -> bool {
        let words = &title.words;
        (0..words.len()).any(|end| {
            let next = words.get(end + 1);
            let ends = next.is_none_or(|word| {
                word.before > Break::None || matches!(word.key.as_str(), "&" | "+" | "@") || is_joint(word)
            });
            ends && self.ends(words.get(..=end).unwrap_or_default())
        })
    }

    fn ends(&self, words: &[Word]) -> bool {
        let Some(from) = words.len().checked_sub(self.words.len()) else { return false };
        let tail = words.get(from..).unwrap_or_default();
        tail.iter().zip(&self.words).all(|(word, forms)| forms.contains(&word.key))
            && tail.iter().skip(1).all(|word| word.before == Break::None)
    }
}

fn is_joint(word: &Word) -> bool {
    JOINTS.contains(&word.key.as_str())
}
