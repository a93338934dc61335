//! Facts that a model may learn from: what is seen of a lead, what a policy may name, what is refused and why.

use std::collections::BTreeSet;

use leadlight_lead::{FeatureValue, FeatureVector, Funding, ValueKind};
use leadlight_settings::Problem;

use super::*;
use crate::facts::{FACTS, why_not};

/// The default policy with other lines in `[model]`.
fn with_model(lines: &str) -> String {
    let from = DEFAULT.find("[model]").unwrap();
    let to = DEFAULT.find("# Work queues").unwrap();
    format!("{}[model]\n{lines}\n\n{}", &DEFAULT[..from], &DEFAULT[to..])
}

fn parsed(lines: &str) -> Policy {
    Policy::parse("p.toml", &with_model(lines)).unwrap()
}

fn refused(lines: &str) -> String {
    let text = with_model(lines);
    let error = Policy::parse("p.toml", &text).unwrap_err();
    let line_of = |problem: &Problem| text.lines().nth(problem.line - 1).unwrap_or_default().to_owned();
    assert!(error.problems().iter().all(|problem| lines.contains(&line_of(problem))), "{error}");
    error.to_string()
}

fn seen(policy: &Policy, lead: &EnrichedLead) -> FeatureVector {
    policy.assess(lead).features
}

fn facts_of(policy: &Policy) -> Vec<String> {
    policy.feature_specs().into_iter().map(|spec| spec.name).filter(|name| name.contains('.')).collect()
}

fn category(text: &str) -> Option<FeatureValue> {
    FeatureValue::category(text)
}

#[test]
fn names_are_distinct_and_none_of_them_is_one_that_is_refused() {
    let names: BTreeSet<_> = FACTS.iter().map(|fact| fact.name).collect();
    assert_eq!(names.len(), FACTS.len());
    for fact in FACTS {
        assert!(
            fact.name.contains('.') && why_not(fact.name).is_none(),
            "{}: {:?}",
            fact.name,
            why_not(fact.name)
        );
    }
}

#[test]
fn what_is_known_of_a_good_lead_is_seen_and_said() {
    let mut lead = good_lead();
    lead.submitted.event.utm.campaign = Some("Spring-Launch".to_owned());
    let policy = parsed("");
    let features = seen(&policy, &lead);
    assert_eq!(features.value("company.industry"), category("software").as_ref());
    assert_eq!(features.value("company.country"), category("DE").as_ref());
    assert_eq!(features.value("lead.campaign"), category("spring-launch").as_ref());
    assert_eq!(
        features.value("company.technologies"),
        Some(&FeatureValue::tags(["salesforce", "segment", "slack"]))
    );
    let says = |name: &str| policy.says(name, features.value(name)).unwrap();
    assert_eq!(says("company.employees"), "400 employees");
    assert_eq!(says("company.country"), "in Germany");
    assert_eq!(says("company.technologies"), "uses Salesforce, Segment, Slack");
    assert_eq!(says("company.industry"), "industry: software");
    assert_eq!(says("person.seniority"), "seniority: vice president");
    assert_eq!(says("company.revenue"), "revenue not known");
    assert_eq!(policy.says("industry", None), None, "a grade is no fact");
    // Each value is of the kind that is told of it.
    for spec in policy.feature_specs() {
        let fits = |value: &FeatureValue| {
            matches!(
                (value, spec.kind),
                (FeatureValue::Number(_), ValueKind::Number | ValueKind::YesNo)
                    | (FeatureValue::Category(_), ValueKind::Category)
                    | (FeatureValue::Tags(_), ValueKind::Tags)
            )
        };
        assert!(features.value(&spec.name).is_none_or(fits), "{}", spec.name);
    }
}

#[test]
fn nothing_of_who_somebody_is_is_seen() {
    let mut lead = good_lead();
    let event = &mut lead.submitted.event;
    (event.first_name, event.last_name) = (Some("Adalberta".to_owned()), Some("Lovelorn".to_owned()));
    (event.phone, event.message) = (Some("+49 30 998877".to_owned()), Some("Ring Adalberta".to_owned()));
    event.company = Some("Lovelorn Works".to_owned());
    event.utm.campaign = Some("adalberta@acme.example".to_owned());
    event.form.name = Some("Dear Adalberta, we would like to hear more of what it is that you do".to_owned());
    lead.enrichment.company.name = Some(fact("Lovelorn Works".to_owned()));
    let text = serde_json::to_string(&seen(&parsed(""), &lead)).unwrap().to_lowercase();
    for personal in ["adalberta", "lovelorn", "998877", "acme.example", "head of"] {
        assert!(!text.contains(personal), "{personal}: {text}");
    }
}

/// What is looked up after the event, or dated later, counts as at the event: no age is negative.
#[test]
fn ages_are_counted_to_the_event_and_never_beyond() {
    let policy = parsed("");
    let number = |lead: &EnrichedLead, name: &str| seen(&policy, lead).number(name);
    let mut lead = good_lead();
    lead.submitted.event.activity =
        vec![activity(ActivityKind::DemoRequest, 30), activity(ActivityKind::PageView, -300)];
    assert_eq!(number(&lead, "did.demo_request"), Some(0.5));
    assert_eq!(number(&lead, "did.page_view"), Some(0.0), "what lies in the future does not count");
    lead.submitted.event.activity.clear();
    assert_eq!(number(&lead, "did.page_view"), None, "nothing observed is not nothing done");
    let day = |text: &str| text.parse::<jiff::civil::Date>().unwrap();
    lead.enrichment.person.role_since = Some(fact(day("2027-06-01")));
    lead.enrichment.company.funding =
        Some(fact(Funding { latest_at: Some(day("2026-05-20")), ..Funding::default() }));
    assert_eq!(number(&lead, "person.role_months"), Some(0.0));
    assert_eq!(number(&lead, "company.funding_months"), Some(6.0));
}

#[test]
fn what_is_not_known_has_no_entry() {
    let text =
        serde_json::to_string(&seen(&parsed("features = [\"industry\"]"), &bare_lead("x@acme.example")))
            .unwrap();
    let wanted = r#"{"industry":null,"lead.events":1.0,"lead.motion":"inbound","lead.source":"website-form","person.mailbox":"at a company"}"#;
    assert_eq!(text, wanted);
}

#[test]
fn all_facts_are_seen_unless_the_policy_says_otherwise() {
    let all = FACTS.len();
    assert_eq!(facts_of(&parsed("")).len(), all);
    let without_section = DEFAULT
        .replace(&DEFAULT[DEFAULT.find("[model]").unwrap()..DEFAULT.find("# Work queues").unwrap()], "");
    assert_eq!(facts_of(&Policy::parse("p.toml", &without_section).unwrap()).len(), all);
    assert_eq!(facts_of(&parsed("without = [\"company.country\", \"lead.source\"]")).len(), all - 2);
    let named = parsed("facts = [\"company.technologies\", \"company.industry\"]");
    assert_eq!(facts_of(&named), ["company.industry", "company.technologies"]);
    assert!(facts_of(&parsed("facts = []")).is_empty());
    // A grade that never lowers could be undone by the fact that it grades.
    let held = parsed("never_lowers = [\"seniority\"]");
    assert_eq!(facts_of(&held).len(), all - 1);
    assert!(!facts_of(&held).contains(&"person.seniority".to_owned()));
    // Who else is at an account is looked up where the policy names it.
    assert!(!policy().asks_for_group(Motion::Inbound));
    assert!(parsed("facts = [\"account.people\"]").asks_for_group(Motion::Inbound));
}

#[test]
fn a_name_that_is_none_is_refused_with_what_may_be_meant() {
    let told = refused("facts = [\"company.industri\"]");
    assert!(
        told.contains("`company.industri` is not a fact") && told.contains("write `company.industry`"),
        "{told}"
    );
    assert!(refused("facts = [\"technologies\"]").contains("write `company.technologies`, if that is meant"));
    assert!(refused("without = [\"did.pricing_veiw\"]").contains("write `did.pricing_view`"));
    assert!(refused("facts = [\"shoe.size\"]").contains("use some of company.industry, "));
    assert!(refused("facts = [\"tech_stack\"]").contains("its grade is named in `model.features`"));
    assert!(refused("features = [\"company.country\"]").contains("it is a fact: name it in `model.facts`"));
    assert!(refused("facts = [\"lead.source\", \"lead.source\"]").contains("appears twice in `model.facts`"));
    assert!(refused("without = []").contains("`model.without` is an empty list"));
    assert!(refused("facts = []\nwithout = [\"lead.source\"]").contains("keep one of the two"));
    let held = refused("never_lowers = [\"seniority\"]\nfacts = [\"person.seniority\"]");
    assert!(held.contains("is what `seniority` grades, which `model.never_lowers` names"), "{held}");
}

#[test]
fn what_is_known_only_afterwards_is_personal_or_protected_is_refused_with_why() {
    for (name, why) in [
        ("outcome", "known only once people have worked the lead"),
        ("crm.stage", "known only once people have worked the lead"),
        ("deal.amount", "tell the past and not the future"),
        ("work.rejected", "known only once"),
        ("company.close_date", "known only once"),
        ("decision.score", "learn from itself"),
        ("person.title", "free text"),
        ("person.email", "personal"),
        ("company.name", "personal"),
        ("person.gender", "the law protects"),
        ("person.birthday", "the law protects"),
    ] {
        let told = refused(&format!("facts = [\"{name}\"]"));
        assert!(told.contains(&format!("`{name}` is ")) && told.contains(why), "{told}");
    }
}

#[test]
fn declared_fields_of_forms_are_seen_as_what_they_are_declared() {
    let policy = parsed(
        "form_fields = { \"Team size\" = \"number\", \"Use case\" = \"category\", hubspotscore = \"number\", \
         \"Needs SSO\" = \"yes_no\", Products = \"tags\", Nobody = \"category\" }",
    );
    let mut lead = bare_lead("ada@acme.example");
    let fields = &mut lead.submitted.event.form.fields;
    for (label, value) in [
        ("team size", "12".into()),
        ("USE CASE", "Lead Scoring".into()),
        ("hubspotscore", 87.into()),
        ("Needs SSO", true.into()),
        ("Products", "CRM; Chat;CRM".into()),
        ("Undeclared", "secret".into()),
    ] {
        fields.insert(label.to_owned(), value);
    }
    let features = seen(&policy, &lead);
    assert_eq!(features.number("form.team size"), Some(12.0));
    assert_eq!(features.number("form.hubspotscore"), Some(87.0));
    assert_eq!(features.number("form.needs sso"), Some(1.0));
    assert_eq!(features.value("form.use case"), category("lead scoring").as_ref());
    assert_eq!(features.value("form.products"), Some(&FeatureValue::tags(["chat", "crm"])));
    assert_eq!(features.value("form.nobody"), None, "declared, and nobody sends it");
    assert_eq!(
        policy.says("form.use case", features.value("form.use case")).unwrap(),
        "Use case: lead scoring"
    );
    assert!(!serde_json::to_string(&features).unwrap().contains("secret"));
    // Something of another kind than declared is not known, and costs nothing else.
    let fields = &mut lead.submitted.event.form.fields;
    fields.insert("team size".to_owned(), "a dozen or so, perhaps more".into());
    fields.insert("USE CASE".to_owned(), "write to dana@acme.example".into());
    let features = seen(&policy, &lead);
    assert_eq!((features.value("form.team size"), features.value("form.use case")), (None, None));
    assert_eq!(features.number("form.hubspotscore"), Some(87.0));
}

#[test]
fn fields_that_hold_a_person_are_refused() {
    for (label, why) in [
        ("Email", "personal"),
        ("Message", "free text"),
        ("Date of birth", "protects"),
        ("Anrede", "protects"),
    ] {
        let told = refused(&format!("form_fields = {{ \"{label}\" = \"category\" }}"));
        assert!(told.contains(why) && told.contains(label), "{told}");
    }
    assert!(refused("form_fields = { \"Use case\" = \"text\" }").contains("`category`"));
    assert!(refused("form_fields = { \"A b\" = \"tags\", \"a B\" = \"tags\" }").contains("declared twice"));
}

/// Values of a fact as they change over the months: each is seen as it is, and nothing else is touched.
#[test]
fn a_vocabulary_that_changes_is_seen_as_it_is() {
    let policy = parsed("");
    let industry = |value: &str| {
        let mut lead = good_lead();
        lead.enrichment.company.industry = Some(fact(value.to_owned()));
        seen(&policy, &lead).value("company.industry").cloned()
    };
    assert_eq!(industry("COMPUTER_SOFTWARE"), category("software"), "another system's word for it");
    let own = Policy::parse("p.toml", &DEFAULT.replace("fintech = 0.95", "our-own-niche = 0.95")).unwrap();
    let mut niche = good_lead();
    niche.enrichment.company.industry = Some(fact("our-own-niche".to_owned()));
    assert_eq!(seen(&own, &niche).value("company.industry"), category("our-own-niche").as_ref());
    assert_eq!(industry("our-own-niche"), None, "a key of another policy");
    assert_eq!(industry("We Make Things For People"), None, "what is not understood is not known");
    let mut lead = good_lead();
    lead.enrichment.company.technologies = Some(fact((0..5000).map(|n| format!("tool-{n:04}")).collect()));
    let text = serde_json::to_string(&seen(&policy, &lead)).unwrap();
    assert!(text.len() < 3000, "{} bytes: a decision is kept", text.len());
    lead.enrichment.person.seniority = Some(fact(Seniority::Owner));
    assert_eq!(seen(&policy, &lead).value("person.seniority"), category("owner").as_ref());
}
