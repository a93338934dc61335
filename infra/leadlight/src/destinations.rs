//! `destinations check`: is a list of destinations well-formed?

use std::path::Path;

use anyhow::Result;
use leadlight_destinations::{Destinations, EventKind};
use serde_json::json;

use crate::commands::text_of;
use crate::output::{Output, counted};

/// `destinations check`
pub(crate) fn check(file: &Path, output: Output) -> Result<()> {
    let destinations = Destinations::parse(&file.display().to_string(), &text_of(file)?)?;
    let rows: Vec<_> = destinations
        .iter()
        .map(|one| {
            let on: Vec<&str> =
                EventKind::ALL.iter().filter(|kind| one.wants(**kind)).map(|kind| kind.as_str()).collect();
            json!({ "name": one.name(), "kind": one.dialect().name, "on": on, "per_second": one.per_second() })
        })
        .collect();
    output.either(&json!({ "destinations": rows }), |_| {
        format!("{}: a list of {}, well-formed", file.display(), counted(rows.len(), "destination"))
    })
}
