//! Which column of which CRM's export says what: one file a CRM, one line to register it.

mod dynamics;
mod field;
mod hubspot;
mod own;
mod pipedrive;
mod salesforce;
mod zoho;

use std::collections::BTreeMap;

use leadlight_reading::{CountryCode, DealState, fold};

pub use field::Field;

/// A CRM's names for fields.
#[derive(Debug)]
pub struct Crm {
    /// As people name it to the command.
    pub name: &'static str,
    /// As its maker writes it.
    pub label: &'static str,
    /// Names of columns by field, what goes first first: property names and labels, in several languages.
    columns: &'static [(Field, &'static [&'static str])],
    /// Names that, as [`key`] writes them, only this CRM gives; `*` stands for any end.
    signs: &'static [&'static str],
    /// Words for a deal's state that only this CRM has.
    states: &'static [(&'static str, DealState)],
}

/// All CRMs whose exports are read.
pub const CRMS: [&Crm; 6] =
    [&hubspot::CRM, &salesforce::CRM, &pipedrive::CRM, &zoho::CRM, &dynamics::CRM, &own::CRM];

/// What any CRM may call these, and people who add columns of their own.
const COMMON: &[(Field, &[&str])] = &[
    (Field::Amount, &["Amount", "Value", "Betrag", "Montant", "Importe", "Importo", "Valor", "Bedrag"]),
    (Field::Currency, &["Currency", "Currency ISO Code", "Währung", "Devise", "Moneda", "Valuta", "Moeda"]),
    (
        Field::Company,
        &[
            "Company Name",
            "Company",
            "Account",
            "Organization",
            "Firma",
            "Unternehmen",
            "Entreprise",
            "Empresa",
        ],
    ),
    (
        Field::Domain,
        &[
            "Company Domain Name",
            "Domain",
            "Website URL",
            "Website",
            "Webseite",
            "Site web",
            "Sitio web",
            "Sito web",
        ],
    ),
    (
        Field::Email,
        &[
            "Email",
            "E-mail",
            "Email Address",
            "Contact Email",
            "E-Mail-Adresse",
            "Adresse e-mail",
            "Correo electrónico",
        ],
    ),
    (
        Field::Industry,
        &[
            "Industry",
            "Branche",
            "Secteur",
            "Secteur d'activité",
            "Sector",
            "Industria",
            "Settore",
            "Setor",
            "Industrie",
        ],
    ),
    (
        Field::Employees,
        &[
            "Number of Employees",
            "Employees",
            "No. of Employees",
            "Employee Count",
            "Company Size",
            "Anzahl Mitarbeiter",
            "Mitarbeiter",
            "Mitarbeiterzahl",
            "Nombre d'employés",
            "Effectif",
            "Número de empleados",
            "Empleados",
            "Numero di dipendenti",
            "Aantal werknemers",
        ],
    ),
    (Field::Revenue, &["Annual Revenue", "Jahresumsatz", "Chiffre d'affaires annuel", "Ingresos anuales"]),
    (
        Field::Country,
        &[
            "Country/Region",
            "Country",
            "Country Code",
            "Land",
            "Land/Region",
            "Pays",
            "Pays/Région",
            "País",
            "País/región",
            "Paese",
        ],
    ),
    (
        Field::Title,
        &[
            "Job Title",
            "Position",
            "Berufsbezeichnung",
            "Funktion",
            "Intitulé du poste",
            "Poste",
            "Cargo",
            "Puesto",
            "Qualifica",
            "Functietitel",
        ],
    ),
    (Field::Function, &["Function", "Department", "Abteilung", "Employment Role"]),
    (Field::Seniority, &["Seniority", "Employment Seniority"]),
    (Field::Technologies, &["Technologies", "Web Technologies", "Tech Stack"]),
];

/// What a header tells of the CRM it comes from.
#[derive(Debug)]
pub enum Recognised {
    /// Only this one's export has such columns.
    Clearly(&'static Crm),
    /// It may come from any of these.
    Either(Vec<&'static Crm>),
    /// No export is known that has such columns.
    Unknown,
}

/// Tells a CRM from the columns of its export.
pub fn recognise(header: &[String]) -> Recognised {
    let keys: Vec<String> = header.iter().map(|name| key(name)).collect();
    let fits = |crm: &Crm| {
        let mapping = Mapping::of(crm, header);
        mapping.missing().is_empty().then(|| {
            let is_there = |sign: &str| match sign.strip_suffix('*') {
                Some(start) => keys.iter().any(|key| key.starts_with(start)),
                None => keys.iter().any(|key| key == sign),
            };
            crm.signs.iter().filter(|sign| is_there(sign)).count()
        })
    };
    let fitting: Vec<(usize, &'static Crm)> =
        CRMS.into_iter().filter_map(|crm| Some((fits(crm)?, crm))).collect();
    let most = fitting.iter().map(|(signs, _)| *signs).max().unwrap_or(0);
    let best: Vec<&'static Crm> =
        fitting.iter().filter(|(signs, _)| *signs == most).map(|(_, crm)| *crm).collect();
    match best.as_slice() {
        [] => Recognised::Unknown,
        [crm] if most > 0 => Recognised::Clearly(crm),
        _ => Recognised::Either(best),
    }
}

/// The CRM of this name.
pub fn crm_named(name: &str) -> Option<&'static Crm> {
    CRMS.into_iter().find(|crm| crm.name == name)
}

/// Which columns of a file fill which field, and what its own words mean.
#[derive(Debug, Clone, Default)]
pub struct Mapping {
    /// Places in the header; of several the first that is filled counts.
    pub columns: BTreeMap<Field, Vec<usize>>,
    /// What a word for a deal's state means, by [`fold`].
    pub states: BTreeMap<String, DealState>,
    /// Industries, by [`fold`].
    pub industries: BTreeMap<String, String>,
    /// Countries, by [`fold`].
    pub countries: BTreeMap<String, CountryCode>,
}

impl Mapping {
    /// How a CRM's export with this header is read.
    pub fn of(crm: &Crm, header: &[String]) -> Self {
        let keys: Vec<String> = header.iter().map(|name| key(name)).collect();
        let folded: Vec<String> = header.iter().map(|name| fold(name)).collect();
        let mut mapping = Self::default();
        let mut taken = vec![false; header.len()];
        for (field, names) in crm.columns.iter().chain(COMMON) {
            for name in *names {
                let (wanted, own) = (key(name), fold(name));
                let place = folded.iter().position(|name| *name == own);
                let place = place.or_else(|| keys.iter().position(|key| *key == wanted));
                if let Some(place) = place.filter(|place| !taken[*place]) {
                    taken[place] = true;
                    mapping.columns.entry(*field).or_default().push(place);
                }
            }
        }
        mapping.states = crm.states.iter().map(|(word, state)| (fold(word), *state)).collect();
        mapping
    }

    /// The places of a field.
    pub fn places(&self, field: Field) -> &[usize] {
        self.columns.get(&field).map_or(&[], Vec::as_slice)
    }

    /// The field that a column fills.
    pub fn field_of(&self, place: usize) -> Option<Field> {
        self.columns.iter().find(|(_, places)| places.contains(&place)).map(|(field, _)| *field)
    }

    /// The fields that no deal can do without and no column fills.
    pub fn missing(&self) -> Vec<Field> {
        let has = |field| !self.places(field).is_empty();
        let mut missing = Vec::new();
        if !(has(Field::State) || has(Field::IsWon) && has(Field::IsClosed)) {
            missing.push(Field::State);
        }
        if !(has(Field::Closed) || has(Field::WonAt) && has(Field::LostAt)) {
            missing.push(Field::Closed);
        }
        missing
    }
}

/// A column's name as it is compared: letters and digits alone, without case and accents.
pub(crate) fn key(name: &str) -> String {
    fold(name).chars().filter(|c| c.is_alphanumeric()).collect()
}

#[cfg(test)]
mod tests;
