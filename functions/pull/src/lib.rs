//! Fetches what a sender only named: a contact, a deal, the answers of a form.
//!
//! A reference is asked for at the sender's own address with the source's token, one answer after the other, until its
//! adapter has what it needs. What comes of it goes to the queue it belongs in. A sender that is away, slow or asks us to
//! wait keeps its references on the queue; nothing of them is lost.

mod config;
mod serve;

use std::time::Duration;

use http::{HeaderName, HeaderValue, Method, StatusCode, header};
use leadlight_lead::{StageMessage, WireError, from_json, to_json};
use leadlight_ports::batch::{Message, Stage};
use leadlight_ports::metrics::{Alarm, concerns};
use leadlight_ports::{
    Class, Classed, Clock, Endpoint, EndpointError, ExposeSecret, Http, HttpError, HttpLimits, HttpRequest,
    MessageQueue, PortError, Secret, SecretError, SecretName, SecretNameError, Secrets, World, alarm, chain,
};
use leadlight_registry::{InForce, RegistryError};
use leadlight_sources::{Fetch, Item, Read, Reference, SetAside, Source, Step};
use serde_json::Value;

pub use config::Config;
pub use serve::serve;

/// A contact with all its properties is some kilobytes; of a form with its texts in forty languages, some hundred.
const LIMITS: HttpLimits =
    HttpLimits { timeout: Duration::from_secs(8), longest_answer_bytes: 2 * 1024 * 1024 };
/// Answers that one reference may need: an object, and what it is associated with.
const ANSWERS_AT_MOST: usize = 4;
/// What is waited where a sender says that we ask too often, and not for how long. HubSpot counts by ten seconds.
const TOO_OFTEN: Duration = Duration::from_secs(10);

/// The pull stage.
#[derive(Debug)]
pub struct Pull<W: World, S: Secrets> {
    /// Which adapter reads which source.
    pub in_force: InForce<W::Objects>,
    /// The sources' tokens.
    pub secrets: S,
    /// What the names of secrets begin with.
    pub stack_name: String,
    /// The way to the senders.
    pub http: W::Http,
    /// Where leads go.
    pub form_submits: W::Queue,
    /// Where what became of deals goes.
    pub outcomes: W::Queue,
    /// Tells what is in force.
    pub clock: W::Clock,
}

/// Why a reference was not fetched.
#[derive(Debug, thiserror::Error)]
pub enum PullError {
    /// The message is no reference.
    #[error("the message is not a reference")]
    Read(#[source] WireError),
    /// The registry failed.
    #[error("the sources file cannot be read")]
    Registry(#[source] RegistryError),
    /// The source is not in the file any more.
    #[error("the sources file in force has no source `{0}`; publish one that has it, then redrive")]
    UnknownSource(String),
    /// Its token cannot be named.
    #[error("the source's token has no name that the secret store takes")]
    TokenName(#[source] SecretNameError),
    /// Its token cannot be had.
    #[error("the source's token cannot be read")]
    Token(#[source] SecretError),
    /// Its adapter does not know what the reference names, or asks for too much.
    #[error("the reference cannot be followed")]
    Follow(#[source] WireError),
    /// The address that the adapter made is none.
    #[error("the address to fetch from cannot be called")]
    Address(#[source] EndpointError),
    /// The sender did not give it.
    #[error("the sender did not answer as it should")]
    Fetch {
        /// Why.
        #[source]
        source: HttpError,
        /// How long it asks us to wait.
        wait: Option<Duration>,
    },
    /// What it gave cannot be read.
    #[error("the sender's answer is not JSON")]
    Answer(#[source] WireError),
    /// What it gave is no event.
    #[error("what was fetched is no event: complete it at the sender, then redrive")]
    NoEvent(#[source] SetAside),
    /// It cannot be written.
    #[error("what was fetched cannot be written")]
    Write(#[source] WireError),
    /// The next queue did not take it.
    #[error("what was fetched was not handed on")]
    HandOn(#[source] PortError),
}

impl Classed for PullError {
    fn class(&self) -> Class {
        match self {
            Self::Read(e) => e.class(),
            Self::Registry(e) => e.class(),
            Self::Token(e) => e.class(),
            Self::Fetch { source, .. } => source.class(),
            Self::HandOn(e) => e.class(),
            Self::UnknownSource(_)
            | Self::TokenName(_)
            | Self::Follow(_)
            | Self::Address(_)
            | Self::Answer(_)
            | Self::NoEvent(_)
            | Self::Write(_) => Class::Poison,
        }
    }

    fn wait(&self) -> Option<Duration> {
        match self {
            Self::Fetch { wait, .. } => *wait,
            _ => None,
        }
    }
}

impl<W: World, S: Secrets> Stage for Pull<W, S> {
    const NAME: &'static str = "pull";
    type Error = PullError;

    async fn process(&self, message: Message<'_>) -> Result<(), PullError> {
        let reference = Reference::from_message(message.body.as_bytes()).map_err(PullError::Read)?;
        let sources = self.in_force.sources(self.clock.now()).await.map_err(PullError::Registry)?;
        let unknown = || PullError::UnknownSource(reference.source.to_string());
        let sources = sources.ok_or_else(unknown)?;
        let source = sources.get(reference.source.as_str()).ok_or_else(unknown)?;
        let items = self.follow(&reference, source).await?;
        for item in items {
            self.hand_on(item).await?;
        }
        Ok(())
    }
}

impl<W: World, S: Secrets> Pull<W, S> {
    async fn follow(&self, reference: &Reference, source: &Source) -> Result<Vec<Read>, PullError> {
        let token = self.token(source).await?;
        let mut answers = Vec::new();
        loop {
            match source.fetch(reference, &answers).map_err(PullError::Follow)? {
                Step::Done(items) => return Ok(items),
                Step::Ask(_) if answers.len() == ANSWERS_AT_MOST => {
                    let problem = format!("needs more than {ANSWERS_AT_MOST} answers");
                    return Err(PullError::Follow(WireError::shape("what", problem)));
                }
                Step::Ask(fetch) => answers.push(self.ask(&fetch, &token).await?),
            }
        }
    }

    async fn token(&self, source: &Source) -> Result<Secret, PullError> {
        let name = SecretName::of(&self.stack_name, &source.token_purpose()).map_err(PullError::TokenName)?;
        self.secrets.read(&name).await.map_err(|error| {
            alarm!(Alarm::SourceSecretMissing; reason = chain(&error), "a source's token cannot be had");
            PullError::Token(error)
        })
    }

    /// What an address answers; nothing where it is gone.
    async fn ask(&self, fetch: &Fetch, token: &Secret) -> Result<Value, PullError> {
        let failed = |source| PullError::Fetch { source, wait: None };
        let url = Endpoint::parse(&fetch.url).map_err(PullError::Address)?;
        let bearer = format!("Bearer {}", token.expose_secret().trim());
        let mut request = HttpRequest::new(Method::GET, url, LIMITS)
            .with_secret_header(header::AUTHORIZATION, &bearer)
            .map_err(failed)?;
        for (name, value) in fetch.headers {
            request = request.with_header(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        let answer = self.http.send(request).await.map_err(failed)?;
        if matches!(answer.status, StatusCode::NOT_FOUND | StatusCode::GONE) {
            return Ok(Value::Null);
        }
        let wait = answer
            .retry_after(self.clock.now())
            .or((answer.status == StatusCode::TOO_MANY_REQUESTS).then_some(TOO_OFTEN));
        let answer =
            answer.require(StatusCode::is_success).map_err(|source| PullError::Fetch { source, wait })?;
        from_json(&answer.body).map_err(PullError::Answer)
    }

    async fn hand_on(&self, item: Read) -> Result<(), PullError> {
        let (queue, body) = match item.map_err(PullError::NoEvent)? {
            Item::Lead(taken) => {
                if let Ok(lead) = taken.event.lead_id(self.clock.now()) {
                    concerns(&lead);
                }
                self.in_force.registry().keep_whole(taken.whole).await.map_err(PullError::HandOn)?;
                (&self.form_submits, to_json(&taken.event).map_err(PullError::Write)?)
            }
            Item::Outcome(event) => (&self.outcomes, to_json(&event).map_err(PullError::Write)?),
            Item::Usage(used) => (&self.outcomes, used.to_message().map_err(PullError::Write)?),
            Item::Test | Item::PassedOver(_) | Item::Reference(_) | Item::Erasure(_) => return Ok(()),
        };
        queue.send(&body, &[]).await.map_err(PullError::HandOn)
    }
}
