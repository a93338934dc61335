//! What goes before what.

use std::fmt::Write as _;

use leadlight_accounts::Accounts;
use leadlight_lead::Disqualifier;

use super::{POLICY, list, now, policy};
use crate::{Ranking, TargetList, rank};

fn ranked<'a>(list: &'a TargetList, accounts: Option<&'a Accounts>) -> Ranking<'a> {
    rank(list, &policy(&[]), accounts, now()).unwrap()
}

fn order(ranking: &Ranking<'_>) -> Vec<String> {
    ranking
        .ranked
        .iter()
        .map(|one| one.target.domain.as_str().trim_end_matches(".example").to_owned())
        .collect()
}

/// The article: "The model should rank outbound targets by the combination of ICP match, intent signals, and
/// organizational triggers (funding, hiring in relevant roles). High-ranked targets get outreach first; lower-ranked targets
/// wait for a future sequence."
#[test]
fn targets_are_ranked_by_fit_intent_and_triggers_and_none_is_rejected() {
    let list = list(
        "domain,industry,employees,intent topic,intent score,funding date,hiring\n\
         all.example,software,500,lead scoring,95,2026-11-20,revenue operations 2\n\
         fit.example,software,500,,,,\n\
         interest.example,software,500,lead scoring,95,,\n\
         timely.example,software,500,,,2026-11-20,revenue operations 2\n\
         farm.example,agriculture,60,,,,\n\
         wrong-roles.example,software,500,,,,legal 5\n",
    );
    let ranking = ranked(&list, None);
    let order = order(&ranking);
    assert_eq!(order[0], "all");
    assert_eq!(order[5], "farm", "{order:?}");
    let place = |name: &str| order.iter().position(|one| one == name).unwrap();
    assert!(place("interest") < place("fit") && place("timely") < place("fit"), "{order:?}");
    assert!(place("timely") < place("wrong-roles"), "hiring counts in relevant roles");
    assert_eq!((ranking.ranked.len(), ranking.left_out.len()), (6, 0), "ranked, never rejected for a score");
    let first = &ranking.ranked[0];
    assert!(
        first.summary.starts_with("Score: ") && first.summary.contains("intent signal: strong"),
        "{}",
        first.summary
    );
    let sum: f64 = first.reasons.iter().map(|reason| reason.contribution).sum();
    assert!((sum - first.score.value()).abs() < 1e-9, "the reasons add up to the score");
    assert!(first.reasons.iter().any(|reason| reason.factor == "tools in use not known" || !reason.known));
}

#[test]
fn what_is_not_known_counts_as_the_scorecard_says_and_never_as_a_no() {
    let list = list("domain,industry,employees\nknown.example,government,20000\nunknown.example,,\n");
    let ranking = ranked(&list, None);
    assert_eq!(order(&ranking), ["unknown", "known"]);
    assert!(ranking.ranked[0].score.value() > 10.0);
    assert!(ranking.ranked[0].known < 1e-9);
    assert!(ranking.ranked[0].reasons.iter().all(|reason| !reason.known));
}

#[test]
fn customers_competitors_and_their_companies_are_left_out_with_the_reason() {
    let accounts = Accounts::parse(
        "accounts.csv",
        "domain,relation,also\nacme.example,customer,acme-cloud.example\nrival.example,competitor,\n",
    )
    .unwrap();
    let list = list(
        "domain,parent,employees,country\nacme.example,,500,\nacme-cloud.example,,500,\nrival.example,,500,\n\
         daughter.example,acme.example,500,\ntiny.example,,1-2,\nfree.example,,500,\n",
    );
    let ranking = ranked(&list, Some(&accounts));
    assert_eq!(order(&ranking), ["free"]);
    let why = |domain: &str| {
        let found = ranking.left_out.iter().find(|one| one.target.domain.as_str() == domain).unwrap();
        (found.why.disqualifier, found.why.evidence.clone())
    };
    let customer = Disqualifier::CurrentCustomer;
    assert_eq!(
        why("acme.example"),
        (customer, "acme.example is on the list of customers in the accounts file".to_owned())
    );
    assert_eq!(why("acme-cloud.example").0, customer);
    assert_eq!(why("daughter.example"), (customer, "it belongs to acme.example, a customer".to_owned()));
    assert_eq!(why("rival.example").0, Disqualifier::Competitor);
    assert_eq!(why("tiny.example").0, Disqualifier::BelowMinimumSize);
}

#[test]
fn an_excluded_country_keeps_an_account_out_and_one_that_is_not_understood_is_in_doubt() {
    let list = list("domain,country\nexcluded.example,KP\ndoubt.example,Narnia\nfine.example,DE\n");
    let ranking = ranked(&list, None);
    assert_eq!(ranking.left_out[0].why.disqualifier, Disqualifier::ExcludedGeography);
    let doubt = ranking.ranked.iter().find(|one| one.target.domain.as_str() == "doubt.example").unwrap();
    assert!(doubt.may_be_excluded);
    assert!(ranking.ranked.iter().filter(|one| one.may_be_excluded).count() == 1);
}

#[test]
fn the_order_is_total_and_the_same_for_any_order_of_rows() {
    let rows: Vec<String> = (0..400_u32)
        .map(|n| format!("c{n}.example,software,{},crm,{}\n", 50 + n % 7 * 100, 50 + n % 11))
        .collect();
    let of = |rows: &[String]| {
        let list = list(&format!("domain,industry,employees,topic,intent score\n{}", rows.concat()));
        order(&ranked(&list, None))
    };
    let forward = of(&rows);
    let backward: Vec<String> = rows.iter().rev().cloned().collect();
    assert_eq!(forward, of(&backward));
    assert_eq!(forward.len(), 400);
}

#[test]
fn a_signal_that_moves_by_a_hair_moves_nobody() {
    let of = |score: f64| {
        let text = format!("domain,topic,intent score\nb.example,crm,{score}\na.example,crm,60\n");
        order(&ranked(&list(&text), None))
    };
    assert_eq!(of(60.001), ["a", "b"], "a hundredth of a point is not seen, and decides nothing");
    assert_eq!(of(70.0), ["b", "a"]);
}

#[test]
fn signals_move_accounts_from_week_to_week() {
    let list = list(
        "domain,funding date,topic,intent score,intent date\nfunded.example,2026-11-25,,,\n\
         interested.example,,lead scoring,90,2026-11-25\n",
    );
    let policy = policy(&[]);
    let score = |day: &str, domain: &str| {
        let ranking = rank(&list, &policy, None, day.parse().unwrap()).unwrap();
        let found = ranking.ranked.iter().find(|one| one.target.domain.as_str() == domain).unwrap();
        found.score.value()
    };
    for domain in ["funded.example", "interested.example"] {
        let (then, later) = (score("2026-11-30T00:00:00Z", domain), score("2027-05-30T00:00:00Z", domain));
        assert!(later < then - 1.0, "{domain}: {then} {later}");
    }
}

#[test]
fn a_policy_that_weighs_only_people_ranks_nothing_and_says_what_to_do() {
    let whole = POLICY.split("[motions.outbound.weights]").next().unwrap();
    let after = POLICY.split("[motions.outbound.weights]").nth(1).unwrap();
    let after = after.split_once("# ---").unwrap().1;
    let text = format!("{whole}[motions.outbound.weights]\nfunction = 1\n\n# ---{after}");
    let policy = leadlight_policy::Policy::parse("policy.toml", &text).unwrap();
    let told = rank(&list("domain\nacme.example\n"), &policy, None, now()).unwrap_err().to_string();
    assert!(told.contains("give industry, company_size"), "{told}");
}

#[test]
fn fifty_thousand_accounts_are_read_and_ranked() {
    let mut text = String::from("domain;name;Mitarbeiter;Branche;Thema;Intent Score;Finanzierung am\n");
    for n in 0..50_000_u32 {
        let (size, score) = (1 + n * 7919 % 20_000, 40 + n * 31 % 60);
        let industry = ["Software", "Maschinenbau", "Banking", "", "Einzelhandel"][n as usize % 5];
        writeln!(
            text,
            "https://www.c{n}.example;Company {n};{size};{industry};Lead Scoring;{score},5;01.{:02}.2026",
            1 + n % 10
        )
        .unwrap();
    }
    let list = list(&text);
    let ranking = ranked(&list, None);
    assert_eq!(list.len(), 50_000);
    assert_eq!(ranking.ranked.len() + ranking.left_out.len(), 50_000);
    assert!(ranking.ranked.windows(2).all(|pair| pair[0].score.value() >= pair[1].score.value() - 0.1));
    assert_eq!(ranking.ranked.last().unwrap().rank, ranking.ranked.len());
}
