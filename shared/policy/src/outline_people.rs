//! The people's part of the policy in words.

use leadlight_lead::Level;

use crate::people::{ConversionKind, RejectionReason};
use crate::policy::Policy;
use crate::section::{Section, percent, thousands, unit};

impl Policy {
    /// The two checkpoints, and how people work between them.
    pub(crate) fn people_in_words(&self) -> [Section; 5] {
        [first_checkpoint(), self.second_checkpoint(), self.rejections(), self.working(), self.answering()]
    }

    fn second_checkpoint(&self) -> Section {
        let accepts = match self.people.least_buying_signal {
            Level::None => "A lead may be accepted without a buying signal.",
            Level::Some => "A lead is accepted with some buying signal at least.",
            Level::Strong => "A lead is accepted with a strong buying signal alone.",
        };
        let bands = self.people.deal_sizes.iter().map(|band| [band.label.clone(), band.code.to_string()]);
        Section::new("Checkpoint 2: account executive")
            .text([
                "Before a meeting becomes an opportunity, an account executive attests buying signal, strategic fit, \
                 relationship and the size of the deal.",
                "The lead is accepted, sent back, or rejected with a reason.",
                accepts,
                "Their time begins with the meeting, where one is on.",
                "No setting of this policy skips it.",
            ])
            .table(["Size of the deal", "Kept as"], bands)
    }

    fn rejections(&self) -> Section {
        let rows = self.people.reasons.iter().map(|reason| {
            [
                reason.label.clone(),
                reason.code.to_string(),
                offered(reason).to_owned(),
                format!("The lead {}", reason.meaning()),
                if reason.needs_text { "needed" } else { "welcome" }.to_owned(),
            ]
        });
        Section::new("Why people turn a lead down")
            .text([
                "What a reason meant for training is kept with the lead: a later policy does not change it.",
            ])
            .table(["Reason", "Kept as", "Offered at", "For training", "Own words"], rows)
    }

    fn working(&self) -> Section {
        let people = &self.people;
        Section::new("How leads are held").text([
            format!(
                "A lead that is taken is held for {}, unless it is renewed.",
                duration(people.lease.as_mins())
            ),
            format!("One person holds at most {} at once.", unit(people.most_held, "lead")),
            format!(
                "What one person sends within {} is one lead: it is scored again with all of it, unless people have \
                 decided. Later, or once the lead is over, it is a new lead that names the one before.",
                unit(people.one_lead.as_hours() / 24, "day")
            ),
            format!(
                "Who came to their company within {} before a lead changed jobs recently, and so did who works for \
                 another company than their address says: people see that first.",
                unit(people.job_change_days, "day")
            ),
            format!("A note has at most {} characters.", thousands(people.note_characters)),
            if people.undo.is_zero() {
                "A decision cannot be undone; a manager can open the lead again.".to_owned()
            } else {
                format!(
                    "The person who decided can undo it for {}, as long as nobody has worked on the lead since.",
                    duration(people.undo.as_mins())
                )
            },
        ])
    }

    fn answering(&self) -> Section {
        let sla = self.people.sla;
        let rows = [
            ("A", sla.a),
            ("B", sla.b),
            ("C", sla.c),
            ("D", sla.d),
            ("Seen before scoring, or too little known", sla.unscored),
            ("Asked for a person, whatever the grade", sla.hand_raiser),
        ];
        Section::new("How soon people answer").text(["Times are working hours of the lead's owner."]).table(
            ["Lead", "Within"],
            rows.map(|(lead, minutes)| [lead.to_owned(), duration(minutes.into())]),
        )
    }

    /// The leads that chance lets through.
    pub(crate) fn sample(&self) -> Section {
        let section = Section::new("The sample");
        if self.exploration_share == 0.0 {
            return section.text(["No lead that its score rejects is brought before people."]);
        }
        let share = percent(self.exploration_share);
        section.text([
            format!(
                "Of the leads that their score rejects, chance brings {share} before people all the same."
            ),
            "They are marked as such. Without them a model would never hear of leads it rejects wrongly."
                .to_owned(),
        ])
    }

    /// What a good end is.
    pub(crate) fn conversion_in_words(&self) -> Section {
        let days = unit(self.conversion.maturity_days, "day");
        let (counts, ends) = match self.conversion.counts {
            ConversionKind::Accepted => (
                "A lead counts as converted once it has passed both checkpoints.",
                format!("One that an SDR confirmed and no AE accepts within {days} counts as not converted."),
            ),
            ConversionKind::Opportunity => (
                "A lead counts as converted once an opportunity is opened.",
                format!("One that passed a checkpoint and has none {days} later counts as not converted."),
            ),
            ConversionKind::Won => (
                "A lead counts as converted once a deal is won.",
                "One whose deals are all lost counts as not converted.".to_owned(),
            ),
        };
        Section::new("What counts as conversion").text([
            counts.to_owned(),
            ends,
            format!("A review of scores leaves out decisions younger than {days}."),
        ])
    }
}

fn first_checkpoint() -> Section {
    Section::new("Checkpoint 1: sales development").text([
        "A sales development representative checks the context: is there anything the data could not know?",
        "The lead is confirmed, flagged for a second look, or rejected with a reason.",
        "No setting of this policy skips it.",
    ])
}

fn offered(reason: &RejectionReason) -> &'static str {
    match (reason.at_first, reason.at_second) {
        (true, false) => "Checkpoint 1",
        (false, true) => "Checkpoint 2",
        // The checks let none through that is offered nowhere.
        _ => "Both checkpoints",
    }
}

/// "2 hours 30 minutes".
fn duration(minutes: i64) -> String {
    match (minutes / 60, minutes % 60) {
        (0, minutes) => unit(minutes, "minute"),
        (hours, 0) => unit(hours, "hour"),
        (hours, minutes) => format!("{} {}", unit(hours, "hour"), unit(minutes, "minute")),
    }
}
