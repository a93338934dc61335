//! What a product tells of an account that it names alone, all the way to the leads of that account.

use leadlight_lead::{AccountRef, AccountUse, ActivityKind, UsageKey, Use, WorkspaceId};
use leadlight_outcome::Outcomes;
use leadlight_ports::memory::Memory;
use leadlight_ports::{FixedClock, UsageStore};
use leadlight_tests::shaky::{Cut, CutQueue, Shaky};

use super::*;

type CutWorld = Memory<FixedClock, Shaky, CutQueue>;

fn trial(name: &str, activity: &str) -> String {
    format!(
        r#"{{"schema_version":1,"id":"t-{name}","source":"product-trial","email":"{name}@brightforge.example","company":"Brightforge","country":"DE","employees":"400","industry":"Software","title":"RevOps Manager","activity":[{activity}]}}"#
    )
}

fn by_domain() -> AccountRef {
    AccountRef::Domain("brightforge.example".parse().unwrap())
}

fn workspace() -> WorkspaceId {
    "ws_91".parse().unwrap()
}

fn used(id: &str, account: AccountRef, kinds: &[ActivityKind]) -> String {
    let used = kinds.iter().map(|kind| Use::new(*kind, 1, Some(reference()), reference())).collect();
    told(id, account, used)
}

fn told(id: &str, account: AccountRef, used: Vec<Use>) -> String {
    let source = "product-trial".parse().unwrap();
    let id = id.parse().unwrap();
    AccountUse { source, id, account, used, received_at: reference() }.to_message().unwrap()
}

const TEAM_AT_WORK: [ActivityKind; 3] =
    [ActivityKind::IntegrationConnected, ActivityKind::TeammateInvited, ActivityKind::TeammateInvited];

/// Hands messages to the outcome stage, and scores and routes what it sends; what was set aside.
async fn tell(world: &System, messages: &[String]) -> Vec<String> {
    let outcomes = world.outcomes();
    let (failed, dead) = through(&outcomes, delivery(messages.iter().map(String::as_str), 1)).await;
    assert!(failed.is_empty(), "{failed:?}");
    scored(world, outcomes.to_score.sent().into_iter().map(|sent| sent.body).collect()).await;
    dead.into_iter().map(|sent| sent.attributes.values().cloned().collect::<Vec<_>>().join("; ")).collect()
}

/// Scores and routes leads; what route says of their accounts goes to the outcome stage, until nothing is left to do.
async fn scored(world: &System, mut to_score: Vec<String>) -> usize {
    let mut rounds = 0;
    while !to_score.is_empty() {
        rounds += 1;
        assert!(rounds < 10, "it comes to an end");
        let (score, route, outcomes) = (world.score(), world.route(), world.outcomes());
        through(&score, delivery(to_score.iter().map(String::as_str), 1)).await;
        let to_route: Vec<String> = score.to_route.sent().into_iter().map(|sent| sent.body).collect();
        through(&route, delivery(to_route.iter().map(String::as_str), 1)).await;
        let looks: Vec<String> = route.outcomes.sent().into_iter().map(|sent| sent.body).collect();
        through(&outcomes, delivery(looks.iter().map(String::as_str), 1)).await;
        let again = route.to_score.sent().into_iter().chain(outcomes.to_score.sent());
        to_score = again.map(|sent| sent.body).collect();
    }
    rounds
}

async fn signs_up(world: &System, body: &str) -> QueuedLead {
    let enrich = world.enrich();
    through(&enrich, delivery([body], 1)).await;
    scored(world, enrich.to_score.sent().into_iter().map(|sent| sent.body).collect()).await;
    world.lead(&id_of(body)).await
}

fn score(lead: &QueuedLead) -> f64 {
    lead.decision().unwrap().score.value()
}

#[tokio::test]
async fn use_that_names_an_account_alone_counts_for_a_lead_that_comes_later() {
    let world = System::without_vendors().await;
    let apart = System::without_vendors().await;
    let body = trial("ada", "");
    let without = signs_up(&apart, &body).await;
    let dead = tell(&world, &[used("u-1", by_domain(), &TEAM_AT_WORK)]).await;
    assert!(dead.is_empty());
    let with = signs_up(&world, &body).await;
    assert!(score(&with) > score(&without) + 20.0, "{} {}", score(&with), score(&without));
    let group = with.enriched().group.as_ref().unwrap();
    assert_eq!((group.others.len(), group.used.len()), (0, 2));
}

#[tokio::test]
async fn use_that_comes_later_scores_the_open_leads_of_the_account_again_and_only_if_it_matters() {
    let world = System::without_vendors().await;
    let (ada, bob) = (trial("ada", ""), trial("bob", ""));
    let before = [signs_up(&world, &ada).await, signs_up(&world, &bob).await];
    tell(&world, &[used("u-1", by_domain(), &TEAM_AT_WORK)]).await;
    for (body, before) in [&ada, &bob].into_iter().zip(&before) {
        let now = world.lead(&id_of(body)).await;
        assert!(score(&now) > score(before) + 20.0);
        assert!(!now.thread.account_moved, "it was decided on again");
        assert_eq!(now.thread.scored_before.len(), before.thread.scored_before.len() + 1);
    }
    // The milestone is reached: more of the same changes no grade, and scores nothing again.
    let outcomes = world.outcomes();
    through(&outcomes, delivery([used("u-2", by_domain(), &TEAM_AT_WORK).as_str()], 1)).await;
    assert_eq!(outcomes.to_score.sent().len(), 0);
    // So does what was told before.
    through(&outcomes, delivery([used("u-1", by_domain(), &TEAM_AT_WORK).as_str()], 1)).await;
    assert_eq!(outcomes.to_score.sent().len(), 0);
}

#[tokio::test]
async fn what_a_colleague_does_later_scores_the_others_again() {
    let world = System::without_vendors().await;
    let ada = trial("ada", "");
    let before = signs_up(&world, &ada).await;
    let did = r#"{"kind":"integration_connected","at":"2026-11-20T09:00:00Z"},{"kind":"teammate_invited","at":"2026-11-20T09:01:00Z"},{"kind":"teammate_invited","at":"2026-11-20T09:02:00Z"}"#;
    signs_up(&world, &trial("bob", did)).await;
    let after = world.lead(&id_of(&ada)).await;
    assert!(score(&after) > score(&before) + 20.0, "{} {}", score(&before), score(&after));
}

#[tokio::test]
async fn use_of_a_workspace_waits_until_somebody_says_whose_it_is() {
    let world = System::without_vendors().await;
    let ada = trial("ada", "");
    let before = signs_up(&world, &ada).await;
    let of_workspace = || AccountRef::Workspace(workspace());
    tell(&world, &[used("u-1", of_workspace(), &TEAM_AT_WORK[..2])]).await;
    assert!(
        (score(&world.lead(&id_of(&ada)).await) - score(&before)).abs() < 1e-9,
        "nobody knows whose it is"
    );
    let both = AccountRef::Both(
        workspace(),
        "www.brightforge.example"
            .parse::<leadlight_lead::DomainName>()
            .unwrap_or_else(|_| "brightforge.example".parse().unwrap()),
    );
    tell(&world, &[told("g-1", both, vec![])]).await;
    let mapped = score(&world.lead(&id_of(&ada)).await);
    assert!(mapped > score(&before) + 10.0);
    // From now on it is the account's at once.
    tell(&world, &[used("u-2", of_workspace(), &TEAM_AT_WORK[2..])]).await;
    assert!(score(&world.lead(&id_of(&ada)).await) > mapped + 5.0);
}

#[tokio::test]
async fn whatever_the_order_and_however_often_the_same_is_kept() {
    let domain = || "brightforge.example".parse().unwrap();
    let mut messages = vec![
        used("u-1", by_domain(), &TEAM_AT_WORK[..1]),
        used("u-2", AccountRef::Workspace(workspace()), &TEAM_AT_WORK[1..2]),
        told("g-1", AccountRef::Both(workspace(), domain()), vec![]),
        used("u-3", AccountRef::Workspace(workspace()), &TEAM_AT_WORK[2..]),
    ];
    let mut kept = Vec::new();
    for _ in 0..messages.len() {
        messages.rotate_left(1);
        let world = System::without_vendors().await;
        for message in messages.iter().chain(&messages) {
            tell(&world, std::slice::from_ref(message)).await;
        }
        kept.push(world.leads.usage(&UsageKey::Domain(domain())).await.unwrap().unwrap().usage);
    }
    assert!(kept.windows(2).all(|pair| pair[0] == pair[1]));
    let used = kept[0].since(reference() - SignedDuration::from_hours(1));
    assert_eq!(used.iter().map(|used| used.times).sum::<u32>(), 3);
}

#[tokio::test]
async fn what_cannot_count_is_set_aside_with_what_to_do() {
    let world = System::without_vendors().await;
    let reasons = tell(
        &world,
        &[
            used("u-1", AccountRef::Domain("webmail.example".parse().unwrap()), &TEAM_AT_WORK),
            used("u-2", by_domain(), &TEAM_AT_WORK).replace("product-trial", "nowhere"),
            used("u-3", by_domain(), &TEAM_AT_WORK).replace("\"times\":1", "\"times\":\"many\""),
        ],
    )
    .await
    .join("\n");
    for wanted in [
        "the account's domain is a mailbox provider's; send the company's own",
        "the policy declares no source `nowhere`; add `[sources.nowhere]`",
        "neither a CRM event nor an account's use",
    ] {
        assert!(reasons.contains(wanted), "{wanted}: {reasons}");
    }
    let none =
        DEFAULT_POLICY.replace("[sources.product-trial]", "[sources.product-trial]\nmay_say = [\"id\"]");
    world.registry().publish::<Policy>(&none, &change(), reference()).await.unwrap();
    let reasons = tell(&world, &[used("u-4", by_domain(), &TEAM_AT_WORK)]).await.join("\n");
    assert!(reasons.contains("the source `product-trial` may not say `activity`; add that"), "{reasons}");
}

/// Whatever step fails, before it is done or when it is, the next delivery does the rest.
#[tokio::test]
async fn a_crash_anywhere_loses_no_use_and_no_score() {
    let mut cuts = 0;
    for when_done in [false, true] {
        for step in 0.. {
            let world = System::without_vendors().await;
            let ada = trial("ada", "");
            let before = signs_up(&world, &ada).await;
            let cut = Cut::at(step, when_done);
            let outcomes = |cut: Cut| Outcomes::<CutWorld> {
                leads: Shaky { cut: cut.clone(), ..Shaky::of(&world.leads) },
                in_force: InForce::new(world.registry()),
                to_score: CutQueue { cut, ..CutQueue::default() },
                marking: leadlight_ports::Marking::new(world.objects.clone()),
                clock: FixedClock(reference()),
            };
            let stage = outcomes(cut.clone());
            let both = AccountRef::Both(workspace(), "brightforge.example".parse().unwrap());
            let message = used("u-1", both, &TEAM_AT_WORK);
            let mut to_score = Vec::new();
            for receive in 1..4 {
                let (failed, dead) = through(&stage, delivery([message.as_str()], receive)).await;
                assert!(dead.is_empty());
                if failed.is_empty() {
                    break;
                }
            }
            to_score.extend(stage.to_score.queue.sent().into_iter().map(|sent| sent.body));
            scored(&world, to_score).await;
            let after = world.lead(&id_of(&ada)).await;
            assert!(score(&after) > score(&before) + 20.0, "step {step}, {when_done}");
            if cut.steps() <= step {
                break;
            }
            cuts += 1;
        }
    }
    assert!(cuts >= 6, "{cuts}");
}
