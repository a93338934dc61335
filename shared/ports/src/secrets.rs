//! Secrets by name: keys of vendors, signatures of webhooks, tokens of destinations.
//!
//! A secret is read when it is needed and never lies in an environment variable. [`CachedSecrets`] keeps what was read
//! for a few minutes, so that a rotated one is seen without a restart.

use std::collections::BTreeMap;
use std::fmt;
use std::future::Future;
use std::str::FromStr;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use secrecy::SecretString;

use crate::{Class, Classed, Clock, PortError, chain};

pub use secrecy::ExposeSecret;

/// A secret's value. Neither `Debug` nor an error shows it; it is read by [`ExposeSecret`] and overwritten in memory
/// when the last hand on it is gone.
pub type Secret = Arc<SecretString>;

/// The name of a secret: the stack's, a slash, and what it is for, such as `leadlight/vendors/clearbit`.
///
/// So two stacks in one account never read each other's, and a function's role can be narrowed to a prefix.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SecretName(String);

/// No name for a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SecretNameError {
    /// Not of that form.
    #[error("the name of a secret is STACK/PURPOSE, such as leadlight/vendors/clearbit")]
    Form,
    /// Secrets Manager takes fewer characters than that.
    #[error(
        "the name of a secret has letters, digits and /_+=.@- alone, and at most {} of them",
        SecretName::LONGEST
    )]
    Characters,
    /// Secrets Manager's ARNs end in a hyphen and six characters of its own.
    #[error(
        "the name of a secret does not end in a hyphen and six characters: AWS may take it for another's ARN"
    )]
    LikeAnArn,
}

impl SecretName {
    /// In characters: what Secrets Manager takes.
    pub const LONGEST: usize = 512;

    /// The secret of a stack for a purpose, such as `vendors/clearbit`.
    pub fn of(stack: &str, purpose: &str) -> Result<Self, SecretNameError> {
        format!("{stack}/{purpose}").parse()
    }

    /// As the store knows it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for SecretName {
    type Err = SecretNameError;

    fn from_str(text: &str) -> Result<Self, SecretNameError> {
        if !text.contains('/') || text.split('/').any(str::is_empty) {
            return Err(SecretNameError::Form);
        }
        let is_taken = |b: u8| b.is_ascii_alphanumeric() || b"/_+=.@-".contains(&b);
        if text.len() > Self::LONGEST || !text.bytes().all(is_taken) {
            return Err(SecretNameError::Characters);
        }
        let is_like_an_arn =
            |(_, tail): (&str, &str)| tail.len() == 6 && tail.bytes().all(|b| b.is_ascii_alphanumeric());
        if text.rsplit_once('-').is_some_and(is_like_an_arn) {
            return Err(SecretNameError::LikeAnArn);
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for SecretName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Where secrets are kept.
pub trait Secrets: Send + Sync {
    /// The secret's current value.
    fn read(&self, name: &SecretName) -> impl Future<Output = Result<Secret, SecretError>> + Send;
}

/// A secret cannot be had. All of it is worth another try: no message is at fault, and someone can set it right.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// Nobody set it.
    #[error(
        "the secret {name} does not exist; write its value to a file and create it: \
         aws secretsmanager create-secret --name {name} --secret-string file://FILE"
    )]
    Absent {
        /// Which.
        name: SecretName,
    },
    /// It was deleted, and is gone for good when its days of grace are over.
    #[error(
        "the secret {name} is marked for deletion; if it is still needed: \
         aws secretsmanager restore-secret --secret-id {name}"
    )]
    Deleted {
        /// Which.
        name: SecretName,
    },
    /// It is there and holds no text.
    #[error(
        "the secret {name} is empty or binary; set its text: \
         aws secretsmanager put-secret-value --secret-id {name} --secret-string file://FILE"
    )]
    NoText {
        /// Which.
        name: SecretName,
    },
    /// The store did not answer, or this function may not read it.
    #[error("the secret {name} cannot be read")]
    Unreadable {
        /// Which.
        name: SecretName,
        /// Why.
        #[source]
        source: PortError,
    },
}

impl Classed for SecretError {
    fn class(&self) -> Class {
        Class::Retryable
    }
}

/// Keeps what was read, so that a store is not asked for every lead, and is not missed while it is away for a while.
///
/// Several that ask for the same secret at once may each read it: nobody waits for another's answer.
#[derive(Debug)]
pub struct CachedSecrets<S, C> {
    store: S,
    clock: C,
    kept: Mutex<BTreeMap<SecretName, Kept>>,
}

#[derive(Debug, Clone)]
struct Kept {
    secret: Secret,
    read_at: Timestamp,
    asked_at: Timestamp,
}

/// A secret is read again after this time.
///
/// Judgement: whoever rotates a key leaves the old one valid for an hour at least, and a function asks Secrets Manager
/// 300 times a day at most for each secret.
const FRESH: SignedDuration = SignedDuration::from_mins(5);
/// While the store does not answer, it is asked this often, and the last known value serves meanwhile.
const REST: SignedDuration = SignedDuration::from_secs(30);

impl<S, C> CachedSecrets<S, C> {
    /// In front of a store.
    pub fn new(store: S, clock: C) -> Self {
        Self { store, clock, kept: Mutex::default() }
    }

    /// Forgets what was read: the one it opens something with did not take it, so it may have been rotated.
    pub fn forget(&self, name: &SecretName) {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).remove(name);
    }
}

impl<S: Secrets, C: Clock> CachedSecrets<S, C> {
    fn kept(&self, name: &SecretName) -> Option<Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).get(name).cloned()
    }

    fn keep(&self, name: &SecretName, kept: Kept) {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).insert(name.clone(), kept);
    }
}

impl<S: Secrets, C: Clock> Secrets for CachedSecrets<S, C> {
    /// A secret that is gone, or that nobody can read any more as text, counts no longer; one that the store cannot
    /// tell of now goes on counting.
    async fn read(&self, name: &SecretName) -> Result<Secret, SecretError> {
        let now = self.clock.now();
        let kept = self.kept(name);
        if let Some(kept) = &kept
            && (now.duration_since(kept.read_at) < FRESH
                || (kept.asked_at > kept.read_at && now.duration_since(kept.asked_at) < REST))
        {
            return Ok(Arc::clone(&kept.secret));
        }
        match (self.store.read(name).await, kept) {
            (Ok(secret), _) => {
                self.keep(name, Kept { secret: Arc::clone(&secret), read_at: now, asked_at: now });
                Ok(secret)
            }
            (Err(error @ SecretError::Unreadable { .. }), Some(kept)) => {
                tracing::warn!(reason = chain(&error), "the secret's last known value is used");
                let secret = Arc::clone(&kept.secret);
                self.keep(name, Kept { asked_at: now, ..kept });
                Ok(secret)
            }
            (Err(error), _) => Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicI64, Ordering};

    use super::*;
    use crate::memory::MemorySecrets;

    #[derive(Debug, Clone, Default)]
    struct Moved(Arc<AtomicI64>);

    impl Clock for Moved {
        fn now(&self) -> Timestamp {
            Timestamp::from_second(1_800_000_000 + self.0.load(Ordering::SeqCst)).unwrap()
        }
    }

    struct Kit {
        store: MemorySecrets,
        clock: Moved,
        cached: CachedSecrets<MemorySecrets, Moved>,
    }

    impl Kit {
        fn new() -> Self {
            let (store, clock) = (MemorySecrets::default(), Moved::default());
            store.put(&name(), "s3cret-1");
            Self { cached: CachedSecrets::new(store.clone(), clock.clone()), store, clock }
        }

        async fn at(&self, seconds: i64) -> Result<String, SecretError> {
            self.clock.0.store(seconds, Ordering::SeqCst);
            self.cached.read(&name()).await.map(|secret| secret.expose_secret().to_owned())
        }
    }

    fn name() -> SecretName {
        "leadlight/vendors/sample".parse().unwrap()
    }

    #[tokio::test]
    async fn a_secret_is_kept_for_five_minutes_and_then_a_rotated_one_is_seen() {
        let kit = Kit::new();
        assert_eq!(kit.at(0).await.unwrap(), "s3cret-1");
        kit.store.put(&name(), "s3cret-2");
        assert_eq!(kit.at(299).await.unwrap(), "s3cret-1");
        assert_eq!(kit.store.reads(), 1);
        assert_eq!(kit.at(300).await.unwrap(), "s3cret-2");
        assert_eq!(kit.store.reads(), 2);
    }

    #[tokio::test]
    async fn while_the_store_is_away_the_last_known_value_serves_and_it_is_asked_each_half_minute() {
        let kit = Kit::new();
        kit.at(0).await.unwrap();
        kit.store.set_away(true);
        for second in 300..420 {
            assert_eq!(kit.at(second).await.unwrap(), "s3cret-1");
        }
        assert_eq!(kit.store.reads(), 1 + 4);
        kit.store.set_away(false);
        kit.store.put(&name(), "s3cret-2");
        assert_eq!(kit.at(421).await.unwrap(), "s3cret-2");
    }

    #[tokio::test]
    async fn nothing_is_made_up_where_nothing_was_ever_read_and_the_next_one_asks_again() {
        let kit = Kit::new();
        kit.store.set_away(true);
        assert!(matches!(kit.at(0).await, Err(SecretError::Unreadable { .. })));
        kit.store.set_away(false);
        assert_eq!(kit.at(1).await.unwrap(), "s3cret-1");
    }

    #[tokio::test]
    async fn a_secret_that_was_deleted_counts_no_longer() {
        let kit = Kit::new();
        kit.at(0).await.unwrap();
        kit.store.remove(&name());
        assert!(matches!(kit.at(300).await, Err(SecretError::Absent { .. })));
    }

    #[tokio::test]
    async fn what_is_forgotten_is_read_again_at_once() {
        let kit = Kit::new();
        kit.at(0).await.unwrap();
        kit.store.put(&name(), "s3cret-2");
        kit.cached.forget(&name());
        assert_eq!(kit.at(1).await.unwrap(), "s3cret-2");
        assert_eq!(kit.store.reads(), 2);
    }

    #[tokio::test]
    async fn no_secret_is_written_out() {
        let kit = Kit::new();
        kit.at(0).await.unwrap();
        let secret = kit.cached.read(&name()).await.unwrap();
        let told = format!("{secret:?} {:?} {:?}", kit.cached, kit.store);
        assert!(!told.contains("s3cret"), "{told}");
    }

    #[test]
    fn an_absent_secret_is_told_with_its_name_and_the_command_that_sets_it() {
        let told = SecretError::Absent { name: name() }.to_string();
        assert!(
            told.contains("create-secret --name leadlight/vendors/sample --secret-string file://"),
            "{told}"
        );
    }

    #[test]
    fn a_name_belongs_to_a_stack() {
        assert_eq!(
            SecretName::of("leadlight", "vendors/clearbit").unwrap().as_str(),
            "leadlight/vendors/clearbit"
        );
        for (text, why) in [
            ("", SecretNameError::Form),
            ("clearbit", SecretNameError::Form),
            ("/clearbit", SecretNameError::Form),
            ("leadlight//clearbit", SecretNameError::Form),
            ("leadlight/", SecretNameError::Form),
            ("leadlight/a b", SecretNameError::Characters),
            ("leadlight/ü", SecretNameError::Characters),
            ("leadlight/acme-Ab1cD2", SecretNameError::LikeAnArn),
        ] {
            assert_eq!(text.parse::<SecretName>(), Err(why), "{text}");
        }
        assert_eq!(SecretName::of("leadlight", &"x".repeat(600)), Err(SecretNameError::Characters));
    }
}
