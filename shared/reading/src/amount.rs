//! Money, as forms and CRMs write it.

use crate::number::WrittenNumber;
use crate::text::fold;

/// More than any company takes in a year.
const MOST_REVENUE: u64 = 10_000_000_000_000;
/// More than any deal is worth; up to here each dollar counts.
const MOST: f64 = 1e15;

/// No amount is as long.
const BYTES_MAX: usize = 60;

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
    pub fn remedy(self) -> &'static str {
        match self {
            Self::NoAmount => "write US dollars such as 24000 or 24000.00",
            Self::TwoReadings => "write 24000 or 24000.00, without a separator of thousands",
            Self::OtherCurrency => "convert it, and write digits only",
        }
    }
}

/// Reads an amount in US dollars, to the whole dollar: `24000`, `$24,000.50`, `24.000,00 USD`, `1.5 million`. Cents are
/// rounded.
///
/// A single separator before three digits has two readings: `24.000` is 24,000 in Berlin, and 24 from a database that
/// writes three decimals.
pub fn read_dollars(text: &str) -> Result<u64, AmountProblem> {
    let amount = amount(text)?;
    whole_dollars(amount.only().ok_or(AmountProblem::TwoReadings)?)
}

/// Reads a company's yearly revenue in US dollars: `5000000`, `$5,000,000`, `5M`, `1.5 million USD`. `None` where it is no
/// amount, in another currency, a range, or could be two amounts. No company has a revenue of so few dollars that it
/// would be written with three decimals: `500,000` is half a million.
pub fn read_usd(text: &str) -> Option<u64> {
    let amount = amount(text).ok()?;
    let dollars = match amount.only() {
        Some(only) => only,
        // Millions do have decimals, and databases write `.000`.
        None if amount.is_scaled || text.contains(".000") => return None,
        None => amount.in_thousands()?,
    };
    whole_dollars(dollars).ok().filter(|dollars| *dollars <= MOST_REVENUE)
}

fn amount(text: &str) -> Result<WrittenNumber, AmountProblem> {
    if text.len() > BYTES_MAX {
        return Err(AmountProblem::NoAmount);
    }
    let folded = fold(text);
    let of_no_number = || {
        let names_money = folded.contains(is_currency_sign) && folded.contains(|c: char| c.is_ascii_digit());
        if names_money { AmountProblem::OtherCurrency } else { AmountProblem::NoAmount }
    };
    let amount = WrittenNumber::of_money(&folded).ok_or_else(of_no_number)?;
    if amount.is_percent {
        return Err(AmountProblem::NoAmount);
    }
    if amount.is_usd() == Some(false) { Err(AmountProblem::OtherCurrency) } else { Ok(amount) }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked to be in range")]
fn whole_dollars(amount: f64) -> Result<u64, AmountProblem> {
    (0.0..=MOST).contains(&amount).then_some(amount.round() as u64).ok_or(AmountProblem::NoAmount)
}

/// Of Unicode's currency symbols those but the dollar's.
fn is_currency_sign(c: char) -> bool {
    matches!(c, '£' | '¥' | '\u{20a0}'..='\u{20cf}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn revenues_in_dollars_are_read() {
        for (text, dollars) in [
            ("5000000", 5_000_000),
            ("$5,000,000", 5_000_000),
            ("5.000.000", 5_000_000),
            ("500,000", 500_000),
            ("$24.500", 24_500),
            ("USD 38500.0", 38_500),
            ("38500.00", 38_500),
            ("38500.5", 38_501),
            ("1234567.89", 1_234_568),
            ("12.345.678,90", 12_345_679),
            ("$1,234.500", 1_235),
            ("5M", 5_000_000),
            ("5m", 5_000_000),
            ("５Ｍ", 5_000_000),
            ("$1.5 million", 1_500_000),
            ("$5,000 USD", 5_000),
            ("2 million US dollars", 2_000_000),
            ("1,5 Mio. USD", 1_500_000),
            ("$0.750M", 750_000),
            ("$2.37M", 2_370_000),
            ("250k", 250_000),
            ("$3B", 3_000_000_000),
        ] {
            assert_eq!(read_usd(text), Some(dollars), "{text}");
        }
        for text in [
            "€5,000",
            "5,000 EUR",
            "$1M-$10M",
            "1.000",
            "a lot",
            "",
            "-5",
            "M",
            "1e99",
            "$2.375M",
            "1.500M",
            "5%",
            "$",
        ] {
            assert_eq!(read_usd(text), None, "{text}");
        }
    }

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
            ("$24k", 24_000),
            ("$ 24,000.00", 24_000),
            ("US$24000.00", 24_000),
            ("24000 USD", 24_000),
            ("usd 24000", 24_000),
            ("12,34,567.00", 1_234_567),
        ] {
            assert_eq!(read_dollars(text), Ok(amount), "{text}");
        }
    }

    #[test]
    fn an_amount_with_two_readings_is_refused() {
        for text in ["24.000", "24,000", "1.234", "$24,000", "999,999", "$2.375M"] {
            assert_eq!(read_dollars(text), Err(AmountProblem::TwoReadings), "{text}");
        }
    }

    #[test]
    fn what_is_no_amount_in_dollars_is_refused() {
        for text in ["€ 24.000,00", "24000 EUR", "£24000", "CHF 24'000", "₹2400000", "₦24000", "C$ 100"]
        {
            assert_eq!(read_dollars(text), Err(AmountProblem::OtherCurrency), "{text}");
        }
        for text in [
            "-24000",
            "(24000)",
            "a lot",
            "1.2.3",
            "1,234.567,8",
            ".",
            "$",
            "24000-",
            "99999999999999999999",
            "€",
            "NaN",
            "24 tons",
            "5 %",
        ] {
            assert_eq!(read_dollars(text), Err(AmountProblem::NoAmount), "{text}");
        }
    }
}
