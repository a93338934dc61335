//! Slack's `chat.postMessage` and what is said after a press, as its Web API answers: 200 whatever became of a message.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::{Answer, Behind, Received};

/// A workspace.
#[derive(Debug, Default)]
pub struct Slack {
    /// The bot's token.
    pub token: String,
    /// Channels that the bot is in, and members who take messages.
    pub reachable: BTreeSet<String>,
    /// Messages, in order.
    pub posted: Vec<Value>,
    /// What was said after presses: the path it went to, and the body.
    pub answers: Vec<(String, Value)>,
    /// Every message is answered with this error while it is set.
    pub error: Option<&'static str>,
}

impl Slack {
    /// With a token, and whoever can be reached.
    pub fn new(token: &str, reachable: &[&str]) -> Self {
        let reachable = reachable.iter().map(|id| (*id).to_owned()).collect();
        Self { token: token.to_owned(), reachable, ..Self::default() }
    }

    fn post(&mut self, request: &Received) -> Result<(), &'static str> {
        let message = request.json();
        let channel = message["channel"].as_str().unwrap_or_default();
        if let Some(error) = self.error {
            return Err(error);
        }
        if !request.bears(&self.token) {
            return Err("invalid_auth");
        }
        if !self.reachable.contains(channel) {
            return Err("channel_not_found");
        }
        is_message(&message).then_some(()).ok_or("invalid_blocks")?;
        self.posted.push(message);
        Ok(())
    }
}

impl Behind for Slack {
    fn take(&mut self, request: &Received) -> Answer {
        if request.path.starts_with("/answers/") {
            let said = request.json();
            let is_taken = said["blocks"].is_null() || is_message(&said);
            self.answers.push((request.path.clone(), said));
            return if is_taken {
                Answer::new(200, json!({ "ok": true }))
            } else {
                Answer::new(400, json!({ "ok": false, "error": "invalid_blocks" }))
            };
        }
        let answer = match request.path.as_str() {
            "/chat.postMessage" => self.post(request),
            _ => Err("unknown_method"),
        };
        match answer {
            Ok(()) => {
                let ts = format!("1700000000.{:06}", self.posted.len());
                Answer::new(200, json!({ "ok": true, "channel": "D0000001", "ts": ts }))
            }
            Err(error) => Answer::new(200, json!({ "ok": false, "error": error })),
        }
    }
}

/// Is it a message, by the limits of Block Kit that ours come near?
fn is_message(message: &Value) -> bool {
    let Some(blocks) = message["blocks"].as_array() else { return false };
    message["text"].as_str().is_some_and(|text| !text.is_empty())
        && (1..=50).contains(&blocks.len())
        && blocks.iter().all(is_block)
}

fn is_block(block: &Value) -> bool {
    let each = |list: &Value, most: usize, is: fn(&Value) -> bool| {
        list.as_array().is_some_and(|list| (1..=most).contains(&list.len()) && list.iter().all(is))
    };
    let id = block["block_id"].as_str().unwrap_or("x");
    (1..=255).contains(&id.len())
        && match block["type"].as_str() {
            Some("header") => is_text(&block["text"], 150) && block["text"]["type"] == "plain_text",
            Some("section") if block["fields"].is_null() => is_text(&block["text"], 3000),
            Some("section") => each(&block["fields"], 10, |field| is_text(field, 2000)),
            Some("context") => each(&block["elements"], 10, |element| is_text(element, 2000)),
            Some("input") => {
                is_text(&block["label"], 2000)
                    && block["element"]["max_length"].as_u64().is_none_or(|most| most <= 3000)
            }
            Some("actions") => each(&block["elements"], 25, is_element),
            _ => false,
        }
}

fn is_element(element: &Value) -> bool {
    let action = element["action_id"].as_str().is_some_and(|id| (1..=255).contains(&id.len()));
    action
        && match element["type"].as_str() {
            Some("button") => is_text(&element["text"], 75),
            Some("static_select") => element["options"].as_array().is_some_and(|options| {
                let is_option = |option: &Value| {
                    is_text(&option["text"], 75)
                        && option["value"].as_str().is_some_and(|value| (1..=150).contains(&value.len()))
                };
                (1..=100).contains(&options.len()) && options.iter().all(is_option)
            }),
            _ => false,
        }
}

fn is_text(text: &Value, most: usize) -> bool {
    let is_kind = matches!(text["type"].as_str(), Some("plain_text" | "mrkdwn"));
    is_kind && text["text"].as_str().is_some_and(|text| (1..=most).contains(&text.chars().count()))
}
