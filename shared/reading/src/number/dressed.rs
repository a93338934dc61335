//! A number with what may stand around it: a currency, signs, marks between thousands.

use std::borrow::Cow;

use super::{DecimalMark, WrittenNumber};

/// Longer ones first where one begins like another; the first of a currency's spellings names it.
pub(super) const CURRENCIES: [(&str, &[&str]); 32] = [
    ("EUR", &["eur", "€", "euros", "euro"]),
    ("USD", &["usd", "us$", "$", "us-$", "us dollars", "us dollar", "dollars", "dollar"]),
    ("GBP", &["gbp", "£"]),
    ("CHF", &["chf", "sfr.", "sfr", "fr."]),
    ("BRL", &["brl", "r$"]),
    ("JPY", &["jpy", "¥"]),
    ("CNY", &["cny", "rmb", "cn¥"]),
    ("INR", &["inr", "₹", "rs."]),
    ("RUB", &["rub", "₽", "руб.", "руб"]),
    ("SEK", &["sek"]),
    ("NOK", &["nok"]),
    ("DKK", &["dkk"]),
    ("kr", &["kr.", "kr"]),
    ("PLN", &["pln", "zł", "zl"]),
    ("CZK", &["czk", "kč", "kc"]),
    ("HUF", &["huf"]),
    ("RON", &["ron", "lei"]),
    ("BGN", &["bgn", "лв."]),
    ("TRY", &["try", "₺"]),
    ("UAH", &["uah", "₴"]),
    ("ILS", &["ils", "₪"]),
    ("KRW", &["krw", "₩"]),
    ("CAD", &["cad", "ca$", "c$"]),
    ("AUD", &["aud", "au$", "a$"]),
    ("NZD", &["nzd", "nz$"]),
    ("SGD", &["sgd", "s$"]),
    ("HKD", &["hkd", "hk$"]),
    ("MXN", &["mxn", "mx$"]),
    ("ZAR", &["zar"]),
    ("AED", &["aed"]),
    ("SAR", &["sar"]),
    ("THB", &["thb", "฿"]),
];

/// Words for thousands and more. `m` alone is none: metres, minutes and months are written so.
const SCALES: [(&str, f64); 14] = [
    ("tsd.", 1e3),
    ("tsd", 1e3),
    ("k", 1e3),
    ("mio.", 1e6),
    ("mio", 1e6),
    ("million", 1e6),
    ("mln", 1e6),
    ("mn", 1e6),
    ("M", 1e6),
    ("mrd.", 1e9),
    ("mrd", 1e9),
    ("billion", 1e9),
    ("bn", 1e9),
    ("B", 1e9),
];

/// Words for thousands and more that money alone has.
const SCALES_OF_MONEY: [(&str, f64); 6] =
    [("thousand", 1e3), ("millions", 1e6), ("mm", 1e6), ("m", 1e6), ("billions", 1e9), ("b", 1e9)];

/// Whether it is the US dollar, by its place among the currencies.
pub(super) fn is_usd(currency: u8) -> bool {
    CURRENCIES.get(usize::from(currency)).is_some_and(|(code, _)| *code == "USD")
}

/// The longest text that is looked at; no number is as long.
const BYTES_MAX: usize = 48;

/// What stands around a number's digits.
#[derive(Default)]
struct Around {
    is_money: bool,
    minus: bool,
    is_percent: bool,
    currency: Option<u8>,
    scale: Option<f64>,
}

/// A number with whatever may stand around it.
pub(super) fn read(text: &str, is_money: bool) -> Option<WrittenNumber> {
    let may_be_one = text.len() <= BYTES_MAX
        && text.bytes().any(|byte| byte.is_ascii_digit())
        && !has_marks_of_others(text)
        && has_words_of_ours(text, is_money);
    if may_be_one { looked_at(text, is_money) } else { None }
}

fn looked_at(text: &str, is_money: bool) -> Option<WrittenNumber> {
    let unified: Cow<'_, str> = if text.is_ascii() && !text.contains('`') {
        Cow::Borrowed(text)
    } else {
        text.chars().map(unified).collect()
    };
    let mut around = Around { is_money, ..Around::default() };
    let mut core = unified.as_ref();
    if let Some(within) = core.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
        around.minus = true;
        core = within.trim();
    }
    while let Some(rest) = around.undressed(core)? {
        core = rest.trim();
    }
    let (mantissa, exponent) = match core.find(['e', 'E']) {
        Some(place) => (&core[..place], exponent(&core[place + 1..])?),
        None => (core, 0),
    };
    // `1.000,-` and `100.--`: nothing behind the mark.
    let bare = mantissa.trim_end_matches('-');
    let whole = (bare.len() < mantissa.len()).then(|| format!("{bare}00"));
    let mantissa = whole.as_deref().unwrap_or(mantissa);
    if whole.is_some() && !bare.ends_with([',', '.']) {
        return None;
    }
    let by = |mark| {
        let digits = digits(mantissa, mark)?;
        let value: f64 = format!("{digits}e{exponent}").parse().ok()?;
        let value = value * around.scale.unwrap_or(1.0);
        value.is_finite().then_some(if around.minus { -value } else { value })
    };
    let (point, comma) = (by(DecimalMark::Point), by(DecimalMark::Comma));
    (point.is_some() || comma.is_some()).then_some(WrittenNumber {
        point,
        comma,
        is_scaled: around.scale.is_some(),
        is_percent: around.is_percent,
        currency: around.currency,
    })
}

/// A glance before the look: marks that stand in no number but in dates, times, ranges and addresses, and a dash between
/// two digits.
fn has_marks_of_others(text: &str) -> bool {
    let bytes = text.as_bytes();
    let is_dash = |three: &[u8]| three[1] == b'-' && three[0].is_ascii_digit() && three[2].is_ascii_digit();
    bytes.iter().any(|byte| matches!(byte, b'/' | b':' | b';' | b'@' | b'_' | b'|' | b'#' | b'=' | b'&'))
        || bytes.windows(3).any(is_dash)
}

/// By the first letter of a word that may stand around a number, a bit for each length that such a word has in letters of
/// ASCII.
const LENGTHS: [u64; 26] = {
    let mut lengths = with_letters("e", [0; 26]);
    let mut place = 0;
    while place < SCALES.len() {
        lengths = with_letters(SCALES[place].0, lengths);
        place += 1;
    }
    place = 0;
    while place < SCALES_OF_MONEY.len() {
        lengths = with_letters(SCALES_OF_MONEY[place].0, lengths);
        place += 1;
    }
    place = 0;
    while place < CURRENCIES.len() {
        let spellings = CURRENCIES[place].1;
        let mut spelling = 0;
        while spelling < spellings.len() {
            lengths = with_letters(spellings[spelling], lengths);
            spelling += 1;
        }
        place += 1;
    }
    lengths
};

const fn with_letters(word: &str, mut lengths: [u64; 26]) -> [u64; 26] {
    let word = word.as_bytes();
    let mut end = 0;
    while end < word.len() && word[end].is_ascii_alphabetic() {
        end += 1;
    }
    if end > 0 {
        lengths[(word[0].to_ascii_lowercase() - b'a') as usize] |= 1 << end;
    }
    lengths
}

/// Whether a word of ASCII letters may be one of ours, by its first letter and its length.
fn may_be_ours(word: &str) -> bool {
    let first = word.bytes().next().filter(u8::is_ascii_alphabetic);
    first.is_some_and(|first| LENGTHS[usize::from(first.to_ascii_lowercase() - b'a')] >> word.len() & 1 == 1)
}

/// A glance before the look: most text with a digit in it, such as `value 17`, has a word that stands around no number.
/// Words with letters beyond ASCII are left to the look.
fn has_words_of_ours(text: &str, is_money: bool) -> bool {
    let letters = |word: &'static str| {
        let end = word.bytes().position(|byte| !byte.is_ascii_alphabetic()).unwrap_or(word.len());
        &word[..end]
    };
    let currencies = || CURRENCIES.iter().flat_map(|(_, spellings)| spellings.iter().copied());
    let is_ours = |run: &str| {
        run.eq_ignore_ascii_case("e")
            || scales(is_money).any(|(word, _)| run.eq_ignore_ascii_case(letters(word)))
            || currencies().any(|word| run.eq_ignore_ascii_case(letters(word)))
    };
    let fits = |run: &str| run.is_empty() || !run.is_ascii() || (may_be_ours(run) && is_ours(run));
    text.split(|c: char| !c.is_alphabetic()).all(fits)
}

/// Spaces of all kinds as a space, apostrophes and minuses of all kinds as the plain one.
fn unified(c: char) -> char {
    match c {
        '\u{a0}' | '\u{202f}' | '\u{2009}' | '\u{2007}' => ' ',
        '’' | '‘' | '´' | '`' => '\'',
        '−' | '–' | '—' | '‑' => '-',
        '％' => '%',
        c => c,
    }
}

impl Around {
    /// Takes off one thing at either end; `Some(None)` where nothing is left to take, `None` where something stands
    /// there twice.
    #[expect(
        clippy::option_option,
        reason = "nothing to take off, and what may not be there, are two things"
    )]
    fn undressed<'t>(&mut self, text: &'t str) -> Option<Option<&'t str>> {
        let first = text.chars().next()?;
        if first.is_ascii_digit() && text.ends_with(|c: char| c.is_ascii_digit()) {
            return Some(None);
        }
        if let Some(rest) = text.strip_prefix('+') {
            return (!self.minus).then_some(Some(rest));
        }
        if let Some(rest) = text.strip_prefix('-') {
            return (!std::mem::replace(&mut self.minus, true)).then_some(Some(rest));
        }
        if let Some(rest) = text.strip_suffix('-').filter(|rest| !rest.ends_with(['-', ',', '.'])) {
            return (!std::mem::replace(&mut self.minus, true)).then_some(Some(rest));
        }
        if let Some(rest) = text.strip_suffix('%').or_else(|| text.strip_prefix('%')) {
            return (!std::mem::replace(&mut self.is_percent, true)).then_some(Some(rest));
        }
        if let Some((currency, rest)) = without_currency(text) {
            let before = self.currency.replace(currency);
            // `$5,000 USD`, as people write money.
            let is_again = self.is_money && before == Some(currency);
            return (before.is_none() || is_again).then_some(Some(rest));
        }
        if let Some((scale, rest)) = without_scale(text, self.is_money) {
            return self.scale.replace(scale).is_none().then_some(Some(rest));
        }
        Some(None)
    }
}

fn without_currency(text: &str) -> Option<(u8, &str)> {
    for (place, (_, spellings)) in (0..).zip(&CURRENCIES) {
        for spelling in *spellings {
            if let Some(rest) = without_prefix(text, spelling).or_else(|| without_suffix(text, spelling)) {
                return Some((place, rest));
            }
        }
    }
    None
}

fn scales(is_money: bool) -> impl Iterator<Item = &'static (&'static str, f64)> {
    SCALES.iter().chain(SCALES_OF_MONEY.iter().filter(move |_| is_money))
}

fn without_scale(text: &str, is_money: bool) -> Option<(f64, &str)> {
    scales(is_money).find_map(|(word, scale)| {
        let rest = if word.len() == 1 && *word != "k" {
            text.strip_suffix(word)
        } else {
            without_suffix(text, word)
        };
        Some((*scale, rest.filter(|rest| rest.trim_end().ends_with(|c: char| c.is_ascii_digit()))?))
    })
}

/// Case does not count; what is left must not go on with a letter or `$`, which would make it another word.
fn without_prefix<'t>(text: &'t str, word: &str) -> Option<&'t str> {
    let length: usize = text.chars().take(word.chars().count()).map(char::len_utf8).sum();
    let (start, rest) = text.split_at_checked(length)?;
    (start.to_lowercase().as_str() == word && !rest.starts_with(|c: char| c.is_alphabetic() || c == '$'))
        .then_some(rest)
}

fn without_suffix<'t>(text: &'t str, word: &str) -> Option<&'t str> {
    let length: usize = text.chars().rev().take(word.chars().count()).map(char::len_utf8).sum();
    let (rest, end) = text.split_at_checked(text.len().checked_sub(length)?)?;
    (end.to_lowercase() == word && !rest.ends_with(char::is_alphabetic)).then_some(rest)
}

fn exponent(text: &str) -> Option<i32> {
    let digits = text.trim_start_matches(['+', '-']);
    let is_one = (1..=3).contains(&digits.len()) && text.len() - digits.len() <= 1;
    is_one.then(|| text.parse().ok()).flatten()
}

/// A mantissa as Rust reads it, if it is one by this mark.
fn digits(mantissa: &str, mark: DecimalMark) -> Option<String> {
    let mut parts = mantissa.split(mark.char());
    let (whole, decimals) = (parts.next()?, parts.next());
    if parts.next().is_some() || !decimals.is_none_or(is_digits) {
        return None;
    }
    let whole = match whole.bytes().find(|byte| !byte.is_ascii_digit()) {
        None => whole.to_owned(),
        Some(part) if part == mark.thousands() || part == b' ' || part == b'\'' => {
            let groups: Vec<&str> = whole.split(char::from(part)).collect();
            are_thousands(&groups, part == b',').then(|| groups.concat())?
        }
        Some(_) => return None,
    };
    let decimals = decimals.unwrap_or_default();
    (!whole.is_empty() || !decimals.is_empty()).then(|| format!("{whole}.{decimals}0"))
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Groups of three behind a first of up to three; with commas also India's, in which only the last has three.
fn are_thousands(groups: &[&str], may_be_indian: bool) -> bool {
    let [first, middle @ .., last] = groups else { return false };
    let of = |length| middle.iter().all(|group| group.len() == length);
    let fits = (1..=3).contains(&first.len()) && of(3);
    let is_indian = may_be_indian && (1..=2).contains(&first.len()) && of(2);
    !first.starts_with('0') && last.len() == 3 && (fits || is_indian) && groups.iter().all(|g| is_digits(g))
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn a_glance_lets_no_number_go(
            text in "[-+]?[0-9]{1,3}([-.,' /:;_e+%()]{0,2}[0-9]{1,3}){0,3} ?[-a-zA-Z.$€%)]{0,4}|(EUR|us-\\$|kr) ?-?[0-9]{1,4}-?",
        ) {
            for is_money in [false, true] {
                if read(&text, is_money).is_none() {
                    proptest::prop_assert_eq!(looked_at(&text, is_money), None);
                }
            }
        }
    }
}
