//! How fast a destination is spoken to, and when it is left in peace.

use std::time::Duration;

use tokio::time::Instant;

/// Environments of this function that work at once, at most: the template's `MaximumConcurrency`. Each takes its share
/// of what a destination takes a second.
pub(crate) const ENVIRONMENTS: u32 = 2;
/// Who would have to wait longer for their turn goes back to the queue.
const LONGEST_TURN: Duration = Duration::from_secs(5);
/// So often in a row it has to fail before a destination counts as away: one letter may be more than it can take.
const FAILURES: u32 = 3;
/// The longest that a destination which is away is left in peace by one environment.
const LONGEST_REST: Duration = Duration::from_mins(1);

/// What one environment remembers of a destination.
#[derive(Debug, Default)]
pub(crate) struct Pace {
    next_turn: Option<Instant>,
    failures: u32,
    rests_until: Option<Instant>,
}

impl Pace {
    /// How long it is left in peace from now on; none where it may be spoken to.
    pub(crate) fn rest(&self, now: Instant) -> Option<Duration> {
        let left = self.rests_until?.saturating_duration_since(now);
        (!left.is_zero()).then_some(left)
    }

    /// Takes the next turn of so many a second, and tells how long to wait for it. None is taken where that is too long.
    pub(crate) fn turn(&mut self, now: Instant, per_second: u32) -> Result<Duration, Duration> {
        let turn = self.next_turn.unwrap_or(now).max(now);
        let wait = turn - now;
        if wait > LONGEST_TURN {
            return Err(wait);
        }
        self.next_turn = Some(turn + Duration::from_secs(1) * ENVIRONMENTS / per_second.max(1));
        Ok(wait)
    }

    /// It took something.
    pub(crate) fn is_there(&mut self) {
        self.failures = 0;
    }

    /// It took nothing, and perhaps asked us to wait.
    pub(crate) fn is_away(&mut self, now: Instant, wait: Option<Duration>) {
        self.failures = self.failures.saturating_add(1);
        let beyond = self.failures.checked_sub(FAILURES);
        let rest = beyond.map(|n| Duration::from_secs(1 << n.min(6)).min(LONGEST_REST));
        if let Some(rest) = wait.max(rest) {
            self.rests_until = Some(now + rest);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turns_come_one_after_the_other_and_who_waits_too_long_goes_back() {
        let (now, mut pace) = (Instant::now(), Pace::default());
        let waits: Vec<_> = (0..4).map(|_| pace.turn(now, 4).unwrap().as_millis()).collect();
        assert_eq!(waits, [0, 500, 1000, 1500], "two environments share four a second");
        let later = now + Duration::from_mins(1);
        assert_eq!(pace.turn(later, 4), Ok(Duration::ZERO), "turns that nobody took are not saved up");
        let slow: Vec<_> = (0..5).map(|_| pace.turn(later, 1)).collect();
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
