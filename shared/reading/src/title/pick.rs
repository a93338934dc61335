//! From the words of a title to what counts of them.

use std::ops::Range;

use super::TitleReading;
use super::lexicon::{Hit, Kind, LEXICON, LONGEST, Meaning};
use super::own::TitleWords;
use super::posts::theirs;
use super::text::{Break, Word, words};
use crate::role::{Function, Seniority};
use crate::text::clean;

/// Most telling first: of several functions in a title the first counts. "Product Marketing" is marketing; a managing
/// director of sales sells.
const FUNCTIONS: [Function; 15] = [
    Function::RevenueOperations,
    Function::CustomerSuccess,
    Function::Marketing,
    Function::Sales,
    Function::Product,
    Function::Data,
    Function::It,
    Function::Engineering,
    Function::Finance,
    Function::HumanResources,
    Function::Legal,
    Function::Operations,
    Function::GeneralManagement,
    Function::Education,
    Function::Other,
];

/// Most telling first: a trainee is one whatever for, and an associate consultant is an associate.
const LEVELS: [Seniority; 9] = [
    Seniority::Owner,
    Seniority::Training,
    Seniority::CLevel,
    Seniority::Vp,
    Seniority::Director,
    Seniority::Manager,
    Seniority::Senior,
    Seniority::Entry,
    Seniority::Individual,
];

/// A company follows.
const AT: Meaning = Meaning { function: None, level: None, kind: Kind::At };

pub(super) fn read(title: &str, own: Option<&TitleWords>) -> TitleReading {
    let title = clean(title);
    let words = words(&title);
    let mut parts: Vec<Vec<Hit>> = Vec::new();
    let mut start = 0;
    while start < words.len() {
        let more = words.iter().skip(start + 1).take_while(|word| word.before < Break::Headline).count();
        let part = start..start + 1 + more;
        parts.push(theirs(&words, &part, &hits(&words, &part, own)));
        start += 1 + more;
    }
    // The first part that tells a level is the post; what else it does not tell, the others may.
    let post = parts.iter().position(|hits| level(hits).is_some()).unwrap_or_default();
    let level = parts.get(post).and_then(|hits| level(hits));
    let function = parts.iter().skip(post).take(1).chain(&parts).find_map(|hits| function(hits));
    let written = |hit: Hit| {
        let (first, last) = (words.get(hit.first)?, words.get(hit.end.checked_sub(1)?)?);
        title.get(first.start..last.end).map(str::to_owned)
    };
    TitleReading {
        function: function.map(|(function, _)| function),
        seniority: level.map(|(level, _)| level),
        function_words: function.and_then(|(_, hit)| written(hit)),
        seniority_words: level.and_then(|(_, hit)| written(hit)),
    }
}

/// The phrases of a part of a headline, each as long as can be.
fn hits(words: &[Word], part: &Range<usize>, own: Option<&TitleWords>) -> Vec<Hit> {
    let mut hits = Vec::new();
    let mut key = String::new();
    let mut at = part.start;
    while let Some(word) = words.get(at).filter(|_| at < part.end) {
        // How far a phrase from here could go.
        let ahead = words.iter().take(part.end).skip(at + 1).take(LONGEST - 1);
        let most = 1 + ahead.take_while(|word| word.before == Break::None).count();
        let found = (1..=most).rev().find_map(|length| {
            key.clear();
            for word in words.iter().skip(at).take(length) {
                if !key.is_empty() {
                    key.push(' ');
                }
                key.push_str(&word.key);
            }
            let (meaning, own) = meaning(&key, own)?;
            Some(Hit { first: at, end: at + length, meaning, own })
        });
        let is_listed = found.is_some();
        let hit = found.or_else(|| unlisted(word, at, own));
        at = hit.map_or(at + 1, |hit| hit.end);
        hits.extend(hit);
        // "CTO@ Acme": not a sign for all genders, since the word has none.
        if word.at_sign && !is_listed && hit.is_some() {
            hits.push(Hit { first: at, end: at, meaning: AT, own: false });
        }
    }
    hits
}

/// What a phrase says: the organisation's own word first; what that leaves open, the built-in one.
fn meaning(key: &str, own: Option<&TitleWords>) -> Option<(Meaning, bool)> {
    let built_in = if key == "@" { Some(AT) } else { LEXICON.phrase(key) };
    let Some((function, level)) = own.and_then(|own| own.get(key)) else {
        return built_in.map(|meaning| (meaning, false));
    };
    let open = built_in.unwrap_or(Meaning::of(None, None));
    let kind =
        if matches!(open.kind, Kind::Whole | Kind::Assistant | Kind::Aide) { open.kind } else { Kind::Plain };
    Some((Meaning { function: function.or(open.function), level: level.or(open.level), kind }, true))
}

/// What a word says that is in no list as it stands.
fn unlisted(word: &Word, at: usize, own: Option<&TitleWords>) -> Option<Hit> {
    let bare = word.key.strip_suffix('@').filter(|bare| !bare.is_empty());
    let found = bare.and_then(|bare| meaning(bare, own)).or_else(|| {
        let hanging = if word.is_hanging { LEXICON.stem(&word.key) } else { None };
        Some((hanging.or_else(|| LEXICON.compound(bare.unwrap_or(&word.key)))?, false))
    });
    found.map(|(meaning, own)| Hit { first: at, end: at + 1, meaning, own })
}

/// The most telling level; an own word's before all.
fn level(hits: &[Hit]) -> Option<(Seniority, Hit)> {
    let levels = hits.iter().filter_map(|hit| Some((hit.meaning.level?, *hit)));
    let rank = |level| LEVELS.iter().position(|known| *known == level);
    let best = levels.min_by_key(|(level, hit)| (!hit.own, rank(*level)))?;
    let junior = hits.iter().find(|hit| hit.meaning.kind == Kind::Junior);
    match junior {
        Some(junior) if !best.1.own && (Seniority::Individual..=Seniority::Manager).contains(&best.0) => {
            Some((Seniority::Entry, *junior))
        }
        _ => Some(best),
    }
}

/// The most telling function; an own word's before all.
fn function(hits: &[Hit]) -> Option<(Function, Hit)> {
    let mut posts = hits.iter().filter(|hit| hit.meaning.level.is_some()).peekable();
    let leads_whole = posts.peek().is_some() && posts.all(|hit| hit.meaning.kind == Kind::Whole);
    let counts = |hit: &&Hit| hit.own || !leads_whole || hit.meaning.level.is_some();
    let functions = hits.iter().filter(counts).filter_map(|hit| Some((hit.meaning.function?, *hit)));
    let rank = |function| FUNCTIONS.iter().position(|known| *known == function);
    functions.min_by_key(|(function, hit)| (!hit.own, rank(*function)))
}
