//! What every page has around it: the product, the way around, who is signed in, messages.

use leadlight_lead::Role;
use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::assets::{SCRIPT_PATH, STYLE_PATH, asset_path};
use crate::context::{Frame, Message, Tone, Undo};
use crate::form::{Target, csrf, send};
use crate::words::{machine, zone};

/// A key and what it does, as the help shows it.
pub(crate) type Key = (&'static str, &'static str);

/// What a page puts into the frame.
pub(crate) struct Page<'a> {
    /// For the browser's tab; the product's name follows.
    pub(crate) title: &'a str,
    /// The address of the entry that the way around marks as the present one.
    pub(crate) at: &'a str,
    /// The page's own keys.
    pub(crate) keys: &'a [Key],
    /// Its content, with the one first-level heading.
    pub(crate) body: Markup,
}

/// Entries of the way around, by role.
fn entries(role: Role) -> &'static [(&'static str, &'static str)] {
    match role {
        Role::Sdr => &[
            ("/queue", "My queue"),
            ("/mine", "Mine"),
            ("/find", "Find"),
            ("/learnt", "What the model learnt"),
            ("/policy", "Policy"),
        ],
        Role::Ae => &[
            ("/ae", "Meetings"),
            ("/find", "Find"),
            ("/learnt", "What the model learnt"),
            ("/policy", "Policy"),
        ],
        // Managers have what is flagged, and what nobody else could take.
        Role::Manager => &[
            ("/flagged", "Flagged"),
            ("/queue", "My queue"),
            ("/ae", "Meetings"),
            ("/mine", "Mine"),
            ("/leads", "All leads"),
            ("/find", "Find"),
            ("/manager", "Team"),
            ("/model", "Model"),
            ("/data", "Data"),
            ("/policy", "Policy"),
        ],
        Role::Admin => &[
            ("/flagged", "Flagged"),
            ("/leads", "All leads"),
            ("/find", "Find"),
            ("/manager", "Team"),
            ("/model", "Model"),
            ("/data", "Data"),
            ("/policy", "Policy"),
        ],
    }
}

/// The address where people of this role begin: where signing in leads to.
pub fn home(role: Role) -> &'static str {
    match role {
        Role::Sdr => "/queue",
        Role::Ae => "/ae",
        Role::Manager => "/flagged",
        Role::Admin => "/manager",
    }
}

impl Frame {
    /// Puts a page into the frame.
    pub(crate) fn page(&self, page: &Page<'_>) -> String {
        html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    meta name="referrer" content="same-origin";
                    title { (page.title) " · Leadlight" }
                    link rel="stylesheet" href=(asset_path(STYLE_PATH));
                    script src=(asset_path(SCRIPT_PATH)) defer {}
                }
                // The script counts from the server's clock, and tells times of day as the page does.
                body data-now=(machine(self.now)) data-zone=(zone(&self.time_zone)) {
                    a.skip href="#main" { "Skip to the content" }
                    (self.header(page.at))
                    main id="main" tabindex="-1" {
                        (self.messages())
                        (page.body)
                    }
                    (self.footer(page.keys))
                }
            }
        }
        .into_string()
    }

    fn header(&self, at: &str) -> Markup {
        html! {
            header.top {
                @match &self.viewer {
                    Some(viewer) => a.brand href=(home(viewer.role)) { (MARK) "Leadlight" },
                    None => p.brand { (MARK) "Leadlight" },
                }
                @if self.local { p.here { "this machine" } }
                @if let Some(viewer) = &self.viewer {
                    nav.ways aria-label="Pages" {
                        @for (address, name) in entries(viewer.role) {
                            a href=(address) aria-current=[(*address == at).then_some("page")] { (name) }
                        }
                    }
                    form.who method="post" action="/sign-out" {
                        (csrf(self))
                        span { (viewer.name) " " span.role { (viewer.role) } }
                        button.link { "Sign out" }
                    }
                }
            }
        }
    }

    fn messages(&self) -> Markup {
        html! {
            // Stays there when empty: what the script says is read aloud only in a place that was there
            // before.
            div.message id="said" role="status" {
                @if let Some(Message { tone: Tone::Done, text, .. }) = &self.message { p.done { (text) } }
            }
            @if let Some(Undo { id, revision }) = self.message.as_ref().and_then(|message| message.undo.as_ref()) {
                (Target { frame: self, id, revision: *revision }.form("undo", "undo", &send("Undo", Some("z"), "")))
            }
            @if let Some(Message { tone: Tone::Refused, text, .. }) = &self.message {
                div.message role="alert" { p.refused { b { "Not done. " } (text) } }
            }
        }
    }

    fn footer(&self, keys: &[Key]) -> Markup {
        html! {
            footer {
                p { "Times are in " (zone(&self.time_zone)) "." }
                // The script shows it: without one there are no keys.
                @if self.viewer.is_some() {
                    button.link type="button" id="keys-open" aria-keyshortcuts="?" hidden { "Keys " kbd { "?" } }
                }
            }
            @if self.viewer.is_some() {
                dialog id="keys" aria-labelledby="keys-title" {
                    h2 id="keys-title" { "Keys" }
                    dl.keylist {
                        @for (key, what) in keys.iter().chain([&("?", "this list")]) {
                            div { dt { kbd { (key) } } dd { (what) } }
                        }
                    }
                    p {
                        label { input type="checkbox" id="keys-on" checked; " Single keys work in this browser" }
                    }
                    button type="button" id="keys-close" { "Close" }
                }
            }
        }
    }
}

/// A window with light in it: the product's sign. Our own drawing, no data.
const MARK: PreEscaped<&str> = PreEscaped(concat!(
    r#"<svg class="sign" viewBox="0 0 20 20" aria-hidden="true">"#,
    r#"<path class="lit" d="M3 17V9a7 7 0 0 1 7-7v15z"/>"#,
    r#"<path class="lead" d="M3 17V9a7 7 0 0 1 14 0v8zM10 2v15M3 10h14"/></svg>"#,
));
