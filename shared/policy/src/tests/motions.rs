//! One scorecard a motion, in the words of those who asked for it; and what lifts a lead over a threshold.

use leadlight_lead::{
    Activity, ActivityKind, BuyingGroup, DecidedBy, Decision, Disposition, EnrichedLead, LiftedBy, Lot,
    Motion, PartnerContext, Used,
};

use super::problems::{line_of, problems};
use super::{DEFAULT, activity, bare_lead, days_before, fact, good_lead, policy, size, without_motions};
use crate::{Opinion, Policy};

fn rules(policy: &Policy, lead: &EnrichedLead) -> Decision {
    policy.decide(policy.assess(lead), Opinion::Rules { because: "a test".to_owned() }, Lot::NEVER)
}

fn of_motion(mut lead: EnrichedLead, motion: Motion, source: &str) -> EnrichedLead {
    lead.motion = motion;
    lead.submitted.event.source = source.parse().unwrap();
    lead
}

/// Somebody at an ideal company who did nothing but sign up, some days ago.
fn signed_up() -> EnrichedLead {
    let mut lead = of_motion(good_lead(), Motion::Plg, "product-trial");
    lead.submitted.event.activity = vec![activity(ActivityKind::TrialStarted, 1)];
    lead
}

fn at_work() -> Vec<Activity> {
    vec![
        activity(ActivityKind::TrialStarted, 6),
        activity(ActivityKind::IntegrationConnected, 1),
        activity(ActivityKind::TeammateInvited, 1),
        activity(ActivityKind::TeammateInvited, 0),
    ]
}

#[test]
fn a_trial_at_its_milestone_outranks_three_webinars() {
    let mut trial = of_motion(bare_lead("ada@acme.example"), Motion::Plg, "product-trial");
    trial.submitted.event.activity = at_work();
    let mut guest = of_motion(bare_lead("ben@acme.example"), Motion::Event, "webinar");
    guest.submitted.event.activity =
        (1..=3).map(|day| activity(ActivityKind::WebinarAttended, day)).collect();
    for known in [false, true] {
        if known {
            trial.enrichment = good_lead().enrichment;
            guest.enrichment = good_lead().enrichment;
        }
        let (trial, guest) = (policy().assess(&trial).points, policy().assess(&guest).points);
        assert!(trial > guest, "{trial:?} {guest:?}");
        assert!(trial.value() >= 70.0, "{trial:?}: an SDR sees it at once");
    }
}

#[test]
fn an_ideal_company_that_has_not_activated_ranks_below_a_smaller_one_that_has() {
    let ideal = rules(policy(), &signed_up());
    let mut small = signed_up();
    small.enrichment.company.employees = Some(size(35));
    small.enrichment.company.industry = Some(fact("retail".to_owned()));
    small.submitted.event.activity = at_work();
    let small = rules(policy(), &small);
    assert!(small.score > ideal.score, "{small:?} {ideal:?}");
    assert_eq!((ideal.disposition, small.disposition), (Disposition::Nurture, Disposition::Accept));
    // The same company from a form goes to an SDR: one scorecard for all would have turned the two around.
    assert_eq!(rules(policy(), &good_lead()).disposition, Disposition::Accept);
}

#[test]
fn colleagues_who_are_at_work_with_it_count() {
    let mut lead = signed_up();
    let alone = policy().assess(&lead).points;
    let used = |kind| Used { kind, times: 2, latest: days_before(1) };
    let used = [ActivityKind::IntegrationConnected, ActivityKind::TeammateInvited].map(used);
    lead.group = Some(BuyingGroup { others: vec![None], used: used.to_vec() });
    assert!(policy().assess(&lead).points.value() > alone.value() + 30.0);
    assert!(policy().asks_for_group(Motion::Plg) && !policy().asks_for_group(Motion::Inbound));
}

#[test]
fn what_has_no_part_in_a_motion_is_no_reason_and_a_model_sees_the_same_grades() {
    let trial = rules(policy(), &signed_up());
    let of_usage =
        |decision: &Decision| decision.reasons.iter().any(|r| r.factor.starts_with("product activation"));
    let form = rules(policy(), &good_lead());
    assert!(of_usage(&trial) && !of_usage(&form));
    let mut same = good_lead();
    same.motion = Motion::Plg;
    let seen = |lead: &EnrichedLead| {
        let features = policy().assess(lead).features;
        let others = features.iter().filter(|(name, _)| *name != "lead.motion");
        others.map(|(name, value)| (name.to_owned(), value.cloned())).collect::<Vec<_>>()
    };
    assert_eq!(seen(&same), seen(&good_lead()));
    let sum: f64 = trial.reasons.iter().map(|reason| reason.contribution).sum();
    assert!((sum - trial.score.value()).abs() < 1e-9);
}

#[test]
fn outbound_leads_are_ranked_and_never_rejected_for_their_score() {
    let cold = of_motion(bare_lead("ada@acme.example"), Motion::Outbound, "outbound-list");
    let mut poor = cold.clone();
    poor.enrichment = good_lead().enrichment;
    poor.enrichment.company.industry = Some(fact("government".to_owned()));
    poor.enrichment.company.employees = Some(size(90_000));
    poor.enrichment.company.intent = None;
    let decision = rules(policy(), &poor);
    assert!(decision.score.value() < 40.0, "{:?}", decision.score);
    assert_eq!(decision.disposition, Disposition::Nurture);
    let mut rejected = poor.clone();
    rejected.enrichment.company.employees = Some(size(3));
    assert!(matches!(rules(policy(), &rejected).disposition, Disposition::Disqualified { .. }));
    // What happened lately moves it up.
    let mut moved = poor.clone();
    moved.enrichment.person.recently_changed_jobs = Some(fact(true));
    assert!(policy().assess(&moved).points > policy().assess(&poor).points);
}

/// A lead a little below X, at an event of some name.
fn guest(name: Option<&str>) -> EnrichedLead {
    let mut lead = of_motion(good_lead(), Motion::Event, "conference");
    lead.enrichment.company.intent = None;
    lead.enrichment.company.employees = Some(size(20_000));
    let mut came = activity(ActivityKind::EventAttended, 3);
    came.name = name.map(str::to_owned);
    lead.submitted.event.activity = vec![came];
    lead
}

#[test]
fn attendance_lifts_a_marginal_lead_within_a_bound_and_never_over_a_disqualifier() {
    let base = rules(policy(), &guest(None)).score;
    let score = base.value();
    let at = |x: f64, name: Option<&str>| {
        let policy = Policy::parse("x.toml", &DEFAULT.replace("sdr = 70 ", &format!("sdr = {x} "))).unwrap();
        rules(&policy, &guest(name))
    };
    let summit = at(score + 9.0, Some("RevOps Summit 2026, Lisbon"));
    assert_eq!(summit.disposition, Disposition::Accept);
    assert_eq!(summit.score, base, "the score stays");
    let lift = summit.lifted.unwrap();
    assert_eq!((lift.by, lift.points), (LiftedBy::Attendance, 10.0));
    assert!(summit.summary.ends_with("; over the threshold by 10 points for attending RevOps Summit"));
    assert_eq!(
        at(score + 11.0, Some("RevOps Summit 2026")).disposition,
        Disposition::Nurture,
        "within a bound"
    );
    assert_eq!(at(score + 9.0, Some("Village Fair")).disposition, Disposition::Nurture);
    assert_eq!(at(score + 2.5, None).disposition, Disposition::Accept, "others count a little");
    let over = at(score - 1.0, Some("RevOps Summit"));
    assert_eq!((over.disposition, over.lifted), (Disposition::Accept, None), "it needed none");
    let mut small = guest(Some("RevOps Summit"));
    small.enrichment.company.employees = Some(size(2));
    assert!(matches!(rules(policy(), &small).disposition, Disposition::Disqualified { .. }));
    // An event long ago, and one whose name only begins alike.
    let mut old = guest(Some("RevOps Summit"));
    old.submitted.event.activity[0].at = days_before(91);
    assert_eq!(policy().assess(&old).lift, None);
    let alike = policy().assess(&guest(Some("RevOps Summiteers"))).lift.unwrap();
    assert_eq!((alike.by, alike.name, alike.points), (LiftedBy::Attendance, None, 3.0));
}

#[test]
fn a_partners_word_counts_by_how_close_they_are() {
    let mut lead = of_motion(guest(None), Motion::Partner, "partner-portal");
    lead.submitted.event.activity.clear();
    let mut word = |name: &str| {
        lead.submitted.event.partner = Some(PartnerContext { name: name.to_owned(), note: None });
        policy().assess(&lead).lift.map(|lift| (lift.by, lift.points))
    };
    assert_eq!(word("NORTHWIND CONSULTING GmbH"), Some((LiftedBy::Partner, 15.0)));
    assert_eq!(word("Someone"), Some((LiftedBy::Partner, 7.5)));
    // What a source may not say does not lift.
    let mut claimed = guest(None);
    claimed.submitted.event.source = "website-form".parse().unwrap();
    claimed.submitted.event.activity.clear();
    claimed.submitted.event.partner =
        Some(PartnerContext { name: "Northwind Consulting".to_owned(), note: None });
    assert_eq!(policy().assess(&claimed).lift, None);
}

#[test]
fn a_policy_without_the_new_tables_decides_as_before() {
    let old = Policy::parse("old.toml", &without_motions()).unwrap();
    for lead in [good_lead(), signed_up(), guest(None)] {
        let now = old.assess(&of_motion(lead.clone(), Motion::Inbound, "website-form"));
        let then = policy().assess(&of_motion(lead, Motion::Inbound, "website-form"));
        assert_eq!((now.points, now.grades, now.features), (then.points, then.grades, then.features));
        assert_eq!(now.lift, None);
    }
    assert!(!old.asks_for_group(Motion::Plg));
    assert_eq!(rules(&old, &signed_up()).decided_by, DecidedBy::Rules { because: "a test".to_owned() });
}

#[test]
fn what_is_wrong_with_a_motion_is_said_with_its_place() {
    let cases = [
        (
            "activation = 50",
            "activation = 50\nloyalty = 5",
            "`motions.plg.weights.loyalty`: there is no `[criteria.loyalty]` in this file",
        ),
        ("activation = 50", "activation = -1", "`motions.plg.weights.activation` is -1"),
        (
            "half_life_days = 30               # this long",
            "half_life_days = 0 # this long",
            "`criteria.activation.half_life_days` is 0",
        ),
        (
            "within_days = 90                  # what was done",
            "within_days = 0 # what was done",
            "`criteria.activation.within_days` is 0",
        ),
        (
            "{ feature_used = 5 }",
            "{ feature_used = 101 }",
            "`criteria.activation.milestones.needs.feature_used` is 101",
        ),
        (
            "{ feature_used = 5 }",
            "{ feature_used = 0 }",
            "the milestone `Tries it` asks for nothing, so everybody would have reached it",
        ),
        ("name = \"Works with it\"", "name = \"Tries it\"", "the milestone `Tries it` stands here twice"),
        ("grade = 0.4, needs", "grade = 1.4, needs", "`criteria.activation.milestones.grade` is 1.4"),
        (
            "label = \"Product-led\"",
            "label = \"Product-led\"\nthresholds = { sdr = 30, nurture = 30 }",
            "`motions.plg.thresholds.nurture` (Y) is 30, not below `motions.plg.thresholds.sdr` (X), which is 30",
        ),
        (
            "below = \"nurture\"",
            "below = \"nurture\"\ngrades = { a = 80, b = 90, c = 10 }",
            "`motions.outbound.grades.b` is not below `motions.outbound.grades.a`",
        ),
        ("points = 10\n", "points = 31\n", "`lifts.attendance.points` is 31"),
        (
            "names = { \"RevOps Summit\" = 1.0 }",
            "names = { \"RevOps Summit\" = 1.0, \"revops  summit\" = 0.5 }",
            "are one name",
        ),
        (
            "names = { \"RevOps Summit\" = 1.0 }",
            "names = { \"?!\" = 1.0 }",
            "`lifts.attendance.names` has an entry without a word",
        ),
    ];
    for (found, written, wanted) in cases {
        assert_eq!(DEFAULT.matches(found).count(), 1, "{found}");
        let text = DEFAULT.replace(found, written);
        let problems = problems(&text);
        assert!(problems.iter().any(|problem| problem.what.contains(wanted)), "{wanted}: {problems:#?}");
    }
    let text = DEFAULT.replace(
        "[motions.plg.weights]\n",
        "[motions.plg.weights]\nactivation = 0\n[motions.referral.weights]\n",
    );
    let found = problems(&text);
    assert!(found.iter().any(|p| p.what.starts_with("all weights of the motion plg are zero")), "{found:#?}");
    assert!(found.iter().any(|p| p.line == line_of(&text, "[motions.plg.weights]")), "{found:#?}");
    assert!(
        !problems(&DEFAULT.replace("[motions.plg]\n", "[motions.walk_in]\n")).is_empty(),
        "no such motion"
    );
}
