//! Past decisions with what became of them, by who decided and when: what the monthly review and the daily check look at.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use leadlight_lead::{ModelHash, PolicyHash};
use serde::{Deserialize, Serialize};

use crate::bands::{Accounts, DecidedDeal, said};
use crate::metrics::Metrics;
use crate::verdict::{BandReview, Fall, fall, review};

/// The recent window goes back so far from the last decision that is mature, …
const RECENT: SignedDuration = SignedDuration::from_hours(24 * 90);
/// … or farther, until it holds so many deals, …
const ENOUGH: usize = 200;
/// … but never farther than this: what was decided a year ago says little of today.
const OLDEST: SignedDuration = SignedDuration::from_hours(24 * 365);
/// A motion has a review of its own from so many deals on.
const OWN_REVIEW: usize = 100;
/// Months of what is in force, and earlier scorers, that are listed.
const MONTHS: usize = 12;
const EARLIER: usize = 12;

/// Who gave a score.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ScoredBy {
    /// A model.
    Model {
        /// Which.
        hash: ModelHash,
    },
    /// The points of a policy.
    Rules {
        /// Which.
        policy: PolicyHash,
    },
}

/// Decisions from one moment to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// The first moment that a decision of it may have.
    pub from: Timestamp,
    /// The last.
    pub until: Timestamp,
}

/// The review of a window's decisions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WindowReview {
    /// When they were decided.
    pub window: Window,
    /// How they did.
    pub review: BandReview,
}

/// The review of all decisions of a scorer that is not in force any more.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EarlierReview {
    /// Whose.
    pub by: ScoredBy,
    /// From the first of them to the last, and how they did.
    #[serde(flatten)]
    pub all: WindowReview,
}

/// A fall of what is in force, and in which decisions it was seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FallSeen {
    /// What shows it, in a sentence.
    pub because: String,
    /// When these were decided.
    pub window: Window,
}

/// A lead that was decided on and whose deal has closed.
#[derive(Debug, Clone)]
pub struct Decided<'a> {
    /// Who gave the score.
    pub by: ScoredBy,
    /// The score, 0 to 100.
    pub score: f64,
    /// What was said; none where rules decided.
    pub probability: Option<f64>,
    /// What became of it.
    pub won: bool,
    /// When it was decided.
    pub as_of: Timestamp,
    /// Whose deal it is, where that is known.
    pub account: Option<&'a str>,
    /// How the lead came, in a word.
    pub motion: &'a str,
}

/// From where a review looks back.
#[derive(Debug, Clone)]
pub struct Look {
    /// Now.
    pub now: Timestamp,
    /// So long after its decision a deal counts: what closes sooner is mostly lost, and would make fresh leads look worse
    /// than they are.
    pub maturity: SignedDuration,
    /// What gives scores now.
    pub in_force: ScoredBy,
    /// Decisions up to here were answered for: a run saw that they had fallen, and trained.
    pub answered: Option<Timestamp>,
}

impl Look {
    /// What was decided up to here is mature.
    fn until(&self) -> Timestamp {
        self.now - self.maturity
    }
}

/// What a look back finds.
#[derive(Debug, Clone, PartialEq)]
pub struct LookedBack {
    /// The recent window of what is in force.
    pub recent: WindowReview,
    /// The probabilities that were said in it, as a whole; none while rules decide.
    pub metrics: Option<Metrics>,
    /// The same window by motion, for those with enough deals.
    pub by_motion: Vec<(String, BandReview)>,
    /// What is in force, by month of its decisions, the latest first.
    pub months: Vec<WindowReview>,
    /// What was in force before, the latest first.
    pub earlier: Vec<EarlierReview>,
    /// A fall in what of the recent window is not answered for.
    pub fall: Option<FallSeen>,
}

/// All of them. Scorers and motions are few, so each row has their numbers.
#[derive(Debug, Default)]
pub struct Decisions {
    scorers: BTreeMap<ScoredBy, usize>,
    motions: BTreeMap<String, usize>,
    accounts: Accounts,
    rows: Vec<Row>,
}

#[derive(Debug, Clone, Copy)]
struct Row {
    deal: DecidedDeal,
    as_of: Timestamp,
    by: usize,
    motion: usize,
}

impl Decisions {
    /// Takes one in, in any order.
    pub fn push(&mut self, decided: Decided<'_>) {
        let Decided { by, score, probability, won, as_of, account, motion } = decided;
        let (scorers, motions) = (self.scorers.len(), self.motions.len());
        let motion = match self.motions.get(motion) {
            Some(known) => *known,
            None => *self.motions.entry(motion.to_owned()).or_insert(motions),
        };
        let account = account.map(|account| self.accounts.number(account));
        let deal = DecidedDeal { score, probability, won, account };
        self.rows.push(Row { deal, as_of, by: *self.scorers.entry(by).or_insert(scorers), motion });
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// All of them as one, by all scorers and of all times.
    pub fn whole(&self) -> BandReview {
        review(&self.rows.iter().map(|row| row.deal).collect::<Vec<_>>())
    }

    /// Looks back at those that are mature: what is in force on its own, what was before it by name.
    pub fn look_back(&self, look: &Look) -> LookedBack {
        let until = look.until();
        let own = self.of(&look.in_force, until);
        let (recent, window) = recent(&own, until);
        let all = deals(recent);
        LookedBack {
            metrics: said(&all),
            recent: WindowReview { window, review: review(&all) },
            by_motion: self.by_motion(recent),
            months: months(&own, until),
            earlier: self.earlier(look),
            fall: fall_in(recent, look.answered, window),
        }
    }

    /// The fall alone.
    #[cfg(test)]
    pub(crate) fn fall(&self, look: &Look) -> Option<FallSeen> {
        let own = self.of(&look.in_force, look.until());
        let (recent, window) = recent(&own, look.until());
        fall_in(recent, look.answered, window)
    }

    /// A scorer's decisions up to a moment, the latest first.
    fn of(&self, by: &ScoredBy, until: Timestamp) -> Vec<Row> {
        let Some(number) = self.scorers.get(by) else { return Vec::new() };
        let its = self.rows.iter().filter(|row| row.by == *number && row.as_of <= until);
        let mut rows: Vec<Row> = its.copied().collect();
        rows.sort_by_key(|row| std::cmp::Reverse(row.as_of));
        rows
    }

    fn by_motion(&self, rows: &[Row]) -> Vec<(String, BandReview)> {
        let of = |motion: usize| -> Vec<DecidedDeal> {
            rows.iter().filter(|row| row.motion == motion).map(|row| row.deal).collect()
        };
        let motions = self.motions.iter().map(|(name, motion)| (name, of(*motion)));
        motions
            .filter(|(_, of_it)| of_it.len() >= OWN_REVIEW)
            .map(|(name, of_it)| (name.clone(), review(&of_it)))
            .collect()
    }

    fn earlier(&self, look: &Look) -> Vec<EarlierReview> {
        let mut earlier: Vec<EarlierReview> = self
            .scorers
            .keys()
            .filter(|by| **by != look.in_force)
            .filter_map(|by| {
                let rows = self.of(by, look.until());
                let window = Window { from: rows.last()?.as_of, until: rows.first()?.as_of };
                Some(EarlierReview {
                    by: by.clone(),
                    all: WindowReview { window, review: review(&deals(&rows)) },
                })
            })
            .collect();
        earlier.sort_by_key(|one| std::cmp::Reverse(one.all.window.until));
        earlier.truncate(EARLIER);
        earlier
    }
}

fn deals(rows: &[Row]) -> Vec<DecidedDeal> {
    rows.iter().map(|row| row.deal).collect()
}

/// Of rows with the latest first.
fn recent(rows: &[Row], until: Timestamp) -> (&[Row], Window) {
    let since = |span: SignedDuration| rows.partition_point(|row| until.duration_since(row.as_of) < span);
    let recent = &rows[..since(RECENT).max(ENOUGH.min(since(OLDEST)))];
    (recent, Window { from: recent.last().map_or(until - RECENT, |row| row.as_of), until })
}

fn fall_in(recent: &[Row], answered: Option<Timestamp>, window: Window) -> Option<FallSeen> {
    let open = recent.partition_point(|row| answered.is_none_or(|answered| row.as_of > answered));
    let Fall { because } = fall(&deals(&recent[..open]))?;
    let from = recent[..open].last().map_or(window.from, |row| row.as_of);
    Some(FallSeen { because, window: Window { from, ..window } })
}

/// By calendar month of the decision, in UTC; the latest may not be over.
fn months(rows: &[Row], until: Timestamp) -> Vec<WindowReview> {
    let month = |row: &Row| TimeZone::UTC.to_datetime(row.as_of).date().first_of_month();
    let midnight = |date: jiff::civil::Date| TimeZone::UTC.to_timestamp(date.at(0, 0, 0, 0));
    rows.chunk_by(|a, b| month(a) == month(b))
        .take(MONTHS)
        .filter_map(|of_it| {
            let first = month(of_it.first()?);
            let next = first.last_of_month().tomorrow().ok()?;
            let window = Window { from: midnight(first).ok()?, until: midnight(next).ok()?.min(until) };
            Some(WindowReview { window, review: review(&deals(of_it)) })
        })
        .collect()
}
