//! A lead as a message: why it is worth a look, how long there is time, and the buttons.
//!
//! What came with the lead stands in plain text, where Slack reads no links, no mentions and no formatting; our own words
//! stand in `mrkdwn` and are escaped.

use jiff::Timestamp;
use leadlight_lead::{ContactState, Entry, Happening, QueueName};
use serde_json::{Value, json};

use super::escaped;
use crate::notice::{LONGEST, Message, Notice, line, waits_for};
use crate::staff::Choice;

/// Slack takes so many characters in a choice's label, and in an input.
const LONGEST_LABEL: usize = 75;
const LONGEST_NOTE: usize = 3000;

impl Message<'_> {
    /// `text` and `blocks` of a message in Slack.
    pub fn in_slack(&self, notice: &Notice) -> Value {
        let title = self.title(notice);
        let mut blocks = vec![
            json!({ "type": "header", "text": plain(&title, LONGEST) }),
            json!({ "type": "section", "fields": self.who().map(|text| plain(&text, 2 * LONGEST)) }),
        ];
        if let Notice::Changed { refused, history } = notice {
            let refused = refused.as_ref().map(|why| not_done(why));
            let last = history.iter().rev().find_map(|entry| self.said(entry));
            let lines: Vec<String> = refused.into_iter().chain(last).collect();
            blocks.extend((!lines.is_empty()).then(|| section(&lines.join("\n"))));
        } else {
            let line = |(word, text): (&str, String)| match word {
                "" => escaped(&text),
                word => format!("*{word}:* {}", escaped(&text)),
            };
            let why: Vec<String> = self.why().into_iter().map(line).collect();
            blocks.extend((!why.is_empty()).then(|| section(&why.join("\n"))));
        }
        // The moment as the reader's own clock shows it.
        let due = self.due().map(|due| format!("due {}", date(due)));
        let state: Vec<String> = self.state(notice).iter().map(|text| escaped(text)).chain(due).collect();
        blocks.push(json!({ "type": "context", "elements": [mrkdwn(&state.join(" · "))] }));
        if self.is_open() {
            blocks.push(note());
        }
        blocks.extend(self.buttons(notice));
        let text = format!("{title}: {}", self.company());
        json!({ "text": escaped(&line(&text, LONGEST)), "blocks": blocks })
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
            Happening::Undone => "took that back".to_owned(),
            Happening::Reopened => "opened it again".to_owned(),
            Happening::Contact { state: ContactState::MeetingOn { on } } => {
                format!("says that a meeting is on, {}", date(*on))
            }
            Happening::Contact { state } => format!("says: {}", state.label().to_lowercase()),
            Happening::Rejected { reason } => {
                let mut known = self.staff.at_first.iter().chain(&self.staff.at_second);
                let label =
                    known.find(|choice| choice.code == reason.as_str()).map(|choice| choice.label.as_str());
                format!("turned it down: {}", escaped(label.unwrap_or(reason.as_str())))
            }
            Happening::Breached { .. }
            | Happening::Assigned { .. }
            | Happening::Completed { .. }
            | Happening::Noted { .. } => return None,
        };
        let by = entry.by.as_ref().map_or("Leadlight", |by| self.staff.name(by));
        Some(format!("{} {what}, {}", escaped(by), date(entry.at)))
    }

    /// Buttons say what they do; the block says to which lead, and as of when.
    fn buttons(&self, notice: &Notice) -> Option<Value> {
        let mut elements = Vec::new();
        if let Some(queue) = self.lead.queue.filter(|_| self.is_open()) {
            let (actions, reasons) = self.actions(queue);
            elements
                .extend(actions.iter().enumerate().map(|(n, (action, label))| button(action, label, n == 0)));
            if !reasons.is_empty() {
                elements.push(turn_down(reasons));
            }
        }
        if let Notice::Changed { history, .. } = notice
            && history.iter().rev().find(|entry| entry.by.is_some()).is_some_and(can_be_undone)
        {
            elements.push(button("undo", "Undo", false));
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

/// Whether a line of a history is a decision that its maker can take back for some minutes; whether that is still so is told
/// when they press.
fn can_be_undone(entry: &Entry) -> bool {
    matches!(
        entry.what,
        Happening::Confirmed | Happening::Flagged | Happening::Rejected { .. } | Happening::SentBack
    )
}

/// What waits for someone.
pub(crate) fn digest(name: &str, waiting: usize, late: usize, console: &str) -> Value {
    let text = escaped(&waits_for(name, waiting, late));
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
