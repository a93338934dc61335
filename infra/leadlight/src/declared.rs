//! What a policy file declares of an export's columns, for `train --policy`.
//!
//! ```toml
//! [columns.employees]
//! kind = "number"            # number, boolean, category, tags, date
//! group = "icp"
//! label = "Company size"
//! never_lowers = true        # or never_raises
//!
//! [columns.tools]
//! kind = "tags"
//! separator = ";"
//!
//! [columns.last_visit]
//! kind = "date"
//! half_life_days = 14
//! ```

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result, bail};
use leadlight_lead::{CriterionGroup, PolicyHash};
use leadlight_model::{FeatureKind, Monotone};
use leadlight_settings::read_plain;
use leadlight_tabular::Declared;
use serde::Deserialize;

/// What is declared, and by which file.
#[derive(Debug, Default)]
pub(crate) struct Declarations {
    pub(crate) policy: Option<PolicyHash>,
    pub(crate) columns: BTreeMap<String, Declared>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    columns: BTreeMap<String, Column>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Column {
    kind: Option<Kind>,
    group: Option<CriterionGroup>,
    label: Option<String>,
    separator: Option<char>,
    half_life_days: Option<u32>,
    #[serde(default)]
    never_lowers: bool,
    #[serde(default)]
    never_raises: bool,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Number,
    Boolean,
    Category,
    Tags,
    Date,
}

/// Reads a file of declarations.
pub(crate) fn read(path: &Path) -> Result<Declarations> {
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("{} cannot be read as UTF-8 text", path.display()))?;
    let file: File = read_plain(&path.display().to_string(), &text, "`leadlight train --help`")?;
    let columns = file
        .columns
        .into_iter()
        .map(|(name, column)| {
            let declared =
                declared(&column).with_context(|| format!("{}: column `{name}`", path.display()))?;
            Ok((name, declared))
        })
        .collect::<Result<_>>()?;
    Ok(Declarations { policy: Some(PolicyHash::of(text.as_bytes())), columns })
}

fn declared(column: &Column) -> Result<Declared> {
    let kind = column.kind.map(|kind| match kind {
        Kind::Number => FeatureKind::Number,
        Kind::Boolean => FeatureKind::Boolean,
        Kind::Category => FeatureKind::Category,
        Kind::Tags => FeatureKind::Tags { separator: column.separator.unwrap_or(';') },
        Kind::Date => FeatureKind::Date { half_life_days: column.half_life_days.unwrap_or(30) },
    });
    if column.separator.is_some() && !matches!(kind, Some(FeatureKind::Tags { .. })) {
        bail!("`separator` belongs to kind = \"tags\"");
    }
    if column.half_life_days.is_some_and(|days| days == 0) {
        bail!("`half_life_days` is 0; a date must count for at least a day");
    }
    if column.half_life_days.is_some() && !matches!(kind, Some(FeatureKind::Date { .. })) {
        bail!("`half_life_days` belongs to kind = \"date\"");
    }
    if column.group == Some(CriterionGroup::Baseline) {
        bail!("`group` is `baseline`, which is reserved for the average lead");
    }
    let directed = column.never_lowers || column.never_raises;
    if directed && matches!(kind, Some(FeatureKind::Category | FeatureKind::Tags { .. })) {
        bail!(
            "`never_lowers` and `never_raises` need an order of values, which a category and tags lack; declare a number"
        );
    }
    let monotone = match (column.never_lowers, column.never_raises) {
        (true, true) => bail!("`never_lowers` and `never_raises` leave nothing to learn; drop the column"),
        (true, false) => Some(Monotone::Increasing),
        (false, true) => Some(Monotone::Decreasing),
        (false, false) => None,
    };
    Ok(Declared { kind, group: column.group, factor: column.label.clone(), monotone })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Result<Declarations> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        read(file.path())
    }

    #[test]
    fn columns_are_declared() {
        let text = "[columns.tools]\nkind = \"tags\"\nseparator = \"|\"\ngroup = \"technographic\"\n\
                    [columns.seniority]\nlabel = \"Rank\"\nnever_lowers = true\n";
        let declared = of(text).unwrap();
        assert_eq!(declared.columns["tools"].kind, Some(FeatureKind::Tags { separator: '|' }));
        assert_eq!(declared.columns["seniority"].monotone, Some(Monotone::Increasing));
        assert_eq!(declared.columns["seniority"].factor.as_deref(), Some("Rank"));
    }

    #[test]
    fn what_makes_no_sense_is_refused_with_the_column() {
        for (text, said) in [
            ("[columns.x]\nkind = \"colour\"", ":2: `kind` is not valid; write one of `number`, `boolean`"),
            ("[columns.x]\nkinds = 1", "unknown field `kinds`; use one of `kind`"),
            ("[columns.x]\nseparator = \";\"", "column `x`"),
            ("[columns.x]\nkind = \"date\"\nhalf_life_days = 0", "at least a day"),
            ("[columns.x]\nnever_lowers = true\nnever_raises = true", "drop the column"),
            ("[columns.x]\nkind = \"category\"\nnever_lowers = true", "declare a number"),
            ("[columns.x]\ngroup = \"baseline\"", "reserved"),
            ("[colums.x]", "unknown field `colums`; use `columns`, or remove it"),
        ] {
            let error = format!("{:#}", of(text).unwrap_err());
            assert!(error.contains(said), "{text}: {error}");
        }
    }
}
