//! Reading vendors' JSON: a value of another type than expected is one that is not known, and costs no other.

use jiff::civil::Date;
use leadlight_lead::{CountryCode, DomainName, Headcount};
use leadlight_outward::Reply;
use leadlight_reading::{is_nothing, read_country, read_usd};
use serde_json::Value;

use crate::vendor::Unreadable;

/// An answer's body as a JSON object.
pub(crate) fn object(reply: &Reply) -> Result<Value, Unreadable> {
    let value: Value = serde_json::from_slice(&reply.body).map_err(|_| Unreadable)?;
    if value.is_object() { Ok(value) } else { Err(Unreadable) }
}

/// The value at a path such as `company/name`; null counts as none.
pub(crate) fn at<'a>(value: &'a Value, path: &str) -> Option<&'a Value> {
    path.split('/').try_fold(value, |value, key| value.get(key)).filter(|value| !value.is_null())
}

/// A text that says something, of 300 characters at most.
pub(crate) fn text(value: &Value, path: &str) -> Option<String> {
    let text = at(value, path)?.as_str()?.trim();
    (!is_nothing(text) && text.chars().count() <= 300).then(|| text.to_owned())
}

/// A whole number that is not negative, also as text or with decimals of zero.
pub(crate) fn whole(value: &Value, path: &str) -> Option<u64> {
    match at(value, path)? {
        Value::Number(number) => number.as_u64().or_else(|| {
            let float = number.as_f64().filter(|f| (0.0..1e15).contains(f))?;
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "in range by the filter"
            )]
            let whole = float.round() as u64;
            Some(whole)
        }),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// A number.
pub(crate) fn number(value: &Value, path: &str) -> Option<f64> {
    match at(value, path)? {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
    .filter(|number| number.is_finite())
}

/// An amount of US dollars: a number, or as it is printed (`$50M`, `251.2M`). Vendors write 0 where they know none.
pub(crate) fn usd(value: &Value, path: &str) -> Option<u64> {
    let amount = match at(value, path)? {
        Value::String(text) => read_usd(text),
        _ => whole(value, path),
    };
    amount.filter(|usd| *usd > 0)
}

/// The first code of an industry in a list, or the one that stands there: 2 to 6 digits.
pub(crate) fn code(value: &Value, path: &str) -> Option<String> {
    let is_code = |code: &String| (2..=6).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_digit());
    let code = |value: &Value| match value {
        Value::String(text) => Some(text.trim().to_owned()).filter(is_code),
        Value::Number(number) => Some(number.to_string()).filter(is_code),
        _ => None,
    };
    match at(value, path)? {
        Value::Array(codes) => codes.iter().find_map(code),
        one => code(one),
    }
}

/// A round of funding as a key: `Series B`, `series_b` and `series b` are `series-b`.
pub(crate) fn round(value: &Value, path: &str) -> Option<String> {
    let round = text(value, path)?.to_lowercase();
    let words = round.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    Some(words.collect::<Vec<_>>().join("-")).filter(|round| !round.is_empty())
}

/// A number of employees: a number, or a range in words such as `51-200`.
pub(crate) fn headcount(value: &Value, path: &str) -> Option<Headcount> {
    match at(value, path)? {
        Value::String(text) => Headcount::read(text),
        _ => Headcount::exactly(u32::try_from(whole(value, path)?).ok()?),
    }
}

/// A country by code or name.
pub(crate) fn country(value: &Value, path: &str) -> Option<CountryCode> {
    read_country(&text(value, path)?)
}

/// A domain, also where an address of a page is given.
pub(crate) fn domain(value: &Value, path: &str) -> Option<DomainName> {
    DomainName::from_host_or_url(&text(value, path)?).ok()
}

/// A day: `2024-03-01`, the first of a month for `2024-03`, the day of a time.
pub(crate) fn day(value: &Value, path: &str) -> Option<Date> {
    let text = text(value, path)?;
    let day = text.get(..10).unwrap_or(&text);
    day.parse().or_else(|_| format!("{day}-01").parse()).ok()
}

/// Texts of a list; what is no text is left out.
pub(crate) fn texts(value: &Value, path: &str) -> Option<Vec<String>> {
    let list = at(value, path)?.as_array()?;
    let said = list.iter().filter_map(Value::as_str).map(str::trim);
    Some(said.filter(|text| !is_nothing(text)).map(str::to_owned).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_wrong_type_is_not_known_and_a_usual_one_is() {
        let value = json!({"n": "47", "f": 12.0, "neg": -3, "list": ["a", 1, "b"], "t": "  ", "d": "2024-03", "o": {"x": null}});
        assert_eq!(
            (whole(&value, "n"), whole(&value, "f"), whole(&value, "neg")),
            (Some(47), Some(12), None)
        );
        assert_eq!(texts(&value, "list").unwrap(), ["a", "b"]);
        assert_eq!((text(&value, "t"), text(&value, "list"), at(&value, "o/x")), (None, None, None));
        assert_eq!(day(&value, "d"), Some("2024-03-01".parse().unwrap()));
        assert_eq!(day(&value, "n"), None);
    }

    #[test]
    fn money_codes_and_rounds_are_read_as_vendors_write_them() {
        let value = json!({"n": 12_500_000.0, "t": "251.2M", "d": "$50M", "zero": 0, "euro": "€5M", "neg": -4,
            "codes": ["", "54161"], "code": 541_512, "long": "5415120", "series": "Series B", "seed": "seed_round", "dash": "-"});
        assert_eq!((usd(&value, "n"), usd(&value, "t")), (Some(12_500_000), Some(251_200_000)));
        assert_eq!((usd(&value, "d"), usd(&value, "zero")), (Some(50_000_000), None));
        assert_eq!((usd(&value, "euro"), usd(&value, "neg"), usd(&value, "codes")), (None, None, None));
        assert_eq!(code(&value, "codes").as_deref(), Some("54161"));
        assert_eq!((code(&value, "code").as_deref(), code(&value, "long")), (Some("541512"), None));
        assert_eq!(round(&value, "series").as_deref(), Some("series-b"));
        assert_eq!((round(&value, "seed").as_deref(), round(&value, "dash")), (Some("seed-round"), None));
    }
}
