//! What the policy says of people: what is refused, what is answered, who is borderline, whom chance draws.

use jiff::SignedDuration;
use leadlight_lead::{
    Decision, Disposition, Grade, LeadId, ModelHash, QueueName, RouteRequest, ScoredLead, TrainingMeaning,
};

use super::problems::{line_of, problems, refused, refused_at};
use super::{DEFAULT, bare_lead, good_lead, lot, policy};
use crate::{ConversionKind, Opinion, Policy};

const OTHER: &str = "label = \"Another reason\"\ntraining = \"none\"\nneeds_text = true";

fn with(from: &str, to: &str) -> Policy {
    assert_eq!(DEFAULT.matches(from).count(), 1, "{from:?} must stand once in the default policy");
    Policy::parse("mine.toml", &DEFAULT.replace(from, to)).unwrap()
}

fn at(policy: &Policy, lead: &leadlight_lead::EnrichedLead, score: f64) -> Decision {
    let opinion = Opinion::Model {
        hash: ModelHash::of(b"model"),
        probability: 0.1,
        interval: None,
        score: score.try_into().unwrap(),
        reasons: Vec::new(),
        summary: "Score: told".to_owned(),
    };
    policy.decide(policy.assess(lead), opinion, lot(lead))
}

/// A good lead under another event's id.
fn lead_of(event: &str) -> leadlight_lead::EnrichedLead {
    let mut lead = good_lead();
    let id = event.parse().unwrap();
    lead.submitted.lead_id = LeadId::of(&lead.submitted.event.source, &id);
    lead.submitted.event.id = Some(id);
    lead
}

#[test]
fn numbers_out_of_range_are_refused() {
    for (good, bad, what, remedy) in [
        ("lease_minutes = 30", "lease_minutes = 4", "`people.lease_minutes` is 4", "from 5 to 480"),
        ("lease_minutes = 30", "lease_minutes = 481", "`people.lease_minutes` is 481", "from 5 to 480"),
        ("lease_minutes = 30", "lease_minutes = -5", "`people.lease_minutes` is -5", "from 5 to 480"),
        ("lease_minutes = 30", "lease_minutes = 7.5", "`lease_minutes` is not valid", "a whole number"),
        ("most_held = 3", "most_held = 0", "`people.most_held` is 0", "from 1 to 50"),
        ("most_held = 3", "most_held = 51", "`people.most_held` is 51", "from 1 to 50"),
        ("note_characters = 4000", "note_characters = 199", "note_characters` is 199", "from 200 to 20000"),
        ("note_characters = 4000", "note_characters = 20001", "is 20001", "from 200 to 20000"),
        ("borderline_points = 5", "borderline_points = 51", "borderline_points` is 51", "from 0 to 50"),
        ("borderline_points = 5", "borderline_points = -1", "borderline_points` is -1", "from 0 to 50"),
        ("borderline_points = 5", "borderline_points = nan", "borderline_points` is NaN", "from 0 to 50"),
        ("\na = 60\n", "\na = 0\n", "`people.sla_minutes.a` is 0", "from 1 to 14400"),
        ("\nunscored = 120", "\nunscored = 14401", "`people.sla_minutes.unscored`", "from 1 to 14400"),
        ("share = 0.02", "share = 0.51", "`exploration.share` is 0.51", "from 0 to 0.5"),
        ("share = 0.02", "share = -0.01", "`exploration.share` is -0.01", "from 0 to 0.5"),
        ("share = 0.02", "share = nan", "`exploration.share` is NaN", "from 0 to 0.5"),
        ("maturity_days = 60", "maturity_days = 0", "`conversion.maturity_days` is 0", "from 1 to 730"),
        ("maturity_days = 60", "maturity_days = 731", "maturity_days` is 731", "from 1 to 730"),
        ("counts = \"won\"", "counts = \"signed\"", "`counts` is not valid", "`accepted`, `opportunity`"),
    ] {
        refused(good, bad, what, remedy);
    }
}

#[test]
fn a_better_grade_never_waits_longer() {
    refused("\nb = 240", "\nb = 59", "`people.sla_minutes.b` is 59, shorter than `a`, which is 60", "rise");
    refused("\nc = 480", "\nc = 239", "shorter than `b`, which is 240", "from a to d");
    refused("\nd = 960", "\nd = 479", "shorter than `c`, which is 480", "from a to d");
    let level = with("\nb = 240", "\nb = 60");
    assert_eq!((level.people().sla.a, level.people().sla.b), (60, 60));
}

#[test]
fn reasons_can_be_told_apart_and_are_offered_somewhere() {
    let code = "code = \"no_budget\"";
    refused(code, "code = \"No budget\"", "`No budget` is not a code", "lower-case");
    refused(code, "code = \"no_need\" ", "the code `no_need` appears twice in `people.reasons`", "its own");
    let label = "label = \"No budget\"";
    refused(label, "label = \" \"", "`label` is empty", "in words");
    refused(
        label,
        "label = \"no need For what we sell\"",
        "the label `no need For what we sell` appears twice",
        "tell from the others",
    );
    refused(
        "training = \"bad_data\"\n\n",
        "training = \"wrong\"\n\n",
        "`training` is not valid",
        "`bad_data`",
    );
    let first = "checkpoints = [1]                 # by";
    refused(first, "checkpoints = [3] # by", "there is no checkpoint 3", "1 (SDR), 2 (AE) or both");
    refused(first, "checkpoints = [] # by", "`checkpoints` is an empty list", "at least one");
    refused(first, "checkpoints = [1, 1] # by", "1 appears twice in `checkpoints`", "keep one");
    refused(first, "checkpoint = 1 # by", "unknown field `checkpoint`", "`checkpoints`");
    refused_at(
        "label = \"Spam or a made-up entry\"\n",
        "",
        "[[people.reasons]]\ncode = \"spam_or_fake\"",
        "missing field `label`",
        "add it",
    );
}

#[test]
fn a_reason_outside_the_list_can_be_given_at_each_checkpoint() {
    let lacks = |to: &str, checkpoints: &[u8]| {
        assert_eq!(DEFAULT.matches(OTHER).count(), 1);
        let text = DEFAULT.replace(OTHER, to);
        let found = problems(&text);
        assert_eq!(found.len(), checkpoints.len(), "{found:#?}");
        for (problem, checkpoint) in found.iter().zip(checkpoints) {
            let what = format!("no reason at checkpoint {checkpoint} has `needs_text = true`");
            assert_eq!(problem.what, what);
            assert_eq!(problem.line, line_of(&text, "[[people.reasons]]"));
            assert!(problem.remedy.contains("`other`"), "{problem}");
        }
    };
    lacks(&OTHER.replace("\nneeds_text = true", ""), &[1, 2]);
    lacks(&OTHER.replace("true", "false"), &[1, 2]);
    lacks(&format!("{OTHER}\ncheckpoints = [1]"), &[2]);
    lacks(&format!("{OTHER}\ncheckpoints = [2]"), &[1]);
}

#[test]
fn choices_are_two_to_nine() {
    let text = |name: &str, count: usize| {
        let head = format!("[[people.{name}]]");
        let start = DEFAULT.find(&head).unwrap();
        let end = start + DEFAULT[start..].find("\n# ").unwrap();
        let more = if name == "reasons" { "training = \"none\"\nneeds_text = true\n" } else { "" };
        let entries = (0..count).map(|n| format!("{head}\ncode = \"c{n}\"\nlabel = \"Choice {n}\"\n{more}"));
        format!("{}{}{}", &DEFAULT[..start], entries.collect::<String>(), &DEFAULT[end..])
    };
    for name in ["reasons", "deal_sizes"] {
        for count in [1, 10] {
            let text = text(name, count);
            let found = problems(&text);
            assert_eq!(found.len(), 1, "{found:#?}");
            assert_eq!(found[0].what, format!("`people.{name}` has {count} entries"));
            assert_eq!(found[0].line, line_of(&text, &format!("[[people.{name}]]")));
            assert!(found[0].remedy.contains("2 to 9 tables"), "{}", found[0]);
        }
        for count in [2, 9] {
            Policy::parse("mine.toml", &text(name, count)).unwrap();
        }
        let none = text(name, 0);
        let found = problems(&none);
        assert!(found[0].what.contains(&format!("missing field `{name}`")), "{}", found[0]);
        assert_eq!(found[0].line, line_of(&none, "[people]"));
    }
    refused("code = \"10k_50k\"", "code = \"under_10k\" ", "`under_10k` appears twice", "its own");
    refused("code = \"under_10k\"", "code = \"< 10k\"", "`< 10k` is not a code", "lower-case");
    refused("label = \"Under $10,000\"", "label = \"\"", "`label` is empty", "in words");
}

#[test]
fn the_tables_of_people_are_due() {
    for (field, table, next) in [
        ("sla_minutes", "\n[people.sla_minutes]\n", "\n# Why people turn"),
        ("exploration", "\n[exploration]\n", "\n# ----"),
        ("people", "\n[people]\n", "\n# The sample"),
    ] {
        let start = DEFAULT.find(table).unwrap();
        let end = start + DEFAULT[start..].find(next).unwrap();
        let found = problems(&format!("{}{}", &DEFAULT[..start], &DEFAULT[end..]));
        assert!(found[0].what.contains(&format!("missing field `{field}`")), "{}", found[0]);
        assert!(found[0].remedy.contains("add it"), "{}", found[0]);
    }
    let conversion = DEFAULT.find("\n[conversion]\n").unwrap();
    let found = problems(&DEFAULT[..conversion]);
    assert!(found[0].what.contains("missing field `conversion`"), "{}", found[0]);
    refused("share = 0.02", "part = 0.02", "unknown field `part`", "`share`");
}

#[test]
fn several_problems_of_people_are_told_at_once() {
    let text = DEFAULT
        .replace("lease_minutes = 30", "lease_minutes = 1")
        .replace("share = 0.02", "share = 2")
        .replace("code = \"no_budget\"", "code = \"\"");
    let found = problems(&text);
    assert_eq!(found.len(), 3, "{found:#?}");
    assert!(found.is_sorted_by_key(|problem| problem.line));
}

#[test]
fn what_the_file_says_of_people_is_answered() {
    let people = policy().people();
    assert_eq!(people.lease, SignedDuration::from_mins(30));
    assert_eq!((people.most_held, people.note_characters), (3, 4000));
    let grades = [Some(Grade::A), Some(Grade::B), Some(Grade::C), Some(Grade::D), None];
    assert_eq!(grades.map(|grade| people.sla.of_grade(grade)), [60, 240, 480, 960, 120]);
    let codes: Vec<_> = people.reasons.iter().map(|reason| reason.code.as_str()).collect();
    assert_eq!(
        codes,
        [
            "no_need",
            "wrong_person",
            "no_budget",
            "bad_timing",
            "existing_conversation",
            "bad_data",
            "spam_or_fake",
            "other"
        ],
        "in the file's order"
    );
    let reason = |code: &str| policy().reason(&code.parse().unwrap());
    let spam = reason("spam_or_fake").unwrap();
    assert_eq!((spam.training, spam.at_first, spam.at_second), (TrainingMeaning::BadData, true, false));
    let other = reason("other").unwrap();
    assert_eq!((other.training, other.needs_text), (TrainingMeaning::None, true));
    assert!(other.at_first && other.at_second);
    assert_eq!(reason("no_need").unwrap().training, TrainingMeaning::Negative);
    assert_eq!(reason("bad_breath"), None);
    let second = with("checkpoints = [1]                 # by", "checkpoints = [2] # by");
    let moved = second.reason(&"existing_conversation".parse().unwrap()).unwrap();
    assert_eq!((moved.at_first, moved.at_second), (false, true));
    let bands: Vec<_> = people.deal_sizes.iter().map(|band| band.code.as_str()).collect();
    assert_eq!(bands, ["under_10k", "10k_50k", "50k_250k", "250k_and_more"]);
    assert_eq!(
        (policy().conversion().counts, policy().conversion().maturity_days),
        (ConversionKind::Won, 60)
    );
    assert_eq!(policy().thresholds(leadlight_lead::Motion::Inbound), (70.0, 40.0));
    assert_eq!(policy().exploration_share.to_bits(), 0.02_f64.to_bits());
    for kind in ["accepted", "opportunity", "won"] {
        let other = with("counts = \"won\"", &format!("counts = \"{kind}\" "));
        assert_eq!(other.conversion().counts.to_string(), kind);
    }
}

#[test]
fn a_score_close_to_a_threshold_is_borderline_on_either_side() {
    let marked = |score: f64| at(policy(), &good_lead(), score).borderline;
    for close in [65.0, 69.9, 70.0, 75.0, 35.0, 39.9, 40.0, 45.0] {
        assert!(marked(close), "{close}");
    }
    for far in [0.0, 34.9, 45.1, 55.0, 64.9, 75.1, 100.0] {
        assert!(!marked(far), "{far}");
    }
    let none = with("borderline_points = 5", "borderline_points = 0");
    assert!(!at(&none, &good_lead(), 70.0).borderline, "0 marks none");
    let wide = with("borderline_points = 5", "borderline_points = 12.5");
    assert!(at(&wide, &good_lead(), 57.5).borderline);
    assert!(!at(&wide, &good_lead(), 57.4).borderline);
}

#[test]
fn only_what_the_score_decided_is_borderline_or_drawn() {
    let all = with("share = 0.02", "share = 0.5");
    for n in 0..40 {
        let event = format!("e{n}");
        let mut rival = lead_of(&event);
        rival.account_domain = Some("rivalscore.example".parse().unwrap());
        let disqualified = at(&all, &rival, 39.0);
        assert!(matches!(disqualified.disposition, Disposition::Disqualified { .. }));
        let mut thin = lead_of(&event);
        thin.enrichment = bare_lead("ada@acme.example").enrichment;
        let incomplete = at(&all, &thin, 39.0);
        assert!(matches!(incomplete.disposition, Disposition::Incomplete { .. }));
        let kept =
            [disqualified, incomplete, at(&all, &lead_of(&event), 40.0), at(&all, &lead_of(&event), 99.0)];
        assert!(kept.iter().all(|decision| decision.sampled_at.is_none()));
        assert!(!kept[0].borderline && !kept[1].borderline);
    }
}

#[test]
fn chance_draws_the_share_and_always_the_same_leads() {
    const LEADS: u32 = 20_000;
    let shares = [0.02, 0.3];
    let policies = [policy(), &with("share = 0.02", "share = 0.3")];
    let mut drawn = [0_u32; 2];
    let mut lead = good_lead();
    for n in 0..LEADS {
        lead.submitted.lead_id =
            LeadId::of(&lead.submitted.event.source, &format!("event-{n}").parse().unwrap());
        for ((policy, share), drawn) in policies.into_iter().zip(shares).zip(&mut drawn) {
            let decision = at(policy, &lead, 10.0);
            assert_eq!(
                decision.disposition,
                Disposition::BelowThreshold,
                "the machine's word is not changed"
            );
            assert!(decision.sampled_at.is_none_or(|at| at.to_bits() == f64::to_bits(share)));
            *drawn += u32::from(decision.sampled_at.is_some());
            if n % 100 == 0 {
                assert_eq!(decision, at(policy, &lead, 10.0), "a repeated draw is the same");
            }
        }
    }
    for (share, drawn) in shares.into_iter().zip(drawn) {
        let expected = f64::from(LEADS) * share;
        let sigma = (expected * (1.0 - share)).sqrt();
        assert!((f64::from(drawn) - expected).abs() < 4.0 * sigma, "{drawn} of {LEADS} at {share}");
    }
}

#[test]
fn a_drawn_lead_says_so_and_goes_before_an_sdr() {
    let policy = with("share = 0.02", "share = 0.5");
    let (mut drawn, mut not_drawn) = (0, 0);
    for n in 0..64 {
        let lead = lead_of(&format!("e{n}"));
        let decision = at(&policy, &lead, 20.0);
        let sampled = lot(&lead).is_drawn(0.5);
        assert_eq!(decision.sampled_at, sampled.then_some(0.5));
        let (summary, queue) = if sampled {
            ("Score: told; drawn by chance for a look", QueueName::Sdr)
        } else {
            ("Score: told", QueueName::Disqualified)
        };
        assert_eq!(decision.summary, summary);
        assert_eq!(
            RouteRequest::Scored(ScoredLead { enriched: lead, decision, renews: None }).queue(),
            queue
        );
        if sampled { drawn += 1 } else { not_drawn += 1 }
    }
    assert!(drawn > 0 && not_drawn > 0);
    let none = with("share = 0.02", "share = 0");
    assert!((0..64).all(|n| at(&none, &lead_of(&format!("e{n}")), 0.0).sampled_at.is_none()));
}

#[test]
fn what_is_said_of_people_changes_no_rule_that_a_learner_sees() {
    for (from, to) in [
        ("lease_minutes = 30", "lease_minutes = 45"),
        ("share = 0.02", "share = 0.1"),
        ("counts = \"won\"", "counts = \"accepted\""),
        ("code = \"no_budget\"", "code = \"no_money\""),
        ("borderline_points = 5", "borderline_points = 2"),
    ] {
        let other = with(from, to);
        assert_ne!(other.hash(), policy().hash());
        assert_eq!(other.feature_specs(), policy().feature_specs(), "{to}");
    }
}
