//! The faults that a policy file is refused for, each with the line and what to do: one list, so that it can be read.

use std::collections::BTreeSet;

use super::DEFAULT;
use super::problems::line_of;
use crate::Policy;

/// What stands once in the default policy; what is written instead; where the fault is told (a part of the new text; empty: where
/// it is written); what is wrong; what to do.
type Fault = (&'static str, &'static str, &'static str, &'static str, &'static str);

/// A segment's table, in a motion that the default policy does not mention.
const END: &str = "maturity_days = 60";

const FAULTS: &[Fault] = &[
    // The file itself.
    (
        "schema_version = 1",
        "schema_version = 2",
        "",
        "`schema_version` is 2, this release reads version 1",
        "upgrade Leadlight",
    ),
    ("name = \"default\"", "name = \" \"", "", "`name` is empty", "say it in words"),
    (
        "name = \"default\"",
        "name = \"default\"\ncolour = \"blue\"",
        "colour",
        "unknown field `colour`",
        "remove it",
    ),
    ("name = \"default\"\n", "", "", "missing field `name`", "add it"),
    ("name = \"default\"", "name = default", "", "`name` is not valid", "write"),
    ("\nrevision = 1", "\nrevision = 0", "", "`revision` is 0", "count revisions from 1"),
    // Sources.
    (
        "[sources.webinar] ",
        "[sources.website-form] # again ",
        "# again",
        "`sources.website-form` is given twice",
        "keep one of the two",
    ),
    ("[sources.referral] ", "[sources.\"Re ferral\"] ", "", "is not valid", "lower-case letters"),
    ("motion = \"plg\"", "motion = \"walk_in\"", "", "`motion` is not valid", "`inbound`"),
    (
        "human_first = true\n",
        "human_first = false\n",
        "motion = \"partner\"",
        "scored before a person looks",
        "`human_first = true`",
    ),
    // Addresses and titles.
    (
        "academic = [\"university.example\"]",
        "academic = [\"throwaway.example\"]",
        "",
        "is in two lists of `[mail]`",
        "keep it in the one that is true",
    ),
    (
        "[\"throwaway.example\"]",
        "[\"throwaway\"]",
        "",
        "`throwaway` is not a domain",
        "such as company.example",
    ),
    (
        "academic = [\"university.example\"]",
        "academic = []",
        "",
        "`mail.academic` is an empty list",
        "at least one entry",
    ),
    // Disqualifiers.
    ("[\"globex.example\"]", "[\"gmail.com\"]", "", "is a mailbox provider", "name the company's own domain"),
    (
        "[\"rivalscore.example\"]",
        "[\"globex.example\"]",
        "competitors = [",
        "is both a customer and a competitor",
        "the list that is true",
    ),
    (
        "minimum_employees = 20",
        "minimum_employees = 0",
        "",
        "is 0, which no company is below",
        "1 takes every company",
    ),
    ("\"BY\", \"CU\"", "\"BY\", \"Cuba\"", "", "`Cuba` is not a country's code", "write `CU`"),
    ("\"BY\", \"CU\"", "\"BY\", \"BY\"", "", "\"BY\" appears twice", "keep one of the two"),
    (
        "[\"academic\", \"disposable\"]",
        "[\"business\"]",
        "",
        "a business address would disqualify",
        "remove `business`",
    ),
    ("\"pupil\",", "\"!\",", "", "`!` has no word in it", "write how such a title ends"),
    // Who asks for a person, and what must be known.
    ("within_days = 7\n", "within_days = 91\n", "", "`hand_raisers.within_days` is 91", "from 1 to 90"),
    (
        "behaviours = [\"demo_request\", \"upgrade_inquiry\"]",
        "behaviours = [\"page_view\"]",
        "",
        "everybody who looks at a page would ask for a person",
        "what people ask by",
    ),
    ("minimum_share = 0.5", "minimum_share = 50", "", "`completeness.minimum_share` is 50", "from 0 to 1"),
    ("\"technologies\", \"intent\"", "\"tools\", \"intent\"", "", "`wanted` is not valid", "`technologies`"),
    // Criteria.
    ("weight = 12\n", "weight = -1\n", "", "`criteria.function.weight` is -1", "from 0 to 1000"),
    ("fintech = 0.95", "fintech = 1.5", "", "`criteria.industry.grades.fintech` is 1.5", "from 0 to 1"),
    (
        "fintech = 0.95",
        "FinTech = 0.95",
        "",
        "`FinTech` in `[criteria.industry.grades]` would never be found",
        "lower case",
    ),
    (
        "ideal_max = 2000",
        "ideal_max = 99",
        "",
        "the ideal range is inverted",
        "the smaller number as `ideal_min`",
    ),
    (
        "ideal_min = 100",
        "ideal_min = 10",
        "",
        "companies below 20 employees are rejected",
        "begin the range at 20",
    ),
    (
        "half_after_doublings = 1.5",
        "half_after_doublings = 0",
        "",
        "`criteria.company_size.half_after_doublings` is 0",
        "a finite number over 0",
    ),
    ("director = 0.8", "director = 0.5", "", "fall from 0.6 to 0.5", "at least 0.6"),
    ("full_at = 2.0", "full_at = 7", "", "all entries together give", "or less"),
    (
        "snowflake = 0.6",
        "snowflake = 0",
        "",
        "`criteria.tech_stack.tools.snowflake` is 0",
        "over 0, at most 1",
    ),
    (
        "half_life_days = 14",
        "half_life_days = 0",
        "",
        "`criteria.engagement.half_life_days` is 0",
        "a finite number over 0",
    ),
    (
        "half_life_days = 21",
        "half_life_days = -3",
        "",
        "`criteria.intent.half_life_days` is -3",
        "a finite number over 0",
    ),
    ("baseline = 50", "baseline = 100", "", "`criteria.intent.baseline` is 100", "under 100"),
    // Usage.
    (
        "within_days = 90                  # what was done",
        "within_days = 0 # what was done",
        "",
        "`criteria.activation.within_days` is 0",
        "from 1 to 365",
    ),
    (
        "{ feature_used = 5 }",
        "{ feature_used = 0 }",
        "",
        "asks for nothing, so everybody would have reached it",
        "needs",
    ),
    (
        "name = \"Works with it\"",
        "name = \"Tries it\"",
        "grade = 0.7, needs",
        "the milestone `Tries it` stands here twice",
        "a name of its own",
    ),
    (
        "grade = 0.7, needs = { feature_used = 3,",
        "grade = 0.3, needs = { feature_used = 5,",
        "",
        "the milestone `Works with it` never counts: `Tries it` asks for no more",
        "a higher grade",
    ),
    (
        "[sources.product-trial]           # sign-ups and usage of the product\nmotion = \"plg\"",
        "[sources.product-trial]\nmotion = \"plg\"\nmay_say = [\"id\"]",
        "[motions.plg]",
        "nobody can reach a milestone of `criteria.activation` in the motion plg",
        "say `activity`",
    ),
    // Motions.
    ("[motions.outbound]\n", "[motions.walk_in]\n", "", "is not valid", "`outbound`"),
    (
        "activation = 50",
        "activation = 50\nloyalty = 5",
        "loyalty = 5",
        "there is no `[criteria.loyalty]` in this file",
        "or add its table",
    ),
    (
        END,
        "maturity_days = 60\n[motions.referral]\n",
        "[motions.referral]",
        "`[motions.referral]` says nothing: it has no thresholds",
        "or remove the table",
    ),
    (
        END,
        "maturity_days = 60\n[motions.referral]\nthresholds = { sdr = 60 }\n",
        "thresholds = { sdr = 60 }",
        "missing field `nurture`",
        "add it",
    ),
    (
        END,
        "maturity_days = 60\n[motions.referral.weights]\nindustry = 0\n",
        "[motions.referral.weights]",
        "all weights of the motion referral are zero",
        "a weight over 0",
    ),
    (
        "label = \"Product-led\"",
        "label = \"Product-led\"\nthresholds = { sdr = 30, nurture = 30 }",
        "thresholds = { sdr = 30",
        "`motions.plg.thresholds.nurture` (Y) is 30, not below",
        "lower Y or raise X",
    ),
    // Segments.
    (
        END,
        "maturity_days = 60\n[motions.referral.segments.a]\nscores = false\nemployees_to = 99\n[motions.referral.segments.b]\nscores = false\nemployees_from = 99\n",
        "[motions.referral.segments.b]",
        "the segments `a` and `b` of the motion referral overlap",
        "`employees_from = 1000` in the other",
    ),
    (
        END,
        "maturity_days = 60\n[motions.referral.segments.a]\nscores = false\n",
        "[motions.referral.segments.a]",
        "says of nobody that they are in it",
        "add a condition",
    ),
    (
        END,
        "maturity_days = 60\n[motions.referral.segments.a]\nemployees_to = 99\n",
        "[motions.referral.segments.a]",
        "`motions.referral.segments.a` changes nothing",
        "`scores = false`",
    ),
    (
        END,
        "maturity_days = 60\n[motions.referral.segments.a]\nscores = false\nemployees_to = 9\n",
        "employees_to = 9",
        "nobody can be in `motions.referral.segments.a`: it ends at 9 employees",
        "raise `employees_to`",
    ),
    (
        END,
        "maturity_days = 60\n[motions.referral.segments.a]\nscores = false\nsources = [\"webinar\"]\n",
        "sources = [\"webinar\"]",
        "its leads belong to the motion event",
        "below `[motions.event]`",
    ),
    // Lifts.
    ("points = 10\n", "points = 31\n", "", "`lifts.attendance.points` is 31", "at most 30"),
    (
        "others = 0.5\nnames = { \"Northwind Consulting\" = 1.0 }",
        "others = 0.0\nnames = { \"Northwind Consulting\" = 0.0 }",
        "others = 0.0",
        "`[lifts.partner]` lifts nothing",
        "count over 0",
    ),
    (
        "names = { \"RevOps Summit\" = 1.0 }",
        "names = { \"RevOps Summit\" = 1.0, \"revops summit\" = 0.5 }",
        "",
        "are one name",
        "keep the one that is true",
    ),
    // Where the score leads, and the grid.
    (
        "nurture = 40 ",
        "nurture = 70 ",
        "",
        "`thresholds.nurture` (Y) is 70, not below `thresholds.sdr`",
        "lower Y or raise X",
    ),
    ("sdr = 70 ", "sdr = 101 ", "", "`thresholds.sdr` is 101", "from 0 to 100"),
    ("\nb = 60", "\nb = 80", "", "`grades.b` is not below `grades.a`", "fall from a to c"),
    (
        END,
        "maturity_days = 60\n[grid]\nfit = { a = 80, b = 60, c = 40 }\nengagement = { a = 80, b = 60, c = 40 }\n[grid.grades]\na = { a = \"B\", b = \"A\", c = \"B\", d = \"C\" }\nb = { a = \"B\", b = \"B\", c = \"C\", d = \"C\" }\nc = { a = \"C\", b = \"C\", c = \"D\", d = \"D\" }\nd = { a = \"D\", b = \"D\", c = \"D\", d = \"D\" }\n",
        "a = { a = \"B\"",
        "more engagement would lower the grade of a lead with fit A",
        "fall from a to d",
    ),
    // Models, queues, people.
    (
        "never_lowers = [\"seniority\"]",
        "never_lowers = [\"rank\"]",
        "",
        "`rank` is not a feature",
        "seniority",
    ),
    ("label = \"Second look\"", "label = \"\"", "", "`label` is empty", "say it in words"),
    ("lease_minutes = 30", "lease_minutes = 4", "", "`people.lease_minutes` is 4", "from 5 to 480"),
    (
        "borderline_points = 5\n",
        "borderline_points = 51\n",
        "",
        "`people.borderline_points` is 51",
        "from 0 to 50",
    ),
    ("b = 240", "b = 30", "", "`people.sla_minutes.b` is 30, shorter than `a`", "rise from a to d"),
    (
        "code = \"no_budget\"",
        "code = \"no_need\" # again",
        "# again",
        "the code `no_need` appears twice",
        "a code of its own",
    ),
    (
        "training = \"none\"\nneeds_text = true",
        "training = \"none\"",
        "[[people.reasons]]",
        "no reason at checkpoint 1 has `needs_text = true`",
        "sayable in own words",
    ),
    ("share = 0.02", "share = 0.6", "# of the leads below Y", "`exploration.share` is 0.6", "from 0 to 0.5"),
    (END, "maturity_days = 0", "", "`conversion.maturity_days` is 0", "from 1 to 730"),
    ("counts = \"won\"", "counts = \"met\"", "", "`counts` is not valid", "`won`"),
];

#[test]
fn each_fault_is_refused_with_its_line_and_a_remedy() {
    let mut told = BTreeSet::new();
    for (from, to, at, what, remedy) in FAULTS {
        assert_eq!(DEFAULT.matches(from).count(), 1, "{from:?} must stand once in the default policy");
        let text = DEFAULT.replacen(from, to, 1);
        let found = Policy::parse_new("policy.toml", &text).expect_err(what).problems().to_vec();
        let problem = found.iter().find(|problem| problem.what.contains(what));
        let problem = problem.unwrap_or_else(|| panic!("{what}: {found:#?}"));
        assert!(problem.remedy.contains(remedy), "{what}: {problem}");
        // Of what is missing altogether there is no line but the file's first.
        if !to.is_empty() {
            let at = if at.is_empty() { to } else { at };
            assert_eq!(problem.line, line_of(&text, at), "{what}: {problem}");
        }
        told.insert(problem.what.clone());
    }
    assert_eq!(told.len(), FAULTS.len(), "each is another fault");
    assert!(told.len() >= 40, "{}", told.len());
}

#[test]
fn what_is_asked_of_new_files_alone_does_not_keep_one_in_force_from_being_read() {
    let empty = format!("{DEFAULT}\n[motions.referral]\n");
    assert!(Policy::parse("policy.toml", &empty).is_ok());
    assert!(Policy::parse_new("policy.toml", &empty).is_err());
    assert!(Policy::parse_new("policy.toml", DEFAULT).is_ok());
}
