//! A mapping as a TOML file, for what a CRM's export calls by a name of its own.

use std::fmt::Write as _;

use leadlight_policy::Policy;
use leadlight_reading::{DealState, fold};
use leadlight_settings::{Kind, Named, Problems, SettingsError, Spanned};
use leadlight_tabular::{Field, History, Mapping, Table};
use serde::Deserialize;

use crate::output::counted;

const MAP: Kind = Kind {
    name: "mapping",
    schema_version: 1,
    example: "`leadlight import FILE --dry-run --map-out map.toml`",
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Spec {
    #[serde(rename = "schema_version")]
    _schema_version: i64,
    columns: Named<Vec<Spanned<String>>>,
    #[serde(default)]
    states: Named<Spanned<String>>,
    #[serde(default)]
    industries: Named<Spanned<String>>,
    #[serde(default)]
    countries: Named<Spanned<String>>,
}

/// Reads a mapping for this file. The industries it may name are those that the policy understands.
pub(super) fn read(file: &str, text: &str, table: &Table, policy: &Policy) -> Result<Mapping, SettingsError> {
    MAP.read(file, text, |problems, spec: Spec| Some(checked(problems, &spec, table, policy)))
}

fn checked(problems: &mut Problems<'_>, spec: &Spec, table: &Table, policy: &Policy) -> Mapping {
    let mut mapping = Mapping::default();
    let mut taken = vec![false; table.header().len()];
    for (name, columns) in &spec.columns {
        let Some(field) = Field::named(name.get_ref()) else {
            let fields = Field::ALL.map(Field::name).join(", ");
            problems.add(
                name.span(),
                format!("`{}` is no field", name.get_ref()),
                format!("use one of {fields}"),
            );
            continue;
        };
        for column in columns {
            match table.find(column.get_ref()) {
                None => problems.add(
                    column.span(),
                    format!("the file has no column \"{}\", or two that are much like it", column.get_ref()),
                    "write the name as it stands in the file's header, or remove it",
                ),
                Some(place) if taken[place] => problems.add(
                    column.span(),
                    format!("the column \"{}\" fills two fields", column.get_ref()),
                    "name it in one of them",
                ),
                Some(place) => {
                    taken[place] = true;
                    mapping.columns.entry(field).or_default().push(place);
                }
            }
        }
    }
    for (word, state) in &spec.states {
        let read = match state.get_ref().as_str() {
            "won" => DealState::Won,
            "lost" => DealState::Lost,
            "open" => DealState::Open,
            other => {
                let what = format!("`{other}` is no state of a deal");
                problems.add(state.span(), what, "write won, lost or open");
                continue;
            }
        };
        mapping.states.insert(fold(word.get_ref()), read);
    }
    for (word, industry) in &spec.industries {
        match policy.industry(industry.get_ref()).industry() {
            Some(key) => {
                mapping.industries.insert(fold(word.get_ref()), key.to_owned());
            }
            None => problems.add(
                industry.span(),
                format!("`{}` is no industry that the policy or the vocabulary knows", industry.get_ref()),
                "write one such as software, manufacturing or financial-services, or a key of the policy's [criteria.industry.grades]",
            ),
        }
    }
    for (word, country) in &spec.countries {
        match leadlight_reading::read_country(country.get_ref()) {
            Some(code) => {
                mapping.countries.insert(fold(word.get_ref()), code);
            }
            None => problems.add(
                country.span(),
                format!("`{}` is no country", country.get_ref()),
                "write the two letters of ISO 3166-1, such as DE",
            ),
        }
    }
    mapping
}

/// A mapping as it is used, with what it did to this file in comments.
pub(super) fn text(read_as: &str, table: &Table, mapping: &Mapping, history: Option<&History>) -> String {
    let mut text = format!(
        "# How `leadlight import` reads a file, here as {read_as}. Edit it, and give it back with --map.\n\
         schema_version = 1\n\n\
         # Which columns fill a field. Of several, the first that is filled counts. One column fills one field.\n\
         [columns]\n"
    );
    for field in Field::ALL {
        let names: Vec<String> =
            mapping.places(field).iter().map(|place| quoted(table.name(*place))).collect();
        if names.is_empty() {
            let _infallible = writeln!(text, "# {field} = []");
        } else {
            let _infallible = writeln!(text, "{field} = [{}]", names.join(", "));
        }
    }
    let unused = (0..table.header().len()).filter(|place| mapping.field_of(*place).is_none());
    let unused: Vec<String> = unused.map(|place| quoted(table.name(place))).collect();
    if !unused.is_empty() {
        let _infallible = writeln!(text, "# Not used: {}", unused.join(", "));
    }
    let own_states = mapping.states.iter().map(|(word, state)| (word, state_word(*state).to_owned()));
    let own_industries = mapping.industries.iter().map(|(word, key)| (word, key.clone()));
    let own_countries = mapping.countries.iter().map(|(word, code)| (word, code.to_string()));
    let mut table = |name: &str, what: &str, field: Field, own: Vec<(&String, String)>| {
        let unread = history.map(|history| unread(history, field)).unwrap_or_default();
        let _infallible = writeln!(text, "\n# {what}\n[{name}]");
        for (word, means) in own {
            let _infallible = writeln!(text, "{} = {}", quoted(word), quoted(&means));
        }
        for (value, rows) in unread {
            let _infallible =
                writeln!(text, "# {} = \"\"   # not understood, {}", quoted(&value), counted(rows, "row"));
        }
    };
    table("states", "What a stage or status means: won, lost or open.", Field::State, own_states.collect());
    table("industries", "What an industry means.", Field::Industry, own_industries.collect());
    table("countries", "What a country means: two letters.", Field::Country, own_countries.collect());
    text
}

fn unread(history: &History, field: Field) -> Vec<(String, u64)> {
    let columns = history.columns.iter().filter(|column| column.field == field.name());
    columns.flat_map(|column| column.values.iter().map(|v| (v.value.clone(), v.rows))).collect()
}

fn state_word(state: DealState) -> &'static str {
    match state {
        DealState::Won => "won",
        DealState::Lost => "lost",
        DealState::Open => "open",
    }
}

/// A text as a TOML string on one line.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if c.is_control() => {
                let _infallible = write!(quoted, "\\u{:04X}", u32::from(c));
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}
