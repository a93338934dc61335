//! A lead's result as flat fields, the way CRMs keep it beside a person.

use leadlight_lead::{CriterionGroup, Disposition, Reason, effect};
use serde_json::{Value, json};

use crate::result::{Decided, LeadResult};

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FieldKind {
    Number,
    Text,
    /// Several lines.
    Lines,
    Flag,
    Time,
}

/// A field of a CRM's record.
pub(crate) struct Field {
    /// Without the destination's prefix.
    pub(crate) name: &'static str,
    /// For people.
    pub(crate) label: &'static str,
    pub(crate) kind: FieldKind,
    /// Null where nothing is known: then the CRM's field is emptied.
    pub(crate) value: fn(&LeadResult) -> Value,
}

/// The longest text in one field, in characters. `Salesforce` takes 255 in a line; a list of reasons has a field of its own.
const LINE: usize = 255;
/// Of a field with several lines.
const LINES: usize = 4000;

/// All that is written back.
pub(crate) const FIELDS: [Field; 19] = [
    field("score", "Leadlight score", FieldKind::Number, |r| of(r, |d| json!(d.score))),
    field("probability", "Leadlight probability", FieldKind::Number, |r| of(r, |d| json!(d.probability))),
    field("grade", "Leadlight grade", FieldKind::Text, |r| of(r, |d| json!(d.grade))),
    field("decision", "Leadlight decision", FieldKind::Text, |r| {
        of(r, |d| json!(disposition(&d.disposition)))
    }),
    field("reason", "Leadlight reason", FieldKind::Text, |r| of(r, |d| json!(cut(&d.summary, LINE)))),
    field("reasons", "Leadlight reasons", FieldKind::Lines, |r| of(r, |d| json!(cut(&reasons(d), LINES)))),
    field("queue", "Leadlight queue", FieldKind::Text, |r| json!(r.queue)),
    field("owner", "Leadlight owner", FieldKind::Text, |r| json!(r.owner)),
    field("progress", "Leadlight progress", FieldKind::Text, |r| json!(r.progress)),
    field("trend", "Leadlight trend", FieldKind::Text, |r| json!(r.trend.map(|trend| trend.moved))),
    field("trend_points", "Leadlight trend in points", FieldKind::Number, |r| {
        json!(r.trend.map(|trend| trend.points))
    }),
    field("trend_since", "Leadlight trend since", FieldKind::Time, |r| {
        json!(r.trend.map(|trend| trend.since))
    }),
    field("intent_score", "Leadlight intent score", FieldKind::Number, |r| {
        json!(r.intent.as_ref().map(|intent| intent.score))
    }),
    field("intent_topics", "Leadlight intent topics", FieldKind::Lines, |r| json!(topics(r))),
    field("changed_jobs", "Leadlight: changed jobs", FieldKind::Flag, |r| json!(r.changed_jobs)),
    field("model", "Leadlight model", FieldKind::Text, |r| of(r, |d| json!(d.model))),
    field("policy", "Leadlight policy", FieldKind::Text, |r| of(r, |d| json!(d.policy))),
    field("queued_at", "Leadlight queued at", FieldKind::Time, |r| json!(r.queued_at)),
    field("lead_id", "Leadlight lead", FieldKind::Text, |r| json!(r.lead_id)),
];

const fn field(
    name: &'static str,
    label: &'static str,
    kind: FieldKind,
    value: fn(&LeadResult) -> Value,
) -> Field {
    Field { name, label, kind, value }
}

fn of(result: &LeadResult, value: fn(&Decided) -> Value) -> Value {
    result.decision.as_ref().map_or(Value::Null, value)
}

fn disposition(disposition: &Disposition) -> &'static str {
    match disposition {
        Disposition::Accept => "accept",
        Disposition::Nurture => "nurture",
        Disposition::BelowThreshold => "below_threshold",
        Disposition::Disqualified { .. } => "disqualified",
        Disposition::Incomplete { .. } => "incomplete",
    }
}

/// A line a factor, such as `+12.3 points: industry fit` or `odds about 3 times as high: industry fit`; where nothing is
/// known, that alone. What every lead has alike is no reason for or against this one.
pub(crate) fn reasons(decided: &Decided) -> String {
    if Reason::is_nothing_known(&decided.reasons) {
        return "nothing is known of this lead yet".to_owned();
    }
    let line = |Reason { factor, contribution, .. }: &Reason| {
        format!("{}: {factor}", effect(decided.reason_unit, *contribution))
    };
    let about = decided.reasons.iter().filter(|reason| reason.group != CriterionGroup::Baseline);
    about.map(line).collect::<Vec<_>>().join("\n")
}

fn topics(result: &LeadResult) -> Option<String> {
    let intent = result.intent.as_ref()?;
    Some(intent.topics.iter().map(|topic| topic.name.as_str()).collect::<Vec<_>>().join("\n"))
}

pub(crate) fn cut(text: &str, longest: usize) -> String {
    text.chars().take(longest).collect()
}
