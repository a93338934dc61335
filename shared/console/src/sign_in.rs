//! Where people sign in.

use leadlight_lead::{MemberId, Role};
use maud::{Markup, html};

use crate::context::Frame;
use crate::form::csrf;
use crate::layout::Page;

/// How people sign in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignIn {
    /// At the organisation's own sign-in; the server sends them there.
    Organisation,
    /// As one of the sample users. On one machine alone.
    Sample(Vec<SampleUser>),
}

/// Someone to sign in as on one machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SampleUser {
    /// Their id in the team file: the value of the field `member`.
    pub member: MemberId,
    /// Their name there.
    pub name: String,
    /// What they may do.
    pub role: Role,
}

/// The page to sign in.
pub fn sign_in(frame: &Frame, page: &SignIn) -> String {
    let body = html! {
        div.door {
            h1 { "Sign in" }
            @match page {
                SignIn::Organisation => {
                    p { "The machine sorts leads; you decide. Sign in with your organisation’s account." }
                    form method="post" action="/sign-in" { (csrf(frame)) button.primary { "Sign in" } }
                }
                SignIn::Sample(users) => {
                    p.callout {
                        b { "Sample users, this machine only." }
                        " There is no password: nobody else can reach it."
                    }
                    @for user in users { (entry(frame, user)) }
                }
            }
        }
    };
    frame.page(&Page { title: "Sign in", at: "/sign-in", keys: &[], body })
}

fn entry(frame: &Frame, user: &SampleUser) -> Markup {
    let does = match user.role {
        Role::Sdr => "looks at scored leads first",
        Role::Ae => "attests before a meeting becomes an opportunity",
        Role::Manager => "decides on flagged leads, sees all",
        Role::Admin => "sees all, decides nothing",
    };
    html! {
        form.user method="post" action="/sign-in" {
            (csrf(frame))
            input type="hidden" name="member" value=(user.member);
            button { b { (user.name) } span { span.role { (user.role) } " " (does) } }
        }
    }
}
