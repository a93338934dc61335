//! The demo's outside: other systems that send as they really do, each with its own signature, and a CRM that hears of
//! the results.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use leadlight_destinations::Destinations;
use leadlight_events::{
    HUBSPOT_COMPANY, HUBSPOT_CONTACT, HUBSPOT_EVENTS, SEGMENT_TRACK, TYPEFORM_RESPONSE, sent_at,
};
use leadlight_lead::{EventId, LeadId, QueuedLead, SourceName};
use leadlight_ports::{Clock, LeadStore, SystemClock};
use leadlight_registry::Change;
use leadlight_simulators::{HubSpot, Simulator, Slack};
use leadlight_sources::Sources;
use serde::Serialize;
use serde_json::Value;

use crate::system::System;
use crate::{destinations, secrets};

/// What the senders of the demo sign with, and what its CRM asks for: there is nothing behind them.
const SECRET: &str = "the-demo's-own-secret";
/// The token by which the CRM of the demo is read and written, and its Slack is posted to.
const TOKEN: &str = "the-demo's-own-token";
/// The channel of those who are not in Slack themselves, which is everyone of the sample team.
const CHANNEL: &str = "C0LEADS001";
/// What stands before a source's path in an address that a sender signs.
const PUBLIC_URL: &str = "https://leads.acme.example";
/// How long a lead, and the CRM, is waited for.
const PATIENCE: Duration = Duration::from_mins(1);
const EACH: Duration = Duration::from_millis(200);

/// A lead that came by another system's own webhook.
#[derive(Debug, Serialize)]
pub(crate) struct ByWebhook {
    /// Who sent it, as people know it.
    pub(crate) sender: &'static str,
    /// By what it proved who it is.
    pub(crate) proof: &'static str,
    #[serde(skip)]
    pub(crate) lead: QueuedLead,
}

/// What the CRM knows of leads by the end.
#[derive(Debug, Serialize)]
pub(crate) struct InTheCrm {
    /// Contacts with a score, a queue or an owner of ours.
    pub(crate) contacts: usize,
    /// How many requests it took to tell.
    pub(crate) requests: usize,
}

/// What people found in Slack.
#[derive(Debug, Serialize)]
pub(crate) struct InSlack {
    /// Messages in the channel.
    pub(crate) messages: usize,
    /// From the submit of a form to the message about its lead.
    pub(crate) after_seconds: f64,
}

/// The systems around ours.
pub(crate) struct Outside {
    crm: Simulator<HubSpot>,
    slack: Simulator<Slack>,
}

impl Outside {
    /// Starts a CRM and a Slack on this machine, and makes them and the senders known to the system.
    pub(crate) async fn start(system: &System) -> Result<Self> {
        let mut hubspot = HubSpot::new(TOKEN);
        hubspot.records.insert(
            "contacts/701".to_owned(),
            serde_json::from_str(&sent_at(HUBSPOT_CONTACT, SystemClock.now()))?,
        );
        hubspot.records.insert("companies/81".to_owned(), serde_json::from_str(HUBSPOT_COMPANY)?);
        let crm = Simulator::start(hubspot).await;
        let slack = Simulator::start(Slack::new(TOKEN, &[CHANNEL])).await;
        let (registry, now) = (system.registry()?, SystemClock.now());
        let shipped = Change::new("leadlight", "the demo's own");
        registry.publish::<Sources>(&sources(crm.url()), &shipped, now).await?;
        registry.publish::<Destinations>(&list(crm.url(), slack.url()), &shipped, now).await?;
        for (purpose, text) in [
            ("sources/website-form", SECRET),
            ("sources/product-trial", SECRET),
            ("sources/crm", SECRET),
            ("sources/crm/api", TOKEN),
            ("destinations/crm", TOKEN),
            ("destinations/slack", TOKEN),
        ] {
            secrets::set(system, purpose, text).await?;
        }
        destinations::prepared(system, "crm").await?;
        Ok(Self { crm, slack })
    }

    /// Sends what each system sends, and waits until each lead is in its queue, and the form's in Slack.
    pub(crate) async fn send(&self, system: &System, intake_url: &str) -> Result<(Vec<ByWebhook>, InSlack)> {
        let now = SystemClock.now();
        let begun = Instant::now();
        let typeform = sent_at(TYPEFORM_RESPONSE, now);
        let tag = STANDARD.encode(hmac_of(hmac::HMAC_SHA256, &typeform));
        post(intake_url, "website-form", typeform, vec![("typeform-signature", format!("sha256={tag}"))])
            .await?;
        let lead = in_its_queue(system, "website-form", "demo-typeform-1").await?;
        self.in_slack(&lead).await?;
        let after_seconds = begun.elapsed().as_secs_f64();
        let segment = sent_at(SEGMENT_TRACK, now);
        let tag = hex::encode(hmac_of(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &segment));
        post(intake_url, "product-trial", segment, vec![("x-signature", tag)]).await?;
        let (hubspot, time) = (sent_at(HUBSPOT_EVENTS, now), now.as_millisecond().to_string());
        let signed = format!("POST{PUBLIC_URL}/v1/sources/crm{hubspot}{time}");
        let tag = STANDARD.encode(hmac_of(hmac::HMAC_SHA256, &signed));
        let headers = vec![("x-hubspot-signature-v3", tag), ("x-hubspot-request-timestamp", time)];
        post(intake_url, "crm", hubspot, headers).await?;
        let mut came = Vec::new();
        for (sender, proof, source, id) in [
            ("Typeform", "HMAC-SHA256", "website-form", "demo-typeform-1"),
            ("Segment", "HMAC-SHA1", "product-trial", "demo-segment-1"),
            ("HubSpot, contact fetched", "HMAC-SHA256, version 3", "crm", "contact 701"),
        ] {
            came.push(ByWebhook { sender, proof, lead: in_its_queue(system, source, id).await? });
        }
        let messages = self.slack.behind(|slack| slack.posted.len());
        Ok((came, InSlack { messages, after_seconds }))
    }

    async fn in_slack(&self, lead: &QueuedLead) -> Result<()> {
        let is_about = |message: &Value| message["metadata"]["event_payload"]["lead"] == lead.id().as_str();
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
            if self.slack.behind(|slack| slack.posted.iter().any(is_about)) {
                return Ok(());
            }
            tokio::time::sleep(EACH / 10).await;
        }
        let decided = lead.decision().map_or("not decided on", |decision| decision.summary.as_str());
        bail!(
            "the form's lead has not come to the demo's Slack within a minute; it is in the queue `{}`: {decided}",
            lead.queue
        )
    }

    /// Waits until the CRM has heard of so many people.
    pub(crate) async fn heard_of(&self, people: usize) -> Result<InTheCrm> {
        let begun = Instant::now();
        loop {
            let told = self.crm.behind(|hubspot| InTheCrm {
                contacts: hubspot.contacts.len(),
                requests: hubspot.batches.len(),
            });
            if told.contacts >= people {
                return Ok(told);
            }
            if begun.elapsed() > PATIENCE {
                bail!("the CRM of the demo has heard of {} people, and {people} have leads", told.contacts);
            }
            tokio::time::sleep(EACH).await;
        }
    }
}

fn sources(crm: &str) -> String {
    format!(
        "schema_version = 1\npublic_url = \"{PUBLIC_URL}\"\n\n\
         [sources.website-form]\nadapter = \"typeform\"\nforms = {{ \"Request a demo\" = \"demo_request\" }}\n\n\
         [sources.product-trial]\nadapter = \"segment\"\n\n\
         [sources.crm]\nadapter = \"hubspot\"\napi = \"{crm}\"\n"
    )
}

fn list(crm: &str, slack: &str) -> String {
    format!(
        "schema_version = 1\n\n[destinations.crm]\nkind = \"hubspot\"\nbase = \"{crm}\"\n\
         on = [\"lead.routed\", \"lead.assigned\", \"review.decided\"]\nper_second = 50\n\n\
         [destinations.slack]\nkind = \"slack\"\nbase = \"{slack}\"\n\
         on = [\"lead.routed\", \"lead.assigned\"]\nper_second = 50\n\
         [destinations.slack.options]\nchannel = \"{CHANNEL}\"\n"
    )
}

fn hmac_of(algorithm: hmac::Algorithm, signed: &str) -> Vec<u8> {
    hmac::sign(&hmac::Key::new(algorithm, SECRET.as_bytes()), signed.as_bytes()).as_ref().to_vec()
}

async fn post(
    intake_url: &str,
    source: &'static str,
    body: String,
    headers: Vec<(&'static str, String)>,
) -> Result<()> {
    let url = format!("{intake_url}/v1/sources/{source}");
    // The client blocks; it has a thread of its own.
    let answer = tokio::task::spawn_blocking(move || {
        let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        let mut request = agent.post(&url).header("content-type", "application/json");
        for (name, value) in headers {
            request = request.header(name, value);
        }
        let mut answer = request.send(body).context("the intake does not answer")?;
        let status = answer.status();
        let text = answer.body_mut().read_to_string().context("the intake's answer broke off")?;
        anyhow::Ok((status, text))
    });
    let (status, text) = answer.await.context("the sender's thread ended")??;
    let told: Value = serde_json::from_str(&text).unwrap_or_default();
    if told["accepted"] != 1 {
        bail!("the source `{source}` answered {status}: {text}");
    }
    Ok(())
}

async fn in_its_queue(system: &System, source: &str, id: &str) -> Result<QueuedLead> {
    let (source, event): (SourceName, EventId) = (source.parse()?, id.parse()?);
    let (leads, id) = (system.leads()?, LeadId::of(&source, &event));
    let begun = Instant::now();
    while begun.elapsed() < PATIENCE {
        if let Some(found) = leads.get(&id).await? {
            return Ok(found.lead);
        }
        tokio::time::sleep(EACH).await;
    }
    bail!(
        "the lead of the source `{source}` is not in its queue after a minute; the functions' logs may say why"
    )
}
