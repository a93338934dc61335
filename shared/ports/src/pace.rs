//! How fast someone outside is spoken to, and when they are left in peace.

use std::time::{Duration, Instant};

/// So often in a row it has to fail before it counts as away: one request may be more than it can take.
const FAILURES: u32 = 3;
/// The longest that somebody who is away is left in peace by one environment.
const LONGEST_REST: Duration = Duration::from_mins(1);

/// What one environment of a function remembers of somebody outside who is spoken to.
#[derive(Debug, Default)]
pub struct Pace {
    next_turn: Option<Instant>,
    failures: u32,
    rests_until: Option<Instant>,
}

impl Pace {
    /// How long they are left in peace from now on; none where they may be spoken to.
    pub fn rest(&self, now: Instant) -> Option<Duration> {
        let left = self.rests_until?.saturating_duration_since(now);
        (!left.is_zero()).then_some(left)
    }

    /// Takes the next turn, and tells how long to wait for it; where that is longer than `longest`, none is taken and
    /// the error tells how long it would be.
    ///
    /// So many turns a second are shared by so many environments of the function, which know nothing of each other: each
    /// takes its share, as if all of them were at work.
    pub fn turn(&mut self, now: Instant, share: Share, longest: Duration) -> Result<Duration, Duration> {
        let turn = self.next_turn.unwrap_or(now).max(now);
        let wait = turn - now;
        if wait > longest {
            return Err(wait);
        }
        self.next_turn = Some(turn + share.between());
        Ok(wait)
    }

    /// They took something.
    pub fn is_there(&mut self) {
        self.failures = 0;
    }

    /// They took nothing, and perhaps asked us to wait.
    pub fn is_away(&mut self, now: Instant, wait: Option<Duration>) {
        self.failures = self.failures.saturating_add(1);
        let beyond = self.failures.checked_sub(FAILURES);
        let rest = beyond.map(|n| Duration::from_secs(1 << n.min(6)).min(LONGEST_REST));
        if let Some(rest) = wait.max(rest) {
            self.rests_until = Some(now + rest);
        }
    }
}

/// Of what somebody takes a second, the part of one environment.
#[derive(Debug, Clone, Copy)]
pub struct Share {
    /// Requests a second in all.
    pub per_second: u32,
    /// Environments of the function at most: what bounds its concurrency in the template.
    pub environments: u32,
}

impl Share {
    fn between(self) -> Duration {
        Duration::from_secs(1) * self.environments.max(1) / self.per_second.max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONGEST: Duration = Duration::from_secs(5);

    fn two(per_second: u32) -> Share {
        Share { per_second, environments: 2 }
    }

    #[test]
    fn turns_come_one_after_the_other_and_who_waits_too_long_goes_back() {
        let (now, mut pace) = (Instant::now(), Pace::default());
        let waits: Vec<_> = (0..4).map(|_| pace.turn(now, two(4), LONGEST).unwrap().as_millis()).collect();
        assert_eq!(waits, [0, 500, 1000, 1500], "two environments share four a second");
        let later = now + Duration::from_mins(1);
        assert_eq!(
            pace.turn(later, two(4), LONGEST),
            Ok(Duration::ZERO),
            "turns that nobody took are not saved up"
        );
        let slow: Vec<_> = (0..5).map(|_| pace.turn(later, two(1), LONGEST)).collect();
        assert_eq!(slow[3].map_err(|wait| wait.as_millis()), Err(6500));
        assert_eq!(slow[4], slow[3], "a turn that is not taken moves nobody");
    }

    #[test]
    fn what_is_away_is_left_in_peace_and_asked_again() {
        let (now, mut pace) = (Instant::now(), Pace::default());
        for _ in 0..2 {
            pace.is_away(now, None);
            assert_eq!(pace.rest(now), None, "one letter may be more than it can take");
        }
        let rests: Vec<_> = (0..8)
            .map(|_| {
                pace.is_away(now, None);
                pace.rest(now).unwrap().as_secs()
            })
            .collect();
        assert_eq!(rests, [1, 2, 4, 8, 16, 32, 60, 60]);
        assert_eq!(pace.rest(now + Duration::from_mins(1)), None);
        pace.is_there();
        pace.is_away(now, Some(Duration::from_secs(7)));
        assert_eq!(pace.rest(now), Some(Duration::from_secs(7)), "as long as it asked");
    }
}
