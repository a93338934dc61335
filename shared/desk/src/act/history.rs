//! What a lead remembers of people, and how much.

use leadlight_lead::{Entry, Happening, QueuedLead, to_json};

use super::Desk;
use crate::action::Action;
use crate::done::MOST_ENTRIES;
use crate::refusal::Refusal;

/// Bytes of all notes together as they are stored, where a line end or a quote takes two: see
/// [`leadlight_lead::MAX_DOCUMENT_BYTES`].
const MOST_NOTE_BYTES: usize = 80_000;

fn stored_bytes(note: &String) -> usize {
    to_json(note).map_or(MOST_NOTE_BYTES, |json| json.len())
}

impl Desk<'_> {
    /// The last thing that happened to a lead is this very thing, done by the same person, who looked before it.
    pub(super) fn is_repeated(&self, action: &Action, note: Option<&str>, revision: u64) -> bool {
        let work = &self.lead.work;
        if let (Action::Assign { to }, Some(entry)) = (action, work.history.last()) {
            return matches!(&entry.what, Happening::Assigned { to: then, .. } if then.as_ref() == Some(to))
                && revision < work.revision
                && entry.by.as_ref() == Some(&self.by.id)
                && entry.note.as_deref() == note;
        }
        let Some(last) = work.history.iter().rev().find(|e| !matches!(e.what, Happening::Assigned { .. }))
        else {
            return false;
        };
        let same = match (action, &last.what) {
            (Action::See, Happening::Seen)
            | (Action::Confirm, Happening::Confirmed)
            | (Action::Flag, Happening::Flagged)
            | (Action::SendBack, Happening::SentBack)
            | (Action::Override, Happening::Overridden)
            | (Action::Undo, Happening::Undone)
            | (Action::Reopen { .. }, Happening::Reopened) => true,
            (Action::Contact { state }, Happening::Contact { state: then }) => state == then,
            (Action::Reject { reason }, Happening::Rejected { reason: then }) => reason == then,
            (Action::Accept { attestation }, Happening::Accepted { attestation: then }) => {
                attestation == then
            }
            (Action::Complete { fields }, Happening::Completed { .. }) => self.is_written(fields),
            (Action::Note { about }, Happening::Noted { about: then }) => about == then,
            _ => false,
        };
        same && revision < work.revision
            && last.by.as_ref() == Some(&self.by.id)
            && last.note.as_deref() == note
    }

    /// A decision always fits, notes end at some point, and of changes of hands and of what came of reaching out the latest
    /// stay.
    pub(super) fn write(
        &self,
        lead: &mut QueuedLead,
        what: Happening,
        note: Option<String>,
    ) -> Result<(), Refusal> {
        let history = &mut lead.work.history;
        let entry = Entry { at: self.now, by: Some(self.by.id.clone()), what, note };
        let is_full = history.iter().filter(|e| e.by.is_some()).count() >= MOST_ENTRIES;
        match entry.what {
            // What is taken back can be decided and taken back again: that ends at some point too.
            Happening::Noted { .. } | Happening::Completed { .. } | Happening::Undone if is_full => {
                return Err(Refusal::HistoryFull);
            }
            Happening::Assigned { .. } | Happening::Contact { .. } if is_full => {
                let kind = std::mem::discriminant(&entry.what);
                let is_oldest = |e: &Entry| e.by.is_some() && std::mem::discriminant(&e.what) == kind;
                match history.iter().position(is_oldest) {
                    Some(oldest) => drop(history.remove(oldest)),
                    None if matches!(entry.what, Happening::Contact { .. }) => {
                        return Err(Refusal::HistoryFull);
                    }
                    None => {}
                }
            }
            _ => {}
        }
        let bytes: usize =
            history.iter().chain([&entry]).filter_map(|e| e.note.as_ref()).map(stored_bytes).sum();
        if entry.note.is_some() && bytes > MOST_NOTE_BYTES {
            return Err(Refusal::HistoryFull);
        }
        history.push(entry);
        Ok(())
    }
}
