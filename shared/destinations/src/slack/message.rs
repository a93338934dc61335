//! A lead as a message: why it is worth a look, how long there is time, and the buttons.
//!
//! What came with the lead stands in plain text, where Slack reads no links, no mentions and no formatting; our own words
//! stand in `mrkdwn` and are escaped.

use jiff::Timestamp;
use leadlight_lead::{Entry, Happening, MemberId, QueueName, ReasonUnit};
use serde_json::{Value, json};

use super::{escaped, line};
use crate::result::{Decided, LeadResult, Person};
use crate::staff::{Choice, Staff};

/// Reasons for and against that are told, the strongest first.
const MOST_REASONS: usize = 3;
/// The longest text of a lead that is shown, in characters.
const LONGEST: usize = 150;
/// Slack takes so many characters in a choice's label, and in an input.
const LONGEST_LABEL: usize = 75;
const LONGEST_NOTE: usize = 3000;

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
    /// `text` and `blocks` of a message.
    pub fn write(&self, notice: &Notice) -> Value {
        let title = self.title(notice);
        let mut blocks = vec![
            json!({ "type": "header", "text": plain(&title, LONGEST) }),
            json!({ "type": "section", "fields": self.who() }),
        ];
        if let Notice::Changed { refused, history } = notice {
            let refused = refused.as_ref().map(|why| not_done(why));
            let last = history.iter().rev().find_map(|entry| self.said(entry));
            let lines: Vec<String> = refused.into_iter().chain(last).collect();
            blocks.extend((!lines.is_empty()).then(|| section(&lines.join("\n"))));
        } else if let Some(why) = self.why() {
            blocks.push(section(&why));
        }
        blocks.push(json!({ "type": "context", "elements": [mrkdwn(&self.state(notice))] }));
        if self.is_open() {
            blocks.push(note());
        }
        blocks.extend(self.buttons());
        let text = format!("{title}: {}", self.company());
        json!({ "text": escaped(&line(&text, LONGEST)), "blocks": blocks })
    }

    fn title(&self, notice: &Notice) -> String {
        let score = match &self.lead.decision {
            Some(decision) => format!("{:.0} points, grade {}", decision.score, decision.grade),
            None => "to be seen before it is scored".to_owned(),
        };
        let what = match notice {
            Notice::Yours => "A lead for you",
            Notice::Free => "A lead for whoever is free",
            Notice::DueSoon => "Time is nearly up",
            Notice::Breached { breaches: ..=1, .. } => "Not answered in time",
            Notice::Breached { .. } => "Not answered in time again",
            Notice::Changed { .. } => "This lead",
        };
        format!("{what}: {score}")
    }

    /// What the form says, or else the account.
    fn company(&self) -> String {
        let typed = self.person.and_then(|person| person.company.as_deref());
        let account = self.lead.account.as_ref().map(ToString::to_string);
        let company = typed.map(|text| line(text, LONGEST)).filter(|text| !text.is_empty());
        company.or(account).unwrap_or_else(|| "company not known".to_owned())
    }

    fn who(&self) -> Vec<Value> {
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
            plain(&[Some(first), second].into_iter().flatten().collect::<Vec<_>>().join("\n"), 2 * LONGEST)
        };
        vec![lines(company, account), lines(name, title)]
    }

    fn why(&self) -> Option<String> {
        let decision = self.lead.decision.as_ref()?;
        let mut lines = vec![escaped(&decision.summary)];
        let told = |is_told: fn(f64) -> bool| reasons(decision, is_told);
        for (word, reasons) in [("For it", told(|x| x > 0.0)), ("Against it", told(|x| x < 0.0))] {
            if !reasons.is_empty() {
                lines.push(format!("*{word}:* {}", reasons.join(", ")));
            }
        }
        Some(lines.join("\n"))
    }

    /// Whose it is, where it waits and until when, in the reader's own time.
    fn state(&self, notice: &Notice) -> String {
        let mut parts = Vec::new();
        if let Notice::Breached { was: Some(was), .. } = notice {
            parts.push(format!("It was {}’s", escaped(self.staff.name(was))));
        }
        match (&self.lead.owner, self.lead.queue) {
            (_, None) => parts.push("It waits for nobody".to_owned()),
            (Some(owner), Some(queue)) => {
                parts.push(format!("It is {}’s, {}", escaped(self.staff.name(owner)), place(queue)));
            }
            (None, Some(queue)) => parts.push(format!("It is nobody’s yet, {}", place(queue))),
        }
        if let Some(due) = self.lead.due_at.filter(|_| self.lead.queue.is_some()) {
            parts.push(format!("due {}", date(due)));
        }
        parts.join(" · ")
    }

    /// What was decided, by whom and when; none where a line of the history is no decision.
    fn said(&self, entry: &Entry) -> Option<String> {
        let what = match &entry.what {
            Happening::Seen => "has seen it; it is on its way to be scored".to_owned(),
            Happening::Confirmed => "confirmed it".to_owned(),
            Happening::Flagged => "flagged it for a second look".to_owned(),
            Happening::Accepted { .. } => "accepted it".to_owned(),
            Happening::SentBack => "sent it back".to_owned(),
            Happening::Overridden => "brought it back".to_owned(),
            Happening::Rejected { reason } => {
                let mut known = self.staff.at_first.iter().chain(&self.staff.at_second);
                let label =
                    known.find(|choice| choice.code == reason.as_str()).map(|choice| choice.label.as_str());
                format!("turned it down: {}", escaped(label.unwrap_or(reason.as_str())))
            }
            Happening::Breached { .. } | Happening::Assigned { .. } | Happening::Noted { .. } => return None,
        };
        let by = entry.by.as_ref().map_or("Leadlight", |by| self.staff.name(by));
        Some(format!("{} {what}, {}", escaped(by), date(entry.at)))
    }

    /// Does it wait for someone's decision?
    fn is_open(&self) -> bool {
        self.lead.queue.is_some_and(|queue| queue.role().is_some()) && self.lead.progress != "seen"
    }

    /// Buttons say what they do; the block says to which lead, and as of when.
    fn buttons(&self) -> Option<Value> {
        let mut elements = Vec::new();
        if let Some(queue) = self.lead.queue.filter(|_| self.is_open()) {
            let (actions, reasons) = self.actions(queue);
            elements
                .extend(actions.iter().enumerate().map(|(n, (action, label))| button(action, label, n == 0)));
            if !reasons.is_empty() {
                elements.push(turn_down(reasons));
            }
        }
        if !self.console.is_empty() {
            let url = format!("{}/leads/{}", self.console, self.lead.lead_id);
            let text = plain("Open in Leadlight", LONGEST_LABEL);
            elements.push(json!({ "type": "button", "action_id": "open", "text": text, "url": url }));
        }
        let of = format!("{} {}", self.lead.lead_id, self.lead.revision);
        (!elements.is_empty()).then(|| json!({ "type": "actions", "block_id": of, "elements": elements }))
    }

    /// What may be done where it waits, as the API names it; the first is the usual one.
    fn actions(&self, queue: QueueName) -> (&'static [(&'static str, &'static str)], &[Choice]) {
        match queue {
            // What is accepted is attested, four questions on a page.
            QueueName::Ae => (&[("send-back", "Send back")], &self.staff.at_second),
            _ if self.lead.decision.is_none() => (&[("seen", "Seen: score it")], &self.staff.at_first),
            QueueName::Flagged => (&[("confirm", "Confirm")], &self.staff.at_first),
            _ => (&[("confirm", "Confirm"), ("flag", "Flag")], &self.staff.at_first),
        }
    }
}

/// What waits for someone.
pub(crate) fn digest(name: &str, waiting: usize, late: usize, console: &str) -> Value {
    let leads = if waiting == 1 { "1 lead waits".to_owned() } else { format!("{waiting} leads wait") };
    let late = match late {
        0 => "in time".to_owned(),
        late if late == waiting => "past the time to answer".to_owned(),
        late => format!("{late} of them past the time to answer"),
    };
    let text = format!("{leads} for {}, {late}.", escaped(name));
    let mut blocks = vec![section(&text)];
    if !console.is_empty() {
        let open = json!({
            "type": "button", "action_id": "open", "text": plain("Open Leadlight", LONGEST_LABEL), "url": format!("{console}/"),
        });
        blocks.push(json!({ "type": "actions", "elements": [open] }));
    }
    json!({ "text": text, "blocks": blocks })
}

/// What only who pressed a button needs to know: why it was not done.
pub fn aside(why: &str) -> Value {
    json!({ "response_type": "ephemeral", "replace_original": false, "text": not_done(why) })
}

fn not_done(why: &str) -> String {
    format!("Not done: {}.", escaped(why))
}

/// Factors and what each adds, the strongest first.
fn reasons(decision: &Decided, is_told: fn(f64) -> bool) -> Vec<String> {
    let mut told: Vec<_> = decision.reasons.iter().filter(|reason| is_told(reason.contribution)).collect();
    told.sort_by(|a, b| b.contribution.abs().total_cmp(&a.contribution.abs()));
    let decimals = match decision.reason_unit {
        ReasonUnit::Points => 0,
        ReasonUnit::LogOdds => 2,
    };
    let one = |factor: &str, x: f64| format!("{} ({x:+.decimals$})", escaped(&line(factor, LONGEST)));
    told.into_iter().take(MOST_REASONS).map(|reason| one(&reason.factor, reason.contribution)).collect()
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

/// A moment as Slack shows it in the reader's own time zone.
pub(crate) fn date(at: Timestamp) -> String {
    format!("<!date^{}^{{date_short_pretty}} {{time}}|{at}>", at.as_second())
}

pub(crate) fn mrkdwn(text: &str) -> Value {
    json!({ "type": "mrkdwn", "text": text, "verbatim": true })
}

pub(crate) fn section(text: &str) -> Value {
    json!({ "type": "section", "text": mrkdwn(text) })
}

fn plain(text: &str, most: usize) -> Value {
    json!({ "type": "plain_text", "text": text.chars().take(most).collect::<String>(), "emoji": false })
}

/// A place to write in.
fn note() -> Value {
    json!({
        "type": "input", "block_id": "note", "optional": true,
        "label": plain("In your own words; a flag, sending back and some reasons need it", LONGEST),
        "element": { "type": "plain_text_input", "action_id": "note", "multiline": true, "max_length": LONGEST_NOTE },
    })
}

fn button(action: &str, label: &str, is_usual: bool) -> Value {
    let mut button = json!({ "type": "button", "action_id": action, "text": plain(label, LONGEST_LABEL) });
    if is_usual {
        button["style"] = json!("primary");
    }
    button
}

/// A list of reasons: whoever chooses one is asked once more.
fn turn_down(reasons: &[Choice]) -> Value {
    let option =
        |reason: &Choice| json!({ "text": plain(&reason.label, LONGEST_LABEL), "value": reason.code });
    json!({
        "type": "static_select", "action_id": "reject",
        "placeholder": plain("Turn down because…", LONGEST_LABEL),
        "options": reasons.iter().map(option).collect::<Vec<_>>(),
        "confirm": {
            "title": plain("Turn this lead down?", LONGEST_LABEL), "text": plain("The reason is kept with the lead.", LONGEST),
            "confirm": plain("Turn down", 30), "deny": plain("Cancel", 30),
        },
    })
}
