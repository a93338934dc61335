//! A policy file with other numbers in it: its text, order and comments stay, and each changed line says why.

use crate::policy::Policy;

/// A number that is to change.
#[derive(Debug, Clone, PartialEq)]
pub struct NewNumber {
    /// The table it stands in, such as `criteria.industry`; empty before the first one.
    pub table: String,
    /// Its key, such as `weight`.
    pub key: &'static str,
    /// What is to stand there.
    pub value: f64,
    /// Why, in words; a comment above the line.
    pub why: String,
}

/// Why a file was not changed.
#[derive(Debug, thiserror::Error)]
pub enum RedraftError {
    /// The number does not stand on a line of its own.
    #[error(
        "`{key}` of [{table}] does not stand on a line of its own, so it cannot be changed here; write it as \
         `{key} = …` below `[{table}]`"
    )]
    NoLine {
        /// The table.
        table: String,
        /// The key.
        key: &'static str,
    },
    /// The file would be refused.
    #[error("the draft would be no policy")]
    Refused(#[from] leadlight_settings::SettingsError),
}

/// Changes numbers in a policy file, and makes sure that it is one still.
pub fn redraft(file: &str, text: &str, changes: &[NewNumber]) -> Result<String, RedraftError> {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    for change in changes {
        let at = line_of(&lines, &change.table, change.key)
            .ok_or_else(|| RedraftError::NoLine { table: change.table.clone(), key: change.key })?;
        let line = with_number(&lines[at], change.value);
        lines.splice(at..=at, [format!("# {}", change.why), line]);
    }
    let mut draft = lines.join("\n");
    draft.push('\n');
    Policy::parse(file, &draft)?;
    Ok(draft)
}

/// Where `key = …` stands below `[table]`.
fn line_of(lines: &[String], table: &str, key: &str) -> Option<usize> {
    let mut current = "";
    for (at, line) in lines.iter().enumerate() {
        let line = line.trim();
        if let Some(header) = line.strip_prefix('[').and_then(|rest| rest.split(']').next()) {
            current = header.trim();
        } else if current == table && line.split('=').next().is_some_and(|name| name.trim() == key) {
            return Some(at);
        }
    }
    None
}

/// The line with another number; what comes after it, such as a comment, stays.
fn with_number(line: &str, value: f64) -> String {
    let Some((key, rest)) = line.split_once('=') else { return line.to_owned() };
    let after = rest.trim_start().find(|c: char| !(c.is_ascii_digit() || "+-._eE".contains(c)));
    let after = after.map_or("", |at| &rest.trim_start()[at..]);
    format!("{key}= {value}{after}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEFAULT: &str = include_str!("../../../infra/policies/default.toml");

    fn weight(table: &str, value: f64) -> NewNumber {
        NewNumber { table: table.to_owned(), key: "weight", value, why: "was 20; history: 31".to_owned() }
    }

    #[test]
    #[expect(clippy::float_cmp, reason = "as written in the file")]
    fn numbers_change_and_all_else_stays() {
        let changes = [
            weight("criteria.industry", 31.0),
            NewNumber { table: "thresholds".to_owned(), key: "sdr", value: 66.5, why: "was 70".to_owned() },
            NewNumber { table: String::new(), key: "revision", value: 2.0, why: "was 1".to_owned() },
        ];
        let draft = redraft("draft.toml", DEFAULT, &changes).unwrap();
        assert_eq!(draft.lines().count(), DEFAULT.lines().count() + 3);
        assert!(
            draft.contains("[criteria.industry]\n# was 20; history: 31\nweight = 31\nmissing = 0.3"),
            "{draft}"
        );
        assert!(draft.contains("# was 70\nsdr = 66.5                          # X: from here on"));
        let policy = Policy::parse("draft.toml", &draft).unwrap();
        assert_eq!(policy.revision(), 2);
        assert_eq!(policy.cuts().map(|cut| cut.value), [66.5, 40.0, 80.0, 60.0, 40.0]);
    }

    #[test]
    fn what_cannot_be_changed_or_would_be_refused_is_said() {
        let gone = redraft("draft.toml", DEFAULT, &[weight("criteria.buying_group", 5.0)]).unwrap_err();
        assert!(gone.to_string().contains("`weight` of [criteria.buying_group]"), "{gone}");
        let wrong = redraft("draft.toml", DEFAULT, &[weight("criteria.industry", 1001.0)]).unwrap_err();
        assert!(matches!(wrong, RedraftError::Refused(_)), "{wrong}");
    }
}
