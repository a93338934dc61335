//! Slack: what a message of a lead looks like, and what a press of one of its buttons says.

mod message;
mod press;

pub use message::aside;
pub(crate) use message::digest;
pub use press::{NoPress, Press, is_answer_address};

/// A text of ours and others' for `mrkdwn`: what Slack reads as a link, a mention or a channel is none any more.
pub(crate) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
