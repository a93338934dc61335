//! `trace`: a lead's whole way, step by step, as it stands with the lead.
//!
//! No name, address or note is told: it is what an engineer on call reads, and pastes into a ticket.

use anyhow::{Result, bail};
use jiff::Timestamp;
use leadlight_lead::{
    DecidedBy, Decision, EarlierScore, EmailAddress, EnrichedLead, Entry, Happening, LeadId, MemberId,
    QueuedLead,
};
use leadlight_ports::{LeadIndex, LeadStore};
use serde::Serialize;
use serde_json::json;

use crate::cli::Trace;
use crate::output::{Output, lasted};
use crate::system::System;

/// Leads of a person that are told, the latest first.
const MOST_LEADS: usize = 20;

/// One step of a lead's way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Step {
    /// When, in UTC.
    pub at: Timestamp,
    /// Which part of the system, such as `intake`, or `people` and `crm`.
    pub stage: &'static str,
    /// What happened.
    pub what: String,
}

/// A lead's way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Way {
    /// The lead.
    pub lead: LeadId,
    /// Where it waits; absent where it waits for nobody.
    pub waits_in: Option<String>,
    /// The steps, the earliest first.
    pub steps: Vec<Step>,
}

/// `trace`
pub(crate) async fn run(system: &System, args: &Trace, output: Output) -> Result<()> {
    let leads = system.leads()?;
    let found = match (args.lead.parse::<LeadId>(), args.lead.parse::<EmailAddress>()) {
        (Ok(id), _) => leads.get(&id).await?.map(|stored| stored.lead).into_iter().collect(),
        (_, Ok(email)) => leads.of_person(&email, MOST_LEADS).await?,
        _ => bail!("expected the id of a lead, such as lead_3f…, or a person's address"),
    };
    if found.is_empty() {
        bail!(
            "no lead is known by that; one that was set aside on its way is among the dead letters: leadlight queue dead-letters"
        );
    }
    let ways: Vec<Way> = found.iter().map(way).collect();
    output.either(&json!({ "leads": ways }), |_| ways.iter().map(in_words).collect::<Vec<_>>().join("\n\n"))
}

fn in_words(way: &Way) -> String {
    let place = way
        .waits_in
        .as_ref()
        .map_or_else(|| "waits for nobody".to_owned(), |queue| format!("waits in {queue}"));
    let mut lines = vec![format!("{}, {place}", way.lead)];
    let mut before = None;
    for step in &way.steps {
        let since = before.map_or_else(String::new, |before| {
            format!("+{}", lasted(step.at.duration_since(before).as_secs()))
        });
        lines.push(format!("  {:.0}  {:>8}  {:<8}  {}", step.at, since, step.stage, step.what));
        before = Some(step.at);
    }
    lines.join("\n")
}

/// A lead's steps in the order of time; of one moment in the order of the way.
pub(crate) fn way(lead: &QueuedLead) -> Way {
    let mut steps = Vec::new();
    for event in lead.enriched().events() {
        of_event(event, &mut steps);
    }
    for event in &lead.thread.since.events {
        of_event(event, &mut steps);
    }
    steps.extend(lead.thread.scored_before.iter().map(scored_before));
    steps.extend(lead.decision().map(decided));
    let queue = lead.queue.as_str();
    steps.push(Step { at: lead.queued_at, stage: "route", what: format!("placed in {queue}") });
    steps.extend(lead.work.history.iter().map(by_people));
    for record in lead.crm.records() {
        let deal = record.deal.as_ref().map_or_else(String::new, |deal| format!(", deal {deal}"));
        let what = format!("{}{deal}", record.what.as_str());
        steps.push(Step { at: record.occurred_at, stage: "crm", what });
    }
    steps.sort_by_key(|step| step.at);
    Way { lead: lead.id().clone(), waits_in: lead.waits_in().map(|queue| queue.as_str().to_owned()), steps }
}

fn of_event(event: &EnrichedLead, steps: &mut Vec<Step>) {
    let submitted = &event.submitted;
    let source = &submitted.event.source;
    if let Some(at) = submitted.event.occurred_at {
        steps.push(Step { at, stage: "sender", what: format!("an event of {source} happened") });
    }
    let id = &submitted.lead_id;
    let received = format!("received from {source} as {id}, motion {}", event.motion);
    steps.push(Step { at: submitted.received_at, stage: "intake", what: received });
    for asked in &event.enrichment.asked {
        let paid = asked.cost_usd_micros;
        let cost = if paid == 0 { String::new() } else { format!(", {paid} millionths of a US dollar") };
        steps.push(Step { at: asked.at, stage: "enrich", what: asked.in_words(&asked.provider) + &cost });
    }
    let share = event.completeness.share * 100.0;
    let what = format!("enriched by policy {}, {share:.0} % of the facts known", event.policy.short());
    steps.push(Step { at: event.enriched_at, stage: "enrich", what });
}

fn scored_before(score: &EarlierScore) -> Step {
    let policy =
        score.policy.as_ref().map_or_else(String::new, |policy| format!(", policy {}", policy.short()));
    let model = score
        .model
        .as_ref()
        .map_or_else(|| ", by rules".to_owned(), |model| format!(", model {}", model.short()));
    let what = format!("scored {:.1}, grade {}{policy}{model}", score.score.value(), score.grade);
    Step { at: score.as_of, stage: "score", what }
}

fn decided(decision: &Decision) -> Step {
    let by = match &decision.decided_by {
        DecidedBy::Rules { because } => format!("by rules: {because}"),
        DecidedBy::Model { hash } => match &decision.own_model {
            Some(own) => format!("model {}, its own one for {own} leads", hash.short()),
            None => format!("model {}", hash.short()),
        },
    };
    let list =
        decision.accounts.as_ref().map_or_else(String::new, |list| format!(", accounts {}", list.short()));
    let what = format!(
        "scored {:.1}, grade {}, to {}, policy {}{list}, {by}",
        decision.score.value(),
        decision.grade,
        decision.queue().as_str(),
        decision.policy.short()
    );
    Step { at: decision.as_of, stage: "score", what }
}

fn by_people(entry: &Entry) -> Step {
    let what = match &entry.what {
        Happening::Assigned { to, because } => format!("assigned to {}: {because}", or_pool(to.as_ref())),
        Happening::Breached { owner } => format!("not answered in time by {}", or_pool(owner.as_ref())),
        Happening::Seen => "sent to scoring".to_owned(),
        Happening::Confirmed => "confirmed".to_owned(),
        Happening::Flagged => "flagged".to_owned(),
        Happening::Accepted { .. } => "accepted".to_owned(),
        Happening::SentBack => "sent back to checkpoint 1".to_owned(),
        Happening::Rejected { reason } => format!("rejected: {reason}"),
        Happening::Overridden => "brought back by a person".to_owned(),
        Happening::Completed { wrote, took_back } => {
            format!("record completed: {} facts written, {} taken back", wrote.len(), took_back.len())
        }
        Happening::Undone => "undone".to_owned(),
        Happening::Reopened => "reopened".to_owned(),
        Happening::Contact { state } => state.label().to_lowercase(),
        Happening::Noted { .. } => "note written".to_owned(),
    };
    let stage = if entry.by.is_some() { "people" } else { "machine" };
    let by = entry.by.as_ref().map_or_else(String::new, |by| format!(", by {by}"));
    let note = if entry.note.is_some() { ", with a note" } else { "" };
    Step { at: entry.at, stage, what: format!("{what}{by}{note}") }
}

fn or_pool(member: Option<&MemberId>) -> String {
    member.map_or_else(|| "the pool".to_owned(), ToString::to_string)
}

#[cfg(test)]
mod tests {
    use leadlight_lead::StageMessage;

    use super::*;

    fn lead(text: &str) -> QueuedLead {
        QueuedLead::from_message(text.as_bytes()).unwrap()
    }

    #[test]
    fn a_way_is_in_the_order_of_time_and_cites_what_decided() {
        let way = way(&lead(include_str!("../../../shared/lead/testdata/v1/queued-lead-model-won.json")));
        assert!(way.steps.is_sorted_by_key(|step| step.at), "{way:?}");
        let stages: Vec<&str> = way.steps.iter().map(|step| step.stage).collect();
        for stage in ["intake", "enrich", "score", "route"] {
            assert!(stages.contains(&stage), "{stage}: {stages:?}");
        }
        let score = way.steps.iter().find(|step| step.stage == "score").unwrap();
        assert!(
            score.what.contains("grade ") && score.what.contains("policy ") && score.what.contains("model ")
        );
        let text = in_words(&way);
        assert!(text.starts_with(way.lead.as_str()) && text.contains("  route  "), "{text}");
    }

    #[test]
    fn nobody_is_named() {
        for text in [
            include_str!("../../../shared/lead/testdata/v2/queued-lead-taken-back.json"),
            include_str!("../../../shared/lead/testdata/v2/queued-lead-joined.json"),
            include_str!("../../../shared/lead/testdata/v1/queued-lead-human-first.json"),
        ] {
            let lead = lead(text);
            let told = in_words(&way(&lead));
            let event = lead.event();
            let names = [Some(event.email.as_str()), event.first_name.as_deref(), event.last_name.as_deref()];
            for name in names.into_iter().flatten() {
                assert!(!told.contains(name), "{told}");
            }
            let notes = lead.work.history.iter().filter_map(|entry| entry.note.as_deref());
            for note in notes {
                assert!(!told.contains(note), "{told}");
            }
        }
    }
}
