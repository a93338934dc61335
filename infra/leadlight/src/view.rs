//! Leads as people and programs read them.

use std::fmt::Write as _;

use comfy_table::{Attribute, Cell, ColumnConstraint, ContentArrangement, Table, presets::UTF8_BORDERS_ONLY};
use leadlight_lead::{
    CriterionGroup, DecidedBy, Decision, Disposition, EnrichedLead, FormSubmit, Grade, LeadId, MemberId,
    ModelHash, Motion, ProbabilityInterval, QueueName, QueuedLead, Reason, ReasonUnit, chance, effect,
};
use leadlight_model::{BASELINE_FACTOR, Manifest};
use serde::Serialize;

use crate::dead_letters::{DeadLetter, Moved, Redriven};
use crate::output::counted;

/// A lead, flat. What `--format json` prints for each.
#[derive(Debug, Serialize)]
pub(crate) struct LeadView {
    /// Its id.
    pub id: LeadId,
    /// The person's address.
    pub email: String,
    /// The person's name, as they gave it.
    pub name: Option<String>,
    /// The company's name, or its domain.
    pub company: Option<String>,
    /// Whose lead it is, by the team file's name for them.
    pub owner: Option<MemberId>,
    /// Where it came from.
    pub source: String,
    /// Its motion.
    pub motion: Motion,
    /// The queue it stands in.
    pub queue: QueueName,
    /// 0 to 100; absent until it is scored.
    pub score: Option<f64>,
    /// Calibrated; absent while rules decide.
    pub probability: Option<f64>,
    /// Where the share won lies among leads scored like this one, 9 times of 10.
    pub interval: Option<ProbabilityInterval>,
    /// A to D.
    pub grade: Option<Grade>,
    /// One line that says why.
    pub summary: String,
    /// `model` or `rules`, and which or why.
    pub decided_by: Option<DecidedBy>,
    /// What is to happen with it, and why where it was rejected.
    pub disposition: Option<Disposition>,
    /// What `reasons` are measured in.
    pub reason_unit: Option<ReasonUnit>,
    /// Every factor's part.
    pub reasons: Vec<Reason>,
}

impl LeadView {
    /// Of a lead in its queue.
    pub(crate) fn of(lead: &QueuedLead) -> Self {
        let EnrichedLead { submitted, motion, .. } = lead.enriched();
        let decision = lead.decision();
        Self {
            id: submitted.lead_id.clone(),
            email: submitted.event.email.as_str().to_owned(),
            name: name_of(&submitted.event),
            company: company_of(lead),
            owner: lead.work.owner.clone(),
            source: submitted.event.source.to_string(),
            motion: *motion,
            queue: lead.waits_in().unwrap_or(lead.queue),
            score: decision.map(|d| d.score.value()),
            probability: decision.and_then(Decision::chance),
            interval: decision.and_then(|d| d.interval),
            grade: decision.map(|d| d.grade),
            summary: decision.map_or_else(|| waiting_summary(lead), |d| d.summary.clone()),
            decided_by: decision.map(|d| d.decided_by.clone()),
            disposition: decision.map(|d| d.disposition.clone()),
            reason_unit: decision.map(|d| d.reason_unit),
            reasons: decision.map(|d| d.reasons.clone()).unwrap_or_default(),
        }
    }
}

fn name_of(event: &FormSubmit) -> Option<String> {
    let names = [event.first_name.as_deref(), event.last_name.as_deref()];
    let name = names.into_iter().flatten().collect::<Vec<_>>().join(" ");
    (!name.trim().is_empty()).then_some(name)
}

fn company_of(lead: &QueuedLead) -> Option<String> {
    let known = lead.enrichment().company.name.as_ref().map(|fact| fact.value.clone());
    let domain = || lead.account_domain().map(ToString::to_string);
    known.or_else(|| lead.event().company.clone()).or_else(domain)
}

fn waiting_summary(lead: &QueuedLead) -> String {
    match &lead.event().partner {
        Some(partner) => {
            let note = partner.note.as_deref().map(|n| format!(": “{n}”")).unwrap_or_default();
            format!("A person looks before scoring. {} says{note}", partner.name).replace(" says: ", ": ")
        }
        None => "A person looks before scoring.".to_owned(),
    }
}

/// What leads are called in a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Naming {
    /// By their ids.
    Id,
    /// By their ids, with the person's name and address.
    Person,
    /// By their addresses: of sample people.
    Address,
}

impl Naming {
    fn of(self, lead: &LeadView) -> String {
        match (self, &lead.name) {
            (Self::Id, _) => lead.id.to_string(),
            (Self::Person, Some(name)) => format!("{}\n{name}\n{}", lead.id, lead.email),
            (Self::Person, None) => format!("{}\n{}", lead.id, lead.email),
            (Self::Address, _) => lead.email.clone(),
        }
    }
}

/// Leads as a table: what and why, best first within each queue.
pub(crate) fn table(leads: &[LeadView], naming: Naming) -> String {
    let mut table = empty_table();
    let has_owner = naming != Naming::Address;
    let header = ["Queue", "Lead", "Company", "Owner", "Source", "Score", "Prob.", "Grade", "Why"];
    let is_shown = |column: &&str| has_owner || !matches!(*column, "Company" | "Owner");
    table.set_header(header.into_iter().filter(is_shown).map(bold));
    for lead in leads {
        let number = |v: Option<f64>, digits: usize| v.map_or("–".to_owned(), |x| format!("{x:.digits$}"));
        let sure = lead.interval.map(|i| format!(" ({:.0}–{:.0})", i.from * 100.0, i.to * 100.0));
        let told = |text: Option<&str>| Cell::new(text.unwrap_or("–"));
        let mut row = vec![bold(lead.queue.as_str()), Cell::new(naming.of(lead))];
        if has_owner {
            row.push(told(lead.company.as_deref()));
            row.push(told(lead.owner.as_ref().map(MemberId::as_str)));
        }
        row.extend([
            Cell::new(&lead.source),
            Cell::new(number(lead.score, 0)),
            Cell::new(
                lead.probability
                    .map_or("–".to_owned(), |p| format!("{}{}", chance(p), sure.unwrap_or_default())),
            ),
            Cell::new(lead.grade.map_or("–".to_owned(), |g| g.to_string())),
            Cell::new(&lead.summary),
        ]);
        table.add_row(row);
    }
    if has_owner && let Some(ids) = table.column_mut(1) {
        // An id that is broken over two lines cannot be copied.
        ids.set_constraint(ColumnConstraint::ContentWidth);
    }
    table.to_string()
}

/// As wide as the terminal, or as a page where there is none.
pub(crate) fn empty_table() -> Table {
    let mut table = Table::new();
    table.load_style(UTF8_BORDERS_ONLY).set_content_arrangement(ContentArrangement::Dynamic);
    if !table.is_tty() {
        table.set_width(PAGE_WIDTH);
    } else if table.width().is_none_or(|columns| columns == 0) {
        table.set_width(TERMINAL_WIDTH);
    }
    table
}

fn bold(text: &str) -> Cell {
    Cell::new(text).add_attribute(Attribute::Bold)
}

/// What was in force of a kind, as a table.
pub(crate) fn history(kind: &str, rows: &[[String; 5]]) -> String {
    let mut table = empty_table();
    let first = kind[..1].to_uppercase() + &kind[1..];
    table.set_header([first.as_str(), "Since", "", "By", "Reason"].map(bold));
    for row in rows {
        table.add_row(row);
    }
    table.to_string()
}

/// Dead letters as a table, the oldest first. One that has a label goes by it, others by the queue's id.
pub(crate) fn dead_letter_table(letters: &[(Option<&str>, &DeadLetter)]) -> String {
    let mut letters = letters.to_vec();
    letters.sort_by(|(_, a), (_, b)| (a.origin.since, &a.message_id).cmp(&(b.origin.since, &b.message_id)));
    let mut table = empty_table();
    table.set_header(["Stage", "Class", "Age", "Source", "Event", "Reason", "Message"].map(bold));
    for (label, letter) in letters {
        let said = |name: &Option<String>| name.clone().unwrap_or_else(|| "–".to_owned());
        table.add_row([
            letter.stage.to_owned(),
            letter.class.as_str().to_owned(),
            letter.origin.age(),
            said(&letter.origin.source),
            said(&letter.origin.event_id),
            letter.reason.clone(),
            label.unwrap_or(&letter.message_id).to_owned(),
        ]);
    }
    table.to_string()
}

/// What `queue redrive` did, with what had been wrong with the letters.
pub(crate) fn redriven(redriven: &Redriven) -> String {
    let Redriven { stage, moved, left, of } = redriven;
    let mut text = format!("{} moved back to {stage}", counted(*moved, "dead letter"));
    if *left > 0 {
        let _ = write!(text, "; {left} stay");
    }
    for Moved { class, reason, moved } in of {
        let _ = write!(text, "\n  {moved} × {}: {reason}", class.as_str());
    }
    text
}

/// Where stdout is no terminal, in characters.
const PAGE_WIDTH: u16 = 150;

/// Where the terminal does not know its own width, in characters. Some say 0: serial lines, and what tests make.
const TERMINAL_WIDTH: u16 = 80;

/// Where something stands in its kind's history.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Standing {
    /// It is in force now.
    InForce,
    /// It was, until another took its place.
    Before,
    /// It was, until it was taken back: a rollback does not lead to it.
    TakenBack,
}

impl Standing {
    /// As written in tables.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::InForce => "in force",
            Self::Before => "",
            Self::TakenBack => "taken back",
        }
    }
}

/// A model that scores, or once did.
#[derive(Debug, Serialize)]
pub(crate) struct ModelView {
    /// Its hash.
    pub(crate) model: ModelHash,
    /// Since when it scores, or scored.
    pub(crate) since: jiff::Timestamp,
    /// Whether it scores now.
    pub(crate) standing: Standing,
    /// Why it has no say although no other took its place, so that the rules decide; none where it scores.
    pub(crate) out_of_force: Option<String>,
    /// Who made it champion.
    pub(crate) author: Option<String>,
    /// Why, in the author's words.
    pub(crate) reason: Option<String>,
    /// Its papers; absent if they cannot be read.
    pub(crate) manifest: Option<Manifest>,
}

/// Models by when they scored.
pub(crate) fn models(models: &[ModelView]) -> String {
    let mut table = empty_table();
    table.set_header(["Model", "Scored since", "Learner", "Deals", "Log-loss", "AUC", ""]);
    for view in models {
        let told = |tell: &dyn Fn(&Manifest) -> String| view.manifest.as_ref().map_or("–".to_owned(), tell);
        table.add_row([
            view.model.short().to_owned(),
            view.since.strftime("%Y-%m-%d %H:%M").to_string(),
            told(&|m| m.learner.to_string()),
            told(&|m| m.deals.to_string()),
            told(&|m| format!("{:.4}", m.metrics_on_newest.log_loss)),
            told(&|m| m.metrics_on_newest.auc.map_or("–".to_owned(), |auc| format!("{auc:.3}"))),
            if view.out_of_force.is_some() { "out of force" } else { view.standing.as_str() }.to_owned(),
        ]);
    }
    let mut text = table.to_string();
    for because in models.iter().filter_map(|view| view.out_of_force.as_deref()) {
        let _ = write!(text, "\nThe model in the first line is out of force, and rules decide: {because}");
    }
    text
}

/// A share of the widest bar.
pub(crate) fn bar(share: f64) -> String {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "at most the widest bar, never negative"
    )]
    let width = (share * BAR_WIDTH).round() as usize;
    "█".repeat(width)
}

/// The widest bar of a chart, in characters.
const BAR_WIDTH: f64 = 28.0;

/// Reasons that move odds by less than a tenth are told in one line.
const SMALL_LOG_ODDS: f64 = 0.1;

/// Every factor's part in a score, as a bar; small ones of a model all in one line.
pub(crate) fn reasons(decision: &Decision) -> String {
    let unit = match decision.reason_unit {
        ReasonUnit::Points => "points",
        ReasonUnit::LogOdds => "log-odds",
    };
    let largest = decision.reasons.iter().map(|r| r.contribution.abs()).fold(0.0_f64, f64::max);
    let mut text = String::new();
    let is_small = |reason: &&Reason| {
        decision.reason_unit == ReasonUnit::LogOdds
            && reason.group != CriterionGroup::Baseline
            && reason.contribution.abs() < SMALL_LOG_ODDS
    };
    let (small, large): (Vec<&Reason>, Vec<&Reason>) = decision.reasons.iter().partition(is_small);
    for reason in large {
        let share = if largest > 0.0 { reason.contribution.abs() / largest } else { 0.0 };
        let words = match decision.reason_unit {
            ReasonUnit::LogOdds if reason.factor != BASELINE_FACTOR => {
                format!("  {}", effect(decision.reason_unit, reason.contribution))
            }
            _ => String::new(),
        };
        let _ = writeln!(
            text,
            "  {:<14} {:<33} {:>+8.2} {unit}  {:<14}{words}",
            reason.group.to_string(),
            reason.factor,
            reason.contribution,
            bar(share / 2.0)
        );
    }
    if !small.is_empty() {
        let (others, sum) =
            (counted(small.len(), "smaller reason"), small.iter().map(|r| r.contribution).sum::<f64>());
        let _ = writeln!(text, "  {:<14} {others:<33} {sum:>+8.2} {unit}", "other");
    }
    let sum: f64 = decision.reasons.iter().map(|r| r.contribution).sum();
    let total = match (decision.reason_unit, decision.probability) {
        (ReasonUnit::LogOdds, Some(p)) => format!("a probability of {}", chance(p)),
        _ => format!("a score of {}", decision.score.rounded()),
    };
    let _ = writeln!(text, "  {:<14} {:<33} {sum:>+8.2} {unit}  = {total}", "sum", "");
    text
}
