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

    /// At most so many bytes of an object, and one at least, from a place in it on, if it is there; none behind its end.
    /// What is too large to be held is read so. Of an object that is replaced meanwhile the parts may not fit together.
    fn part(
        &self,
        key: &str,
        from: u64,
        most: usize,
    ) -> impl Future<Output = Result<Option<Vec<u8>>, PortError>> + Send {
        async move {
            let from = usize::try_from(from).unwrap_or(usize::MAX);
            let part = |object: Object| object.bytes.into_iter().skip(from).take(most).collect();
            Ok(self.get(key).await?.map(part))
        }
    }

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
