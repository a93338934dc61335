//! What stays of somebody who was erased: keyed hashes, and since when.
//!
//! A hash alone would hide nobody, since addresses can be guessed. With a key that only the deployment has, whoever reads
//! the marks cannot tell whose they are.

use std::collections::BTreeMap;
use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use sha2::Sha256;

use crate::ids::{ErasureMark, LeadId, PersonKey};
use crate::lot::DrawKey;

/// What marks are made with: derived from the deployment's one key, so that there is no second one to lose.
#[derive(Clone)]
pub struct ErasureKey([u8; 32]);

impl fmt::Debug for ErasureKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ErasureKey(…)")
    }
}

impl ErasureKey {
    /// Of a deployment.
    pub fn of(key: &DrawKey) -> Self {
        Self(keyed(key.bytes(), b"leadlight.erasure-key.v1\0", ""))
    }

    /// Of a person, by what they are known by.
    pub fn person(&self, person: &PersonKey) -> ErasureMark {
        ErasureMark::of_digest(keyed(&self.0, b"person\0", person.as_str()))
    }

    /// Of an event, by the id of the lead that it would begin.
    pub fn event(&self, event: &LeadId) -> ErasureMark {
        ErasureMark::of_digest(keyed(&self.0, b"event\0", event.as_str()))
    }

    /// By which marks an event can be barred: its own, and those of its person.
    pub fn bars(&self, event: &LeadId, persons: &[PersonKey], came: CameAt) -> Vec<Bar> {
        let of_person = persons.iter().map(|person| Bar { mark: self.person(person), came: Some(came) });
        std::iter::once(Bar { mark: self.event(event), came: None }).chain(of_person).collect()
    }
}

fn keyed(key: &[u8; 32], purpose: &[u8], text: &str) -> [u8; 32] {
    // A key is a block long; a shorter one ends in zeros, by the definition of HMAC.
    let mut block = [0; 64];
    block[..32].copy_from_slice(key);
    let mut mac = Hmac::<Sha256>::new(&block.into());
    mac.update(purpose);
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().into()
}

/// When an event came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CameAt {
    /// When it happened, by its sender's word.
    pub occurred_at: Timestamp,
    /// When it was received.
    pub received_at: Timestamp,
}

impl CameAt {
    /// The earlier of the two: a late event is of before though it was received afterwards, and one that waited in a queue
    /// was received before, whatever its sender's clock says.
    pub fn since(self) -> Timestamp {
        self.occurred_at.min(self.received_at)
    }
}

/// One mark by which an event is barred if a person was erased under it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bar {
    /// The mark.
    pub mark: ErasureMark,
    /// When the event came; none for the event's own mark, which bars it whenever it comes again.
    pub came: Option<CameAt>,
}

impl Bar {
    /// Whether it bars, if someone was erased under its mark at that time: what came before, or at that moment, and what
    /// was itself erased. What a person sends later is new.
    pub fn holds(&self, erased_at: Timestamp) -> bool {
        self.came.is_none_or(|came| came.since() <= erased_at)
    }

    /// Each mark once, as the earliest of its events came: what bars one of several events of a lead bars the lead.
    pub fn each_once(bars: impl IntoIterator<Item = Self>) -> Vec<Self> {
        let mut by_mark = BTreeMap::<ErasureMark, Option<CameAt>>::new();
        for Self { mark, came } in bars {
            let there = by_mark.entry(mark).or_insert(came);
            if came.map(CameAt::since) < there.map(CameAt::since) {
                *there = came;
            }
        }
        by_mark.into_iter().map(|(mark, came)| Self { mark, came }).collect()
    }
}

/// How an event stands to what was erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Barred {
    /// Nobody was erased whom it could be of.
    No,
    /// Its person was erased, and sent it afterwards: it begins anew, and nothing older is theirs.
    SentLater {
        /// When they were erased last.
        erased_at: Timestamp,
    },
    /// It must not be kept.
    Yes,
}

impl Barred {
    /// From each bar, and when somebody was erased under its mark, if anybody was.
    pub fn by<'a>(found: impl IntoIterator<Item = (&'a Bar, Option<Timestamp>)>) -> Self {
        let mut last = None;
        for (bar, erased_at) in found {
            let Some(erased_at) = erased_at else { continue };
            if bar.holds(erased_at) {
                return Self::Yes;
            }
            last = last.max(Some(erased_at));
        }
        last.map_or(Self::No, |erased_at| Self::SentLater { erased_at })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        format!("2026-11-20T{text}Z").parse().unwrap()
    }

    fn key(byte: u8) -> ErasureKey {
        ErasureKey::of(&DrawKey::new([byte; 32]))
    }

    fn ada() -> PersonKey {
        PersonKey::of_address(&"ada@acme.example".parse().unwrap())
    }

    fn event(id: &str) -> LeadId {
        LeadId::of(&"website-form".parse().unwrap(), &id.parse().unwrap())
    }

    /// Judges an event against tombstones.
    fn barred(tombstones: &[(ErasureMark, Timestamp)], id: &str, occurred: &str, received: &str) -> Barred {
        let came = CameAt { occurred_at: at(occurred), received_at: at(received) };
        let bars = key(1).bars(&event(id), &[ada()], came);
        let of = |bar: &Bar| tombstones.iter().find(|(mark, _)| *mark == bar.mark).map(|(_, at)| *at);
        Barred::by(bars.iter().map(|bar| (bar, of(bar))))
    }

    #[test]
    fn what_came_before_is_barred_and_what_is_sent_later_begins_anew() {
        let erased = [(key(1).person(&ada()), at("12:00:00"))];
        let anew = Barred::SentLater { erased_at: at("12:00:00") };
        for (occurred, received, wanted, why) in [
            ("11:00:00", "11:00:01", Barred::Yes, "it was on its way"),
            ("11:00:00", "15:00:00", Barred::Yes, "a late word of what was before"),
            ("12:30:00", "11:59:00", Barred::Yes, "it was received before, by a sender whose clock is fast"),
            ("12:00:00", "12:00:00", Barred::Yes, "the same moment"),
            ("12:00:01", "12:00:01", anew, "a form of their own, afterwards"),
        ] {
            assert_eq!(barred(&erased, "e1", occurred, received), wanted, "{why}");
        }
        assert_eq!(barred(&[], "e1", "11:00:00", "11:00:01"), Barred::No);
    }

    #[test]
    fn an_event_that_was_erased_never_comes_back_whatever_it_says_of_its_time() {
        let erased = [(key(1).event(&event("e1")), at("12:00:00"))];
        assert_eq!(barred(&erased, "e1", "18:00:00", "18:00:00"), Barred::Yes);
        assert_eq!(barred(&erased, "e2", "18:00:00", "18:00:00"), Barred::No);
    }

    #[test]
    fn of_several_events_the_earliest_bars_and_each_mark_is_there_once() {
        let came = |text: &str| CameAt { occurred_at: at(text), received_at: at(text) };
        let later = key(1).bars(&event("e2"), &[ada()], came("14:00:00"));
        let sooner = key(1).bars(&event("e1"), &[ada()], came("11:00:00"));
        let bars = Bar::each_once(later.into_iter().chain(sooner));
        assert_eq!(bars.len(), 3);
        let of_person = bars.iter().find(|bar| bar.mark == key(1).person(&ada())).unwrap();
        assert!(of_person.holds(at("12:00:00")));
    }

    #[test]
    fn a_mark_tells_nobody_without_the_key_and_a_person_from_an_event() {
        let mark = key(1).person(&ada());
        assert_eq!(mark, key(1).person(&ada()));
        assert_ne!(mark, key(2).person(&ada()), "another deployment's");
        assert_ne!(mark.as_str(), ada().as_str());
        assert_eq!(mark.as_str().len(), 64);
        assert_eq!(format!("{:?}", key(1)), "ErasureKey(…)");
    }

    /// Marks rest for ever: another way to make them would let everyone back.
    #[test]
    fn marks_stay_as_they_are() {
        let expected = include_str!("../testdata/erasure-mark.txt").trim();
        assert_eq!(key(7).person(&ada()).as_str(), expected);
    }
}
