//! The whole table written out as files.

use std::future::Future;

use crate::PortError;

/// Where an export is to go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportTo {
    /// A bucket that the table may be written to.
    pub bucket: String,
    /// What the keys of its files begin with, without a slash at the end. It names the export too: asked for again within
    /// eight hours it is the same one.
    pub prefix: String,
}

/// Writes the table of leads out, as it stands, to files in a bucket. What reads them knows nothing of this.
///
/// It takes minutes, longer than a function lives. The list of its files is the last of them to be there, and so tells
/// that it is done.
pub trait LeadExports: Send + Sync {
    /// How large the table is, in bytes, as it was some hours ago.
    fn size(&self) -> impl Future<Output = Result<u64, PortError>> + Send;

    /// Asks for an export. It goes on by itself, and may still fail.
    fn export(&self, to: &ExportTo) -> impl Future<Output = Result<(), PortError>> + Send;
}
