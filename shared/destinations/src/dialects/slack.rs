//! Slack: leads to whose they are, with buttons.
//!
//! The secret is a bot's token (`xoxb-…`) with the scope `chat:write`. A message goes to whom it concerns, by the `slack`
//! of their entry in the team file; to the option `channel` where they have none or cannot be reached, and where a lead
//! is nobody's. A message whose answer was lost may come twice; what is pressed twice is done once.

use http::Method;
use leadlight_lead::MemberId;
use serde_json::{Value, json};

use super::{Ask, Dialect, Letter, Meaning, Reply, Step, Task, Tells, for_all, turned_down};
use crate::event::What;
use crate::notice::{Message, notice};
use crate::slack::digest;
use crate::staff::Staff;

/// The dialect.
pub(crate) const SLACK: Dialect = Dialect {
    name: "slack",
    base: Some("https://slack.com/api"),
    most: 1,
    tells: Tells::People,
    options: &[("channel", None), ("console", Some(""))],
    key: |letter| letter.event.id.clone(),
    step,
    prepare: None,
};

fn step(task: &Task<'_>, replies: &[Reply]) -> Step {
    let Some(letter) = task.letters.first() else { return Step::Done(Vec::new()) };
    let nobody = Staff::default();
    let staff = letter.staff.as_deref().unwrap_or(&nobody);
    let Some((to, message)) = told(letter, staff, task.address.option("console")) else {
        // It has gone on since: whoever has it now hears of that.
        return for_all(&Meaning::Done, task.letters.len());
    };
    let (theirs, channel) = (to.and_then(|member| staff.slack(member)), task.address.option("channel"));
    match replies {
        [] => post(task, letter, message, theirs.unwrap_or(channel)),
        [reply] if theirs.is_some() && is_out_of_reach(reply) => post(task, letter, message, channel),
        [.., reply] => for_all(&meaning(reply), task.letters.len()),
    }
}

/// To whom, and what; none where there is nothing to tell any more.
fn told<'a>(letter: &'a Letter, staff: &'a Staff, console: &str) -> Option<(Option<&'a MemberId>, Value)> {
    let console = console.trim_end_matches('/');
    if let What::Digest { member, waiting, late } = &letter.event.what {
        return Some((Some(member), digest(staff.name(member), *waiting, *late, console)));
    }
    let lead = letter.event.lead.as_ref()?;
    let (to, notice) = notice(&letter.event.what, lead, staff)?;
    let message = Message { lead, person: letter.person.as_ref(), staff, console };
    Some((to, message.in_slack(&notice)))
}

fn post(task: &Task<'_>, letter: &Letter, mut message: Value, channel: &str) -> Step {
    message["channel"] = json!(channel);
    message["unfurl_links"] = json!(false);
    message["unfurl_media"] = json!(false);
    let told = json!({ "event": letter.event.id, "lead": letter.event.lead_id() });
    message["metadata"] = json!({ "event_type": "leadlight", "event_payload": told });
    Step::Send(Ask::json(Method::POST, task.address.at("/chat.postMessage"), &message).bearing(task.secret))
}

/// What Slack says when nobody is at an id, or they take no messages from the bot.
const OUT_OF_REACH: [&str; 6] = [
    "channel_not_found",
    "user_not_found",
    "user_disabled",
    "cannot_dm_bot",
    "messages_tab_disabled",
    "not_in_channel",
];
/// What it says when the token is no good, or may not do this.
const DENIED: [&str; 7] = [
    "invalid_auth",
    "not_authed",
    "account_inactive",
    "token_revoked",
    "token_expired",
    "missing_scope",
    "not_allowed_token_type",
];
/// What it says of the message itself.
const REFUSED: [&str; 6] = [
    "invalid_blocks",
    "invalid_blocks_format",
    "msg_blocks_too_long",
    "msg_too_long",
    "no_text",
    "invalid_metadata_format",
];

fn is_out_of_reach(reply: &Reply) -> bool {
    reply.json()["error"].as_str().is_some_and(|error| OUT_OF_REACH.contains(&error))
}

/// Slack says 200 whatever became of a message, and `ok` tells.
fn meaning(reply: &Reply) -> Meaning {
    let told = reply.json();
    let error = told["error"].as_str();
    if let Some(meaning) = turned_down(reply, 1, error) {
        return meaning;
    }
    let code = error.filter(|error| super::is_code(error)).unwrap_or("no reason");
    let why = |what: &str| format!("{what} ({code})");
    match error {
        _ if told["ok"] == json!(true) => Meaning::Done,
        Some(error) if DENIED.contains(&error) => {
            Meaning::Denied { why: why("Slack does not accept the token") }
        }
        Some(error) if REFUSED.contains(&error) => {
            Meaning::Refused { why: why("Slack does not take this message") }
        }
        Some(error) if OUT_OF_REACH.contains(&error) || error == "is_archived" => {
            Meaning::Later { wait: None, why: why("the option `channel` names none that the bot is in") }
        }
        // A limit, a fault of theirs, or a word that is new: nothing is wrong with the message as far as is known.
        _ => Meaning::Later { wait: reply.retry_after, why: why("Slack does not take messages now") },
    }
}
