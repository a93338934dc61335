//! What a source may say of its leads, and what becomes of the rest.

use std::collections::BTreeSet;

use leadlight_lead::{ActivityKind, EnrichedLead, Lot, Motion, PartnerContext};

use super::problems::{refused, refused_at};
use super::{DEFAULT, activity, good_lead, policy};
use crate::{Criterion, NotTaken, Opinion, Policy, SourceRule, Statement};

const SAID: &str = "may_say = [\"activity\", \"id\"]";

/// The default policy, in which the website's form may say this alone.
fn where_forms_may_say(list: &str) -> Policy {
    assert_eq!(DEFAULT.matches(SAID).count(), 1);
    Policy::parse("mine.toml", &DEFAULT.replace(SAID, &format!("may_say = [{list}]"))).unwrap()
}

fn engagement(policy: &Policy, lead: &EnrichedLead) -> (Option<f64>, f64) {
    let grades = policy.assess(lead).grades;
    let grade = grades.iter().find(|grade| grade.criterion == Criterion::Engagement).unwrap();
    (grade.grade, grade.applied)
}

fn summary(policy: &Policy, lead: &EnrichedLead) -> String {
    let opinion = Opinion::Rules { because: "a test".to_owned() };
    policy.decide(policy.assess(lead), opinion, Lot::NEVER).summary
}

fn rule<'a>(policy: &'a Policy, source: &str) -> &'a SourceRule {
    policy.source(&source.parse().unwrap()).unwrap()
}

#[test]
fn a_source_says_by_default_what_its_own_systems_record() {
    let own = BTreeSet::from([Statement::Activity, Statement::Id]);
    let mut partners = own.clone();
    partners.insert(Statement::Partner);
    for (name, rule) in policy().sources() {
        let expected = if name.as_str() == "partner-portal" { &partners } else { &own };
        assert_eq!(&rule.may_say, expected, "{name}");
    }
    let left_out = Policy::parse("mine.toml", &DEFAULT.replace(SAID, "")).unwrap();
    assert_eq!(rule(&left_out, "website-form"), rule(policy(), "website-form"));
}

#[test]
fn what_a_source_may_say_is_a_list_of_known_words_and_may_be_empty() {
    assert!(rule(&where_forms_may_say(""), "website-form").may_say.is_empty());
    refused(SAID, "may_say = [\"score\"]", "`may_say` is not valid", "`motion_hint`");
    let twice = "may_say = [\"id\", \"id\"]";
    refused(SAID, twice, "\"id\" appears twice in `sources.website-form.may_say`", "keep one");
    refused_at(SAID, "may_say = \"id\"", "may_say = \"id\"", "`may_say` is not valid", "a list");
}

#[test]
fn behaviour_that_its_source_may_not_tell_of_earns_nothing_and_is_named() {
    let lead = good_lead();
    let (known, counted) = engagement(policy(), &lead);
    assert!(known.is_some() && counted > 0.1);
    let silent = where_forms_may_say("\"id\"");
    assert_eq!(engagement(&silent, &lead), (None, 0.1), "as if nothing had been observed");
    assert_eq!(silent.assess(&lead).features.value("engagement"), None, "a model sees none of it");
    let line = summary(&silent, &lead);
    assert!(line.ends_with("; not taken from this source: activity"), "{line}");
    assert!(silent.taken(&lead).activity.is_empty());
    assert!(!summary(policy(), &lead).contains("not taken"));
}

#[test]
fn a_partner_and_another_motion_are_taken_where_they_may_be_said() {
    let mut lead = good_lead();
    lead.submitted.event.partner = Some(PartnerContext { name: "Beacon".to_owned(), note: None });
    lead.submitted.event.motion_hint = Some(Motion::Plg);
    let event = lead.event().clone();

    let form = rule(policy(), "website-form");
    assert_eq!((form.motion_of(&event), form.human_first_for(&event)), (Motion::Inbound, false));
    let taken = policy().taken(&lead);
    assert_eq!(taken.partner, None);
    let named = [Statement::Partner, Statement::MotionHint].map(NotTaken::Statement);
    assert_eq!(taken.not_taken, named);
    let line = summary(policy(), &lead);
    assert!(line.ends_with("; not taken from this source: partner, motion_hint"), "{line}");

    let trusting = where_forms_may_say("\"activity\", \"partner\", \"motion_hint\", \"id\"");
    let form = rule(&trusting, "website-form");
    assert_eq!((form.motion_of(&event), form.human_first_for(&event)), (Motion::Plg, true));
    lead.motion = form.motion_of(&event);
    let taken = trusting.taken(&lead);
    assert_eq!(taken.partner.map(|partner| partner.name.as_str()), Some("Beacon"));
    assert_eq!(taken.not_taken, []);
}

#[test]
fn a_partner_that_cannot_be_read_is_seen_first_all_the_same() {
    let mut event = good_lead().event().clone();
    let form = where_forms_may_say("\"partner\"");
    assert!(!rule(&form, "website-form").human_first_for(&event));
    event.form.fields.insert("partner.name, as sent".to_owned(), r#"{"x":"Beacon"}"#.parse().unwrap());
    assert!(rule(&form, "website-form").human_first_for(&event));
    assert!(!rule(policy(), "website-form").human_first_for(&event), "it may not say so");
}

#[test]
fn whatever_belongs_to_partners_is_seen_first() {
    let mut event = good_lead().event().clone();
    assert!(rule(policy(), "partner-portal").human_first_for(&event));
    event.motion_hint = Some(Motion::Partner);
    let hinted = where_forms_may_say("\"motion_hint\"");
    assert!(rule(&hinted, "website-form").human_first_for(&event));
    assert!(!rule(policy(), "website-form").human_first_for(&event), "it may not say so");
}

#[test]
fn behaviour_of_the_future_does_not_count_as_now() {
    let mut lead = good_lead();
    let upgrade = |days| vec![activity(ActivityKind::UpgradeInquiry, days)];
    lead.submitted.event.activity = upgrade(0);
    let (now, _) = engagement(policy(), &lead);
    lead.submitted.event.activity = upgrade(-1);
    assert_eq!(engagement(policy(), &lead).0, now, "clocks differ by a day at most");
    lead.submitted.event.activity = upgrade(-2);
    assert_eq!(engagement(policy(), &lead), (None, 0.1));
    assert_eq!(policy().taken(&lead).not_taken, [NotTaken::ActivityInFuture]);
    let line = summary(policy(), &lead);
    assert!(line.ends_with("; not taken from this source: activity dated in the future"), "{line}");
    lead.submitted.event.activity.extend(upgrade(0));
    assert_eq!(engagement(policy(), &lead).0, now, "the rest counts");
}

#[test]
fn a_source_that_is_no_longer_declared_says_what_sources_may_by_default() {
    let mut lead = good_lead();
    let (known, _) = engagement(policy(), &lead);
    lead.submitted.event.source = "closed-down".parse().unwrap();
    assert_eq!(engagement(policy(), &lead).0, known);
}

#[test]
fn a_form_for_a_demo_counts_whatever_its_source_may_tell_of_behaviour() {
    let mut lead = good_lead();
    lead.submitted.event.activity.clear();
    let silent = where_forms_may_say("\"id\"");
    assert_eq!(engagement(&silent, &lead), (None, 0.1));
    lead.submitted.event.form.kind = Some(ActivityKind::DemoRequest);
    for policy in [policy(), &silent] {
        let (known, counted) = engagement(policy, &lead);
        assert!(known.is_some() && counted > 0.5, "{counted}");
        assert_eq!(policy.taken(&lead).not_taken, []);
    }
    lead.submitted.event.activity = vec![activity(ActivityKind::UpgradeInquiry, 0)];
    assert_eq!(silent.taken(&lead).activity.len(), 1, "the form, and not what its source says beside it");
}
