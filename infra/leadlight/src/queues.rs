//! `queue`: what waits for people, and what could not be processed.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Result, bail};
use leadlight_lead::QueueName;
use leadlight_ports::LeadIndex;
use serde::Serialize;
use serde_json::json;

use crate::cli::{Letters as Asked, List, Queue};
use crate::dead_letters::{self, DeadLetter, Letters, Resent, Written};
use crate::ended::Ended;
use crate::output::{Output, counted};
use crate::renew;
use crate::system::System;
use crate::view::{self, LeadView, Naming};

/// `queue`
pub(crate) async fn queue(system: &System, command: &Queue, output: Output) -> Result<Ended> {
    match command {
        Queue::List(asked) => list(system, asked, output).await?,
        Queue::Renew(asked) => renew::run(system, *asked, output).await?,
        Queue::DeadLetters(asked) => letters(system, asked, output).await?,
        Queue::TakeOut { lead_id } => {
            if !system.leads()?.take_out(lead_id).await? {
                bail!("there is no lead with this id");
            }
            output
                .either(&json!({ "taken_out": lead_id }), |_| format!("{lead_id} is in no queue any more"))?;
        }
        Queue::Redrive { stage, wanted } => {
            let redriven = dead_letters::redrive(system, *stage, wanted).await?;
            output.either(&redriven, view::redriven)?;
        }
        Queue::Resend { files, unchecked } => {
            let resent = dead_letters::resend(system, files, *unchecked).await?;
            output.either(&resent, |all| all.iter().map(resent_text).collect::<Vec<_>>().join("\n"))?;
            return Ok(Ended::well_if(resent.iter().all(|one| one.problem.is_none())));
        }
    }
    Ok(Ended::Well)
}

/// Leads, and how many of each queue are not among them.
#[derive(Debug, Serialize)]
struct Listed {
    leads: Vec<LeadView>,
    /// All that are left out.
    more: usize,
    /// The same by queue.
    more_in: Vec<MoreIn>,
}

#[derive(Debug, Serialize)]
struct MoreIn {
    queue: QueueName,
    more: usize,
}

async fn list(system: &System, asked: &List, output: Output) -> Result<()> {
    let index = system.leads()?;
    let limit = if asked.all { usize::MAX } else { asked.limit };
    let mut listed = Listed { leads: Vec::new(), more: 0, more_in: Vec::new() };
    for queue in asked.queue.map_or(QueueName::ALL.to_vec(), |queue| vec![queue]) {
        let leads = index.queue(queue, limit).await?;
        if leads.len() >= limit {
            let more = index.count(queue).await?.saturating_sub(leads.len());
            listed.more += more;
            listed.more_in.extend((more > 0).then_some(MoreIn { queue, more }));
        }
        listed.leads.extend(leads.iter().map(LeadView::of));
    }
    let naming = if asked.people { Naming::Person } else { Naming::Id };
    output.either(&listed, |listed| listed_text(listed, naming))
}

fn listed_text(listed: &Listed, naming: Naming) -> String {
    let Listed { leads, more, more_in } = listed;
    let table = if leads.is_empty() { "no leads".to_owned() } else { view::table(leads, naming) };
    if *more == 0 {
        return table;
    }
    let by_queue: Vec<String> = more_in.iter().map(|one| format!("{} in {}", one.more, one.queue)).collect();
    format!("{table}\nand {more} more ({}); --all shows them", by_queue.join(", "))
}

async fn letters(system: &System, asked: &Asked, output: Output) -> Result<()> {
    let mut found = dead_letters::look_at_all(system).await?;
    found.dead_letters.retain(|letter| {
        asked.stage.is_none_or(|stage| stage.as_str() == letter.stage) && asked.wanted.is_met_by(letter)
    });
    let written =
        asked.bodies.as_deref().map(|folder| dead_letters::write_bodies(&found.dead_letters, folder));
    let written = written.transpose()?;
    let value = json!({ "dead_letters": found.dead_letters, "more": found.more, "bodies": written });
    output.either(&value, |_| letters_text(&found, written.as_deref(), asked.bodies.as_deref()))
}

fn letters_text(found: &Letters, written: Option<&[Written]>, folder: Option<&Path>) -> String {
    let rows: Vec<(Option<&str>, &DeadLetter)> =
        found.dead_letters.iter().map(|letter| (None, letter)).collect();
    let mut text =
        if rows.is_empty() { "no dead letters".to_owned() } else { view::dead_letter_table(&rows) };
    if found.more > 0 {
        let more = counted(found.more, "more letter");
        let _ = write!(
            text,
            "\n{more} could not be seen: someone else is looking at them; look again in a minute"
        );
    }
    if let (Some(written), Some(folder)) = (written, folder) {
        let (new, kept): (Vec<_>, Vec<_>) = written.iter().partition(|one| one.is_new);
        let _ = write!(text, "\n{} written to {}", counted(new.len(), "file"), folder.display());
        if !kept.is_empty() {
            let _ = write!(text, "; {} there already and left as they are", kept.len());
        }
        text.push_str(
            ". They hold what people typed. Correct them, then send them with `leadlight queue resend FILE …`",
        );
    }
    text
}

fn resent_text(Resent { file, sent_to, problem }: &Resent) -> String {
    match (sent_to, problem) {
        (Some(stage), _) => format!("{file}: sent to {stage}, and its letter is gone"),
        (None, problem) => format!("{file}: {}", problem.as_deref().unwrap_or("not sent")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(more: &[(QueueName, usize)]) -> Listed {
        let more_in: Vec<MoreIn> =
            more.iter().map(|(queue, more)| MoreIn { queue: *queue, more: *more }).collect();
        Listed { leads: Vec::new(), more: more_in.iter().map(|one| one.more).sum(), more_in }
    }

    #[test]
    fn a_list_says_how_much_it_leaves_out() {
        assert_eq!(listed_text(&listed(&[]), Naming::Id), "no leads");
        let cut = listed(&[(QueueName::Sdr, 2), (QueueName::Nurture, 20)]);
        let said = listed_text(&cut, Naming::Id);
        assert!(said.ends_with("\nand 22 more (2 in sdr, 20 in nurture); --all shows them"), "{said}");
        let told = serde_json::to_value(&cut).unwrap();
        assert_eq!((told["more"].as_u64(), told["more_in"][1]["more"].as_u64()), (Some(22), Some(20)));
    }

    #[test]
    fn letters_say_what_could_not_be_seen_and_what_was_written() {
        let found = Letters { dead_letters: Vec::new(), more: 1 };
        assert!(letters_text(&found, None, None).contains("1 more letter could not be seen"));
        let written = |is_new| Written { file: "letters/enrich-1.json".into(), is_new };
        let said = letters_text(&found, Some(&[written(true), written(false)]), Some(Path::new("letters")));
        assert!(said.contains("1 file written to letters; 1 there already and left as they are"), "{said}");
    }

    #[test]
    fn each_file_is_told_what_became_of_it() {
        let one = |sent_to, problem: Option<&str>| Resent {
            file: "enrich-1.json".to_owned(),
            sent_to,
            problem: problem.map(str::to_owned),
        };
        assert_eq!(
            resent_text(&one(Some("enrich"), None)),
            "enrich-1.json: sent to enrich, and its letter is gone"
        );
        assert_eq!(resent_text(&one(None, Some("gone"))), "enrich-1.json: gone");
    }
}
