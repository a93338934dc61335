//! What a page says when something was refused or failed.

use maud::html;

use crate::context::Frame;
use crate::layout::Page;

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
