//! What the name of a column, or of a form's field, lets expect: a trait which the law protects, or what stands for one (EU
//! Charter, article 21), in the languages of CRMs; and what is known only afterwards.

use crate::text::fold;

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

/// Whether a name means a trait which the law protects, or what stands for one.
pub fn names_a_trait(name: &str) -> bool {
    let words = words(name);
    let joined = words.concat();
    let neighbours =
        (1..=4).flat_map(|n| words.windows(n)).any(|some| NAMES.contains(&some.concat().as_str()));
    neighbours || NAMES.contains(&joined.as_str()) || WHOLE_NAMES.contains(&joined.as_str())
}

/// Words in a feature's name that tell what is only known afterwards.
const AFTERWARDS: [&str; 14] = [
    "closed", "close", "won", "lost", "outcome", "result", "stage", "duration", "invoice", "contract",
    "churn", "renewal", "amount", "reason",
];

/// Whether a name sounds like something that is known only after a lead is scored.
pub fn sounds_late(name: &str) -> bool {
    words(name).iter().any(|word| AFTERWARDS.contains(&word.as_str()))
}

/// A name's words in lower case, without accents: split at what is no letter, and where a capital follows a small letter.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before = ' ';
    for c in name.chars() {
        if !c.is_alphabetic() || (c.is_uppercase() && before.is_lowercase()) {
            words.push(String::new());
        }
        if c.is_alphabetic()
            && let Some(word) = words.last_mut()
        {
            word.push(c);
        }
        before = c;
    }
    words.retain(|word| !word.is_empty());
    words.iter().map(|word| fold(word)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

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
            assert!(names_a_trait(name), "{name}");
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
            assert!(!names_a_trait(name), "{name}");
        }
    }

    #[test]
    fn what_is_known_afterwards_says_so() {
        for name in ["Close date", "deal_stage", "LostReason"] {
            assert!(sounds_late(name), "{name}");
        }
        assert!(!sounds_late("Industry") && !sounds_late("closest office"));
    }
}
