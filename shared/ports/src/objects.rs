//! Whole objects with conditional writes.

use std::future::Future;

use crate::PortError;

/// The version of a stored object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ETag(pub String);

/// An object and its version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    /// Its content.
    pub bytes: Vec<u8>,
    /// Its version.
    pub etag: ETag,
}

/// What writing an immutable object found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PutNew {
    /// It was not there and is now.
    Created,
    /// It was there: nothing changed.
    AlreadyThere,
}

/// What swapping a pointer found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Swap {
    /// The pointer is now ours.
    Done,
    /// Someone else moved it since it was read: nothing changed.
    Lost,
}

/// A store of whole objects with conditional writes.
pub trait ObjectStore: Send + Sync {
    /// An object, if there.
    fn get(&self, key: &str) -> impl Future<Output = Result<Option<Object>, PortError>> + Send;

    /// Writes an object that must not exist yet.
    fn put_new(&self, key: &str, bytes: Vec<u8>) -> impl Future<Output = Result<PutNew, PortError>> + Send;

    /// Replaces an object if it still has the version `expected` (or, with `None`, is still absent).
    fn swap(
        &self,
        key: &str,
        bytes: Vec<u8>,
        expected: Option<&ETag>,
    ) -> impl Future<Output = Result<Swap, PortError>> + Send;
}
