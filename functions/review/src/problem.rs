//! Why the console did not do what it was asked. Nothing has changed then, and every text says what to do.

use std::error::Error;

use axum::http::StatusCode;
use leadlight_desk::Refusal;
use leadlight_identity::{SignInError, TokenError};
use leadlight_lead::Role;
use leadlight_ports::chain;
use leadlight_sources::NotAuthentic;

/// What stood in the way.
#[derive(Debug, thiserror::Error)]
pub enum Problem {
    /// Nobody is signed in.
    #[error("sign in first")]
    NotSignedIn,
    /// The token is no good.
    #[error("your sign-in does not hold: {0}; sign in again")]
    Token(TokenError),
    /// A sign-in did not come to its end.
    #[error("{0}")]
    SignIn(#[from] SignInError),
    /// Nobody can sign in.
    #[error("no issuer is configured: set the stack's parameters OidcIssuer and OidcClientId")]
    NoIssuer,
    /// Nobody is on the team.
    #[error("no team is published; publish one with `leadlight team publish FILE`")]
    NoTeam,
    /// A stranger.
    #[error(
        "you are signed in, but the team file names nobody with your `sub`; ask the person who maintains it"
    )]
    NotOnTeam,
    /// A stranger in Slack.
    #[error(
        "Leadlight's team file names nobody with your member id in Slack; ask the person who maintains it to add `slack` to your entry"
    )]
    NotOnTeamInSlack,
    /// Slack did not send it, or too long ago.
    #[error("{0}")]
    NotFromSlack(NotAuthentic),
    /// The team file and the token disagree.
    #[error(
        "the team file has you as {role}, your sign-in does not grant that role; ask the person who runs the sign-in"
    )]
    RoleNotGranted {
        /// As the team file has it.
        role: Role,
    },
    /// This page is for others.
    #[error("this is for {needed}; you are signed in as {role}")]
    NotForRole {
        /// For whom.
        needed: &'static str,
        /// What they are.
        role: Role,
    },
    /// The form did not come from our page.
    #[error(
        "this form was not made by this page, or you have signed in again since; go back, reload and try again"
    )]
    ForeignForm,
    /// The desk said no.
    #[error("{0}")]
    Refused(#[from] Refusal),
    /// No such lead.
    #[error("there is no lead with this id")]
    NoLead,
    /// What is looked for names no lead, person or account: what does.
    #[error("{0}")]
    NamesNothing(&'static str),
    /// No such page.
    #[error("there is nothing at this address")]
    NoPage,
    /// Something else is done at this address.
    #[error("this address takes another method; see /openapi.json")]
    Method,
    /// The request cannot be read.
    #[error("{0}")]
    Unreadable(String),
    /// More than a request may hold.
    #[error("the request is larger than {0} bytes")]
    TooLarge(usize),
    /// Something outside failed.
    #[error("something the console needs did not answer; try again in a moment")]
    Unavailable,
    /// A stored lead cannot be read or written, however often it is tried.
    #[error("this lead's record is damaged or too large; the people who run Leadlight have been alerted")]
    Damaged,
    /// A lead was seen, or its record completed, and its message was not taken.
    #[error("what you said was kept, but the lead could not be sent on; press the button again")]
    NotSentOn,
}

/// Something outside failed: the log says what, whoever asked hears only that it did.
pub(crate) fn unavailable(error: &(dyn Error + 'static)) -> Problem {
    tracing::error!(reason = chain(error), "the console cannot answer");
    Problem::Unavailable
}

impl Problem {
    /// As an HTTP status.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::NotSignedIn | Self::Token(_) | Self::NotFromSlack(_) => StatusCode::UNAUTHORIZED,
            Self::NoIssuer
            | Self::NoTeam
            | Self::Unavailable
            | Self::NotSentOn
            | Self::SignIn(SignInError::Issuer(_) | SignInError::Exchange(_)) => {
                StatusCode::SERVICE_UNAVAILABLE
            }
            Self::Damaged => StatusCode::CONFLICT,
            Self::SignIn(_)
            | Self::NotOnTeam
            | Self::NotOnTeamInSlack
            | Self::RoleNotGranted { .. }
            | Self::NotForRole { .. }
            | Self::ForeignForm => StatusCode::FORBIDDEN,
            Self::NoLead | Self::NamesNothing(_) | Self::NoPage => StatusCode::NOT_FOUND,
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::Unreadable(_) => StatusCode::BAD_REQUEST,
            Self::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Refused(refusal) => match refusal {
                Refusal::WrongRole { .. }
                | Refusal::NotYours { .. }
                | Refusal::OwnWord
                | Refusal::NothingToUndo => StatusCode::FORBIDDEN,
                Refusal::UnknownReason
                | Refusal::UnknownDealSize
                | Refusal::NoteMissing { .. }
                | Refusal::NoteTooLong { .. }
                | Refusal::NoteNotText
                | Refusal::NotRead { .. }
                | Refusal::NoSuchMember { .. }
                | Refusal::OtherQueue { .. }
                | Refusal::Away { .. }
                | Refusal::ConfirmedIt { .. }
                | Refusal::NoBuyingSignal { .. }
                | Refusal::MeetingTime
                | Refusal::NothingWritten => StatusCode::UNPROCESSABLE_ENTITY,
                Refusal::Repeated
                | Refusal::Stale
                | Refusal::NotHeld
                | Refusal::Expired { .. }
                | Refusal::HeldByOther { .. }
                | Refusal::HoldsTooMany { .. }
                | Refusal::NotNow { .. }
                | Refusal::OverdueTooLong { .. }
                | Refusal::TooLateToUndo { .. }
                | Refusal::WorkedOnSince { .. }
                | Refusal::HasItAlready { .. }
                | Refusal::NoMeeting
                | Refusal::MeetingAhead { .. }
                | Refusal::HistoryFull => StatusCode::CONFLICT,
            },
        }
    }
}
