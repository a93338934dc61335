//! Traits which the law protects, and what stands for one: by a column's name, and by its values, whatever its name.

use leadlight_reading::{fold, names_a_trait};

use super::{Finding, Severity};
use crate::math::count;
use crate::table::Cells;

/// Forms of address, folded and without dots.
const ADDRESSES: &[&str] = &[
    "mr",
    "mrs",
    "ms",
    "miss",
    "mx",
    "mister",
    "herr",
    "frau",
    "mme",
    "mlle",
    "monsieur",
    "madame",
    "mademoiselle",
    "sra",
    "srta",
    "senor",
    "senora",
    "senorita",
    "sigra",
    "signor",
    "signora",
    "dhr",
    "mevr",
    "mw",
    "heer",
    "mevrouw",
    "senhor",
    "senhora",
];
/// They stand among forms of address, and mean other things elsewhere.
const BESIDE_ADDRESSES: &[&str] = &["m", "sr", "sig", "hr", "fr", "dr", "prof", "ing", "other", "divers"];
const SEXES: &[&str] = &[
    "male",
    "female",
    "man",
    "woman",
    "men",
    "women",
    "mann",
    "frau",
    "mannlich",
    "weiblich",
    "homme",
    "femme",
    "masculin",
    "feminin",
    "hombre",
    "mujer",
    "masculino",
    "femenino",
    "feminino",
    "uomo",
    "donna",
    "maschio",
    "femmina",
    "vrouw",
];
const BESIDE_SEXES: &[&str] =
    &["m", "f", "w", "d", "x", "divers", "diverse", "non-binary", "nonbinary", "other"];
/// One letter for each sex, in pairs.
const LETTERS: [[&str; 2]; 4] = [["m", "f"], ["m", "w"], ["h", "f"], ["m", "v"]];
const MORE_LETTERS: &[&str] = &["m", "f", "w", "h", "v", "d", "x", "u"];
/// Judgement: a column of forms of address holds a few other things.
const MOST: f64 = 0.8;

/// An amber finding where a column may be, or stand for, a protected trait.
pub(super) fn finding(name: &str, column: &Cells, rows: &[usize]) -> Option<Finding> {
    let holds = held(column, rows);
    let what = match (holds, names_a_trait(name)) {
        (Some(holds), _) => format!("`{name}` holds {holds}: it may be a protected trait, or stand for one"),
        (None, true) => format!("`{name}` may be a protected trait, or stand for one"),
        (None, false) => return None,
    };
    Some(Finding {
        severity: Severity::Amber,
        feature: Some(name.to_owned()),
        what,
        remedy: "leave it out unless you may lawfully decide by it".to_owned(),
    })
}

/// What the values are, if nearly all of them are words for a person's sex.
fn held(column: &Cells, rows: &[usize]) -> Option<&'static str> {
    let Cells::Categories(codes) = column else { return None };
    let mut of_value = vec![0_usize; codes.values().len()];
    for code in rows.iter().filter_map(|row| codes.code(*row)) {
        of_value.iter_mut().skip(code).take(1).for_each(|n| *n += 1);
    }
    let known: usize = of_value.iter().sum();
    let values: Vec<(String, usize)> = codes
        .values()
        .iter()
        .zip(of_value)
        .filter(|(_, n)| *n > 0)
        .map(|(value, n)| (fold(value).replace('.', "").trim().to_owned(), n))
        .collect();
    let most = |plain: &[&str], beside: &[&str]| {
        let rows_of = |list: &[&str]| -> usize {
            values.iter().filter(|(value, _)| list.contains(&value.as_str())).map(|(_, n)| n).sum()
        };
        rows_of(plain) > 0 && count(rows_of(plain) + rows_of(beside)) >= MOST * count(known)
    };
    if most(ADDRESSES, BESIDE_ADDRESSES) {
        return Some("forms of address");
    }
    let has = |wanted: &str| values.iter().any(|(value, _)| value == wanted);
    let letters = values.iter().all(|(value, _)| MORE_LETTERS.contains(&value.as_str()))
        && LETTERS.iter().any(|pair| pair.iter().all(|letter| has(letter)));
    (letters || most(SEXES, BESIDE_SEXES)).then_some("words for a person's sex")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::feature::{Cell, FeatureKind};

    fn held_by(values: &[&str]) -> Option<&'static str> {
        let mut cells = Cells::new(FeatureKind::Category);
        for value in values {
            cells.push(&Cell::Category(value));
        }
        held(&cells, &(0..values.len()).collect::<Vec<_>>())
    }

    #[test]
    fn values_tell_a_trait_whatever_the_columns_name() {
        for values in [
            &["Mr.", "Ms.", "Mrs", "Dr."][..],
            &["Herr", "Frau"],
            &["M.", "Mme", "M."],
            &["Sr.", "Sra."],
            &["Dhr.", "Mevr."],
        ] {
            assert_eq!(held_by(values), Some("forms of address"), "{values:?}");
        }
        for values in
            [&["male", "female"][..], &["m", "w", "d"], &["F", "M"], &["Männlich", "Weiblich", "divers"]]
        {
            assert_eq!(held_by(values), Some("words for a person's sex"), "{values:?}");
        }
        for values in [
            &["S", "M", "L"][..],
            &["Retail", "Software"],
            &["m", "km"],
            &["Y", "N"],
            &["A", "F"],
            &["DR", "Prof"],
        ] {
            assert_eq!(held_by(values), None, "{values:?}");
        }
    }
}
