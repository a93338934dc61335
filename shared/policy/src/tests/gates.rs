//! The gate counts what matters for the motion, and a vendor's answer opens it.

use leadlight_lead::{Disposition, EnrichedLead, FORM, Fact, Lot, Motion};

use super::problems::{problems, refused, refused_at};
use super::{DEFAULT, bare_lead, days_before, fact, policy, size};
use crate::{Opinion, Policy};

/// As someone typed it: their address, company and title, and what rules read of the title.
fn form(motion: Motion) -> EnrichedLead {
    fn typed<T>(value: T) -> Fact<T> {
        Fact { value, provider: FORM.to_owned(), fetched_at: days_before(0), confidence: 0.5 }
    }
    let mut lead = EnrichedLead { motion, ..bare_lead("ada@acme.example") };
    let title = "VP Sales";
    let read = policy().read_title(title);
    let (company, person) = (&mut lead.enrichment.company, &mut lead.enrichment.person);
    company.name = Some(typed("Acme".to_owned()));
    person.title = Some(typed(title.to_owned()));
    person.function = read.function.map(typed);
    person.seniority = read.seniority.map(typed);
    lead
}

/// The same after a vendor knew the company's industry, size and country.
fn with_a_vendors_answer(mut lead: EnrichedLead) -> EnrichedLead {
    let company = &mut lead.enrichment.company;
    company.industry = Some(fact("software".to_owned()));
    company.employees = Some(size(400));
    company.country = Some(fact("DE".parse().unwrap()));
    lead
}

fn disposition(policy: &Policy, lead: &EnrichedLead) -> Disposition {
    let because = "no model is published".to_owned();
    policy.decide(policy.assess(lead), Opinion::Rules { because }, Lot::NEVER).disposition
}

fn is_scored(lead: &EnrichedLead) -> bool {
    !matches!(disposition(policy(), lead), Disposition::Incomplete { .. })
}

#[test]
fn a_form_of_address_company_and_title_plus_a_firmographic_answer_is_scored_by_rules_alone() {
    let form = form(Motion::Inbound);
    let unknown = ["industry", "employees", "country", "technologies", "intent"].map(str::to_owned).to_vec();
    assert_eq!(
        disposition(policy(), &form),
        Disposition::Incomplete { missing: unknown },
        "without any vendor"
    );
    let answered = with_a_vendors_answer(form);
    assert!(is_scored(&answered));
    let share = policy().completeness(&answered.enrichment, answered.motion).share;
    assert!((share - 5.0 / 7.0).abs() < 1e-12);
}

#[test]
fn each_motion_has_the_gate_that_fits_it() {
    let kind_of_company = |mut lead: EnrichedLead| {
        lead.enrichment.company.industry = Some(fact("software".to_owned()));
        lead.enrichment.company.employees = Some(size(400));
        lead
    };
    for motion in [Motion::Event, Motion::Referral] {
        assert!(!is_scored(&form(motion)), "{motion}: of the company nothing is known");
        assert!(is_scored(&kind_of_company(form(motion))), "{motion}");
    }
    let nobody = |motion| EnrichedLead { motion, ..bare_lead("ada@acme.example") };
    assert!(is_scored(&kind_of_company(nobody(Motion::Plg))), "what a trial does says more than a title");
    assert!(!is_scored(&kind_of_company(nobody(Motion::Event))), "nobody knows who came");
    assert!(!is_scored(&kind_of_company(nobody(Motion::Inbound))));
    let missing = policy().completeness(&nobody(Motion::Plg).enrichment, Motion::Plg).missing;
    assert_eq!(missing, ["industry", "employees", "country"]);
}

#[test]
fn without_gates_of_motions_one_holds_for_all() {
    let from = DEFAULT.find("[completeness.motions.event]").unwrap();
    let to = DEFAULT.find("[criteria.industry]").unwrap();
    let without = Policy::parse("mine.toml", &format!("{}{}", &DEFAULT[..from], &DEFAULT[to..])).unwrap();
    for motion in [Motion::Event, Motion::Plg, Motion::Inbound] {
        assert!(matches!(disposition(&without, &form(motion)), Disposition::Incomplete { .. }));
        assert!(!matches!(
            disposition(&without, &with_a_vendors_answer(form(motion))),
            Disposition::Incomplete { .. }
        ));
    }
}

#[test]
fn a_gate_of_a_motion_is_checked_like_the_usual_one() {
    let share = "`completeness.motions.plg.minimum_share` is 60";
    refused("minimum_share = 0.6 ", "minimum_share = 60 ", share, "from 0 to 1");
    let from = "wanted = [\"industry\", \"employees\", \"country\"]";
    refused(from, "wanted = []", "`completeness.motions.plg.wanted` is an empty list", "at least one");
    refused_at(
        "[completeness.motions.plg]",
        "[completeness.motions.plug]",
        "[completeness.motions.plug]",
        "plug",
        "plg",
    );
}

#[test]
fn the_window_of_a_job_change_has_a_default_and_bounds() {
    let days = "job_change_days = 180";
    assert_eq!(policy().people().job_change_days, 180);
    let of = |text: &str| {
        Policy::parse("mine.toml", &DEFAULT.replace(days, text)).unwrap().people().job_change_days
    };
    assert_eq!((of(""), of("job_change_days = 1"), of("job_change_days = 730")), (180, 1, 730));
    for wrong in ["job_change_days = 0", "job_change_days = 731", "job_change_days = -1"] {
        let found = problems(&DEFAULT.replace(days, wrong));
        assert!(found[0].what.contains("`people.job_change_days`"), "{}", found[0]);
        assert!(found[0].remedy.contains("730"), "{}", found[0]);
    }
}
