//! What the policy finds on a lead, before anyone decides.

use jiff::Timestamp;
use leadlight_lead::{
    Activity, ActivityKind, Disqualifier, EnrichedLead, FeatureVector, Lift, Motion, Place, Score, Segment,
};
use leadlight_reading::Industry;

use crate::facts::Known;
use crate::listed::Listed;
use crate::policy::Policy;
use crate::readings::Readings;
use crate::renewal::stood;
use crate::scale::CriterionGrade;
use crate::taken::{NotTaken, Taken};

/// What the policy finds on a lead.
#[derive(Debug, Clone, PartialEq)]
pub struct Assessment {
    /// The moment that ages are counted to: when the event happened, or a later renewal.
    pub as_of: Timestamp,
    /// The first hard disqualifier that holds, and what it rests on, without personal data.
    pub disqualified: Option<(Disqualifier, String)>,
    /// What the person asked for that the policy counts as asking for a person.
    pub asked_for: Option<ActivityKind>,
    /// The wanted fields that are not known, where too few are.
    pub missing: Option<Vec<String>>,
    /// Whether a country was typed that is excluded, or is not understood and may be, whatever a provider says.
    pub may_be_excluded: bool,
    /// The motion whose scale holds.
    pub motion: Motion,
    /// The segment of the motion that it is in, or that it cannot be told; none where it is in none.
    pub segment: Option<Segment>,
    /// What speaks for the lead beside its score.
    pub lift: Option<Lift>,
    /// A grade by criterion that has a part in the score, in the order of [`crate::Criterion::ALL`].
    pub grades: Vec<CriterionGrade>,
    /// The weighted grades over the sum of weights, 0 to 100.
    pub points: Score,
    /// What a model may see: the grades and facts that the policy declares.
    pub features: FeatureVector,
    /// Where its score had placed the lead under this policy, where nothing but time is why it is decided on again.
    pub stood: Option<Place>,
    /// What the lead's event says and does not count.
    pub not_taken: Vec<NotTaken>,
}

/// What of an assessment is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keeps {
    /// All of it.
    All,
    /// All but what a model may see, which is empty then.
    NoFeatures,
}

impl Policy {
    /// Applies the policy to a lead.
    pub fn assess(&self, lead: &EnrichedLead) -> Assessment {
        self.assess_beside(lead, &())
    }

    /// The first hard disqualifier that holds, and what it rests on, without personal data.
    pub(crate) fn disqualified(
        &self,
        lead: &EnrichedLead,
        list: &impl Listed,
        readings: &Readings<'_>,
    ) -> Option<(Disqualifier, String)> {
        self.listed(lead, list, readings).or_else(|| {
            let own = readings.of_address().and_then(|domain| self.mail.kinds.get(domain).copied());
            let kind = own.unwrap_or_else(|| readings.built_in_kind());
            self.disqualify.first(lead, kind, readings)
        })
    }

    /// The same with a list of companies beside the policy's own, which go before it.
    pub fn assess_beside(&self, lead: &EnrichedLead, list: &impl Listed) -> Assessment {
        self.assess_reading(lead, list, &Readings::of(lead), Keeps::All)
    }

    /// The same by what was read of the lead already. Without what a model may see, where none is asked, it takes half the time.
    pub fn assess_reading(
        &self,
        lead: &EnrichedLead,
        list: &impl Listed,
        readings: &Readings<'_>,
        keeps: Keeps,
    ) -> Assessment {
        let as_of = lead.counted_to();
        let Taken { activity, not_taken, partner } = self.taken(lead);
        let mut grades = self.scorecard.grades(lead, &activity, as_of);
        let features = match keeps {
            Keeps::All => self.features(lead, &grades, &activity, readings),
            Keeps::NoFeatures => FeatureVector::default(),
        };
        grades.retain(|grade| grade.weight.is_some());
        Assessment {
            as_of,
            disqualified: self.disqualified(lead, list, readings),
            asked_for: self.hand_raisers.as_ref().and_then(|rules| rules.asked_for(&activity, as_of)),
            missing: self
                .scorecard
                .completeness
                .of(lead.motion)
                .gate(&lead.enrichment, self.scorecard.knows_industry(&lead.enrichment)),
            may_be_excluded: self.disqualify.may_be_excluded(lead),
            motion: lead.motion,
            segment: self.segment(lead),
            lift: self.lifts.of(&activity, partner, as_of),
            points: self.scorecard.scale(lead.motion).points(&grades),
            features,
            stood: stood(lead, &self.hash),
            not_taken,
            grades,
        }
    }

    /// What a model may see: the grades, and the facts beside them.
    fn features(
        &self,
        lead: &EnrichedLead,
        grades: &[CriterionGrade],
        activity: &[Activity],
        readings: &Readings<'_>,
    ) -> FeatureVector {
        let industry = lead.enrichment.company.industry.as_ref();
        // The vocabulary's key, whatever the policy lists, else the policy's own.
        let industry = industry.and_then(|fact| {
            let known = readings.industry().map(Industry::key);
            known.or_else(|| self.industry(&fact.value).industry())
        });
        let known = Known { lead, industry, activity, as_of: lead.counted_to() };
        self.seen.beside(self.scorecard.features(grades), &known)
    }
}
