//! Where a lead stands in the words of sales: read from what people told in its history, and calendars and CRMs beside it. So
//! it does not matter who told it, nor in which order it came.

use crate::contact::{Contact, ContactState, Meeting};
use crate::crm::CrmRecord;
use crate::work::Happening;

use super::QueuedLead;

impl QueuedLead {
    /// Where it stands in the words of sales; none before anybody reached out.
    pub fn contact(&self) -> Option<Contact> {
        self.contacts().pop()
    }

    /// The meeting that was agreed on last, if one was.
    pub fn meeting(&self) -> Option<Meeting> {
        let mut meeting = None;
        for contact in self.contacts() {
            match (contact.state, &mut meeting) {
                (ContactState::MeetingOn { on }, _) => meeting = Some(Meeting { on, is_on: true }),
                (
                    ContactState::MeetingCancelled | ContactState::MeetingHeld | ContactState::NoShow,
                    Some(meeting),
                ) => meeting.is_on = false,
                _ => {}
            }
        }
        meeting
    }

    /// All states, by time.
    fn contacts(&self) -> Vec<Contact> {
        let told = self.work.history.iter().filter_map(|entry| match entry.what {
            Happening::Contact { state } => Some(Contact { state, since: entry.at, by: entry.by.clone() }),
            _ => None,
        });
        let mut contacts: Vec<Contact> =
            told.chain(self.crm.records().iter().filter_map(of_a_record)).collect();
        contacts.sort_by_key(|contact| contact.since);
        let mut on = None;
        contacts.retain(|contact| match contact.state {
            ContactState::MeetingOn { on: begins } => {
                on = Some(begins);
                true
            }
            // A calendar's word on a meeting that was moved meanwhile is not of the one that is on.
            ContactState::NoShow if contact.by.is_none() => on.is_none_or(|on| on <= contact.since),
            _ => true,
        });
        contacts
    }
}

fn of_a_record(record: &CrmRecord) -> Option<Contact> {
    Some(Contact { state: record.what.contact()?, since: record.occurred_at, by: None })
}
