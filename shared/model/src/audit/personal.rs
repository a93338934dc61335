//! Traits which the law protects (EU Charter, article 21), and what stands for one: by a column's name in the languages
//! of CRMs, and by its values, whatever its name.

use leadlight_reading::fold;

use super::names::words;
use super::{Finding, Severity};
use crate::math::count;
use crate::table::Cells;

/// A word of a name, or neighbouring words written as one: `First Name`, `first_name`, `FirstName`, `firstname`.
const NAMES: &[&str] = &[
    // Age and birth.
    "age",
    "birth",
    "birthday",
    "birthdate",
    "dob",
    "geburtsdatum",
    "geburtstag",
    "geburtsjahr",
    "naissance",
    "datenaissance",
    "nacimiento",
    "nascita",
    "nascimento",
    "geboortedatum",
    "leeftijd",
    "edad",
    "idade",
    // Sex, and forms of address, which tell it.
    "gender",
    "sex",
    "sexe",
    "sexo",
    "sesso",
    "geslacht",
    "geschlecht",
    "genero",
    "salutation",
    "honorific",
    "nameprefix",
    "nametitle",
    "anrede",
    "civilite",
    "tratamiento",
    "aanhef",
    "appellativo",
    // First names, which tell sex and origin; last names, which tell origin.
    "firstname",
    "namefirst",
    "fname",
    "givenname",
    "forename",
    "vorname",
    "vornamen",
    "prenom",
    "prenoms",
    "nombrepila",
    "nombredepila",
    "voornaam",
    "primeironome",
    "middlename",
    "lastname",
    "namelast",
    "surname",
    "familyname",
    "nachname",
    "familienname",
    "nomdefamille",
    "apellido",
    "apellidos",
    "cognome",
    "achternaam",
    "sobrenome",
    "fullname",
    "contactname",
    // Origin, faith, health, family.
    "race",
    "ethnicity",
    "ethnic",
    "nationality",
    "nationalitat",
    "staatsangehorigkeit",
    "nationalite",
    "nacionalidad",
    "nazionalita",
    "nationaliteit",
    "nacionalidade",
    "citizenship",
    "mothertongue",
    "muttersprache",
    "nativelanguage",
    "religion",
    "konfession",
    "disability",
    "behinderung",
    "schwerbehinderung",
    "handicap",
    "marital",
    "familienstand",
    "etatcivil",
    "situationfamiliale",
    "estadocivil",
    "statocivile",
    "pregnant",
    "pregnancy",
    "children",
    "kinder",
    "photo",
    "foto",
    // Where somebody lives, which stands for origin.
    "zip",
    "zipcode",
    "postcode",
    "postalcode",
    "postzip",
    "plz",
    "postleitzahl",
    "codepostal",
    "codigopostal",
    "codicepostale",
    "postnummer",
    "cep",
];

/// Names that mean a trait only where nothing else stands beside them.
const WHOLE_NAMES: &[&str] =
    &["alter", "eta", "genre", "nombre", "nome", "prenome", "cap", "cp", "prefix", "titolo"];

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
    let what = match (holds, is_named(name)) {
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

fn is_named(name: &str) -> bool {
    let words = words(name);
    let joined = words.concat();
    let neighbours =
        (1..=4).flat_map(|n| words.windows(n)).any(|some| NAMES.contains(&some.concat().as_str()));
    neighbours || NAMES.contains(&joined.as_str()) || WHOLE_NAMES.contains(&joined.as_str())
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

    #[test]
    fn names_of_traits_are_known_in_any_spelling() {
        for name in [
            "First Name",
            "first_name",
            "FirstName",
            "firstname",
            "FIRST NAME",
            "Contact: First Name",
            "Vorname",
            "Prénom",
            "Given Name",
            "Nombre",
            "Anrede",
            "Civilité",
            "Salutation",
            "PLZ",
            "Postal Code",
            "postal_code",
            "ZIP",
            "Zip/Postal Code",
            "BillingPostalCode",
            "Postcode",
            "CAP",
            "código postal",
            "Code postal",
            "Gender",
            "Date of birth",
            "Geburtsdatum",
            "Âge",
            "Nationalität",
            "État civil",
            "Last Name",
            "marital",
        ] {
            assert!(is_named(name), "{name}");
        }
        for name in [
            "page",
            "Market cap",
            "Company name",
            "Deal Name",
            "Nombre de empleados",
            "Music genre",
            "Industry",
            "Language",
            "Stage",
            "Job Title",
            "Template Name",
            "racecar",
            "Package",
            "Account Name",
        ] {
            assert!(!is_named(name), "{name}");
        }
    }

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
