//! One word in every gender: what a lexicon says of one form holds for all.
//!
//! Rules are those of each language's grammar and of how neutral forms are written. They give more forms than are used;
//! those that nobody writes do no harm, since a form is only ever looked up as a whole word.

use super::text::key;

/// A language whose forms can be derived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Language {
    English,
    German,
    French,
    Spanish,
    Italian,
    Dutch,
    Portuguese,
}

impl Language {
    pub(super) const ALL: [Self; 7] = [
        Self::English,
        Self::German,
        Self::French,
        Self::Spanish,
        Self::Italian,
        Self::Dutch,
        Self::Portuguese,
    ];
}

/// An ending, and those that stand in its place in the other genders. The first that fits decides.
type Rules = &'static [(&'static str, &'static [&'static str])];

const GERMAN: Rules = &[
    ("vorstand", &["vorständin"]),
    ("anwalt", &["anwältin", "anwält"]),
    ("mann", &["frau", "leute", "person"]),
    // Adjectives, and nouns that were some.
    ("suchend", &["suchende", "suchender"]),
    ("arbeitslos", &["arbeitslose", "arbeitsloser"]),
    ("ischer", &["ische", "isch"]),
    ("ender", &["ende", "end"]),
    ("mals", &[]),
    ("liger", &["lige"]),
    ("tiger", &["tige"]),
    ("tragter", &["tragte"]),
    ("stellter", &["stellte"]),
    ("herer", &["here"]),
    ("rener", &["rene"]),
    ("dualer", &["duale"]),
    ("experte", &["expertin", "expert"]),
    ("er", &["erin"]),
    ("or", &["orin"]),
    ("ent", &["entin"]),
    ("ant", &["antin"]),
    ("and", &["andin"]),
    ("ist", &["istin"]),
    ("yst", &["ystin"]),
    ("eur", &["eurin", "eure", "euse"]),
    ("ekt", &["ektin"]),
    ("wirt", &["wirtin"]),
    ("chef", &["chefin", "cheffe"]),
    ("sekretär", &["sekretärin"]),
    ("volontär", &["volontärin"]),
    ("pensionär", &["pensionärin"]),
    ("justiziar", &["justiziarin"]),
    ("azubi", &["azubine"]),
];

/// English has few; words that German and others borrow take their endings there.
const ENGLISH: Rules = &[
    ("chairman", &["chairwoman", "chairperson"]),
    ("salesman", &["saleswoman"]),
    ("man", &["woman", "person"]),
    ("er", &["erin"]),
    ("or", &["orin"]),
    ("ist", &["istin"]),
    ("yst", &["ystin"]),
];

const FRENCH: Rules = &[
    ("chef", &["cheffe", "chèfe"]),
    ("pdg", &["pdgère"]),
    ("ancien", &["ancienne"]),
    ("vendeur", &["vendeuse", "vendeure"]),
    ("acheteur", &["acheteuse", "acheteure"]),
    ("recruteur", &["recruteuse", "recrutrice"]),
    ("teur", &["trice", "teure", "teuse", "teurice"]),
    ("seur", &["seuse", "seure", "serice"]),
    ("eur", &["euse", "eure", "eurice"]),
    ("ier", &["ière"]),
    ("er", &["ère"]),
    ("ien", &["ienne"]),
    ("el", &["elle"]),
    ("al", &["ale"]),
    ("if", &["ive"]),
    ("é", &["ée"]),
    ("ti", &["tie"]),
    ("ant", &["ante"]),
    ("ent", &["ente"]),
    ("at", &["ate"]),
    ("ert", &["erte"]),
    ("ur", &["ure"]),
    ("int", &["inte"]),
];

const SPANISH: Rules = &[
    ("jefe", &["jefa", "jef@", "jefx"]),
    ("en", &[]),
    ("or", &["ora", "or@", "orx", "ore"]),
    ("ente", &["enta"]),
    ("ante", &["anta"]),
    ("al", &[]),
    ("o", &["a", "@", "x", "e"]),
];

const ITALIAN: Rules = &[
    ("studente", &["studentessa"]),
    ("ttore", &["ttrice", "ttora", "ttor@", "ttorə"]),
    ("tore", &["trice", "tora", "tor@", "torə"]),
    ("ssore", &["ssora", "ssoressa"]),
    ("sore", &["sora"]),
    ("gnere", &["gnera"]),
    ("iere", &["iera"]),
    ("avvocato", &["avvocata", "avvocatessa", "avvocat@"]),
    ("capo", &["capa"]),
    ("dente", &["dentessa", "denta"]),
    ("o", &["a", "@", "ə", "x"]),
];

const DUTCH: Rules = &[
    ("verkoper", &["verkoopster"]),
    ("inkoper", &["inkoopster"]),
    ("eigenaar", &["eigenaresse", "eigenares"]),
    ("secretaris", &["secretaresse"]),
    ("advocaat", &["advocate"]),
    ("der", &["dster", "ster"]),
    ("chter", &["chtster"]),
    ("er", &["ster"]),
    ("aar", &["aarster", "ares"]),
    ("teur", &["trice", "teure"]),
    ("eur", &["euse"]),
    ("ent", &["ente"]),
    ("air", &["aire"]),
    ("ist", &["iste"]),
    ("eel", &["ele"]),
    ("isch", &["ische"]),
    ("gemeen", &["gemene"]),
    ("malig", &["malige"]),
    ("komstig", &["komstige"]),
    ("geerd", &["geerde"]),
    ("digd", &["digde"]),
    ("neerd", &["neerde"]),
    ("end", &["ende"]),
    ("werkloos", &["werkloze"]),
    ("man", &["vrouw"]),
    ("or", &["rice", "ora"]),
];

const PORTUGUESE: Rules = &[
    ("chefe", &["chefa"]),
    ("or", &["ora", "or@", "orx", "ore"]),
    ("ente", &["enta"]),
    ("o", &["a", "@", "x", "e"]),
];

fn rules(language: Language) -> Rules {
    match language {
        Language::English => ENGLISH,
        Language::German => GERMAN,
        Language::French => FRENCH,
        Language::Spanish => SPANISH,
        Language::Italian => ITALIAN,
        Language::Dutch => DUTCH,
        Language::Portuguese => PORTUGUESE,
    }
}

/// Too short to have an ending: "co", "de", "e".
const SHORTEST_WITH_ENDING: usize = 4;

/// A phrase's keys in every gender: the phrase itself first, none twice. All its words change by one language's rules.
pub(super) fn forms(phrase: &str, languages: &[Language]) -> Vec<String> {
    let phrase = phrase.to_lowercase();
    let mut distinct: Vec<String> = Vec::new();
    for language in languages {
        let mut all = vec![String::new()];
        for word in phrase.split(' ').filter(|word| !word.is_empty()) {
            let alternatives = word_forms(word, &[*language]);
            all = all
                .iter()
                .flat_map(|before| alternatives.iter().map(move |word| joined(before, word)))
                .collect();
        }
        for form in all {
            if !form.is_empty() && !distinct.contains(&form) {
                distinct.push(form);
            }
        }
    }
    distinct
}

fn joined(before: &str, word: &str) -> String {
    if before.is_empty() { word.to_owned() } else { format!("{before} {word}") }
}

/// A word's keys in every gender of the languages, its own first; `word` is in lower case.
pub(super) fn word_forms(word: &str, languages: &[Language]) -> Vec<String> {
    let mut forms = vec![key(word)];
    if word.chars().count() < SHORTEST_WITH_ENDING && word != "pdg" {
        return forms;
    }
    for language in languages {
        let found =
            rules(*language).iter().find_map(|(end, others)| Some((word.strip_suffix(end)?, *others)));
        let Some((stem, others)) = found else { continue };
        for other in others {
            let form = key(&format!("{stem}{other}"));
            if !forms.contains(&form) {
                forms.push(form);
            }
        }
    }
    forms
}
