//! Names of months and days, and words that stand between.

/// Folded names of the months in English, German, French, Spanish, Italian, Dutch and Portuguese, each with what it is
/// cut short to.
const MONTHS: [&[&str]; 12] = [
    &[
        "january", "jan", "januar", "janner", "jaenner", "jaen", "janvier", "janv", "enero", "ene",
        "gennaio", "gen", "januari", "janeiro",
    ],
    &[
        "february",
        "feb",
        "februar",
        "feber",
        "fevrier",
        "fevr",
        "fev",
        "febrero",
        "febbraio",
        "februari",
        "fevereiro",
    ],
    &["march", "mar", "marz", "maerz", "mrz", "mars", "marzo", "maart", "mrt", "marco"],
    &["april", "apr", "avril", "avr", "abril", "abr", "aprile"],
    &["may", "mai", "mayo", "maggio", "mag", "mei", "maio"],
    &["june", "jun", "juni", "juin", "junio", "giugno", "giu", "junho"],
    &["july", "jul", "juli", "juillet", "juil", "julio", "luglio", "lug", "julho"],
    &["august", "aug", "aout", "agosto", "ago", "augustus"],
    &["september", "sep", "sept", "septembre", "septiembre", "settembre", "set", "setembro"],
    &["october", "oct", "oktober", "okt", "octobre", "octubre", "ottobre", "ott", "outubro", "out"],
    &["november", "nov", "novembre", "noviembre", "novembro"],
    &["december", "dec", "dezember", "dez", "decembre", "diciembre", "dic", "dicembre", "dezembro"],
];

/// Days of the week, endings of numbers, articles, and what stands before a time.
const BESIDE: &[&str] = &[
    "mon",
    "tue",
    "tues",
    "wed",
    "thu",
    "thur",
    "thurs",
    "fri",
    "sat",
    "sun",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "mo",
    "di",
    "mi",
    "do",
    "fr",
    "sa",
    "so",
    "montag",
    "dienstag",
    "mittwoch",
    "donnerstag",
    "freitag",
    "samstag",
    "sonnabend",
    "sonntag",
    "lundi",
    "mardi",
    "mercredi",
    "jeudi",
    "vendredi",
    "samedi",
    "dimanche",
    "lunes",
    "martes",
    "miercoles",
    "jueves",
    "viernes",
    "sabado",
    "domingo",
    "lunedi",
    "martedi",
    "mercoledi",
    "giovedi",
    "venerdi",
    "sabato",
    "domenica",
    "maandag",
    "dinsdag",
    "woensdag",
    "donderdag",
    "vrijdag",
    "zaterdag",
    "zondag",
    "st",
    "nd",
    "rd",
    "th",
    "er",
    "o",
    "a",
    "de",
    "of",
    "the",
    "del",
    "le",
    "den",
    "der",
    "am",
    "el",
    "il",
    "op",
    "em",
    "at",
    "um",
    "om",
    "t",
    "uhr",
    "h",
    "alle",
    "las",
];

/// By the first letter of a word, a bit for each length that such a word has.
const LENGTHS: [u16; 26] = {
    let mut lengths = [0; 26];
    let mut month = 0;
    while month < MONTHS.len() {
        lengths = with_lengths(MONTHS[month], lengths);
        month += 1;
    }
    with_lengths(BESIDE, lengths)
};

const fn with_lengths(words: &[&str], mut lengths: [u16; 26]) -> [u16; 26] {
    let mut place = 0;
    while place < words.len() {
        let word = words[place].as_bytes();
        lengths[(word[0] - b'a') as usize] |= 1 << word.len();
        place += 1;
    }
    lengths
}

/// Whether a word as it is written may be one of a date's, by a glance.
pub(super) fn may_be_one(word: &str) -> bool {
    let Some(first) = word.bytes().next() else { return false };
    if word.len() > 12 || !word.is_ascii() {
        return word.len() <= 12;
    }
    first.is_ascii_alphabetic()
        && LENGTHS[usize::from(first.to_ascii_lowercase() - b'a')] >> word.len() & 1 == 1
}

/// The month of a folded word, from 1.
pub(super) fn month(word: &str) -> Option<i8> {
    (1..).zip(MONTHS).find(|(_, names)| names.contains(&word)).map(|(month, _)| month)
}

/// Whether a folded word changes nothing.
pub(super) fn is_beside(word: &str) -> bool {
    BESIDE.contains(&word)
}

/// Hours before UTC, of zones whose letters mean one zone alone.
pub(super) fn zone(word: &str) -> Option<i8> {
    Some(match word {
        "z" | "utc" | "gmt" | "wet" => 0,
        "cet" | "mez" | "west" => 1,
        "cest" | "mesz" | "eet" => 2,
        "eest" | "msk" => 3,
        "edt" => -4,
        "est" => -5,
        "mdt" => -6,
        "mst" | "pdt" => -7,
        "pst" => -8,
        _ => return None,
    })
}
