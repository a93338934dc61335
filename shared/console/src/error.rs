//! What a page says when something was refused or failed.

use maud::html;

use crate::frame::{Frame, Page};

/// Something was refused, or failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErrorPage {
    /// The HTTP status, such as 409.
    pub status: u16,
    /// What it comes to, in a few words: the page's heading.
    pub title: String,
    /// What happened, in a sentence; says whether anything was changed.
    pub what: String,
    /// What to do now, in a sentence.
    pub to_do: String,
    /// Where to go on.
    pub link: (String, String),
}

impl ErrorPage {
    /// Someone else was faster. `who` names them where that is known.
    pub fn conflict(who: Option<&str>, link: (String, String)) -> Self {
        let who = who.unwrap_or("Someone else");
        Self {
            status: 409,
            title: "This lead has changed".to_owned(),
            what: format!(
                "{who} worked on this lead since your page was made; nothing of yours was changed in it."
            ),
            to_do: "Look at the lead as it is now, then decide anew.".to_owned(),
            link,
        }
    }
}

/// The page of an error.
pub fn error(frame: &Frame, page: &ErrorPage) -> String {
    let (address, name) = &page.link;
    let body = html! {
        div.door {
            p.status { (page.status) }
            h1 { (page.title) }
            p { (page.what) }
            p { b { "What to do. " } (page.to_do) }
            p { a.button.primary href=(address) { (name) } }
        }
    };
    frame.page(&Page { title: &page.title, at: "", keys: &[], body })
}
