//! The lexicon as a table: every word in every gender, found by its key.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::LazyLock;

use super::gender::forms;
use super::text::key;
use super::words::{ALL, Words};
use crate::role::{Function, Seniority};

/// A phrase of the lexicon in a title.
#[derive(Debug, Clone, Copy)]
pub(super) struct Hit {
    /// The first of its words, and the one behind its last.
    pub(super) first: usize,
    pub(super) end: usize,
    pub(super) meaning: Meaning,
    /// It is one of the organisation's own words.
    pub(super) own: bool,
}

/// What a word or phrase says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Meaning {
    pub(super) function: Option<Function>,
    pub(super) level: Option<Seniority>,
    pub(super) kind: Kind,
}

/// How a word bears on those around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// It does not.
    Plain,
    /// Who leads all of a company.
    Whole,
    /// A body, such as a board: who is in it, or writes nothing else, is at the top; many work for it.
    Body,
    /// Heads what is named beside.
    Head,
    /// An officer at the top, where one is named.
    Chief,
    /// A rank of what follows.
    Rank,
    /// Says something only as a title's first word.
    First,
    /// Assists someone.
    Assistant,
    /// Assists someone where it is said whom.
    Aide,
    /// One of the first posts.
    Junior,
    /// Says nothing.
    Neither,
    /// What follows is no post that the person has.
    NotTheirs,
    /// What stands around is over.
    Over,
    /// A company follows.
    At,
}

impl Meaning {
    pub(super) const fn of(function: Option<Function>, level: Option<Seniority>) -> Self {
        Self { function, level, kind: Kind::Plain }
    }

    const fn kind(kind: Kind) -> Self {
        let level = match kind {
            Kind::Assistant | Kind::Aide | Kind::Junior => Some(Seniority::Entry),
            Kind::Head => Some(Seniority::Vp),
            Kind::Chief => Some(Seniority::CLevel),
            Kind::Rank => Some(Seniority::Senior),
            _ => None,
        };
        Self { function: None, level, kind }
    }
}

/// Phrases have at most so many words.
pub(super) const LONGEST: usize = 5;

/// Every word in every gender.
pub(super) struct Lexicon {
    phrases: HashMap<String, Meaning>,
    tails: HashMap<String, Meaning>,
    stems: HashMap<String, Meaning>,
}

/// The built-in lexicon, made when the first title is read.
pub(super) static LEXICON: LazyLock<Lexicon> = LazyLock::new(Lexicon::built_in);

impl Lexicon {
    fn built_in() -> Self {
        let mut written = HashMap::new();
        let mut derived = HashMap::new();
        for words in ALL {
            for (phrase, meaning) in entries(words) {
                let mut forms = forms(phrase, &[words.language]).into_iter();
                if let Some(first) = forms.next() {
                    add(&mut written, first, meaning);
                }
                for form in forms {
                    add(&mut derived, form, meaning);
                }
            }
        }
        // What stands in a list goes before what is derived from another language's.
        for (form, meaning) in derived {
            written.entry(form).or_insert(meaning);
        }
        let mut tails = HashMap::new();
        let mut stems = HashMap::new();
        for words in ALL {
            for (function, level, phrases) in words.tails {
                for form in phrases.iter().flat_map(|phrase| forms(phrase, &[words.language])) {
                    tails.entry(form).or_insert(Meaning::of(*function, Some(*level)));
                }
            }
            for (function, phrases) in words.stems {
                for stem in *phrases {
                    stems.entry(key(stem)).or_insert(Meaning::of(*function, None));
                }
            }
        }
        Self { phrases: written, tails, stems }
    }

    /// What a phrase says, given by its key.
    pub(super) fn phrase(&self, key: &str) -> Option<Meaning> {
        self.phrases.get(key).copied()
    }

    /// What a word says that stands in no list: a compound, or a post with "ex" or "co" before it.
    pub(super) fn compound(&self, key: &str) -> Option<Meaning> {
        let tail = key.char_indices().skip(2).find_map(|(at, _)| {
            let (stem, tail) = key.split_at(at);
            let meaning = self.tails.get(tail)?;
            Some(Meaning { function: self.stem(stem)?.function.or(meaning.function), ..*meaning })
        });
        let posts = |prefix| {
            let meaning = self.phrase(key.strip_prefix(prefix)?)?;
            meaning.level.is_some().then_some(meaning)
        };
        tail.or_else(|| posts("ex").map(|_| Meaning::kind(Kind::NotTheirs))).or_else(|| posts("co"))
    }

    /// What a compound's beginning says, with or without the letters that join it.
    pub(super) fn stem(&self, written: &str) -> Option<Meaning> {
        let joints = ["", "s", "es", "n", "en"];
        joints.iter().find_map(|joint| self.stems.get(written.strip_suffix(joint)?)).copied()
    }
}

/// All entries of a language, one by one.
pub(super) fn entries(words: &'static Words) -> impl Iterator<Item = (&'static str, Meaning)> {
    let whole = words.whole.iter().flat_map(|(level, phrases)| {
        let function = Some(Function::GeneralManagement);
        phrases.iter().map(move |p| (*p, Meaning { function, level: Some(*level), kind: Kind::Whole }))
    });
    let bodies = words.bodies.iter().map(|p| {
        let (function, level) = (Some(Function::GeneralManagement), Some(Seniority::CLevel));
        (*p, Meaning { function, level, kind: Kind::Body })
    });
    let posts = words.posts.iter().flat_map(|(function, level, phrases)| {
        phrases.iter().map(move |p| (*p, Meaning::of(Some(*function), Some(*level))))
    });
    let first = words.first.iter().flat_map(|(function, level, phrases)| {
        let (function, level) = (Some(*function), Some(*level));
        phrases.iter().map(move |p| (*p, Meaning { function, level, kind: Kind::First }))
    });
    let levels = words
        .levels
        .iter()
        .flat_map(|(level, phrases)| phrases.iter().map(move |p| (*p, Meaning::of(None, Some(*level)))));
    let functions = words.functions.iter().flat_map(|(function, phrases)| {
        phrases.iter().map(move |p| (*p, Meaning::of(Some(*function), None)))
    });
    let signs = [
        (words.heads, Kind::Head),
        (words.chiefs, Kind::Chief),
        (words.ranks, Kind::Rank),
        (words.aides, Kind::Aide),
        (words.assistants, Kind::Assistant),
        (words.juniors, Kind::Junior),
        (words.neither, Kind::Neither),
        (words.not_theirs, Kind::NotTheirs),
        (words.over, Kind::Over),
        (words.at, Kind::At),
    ];
    let signs =
        signs.into_iter().flat_map(|(phrases, kind)| phrases.iter().map(move |p| (*p, Meaning::kind(kind))));
    whole.chain(bodies).chain(posts).chain(first).chain(levels).chain(functions).chain(signs)
}

/// A word may stand in two lists: an engineer has a level and a function. Of two values for one the first stays.
fn add(table: &mut HashMap<String, Meaning>, form: String, meaning: Meaning) {
    match table.entry(form) {
        Entry::Vacant(entry) => {
            entry.insert(meaning);
        }
        Entry::Occupied(mut entry) => {
            let known = entry.get_mut();
            if known.kind == Kind::Plain && meaning.kind == Kind::Plain {
                known.function = known.function.or(meaning.function);
                known.level = known.level.or(meaning.level);
            }
        }
    }
}
