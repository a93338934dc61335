//! Requests to be forgotten, as intake kept them.

use jiff::{SignedDuration, Timestamp};
use leadlight_lead::{PersonId, StageMessage};
use leadlight_policy::Policy;
use leadlight_ports::{ObjectStore, ObjectTraces, PortError};
use leadlight_sources::Erasure;

use crate::error::ErasureError;
use crate::outside::{Outside, Stores};
use crate::who::{Asked, Who};

const FOLDER: &str = "erasures/";
/// A request is to be carried out within so long.
const IN_TIME: SignedDuration = SignedDuration::from_hours(24);

/// A request that is not done yet.
#[derive(Debug, Clone)]
pub struct Request {
    /// Where it rests.
    pub key: String,
    /// What was asked.
    pub erasure: Erasure,
}

/// What senders asked for and is not done.
#[derive(Debug, Default)]
pub struct Due {
    /// Those that can be carried out.
    pub requests: Vec<Request>,
    /// Those that name a person by an id alone which the policy does not let count: someone has to find out who it is.
    pub unknown: Vec<Request>,
    /// Keys of objects that are no request.
    pub unreadable: Vec<String>,
}

impl Request {
    /// Who is meant; none where nobody is named.
    pub fn asked(&self) -> Option<Asked> {
        if let Some(email) = &self.erasure.email {
            return Some(Asked::Address(email.clone()));
        }
        let person = self.person()?;
        Some(Asked::OfSource(self.erasure.source.clone(), person))
    }

    fn person(&self) -> Option<PersonId> {
        self.erasure.person_id.as_ref()?.parse().ok()
    }

    /// Is it that person's?
    pub(crate) fn is_of(&self, who: &Who) -> bool {
        let by_id = self.person().map(|person| (self.erasure.source.clone(), person));
        self.erasure.email.as_ref().is_some_and(|email| who.addresses.contains(email))
            || by_id.is_some_and(|id| who.of_sources.contains(&id))
    }

    /// Was it asked for more than a day ago?
    pub fn is_overdue(&self, now: Timestamp) -> bool {
        now.duration_since(self.erasure.requested_at) > IN_TIME
    }

    /// Whether who it names can be found: by an address, or by an id that counts.
    fn counts(&self, policy: &Policy) -> bool {
        self.erasure.email.is_some() || (self.person().is_some() && policy.may_name(&self.erasure.source))
    }
}

/// All requests, and the keys of what cannot be read as one.
pub(crate) async fn read(
    objects: &(impl ObjectStore + ObjectTraces),
) -> Result<(Vec<Request>, Vec<String>), PortError> {
    let (mut requests, mut unreadable) = (Vec::new(), Vec::new());
    for key in objects.keys(FOLDER).await? {
        let Some(object) = objects.get(&key).await? else { continue };
        match Erasure::from_message(&object.bytes) {
            Ok(erasure) => requests.push(Request { key, erasure }),
            Err(_) => unreadable.push(key),
        }
    }
    Ok((requests, unreadable))
}

impl<X: Outside> Stores<X> {
    /// What senders asked for and is not done, the oldest first.
    pub async fn due(&self) -> Result<Due, ErasureError> {
        let (requests, unreadable) = read(&self.objects).await.map_err(ErasureError::Requests)?;
        let (mut requests, unknown): (Vec<_>, Vec<_>) =
            requests.into_iter().partition(|request| request.counts(&self.policy));
        requests.sort_by_key(|request| request.erasure.requested_at);
        Ok(Due { requests, unknown, unreadable })
    }
}
