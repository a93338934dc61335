//! From the words of a title to what counts of them.

use super::TitleReading;
use super::lexicon::{Kind, LEXICON, LONGEST, Meaning};
use super::own::TitleWords;
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

/// Words that lead from an assistant to whom they assist.
const LINKS: [&str; 22] = [
    "to", "of", "for", "de", "du", "des", "d", "di", "del", "della", "dello", "dell", "alla", "al", "do", "da", "dos",
    "der", "vom", "von", "van", "fur",
];

/// A phrase of the lexicon in a title.
#[derive(Debug, Clone, Copy)]
struct Hit {
    /// The first of its words, and the one behind its last.
    first: usize,
    end: usize,
    meaning: Meaning,
    /// It is one of the organisation's own words.
    own: bool,
}

pub(super) fn read(title: &str, own: Option<&TitleWords>) -> TitleReading {
    let title = clean(title);
    let words = words(&title);
    let mut segments: Vec<Vec<Hit>> = Vec::new();
    let mut start = 0;
    while start < words.len() {
        let length = words.iter().skip(start + 1).take_while(|word| word.before < Break::Headline).count() + 1;
        segments.push(posts(&words, hits(&words, start..start + length, own)));
        start += length;
    }
    let levels = segments.iter().position(|hits| level(hits).is_some()).unwrap_or_default();
    let (before, rest) = segments.split_at(levels.min(segments.len()));
    let level = rest.first().and_then(|hits| level(hits));
    let function = rest.iter().take(1).chain(before).chain(rest.iter().skip(1)).find_map(|hits| function(hits));
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
fn hits(words: &[Word], range: std::ops::Range<usize>, own: Option<&TitleWords>) -> Vec<Hit> {
    let mut hits = Vec::new();
    let mut key = String::new();
    let mut at = range.start;
    while let Some(word) = words.get(at).filter(|_| at < range.end) {
        // How far a phrase from here could go.
        let most = words.iter().take(range.end).skip(at + 1).take(LONGEST - 1);
        let most = 1 + most.take_while(|word| word.before == Break::None).count();
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
        let hit = found.or_else(|| alone(word, at, own));
        at = hit.map_or(at + 1, |hit| hit.end);
        hits.extend(hit);
        if word.at_sign && hit.is_some_and(|hit| hit.end == at && !known(&word.key, own)) {
            hits.push(Hit { first: at, end: at, meaning: AT, own: false });
        }
    }
    hits
}

/// A company follows.
const AT: Meaning = Meaning { function: None, level: None, kind: Kind::At };

fn known(key: &str, own: Option<&TitleWords>) -> bool {
    meaning(key, own).is_some()
}

/// What a phrase says: the organisation's own word first; what that leaves open, the built-in one.
fn meaning(key: &str, own: Option<&TitleWords>) -> Option<(Meaning, bool)> {
    let built_in = || match key {
        "@" => Some(AT),
        _ => LEXICON.phrase(key),
    };
    let Some((function, level)) = own.and_then(|own| own.get(key)) else {
        return built_in().map(|meaning| (meaning, false));
    };
    let known = built_in();
    let function = function.or(known.and_then(|known| known.function));
    let level = level.or(known.and_then(|known| known.level));
    let kind = known.map_or(Kind::Plain, |known| known.kind);
    let kind = if matches!(kind, Kind::Whole | Kind::Assistant) { kind } else { Kind::Plain };
    Some((Meaning { function, level, kind }, true))
}

/// What a word says that is in no list as it stands.
fn alone(word: &Word, at: usize, own: Option<&TitleWords>) -> Option<Hit> {
    let bare = word.key.strip_suffix('@').filter(|bare| !bare.is_empty());
    let found = bare.and_then(|bare| meaning(bare, own)).or_else(|| {
        let hanging = || word.is_hanging.then(|| LEXICON.stem(&word.key))?.flatten();
        let hanging = hanging().map(|function| Meaning::of(Some(function), None));
        Some((hanging.or_else(|| LEXICON.compound(bare.unwrap_or(&word.key)))?, false))
    });
    found.map(|(meaning, own)| Hit { first: at, end: at + 1, meaning, own })
}

/// What of it the person is: without whom they assist, what they were or hope to be, and their company.
fn posts(words: &[Word], hits: Vec<Hit>) -> Vec<Hit> {
    if hits.iter().any(|hit| hit.meaning.kind == Kind::Over) {
        return Vec::new();
    }
    let start = hits.first().map_or(0, |hit| hit.first);
    let mut kept: Vec<Hit> = Vec::with_capacity(hits.len());
    let mut not_theirs_until = 0;
    let mut assists = false;
    let mut is_boss = false;
    for (index, hit) in hits.iter().copied().enumerate() {
        if hit.first < not_theirs_until || (assists && is_boss) {
            continue;
        }
        let until = |least: Break| {
            let rest = words.iter().enumerate().skip(hit.end).find(|(_, word)| word.before >= least);
            rest.map_or(words.len(), |(at, _)| at)
        };
        // Someone is "to", "for" or "of" another: all that follows is the other's.
        let led_to = words.iter().take(hit.first).skip(start).position(|word| word.key == "to").is_some();
        match hit.meaning.kind {
            Kind::Neither => {}
            Kind::Over => {}
            Kind::NotTheirs => not_theirs_until = until(Break::Part),
            Kind::At if hit.first > start || !kept.is_empty() => not_theirs_until = words.len(),
            Kind::At => {}
            Kind::First if hit.first > 0 => {}
            _ if led_to && !kept.is_empty() => break,
            _ => {
                let next = words.get(hit.end).map(|word| word.key.as_str());
                let is_linked = next.is_some_and(|next| LINKS.contains(&next));
                let is_assistant = hit.meaning.kind == Kind::Assistant
                    || hit.meaning.level == Some(Seniority::Entry)
                        && hit.meaning.kind == Kind::Plain
                        && (is_linked || follows_boss(words, &kept, hit));
                if is_assistant {
                    if follows_boss(words, &kept, hit) {
                        kept.pop();
                    }
                    assists = true;
                } else if assists && hit.meaning.level.is_some() {
                    is_boss = true;
                    continue;
                }
                if !is_studied(words, &hits, index) {
                    kept.push(hit);
                }
            }
        }
    }
    kept
}

/// "CEO Assistant": the post right before is another's.
fn follows_boss(words: &[Word], kept: &[Hit], hit: Hit) -> bool {
    let adjoins = words.get(hit.first).is_some_and(|word| word.before == Break::None);
    let is_boss = |last: &Hit| {
        last.end == hit.first && last.meaning.level.is_some_and(|level| level >= Seniority::Director)
    };
    adjoins && kept.last().is_some_and(is_boss)
}

/// Students and interns may be whom someone works for: "Student Marketing Manager", "Head of Intern Relations". They are
/// the person themselves where no post goes before, or where they end a part of the title.
fn is_studied(words: &[Word], hits: &[Hit], index: usize) -> bool {
    let Some(hit) = hits.get(index).filter(|hit| hit.meaning.level == Some(Seniority::Training)) else {
        return false;
    };
    let is_post = |hit: &&Hit| hit.meaning.level.is_some_and(|level| level >= Seniority::Manager);
    let same_part = |from: usize, to: usize| {
        words.iter().take(to + 1).skip(from + 1).all(|word| word.before == Break::None)
    };
    let ends_part = words.get(hit.end).is_none_or(|word| word.before != Break::None);
    let before = hits.iter().take(index).rev().take_while(|other| same_part(other.first, hit.first));
    let after = hits.iter().skip(index + 1).take_while(|other| same_part(hit.first, other.first));
    let is_student = words.get(hit.first).is_some_and(|word| word.key == "student");
    (!ends_part && before.into_iter().any(|other| is_post(&other)))
        || (is_student && after.into_iter().any(|other| is_post(&other)))
}

/// The highest level; an own word's before all.
fn level(hits: &[Hit]) -> Option<(Seniority, Hit)> {
    let rank = |level: Seniority| match level {
        Seniority::Owner => 9,
        // A trainee is one, whatever for.
        Seniority::Training => 8,
        level => Seniority::ALL.iter().position(|known| *known == level).unwrap_or_default().min(7),
    };
    let levels = hits.iter().filter_map(|hit| Some((hit.meaning.level?, *hit)));
    let best = levels.reduce(|best, next| {
        let of = |(level, hit): &(Seniority, Hit)| (hit.own, rank(*level));
        // `individual` and up go before `entry` only where nothing says "junior".
        if of(&next) > of(&best) { next } else { best }
    })?;
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
    let theirs = |hit: &&Hit| hit.own || !leads_whole || hit.meaning.level.is_some();
    let rank = |function| FUNCTIONS.iter().position(|known| *known == function);
    let functions = hits.iter().filter(theirs).filter_map(|hit| Some((hit.meaning.function?, *hit)));
    functions.min_by_key(|(function, hit)| (!hit.own, rank(*function)))
}
