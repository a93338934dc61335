//! What the policy finds on a lead, before anyone decides.

use jiff::Timestamp;
use leadlight_lead::{ActivityKind, Disqualifier, EnrichedLead, FeatureVector, Lift, Motion, Place, Score};

use crate::facts::Known;
use crate::listed::Listed;
use crate::policy::Policy;
use crate::renewal::stood;
use crate::scorecard::CriterionGrade;
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

impl Policy {
    /// Applies the policy to a lead.
    pub fn assess(&self, lead: &EnrichedLead) -> Assessment {
        self.assess_beside(lead, &())
    }

    /// The same with a list of companies beside the policy's own, which go before it.
    pub fn assess_beside(&self, lead: &EnrichedLead, list: &impl Listed) -> Assessment {
        let as_of = lead.counted_to();
        let Taken { activity, not_taken, partner } = self.taken(lead);
        let mut grades = self.scorecard.grades(lead, &activity, as_of);
        let seen = self.scorecard.features(&grades);
        grades.retain(|grade| grade.weight.is_some());
        let industry = lead.enrichment.company.industry.as_ref();
        let industry = industry.and_then(|fact| self.scorecard.industry_key(&fact.value));
        let known = Known { lead, industry, activity: &activity, as_of };
        Assessment {
            as_of,
            disqualified: self
                .listed(lead, list)
                .or_else(|| self.disqualify.first(lead, self.email_kind(&lead.event().email))),
            asked_for: self.hand_raisers.as_ref().and_then(|rules| rules.asked_for(&activity, as_of)),
            missing: self
                .scorecard
                .completeness
                .of(lead.motion)
                .gate(&lead.enrichment, self.scorecard.knows_industry(&lead.enrichment)),
            may_be_excluded: self.disqualify.may_be_excluded(lead),
            motion: lead.motion,
            lift: self.lifts.of(&activity, partner, as_of),
            points: self.scorecard.scale(lead.motion).points(&grades),
            features: self.seen.beside(seen, &known),
            stood: stood(lead, &self.hash),
            not_taken,
            grades,
        }
    }
}
