//! Items of a company's own DynamoDB tables, which nobody here writes.

use std::error::Error;
use std::future::Future;

use leadlight_outward::{GetItem, Item};

/// Reads items of tables that are not the stack's own.
pub trait Items: Send + Sync {
    /// The wanted attributes of an item, as they are now or were a moment ago; none where the table has no item of that key.
    fn item(&self, asked: &GetItem) -> impl Future<Output = Result<Option<Item>, ItemError>> + Send;
}

/// Why an item cannot be had. It names nobody, and no attribute of theirs.
#[derive(Debug, thiserror::Error)]
pub enum ItemError {
    /// There is no such table.
    #[error("no table of this name is in the stack's account and region")]
    NoTable,
    /// The right to read it is missing, or that to use its key of encryption.
    #[error(
        "the right to read the table is missing: set the stack's parameter OwnFactsTableName to its name; a table that is \
         encrypted by a key of your own wants kms:Decrypt besides"
    )]
    Denied,
    /// It has other keys.
    #[error(
        "the table's keys are not those that the vendors file names in `key` and `sort_key`, or are no texts"
    )]
    OtherKey,
    /// It is asked more often than it can answer.
    #[error("the table is asked more often than its capacity allows")]
    TooFast,
    /// The item is larger than an answer may be.
    #[error("the item's attributes are longer than {} bytes", ItemError::LONGEST_BYTES)]
    TooLong,
    /// No answer came.
    #[error("the table did not answer")]
    Away(#[source] Box<dyn Error + Send + Sync>),
}

impl ItemError {
    /// Of the wanted attributes: as long as any vendor's answer may be. DynamoDB itself keeps no item over 400 KB.
    pub const LONGEST_BYTES: usize = crate::RawAnswer::LONGEST_BYTES;
}
