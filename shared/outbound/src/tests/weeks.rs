//! What becomes a week's work, and what waits.

use jiff::ToSpan;
use leadlight_lead::PolicyHash;

use super::{list, now, policy};
use crate::{Call, Choice, Past, Ranking, Waits, Week, WeekPlan, choose, rank};

const FIVE: &str = "domain,industry,employees,tier\na.example,software,500,A\nb.example,software,500,B\n\
                    c.example,fintech,500,C\nd.example,media,500,C\ne.example,agriculture,60,B\n";

fn week() -> Week {
    Week::of(now())
}

fn names(choice: &Choice<'_>) -> Vec<String> {
    choice.chosen.iter().map(|one| one.ranked.target.domain.to_string().replace(".example", "")).collect()
}

fn why<'a>(choice: &'a Choice<'_>, domain: &str) -> &'a Waits {
    let found = choice.waiting.iter().find(|(ranked, _)| ranked.target.domain.as_str() == domain);
    &found.unwrap().1
}

fn chosen<'a>(
    ranking: &'a Ranking<'a>,
    changes: &[(&str, &str)],
    capacity: usize,
    past: &Past,
) -> Choice<'a> {
    choose(ranking, policy(changes).outbound().unwrap(), capacity, week(), past)
}

#[test]
fn the_best_become_work_and_the_rest_waits() {
    let list = list(FIVE);
    let ranking = rank(&list, &policy(&[]), None, now()).unwrap();
    let choice = chosen(&ranking, &[], 2, &Past::default());
    assert_eq!(names(&choice), ["a", "b"]);
    assert_eq!(choice.waiting.len(), 3);
    assert!(choice.waiting.iter().all(|(_, why)| *why == Waits::Capacity));
    assert_eq!(names(&chosen(&ranking, &[], 99, &Past::default())).len(), 5, "more room than accounts");
}

#[test]
fn places_kept_for_a_tier_bring_it_in_and_what_it_leaves_goes_to_the_best() {
    let list = list(FIVE);
    let ranking = rank(&list, &policy(&[]), None, now()).unwrap();
    let tiers = "again_after_days = 90\n[outbound.tiers]\nb = 2\n\"never heard\" = 1\n";
    let changes = [("again_after_days = 90", tiers), ("accounts_a_week = 2", "accounts_a_week = 3")];
    let choice = chosen(&ranking, &changes, 3, &Past::default());
    assert_eq!(names(&choice), ["a", "b", "e"]);
    assert_eq!(choice.unknown_tiers, ["never heard"]);
    assert!(choice.chosen[2].by_tier && !choice.chosen[0].by_tier);
    assert_eq!(*why(&choice, "c.example"), Waits::Capacity);
}

#[test]
fn who_was_spoken_to_lately_was_given_lately_or_is_in_hand_is_left_alone() {
    let list = list(
        "domain,last spoken to on\nspoken.example,2026-11-01\nlong-ago.example,2026-07-01\nmeets.example,2027-01-15\n\
         given.example,\ngiven-long-ago.example,\nopen.example,\nfree.example,\n",
    );
    let ranking = rank(&list, &policy(&[]), None, now()).unwrap();
    let domain = |name: &str| name.parse().unwrap();
    let past = Past {
        given: [
            (domain("given.example"), "2026-W45".parse().unwrap()),
            (domain("given-long-ago.example"), "2026-W20".parse().unwrap()),
        ]
        .into(),
        open: [domain("open.example")].into(),
    };
    let choice = chosen(&ranking, &[], 10, &past);
    assert_eq!(names(&choice), ["free", "given-long-ago", "long-ago"]);
    assert_eq!(
        why(&choice, "spoken.example").to_string(),
        "it was spoken to lately; again from 2027-01-30 on"
    );
    assert_eq!(
        why(&choice, "given.example").to_string(),
        "it was work in 2026-W45; again from 2027-01-31 on"
    );
    assert_eq!(*why(&choice, "open.example"), Waits::Open);
    assert!(matches!(why(&choice, "meets.example"), Waits::Spoken { .. }), "somebody is on it");
}

#[test]
fn of_a_group_of_companies_one_is_called_on_and_a_doubtful_country_waits() {
    let list = list(
        "domain,parent,country\nmother.example,,DE\ndaughter.example,mother.example,DE\ngrandchild.example,daughter.example,DE\n\
         doubt.example,,Narnia\n",
    );
    let ranking = rank(&list, &policy(&[]), None, now()).unwrap();
    let choice = chosen(&ranking, &[], 10, &Past::default());
    assert_eq!(choice.chosen.len(), 1);
    assert_eq!(choice.waiting.iter().filter(|(_, why)| *why == Waits::Group).count(), 2);
    assert_eq!(*why(&choice, "doubt.example"), Waits::Doubt);
    let two = chosen(&ranking, &[("accounts_per_group = 1", "accounts_per_group = 2")], 10, &Past::default());
    assert_eq!(two.chosen.len(), 2);
}

#[test]
fn a_week_is_named_by_the_iso_calendar() {
    assert_eq!(week().to_string(), "2026-W49");
    assert_eq!(week().monday().to_string(), "2026-11-30");
    assert_eq!(Week::of("2027-01-01T12:00:00Z".parse().unwrap()).to_string(), "2026-W53");
    assert_eq!("2026-W49".parse::<Week>().unwrap(), week());
    assert_eq!(week().before(90).count(), 13);
    assert_eq!(week().before(7).next().unwrap().to_string(), "2026-W48");
    for text in ["2026-49", "2026-W54", "W49", "2026-W4"] {
        assert!(text.parse::<Week>().is_err(), "{text}");
    }
}

#[test]
fn a_plan_is_read_back_and_carried_out_twice_makes_the_same_leads() {
    let list = list(
        "domain,name,person,email,title\nacme.example,Acme,\"Lovelace, Ada\",ada@acme.example,VP Sales\n\
         acme.example,,Bob Builder,bob@acme.example,\nacme.example,,Third,third@acme.example,\nbolt.example,Bolt,,,\n",
    );
    let policy = policy(&[]);
    let ranking = rank(&list, &policy, None, now()).unwrap();
    let rules = policy.outbound().unwrap();
    let choice = choose(&ranking, rules, 2, week(), &Past::default());
    let hashes = (policy.hash(), None, list.hash());
    let plan = WeekPlan::new(week(), now(), &choice, hashes, (&rules.source, rules.people_per_account));
    let kept = plan.to_json().unwrap();
    assert_eq!(WeekPlan::read(&kept).unwrap(), plan);
    assert!(!String::from_utf8(kept.clone()).unwrap().contains("ada@"), "it names no person");
    let newer = String::from_utf8(kept).unwrap().replace("\"schema_version\": 1", "\"schema_version\": 2");
    assert!(WeekPlan::read(newer.as_bytes()).unwrap_err().to_string().contains("schema version 2"));

    let calls = plan.events(&list).unwrap();
    let events = calls.iter().find_map(|call| match call {
        Call::People { events, .. } => Some(events),
        Call::FindSomeone { .. } => None,
    });
    let events = events.unwrap();
    assert_eq!(events.len(), 2, "at most two people of an account");
    let ada = &events[0];
    assert_eq!((ada.first_name.as_deref(), ada.last_name.as_deref()), (Some("Ada"), Some("Lovelace")));
    assert_eq!((ada.company.as_deref(), ada.title.as_deref()), (Some("Acme"), Some("VP Sales")));
    assert!(!ada.id.as_ref().unwrap().as_str().contains("ada@"));
    assert!(ada.form.fields.contains_key("Why this account"));
    let ids = |calls: &[Call<'_>]| -> Vec<String> {
        calls
            .iter()
            .flat_map(|call| match call {
                Call::People { events, .. } => events.clone(),
                Call::FindSomeone { .. } => vec![],
            })
            .map(|event| event.lead_id(now() + 72.hours()).unwrap().to_string())
            .collect()
    };
    assert_eq!(ids(&calls), ids(&plan.events(&list).unwrap()));
    assert!(calls.iter().any(|call| matches!(call, Call::FindSomeone { target: Some(_), .. })));
}

#[test]
fn faults_of_the_policy_are_told_by_place_with_a_remedy() {
    let faulty = |changes: &[(&str, &str)]| {
        let outbound =
            changes.iter().fold(super::OUTBOUND.to_owned(), |text, (from, to)| text.replace(from, to));
        let told = leadlight_policy::Policy::parse("policy.toml", &format!("{}{outbound}", super::POLICY));
        told.map(|policy: leadlight_policy::Policy| PolicyHash::clone(policy.hash())).unwrap_err().to_string()
    };
    for (change, wanted) in [
        (
            ("accounts_a_week = 2", "accounts_a_week = 0"),
            "`outbound.accounts_a_week` is 0; write a whole number from 1 to 5000",
        ),
        (("accounts_a_week = 2", ""), "`outbound` does not say how many accounts become work in a week; add"),
        (
            ("accounts_a_week = 2", "accounts_a_week = 2\naccounts_per_sdr = 2"),
            "has both `accounts_a_week` and `accounts_per_sdr`",
        ),
        (("outbound-list", "nowhere"), "there is no `[sources.nowhere]` in this file; name a source"),
        (
            ("outbound-list", "website-form"),
            "leads of `website-form` belong to the motion inbound; name a source",
        ),
        (("again_after_days = 90", "again_after_days = 0"), "`outbound.again_after_days` is 0"),
        (
            ("again_after_days = 90", "again_after_days = 90\n[outbound.tiers]\nA = 2\nB = 1"),
            "`outbound.tiers` keep 3 places, and `outbound.accounts_a_week` has 2; keep fewer places",
        ),
        (
            ("again_after_days = 90", "again_after_days = 90\n[outbound.tiers]\nA = 1\na = 1"),
            "stands in `outbound.tiers` twice",
        ),
        (
            ("again_after_days = 90", "again_after_days = 90\n[outbound.tiers]\nA = 0"),
            "`outbound.tiers.A` is 0",
        ),
    ] {
        let told = faulty(&[change]);
        assert!(told.contains(wanted), "{change:?}: {told}");
    }
}

#[test]
fn the_policy_says_in_words_what_becomes_work() {
    let tiers = [("again_after_days = 90", "again_after_days = 90\n[outbound.tiers]\nA = 1")];
    let sections = policy(&tiers).outline();
    let section =
        sections.iter().find(|section| section.title == "Which target accounts become work").unwrap();
    let text = section.text.join(" ");
    for part in ["Each week 2 accounts", "at most 2 people", "at most 1 account", "left alone for 90 days"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert_eq!(section.table.as_ref().unwrap().rows, [["A".to_owned(), "1".to_owned()]]);
}
