//! What is written where nothing is known: one list for forms, files and vendors.

use crate::text::fold;

/// Folded, without brackets, dashes, dots and asterisks around them. Where each was seen: spreadsheets' errors and
/// databases' nulls; the words scripts put for a missing value; the first entry of select boxes, as Salesforce
/// (`--None--`), Zoho (`-None-`), `LeadSquared` (`Select`) and form builders write it; what people type to get on.
const WORDS: &[&str] = &[
    // Databases, scripts, spreadsheets.
    "null",
    "nil",
    "none",
    "nan",
    "na",
    "n/a",
    "n.a",
    "n/d",
    "undefined",
    "undefined undefined",
    "null null",
    "object object",
    "#n/a",
    "#null!",
    "#value!",
    "#ref!",
    "#div/0!",
    "#name?",
    "#num!",
    "\\n",
    "void",
    "empty",
    "blank",
    "missing",
    "false false",
    // People and their CRMs, in seven languages.
    "unknown",
    "not known",
    "not provided",
    "not_provided",
    "not available",
    "not applicable",
    "not set",
    "not specified",
    "not given",
    "not disclosed",
    "no answer",
    "unspecified",
    "prefer not to say",
    "no data",
    "no value",
    "to be determined",
    "tbd",
    "tba",
    "tbc",
    "xxx",
    "asdf",
    "idk",
    "i don't know",
    "don't know",
    "unbekannt",
    "keine",
    "keine angabe",
    "keine angaben",
    "k.a",
    "k. a",
    "nicht angegeben",
    "nicht bekannt",
    "nicht verfugbar",
    "inconnu",
    "inconnue",
    "non renseigne",
    "non renseignee",
    "non specifie",
    "aucun",
    "aucune",
    "desconocido",
    "desconocida",
    "no especificado",
    "sin especificar",
    "no disponible",
    "ninguno",
    "ninguna",
    "sconosciuto",
    "non specificato",
    "non disponibile",
    "nessuno",
    "nessuna",
    "onbekend",
    "niet bekend",
    "niet opgegeven",
    "geen",
    "n.v.t",
    "nvt",
    "desconhecido",
    "nao informado",
    "nao especificado",
    "nenhum",
    "nenhuma",
    // Select boxes nobody touched.
    "select",
    "select one",
    "select an option",
    "select option",
    "please select",
    "please select one",
    "choose",
    "choose one",
    "please choose",
    "pick one",
    "please specify",
    "bitte wahlen",
    "bitte auswahlen",
    "auswahlen",
    "wahlen",
    "selectionner",
    "selectionnez",
    "veuillez selectionner",
    "choisir",
    "choisissez",
    "seleccionar",
    "seleccione",
    "selecciona",
    "seleccione una opcion",
    "seleziona",
    "selezionare",
    "selecteer",
    "kies",
    "maak een keuze",
    "selecione",
    "selecionar",
    "escolha",
    "select industry",
    "select country",
    "select your industry",
    "select your country",
    "select your role",
    "industry",
    "country",
    "company size",
    "job title",
];

/// Of these words a column of categories may mean something of its own.
const UNKNOWN: &[&str] =
    &["unknown", "unbekannt", "inconnu", "desconocido", "sconosciuto", "onbekend", "desconhecido"];

/// Marks around a word that do not change what it says: `[not provided]`, `-- Select --`, `(none)`, `n.a.`.
const AROUND: [char; 16] = ['-', '–', '—', '_', '.', '…', '*', '(', ')', '[', ']', '<', '>', '"', '\'', ':'];

/// Whether a text says that nothing is known: empty, a filler, or a template's field that nobody filled.
///
/// `NA` is one of them, though it is Namibia's code and North America's: which was meant cannot be told.
pub fn is_nothing(text: &str) -> bool {
    // Most values are longer than the longest filler or like none of them, and need not be folded to know.
    if text.len() > 60 {
        return false;
    }
    let text = text.trim();
    if text.is_empty() {
        return true;
    }
    if is_like_none(text) {
        return false;
    }
    let folded = fold(text);
    if is_unfilled(&folded) {
        return true;
    }
    let bare = folded.trim_matches(|c: char| c.is_whitespace() || AROUND.contains(&c));
    is_marks(&folded)
        || WORDS.contains(&bare)
        || WORDS.contains(&bare.trim_end_matches(['!', '?']).trim_end())
}

/// By the first letter of a word, and by its last, a bit for each length that such a word has. Words that begin with a
/// letter end with one.
const LENGTHS: [[u64; 26]; 2] = {
    let mut lengths = [[0; 26]; 2];
    let mut place = 0;
    while place < WORDS.len() {
        let word = WORDS[place].as_bytes();
        let (first, last) = (word[0], word[word.len() - 1]);
        if first.is_ascii_lowercase() {
            assert!(last.is_ascii_lowercase());
            lengths[0][(first - b'a') as usize] |= 1 << word.len();
            lengths[1][(last - b'a') as usize] |= 1 << word.len();
        }
        place += 1;
    }
    lengths
};

/// Whether a glance shows that a text is no filler: it begins with a digit or a negative number, in a script that no
/// filler is of, or begins and ends with letters that no filler of its length does. A column of a million cells is looked
/// through by it.
fn is_like_none(text: &str) -> bool {
    let bytes = text.as_bytes();
    if let [b'0'..=b'9', ..] | [b'-', b'0'..=b'9', ..] = bytes {
        return true;
    }
    let Some(first) = text.chars().next() else { return false };
    if matches!(first, '\u{370}'..='\u{1cff}' | '\u{3040}'..='\u{d7ff}') {
        return true;
    }
    let plain = |pair: &[u8]| pair[0].is_ascii() && pair[0] >= b' ' && pair != b"  ";
    if !first.is_ascii_alphabetic() || !bytes[bytes.len() - 1].is_ascii() || !bytes.windows(2).all(plain) {
        return false;
    }
    let Some(end) = bytes.iter().rposition(u8::is_ascii_alphanumeric) else { return false };
    let has = |lengths: &[u64; 26], letter: u8| {
        let place = usize::from(letter.to_ascii_lowercase().wrapping_sub(b'a'));
        lengths.get(place).is_some_and(|lengths| lengths >> (end + 1) & 1 == 1)
    };
    !(has(&LENGTHS[0], bytes[0]) && has(&LENGTHS[1], bytes[end]))
}

/// Whether a text says in a word of its own that something is not known, which among categories may mean something:
/// somebody asked, and got no answer.
pub fn says_unknown(text: &str) -> bool {
    let folded = fold(text);
    UNKNOWN.contains(&folded.trim_matches(AROUND))
}

/// `-`, `--`, `...`, `?`, `/`: marks alone, or no text at all.
fn is_marks(folded: &str) -> bool {
    folded.chars().all(|c| c.is_ascii_punctuation() || c.is_whitespace() || AROUND.contains(&c))
}

/// `{{contact.industry}}`, `*|FNAME|*`, `%%industry%%`, `${industry}`: what a mail or form tool did not replace.
fn is_unfilled(folded: &str) -> bool {
    [("{{", "}}"), ("*|", "|*"), ("%%", "%%"), ("${", "}"), ("[[", "]]"), ("<%", "%>")]
        .iter()
        .any(|(open, close)| folded.len() > 4 && folded.starts_with(open) && folded.ends_with(close))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fillers_say_nothing() {
        for filler in [
            "",
            "  ",
            "-",
            "--",
            "?",
            "...",
            "n/a",
            "N.A.",
            "#N/A",
            "null",
            "NULL",
            "(null)",
            "undefined",
            "[not provided]",
            "NOT_PROVIDED",
            "\\N",
            "None",
            "--None--",
            "-None-",
            "Select",
            "-- Select --",
            "Select…",
            "Please select…",
            "Bitte wählen",
            "k. A.",
            "Não informado",
            "[object Object]",
            "{{contact.industry}}",
            "*|FNAME|*",
            "${industry}",
            "\u{200b}",
            "Keine Angabe",
            "— bitte auswählen —",
            "N/D",
            "(blank)",
        ] {
            assert!(is_nothing(filler), "{filler:?}");
        }
    }

    #[test]
    fn what_says_something_is_no_filler() {
        for value in [
            "0",
            "No",
            "false",
            "Other",
            "None of these tools",
            "Nancy",
            "Null Hypothesis GmbH",
            "Selecta AG",
            "C",
            "Nil Desperandum Ltd",
            "X Corp",
            "Choose Chicago",
            "Nadia",
            "TBWA",
            "-5",
            "€",
            "株式会社",
            "1-50",
        ] {
            assert!(!is_nothing(value), "{value:?}");
        }
        for (place, word) in WORDS.iter().enumerate() {
            assert!(is_nothing(word) && is_nothing(&format!(" {} ", word.to_uppercase())), "{place} {word}");
        }
        assert!(says_unknown("Unknown") && says_unknown("(unbekannt)") && !says_unknown("n/a"));
    }
}
