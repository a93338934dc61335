//! How values travel and rest: JSON in and out, versions, the envelope that names schema and version, and what shapes
//! are taken at the door.
//!
//! What is read here was written by another release, another system or a stranger, so an error names a field of ours
//! and never repeats what was sent. Everything that is written can be read again, by this release and by the next.

mod envelope;
mod json;
#[cfg(test)]
mod kept;
mod shape;
mod version;

pub use envelope::StageMessage;
pub use json::{WireError, from_json, to_json};
pub(crate) use json::{redacted, text_of};
pub use shape::check_size;
pub(crate) use shape::{Door, Place, check_shape};
pub use version::{Versioned, from_versioned};
pub(crate) use version::{read_as, version_of};
