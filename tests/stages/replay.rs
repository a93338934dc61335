//! A policy over the leads of a table: what decisions of before come to when they are made again, and who would move.

use leadlight::consequences::consequences;
use leadlight::replay::{Asked, Found, Model, html, replay};
use leadlight_lead::Fact;
use leadlight_ports::LeadStore;
use leadlight_registry::{Change, NoSay};
use leadlight_scoring::ModelFate;
use leadlight_scoring::compare::Move;

use super::*;

/// Deals of the sample history as leads that come in by themselves: scored by what is in force, and routed.
async fn come(world: &System, which: std::ops::Range<usize>) {
    let policy = world.policy();
    // What people look at first is scored once they have.
    let leads = world.history().into_iter().filter(|lead| !policy.looks_first(lead.enriched()));
    let bodies: Vec<String> = leads
        .skip(which.start)
        .take(which.len())
        .map(|lead| {
            let mut enriched = lead.enriched().clone();
            enriched.submitted.event.source_event_type = None;
            enriched.to_message().unwrap()
        })
        .collect();
    let score = world.score();
    let dead = through(&score, delivery(bodies.iter().map(String::as_str), 1)).await.1;
    assert!(dead.is_empty(), "{dead:?}");
    let to_route: Vec<String> = score.to_route.sent().into_iter().map(|sent| sent.body).collect();
    assert!(world.routed(&to_route).await.is_empty());
}

/// A model that has learnt from the latest deals of the sample history.
async fn learnt(world: &System, deals: usize) -> leadlight_lead::ModelHash {
    let history = world.history_by_close();
    world.import(&history[history.len() - deals..]).await;
    match world.retrain(reference()).await.verdict {
        Verdict::Published { model, .. } => model,
        other => panic!("{other:?}"),
    }
}

fn asked() -> Asked {
    Asked { model: Model::InForce, since: None, most: None, is_watched: false }
}

async fn over(world: &System, policy: &str, asked: &Asked) -> Found {
    let policy = Policy::parse("candidate.toml", policy).unwrap();
    replay(&world.registry(), &world.leads, policy, asked, reference(), |_| ()).await.unwrap()
}

async fn publish(world: &System, policy: &str) {
    world.registry().publish::<Policy>(policy, &change(), reference()).await.unwrap();
}

/// All leads of the table.
async fn all(world: &System) -> Vec<QueuedLead> {
    let (mut leads, mut after) = (Vec::new(), None);
    loop {
        let page = world.leads.all(None, after).await.unwrap();
        leads.extend(page.leads);
        after = page.next;
        if after.is_none() {
            return leads;
        }
    }
}

fn put(from: &str, to: &str) -> String {
    assert!(DEFAULT_POLICY.contains(from), "{from}");
    DEFAULT_POLICY.replacen(from, to, 1)
}

async fn the_policy_in_force_moves_nobody(world: &System) -> Found {
    let bodies: Vec<&str> = samples().iter().map(|s| std::str::from_utf8(s.bytes).unwrap()).collect();
    world.pass(&bodies).await;
    come(world, 0..300).await;
    let found = over(world, DEFAULT_POLICY, &asked()).await;
    let made = &found.summary.recomputed;
    assert!(made.reasons.is_empty() && made.differ + made.unable + made.taken_back == 0, "{made:?}");
    assert!(made.not_decided > 0, "a partner's lead waits for a look");
    assert!(found.summary.leads > 300);
    assert_eq!((found.summary.moved, found.is_cut_short), (0, false), "{:?}", found.summary.moves);
    found
}

#[tokio::test]
async fn the_policy_in_force_makes_every_decision_again_to_the_bit_by_rules() {
    let world = System::new().await;
    let found = the_policy_in_force_moves_nobody(&world).await;
    assert_eq!(found.rules_because.as_deref(), Some("no model is published yet"));
    assert_eq!(found.summary.decided_by.rules_after, found.summary.decided_by.rules_before);
}

#[tokio::test]
async fn the_policy_in_force_makes_every_decision_again_to_the_bit_by_a_model() {
    let world = System::new().await;
    let model = learnt(&world, 300).await;
    let imported = all(&world).await.len() as u64;
    let found = the_policy_in_force_moves_nobody(&world).await;
    assert_eq!(found.model.as_ref(), Some(&model));
    let (summary, voices) = (&found.summary, found.summary.decided_by);
    assert_eq!(summary.recomputed.same, voices.model_before + imported, "imported deals by the rules");
    assert_eq!(voices.model_before, voices.model_after);
    assert_eq!(summary.history.won.leads + summary.history.lost.leads, imported);
    let expected = summary.expected.unwrap();
    assert!((expected.before - expected.after).abs() < 1e-9 && expected.all > expected.before);

    // Weights change nothing where the model decides the score.
    let weight = over(&world, &put("weight = 15", "weight = 40"), &asked()).await;
    assert_eq!(weight.summary.moved, 0, "{:?}", weight.summary.moves);
    // Without the model they do, and the rules say why they decide.
    let rules = Asked { model: Model::Rules, ..asked() };
    let by_rules = over(&world, DEFAULT_POLICY, &rules).await;
    assert_eq!((by_rules.model.as_ref(), by_rules.summary.decided_by.model_after), (None, 0));
    assert!(by_rules.summary.moved > 0);
    let because = &by_rules.summary.examples[0].because;
    assert!(because.contains("the rules decide instead of the model"), "{because}");
}

#[tokio::test]
async fn a_changed_threshold_moves_exactly_those_between() {
    let world = System::new().await;
    come(&world, 0..400).await;
    let found = over(&world, &put("\nsdr = 70", "\nsdr = 60"), &asked()).await;
    let (leads, policy) = (all(&world).await, world.policy());
    let between = leads.iter().filter(|lead| {
        let decision = lead.decision().unwrap();
        let lift = policy.assess(lead.enriched()).lift.map_or(0.0, |lift| lift.points);
        decision.disposition == Disposition::Nurture && decision.score.value() + lift >= 60.0
    });
    let leads = between.count() as u64;
    assert!(leads > 0);
    assert_eq!(found.summary.moves, [Move { from: QueueName::Nurture, to: QueueName::Sdr, leads }]);

    // What programs read: names are kept.
    let value = serde_json::to_value(&found).unwrap();
    let names: Vec<_> = value.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "candidate",
            "in_force",
            "is_cut_short",
            "model",
            "replayed_at",
            "rules_because",
            "since",
            "summary",
            "team"
        ]
    );

    // Of a part of the table it is said that there are more.
    let most = Asked { most: Some((50, 10)), ..asked() };
    let part = over(&world, DEFAULT_POLICY, &most).await;
    assert!(part.is_cut_short && part.summary.leads < 400, "{}", part.summary.leads);
    let later = Asked { since: Some(reference() + SignedDuration::from_hours(1)), ..asked() };
    assert_eq!(over(&world, DEFAULT_POLICY, &later).await.summary.leads, 0);
}

#[tokio::test]
async fn decisions_of_three_policies_of_before_and_a_model_that_was_taken_back() {
    let world = System::new().await;
    come(&world, 0..40).await;
    let second = put("\nsdr = 70", "\nsdr = 65");
    publish(&world, &second).await;
    come(&world, 40..80).await;
    let third = put("\nsdr = 70", "\nsdr = 66");
    publish(&world, &third).await;
    come(&world, 80..110).await;
    publish(&world, DEFAULT_POLICY).await;
    let registry = world.registry();
    for (deals, leads) in [(300, 110..120), (330, 120..140)] {
        let other = System::new().await;
        let model = learnt(&other, deals).await;
        let bytes = other.registry().model(&model).await.unwrap().to_bytes();
        let found = registry.find::<Artifact>().await.unwrap();
        registry.publish_model(bytes, vec![], &found, &change(), reference()).await.unwrap();
        come(&world, leads).await;
    }
    registry.roll_back_model(&Change::new("Ada", "it was worse"), reference()).await.unwrap();

    let whole = over(&world, DEFAULT_POLICY, &asked()).await.summary.recomputed;
    assert_eq!((whole.same, whole.taken_back, whole.unable, whole.differ), (140, 20, 0, 0), "{whole:?}");
    assert!(whole.reasons[0].reason.ends_with("was taken back"), "{whole:?}");

    let key = |policy: &str| Policy::key(&Policy::hash_of(policy.as_bytes()));
    world.objects.lose(&key(&second));
    world.objects.damage(&key(&third), b"revision = 1".to_vec());
    let found = over(&world, DEFAULT_POLICY, &asked()).await.summary;
    let made = &found.recomputed;
    assert_eq!((made.same, made.unable, made.taken_back), (70, 70, 20), "{made:?}");
    let said =
        |words: &str| made.reasons.iter().find(|told| told.reason.contains(words)).map(|told| told.leads);
    assert_eq!(said("is no longer in the registry"), Some(40), "{made:?}");
    assert_eq!(said("is damaged"), Some(30), "{made:?}");
    assert_eq!(found.leads, 140, "all of them are decided on under the candidate");
}

#[tokio::test]
async fn the_page_escapes_what_companies_call_themselves() {
    const HOSTILE: &str = "<script>alert('x')</script>\"&";
    let world = System::new().await;
    let policy = world.policy();
    let is_scored = |lead: &QueuedLead| !policy.looks_first(lead.enriched());
    let mut lead = world.history().into_iter().find(is_scored).unwrap();
    let RouteRequest::Scored(scored) = &mut lead.content else { panic!() };
    scored.enriched.submitted.event.source_event_type = None;
    let name = Fact {
        value: HOSTILE.to_owned(),
        provider: "form".to_owned(),
        fetched_at: reference(),
        confidence: 1.0,
    };
    scored.enriched.enrichment.company.name = Some(name);
    let body = scored.enriched.to_message().unwrap();
    let score = world.score();
    through(&score, delivery([body.as_str()], 1)).await;
    let to_route: Vec<String> = score.to_route.sent().into_iter().map(|sent| sent.body).collect();
    world.routed(&to_route).await;
    let source = format!("\n[sources.{}]", lead.event().source);
    let first = put(&source, &format!("{source}\nhuman_first = true"));
    let found = over(&world, &first, &asked()).await;
    assert_eq!(found.summary.examples[0].company.as_deref(), Some(HOSTILE));
    let page = html(&found);
    assert!(!page.contains("<script") && !page.contains("alert('x')</"), "{page}");
    assert!(page.contains("&lt;script&gt;") && page.contains("default-src 'none'"));
    assert!(!page.contains("http://") && !page.contains("https://"), "nothing comes from elsewhere");
}

/// What is said of a policy before it is in force.
#[tokio::test]
async fn what_a_change_does_is_said_before_it_is_done() {
    let world = System::new().await;
    let bodies: Vec<&str> = samples().iter().map(|s| std::str::from_utf8(s.bytes).unwrap()).collect();
    world.pass(&bodies).await;
    let said = async |policy: &str| {
        let policy = Policy::parse("candidate.toml", policy).unwrap();
        consequences(&world.registry(), &world.leads, policy, reference()).await.unwrap()
    };
    let heavier = put("weight = 15", "weight = 60").replacen("\nsdr = 70", "\nsdr = 41", 1);
    let by_rules = said(&heavier).await;
    assert!(by_rules.latest.as_ref().unwrap().moved > 0, "{by_rules:?}");
    let words = by_rules.in_words().join("\n");
    assert!(words.contains("Rules decide, so they take effect at once."), "{words}");
    assert!(words.contains(" would move: ") && !words.contains("retrain"), "{words}");

    let model = learnt(&world, 300).await;
    let same = said(DEFAULT_POLICY).await;
    assert_eq!((&same.model, &same.fate), (&Some(model.clone()), &Some(ModelFate::Stays)));
    assert!(same.weights.is_empty());
    let words = said(&heavier).await.in_words().join("\n");
    assert!(words.contains("stays in force."), "{words}");
    assert!(
        words.contains("The model decides the score; weights take effect where rules decide."),
        "{words}"
    );

    // Another rule under the old name: what the model learnt means something else.
    let ruled = put("half_life_days = ", "half_life_days = 1");
    let aside = said(&ruled).await;
    assert!(matches!(aside.fate, Some(ModelFate::StepsAside { .. })), "{aside:?}");
    let words = aside.in_words().join("\n");
    assert!(words.contains("steps aside, and rules decide until the next training: "), "{words}");
    assert!(words.contains("leadlight retrain"), "{words}");
    assert_eq!(world.registry().out_of_force(&model).await.unwrap(), None);
    publish(&world, &ruled).await;
    let because = world.registry().out_of_force(&model).await.unwrap().unwrap();
    assert_eq!(because, NoSay::Unfit("`engagement` no longer means what the model learnt".to_owned()));
    assert!(matches!(said(&ruled).await.fate, Some(ModelFate::StaysAside { .. })));
    assert_eq!(said(DEFAULT_POLICY).await.fate, Some(ModelFate::ComesBack));
    let found = over(&world, &ruled, &asked()).await;
    assert_eq!(found.model, None);
    assert!(found.rules_because.unwrap().contains("does not fit this policy"), "{words}");
}

/// Rules beside a model: the decision is made again to the bit, the model's word with it, and what turning the dial up would
/// move is told before it is done.
#[tokio::test]
async fn a_model_that_is_heard_can_be_replayed_and_given_the_say() {
    let world = System::default();
    publish(&world, DEFAULT_POLICY).await;
    let model = learnt(&world, 300).await;
    let ruled = put("[model]\n", "[model]\ndecides = \"rules\"\n");
    publish(&world, &ruled).await;
    come(&world, 0..200).await;
    let leads = all(&world).await;
    let heard: Vec<_> = leads.iter().filter_map(QueuedLead::decision).filter(|d| d.heard.is_some()).collect();
    assert!(heard.len() >= 150, "{}", heard.len());
    assert!(heard.iter().all(|d| d.model().is_none() && d.asked_model() == Some(&model)));
    assert_eq!(world.registry().out_of_force(&model).await.unwrap(), Some(NoSay::Heard));

    let found = over(&world, &ruled, &asked()).await;
    let made = &found.summary.recomputed;
    assert_eq!((made.differ, made.unable, found.summary.moved), (0, 0, 0), "{made:?}");
    assert!(found.summary.expected.is_some_and(|expected| expected.leads >= 150), "chances are known");

    let higher = put("[model]\n", "[model]\ndecides = \"higher\"\n");
    let up = over(&world, &higher, &asked()).await.summary;
    // Nearer to people, or where it stands: never lower than the rules put it.
    let place = |queue: QueueName| match queue {
        QueueName::Sdr => 2,
        QueueName::Nurture => 1,
        _ => 0,
    };
    let is_lower = |told: &Move| place(told.to) < place(told.from);
    assert!(up.moved > 0 && !up.moves.iter().any(is_lower), "{:?}", up.moves);
}
