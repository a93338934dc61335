//! Segments, fit and engagement on the way of a lead; a candidate model beside the live one; what history warns of.

use std::sync::Arc;

use leadlight::cli::Why;
use leadlight::consequences::consequences;
use leadlight::model_shadow;
use leadlight::replay::{Asked, Model, replay};
use leadlight_lead::{LeadId, Segment};
use leadlight_ports::LeadStore;
use leadlight_scoring::compare::Recomputed;
use leadlight_scoring::{Judge, WarningKind};
use leadlight_simulators::vendors::{Trouble, Vendor};
use serde_json::json;

use super::*;

const SEGMENTS: &str = "
[motions.inbound.segments.large]
employees_from = 1000
scores = false

[motions.inbound.segments.small]
employees_to = 999
thresholds = { sdr = 99, nurture = 1 }
";

async fn publish(world: &System, policy: &str) {
    world.registry().publish::<Policy>(policy, &change(), reference()).await.unwrap();
}

fn segmented() -> String {
    format!("{DEFAULT_POLICY}{SEGMENTS}")
}

/// A form of a person at a company of which nobody knows more than is typed.
fn form(n: u32, email: &str, employees: Option<&str>) -> String {
    let at = reference() - SignedDuration::from_hours(48) + SignedDuration::from_mins(i64::from(n));
    let mut event = json!({
        "schema_version": 1, "id": format!("segments-{n}"), "source": "website-form", "email": email,
        "title": "VP Sales", "industry": "SaaS", "country": "DE", "occurred_at": at.to_string(),
    });
    if let Some(employees) = employees {
        event["employees"] = employees.into();
    }
    event.to_string()
}

async fn came(world: &System, body: &str) -> QueuedLead {
    let passed = world.pass(&[body]).await;
    assert!(passed.dead.is_empty(), "{:?}", passed.dead);
    world.lead(&id_of(body)).await
}

#[tokio::test]
async fn a_lead_of_a_segment_without_scoring_is_seen_first_and_says_for_which() {
    let world = System::new().await;
    publish(&world, &segmented()).await;
    let large = came(&world, &form(1, "ada@unheard-of.example", Some("5000"))).await;
    assert_eq!((large.queue, large.decision()), (QueueName::HumanFirst, None));
    let reason = large.enriched().seen_first_for.as_ref().unwrap();
    assert_eq!((reason.name(), reason.to_string().as_str()), (Some("large"), "Large"));
    let small = came(&world, &form(2, "ben@also-unheard-of.example", Some("200"))).await;
    let decision = small.decision().unwrap();
    assert_eq!(decision.segment.as_ref().and_then(Segment::name), Some("small"));
    assert_ne!(decision.disposition, Disposition::Accept, "X is 99 there");
    assert!(decision.sides.is_some());
    let unknown = came(&world, &form(3, "cem@unheard-of-either.example", None)).await;
    let told = unknown.decision().unwrap().segment.as_ref().unwrap().to_string();
    assert_eq!(told, "segment not known: number of employees");
    // What one of them is told later counts.
    came(&world, &form(4, "cem@unheard-of-either.example", Some("7000"))).await;
    let first: LeadId = id_of(&form(3, "cem@unheard-of-either.example", None));
    let lead = world.lead(&first).await;
    assert_eq!(lead.queue, QueueName::HumanFirst, "{:?}", lead.enriched().enrichment.company.employees);
    assert_eq!(lead.enriched().seen_first_for.as_ref().and_then(Segment::name), Some("large"));
    // The policy that placed them moves none of them.
    let policy = Policy::parse("p.toml", &segmented()).unwrap();
    let asked = Asked { model: Model::InForce, since: None, most: None, is_watched: false };
    let found = replay(&world.registry(), &world.leads, policy, &asked, reference(), |_| ()).await.unwrap();
    assert_eq!(found.summary.moved, 0, "{:?}", found.summary.examples);
    assert_eq!(found.summary.segments.iter().map(|row| row.leads).sum::<u64>(), 3);
}

#[tokio::test]
async fn decisions_of_a_release_that_told_neither_are_made_again_to_the_bit() {
    let world = System::new().await;
    let bodies: Vec<&str> = samples().iter().map(|s| std::str::from_utf8(s.bytes).unwrap()).collect();
    world.pass(&bodies).await;
    let page = world.leads.all(None, None).await.unwrap();
    let judge = Judge::new(
        Arc::new(Policy::parse("default.toml", DEFAULT_POLICY).unwrap()),
        None,
        Champion::Absent { because: String::new() },
    );
    let key = world.registry().draw_key_if_made().await.unwrap().unwrap();
    let mut looked_at = 0;
    for lead in page.leads.iter().filter(|lead| lead.decision().is_some()) {
        let mut decision = lead.decision().unwrap().clone();
        assert!(decision.sides.is_some() && decision.segment.is_none());
        decision.sides = None;
        assert_eq!(judge.recompute(lead.enriched(), &decision, &key), Recomputed::Same);
        looked_at += 1;
    }
    assert!(looked_at > 5, "{looked_at}");
}

#[tokio::test]
async fn history_warns_of_what_nothing_meets_and_refuses_nothing() {
    let world = System::new().await;
    for n in 0..4 {
        came(&world, &form(n, &format!("p{n}@company-{n}.example"), Some("200"))).await;
    }
    let candidate = Policy::parse_new("p.toml", &segmented()).unwrap();
    let found = consequences(&world.registry(), &world.leads, candidate, reference()).await.unwrap();
    let of = |kind| found.warnings.iter().filter(|warning| warning.kind == kind).count();
    assert!(of(WarningKind::SourceSilent) >= 5, "{:?}", found.warnings);
    assert_eq!(of(WarningKind::SegmentEmpty), 1, "{:?}", found.warnings);
    assert!(of(WarningKind::CriterionNeverFires) >= 1);
    let words = found.warnings_in_words().join("\n");
    assert!(words.contains("`motions.inbound.segments.large`, of 4 of the motion; widen"), "{words}");
}

#[tokio::test]
async fn a_candidate_model_stands_beside_the_live_one_which_nothing_of_it_touches() {
    let world = System::new().await;
    let registry = world.registry();
    let history = world.history_by_close();
    world.import(&history[history.len() - 300..]).await;
    let Verdict::Published { model: live, .. } = world.retrain(reference()).await.verdict else { panic!() };
    let why = Why::default();
    let refused = async |model: &leadlight_lead::ModelHash| {
        model_shadow::start(&registry, model, &why).await.unwrap_err().to_string()
    };
    assert!(refused(&live).await.contains("this is the model in force"));
    let unknown = leadlight_lead::ModelHash::of(b"nobody's");
    assert!(refused(&unknown).await.contains("is not in the registry; the model in force decides as before"));
    let nothing = model_shadow::candidate(&registry).await.unwrap_err().to_string();
    assert!(nothing.contains("no model is in shadow"), "{nothing}");

    // One that another system learnt, and that was never in force here.
    let other = System::new().await;
    other.import(&history[history.len() - 340..]).await;
    let Verdict::Published { model, .. } = other.retrain(reference()).await.verdict else { panic!() };
    let bytes = other.registry().model(&model).await.unwrap().to_bytes();
    assert_ne!(model, live);
    world.objects.put_new(&Artifact::key(&model), bytes).await.unwrap();
    model_shadow::start(&registry, &model, &why).await.unwrap();
    let (candidate, entry) = model_shadow::candidate(&registry).await.unwrap();
    assert_eq!(candidate, model);
    let scores = async || registry.pointer::<Artifact>().await.unwrap().unwrap().current.hash;
    assert_eq!(scores().await, live);

    let lead = came(&world, &form(9, "ada@acme-nine.example", Some("400"))).await;
    assert!(matches!(&lead.decision().unwrap().decided_by, DecidedBy::Model { hash } if *hash == live));
    let asked = Asked { model: Model::Named(model.clone()), since: None, most: None, is_watched: false };
    let policy = || Policy::parse("default.toml", DEFAULT_POLICY).unwrap();
    let found = replay(&registry, &world.leads, policy(), &asked, reference(), |_| ()).await.unwrap();
    assert_eq!(found.model.as_ref(), Some(&model));
    assert!(found.summary.decided_by.model_after >= 1);
    assert!(entry.published_at > reference());

    // Damaged midway: said in clear words, and the live one decides as before.
    world.objects.damage(&Artifact::key(&model), b"no model".to_vec());
    let damaged = model_shadow::whole(&registry, &model).await.unwrap_err();
    assert!(damaged.to_string().contains("is damaged"), "{damaged:#}");
    assert!(damaged.to_string().contains("model shadow drop"), "{damaged:#}");
    assert!(registry.promote(&model, &change(), reference()).await.is_err());
    let lead = came(&world, &form(10, "ben@acme-ten.example", Some("400"))).await;
    assert!(matches!(&lead.decision().unwrap().decided_by, DecidedBy::Model { hash } if *hash == live));
    model_shadow::empty(&registry, &why).await.unwrap();
    assert!(model_shadow::candidate(&registry).await.is_err());
    assert_eq!(scores().await, live);
}

/// What vendors tell later, once they are back, may put a lead into a segment that people see first; and what waits for a look
/// goes on to wait, with what is known now.
#[tokio::test]
async fn what_vendors_tell_later_is_seen_first_or_goes_on_to_wait() {
    const FORM: &str = r#"{"schema_version":1,"id":"later-1","source":"website-form","email":"dana.whitlock@brightforge.example","title":"VP Sales"}"#;
    for source in ["website-form", "partner-portal"] {
        let world = System::new().await;
        let any = "\n[motions.inbound.segments.all]\nemployees_from = 1\nscores = false\n";
        publish(&world, &format!("{DEFAULT_POLICY}{any}")).await;
        let body = FORM.replace("website-form", source);
        let away = |is_away: bool| {
            for vendor in Vendor::ALL {
                world.vendors.behind().set_trouble(vendor, is_away.then_some(Trouble::Status(503)));
            }
        };
        let through_all = async |body: &str| {
            let (enrich, score) = (world.enrich(), world.score());
            let (failed, mut dead) = through(&enrich, delivery([body], 1)).await;
            assert!(failed.is_empty());
            let to_score: Vec<String> = enrich.to_score.sent().into_iter().map(|sent| sent.body).collect();
            dead.extend(through(&score, delivery(to_score.iter().map(String::as_str), 1)).await.1);
            let sent = enrich.to_route.sent().into_iter().chain(score.to_route.sent());
            let to_route: Vec<String> = sent.map(|sent| sent.body).collect();
            dead.extend(world.routed(&to_route).await);
            assert!(dead.is_empty(), "{source}: {dead:?}");
            enrich.again.sent().into_iter().map(|sent| sent.body).next()
        };
        away(true);
        let again = through_all(&body).await.unwrap();
        let before = world.lead(&id_of(&body)).await;
        let waits_for_a_look = source == "partner-portal";
        assert_eq!(before.decision().is_none(), waits_for_a_look, "{source}");
        assert!(before.enrichment().company.employees.is_none(), "{source}");
        away(false);
        through_all(&again).await;
        let after = world.lead(&id_of(&body)).await;
        assert_eq!((after.queue, after.decision()), (QueueName::HumanFirst, None), "{source}");
        assert!(after.enrichment().company.employees.is_some(), "{source}");
        assert_eq!(after.enriched().seen_first_for.is_some(), !waits_for_a_look, "{source}");
        // Twice delivered is once done.
        through_all(&again).await;
        assert_eq!(world.lead(&id_of(&body)).await, after, "{source}");
    }
}
