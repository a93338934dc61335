//! Which country a telephone number is in, where the number itself says so.

use crate::CountryCode;
use crate::text::fold;

/// `DE 49` and what else begins numbers of a country; `--` what begins those of none that can be told.
const PREFIXES: &str = include_str!("../data/phone-prefixes.txt");

/// The longest prefix of the list.
const LONGEST: usize = 7;

/// The country of a number in its international form: `+49 89 123456`, `0049 89 123456`, `tel:+1-416-555-0123`. `None` for a
/// number without the prefix, for one that several countries may have, and where there are two numbers.
pub fn read_phone_country(text: &str) -> Option<CountryCode> {
    if text.len() > 60 {
        return None;
    }
    let folded = fold(text);
    let text = folded.trim_start_matches("tel:").trim_start_matches(['(', ' ', '\'']);
    let number = text.strip_prefix('+').or_else(|| text.strip_prefix("00"))?;
    // `+49 89 1234 ext. 5` has an extension behind it.
    let (number, behind) = number.split_at(number.find(char::is_alphabetic).unwrap_or(number.len()));
    if number.contains('+') || behind.contains('+') {
        return None;
    }
    // `+44 (0)20 …`: the zero is dialled within the country only.
    let number = number.replace("(0)", "");
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    // ITU-T E.164 ends at 15; no country has numbers of fewer than seven with its code.
    if !(7..=15).contains(&digits.len()) {
        return None;
    }
    (1..=LONGEST).rev().find_map(|length| of_prefix(digits.get(..length)?)).and_then(CountryCode::of_alpha_2)
}

/// What stands before a prefix in the list: a country's code, or `--`.
fn of_prefix(prefix: &str) -> Option<&'static str> {
    let mut lines = PREFIXES.lines().filter(|line| !line.starts_with('#'));
    let line = lines.find(|line| line.split(' ').skip(1).any(|known| known == prefix))?;
    line.get(..2)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn read(text: &str) -> Option<String> {
        read_phone_country(text).map(|code| code.to_string())
    }

    #[test]
    fn a_number_in_its_international_form_names_its_country() {
        for (text, country) in [
            ("+49 89 1234567", "DE"),
            ("0049 (0)89 1234567", "DE"),
            ("(+43) 1 234567", "AT"),
            ("tel:+44-20-7946-0123", "GB"),
            ("+44 7797 123456", "JE"),
            ("+44 (0)7797 123456", "JE"),
            ("＋４１ ４４ １２３ ４５ ６７", "CH"),
            ("+1 (416) 555-0123", "CA"),
            ("+1 (202) 555-0123 x45", "US"),
            ("+1 809 555 0123", "DO"),
            ("+7 495 123-45-67", "RU"),
            ("+7 727 123 45 67", "KZ"),
            ("+39 06 698 12345", "VA"),
            ("+383 38 123 456", "XK"),
            ("'+49 89 1234567", "DE"),
        ] {
            assert_eq!(read(text).as_deref(), Some(country), "{text}");
        }
    }

    #[test]
    fn what_could_be_several_countries_or_none_is_not_known() {
        for text in [
            "",
            "089 1234567",
            "49 89 1234567",
            " 49 89 1234567",
            "+",
            "+49",
            "+4",
            "+0049 89 1234567",
            "00000000000",
            "+1 800 555 0123",
            "+1 555 555 0123",
            "+7 978 123 45 67",
            "+590 590 12 34 56",
            "+44 7700 900123",
            "+800 1234 5678",
            "+883 5100 12345678",
            "+49 89 1234567 / +43 1 234567",
            "+49 89 1234567 or +43 1 234567",
            "+49123456789012345678",
            "call me at +49 89 1234567",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn the_list_names_countries_that_are_and_each_prefix_once() {
        let mut seen = BTreeSet::new();
        for line in PREFIXES.lines().filter(|line| !line.starts_with('#')) {
            let mut parts = line.split(' ');
            let country = parts.next().unwrap();
            assert!(country == "--" || CountryCode::of_alpha_2(country).is_some(), "{line}");
            for prefix in parts {
                assert!(prefix.len() <= LONGEST && prefix.bytes().all(|b| b.is_ascii_digit()), "{line}");
                assert!(seen.insert(prefix), "{prefix} stands twice");
            }
        }
        // Nothing begins like a whole code of another country: `35` alone is no country's.
        assert!(seen.len() > 600 && !seen.contains("1") && !seen.contains("7"));
    }
}
