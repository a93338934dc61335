//! The steps beside the two checkpoints: undoing a slip, what came of reaching out, and what managers do with a lead.

use jiff::Timestamp;
use leadlight_lead::{ContactState, MemberId};
use maud::{Markup, html};

use crate::context::Frame;
use crate::form::{Target, note, send};
use crate::words::moment_of_year;

/// What can be done with a lead beside deciding on it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Steps {
    /// Where it stands in the words of sales; none before anybody reached out.
    pub contact: Option<ContactLine>,
    /// Whether the viewer may take back what they decided last.
    pub can_undo: bool,
    /// Whether the viewer may say what came of reaching out.
    pub can_contact: bool,
    /// Whether a meeting is on that can be held, missed or cancelled.
    pub meeting_is_on: bool,
    /// What a manager can do with it besides; none for others.
    pub manage: Option<Manage>,
}

/// Where a lead stands in the words of sales.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactLine {
    /// The state; a meeting that is on has its time in it.
    pub state: ContactState,
    /// Since when.
    pub since: Timestamp,
    /// Who said so; none where a calendar or the CRM did.
    pub by: Option<String>,
}

/// What a manager can do with a lead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manage {
    /// Open it again, since it was accepted or turned down; else give it to someone.
    pub reopens: bool,
    /// Whom it can be given to: everyone who works where it waits, or would wait, and does not have it.
    pub members: Vec<(MemberId, String)>,
}

/// Undo, as long as it is possible: on top of the page.
pub(super) fn undo(target: Target<'_>, steps: &Steps) -> Markup {
    html! { @if steps.can_undo { (target.form("undo", "undo", &send("Undo your decision", Some("z"), ""))) } }
}

/// Where it stands, in a few words.
pub(crate) fn line(frame: &Frame, contact: &ContactLine) -> Markup {
    html! {
        span.state {
            (contact.state.label())
            @if let ContactState::MeetingOn { on } = contact.state { ", " (moment_of_year(frame, on)) }
        }
    }
}

/// What came of reaching out.
pub(super) fn contact(target: Target<'_>, steps: &Steps) -> Markup {
    let say = |state: ContactState| {
        html! { button name="state" value=(state.as_str()) formnovalidate { (state.label()) } " " }
    };
    html! {
        @if steps.can_contact {
            section aria-labelledby="h-contact" {
                h2 id="h-contact" { "Did you reach them?" }
                @if let Some(contact) = &steps.contact {
                    p {
                        (line(target.frame, contact)) ", said by " (contact.by.as_deref().unwrap_or("the calendar"))
                        " on " (moment_of_year(target.frame, contact.since)) "."
                    }
                }
                (target.form("contact", "steps", &html! {
                    (say(ContactState::Contacted)) (say(ContactState::NoAnswer))
                    @if steps.meeting_is_on {
                        (say(ContactState::MeetingHeld)) (say(ContactState::NoShow)) (say(ContactState::MeetingCancelled))
                    }
                    label.field {
                        span { @if steps.meeting_is_on { "Move the meeting to" } @else { "A meeting is on" } }
                        input type="datetime-local" name="on" required;
                    }
                    button name="state" value="meeting_on" { "Keep the meeting" }
                }))
            }
        }
    }
}

/// Opening it again, or giving it to someone.
pub(super) fn manage(target: Target<'_>, steps: &Steps, max_characters: usize) -> Markup {
    let Some(manage) = &steps.manage else { return Markup::default() };
    let (title, action, button) = if manage.reopens {
        ("Open it again", "reopen", "Open again")
    } else {
        ("Assign it to someone", "assign", "Assign")
    };
    html! {
        section aria-labelledby="h-manage" {
            h2 id="h-manage" { (title) }
            (target.form(action, "steps", &html! {
                label.field {
                    span { "To" }
                    select name="to" {
                        @if manage.reopens { option value="" { "me" } }
                        @for (id, name) in &manage.members { option value=(id) { (name) } }
                    }
                }
                (note("Why? They read it with the lead.", true, max_characters, 2))
                button { (button) }
            }))
        }
    }
}
