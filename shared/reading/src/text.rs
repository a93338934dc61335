//! Text as people see it: what looks the same is the same.

use icu_normalizer::{ComposingNormalizerBorrowed, DecomposingNormalizerBorrowed};
use icu_properties::CodePointMapData;
use icu_properties::props::GeneralCategory;

/// One line of text without what nobody sees: composed (NFC), no format or control characters, no byte-order mark, each
/// run of white space one space, none at the ends. Done again, it changes nothing.
pub fn clean(text: &str) -> String {
    if is_clean(text) { text.to_owned() } else { cleaned(text) }
}

/// A glance that most texts pass: plain words with one space between them.
fn is_clean(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.iter().all(|byte| matches!(byte, b' '..=b'~'))
        && !bytes.starts_with(b" ")
        && !bytes.ends_with(b" ")
        && !bytes.windows(2).any(|pair| pair == b"  ")
}

fn cleaned(text: &str) -> String {
    let mut cleaned = String::with_capacity(text.len());
    for word in visible(text).split_whitespace() {
        if !cleaned.is_empty() {
            cleaned.push(' ');
        }
        cleaned.push_str(word);
    }
    cleaned
}

/// The same for text of several lines: its lines stay, and what is indented stays so.
pub fn clean_lines(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let lines: Vec<String> = text.split('\n').map(|line| visible(line).trim_end().to_owned()).collect();
    lines.join("\n").trim_matches('\n').trim_end().to_owned()
}

/// To look things up by: lower case, without accents, compatibility forms as plain ones (`ﬁ` as `fi`, `２` as `2`), the
/// letters that Unicode takes for letters of their own as people without them type them (`ß` as `ss`, `ø` as `o`).
pub fn fold(text: &str) -> String {
    // Most cells of a file are ASCII alone.
    if !text.is_ascii() {
        return fold_any(text);
    }
    let mut folded = clean(text);
    folded.make_ascii_lowercase();
    if folded.contains('`') { folded.replace('`', "'") } else { folded }
}

fn fold_any(text: &str) -> String {
    let categories = CodePointMapData::<GeneralCategory>::new();
    let decomposed = DecomposingNormalizerBorrowed::new_nfkd().normalize(text).into_owned();
    let mut folded = String::with_capacity(decomposed.len());
    for c in decomposed.chars().flat_map(char::to_lowercase) {
        match c {
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'ø' => folded.push('o'),
            'ł' => folded.push('l'),
            'đ' | 'ð' => folded.push('d'),
            'þ' => folded.push_str("th"),
            'ı' => folded.push('i'),
            '’' | '‘' | 'ʼ' | '`' | '´' => folded.push('\''),
            c if categories.get(c) == GeneralCategory::NonspacingMark => {}
            c => folded.push(c),
        }
    }
    clean(&folded)
}

/// Composed, and without what has no shape of its own.
fn visible(text: &str) -> String {
    let categories = CodePointMapData::<GeneralCategory>::new();
    let mut seen = String::with_capacity(text.len());
    for c in text.chars() {
        let is_shapeless = match c {
            // They join and part letters in Arabic and Indic scripts, and pictures; all of these begin there.
            '\u{200c}' | '\u{200d}' => !seen.ends_with(|before| before >= '\u{600}'),
            // Numbers' and verses' signs of Arabic and its kin have a shape.
            '\u{600}'..='\u{605}' | '\u{6dd}' | '\u{8e2}' | '\u{110bd}' | '\u{110cd}' => false,
            '\t' | '\n' | '\u{b}' | '\u{c}' | '\r' | '\u{85}' => {
                seen.push(' ');
                continue;
            }
            '\u{fffe}' | '\u{ffff}' => true,
            c => matches!(categories.get(c), GeneralCategory::Format | GeneralCategory::Control),
        };
        if !is_shapeless {
            seen.push(c);
        }
    }
    ComposingNormalizerBorrowed::new_nfc().normalize(&seen).into_owned()
}

/// Words as a key: lower case, hyphens between, such as `lead-scoring`. Empty where there are none.
pub fn words_key(text: &str) -> String {
    let spaced: String =
        text.chars().map(|c| if c.is_alphanumeric() { c.to_ascii_lowercase() } else { ' ' }).collect();
    spaced.split_whitespace().collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_sees_is_not_there() {
        for written in [
            "Pia\u{200b} Lang",
            "\u{feff}Pia Lang",
            " Pia\u{a0}Lang\u{a0}",
            "Pia\u{2009}\u{202f}Lang",
            "\u{202a}Pia Lang\u{202c}",
            "Pia\tLang\r\n",
            "Pi\u{ad}a Lang\u{0}",
        ] {
            assert_eq!(clean(written), "Pia Lang", "{written:?}");
        }
        assert_eq!(clean("Gescha\u{308}ftsfu\u{308}hrer"), "Geschäftsführer");
    }

    #[test]
    fn what_means_something_stays() {
        // Persian parts words so, and a family is one picture.
        for text in ["می\u{200c}خواهم", "👩\u{200d}👧", "O’Neill", "株式会社", "Zoë & Söhne"]
        {
            assert_eq!(clean(text), text);
        }
        assert_eq!(clean_lines("\r\nDear all,\r\n  two lines\u{200b} \r\n"), "Dear all,\n  two lines");
    }

    #[test]
    fn one_key_for_one_thing() {
        assert_eq!(fold("  Côte d’Ivoire "), "cote d'ivoire");
        assert_eq!(fold("STRASSE"), fold("Straße"));
        assert_eq!(fold("ＧｍｂＨ"), "gmbh");
        assert_eq!(fold("Łódź, Ærø"), "lodz, aero");
        assert_eq!(fold("İstanbul"), "istanbul");
    }

    proptest::proptest! {
        #[test]
        fn the_short_ways_lead_where_the_long_ones_do(text in "[\\x00-\\x7f]{0,40}|[a-zA-Z .`-]{0,20}") {
            proptest::prop_assert_eq!(fold(&text), fold_any(&text));
            proptest::prop_assert_eq!(clean(&text), cleaned(&text));
        }

        #[test]
        fn cleaning_twice_is_cleaning_once(text in "\\PC*|[\\x00-\\u{ffff}]{0,40}") {
            let once = clean(&text);
            proptest::prop_assert_eq!(clean(&once), once.as_str());
            let lines = clean_lines(&text);
            proptest::prop_assert_eq!(clean_lines(&lines), lines.as_str());
            proptest::prop_assert_eq!(fold(&fold(&text)), fold(&text));
        }
    }
}
