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
    // Most values are longer than the longest filler, and none of them needs to be folded to know.
    if text.len() > 60 {
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
        assert!(says_unknown("Unknown") && says_unknown("(unbekannt)") && !says_unknown("n/a"));
    }
}
