//! Finding a lead, wherever it stands.

use maud::{Markup, html};

use crate::context::Frame;
use crate::form::csrf;
use crate::layout::Page;
use crate::list::{ListPage, table};

/// What was looked for, and what was found.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FindPage {
    /// As it was typed; empty where nothing was.
    pub asked: String,
    /// Why it cannot be looked for, in a sentence.
    pub problem: Option<String>,
    /// The leads; none where nothing was looked for.
    pub found: Option<ListPage>,
}

/// The page.
pub fn find(frame: &Frame, page: &FindPage) -> String {
    frame.page(&Page { title: "Find a lead", at: "/find", keys: &[], body: body(frame, page) })
}

fn body(frame: &Frame, page: &FindPage) -> Markup {
    html! {
        div.head {
            h1 { "Find a lead" }
            p.quiet { "By e-mail address, company website or lead id. Every lead is found, wherever it stands: nurtured, disqualified, rejected, accepted or closed too." }
        }
        form.find.record method="post" action="/find" role="search" {
            (csrf(frame))
            label {
                span { "E-mail address, website or id" }
                input type="search" name="q" value=(page.asked) maxlength="2000" autocomplete="off" spellcheck="false" aria-describedby=[page.problem.as_ref().map(|_| "q-problem")];
            }
            button { "Find" }
        }
        @if let Some(problem) = &page.problem { div.message role="alert" { p.refused id="q-problem" { (problem) } } }
        @if let Some(found) = &page.found {
            p.quiet role="status" { (found.about) }
            (table(frame, found))
        }
    }
}
