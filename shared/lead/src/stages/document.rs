//! A lead as it rests in the table: one document, never larger than an item may be, and never one that its reader
//! refuses.
//!
//! | part | bytes at most | bounded by |
//! |---|---|---|
//! | a new lead: event, facts, decision | 184 KB, of which the event 128 | [`MAX_NEW_DOCUMENT_BYTES`], [`crate::MAX_EVENT_BYTES`] |
//! | what the CRM told | 64 KB | [`crate::CrmHistory::MOST_BYTES`] |
//! | notes of people | 78 KB | `desk`, in `act/history.rs` |
//! | what people wrote into the record | 8 KB | `desk`, in `act/complete.rs` |
//! | lines of the history without their notes | 54 KB: 120 of some 450 bytes | `desk`, `MOST_ENTRIES` twice |
//! | together | 388 KB | [`MAX_DOCUMENT_BYTES`], 392 KB |
//!
//! So what was stored once can always be decided. `tests/stages/shapes.rs` fills a lead to the brim.

use super::QueuedLead;
use crate::wire::{StageMessage, WireError};

/// The most bytes of a lead's document: an item of `DynamoDB` may have 400 KB, and its keys take some.
pub const MAX_DOCUMENT_BYTES: usize = 392 * 1024;

/// The most bytes of a document that people and deals have not added to yet: it leaves room for both.
pub const MAX_NEW_DOCUMENT_BYTES: usize = 184 * 1024;

impl QueuedLead {
    /// As it is stored. Proven to be readable, and to be the same when it is read: a lead that nobody can read again
    /// would lie in its queue for ever.
    pub fn to_document(&self) -> Result<String, WireError> {
        self.document_within(MAX_DOCUMENT_BYTES)
    }

    /// The same, for one that is stored for the first time.
    pub fn to_new_document(&self) -> Result<String, WireError> {
        self.document_within(MAX_NEW_DOCUMENT_BYTES)
    }

    fn document_within(&self, limit: usize) -> Result<String, WireError> {
        let document = self.to_message()?;
        if document.len() > limit {
            return Err(WireError::TooLarge { bytes: document.len(), limit });
        }
        if Self::from_message(document.as_bytes())? != *self {
            return Err(WireError::shape("body", "is another lead when it is read back"));
        }
        Ok(document)
    }
}
