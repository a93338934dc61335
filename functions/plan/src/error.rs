//! Why a week is not planned.

use leadlight_lead::WireError;
use leadlight_outbound::{CannotSend, NothingToRankBy, UnreadablePlan, Week};
use leadlight_ports::{Class, Classed, PortError};
use leadlight_registry::RegistryError;

/// Why a week is not planned or not carried out.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// Policy, list, accounts or team cannot be read.
    #[error("what the week is planned by cannot be read")]
    Registry(#[from] RegistryError),
    /// The plans, or the deployment's key, cannot be read or written.
    #[error("the plan of {week} cannot be reached")]
    Store {
        /// The week that is planned.
        week: Week,
        /// Why not.
        #[source]
        source: PortError,
    },
    /// The leads cannot be asked for.
    #[error("whether somebody is on an account already cannot be looked up")]
    Leads(#[source] PortError),
    /// The accounts that need someone cannot be told of.
    #[error("that an account needs a contact cannot be kept to be told")]
    Outbox(#[source] PortError),
    /// A kept plan cannot be read.
    #[error("the plan of {week} cannot be used; remove `{}` to have it made again", week.key())]
    Damaged {
        /// Its week.
        week: Week,
        /// What is wrong with it.
        #[source]
        source: UnreadablePlan,
    },
    /// A plan cannot be written down.
    #[error("the plan cannot be written down")]
    Plan(#[from] serde_json::Error),
    /// An event cannot be written down.
    #[error("an event cannot be written down")]
    Event(#[from] WireError),
    /// A lead cannot be sent.
    #[error("a lead cannot be sent")]
    Sending(#[source] PortError),
    /// Another run's plan was there and is gone.
    #[error("the plan of {0} was there and is gone; try again")]
    Gone(Week),
    /// A person of the list cannot become a lead.
    #[error("a person of the list cannot become a lead")]
    CannotSend(#[from] CannotSend),
    /// The policy has no rules for outbound.
    #[error(
        "the policy in force has no `[outbound]`, so no account becomes work by itself; add the table to it, as \
         docs/outbound.md explains, and publish it"
    )]
    NoRules,
    /// The policy has nothing to rank by.
    #[error("the accounts cannot be ranked")]
    NothingToRankBy(#[from] NothingToRankBy),
    /// Places are counted by SDRs, and nobody says who they are.
    #[error(
        "`outbound.accounts_per_sdr` counts the team's SDRs, and no team file is in force; publish one, or write \
         `accounts_a_week`"
    )]
    NoTeam,
    /// Places are counted by SDRs, and none takes outbound leads.
    #[error("no SDR of the team file takes outbound leads; let one, or write `outbound.accounts_a_week`")]
    NoSdr,
    /// More places are kept than there are.
    #[error(
        "`outbound.tiers` keep {kept} places, and {sdrs} SDRs take {all} accounts in a week; keep fewer places, or raise \
         `accounts_per_sdr`"
    )]
    TooManyKept {
        /// Places that are kept for tiers.
        kept: usize,
        /// SDRs who take outbound leads.
        sdrs: usize,
        /// Accounts that they take in a week.
        all: usize,
    },
}

impl Classed for PlanError {
    fn class(&self) -> Class {
        match self {
            Self::Registry(error) => error.class(),
            Self::Store { source, .. }
            | Self::Leads(source)
            | Self::Outbox(source)
            | Self::Sending(source) => source.class(),
            Self::Event(error) => error.class(),
            Self::Gone(_) => Class::Retryable,
            Self::Damaged { .. }
            | Self::Plan(_)
            | Self::CannotSend(_)
            | Self::NoRules
            | Self::NothingToRankBy(_)
            | Self::NoTeam
            | Self::NoSdr
            | Self::TooManyKept { .. } => Class::Poison,
        }
    }
}
