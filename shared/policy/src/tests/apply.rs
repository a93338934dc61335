//! The policy applied: disqualifiers, gate, grades, decisions and their summaries.

use leadlight_lead::{
    ActivityKind, CriterionGroup, DecidedBy, Decision, Disposition, Disqualifier, EmailKind, EnrichedLead,
    Function, Grade, Lot, ModelHash, Motion, ProbabilityInterval, QueueName, Reason, ReasonUnit, Seniority,
};

use super::{NAMED, activity, bare_lead, days_before, fact, good_lead, lot, policy, size, topic};
use crate::{Criterion, Opinion};

fn by_rules(lead: &EnrichedLead) -> Decision {
    let policy = policy();
    policy.decide(
        policy.assess(lead),
        Opinion::Rules { because: "too few closed deals".to_owned() },
        lot(lead),
    )
}

fn grade(lead: &EnrichedLead, criterion: Criterion) -> Option<f64> {
    policy().assess(lead).grades.into_iter().find(|g| g.criterion == criterion).unwrap().grade
}

/// The lead is good in all else, and still rejected, with the reason.
#[track_caller]
fn rejected(lead: &EnrichedLead, wanted: Disqualifier, wanted_evidence: &str, words: &str) {
    let decision = by_rules(lead);
    assert_eq!(
        decision.disposition,
        Disposition::Disqualified { reason: wanted, evidence: wanted_evidence.to_owned() }
    );
    assert!(decision.summary.ends_with(&format!("; disqualified: {words}")), "{}", decision.summary);
    assert!(decision.score.value() > 0.0, "the score is kept");
}

fn with(change: impl FnOnce(&mut EnrichedLead)) -> EnrichedLead {
    let mut lead = good_lead();
    change(&mut lead);
    lead
}

fn from_address(email: &str) -> EnrichedLead {
    let mut lead = good_lead();
    let bare = bare_lead(email);
    (lead.submitted, lead.account_domain, lead.email_kind) =
        (bare.submitted, bare.account_domain, bare.email_kind);
    lead
}

#[test]
fn customers_and_competitors_are_rejected_by_company_or_address() {
    let customer = Disqualifier::CurrentCustomer;
    let evidence = "globex.example is on the list of customers";
    rejected(&from_address("ada@globex.example"), customer, evidence, "current customer");
    rejected(&from_address("ada@mail.globex.example"), customer, evidence, "current customer");
    let by_website = with(|l| l.account_domain = Some("globex.example".parse().unwrap()));
    rejected(&by_website, customer, evidence, "current customer");
    let mut disguised = from_address("eve@rivalscore.example");
    disguised.account_domain = Some("acme.example".parse().unwrap());
    let evidence = "rivalscore.example is on the list of competitors";
    rejected(&disguised, Disqualifier::Competitor, evidence, "direct competitor");
}

#[test]
fn non_commercial_contacts_are_rejected_by_address_function_or_title() {
    let reject = |lead: &EnrichedLead, evidence: &str| {
        rejected(lead, Disqualifier::NonCommercialContact, evidence, "non-commercial contact");
    };
    reject(&from_address("ada@cs.university.example"), "the address is at a school or university");
    reject(&from_address("ada@throwaway.example"), "the address is a throw-away mailbox");
    let teacher = with(|l| l.enrichment.person.function = Some(fact(Function::Education)));
    reject(&teacher, "the person works in education or research");
    let student = with(|l| l.enrichment.person.title = Some(fact("PhD Student, Economics".to_owned())));
    reject(&student, "the title says `student`");
    let typed = with(|l| {
        l.enrichment.person.title = None;
        l.submitted.event.title = Some("Professor of Marketing".to_owned());
    });
    reject(&typed, "the title says `professor`");
    let verified = with(|l| l.submitted.event.title = Some("Student".to_owned()));
    assert_eq!(by_rules(&verified).disposition, Disposition::Accept, "the verified title goes first");
    assert_eq!(by_rules(&from_address("ada@webmail.example")).disposition, Disposition::Accept);
}

#[test]
fn small_companies_and_excluded_countries_are_rejected() {
    let of_size = |n| with(|l| l.enrichment.company.employees = Some(size(n)));
    let evidence = "the company has 19 employees, the minimum is 20";
    rejected(&of_size(19), Disqualifier::BelowMinimumSize, evidence, "below the minimum size");
    assert!(!matches!(by_rules(&of_size(20)).disposition, Disposition::Disqualified { .. }));
    let abroad = with(|l| l.enrichment.company.country = Some(fact("kp".parse().unwrap())));
    let evidence = "the company is in KP, which is excluded";
    rejected(&abroad, Disqualifier::ExcludedGeography, evidence, "excluded geography");
}

/// A provider may be wrong about a company, and a person may have typed where they sit. Neither excuses the other.
#[test]
fn a_typed_country_that_is_or_may_be_excluded_is_looked_at_whatever_a_provider_says() {
    let lead = |typed: Option<&str>, found: &str| {
        with(|l| {
            l.submitted.event.country = typed.map(str::to_owned);
            l.enrichment.company.country = Some(fact(found.parse().unwrap()));
        })
    };
    let looked_at = |lead: &EnrichedLead| match by_rules(lead).disposition {
        Disposition::Incomplete { missing } => {
            missing.iter().any(|what| what.starts_with("country (as typed"))
        }
        _ => false,
    };
    for typed in ["RU", "Russian Federation", "Iran, Islamic Republic of", "Narnia"] {
        assert!(looked_at(&lead(Some(typed), "DE")), "{typed}");
    }
    for typed in [None, Some("DE"), Some("France")] {
        assert!(!looked_at(&lead(typed, "DE")), "{typed:?}");
    }
    let both = by_rules(&lead(Some("France"), "RU")).disposition;
    assert!(matches!(both, Disposition::Disqualified { .. }), "{both:?}");
}

#[test]
fn what_is_not_known_disqualifies_nobody_but_is_named() {
    let policy = policy();
    let lead = bare_lead("ada@acme.example");
    let assessment = policy.assess(&lead);
    assert_eq!(assessment.disqualified, None);
    assert!(assessment.grades.iter().all(|g| g.grade.is_none()));
    let decision = by_rules(&lead);
    let all = ["industry", "employees", "country", "technologies", "intent", "function", "seniority"];
    assert_eq!(decision.disposition, Disposition::Incomplete { missing: all.map(str::to_owned).to_vec() });
    assert_eq!(
        decision.summary,
        "Score: 27 (ICP match: unknown, intent signal: unknown, technographic fit: unknown); incomplete: \
         industry, employees, country, technologies, intent, function, seniority not known"
    );
    assert!(decision.reasons.iter().all(|r| r.factor.ends_with(" not known") && !r.known));
}

#[test]
fn the_gate_opens_at_the_minimum_share() {
    let mut lead = bare_lead("ada@acme.example");
    lead.enrichment.company.industry = Some(fact("software".to_owned()));
    lead.enrichment.company.employees = Some(size(400));
    lead.enrichment.person.function = Some(fact(Function::Sales));
    assert!(policy().assess(&lead).missing.is_some(), "three of seven");
    let share = policy().completeness(&lead.enrichment, lead.motion).share;
    assert!((share - 3.0 / 7.0).abs() < 1e-12);
    lead.enrichment.person.seniority = Some(fact(Seniority::Vp));
    assert_eq!(policy().assess(&lead).missing, None, "four of seven");
    assert_eq!(
        policy().completeness(&lead.enrichment, lead.motion).missing,
        ["country", "technologies", "intent"]
    );
}

#[test]
fn a_disqualifier_goes_before_the_gate_and_the_gate_before_the_score() {
    let thin_rival = bare_lead("eve@rivalscore.example");
    assert!(matches!(by_rules(&thin_rival).disposition, Disposition::Disqualified { .. }));
    let policy = policy();
    let sure = Opinion::Model {
        hash: ModelHash::of(b"model"),
        probability: 0.9,
        interval: None,
        score: 99.0.try_into().unwrap(),
        reasons: Vec::new(),
        summary: "Score: 99".to_owned(),
    };
    let thin = policy.decide(policy.assess(&bare_lead("ada@acme.example")), sure, Lot::NEVER);
    assert!(matches!(thin.disposition, Disposition::Incomplete { .. }));
}

#[test]
fn rules_give_reasons_in_points_and_the_articles_summary() {
    let decision = by_rules(&with(|l| {
        l.enrichment.company.industry = Some(fact("fintech".to_owned()));
        l.enrichment.company.employees = Some(size(3000));
        l.submitted.event.activity.push(activity(ActivityKind::WebinarAttended, 3));
    }));
    assert_eq!(decision.disposition, Disposition::Accept);
    assert_eq!(decision.decided_by, DecidedBy::Rules { because: "too few closed deals".to_owned() });
    assert_eq!(decision.reason_unit, ReasonUnit::Points);
    assert_eq!((decision.probability, decision.score), (None, decision.points));
    assert_eq!(decision.grade, Grade::A);
    assert_eq!(
        decision.summary,
        "Score: 84 (ICP match: 9/10, intent signal: strong, technographic fit: good)"
    );
    assert!(decision.reasons.is_sorted_by(|a, b| a.contribution >= b.contribution));
    assert_eq!(decision.reasons[0].factor, "industry fit");
    let sum: f64 = decision.reasons.iter().map(|r| r.contribution).sum();
    assert!((sum - decision.score.value()).abs() <= 1e-9);
    assert_eq!(decision.as_of, days_before(0));
    assert_eq!(&decision.policy, policy().hash());
}

#[test]
fn a_model_decides_by_its_score_and_gives_its_reasons() {
    let policy = policy();
    let reason = |factor: &str, contribution: f64| Reason::new(CriterionGroup::Icp, factor, contribution);
    let at = |score: f64| {
        let opinion = Opinion::Model {
            hash: ModelHash::of(b"model"),
            probability: 0.31,
            interval: Some(ProbabilityInterval { from: 0.2, to: 0.4 }),
            score: score.try_into().unwrap(),
            // The largest first, and the average lead last: the model has put them in order.
            reasons: vec![reason("against", -1.2), reason("for", 0.7), reason("average lead", -3.0)],
            summary: format!("Score: {score:.0} (ICP match: 9/10)"),
        };
        policy.decide(policy.assess(&good_lead()), opinion, Lot::NEVER)
    };
    let decision = at(69.999);
    assert_eq!(decision.disposition, Disposition::Nurture);
    assert_eq!(decision.decided_by, DecidedBy::Model { hash: ModelHash::of(b"model") });
    assert_eq!((decision.probability, decision.reason_unit), (Some(0.31), ReasonUnit::LogOdds));
    let factors: Vec<_> = decision.reasons.iter().map(|r| r.factor.as_str()).collect();
    assert_eq!(factors, ["against", "for", "average lead"]);
    assert_eq!(decision.interval, Some(ProbabilityInterval { from: 0.2, to: 0.4 }));
    assert_eq!(decision.points.rounded(), 87, "the policy's own points are kept");
    assert_eq!(decision.summary, "Score: 70 (ICP match: 9/10)");
    for (score, disposition, grade) in [
        (100.0, Disposition::Accept, Grade::A),
        (80.0, Disposition::Accept, Grade::A),
        (70.0, Disposition::Accept, Grade::B),
        (60.0, Disposition::Nurture, Grade::B),
        (40.0, Disposition::Nurture, Grade::C),
        (39.9, Disposition::BelowThreshold, Grade::D),
        (0.0, Disposition::BelowThreshold, Grade::D),
    ] {
        assert_eq!((at(score).disposition, at(score).grade), (disposition, grade), "{score}");
    }
}

#[test]
fn summary_words_follow_the_grades() {
    let intent = |score: f64| {
        by_rules(&with(|l| {
            l.enrichment.company.intent.as_mut().unwrap().value.topics = vec![topic("lead-scoring", score)];
        }))
        .summary
    };
    assert!(intent(50.0).contains("intent signal: none"));
    assert!(intent(60.0).contains("intent signal: weak"));
    assert!(intent(85.0).contains("intent signal: moderate"));
    assert!(intent(99.0).contains("intent signal: strong"));
    let tools = |names: &[&str]| {
        let names = names.iter().map(|n| (*n).to_owned()).collect();
        by_rules(&with(|l| l.enrichment.company.technologies = Some(fact(names)))).summary
    };
    assert!(tools(&[]).contains("technographic fit: poor"));
    assert!(tools(&["hubspot"]).contains("technographic fit: fair"));
    assert!(tools(&["hubspot", "salesforce"]).contains("technographic fit: good"));
    let poor_fit = with(|l| {
        l.enrichment.company.industry = Some(fact("government".to_owned()));
        l.enrichment.company.employees = None;
    });
    assert!(by_rules(&poor_fit).summary.contains("ICP match: 2/10"), "{}", by_rules(&poor_fit).summary);
}

#[test]
fn each_criterion_reads_its_own_facts() {
    let lead = good_lead();
    assert_eq!(grade(&lead, Criterion::Industry), Some(1.0));
    assert_eq!(grade(&lead, Criterion::CompanySize), Some(1.0));
    assert_eq!(grade(&lead, Criterion::Function), Some(0.9));
    assert_eq!(grade(&lead, Criterion::Seniority), Some(1.0));
    assert_eq!(grade(&lead, Criterion::TechStack), Some(1.0));
    let unlisted = with(|l| l.enrichment.company.industry = Some(fact("mining".to_owned())));
    assert_eq!(grade(&unlisted, Criterion::Industry), Some(0.15));
    let fresh = with(|l| l.submitted.event.activity = vec![activity(ActivityKind::DemoRequest, 0)]);
    assert_eq!(grade(&fresh, Criterion::Engagement), Some(0.6));
    let two_weeks_old = with(|l| l.submitted.event.activity = vec![activity(ActivityKind::DemoRequest, 14)]);
    assert_eq!(grade(&two_weeks_old, Criterion::Engagement), Some(0.3));
    let unseen = with(|l| l.submitted.event.activity = Vec::new());
    assert_eq!(grade(&unseen, Criterion::Engagement), None);
    let long_ago = with(|l| l.submitted.event.activity = vec![activity(ActivityKind::PageView, 700)]);
    assert_eq!(
        policy().assess(&long_ago).points,
        policy().assess(&unseen).points,
        "never less than no visit"
    );
}

#[test]
fn a_model_sees_the_declared_features_and_no_others() {
    let policy = policy();
    let names: Vec<_> = policy.feature_specs().into_iter().map(|f| f.name).collect();
    assert_eq!(names[..NAMED.len()], NAMED.map(Criterion::name), "the grades first, then facts");
    let features = policy.assess(&bare_lead("ada@acme.example")).features;
    for criterion in NAMED {
        assert!(
            features.iter().any(|(name, value)| name == criterion.name() && value.is_none()),
            "not known is not zero"
        );
    }

    let from = super::DEFAULT.find("features = [").unwrap();
    let text = format!(
        "{}features = [\"intent\", \"industry\"]\nfacts = []\n{}",
        &super::DEFAULT[..from],
        &super::DEFAULT[super::DEFAULT.find("# Work queues").unwrap()..]
    );
    let narrow = crate::Policy::parse("narrow.toml", &text).unwrap();
    let specs = narrow.feature_specs();
    assert_eq!(specs.len(), 2);
    assert_eq!(specs[0].name, "intent");
    assert_eq!((specs[1].group, specs[1].factor.as_str()), (CriterionGroup::Icp, "industry fit"));
    assert_eq!(specs[1].points, Some(20.0));
    let features = narrow.assess(&good_lead()).features;
    assert_eq!(features.iter().map(|(name, _)| name).collect::<Vec<_>>(), ["industry", "intent"]);
    assert_eq!(features.number("industry"), Some(1.0));
}

#[test]
fn sources_queues_and_mail_are_answered() {
    let policy = policy();
    let source = |name: &str| policy.source(&name.parse().unwrap());
    let told = |name: &str| source(name).map(|rule| (rule.motion, rule.human_first));
    assert_eq!(told("website-form"), Some((Motion::Inbound, false)));
    assert_eq!(told("partner-portal"), Some((Motion::Partner, true)));
    assert_eq!(told("fax"), None);
    assert_eq!(policy.sources().filter(|(_, rule)| rule.human_first).count(), 1);
    for queue in QueueName::ALL {
        assert!(!policy.queue(queue).label.is_empty());
        assert!(policy.queue(queue).description.len() > 20);
    }
    let kind = |email: &str| policy.email_kind(&email.parse().unwrap());
    assert_eq!(kind("ada@webmail.example"), EmailKind::FreeMail);
    assert_eq!(kind("ada@mail.university.example"), EmailKind::Academic);
    assert_eq!(kind("ada@throwaway.example"), EmailKind::Disposable);
    assert_eq!(kind("ada@acme.example"), EmailKind::Business);
    assert_eq!(kind("ada@gmail.com"), EmailKind::FreeMail);
    assert_eq!(policy.thresholds(Motion::Inbound), (70.0, 40.0));
}

#[test]
fn what_was_given_and_could_not_be_read_hides_nothing_that_excludes() {
    let sent = |label: &str, value: &str| {
        let mut lead = bare_lead("ada@acme.example");
        lead.submitted.event.form.fields.insert(label.to_owned(), value.parse().unwrap());
        policy().assess(&lead)
    };
    assert!(sent("country, as sent", r#"{"code": "KP"}"#).may_be_excluded);
    assert!(sent("country, as sent", r#"[["Iran"]]"#).may_be_excluded);
    assert!(!sent("country, as sent", r#"{"code": null}"#).may_be_excluded);
    assert!(!sent("region, as sent", r#"{"code": "KP"}"#).may_be_excluded);
    let student = sent("title, as sent", r#"{"value": "Student"}"#);
    assert!(matches!(student.disqualified, Some((Disqualifier::NonCommercialContact, _))), "{student:?}");
}
