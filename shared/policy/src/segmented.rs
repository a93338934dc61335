//! Segments, as others ask for them and in words.

use leadlight_lead::{EnrichedLead, Motion, Segment};

use crate::listed::Listed;
use crate::policy::Policy;
use crate::readings::Readings;
use crate::section::Section;
use crate::segments::SegmentRule;

impl Policy {
    /// Where a lead stands among the segments of its motion: in one, or that cannot be told; none where it is in none.
    pub fn segment(&self, lead: &EnrichedLead) -> Option<Segment> {
        self.segments.place(lead, &self.scorecard)
    }

    /// The segments of a motion: name and label of each, in the order of names.
    pub fn segments(&self, motion: Motion) -> impl Iterator<Item = (&str, &str)> {
        self.segments.of(motion).iter().map(|rule| (rule.name.as_str(), rule.label.as_str()))
    }

    /// All segments, by motion and name.
    pub fn all_segments(&self) -> impl Iterator<Item = (Motion, &str)> {
        let all = self.segments.by_motion.iter();
        all.flat_map(|(motion, rules)| rules.iter().map(|rule| (*motion, rule.name.as_str())))
    }

    /// The segment for which a person looks at a lead before it is scored; none where none asks for it. A lead that a hard
    /// disqualifier rejects takes nobody's time.
    pub fn segment_seen_first(&self, lead: &EnrichedLead, beside: &impl Listed) -> Option<Segment> {
        let segment = self.segment(lead)?;
        let rule = self.segments.rule(lead.motion, Some(&segment))?;
        let looks = !rule.scores && self.disqualified(lead, beside, &Readings::of(lead)).is_none();
        looks.then_some(segment)
    }

    /// The scores that decide on a lead, as [`Policy::thresholds`], in the segment that it is in.
    pub fn thresholds_of(&self, lead: &EnrichedLead) -> (f64, f64) {
        let segment = self.segment(lead);
        let rule = self.segments.rule(lead.motion, segment.as_ref());
        rule.map_or_else(
            || self.thresholds(lead.motion),
            |rule| (rule.scale.thresholds.sdr, rule.scale.thresholds.nurture),
        )
    }

    /// The segments in words; nothing where there is none.
    pub(crate) fn segments_in_words(&self) -> Option<Section> {
        let rows: Vec<_> = self
            .segments
            .by_motion
            .iter()
            .flat_map(|(motion, rules)| rules.iter().map(|rule| self.segment_row(*motion, rule)))
            .collect();
        (!rows.is_empty()).then(|| {
            Section::new("Segments within a motion")
                .text([
                    "No lead is in two of them. One of which the fact in question is not known is in none, and says so.",
                    "What a segment does not say is as for all leads of its motion.",
                ])
                .table(
                    ["Motion", "Segment", "Whom it holds", "Who decides", "X and Y", "Below Y", "A, B and C from", "Minutes to answer, A to D"],
                    rows,
                )
        })
    }

    fn segment_row(&self, motion: Motion, rule: &SegmentRule) -> [String; 8] {
        let (thresholds, letters) = (rule.scale.thresholds, rule.scale.letters);
        let sla = rule.sla.as_ref().unwrap_or_else(|| self.sla(motion));
        [
            self.motion_label(motion),
            format!("{} (`{}`)", rule.label, rule.name),
            rule.who.in_words(),
            if rule.scores { "the score" } else { "a person looks first" }.to_owned(),
            format!("{} and {}", thresholds.sdr, thresholds.nurture),
            if rule.scale.rejects { "rejected" } else { "waits for a later sequence" }.to_owned(),
            format!("{}, {} and {}", letters.a, letters.b, letters.c),
            format!(
                "{}, {}, {}, {}; {} unscored, {} asked for a person",
                sla.a, sla.b, sla.c, sla.d, sla.unscored, sla.hand_raiser
            ),
        ]
    }
}
