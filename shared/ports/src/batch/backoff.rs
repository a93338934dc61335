//! How long a message that failed waits for its next try, and how long it has in all.
//!
//! The first tries follow within seconds, since a lead that is answered soon is worth more; each wait is twice the one
//! before, up to five minutes, so that after an outage of whatever length every lead moves on within five minutes. A
//! wait is drawn between half of that and all of it, for each message and delivery apart: what failed together does not
//! come back together.
//!
//! With 200 deliveries (`maxReceiveCount` in the template) there are 199 waits: 2, 4, 8, … 256 seconds, which is 510
//! in all, then 191 of 300 seconds: 57,810 seconds or 16 hours at the most, 8 hours at the least. A process that dies
//! cannot say how long its batch should wait; SQS brings it back after the queue's own 180 seconds, 199 times in 10
//! hours.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::RangeInclusive;
use std::time::Duration;

/// The most that the first wait takes.
const FIRST_S: u64 = 2;
/// The most that any wait takes.
const LONGEST_S: u64 = 300;

/// How long a message waits after the delivery with this number, counted from 1, has failed.
pub(super) fn delay(message_id: &str, receive_count: u32) -> Duration {
    let most = most_s(receive_count);
    let least = most / 2;
    Duration::from_secs(least + lot(message_id, receive_count) % (most - least + 1))
}

/// A number that is another for each message and delivery, and the same on every machine of one build.
pub(super) fn lot(message_id: &str, receive_count: u32) -> u64 {
    let mut hasher = DefaultHasher::new();
    (message_id, receive_count).hash(&mut hasher);
    hasher.finish()
}

/// The least and the most that a message waits in all before the delivery with this number, which is its last.
pub fn patience(max_receive_count: u32) -> RangeInclusive<Duration> {
    let waits = || (1..max_receive_count).map(most_s);
    let sum = |waits: &mut dyn Iterator<Item = u64>| Duration::from_secs(waits.sum());
    sum(&mut waits().map(|most| most / 2))..=sum(&mut waits())
}

fn most_s(receive_count: u32) -> u64 {
    let doubled = receive_count.saturating_sub(1);
    FIRST_S.checked_shl(doubled).filter(|s| doubled < 32 && *s < LONGEST_S).unwrap_or(LONGEST_S)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_from_seconds_to_five_minutes() {
        for (receive_count, least, most) in [
            (1, 1, 2),
            (2, 2, 4),
            (5, 16, 32),
            (8, 128, 256),
            (9, 150, 300),
            (200, 150, 300),
            (u32::MAX, 150, 300),
        ] {
            let drawn: Vec<u64> =
                (0..500).map(|n| delay(&format!("m-{n}"), receive_count).as_secs()).collect();
            assert_eq!(drawn.iter().min(), Some(&least), "{receive_count}");
            assert_eq!(drawn.iter().max(), Some(&most), "{receive_count}");
        }
    }

    #[test]
    fn a_wait_can_be_told_again() {
        assert_eq!(delay("m-1", 7), delay("m-1", 7));
        assert_eq!(
            delay("m-1", 0),
            delay("m-1", 0),
            "a queue that counts from nothing is no reason to panic"
        );
    }

    #[test]
    fn two_hundred_deliveries_take_between_8_and_16_hours() {
        let all = patience(200);
        assert_eq!((all.start().as_secs() / 3600, all.end().as_secs()), (8, 57_810));
        assert_eq!(patience(1), Duration::ZERO..=Duration::ZERO);
    }
}
