//! Files as CRMs and spreadsheets export them, read through the public interface.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on shall fail")]

mod files;
mod format;
mod formats;
mod history;
mod kinds;
mod labels;
mod leads;
mod limits;
mod order;
mod random;
mod roles;
mod shape;
