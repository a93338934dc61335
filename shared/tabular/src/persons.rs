//! Columns about persons. E-mail addresses, phone numbers and full names are not learnt from; job titles are, by what
//! they tell.

use std::hash::{DefaultHasher, Hash, Hasher};

use leadlight_reading::{fold, read_title};

use crate::words;

/// Of the known cells, in percent.
const MOST: u64 = 80;
const PHONE_DIGITS: std::ops::RangeInclusive<usize> = 6..=15;
const PHONES: &[&str] = &[
    "phone",
    "phones",
    "telephone",
    "tel",
    "telefon",
    "telefono",
    "telefone",
    "telephon",
    "telefoon",
    "mobile",
    "mobil",
    "movil",
    "cell",
    "cellphone",
    "portable",
    "handy",
    "handynummer",
    "rufnummer",
    "fax",
    "whatsapp",
];
/// Names of columns of persons' names, as neighbouring words written as one.
const NAMES: &[&str] = &[
    "fullname",
    "contactname",
    "contactperson",
    "associatedcontact",
    "personname",
    "leadname",
    "lastname",
    "surname",
    "familyname",
    "nachname",
    "familienname",
    "ansprechpartner",
    "nomdefamille",
    "nomcomplet",
    "apellido",
    "apellidos",
    "nombrecompleto",
    "cognome",
    "nomecompleto",
    "achternaam",
    "sobrenome",
];

/// Names of columns of job titles, as neighbouring words written as one.
const TITLES: &[&str] = &[
    "title",
    "titles",
    "jobtitle",
    "position",
    "role",
    "jobrole",
    "funktion",
    "berufsbezeichnung",
    "stellenbezeichnung",
    "poste",
    "fonction",
    "intituleduposte",
    "cargo",
    "puesto",
    "ruolo",
    "functie",
    "functietitel",
];
/// Fewer kinds of titles are told apart as they stand.
const TITLES_MIN: usize = 6;

/// What a column's cells look like.
pub(crate) struct Persons {
    /// Whether its name says that it holds job titles, and how many cells can be read as some.
    titles: Option<u64>,
    different: std::collections::HashSet<u64>,
    known: u64,
    texts: u64,
    addresses: u64,
    phones: u64,
    /// They begin like a number of another country, so that the column's name need not say what they are.
    international: u64,
}

impl Persons {
    pub(crate) fn new(name: &str) -> Self {
        Self {
            titles: named(name, TITLES).then_some(0),
            different: std::collections::HashSet::new(),
            known: 0,
            texts: 0,
            addresses: 0,
            phones: 0,
            international: 0,
        }
    }

    /// Says so where most cells are job titles that tell what a person does.
    pub(crate) fn titles(&self) -> Option<String> {
        let read = self.titles.filter(|read| read * 2 > self.known && self.different.len() >= TITLES_MIN)?;
        let unread = self.known - read;
        let but =
            if unread == 0 { String::new() } else { format!("; {unread} of {} tell neither", self.known) };
        Some(format!("job titles: each counts by the function and the seniority that it tells{but}"))
    }

    /// Counts a cell that is known.
    pub(crate) fn see(&mut self, cell: &str) {
        let cell = cell.trim();
        self.known += 1;
        if let Some(read) = &mut self.titles {
            let title = read_title(cell);
            *read += u64::from(title.function.is_some() || title.seniority.is_some());
            if self.different.len() < TITLES_MIN {
                let mut hasher = DefaultHasher::new();
                fold(cell).hash(&mut hasher);
                self.different.insert(hasher.finish());
            }
        }
        self.texts += u64::from(cell.chars().any(char::is_alphabetic));
        self.addresses += u64::from(is_address(cell));
        let is_phone = is_phone(cell);
        self.phones += u64::from(is_phone);
        self.international += u64::from(is_phone && (cell.starts_with('+') || cell.starts_with("00")));
    }

    /// Why a column of this name is left out, if it names persons.
    pub(crate) fn why(&self, name: &str) -> Option<&'static str> {
        let most = |cells: u64| self.known > 0 && cells * 100 >= self.known * MOST;
        if most(self.addresses) {
            Some("e-mail addresses: they name persons and are not learnt from")
        } else if most(self.international) || (most(self.phones) && named(name, PHONES)) {
            Some("phone numbers: they name persons and are not learnt from")
        } else if most(self.texts) && named(name, NAMES) {
            Some("names of persons, by its name; not learnt from")
        } else {
            None
        }
    }
}

/// Whether a column's name holds one of these, as a word or as neighbouring words.
fn named(name: &str, list: &[&str]) -> bool {
    let words: Vec<String> = words::split(name).iter().map(|word| fold(word)).collect();
    (1..=3).flat_map(|n| words.windows(n)).any(|some| list.contains(&some.concat().as_str()))
}

fn is_address(cell: &str) -> bool {
    let Some((mailbox, domain)) = cell.trim_end_matches('>').rsplit_once('@') else { return false };
    !mailbox.is_empty() && domain.contains('.') && !domain.contains(char::is_whitespace)
}

fn is_phone(cell: &str) -> bool {
    // Most cells end this at their first character.
    cell.chars()
        .all(|c| c.is_ascii_digit() || matches!(c, '+' | ' ' | '\u{a0}' | '-' | '(' | ')' | '.' | '/'))
        && PHONE_DIGITS.contains(&cell.bytes().filter(u8::is_ascii_digit).count())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn why(name: &str, cells: &[&str]) -> Option<&'static str> {
        let mut persons = Persons::new(name);
        for cell in cells {
            persons.see(cell);
        }
        persons.why(name)
    }

    #[test]
    fn persons_are_known_by_address_phone_and_name() {
        assert!(why("Kontakt", &["pia@acme.example", "Pia Lang <pia@acme.example>"]).is_some());
        assert!(why("Nr.", &["+43 1 234567", "0043 (1) 23 45 67"]).is_some());
        assert!(why("Mobile Phone", &["0664 123456", "(01) 234-5678"]).is_some());
        for name in ["Contact Name", "full_name", "LastName", "Deal - Contact person", "Nachname"] {
            assert!(why(name, &["Pia Lang", "Ada Moor"]).is_some(), "{name}");
        }
    }

    #[test]
    fn what_only_sounds_or_looks_like_a_person_stays() {
        assert_eq!(why("Do Not Email", &["Yes", "No"]), None);
        assert_eq!(why("Lead Number", &["660737", "660728"]), None);
        assert_eq!(why("Phone calls", &["1", "12"]), None);
        assert_eq!(why("Closed", &["01.02.2026", "2026-02-01"]), None);
        assert_eq!(why("Company Name", &["Acme", "Birchline"]), None);
        assert_eq!(why("Last name known", &["1", "0"]), None);
    }
}
