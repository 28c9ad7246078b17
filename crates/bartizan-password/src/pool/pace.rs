//! At which pace hashes of a pool's own cost go.

use core::time::Duration;
use std::sync::{Mutex, PoisonError};

use crate::argon2id::{LAPS, Laps, WHOLE};

/// How long the last hashes took on any worker, lap by lap, by the processor's time.
#[derive(Default)]
pub(super) struct Pace(Mutex<Ring>);

#[derive(Default)]
struct Ring {
    /// Never more than `MAX`.
    hashes: Vec<Laps>,
    next_record: usize,
    next_draw: usize,
}

impl Pace {
    /// Takes note of a hash, and forgets the oldest.
    pub(super) fn record(&self, laps: &Laps) {
        let mut ring = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let place = ring.next_record;
        match ring.hashes.get_mut(place) {
            Some(oldest) => *oldest = *laps,
            None => ring.hashes.push(*laps),
        }
        ring.next_record = next(place, MAX);
    }

    /// What is still to be done after work that took `before`, to take as long as one of the last
    /// hashes, each in turn. So who takes as long has the same mean, median and spread as they have.
    pub(super) fn rest(&self, before: Duration) -> Rest {
        let mut ring = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let whole = ring.draw().map_or(0, |laps| laps.iter().map(Duration::as_nanos).sum());
        Rest { laps: ring.mean(), before: before.as_nanos(), whole }
    }
}

impl Ring {
    fn mean(&self) -> [u128; LAPS] {
        let mut sums = [0_u128; LAPS];
        for laps in &self.hashes {
            for (sum, lap) in sums.iter_mut().zip(laps) {
                *sum = sum.saturating_add(lap.as_nanos());
            }
        }
        let count = u128::try_from(self.hashes.len()).unwrap_or(u128::MAX);
        sums.map(|sum| sum.checked_div(count).unwrap_or_default())
    }

    fn draw(&mut self) -> Option<Laps> {
        let place = self.next_draw;
        self.next_draw = next(place, self.hashes.len());
        self.hashes.get(place).copied()
    }
}

const fn next(place: usize, count: usize) -> usize {
    let next = place.saturating_add(1);
    if next < count { next } else { 0 }
}

/// Few enough to be of now, and enough that one that was disturbed counts little.
const MAX: usize = 32;

/// The part of a hash that takes as long as what is missing after other work, all in nanoseconds.
pub(super) struct Rest {
    /// The laps of the last hashes, on the average.
    laps: [u128; LAPS],
    before: u128,
    whole: u128,
}

impl Rest {
    /// Whether there is none.
    pub(super) const fn is_none(&self) -> bool {
        self.whole <= self.before
    }

    /// How much of the next lap is to be done, of [`WHOLE`], when `laps` are done and took `took`.
    pub(super) fn share(&self, laps: usize, took: Duration) -> u64 {
        let gone = self.before.saturating_add(took.as_nanos());
        let missing = self.whole.saturating_sub(gone).saturating_mul(u128::from(WHOLE));
        let share = missing.checked_div(self.laps.get(laps).copied().unwrap_or_default());
        share.and_then(|share| u64::try_from(share).ok()).map_or(WHOLE, |share| share.min(WHOLE))
    }

    /// How much it is of `work`, if a hash goes at one pace.
    pub(super) fn of(&self, work: u64) -> u64 {
        let missing = self.whole.saturating_sub(self.before);
        let part = missing.saturating_mul(u128::from(work)).checked_div(self.laps.iter().sum());
        part.and_then(|part| u64::try_from(part).ok()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    /// 16 laps that take 1 ms each in the first half, and 3 ms each in the second: 32 ms.
    fn pace() -> Pace {
        let pace = Pace::default();
        pace.record(&core::array::from_fn(|lap| ms(if lap < 8 { 1 } else { 3 })));
        pace
    }

    /// How many laps and parts of the next one are done, when each takes so many tenths of the
    /// usual.
    fn done(rest: &Rest, tenths: u32) -> (usize, u64) {
        let mut took = Duration::ZERO;
        for lap in 0..LAPS {
            let share = rest.share(lap, took);
            if share < WHOLE {
                return (lap, share);
            }
            let tenth = Duration::from_micros(if lap < 8 { 100 } else { 300 });
            took = took.saturating_add(tenth.saturating_mul(tenths));
        }
        (LAPS, 0)
    }

    #[test]
    fn what_is_missing_is_told_lap_by_lap() {
        for (before_ms, expected) in
            [(0, (16, 0)), (3, (15, 0)), (4, (14, WHOLE * 2 / 3)), (24, (8, 0)), (31, (1, 0))]
        {
            let rest = pace().rest(ms(before_ms));
            assert!(!rest.is_none());
            assert_eq!(done(&rest, 10), expected, "{before_ms}");
        }
        for long in [ms(32), ms(33), Duration::MAX] {
            let rest = pace().rest(long);
            assert!(rest.is_none() && done(&rest, 10) == (0, 0));
        }
    }

    #[test]
    fn of_slower_laps_there_are_fewer() {
        let of = |before, tenths| done(&pace().rest(ms(before)), tenths);
        assert_eq!(of(4, 20), (10, 0));
        assert_eq!(of(16, 5).0, 15);
        assert_eq!(of(4, 5), (16, 0), "never more than a whole one");
    }

    #[test]
    fn each_of_the_last_hashes_is_drawn_in_turn() {
        let pace = Pace::default();
        let whole_ms = || pace.rest(Duration::ZERO).whole / 1_000_000;
        assert!(pace.rest(Duration::ZERO).is_none(), "nothing is known");
        pace.record(&[ms(7); LAPS]);
        assert_eq!([whole_ms(), whole_ms()], [16 * 7; 2]);

        (0..100).for_each(|time| pace.record(&[ms(time); LAPS]));
        let mut drawn: Vec<_> = (0..64).map(|_| whole_ms()).collect();
        drawn.sort_unstable();
        assert_eq!(drawn, (68..100).flat_map(|time| [16 * time; 2]).collect::<Vec<_>>());
    }

    #[test]
    fn a_part_of_the_work_follows_the_whole_time() {
        let of = |before| pace().rest(ms(before)).of(1_000);
        assert_eq!([0, 8, 32, 40].map(of), [1_000, 750, 0, 0]);
    }
}
