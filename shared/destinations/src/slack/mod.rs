//! Slack: what a message of a lead looks like, and what a press of one of its buttons says.

mod message;
mod press;

pub(crate) use message::digest;
pub use message::{Message, Notice, aside};
pub use press::{NoPress, Press, is_answer_address};

/// A text of ours and others' for `mrkdwn`: what Slack reads as a link, a mention or a channel is none any more.
pub(crate) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// A text of others' on one line, cut where it is longer than that.
pub(crate) fn line(text: &str, most: usize) -> String {
    let words: Vec<&str> =
        text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty()).collect();
    let text = words.join(" ");
    if text.chars().count() <= most {
        return text;
    }
    text.chars().take(most.saturating_sub(1)).chain(['…']).collect()
}
