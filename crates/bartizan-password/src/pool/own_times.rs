//! How long hashes of a pool's own cost take.

use core::time::Duration;
use std::sync::{Mutex, PoisonError};

/// The processor's time of the last hashes, on any worker.
#[derive(Default)]
pub(super) struct OwnTimes(Mutex<Ring>);

#[derive(Default)]
struct Ring {
    /// Never more than `MAX`.
    times: Vec<Duration>,
    next_record: usize,
    next_draw: usize,
}

impl OwnTimes {
    /// Remembers a time, and forgets the oldest.
    pub(super) fn record(&self, time: Duration) {
        let mut ring = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let place = ring.next_record;
        match ring.times.get_mut(place) {
            Some(oldest) => *oldest = time,
            None => ring.times.push(time),
        }
        ring.next_record = next(place, MAX);
    }

    /// Returns one of them, each in turn. So who takes as long has the same mean, median and
    /// spread as the hashes themselves.
    pub(super) fn draw(&self) -> Option<Duration> {
        let mut ring = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let place = ring.next_draw;
        let time = ring.times.get(place).copied();
        ring.next_draw = next(place, ring.times.len());
        time
    }
}

const fn next(place: usize, count: usize) -> usize {
    let next = place.saturating_add(1);
    if next < count { next } else { 0 }
}

/// Few enough to be of now, and enough that one that was disturbed is drawn seldom.
const MAX: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_of_the_last_times_is_drawn_in_turn() {
        let (times, ms) = (OwnTimes::default(), Duration::from_millis);
        assert_eq!(times.draw(), None, "nothing is known");
        times.record(ms(7));
        assert_eq!([times.draw(), times.draw()], [Some(ms(7)); 2]);

        (0..100).for_each(|time| times.record(ms(time)));
        let mut drawn: Vec<_> = (0..128).filter_map(|_| times.draw()).collect();
        drawn.sort_unstable();
        let last: Vec<_> = (36..100).flat_map(|time| [ms(time); 2]).collect();
        assert_eq!(drawn, last);
    }
}
