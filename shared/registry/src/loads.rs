//! Who has how much open.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::{StreamExt, TryStreamExt, stream};
use jiff::Timestamp;
use leadlight_desk::{Loads, Member, Team};
use leadlight_lead::{MemberId, QueueName, Role};
use leadlight_ports::{Class, Classed, LeadIndex, PortError};

use crate::cached::{Cached, FailedJustNow};

/// What was counted is used for so long. Long enough that a batch, and the ones right behind it, count once; short
/// enough that what people finish meanwhile is seen. An index lags by less.
const FRESH_SECONDS: i64 = 5;

/// Counts that are asked for at one time. Each takes a connection of its own, and a function may open 1,024 files.
const AT_ONCE: usize = 16;

/// Counts how many leads wait for each member who may get one of a queue, in all the queues of their role; for each no
/// more than their capacity, over which it makes no difference.
pub async fn loads(leads: &impl LeadIndex, team: &Team, queue: QueueName) -> Result<Loads, PortError> {
    let role = queue.role();
    // A capacity is a person's, over all the queues they work through.
    let queues = QueueName::ALL.map(|queue| (queue, queue.role()));
    let mut counts = Vec::new();
    for member in team.members().filter(|member| Some(member.role()) == role) {
        for (queue, _) in queues.iter().filter(|(_, works)| *works == role) {
            counts.push(count(leads, member, *queue));
        }
    }
    let mut found = stream::iter(counts).buffer_unordered(AT_ONCE);
    let mut open = Loads::new();
    while let Some((member, waiting)) = found.try_next().await? {
        let load = open.entry(member).or_default();
        *load = load.saturating_add(waiting);
    }
    Ok(open)
}

async fn count(
    leads: &impl LeadIndex,
    member: &Member,
    queue: QueueName,
) -> Result<(MemberId, u32), PortError> {
    let most = usize::try_from(member.capacity()).unwrap_or(usize::MAX);
    let waiting = leads.load(queue, Some(member.id()), most).await?;
    Ok((member.id().clone(), u32::try_from(waiting).unwrap_or(u32::MAX)))
}

/// Why loads are not known.
#[derive(Debug, thiserror::Error)]
pub enum LoadsError {
    /// The index failed.
    #[error("what waits for each member cannot be counted")]
    Index(#[from] PortError),
    /// It failed a moment ago, and is left alone for some seconds.
    #[error("what waits for each member could not be counted")]
    FailedJustNow(#[from] FailedJustNow),
}

impl Classed for LoadsError {
    fn class(&self) -> Class {
        match self {
            Self::Index(error) => error.class(),
            Self::FailedJustNow(_) => Class::Retryable,
        }
    }
}

/// Who has how much open, counted once for many leads and carried on from there: leads that are assigned at the same
/// moment count for one another, so that a burst spreads by weight instead of going to whoever was behind.
#[derive(Debug)]
pub struct OpenLoads {
    by_role: [(Role, Cached<SharedLoads>); 3],
}

impl Default for OpenLoads {
    fn default() -> Self {
        Self {
            by_role: [Role::Sdr, Role::Ae, Role::Manager].map(|r| (r, Cached::for_seconds(FRESH_SECONDS))),
        }
    }
}

impl OpenLoads {
    /// The loads of those who work through a queue; none where nobody does.
    pub async fn of(
        &self,
        leads: &impl LeadIndex,
        team: &Team,
        queue: QueueName,
        now: Timestamp,
    ) -> Result<SharedLoads, LoadsError> {
        let Some((_, cached)) = self.by_role.iter().find(|(role, _)| queue.role() == Some(*role)) else {
            return Ok(SharedLoads::default());
        };
        let count = |_| async { Ok(SharedLoads::from(Box::pin(loads(leads, team, queue)).await?)) };
        cached.get(now, count).await
    }
}

/// Loads that several hands count on at the same time.
#[derive(Debug, Clone, Default)]
pub struct SharedLoads(Arc<Mutex<Loads>>);

impl From<Loads> for SharedLoads {
    fn from(loads: Loads) -> Self {
        Self(Arc::new(Mutex::new(loads)))
    }
}

impl SharedLoads {
    /// Lets `assign` choose an owner, and counts the lead for them at once: what is assigned next sees it. Where the
    /// lead is not stored after all, [`take it back`](SharedLoads::take_back).
    pub fn assign(&self, assign: impl FnOnce(&Loads) -> Option<MemberId>) {
        let mut loads = self.lock();
        if let Some(owner) = assign(&loads) {
            let load = loads.entry(owner).or_default();
            *load = load.saturating_add(1);
        }
    }

    /// A lead that was assigned to someone was not stored.
    pub fn take_back(&self, owner: Option<&MemberId>) {
        if let Some(owner) = owner
            && let Some(load) = self.lock().get_mut(owner)
        {
            *load = load.saturating_sub(1);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Loads> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
