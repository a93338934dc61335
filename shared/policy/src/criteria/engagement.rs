//! First-party behaviour, ageing: points by kind add up to a full grade.

use leadlight_lead::{Activity, ActivityKind, CriterionGroup};
use leadlight_settings::{Limit, Problems, Spanned};
use schemars::JsonSchema;
use serde::Deserialize;

use super::parts::{fading, share};
use super::{Grading, Subject, WEIGHT};
use crate::keyed::ByActivity;
use crate::section::{Section, unit};

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Shape {
    /// What it counts for, 0 to 1000; only proportions count, and 0 switches it off.
    #[schemars(range(min = 0.0, max = 1000.0))]
    pub(super) weight: Spanned<f64>,
    /// The grade that counts where nothing is known, 0 to 1.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub(super) missing: Spanned<f64>,
    /// What was done this long ago counts half.
    #[schemars(extend("exclusiveMinimum" = 0))]
    half_life_days: Spanned<f64>,
    /// Points are added; this sum gives the full grade.
    #[schemars(extend("exclusiveMinimum" = 0))]
    full_at: Spanned<f64>,
    /// Points of each kind of behaviour, 0 to 1000.
    points: ByActivity<Spanned<f64>>,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Rule {
    points: ByActivity<f64>,
    half_life_days: f64,
    full_at: f64,
}

impl Grading for Rule {
    type Shape = Shape;
    const GROUP: CriterionGroup = CriterionGroup::Engagement;
    const FACTOR: &'static str = "first-party engagement";
    /// One faded visit must not count for less than no visit.
    const ONLY_ADDS: bool = true;

    fn check(p: &mut Problems<'_>, shape: &Shape) -> Self {
        let mut any = false;
        let points = shape.points.map(|points| {
            any |= *points.get_ref() != 0.0;
            p.number(points, "a number of criteria.engagement.points", WEIGHT)
        });
        if !any {
            p.add(
                shape.full_at.span(),
                "no kind of behaviour has points, so engagement would always be 0",
                "give points to at least one kind in `[criteria.engagement.points]`",
            );
        }
        let half_life = "criteria.engagement.half_life_days";
        Self {
            points,
            half_life_days: p.number(&shape.half_life_days, half_life, Limit::POSITIVE),
            full_at: p.number(&shape.full_at, "criteria.engagement.full_at", Limit::POSITIVE),
        }
    }

    /// An empty list says that nothing was observed, which is not the same as "did nothing": visits without consent
    /// to tracking leave no trace.
    fn grade(&self, lead: &Subject<'_>) -> Option<f64> {
        let aged = |activity: &Activity| {
            self.points.get(activity.kind) * fading(activity.at, lead.as_of, self.half_life_days)
        };
        (!lead.activity.is_empty()).then(|| share(lead.activity.iter().map(aged).collect(), self.full_at))
    }

    fn outline(&self, section: Section) -> Section {
        let points = self.points.entries().into_iter();
        section
            .text([
                format!("What was done {} ago counts half.", unit(self.half_life_days, "day")),
                format!("Its points are added; a sum of {} is the full grade.", self.full_at),
                "Behaviour only ever adds: an old visit never counts for less than no visit.".to_owned(),
            ])
            .table(
                ["Behaviour", "Points when fresh"],
                points.map(|(kind, points)| [in_words(kind).to_owned(), points.to_string()]),
            )
    }
}

pub(super) fn in_words(kind: ActivityKind) -> &'static str {
    match kind {
        ActivityKind::PageView => "Viewed a page",
        ActivityKind::PricingView => "Viewed the pricing page",
        ActivityKind::ContentDownload => "Downloaded a paper, guide or case study",
        ActivityKind::DemoRequest => "Asked for a demo or a call",
        ActivityKind::EmailClick => "Opened or clicked a mail",
        ActivityKind::WebinarAttended => "Attended a webinar",
        ActivityKind::EventAttended => "Attended a conference or visited the stand",
        ActivityKind::TrialStarted => "Started a trial",
        ActivityKind::FeatureUsed => "Used a feature",
        ActivityKind::IntegrationConnected => "Connected an integration",
        ActivityKind::TeammateInvited => "Invited a colleague",
        ActivityKind::UpgradeInquiry => "Asked about an upgrade",
    }
}
