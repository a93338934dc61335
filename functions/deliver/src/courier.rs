//! Takes letters to a destination: several at once where it takes several, no faster than it wants, with the secret of
//! today.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use leadlight_destinations::{
    Ask, Destination, Letter, Meaning, Origin, Preparation, Reply, Step, Task, Token,
};
use leadlight_ports::{
    CachedSecrets, Class, Classed, Clock, ExposeSecret, Http, HttpError, HttpLimits, HttpRequest, Pace,
    Secret, SecretError, SecretName, SecretNameError, Secrets, Share, chain,
};
use serde_json::{Value, json};
use tokio::sync::oneshot::error::TryRecvError;
use tokio::sync::{Mutex as Turn, oneshot};
use tokio::time::sleep;

/// How long an answer may take, and how long it may be. The function has thirty seconds.
const LIMITS: HttpLimits = HttpLimits { timeout: Duration::from_secs(8), longest_answer_bytes: 1024 * 1024 };
/// So long letters are gathered where a destination takes several at once.
const GATHERING: Duration = Duration::from_millis(20);
/// A letter that would have to wait longer for its turn goes back to the queue.
const LONGEST_TURN: Duration = Duration::from_secs(5);
/// Before something is looked for again that was not there yet.
const UNTIL_THERE: Duration = Duration::from_mins(1);
/// No destination asks for so many requests for one batch of letters.
const MOST_STEPS: usize = 8;

/// Why a letter did not arrive.
#[derive(Debug, Clone, thiserror::Error)]
pub enum NotSent {
    /// It will never be taken.
    #[error("{why}")]
    Refused {
        /// Why.
        why: String,
    },
    /// Not now.
    #[error("{why}")]
    Later {
        /// Why.
        why: String,
        /// How long to wait at least.
        wait: Option<Duration>,
    },
}

impl Classed for NotSent {
    fn class(&self) -> Class {
        match self {
            Self::Refused { .. } => Class::Poison,
            Self::Later { .. } => Class::Retryable,
        }
    }

    fn wait(&self) -> Option<Duration> {
        match self {
            Self::Refused { .. } => None,
            Self::Later { wait, .. } => *wait,
        }
    }
}

/// What speaks to destinations, and what one environment remembers of each.
#[derive(Debug)]
pub struct Couriers<H, S, C> {
    http: H,
    secrets: CachedSecrets<S, C>,
    clock: C,
    stack: String,
    origin: Origin,
    on_one_machine: bool,
    environments: u32,
    desks: Mutex<BTreeMap<String, Arc<Desk>>>,
}

/// One destination's.
#[derive(Debug, Default)]
struct Desk {
    pace: Mutex<Pace>,
    /// Letters that go with the next request.
    waiting: Mutex<Vec<Waiting>>,
    /// Who has it sends for all that wait.
    turn: Turn<()>,
    /// What was got for the secret, and until when it is used.
    token: Mutex<Option<(String, Instant)>>,
}

#[derive(Debug)]
struct Waiting {
    letter: Letter,
    tell: oneshot::Sender<Meaning>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Desk {
    fn token(&self) -> Option<String> {
        let token = lock(&self.token);
        token.as_ref().filter(|(_, until)| Instant::now() < *until).map(|(token, _)| token.clone())
    }

    /// The first letters that wait, no two of whom one request may not hold. Whose sender has gone is dropped.
    fn take(&self, destination: &Destination) -> Vec<Waiting> {
        let dialect = destination.dialect();
        let (mut taken, mut keys) = (Vec::new(), BTreeSet::new());
        let mut waiting = lock(&self.waiting);
        let mut left = Vec::with_capacity(waiting.len());
        for one in waiting.drain(..).filter(|one| !one.tell.is_closed()) {
            if taken.len() < dialect.most && keys.insert((dialect.key)(&one.letter)) {
                taken.push(one);
            } else {
                left.push(one);
            }
        }
        *waiting = left;
        taken
    }
}

impl<H: Http, S: Secrets, C: Clock> Couriers<H, S, C> {
    /// Of a stack. Plain http on this machine is spoken to where that is one machine alone. Of what a destination takes a
    /// second, each of so many `environments` has its share.
    pub fn new(
        http: H,
        secrets: CachedSecrets<S, C>,
        clock: C,
        stack: String,
        on_one_machine: bool,
        environments: u32,
    ) -> Self {
        let origin = Origin::of_stack(&stack);
        Self { http, secrets, clock, stack, origin, on_one_machine, environments, desks: Mutex::default() }
    }

    /// Takes a letter to a destination; returns once it has arrived.
    pub async fn send(&self, destination: &Destination, letter: Letter) -> Result<(), NotSent> {
        if destination.address().is_on_this_machine() && !self.on_one_machine {
            let why = "its address is on this machine, which is for one machine alone; write a public one";
            return Err(NotSent::Later { why: why.to_owned(), wait: None });
        }
        let desk = Arc::clone(lock(&self.desks).entry(destination.name().to_owned()).or_default());
        if let Some(rest) = lock(&desk.pace).rest(Instant::now()) {
            let why = "the destination is away, and is asked again later".to_owned();
            return Err(NotSent::Later { why, wait: Some(rest) });
        }
        let meaning = if destination.dialect().most == 1 {
            self.round(destination, &desk, &[letter]).await.remove(0)
        } else {
            self.together(destination, &desk, letter).await
        };
        match meaning {
            Meaning::Done => Ok(()),
            Meaning::Refused { why } | Meaning::Alone { why } => Err(NotSent::Refused { why }),
            Meaning::Later { wait, why } => Err(NotSent::Later { why, wait }),
            Meaning::Absent { why } => Err(NotSent::Later { why, wait: Some(UNTIL_THERE) }),
            Meaning::Denied { why } => Err(NotSent::Later { why, wait: None }),
        }
    }

    /// What a destination has to have before the first letter, in words.
    pub fn preparations(destination: &Destination) -> Vec<String> {
        let prepare = destination.dialect().prepare;
        let all = prepare.map(|prepare| prepare(destination.address(), "")).unwrap_or_default();
        all.into_iter().map(|preparation| preparation.what).collect()
    }

    /// Makes what a destination has to have before the first letter; was each new?
    pub async fn prepare(&self, destination: &Destination) -> Result<Vec<(String, bool)>, NotSent> {
        let Some(prepare) = destination.dialect().prepare else { return Ok(Vec::new()) };
        let name = self.secret_name(destination).map_err(|error| later(chain(&error)))?;
        let secret = self.secrets.read(&name).await.map_err(|error| later(chain(&error)))?;
        let mut made = Vec::new();
        for Preparation { what, ask } in prepare(destination.address(), secret.expose_secret()) {
            let reply = self.answer(ask).await.map_err(|meaning| later(format!("{what}: {meaning:?}")))?;
            match reply.status.as_u16() {
                200..=299 => made.push((what, true)),
                409 => made.push((what, false)),
                status => {
                    return Err(NotSent::Refused {
                        why: format!("{what} was not made: the answer is {status}"),
                    });
                }
            }
        }
        Ok(made)
    }

    /// The first request that a letter would make, without its headers: they hold secrets.
    pub async fn preview(&self, destination: &Destination, letter: &Letter) -> Result<Value, NotSent> {
        let name = self.secret_name(destination).map_err(|error| later(chain(&error)))?;
        let secret = self.secrets.read(&name).await.map_err(|error| later(chain(&error)))?;
        let letters = std::slice::from_ref(letter);
        let (secret, now) = (secret.expose_secret(), self.clock.now());
        let task = Task {
            address: destination.address(),
            origin: &self.origin,
            letters,
            secret,
            token: Some(""),
            now,
        };
        match (destination.dialect().step)(&task, &[]) {
            Step::Send(ask) | Step::GetToken(ask) => Ok(json!({
                "method": ask.method.as_str(), "url": ask.url,
                "body": serde_json::from_slice::<Value>(&ask.body).unwrap_or_default(),
            })),
            Step::Done(meanings) => Err(later(format!("nothing would be sent: {meanings:?}"))),
        }
    }

    /// With whatever else goes there at the same moment: whose turn it is sends for all.
    async fn together(&self, destination: &Destination, desk: &Desk, letter: Letter) -> Meaning {
        let put = |letter: Letter| {
            let (tell, told) = oneshot::channel();
            lock(&desk.waiting).push(Waiting { letter, tell });
            told
        };
        let mut told = put(letter.clone());
        sleep(GATHERING).await;
        loop {
            let _turn = desk.turn.lock().await;
            match told.try_recv() {
                Ok(meaning) => return meaning,
                Err(TryRecvError::Empty) => {}
                // Who sent for us was ended half-way.
                Err(TryRecvError::Closed) => told = put(letter.clone()),
            }
            let (letters, tell): (Vec<_>, Vec<_>) =
                desk.take(destination).into_iter().map(|one| (one.letter, one.tell)).unzip();
            let meanings = self.round(destination, desk, &letters).await;
            for (tell, meaning) in tell.into_iter().zip(meanings) {
                // Who does not wait any more has no use for it.
                let _ = tell.send(meaning);
            }
        }
    }

    /// One request, or several where each letter has to go alone; a meaning for each letter.
    async fn round(&self, destination: &Destination, desk: &Desk, letters: &[Letter]) -> Vec<Meaning> {
        let mut meanings = self.in_turn(destination, desk, letters).await;
        for (letter, meaning) in letters.iter().zip(&mut meanings) {
            if matches!(meaning, Meaning::Alone { .. }) && letters.len() > 1 {
                let alone = self.in_turn(destination, desk, std::slice::from_ref(letter)).await;
                *meaning = alone.into_iter().next().unwrap_or(Meaning::Done);
            }
        }
        meanings
    }

    async fn in_turn(&self, destination: &Destination, desk: &Desk, letters: &[Letter]) -> Vec<Meaning> {
        let turn = {
            let share = Share { per_second: destination.per_second(), environments: self.environments };
            lock(&desk.pace).turn(Instant::now(), share, LONGEST_TURN)
        };
        match turn {
            Ok(wait) => sleep(wait).await,
            Err(wait) => {
                let why = "more is told than the destination takes a second".to_owned();
                return vec![Meaning::Later { wait: Some(wait), why }; letters.len()];
            }
        }
        let meanings = self.with_secret(destination, desk, letters).await;
        let away = meanings.iter().find_map(|meaning| match meaning {
            Meaning::Later { wait, .. } => Some(*wait),
            Meaning::Denied { .. } => Some(None),
            _ => None,
        });
        let mut pace = lock(&desk.pace);
        match away {
            Some(wait) => pace.is_away(Instant::now(), wait),
            None => pace.is_there(),
        }
        meanings
    }

    /// A secret that is not taken is read again, once: it may have been rotated since it was kept, or what was got for it
    /// may have ended before its time.
    async fn with_secret(&self, destination: &Destination, desk: &Desk, letters: &[Letter]) -> Vec<Meaning> {
        let all = |meaning: Meaning| vec![meaning; letters.len()];
        let name = match self.secret_name(destination) {
            Ok(name) => name,
            Err(error) => return all(Meaning::Denied { why: chain(&error) }),
        };
        let secret = match self.secrets.read(&name).await {
            Ok(secret) => secret,
            Err(error) => return all(unreadable(&error)),
        };
        let had_token = desk.token().is_some();
        let meanings = self.ask(destination, desk, letters, &secret).await;
        if !meanings.iter().any(|meaning| matches!(meaning, Meaning::Denied { .. })) {
            return meanings;
        }
        self.secrets.forget(&name);
        lock(&desk.token).take();
        match self.secrets.read(&name).await {
            Ok(now) if had_token || now.expose_secret() != secret.expose_secret() => {
                self.ask(destination, desk, letters, &now).await
            }
            Ok(_) => meanings,
            Err(error) => all(unreadable(&error)),
        }
    }

    fn secret_name(&self, destination: &Destination) -> Result<SecretName, SecretNameError> {
        SecretName::of(&self.stack, &format!("destinations/{}", destination.name()))
    }

    /// Speaks to a destination until it is known what became of each letter.
    async fn ask(
        &self,
        destination: &Destination,
        desk: &Desk,
        letters: &[Letter],
        secret: &Secret,
    ) -> Vec<Meaning> {
        let all = |meaning: Meaning| vec![meaning; letters.len()];
        let (now, secret) = (self.clock.now(), secret.expose_secret());
        let mut replies: Vec<Reply> = Vec::new();
        for _ in 0..MOST_STEPS {
            let token = desk.token();
            let task = Task {
                address: destination.address(),
                origin: &self.origin,
                letters,
                secret,
                token: token.as_deref(),
                now,
            };
            match (destination.dialect().step)(&task, &replies) {
                Step::Done(meanings) if meanings.len() == letters.len() => return meanings,
                Step::Done(_) => break,
                Step::Send(ask) => match self.answer(ask).await {
                    Ok(reply) => replies.push(reply),
                    Err(meaning) => return all(meaning),
                },
                Step::GetToken(ask) => match self.answer(ask).await.and_then(|reply| Token::read(&reply)) {
                    Ok(Token { value, lifetime }) => {
                        *lock(&desk.token) = Some((value, Instant::now() + lifetime));
                    }
                    Err(meaning) => return all(meaning),
                },
            }
        }
        let why = "it cannot be told what became of the letters".to_owned();
        all(Meaning::Later { wait: None, why })
    }

    async fn answer(&self, ask: Ask) -> Result<Reply, Meaning> {
        let request = HttpRequest::of(ask, LIMITS).map_err(|error| failed(&error))?;
        let answer = self.http.send(request).await.map_err(|error| failed(&error))?;
        Ok(answer.reply(self.clock.now()))
    }
}

fn later(why: String) -> NotSent {
    NotSent::Later { why, wait: None }
}

fn unreadable(error: &SecretError) -> Meaning {
    Meaning::Denied { why: chain(error) }
}

fn failed(error: &HttpError) -> Meaning {
    let why = chain(error);
    match error.class() {
        Class::Retryable => Meaning::Later { wait: None, why },
        Class::Poison => Meaning::Refused { why },
    }
}
