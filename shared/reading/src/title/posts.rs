//! Which of a title's posts are the person's own: not whom they assist, what they were or hope to be, or where they work.

use std::ops::Range;

use super::lexicon::{Hit, Kind};
use super::text::{Break, Word};
use crate::role::{Function, Seniority};

/// Words behind which someone else is named.
const LINKS: &[&str] = &[
    "to", "of", "for", "de", "du", "des", "d", "au", "aux", "di", "del", "della", "dello", "dell", "alla",
    "al", "do", "da", "dos", "der", "vom", "von", "van", "fur", "pour", "para", "per", "voor",
];
/// What may stand between such a word and who is named.
const ARTICLES: &[&str] =
    &["the", "our", "die", "den", "dem", "la", "le", "les", "el", "il", "lo", "l", "o", "a", "de", "het"];
/// What joins two posts of one person.
const JOINTS: &[&str] = &["&", "+", "and", "und", "et", "y", "e", "en"];
/// Who is in a body, and who stands in for another.
const MEMBERS: &[&str] = &[
    "mitglied",
    "teil",
    "member",
    "membre",
    "miembro",
    "membro",
    "lid",
    "stellv",
    "stellvertretende",
    "deputy",
    "in",
];

/// Of a part of a headline, what tells of the person.
pub(super) fn theirs(words: &[Word], part: &Range<usize>, hits: &[Hit]) -> Vec<Hit> {
    let mut kept: Vec<Hit> = Vec::with_capacity(hits.len());
    if hits.iter().any(|hit| hit.meaning.kind == Kind::Over) {
        return kept;
    }
    let mut not_theirs_until = part.start;
    let mut assists = false;
    for (index, hit) in hits.iter().copied().enumerate() {
        if hit.first < not_theirs_until {
            continue;
        }
        match hit.meaning.kind {
            Kind::Neither | Kind::Over => continue,
            Kind::First if hit.first > 0 => continue,
            Kind::NotTheirs => {
                not_theirs_until = part_end(words, &hit);
                continue;
            }
            Kind::At => break,
            Kind::Body if !is_member(words, part, &kept, &hit) => continue,
            _ if !has_what_it_needs(words, hits, index) => continue,
            _ => {}
        }
        if is_led_to(words, part, hits, index) && !kept.is_empty() {
            break;
        }
        if is_anothers(words, part, &hit) || is_whom_they_teach(words, hits, index) {
            continue;
        }
        let boss = follows_boss(words, &kept, &hit);
        if assists_someone(words, &hit, boss) {
            if boss {
                kept.pop();
            }
            // A senior assistant is no senior.
            kept.retain(|hit| hit.meaning.level != Some(Seniority::Senior));
            assists = true;
        } else if assists && hit.meaning.level.is_some() {
            // All that follows is the other's.
            break;
        }
        kept.push(hit);
    }
    kept
}

/// Words that say how senior someone is only beside certain others.
fn has_what_it_needs(words: &[Word], hits: &[Hit], index: usize) -> bool {
    let Some(hit) = hits.get(index) else { return false };
    let end = words.iter().enumerate().skip(hit.end).find(|(_, word)| word.before != Break::None);
    let end = end.map_or(words.len(), |(at, _)| at);
    let mut beside = hits.iter().skip(index + 1).take_while(|other| other.first < end);
    let is_junior_post = |other: &Hit| other.meaning.level.is_some_and(|level| level <= Seniority::Manager);
    match hit.meaning.kind {
        Kind::Head if hit.end == end || is(words, hit.end, &["of", "for"]) => true,
        Kind::Head => {
            let of_what = beside.clone().any(|other| other.meaning.function.is_some());
            of_what && !beside.any(is_junior_post)
        }
        Kind::Chief => (hit.end..end).any(|at| is(words, at, &["officer", "officers"])),
        Kind::Rank => beside.next().is_some(),
        // "CRO Project Manager", "CFO Consultant": an abbreviation may stand for what they work on.
        _ => {
            let is_short =
                words.get(hit.first).is_some_and(|word| word.key.len() <= 4) && hit.end == hit.first + 1;
            let is_top = hit.meaning.level == Some(Seniority::CLevel) && !hit.own;
            let joined = |other: &Hit| (hit.end..other.first).any(|at| is(words, at, JOINTS));
            !(is_short && is_top && beside.any(|other| is_junior_post(other) && !joined(other)))
        }
    }
}

/// Where the part between commas or brackets ends that a phrase stands in.
fn part_end(words: &[Word], hit: &Hit) -> usize {
    let next = words.iter().enumerate().skip(hit.end).find(|(_, word)| word.before >= Break::Part);
    next.map_or(words.len(), |(at, _)| at)
}

fn is(words: &[Word], at: usize, list: &[&str]) -> bool {
    words.get(at).is_some_and(|word| list.contains(&word.key.as_str()))
}

/// Someone is "assistant to" or "advisor to" another: a "to" that is in no phrase stands before.
fn is_led_to(words: &[Word], part: &Range<usize>, hits: &[Hit], index: usize) -> bool {
    let before = hits.get(..index).unwrap_or_default();
    let Some(hit) = hits.get(index) else { return false };
    (part.start..hit.first)
        .any(|at| is(words, at, &["to"]) && !before.iter().any(|hit| (hit.first..hit.end).contains(&at)))
}

/// Who leads a company, behind a word such as "of the" or "für die", is someone else.
fn is_anothers(words: &[Word], part: &Range<usize>, hit: &Hit) -> bool {
    let leads = hit.meaning.function == Some(Function::GeneralManagement)
        && hit.meaning.level.is_some_and(|level| level >= Seniority::CLevel);
    if !leads || hit.meaning.kind == Kind::Body {
        return false;
    }
    let before = |at: usize| at.checked_sub(1).filter(|at| part.contains(at));
    let adjoins = |at: usize| words.get(at).is_some_and(|word| word.before == Break::None);
    let Some(last) = before(hit.first).filter(|_| adjoins(hit.first)) else { return false };
    is(words, last, LINKS)
        || is(words, last, ARTICLES)
            && before(last).is_some_and(|link| adjoins(last) && is(words, link, LINKS))
}

/// Who names a body at the top is in it where they say so, or where they say it first and nothing before.
fn is_member(words: &[Word], part: &Range<usize>, kept: &[Hit], hit: &Hit) -> bool {
    let opens =
        words.get(hit.first).is_some_and(|word| word.before != Break::None) || hit.first == part.start;
    let says_so = (part.start..hit.first).any(|at| is(words, at, MEMBERS));
    let works_for_it =
        kept.iter().any(|hit| hit.meaning.level.is_some_and(|level| level <= Seniority::Senior));
    (opens || says_so) && !works_for_it
}

/// An assistant by their word, by whom they are linked to, or by the post right before: "CEO Assistant".
fn assists_someone(words: &[Word], hit: &Hit, follows_boss: bool) -> bool {
    match hit.meaning.kind {
        Kind::Assistant => true,
        Kind::Aide => follows_boss || is(words, hit.end, LINKS),
        _ => false,
    }
}

fn follows_boss(words: &[Word], kept: &[Hit], hit: &Hit) -> bool {
    let adjoins = words.get(hit.first).is_some_and(|word| word.before == Break::None);
    let is_boss = |last: &Hit| {
        last.end == hit.first && last.meaning.level.is_some_and(|level| level >= Seniority::Director)
    };
    adjoins && kept.last().is_some_and(is_boss)
}

/// Students and interns may be whom someone works for: "Student Marketing Manager", "Head of Intern Relations". They are
/// the person where they end a part of the title or no post stands beside.
fn is_whom_they_teach(words: &[Word], hits: &[Hit], index: usize) -> bool {
    let Some(hit) = hits.get(index).filter(|hit| hit.meaning.level == Some(Seniority::Training)) else {
        return false;
    };
    let is_post = |hit: &Hit| hit.meaning.level.is_some_and(|level| level >= Seniority::Manager);
    let in_one_part = |from: usize, to: usize| {
        words.iter().take(to + 1).skip(from + 1).all(|word| word.before == Break::None)
    };
    let post_before =
        hits.iter().take(index).any(|other| is_post(other) && in_one_part(other.first, hit.first));
    let post_after =
        hits.iter().skip(index + 1).any(|other| is_post(other) && in_one_part(hit.first, other.first));
    let ends_part = words.get(hit.end).is_none_or(|word| word.before != Break::None);
    post_before && !ends_part || post_after && is(words, hit.first, &["student"])
}
