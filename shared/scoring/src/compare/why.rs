//! Why a lead would go elsewhere, in words.

use std::collections::BTreeMap;

use leadlight_lead::{DecidedBy, Decision, Disposition, Reason, ReasonUnit, Segment, effect};

use super::summary::FactorMoved;

/// Factors that are told of a lead.
const FACTORS: usize = 5;
/// Factors that are named in the sentence.
const NAMED: usize = 3;
/// Parts that differ by less are alike: they are sums of rounded numbers.
const ALIKE: f64 = 1e-9;

/// A decision, with the scores that decided: from which on an SDR looks, and from which on marketing nurtures.
#[derive(Clone, Copy)]
pub(super) struct Side<'a> {
    pub(super) decision: Option<&'a Decision>,
    /// None where the policy cannot be had.
    pub(super) thresholds: Option<(f64, f64)>,
}

/// Why, and by which factors.
pub(super) struct Why {
    pub(super) because: String,
    pub(super) unit: Option<ReasonUnit>,
    pub(super) factors: Vec<FactorMoved>,
}

pub(super) fn why(before: Side<'_>, then: Side<'_>) -> Why {
    let nothing = |because: &str| Why { because: because.to_owned(), unit: None, factors: Vec::new() };
    let (old, new) = match (before.decision, then.decision) {
        (Some(old), Some(new)) => (old, new),
        (None, Some(new)) => {
            return nothing(&format!("it is scored without a look at it first; {}", end(new)));
        }
        (_, None) => return nothing("a person looks at it before it is scored"),
    };
    let unit = (old.reason_unit == new.reason_unit).then_some(new.reason_unit);
    let factors = unit.map_or_else(Vec::new, |_| factors(&old.reasons, &new.reasons));
    let mut parts: Vec<String> = gates(old, new);
    parts.extend(voices(old, new));
    let moved = factors.iter().filter(|factor| (factor.after - factor.before).abs() > ALIKE).take(NAMED);
    let named: Vec<String> =
        moved.map(|f| format!("{} {}", f.factor, effect(new.reason_unit, f.after - f.before))).collect();
    let (from, to) = (old.score.value(), new.score.value());
    if (to - from).abs() > ALIKE {
        let named = if named.is_empty() { String::new() } else { format!(" ({})", named.join(", ")) };
        parts.push(format!("its score goes from {from:.1} to {to:.1}{named}"));
    } else {
        parts.push(format!("its score stays {to:.1}"));
    }
    parts.extend(thresholds(before.thresholds, then.thresholds));
    Why { because: parts.join("; "), unit, factors: factors.into_iter().take(FACTORS).collect() }
}

/// What goes before the score.
fn gates(old: &Decision, new: &Decision) -> Vec<String> {
    let mut parts = Vec::new();
    if old.disposition != new.disposition {
        match &old.disposition {
            Disposition::Disqualified { evidence, .. } if !is_disqualified(new) => {
                parts.push(format!("it is no longer disqualified ({evidence})"));
            }
            Disposition::Incomplete { .. } if !is_incomplete(new) => {
                parts.push("enough is known of it now".to_owned());
            }
            _ => {}
        }
        if is_disqualified(new) || is_incomplete(new) {
            parts.push(end(new));
        }
    }
    let gained = |now: bool, before: bool, yes: &str, no: &str| match (before, now) {
        (false, true) => Some(yes.to_owned()),
        (true, false) => Some(no.to_owned()),
        _ => None,
    };
    parts.extend(gained(
        new.asked_for.is_some(),
        old.asked_for.is_some(),
        "what the person did now counts as asking for a person",
        "what the person did no longer counts as asking for a person",
    ));
    parts.extend(gained(
        new.sampled_at.is_some(),
        old.sampled_at.is_some(),
        "chance brings it before people",
        "chance no longer brings it before people",
    ));
    parts.extend(match (&old.lifted, &new.lifted) {
        (before, Some(lift)) if before.as_ref() != Some(lift) => Some(format!("it is lifted by {lift}")),
        (Some(_), None) => Some("nothing lifts it over a threshold any more".to_owned()),
        _ => None,
    });
    parts.extend(segment(old, new));
    parts
}

/// The segment, where that is another.
fn segment(old: &Decision, new: &Decision) -> Option<String> {
    if old.segment == new.segment {
        return None;
    }
    Some(match &new.segment {
        Some(Segment::In { label, .. }) => format!("it is in the segment {label}"),
        Some(not_known @ Segment::NotKnown { .. }) => format!("its {not_known}"),
        None => "it is in no segment any more".to_owned(),
    })
}

fn is_disqualified(decision: &Decision) -> bool {
    matches!(decision.disposition, Disposition::Disqualified { .. })
}

fn is_incomplete(decision: &Decision) -> bool {
    matches!(decision.disposition, Disposition::Incomplete { .. })
}

/// What becomes of it.
fn end(decision: &Decision) -> String {
    match &decision.disposition {
        Disposition::Disqualified { evidence, .. } => format!("it is disqualified: {evidence}"),
        Disposition::Incomplete { missing } => format!("too little is known: {}", missing.join(", ")),
        Disposition::Accept | Disposition::Nurture | Disposition::BelowThreshold => {
            format!("its score is {:.1}", decision.score.value())
        }
    }
}

/// Who decides, where that is somebody else.
fn voices(old: &Decision, new: &Decision) -> Option<String> {
    let said = match (&old.decided_by, &new.decided_by) {
        (DecidedBy::Model { .. }, DecidedBy::Rules { .. }) => "the rules decide instead of the model",
        (DecidedBy::Rules { .. }, DecidedBy::Model { .. }) => "the model decides instead of the rules",
        (DecidedBy::Model { hash: one }, DecidedBy::Model { hash: other }) if one != other => {
            "another model decides"
        }
        _ => return None,
    };
    Some(said.to_owned())
}

fn thresholds(before: Option<(f64, f64)>, then: Option<(f64, f64)>) -> Option<String> {
    let (before, then) = (before?, then?);
    let told = [("SDRs see leads", before.0, then.0), ("marketing nurtures", before.1, then.1)];
    let moved = told.into_iter().filter(|(_, from, to)| (from - to).abs() > ALIKE);
    let parts: Vec<String> =
        moved.map(|(who, from, to)| format!("{who} from {to} on, it was {from}")).collect();
    (!parts.is_empty()).then(|| parts.join("; "))
}

/// By how much each factor's part changed, those that changed most first; those that did not are left out.
fn factors(old: &[Reason], new: &[Reason]) -> Vec<FactorMoved> {
    let mut parts: BTreeMap<&str, (f64, f64)> = BTreeMap::new();
    for reason in old {
        parts.entry(factor(reason)).or_default().0 += reason.contribution;
    }
    for reason in new {
        parts.entry(factor(reason)).or_default().1 += reason.contribution;
    }
    let mut moved: Vec<FactorMoved> = parts
        .into_iter()
        .filter(|(_, (before, after))| (before - after).abs() > ALIKE)
        .map(|(factor, (before, after))| FactorMoved { factor: factor.to_owned(), before, after })
        .collect();
    // Stable: equal parts stay in the order of their names.
    moved.sort_by(|a, b| (b.after - b.before).abs().total_cmp(&(a.after - a.before).abs()));
    moved
}

/// A factor by its name, whether it is known or not.
fn factor(reason: &Reason) -> &str {
    let named = (!reason.known).then(|| reason.factor.strip_suffix(" not known")).flatten();
    named.unwrap_or(&reason.factor)
}
