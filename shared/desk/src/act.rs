//! What people may do with a lead, one rule for all ways in: the pages, the API, a script.
//!
//! [`act`] takes a lead as it is and gives it as it will be, or says why not. There is no other way to change what
//! people have decided, so a checkpoint cannot be gone around: an acceptance is made from a confirmation alone.

mod back;
mod complete;
mod contact;
mod hand;
mod history;
mod holds;
mod pace;

use jiff::Timestamp;
use leadlight_lead::{
    Acceptance, Attestation, Confirmation, Counted, Disposition, Happening, NoteKind, Progress, QueueName,
    QueuedLead, Rejection, RejectionCode, Role, Tally,
};
use leadlight_policy::Policy;

use crate::action::{Action, Actor, Request};
use crate::done::{Done, HandOn, SCORED_WITHIN};
use crate::refusal::Refusal;
use crate::team::Team;

pub use contact::meeting_moved;

/// Does what is asked, or says why not. `now` tells which holds have ended, `team` who could not have answered in time.
pub fn act(
    lead: &QueuedLead,
    by: &Actor,
    request: &Request,
    now: Timestamp,
    policy: &Policy,
    team: Option<&Team>,
) -> Result<Done, Refusal> {
    let desk = Desk { lead, by, now, policy, team };
    let note = desk.note(request.note.as_deref())?;
    if desk.is_repeated(&request.action, note.as_deref(), request.revision) {
        return Err(Refusal::Repeated);
    }
    // A renewal changes nothing that one could have overlooked.
    if request.revision != lead.work.revision && request.action != Action::Renew {
        return Err(Refusal::Stale);
    }
    let needs = |what| if note.is_some() { Ok(()) } else { Err(Refusal::NoteMissing { what }) };
    match &request.action {
        Action::Claim => desk.claim(),
        Action::Renew => desk.renew(),
        Action::Release => desk.release(),
        Action::Note { about } => {
            needs("this")?;
            desk.add_note(*about, note)
        }
        Action::Complete { fields } => desk.complete(fields, note),
        Action::Override => {
            needs("bringing a lead back")?;
            desk.overrule(note)
        }
        Action::See => desk.see(note),
        Action::Confirm => desk.confirm(note),
        Action::Flag => {
            needs("a flag")?;
            desk.flag(note)
        }
        Action::Reject { reason } => desk.reject(reason, note),
        Action::Accept { attestation } => desk.accept(attestation, note),
        Action::SendBack => {
            needs("sending back")?;
            desk.send_back(note)
        }
        Action::Undo => desk.undo(note),
        Action::Reopen { to } => {
            needs("opening a lead again")?;
            desk.reopen(to.as_ref(), note)
        }
        Action::Assign { to } => {
            needs("giving a lead to someone")?;
            desk.assign(to, note)
        }
        Action::Contact { state } => desk.contact(*state, note),
    }
}

/// Whether someone may take back what they decided last on a lead, or why not.
pub fn may_undo(lead: &QueuedLead, by: &Actor, now: Timestamp, policy: &Policy) -> Result<(), Refusal> {
    Desk { lead, by, now, policy, team: None }.may_undo().map(drop)
}

/// Whether someone may tell what came of reaching out to a lead's person, or why not.
pub fn may_contact(lead: &QueuedLead, by: &Actor, now: Timestamp, policy: &Policy) -> Result<(), Refusal> {
    Desk { lead, by, now, policy, team: None }.may_contact()
}

/// Whether someone may complete a lead's record, or why not.
pub fn may_complete(lead: &QueuedLead, by: &Actor, now: Timestamp, policy: &Policy) -> Result<(), Refusal> {
    Desk { lead, by, now, policy, team: None }.may_complete()
}

struct Desk<'a> {
    lead: &'a QueuedLead,
    by: &'a Actor,
    now: Timestamp,
    policy: &'a Policy,
    team: Option<&'a Team>,
}

impl Desk<'_> {
    fn note(&self, text: Option<&str>) -> Result<Option<String>, Refusal> {
        let Some(text) = text.map(|t| t.replace("\r\n", "\n")) else { return Ok(None) };
        let text = text.trim();
        let (characters, most) = (text.chars().count(), self.policy.people().note_characters);
        if characters > most {
            return Err(Refusal::NoteTooLong { characters, most });
        }
        if text.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
            return Err(Refusal::NoteNotText);
        }
        Ok((!text.is_empty()).then(|| text.to_owned()))
    }

    /// A change that people can see.
    fn changed(&self) -> QueuedLead {
        let mut lead = self.lead.clone();
        lead.work.revision += 1;
        lead
    }

    fn queue(&self) -> Result<QueueName, Refusal> {
        self.lead.waits_in().ok_or(Refusal::NotNow { state: self.state() })
    }

    fn state(&self) -> &'static str {
        match &self.lead.work.progress {
            _ if self.lead.outcome.is_some() => "its deal is closed",
            _ if self.lead.thread.continued_in.is_some() => "its person has a later lead",
            Progress::Accepted { .. } => "it was accepted",
            Progress::Rejected { .. } => "it was turned down",
            Progress::Confirmed(_) => "it waits for an account executive",
            Progress::Flagged(_) => "it waits for a manager's second look",
            Progress::Seen(_) => "it is on its way to be scored",
            Progress::Open => match self.lead.queue {
                QueueName::HumanFirst => "it is to be seen before it is scored",
                QueueName::Nurture | QueueName::Disqualified => "it waits for nobody; bring it back first",
                _ => "it waits for an SDR",
            },
        }
    }

    fn allowed(&self, queue: QueueName) -> Result<(), Refusal> {
        let needed = queue.role().ok_or(Refusal::NotNow { state: self.state() })?;
        if self.by.role.works(queue) {
            return Ok(());
        }
        let needed = match needed {
            Role::Sdr => "an SDR or a manager",
            Role::Ae => "an AE or a manager",
            Role::Manager | Role::Admin => "a manager",
        };
        Err(Refusal::WrongRole { needed, role: self.by.role })
    }

    fn add_note(&self, about: NoteKind, note: Option<String>) -> Result<Done, Refusal> {
        if self.by.role == Role::Admin {
            return Err(Refusal::WrongRole { needed: "an SDR, an AE or a manager", role: self.by.role });
        }
        let mut lead = self.changed();
        self.write(&mut lead, Happening::Noted { about }, note)?;
        Ok(Done::plain(lead))
    }

    fn overrule(&self, note: Option<String>) -> Result<Done, Refusal> {
        let waits = self.queue()?;
        if !matches!(waits, QueueName::Nurture | QueueName::Disqualified) {
            return Err(Refusal::NotNow { state: self.state() });
        }
        let hard =
            self.lead.decision().is_some_and(|d| matches!(d.disposition, Disposition::Disqualified { .. }));
        match self.by.role {
            Role::Manager => {}
            Role::Sdr if !hard => {}
            role if hard => return Err(Refusal::WrongRole { needed: "a manager", role }),
            role => return Err(Refusal::WrongRole { needed: "an SDR or a manager", role }),
        }
        let mut lead = self.changed();
        lead.work.overridden = Some(self.word());
        lead.work.reversible = Some(self.reversible(&[]));
        self.write(&mut lead, Happening::Overridden, note)?;
        // Who brings a lead back keeps it.
        if self.team.is_none() {
            return Ok(Done { hand_on: Some(HandOn::to(QueueName::Sdr)), ..Done::plain(lead) });
        }
        self.hand(&mut lead, &self.by.id, None)?;
        Ok(Done::plain(lead))
    }

    fn word(&self) -> Confirmation {
        Confirmation { by: self.by.id.clone(), at: self.now }
    }

    /// Checkpoint 1 is where the lead waits, and they hold it.
    fn at_first(&self) -> Result<(), Refusal> {
        let queue = self.queue()?;
        if queue == QueueName::Ae {
            return Err(Refusal::NotNow { state: self.state() });
        }
        self.allowed(queue)?;
        self.held()
    }

    fn see(&self, note: Option<String>) -> Result<Done, Refusal> {
        self.at_first()?;
        if self.lead.decision().is_some() {
            return Err(Refusal::NotNow { state: self.state() });
        }
        let mut lead = self.changed();
        lead.work.progress = Progress::Seen(self.word());
        lead.work.claim = None;
        // Should its message be lost, someone hears of it.
        lead.work.due_at = Some(self.now + SCORED_WITHIN);
        self.write(&mut lead, Happening::Seen, note)?;
        let mut tallies = self.answered();
        tallies.push(self.took(1));
        Ok(Done { tallies, ..Done::plain(lead) })
    }

    fn confirm(&self, note: Option<String>) -> Result<Done, Refusal> {
        self.at_first()?;
        // What was never scored has nothing to confirm, wherever it waits.
        if self.lead.decision().is_none() {
            return Err(Refusal::NotNow { state: "it is to be seen before it is scored" });
        }
        let progress = Progress::Confirmed(self.word());
        self.decide(progress, Happening::Confirmed, note, &Counted::Confirmed, Some(QueueName::Ae))
    }

    fn flag(&self, note: Option<String>) -> Result<Done, Refusal> {
        self.at_first()?;
        if self.queue()? == QueueName::Flagged {
            return Err(Refusal::NotNow { state: self.state() });
        }
        let progress = Progress::Flagged(self.word());
        self.decide(progress, Happening::Flagged, note, &Counted::Flagged, Some(QueueName::Flagged))
    }

    fn reject(&self, code: &RejectionCode, note: Option<String>) -> Result<Done, Refusal> {
        let queue = self.queue()?;
        self.allowed(queue)?;
        self.held()?;
        let second = queue == QueueName::Ae;
        let reason = self.policy.reason(code).filter(|r| if second { r.at_second } else { r.at_first });
        let reason = reason.ok_or(Refusal::UnknownReason)?;
        if reason.needs_text && note.is_none() {
            return Err(Refusal::NoteMissing { what: "this reason" });
        }
        let confirmed = match &self.lead.work.progress {
            Progress::Confirmed(confirmed) => Some(confirmed.clone()),
            _ => None,
        };
        let rejected = Rejection {
            by: self.by.id.clone(),
            at: self.now,
            reason: code.clone(),
            training: reason.training,
        };
        let counted =
            if second { Counted::RejectedByAe(code.clone()) } else { Counted::Rejected(code.clone()) };
        let progress = Progress::Rejected { confirmed, rejected };
        self.decide(progress, Happening::Rejected { reason: code.clone() }, note, &counted, None)
    }

    fn at_second(&self) -> Result<Confirmation, Refusal> {
        let Progress::Confirmed(confirmed) = &self.lead.work.progress else {
            return Err(Refusal::NotNow { state: self.state() });
        };
        self.allowed(self.queue()?)?;
        self.held()?;
        Ok(confirmed.clone())
    }

    fn accept(&self, attestation: &Attestation, note: Option<String>) -> Result<Done, Refusal> {
        let confirmed = self.at_second()?;
        if confirmed.by == self.by.id {
            return Err(Refusal::OwnWord);
        }
        let least = self.policy.people().least_buying_signal;
        if attestation.buying_signal < least {
            return Err(Refusal::NoBuyingSignal { least });
        }
        if !self.policy.people().deal_sizes.iter().any(|band| band.code == attestation.deal_size) {
            return Err(Refusal::UnknownDealSize);
        }
        let accepted = Acceptance { by: self.by.id.clone(), at: self.now, attestation: attestation.clone() };
        let what = Happening::Accepted { attestation: attestation.clone() };
        self.decide(Progress::Accepted { confirmed, accepted }, what, note, &Counted::Accepted, None)
    }

    fn send_back(&self, note: Option<String>) -> Result<Done, Refusal> {
        self.at_second()?;
        let back_to = if self.lead.work.overridden.is_some() { QueueName::Sdr } else { self.lead.queue };
        self.decide(Progress::Open, Happening::SentBack, note, &Counted::SentBack, Some(back_to))
    }

    fn decide(
        &self,
        progress: Progress,
        what: Happening,
        note: Option<String>,
        counted: &Counted,
        next: Option<QueueName>,
    ) -> Result<Done, Refusal> {
        let mut lead = self.changed();
        lead.work.progress = progress;
        lead.work.claim = None;
        self.write(&mut lead, what, note)?;
        let mut tallies = vec![self.tally(counted.clone())];
        tallies.extend(self.answered());
        let second = matches!(self.lead.work.progress, Progress::Confirmed(_));
        tallies.push(self.took(if second { 2 } else { 1 }));
        if let Progress::Confirmed(confirmed) = &self.lead.work.progress {
            // What became of it is whoever confirmed's to learn from.
            let held = if *counted == Counted::Accepted { Counted::Held } else { Counted::NotHeld };
            tallies.push(Tally { member: confirmed.by.clone(), ..self.tally(held) });
        }
        lead.work.reversible = Some(self.reversible(&tallies));
        Ok(Done { tallies, hand_on: next.map(HandOn::to), ..Done::plain(lead) })
    }

    /// Whether the answer came in time.
    fn answered(&self) -> Vec<Tally> {
        let grade = self.lead.sla_grade();
        let in_time = |due| if self.now <= due { Counted::InTime(grade) } else { Counted::Late(grade) };
        self.lead.work.due_at.map(|due| self.tally(in_time(due))).into_iter().collect()
    }

    fn tally(&self, counted: Counted) -> Tally {
        let band = self.lead.decision().map(|d| Tally::band_of(d.score));
        Tally { member: self.by.id.clone(), band, counted }
    }
}
