//! Typed ids. Each is a validated string: a [`LeadId`] cannot be passed where a [`PolicyHash`] is due.

use std::fmt;

use jiff::civil::Date;
use leadlight_reading::{EmailAddress, InvalidId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident, $expected:literal, $valid:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
        #[serde(try_from = "String")]
        pub struct $name(String);

        impl $name {
            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidId;

            fn try_from(text: String) -> Result<Self, InvalidId> {
                let valid: fn(&str) -> bool = $valid;
                if valid(&text) {
                    Ok(Self(text))
                } else {
                    Err(InvalidId::expected($expected))
                }
            }
        }

        impl std::str::FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                Self::try_from(text.to_owned())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

fn is_sha256_hex(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}

fn is_slug(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_')
}

fn is_plain(text: &str) -> bool {
    !text.trim().is_empty() && text.chars().count() <= 256 && !text.chars().any(char::is_control)
}

text_id!(
    /// The producer's id of an event; with the source it is the idempotency key.
    EventId,
    "an event id of 1 to 256 characters without control characters",
    is_plain
);
text_id!(
    /// A source's own id of a person. It means somebody only together with its source.
    PersonId,
    "a person's id of 1 to 256 characters without control characters",
    is_plain
);
text_id!(
    /// A product's own id of an account: a workspace, an organisation, a group. It means something only together with its
    /// source.
    WorkspaceId,
    "a workspace's id of 1 to 256 characters without control characters",
    is_plain
);
text_id!(
    /// Where an event came from, such as `website-form`: a name the policy declares.
    SourceName,
    "a source name of 1 to 64 lower-case letters, digits, `-` or `_`",
    is_slug
);
text_id!(
    /// The id of a lead, derived from source and event id: the same event is always the same lead.
    LeadId,
    "a lead id: `lead_` and 32 hexadecimal digits",
    |t| t.strip_prefix("lead_").is_some_and(|h| {
        h.len() == 32 && h.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
    })
);
text_id!(
    /// SHA-256 of a list of accounts.
    AccountsHash,
    "64 lower-case hexadecimal digits (a SHA-256)",
    is_sha256_hex
);
text_id!(
    /// SHA-256 of a sources file.
    SourcesHash,
    "64 lower-case hexadecimal digits (a SHA-256)",
    is_sha256_hex
);
text_id!(
    /// SHA-256 of a team file.
    TeamHash,
    "64 lower-case hexadecimal digits (a SHA-256)",
    is_sha256_hex
);
text_id!(
    /// SHA-256 of a list of destinations.
    DestinationsHash,
    "64 lower-case hexadecimal digits (a SHA-256)",
    is_sha256_hex
);
text_id!(
    /// SHA-256 of a vendors file.
    VendorsHash,
    "64 lower-case hexadecimal digits (a SHA-256)",
    is_sha256_hex
);
text_id!(
    /// SHA-256 of a company's own table of facts.
    OwnFactsHash,
    "64 lower-case hexadecimal digits (a SHA-256)",
    is_sha256_hex
);
text_id!(
    /// SHA-256 of a list of target accounts.
    TargetsHash,
    "64 lower-case hexadecimal digits (a SHA-256)",
    is_sha256_hex
);
text_id!(
    /// A member of the team, such as `sdr-1`: the team file's own name for a person, so that none other is needed
    /// in keys, logs and addresses.
    MemberId,
    "a member id of 1 to 64 lower-case letters, digits, `-` or `_`",
    is_slug
);
text_id!(
    /// A reason for turning a lead down, such as `no_budget`: the policy declares them.
    RejectionCode,
    "a reason's code of 1 to 64 lower-case letters, digits, `-` or `_`",
    is_slug
);
text_id!(
    /// A band of deal sizes, such as `25k_100k`: the policy declares them.
    DealSize,
    "a deal size's code of 1 to 64 lower-case letters, digits, `-` or `_`",
    is_slug
);
text_id!(
    /// A deal, by the CRM's own id.
    DealId,
    "a deal id of 1 to 256 characters without control characters",
    is_plain
);
text_id!(
    /// SHA-256 of what a producer sent, in canonical form. Tells a repetition from a conflict.
    ContentHash,
    "64 lower-case hexadecimal digits (a SHA-256)",
    is_sha256_hex
);
text_id!(
    /// SHA-256 of a policy file: a decision cites the exact policy it followed.
    PolicyHash,
    "64 lower-case hexadecimal digits (a SHA-256)",
    is_sha256_hex
);
text_id!(
    /// SHA-256 of a model artifact: a decision cites the exact model it followed.
    ModelHash,
    "64 lower-case hexadecimal digits (a SHA-256)",
    is_sha256_hex
);

text_id!(
    /// By what a person is known again: SHA-256 of their address, or of a source with its own id of them. Neither has any
    /// business in a key itself.
    PersonKey,
    "64 lower-case hexadecimal digits (a SHA-256)",
    is_sha256_hex
);

impl PersonKey {
    /// By their address.
    pub fn of_address(email: &EmailAddress) -> Self {
        Self(hex::encode(Sha256::digest(email.as_str())))
    }

    /// By a source's own id of them, which means nobody to another source.
    pub fn of_source(source: &SourceName, person: &PersonId) -> Self {
        let mut hasher = Sha256::new();
        hasher.update(b"leadlight.person-of-source.v1\0");
        hasher.update(source.as_str());
        hasher.update(b"\0");
        hasher.update(person.as_str());
        Self(hex::encode(hasher.finalize()))
    }
}

impl LeadId {
    /// The lead that an event becomes. Deterministic, so that a repeated delivery finds itself.
    pub fn of(source: &SourceName, event: &EventId) -> Self {
        let mut hasher = Sha256::new();
        hasher.update(b"leadlight.lead.v1\0");
        hasher.update(source.as_str());
        hasher.update(b"\0");
        hasher.update(event.as_str());
        Self(format!("lead_{}", hex::encode(&hasher.finalize()[..16])))
    }

    /// The lead that an event becomes whose id does not count, or that has none: its content tells it from others, and the
    /// day on which it happened, since people come back. No event's own id leads here.
    pub fn of_content(source: &SourceName, content: &ContentHash, day: Date) -> Self {
        let mut hasher = Sha256::new();
        hasher.update(b"leadlight.lead-by-content.v2\0");
        hasher.update(source.as_str());
        hasher.update(b"\0");
        hasher.update(content.as_str());
        hasher.update(b"\0");
        hasher.update(day.to_string());
        Self(format!("lead_{}", hex::encode(&hasher.finalize()[..16])))
    }

    /// A number from 0 up to 1, spread evenly over leads and fixed for each: for drawing samples that a repeated
    /// delivery draws again.
    pub fn draw(&self, purpose: &str) -> f64 {
        let digest = Sha256::digest(format!("{purpose}\0{}", self.0));
        let word = digest[..4].iter().fold(0_u32, |word, byte| word << 8 | u32::from(*byte));
        f64::from(word) / (f64::from(u32::MAX) + 1.0)
    }

    /// One of `shards` partitions, spread evenly; used to keep a queue's index from one hot partition.
    pub fn shard(&self, shards: u8) -> u8 {
        let byte = u8::from_str_radix(&self.0[self.0.len() - 2..], 16).unwrap_or(0);
        byte % shards.max(1)
    }
}

impl From<&LeadId> for EventId {
    fn from(lead: &LeadId) -> Self {
        Self(lead.0.clone())
    }
}

macro_rules! hash_of_bytes {
    ($name:ident) => {
        impl $name {
            /// The SHA-256 of `bytes`.
            pub fn of(bytes: &[u8]) -> Self {
                Self(hex::encode(Sha256::digest(bytes)))
            }

            /// The first twelve digits: enough for a person to tell two apart.
            pub fn short(&self) -> &str {
                &self.0[..12]
            }
        }
    };
}
hash_of_bytes!(ContentHash);
hash_of_bytes!(PolicyHash);
hash_of_bytes!(ModelHash);
hash_of_bytes!(TeamHash);
hash_of_bytes!(AccountsHash);
hash_of_bytes!(SourcesHash);
hash_of_bytes!(DestinationsHash);
hash_of_bytes!(VendorsHash);
hash_of_bytes!(OwnFactsHash);
hash_of_bytes!(TargetsHash);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_event_is_the_same_lead_and_the_separator_matters() {
        let id = |s: &str, e: &str| LeadId::of(&s.parse().unwrap(), &e.parse().unwrap());
        assert_eq!(id("website-form", "1"), id("website-form", "1"));
        assert_ne!(id("website-form", "1"), id("website-form1", "1"));
        assert!(id("a", "b").as_str().parse::<LeadId>().is_ok());
        assert!(id("a", "b").shard(4) < 4);
    }

    #[test]
    fn a_lead_known_by_its_content_is_never_one_that_an_event_id_leads_to() {
        let (source, content) = ("website-form".parse().unwrap(), ContentHash::of(b"content"));
        let day = "2026-11-20".parse().unwrap();
        let lead = LeadId::of_content(&source, &content, day);
        assert_eq!(lead, LeadId::of_content(&source, &content, day));
        assert_ne!(lead, LeadId::of_content(&"webinar".parse().unwrap(), &content, day));
        assert_ne!(lead, LeadId::of_content(&source, &ContentHash::of(b"other"), day));
        assert_ne!(lead, LeadId::of_content(&source, &content, "2026-11-21".parse().unwrap()));
        assert_ne!(lead, LeadId::of(&source, &content.as_str().parse().unwrap()));
        assert!(lead.as_str().parse::<LeadId>().is_ok());
    }

    #[test]
    fn an_invalid_id_never_repeats_the_value() {
        let error = "Jane Doe".parse::<SourceName>().unwrap_err();
        assert!(!error.to_string().contains("Jane"));
    }
}
