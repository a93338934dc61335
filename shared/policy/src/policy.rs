//! A checked policy and what it answers about one lead.

use std::collections::BTreeMap;

use leadlight_lead::{
    Completeness, DomainName, EmailAddress, EmailKind, Enrichment, FeatureValue, Motion, PolicyHash,
    QueueName, RejectionCode, SourceName,
};
use leadlight_reading::TitleReading;

use crate::dial::Dial;
use crate::disqualify::DisqualifyRules;
use crate::facts::Seen;
use crate::hand_raisers::HandRaisers;
use crate::keyed::ByQueue;
use crate::lift::Lifts;
use crate::mail_domains;
use crate::outbound::OutboundWeek;
use crate::people::{Conversion, MotionRules, PeopleRules, RejectionReason};
use crate::renewal::RenewalRules;
use crate::retention::Retention;
use crate::scale::{Scale, Thresholds};
use crate::scorecard::{ModelFeature, Scorecard};
use crate::segments::{SegmentRule, Segments};
use crate::sides::Grid;
use crate::sources::SourceRule;
use crate::titles::TitleRules;

/// A policy that was read, checked and found whole: only such a one can be applied.
///
/// Everything it answers is a function of the policy and the lead alone: the same to the bit on any
/// machine, at any time, in whatever order a lead's activities, topics and tools are listed.
#[derive(Debug, Clone, PartialEq)]
pub struct Policy {
    pub(crate) hash: PolicyHash,
    pub(crate) name: String,
    pub(crate) revision: u32,
    pub(crate) sources: BTreeMap<SourceName, SourceRule>,
    pub(crate) mail: MailRules,
    pub(crate) titles: TitleRules,
    pub(crate) disqualify: DisqualifyRules,
    /// None: asking for a person is behaviour like any other.
    pub(crate) hand_raisers: Option<HandRaisers>,
    pub(crate) scorecard: Scorecard,
    pub(crate) seen: Seen,
    pub(crate) dial: Dial,
    pub(crate) queues: ByQueue<QueueText>,
    pub(crate) people: PeopleRules,
    pub(crate) motions: BTreeMap<Motion, MotionRules>,
    pub(crate) lifts: Lifts,
    pub(crate) renewal: RenewalRules,
    /// None: no account becomes work by itself.
    pub(crate) outbound: Option<OutboundWeek>,
    pub(crate) segments: Segments,
    /// None: the score says the grade.
    pub(crate) grid: Option<Grid>,
    /// 0 to 50; 0 marks no lead.
    pub(crate) borderline_points: f64,
    /// 0 to 0.5.
    pub(crate) exploration_share: f64,
    pub(crate) conversion: Conversion,
    /// None: leads are kept until they are erased.
    pub(crate) retention: Option<Retention>,
}

/// A score that decides.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cut {
    /// The table of the policy file that it stands in.
    pub table: &'static str,
    /// Its key there.
    pub key: &'static str,
    /// 0 to 100.
    pub value: f64,
}

/// A work queue, for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueueText {
    /// Its name, a few words.
    pub label: String,
    /// What is in it and what to do there, a sentence or two.
    pub description: String,
}

/// Domains the policy names beyond the built-in lists.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct MailRules {
    pub(crate) kinds: BTreeMap<DomainName, EmailKind>,
}

impl Policy {
    /// How the target accounts of a week are chosen; none where the policy does not say.
    pub fn outbound(&self) -> Option<&OutboundWeek> {
        self.outbound.as_ref()
    }

    /// How long leads are kept; none where the policy does not say, and all stay until they are erased.
    pub fn retention(&self) -> Option<&Retention> {
        self.retention.as_ref()
    }

    /// The SHA-256 of the file's bytes: what decisions cite.
    pub fn hash(&self) -> &PolicyHash {
        &self.hash
    }

    /// The policy's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The policy's revision, from 1: for people; the hash is what identifies it.
    pub fn revision(&self) -> u32 {
        self.revision
    }

    /// What is declared of a source; nothing where it is not declared.
    pub fn source(&self, name: &SourceName) -> Option<&SourceRule> {
        self.sources.get(name)
    }

    /// The declared sources, by name.
    pub fn sources(&self) -> impl Iterator<Item = (&SourceName, &SourceRule)> {
        self.sources.iter()
    }

    /// What an address's domain says: the policy's own `[mail]` lists first, then
    /// [`mail_domains::classify`].
    pub fn email_kind(&self, email: &EmailAddress) -> EmailKind {
        let own = DomainName::of_host(email.domain()).ok().and_then(|d| self.mail.kinds.get(&d).copied());
        own.unwrap_or_else(|| mail_domains::classify(email))
    }

    /// What addresses at a domain would say, as [`Policy::email_kind`].
    pub fn domain_kind(&self, domain: &DomainName) -> EmailKind {
        let own = self.mail.kinds.get(domain).copied();
        own.unwrap_or_else(|| mail_domains::classify_domain(domain.as_str()))
    }

    /// What a title says of function and seniority: the policy's own words first, then the built-in ones
    /// ([`leadlight_reading::read_title`]).
    pub fn read_title(&self, title: &str) -> TitleReading {
        self.titles.words.read(title)
    }

    /// How much of what the policy wants to know of leads of a motion is known.
    pub fn completeness(&self, found: &Enrichment, motion: Motion) -> Completeness {
        self.scorecard.completeness.of(motion).measure(found, self.scorecard.knows_industry(found))
    }

    /// The scores that decide on leads of motions that have none of their own: both thresholds, then the letters' limits, each
    /// time the highest first.
    pub fn cuts(&self) -> [Cut; 5] {
        let Scale { thresholds, letters, .. } = self.scorecard.usual;
        let threshold = |key, value| Cut { table: "thresholds", key, value };
        let letter = |key, value| Cut { table: "grades", key, value };
        [
            threshold("sdr", thresholds.sdr),
            threshold("nurture", thresholds.nurture),
            letter("a", letters.a),
            letter("b", letters.b),
            letter("c", letters.c),
        ]
    }

    /// The criteria by name, each with its weight as the file has it; those of a motion as in `plg.activation`.
    pub fn weights(&self) -> Vec<(String, f64)> {
        let usual =
            self.scorecard.usual.weights.iter().map(|(criterion, weight)| (criterion.to_string(), *weight));
        let of_motions = self.scorecard.by_motion.iter().flat_map(|(motion, scale)| {
            scale.weights.iter().map(move |(criterion, weight)| (format!("{motion}.{criterion}"), *weight))
        });
        usual.chain(of_motions).collect()
    }

    /// The features a learner may see: the grades in the policy's order, then the facts.
    pub fn feature_specs(&self) -> Vec<ModelFeature> {
        let facts = self.seen.specs().map(|fact| ModelFeature {
            name: fact.name,
            group: fact.group,
            factor: fact.label,
            kind: fact.kind,
            never_lowers: false,
            rule: None,
            points: None,
        });
        self.scorecard.feature_specs().into_iter().chain(facts).collect()
    }

    /// The facts that Leadlight knows and a learner does not see under this policy, by name.
    pub fn facts_left_out(&self) -> Vec<&'static str> {
        self.seen.left_out()
    }

    /// What the value of a fact says, for people, such as `uses Salesforce` or `industry not known`; nothing of a feature
    /// that is no fact.
    pub fn says(&self, feature: &str, value: Option<&FeatureValue>) -> Option<String> {
        self.seen.says(feature, value)
    }

    /// A queue's label and description.
    pub fn queue(&self, name: QueueName) -> &QueueText {
        self.queues.get(name)
    }

    /// What holds for people.
    pub fn people(&self) -> &PeopleRules {
        &self.people
    }

    /// A reason for turning a lead down; nothing where it is not declared.
    pub fn reason(&self, code: &RejectionCode) -> Option<&RejectionReason> {
        self.people.reasons.iter().find(|reason| reason.code == *code)
    }

    /// What counts as conversion, and when it is known.
    pub fn conversion(&self) -> Conversion {
        self.conversion
    }

    /// The scores from which an SDR looks at once at leads of a motion (X) and from which marketing nurtures them (Y), both
    /// 0 to 100; Y is below X.
    pub fn thresholds(&self, motion: Motion) -> (f64, f64) {
        let Thresholds { sdr, nurture } = self.scorecard.scale(motion).thresholds;
        (sdr, nurture)
    }

    /// Whether leads of a motion are weighed in their own way, or they or a segment of them decided by thresholds or letters of
    /// their own.
    pub fn has_own_scale(&self, motion: Motion) -> bool {
        let (own, usual) = (self.scorecard.scale(motion), &self.scorecard.usual);
        let of_segment = |rule: &SegmentRule| rule.scale != *own;
        own.weights != usual.weights
            || own.thresholds != usual.thresholds
            || own.letters != usual.letters
            || self.segments.of(motion).iter().any(of_segment)
    }
}
