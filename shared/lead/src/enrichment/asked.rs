//! Who was asked for facts, what came of it, and who was overruled.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::FactField;

/// Whom a question to a vendor is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum About {
    /// The company, by its domain.
    Company,
    /// The person, by their address.
    Person,
}

/// One vendor's part in a lead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Asked {
    /// The vendor's name in the vendors file.
    pub provider: String,
    /// About whom.
    pub about: About,
    /// What came of it.
    pub came: Came,
    /// What this lead paid for it, in millionths of a US dollar: 0 for an answer that was bought before.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub cost_usd_micros: u64,
    /// When the answer was fetched, or given up.
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub at: Timestamp,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature is serde's")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

impl Asked {
    /// What came of it, for people, by the vendor's name as they know it: `Clearbit knew the company`.
    pub fn in_words(&self, vendor: &str) -> String {
        let whom = match self.about {
            About::Company => "the company",
            About::Person => "the person",
        };
        match self.came {
            Came::Found => format!("{vendor} knew {whom}"),
            Came::Kept => format!("{vendor} knew {whom} when it was asked before"),
            Came::Unknown => format!("{vendor} does not know {whom}"),
            Came::KeptUnknown => format!("{vendor} did not know {whom} when it was asked before"),
            Came::Nothing(gap) => format!("{vendor} {} (about {whom})", gap.in_words()),
        }
    }
}

/// What came of a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Came {
    /// Facts.
    Found,
    /// Facts, bought before and still fresh.
    Kept,
    /// The vendor does not know them, which is no "no".
    Unknown,
    /// The same, as it said before.
    KeptUnknown,
    /// Nothing: see [`Gap`].
    #[serde(untagged)]
    Nothing(Gap),
}

impl Asked {
    /// Whether it came to asking, or to an answer bought before: not where it was passed over.
    pub fn was_asked(&self) -> bool {
        self.came.gap().is_none_or(Gap::was_asked)
    }
}

impl Came {
    /// Why there are none; none where there are, or where the vendor has none.
    pub fn gap(self) -> Option<Gap> {
        match self {
            Self::Nothing(gap) => Some(gap),
            _ => None,
        }
    }
}

/// Why a vendor's facts are missing though nobody said that it has none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Gap {
    /// It looks for them, and knows more later.
    Pending,
    /// It took no key: absent, wrong or expired. Or a right is missing.
    Denied,
    /// Its credit is used up.
    NoCredit,
    /// It wants fewer questions.
    TooFast,
    /// It failed, was not reached, or took too long.
    Away,
    /// It failed often of late and is left in peace.
    Resting,
    /// Its answer cannot be read.
    Unreadable,
    /// It answered about someone else.
    OtherSubject,
    /// It refused the question as such.
    Refused,
    /// The cap for one lead.
    LeadCap,
    /// The cap for the day.
    DayCap,
    /// The cap for the month.
    MonthCap,
    /// The time for all vendors together was used up.
    NoTime,
}

impl Gap {
    /// Whether asking again later may fill it.
    pub fn may_pass(self) -> bool {
        matches!(
            self,
            Self::Pending
                | Self::Denied
                | Self::NoCredit
                | Self::TooFast
                | Self::Away
                | Self::Resting
                | Self::DayCap
                | Self::NoTime
        )
    }

    /// Whether the vendor was asked, in vain: not where it was passed over.
    pub fn was_asked(self) -> bool {
        !matches!(self, Self::Resting | Self::LeadCap | Self::DayCap | Self::MonthCap | Self::NoTime)
    }

    /// For people: "Clearbit ...".
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Pending => "is still looking",
            Self::Denied => "denied access",
            Self::NoCredit => "is out of credit",
            Self::TooFast => "asked for a slower pace",
            Self::Away => "did not answer",
            Self::Resting => "failed repeatedly and is being left alone for a while",
            Self::Unreadable => "sent an answer that cannot be read",
            Self::OtherSubject => "answered about someone else",
            Self::Refused => "refused the question",
            Self::LeadCap => "was not asked: the cost cap for one lead was reached",
            Self::DayCap => "was not asked: the cost cap for the day was reached",
            Self::MonthCap => "was not asked: the cost cap for the month was reached",
            Self::NoTime => "was not asked: the time allowed for vendors was used up",
        }
    }
}

/// A provider's word that does not count, since another goes before it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Against {
    /// Which field.
    pub field: FactField,
    /// What it said, as text.
    pub value: String,
    /// Who said so.
    pub provider: String,
    /// When it was fetched.
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub fetched_at: Timestamp,
    /// How far the provider trusts it, 0 to 1.
    pub confidence: f64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_came_of_a_question_reads_as_one_word() {
        for (came, text) in [
            (Came::Found, "\"found\""),
            (Came::KeptUnknown, "\"kept_unknown\""),
            (Came::Nothing(Gap::NoCredit), "\"no_credit\""),
        ] {
            assert_eq!(serde_json::to_string(&came).unwrap(), text);
            assert_eq!(serde_json::from_str::<Came>(text).unwrap(), came);
        }
    }
}
