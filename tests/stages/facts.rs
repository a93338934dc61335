//! Facts beside grades, through the whole system: what a model finds in them, and what their months do to it.

use std::collections::BTreeMap;

use leadlight_events::{generate, read_deals};
use leadlight_lead::{FeatureValue, FeatureVector, QueuedLead};
use leadlight_model::Severity;
use leadlight_retrain::Report;
use leadlight_scoring::features;

use super::*;

/// The default policy with other lines in front of `[model]`'s last one.
fn with_model(lines: &str) -> String {
    let text = DEFAULT_POLICY.replacen("\nnever_lowers = ", &format!("\n{lines}\nnever_lowers = "), 1);
    assert_ne!(text, DEFAULT_POLICY);
    text
}

async fn under(policy: &str) -> System {
    let world = System::default();
    publish(&world, policy).await;
    world
}

async fn publish(world: &System, policy: &str) {
    world.registry().publish::<Policy>(policy, &change(), reference()).await.unwrap();
}

fn invented(seed: u64, deals: usize) -> Vec<QueuedLead> {
    let policy = Policy::parse("default.toml", DEFAULT_POLICY).unwrap();
    let deals = read_deals("invented.csv", generate(seed, deals).as_bytes()).unwrap();
    deals.iter().map(|deal| leadlight::history::closed_lead(deal, &policy).unwrap()).collect()
}

async fn champion(world: &System, report: &Report) -> Artifact {
    let Verdict::Published { model, .. } = &report.verdict else { panic!("{:?}", report.verdict) };
    world.registry().model(model).await.unwrap()
}

fn probability(artifact: &Artifact, policy: &Policy, lead: &QueuedLead) -> f64 {
    artifact.predict(&features(policy, lead.enriched())).unwrap().probability
}

fn is_won(lead: &QueuedLead) -> bool {
    lead.outcome.as_ref().unwrap().result == OutcomeResult::Won
}

#[expect(clippy::cast_precision_loss, reason = "thousands")]
fn mean(numbers: &[f64]) -> f64 {
    numbers.iter().sum::<f64>() / numbers.len() as f64
}

fn log_loss(artifact: &Artifact, policy: &Policy, leads: &[QueuedLead]) -> f64 {
    let loss = |lead: &QueuedLead| {
        let said = probability(artifact, policy, lead);
        -(if is_won(lead) { said } else { 1.0 - said }).ln()
    };
    mean(&leads.iter().map(loss).collect::<Vec<_>>())
}

/// In software, and there alone, who uses Segment buys. Neither grade can say so: other industries and tools have them too.
#[tokio::test]
async fn the_system_finds_the_tool_that_tells_in_one_industry_alone() {
    let (deals, fresh) = (invented(2, 3000), invented(1, 3000));
    let (mut losses, mut lifts, mut told) = (Vec::new(), Vec::new(), String::new());
    for facts in ["facts = []", "facts = [\"company.industry\", \"company.technologies\"]"] {
        let text = with_model(facts);
        let world = under(&text).await;
        world.import(&deals).await;
        let report = world.retrain(reference()).await;
        let (artifact, policy) = (champion(&world, &report).await, Policy::parse("p", &text).unwrap());
        losses.push(log_loss(&artifact, &policy, &fresh));
        // The same leads with the tool and without it: what it adds to the log-odds in an industry.
        let lift = |industry: &str| {
            let is_of = |lead: &&QueuedLead| {
                let company = &lead.enrichment().company;
                company.industry.as_ref().is_some_and(|fact| fact.value == industry)
                    && company.technologies.is_some()
            };
            let said = |lead: &QueuedLead, uses: bool| {
                let mut lead = lead.enriched().clone();
                let tools = &mut lead.enrichment.company.technologies.as_mut().unwrap().value;
                tools.retain(|tool| tool != "segment");
                tools.extend(uses.then(|| "segment".to_owned()));
                artifact.predict(&features(&policy, &lead)).unwrap().margin
            };
            let lifts: Vec<f64> =
                fresh.iter().filter(is_of).map(|lead| said(lead, true) - said(lead, false)).collect();
            assert!(lifts.len() > 50, "{industry}: {}", lifts.len());
            mean(&lifts)
        };
        lifts.push((lift("software"), lift("fintech")));
        told = format!("log-loss {losses:?}, lifts {lifts:?}, {:?}", report.verdict);
        println!("{told}");
    }
    let [(graded, grades_elsewhere), (here, there)] = lifts[..] else { panic!("{told}") };
    assert!((graded - grades_elsewhere).abs() < 0.5, "grades know of no industry: {told}");
    assert!(here > there + 0.7, "{told}");
    assert!(losses[1] < losses[0] - 0.02, "{told}");
}

#[tokio::test]
async fn a_champion_of_grades_scores_on_when_facts_appear_and_one_of_facts_is_unfit_when_they_go() {
    let world = under(&with_model("facts = []")).await;
    world.import_history(400).await;
    let graded = champion(&world, &world.retrain(reference()).await).await;
    publish(&world, DEFAULT_POLICY).await;
    let scored = |id: &str| LEAD.replace("e1", id);
    world.pass(&[&scored("e1")]).await;
    let decision = world.lead(&id_of(&scored("e1"))).await.decision().unwrap().clone();
    assert_eq!(decision.decided_by, DecidedBy::Model { hash: graded.hash() });
    assert!(decision.features.value("lead.source").is_some(), "what it saw is kept for the next training");
    // The next run learns from facts too, with the old champion beside it.
    world.import_history(usize::MAX).await;
    let later = world.retrain(reference()).await;
    assert!(later.study.audit.fill.iter().any(|fill| fill.feature == "company.industry"));
    let world = System::new().await;
    world.import_history(400).await;
    champion(&world, &world.retrain(reference()).await).await;
    publish(&world, &with_model("facts = []")).await;
    world.pass(&[LEAD]).await;
    let lead = world.lead(&id_of(LEAD)).await;
    let DecidedBy::Rules { because } = &lead.decision().unwrap().decided_by else { panic!() };
    assert!(because.contains("it lacks `company."), "{because}");
}

/// Each deal has a campaign of its own; some decisions hold a number where there is a word today; a field is declared that
/// no form has.
#[tokio::test]
async fn facts_that_explode_change_kind_or_never_come_cost_nothing_but_themselves() {
    let world = under(&with_model("form_fields = { \"Shoe size\" = \"number\", Team = \"category\" }")).await;
    let policy = world.registry().in_force::<Policy>().await.unwrap().current.hash;
    let mut leads = invented(3, 600);
    for (n, lead) in leads.iter_mut().enumerate() {
        let RouteRequest::Scored(scored) = &mut lead.content else { panic!() };
        let event = &mut scored.enriched.submitted.event;
        event.utm.campaign = Some(format!("campaign-{n}"));
        event.form.fields.insert("team".to_owned(), format!("team {}", n % 5).into());
        if n % 3 == 0 {
            let seen: BTreeMap<String, Option<FeatureValue>> = [
                ("company.industry".to_owned(), Some(7.0.into())),
                ("did.page_view".to_owned(), FeatureValue::category("often")),
                ("form.team".to_owned(), Some(FeatureValue::tags(["a", "b"]))),
            ]
            .into();
            scored.decision.policy = policy.clone();
            scored.decision.features = FeatureVector::new(seen).unwrap();
        }
    }
    world.import(&leads).await;
    let report = world.retrain(reference()).await;
    let artifact = champion(&world, &report).await;
    assert!(artifact.to_bytes().len() < 300_000, "{} bytes", artifact.to_bytes().len());
    let fill = |name: &str| report.study.audit.fill.iter().find(|fill| fill.feature == name);
    assert!(fill("form.shoe size").is_none(), "nobody sends it");
    let finding = |severity| {
        let told = report.study.audit.findings.iter().find(|finding| finding.severity == severity);
        told.map(|finding| finding.what.clone())
    };
    let nobody_sends = report.study.audit.findings.iter().find(|f| f.what.contains("Shoe size"));
    assert_eq!(nobody_sends.map(|finding| finding.severity), Some(Severity::Amber));
    assert_eq!(finding(Severity::Red), None);
    let known = fill("company.industry").unwrap().known;
    assert!((0.5..0.7).contains(&known), "a number is no industry: {known}");
    assert!((fill("form.team").unwrap().known - 2.0 / 3.0).abs() < 0.01);
    // A campaign that was never seen scores like any other.
    let new = invented(4, 1).remove(0);
    let policy = Policy::parse("p", DEFAULT_POLICY).unwrap();
    assert!((0.0..=1.0).contains(&probability(&artifact, &policy, &new)));
}
