//! What becomes of a lead as time passes and nobody does anything: when its score has faded a little beyond a threshold, it is
//! left where it stands, so that a renewal does not move leads to and fro over a tenth of a point.
//!
//! It holds for renewals alone. What is decided on an event, or on anything else that is newly known, follows from the
//! facts, in whatever order they came.

use leadlight_lead::{Disposition, EnrichedLead, Held, Place, PolicyHash};
use leadlight_settings::{Limit, Problems, Spanned};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::scale::Scale;
use crate::scorecard::Scorecard;
use crate::section::{Section, unit};
use crate::segments::Segments;

/// Judgement, where the policy says nothing: an average lead's engagement loses that much in about a week.
const HOLD_BY_DEFAULT: f64 = 2.0;
const POINTS: Limit = Limit { holds: |v| (0.0..=50.0).contains(&v), wanted: "a number from 0 to 50" };

/// As the file has it.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RenewalSpec {
    /// A lead whose score has faded beyond a threshold by no more points than these stays where it is. 0 holds none.
    hold_points: Spanned<f64>,
}

/// What holds when a lead is decided on again since time passed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct RenewalRules {
    /// From 0, and less than lies between any scale's X and Y; 0 holds no lead.
    hold_points: f64,
}

impl RenewalRules {
    pub(crate) fn check(
        p: &mut Problems<'_>,
        spec: Option<&RenewalSpec>,
        scorecard: &Scorecard,
        segments: &Segments,
    ) -> Self {
        let between = |scale: &Scale| scale.thresholds.sdr - scale.thresholds.nurture;
        let of_segments = segments
            .by_motion
            .iter()
            .flat_map(|(motion, rules)| rules.iter().map(|rule| (*motion, &rule.scale)));
        let of_motions = scorecard.by_motion.iter().map(|(motion, scale)| (*motion, scale));
        let scales = of_motions.chain(of_segments).map(|(motion, scale)| (Some(motion), between(scale)));
        let (motion, narrowest) =
            scales.fold(
                (None, between(&scorecard.usual)),
                |least, other| {
                    if other.1 < least.1 { other } else { least }
                },
            );
        let Some(spec) = spec else {
            return Self { hold_points: HOLD_BY_DEFAULT.min(narrowest.max(0.0) / 2.0) };
        };
        let hold_points = p.number(&spec.hold_points, "renewal.hold_points", POINTS);
        // Thresholds that do not fall are a problem of their own.
        if narrowest > 0.0 && hold_points >= narrowest {
            let of = motion.map_or_else(String::new, |motion| format!(" for leads of the motion {motion}"));
            let what = format!(
                "`renewal.hold_points` is {hold_points}, and from Y to X there are only {narrowest} points{of}: a lead could \
                 fall from an SDR to below Y and still be left where it stood"
            );
            let remedy =
                format!("write less than {narrowest}, such as {}; 0 holds no lead", narrowest / 10.0);
            p.add(spec.hold_points.span(), what, remedy);
        }
        Self { hold_points }
    }

    /// What is to happen with a lead whose score had placed it at `stood`, and that it is held there, if so. `by` tells what
    /// would happen with so many points more.
    pub(crate) fn hold(
        self,
        stood: Option<Place>,
        by: impl Fn(f64) -> Disposition,
    ) -> (Disposition, Option<Held>) {
        let now = by(0.0);
        let moved_from = stood.filter(|stood| now.place().is_some_and(|place| place != *stood));
        let (Some(stood), true) = (moved_from, self.hold_points > 0.0) else { return (now, None) };
        let is_close =
            [self.hold_points, -self.hold_points].into_iter().any(|points| by(points).place() == Some(stood));
        if is_close {
            (stood.disposition(), Some(Held { within_points: self.hold_points }))
        } else {
            (now, None)
        }
    }

    /// What time does, in words.
    pub(crate) fn in_words(self) -> Section {
        let held = if self.hold_points > 0.0 {
            format!(
                "One whose score has moved beyond X or Y by no more than {} stays where it is, and says so.",
                unit(self.hold_points, "point")
            )
        } else {
            "One whose score has moved beyond X or Y moves at once, by however little.".to_owned()
        };
        Section::new("What time changes").text([
            "Behaviour, intent and usage fade, so a lead that waits is scored again on the day on which that gives it another \
             letter or another queue."
                .to_owned(),
            held,
            "What people hold or have taken up stays with them, with its new score.".to_owned(),
        ])
    }
}

/// Where a lead's score had placed it under a policy, where nothing but time is why it is decided on again.
pub(crate) fn stood(lead: &EnrichedLead, policy: &PolicyHash) -> Option<Place> {
    let stood = lead.renewal.as_ref()?.stood.as_ref()?;
    (stood.policy == *policy).then_some(stood.place)
}
