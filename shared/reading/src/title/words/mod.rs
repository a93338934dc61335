//! The lexicon: a file a language. Each word stands once, in the masculine where a language has genders: the other forms
//! are derived (see `gender`), so that no post can be read in one gender only.
//!
//! The words and what they mean are our own judgement. What a word says of a level only in some companies is left out, or
//! says the lower one.

mod dutch;
mod english;
mod english_neither;
mod french;
mod german;
mod italian;
mod portuguese;
mod spanish;

use super::gender::Language;
use crate::role::{Function, Seniority};

/// A list of words or phrases.
type Phrases = &'static [&'static str];

/// One language's words.
pub(super) struct Words {
    pub(super) language: Language,
    /// Who leads all of a company, as a founder or a chief executive does: what follows names the company's field, not
    /// theirs.
    pub(super) whole: &'static [(Seniority, Phrases)],
    /// Bodies at the top, such as a board of management.
    pub(super) bodies: Phrases,
    /// Posts that say what for and how senior.
    pub(super) posts: &'static [(Function, Seniority, Phrases)],
    /// Posts by an abbreviation that says something else further on, as "MD" behind a name.
    pub(super) first: &'static [(Function, Seniority, Phrases)],
    pub(super) levels: &'static [(Seniority, Phrases)],
    pub(super) functions: &'static [(Function, Phrases)],
    /// Who heads what is named beside: "Head of Sales", and not "Head Gardener".
    pub(super) heads: Phrases,
    /// Officers at the top: "Chief Marketing Officer", and not "Chief Inspector".
    pub(super) chiefs: Phrases,
    /// Ranks of what follows: "Principal Engineer", and not "School Principal".
    pub(super) ranks: Phrases,
    /// Who assists someone where it is said whom, and else stands low: "Assistant to", "CEO Assistant", "Assistant Manager".
    pub(super) aides: Phrases,
    /// Who assists someone: whom they assist says nothing of themselves.
    pub(super) assistants: Phrases,
    /// What says that a post is one of the first: "junior".
    pub(super) juniors: Phrases,
    /// What looks like another word of the lexicon and says neither.
    pub(super) neither: Phrases,
    /// What follows is no post that the person has: it was one, or is to be one.
    pub(super) not_theirs: Phrases,
    /// What stands around is over.
    pub(super) over: Phrases,
    /// A company follows.
    pub(super) at: Phrases,
    /// What may end a compound, as in "Vertriebsleiter".
    pub(super) tails: &'static [(Option<Function>, Seniority, Phrases)],
    /// What may begin a compound, without the letters that join it.
    pub(super) stems: &'static [(Option<Function>, Phrases)],
}

impl Words {
    /// A language without words.
    const fn none(language: Language) -> Self {
        Self {
            language,
            whole: &[],
            bodies: &[],
            posts: &[],
            first: &[],
            levels: &[],
            functions: &[],
            heads: &[],
            chiefs: &[],
            ranks: &[],
            aides: &[],
            assistants: &[],
            juniors: &[],
            neither: &[],
            not_theirs: &[],
            over: &[],
            at: &[],
            tails: &[],
            stems: &[],
        }
    }
}

/// All languages. A word that means one thing in one and another in the next would be the first one's.
pub(super) const ALL: [&Words; 7] = [
    &english::WORDS,
    &german::WORDS,
    &french::WORDS,
    &spanish::WORDS,
    &italian::WORDS,
    &dutch::WORDS,
    &portuguese::WORDS,
];
