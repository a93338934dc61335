//! Any address that takes signed webhooks, by Standard Webhooks: a `CloudEvent` in JSON, with its id, the time of
//! sending and a signature beside it.
//!
//! The secret is `whsec_…`, or two of them with a space between while one takes the place of the other: then the
//! request bears a signature of each.

use http::Method;
use http::header::HeaderName;

use super::{Ask, Dialect, Letter, Meaning, Reply, Step, Task, Tells, for_all, turned_down};
use crate::sign::SigningKey;

/// The dialect.
pub(crate) const WEBHOOK: Dialect = Dialect {
    name: "webhook",
    base: None,
    most: 1,
    tells: Tells::Events,
    options: &[],
    key: |letter| letter.event.id.clone(),
    step,
    prepare: None,
};

fn step(task: &Task<'_>, replies: &[Reply]) -> Step {
    let Some(letter) = task.letters.first() else { return Step::Done(Vec::new()) };
    match replies {
        [] => request(task, letter),
        [reply, ..] => {
            let meaning = turned_down(reply, 1, None).unwrap_or(Meaning::Done);
            for_all(&meaning, task.letters.len())
        }
    }
}

fn request(task: &Task<'_>, letter: &Letter) -> Step {
    let event = &letter.event;
    let url = task.address.as_str().to_owned();
    let mut ask = Ask::json(Method::POST, url, &event.about(task.origin, letter.person.as_ref()));
    let seconds = task.now.as_second();
    let keys: Result<Vec<SigningKey>, _> = task.secret.split_whitespace().map(SigningKey::parse).collect();
    let keys = match keys {
        Ok(keys) if !keys.is_empty() => keys,
        // Somebody can set it right: no letter is at fault.
        _ => return for_all(&Meaning::Denied { why: crate::sign::SigningKeyError.to_string() }, 1),
    };
    let signatures: Vec<String> =
        keys.iter().map(|key| key.signature(&event.id, seconds, &ask.body)).collect();
    ask.headers.extend([
        (HeaderName::from_static("webhook-id"), event.id.clone()),
        (HeaderName::from_static("webhook-timestamp"), seconds.to_string()),
        (HeaderName::from_static("webhook-signature"), signatures.join(" ")),
    ]);
    Step::Send(ask)
}
