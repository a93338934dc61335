//! What is asked of the person who looks, and the forms to answer.

use jiff::Timestamp;
use leadlight_lead::{Level, Role};
use maud::{Markup, html};

use super::view::{Choice, LeadPage, Panel, RejectReason, Task};
use crate::form::{Target, note, send};
use crate::words::{moment, training};

pub(super) fn panel(target: Target<'_>, page: &LeadPage) -> Markup {
    let max = page.max_note_characters;
    html! {
        section.panel id="decide" aria-labelledby="h-decide" tabindex="-1" {
            @match &page.panel {
                Panel::Closed { because } => {
                    h2 id="h-decide" { "Nothing to decide" }
                    p { (because) }
                }
                Panel::Free => {
                    h2 id="h-decide" { "Free to take" }
                    p { "Nobody is working on this lead. Take it to decide; it is released by itself if you don’t." }
                    (target.form("claim", "", &send("Take this lead", Some("t"), "primary wide")))
                }
                Panel::Held { by, until } => {
                    h2 id="h-decide" { "Held by " (by) }
                    p {
                        "Until " (moment(target.frame, *until)) ", unless it is renewed. You can read along; decisions "
                        "are theirs."
                    }
                }
                Panel::CanOverride => {
                    h2 id="h-decide" { "Send to an SDR" }
                    p {
                        "The score kept this lead from people. You can decide otherwise; the score stays as \
                         it is."
                    }
                    (target.form("override", "", &html! {
                        (note("What do you know that the data does not?", true, max, 3))
                        button.primary.wide { "Send to an SDR" }
                    }))
                }
                Panel::Decide { until, task, reasons } => {
                    (question(target, task))
                    (held(target, *until))
                    @match task {
                        Task::ContextCheck { can_flag } => {
                            (pass(target, "confirm", "Confirm", max))
                            @if *can_flag { (flag(target, max)) }
                        }
                        Task::LookFirst => {
                            (pass(target, "seen", "Seen: send to scoring", max))
                            (flag(target, max))
                        }
                        Task::Attest { deal_sizes } => {
                            (attest(target, deal_sizes, max))
                            (send_back(target, max))
                        }
                    }
                    (reject(target, reasons, max))
                }
            }
        }
        @if let Panel::Decide { task, .. } = &page.panel { (bar(task)) }
    }
}

/// On a phone the panel stands below what it is about; this bar leads there from anywhere.
fn bar(task: &Task) -> Markup {
    let label = match task {
        Task::ContextCheck { .. } => Some("Confirm"),
        Task::LookFirst => Some("Seen"),
        Task::Attest { .. } => None,
    };
    html! {
        div.bar role="group" aria-label="Decide" {
            @if let Some(label) = label { button.primary form="pass" { (label) } }
            a.button href="#decide" { @if label.is_some() { "More actions" } @else { "To your answer" } }
        }
    }
}

fn question(target: Target<'_>, task: &Task) -> Markup {
    let second_look = target.frame.viewer.as_ref().is_some_and(|viewer| viewer.role == Role::Manager);
    html! {
        @match task {
            Task::ContextCheck { .. } => {
                h2 id="h-decide" { "Is there anything the data could not know?" }
                p.small.quiet {
                    @if second_look { "An SDR asked for a second look; see the note in the history." }
                    @else {
                        "Check the context; don’t qualify the lead again. A role about to change, news in the \
                         industry, a conversation already under way?"
                    }
                }
            }
            Task::LookFirst => {
                h2 id="h-decide" { "Is there anything to know before scoring?" }
                p.small.quiet {
                    "You see this lead before it is scored. If there is nothing, send it to scoring; it comes \
                     back with its score."
                }
            }
            Task::Attest { .. } => {
                h2 id="h-decide" { "Does this become an opportunity?" }
                p.small.quiet {
                    "Attest what you have seen or heard yourself. None of the four has a default."
                }
            }
        }
    }
}

fn held(target: Target<'_>, until: Timestamp) -> Markup {
    html! {
        div.hold {
            p { "Yours until " span id="held-until" { (moment(target.frame, until)) } }
            (target.form("renew", "renew", &html! { button.link { "Extend" } }))
            (target.form("release", "", &html! { button.link { "Release" } }))
        }
    }
}

/// The form that lets a lead through checkpoint 1, or on to be scored.
fn pass(target: Target<'_>, action: &str, label: &str, max: usize) -> Markup {
    html! {
        form id="pass" method="post" action={ "/leads/" (target.id) "/" (action) } {
            (crate::form::csrf(target.frame))
            input type="hidden" name="revision" value=(target.revision);
            (note("Worth knowing for the next person", false, max, 2))
            (send(label, Some("c"), "primary wide"))
        }
    }
}

/// An answer that opens: the others stay closed meanwhile.
fn answer(key: &'static str, label: &str, inner: &Markup) -> Markup {
    html! {
        details.answer name="answer" {
            summary aria-keyshortcuts=(key) { span { (label) " " kbd aria-hidden="true" { (key) } } }
            (inner)
        }
    }
}

fn flag(target: Target<'_>, max: usize) -> Markup {
    let inner = target.form(
        "flag",
        "",
        &html! {
            (note("What should a manager look at?", true, max, 3))
            button.wide { "Flag for a second look" }
        },
    );
    answer("f", "Flag for a second look", &inner)
}

fn send_back(target: Target<'_>, max: usize) -> Markup {
    let inner = target.form(
        "send-back",
        "",
        &html! {
            (note("What should the SDR find out?", true, max, 3))
            button.wide { "Send back" }
        },
    );
    answer("b", "Send back to the SDR", &inner)
}

fn reject(target: Target<'_>, reasons: &[RejectReason], max: usize) -> Markup {
    let inner = target.form(
        "reject",
        "reject",
        &html! {
            fieldset.reasons {
                legend { "Why? " span.quiet { "The small print says what a model learns from it." } }
                @for (i, reason) in reasons.iter().enumerate() { (one_reason(i, reason)) }
            }
            (note("In your words; needed where the reason says so", false, max, 2))
            button.wide.danger { "Turn down" }
        },
    );
    answer("r", "Turn down", &inner)
}

fn one_reason(i: usize, reason: &RejectReason) -> Markup {
    html! {
        label {
            input type="radio" name="reason" value=(reason.code) required data-needs-text[reason.needs_text];
            span {
                @if i < 9 { kbd aria-hidden="true" { (i + 1) } " " }
                (reason.label) @if reason.needs_text { " (needs a text)" }
                small { (training(reason.training)) }
            }
        }
    }
}

fn attest(target: Target<'_>, deal_sizes: &[Choice], max: usize) -> Markup {
    let levels = |name: &str, legend: &str, labels: [&str; 3]| {
        html! {
            fieldset.choices {
                legend { (legend) }
                @for (level, label) in Level::ALL.into_iter().zip(labels) {
                    label { input type="radio" name=(name) value=(level.as_str()) required; span { (label) } }
                }
            }
        }
    };
    target.form(
        "accept",
        "attest",
        &html! {
            (levels("buying_signal", "Buying signal", ["None", "Some", "Strong"]))
            (levels("strategic_fit", "Strategic fit", ["None", "Some", "Strong"]))
            (levels("relationship", "Relationship", ["None", "Some", "Strong"]))
            fieldset.choices {
                legend { "Size of the deal" }
                @for size in deal_sizes {
                    label {
                        input type="radio" name="deal_size" value=(size.code) required; span { (size.label) }
                    }
                }
            }
            (note("Note", false, max, 2))
            (send("Accept", Some("a"), "primary wide"))
        },
    )
}
