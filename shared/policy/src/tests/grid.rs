//! Fit and engagement on each decision, and the grid that makes a grade of both.

use leadlight_lead::{ActivityKind, Decision, EnrichedLead, Grade, Lot, ModelHash, Score};

use super::problems::{line_of, problems};
use super::{DEFAULT, activity, bare_lead, good_lead, policy};
use crate::{Opinion, Policy};

pub(super) const GRID: &str = r#"
[grid]
fit = { a = 70, b = 50, c = 30 }
engagement = { a = 60, b = 40, c = 20 }

[grid.grades]
a = { a = "A", b = "A", c = "B", d = "C" }
b = { a = "A", b = "B", c = "C", d = "D" }
c = { a = "C", b = "C", c = "D", d = "D" }
d = { a = "D", b = "D", c = "D", d = "D" }
"#;

fn with_grid(grid: &str) -> String {
    format!("{DEFAULT}\n{grid}")
}

fn gridded() -> Policy {
    Policy::parse("grid.toml", &with_grid(GRID)).unwrap()
}

fn rules(policy: &Policy, lead: &EnrichedLead) -> Decision {
    policy.decide(policy.assess(lead), Opinion::Rules { because: "a test".to_owned() }, Lot::NEVER)
}

fn idle() -> EnrichedLead {
    let mut lead = good_lead();
    lead.submitted.event.activity = vec![activity(ActivityKind::PageView, 100)];
    lead.enrichment.company.intent = None;
    lead
}

#[test]
fn every_decision_tells_fit_and_engagement_apart() {
    let busy = rules(policy(), &good_lead()).sides.unwrap();
    let idle = rules(policy(), &idle()).sides.unwrap();
    assert_eq!(busy.fit, idle.fit, "what they do says nothing of what they are");
    assert!(busy.engagement.unwrap().score > idle.engagement.unwrap().score);
    assert_eq!(idle.to_string(), "A fit, low engagement");
    let nothing = rules(policy(), &bare_lead("ada@acme.example")).sides.unwrap();
    assert_eq!(nothing.to_string(), "fit not known, engagement not known");
}

#[test]
fn both_sides_by_weight_are_the_points() {
    for lead in [good_lead(), idle(), bare_lead("ada@acme.example")] {
        let decision = rules(policy(), &lead);
        let sides = decision.sides.unwrap();
        let (fit, engagement) = (sides.fit.unwrap().score.value(), sides.engagement.unwrap().score.value());
        // The default policy weighs fit with 75 and engagement with 25 of 100.
        let points = (75.0 * fit + 25.0 * engagement) / 100.0;
        assert!((points - decision.points.value()).abs() < 1e-9, "{points} {:?}", decision.points);
    }
}

#[test]
fn a_grid_says_the_grade_and_the_score_says_where_it_goes() {
    let (grid, without) = (gridded(), policy());
    let (now, before) = (rules(&grid, &idle()), rules(without, &idle()));
    assert_eq!((now.score, now.disposition, now.points), (before.score, before.disposition, before.points));
    assert_eq!(now.grade, Grade::C, "fit A, engagement D");
    let busy = rules(&grid, &good_lead());
    assert_eq!(busy.sides.unwrap().fit.unwrap().grade, Grade::A);
    assert_eq!(busy.grade, Grade::A);
    // A model's score changes nothing of what a lead is and does.
    let opinion = Opinion::Model {
        hash: ModelHash::of(b"model"),
        probability: 0.01,
        interval: None,
        score: Score::try_from(1.0).unwrap(),
        reasons: Vec::new(),
        summary: "Score: 1".to_owned(),
    };
    let by_model = grid.decide(grid.assess(&good_lead()), opinion, Lot::NEVER);
    assert_eq!((by_model.grade, by_model.sides), (Grade::A, busy.sides));
}

#[test]
fn a_grid_is_told_in_words() {
    let outline = gridded().outline();
    let section = outline.iter().find(|section| section.title == "The grade by fit and engagement").unwrap();
    assert_eq!(section.table.as_ref().unwrap().rows[1], ["B", "A", "B", "C", "D"]);
    assert!(section.text[1].contains("A, B and C from 70, 50 and 30"), "{:?}", section.text);
}

#[test]
fn what_is_wrong_with_a_grid_is_said_with_its_place() {
    for (from, to, what, remedy) in [
        (
            "a = { a = \"A\", b = \"A\", c = \"B\", d = \"C\" }",
            "a = { a = \"B\", b = \"A\", c = \"B\", d = \"C\" }",
            "more engagement would lower the grade of a lead with fit A",
            "fall from a to d",
        ),
        (
            "d = { a = \"D\", b",
            "d = { a = \"B\", b",
            "a lead with fit D would get a better grade than one with fit C",
            "the row above it",
        ),
        (
            "fit = { a = 70, b = 50",
            "fit = { a = 70, b = 80",
            "`grid.fit.b` is not below `grid.fit.a`",
            "fall from a to c",
        ),
        ("engagement = { a = 60", "engagement = { a = 600", "`grid.engagement.a` is 600", "from 0 to 100"),
        ("c = { a = \"C\", b", "c = { a = \"E\", b", "`c` is not valid", "`A`, `B`, `C`, `D`"),
        ("c = { a = \"C\", b = \"C\", c = \"D\", d = \"D\" }\n", "", "missing field `c`", "add it"),
    ] {
        assert_eq!(GRID.matches(from).count(), 1, "{from}");
        let text = with_grid(&GRID.replace(from, to));
        let found = problems(&text);
        let problem = found.iter().find(|problem| problem.what.contains(what));
        let problem = problem.unwrap_or_else(|| panic!("{what}: {found:#?}"));
        assert!(problem.remedy.contains(remedy), "{problem}");
        assert!(problem.line >= line_of(&text, "[grid]"), "{problem}");
    }
    let same = GRID.replace("\"B\"", "\"A\"").replace("\"C\"", "\"A\"").replace("\"D\"", "\"A\"");
    assert!(problems(&with_grid(&same))[0].what.contains("gives every lead the grade A"));
    let narrow = DEFAULT.replace("[motions.outbound.weights]\nindustry = 20\ncompany_size = 20\ntriggers = 20\nintent = 20\ntech_stack = 10\n", "[motions.outbound.weights]\nindustry = 20\ncompany_size = 20\n");
    assert_ne!(narrow, DEFAULT);
    let found = problems(&format!("{narrow}\n{GRID}"));
    assert!(found[0].what.contains("the motion outbound weighs nothing of engagement"), "{found:#?}");
}
