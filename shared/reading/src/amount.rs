//! Money, as forms and CRMs write it.

use crate::text::fold;
use crate::whole::whole;

/// Signs and words that say US dollars, folded.
const DOLLARS: [&str; 6] = ["us dollars", "dollars", "usd", "us$", "$", "us"];
/// What an amount is multiplied by.
const TIMES: [(&str, f64); 14] = [
    ("thousand", 1e3),
    ("millions", 1e6),
    ("million", 1e6),
    ("billion", 1e9),
    ("mio.", 1e6),
    ("mio", 1e6),
    ("mrd.", 1e9),
    ("mrd", 1e9),
    ("mm", 1e6),
    ("mn", 1e6),
    ("bn", 1e9),
    ("k", 1e3),
    ("m", 1e6),
    ("b", 1e9),
];
/// More than any company takes in a year.
const MOST: f64 = 1e13;

/// Reads an amount in US dollars: `5000000`, `$5,000,000`, `5M`, `1.5 million USD`. `None` where it is no amount, in
/// another currency, a range, or could be two amounts.
pub fn read_usd(text: &str) -> Option<u64> {
    if text.len() > 60 {
        return None;
    }
    let folded = fold(text);
    let mut rest = folded.as_str();
    for word in DOLLARS {
        rest = rest.strip_prefix(word).unwrap_or(rest).trim();
        rest = rest.strip_suffix(word).unwrap_or(rest).trim();
    }
    let amount = match TIMES.iter().find_map(|(word, times)| Some((rest.strip_suffix(word)?.trim(), times))) {
        // `1.5m` and `1,5m`.
        Some((digits, times)) if digits.starts_with(|c: char| c.is_ascii_digit()) => {
            whole(digits, false).or_else(|| digits.replace(',', ".").parse().ok())? * times
        }
        Some(_) => return None,
        None => whole(rest, false)?,
    };
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked to be in range")]
    let amount = (0.0..=MOST).contains(&amount).then_some(amount.round() as u64);
    amount
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_in_dollars_are_read() {
        for (text, dollars) in [
            ("5000000", 5_000_000),
            ("$5,000,000", 5_000_000),
            ("5.000.000", 5_000_000),
            ("USD 38500.0", 38_500),
            ("38500.00", 38_500),
            ("5M", 5_000_000),
            ("$1.5 million", 1_500_000),
            ("1,5 Mio. USD", 1_500_000),
            ("250k", 250_000),
        ] {
            assert_eq!(read_usd(text), Some(dollars), "{text}");
        }
        for text in ["€5,000", "5,000 EUR", "$1M-$10M", "1.000", "a lot", "", "-5", "M", "1e99", "24,5"] {
            assert_eq!(read_usd(text), None, "{text}");
        }
    }
}
