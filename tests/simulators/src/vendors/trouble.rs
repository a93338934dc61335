//! What can be wrong with a vendor's answer.

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::{Manner, Subject, Vendor};
use crate::Answer;

/// A question, as a [`Script`] sees it.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// Who is asked.
    pub vendor: Vendor,
    /// About whom.
    pub subject: &'a Subject,
    /// How many questions this vendor had before.
    pub nth: usize,
    /// Of those, how many about the same subject.
    pub times: usize,
}

/// Chooses what goes wrong; none where nothing does.
pub type Script = Box<dyn Fn(&Asked<'_>) -> Option<Trouble> + Send>;

/// What goes wrong with a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// The vendor does not know the subject, and says so in its way.
    Unknown,
    /// 202 to so many questions about the subject, then the answer.
    Pending(usize),
    /// A status that is no success, with the body that the vendor has for it: 401, 402, 403, 500, 503.
    Status(u16),
    /// 429 with `Retry-After` of so many seconds.
    Limited(u32),
    /// The answer takes so long.
    Slow(Duration),
    /// JSON that ends too early, in an answer that is complete.
    Malformed,
    /// A page instead of an answer, with 200.
    Html,
    /// Every value is of another type than it should be.
    WrongTypes,
    /// The connection breaks in the middle of the answer.
    Truncated,
    /// What is known of another company or person.
    OtherSubject,
    /// 302 to this address.
    Redirect(String),
    /// The answer, with two megabytes beside it.
    Huge,
}

impl Trouble {
    /// Whether it befalls a question that was asked so often before.
    pub(super) fn befalls(&self, times: usize) -> bool {
        !matches!(self, Self::Pending(most) if times >= *most)
    }

    /// What is answered instead of looking the subject up.
    pub(super) fn instead(&self, manner: &Manner, subject: &Subject) -> Option<Answer> {
        Some(match self {
            Self::Unknown => (manner.unknown)(subject),
            Self::Pending(_) => (manner.error)(202),
            Self::Status(status) => (manner.error)(*status),
            Self::Limited(seconds) => (manner.error)(429).with("retry-after", &seconds.to_string()),
            Self::Html => {
                Answer::text(200, "<!doctype html><title>Sign in</title><p>Please sign in.".to_owned())
                    .with("content-type", "text/html; charset=utf-8")
            }
            Self::Redirect(address) => Answer::text(302, String::new()).with("location", address),
            Self::Slow(_)
            | Self::Malformed
            | Self::WrongTypes
            | Self::Truncated
            | Self::OtherSubject
            | Self::Huge => return None,
        })
    }

    /// The answer as it arrives.
    pub(super) fn spoilt(&self, known: Value) -> Answer {
        match self {
            Self::Slow(delay) => Answer { delay: *delay, ..Answer::new(200, known) },
            Self::Malformed => {
                let text = known.to_string();
                let half: String = text.chars().take(text.chars().count() / 2).collect();
                Answer::text(200, half)
            }
            Self::WrongTypes => Answer::new(200, of_other_types(known)),
            Self::Truncated => Answer { is_cut: true, ..Answer::new(200, known) },
            Self::Huge => {
                let mut known = known;
                known["padding"] = json!("x".repeat(2_000_000));
                Answer::new(200, known)
            }
            _ => Answer::new(200, known),
        }
    }
}

/// Texts become lists, numbers objects, lists texts; objects stay, so that the answer looks like one at first.
fn of_other_types(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            let fields = fields.into_iter().map(|(name, value)| (name, of_other_types(value)));
            Value::Object(fields.collect::<Map<_, _>>())
        }
        Value::Array(list) => json!(format!("{} entries", list.len())),
        Value::String(text) => json!([text]),
        Value::Number(number) => json!({ "value": number }),
        Value::Bool(is) => json!(if is { "yes" } else { "no" }),
        Value::Null => json!([]),
    }
}
