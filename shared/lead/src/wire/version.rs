//! Versions: what was written before can be read, and what is newer waits.
//!
//! A release reads the version it writes and the one before. To change a type that travels or rests:
//!
//! 1. Move its shape as it was into a file `vN.rs` beside it, with a `From` for the shape as it is now.
//! 2. Raise [`Versioned::VERSION`], and read the old shape in [`Versioned::from_older`]: one line.
//! 3. Keep a document of the old version under `testdata/vN`. Those that are there are never edited.
//!
//! A type that holds it has its version raised as well, since its own documents change with it.

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::json::text_of;
use super::{WireError, from_json};

/// A value that says of which version it is.
pub trait Versioned: DeserializeOwned {
    /// The version this release writes.
    const VERSION: u32 = 1;

    /// Reads an older version's JSON; `None` for a version that is not read, or not any more.
    fn from_older(_version: u64, _json: &str) -> Option<Result<Self, WireError>> {
        None
    }
}

/// Reads a value that bears its version in a field `schema_version` of its own. A version that is newer than this
/// release is [`WireError::NewerVersion`], and worth another try later.
pub fn from_versioned<T: Versioned>(bytes: &[u8]) -> Result<T, WireError> {
    read_as(version_of::<T>(bytes)?, text_of(bytes)?)
}

/// The version of a value, if it is not newer than this release: of its shape a newer one says nothing.
pub(crate) fn version_of<T: Versioned>(bytes: &[u8]) -> Result<u64, WireError> {
    #[derive(Deserialize)]
    struct Header {
        schema_version: u64,
    }
    let Header { schema_version: found } = from_json(bytes)?;
    not_newer::<T>(found)?;
    Ok(found)
}

pub(crate) fn not_newer<T: Versioned>(found: u64) -> Result<(), WireError> {
    if found > u64::from(T::VERSION) {
        return Err(WireError::NewerVersion { found, supported: T::VERSION });
    }
    Ok(())
}

/// Reads JSON of a version that is known.
pub(crate) fn read_as<T: Versioned>(version: u64, json: &str) -> Result<T, WireError> {
    not_newer::<T>(version)?;
    if version == u64::from(T::VERSION) {
        return from_json(json.as_bytes());
    }
    T::from_older(version, json)
        .unwrap_or(Err(WireError::OlderVersion { found: version, supported: T::VERSION }))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A type in its second version, for which its first is kept as the head of this file says.
    #[derive(Debug, PartialEq, Deserialize)]
    struct Headcount {
        people: u32,
        contractors: u32,
    }

    mod v1 {
        #[derive(serde::Deserialize)]
        pub(super) struct Headcount {
            employees: u32,
        }

        impl From<Headcount> for super::Headcount {
            fn from(old: Headcount) -> Self {
                Self { people: old.employees, contractors: 0 }
            }
        }
    }

    impl Versioned for Headcount {
        const VERSION: u32 = 2;

        fn from_older(version: u64, json: &str) -> Option<Result<Self, WireError>> {
            (version == 1).then(|| from_json::<v1::Headcount>(json.as_bytes()).map(Into::into))
        }
    }

    fn read(json: &str) -> Result<Headcount, WireError> {
        from_versioned(json.as_bytes())
    }

    #[test]
    fn this_version_and_the_one_before_are_read() {
        let people = |people, contractors| Headcount { people, contractors };
        assert_eq!(read(r#"{"schema_version":2,"people":7,"contractors":1}"#).unwrap(), people(7, 1));
        assert_eq!(read(r#"{"schema_version":1,"employees":7}"#).unwrap(), people(7, 0));
        let of_two = read(r#"{"schema_version":1,"people":7,"contractors":1}"#).unwrap_err();
        assert_eq!(of_two.to_string(), "missing field `employees`", "read as what it says it is");
    }

    #[test]
    fn a_newer_version_waits_and_others_are_refused() {
        let newer = read(r#"{"schema_version":3,"souls":["of another shape"]}"#).unwrap_err();
        assert_eq!(newer, WireError::NewerVersion { found: 3, supported: 2 });
        let oldest = read(r#"{"schema_version":0}"#).unwrap_err();
        assert_eq!(oldest, WireError::OlderVersion { found: 0, supported: 2 });
        assert_eq!(
            read(r#"{"people":7,"contractors":1}"#).unwrap_err().to_string(),
            "missing field `schema_version`"
        );
        assert!(read(r#"{"schema_version":"2"}"#).unwrap_err().to_string().contains("`schema_version`"));
    }
}
