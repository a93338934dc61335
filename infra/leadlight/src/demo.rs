//! The main job: the whole system on this machine, with sample data, from form submit to queue.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use anyhow::{Context, Result, bail};
use jiff::Timestamp;
use leadlight_events::{HISTORY_CSV, rebased, rebased_history, samples};
use leadlight_lead::{EmailAddress, ModelHash, PolicyHash, QueueName, QueuedLead};
use leadlight_local_aws::Progress;
use leadlight_model::Artifact;
use leadlight_policy::Policy;
use leadlight_ports::{Clock, SystemClock, UsdMicros};
use serde::Serialize;

use crate::cli::{Demo, Format};
use crate::dead_letters::DeadLetter;
use crate::follow::{self, Accounted, Fate, Sent};
use crate::local::Local;
use crate::output::{self, Output};
use crate::outside::{ByWebhook, InSlack, InTheCrm, Outside};
use crate::progress::{Bars, step};
use crate::rounds::{self, Round};
use crate::sample_vendors::Bill;
use crate::system::System;
use crate::training_view;
use crate::vendors::dollars;
use crate::view::{self, LeadView, Naming};
use crate::{commands, history};

/// What `demo --format json` prints.
#[derive(Debug, Serialize)]
struct DemoReport<'a> {
    /// Where people work.
    console_url: String,
    stack: String,
    model: Option<ModelHash>,
    policy: PolicyHash,
    intake_url: String,
    leads: Vec<LeadView>,
    dead_letters: Vec<NamedDeadLetter>,
    accounted: Accounts,
    /// Leads that other systems sent by their own webhooks, each signed as they sign.
    by_webhook: Vec<WebhookView<'a>>,
    /// What the CRM was told of all of them.
    in_the_crm: InTheCrm,
    /// What people found in Slack.
    in_slack: InSlack,
    /// What vendors were asked for these leads, and what that cost.
    from_vendors: Bill,
    /// With `--loop`: what scripted people, outcomes and the review came to.
    #[serde(rename = "loop", skip_serializing_if = "Option::is_none")]
    round: Option<&'a Round>,
}

#[derive(Debug, Serialize)]
struct WebhookView<'a> {
    #[serde(flatten)]
    sent: &'a ByWebhook,
    #[serde(flatten)]
    lead: LeadView,
}

#[derive(Debug, Serialize)]
struct NamedDeadLetter {
    file: String,
    #[serde(flatten)]
    letter: DeadLetter,
}

/// Every event ends in one of four ways.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
struct Accounts {
    submitted: usize,
    queued: usize,
    repeated: usize,
    joined: usize,
    dead_letters: usize,
}

/// Runs the demo.
pub(crate) async fn run(args: &Demo, output: Output) -> Result<()> {
    let bars = Bars::new();
    let local = Local::start(&bars).await?;
    let result = tokio::select! {
        result = show(&local, &bars, args, output) => result,
        interrupted = tokio::signal::ctrl_c() => interrupted.context("Ctrl-C cannot be heard"),
    };
    output::note("Stopping everything that was started …");
    local.stop()?;
    result
}

async fn show(local: &Local, bars: &Bars, args: &Demo, output: Output) -> Result<()> {
    let now = SystemClock.now();
    let system = &local.system;
    // First of all: a function that has looked for destinations and found none looks again after a minute.
    let outside = Box::pin(bars.phase("Connecting other systems", Outside::start(system))).await?;
    let trained = learn(system, bars, now).await?;
    let accounts = submit_samples(system, bars, now).await?;
    let intake_url = local.intake_url()?;
    let sending = Box::pin(outside.send(system, &intake_url));
    let (by_webhook, in_slack) = bars.phase("Webhooks of other systems", sending).await?;
    let round = if args.close_the_loop { Some(round(local, bars, now).await?) } else { None };
    let people: BTreeSet<EmailAddress> = accounts
        .iter()
        .filter_map(|one| if let Fate::Queued(lead) = &one.fate { Some(&**lead) } else { None })
        .chain(by_webhook.iter().map(|one| &one.lead))
        .map(|lead| lead.event().email.clone())
        .collect();
    let in_the_crm = bars.phase("Results to the CRM", outside.heard_of(people.len())).await?;
    let results = Results { trained, accounts, by_webhook, in_the_crm, in_slack, round };
    Box::pin(print(local, output, results)).await?;
    if !args.once {
        let _announced = local.announce()?;
        output::note(&format!(
            "\nLeadlight runs until Ctrl-C. People work at {}\nIn another terminal, try:\n  \
             cargo run -- queue list sdr\n  \
             cargo run -- queue dead-letters\n  \
             curl -d '{{\"source\":\"website-form\",\"email\":\"ada@brightforge.example\"}}' {}/v1/leads",
            local.console_url()?,
            local.intake_url()?
        ));
        std::future::pending::<()>().await;
    }
    Ok(())
}

/// Imports the sample history and trains on it.
async fn learn(system: &System, bars: &Bars, now: Timestamp) -> Result<leadlight_retrain::Report> {
    const IMPORT: &str = "Importing deals";
    bars.phase(IMPORT, async {
        let deals = rebased_history(HISTORY_CSV, now);
        let told = |done, total| bars.step(IMPORT, step(done, total, "closed deals"));
        Box::pin(history::import(system, "events/history/deals.csv", &deals, told)).await
    })
    .await?;
    commands::followed_training(system, bars, "Training and publishing").await
}

async fn submit_samples(system: &System, bars: &Bars, now: Timestamp) -> Result<Vec<Accounted>> {
    const FOLLOW: &str = "Following leads";
    let events: Vec<Sent> = samples()
        .iter()
        .map(|sample| Sent {
            label: sample.file.to_owned(),
            body: String::from_utf8_lossy(&rebased(sample.bytes, now)).into_owned(),
        })
        .collect();
    let total = events.len();
    bars.phase(FOLLOW, async {
        let told = |at: follow::Step| match at {
            follow::Step::Sent(sent) => bars.step(FOLLOW, step(sent, total, "events sent")),
            follow::Step::Accounted(done) => bars.step(FOLLOW, step(done, total, "leads in their queues")),
        };
        follow::to_the_end(system, events, told).await
    })
    .await
}

/// Scripted people, outcomes, and the review that follows.
async fn round(local: &Local, bars: &Bars, now: Timestamp) -> Result<Round> {
    let first = samples().first().context("there are samples")?;
    // The strongest sample once more, as another event: so that it is a new lead.
    let body = String::from_utf8_lossy(&rebased(first.bytes, now)).into_owned();
    let mut event: serde_json::Value = serde_json::from_str(&body)?;
    event["id"] = "demo-loop-1".into();
    rounds::go(&local.system, &local.door()?, &event.to_string(), bars).await
}

/// What the demo came to.
struct Results {
    trained: leadlight_retrain::Report,
    accounts: Vec<Accounted>,
    by_webhook: Vec<ByWebhook>,
    in_the_crm: InTheCrm,
    in_slack: InSlack,
    round: Option<Round>,
}

async fn print(local: &Local, output: Output, results: Results) -> Result<()> {
    let Results { trained, accounts, by_webhook, in_the_crm, in_slack, round } = results;
    let mut accounted =
        Accounts { submitted: accounts.len(), queued: 0, repeated: 0, joined: 0, dead_letters: 0 };
    let mut leads: Vec<QueuedLead> = Vec::new();
    let mut dead_letters = Vec::new();
    for Accounted { sent, fate } in accounts {
        match fate {
            Fate::Queued(lead) => {
                accounted.queued += 1;
                leads.push(*lead);
            }
            Fate::Repeated(_) => accounted.repeated += 1,
            Fate::Joined(_) => accounted.joined += 1,
            Fate::NotSent(reason) => bail!("the sample {} was not sent: {reason}", sent.label),
            Fate::Waiting => {
                bail!("the sample {} is still on its way; the functions' logs may say why", sent.label)
            }
            Fate::Dead(letter) => {
                accounted.dead_letters += 1;
                dead_letters.push(NamedDeadLetter { file: sent.label, letter });
            }
        }
    }
    let place = |queue| QueueName::ALL.iter().position(|q| *q == queue);
    leads.sort_by_key(|l| (place(l.queue), u16::MAX - l.priority, l.id().clone()));

    if output.format() == Format::Text {
        output::line(&text(&trained, &leads, &dead_letters, accounted))?;
        output::line(&by_others(&by_webhook, &in_the_crm, &in_slack))?;
        output::line(&bought(&local.vendors.bill()))?;
        if let Some(round) = &round {
            output::line(&training_view::round(round))?;
        }
        return Ok(());
    }
    let registry = local.system.registry()?;
    output::json(&DemoReport {
        console_url: local.console_url()?,
        by_webhook: by_webhook
            .iter()
            .map(|one| WebhookView { sent: one, lead: LeadView::of(&one.lead) })
            .collect(),
        in_the_crm,
        in_slack,
        from_vendors: local.vendors.bill(),
        round: round.as_ref(),
        stack: local.system.stack().to_owned(),
        model: registry.pointer::<Artifact>().await?.map(|pointer| pointer.current.hash),
        policy: registry.in_force::<Policy>().await?.current.hash,
        intake_url: local.intake_url()?,
        leads: leads.iter().map(LeadView::of).collect(),
        dead_letters,
        accounted,
    })
}

fn text(
    trained: &leadlight_retrain::Report,
    leads: &[QueuedLead],
    dead_letters: &[NamedDeadLetter],
    accounted: Accounts,
) -> String {
    let views: Vec<LeadView> = leads.iter().map(LeadView::of).collect();
    let mut text =
        format!("\n{}\n\n{}\n", training_view::retrained(trained), view::table(&views, Naming::Address));
    if let Some((lead, decision)) = leads.first().and_then(|l| Some((l, l.decision()?))) {
        let _ =
            write!(text, "\nWhy {} stands first:\n{}", lead.event().email.as_str(), view::reasons(decision));
    }
    if !dead_letters.is_empty() {
        let rows: Vec<_> = dead_letters.iter().map(|d| (Some(d.file.as_str()), &d.letter)).collect();
        let _ = write!(text, "\nSet aside, with the reason:\n{}\n", view::dead_letter_table(&rows));
    }
    let _ = write!(
        text,
        "\n{} events submitted: {} in their queues, {} recognised as repeated, {} set aside.",
        accounted.submitted, accounted.queued, accounted.repeated, accounted.dead_letters
    );
    text
}

/// What came by other systems' own webhooks, and what their CRM knows by now.
fn by_others(by_webhook: &[ByWebhook], in_the_crm: &InTheCrm, in_slack: &InSlack) -> String {
    let mut text = "\nOther systems sent leads by their own webhooks:\n".to_owned();
    for ByWebhook { sender, proof, lead } in by_webhook {
        let score =
            lead.decision().map_or_else(|| "–".to_owned(), |decision| decision.score.rounded().to_string());
        let _ = writeln!(
            text,
            "  {sender:<26} signed by {proof:<22} {:<34} {:<12} {score}",
            lead.event().email.as_str(),
            lead.queue.as_str(),
        );
    }
    let _ = write!(
        text,
        "HubSpot knows {} contacts with score, queue, owner and reasons, told in {}. Slack has {}; the lead of the \
         form was there {:.1} s after its submit.",
        in_the_crm.contacts,
        output::counted(in_the_crm.requests, "request"),
        output::counted(in_slack.messages, "message"),
        in_slack.after_seconds,
    );
    text
}

/// Whom the leads' facts came from.
fn bought(bill: &Bill) -> String {
    let rows = bill.by_vendor.iter().map(|(name, position)| {
        let asked = output::counted(position.questions, "question");
        let cost = dollars(UsdMicros(position.usd_micros));
        format!("  {name:<26} {asked:<14} {:>3} paid for {cost:>10}", position.paid)
    });
    let rows: Vec<String> = rows.collect();
    format!(
        "\nWhat is known of these leads beyond their forms came from vendors, for {} in all; the next lead of an account \
         asks nobody again:\n{}",
        dollars(UsdMicros(bill.usd_micros)),
        rows.join("\n")
    )
}
