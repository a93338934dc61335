//! How values travel and rest: JSON in and out, and the envelope that names schema and version.

mod envelope;
mod json;

pub use envelope::StageMessage;
pub use json::{WireError, from_json, to_json};
