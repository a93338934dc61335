//! Files as CRMs and spreadsheets export them, read through the public interface.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on shall fail")]

mod files;
mod format;
mod kinds;
mod labels;
mod leads;
mod limits;
mod random;
mod roles;
