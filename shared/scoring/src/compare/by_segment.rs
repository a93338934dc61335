//! What a candidate would do, segment by segment: a policy is rolled out where it does well first.

use std::collections::BTreeMap;

use leadlight_lead::{Motion, QueueName, Segment};

use super::summary::SegmentMoves;
use super::{Replayed, Side, is_for_people};

/// Segments that are told apart: a policy has 20 a motion at most.
const MOST: usize = 150;

/// Where a lead stands among the candidate's segments.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    In { name: String, label: String },
    NotKnown,
    InNone,
}

#[derive(Debug, Clone, Copy, Default)]
struct Counts {
    side: Side,
    for_people_before: u64,
    for_people_after: u64,
}

/// Counts by motion and segment, of motions that the candidate divides.
#[derive(Debug, Default)]
pub(super) struct BySegment(BTreeMap<(Motion, Place), Counts>);

impl BySegment {
    pub(super) fn take(&mut self, seen: Replayed<'_>, from: QueueName) {
        let motion = seen.lead.enriched().motion;
        if seen.candidate.segments(motion).next().is_none() {
            return;
        }
        let place = match &seen.then.segment {
            Some(Segment::In { name, label }) => Place::In { name: name.clone(), label: label.clone() },
            Some(Segment::NotKnown { .. }) => Place::NotKnown,
            None => Place::InNone,
        };
        if self.0.len() == MOST && !self.0.contains_key(&(motion, place.clone())) {
            return;
        }
        let counts = self.0.entry((motion, place)).or_default();
        counts.side.count(from, seen.then.queue);
        counts.for_people_before += u64::from(is_for_people(from));
        counts.for_people_after += u64::from(is_for_people(seen.then.queue));
    }

    /// By motion; the segments of each by name, then those that cannot be told, then all others.
    pub(super) fn told(&self) -> Vec<SegmentMoves> {
        let rows = self.0.iter().map(|((motion, place), counts)| {
            let (segment, label) = match place {
                Place::In { name, label } => (Some(name.clone()), label.clone()),
                Place::NotKnown => (None, "segment not known".to_owned()),
                Place::InNone => (None, "in no segment".to_owned()),
            };
            SegmentMoves {
                motion: *motion,
                segment,
                label,
                leads: counts.side.leads,
                up: counts.side.up,
                down: counts.side.down,
                for_people_before: counts.for_people_before,
                for_people_after: counts.for_people_after,
            }
        });
        rows.collect()
    }
}
