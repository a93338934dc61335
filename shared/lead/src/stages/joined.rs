//! What of a person's further events stands with their lead.

use std::mem::take;

use jiff::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::document::MAX_NEW_DOCUMENT_BYTES;
use super::{EnrichedLead, QueuedContent, QueuedLead};
use crate::decision::{Grade, Score};
use crate::enrichment::ByHand;
use crate::ids::{ContentHash, LeadId};
use crate::queue::QueueName;
use crate::wire::{StageMessage, WireError};
use crate::work::{Happening, Progress};

/// Events of one person, in the order in which they happened.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Joined {
    /// As they came, the oldest first, each as a lead of its own would be. None of them holds others.
    pub events: Vec<EnrichedLead>,
    /// How many older ones are not kept any more. What only they knew was handed on to the oldest that is.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub left_out: u32,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature is serde's")]
pub(super) fn is_zero(number: &u32) -> bool {
    *number == 0
}

impl Joined {
    /// Events that are kept with a lead. Someone who comes back more often than that within one lead is shown by the
    /// latest of it; behaviour fades within months.
    pub const MOST: usize = 20;

    /// A lead is that of one event alone.
    pub fn is_empty(&self) -> bool {
        self.events.is_empty() && self.left_out == 0
    }

    /// How many events there were.
    pub fn count(&self) -> usize {
        self.events.len() + usize::try_from(self.left_out).unwrap_or(usize::MAX)
    }

    /// Takes one more event in, or all that another list has.
    pub(crate) fn add(&mut self, events: impl IntoIterator<Item = EnrichedLead>, left_out: u32) {
        for event in events {
            let place = self.events.partition_point(|other| happened(other) <= happened(&event));
            self.events.insert(place, event);
        }
        self.left_out = self.left_out.saturating_add(left_out);
        while self.events.len() > Self::MOST {
            self.leave_out_oldest();
        }
    }

    /// Leaves the oldest event out; what only it knew goes to the next. False where there is but one.
    pub(crate) fn leave_out_oldest(&mut self) -> bool {
        if self.events.len() < 2 {
            return false;
        }
        let oldest = self.events.remove(0);
        let next = self.events.remove(0);
        self.events.insert(0, next.after(&oldest));
        self.left_out = self.left_out.saturating_add(1);
        true
    }
}

/// The order of events: when they happened, and of one moment by their ids.
fn happened(event: &EnrichedLead) -> (Timestamp, &LeadId) {
    (event.occurred_at(), event.id())
}

/// What a lead was worth before a further event of its person.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct EarlierScore {
    /// The moment that ages were counted to.
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub as_of: Timestamp,
    /// The score.
    pub score: Score,
    /// Its grade.
    pub grade: Grade,
}

/// How a lead hangs together with other events and leads of its person.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Thread {
    /// Events that came since the machine's decision: it will be made again, unless people have decided.
    #[serde(skip_serializing_if = "Joined::is_empty")]
    pub since: Joined,
    /// Events of which vendors told more since the machine's decision: each stands in the place of itself.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub again: Vec<EnrichedLead>,
    /// Whether the product was used at its account since the machine's decision, so that it may be decided otherwise.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub account_moved: bool,
    /// What was decided before, the oldest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub scored_before: Vec<EarlierScore>,
    /// The person's lead before this one, which had ended or was too long ago.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub continues: Option<LeadId>,
    /// The person's next lead: this one is over, and waits for nobody.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub continued_in: Option<LeadId>,
}

impl Thread {
    /// Earlier scores that are kept.
    const MOST_SCORES: usize = 20;

    /// The person has this lead with its one event, and no other.
    pub fn is_empty(&self) -> bool {
        self == &Self::default()
    }

    /// An event as vendors told of it last.
    fn as_told_last<'a>(&'a self, event: &'a EnrichedLead) -> &'a EnrichedLead {
        self.again.iter().find(|again| again.id() == event.id()).unwrap_or(event)
    }

    /// Whether something came since the machine's decision.
    fn knows_more(&self) -> bool {
        !self.since.is_empty() || !self.again.is_empty() || self.account_moved
    }

    pub(crate) fn remember(&mut self, score: EarlierScore) {
        self.scored_before.push(score);
        let over = self.scored_before.len().saturating_sub(Self::MOST_SCORES);
        self.scored_before.drain(..over);
    }
}

impl EnrichedLead {
    /// The events that became it, the oldest first.
    pub fn events(&self) -> &[Self] {
        if self.joined.events.is_empty() { std::slice::from_ref(self) } else { &self.joined.events }
    }

    /// How many events became it.
    pub fn event_count(&self) -> usize {
        let left_out = usize::try_from(self.joined.left_out).unwrap_or(usize::MAX);
        self.events().len().saturating_add(left_out)
    }

    /// The picture that several events make together, under a lead's id and the hash of its first one's content. Where
    /// they take more than `most_bytes`, the oldest are left out.
    fn united(
        lead_id: &LeadId,
        content_hash: &ContentHash,
        mut joined: Joined,
        most_bytes: usize,
    ) -> Option<Self> {
        loop {
            let mut lead = Self::picture(lead_id.clone(), content_hash.clone(), &joined.events)?;
            lead.joined = joined.clone();
            if lead.to_message().is_ok_and(|message| message.len() <= most_bytes) {
                return Some(lead);
            }
            if !joined.leave_out_oldest() {
                // The latest is as large as a lead may be: the picture holds it, and needs it no second time.
                lead.joined.events.clear();
                return Some(lead);
            }
        }
    }

    /// Of an event, without the others, as it was found.
    fn alone(&self) -> Self {
        Self { joined: Joined::default(), ..self.clone() }.completed(&ByHand::default())
    }

    /// Without what only takes room.
    fn slimmed(mut self) -> Self {
        const ACTIVITY: usize = 50;
        let event = &mut self.submitted.event;
        event.activity.sort_by_key(|activity| std::cmp::Reverse(activity.at));
        event.activity.truncate(ACTIVITY);
        event.form.fields = [("left out".to_owned(), "all other fields, for want of room".into())].into();
        self
    }
}

/// Of a picture of several events, where they can be fewer: as much again has room for what comes since, in a document
/// that people can still add to.
const MOST_PICTURE: usize = MAX_NEW_DOCUMENT_BYTES / 2;

impl QueuedLead {
    /// How many events of its person it knows.
    pub fn event_count(&self) -> usize {
        self.enriched().event_count() + self.thread.since.count()
    }

    /// All events that are kept with it, in no order.
    pub fn all_events(&self) -> impl Iterator<Item = &EnrichedLead> {
        self.enriched().events().iter().chain(&self.thread.since.events)
    }

    /// The same events, each as vendors told of it last.
    pub fn events_now(&self) -> impl Iterator<Item = &EnrichedLead> {
        self.all_events().map(|event| self.thread.as_told_last(event))
    }

    /// When its first event happened, of those that are kept.
    pub fn began_at(&self) -> Timestamp {
        self.all_events().map(EnrichedLead::occurred_at).min().unwrap_or_else(|| self.occurred_at())
    }

    /// Takes a further event of its person in. It changes nothing of what was decided. An event that is too large to
    /// stand beside the others is kept without the fields that have no name of ours.
    pub fn join(&mut self, event: EnrichedLead) -> Result<(), WireError> {
        let before = self.thread.since.clone();
        self.thread.since.add([event.clone()], 0);
        self.work.revision += 1;
        self.leaves_room().or_else(|_| {
            self.thread.since = before;
            self.thread.since.add([event.slimmed()], 0);
            self.leaves_room()
        })
    }

    /// Takes in what vendors told of one of its events after they had been away: it is decided on again, unless people
    /// have decided. False where nothing new is known, or it has no room; and for the picture of several events, which
    /// has the id of the first of them and is none of them.
    pub fn learn(&mut self, event: &EnrichedLead) -> bool {
        if !event.joined.is_empty() {
            return false;
        }
        let known = self.all_events().chain(&self.thread.again).filter(|known| known.id() == event.id());
        let is_new = known.map(|known| known.round).max().is_some_and(|round| round < event.round);
        if !is_new || self.is_answered() || self.work.progress != Progress::Open || self.waits_in().is_none()
        {
            return false;
        }
        let before = self.thread.again.clone();
        let mut again = event.alone();
        // What was paid in earlier rounds stays told, such as for an answer that was lost.
        let known = self.events_now().find(|known| known.id() == event.id());
        let paid =
            known.into_iter().flat_map(|known| &known.enrichment.asked).filter(|a| a.cost_usd_micros > 0);
        let asked = &again.enrichment.asked;
        let mut all: Vec<_> = paid.filter(|paid| !asked.contains(paid)).cloned().collect();
        all.append(&mut again.enrichment.asked);
        again.enrichment.asked = all;
        self.thread.again.retain(|known| known.id() != event.id());
        self.thread.again.push(again);
        self.work.revision += 1;
        let has_room = self.leaves_room().is_ok();
        if !has_room {
            self.thread.again = before;
            self.work.revision -= 1;
        }
        has_room
    }

    /// Takes in the events of another lead that turned out to be of the same person. Nothing is changed where they have
    /// no room.
    pub fn absorb(&mut self, other: &Self) -> Result<(), WireError> {
        let before = self.thread.clone();
        let left_out = other.enriched().joined.left_out.saturating_add(other.thread.since.left_out);
        self.thread.since.add(other.all_events().map(EnrichedLead::alone), left_out);
        if self.thread.continues.is_none() {
            self.thread.continues.clone_from(&other.thread.continues);
        }
        let kept = self.leaves_room();
        if kept.is_err() {
            self.thread = before;
        }
        kept
    }

    /// Whether the machine's part of its document leaves room for what people and deals add.
    fn leaves_room(&mut self) -> Result<(), WireError> {
        let (work, crm, outcome) = (take(&mut self.work), take(&mut self.crm), self.outcome.take());
        let document = self.to_message();
        (self.work, self.crm, self.outcome) = (work, crm, outcome);
        let bytes = document?.len();
        if bytes > MAX_NEW_DOCUMENT_BYTES {
            return Err(WireError::TooLarge { bytes, limit: MAX_NEW_DOCUMENT_BYTES });
        }
        Ok(())
    }

    /// The picture that all its events make together, with what people wrote over it, for a decision to be made on. What
    /// the policy says of it, completeness and hash, is one event's: a decision judges it again.
    pub fn picture(&self) -> EnrichedLead {
        let now = self.enriched();
        if self.thread.since.is_empty() && self.thread.again.is_empty() {
            return now.clone().completed(&self.work.by_hand);
        }
        let newest = |event: &EnrichedLead| self.thread.as_told_last(event).alone();
        let mut joined = Joined::default();
        joined.add(now.events().iter().map(newest), now.joined.left_out);
        joined.add(self.thread.since.events.iter().map(newest), self.thread.since.left_out);
        EnrichedLead::united(self.id(), &self.submitted().content_hash, joined, MOST_PICTURE)
            .unwrap_or_else(|| now.clone())
            .completed(&self.work.by_hand)
    }

    /// Whether a picture of it holds what vendors told later. One whose events had no room beside it cannot tell, and
    /// counts as if it did.
    pub fn is_told_in(&self, picture: &EnrichedLead) -> bool {
        let events = picture.events();
        self.thread.again.iter().all(|again| {
            let seen = events.iter().find(|event| event.id() == again.id());
            picture.joined.left_out > 0 || seen.is_none_or(|seen| seen.round >= again.round)
        })
    }

    /// Whether its further events, what vendors told later, what people wrote into its record, or a look they had at it,
    /// are still to be scored: nobody has decided, and the machine knew less than is known now.
    pub fn wants_score(&self) -> bool {
        // What people see first is scored once they have seen it, with all that they wrote.
        let was_written_in = self.decision().is_some() && !self.saw_by_hand(&self.content);
        let knew_less = match &self.work.progress {
            Progress::Seen(_) => self.decision().is_none() || self.thread.knows_more() || was_written_in,
            Progress::Open => self.thread.knows_more() || was_written_in,
            _ => false,
        };
        knew_less && self.waits_in().is_some() && !self.is_answered()
    }

    /// Notes that the product was used at its account: it is to be decided on again. False where people have decided, or it
    /// waits for nobody any more.
    pub fn account_moved(&mut self) -> bool {
        let is_open = matches!(self.work.progress, Progress::Open | Progress::Seen(_));
        let may_be = self.decision().is_some() && is_open && self.waits_in().is_some() && !self.is_answered();
        self.thread.account_moved |= may_be;
        may_be
    }

    /// Puts what was decided on all its events in the place of what was decided before. What people did stays.
    pub fn decide_again(&mut self, content: QueuedContent, now: Timestamp) {
        if let Some(before) = self.decision() {
            let (as_of, score, grade) = (before.as_of, before.score, before.grade);
            self.thread.remember(EarlierScore { as_of, score, grade });
        }
        (self.queue, self.priority, self.queued_at) = (content.queue(), content.priority(), now);
        if self.was_sent_on() && content.is_sorted_out_by_score() {
            self.queue = QueueName::Sdr;
        }
        self.content = content;
        self.thread.since = Joined::default();
        self.thread.again.clear();
        self.thread.account_moved = false;
        self.work.progress = Progress::Open;
        self.work.revision += 1;
    }

    /// Whether a person looked at it before it was scored, and sent it on. Their word counts for more than a score that is low:
    /// it stays with people.
    pub fn was_sent_on(&self) -> bool {
        self.work.history.iter().any(|entry| entry.what == Happening::Seen)
    }

    /// Whether people have taken it up: it is not the machine's alone to end.
    pub fn is_in_hand(&self, now: Timestamp) -> bool {
        let is_held = self.work.claim.as_ref().is_some_and(|claim| claim.is_live(now));
        is_held
            || self.is_answered()
            || self.work.overridden.is_some()
            || self.work.progress != Progress::Open
            || !self.work.by_hand.is_empty()
            || !self.crm.is_empty()
    }

    /// Whether an event of its person belongs with it: it waits still, and the event happened within `window` of another
    /// of it, or people have it in hand.
    pub fn takes(&self, event: &EnrichedLead, window: SignedDuration, now: Timestamp) -> bool {
        let at = event.occurred_at();
        let is_near = |other: &EnrichedLead| other.occurred_at().duration_since(at).abs() <= window;
        self.waits_in().is_some() && (self.is_in_hand(now) || self.all_events().any(is_near))
    }
}
