//! What people are told of a lead, in words, whatever the way it comes to them.

use jiff::Timestamp;
use leadlight_lead::{CriterionGroup, Entry, MemberId, QueueName, Reason, effect};

use crate::event::What;
use crate::result::{Decided, LeadResult, Person};
use crate::staff::Staff;

/// Reasons for and against that are told, the strongest first.
const MOST_REASONS: usize = 3;
/// The longest text of a lead that is shown, in characters.
pub(crate) const LONGEST: usize = 150;

/// Why a message is written: its first line.
#[derive(Debug, Clone, PartialEq)]
pub enum Notice {
    /// Someone has a lead.
    Yours,
    /// Whoever is free may take it.
    Free,
    /// Time is nearly up.
    DueSoon,
    /// Nobody answered in time.
    Breached {
        /// Whose it was.
        was: Option<MemberId>,
        /// How often that happened to this lead.
        breaches: u32,
    },
    /// It has changed since the message was written.
    Changed {
        /// Why what was wanted was not done; none where it was.
        refused: Option<String>,
        /// What happened to it, in order: what was decided last is told.
        history: Vec<Entry>,
    },
}

/// A lead for people.
#[derive(Clone, Copy)]
pub struct Message<'a> {
    /// The lead as it is.
    pub lead: &'a LeadResult,
    /// Who it is about.
    pub person: Option<&'a Person>,
    /// Who works on leads.
    pub staff: &'a Staff,
    /// The console's address, without a slash at the end; empty where there is no link.
    pub console: &'a str,
}

impl Message<'_> {
    /// Why it is told, and what the lead was found to be worth.
    pub(crate) fn title(&self, notice: &Notice) -> String {
        let score = match &self.lead.decision {
            Some(decision) => format!("{:.0} points, grade {}", decision.score, decision.grade),
            None => "to be seen before it is scored".to_owned(),
        };
        let what = match notice {
            Notice::Yours => "A lead for you",
            Notice::Free => "A lead is free to take",
            Notice::DueSoon => "Time is nearly up",
            Notice::Breached { breaches: ..=1, .. } => "Not answered in time",
            Notice::Breached { .. } => "Not answered in time again",
            Notice::Changed { .. } => "This lead",
        };
        format!("{what}: {score}")
    }

    /// What the form says, or else the account.
    pub(crate) fn company(&self) -> String {
        let typed = self.person.and_then(|person| person.company.as_deref());
        let account = self.lead.account.as_ref().map(ToString::to_string);
        let company = typed.map(|text| line(text, LONGEST)).filter(|text| !text.is_empty());
        company.or(account).unwrap_or_else(|| "company not known".to_owned())
    }

    /// Company and account, name and title: a text each, of one line or two.
    pub(crate) fn who(&self) -> [String; 2] {
        let text =
            |value: Option<&String>| value.map(|text| line(text, LONGEST)).filter(|text| !text.is_empty());
        let account = self.lead.account.as_ref().map(ToString::to_string);
        let company = self.company();
        let account = account.filter(|account| *account != company);
        let name = [
            text(self.person.and_then(|person| person.first_name.as_ref())),
            text(self.person.and_then(|person| person.last_name.as_ref())),
        ];
        let name = name.into_iter().flatten().collect::<Vec<_>>().join(" ");
        let name = if name.is_empty() { "name not known".to_owned() } else { name };
        let title = text(self.person.and_then(|person| person.title.as_ref()));
        let lines = |first: String, second: Option<String>| {
            [Some(first), second].into_iter().flatten().collect::<Vec<_>>().join("\n")
        };
        [lines(company, account), lines(name, title)]
    }

    /// The summary, and the strongest reasons: what each line is, and its text.
    pub(crate) fn why(&self) -> Vec<(&'static str, String)> {
        let Some(decision) = &self.lead.decision else { return Vec::new() };
        if Reason::is_nothing_known(&decision.reasons) {
            return vec![
                ("", decision.summary.clone()),
                ("", "Nothing is known of this lead yet.".to_owned()),
            ];
        }
        let told = |is_told: fn(f64) -> bool| reasons(decision, is_told).join(", ");
        let lines = [
            ("", decision.summary.clone()),
            ("For it", told(|x| x > 0.0)),
            ("Against it", told(|x| x < 0.0)),
        ];
        lines.into_iter().filter(|(_, text)| !text.is_empty()).collect()
    }

    /// Whose it is, and where it waits.
    pub(crate) fn state(&self, notice: &Notice) -> Vec<String> {
        let mut parts = Vec::new();
        if let Notice::Breached { was: Some(was), .. } = notice {
            parts.push(format!("It was {}’s", self.staff.name(was)));
        }
        match (&self.lead.owner, self.lead.queue) {
            (_, None) => parts.push("It waits for nobody".to_owned()),
            (Some(owner), Some(queue)) => {
                parts.push(format!("It is {}’s, {}", self.staff.name(owner), place(queue)));
            }
            (None, Some(queue)) => parts.push(format!("It is nobody’s yet, {}", place(queue))),
        }
        parts
    }

    /// When it should be answered, where somebody has to.
    pub(crate) fn due(&self) -> Option<Timestamp> {
        self.lead.due_at.filter(|_| self.lead.queue.is_some())
    }

    /// Does it wait for someone's decision?
    pub(crate) fn is_open(&self) -> bool {
        self.lead.queue.is_some_and(|queue| queue.role().is_some()) && self.lead.progress != "seen"
    }
}

/// Whom an event concerns, and why; none where there is nothing to tell, such as of what has gone on since. Nobody of the
/// team may be told of a lead that has no owner.
pub(crate) fn notice<'a>(
    what: &'a What,
    lead: &'a LeadResult,
    staff: &'a Staff,
) -> Option<(Option<&'a MemberId>, Notice)> {
    let waits = lead.queue.is_some_and(|queue| queue.role().is_some());
    match what {
        // Who took a lead has it before them.
        What::Assigned { to, by, .. }
            if waits && lead.owner.as_ref() == Some(to) && by.as_ref() != Some(to) =>
        {
            Some((Some(to), Notice::Yours))
        }
        What::Routed { to: Some(to), .. } if waits && lead.queue == Some(*to) && lead.owner.is_none() => {
            Some((None, Notice::Free))
        }
        What::DueSoon { owner, due_at } if waits && lead.owner.as_ref() == Some(owner) => {
            (lead.due_at == Some(*due_at)).then_some((Some(owner), Notice::DueSoon))
        }
        What::Breached { owner, breaches } => {
            Some((staff.manager.as_ref(), Notice::Breached { was: owner.clone(), breaches: *breaches }))
        }
        _ => None,
    }
}

/// What waits for someone, as a sentence.
pub(crate) fn waits_for(name: &str, waiting: usize, late: usize) -> String {
    let leads = if waiting == 1 { "1 lead waits".to_owned() } else { format!("{waiting} leads wait") };
    let late = match late {
        0 => "in time".to_owned(),
        late if late == waiting => "past the time to answer".to_owned(),
        late => format!("{late} of them past the time to answer"),
    };
    format!("{leads} for {name}, {late}.")
}

/// Factors and what each adds, the strongest first. What every lead has alike is no reason for or against this one.
fn reasons(decision: &Decided, is_told: fn(f64) -> bool) -> Vec<String> {
    let about = |reason: &&Reason| reason.group != CriterionGroup::Baseline && is_told(reason.contribution);
    let mut told: Vec<_> = decision.reasons.iter().filter(about).collect();
    told.sort_by(|a, b| b.contribution.abs().total_cmp(&a.contribution.abs()));
    let one = |reason: &Reason| {
        format!("{} ({})", line(&reason.factor, LONGEST), effect(decision.reason_unit, reason.contribution))
    };
    told.into_iter().take(MOST_REASONS).map(one).collect()
}

fn place(queue: QueueName) -> &'static str {
    match queue {
        QueueName::Sdr => "at checkpoint 1",
        QueueName::HumanFirst => "to be seen before it is scored",
        QueueName::CatchAll => "with too little known to tell",
        QueueName::Flagged => "flagged for a second look",
        QueueName::Ae => "at checkpoint 2",
        QueueName::Nurture => "kept warm",
        QueueName::Disqualified => "disqualified",
    }
}

/// A text of others' on one line, cut where it is longer than that.
pub(crate) fn line(text: &str, most: usize) -> String {
    let words: Vec<&str> =
        text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty()).collect();
    let text = words.join(" ");
    if text.chars().count() <= most {
        return text;
    }
    text.chars().take(most.saturating_sub(1)).chain(['…']).collect()
}
