//! Amounts, as CRMs export them.

/// What is wrong with an amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AmountProblem {
    /// No number, or one below 0.
    #[error("is not an amount")]
    NoAmount,
    /// `24.000` or `24,000`: a thousand times as much by one reading as by the other.
    #[error("can be read in two ways: `24.000` and `24,000` are 24000 to some and 24 to others")]
    TwoReadings,
    /// Euros, pounds, rupees …
    #[error("is not in US dollars")]
    OtherCurrency,
}

impl AmountProblem {
    /// What to write instead.
    pub(crate) fn remedy(self) -> &'static str {
        match self {
            Self::NoAmount => "write US dollars such as 24000 or 24000.00",
            Self::TwoReadings => "write 24000 or 24000.00, without a separator of thousands",
            Self::OtherCurrency => "convert it, and write digits only",
        }
    }
}

/// US dollars, to the whole dollar: `24000`, `24000.00`, `38500.0`, `$24,000.50`, `24.000,00 USD`. Cents are rounded.
///
/// A single separator before three digits is refused: `24.000` is 24,000 in Berlin, and 24 from a database that writes
/// three decimals. So is a single comma before one digit or two, unless the amount cannot be read as thousands:
/// `24,5` and `24,50` have one reading.
pub(crate) fn dollars(text: &str) -> Result<u64, AmountProblem> {
    let number = number_of(text)?;
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let marks: Vec<char> = number.chars().filter(|c| !c.is_ascii_digit()).collect();
    let (whole, decimals) = match marks.as_slice() {
        [] => (number.clone(), ""),
        // The same mark several times parts thousands.
        [mark, .., last] if mark == last => (in_groups(&number, *mark)?, ""),
        [_] => {
            let (whole, rest) = number.split_once(marks[0]).unwrap_or((&number, ""));
            match rest.len() {
                // Three digits are thousands or decimals; more than three before them, or none, and they are decimals.
                3 if (1..=3).contains(&whole.len()) && whole != "0" => {
                    return Err(AmountProblem::TwoReadings);
                }
                _ => (whole.to_owned(), rest),
            }
        }
        // `1,234,567.89`, `1.234.567,89`, `1'234.50`: the last mark begins the decimals.
        [group, between @ .., decimal] => {
            if between.iter().any(|mark| mark != group) {
                return Err(AmountProblem::NoAmount);
            }
            let (whole, decimals) = number.rsplit_once(*decimal).unwrap_or((&number, ""));
            (in_groups(whole, *group)?, decimals)
        }
    };
    if !digits(&whole) || !(decimals.is_empty() || digits(decimals)) {
        return Err(AmountProblem::NoAmount);
    }
    let whole: u64 = whole.parse().map_err(|_| AmountProblem::NoAmount)?;
    let rounds_up = decimals.as_bytes().first().is_some_and(|tenths| *tenths >= b'5');
    whole.checked_add(u64::from(rounds_up)).ok_or(AmountProblem::NoAmount)
}

/// Without a dollar sign and spaces; digits and marks are left.
fn number_of(text: &str) -> Result<String, AmountProblem> {
    let text = text.trim();
    let upper = text.to_uppercase();
    let bare = ["US$", "USD", "$"]
        .into_iter()
        .find_map(|sign| upper.strip_prefix(sign).or_else(|| upper.strip_suffix(sign)).map(str::to_owned));
    let number: String = bare.unwrap_or(upper).chars().filter(|c| !c.is_whitespace()).collect();
    if number.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | '\'' | '’')) {
        return Ok(number.replace('’', "'"));
    }
    let has_digits = number.chars().any(|c| c.is_ascii_digit());
    let names_money = number.chars().any(is_currency_sign)
        || CODES.iter().any(|code| number.starts_with(code) || number.ends_with(code));
    Err(if has_digits && names_money { AmountProblem::OtherCurrency } else { AmountProblem::NoAmount })
}

/// Currencies that CRMs of companies that sell abroad write most; ISO 4217.
const CODES: [&str; 18] = [
    "EUR", "GBP", "CHF", "CAD", "AUD", "NZD", "JPY", "CNY", "INR", "BRL", "MXN", "SEK", "NOK", "DKK", "PLN",
    "CZK", "SGD", "ZAR",
];

/// Of Unicode's currency symbols those but the dollar's.
fn is_currency_sign(c: char) -> bool {
    matches!(c, '£' | '¥' | '\u{20a0}'..='\u{20cf}')
}

/// `1.234.567` without its marks, if each stands before three digits.
fn in_groups(number: &str, mark: char) -> Result<String, AmountProblem> {
    let mut groups = number.split(mark);
    let first = groups.next().unwrap_or_default();
    if !(1..=3).contains(&first.len()) || !groups.all(|group| group.len() == 3) {
        return Err(AmountProblem::NoAmount);
    }
    Ok(number.replace(mark, ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_as_crms_write_them() {
        for (text, amount) in [
            ("24000", 24_000),
            ("38500.0", 38_500),
            ("24000.00", 24_000),
            ("24000,00", 24_000),
            ("25,0000000000", 25),
            ("24000.49", 24_000),
            ("24000.50", 24_001),
            ("24,5", 25),
            ("0", 0),
            ("0.000", 0),
            ("0.00", 0),
            ("24,000.00", 24_000),
            ("24.000,00", 24_000),
            ("1,234,567", 1_234_567),
            ("1.234.567,89", 1_234_568),
            ("1'234'567.20", 1_234_567),
            ("1’234’567", 1_234_567),
            ("24 000", 24_000),
            ("24\u{a0}000,00", 24_000),
            ("$24000", 24_000),
            ("$ 24,000.00", 24_000),
            ("US$24000.00", 24_000),
            ("24000 USD", 24_000),
            ("usd 24000", 24_000),
        ] {
            assert_eq!(dollars(text), Ok(amount), "{text}");
        }
    }

    #[test]
    fn an_amount_with_two_readings_is_refused() {
        for text in ["24.000", "24,000", "1.234", "$24,000", "999,999"] {
            assert_eq!(dollars(text), Err(AmountProblem::TwoReadings), "{text}");
        }
    }

    #[test]
    fn what_is_no_amount_in_dollars_is_refused() {
        for text in ["€ 24.000,00", "24000 EUR", "£24000", "CHF 24'000", "₹2400000"] {
            assert_eq!(dollars(text), Err(AmountProblem::OtherCurrency), "{text}");
        }
        for text in [
            "-24000",
            "(24000)",
            "24k",
            "$24k",
            "a lot",
            "1,23,456",
            "1.2.3",
            "12,34,567.00",
            "1,234.567,8",
            ",5",
            ".",
            "$",
            "24000-",
            "1e5",
            "99999999999999999999",
            "€",
            "NaN",
        ] {
            assert_eq!(dollars(text), Err(AmountProblem::NoAmount), "{text}");
        }
    }
}
