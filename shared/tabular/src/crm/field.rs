//! What a column may say of a deal.

use std::fmt;

/// What a column may say of a deal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// The CRM's id of the deal.
    Id,
    /// When it was created.
    Created,
    /// When it was closed.
    Closed,
    /// When it was won, where the CRM has a column of its own for that.
    WonAt,
    /// When it was lost, the same.
    LostAt,
    /// Won, lost or open, by its stage or status.
    State,
    /// Whether it is won: yes or no.
    IsWon,
    /// Whether it is closed: yes or no.
    IsClosed,
    /// Its amount.
    Amount,
    /// The amount's currency.
    Currency,
    /// Where the lead came from.
    Source,
    /// The company's name.
    Company,
    /// The company's domain or website.
    Domain,
    /// The person's address.
    Email,
    /// The company's industry.
    Industry,
    /// The company's size.
    Employees,
    /// The company's yearly revenue.
    Revenue,
    /// The company's country.
    Country,
    /// The person's title.
    Title,
    /// What the person works on.
    Function,
    /// How senior the person is.
    Seniority,
    /// The tools in use.
    Technologies,
    /// What the company reads up on.
    IntentTopic,
    /// How much.
    IntentScore,
    /// As of when.
    IntentObservedAt,
    /// What the person did.
    Activities,
}

impl Field {
    /// All of them.
    pub const ALL: [Self; 26] = [
        Self::Id,
        Self::Created,
        Self::Closed,
        Self::WonAt,
        Self::LostAt,
        Self::State,
        Self::IsWon,
        Self::IsClosed,
        Self::Amount,
        Self::Currency,
        Self::Source,
        Self::Company,
        Self::Domain,
        Self::Email,
        Self::Industry,
        Self::Employees,
        Self::Revenue,
        Self::Country,
        Self::Title,
        Self::Function,
        Self::Seniority,
        Self::Technologies,
        Self::IntentTopic,
        Self::IntentScore,
        Self::IntentObservedAt,
        Self::Activities,
    ];

    /// Its name in a mapping.
    pub fn name(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Created => "created",
            Self::Closed => "closed",
            Self::WonAt => "won_at",
            Self::LostAt => "lost_at",
            Self::State => "state",
            Self::IsWon => "is_won",
            Self::IsClosed => "is_closed",
            Self::Amount => "amount",
            Self::Currency => "currency",
            Self::Source => "source",
            Self::Company => "company",
            Self::Domain => "domain",
            Self::Email => "email",
            Self::Industry => "industry",
            Self::Employees => "employees",
            Self::Revenue => "revenue",
            Self::Country => "country",
            Self::Title => "title",
            Self::Function => "function",
            Self::Seniority => "seniority",
            Self::Technologies => "technologies",
            Self::IntentTopic => "intent_topic",
            Self::IntentScore => "intent_score",
            Self::IntentObservedAt => "intent_observed_at",
            Self::Activities => "activities",
        }
    }

    /// The field of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.name() == name)
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
