//! A title as words: folded, with the signs of neutral forms resolved and the places where one part ends.

use crate::text::fold;

/// What stands between a word and the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Break {
    /// A space, a hyphen, an apostrophe.
    None,
    /// A slash.
    Slash,
    /// A comma or a bracket.
    Part,
    /// What parts a headline: `|`, a dash, a bullet, a picture.
    Headline,
}

/// A word of a title.
#[derive(Debug)]
pub(super) struct Word {
    /// Folded, to look it up. It ends with `@` where it is written so, or with `*`, for all genders.
    pub(super) key: String,
    /// Where it stands in the title, in bytes.
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) before: Break,
    /// It ends with an `@`, which may be the one before a company.
    pub(super) at_sign: bool,
    /// Its end is left out, as in "Vertriebs- und Marketingleiter".
    pub(super) is_hanging: bool,
}

/// A word to be looked up by: folded, and the same whether umlauts are written as such, as two letters, or not at all.
pub(super) fn key(word: &str) -> String {
    let folded = fold(word);
    let mut key = String::with_capacity(folded.len());
    for c in folded.chars() {
        if !(c == 'e' && key.ends_with(['a', 'o', 'u'])) {
            key.push(c);
        }
    }
    key
}

/// Endings that are written behind a sign for all genders, folded.
const ENDINGS: &[&str] = &[
    "in", "innen", "n", "r", "e", "es", "trice", "rice", "ice", "euse", "teuse", "seuse", "ere", "iere",
    "ne", "enne", "ienne", "fe", "ive", "ale", "le", "lle", "elle", "se", "te", "ente", "ee", "a", "o", "as",
    "os", "ora", "dora", "tora", "essa", "ssa", "ster", "dster", "frau", "mann", "leute", "vrouw", "x",
];
/// Behind a hyphen or a full stop a word may follow that is one of its own: only these are endings there.
const ENDINGS_BEHIND_HYPHEN: &[&str] =
    &["in", "innen", "e", "fe", "ne", "trice", "rice", "euse", "ere", "iere", "frau", "mann", "ster"];

/// A title's words; `title` is clean.
pub(super) fn words(title: &str) -> Vec<Word> {
    let mut reader = Reader { chars: title.char_indices().collect(), length: title.len(), at: 0 };
    let mut words = Vec::new();
    let mut before = Break::None;
    while let Some(c) = reader.peek(0) {
        if is_of_word(c) {
            words.push(reader.word(before));
            before = Break::None;
        } else if matches!(c, '&' | '+' | '@') {
            let (start, end) = (reader.offset(0), reader.offset(1));
            reader.at += 1;
            words.push(Word { key: c.to_string(), start, end, before, at_sign: false, is_hanging: false });
            before = Break::None;
        } else {
            before = before.max(reader.sign(c));
            reader.at += 1;
        }
    }
    words
}

/// Several people are not the person: a plural's ending stays, so that the word is no longer the one of the lexicon.
fn plural(ending: &str) -> String {
    if matches!(ending, "innen" | "n" | "os" | "as" | "es") { ending.to_owned() } else { String::new() }
}

fn is_of_word(c: char) -> bool {
    c.is_alphanumeric() || ('\u{300}'..='\u{36f}').contains(&c)
}

struct Reader {
    chars: Vec<(usize, char)>,
    length: usize,
    at: usize,
}

impl Reader {
    fn peek(&self, ahead: usize) -> Option<char> {
        self.chars.get(self.at + ahead).map(|(_, c)| *c)
    }

    fn offset(&self, ahead: usize) -> usize {
        self.chars.get(self.at + ahead).map_or(self.length, |(offset, _)| *offset)
    }

    /// What a sign that belongs to no word parts.
    fn sign(&self, c: char) -> Break {
        let spaced = |reader: &Self| {
            let behind = reader.peek(1).is_none_or(char::is_whitespace);
            let ahead = reader.at.checked_sub(1).and_then(|at| reader.chars.get(at));
            behind && ahead.is_none_or(|(_, c)| c.is_whitespace())
        };
        match c {
            '-' if spaced(self) => Break::Headline,
            '/' if self.peek(1) == Some('/') => Break::Headline,
            '/' | '\\' => Break::Slash,
            ',' | '(' | ')' | '[' | ']' | '{' | '}' | ':' => Break::Part,
            // Signs of trade marks, quotation marks, apostrophes, what stands for a space.
            '®' | '™' | '©' | '’' | '‘' | '“' | '”' | '„' | '«' | '»' | '´' | '‐' | '‑' => {
                Break::None
            }
            c if c.is_whitespace() || c.is_ascii() && !"|;!?=<>".contains(c) => Break::None,
            _ => Break::Headline,
        }
    }

    /// The word that begins here, with whatever is written behind it for the other genders.
    fn word(&mut self, before: Break) -> Word {
        let start = self.offset(0);
        let mut written = self.letters();
        let mut at_sign = false;
        if let Some(initials) = self.initials(&written) {
            let end = self.offset(0);
            return Word { key: initials, start, end, before, at_sign, is_hanging: false };
        }
        while let Some(rest) = self.ending(&written) {
            written.push_str(&rest);
        }
        // "Hr. Maier" is no department.
        let is_address = written.eq_ignore_ascii_case("hr") && self.peek(0) == Some('.');
        let mut key = if is_address { key("herr") } else { key(&written) };
        let ends_here = |reader: &Self| match reader.peek(1) {
            Some('s') => reader.peek(2).is_none_or(|c| !is_of_word(c)),
            next => next.is_none_or(|c| !is_of_word(c)),
        };
        if matches!(self.peek(0), Some('@' | '*')) && ends_here(self) {
            at_sign = self.peek(0) == Some('@');
            key.push('@');
            self.at += 1;
            self.letters();
        }
        let is_hanging = self.peek(0) == Some('-') && self.peek(1) == Some(' ');
        Word { key, start, end: self.offset(0), before, at_sign, is_hanging }
    }

    fn letters(&mut self) -> String {
        let letters: String =
            self.chars.iter().skip(self.at).map(|(_, c)| *c).take_while(|c| is_of_word(*c)).collect();
        self.at += letters.chars().count();
        letters
    }

    /// "C.E.O." is "ceo"; "a.D." and "i.R." behind a German post say that it is over.
    fn initials(&mut self, first: &str) -> Option<String> {
        let mut letters = first.to_owned();
        let mut ahead = 0;
        if first.chars().count() != 1 {
            return None;
        }
        while self.peek(ahead) == Some('.') {
            let at =
                if self.peek(ahead + 1) == Some(' ') && letters.len() == 1 && ahead == 0 { 2 } else { 1 };
            let next = self.peek(ahead + at).filter(|c| c.is_alphabetic());
            let is_single = self.peek(ahead + at + 1).is_none_or(|c| !is_of_word(c));
            let (Some(next), true) = (next, is_single) else { break };
            letters.push(next);
            ahead += at + 1;
        }
        if ahead == 0 {
            return None;
        }
        self.at += ahead;
        Some(match letters.as_str() {
            "aD" => "a.d.".to_owned(),
            "iR" => "i.r.".to_owned(),
            _ => key(&letters),
        })
    }

    /// Steps over an ending for another gender: `(in)`, `/-in`, `*in`, `:in`, `_in`, `·e`, `.e`, `-in`, `(st)` amid a
    /// word. What of the word is left behind it.
    fn ending(&mut self, word: &str) -> Option<String> {
        if word.chars().count() < 3 {
            return None;
        }
        let sign = self.peek(0)?;
        let (allowed, mut ahead) = match sign {
            '(' | '/' | '*' | ':' | '_' | '·' | '•' | '‧' | '∙' | '⋅' => (ENDINGS, 1),
            '.' | '-' => (ENDINGS_BEHIND_HYPHEN, 1),
            _ => return None,
        };
        if sign == '/' && self.peek(1) == Some(' ') && self.peek(2) == Some('-') {
            ahead = 2;
        }
        if matches!(sign, '(' | '/') && self.peek(ahead) == Some('-') {
            ahead += 1;
        }
        let letters: String =
            self.chars.iter().skip(self.at + ahead).map(|(_, c)| *c).take_while(|c| is_of_word(*c)).collect();
        let behind = ahead + letters.chars().count();
        // "Einkauf/E-Commerce", "Technik/R&D": one capital behind small letters begins something else.
        let is_capital = letters.chars().count() == 1
            && letters.chars().all(char::is_uppercase)
            && word.chars().any(char::is_lowercase);
        let is_ending = !is_capital && allowed.contains(&fold(&letters).as_str());
        if sign != '(' {
            if !is_ending {
                return None;
            }
            self.at += behind;
            return Some(plural(&letters));
        }
        if self.peek(behind) != Some(')') {
            return None;
        }
        let goes_on = self.peek(behind + 1).is_some_and(is_of_word);
        if is_ending {
            self.at += behind + 1;
            return Some(plural(&letters));
        }
        // Amid a word, as in "medewerk(st)er", stands a syllable at most.
        let is_amid = goes_on && (1..=3).contains(&letters.chars().count());
        is_amid.then(|| {
            self.at += behind + 1;
            self.letters()
        })
    }
}
