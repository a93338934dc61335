//! E-mail, by Amazon SES: leads to whose they are, where people are not in Slack.
//!
//! The secret is the access key of an IAM user who may do `ses:SendEmail` and nothing else. A mail goes to the `email` of
//! whom it concerns in the team file, and to nobody where there is none; what is nobody's goes to the option `to`. A mail
//! whose answer was lost may come twice.

use http::Method;
use serde_json::{Value, json};

use super::sigv4::AccessKey;
use super::{Ask, Dialect, Letter, Meaning, Reply, Step, Task, Tells, for_all, turned_down};
use crate::event::What;
use crate::notice::{Message, Notice, notice, waits_for};
use crate::staff::Staff;

/// The dialect.
pub(crate) const MAIL: Dialect = Dialect {
    name: "mail",
    base: None,
    most: 1,
    tells: Tells::People,
    options: &[("region", None), ("from", None), ("to", Some("")), ("console", Some(""))],
    key: |letter| letter.event.id.clone(),
    step,
    prepare: None,
};

const SEND: &str = "/v2/email/outbound-emails";

/// A mail: to whom, and what.
struct Mail {
    to: String,
    subject: String,
    text: String,
}

fn step(task: &Task<'_>, replies: &[Reply]) -> Step {
    let Some(letter) = task.letters.first() else { return Step::Done(Vec::new()) };
    match replies {
        [] => match mail(task, letter) {
            Some(mail) if !mail.to.is_empty() => {
                send(task, &mail).unwrap_or_else(|meaning| for_all(&meaning, 1))
            }
            _ => for_all(&Meaning::Done, 1),
        },
        [reply, ..] => for_all(&meaning(reply), 1),
    }
}

/// None where there is nothing to tell any more.
fn mail(task: &Task<'_>, letter: &Letter) -> Option<Mail> {
    let nobody = Staff::default();
    let staff = letter.staff.as_deref().unwrap_or(&nobody);
    let console = task.address.option("console").trim_end_matches('/');
    let address =
        |member| staff.members.get(member).and_then(|contact| contact.email.clone()).unwrap_or_default();
    if let What::Digest { member, waiting, late } = &letter.event.what {
        let text = waits_for(staff.name(member), *waiting, *late);
        let subject = "What waits for you".to_owned();
        return Some(Mail { to: address(member), subject, text: with_link(text, console) });
    }
    let lead = letter.event.lead.as_ref()?;
    let (to, notice) = notice(&letter.event.what, lead, staff)?;
    let message = Message { lead, person: letter.person.as_ref(), staff, console };
    let link = if console.is_empty() { String::new() } else { format!("{console}/leads/{}", lead.lead_id) };
    Some(Mail {
        to: to.map_or_else(|| task.address.option("to").to_owned(), address),
        subject: message.title(&notice),
        text: with_link(text(&message, &notice), &link),
    })
}

/// A lead in plain text: nothing in it is a link, but what a mail program makes one.
fn text(message: &Message<'_>, notice: &Notice) -> String {
    let why = message.why().into_iter().map(|(word, text)| match word {
        "" => text,
        word => format!("{word}: {text}"),
    });
    let due = message.due().map(|due| format!("due {}", due.strftime("%-d %b %Y, %H:%M UTC")));
    let state = message.state(notice).into_iter().chain(due).collect::<Vec<_>>().join("; ");
    let [company, person] = message.who();
    [company, person, why.collect::<Vec<_>>().join("\n"), format!("{state}.")].join("\n\n")
}

fn with_link(text: String, link: &str) -> String {
    if link.is_empty() { text } else { format!("{text}\n\nOpen in Leadlight: {link}\n") }
}

fn send(task: &Task<'_>, mail: &Mail) -> Result<Step, Meaning> {
    let key = AccessKey::parse(task.secret)?;
    let content = |text: &str| json!({ "Data": text, "Charset": "UTF-8" });
    let body: Value = json!({
        "FromEmailAddress": task.address.option("from"),
        "Destination": { "ToAddresses": [mail.to] },
        "Content": { "Simple": { "Subject": content(&mail.subject), "Body": { "Text": content(&mail.text) } } },
    });
    let ask = Ask::json(Method::POST, task.address.at(SEND), &body);
    let signed = key.sign(ask, task.address.option("region"), "ses", task.now);
    signed.map(Step::Send).ok_or_else(|| Meaning::Denied { why: "the address has no host".to_owned() })
}

/// A sender that is not verified, or an account in SES's sandbox, is 400 as well: somebody can set it right, and nothing
/// is wrong with the letter as far as is known.
fn meaning(reply: &Reply) -> Meaning {
    match turned_down(reply, 1, None) {
        Some(Meaning::Refused { why }) => Meaning::Later { wait: None, why },
        Some(meaning) => meaning,
        None => Meaning::Done,
    }
}
