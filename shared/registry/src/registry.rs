//! The registry: immutable content under its hash, and one pointer a kind that is swapped conditionally. There is no
//! mutable "latest" object whose content could change under a reader.

use jiff::Timestamp;
use leadlight_lead::{DrawKey, Whole, WireError};
use leadlight_ports::{DEPLOYMENT_KEY, ETag, ObjectStore, PortError, PutNew, Swap};

use crate::error::RegistryError;
use crate::kind::{Document, Kind};
use crate::pointer::{Change, Pointer};

/// What is in force, over an object store.
#[derive(Debug)]
pub struct Registry<S> {
    store: S,
}

/// A pointer as it was found: what a swap must present, and what it says if it can be read.
#[derive(Debug)]
pub struct Found<K: Kind> {
    /// None where nothing of the kind was ever published.
    pub etag: Option<ETag>,
    /// None where there is no pointer, or none that can be read.
    pub pointer: Option<Pointer<K>>,
    /// Why it cannot be read.
    pub problem: Option<RegistryError>,
}

impl<S: ObjectStore> Registry<S> {
    /// Over a store.
    pub fn new(store: S) -> Self {
        Self { store }
    }

    /// The store beneath.
    pub fn store(&self) -> &S {
        &self.store
    }

    /// The pointer of a kind with its version, readable or not: a damaged one must not keep something new from being
    /// published.
    pub async fn find<K: Kind>(&self) -> Result<Found<K>, RegistryError> {
        let Some(object) = self.store.get(K::POINTER_KEY).await? else {
            return Ok(Found { etag: None, pointer: None, problem: None });
        };
        let (pointer, problem) = match Pointer::from_json(&object.bytes) {
            Ok(pointer) => (Some(pointer), None),
            Err(source) => (None, Some(RegistryError::Pointer { key: K::POINTER_KEY, source })),
        };
        Ok(Found { etag: Some(object.etag), pointer, problem })
    }

    /// The pointer of a kind; none where nothing was ever published.
    pub async fn pointer<K: Kind>(&self) -> Result<Option<Pointer<K>>, RegistryError> {
        let found = self.find().await?;
        found.problem.map_or(Ok(found.pointer), Err)
    }

    /// The pointer of a kind of which one must be in force.
    pub async fn in_force<K: Kind>(&self) -> Result<Pointer<K>, RegistryError> {
        self.pointer().await?.ok_or(RegistryError::NothingPublished { kind: K::NAME })
    }

    /// A document's text by its hash, as it was published.
    pub async fn text<D: Document>(&self, hash: &D::Hash) -> Result<String, RegistryError> {
        let key = D::key(hash);
        let object = self.store.get(&key).await?.ok_or(RegistryError::Missing { key: key.clone() })?;
        if D::hash_of(&object.bytes) != *hash {
            return Err(RegistryError::Altered { key });
        }
        // The hash is that of text which was parsed, so that it is UTF-8.
        String::from_utf8(object.bytes).map_err(|_| RegistryError::Altered { key })
    }

    /// A document by its hash.
    pub async fn document<D: Document>(&self, hash: &D::Hash) -> Result<D, RegistryError> {
        D::parse(&self.text::<D>(hash).await?).map_err(|error| RegistryError::refused::<D>(hash, error))
    }

    /// Puts a text in force. One that cannot be read is refused before anything is written. A crash on the way
    /// leaves an unused file, and what was in force before.
    pub async fn publish<D: Document>(
        &self,
        text: &str,
        change: &Change,
        now: Timestamp,
    ) -> Result<Pointer<D>, RegistryError> {
        let hash = D::hash_of(text.as_bytes());
        D::parse(text).map_err(|error| RegistryError::refused::<D>(&hash, error))?;
        let found = self.find::<D>().await?;
        self.put_immutable(D::key(&hash), text.as_bytes().to_vec()).await?;
        self.point_to(hash, &found, change, now).await
    }

    /// Puts the document before this one in force again. Done twice it goes two back, never to one that was taken
    /// back.
    pub async fn roll_back<D: Document>(
        &self,
        change: &Change,
        now: Timestamp,
    ) -> Result<Pointer<D>, RegistryError> {
        let (found, back) = self.one_before::<D>(change, now).await?;
        // What this release cannot read must not come into force.
        self.document::<D>(&back.current.hash).await?;
        self.swap_pointer(&back, found.as_ref()).await?;
        Ok(back)
    }

    /// The pointer as it would be after a rollback, and the version it would replace.
    pub(crate) async fn one_before<K: Kind>(
        &self,
        change: &Change,
        now: Timestamp,
    ) -> Result<(Option<ETag>, Pointer<K>), RegistryError> {
        let found = self.find::<K>().await?;
        if let Some(problem) = found.problem {
            return Err(problem);
        }
        let back = found.pointer.and_then(|pointer| pointer.rolled_back(now, change));
        Ok((found.etag, back.ok_or(RegistryError::NoHistory { kind: K::NAME })?))
    }

    /// Moves a pointer. What it replaces becomes history. One of a newer release is not overwritten: only that release
    /// knows what else it says.
    pub(crate) async fn point_to<K: Kind>(
        &self,
        hash: K::Hash,
        found: &Found<K>,
        change: &Change,
        now: Timestamp,
    ) -> Result<Pointer<K>, RegistryError> {
        if let Some(RegistryError::Pointer { key, source: source @ WireError::NewerVersion { .. } }) =
            &found.problem
        {
            return Err(RegistryError::Pointer { key, source: source.clone() });
        }
        if found.problem.is_some() {
            tracing::warn!(kind = K::NAME, "the pointer could not be read; its history is lost");
        }
        let pointer = Pointer::moved(found.pointer.as_ref(), hash, now, change);
        self.swap_pointer(&pointer, found.etag.as_ref()).await?;
        Ok(pointer)
    }

    pub(crate) async fn swap_pointer<K: Kind>(
        &self,
        pointer: &Pointer<K>,
        expected: Option<&ETag>,
    ) -> Result<(), RegistryError> {
        let key = K::POINTER_KEY;
        let body = pointer.to_json().map_err(|source| RegistryError::Pointer { key, source })?;
        self.swap(key, body.into_bytes(), expected).await
    }

    /// A value that is made once in a deployment and stays: what is there, or `fresh` if nothing is. Of several that
    /// make it at the same moment, one is kept.
    pub async fn made_once(&self, key: &str, fresh: [u8; 32]) -> Result<[u8; 32], RegistryError> {
        let object = if let Some(object) = self.store.get(key).await? {
            object
        } else {
            self.store.put_new(key, fresh.to_vec()).await?;
            self.store.get(key).await?.ok_or(RegistryError::Raced)?
        };
        object.bytes.try_into().map_err(|_| RegistryError::Altered { key: key.to_owned() })
    }

    /// The deployment's key, by which the exploration sample is drawn and those who were erased are marked; made of `fresh` random bytes if there is none yet.
    pub async fn draw_key(&self, fresh: [u8; 32]) -> Result<DrawKey, RegistryError> {
        Ok(DrawKey::new(self.made_once(DEPLOYMENT_KEY, fresh).await?))
    }

    /// The same key, where there is one already; nothing is written.
    pub async fn draw_key_if_made(&self) -> Result<Option<DrawKey>, RegistryError> {
        let Some(object) = self.store.get(DEPLOYMENT_KEY).await? else { return Ok(None) };
        let bytes = object.bytes.try_into();
        bytes
            .map(|bytes| Some(DrawKey::new(bytes)))
            .map_err(|_| RegistryError::Altered { key: DEPLOYMENT_KEY.to_owned() })
    }

    /// Keeps an event as it came, if something of it was left out: before the rest of it goes on. Kept again, it is there once.
    pub async fn keep_whole(&self, whole: Option<Whole>) -> Result<(), PortError> {
        let Some((key, bytes)) = whole.map(Whole::into_object) else { return Ok(()) };
        self.store.put_new(&key, bytes).await.map(drop)
    }

    /// Writes an object under its content's name. One that is there already must be the same.
    pub(crate) async fn put_immutable(&self, key: String, bytes: Vec<u8>) -> Result<(), RegistryError> {
        if self.store.put_new(&key, bytes.clone()).await? == PutNew::Created {
            return Ok(());
        }
        match self.store.get(&key).await? {
            Some(there) if there.bytes == bytes => Ok(()),
            Some(_) => Err(RegistryError::Occupied { key }),
            // Another hand is writing it at this moment.
            None => Err(RegistryError::Raced),
        }
    }

    async fn swap(
        &self,
        key: &'static str,
        body: Vec<u8>,
        expected: Option<&ETag>,
    ) -> Result<(), RegistryError> {
        match self.store.swap(key, body.clone(), expected).await? {
            Swap::Done => Ok(()),
            // A first try whose answer was lost looks like someone else's.
            Swap::Lost => match self.store.get(key).await? {
                Some(there) if there.bytes == body => Ok(()),
                _ => Err(RegistryError::Raced),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use leadlight_policy::Policy;
    use leadlight_ports::Object;
    use leadlight_ports::memory::MemoryObjects;

    use super::*;

    const POLICY: &str = include_str!("../../../infra/policies/default.toml");

    #[tokio::test]
    async fn a_newer_releases_pointer_is_not_overwritten_and_a_damaged_one_is() {
        let store = MemoryObjects::default();
        let registry = Registry::new(store.clone());
        let change = Change::new("Ada", "a test");
        let publish = || registry.publish::<Policy>(POLICY, &change, Timestamp::UNIX_EPOCH);
        publish().await.unwrap();
        let pointer = async || -> Object { store.get(Policy::POINTER_KEY).await.unwrap().unwrap() };
        let newer =
            String::from_utf8(pointer().await.bytes).unwrap().replacen("\":1", "\":2", 1).into_bytes();
        store.damage(Policy::POINTER_KEY, newer.clone());
        let refused = publish().await.unwrap_err();
        let RegistryError::Pointer { source, .. } = &refused else { panic!("{refused}") };
        assert_eq!(source, &WireError::NewerVersion { found: 2, supported: 1 });
        assert_eq!(pointer().await.bytes, newer, "its history is the newer release's to know");
        store.damage(Policy::POINTER_KEY, b"{}".to_vec());
        publish().await.unwrap();
    }
}
