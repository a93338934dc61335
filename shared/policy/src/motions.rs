//! What a motion has of its own, as others ask for it and in words.

use leadlight_lead::{Motion, QueuedLead};

use crate::dial::Decides;
use crate::people::SlaMinutes;
use crate::policy::Policy;
use crate::scale::Scale;
use crate::section::{Section, capital, rounded};

impl Policy {
    /// Whose score decides on leads of a motion.
    pub fn decides(&self, motion: Motion) -> Decides {
        self.dial.at(motion)
    }

    /// Whether a model in force decides on any lead, be it only where its score is higher.
    pub fn lets_a_model_decide(&self) -> bool {
        self.dial.lets_a_model_decide()
    }

    /// What people call a motion.
    pub fn motion_label(&self, motion: Motion) -> String {
        let own = self.motions.get(&motion).and_then(|rules| rules.label.clone());
        own.unwrap_or_else(|| capital(&motion.to_string()))
    }

    /// How soon people answer leads of a motion, by letter.
    pub fn sla(&self, motion: Motion) -> &SlaMinutes {
        self.motions.get(&motion).and_then(|rules| rules.sla.as_ref()).unwrap_or(&self.people.sla)
    }

    /// How soon people answer a lead, in minutes of its owner's working hours.
    pub fn answer_minutes(&self, lead: &QueuedLead) -> u32 {
        let enriched = lead.enriched();
        let segment = self.segment(enriched);
        let own = self.segments.rule(enriched.motion, segment.as_ref()).and_then(|rule| rule.sla.as_ref());
        own.unwrap_or_else(|| self.sla(enriched.motion)).of(lead)
    }

    /// What each motion has of its own; nothing where none has.
    pub(crate) fn motions_in_words(&self) -> Option<Section> {
        let rows: Vec<_> =
            self.scorecard.by_motion.iter().map(|(motion, scale)| self.motion_row(*motion, scale)).collect();
        (!rows.is_empty()).then(|| {
            Section::new("What holds for leads of a motion")
                .text([
                    "These weigh the criteria in their own way, or have other thresholds or times to answer.",
                    "A criterion is graded the same for all.",
                ])
                .table(["Motion", "Most points", "X and Y", "Below Y", "Minutes to answer, A to D"], rows)
        })
    }

    fn motion_row(&self, motion: Motion, scale: &Scale) -> [String; 5] {
        let mut weights: Vec<_> = scale.weights.iter().filter(|(_, weight)| **weight > 0.0).collect();
        weights.sort_by(|a, b| b.1.total_cmp(a.1));
        let most = |weight: f64| rounded(100.0 * weight / scale.total_weight, 10.0);
        let points =
            weights.iter().map(|(criterion, weight)| format!("{} {}", criterion.factor(), most(**weight)));
        let sla = self.sla(motion);
        [
            self.motion_label(motion),
            points.collect::<Vec<_>>().join(", "),
            format!("{} and {}", scale.thresholds.sdr, scale.thresholds.nurture),
            if scale.rejects { "rejected" } else { "waits for a later sequence" }.to_owned(),
            format!("{}, {}, {}, {}", sla.a, sla.b, sla.c, sla.d),
        ]
    }
}
