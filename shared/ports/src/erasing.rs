//! What takes people out for good, and what keeps them out. Reading and writing go by other traits; these are for the
//! function and the command that erase, and the tombstones for all that takes leads in.

use std::collections::BTreeSet;
use std::future::Future;
use std::sync::OnceLock;
use std::time::Duration;

use jiff::Timestamp;
use leadlight_lead::{Bar, Barred, DrawKey, EmailAddress, ErasureKey, ErasureMark, LeadId, PersonKey};

use crate::{FactKey, ObjectStore, PageToken, PortError, Replaced, Subject, Version};

/// Where the deployment's one secret rests: 32 random bytes, made once. The exploration sample is drawn by it, and marks of
/// those who were erased are made by it.
pub const DEPLOYMENT_KEY: &str = "keys/draw";

/// Who was erased, as marks that only the deployment's key makes.
pub trait Tombstones: Send + Sync {
    /// When somebody was erased under a mark last, as it is at this moment; none where nobody was.
    fn erased_at(
        &self,
        mark: &ErasureMark,
    ) -> impl Future<Output = Result<Option<Timestamp>, PortError>> + Send;

    /// From now on what came at that time or before is barred. A later time that is there already stays.
    fn bar(&self, mark: &ErasureMark, at: Timestamp) -> impl Future<Output = Result<(), PortError>> + Send;
}

/// How an event stands to what was erased, as it is at this moment.
pub async fn barred(tombstones: &impl Tombstones, bars: &[Bar]) -> Result<Barred, PortError> {
    let erased_at = bars.iter().map(|bar| tombstones.erased_at(&bar.mark));
    let erased_at = futures_util::future::try_join_all(erased_at).await?;
    Ok(Barred::by(bars.iter().zip(erased_at)))
}

/// The key that marks are made with, as far as a function has seen it.
#[derive(Debug)]
pub struct Marking<O> {
    objects: O,
    key: OnceLock<ErasureKey>,
}

/// What rests under the key's name is no key.
#[derive(Debug, thiserror::Error)]
#[error(
    "`{DEPLOYMENT_KEY}` is not 32 bytes long, so it is not this deployment's key; restore its earlier version"
)]
struct NoKey;

impl<O: ObjectStore> Marking<O> {
    /// Over the bucket that holds the key.
    pub fn new(objects: O) -> Self {
        Self { objects, key: OnceLock::new() }
    }

    /// The key; none where the deployment has none yet. Then nobody was ever erased.
    pub async fn key(&self) -> Result<Option<ErasureKey>, PortError> {
        if let Some(key) = self.key.get() {
            return Ok(Some(key.clone()));
        }
        let Some(object) = self.objects.get(DEPLOYMENT_KEY).await? else { return Ok(None) };
        let bytes: [u8; 32] = object.bytes.try_into().map_err(|_| PortError {
            operation: "reading the deployment's key",
            class: crate::Class::Retryable,
            source: NoKey.into(),
        })?;
        Ok(Some(self.key.get_or_init(|| ErasureKey::of(&DrawKey::new(bytes))).clone()))
    }
}

/// Of whom traces are sought in the table of leads.
#[derive(Debug, Clone, Default)]
pub struct Sought {
    /// Their addresses: leads that began with one are theirs, and any document that has one in its text names them.
    pub addresses: BTreeSet<EmailAddress>,
    /// By what else they are known.
    pub keys: BTreeSet<PersonKey>,
    /// Leads and events that are known to be theirs.
    pub leads: BTreeSet<LeadId>,
}

/// An item of the table of leads that is somebody's.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Trace {
    /// A lead, document and all.
    Lead(LeadId),
    /// What leads from an event that joined a lead to it.
    Joined(LeadId),
    /// What leads from the person to their lead.
    Person(PersonKey),
}

/// What a part of the table holds of somebody.
#[derive(Debug, Clone, Default)]
pub struct TracePage {
    /// Theirs.
    pub traces: Vec<Trace>,
    /// Leads of other people whose documents have one of the addresses in their text.
    pub named_in: Vec<LeadId>,
    /// Where the next part begins; none at the end.
    pub next: Option<PageToken>,
}

/// All that the table of leads has of a person, as it was read: it goes in one step, and is kept out from then on.
#[derive(Debug, Clone, Copy)]
pub struct Leaving<'a> {
    /// Their leads, each as it was read.
    pub leads: &'a [(LeadId, Version)],
    /// What leads to them.
    pub links: &'a [Trace],
    /// By what their events and they themselves are barred from then on.
    pub marks: &'a [ErasureMark],
    /// What came at that time or before is barred.
    pub until: Timestamp,
}

/// The table of leads, as whoever erases sees it.
pub trait LeadTraces: Send + Sync {
    /// A part of the whole table, as it is at this moment and not as an index knew it. `None` begins.
    fn traces(
        &self,
        of: &Sought,
        after: Option<PageToken>,
    ) -> impl Future<Output = Result<TracePage, PortError>> + Send;

    /// How many leads there are that teach the model something, whoever's they are. Costs as much as the whole table.
    fn answered_count(&self) -> impl Future<Output = Result<usize, PortError>> + Send;

    /// Takes an item away for good. One that is gone is gone.
    fn remove(&self, trace: &Trace) -> impl Future<Output = Result<(), PortError>> + Send;

    /// Takes a person's items away for good, if no lead was written since it was read and nothing that leads from the person
    /// to a lead has come to lead to another: all of it, or nothing. What is gone already is no hindrance. Of a person with more
    /// leads and ids than one step has room for, those beyond go before it, each on its own condition; whoever is stopped on
    /// the way goes on with the rest.
    fn take_away(&self, leaving: Leaving<'_>) -> impl Future<Output = Result<Replaced, PortError>> + Send;
}

/// Bought facts, as whoever erases sees them.
pub trait FactTraces: Send + Sync {
    /// All facts that were bought about somebody, whichever vendor told them.
    fn about(&self, subjects: &[Subject]) -> impl Future<Output = Result<Vec<FactKey>, PortError>> + Send;

    /// Takes a fact away for good. One that is gone is gone.
    fn forget(&self, key: &FactKey) -> impl Future<Output = Result<(), PortError>> + Send;

    /// Takes away what was spent on a lead; what was spent in the month stays counted. False where nothing was.
    fn forget_spend(&self, lead: &LeadId) -> impl Future<Output = Result<bool, PortError>> + Send;
}

/// A bucket, as whoever erases sees it.
pub trait ObjectTraces: Send + Sync {
    /// The keys that begin so, in order.
    fn keys(&self, prefix: &str) -> impl Future<Output = Result<Vec<String>, PortError>> + Send;

    /// Takes an object away for good, with all its earlier versions. One that is gone is gone.
    fn remove(&self, key: &str) -> impl Future<Output = Result<(), PortError>> + Send;
}

/// A message as it was looked at.
#[derive(Clone, PartialEq, Eq)]
pub struct Looked {
    /// The queue's id of it.
    pub id: String,
    /// What this delivery is answered for by.
    pub receipt: String,
    /// Its body.
    pub body: String,
}

/// The body is personal.
impl std::fmt::Debug for Looked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Looked")
            .field("id", &self.id)
            .field("bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// A queue that one can look into.
pub trait Inspect: Send + Sync {
    /// Up to ten messages that nobody else has in hand. Each is hidden for so long, unless it is answered for before.
    fn look(&self, hidden_for: Duration) -> impl Future<Output = Result<Vec<Looked>, PortError>> + Send;

    /// How many messages rest in it, those that someone has in hand included; about, on AWS, where it settles within a minute.
    fn count(&self) -> impl Future<Output = Result<usize, PortError>> + Send;
}
