//! What forms are made of.

use leadlight_lead::LeadId;
use maud::{Markup, html};

use crate::context::Frame;

/// The field against forged forms.
pub(crate) fn csrf(frame: &Frame) -> Markup {
    html! { input type="hidden" name="csrf" value=(frame.csrf); }
}

/// A lead as the page knows it: what its forms act on.
#[derive(Clone, Copy)]
pub(crate) struct Target<'a> {
    pub(crate) frame: &'a Frame,
    pub(crate) id: &'a LeadId,
    pub(crate) revision: u64,
}

impl Target<'_> {
    /// A form that does something to the lead.
    pub(crate) fn form(self, action: &str, class: &str, inner: &Markup) -> Markup {
        html! {
            form.(class) method="post" action={ "/leads/" (self.id) "/" (action) } {
                (csrf(self.frame))
                input type="hidden" name="revision" value=(self.revision);
                (inner)
            }
        }
    }
}

/// A button that sends its form, with the key that presses it.
pub(crate) fn send(label: &str, key: Option<&'static str>, class: &str) -> Markup {
    html! {
        button.(class) aria-keyshortcuts=[key] {
            (label)
            @if let Some(key) = key { " " kbd aria-hidden="true" { (key) } }
        }
    }
}

/// A text in someone's own words.
pub(crate) fn note(label: &str, needed: bool, max_characters: usize, rows: u8) -> Markup {
    html! {
        label.field {
            span { (label) @if !needed { span.quiet { " (optional)" } } }
            textarea name="note" rows=(rows) maxlength=(max_characters) required[needed] {}
        }
    }
}
