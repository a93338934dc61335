//! Checks of what a model may see.

use leadlight_reading::{edit_distance, fold};
use leadlight_settings::{Named, Problems, Spanned, SpannedList};

use crate::criteria::{CriteriaShape, Criterion};
use crate::facts::{FACTS, Fact, FieldKind, FormField, Seen, why_not, why_not_field};
use crate::spec::ModelSpec;

/// The most fields of forms. Judgement: more are a questionnaire, and each costs room in every decision.
const MOST_FIELDS: usize = 50;
/// The longest label of a field, in bytes.
const LONGEST_LABEL: usize = 100;

/// The grades that a model sees: those that are named, else all that the file has; and of these, those that must never
/// lower a probability.
pub(crate) fn grades(
    p: &mut Problems<'_>,
    spec: &ModelSpec,
    criteria: &CriteriaShape,
) -> (Vec<Criterion>, Vec<Criterion>) {
    let features = match &spec.features {
        Some(listed) => features(p, listed, criteria),
        None => criteria.named(),
    };
    // Where the list of features is at fault, what hangs on it is not told as well.
    let all_known = spec.features.as_ref().is_none_or(|listed| features.len() == listed.get_ref().len());
    let may_hold: &[Criterion] = if all_known && !features.is_empty() { &features } else { &Criterion::ALL };
    let never_lowers = never_lowers(p, spec.never_lowers.as_ref(), may_hold);
    (features, never_lowers)
}

fn features(p: &mut Problems<'_>, listed: &SpannedList<String>, criteria: &CriteriaShape) -> Vec<Criterion> {
    p.list(listed, "model.features", |p, entry| {
        let criterion = criterion(p, entry)?;
        if !criteria.named().contains(&criterion) {
            let what = format!("`{criterion}` is not among the criteria of this file");
            p.add(entry.span(), what, format!("add `[criteria.{criterion}]`, or leave it out here"));
            return None;
        }
        Some(criterion)
    })
}

fn criterion(p: &mut Problems<'_>, entry: &Spanned<String>) -> Option<Criterion> {
    let name = entry.get_ref();
    let found = Criterion::ALL.into_iter().find(|criterion| criterion.name() == name);
    if found.is_none() {
        let known = Criterion::ALL.map(Criterion::name).join(", ");
        let remedy = match FACTS.iter().find(|fact| fact.name == name) {
            Some(_) => "it is a fact: name it in `model.facts`".to_owned(),
            None => format!("use some of {known}"),
        };
        p.add(entry.span(), format!("`{name}` is not a feature"), remedy);
    }
    found
}

/// Only of what a learner sees can anything be demanded.
fn never_lowers(
    p: &mut Problems<'_>,
    entries: Option<&SpannedList<String>>,
    features: &[Criterion],
) -> Vec<Criterion> {
    let listed = p.optional_list(entries, "model.never_lowers", |p, entry| {
        let criterion = criterion(p, entry)?;
        if !features.contains(&criterion) {
            let what = format!("`{criterion}` is not among `model.features`");
            p.add(entry.span(), what, "add it there, or leave it out here");
            return None;
        }
        Some(criterion)
    });
    listed.unwrap_or_default()
}

/// The facts that a model sees: those that are named, else all but those that are left out.
pub(crate) fn seen(p: &mut Problems<'_>, spec: &ModelSpec, never_lowers: &[Criterion]) -> Seen {
    let is_held = |fact: &Fact| fact.graded_by.is_some_and(|criterion| never_lowers.contains(&criterion));
    let without = p.optional_list(spec.without.as_ref(), "model.without", fact).unwrap_or_default();
    if let (Some(_), Some(without)) = (&spec.facts, &spec.without) {
        p.add(
            without.span(),
            "`model.facts` says already which facts a model sees, so `model.without` leaves out none",
            "keep one of the two",
        );
    }
    let named = spec.facts.as_ref().map(|listed| {
        p.each_once(listed, "model.facts", |p, entry| {
            let name = fact(p, entry)?;
            let fact = FACTS.iter().find(|fact| fact.name == name)?;
            if let Some(criterion) = fact.graded_by.filter(|_| is_held(fact)) {
                p.add(
                    entry.span(),
                    format!(
                        "`{name}` is what `{criterion}` grades, which `model.never_lowers` names: of the fact itself \
                         that could not be held"
                    ),
                    "leave it out here, or the criterion there",
                );
                return None;
            }
            Some(name)
        })
    });
    let facts = FACTS
        .iter()
        .filter(|fact| match &named {
            Some(named) => named.contains(&fact.name),
            None => !is_held(fact) && !without.contains(&fact.name),
        })
        .collect();
    Seen { facts, fields: fields(p, spec.form_fields.as_ref()), is_named: named.is_some() }
}

fn fact(p: &mut Problems<'_>, entry: &Spanned<String>) -> Option<&'static str> {
    let written = entry.get_ref().as_str();
    if let Some(found) = FACTS.iter().find(|fact| fact.name == written) {
        return Some(found.name);
    }
    let what = format!("`{written}` is not a fact that a model may learn from");
    // The end of a name alone is the commonest slip, and a near one the next.
    let of = |fact: &&Fact| fact.name.split_once('.').is_some_and(|(_, end)| end == written);
    let near = || {
        let far = |fact: &'static Fact| (edit_distance(written, fact.name), fact);
        let near = |(distance, _): &(usize, &Fact)| *distance <= (written.len() / 4).clamp(1, 3);
        FACTS.iter().map(far).filter(near).min_by_key(|(distance, _)| *distance).map(|(_, fact)| fact)
    };
    if Criterion::ALL.iter().any(|criterion| criterion.name() == written) && !FACTS.iter().any(|f| of(&f)) {
        p.add(entry.span(), what, "it is a criterion: its grade is named in `model.features`");
    } else if let Some(meant) = FACTS.iter().find(of).or_else(near) {
        p.add(entry.span(), what, format!("write `{}`, if that is meant", meant.name));
    } else if let Some(why) = why_not(written) {
        p.add(entry.span(), format!("`{written}` {why}"), "leave it out");
    } else {
        let all: Vec<&str> = FACTS.iter().map(|fact| fact.name).collect();
        p.add(entry.span(), what, format!("use some of {}", all.join(", ")));
    }
    None
}

fn fields(p: &mut Problems<'_>, listed: Option<&Spanned<Named<FieldKind>>>) -> Vec<FormField> {
    let Some(listed) = listed else { return Vec::new() };
    if listed.get_ref().len() > MOST_FIELDS {
        let what = format!("`[model.form_fields]` has {} entries", listed.get_ref().len());
        p.add(listed.span(), what, format!("keep the {MOST_FIELDS} that say most of a lead's worth"));
    }
    let mut fields: Vec<FormField> = Vec::new();
    for (label, kind) in listed.get_ref() {
        let written = label.get_ref().trim();
        let folded = fold(written);
        if folded.is_empty() || written.len() > LONGEST_LABEL {
            let what = "a field's label in `[model.form_fields]` is empty or longer than a label";
            p.add(
                label.span(),
                what,
                format!("write it as the form has it, in at most {LONGEST_LABEL} bytes"),
            );
        } else if let Some(why) = why_not_field(&folded) {
            p.add(label.span(), format!("the field `{written}` {why}"), "leave it out");
        } else if fields.iter().any(|other| fold(&other.label) == folded) {
            p.add(label.span(), format!("the field `{written}` is declared twice"), "keep one of the two");
        } else {
            fields.push(FormField { label: written.to_owned(), kind: *kind });
        }
    }
    fields
}
