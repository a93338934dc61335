//! Words that an organisation adds to the lexicon.

use std::collections::BTreeMap;

use super::gender::{Language, forms};
use super::lexicon::LONGEST;
use super::text::{Break, words};
use crate::role::{Function, Seniority};
use crate::text::clean;

/// An organisation's own words, in every gender of the languages that are read. They go before the built-in ones of the
/// same length; longer ones still go first, as "vice president" does before "president".
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TitleWords {
    meanings: BTreeMap<String, (Option<Function>, Option<Seniority>)>,
}

/// Why a word cannot be added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WordProblem {
    /// Nothing in it is a letter or a digit.
    #[error("there is no word in it")]
    Empty,
    /// It has more words than any phrase that is looked for.
    #[error("it has more than {LONGEST} words")]
    TooLong,
    /// A comma, a slash or another sign parts it, and phrases are looked for between such signs only.
    #[error("a sign parts it")]
    Parted,
    /// It, or its form in another gender, was added with another meaning.
    #[error("it was added with another meaning")]
    Contradicts,
}

impl TitleWords {
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.meanings.is_empty()
    }

    /// From now on the phrase says what someone works on.
    pub fn add_function(&mut self, phrase: &str, function: Function) -> Result<(), WordProblem> {
        self.add(phrase, |(known, _)| *known.get_or_insert(function) == function)
    }

    /// From now on the phrase says how senior someone is.
    pub fn add_seniority(&mut self, phrase: &str, seniority: Seniority) -> Result<(), WordProblem> {
        self.add(phrase, |(_, known)| *known.get_or_insert(seniority) == seniority)
    }

    fn add(
        &mut self,
        phrase: &str,
        mut agrees: impl FnMut(&mut (Option<Function>, Option<Seniority>)) -> bool,
    ) -> Result<(), WordProblem> {
        let mut all_agree = true;
        let words = phrase_words(phrase)?;
        if words.len() > LONGEST {
            return Err(WordProblem::TooLong);
        }
        for form in forms(&words.join(" "), &Language::ALL) {
            all_agree &= agrees(self.meanings.entry(form).or_default());
        }
        if all_agree { Ok(()) } else { Err(WordProblem::Contradicts) }
    }

    pub(super) fn get(&self, key: &str) -> Option<(Option<Function>, Option<Seniority>)> {
        self.meanings.get(key).copied()
    }
}

/// The words of a phrase that people write down, in lower case.
pub(super) fn phrase_words(phrase: &str) -> Result<Vec<String>, WordProblem> {
    let phrase = clean(phrase);
    let found = words(&phrase);
    if found.iter().any(|word| word.before > Break::None) {
        return Err(WordProblem::Parted);
    }
    if found.is_empty() {
        return Err(WordProblem::Empty);
    }
    // As written, since accents tell endings; the folded word where a sign of neutral forms stands in it.
    let plain = |word: &&str| word.chars().all(char::is_alphanumeric);
    let written = found.iter().map(|word| {
        phrase.get(word.start..word.end).filter(plain).map_or_else(|| word.key.clone(), str::to_lowercase)
    });
    Ok(written.collect())
}
