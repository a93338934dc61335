//! What is told of a product's use by an account, where no person is named: the event, and what is kept of all events.

use std::collections::BTreeMap;

use jiff::Timestamp;
use leadlight_reading::DomainName;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::event::ActivityKind;
use crate::ids::{EventId, SourceName, WorkspaceId};
use crate::stages::{SubmittedLead, Used};
use crate::wire::{StageMessage, Versioned};

/// What a source tells of an account's use of the product. Without `used` it says whose workspace one is, or that something
/// else happened at the account: its leads are looked at again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AccountUse {
    /// Who tells it: a source that the policy declares, and lets tell of `activity`.
    pub source: SourceName,
    /// The source's id of this event: told again, it counts once.
    pub id: EventId,
    /// Whose use.
    pub account: AccountRef,
    /// What was used.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub used: Vec<Use>,
    /// When the event was received.
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub received_at: Timestamp,
}

/// By what an account is known to the product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AccountRef {
    /// By its domain.
    Domain(DomainName),
    /// By the product's own id, such as a workspace's. Which domain that is another event says, sooner or later.
    Workspace(WorkspaceId),
    /// By both: from now on the workspace is this domain's.
    Both(WorkspaceId, DomainName),
}

/// The use of one thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Use {
    /// What was done.
    pub kind: ActivityKind,
    /// How often, from 1.
    pub times: u32,
    /// When; the last time, where it was done several times.
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub at: Timestamp,
}

impl Versioned for AccountUse {}
impl StageMessage for AccountUse {
    const SCHEMA: &'static str = "leadlight.account-use";
}

impl Use {
    /// A use as it is told: a time that lies ahead of every clock, or none, is when it was received.
    pub fn new(kind: ActivityKind, times: u32, at: Option<Timestamp>, received_at: Timestamp) -> Self {
        let latest = received_at + SubmittedLead::CLOCK_SKEW;
        Self { kind, times, at: at.filter(|at| *at <= latest).unwrap_or(received_at) }
    }
}

impl AccountUse {
    /// Uses of one event at most: more is a history, for which there is the import.
    pub const MOST_USED: usize = 100;
    /// So often in one use at most. What is more is a counter's mistake, or a year's sum.
    pub const MOST_TIMES: u32 = 1_000_000;
}

/// Under which key an account's use is kept.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UsageKey {
    /// The account's domain: the first, where it has several.
    Domain(DomainName),
    /// A workspace of a source, of which no domain may be known yet. Nothing to any other source.
    Workspace(SourceName, WorkspaceId),
}

impl UsageKey {
    /// As text, without a product's own ids.
    pub fn as_text(&self) -> String {
        match self {
            Self::Domain(domain) => format!("domain#{domain}"),
            Self::Workspace(source, workspace) => {
                let digest = Sha256::digest(format!("{source}\0{}", workspace.as_str()));
                format!("workspace#{}", hex::encode(digest))
            }
        }
    }
}

/// What is kept of an account's use: of each kind the latest times, as many as any milestone of a policy can ask for.
///
/// It is the same whatever the order of the events and however often each comes, and two of them join to what all events
/// of both would have made. So it needs no memory of event ids beyond what it keeps, and never grows past its bound.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountUsage {
    /// By kind; the latest first.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    kinds: BTreeMap<ActivityKind, Vec<Entry>>,
    /// Of a workspace: whose it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    belongs_to: Option<BelongsTo>,
}

/// Milliseconds since 1970, a digest of event and use, and how often: short, since there may be twelve hundred.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Entry(i64, u64, u32);

/// Which domain a workspace belongs to, and who said so last.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct BelongsTo {
    said_at: Timestamp,
    domain: DomainName,
}

impl AccountUsage {
    /// Of each kind so many times are kept, the latest: a milestone asks for a hundred at most.
    pub const MOST_TIMES: u32 = 100;

    /// Takes an event in; true where it changed anything.
    pub fn add(&mut self, event: &AccountUse) -> bool {
        let mut changed = false;
        let mut alike = BTreeMap::<(ActivityKind, u32), u32>::new();
        for used in &event.used {
            let times = used.times.clamp(1, Self::MOST_TIMES);
            let ordinal = alike.entry((used.kind, times)).or_default();
            let key = digest(event, used.kind, times, *ordinal);
            changed |= self.put(used.kind, Entry(used.at.as_millisecond(), key, times));
            *ordinal += 1;
        }
        changed
    }

    /// Takes in all that another has.
    pub fn join(&mut self, other: &Self) {
        for (kind, entries) in &other.kinds {
            for entry in entries {
                self.put(*kind, *entry);
            }
        }
    }

    /// Says whose workspace it is. The latest word counts; of one moment the one that sorts last.
    pub fn map(&mut self, domain: &DomainName, said_at: Timestamp) {
        self.belongs_to = self.belongs_to.take().max(Some(BelongsTo { said_at, domain: domain.clone() }));
    }

    /// Whose workspace it is, where that is known.
    pub fn domain(&self) -> Option<&DomainName> {
        self.belongs_to.as_ref().map(|belongs_to| &belongs_to.domain)
    }

    /// What was used since a moment, by kind.
    pub fn since(&self, since: Timestamp) -> Vec<Used> {
        let since = since.as_millisecond();
        let of_kind = |(kind, entries): (&ActivityKind, &Vec<Entry>)| {
            let latest = Timestamp::from_millisecond(entries.first()?.0).ok()?;
            let counted = entries.iter().take_while(|Entry(at, ..)| *at >= since);
            let times: u32 = counted.map(|Entry(_, _, times)| times).sum();
            (times > 0).then_some(Used { kind: *kind, times, latest })
        };
        self.kinds.iter().filter_map(of_kind).collect()
    }

    /// Whether nothing was used.
    pub fn is_empty(&self) -> bool {
        self.kinds.is_empty()
    }

    /// How many entries it keeps.
    pub fn entries(&self) -> usize {
        self.kinds.values().map(Vec::len).sum()
    }

    /// Of two entries of one use the later one stays; what as many as are kept lie before goes. True where that changed
    /// anything.
    fn put(&mut self, kind: ActivityKind, entry: Entry) -> bool {
        let entries = self.kinds.entry(kind).or_default();
        let known = entries.iter().position(|Entry(_, key, _)| *key == entry.1);
        if let Some(known) = known {
            if entries[known] >= entry {
                return false;
            }
            entries.remove(known);
        }
        let place = entries.partition_point(|other| *other > entry);
        entries.insert(place, entry);
        let mut newer = 0;
        let kept = entries.iter().take_while(|Entry(_, _, times)| {
            let is_kept = newer < Self::MOST_TIMES;
            newer += times;
            is_kept
        });
        let kept = kept.count();
        entries.truncate(kept);
        known.is_some() || place < kept
    }
}

/// What a use is known by. How often is part of it: a count that one event replaced by a smaller one would bring back what
/// lies before, and the order of the two would show. So an event that comes again with another count is another one.
fn digest(event: &AccountUse, kind: ActivityKind, times: u32, ordinal: u32) -> u64 {
    let AccountUse { source, id, .. } = event;
    let digest = Sha256::digest(format!("{source}\0{id}\0{}\0{times}\0{ordinal}", kind.as_str()));
    digest[..8].iter().fold(0, |word, byte| word << 8 | u64::from(*byte))
}

impl Versioned for AccountUsage {}
impl StageMessage for AccountUsage {
    const SCHEMA: &'static str = "leadlight.account-usage";
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;
    use proptest::prelude::*;

    use super::*;

    fn now() -> Timestamp {
        "2026-11-30T09:00:00Z".parse().unwrap()
    }

    fn event(id: u32, kind: ActivityKind, hours_ago: i64, times: u32) -> AccountUse {
        let at = now() - SignedDuration::from_hours(hours_ago);
        AccountUse {
            source: "product-trial".parse().unwrap(),
            id: format!("e-{id}").parse().unwrap(),
            account: AccountRef::Domain("acme.example".parse().unwrap()),
            used: vec![Use::new(kind, times, Some(at), now())],
            received_at: now(),
        }
    }

    fn folded<'a>(events: impl IntoIterator<Item = &'a AccountUse>) -> AccountUsage {
        let mut usage = AccountUsage::default();
        for event in events {
            usage.add(event);
        }
        usage
    }

    fn times(usage: &AccountUsage, kind: ActivityKind, hours: i64) -> u32 {
        let since = usage.since(now() - SignedDuration::from_hours(hours));
        since.iter().find(|used| used.kind == kind).map_or(0, |used| used.times)
    }

    #[test]
    fn an_event_that_comes_twice_counts_once_and_old_ones_lie_outside_of_the_window() {
        let kind = ActivityKind::FeatureUsed;
        let mut usage = folded(&[event(1, kind, 1, 2), event(2, kind, 50, 1)]);
        assert!(!usage.add(&event(1, kind, 1, 2)));
        assert_eq!((times(&usage, kind, 100), times(&usage, kind, 10)), (3, 2));
        assert_eq!(times(&usage, ActivityKind::TeammateInvited, 100), 0);
    }

    #[test]
    fn the_latest_hundred_times_are_kept_whatever_is_told() {
        let kind = ActivityKind::FeatureUsed;
        let events: Vec<_> = (0..5000).map(|n| event(n, kind, i64::from(n), 1)).collect();
        let usage = folded(&events);
        assert_eq!((usage.entries(), times(&usage, kind, 99)), (100, 100));
        let huge = folded(&[event(1, kind, 2, u32::MAX), event(2, kind, 1, 5)]);
        assert_eq!(
            times(&huge, kind, 10),
            105,
            "what a counter's mistake says is bounded, and adds to the others"
        );
        assert!(serde_json::to_string(&folded(&events)).unwrap().len() < 6000);
    }

    #[test]
    fn an_id_that_comes_again_with_another_count_brings_nothing_back_that_was_left_out() {
        let kind = ActivityKind::FeatureUsed;
        let events = [event(1, kind, 5, 1), event(2, kind, 2, 100), event(2, kind, 1, 1)];
        let forward = folded(&events);
        assert_eq!(forward, folded(events.iter().rev()));
        assert_eq!((times(&forward, kind, 3), times(&forward, kind, 10)), (101, 101));
    }

    #[test]
    fn a_time_that_lies_ahead_or_is_not_given_is_when_it_was_received() {
        let kind = ActivityKind::FeatureUsed;
        let at = |at: Option<Timestamp>| Use::new(kind, 1, at, now()).at;
        let hours = SignedDuration::from_hours;
        assert_eq!((at(None), at(Some(now() + hours(48)))), (now(), now()));
        assert_eq!(at(Some(now() + hours(2))), now() + hours(2), "clocks differ");
        assert_eq!(at(Some(now() - hours(9000))), now() - hours(9000));
    }

    #[test]
    fn a_workspace_belongs_to_whom_the_latest_word_says() {
        let (one, other): (DomainName, DomainName) =
            ("acme.example".parse().unwrap(), "bolt.example".parse().unwrap());
        let mut usage = AccountUsage::default();
        assert_eq!(usage.domain(), None);
        usage.map(&other, now());
        usage.map(&one, now() - SignedDuration::from_hours(1));
        assert_eq!(usage.domain(), Some(&other));
    }

    #[test]
    fn what_was_kept_is_read_back() {
        let usage = folded(&[event(1, ActivityKind::FeatureUsed, 1, 2)]);
        let message = usage.to_message().unwrap();
        assert_eq!(AccountUsage::from_message(message.as_bytes()).unwrap(), usage);
        assert!(
            UsageKey::Workspace("segment".parse().unwrap(), "ws-7".parse().unwrap()).as_text().len() == 74
        );
    }

    fn any_event() -> impl Strategy<Value = AccountUse> {
        (0..40_u32, 0..3_usize, 0..60_i64, 1..120_u32)
            .prop_map(|(id, kind, hours, times)| event(id, ActivityKind::ALL[kind], hours, times))
    }

    proptest! {
        #[test]
        fn the_order_of_events_changes_nothing(events in proptest::collection::vec(any_event(), 0..80), cut in 0..80_usize) {
            let forward = folded(&events);
            prop_assert_eq!(&forward, &folded(events.iter().rev()));
            prop_assert_eq!(&forward, &folded(events.iter().chain(&events)), "each once more");
            let (left, right) = events.split_at(cut.min(events.len()));
            let mut joined = folded(left);
            joined.join(&folded(right));
            prop_assert_eq!(&forward, &joined);
            prop_assert!(forward.entries() <= 3 * 100);
        }
    }
}
