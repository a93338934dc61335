//! The policy in words: everything that the file says, for people who don't read TOML.

use leadlight_lead::{CountryCode, EmailKind};

use crate::disqualify::{function_in_words, kind_in_words};
use crate::hand_raisers;
use crate::outbound::OutboundWeek;
use crate::policy::Policy;
use crate::retention::Retention;
use crate::scale::Thresholds;
use crate::section::{Section, list, thousands, unit};
use crate::sides::Grid;

impl Policy {
    /// The policy in words, in the order of a lead's way: whence it comes, what rejects it, what it earns, where
    /// it goes, what people do with it, what is learnt from it. Everything in the file is told; comments are not.
    pub fn outline(&self) -> Vec<Section> {
        let mut sections = vec![
            self.identity(),
            self.sources_in_words(),
            self.addresses(),
            self.titles.in_words(),
            self.rejected_at_once(),
            hand_raisers::in_words(self.hand_raisers.as_ref()),
            self.scorecard.too_little_known(),
            self.scorecard.points_in_words(),
        ];
        sections.extend(self.scorecard.criteria_in_words());
        sections.extend([self.thresholds_in_words(), self.scorecard.letters_in_words()]);
        sections.extend(self.grid.as_ref().map(Grid::in_words));
        sections.extend(self.motions_in_words());
        sections.extend(self.segments_in_words());
        sections.extend(self.lifts.in_words());
        sections.push(self.renewal.in_words());
        sections.extend(self.outbound().map(OutboundWeek::in_words));
        sections.push(self.queues_in_words());
        sections.extend(self.people_in_words());
        let who_decides = self.dial.in_words(|motion| self.motion_label(motion));
        let learnt_from = self.scorecard.learnt_from(&self.seen, who_decides);
        sections.extend([self.sample(), self.conversion_in_words(), learnt_from]);
        sections.push(Retention::in_words(self.retention.as_ref()));
        sections
    }

    fn identity(&self) -> Section {
        let name = format!("This is the policy \"{}\", revision {}.", self.name, self.revision);
        let hash = format!("Decisions cite it by the SHA-256 of its file, {}.", self.hash);
        Section::new("Which policy this is").text([name, hash])
    }

    fn sources_in_words(&self) -> Section {
        let rows = self.sources().map(|(name, rule)| {
            let first = if rule.human_first { "a person's look, then the score" } else { "the score" };
            let may_say = list(rule.may_say.iter().map(|statement| statement.in_words()), "and");
            let may_say = if may_say.is_empty() { "nothing".to_owned() } else { may_say };
            [name.to_string(), rule.motion.to_string(), first.to_owned(), may_say]
        });
        Section::new("Where leads come from")
            .text([
                "A lead from a source that is not listed here is refused.",
                "What a source says of a lead beyond that is kept, does not count, and is named with the decision.",
            ])
            .table(["Source", "Motion", "What comes first", "What it may say of a lead"], rows)
    }

    fn addresses(&self) -> Section {
        let section = Section::new("What an address says");
        let built_in = "Free-mail, throw-away and academic addresses are told by built-in lists of domains.";
        if self.mail.kinds.is_empty() {
            return section.text([built_in, "The policy adds none of its own."]);
        }
        let rows = self.mail.kinds.iter().map(|(domain, kind)| [domain.to_string(), address(*kind)]);
        section
            .text([built_in, "These domains are the policy's own, and go before those lists."])
            .table(["Domain", "An address there is"], rows)
    }

    fn rejected_at_once(&self) -> Section {
        let rules = &self.disqualify;
        let countries = list(rules.excluded_countries.iter().map(CountryCode::as_str), "or");
        let rows = [
            (
                "Current customer",
                format!("The company's domain, or that of the address, is {}.", list(&rules.customers, "or")),
            ),
            (
                "Direct competitor",
                format!(
                    "The company's domain, or that of the address, is {}.",
                    list(&rules.competitors, "or")
                ),
            ),
            ("Non-commercial contact", self.non_commercial_in_words()),
            (
                "Below the minimum size",
                format!("The company has fewer than {} employees.", thousands(rules.minimum_employees)),
            ),
            (
                "Excluded geography",
                format!("The company's head office is in {countries} (ISO 3166-1 codes of countries)."),
            ),
        ];
        Section::new("Who is rejected at once")
            .text([
                "Any one of these rejects a lead, whatever its score, and the reason is kept.",
                "They are tried in this order. What is not known rejects nobody.",
            ])
            .table(["Disqualifier", "Holds where"], rows.map(|(name, when)| [name.to_owned(), when]))
    }

    fn non_commercial_in_words(&self) -> String {
        let rules = &self.disqualify;
        format!(
            "The address is {}; or the person works in {}; or a part of the title ends with {}, in any gender.",
            list(rules.email_kinds.iter().map(|kind| kind_in_words(*kind)), "or"),
            list(rules.functions.iter().map(|function| function_in_words(*function)), "or"),
            list(rules.titles.iter().map(|(title, _)| format!("\"{title}\"")), "or"),
        )
    }

    fn thresholds_in_words(&self) -> Section {
        let Thresholds { sdr, nurture } = self.scorecard.usual.thresholds;
        let borderline = if self.borderline_points > 0.0 {
            format!(
                "A score within {} of {sdr} or {nurture}, on either side, is marked borderline.",
                unit(self.borderline_points, "point")
            )
        } else {
            "No score is marked borderline.".to_owned()
        };
        let under_rules =
            "Without a model the score is the points; a model's score is a place among past leads.";
        let rejected = if self.exploration_share > 0.0 {
            "The lead is rejected, unless chance draws it for a look."
        } else {
            "The lead is rejected."
        };
        let rows = [
            (format!("{sdr} (X) and more"), "A sales development representative looks at once."),
            (format!("From {nurture} (Y) up to {sdr}"), "Marketing nurtures."),
            (format!("Below {nurture}"), rejected),
        ];
        Section::new("Where the score sends a lead")
            .text([under_rules.to_owned(), borderline])
            .table(["Score", "What happens"], rows.map(|(score, what)| [score, what.to_owned()]))
    }

    fn queues_in_words(&self) -> Section {
        let rows = self.queues.entries().into_iter();
        let rows = rows.map(|(_, queue)| [queue.label.clone(), queue.description.clone()]);
        Section::new("Work queues").table(["Queue", "What is in it"], rows)
    }
}

fn address(kind: EmailKind) -> String {
    kind_in_words(kind).to_owned()
}
