//! Segments within a motion: whom they hold, what holds there, and what is refused.

use leadlight_lead::{
    DecidedBy, Decision, Disposition, EnrichedLead, Fact, FactField, Headcount, Lot, Motion, Segment,
};

use super::problems::{line_of, problems};
use super::{DEFAULT, bare_lead, fact, good_lead, policy, size};
use crate::{Opinion, Policy};

const SEGMENTS: &str = r#"
[motions.inbound.segments.enterprise]
label = "Enterprise"
employees_from = 1000
scores = false

[motions.inbound.segments.dach]
employees_to = 999
countries = ["DE", "AT", "CH"]
thresholds = { sdr = 90, nurture = 10 }
below = "nurture"

[motions.inbound.segments.media]
employees_to = 999
countries = ["FR"]
industries = ["media"]
sources = ["website-form"]
sla_minutes = { a = 1, b = 2, c = 3, d = 4, unscored = 5 }
"#;

fn text(segments: &str) -> String {
    format!("{DEFAULT}\n[motions.inbound]\n{segments}")
}

fn segmented() -> Policy {
    Policy::parse("segments.toml", &text(SEGMENTS)).unwrap()
}

fn rules(policy: &Policy, lead: &EnrichedLead) -> Decision {
    policy.decide(policy.assess(lead), Opinion::Rules { because: "a test".to_owned() }, Lot::NEVER)
}

fn in_country(code: &str) -> EnrichedLead {
    let mut lead = good_lead();
    lead.enrichment.company.country = Some(fact(code.parse().unwrap()));
    lead
}

fn name(policy: &Policy, lead: &EnrichedLead) -> Option<String> {
    policy.segment(lead).and_then(|segment| segment.name().map(str::to_owned))
}

#[test]
fn a_segment_has_thresholds_of_its_own_and_the_lead_says_which_it_is_in() {
    let policy = segmented();
    let german = rules(&policy, &in_country("DE"));
    assert_eq!(german.segment, Some(Segment::In { name: "dach".to_owned(), label: "Dach".to_owned() }));
    assert_eq!(german.disposition, Disposition::Nurture, "X is 90 there: {:?}", german.score);
    let spanish = rules(&policy, &in_country("ES"));
    assert_eq!((spanish.segment, spanish.disposition), (None, Disposition::Accept));
    assert_eq!(spanish.score, german.score, "a segment does not change the score");
    assert_eq!(policy.thresholds_of(&in_country("DE")), (90.0, 10.0));
    assert_eq!(policy.thresholds_of(&in_country("ES")), (70.0, 40.0));
}

#[test]
fn where_scoring_does_not_decide_a_person_looks_first_but_at_no_customer() {
    let policy = segmented();
    let mut large = good_lead();
    large.enrichment.company.employees = Some(size(1000));
    let segment = policy.segment_seen_first(&large, &()).unwrap();
    assert_eq!(segment.to_string(), "Enterprise");
    assert_eq!(policy.segment_seen_first(&in_country("DE"), &()), None, "scoring decides there");
    large.account_domain = Some("globex.example".parse().unwrap());
    assert_eq!(policy.segment_seen_first(&large, &()), None, "a customer is nobody's new lead");
    let mut elsewhere = good_lead();
    elsewhere.enrichment.company.employees = Some(size(1000));
    elsewhere.motion = Motion::Referral;
    assert_eq!(policy.segment(&elsewhere), None, "the segments are those of one motion");
}

#[test]
fn a_lead_whose_fact_is_not_known_is_in_no_segment_and_says_so() {
    let policy = segmented();
    let nothing = policy.segment(&bare_lead("ada@acme.example")).unwrap();
    let fields = vec![FactField::Industry, FactField::Employees, FactField::Country];
    assert_eq!(nothing, Segment::NotKnown { missing: fields });
    let mut lead = in_country("DE");
    lead.enrichment.company.employees = None;
    let decision = rules(&policy, &lead);
    assert_eq!(decision.segment, Some(Segment::NotKnown { missing: vec![FactField::Employees] }));
    assert_eq!(policy.thresholds_of(&lead), (70.0, 40.0), "as for all leads of the motion");
    // One condition that surely fails is enough to know.
    let mut spanish = lead.clone();
    spanish.enrichment.company.country = Some(fact("ES".parse().unwrap()));
    spanish.enrichment.company.employees = Some(size(300));
    assert_eq!(policy.segment(&spanish), None);
}

#[test]
fn of_a_range_of_sizes_all_must_lie_inside() {
    let policy = segmented();
    let with = |from: u32, to: u32| {
        let mut lead = in_country("DE");
        let value = Headcount::between(from, to).unwrap();
        lead.enrichment.company.employees = Some(Fact { value, ..size(1) });
        policy.segment(&lead)
    };
    assert_eq!(with(501, 999).unwrap().name(), Some("dach"));
    assert_eq!(with(1000, 5000).unwrap().name(), Some("enterprise"));
    assert_eq!(with(501, 1500), Some(Segment::NotKnown { missing: vec![FactField::Employees] }));
}

#[test]
fn an_industry_holds_what_belongs_to_it_and_a_broader_one_is_not_known() {
    let narrow = SEGMENTS.replace("industries = [\"media\"]", "industries = [\"publishing\"]");
    let (broad, narrow) = (segmented(), Policy::parse("x.toml", &text(&narrow)).unwrap());
    let with = |policy: &Policy, industry: &str| {
        let mut lead = in_country("FR");
        lead.enrichment.company.industry = Some(fact(industry.to_owned()));
        policy.segment(&lead)
    };
    assert_eq!(with(&broad, "publishing").unwrap().name(), Some("media"));
    assert_eq!(with(&broad, "retail"), None);
    let not_known = Some(Segment::NotKnown { missing: vec![FactField::Industry] });
    assert_eq!(with(&narrow, "media"), not_known);
    assert_eq!(with(&broad, "whatever we do"), not_known);
}

#[test]
fn a_segment_has_times_of_its_own() {
    use leadlight_lead::{QueuedLead, RouteRequest, ScoredLead};
    let policy = segmented();
    let queued = |mut lead: EnrichedLead, industry: &str| {
        lead.enrichment.company.industry = Some(fact(industry.to_owned()));
        let decision = rules(&policy, &lead);
        QueuedLead::new(
            RouteRequest::Scored(ScoredLead { enriched: lead, decision, renews: None }),
            super::days_before(0),
        )
    };
    let (media, other) = (queued(in_country("FR"), "media"), queued(in_country("FR"), "software"));
    assert!(policy.answer_minutes(&media) <= 4);
    assert_eq!(policy.answer_minutes(&other), policy.sla(Motion::Inbound).of(&other));
}

#[test]
fn a_policy_without_segments_decides_to_the_bit_as_before() {
    let lead = good_lead();
    let before = rules(policy(), &lead);
    assert_eq!(before.segment, None);
    let with = segmented();
    let mut elsewhere = lead.clone();
    elsewhere.motion = Motion::Event;
    let (one, other) = (rules(policy(), &elsewhere), rules(&with, &elsewhere));
    let same =
        |decision: Decision| (decision.score, decision.disposition, decision.reasons, decision.summary);
    assert_eq!(same(one), same(other));
    assert!(matches!(before.decided_by, DecidedBy::Rules { .. }));
    assert_eq!(name(&with, &lead).as_deref(), Some("dach"));
}

#[test]
fn segments_are_told_in_words() {
    let outline = segmented().outline();
    let section = outline.iter().find(|section| section.title == "Segments within a motion").unwrap();
    let rows = &section.table.as_ref().unwrap().rows;
    assert_eq!(rows.len(), 3);
    assert_eq!(
        rows[1][1..4],
        ["Enterprise (`enterprise`)", "1,000 employees or more", "a person looks first"]
    );
    assert!(rows[0][2].contains("up to 999 employees; in AT, CH or DE"), "{:?}", rows[0]);
    assert!(policy().outline().iter().all(|section| section.title != "Segments within a motion"));
}

#[test]
fn what_is_wrong_with_a_segment_is_said_with_its_place() {
    let small = "\n[motions.inbound.segments.small]\n";
    for (segment, what, remedy) in [
        (
            "thresholds = { sdr = 80, nurture = 10 }\nemployees_from = 5000\n",
            "`enterprise` and `small` of the motion inbound overlap",
            "`employees_to = 999`",
        ),
        (
            "scores = false\nemployees_from = 999\nemployees_to = 999\nlabel = \"dach\"\n",
            "are both called \"dach\"",
            "`label`",
        ),
        ("scores = false\n", "says of nobody that they are in it", "add a condition"),
        (
            "employees_to = 99\ncountries = [\"US\"]\n",
            "`motions.inbound.segments.small` changes nothing",
            "`scores = false`",
        ),
        ("employees_to = 99\ncountries = [\"US\"]\nscores = true\n", "changes nothing", "remove the segment"),
        (
            "employees_to = 99\ncountries = [\"US\"]\nthresholds = { sdr = 70, nurture = 40 }\n",
            "changes nothing",
            "differ from the motion's",
        ),
        (
            "scores = false\nemployees_to = 99\ncountries = [\"US\"]\nbelow = \"nurture\"\n",
            "`motions.inbound.segments.small.below` decides nothing",
            "remove `below`",
        ),
        (
            "scores = false\nemployees_to = 99\ncountries = [\"US\"]\nthresholds = { sdr = 50, nurture = 5 }\n",
            "small.thresholds` decides nothing",
            "`scores = true`",
        ),
        (
            "scores = false\nemployees_from = 99\nemployees_to = 90\ncountries = [\"US\"]\n",
            "it goes from 99 to 90 employees",
            "the smaller number",
        ),
        (
            "scores = false\nemployees_to = 19\ncountries = [\"US\"]\n",
            "below 20 every lead is rejected",
            "raise `employees_to`",
        ),
        (
            "scores = false\nemployees_from = 0\ncountries = [\"US\"]\n",
            "small.employees_from` is 0",
            "from 1 to",
        ),
        (
            "scores = false\nemployees_to = 99\ncountries = [\"RU\"]\n",
            "nobody in RU can be in",
            "remove it in one of the two",
        ),
        (
            "scores = false\nemployees_to = 99\ncountries = [\"Spain\"]\n",
            "`Spain` is not a country's code",
            "write `ES`",
        ),
        (
            "scores = false\nemployees_to = 99\ncountries = []\n",
            "small.countries` is an empty list",
            "at least one",
        ),
        (
            "scores = false\nemployees_to = 99\ncountries = [\"US\"]\nindustries = [\"sofware\"]\n",
            "no lead is in the industry `sofware`",
            "`software`",
        ),
        (
            "scores = false\nemployees_to = 99\ncountries = [\"US\"]\nsources = [\"walk-in\"]\n",
            "there is no `[sources.walk-in]`",
            "declare the source",
        ),
        (
            "scores = false\nemployees_to = 99\ncountries = [\"US\"]\nsources = [\"webinar\"]\n",
            "its leads belong to the motion event",
            "`[motions.event]`",
        ),
        (
            "scores = false\nemployees_to = 99\ncountries = [\"US\"]\nrevenue_from = 3\n",
            "unknown field `revenue_from`",
            "`employees_from`",
        ),
    ] {
        let text = text(&format!("{SEGMENTS}{small}{segment}"));
        let found = problems(&text);
        let problem = found.iter().find(|problem| problem.what.contains(what));
        let problem = problem.unwrap_or_else(|| panic!("{what}: {found:#?}"));
        assert!(problem.remedy.contains(remedy), "{problem}");
        assert!(problem.line >= line_of(&text, small.trim()), "{problem}");
    }
    let twice = text(&format!("{SEGMENTS}\n[motions.inbound.segments.dach]\nscores = false\n"));
    assert!(problems(&twice)[0].what.contains("`motions.inbound.segments.dach` is given twice"));
    let odd = text("\n[motions.inbound.segments.\"Very Large\"]\nscores = false\nemployees_from = 9000\n");
    assert!(problems(&odd).iter().any(|problem| problem.what.contains("has a name that is none")));
}

#[test]
fn two_segments_are_apart_only_where_one_condition_that_both_have_says_so() {
    let both = |one: &str, other: &str| {
        let text = text(&format!(
            "\n[motions.inbound.segments.one]\nscores = false\n{one}\n\n[motions.inbound.segments.other]\nscores = false\n{other}\n"
        ));
        problems_or_none(&text).iter().all(|problem| !problem.contains("overlap"))
    };
    assert!(both("employees_to = 99", "employees_from = 100"));
    assert!(!both("employees_to = 100", "employees_from = 100"));
    assert!(!both("employees_from = 50", "employees_from = 100\nemployees_to = 200"));
    assert!(both("countries = [\"US\"]", "countries = [\"GB\", \"IE\"]"));
    assert!(
        !both("countries = [\"US\"]", "employees_to = 99"),
        "a small company in the United States is in both"
    );
    assert!(both("industries = [\"retail\"]", "industries = [\"media\"]"));
    assert!(
        !both("industries = [\"publishing\"]", "industries = [\"media\"]"),
        "publishing belongs to media"
    );
    assert!(both("sources = [\"website-form\"]", "sources = [\"crm\"]"));
    assert!(!both("sources = [\"website-form\", \"crm\"]", "sources = [\"crm\"]"));
}

fn problems_or_none(text: &str) -> Vec<String> {
    match Policy::parse("policy.toml", text) {
        Ok(_) => Vec::new(),
        Err(error) => error.problems().iter().map(ToString::to_string).collect(),
    }
}
