//! Forms as people and tools send them, against the same forms as a specification would have them: each must end in the
//! same queue, with the same score, under the same account.
//!
//! What is right is known by construction. A few kinds of lead are written plainly, and their fields are then written as
//! they come from browsers, CRMs and form tools: in seven languages, as numbers and as text, with fillers, ranges, codes
//! and marks that nobody sees. Variants are drawn by a fixed seed.

#![expect(clippy::unwrap_used, reason = "a test ends where something is not as it should be")]

mod cases;
mod spellings;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use leadlight_lead::{EnrichedLead, FormSubmit, QueueName, QueuedLead};
use leadlight_ports::LeadStore;
use leadlight_tests::memory::System;
use serde_json::{Map, Value, json};
use spellings::{ADDRESSES, Dice, Kind, NOTHING};

/// Forms of each kind of lead.
const EACH: usize = 80;

/// One form in two spellings.
struct Pair {
    label: String,
    plain: Value,
    sent: String,
    queue: QueueName,
}

fn pair(kind: &Kind, n: usize, dice: &mut Dice) -> Pair {
    let base = |side: &str| {
        let mut body = Map::new();
        body.insert("schema_version".to_owned(), json!(1));
        body.insert("id".to_owned(), json!(format!("{}-{n}-{side}", kind.name)));
        body.insert("source".to_owned(), json!("website-form"));
        body.insert("occurred_at".to_owned(), json!("2026-11-20T09:30:00Z"));
        body.insert(
            "activity".to_owned(),
            json!([{"kind": "trial_started", "at": "2026-11-20T09:29:00Z"}, {"kind": "event_attended", "at": "2026-11-20T09:28:00Z"}, {"kind": "pricing_view", "at": "2026-11-19T09:29:00Z"}]),
        );
        body
    };
    let (mut plain, mut sent) = (base("plain"), base("sent"));
    let address = dice.pick(ADDRESSES);
    let host = kind.host.replace("{n}", &n.to_string());
    plain.insert("email".to_owned(), json!(format!("pia.lang@{host}")));
    sent.insert("email".to_owned(), json!(address.replace("{host}", &host)));
    let mut label = format!("{} {n}: {address}", kind.name);
    for (field, value, spellings) in kind.fields {
        plain.insert((*field).to_owned(), value.to_json());
        let spelling = dice.pick(spellings);
        write!(label, ", {field} {spelling}").unwrap();
        sent.insert((*field).to_owned(), dice.dressed(spelling));
    }
    // Of what is not known nothing is said, in one way or another.
    for field in kind.unknown {
        let filler = dice.pick(NOTHING);
        write!(label, ", {field} {filler}").unwrap();
        sent.insert((*field).to_owned(), serde_json::from_str(filler).unwrap());
    }
    let mut sent = Value::Object(sent).to_string();
    if dice.one_in(5) {
        sent.insert(0, '\u{feff}');
    }
    Pair { label, plain: Value::Object(plain), sent, queue: kind.queue }
}

async fn ends(world: &System, body: &str) -> Result<QueuedLead, String> {
    let passed = world.pass(&[body]).await;
    if let Some(dead) = passed.dead.first() {
        return Err(dead.attributes.values().cloned().collect::<Vec<_>>().join(": "));
    }
    let event = FormSubmit::parse(body.as_bytes()).map_err(|e| e.to_string())?;
    let id = event.lead_id(event.occurred_at.unwrap()).unwrap();
    Ok(world.leads.get(&id).await.unwrap().ok_or("stored nowhere")?.lead)
}

/// What a decision rests on, without who said it.
fn facts(lead: &EnrichedLead) -> String {
    let (company, person) = (&lead.enrichment.company, &lead.enrichment.person);
    format!(
        "{:?} {:?} {:?} {:?} {:?} {:?} {:?}",
        company.industry.as_ref().map(|f| &f.value),
        company.employees.as_ref().map(|f| f.value.to_string()),
        company.country.as_ref().map(|f| f.value),
        person.function.as_ref().map(|f| f.value),
        person.seniority.as_ref().map(|f| f.value),
        lead.account_domain,
        lead.email_kind,
    )
}

#[tokio::test]
async fn every_form_ends_as_its_plain_twin_does() {
    let world = System::new().await;
    let mut dice = Dice::new(20_261_120);
    let (mut read, mut wrong) = (0, Vec::new());
    let mut by_queue: BTreeMap<String, usize> = BTreeMap::new();
    for kind in spellings::KINDS {
        for n in 0..EACH {
            let pair = pair(kind, n, &mut dice);
            let plain = ends(&world, &pair.plain.to_string()).await.unwrap();
            assert_eq!(
                plain.queue,
                pair.queue,
                "{}: the plain form itself: {}",
                pair.label,
                facts(plain.enriched())
            );
            match ends(&world, &pair.sent).await {
                Ok(sent) if facts(sent.enriched()) == facts(plain.enriched()) => {
                    read += 1;
                    assert_eq!(sent.queue, pair.queue, "{}", pair.label);
                    let score = |lead: &QueuedLead| lead.decision().map(|d| d.score.rounded());
                    assert_eq!(score(&sent), score(&plain), "{}", pair.label);
                    *by_queue.entry(sent.queue.to_string()).or_default() += 1;
                }
                Ok(sent) => wrong.push(format!(
                    "{}\n    read as {}\n    not as {}",
                    pair.label,
                    facts(sent.enriched()),
                    facts(plain.enriched())
                )),
                Err(reason) => wrong.push(format!("{}\n    set aside: {reason}", pair.label)),
            }
        }
    }
    println!("{read} of {} forms read, by queue {by_queue:?}", EACH * spellings::KINDS.len());
    let some = wrong.iter().take(10).cloned().collect::<Vec<_>>().join("\n");
    assert!(wrong.is_empty(), "{} forms were read otherwise, such as\n{some}", wrong.len());
    assert!(read >= 300);
}
