//! A kind of file, and the way from its text to what was checked.

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::problems::{Problems, SettingsError};
use crate::spanned::Spanned;

/// A kind of file that people write.
#[derive(Debug, Clone, Copy)]
pub struct Kind {
    /// As people call it, such as `policy`.
    pub name: &'static str,
    /// The version of its shape that this release reads.
    pub schema_version: u32,
    /// Where each field is shown with its meaning, such as `the default policy`.
    pub example: &'static str,
}

/// Reads a file that bears no version, of which nothing is checked but its shape `S`. `example` is where each field is
/// shown with its meaning.
pub fn read_plain<S: DeserializeOwned>(file: &str, text: &str, example: &str) -> Result<S, SettingsError> {
    let mut problems = Problems::new(file, text);
    let shape = toml::from_str(text).map_err(|error| problems.add_toml(&error, example)).ok();
    problems.finish(shape)
}

/// Read first, without regard to the other fields: a newer file must be told apart from a wrong one.
#[derive(Deserialize)]
struct Header {
    schema_version: Spanned<i64>,
}

impl Kind {
    /// Reads a file into its shape `S` and checks that. `file` is its name as people know it, for error texts.
    ///
    /// `check` notes what is wrong. It gives nothing only where it noted a problem that leaves nothing to build;
    /// whatever it gives is dropped if there is any problem at all.
    pub fn read<S: DeserializeOwned, T>(
        &self,
        file: &str,
        text: &str,
        check: impl FnOnce(&mut Problems<'_>, S) -> Option<T>,
    ) -> Result<T, SettingsError> {
        let mut problems = Problems::new(file, text);
        let shape = self.shape(text, &mut problems);
        let checked = shape.and_then(|shape| check(&mut problems, shape));
        problems.finish(checked)
    }

    fn shape<S: DeserializeOwned>(&self, text: &str, problems: &mut Problems<'_>) -> Option<S> {
        let header: Header = self.toml(text, problems)?;
        let (found, read) = (*header.schema_version.get_ref(), self.schema_version);
        if found != i64::from(read) {
            problems.add(
                header.schema_version.span(),
                format!("`schema_version` is {found}, this release reads version {read}"),
                format!("upgrade Leadlight, or write the {} as version {read}", self.name),
            );
            return None;
        }
        self.toml(text, problems)
    }

    fn toml<T: DeserializeOwned>(&self, text: &str, problems: &mut Problems<'_>) -> Option<T> {
        toml::from_str(text).map_err(|error| problems.add_toml(&error, self.example)).ok()
    }
}
