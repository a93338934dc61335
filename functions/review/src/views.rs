//! From leads to what pages show of them.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use leadlight_console::{
    Chip, Choice, Colleague, Counts, DecidedBy as ShownDecider, Event, Factor, HistoryEntry, Judgement,
    LeadPage, Mark, Override, Panel, PartnerNote, QueueRow, RejectReason, ScorePoint, Task,
};
use leadlight_lead::{
    ContactState, CriterionGroup, DecidedBy, Decision, Disposition, EnrichedLead, Happening, LeadId,
    MemberId, Moved, Progress, QueueName, QueuedLead, Reason, RejectionCode, Role, ScoreAt, Trend,
};
use leadlight_policy::Policy;
use leadlight_ports::{LeadIndex, World};

use crate::answers::segment;
use crate::console::{Console, Person};
use crate::facts;
use crate::params::list_of;
use crate::problem::{Problem, unavailable};
use crate::record::{Typed, completed, completing};
use crate::steps::steps;

pub(crate) use crate::team_view::manager_page;

/// Leads of an account or a person that a page shows.
const RELATIVES: usize = 12;

pub(crate) fn is_held_by(lead: &QueuedLead, member: &MemberId, now: Timestamp) -> bool {
    lead.work.claim.as_ref().is_some_and(|claim| claim.is_live(now) && claim.holder == *member)
}

/// A lead in a list.
pub(crate) fn row(lead: &QueuedLead, person: &Person, now: Timestamp) -> QueueRow {
    let who = facts::who(lead);
    let decision = lead.decision();
    QueueRow {
        id: lead.id().clone(),
        due_at: lead.work.due_at,
        score: decision.map(|d| (d.score.value(), d.grade)),
        company: who.company,
        person: who.person,
        title: who.title,
        why: decision.map(chips).unwrap_or_default(),
        instead: match decision {
            None => Some("A person looks at this lead before it is scored.".to_owned()),
            Some(decision) if chips(decision).is_empty() => Some(decision.summary.clone()),
            Some(_) => None,
        },
        marks: {
            let mut marks = marks(lead, person, now);
            marks.extend(facts::has_changed_jobs(&lead.known()).then_some(Mark::ChangedJobs));
            marks
        },
    }
}

/// Reasons of a lead in a list: so many for it, and so many against it. Judgement: what can be taken in at a glance.
const FOR: usize = 3;
const AGAINST: usize = 2;

/// What is known and speaks for a lead, then what speaks against it, the weightiest first.
fn chips(decision: &Decision) -> Vec<Chip> {
    let side = |is_for: bool, most: usize| {
        let counts = move |reason: &&Reason| {
            let weighs = if is_for { reason.contribution > 0.0 } else { reason.contribution < 0.0 };
            weighs && reason.known && reason.group != CriterionGroup::Baseline
        };
        let told = decision.reasons.iter().filter(counts).take(most);
        told.map(move |reason| Chip { text: reason.factor.clone(), is_for })
    };
    side(true, FOR).chain(side(false, AGAINST)).collect()
}

/// What of all that waits is due soon is told of the first leads: they are the first that are due.
pub(crate) fn counts(leads: &[QueuedLead], waiting: usize, now: Timestamp) -> Counts {
    let soon = now + SignedDuration::from_hours(1);
    let due =
        |until: Timestamp| leads.iter().filter(|l| l.work.due_at.is_some_and(|due| due <= until)).count();
    let overdue = due(now);
    Counts { waiting: waiting.max(leads.len()), due_within_the_hour: due(soon) - overdue, overdue }
}

fn marks(lead: &QueuedLead, person: &Person, now: Timestamp) -> Vec<Mark> {
    let mut marks = Vec::new();
    let work = &lead.work;
    if let Some(claim) = work.claim.as_ref().filter(|claim| claim.is_live(now)) {
        marks.push(if claim.holder == person.actor.id {
            Mark::HeldByYou(claim.until)
        } else {
            Mark::HeldBy { name: person.name_of(&claim.holder), until: claim.until }
        });
    }
    if lead.waits_in().is_some() && work.due_at.is_some_and(|due| due <= now) {
        marks.push(Mark::Overdue);
    }
    match &work.progress {
        Progress::Flagged(_) => marks.push(Mark::Flagged),
        Progress::Open if work.history.iter().any(|e| e.what == Happening::SentBack) => {
            marks.push(Mark::SentBack);
        }
        _ => {}
    }
    if work.overridden.is_some() {
        marks.push(Mark::Overridden);
    }
    marks.extend(segment(lead).map(|segment| Mark::Segment(segment.to_string())));
    match lead.decision() {
        None => marks.push(Mark::LookFirst),
        Some(decision) => {
            if matches!(decision.disposition, Disposition::Incomplete { .. }) {
                marks.push(Mark::Incomplete);
            }
            if decision.borderline {
                marks.push(Mark::Borderline);
            }
            if lead.was_sent_on() {
                marks.push(Mark::SentOn);
            }
            if decision.asked_for.is_some() {
                marks.push(Mark::AskedForAPerson);
            }
            marks.extend(decision.lifted.as_ref().map(|lift| Mark::Lifted(lift.to_string())));
            marks.extend(decision.sampled_at.map(Mark::Drawn));
            marks.extend(decision.held.map(|held| Mark::LeftInPlace(held.to_string())));
            marks.extend(lead.trend().filter(|trend| trend.moved != Moved::Steady).map(Mark::Trend));
            marks.extend(decision.sides.map(|sides| Mark::Sides(sides.to_string())));
        }
    }
    marks
}

/// A lead with all that is known, for one person.
/// With what was `typed` into its record and refused.
pub(crate) async fn lead_page<W: World>(
    console: &Console<W>,
    person: &Person,
    id: &LeadId,
    typed: Option<&Typed>,
) -> Result<LeadPage, Problem> {
    let lead = console.lead(id).await?.lead;
    let policy = console.policy().await?;
    let now = console.now();
    let enriched = lead.enriched();
    let event = enriched.event();
    let same_person = console.leads.of_person(&event.email, RELATIVES);
    let same_account = async {
        match &enriched.account_domain {
            Some(account) => console.leads.of_account(account, RELATIVES).await,
            None => Ok(Vec::new()),
        }
    };
    let (same_person, same_account) =
        futures_util::future::try_join(same_person, same_account).await.map_err(|e| unavailable(&e))?;
    let began = |lead: &QueuedLead| lead.enriched().submitted.occurred_at();
    let earlier = same_person.iter().filter(|other| other.id() != lead.id() && began(other) < began(&lead));
    let mut scores: Vec<ScoreAt> = earlier.filter_map(|other| other.scores().pop()).collect();
    scores.extend(lead.scores());
    scores.sort_by_key(|score| score.at);
    let taken = policy.taken(enriched);
    let mut activity: Vec<Event> = taken.activity.iter().map(facts::activity).collect();
    activity.sort_by_key(|a| std::cmp::Reverse(a.at));
    Ok(LeadPage {
        id: id.clone(),
        revision: lead.work.revision,
        list: lead.waits_in().and_then(list_of),
        state: state(&lead).to_owned(),
        who: facts::who(&lead),
        occurred_at: began(&lead),
        origin: format!("{}, {}", event.source, policy.motion_label(enriched.motion)),
        due_at: lead.work.due_at.filter(|_| lead.waits_in().is_some()),
        owner: lead.work.owner.as_ref().map(|owner| person.name_of(owner)),
        marks: marks(&lead, person, now),
        flags: facts::flags(&lead.known()),
        judgement: lead.decision().map(judgement),
        trend: Trend::of(&scores),
        scores: points(&scores),
        renews: lead.renews(),
        overridden: overridden(&lead, person),
        facts: facts::of(&lead, &policy, now),
        partner: taken
            .partner
            .map(|partner| PartnerNote { name: partner.name.clone(), note: partner.note.clone() }),
        activity,
        before: lead.thread.continues.clone(),
        after: lead.thread.continued_in.clone(),
        group: group(&lead, &same_account),
        history: history(&lead, person, &policy),
        panel: panel(&lead, person, &policy, now),
        steps: steps(&lead, person, &policy, now),
        completing: completing(&lead, person, &policy, now, typed),
        can_note: person.actor.role != Role::Admin,
        max_note_characters: policy.people().note_characters,
    })
}

/// Scores as a page draws them.
pub(crate) fn points(scores: &[ScoreAt]) -> Vec<ScorePoint> {
    let latest = scores.last().and_then(|score| score.by.as_ref());
    let point = |score: &ScoreAt| ScorePoint {
        at: score.at,
        score: score.score.value(),
        compares: latest.is_some() && score.by.as_ref() == latest,
    };
    scores.iter().map(point).collect()
}

/// Where a lead stands, in words.
pub(crate) fn state(lead: &QueuedLead) -> &'static str {
    if let Some(outcome) = &lead.outcome {
        return match outcome.result {
            leadlight_lead::OutcomeResult::Won => "Won",
            leadlight_lead::OutcomeResult::Lost => "Lost",
        };
    }
    match &lead.work.progress {
        _ if lead.thread.continued_in.is_some() => "Over: the person has a later lead",
        Progress::Accepted { .. } => "Accepted: may become an opportunity",
        Progress::Rejected { .. } => "Turned down",
        Progress::Seen(_) => "On its way to be scored",
        Progress::Flagged(_) => "Waits for a second look",
        Progress::Confirmed(_) => "Waits for an AE",
        Progress::Open => match lead.waits_in() {
            Some(QueueName::HumanFirst) => "To be seen before it is scored",
            Some(QueueName::CatchAll) => "Too little is known: waits for an SDR",
            Some(QueueName::Nurture) => "Marketing nurtures",
            Some(QueueName::Disqualified) => "Rejected by the policy",
            _ => "Waits for an SDR",
        },
    }
}

/// The other people of an account, each once: by a lead that waits, or else by the latest.
fn group(lead: &QueuedLead, same_account: &[QueuedLead]) -> Vec<Colleague> {
    let (open, over): (Vec<_>, Vec<_>) = same_account.iter().partition(|other| other.waits_in().is_some());
    let mut seen = BTreeSet::from([lead.event().email.as_str()]);
    let others = open.into_iter().chain(over).filter(|other| other.id() != lead.id());
    others.filter(|other| seen.insert(other.event().email.as_str())).map(colleague).collect()
}

fn colleague(lead: &QueuedLead) -> Colleague {
    Colleague {
        id: lead.id().clone(),
        role: facts::role(lead),
        is_open: lead.waits_in().is_some(),
        score: lead.decision().map(|d| (d.score.value(), d.grade)),
        state: state(lead).to_owned(),
    }
}

fn judgement(decision: &Decision) -> Judgement {
    let disposition = match &decision.disposition {
        Disposition::Accept => "To an SDR at once".to_owned(),
        Disposition::Nurture => "Marketing nurtures".to_owned(),
        Disposition::BelowThreshold => "Rejected: below the threshold".to_owned(),
        Disposition::Disqualified { evidence, .. } => format!("Rejected: {evidence}"),
        Disposition::Incomplete { missing } => format!("Too little is known: {}", missing.join(", ")),
    };
    Judgement {
        summary: decision.summary.clone(),
        disposition,
        score: decision.score.value(),
        grade: decision.grade,
        probability: decision.chance(),
        interval: decision.chance_interval().map(|interval| (interval.from, interval.to)),
        decided_by: match &decision.decided_by {
            DecidedBy::Rules { because } => ShownDecider::Rules { because: because.clone() },
            DecidedBy::Model { hash } => ShownDecider::Model(hash.clone()),
        },
        own_model: decision.own_model.clone(),
        policy: decision.policy.clone(),
        unit: decision.reason_unit,
        factors: decision
            .reasons
            .iter()
            .map(|r| Factor {
                group: r.group,
                text: r.factor.clone(),
                contribution: r.contribution,
                known: r.known,
            })
            .collect(),
    }
}

fn overridden(lead: &QueuedLead, person: &Person) -> Option<Override> {
    let word = lead.work.overridden.as_ref()?;
    let entry = lead.work.history.iter().find(|e| e.what == Happening::Overridden && e.at == word.at);
    Some(Override {
        by: person.name_of(&word.by),
        at: word.at,
        note: entry.and_then(|entry| entry.note.clone()),
    })
}

/// The newest first.
pub(crate) fn history(lead: &QueuedLead, person: &Person, policy: &Policy) -> Vec<HistoryEntry> {
    let name =
        |member: &Option<MemberId>| member.as_ref().map_or("the pool".to_owned(), |id| person.name_of(id));
    let label = |code: &RejectionCode| {
        policy.reason(code).map_or_else(|| code.to_string(), |reason| reason.label.clone())
    };
    let what = |happening: &Happening| match happening {
        Happening::Assigned { to, because } => format!("Given to {}: {because}", name(to)),
        Happening::Breached { owner } => format!("Not answered in time by {}", name(owner)),
        Happening::Seen => "Seen; sent on to be scored".to_owned(),
        Happening::Confirmed => "Confirmed".to_owned(),
        Happening::Flagged => "Flagged for a second look".to_owned(),
        Happening::Accepted { attestation: a } => format!(
            "Accepted: buying signal {}, strategic fit {}, relationship {}, deal size {}",
            a.buying_signal.as_str(),
            a.strategic_fit.as_str(),
            a.relationship.as_str(),
            policy
                .people()
                .deal_sizes
                .iter()
                .find(|band| band.code == a.deal_size)
                .map_or_else(|| a.deal_size.to_string(), |band| band.label.clone()),
        ),
        Happening::SentBack => "Sent back".to_owned(),
        Happening::Rejected { reason } => format!("Turned down: {}", label(reason)),
        Happening::Overridden => "Brought before an SDR against the machine's decision".to_owned(),
        Happening::Undone => "Took back their last decision".to_owned(),
        Happening::Reopened => "Opened again".to_owned(),
        Happening::Contact { state: ContactState::MeetingOn { on } } => {
            format!("Meeting on {}", person.time_zone().to_datetime(*on).strftime("%-d %b %Y, %H:%M"))
        }
        Happening::Contact { state } => state.label().to_owned(),
        Happening::Completed { wrote, took_back } => completed(wrote, took_back),
        Happening::Noted { about } => about.label().to_owned(),
    };
    let mut entries: Vec<HistoryEntry> = lead
        .work
        .history
        .iter()
        .map(|entry| HistoryEntry {
            at: entry.at,
            who: entry.by.as_ref().map(|by| person.name_of(by)),
            what: what(&entry.what),
            note: entry.note.clone(),
        })
        .collect();
    entries.push(HistoryEntry {
        at: lead.queued_at,
        who: None,
        what: format!("Placed in the queue “{}”", policy.queue(lead.queue).label),
        note: None,
    });
    entries.extend(came_back(lead));
    entries.extend(lead.crm.records().iter().map(|record| HistoryEntry {
        at: record.occurred_at,
        who: Some("CRM".to_owned()),
        what: facts::milestone(&record.what),
        note: None,
    }));
    entries.sort_by_key(|entry| std::cmp::Reverse(entry.at));
    entries
}

/// What the person sent after the first time.
fn came_back(lead: &QueuedLead) -> Vec<HistoryEntry> {
    let in_score = |event: &EnrichedLead| lead.enriched().events().iter().any(|e| e.id() == event.id());
    let mut events: Vec<&EnrichedLead> = lead.all_events().collect();
    events.sort_by_key(|event| (event.occurred_at(), event.id()));
    let told = |event: &EnrichedLead| {
        let form = event.event().form.name.as_deref().map(|name| format!(" “{name}”")).unwrap_or_default();
        let late = if in_score(event) { "" } else { "; the score is from before" };
        format!("Came back: {}{form}{late}", event.event().source)
    };
    let entry = |at, what| HistoryEntry { at, who: Some("The person".to_owned()), what, note: None };
    let left_out = lead.event_count() - events.len();
    let older = events.first().filter(|_| left_out > 0).map(|oldest| {
        let forms = if left_out == 1 { "form is" } else { "forms are" };
        entry(oldest.occurred_at(), format!("{left_out} older {forms} not kept in full"))
    });
    let later = events.iter().skip(usize::from(left_out == 0));
    older.into_iter().chain(later.map(|event| entry(event.occurred_at(), told(event)))).collect()
}

fn panel(lead: &QueuedLead, person: &Person, policy: &Policy, now: Timestamp) -> Panel {
    let role = person.actor.role;
    let closed = |because: &str| Panel::Closed { because: because.to_owned() };
    let Some(queue) = lead.waits_in() else { return closed(&format!("{}.", state(lead))) };
    let Some(needed) = queue.role() else {
        let hard = lead.decision().is_some_and(|d| matches!(d.disposition, Disposition::Disqualified { .. }));
        if hard && role == Role::Sdr {
            return closed(
                "The policy rejects this lead whatever its score; a manager may decide otherwise.",
            );
        }
        return if matches!(role, Role::Sdr | Role::Manager) {
            Panel::CanOverride
        } else {
            closed("It waits for nobody.")
        };
    };
    if role != needed && role != Role::Manager {
        return closed(&format!(
            "This is for {} to decide.",
            if needed == Role::Sdr { "an SDR" } else { "others" }
        ));
    }
    match lead.work.claim.as_ref().filter(|claim| claim.is_live(now)) {
        Some(claim) if claim.holder != person.actor.id => {
            Panel::Held { by: person.name_of(&claim.holder), until: claim.until }
        }
        Some(claim) => Panel::Decide {
            until: claim.until,
            task: task(lead, queue, policy),
            reasons: policy
                .people()
                .reasons
                .iter()
                .filter(|r| if queue == QueueName::Ae { r.at_second } else { r.at_first })
                .map(|r| RejectReason {
                    code: r.code.clone(),
                    label: r.label.clone(),
                    training: r.training,
                    needs_text: r.needs_text,
                })
                .collect(),
        },
        None => match &lead.work.owner {
            Some(owner) if *owner != person.actor.id && role != Role::Manager => closed(&format!(
                "This lead belongs to {}; a manager can take it over.",
                person.name_of(owner)
            )),
            _ => Panel::Free,
        },
    }
}

fn task(lead: &QueuedLead, queue: QueueName, policy: &Policy) -> Task {
    match queue {
        // Without a score there is nothing to check yet, wherever it waits.
        _ if lead.decision().is_none() => Task::LookFirst,
        QueueName::Ae => Task::Attest {
            deal_sizes: policy
                .people()
                .deal_sizes
                .iter()
                .map(|band| Choice { code: band.code.clone(), label: band.label.clone() })
                .collect(),
        },
        _ => Task::ContextCheck { can_flag: queue != QueueName::Flagged },
    }
}
