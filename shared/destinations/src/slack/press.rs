//! What Slack sends when a button is pressed.

use leadlight_lead::LeadId;
use serde::Deserialize;

use leadlight_outward::Address;

/// Where Slack takes what is said after a press.
const ANSWERS: &str = "https://hooks.slack.com/";

/// A button was pressed, or a reason chosen.
pub struct Press {
    /// By whom: their member id in Slack.
    pub user: String,
    /// The lead that the message was about.
    pub lead: LeadId,
    /// The lead's revision that the message was made from.
    pub revision: u64,
    /// What they want, as the API names it.
    pub action: String,
    /// The reason chosen, where one was.
    pub reason: Option<String>,
    /// What they wrote.
    pub note: Option<String>,
    /// Where to say what came of it.
    pub answer_to: String,
}

/// Nothing of ours was pressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is no press of a button of ours")]
pub struct NoPress;

#[derive(Deserialize)]
struct Payload {
    #[serde(rename = "type")]
    kind: String,
    user: User,
    #[serde(default)]
    actions: Vec<Pressed>,
    #[serde(default)]
    response_url: String,
    #[serde(default)]
    state: State,
}

#[derive(Deserialize)]
struct User {
    id: String,
}

#[derive(Deserialize)]
struct Pressed {
    action_id: String,
    block_id: String,
    #[serde(default)]
    selected_option: Option<Chosen>,
}

#[derive(Deserialize)]
struct Chosen {
    value: String,
}

#[derive(Deserialize, Default)]
struct State {
    #[serde(default)]
    values: serde_json::Value,
}

impl Press {
    /// Reads a body that Slack has signed; none where there is nothing to do, such as for a button that is a link.
    pub fn read(body: &[u8]) -> Result<Option<Self>, NoPress> {
        let payload = form_urlencoded::parse(body).find(|(name, _)| name == "payload").ok_or(NoPress)?.1;
        let payload: Payload = serde_json::from_str(&payload).map_err(|_| NoPress)?;
        if payload.kind != "block_actions" {
            return Err(NoPress);
        }
        let Some(pressed) = payload.actions.into_iter().next() else { return Err(NoPress) };
        if pressed.action_id == "open" {
            return Ok(None);
        }
        let (lead, revision) = pressed.block_id.split_once(' ').ok_or(NoPress)?;
        let note = payload.state.values["note"]["note"]["value"].as_str();
        Ok(Some(Self {
            user: payload.user.id,
            lead: lead.parse().map_err(|_| NoPress)?,
            revision: revision.parse().map_err(|_| NoPress)?,
            action: pressed.action_id,
            reason: pressed.selected_option.map(|chosen| chosen.value),
            note: note.filter(|note| !note.trim().is_empty()).map(str::to_owned),
            answer_to: payload.response_url,
        }))
    }
}

/// Is it Slack that is answered there? On one machine its simulator may be.
pub fn is_answer_address(url: &str, slack: &Address) -> bool {
    url.starts_with(ANSWERS) || slack.is_on_this_machine() && url.starts_with(&slack.at("/"))
}
