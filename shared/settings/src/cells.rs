//! What cells of tables about companies hold, whichever table it is.

use leadlight_lead::Hiring;
use serde::de::value::{Error, StringDeserializer};
use serde::de::{DeserializeOwned, IntoDeserializer};

use crate::table::plain_name;

/// A text's characters at most.
pub const MOST_CHARACTERS: usize = 300;

/// Tools at most that a cell names.
const MOST_TOOLS: usize = 200;

/// Names of tools with semicolons, bars or commas between them; `None` where there is none, or more than anyone lists.
pub fn read_tools(text: &str) -> Option<Vec<String>> {
    let tools: Vec<String> = cell_parts(text).map(str::to_owned).collect();
    let is_bounded =
        tools.len() <= MOST_TOOLS && tools.iter().all(|tool| tool.chars().count() <= MOST_CHARACTERS);
    (is_bounded && !tools.is_empty()).then_some(tools)
}

/// The parts of a cell, with semicolons, bars or commas between them.
pub fn cell_parts(text: &str) -> impl Iterator<Item = &str> {
    let between = [';', '|'].into_iter().find(|between| text.contains(*between)).unwrap_or(',');
    text.split(between).map(str::trim).filter(|part| !part.is_empty())
}

/// `sales 3; engineering 12`: open positions, each function once.
pub fn read_hiring(text: &str) -> Option<Vec<Hiring>> {
    let mut open: Vec<Hiring> = Vec::new();
    for part in text.split(';').map(str::trim).filter(|part| !part.is_empty()) {
        let (function, openings) = part.rsplit_once([' ', ':'])?;
        let function = read_word(function.trim_end_matches(':'))?;
        if open.iter().any(|other| other.function == function) {
            return None;
        }
        open.push(Hiring { function, openings: openings.parse().ok()? });
    }
    (!open.is_empty()).then_some(open)
}

/// A growth as a share: `12 %` or `0.12`; a whole number without the sign could be either.
pub fn read_growth(text: &str) -> Option<f64> {
    let Some(percent) = text.strip_suffix('%') else {
        return text.parse().ok().filter(|share| -1.0 < *share && *share < 1.0);
    };
    let percent: f64 = percent.trim().parse().ok()?;
    (-100.0..=1000.0).contains(&percent).then_some(percent / 100.0)
}

/// A word of ours, such as `revenue_operations`, however it is capitalised and joined.
pub fn read_word<T: DeserializeOwned>(text: &str) -> Option<T> {
    let word: StringDeserializer<Error> = plain_name(text).replace(' ', "_").into_deserializer();
    T::deserialize(word).ok()
}
